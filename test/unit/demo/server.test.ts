import { request } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import type { EmbeddedRequest } from '../../../src/demo/embedded-handler.ts';
import { startEmbeddedServer } from '../../../src/demo/server.ts';

/** A server whose two handlers say who they are and what they were asked. */
async function start() {
  const echo = (name: string) => ({
    handle({ method, path, params }: EmbeddedRequest) {
      if (path === '/broken') throw new Error('/home/secret/place');
      return { status: 200, contentType: 'text/plain', body: `${name} ${method} ${path} ${params}` };
    },
  });
  const server = await startEmbeddedServer({ demo: echo('demo'), machine: echo('machine') });
  onTestFinished(() => server.close());
  return server;
}

it('listens on loopback and serves both trees below their names', async () => {
  const { url } = await start();
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(await (await fetch(`${url}/demo/render?a=1`)).text()).toBe('demo GET /render a=1');
  expect(await (await fetch(`${url}/machine/`)).text()).toBe('machine GET / ');
  expect(await (await fetch(`${url}/machine`)).text()).toBe('machine GET / ');
  expect((await fetch(`${url}/other/render`)).status).toBe(404);
});

it('reads query and form together', async () => {
  const { url } = await start();
  const reply = await fetch(`${url}/demo/render?a=1`, { method: 'POST', body: new URLSearchParams({ target: 'x.y' }) });
  expect(await reply.text()).toBe('demo POST /render a=1&target=x.y');
});

it('hands over any other body as it is, and the headers of a reply', async () => {
  const handle = ({ body }: EmbeddedRequest) => ({
    status: 200,
    contentType: 'text/plain',
    body: body ?? '',
    headers: { 'x-own': 'yes' },
  });
  const server = await startEmbeddedServer({ 'demo-logs': { handle } });
  onTestFinished(() => server.close());
  const headers = { 'content-type': 'application/vnd.elasticsearch+json; compatible-with=8' };
  const reply = await fetch(`${server.url}/demo-logs/_search`, { method: 'POST', headers, body: '{"size":0}' });
  expect([await reply.text(), reply.headers.get('x-own')]).toEqual(['{"size":0}', 'yes']);
  expect(await (await fetch(`${server.url}/other`)).text()).toBe('Nothing here; the data are under /demo-logs/.');
  expect((await fetch(`${server.url}/__proto__/x`)).status).toBe(404);
});

it('refuses a form that is too large', async () => {
  const { url } = await start();
  const reply = await fetch(`${url}/demo/render`, { method: 'POST', body: `target=${'x'.repeat(1024 * 1024)}` });
  expect(reply.status).toBe(413);
});

it('sends pages that nothing may run in', async () => {
  const { url } = await start();
  const { headers } = await fetch(`${url}/demo/`);
  expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
});

it.each(['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:80'])(
  'refuses the host name %s',
  async (host) => {
    const { url } = await start();
    const status = await new Promise((resolve, reject) => {
      request(`${url}/demo/`, { headers: { host } }, (reply) => {
        reply.resume();
        resolve(reply.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
  },
);

it('says nothing of what broke inside', async () => {
  const { url } = await start();
  const reply = await fetch(`${url}/demo/broken`);
  expect(reply.status).toBe(500);
  expect(await reply.text()).toBe('Something went wrong.');
});

it('answers no more once it is closed', async () => {
  const { url, close } = await start();
  await close();
  await expect(fetch(`${url}/demo/`)).rejects.toThrow();
});
