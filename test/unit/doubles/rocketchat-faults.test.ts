import { afterEach, describe, expect, it, vi } from 'vitest';
import { createManualClock } from '../../doubles/rocketchat/manual-clock.ts';
import { openRealtime, type RealtimeClient, restAs } from '../../doubles/rocketchat/plain-client.ts';
import { type Cut, type RocketChatOptions, startRocketChat } from '../../doubles/rocketchat/simulator.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function startWorkspace(options: RocketChatOptions = {}) {
  const server = await startRocketChat(options);
  open.push(server);
  const bot = server.users.addUser({ username: 'glimpse', roles: ['bot', 'user'] });
  const ann = server.users.addUser({ username: 'ann' });
  const ops = server.rooms.addRoom({ name: 'ops', type: 'c', members: [bot, ann] });
  return { server, bot, ann, ops, rest: restAs(server.url, bot) };
}

/** A logged-in socket that hears every room. */
async function listen(url: string, token: string): Promise<RealtimeClient> {
  const client = await openRealtime(url);
  open.push(client);
  await client.login(token);
  await client.subscribe('s1', 'stream-room-messages', '__my_messages__', false);
  return client;
}

const textsOf = (client: RealtimeClient) =>
  client.events('stream-room-messages').map(([message]) => (message as { msg: string }).msg);

describe('cut', () => {
  it.each([
    ['close1000', 1000],
    ['close1002', 1002],
    ['close4000', 4000],
    ['reset', 1006],
  ] satisfies [Cut, number][])('%s ends every socket with code %i and takes new ones', async (how, code) => {
    const { server, bot, ann, ops } = await startWorkspace();
    const before = await listen(server.url, bot.token);
    server.cut(how);
    expect(await before.closed).toEqual({ code });
    const after = await listen(server.url, bot.token);
    server.say(ann, ops, 'heard again');
    await after.settle();
    expect(textsOf(after)).toEqual(['heard again']);
    expect(server.connections.map(({ isOpen }) => isOpen)).toEqual([false, true]);
  });

  it.each(['half-open', 'silent'] satisfies Cut[])(
    '%s leaves the socket open and says nothing more on it',
    async (how) => {
      const clock = createManualClock();
      const { server, bot, ann, ops } = await startWorkspace({ clock });
      const deaf = await listen(server.url, bot.token);
      server.cut(how);
      const heard = deaf.received.length;
      deaf.send({ msg: 'ping', id: 'anybody?' });
      server.say(ann, ops, 'unheard');
      await clock.advance(60_000);
      const fresh = await listen(server.url, bot.token);
      server.say(ann, ops, 'heard');
      await fresh.settle();
      expect(deaf.received).toHaveLength(heard);
      expect(server.connections.map(({ isOpen }) => isOpen)).toEqual([true, true]);
      expect(textsOf(fresh)).toEqual(['heard']);
      const isHeard = server.frames.some(({ frame }) => typeof frame === 'object' && frame.id === 'anybody?');
      expect(isHeard).toBe(how === 'silent');
    },
  );

  it('of one connection spares the others', async () => {
    const { server, bot } = await startWorkspace();
    const first = await listen(server.url, bot.token);
    const second = await listen(server.url, bot.token);
    server.connections[0]?.cut('close1000');
    await first.closed;
    await second.settle();
    expect(server.connections[1]).toMatchObject({ isOpen: true, userId: bot.id, subscriptions: [{ id: 's1' }] });
  });
});

describe('events', () => {
  it('come twice when told to, once', async () => {
    const { server, bot, ann, ops } = await startWorkspace();
    const client = await listen(server.url, bot.token);
    server.duplicateNextEvent();
    server.say(ann, ops, 'one');
    server.say(ann, ops, 'two');
    await client.settle();
    expect(textsOf(client)).toEqual(['one', 'one', 'two']);
  });

  it('change places when told to, once', async () => {
    const { server, bot, ann, ops } = await startWorkspace();
    const client = await listen(server.url, bot.token);
    server.swapNextEvents();
    for (const text of ['one', 'two', 'three']) server.say(ann, ops, text);
    await client.settle();
    expect(textsOf(client)).toEqual(['two', 'one', 'three']);
  });

  it('may be what no server would say', async () => {
    const { server, bot } = await startWorkspace();
    const client = await listen(server.url, bot.token);
    server.connections[0]?.sendRaw('{"msg":"nonsense"}');
    expect(await client.next(({ msg }) => msg === 'nonsense')).toEqual({ msg: 'nonsense' });
  });
});

