import { afterEach, describe, expect, it, vi } from 'vitest';
import { createManualClock } from '../../doubles/rocketchat/manual-clock.ts';
import { openRealtime, type RealtimeClient, restAs } from '../../doubles/rocketchat/plain-client.ts';
import {
  type RocketChatOptions,
  type RocketChatSimulator,
  startRocketChat,
} from '../../doubles/rocketchat/simulator.ts';
import { sha256 } from '../../doubles/rocketchat/world.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

/** A server with a bot, a person, and rooms of every kind. */
async function startWorkspace(options: RocketChatOptions = {}) {
  const server = await startRocketChat(options);
  open.push(server);
  const bot = server.users.addUser({ username: 'glimpse', roles: ['bot', 'user'] });
  const ann = server.users.addUser({ username: 'ann', name: 'Ann' });
  const ops = server.rooms.addRoom({ name: 'ops', type: 'c', members: [bot, ann] });
  return { server, bot, ann, ops };
}

async function client(server: RocketChatSimulator, token?: string): Promise<RealtimeClient> {
  const made = await openRealtime(server.url);
  open.push(made);
  if (token !== undefined) await made.login(token);
  return made;
}

const mine = ['stream-room-messages', '__my_messages__', { useCollection: false, args: [] }] as const;

describe('the handshake', () => {
  it('says nothing before it is spoken to, as a monolith', async () => {
    const { server } = await startWorkspace();
    const silent = await openRealtime(server.url, { says: false });
    open.push(silent);
    silent.send({ msg: 'ping' });
    const first = await silent.next(() => true);
    expect(first).toEqual({ msg: 'error', reason: 'Must connect first', offendingMessage: { msg: 'ping' } });
  });

  it('greets first and closes with 1002 for another frame than connect, as a streamer', async () => {
    const { server } = await startWorkspace({ flavour: 'streamer' });
    const eager = await openRealtime(server.url, { says: false });
    open.push(eager);
    expect(await eager.next(() => true)).toEqual({ msg: 'server_id', server_id: '0' });
    eager.send({ msg: 'ping' });
    expect(await eager.closed).toEqual({ code: 1002 });
  });

  it('refuses a version that it does not speak and closes with 1000', async () => {
    const { server } = await startWorkspace();
    const odd = await openRealtime(server.url, { says: false });
    open.push(odd);
    odd.send({ msg: 'connect', version: '7', support: ['7'] });
    expect(await odd.next(() => true)).toEqual({ msg: 'failed', version: '1' });
    expect(await odd.closed).toEqual({ code: 1000 });
  });

  it.each([
    ['monolith', /^\w{17}$/],
    ['streamer', /^[0-9a-f-]{36}$/],
  ] as const)('gives a session id in the form of the %s', async (flavour, form) => {
    const { server } = await startWorkspace({ flavour });
    const { received } = await client(server);
    expect(received.find(({ msg }) => msg === 'connected')?.session).toMatch(form);
  });

  it('answers frames that are no JSON, no message and no method by their names', async () => {
    const { server } = await startWorkspace();
    const odd = await client(server);
    for (const frame of ['{', '{"a":1}', '{"msg":"what"}', '{"msg":"sub","id":1}', '{"msg":"method","id":"1"}']) {
      odd.send(frame);
    }
    await odd.next(({ reason }) => reason === 'Malformed method invocation');
    expect(odd.received.slice(1).map(({ reason }) => reason)).toEqual([
      'Parse error',
      'Bad request',
      'Bad request',
      'Malformed subscription',
      'Malformed method invocation',
    ]);
  });

  it('closes with 1007 on a frame that is no JSON, as a streamer', async () => {
    const { server } = await startWorkspace({ flavour: 'streamer' });
    const odd = await client(server);
    odd.send('{');
    expect(await odd.closed).toEqual({ code: 1007 });
  });
});

