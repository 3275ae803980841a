import type { FastifyRequest } from 'fastify';
import { expect, it } from 'vitest';
import { askDepsFor } from '../../../src/http/ask-deps-for.ts';
import { rememberCaller } from '../../../src/http/callers.ts';
import type { AskDeps } from '../../../src/questions/ask.ts';

const deps = { record: { open: async () => [] }, zone: 'UTC' } as unknown as AskDeps;

function requestOf(...scopes: readonly ('ask' | 'alerts')[]): FastifyRequest {
  const request = {} as FastifyRequest;
  rememberCaller(request, { kind: 'token', name: 'ci', scopes });
  return request;
}

it('tells of alerts only who may read them, and says which scope is wanted', async () => {
  expect(await askDepsFor(requestOf('ask', 'alerts'), deps).record?.open()).toEqual([]);
  const allowed = askDepsFor(requestOf('ask'), deps);
  expect(allowed.zone).toBe('UTC');
  expect(() => allowed.record?.open()).toThrow('The token ci has no scope `alerts`, which this question asks for.');
});
