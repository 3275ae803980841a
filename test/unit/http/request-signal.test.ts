import { fastify } from 'fastify';
import { expect, it } from 'vitest';
import { signalOf } from '../../../src/http/request-signal.ts';

it('is aborted from the start for a caller that has gone already', async () => {
  const app = fastify();
  const seen = Promise.withResolvers<boolean>();
  app.get('/', async (_request, reply) => {
    reply.raw.destroy();
    await new Promise((resolve) => setImmediate(resolve));
    seen.resolve(signalOf(reply).aborted);
  });
  app.inject('/').catch(() => undefined);
  expect(await seen.promise).toBe(true);
});