describe('the login', () => {
  it('sends the user, then updated, then a result with the same token that never expires', async () => {
    const { server, bot } = await startWorkspace();
    const { received } = await client(server, bot.token);
    expect(received.slice(1)).toEqual([
      { msg: 'added', collection: 'users', id: bot.id, fields: { username: 'glimpse', emails: [] } },
      { msg: 'updated', methods: ['call-1'] },
      {
        msg: 'result',
        id: 'call-1',
        result: { id: bot.id, token: bot.token, tokenExpires: { $date: null }, type: 'resume' },
      },
    ]);
  });

  it('sends the result before updated as a streamer', async () => {
    const { server, bot } = await startWorkspace({ flavour: 'streamer' });
    const { received, next } = await client(server, bot.token);
    await next(({ msg }) => msg === 'updated');
    expect(received.map(({ msg }) => msg)).toEqual(['server_id', 'connected', 'added', 'result', 'updated']);
  });

  it('takes the digest of a password and gives a token that expires and works over REST', async () => {
    const { server, bot } = await startWorkspace();
    const { call } = await client(server);
    const password = { digest: sha256(bot.password), algorithm: 'sha-256' };
    const { result } = await call('login', { user: { username: 'glimpse' }, password });
    const { token, tokenExpires } = result as { token: string; tokenExpires: { $date: number } };
    expect(tokenExpires.$date).toBeGreaterThan(0);
    expect((await restAs(server.url, { id: bot.id, token }).get('me')).body.username).toBe('glimpse');
  });

  it.each([
    [{ resume: 'wrong' }, "You've been logged out by the server. Please log in again."],
    [{ user: { username: 'glimpse' }, password: 'wrong' }, 'Incorrect password'],
    [{ user: { username: 'nobody' }, password: 'wrong' }, 'User not found'],
  ])('refuses %j with 403', async (credentials, reason) => {
    const { server } = await startWorkspace();
    const { call } = await client(server);
    const { error } = await call('login', credentials);
    const message = `${reason} [403]`;
    expect(error).toEqual({ isClientSafe: true, error: 403, reason, message, errorType: 'Meteor.Error' });
  });

  it('refuses a token that has run out in other words than one that was revoked', async () => {
    const { server, bot } = await startWorkspace({ clock: createManualClock() });
    server.expireTokens(bot);
    const { login } = await client(server);
    const { error } = await login(bot.token);
    expect(error).toMatchObject({ error: 403, reason: 'Your session has expired. Please log in again.' });
  });

  it.each(['monolith', 'streamer'] as const)(
    'closes the sockets of a revoked token with 1000 as %s',
    async (flavour) => {
      const { server, bot, ann } = await startWorkspace({ flavour });
      const botSocket = await client(server, bot.token);
      const annSocket = await client(server, ann.token);
      server.revokeToken(bot);
      expect(await botSocket.closed).toEqual({ code: 1000 });
      await annSocket.settle();
      expect(server.connections.map(({ isOpen }) => isOpen)).toEqual([false, true]);
      expect((await restAs(server.url, bot).get('me')).status).toBe(401);
    },
  );
});

