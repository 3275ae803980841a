/** `/api/ds/query` of the double. */
import type { Received, Reply } from '../http-backend.ts';
import { failure, json } from './replies.ts';
import type { GrafanaQuery, GrafanaStore, Json, QueryAnswer, StoredDatasource } from './store.ts';

const EXPRESSION = '__expr__';

/** Runs the queries of a request. */
export function runQueries(store: GrafanaStore, { body }: Received): Reply {
  const request = parsed(body);
  if (request === undefined) return failure(400, 'bad request data');
  const { from, to, queries } = request;
  if (typeof from !== 'string' || typeof to !== 'string') return failure(400, 'bad request data');
  if (!Array.isArray(queries) || queries.length === 0) return failure(400, 'no queries found in query');
  const [fromMs, toMs] = [Number(from), Number(to)];
  if (!(fromMs < toMs)) return failure(400, 'invalid time range');
  const asked: GrafanaQuery[] = queries.map((one) => ({ refId: 'A', maxDataPoints: 100, intervalMs: 1000, ...one }));
  const sources = new Map<string, StoredDatasource>();
  for (const { datasource } of asked) {
    if (datasource?.uid === EXPRESSION) continue;
    const found = store.datasources.find(({ uid }) => uid === datasource?.uid);
    if (!found) return failure(404, 'Data source not found');
    sources.set(found.uid, found);
  }
  if (sources.size > 1) return failure(400, 'all queries must use the same datasource');
  const [source] = sources.values();
  if (!source) return failure(400, 'no data source in the queries');
  const run = source.type === 'graphite' && store.isLastTargetOnly ? lastAlone(asked) : asked;
  const results = Object.fromEntries(
    run.map((query) => [query.refId, resultOf(store, query, source.type, fromMs, toMs)]),
  );
  const hasFailed = Object.values(results).some(({ error }) => error !== undefined);
  if (!hasFailed) return json({ results });
  return { ...json({ results }), status: store.isMultiStatus ? 207 : 400 };
}

function parsed(body: string): { from?: unknown; to?: unknown; queries?: unknown } | undefined {
  try {
    return JSON.parse(body) as { from?: unknown };
  } catch {
    return undefined;
  }
}

function lastAlone(queries: readonly GrafanaQuery[]): GrafanaQuery[] {
  const last = queries.at(-1);
  return last ? [{ ...last, refId: 'A' }] : [];
}

/** Answers as the server's JSON has them: order error, errorSource, status, frames. */
function resultOf(store: GrafanaStore, query: GrafanaQuery, type: string, fromMs: number, toMs: number) {
  const unresolved = query.datasource.uid === EXPRESSION ? undefined : unresolvedIn(query, type);
  const answered: QueryAnswer =
    unresolved === undefined
      ? store.answer(query, fromMs, toMs)
      : { error: `unresolved ${unresolved} reached the data source`, errorSource: 'plugin', status: 400 };
  const { error, errorSource = 'downstream', status = error === undefined ? 200 : 500, frames = [] } = answered;
  return {
    ...(error !== undefined && { error, errorSource }),
    status,
    frames: frames.map((one) => withRefId(one, query.refId)),
  };
}

function withRefId(frame: Json, refId: string): Json {
  return { ...frame, schema: { ...(frame.schema as Json), refId } };
}

/** What the back ends of these data sources fill in themselves. */
const OWN: Readonly<Record<string, RegExp>> = {
  prometheus: /^__(?:interval|interval_ms|range|range_s|range_ms|rate_interval|rate_interval_ms)$/,
  loki: /^__(?:interval|interval_ms|range|range_s|range_ms|auto)$/,
  elasticsearch: /^__interval(?:_ms)?$/,
  influxdb:
    /^(?:timeFilter|interval|tag_\w+|col|m|measurement|__interval|__interval_ms|__timeFilter|__timeTo|__timeFrom)$/,
  mysql: /^__\w+$/,
  // the same plugin by its older and its newer name
  postgres: /^__\w+$/,
  'grafana-postgresql-datasource': /^__\w+$/,
};

function unresolvedIn(query: GrafanaQuery, type: string): string | undefined {
  const { refId: _refId, datasource: _datasource, ...model } = query;
  for (const text of textsOf(model)) {
    for (const [all, plain, braced, square] of text.matchAll(
      /\$([a-zA-Z_]\w*)|\$\{([a-zA-Z_]\w*)[^}]*\}|\[\[(\w+)[^\]]*\]\]/g, // `${1}` is a group of `label_replace`
    )) {
      const name = plain ?? braced ?? square ?? '';
      if (!(OWN[type]?.test(name) ?? false)) return all;
    }
  }
  return undefined;
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(textsOf) : [];
}
