/** What the bot hears: over both server implementations, across every way a connection can break. */
import { expect, it } from 'vitest';
import { listen, makeBot, settle, startBot, startServer, until } from './rocketchat-harness.ts';

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
