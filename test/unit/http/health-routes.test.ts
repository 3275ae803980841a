import { fastify } from 'fastify';
import { expect, it, onTestFinished } from 'vitest';
import { BotError } from '../../../src/domain/errors.ts';
import { rememberCaller } from '../../../src/http/callers.ts';
import { createHealthReport, healthRoutes, type ReadinessCheck } from '../../../src/http/health-routes.ts';

async function ready(checks: readonly ReadinessCheck[], isKnown = true) {
  const app = fastify();
  onTestFinished(() => app.close());
  app.addHook('onRequest', async (request) => {
    if (isKnown) rememberCaller(request, { kind: 'token', name: 'probe', scopes: [] });
  });
  healthRoutes(
    app,
    createHealthReport(checks, () => 0),
  );
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const response = await fetch(`${url}/readyz`);
  return { status: response.status, body: await response.json() };
}

it('answers within its deadline when something it asks never does, nor listens to being called off', async () => {
  const silent = { kind: 'store' as const, run: () => new Promise<never>(() => undefined) };
  const fine = { kind: 'source' as const, name: 'demo', run: async () => [] };
  expect(await ready([silent, fine])).toEqual({
    status: 503,
    body: { status: 'not ready', checks: { store: 'did not answer in time', 'source demo': 'ok' } },
  });
});

it('says what is wrong, in the words of what is wrong', async () => {
  const broken = {
    kind: 'store' as const,
    run: () => Promise.reject(new BotError('STORE_UNAVAILABLE', 'It is down.')),
  };
  const poor = { kind: 'chat' as const, name: 'team', run: async () => ['It is not connected.'] };
  expect(await ready([broken, poor])).toMatchObject({
    status: 503,
    body: { checks: { store: 'It is down.', 'chat team': 'It is not connected.' } },
  });
});

it('tells somebody unknown names and codes alone, since words may name addresses', async () => {
  const broken = {
    kind: 'source' as const,
    name: 'prom',
    run: () => Promise.reject(new BotError('SOURCE_BACKEND_DOWN', 'http://10.0.0.7:9090 refuses connections.')),
  };
  const poor = { kind: 'source' as const, name: 'graph', run: async () => ['http://10.0.0.8 has no metrics.'] };
  const fine = { kind: 'store' as const, run: async () => [] };
  expect(await ready([broken, poor, fine], false)).toEqual({
    status: 503,
    body: {
      status: 'not ready',
      checks: { 'source prom': 'SOURCE_BACKEND_DOWN', 'source graph': 'not usable', store: 'ok' },
    },
  });
});
