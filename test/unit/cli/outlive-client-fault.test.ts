/** A process that meets the fault of Node's HTTP client lives on; one that meets any other error does not. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const MODULE = resolve(import.meta.dirname, '../../../src/cli/outlive-client-fault.ts');
const GUARD = `import { outliveClientFault } from ${JSON.stringify(MODULE)}; outliveClientFault();`;

/** A server that sends 64 KiB and closes, asked by somebody who reads late. */
const LATE = `
import { createServer } from 'node:net';
const body = Buffer.alloc(64 * 1024, 'x');
const server = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.once('data', () => {
    socket.write('HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: ' + body.length + '\\r\\n\\r\\n');
    socket.write(body);
    socket.end();
  });
}).listen(0, '127.0.0.1');
await new Promise((ready) => server.once('listening', ready));
const answer = await fetch('http://127.0.0.1:' + server.address().port);
await new Promise((wake) => setTimeout(wake, 500));
console.log('read', (await answer.text()).length);
process.exit(0);
`;

function run(script: string): Promise<{ code: number | null; out: string }> {
  return new Promise((done) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
    let out = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        out += chunk;
      });
    child.once('close', (code) => done({ code, out }));
  });
}

it('outlives it, and reads the answer whole', async () => {
  expect(await run(`${GUARD}${LATE}`)).toEqual({ code: 0, out: 'read 65536\n' });
});

it('ends with the stack of any other error', async () => {
  const { code, out } = await run(
    `${GUARD} setTimeout(() => { throw new TypeError('another'); }); setTimeout(() => {}, 5000);`,
  );
  expect(code).toBe(1);
  expect(out).toMatch(/^TypeError: another\n\s+at /);
});