describe('subscriptions', () => {
  it('hears what is said in joined rooms, whole and with where it was said', async () => {
    const { server, bot, ann, ops } = await startWorkspace();
    const { subscribe, next } = await client(server, bot.token);
    expect(await subscribe('s1', ...mine)).toEqual({ msg: 'ready', subs: ['s1'] });
    const said = server.say(ann, ops, '@glimpse cpu web01');
    const frame = await next(({ msg }) => msg === 'changed');
    expect(frame).toMatchObject({ collection: 'stream-room-messages', id: 'id' });
    const { eventName, args } = frame.fields as { eventName: string; args: unknown[] };
    expect(eventName).toBe('__my_messages__');
    expect(args).toMatchObject([
      {
        _id: said._id,
        rid: ops.id,
        msg: '@glimpse cpu web01',
        ts: { $date: said.ts.getTime() },
        _updatedAt: { $date: said._updatedAt.getTime() },
        u: { _id: ann.id, username: 'ann', name: 'Ann' },
        mentions: [{ _id: bot.id, username: 'glimpse', type: 'user' }],
      },
      { roomParticipant: true, roomType: 'c', roomName: 'ops' },
    ]);
  });

  it('marks public rooms that were not joined and hides private ones', async () => {
    const { server, bot, ann } = await startWorkspace();
    const lobby = server.rooms.addRoom({ name: 'lobby', type: 'c', members: [ann] });
    const secret = server.rooms.addRoom({ name: 'secret', type: 'p', members: [ann] });
    const direct = server.rooms.addDirect(ann, bot);
    const { subscribe, events, settle } = await client(server, bot.token);
    await subscribe('s1', ...mine);
    for (const room of [lobby, secret, direct]) server.say(ann, room, 'hello');
    await settle();
    expect(events('stream-room-messages').map(([, meta]) => meta)).toEqual([
      { roomParticipant: false, roomType: 'c', roomName: 'lobby' },
      { roomParticipant: true, roomType: 'd' },
    ]);
  });

  it('may be had before the login and then brings nothing until it', async () => {
    const { server, bot, ann, ops } = await startWorkspace();
    const early = await client(server);
    expect(await early.subscribe('s1', ...mine)).toMatchObject({ msg: 'ready' });
    server.say(ann, ops, 'unheard');
    await early.login(bot.token);
    server.say(ann, ops, 'heard');
    await early.settle();
    expect(early.events('stream-room-messages').map(([message]) => (message as { msg: string }).msg)).toEqual([
      'heard',
    ]);
  });

  it('sends the message alone to a subscription of one room', async () => {
    const { server, bot, ann, ops } = await startWorkspace();
    const { subscribe, events, settle } = await client(server, bot.token);
    await subscribe('s1', 'stream-room-messages', ops.id, false);
    server.say(ann, ops, 'hello');
    await settle();
    expect(events('stream-room-messages')).toMatchObject([[{ msg: 'hello' }]]);
    expect(events('stream-room-messages')[0]).toHaveLength(1);
  });

  it('denies a room that the user may not see and a stream that is not there', async () => {
    const { server, bot, ann } = await startWorkspace();
    const secret = server.rooms.addRoom({ name: 'secret', type: 'p', members: [ann] });
    const { subscribe } = await client(server, bot.token);
    expect(await subscribe('s1', 'stream-room-messages', secret.id, false)).toEqual({
      msg: 'nosub',
      id: 's1',
      error: { isClientSafe: true, error: 'not-allowed', message: '[not-allowed]', errorType: 'Meteor.Error' },
    });
    expect(await subscribe('s2', 'stream-nonsense', 'x')).toMatchObject({
      msg: 'nosub',
      error: { error: 404, reason: "Subscription 'stream-nonsense' not found" },
    });
    expect(await subscribe('s3', 'stream-notify-user', `${ann.id}/message`)).toMatchObject({ msg: 'nosub' });
  });

  it('denies everything but the rooms of one’s own to one who is not logged in', async () => {
    const { server, ops, bot } = await startWorkspace();
    const { subscribe } = await client(server);
    const denied = { msg: 'nosub', error: { error: 'not-allowed' } };
    expect(await subscribe('s1', 'stream-room-messages', ops.id)).toMatchObject(denied);
    expect(await subscribe('s2', 'stream-notify-room', `${ops.id}/user-activity`)).toMatchObject(denied);
    expect(await subscribe('s3', 'stream-notify-user', `${bot.id}/message`)).toMatchObject(denied);
  });

  it('is silent on an id that is in use, and twice as loud for two ids', async () => {
    const { server, bot, ann, ops } = await startWorkspace();
    const { subscribe, send, events, received, settle } = await client(server, bot.token);
    await subscribe('s1', ...mine);
    send({ msg: 'sub', id: 's1', name: mine[0], params: mine.slice(1) });
    await settle();
    expect(received.filter(({ msg }) => msg === 'ready' || msg === 'nosub')).toHaveLength(1);
    await subscribe('s2', ...mine);
    server.say(ann, ops, 'hello');
    await settle();
    expect(events('stream-room-messages')).toHaveLength(2);
  });

  it.each([
    ['monolith', 2],
    ['streamer', 1],
  ] as const)('ends with nosub; for an unknown id only the monolith answers (%s)', async (flavour, answers) => {
    const { server, bot, ann, ops } = await startWorkspace({ flavour });
    const { subscribe, send, received, events, settle } = await client(server, bot.token);
    await subscribe('s1', ...mine);
    send({ msg: 'unsub', id: 's1' });
    send({ msg: 'unsub', id: 'never' });
    await settle();
    server.say(ann, ops, 'hello');
    await settle();
    expect(received.filter(({ msg }) => msg === 'nosub')).toHaveLength(answers);
    expect(events('stream-room-messages')).toEqual([]);
  });

  it('sends a message again, whole, on edits, reactions, link previews and replies in its thread', async () => {
    const { server, bot, ann, ops } = await startWorkspace();
    const { subscribe, events, settle } = await client(server, bot.token);
    const root = server.say(ann, ops, 'see https://example.com');
    await subscribe('s1', ...mine);
    server.edit(ann, root, 'see https://example.com now');
    server.react(ann, root, ':eyes:');
    server.enrich(root);
    const answer = server.say(ann, ops, 'a reply', { tmid: root._id });
    await settle();
    const sent = events('stream-room-messages').map(([message]) => message as Record<string, unknown>);
    expect(sent.map(({ _id }) => _id)).toEqual([root._id, root._id, root._id, answer._id, root._id]);
    expect(sent[0]).toMatchObject({ editedAt: { $date: expect.any(Number) }, editedBy: { username: 'ann' } });
    expect(sent[1]).toMatchObject({ reactions: { ':eyes:': { usernames: ['ann'] } } });
    expect(sent[2]).toMatchObject({ urls: [{ url: 'https://example.com', meta: { pageTitle: 'A page' } }] });
    expect(sent[4]).toMatchObject({ tcount: 1, replies: [ann.id], tlm: { $date: answer.ts.getTime() } });
  });

  it('tells deletions only to those who listen to them, or as an edit where the server keeps a trace', async () => {
    const { server, bot, ann, ops } = await startWorkspace();
    const { subscribe, events, settle } = await client(server, bot.token);
    await subscribe('s1', ...mine);
    await subscribe('s2', 'stream-notify-room', `${ops.id}/deleteMessage`, false);
    const gone = server.say(ann, ops, 'gone');
    server.remove(ann, gone);
    await settle();
    expect(events('stream-notify-room')).toEqual([[{ _id: gone._id }]]);
    expect(events('stream-room-messages')).toHaveLength(1);
    server.world.settings.set('Message_ShowDeletedStatus', true);
    server.remove(ann, server.say(ann, ops, 'traced'));
    await settle();
    expect(events('stream-room-messages').at(-1)).toMatchObject([
      { t: 'rm', msg: '', editedAt: expect.anything() },
      {},
    ]);
  });

  it('tells somebody that they were brought into a room or thrown out, and of every message between', async () => {
    const { server, bot, ann } = await startWorkspace();
    const { subscribe, events, settle } = await client(server, bot.token);
    await subscribe('s1', 'stream-notify-user', `${bot.id}/subscriptions-changed`, false);
    const den = server.rooms.addRoom({ name: 'den', type: 'p', members: [ann] });
    server.rooms.invite(bot, den);
    server.rooms.kick(bot, den);
    await settle();
    expect(events('stream-notify-user')).toMatchObject([
      ['inserted', { rid: den.id, name: 'den', t: 'p' }],
      ['updated', { rid: den.id }],
      ['removed', { rid: den.id }],
    ]);
  });

  it('says what integrations and the system say in their own forms', async () => {
    const { server, bot, ops } = await startWorkspace();
    const { subscribe, events, settle } = await client(server, bot.token);
    await subscribe('s1', ...mine);
    const attachments = [{ color: '#D63232', title: 'HighCpu', fields: [{ title: 'Host', value: 'web01' }] }];
    server.integrationMessage({ room: ops, alias: 'Alertmanager', attachments });
    server.systemMessage(ops, 'room_changed_topic', { msg: 'new topic' });
    await settle();
    expect(events('stream-room-messages').map(([message]) => message)).toMatchObject([
      { alias: 'Alertmanager', bot: { i: expect.any(String) }, attachments, u: { username: 'rocket.cat' }, msg: '' },
      { t: 'room_changed_topic', msg: 'new topic' },
    ]);
  });
});

