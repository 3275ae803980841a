/** What the bot hears: over both server implementations, across every way a connection can break. */
import { expect, it } from 'vitest';
import {
  FAST,
  inRoom,
  listen,
  makeBot,
  patient,
  say,
  settle,
  startBot,
  startServer,
  until,
} from './rocketchat-harness.ts';

/** What keeps the process alive: sockets and timers of both sides. */
const handles = () => process.getActiveResourcesInfo().filter((name) => /TCP|Timeout|Immediate/.test(name)).length;

it.each(['monolith', 'streamer'] as const)('hears a mention on the %s and takes the mention off', async (flavour) => {
  const { server, ana, ops, heard } = await startBot({ flavour });
  const said = server.say(ana, ops, '@glimpse cpu web01 last 1h');
  const message = await until(() => heard[0], 'the message arrives');
  expect(message).toMatchObject({
    id: said._id,
    chat: 'team',
    room: ops.id,
    roomName: 'ops',
    isDirect: false,
    isAddressed: true,
    text: 'cpu web01 last 1h',
    sentMs: said.ts.getTime(),
    user: { id: ana.id, name: 'ana' },
  });
});

const cuts = ['close1000', 'close1002', 'close4000', 'reset', 'half-open', 'silent'] as const;

it.each(cuts)('hears what was said while the link was down after %s, each message once', async (how) => {
  const { server, ana, ops, chat, texts } = await startBot();
  server.say(ana, ops, '@glimpse before');
  await until(() => texts().length === 1, 'the first message arrives');
  server.cut(how);
  server.say(ana, ops, '@glimpse during');
  await until(() => server.connections.length > 1 && chat.isConnected, 'the bot reconnects');
  server.say(ana, ops, '@glimpse after');
  await until(() => texts().includes('after'), 'the last message arrives');
  await settle();
  expect(texts()).toEqual(['before', 'during', 'after']);
});

it('has one subscription after many reconnects', async () => {
  const { server, ana, ops, texts } = await startBot();
  for (let round = 0; round < 5; round += 1) {
    const count = server.connections.length;
    server.cut('close1000');
    await until(() => server.connections.length > count, 'the bot reconnects');
    await settle(30);
  }
  server.say(ana, ops, '@glimpse once');
  await until(() => texts().includes('once'), 'the message arrives');
  await settle();
  expect(texts()).toEqual(['once']);
  expect(server.connections.filter(({ isOpen }) => isOpen)).toHaveLength(1);
});

it('answers after a restart what was asked while it was away', async () => {
  const { server, bot, ana, ops } = await startServer();
  const sinceMs = Date.now();
  server.say(ana, ops, '@glimpse long ago', { at: new Date(sinceMs - 3_600_000) });
  server.say(ana, ops, '@glimpse first');
  server.say(ana, ops, '@glimpse second');
  const { texts } = listen(makeBot(server.url, bot), { sinceMs });
  await until(() => texts().length >= 2, 'both messages arrive');
  await settle();
  expect(texts()).toEqual(['first', 'second']);
});

it('stops for good when its token is revoked, and says what to do', async () => {
  const { server, bot, ended, chat } = await startBot();
  server.revokeToken(bot);
  await expect(ended).rejects.toMatchObject({ code: 'CHAT_AUTH' });
  await expect(ended).rejects.toThrow(/make a new|new personal access token/i);
  expect(chat.isConnected).toBe(false);
});

it('frees every timer, socket and listener of a hundred connections', async () => {
  const { server, chat, stop, ended } = await startBot({
    timing: { ...FAST, supervisor: { backoffMs: 1, backoffMaxMs: 2, steadyMs: 30_000, holdMs: 5_000, progressMs: 50 } },
  });
  const before = handles();
  for (let round = 0; round < 100; round += 1) {
    const count = server.connections.length;
    server.cut(round % 2 === 0 ? 'close1000' : 'reset');
    await until(() => server.connections.length > count && chat.isConnected, 'the bot reconnects');
  }
  await until(() => handles() <= before, `handles fall back to ${before}`);
  stop();
  await ended;
  expect(chat.isConnected).toBe(false);
});

