/** The server's rate limits are kept, waited for, and spent on what matters. */
import { expect, it } from 'vitest';
import { createManualClock } from '../doubles/rocketchat/manual-clock.ts';
import {
  inRoom,
  listen,
  makeBot,
  PIXEL,
  patient,
  say,
  settle,
  startBot,
  startServer,
  until,
} from './rocketchat-harness.ts';

const LIMITED = { botRoles: ['user'] } as const;

it('spends nothing on limits when the bot has its role', async () => {
  const { server, bot, ops } = await startServer();
  const chat = makeBot(server.url, bot);
  const post = (index: number) => chat.upload?.(PIXEL, say(`${index}`), inRoom(ops), key(index), patient());
  await Promise.all(Array.from({ length: 15 }, (_, index) => post(index)));
  expect(server.messages(ops)).toHaveLength(15);
  expect(server.requests.filter(({ status }) => status === 429)).toEqual([]);
});

it('posts in order within 5 a second when the bot has no role, without a single refusal', async () => {
  const { server, bot, ops } = await startServer(LIMITED);
  const chat = makeBot(server.url, bot);
  const posts = Array.from({ length: 8 }, (_, index) => chat.post(say(`${index}`), inRoom(ops), key(index), patient()));
  await Promise.all(posts);
  expect(server.messages(ops).map(({ msg }) => msg)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
  expect(server.requests.filter(({ status }) => status === 429)).toEqual([]);
});

it('gives a picture up soon when the limit is used up, so that the words can go alone', async () => {
  const clock = createManualClock();
  const { server, bot, ops } = await startServer({ ...LIMITED, clock });
  const chat = makeBot(server.url, bot, { clock });
  for (let index = 0; index < 10; index += 1) {
    await chat.upload?.(PIXEL, say(`${index}`), inRoom(ops), key(index), patient());
  }
  const late = chat.upload?.(PIXEL, say('late'), inRoom(ops), key(10), patient());
  await expect(late).rejects.toMatchObject({ code: 'CHAT_RATE_LIMITED', retryable: true });
  await chat.post(say('words alone'), inRoom(ops), key(11), patient());
  expect(server.messages(ops)).toHaveLength(11);
  expect(server.requests.filter(({ status }) => status === 429)).toEqual([]);
});

it('waits as long as a 429 says, by the time in X-RateLimit-Reset, and then posts once', async () => {
  const clock = createManualClock();
  const { server, bot, ops } = await startServer({ ...LIMITED, clock });
  const chat = makeBot(server.url, bot, { clock });
  await chat.post(say('one'), inRoom(ops), key(1), patient());
  server.rateLimitNext('chat.sendMessage');
  const posting = chat.post(say('two'), inRoom(ops), key(2), patient());
  await until(() => server.requests.some(({ status }) => status === 429), 'the server refuses');
  await settle(50);
  expect(server.messages(ops)).toHaveLength(1);
  await until(() => {
    void clock.advance(100);
    return server.messages(ops).length === 2;
  }, 'the post follows');
  await posting;
  expect(server.messages(ops).map(({ msg }) => msg)).toEqual(['one', 'two']);
});

it('catches up with many rooms within the limit, and hears live messages meanwhile', async () => {
  const clock = createManualClock();
  const { server, bot, ana, ops } = await startServer({ ...LIMITED, clock });
  const sinceMs = clock.now();
  for (let index = 0; index < 12; index += 1) {
    const room = server.rooms.addRoom({ name: `room${index}`, type: 'p', members: [bot, ana] });
    server.say(ana, room, `@glimpse missed ${index}`);
  }
  const { texts } = listen(makeBot(server.url, bot, { clock }), { sinceMs });
  await until(() => texts().length >= 9, 'ten rooms are read'); // of which ops may be one
  server.say(ana, ops, '@glimpse live');
  await settle(50);
  await clock.advance(5_000);
  await until(() => texts().includes('live'), 'the live message arrives');
  await clock.advance(61_000);
  await until(() => texts().length === 13, 'the other rooms are read');
  expect(server.requests.filter(({ status }) => status === 429)).toEqual([]);
});

it('leaves out a reaction when calls are scarce, and takes a given one away for sure', async () => {
  const { server, ana, ops, heard, chat } = await startBot(LIMITED);
  const said = server.say(ana, ops, '@glimpse cpu');
  const message = await until(() => heard[0], 'the question arrives');
  await chat.react?.(message, 'working', patient());
  expect(server.message(said._id)?.reactions).toEqual({ ':hourglass_flowing_sand:': { usernames: ['glimpse'] } });
  await chat.react?.(message, undefined, patient());
  expect(server.message(said._id)?.reactions ?? {}).toEqual({});
  for (let index = 0; index < 8; index += 1) await chat.react?.(message, index % 2 ? undefined : 'working', patient());
  await expect(chat.react?.(message, 'working', patient())).rejects.toMatchObject({ code: 'CHAT_RATE_LIMITED' });
});

it('says that it types while it works, under the name the server checks', async () => {
  const { server, ana, ops, heard, chat } = await startBot({ settings: { UI_Use_Real_Name: true } });
  server.say(ana, ops, '@glimpse cpu');
  const message = await until(() => heard[0], 'the question arrives');
  const stop = chat.typing?.(message, patient());
  await until(() => server.activities.length === 1, 'the bot types');
  stop?.();
  await until(() => server.activities.length === 2, 'the bot stops');
  expect(server.activities.map(({ args }) => args.slice(0, 2))).toEqual([
    ['Glimpse', ['user-typing']],
    ['Glimpse', []],
  ]);
});

const key = (index: number) => ({ idempotencyKey: `key ${index}` });

it.each([
  ['nothing when all is well', {}, {}, []],
  ['the role that lifts the limit', LIMITED, {}, [/10 calls a minute.*role bot/]],
  ['the role that opens private rooms', { botRoles: ['bot'] }, {}, [/lacks the role user/]],
  ['a room it is not in', {}, { rooms: { ops: {}, elsewhere: {} } }, [/not in the room elsewhere.*\/invite @glimpse/]],
  ['a wrong token', {}, { token: 'wrong' }, [/does not accept userId and token.*personal access token/]],
  ['uploads that are off', { settings: { FileUpload_Enabled: false } }, {}, [/uploads are off/]],
] as const)('reports %s', async (_what, server, config, problems) => {
  const place = await startServer(server);
  const found = await makeBot(place.server.url, place.bot, { config }).check(patient());
  expect(found.version).toBe('8.8');
  expect(found.problems).toEqual(problems.map((problem) => expect.stringMatching(problem)));
});

it('reports rooms of alerts that it does not see', async () => {
  const { server, bot } = await startServer();
  const found = await makeBot(server.url, bot).check(patient(), ['ops', 'on-call']);
  expect(found.problems).toEqual([expect.stringMatching(/^Alerts are to go to the room on-call, which is not there/)]);
});

it('reports a realtime connection that does not come up while everything else works', async () => {
  const { server, bot } = await startServer();
  const chat = makeBot(server.url, bot, { timing: { ddp: { answerMs: 200, pingAfterMs: 1_000, deadAfterMs: 2_000 } } });
  server.delay(1_000, 'stream-room-messages');
  const found = await chat.check(patient());
  expect(found.problems).toEqual([expect.stringMatching(/realtime connection.*WebSocket upgrades of \/websocket/)]);
});

it('reports a server that is not there, and one that is no Rocket.Chat', async () => {
  const { server, bot } = await startServer();
  server.failNext({ path: 'api/info', status: 200, html: true, body: '<html>hello</html>' });
  const stranger = await makeBot(server.url, bot).check(patient());
  await server.close();
  const gone = await makeBot(server.url, bot).check(patient());
  expect(stranger.problems).toEqual([expect.stringMatching(/does not answer like a Rocket.Chat server/)]);
  expect(gone.problems).toEqual([expect.stringMatching(/refused the connection.*Check the url/)]);
});

it('knows the limits of the server', async () => {
  const { server, bot, ops } = await startServer({ version: '8.3', settings: { Message_MaxAllowedSize: 700 } });
  const chat = makeBot(server.url, bot);
  await chat.post(say('x'), inRoom(ops), key(1), patient());
  expect(chat.limits).toEqual({ maxChars: 700, maxFileBytes: 104_857_600, tables: 'monospace' });
});
