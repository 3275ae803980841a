import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { chatKinds } from '../../../../src/chat/index.ts';
import { loadConfig } from '../../../../src/config/load.ts';
import { BotError } from '../../../../src/domain/errors.ts';

/** Loads a config whose only chat has these lines. */
async function load(...lines: string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'glimpse-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'token'), 'secret-from-a-file\n');
  const chat = ['kind: rocketchat', 'url: https://chat.example.net/sub', ...lines].map((line) => `    ${line}`);
  await writeFile(join(folder, 'glimpse.yaml'), ['chats:', '  team:', ...chat].join('\n'));
  return loadConfig({ env: {}, cwd: folder, sourceKinds: [], chatKinds });
}

const faultsOf = (loading: Promise<unknown>) =>
  loading.then(
    () => '',
    (thrown: unknown) => (thrown instanceof BotError ? thrown.message : String(thrown)),
  );

it('reads a token from a file and fills in how the bot behaves', async () => {
  const config = await load(
    'userId: abc',
    'token_file: token',
    'rooms: { ops: { bareLines: true, zone: Europe/Berlin } }',
  );
  expect(config.chats).toMatchObject([
    {
      name: 'team',
      kind: 'rocketchat',
      options: {
        url: 'https://chat.example.net/sub/',
        userId: 'abc',
        answers: 'thread',
        catchUp: 600_000,
        receiptAfter: 1_000,
        rooms: { ops: { bareLines: true, zone: 'Europe/Berlin' } },
      },
    },
  ]);
  const options = config.chats[0]?.options as { token: { reveal(): string } } | undefined;
  expect(options?.token.reveal()).toBe('secret-from-a-file');
  expect(JSON.stringify(config)).not.toContain('secret-from-a-file');
});

it('takes name and password instead', async () => {
  const config = await load('username: glimpse', 'password: hunter2', 'answers: inline', 'catchUp: 30m');
  expect(config.chats[0]?.options).toMatchObject({ username: 'glimpse', answers: 'inline', catchUp: 1_800_000 });
});

it.each([
  ['no credentials', []],
  ['half of them', ['userId: abc']],
  ['both kinds', ['userId: abc', 'token: xyz', 'username: glimpse', 'password: hunter2']],
  ['a mixture', ['userId: abc', 'password: hunter2']],
])('refuses %s', async (_what, lines) => {
  expect(await faultsOf(load(...lines))).toMatch(/either userId and token, or username and password/);
});

it('refuses a zone that does not exist, and a key that nobody reads', async () => {
  const credentials = ['userId: abc', 'token: xyz'];
  expect(await faultsOf(load(...credentials, 'rooms: { ops: { zone: Mars/Base } }'))).toMatch(
    /ops\.zone: .*no time zone/,
  );
  expect(await faultsOf(load(...credentials, 'room: ops'))).toMatch(/room: is no key/);
});