describe('methods', () => {
  it('answers an unknown one with 404', async () => {
    const { server, bot } = await startWorkspace();
    const { call } = await client(server, bot.token);
    expect((await call('nonsense')).error).toMatchObject({ error: 404, reason: "Method 'nonsense' not found" });
  });

  it('takes typing under the own name only, and answers either way without a value', async () => {
    const { server, bot, ann, ops } = await startWorkspace();
    const watcher = await client(server, ann.token);
    await watcher.subscribe('s1', 'stream-notify-room', `${ops.id}/user-activity`, false);
    const { call } = await client(server, bot.token);
    const key = `${ops.id}/user-activity`;
    expect(await call('stream-notify-room', key, 'glimpse', ['user-typing'], {})).toEqual({
      msg: 'result',
      id: 'call-2',
    });
    await call('stream-notify-room', key, 'ann', ['user-typing'], {});
    await call('stream-notify-room', `${ops.id}/typing`, 'glimpse', true);
    await call('stream-notify-room', key, 'glimpse', [], {});
    await watcher.settle();
    expect(watcher.events('stream-notify-room')).toEqual([
      ['glimpse', ['user-typing'], {}],
      ['glimpse', [], {}],
    ]);
    expect(server.activities).toHaveLength(2);
  });

  it('swallows what it refuses to send, and takes no attachments', async () => {
    const { server, bot, ops } = await startWorkspace();
    const { call, subscribe, events, settle } = await client(server, bot.token);
    await subscribe('s1', 'stream-notify-user', `${bot.id}/message`, false);
    expect(await call('sendMessage', { rid: ops.id, msg: 'x'.repeat(5001) })).toEqual({ msg: 'result', id: 'call-2' });
    expect((await call('sendMessage', { rid: ops.id, msg: 'x', attachments: [] })).error).toMatchObject({ error: 400 });
    server.rooms.archive(ops);
    await call('sendMessage', { rid: ops.id, msg: 'x' });
    await settle();
    expect(server.messages(ops)).toEqual([]);
    expect(events('stream-notify-user')).toMatchObject([[{ msg: 'room_is_archived', private: true }]]);
  });

  it('changes attachments by updateMessage, which REST cannot', async () => {
    const { server, bot, ops } = await startWorkspace();
    const { body } = await restAs(server.url, bot).post('chat.postMessage', { roomId: ops.id, text: 'one' });
    const { _id } = body.message as { _id: string };
    const { call } = await client(server, bot.token);
    await call('updateMessage', { _id, rid: ops.id, msg: 'two', attachments: [{ text: 'more' }] });
    expect(server.message(_id)).toMatchObject({ msg: 'two', attachments: [{ text: 'more' }] });
    expect((await call('updateMessage', { _id, u: {} })).error).toMatchObject({ error: 'error-invalid-update-key' });
  });

  it('works them off in their order, with pings between', async () => {
    const clock = createManualClock();
    const { server, bot } = await startWorkspace({ clock });
    const { call, send, next, received } = await client(server, bot.token);
    server.delay(1_000, 'rooms/get');
    const slow = call('rooms/get');
    const quick = call('UserPresence:online');
    send({ msg: 'ping', id: 'p' });
    expect(await next(({ msg }) => msg === 'pong')).toEqual({ msg: 'pong', id: 'p' });
    await vi.waitFor(() => expect(clock.sleepers).toBe(2)); // the delay, and the heartbeat
    await clock.advance(1_000);
    await Promise.all([slow, quick]);
    expect(received.slice(-5).map(({ msg, id }) => [msg, id])).toEqual([
      ['pong', 'p'],
      ['updated', undefined],
      ['result', 'call-2'],
      ['updated', undefined],
      ['result', 'call-3'],
    ]);
  });

  it('refuses the eleventh call of a method in ten seconds, with the time to wait', async () => {
    const clock = createManualClock();
    const { server, bot } = await startWorkspace({ clock });
    const { call } = await client(server, bot.token);
    for (let count = 0; count < 10; count += 1) expect((await call('UserPresence:online')).error).toBeUndefined();
    await clock.advance(4_000);
    const { error } = await call('UserPresence:online');
    expect(error).toMatchObject({ error: 'too-many-requests', details: { timeToReset: 6_000 } });
    await clock.advance(6_001);
    expect((await call('UserPresence:online')).error).toBeUndefined();
  });

  it('lets forty stream subscriptions through, and no more', async () => {
    const { server, bot, ops } = await startWorkspace({ clock: createManualClock() });
    const { subscribe } = await client(server, bot.token);
    for (let count = 0; count < 40; count += 1) {
      expect(await subscribe(`s${count}`, 'stream-room-messages', ops.id)).toMatchObject({ msg: 'ready' });
    }
    expect(await subscribe('s40', 'stream-room-messages', ops.id)).toMatchObject({
      msg: 'nosub',
      error: { error: 'too-many-requests', details: { timeToReset: 40_000 } },
    });
  });
});