it('ignores its own posts, other bots, edits, system messages, reactions and previews', async () => {
  const { server, bot, ana, ops, texts } = await startBot();
  const other = server.users.addUser({ username: 'otherbot', roles: ['bot'] });
  server.rooms.invite(other, ops);
  const first = server.say(ana, ops, '@glimpse first https://example.com/x');
  await until(() => texts().length === 1, 'the question arrives');
  server.say(bot, ops, '@glimpse from myself');
  server.say(other, ops, '@glimpse from a bot user');
  server.integrationMessage({ room: ops, alias: 'Grafana', text: '@glimpse from a webhook' });
  server.systemMessage(ops, 'room_changed_topic', { user: ana, msg: '@glimpse topic' });
  server.edit(ana, first, '@glimpse first, edited');
  server.react(ana, first, ':eyes:');
  server.enrich(first);
  server.say(ana, ops, 'nothing for the bot');
  server.say(ana, ops, '@glimpse last');
  await until(() => texts().includes('last'), 'the last question arrives');
  await settle();
  expect(texts()).toEqual(['first https://example.com/x', 'last']);
});

it('ignores rooms that it has not joined', async () => {
  const { server, ana, ops, texts } = await startBot();
  const other = server.rooms.addRoom({ name: 'other', type: 'c', members: [ana] });
  server.say(ana, other, '@glimpse elsewhere');
  server.say(ana, ops, '@glimpse here');
  await until(() => texts().length > 0, 'a question arrives');
  await settle();
  expect(texts()).toEqual(['here']);
});

it('takes every line of a direct room as addressed', async () => {
  const { server, bot, ana, heard } = await startBot();
  const direct = server.rooms.addDirect(bot, ana);
  server.say(ana, direct, 'cpu web01');
  const message = await until(() => heard[0], 'the line arrives');
  expect(message).toMatchObject({ isDirect: true, isAddressed: true, text: 'cpu web01', room: direct.id });
  expect(message).not.toHaveProperty('roomName');
});

it('takes no line of a new direct room of three as addressed, but a mention', async () => {
  const { server, bot, ana, heard } = await startBot();
  const ben = server.users.addUser({ username: 'ben' });
  const three = server.rooms.addRoom({ name: '', type: 'd', members: [bot, ana, ben] });
  server.say(ana, three.id, 'cpu web01');
  server.say(ana, three.id, '@glimpse cpu web02');
  await until(() => heard.length > 0, 'the question arrives');
  expect(heard).toMatchObject([{ text: 'cpu web02', isDirect: false }]);
});

it('takes bare lines where the config says so, and only there', async () => {
  const { server, bot, ana, heard, texts } = await startBot({ config: { rooms: { OPS: { bareLines: true } } } });
  const other = server.rooms.addRoom({ name: 'other', type: 'p', members: [bot, ana] });
  server.say(ana, other, 'cpu web02');
  server.say(ana, 'ops', '@ana cpu web03');
  server.say(ana, 'ops', 'cpu web01');
  await until(() => texts().length > 0, 'the line arrives');
  await settle();
  expect(heard).toMatchObject([{ text: 'cpu web01', isAddressed: false, roomName: 'OPS' }]);
});

it('takes a reply in the thread of a question like a bare line, unless it names somebody else', async () => {
  const { server, ana, ops, heard } = await startBot();
  const ben = server.users.addUser({ username: 'ben' });
  server.rooms.invite(ben, ops);
  const question = server.say(ana, ops, '@glimpse cpu web01');
  const foreign = server.say(ana, ops, 'lunch?');
  server.say(ana, ops, '6h', { tmid: question._id });
  server.say(ana, ops, '@ben look at this', { tmid: question._id });
  server.say(ana, ops, 'pizza', { tmid: foreign._id });
  server.say(ana, ops, '@glimpse last');
  await until(() => heard.at(-1)?.text === 'last', 'the last question arrives');
  expect(heard.slice(0, -1)).toMatchObject([
    { text: 'cpu web01', isAddressed: true },
    { text: '6h', isAddressed: false, threadId: question._id },
  ]);
});

it('knows the thread of a question after a restart', async () => {
  const { server, bot, ana, ops } = await startServer();
  const question = server.say(ana, ops, '@glimpse cpu web01');
  const chat = makeBot(server.url, bot);
  await chat.post(say('62 %'), inRoom(ops, question._id), { idempotencyKey: 'a' }, patient());
  const { heard } = listen(makeBot(server.url, bot));
  await until(() => server.connections.length === 1, 'the bot connects');
  await settle();
  server.say(ana, ops, '6h', { tmid: question._id });
  expect(await until(() => heard.find(({ text }) => text === '6h'), 'the reply arrives')).toMatchObject({
    isAddressed: false,
  });
});

