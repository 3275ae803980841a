/** An Elasticsearch source before a backend of the test, at a "now" that stands still. */
import type { Arguments } from '../../../../src/domain/question.ts';
import { makeUnit } from '../../../../src/domain/unit.ts';
import { createHttpClient } from '../../../../src/lib/http-client.ts';
import { elasticsearch } from '../../../../src/sources/elasticsearch.ts';
import type { FetchWindow } from '../../../../src/sources/source.ts';
import { createFakeClock } from '../../../doubles/fake-clock.ts';
import { type Answering, type Reply, startHttpBackend } from '../../../doubles/http-backend.ts';

/** The "now" of the tests, ms. */
export const NOW_MS = Date.UTC(2026, 10, 25, 12);
/** Its length in ms. */
export const MINUTE_MS = 60_000;
/** The hour before it. */
export const window: FetchWindow = { fromMs: NOW_MS - 60 * MINUTE_MS, toMs: NOW_MS, zone: 'UTC', maxPoints: 800 };
const PRODUCT = { 'x-elastic-product': 'Elasticsearch' };

/** Starts a backend and a source that asks it. */
export async function start(answering: Answering, options: object = {}, timeoutMs = 5_000) {
  const backend = await startHttpBackend(answering);
  const parsed = elasticsearch.options.parse({ kind: 'elasticsearch', url: backend.url, ...options });
  const http = createHttpClient({ timeoutMs });
  const source = elasticsearch.create(parsed, { name: 'test', http, clock: createFakeClock(NOW_MS), timeoutMs });
  const requestOf = (block: object, args: Arguments = {}) =>
    source.request(elasticsearch.block.parse({ index: 'logs-test', ...block }), {
      arguments: args,
      unit: makeUnit(),
      consolidate: 'average',
    });
  return {
    ...backend,
    source,
    requestOf,
    bodies: () => backend.requests.map(({ body }) => JSON.parse(body)),
    ask: (block: object, args: Arguments = {}, signal = AbortSignal.timeout(20_000)) =>
      source.fetch(requestOf(block, args), window, signal),
  };
}

/** JSON as Elasticsearch sends it. */
export function reply(body: object, status = 200): Reply {
  return { status, headers: PRODUCT, body: JSON.stringify(body) };
}

/** An answer of a search, with one group of no buckets. */
export function searchReply(overrides: object): Reply {
  return reply({
    timed_out: false,
    _shards: { total: 20, successful: 20, skipped: 0, failed: 0 },
    hits: { total: { value: 0, relation: 'eq' }, hits: [] },
    aggregations: { groups: { buckets: { g0: { doc_count: 1, time: { buckets: [] } } } } },
    ...overrides,
  });
}

/** A refusal as the server wraps it. */
export function errorReply(status: number, type: string, reason: string, more: object = {}): Reply {
  const root = { type, reason, ...more };
  return reply({ error: { root_cause: [root], ...root }, status }, status);
}
