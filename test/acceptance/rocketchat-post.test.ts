/** What the bot says: text, pictures, edits, buttons; on every generation of servers, once, within the limits. */
import { expect, it } from 'vitest';
import type { Chat } from '../../src/chat/chat.ts';
import { messageIdOf } from '../../src/chat/rocketchat/message-id.ts';
import type { PostReceipt } from '../../src/domain/message.ts';
import { createManualClock } from '../doubles/rocketchat/manual-clock.ts';
import { FAST, inRoom, makeBot, PIXEL, patient, say, settle, startServer, until } from './rocketchat-harness.ts';

const VERSIONS = ['6.9', '6.13', '7.5', '8.3', '8.8'] as const;

/** A server without a listening bot: posting needs no connection. */
async function startPoster(options: Parameters<typeof startServer>[0] & { config?: Record<string, unknown> } = {}) {
  const place = await startServer(options);
  const chat = makeBot(place.server.url, place.bot, options.config ? { config: options.config } : {});
  const question = place.server.say(place.ana, place.ops, '@glimpse cpu web01');
  const own = () => place.server.messages(place.ops).filter(({ u }) => u._id === place.bot.id);
  const paths = () => place.server.requests.map(({ method, path }) => `${method} ${path.replace('/api/v1/', '')}`);
  return { ...place, chat, question, own, paths };
}

it.each(VERSIONS)('posts words and picture as one message in the thread on %s', async (version) => {
  const { server, ops, chat, question, own } = await startPoster({ version });
  const words = say({ bold: 'CPU of web01' }, ' 62 % now · ', { link: { title: 'Graphite', url: 'http://g/x' } });
  const receipt = await chat.upload?.(PIXEL, words, inRoom(ops, question._id), { idempotencyKey: 'a' }, patient());
  expect(own()).toHaveLength(1);
  expect(own()[0]).toMatchObject({
    _id: receipt?.id,
    tmid: question._id,
    msg: '*CPU of web01* 62 % now · [Graphite](http://g/x)',
  });
  expect(own()[0]?.attachments?.[0]?.description).toBe(version === '8.8' ? PIXEL.alt : undefined);
  const file = [...server.files.values()].find(({ name }) => name.startsWith('cpu-web01.'));
  expect(file?.data.equals(Buffer.from(PIXEL.bytes))).toBe(true);
});

it.each([
  ['6.9', 'POST rooms.upload/'],
  ['7.5', 'POST rooms.media/'],
  ['8.8', 'POST rooms.media/'],
] as const)('uploads to %s by %s', async (version, route) => {
  const { ops, chat, paths } = await startPoster({ version });
  await chat.upload?.(PIXEL, say('words'), inRoom(ops), { idempotencyKey: 'a' }, patient());
  expect(paths().filter((path) => path.startsWith(route))).toHaveLength(1);
});

it('finds the other way to upload when the server does not know the first, and remembers it', async () => {
  const { server, ops, chat, own, paths } = await startPoster({ version: '7.5' });
  server.failNext({ path: 'rooms.media/', status: 404, html: true, body: '404 Not Found' });
  await chat.upload?.(PIXEL, say('one'), inRoom(ops), { idempotencyKey: 'a' }, patient());
  await chat.upload?.(PIXEL, say('two'), inRoom(ops), { idempotencyKey: 'b' }, patient());
  expect(own().map(({ msg }) => msg)).toEqual(['one', 'two']);
  expect(paths().filter((path) => path.startsWith('POST rooms.upload/'))).toHaveLength(2);
});

it('posts the same key once, also when another process repeats it', async () => {
  const { server, bot, ops, chat, own } = await startPoster();
  const first = await chat.post(say('words'), inRoom(ops), { idempotencyKey: 'a' }, patient());
  const again = await chat.post(say('words'), inRoom(ops), { idempotencyKey: 'a' }, patient());
  const other = await makeBot(server.url, bot).post(say('words'), inRoom(ops), { idempotencyKey: 'a' }, patient());
  expect(own()).toHaveLength(1);
  expect([again.id, other.id]).toEqual([first.id, first.id]);
});

it('says what an earlier try had said: an edit calls nobody', async () => {
  const { ops, chat, own } = await startPoster();
  const post = (words: string) => chat.post(say(words), inRoom(ops), { idempotencyKey: 'a' }, patient());
  expect((await post('for ana')).firstSaid).toBeUndefined();
  expect((await post('for ana and bob')).firstSaid).toBe('for ana');
  expect(own().map(({ msg }) => msg)).toEqual(['for ana and bob']);
});

