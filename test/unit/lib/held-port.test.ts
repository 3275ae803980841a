import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { type HeldPort, holdPort } from '../../../src/lib/held-port.ts';

let held: HeldPort | undefined;
let other: Server | undefined;
afterEach(async () => {
  await held?.release();
  other?.close();
});

async function listenOn(port: number): Promise<void> {
  other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
}

it('keeps others from the port until it is released', async () => {
  held = await holdPort('127.0.0.1');
  await expect(listenOn(held.port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await held.release();
  await expect(listenOn(held.port)).resolves.toBeUndefined();
});

it('is released although somebody connected to it meanwhile', async () => {
  held = await holdPort('127.0.0.1');
  const early = connect(held.port, '127.0.0.1').on('error', () => undefined);
  await once(early, 'close');
  await held.release();
  await held.release();
  await expect(listenOn(held.port)).resolves.toBeUndefined();
});

it('says why there is none on an address of another machine', async () => {
  await expect(holdPort('192.0.2.1')).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
});
