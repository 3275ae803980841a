import { expect, it } from 'vitest';
import { createIdentity } from '../../../../src/chat/rocketchat/identity.ts';
import type { Credentials, RestClient } from '../../../../src/chat/rocketchat/rest-client.ts';
import { BotError } from '../../../../src/domain/errors.ts';
import { Secret } from '../../../../src/lib/secret.ts';

it('takes a new token from where the first came from, without a restart', async () => {
  const token = new Secret('old');
  token.comesFrom(async () => 'new');
  let credentials: Credentials | undefined;
  const rest = {
    signIn(next: Credentials) {
      credentials = next;
    },
    call: async () => {
      if (credentials?.token !== 'new') throw new BotError('CHAT_AUTH', 'no');
      return { _id: 'botId', username: 'glimpse', roles: [] };
    },
  } as unknown as RestClient;
  const identity = createIdentity({ userId: 'botId', token }, new URL('https://chat.example.net/'), rest);
  expect(await identity.get(AbortSignal.timeout(5_000))).toMatchObject({ token: 'new', username: 'glimpse' });
});

it('keeps its token when the place it came from cannot be read', async () => {
  const token = new Secret('old');
  token.comesFrom(async () => {
    throw new Error('no such file');
  });
  await token.refresh();
  expect(token.reveal()).toBe('old');
});