it('makes no edit of words that are there already', async () => {
  const { ops, chat, paths } = await startPoster();
  const receipt = await chat.post(say('one'), inRoom(ops), { idempotencyKey: 'a' }, patient());
  await chat.update?.(receipt, say('one'), patient());
  expect(paths()).not.toContain('POST chat.update');
});

it('posts once when the answer to the first attempt was lost', async () => {
  const { server, ops, chat, own } = await startPoster();
  server.truncateNext('chat.sendMessage', 'reset');
  await expect(chat.post(say('words'), inRoom(ops), { idempotencyKey: 'a' }, patient())).rejects.toMatchObject({
    code: 'CHAT_UNREACHABLE',
    retryable: true,
  });
  await chat.post(say('words'), inRoom(ops), { idempotencyKey: 'a' }, patient());
  expect(own()).toHaveLength(1);
});

it('knows a post whose confirmation cannot be read', async () => {
  const { server, ops, chat, own } = await startPoster();
  server.truncateNext('chat.sendMessage', 'json');
  const { id } = await chat.post(say('words'), inRoom(ops), { idempotencyKey: 'a' }, patient());
  expect(own().map(({ _id }) => _id)).toEqual([id]);
});

it('counts an answer as sent when only its buttons fail, after one more try', async () => {
  const { server, ops, chat, own } = await startPoster();
  const message = { ...say('words'), buttons: [{ label: '6h', question: 'cpu web01 last 6h' }] };
  const upload = (idempotencyKey: string) => chat.upload?.(PIXEL, message, inRoom(ops), { idempotencyKey }, patient());
  server.failNext({ path: 'chat.sendMessage', status: 502, body: {}, times: 1 });
  await upload('a');
  expect(own()).toHaveLength(2);
  server.failNext({ path: 'chat.sendMessage', status: 502, body: {}, times: 2 });
  await upload('b');
  expect(own()).toHaveLength(3);
});

it("does not take somebody else's message for its own post", async () => {
  const { server, ana, ops, chat } = await startPoster();
  server.say(ana, ops, 'mine', { _id: messageIdOf('a') });
  await expect(chat.post(say('words'), inRoom(ops), { idempotencyKey: 'a' }, patient())).rejects.toMatchObject({
    code: 'CHAT_UNEXPECTED',
  });
});

it.each(['6.9', '8.8'] as const)('sends a picture once on %s when the answer was lost', async (version) => {
  const { server, ops, chat, own, question } = await startPoster({ version });
  server.truncateNext(version === '6.9' ? 'rooms.upload' : 'rooms.mediaConfirm', 'reset');
  const place = inRoom(ops, question._id);
  const receipt = await chat.upload?.(PIXEL, say('words'), place, { idempotencyKey: 'a' }, patient());
  expect(own().map(({ _id }) => _id)).toEqual([receipt?.id]);
});

it.each(['room', 'thread'] as const)(
  'looks in the %s for a picture when the question is older than the process',
  async (where) => {
    const { server, bot, ops, chat, question, own } = await startPoster();
    const options = { idempotencyKey: 'a', sinceMs: question.ts.getTime() };
    const place = where === 'room' ? inRoom(ops) : inRoom(ops, question._id);
    const first = await chat.upload?.(PIXEL, say('words'), place, options, patient());
    await settle(20);
    const other = await makeBot(server.url, bot).upload?.(PIXEL, say('words'), place, options, patient());
    expect(other?.id).toBe(first?.id);
    expect(own()).toHaveLength(1);
  },
);

it('looks for an earlier picture when the question is so old that another process may have had it', async () => {
  const clock = createManualClock();
  const { server, bot, ana, ops } = await startServer({ clock });
  const [one, other] = [makeBot(server.url, bot, { clock }), makeBot(server.url, bot, { clock })];
  await clock.advance(60_000);
  const sinceMs = server.say(ana, ops, '@glimpse cpu').ts.getTime();
  const send = (chat: Chat) =>
    chat.upload?.(PIXEL, say('words'), inRoom(ops), { idempotencyKey: 'a', sinceMs }, patient());
  await clock.advance(1_000);
  await send(one);
  expect(server.requests.some(({ path }) => path.endsWith('syncMessages'))).toBe(false);
  await clock.advance(10_000);
  await send(other);
  expect(server.messages(ops).filter(({ u }) => u._id === bot.id)).toHaveLength(1);
});

