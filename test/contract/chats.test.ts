/** The chat contract over every registered kind. */
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { chatKinds } from '../../src/chat/index.ts';
import { rocketchat } from '../../src/chat/rocketchat.ts';
import { startRocketChat } from '../doubles/rocketchat/simulator.ts';
import { CHAT_SECRET, type ChatHarness, type ChatPlatform, describeChatContract } from './chat.contract.ts';

async function startPlatform({ maxChars }: { readonly maxChars?: number } = {}): Promise<ChatPlatform> {
  const settings = maxChars === undefined ? {} : { settings: { Message_MaxAllowedSize: maxChars } };
  const server = await startRocketChat({ version: '8.8', ...settings });
  onTestFinished(() => server.close());
  const bot = server.users.addUser({ username: 'glimpse', roles: ['user', 'bot'], password: CHAT_SECRET });
  const ana = server.users.addUser({ username: 'ana' });
  const other = server.users.addUser({ username: 'other', roles: ['bot'] });
  const room = server.rooms.addRoom({ name: 'ops', type: 'p', members: [bot, ana, other] });
  const speakers = { person: ana, bot, 'other bot': other };
  return {
    options: { kind: 'rocketchat', url: server.url, username: 'glimpse', password: CHAT_SECRET },
    room: room.id,
    mention: '@glimpse',
    say: (text, as, tmid) => server.say(speakers[as], room, text, { ...(tmid && { tmid }) })._id,
    posts: () =>
      server
        .messages(room)
        .filter(({ u }) => u._id === bot.id)
        .map(({ msg, tmid, file }) => ({
          text: msg,
          ...(tmid && { threadId: tmid }),
          ...(file !== undefined && {
            fileBytes: server.files.get((file as { _id: string })._id)?.data.byteLength ?? 0,
          }),
        })),
    slowDownOnce: () => server.rateLimitNext('chat.sendMessage', 1, 500),
    refuseFileOnce: () =>
      server.failNext({
        path: 'rooms.media/',
        status: 400,
        body: {
          success: false,
          error: 'File size exceeds the allowed limit [error-file-too-large]',
          errorType: 'error-file-too-large',
        },
      }),
    loseAnswerOnce: () => server.truncateNext('chat.sendMessage', 'reset'),
    dropLink: () => server.cut('close1000'),
    revoke() {
      server.revokeToken(bot);
      // with a password the bot would sign in again
      server.failNext({
        path: '/login',
        status: 401,
        body: { success: false, status: 'error', error: 403 },
        times: 99,
      });
    },
    close: () => server.close(),
  };
}

const harnesses: readonly ChatHarness[] = [{ definition: rocketchat, start: startPlatform }];

for (const harness of harnesses) describeChatContract(harness);

it('runs over every registered kind, and every adapter is registered', () => {
  const adapters = readdirSync(resolve(import.meta.dirname, '../../src/chat'))
    .filter((name) => name.endsWith('.ts') && !['chat.ts', 'index.ts', 'deliver.ts'].includes(name))
    .map((name) => name.replace('.ts', ''));
  const kinds = chatKinds.map(({ kind }) => kind);
  expect(kinds.toSorted()).toEqual(adapters.toSorted());
  expect(harnesses.map(({ definition }) => definition.kind).toSorted()).toEqual(kinds.toSorted());
});