it('knows after a restart a thread in which it has written', async () => {
  const { server, bot, ana, ops } = await startServer();
  const root = server.say(ana, ops, 'what a day');
  await makeBot(server.url, bot).post(say('62 %'), inRoom(ops, root._id), { idempotencyKey: 'a' }, patient());
  const { heard } = listen(makeBot(server.url, bot));
  await until(() => server.connections[0]?.subscriptions.length === 1, 'the bot subscribes');
  await settle();
  server.say(ana, ops, '6h', { tmid: root._id });
  expect(await until(() => heard[0], 'the reply arrives')).toMatchObject({ text: '6h', isAddressed: false });
});

it('takes a reply below its own post like a bare line', async () => {
  const { server, ana, ops, heard, chat } = await startBot();
  const post = await chat.post(say('HighCpu fires'), inRoom(ops), { idempotencyKey: 'a' }, patient());
  server.say(ana, ops, 'I look at it', { tmid: post.id });
  expect(await until(() => heard[0], 'the reply arrives')).toMatchObject({ isAddressed: false, threadId: post.id });
});

it('catches up with threads and several rooms, oldest first', async () => {
  const { server, bot, ana, ops } = await startServer();
  const second = server.rooms.addRoom({ name: 'second', type: 'p', members: [bot, ana] });
  const sinceMs = Date.now();
  const root = server.say(ana, ops, '@glimpse one');
  await settle(5);
  server.say(ana, ops, '@glimpse two', { tmid: root._id });
  server.say(ana, second, '@glimpse other room');
  await settle(5);
  server.say(ana, ops, '@glimpse three');
  const { texts } = listen(makeBot(server.url, bot), { sinceMs });
  await until(() => texts().length >= 4, 'all questions arrive');
  await settle();
  expect(texts().filter((text) => text !== 'other room')).toEqual(['one', 'two', 'three']);
  expect(texts()).toHaveLength(4);
});

it('tells how far it has read, also while nothing is said to the bot', async () => {
  const { server, bot, ana, ops } = await startServer();
  const { progress } = listen(makeBot(server.url, bot));
  await until(() => progress.length > 0, 'the first word comes at once');
  const firstMs = progress[0] as number;
  expect(Math.abs(firstMs - Date.now())).toBeLessThan(60_000);
  await settle(20);
  server.say(ana, ops, 'lunch?');
  await until(() => (progress.at(-1) as number) > firstMs, 'the place moves on');
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
});

it('tells no further than the oldest message that is not taken yet', async () => {
  const { server, bot, ana, ops } = await startServer();
  const gate = Promise.withResolvers<void>();
  const { progress, texts } = listen(makeBot(server.url, bot), { onMessage: () => gate.promise });
  await until(() => server.connections[0]?.subscriptions.length === 1, 'the bot subscribes');
  await settle();
  const waiting = server.say(ana, ops, '@glimpse cpu');
  await settle();
  server.say(ana, ops, 'lunch?');
  await settle();
  const saidMs = new Date(waiting.ts as never).getTime();
  expect(progress.at(-1)).toBeLessThanOrEqual(saidMs);
  gate.resolve();
  await until(() => texts().length > 0, 'the question is taken');
  server.say(ana, ops, 'dinner?');
  await until(() => (progress.at(-1) as number) > saidMs, 'the place moves on');
});

it('answers nothing older than catchUp after an outage', async () => {
  const { server, bot, ana, ops } = await startServer();
  const nowMs = Date.now();
  server.say(ana, ops, '@glimpse old', { at: new Date(nowMs - 11 * 60_000) });
  server.say(ana, ops, '@glimpse young', { at: new Date(nowMs - 9 * 60_000) });
  const { texts } = listen(makeBot(server.url, bot), { sinceMs: nowMs - 3_600_000 });
  await until(() => texts().length > 0, 'a question arrives');
  await settle();
  expect(texts()).toEqual(['young']);
});

it('answers nothing that was said before the very first start', async () => {
  const { server, bot, ana, ops } = await startServer();
  server.say(ana, ops, '@glimpse earlier', { at: new Date(Date.now() - 60_000) });
  const { texts } = listen(makeBot(server.url, bot));
  await until(() => server.connections[0]?.subscriptions.length === 1, 'the bot subscribes');
  await settle();
  server.say(ana, ops, '@glimpse now');
  await until(() => texts().length > 0, 'a question arrives');
  expect(texts()).toEqual(['now']);
});