describe('the heartbeat', () => {
  it.each([
    ['monolith', 15_000, 1000],
    ['streamer', 30_000, 4000],
  ] as const)('pings a quiet client and gives it up after as long again (%s)', async (flavour, quietMs, code) => {
    const clock = createManualClock();
    const { server, bot } = await startWorkspace({ flavour, clock });
    const { next, received, closed } = await client(server, bot.token);
    await clock.advance(quietMs - 1);
    expect(received.some(({ msg }) => msg === 'ping')).toBe(false);
    await clock.advance(1);
    expect(await next(({ msg }) => msg === 'ping')).toEqual({ msg: 'ping' });
    await clock.advance(quietMs);
    expect(await closed).toEqual({ code });
  });

  it('keeps a client that answers its pings', async () => {
    const clock = createManualClock();
    const { server, bot } = await startWorkspace({ clock });
    const { next, send, received, settle } = await client(server, bot.token);
    await clock.advance(15_000);
    await next(({ msg }) => msg === 'ping');
    send({ msg: 'pong' });
    await settle();
    await clock.advance(15_000);
    await settle();
    await clock.advance(14_999);
    expect(server.connections[0]?.isOpen).toBe(true);
    expect(received.filter(({ msg }) => msg === 'ping')).toHaveLength(2);
  });
});