it('sends buttons that ask the whole question with the mention, after a picture in a message of their own', async () => {
  const { ops, chat, own, question } = await startPoster();
  const message = { ...say('words'), buttons: [{ label: '6h', question: 'cpu web01 last 6h' }] };
  await chat.upload?.(PIXEL, message, inRoom(ops, question._id), { idempotencyKey: 'a' }, patient());
  const [, buttons] = own();
  expect(buttons?.tmid).toBe(question._id);
  expect(buttons?.attachments?.[0]?.actions).toEqual([
    expect.objectContaining({
      type: 'button',
      text: '6h',
      msg: '@glimpse cpu web01 last 6h',
      msg_in_chat_window: true,
    }),
  ]);
});

it('leaves out a button whose question would ping people in the name of who presses it', async () => {
  const { ops, chat, own } = await startPoster();
  const message = { ...say('words'), buttons: [{ label: '6h', question: 'cpu @all last 6h' }] };
  await chat.post(message, inRoom(ops), { idempotencyKey: 'a' }, patient());
  expect(own()).toHaveLength(1);
  expect(own()[0]?.attachments ?? []).toEqual([]);
});

it.each(VERSIONS)('edits text on %s', async (version) => {
  const { ops, chat, own } = await startPoster({ version });
  const receipt = await chat.post(say('one'), inRoom(ops), { idempotencyKey: 'a' }, patient());
  await chat.update?.(receipt, say('two'), patient());
  expect(own().map(({ msg }) => msg)).toEqual(['two']);
});

it.each(VERSIONS)('says so when the text it is to edit is gone on %s', async (version) => {
  const { server, ops, chat, own } = await startPoster({ version });
  const receipt = await chat.post(say('one'), inRoom(ops), { idempotencyKey: 'a' }, patient());
  server.remove('glimpse', receipt.id);
  await expect(chat.update?.(receipt, say('two'), patient())).rejects.toMatchObject({ code: 'CHAT_FORBIDDEN' });
  expect(own()).toEqual([]);
});

it.each(['6.9', '8.3'] as const)('edits the words of a picture on %s', async (version) => {
  const { ops, chat, own } = await startPoster({ version });
  const receipt = await chat.upload?.(PIXEL, say('one'), inRoom(ops), { idempotencyKey: 'a' }, patient());
  await chat.update?.(receipt as PostReceipt, say('two'), patient());
  expect(own().map(({ msg }) => msg)).toEqual(['two']);
});

it('keeps the description of a picture rather than put words in its place', async () => {
  const { ops, chat, own } = await startPoster({ version: '8.8' });
  const receipt = await chat.upload?.(PIXEL, say('one'), inRoom(ops), { idempotencyKey: 'a' }, patient());
  const editing = chat.update?.(receipt as PostReceipt, say('two'), patient());
  await expect(editing).rejects.toMatchObject({ code: 'CHAT_FORBIDDEN' });
  expect(own()[0]?.attachments?.[0]?.description).toBe(PIXEL.alt);
});

it('asks for no link previews, on servers that know how', async () => {
  const { server, ops, chat } = await startPoster({ version: '8.8' });
  await chat.post(
    say({ link: { title: 'x', url: 'https://example.com/' } }),
    inRoom(ops),
    { idempotencyKey: 'a' },
    patient(),
  );
  const sent = server.requests.find(({ path }) => path.endsWith('chat.sendMessage'));
  expect(sent?.body).toMatchObject({ previewUrls: [] });
});

it('finds a room by its name', async () => {
  const { chat, own } = await startPoster();
  await chat.post(say('words'), { chat: 'team', room: '#ops' }, { idempotencyKey: 'a' }, patient());
  expect(own()).toHaveLength(1);
});