it('hands a message over again until it is taken', async () => {
  const { server, bot, ana, ops } = await startServer();
  let refusals = 2;
  const onMessage = async () => {
    refusals -= 1;
    if (refusals >= 0) throw new Error('the store is away');
  };
  const { texts } = listen(makeBot(server.url, bot), { onMessage });
  await until(() => server.connections[0]?.subscriptions.length === 1, 'the bot subscribes');
  server.say(ana, ops, '@glimpse cpu');
  await until(() => texts().length > 0, 'the question is taken');
  expect(texts()).toEqual(['cpu']);
});

it('takes an event that the server sends twice once, and survives frames that are no JSON', async () => {
  const { server, ana, ops, texts } = await startBot();
  server.connections.at(-1)?.sendRaw('{"msg":');
  server.connections.at(-1)?.sendRaw('null');
  server.connections
    .at(-1)
    ?.sendRaw(
      '{"msg":"changed","collection":"stream-room-messages","fields":{"eventName":"__my_messages__","args":[{"x":1}]}}',
    );
  server.duplicateNextEvent();
  server.say(ana, ops, '@glimpse twice');
  server.say(ana, ops, '@glimpse last');
  await until(() => texts().includes('last'), 'the last question arrives');
  await settle();
  expect(texts()).toEqual(['twice', 'last']);
});

it('waits for a server that is down when it starts', async () => {
  const { server, bot, ana, ops } = await startServer();
  const down = Promise.withResolvers<void>();
  server.refuseConnections(down.promise);
  const chat = makeBot(server.url, bot);
  const { texts } = listen(chat);
  await settle(200);
  expect(chat.isConnected).toBe(false);
  server.say(ana, ops, '@glimpse meanwhile');
  down.resolve();
  await until(() => texts().length > 0, 'the question arrives');
  expect(texts()).toEqual(['meanwhile']);
});

it('hears what is said while the list of rooms cannot be read, and catches up later', async () => {
  const { server, ana, ops, chat, texts } = await startBot();
  server.failNext({ path: 'rooms.get', status: 502, html: true, body: 'bad gateway', times: 2 });
  const count = server.connections.length;
  server.cut('reset');
  server.say(ana, ops, '@glimpse during');
  await until(() => server.connections.length > count && chat.isConnected, 'the bot reconnects');
  server.say(ana, ops, '@glimpse after');
  await until(() => texts().length >= 2, 'both questions arrive');
  await settle();
  expect(texts().toSorted()).toEqual(['after', 'during']);
});

it('signs in with a password, and again when the token has run out', async () => {
  const { server, bot, ana, ops } = await startServer();
  const config = { userId: undefined, token: undefined, username: 'glimpse', password: bot.password };
  const chat = makeBot(server.url, bot, { config });
  const { texts } = listen(chat);
  await until(() => chat.isConnected, 'the bot connects');
  server.expireTokens(bot);
  server.cut('close1000');
  await until(() => server.connections.length > 1 && chat.isConnected, 'the bot reconnects');
  await settle();
  server.say(ana, ops, '@glimpse cpu');
  await until(() => texts().length > 0, 'the question arrives');
});

it('gives up at once when the password is wrong', async () => {
  const { server, bot } = await startServer();
  const config = { userId: undefined, token: undefined, username: 'glimpse', password: 'wrong' };
  const { ended } = listen(makeBot(server.url, bot, { config }));
  await expect(ended).rejects.toMatchObject({ code: 'CHAT_AUTH' });
  expect(server.requests.filter(({ path }) => path.endsWith('/login'))).toHaveLength(1);
});

it('tells the zone of a person where it differs from the configured one', async () => {
  const { server, ops, heard } = await startBot({ zone: 'Etc/UTC' });
  const near = server.users.addUser({ username: 'near', utcOffset: 0 });
  const far = server.users.addUser({ username: 'far', utcOffset: 9 });
  for (const user of [near, far]) {
    server.rooms.invite(user, ops);
    server.say(user, ops, '@glimpse cpu');
  }
  await until(() => heard.length === 2, 'both questions arrive');
  expect(heard.map(({ user }) => user.zone)).toEqual([undefined, 'Etc/GMT-9']);
});

it('can be started again after its credentials were refused and mended', async () => {
  const { server, bot, ana, ops } = await startServer();
  const chat = makeBot(server.url, bot);
  server.failNext({ path: '/me', status: 401, body: { success: false, message: 'You must be logged in to do this.' } });
  await expect(listen(chat).ended).rejects.toMatchObject({ code: 'CHAT_AUTH' });
  const { texts } = listen(chat);
  await until(() => chat.isConnected, 'the bot connects');
  await settle(50);
  server.say(ana, ops, '@glimpse cpu');
  await until(() => texts().length > 0, 'the question arrives');
});