describe('answers over REST', () => {
  it('fail for the path, as often as told, as JSON or as a page of a proxy', async () => {
    const { server, rest } = await startWorkspace();
    server.failNext({ path: 'chat.react', status: 503, body: { success: false, error: 'busy' }, times: 2 });
    server.failNext({ path: 'rooms.get', status: 502, html: true });
    expect((await rest.get('me')).status).toBe(200);
    const react = () => rest.post('chat.react', { messageId: 'x', emoji: 'eyes' });
    expect([await react(), await react(), await react()].map(({ status }) => status)).toEqual([503, 503, 400]);
    const page = await rest.get('rooms.get');
    expect([page.status, page.headers.get('content-type')]).toEqual([502, 'text/html; charset=utf-8']);
    expect(page.text).toContain('Bad Gateway');
  });

  it('are limited when told to, even for a bot', async () => {
    const clock = createManualClock();
    const { server, rest } = await startWorkspace({ clock });
    server.rateLimitNext('me');
    const { status, headers, body } = await rest.get('me');
    expect([status, headers.get('x-ratelimit-remaining')]).toEqual([429, '0']);
    expect(Number(headers.get('x-ratelimit-reset'))).toBe(clock.now() + 30_000);
    expect(body.error).toMatch(/You must wait 30 seconds .* \[error-too-many-requests\]$/);
    expect((await rest.get('me')).status).toBe(200);
  });

  it('are cut within the JSON, or with the connection', async () => {
    const { server, rest } = await startWorkspace();
    server.truncateNext('me');
    const { status, text } = await rest.get('me');
    expect(status).toBe(200);
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    server.truncateNext('me', 'reset');
    await expect(rest.get('me')).rejects.toThrow();
    expect((await rest.get('me')).body.success).toBe(true);
  });

  it('wait as long as told', async () => {
    const clock = createManualClock();
    const { server, rest } = await startWorkspace({ clock });
    server.delay(5_000, 'users.info');
    let isAnswered = false;
    const answer = rest.get('users.info', { username: 'ann' }).then((given) => {
      isAnswered = true;
      return given;
    });
    await vi.waitFor(() => expect(clock.sleepers).toBe(1));
    await clock.advance(4_999);
    await rest.get('me');
    expect(isAnswered).toBe(false);
    await clock.advance(1);
    expect((await answer).status).toBe(200);
  });

  it('to an upload wait before the body is read', async () => {
    const clock = createManualClock();
    const { server, rest, ops } = await startWorkspace({ clock });
    server.slowUpload(10_000);
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(1_000)]), 'a.bin');
    const upload = rest.form(`rooms.media/${ops.id}`, form);
    await vi.waitFor(() => expect(clock.sleepers).toBe(1));
    await clock.advance(9_999);
    await rest.get('me');
    expect(server.files.size).toBe(0);
    await clock.advance(1);
    expect((await upload).status).toBe(200);
    expect(server.files.size).toBe(1);
  });
});

describe('refusing connections', () => {
  it('resets open sockets and new calls until the time is over', async () => {
    const clock = createManualClock();
    const { server, bot, rest } = await startWorkspace({ clock });
    const client = await listen(server.url, bot.token);
    server.refuseConnections(5_000);
    expect(await client.closed).toEqual({ code: 1006 });
    await expect(rest.get('me')).rejects.toThrow();
    await expect(openRealtime(server.url)).rejects.toThrow();
    await clock.advance(5_000);
    expect((await rest.get('me')).status).toBe(200);
  });

  it('lasts until a promise settles, if that is given', async () => {
    const { server, rest } = await startWorkspace();
    const until = Promise.withResolvers<void>();
    server.refuseConnections(until.promise);
    await expect(rest.get('me')).rejects.toThrow();
    until.resolve();
    await until.promise;
    expect((await rest.get('me')).status).toBe(200);
  });
});

describe('the record', () => {
  it('holds every call with its body and status, and no token', async () => {
    const { server, rest, ops, bot } = await startWorkspace();
    await rest.post('chat.postMessage', { roomId: ops.id, text: 'x' });
    const form = new FormData();
    form.append('msg', 'words');
    form.append('file', new Blob([new Uint8Array(3)], { type: 'image/png' }), 'a.png');
    await rest.form(`rooms.media/${ops.id}`, form);
    await restAs(server.url).get('me', { a: 'b' });
    expect(server.requests).toMatchObject([
      { method: 'POST', path: '/api/v1/chat.postMessage', body: { text: 'x' }, status: 200, userId: bot.id },
      {
        body: [
          { name: 'msg', value: 'words' },
          { name: 'file', filename: 'a.png', type: 'image/png', size: 3 },
        ],
      },
      { method: 'GET', path: '/api/v1/me', query: { a: 'b' }, body: undefined, status: 401, userId: undefined },
    ]);
    expect(JSON.stringify(server.requests)).not.toContain(bot.token);
  });

  it('holds every frame of both directions with its connection', async () => {
    const { server, bot } = await startWorkspace();
    const client = await openRealtime(server.url);
    open.push(client);
    await client.login(bot.token);
    expect(
      server.frames.map(({ connection, direction, frame }) => [connection, direction, (frame as { msg: string }).msg]),
    ).toEqual([
      [1, 'in', 'connect'],
      [1, 'out', 'connected'],
      [1, 'in', 'method'],
      [1, 'out', 'added'],
      [1, 'out', 'updated'],
      [1, 'out', 'result'],
    ]);
  });

  it('gives copies of messages that a later edit does not change', async () => {
    const { server, ann, ops } = await startWorkspace();
    const said = server.say(ann, ops, 'before', { at: new Date('2026-11-01T00:00:00Z') });
    const [copy] = server.messages(ops);
    server.edit(ann, said, 'after');
    expect([said.msg, copy?.msg, server.message(said._id)?.msg]).toEqual(['before', 'before', 'after']);
    expect(copy?.ts).toEqual(new Date('2026-11-01T00:00:00Z'));
  });
});
