import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import { expect, it, onTestFinished } from 'vitest';
import { findRunningBot } from '../../../src/cli/remote.ts';
import type { Scope } from '../../../src/config/scopes.ts';
import { BotError } from '../../../src/domain/errors.ts';
import { installProblems } from '../../../src/http/problem.ts';
import { createLog } from '../../../src/lib/log.ts';
import { Secret } from '../../../src/lib/secret.ts';

const token = (name: string, scopes: readonly Scope[]) => ({ name, token: new Secret(`token-of-${name}`), scopes });

/** A bot that says which token it was sent. */
async function listening() {
  const app = fastify();
  onTestFinished(() => app.close());
  installProblems(app, createLog('silent'));
  app.get('/healthz', async () => ({ service: 'glimpse' }));
  for (const url of ['/api/backup', '/render', '/api/usage', '/answers/x.png'])
    app.get(url, async ({ headers }) => ({ sent: headers.authorization }));
  app.post('/api/ask', () => {
    throw new BotError('ASK_AMBIGUOUS', 'Which one?', { suggestions: ['cpu web01'] });
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return { host: '127.0.0.1', port: (app.server.address() as AddressInfo).port };
}

it('sends each call the token that may do it, else one that the bot can name', async () => {
  const tokens = [token('scrape', ['metrics']), token('asker', ['ask']), token('keeper', ['read', 'admin'])];
  const bot = await findRunningBot({ listen: await listening(), tokens }, 10_000);
  const sent = (bytes?: Uint8Array) => (JSON.parse(new TextDecoder().decode(bytes)) as { sent: string }).sent;
  expect(sent(await bot?.backup())).toBe('Bearer token-of-keeper');
  expect(sent(await bot?.file('cpu', undefined))).toBe('Bearer token-of-asker');
  expect(sent(await bot?.picture('/answers/x.png', 'dark'))).toBe('Bearer token-of-asker');
  const [scrape] = tokens;
  const poor = await findRunningBot({ listen: await listening(), tokens: scrape ? [scrape] : [] }, 10_000);
  expect(sent(await poor?.backup())).toBe('Bearer token-of-scrape');
});

it('throws what was refused as if it had been refused here', async () => {
  const bot = await findRunningBot({ listen: await listening(), tokens: [] }, 10_000);
  await expect(bot?.ask('cpu', undefined)).rejects.toMatchObject({
    code: 'ASK_AMBIGUOUS',
    message: 'Which one?',
    details: { suggestions: ['cpu web01'] },
  });
});
