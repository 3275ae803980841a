import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { openDdpConnection } from '../../../../src/chat/rocketchat/ddp-connection.ts';
import { createDdpSocket, type Frame } from '../../../../src/chat/rocketchat/ddp-socket.ts';
import { systemClock } from '../../../../src/lib/clock.ts';

const nothing = { onFrame() {}, onClose() {}, onFault() {} };

/** A server that greets and answers every method with its params; gives the frames it got. */
async function startServer(
  answer: (frame: Frame) => object | undefined = ({ id, params }) => ({ msg: 'result', id, result: params }),
) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const frames: Frame[] = [];
  const paths: (string | undefined)[] = [];
  server.on('connection', (socket, request) => {
    paths.push(request.url);
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data)) as Frame;
      frames.push(frame);
      const reply = frame.msg === 'connect' ? { msg: 'connected', session: 's' } : answer(frame);
      if (reply) socket.send(JSON.stringify(reply));
    });
  });
  onTestFinished(async () => {
    for (const client of server.clients) client.terminate();
    await new Promise((resolve) => server.close(resolve));
  });
  const send = (frame: object) => {
    for (const client of server.clients) client.send(JSON.stringify(frame));
  };
  return { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`), frames, paths, send, server };
}

it('keeps the path of a server below a sub-path', async () => {
  const { url, paths } = await startServer();
  const socket = createDdpSocket(new URL('chat/team/', url), nothing);
  await socket.open();
  socket.dispose();
  expect(paths).toEqual(['/chat/team/websocket']);
});

it('speaks TLS to an https address', async () => {
  const firstBytes = Promise.withResolvers<number | undefined>();
  const server = createServer((socket: Socket) => {
    socket.once('data', (data) => {
      firstBytes.resolve(data[0]);
      socket.destroy();
    });
    socket.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const closed = Promise.withResolvers<string>();
  const url = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const socket = createDdpSocket(url, { ...nothing, onClose: closed.resolve });
  socket.open().catch(() => undefined);
  expect(await firstBytes.promise).toBe(0x16); // a TLS handshake record
  await closed.promise;
  socket.dispose();
});

it('leaves no listener behind, however many calls and pings there were', async () => {
  const { url, frames, send } = await startServer();
  const socket = createDdpSocket(url, nothing);
  await socket.open();
  await socket.request({ msg: 'method', id: 'first', method: 'm', params: [] });
  const before = socket.listeners();
  for (let index = 0; index < 200; index += 1) {
    send({ msg: 'ping', id: `p${index}` });
    const answer = await socket.request({ msg: 'method', id: `c${index}`, method: 'm', params: [index] });
    expect(answer.result).toEqual([index]);
  }
  expect(socket.listeners()).toBe(before);
  expect(frames.filter(({ msg }) => msg === 'pong').map(({ id }) => id)).toEqual(
    Array.from({ length: 200 }, (_, i) => `p${i}`),
  );
  socket.dispose();
});

it.each([
  ['a refused subscription', { msg: 'nosub', id: 'x', error: { error: 'not-allowed' } }],
  ['a refused method', { msg: 'result', id: 'x', error: { error: 'not-allowed' } }],
  ['a malformed frame', { msg: 'error', reason: 'Bad request', offendingMessage: { id: 'x' } }],
])('rejects %s instead of waiting for ever', async (_what, reply) => {
  const { url } = await startServer(() => reply);
  const socket = createDdpSocket(url, nothing);
  await socket.open();
  await expect(socket.request({ msg: 'sub', id: 'x' })).rejects.toMatchObject({ error: expect.any(String) });
  socket.dispose();
});

it('sees every subscription that one frame reports ready', async () => {
  const { url } = await startServer(() => ({ msg: 'ready', subs: ['other', 'x'] }));
  const socket = createDdpSocket(url, nothing);
  await socket.open();
  await expect(socket.request({ msg: 'sub', id: 'x' })).resolves.toMatchObject({ id: 'x' });
  socket.dispose();
});

it('survives a frame that is no JSON and a handler that throws', async () => {
  const { url, server } = await startServer();
  const faults: unknown[] = [];
  const socket = createDdpSocket(url, {
    ...nothing,
    onFrame({ msg }) {
      if (msg === 'bang') throw new Error('handler');
    },
    onFault: (thrown) => faults.push(thrown),
  });
  await socket.open();
  for (const client of server.clients) {
    client.send('{"msg":');
    client.send('{"msg":"bang"}');
  }
  await socket.request({ msg: 'method', id: 'after', method: 'm', params: [] });
  expect(faults).toHaveLength(2);
  socket.dispose();
});

it('can be disposed before it is open, without an error that nobody catches', async () => {
  const { url } = await startServer();
  const socket = createDdpSocket(url, nothing);
  const opening = socket.open();
  socket.dispose();
  await opening;
  expect(socket.send({ msg: 'ping' })).toBe(false);
  await expect(socket.request({ msg: 'method', id: 'x' })).rejects.toThrow('closed');
});

it('settles a call in flight when the link breaks', async () => {
  const login = { msg: 'result', id: 'login', result: { id: 'me' } };
  const { url, server } = await startServer(({ id }) => {
    if (id === 'login') return login;
    return id === 'my-messages' ? { msg: 'ready', subs: [id] } : undefined;
  });
  const connection = await openDdpConnection(
    { url, token: 't', userId: 'me', onMessage() {}, clock: systemClock, log: pino({ level: 'silent' }) },
    AbortSignal.timeout(10_000),
  );
  const call = connection.call('never-answered', []);
  for (const client of server.clients) client.terminate();
  await expect(call).rejects.toMatchObject({ code: 'CHAT_UNREACHABLE' });
  expect(await connection.ended).toMatch(/1006/);
});

it.each([
  ['never greets', () => undefined, /did not answer in time|ended/],
  ['speaks another protocol', () => ({ msg: 'failed', version: '2' }), /another version/],
])('gives up on a server that %s', async (_what, answer, sentence) => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  server.on('connection', (socket) => {
    const reply = answer();
    if (reply) socket.send(JSON.stringify(reply));
  });
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const timing = { answerMs: 200, pingAfterMs: 10_000, deadAfterMs: 20_000 };
  const options = {
    url,
    token: 't',
    userId: 'me',
    onMessage() {},
    clock: systemClock,
    log: pino({ level: 'silent' }),
    timing,
  };
  const opening = openDdpConnection(options, AbortSignal.timeout(10_000));
  await expect(opening).rejects.toMatchObject({
    code: 'CHAT_UNREACHABLE',
    retryable: true,
    message: expect.stringMatching(sentence),
  });
  for (const client of server.clients) client.terminate();
});

it('refuses a token that belongs to somebody else than the config says', async () => {
  const { url } = await startServer(() => ({ msg: 'result', id: 'login', result: { id: 'other' } }));
  const options = { url, token: 't', userId: 'me', onMessage() {}, clock: systemClock, log: pino({ level: 'silent' }) };
  await expect(openDdpConnection(options, AbortSignal.timeout(10_000))).rejects.toMatchObject({ code: 'CHAT_AUTH' });
});