it('splits what is longer than the server allows, without breaking a code block', async () => {
  const { ops, chat, own } = await startPoster({ settings: { Message_MaxAllowedSize: 600 } });
  const lines = Array.from({ length: 40 }, (_, index) => `line ${index} ${'x'.repeat(30)} 🙂`);
  const message = { blocks: [{ kind: 'code' as const, text: lines.join('\n') }] };
  await chat.post(message, inRoom(ops), { idempotencyKey: 'a' }, patient());
  expect(own().length).toBeGreaterThan(2);
  for (const { msg } of own()) {
    expect(msg.length).toBeLessThanOrEqual(600);
    expect(msg.match(/^```$/gm)).toHaveLength(2);
    expect(msg.isWellFormed()).toBe(true);
  }
});

it.each([
  ['an archived room', 'CHAT_FORBIDDEN', 'archive'],
  ['a room where it is muted', 'CHAT_FORBIDDEN', 'mute'],
] as const)('says why it cannot post in %s', async (_room, code, how) => {
  const { server, bot, ops, chat } = await startPoster();
  if (how === 'archive') server.rooms.archive(ops);
  else server.rooms.mute(bot, ops);
  await expect(chat.post(say('words'), inRoom(ops), { idempotencyKey: 'a' }, patient())).rejects.toMatchObject({
    code,
  });
});

it('says that there is no such room', async () => {
  const { chat } = await startPoster();
  const posting = chat.post(say('words'), { chat: 'team', room: 'nowhere' }, { idempotencyKey: 'a' }, patient());
  await expect(posting).rejects.toMatchObject({ code: 'CHAT_NO_SUCH_ROOM' });
});

it('refuses a file that is larger than the server allows without sending it', async () => {
  const { ops, chat, paths } = await startPoster({ settings: { FileUpload_MaxFileSize: 10 } });
  const sending = chat.upload?.(PIXEL, say('words'), inRoom(ops), { idempotencyKey: 'a' }, patient());
  await expect(sending).rejects.toMatchObject({ code: 'CHAT_UPLOAD_REJECTED' });
  expect(paths().some((path) => path.includes('rooms.media'))).toBe(false);
});

it.each([
  [{ status: 502, html: true, body: '<html>bad gateway</html>' }, 'CHAT_UNREACHABLE', true],
  [{ status: 401, body: { success: false, message: 'You must be logged in to do this.' } }, 'CHAT_AUTH', false],
  [{ status: 200, html: true, body: '<html>captive portal</html>' }, 'CHAT_UNEXPECTED', false],
] as const)('reports %j as %s', async (failing, code, retryable) => {
  const { server, ops, chat } = await startPoster();
  server.failNext({ path: 'chat.sendMessage', ...failing });
  const posting = chat.post(say('words'), inRoom(ops), { idempotencyKey: 'a' }, patient());
  await expect(posting).rejects.toMatchObject({ code, retryable });
});

it('gives a slow upload up with the caller, and then posts in the same room', async () => {
  const { server, ops, chat, own } = await startPoster();
  await chat.post(say('before'), inRoom(ops), { idempotencyKey: 'a' }, patient());
  server.slowUpload(5_000);
  const sending = chat.upload?.(PIXEL, say('late'), inRoom(ops), { idempotencyKey: 'b' }, AbortSignal.timeout(200));
  const words = chat.post(say('words'), inRoom(ops), { idempotencyKey: 'c' }, patient());
  await expect(sending).rejects.toMatchObject({ code: 'CHAT_UNREACHABLE', retryable: true });
  await words;
  expect(own().map(({ msg }) => msg)).toEqual(['before', 'words']);
});

it('gives up on a server that does not answer, and posts once when it is asked again', async () => {
  const { server, bot, ops } = await startServer();
  const chat = makeBot(server.url, bot, { timing: { ...FAST, requestMs: 300 } });
  server.delay(600, 'chat.sendMessage');
  const post = () => chat.post(say('words'), inRoom(ops), { idempotencyKey: 'a' }, patient());
  await expect(post()).rejects.toMatchObject({ code: 'CHAT_UNREACHABLE', retryable: true });
  server.delay(0, 'chat.sendMessage');
  await until(() => server.messages(ops).length === 1, 'the late post arrives');
  await post();
  expect(server.messages(ops)).toHaveLength(1);
});

it('never shows its token in an error', async () => {
  const { server, bot, ops, chat } = await startPoster();
  await server.close();
  const failure: unknown = await chat.post(say('x'), inRoom(ops), { idempotencyKey: 'a' }, patient()).catch((e) => e);
  expect(JSON.stringify([String(failure), failure, (failure as Error).cause])).not.toContain(bot.token);
});

it.each(['6.9', '8.8'] as const)(
  'calls people, never a whole room, in a reply that the room sees too, on %s',
  async (version) => {
    const { ops, ana, chat, question, own } = await startPoster({ version });
    const words = say('fires again ', { mention: 'ana' }, ' ', { mention: 'all' }, ' ', { name: '@here @ana' });
    const place = { ...inRoom(ops, question._id), isShownInRoom: true };
    await chat.post(words, place, { idempotencyKey: 'a' }, patient());
    expect(own().map(({ tmid, tshow }) => [tmid, tshow])).toEqual([[question._id, true]]);
    expect(own()[0]?.mentions?.map(({ _id }) => _id)).toEqual([ana.id]);
  },
);
