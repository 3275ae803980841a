/** A double of Elasticsearch and OpenSearch: evaluates the queries and aggregations that Glimpse sends over real documents. */
import { type EsqlBody, EsqlRefused, runEsql } from './elasticsearch-esql.ts';
import type { Received, Reply } from './http-backend.ts';

/** A document: dotted fields, `@timestamp` in ms. */
export type Doc = Readonly<Record<string, string | number>>;

/** What the double has. */
export interface Cluster {
  readonly flavour: 'elasticsearch' | 'opensearch';
  /** Documents of the index `logs-test`. */
  readonly docs: () => readonly Doc[];
}

type Json = Readonly<Record<string, unknown>>;

const INDEX = 'logs-test';

/** A query that the double does not know is one that the server might take for more than data. */
class Refused extends Error {}

/** Answers requests as one node does. */
export function elasticsearchDouble({ flavour, docs }: Cluster): (request: Received) => Reply {
  const product: Record<string, string> = flavour === 'elasticsearch' ? { 'x-elastic-product': 'Elasticsearch' } : {};
  const json = (body: unknown, status = 200): Reply => ({ status, headers: product, body: JSON.stringify(body) });
  const error = (status: number, type: string, reason: string) =>
    json({ error: { root_cause: [{ type, reason }], type, reason }, status }, status);
  return (request) => {
    const accept = `${request.headers.accept} ${request.headers['content-type'] ?? ''}`;
    if (flavour === 'opensearch' && accept.includes('vnd.elasticsearch')) {
      return error(406, 'illegal_argument_exception', 'Content-Type header is not supported');
    }
    if (/compatible-with=9/.test(accept))
      return error(400, 'media_type_header_exception', 'Accept version must be 8 or 7');
    if (request.pathname === '/') return json(rootOf(flavour));
    const names = namesIn(request.pathname);
    if (request.pathname.endsWith('/_field_caps')) return json(fieldCaps(request.searchParams, names, docs()));
    if (request.pathname === '/_query' && flavour === 'elasticsearch') {
      const body = JSON.parse(request.body) as EsqlBody & { readonly filter: Json };
      try {
        return json(
          runEsql(
            body,
            docs().filter((doc) => matches(body.filter, doc)),
          ),
        );
      } catch (thrown) {
        if (thrown instanceof EsqlRefused) return error(400, thrown.type, thrown.message);
        throw thrown;
      }
    }
    if (request.pathname === '/_query') {
      return json({ error: 'no handler found for uri [/_query] and method [POST]' }, 400);
    }
    if (!request.pathname.endsWith('/_search')) return error(400, 'illegal_argument_exception', 'no handler found');
    const stranger = names.find((name) => name !== INDEX && !name.includes('*'));
    if (stranger !== undefined && !request.searchParams.has('ignore_unavailable')) return noIndex(stranger, json);
    try {
      return json(search(JSON.parse(request.body), names, docs()));
    } catch (thrown) {
      if (thrown instanceof Refused) return error(400, 'parsing_exception', thrown.message);
      throw thrown;
    }
  };
}

function rootOf(flavour: Cluster['flavour']): Json {
  const tagline = flavour === 'opensearch' ? 'The OpenSearch Project: https://opensearch.org/' : 'You Know, for Search';
  return { name: 'node-1', cluster_name: 'test', cluster_uuid: 'x', version: versionOf(flavour), tagline };
}

/** The names of indices and patterns in a path. */
function namesIn(pathname: string): string[] {
  return (decodeURIComponent(pathname).split('/')[1] ?? '').split(',');
}

function isThereIn(names: readonly string[]): boolean {
  return names.some((name) => new RegExp(`^${name.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(INDEX));
}

function noIndex(index: string, json: (body: unknown, status: number) => Reply): Reply {
  const reason = `no such index [${index}]`;
  const type = 'index_not_found_exception';
  const cause = { type, reason, 'resource.type': 'index_or_alias', 'resource.id': index, index_uuid: '_na_', index };
  return json({ error: { root_cause: [cause], ...cause }, status: 404 }, 404);
}

function fieldCaps(asked: URLSearchParams, names: readonly string[], docs: readonly Doc[]): Json {
  if (!isThereIn(names)) return { indices: [], fields: {} };
  const field = asked.get('fields') ?? '';
  const [type, isThere] =
    field === '@timestamp' ? ['date', true] : ['keyword', docs.some((doc) => doc[field] !== undefined)];
  return { indices: [INDEX], fields: isThere ? { [field]: { [type as string]: { type, aggregatable: true } } } : {} };
}

function versionOf(flavour: Cluster['flavour']): Json {
  const build = {
    build_type: 'docker',
    build_hash: '0',
    build_date: '2026-01-01T00:00:00Z',
    build_snapshot: false,
    lucene_version: '9.12.2',
    minimum_wire_compatibility_version: '7.17.0',
    minimum_index_compatibility_version: '7.0.0',
  };
  return flavour === 'opensearch'
    ? { distribution: 'opensearch', number: '2.19.1', ...build }
    : { number: '8.19.2', build_flavor: 'default', ...build };
}

function search(body: Json, names: readonly string[], all: readonly Doc[]): Json {
  if (!isThereIn(names)) {
    const _shards = { total: 0, successful: 0, skipped: 0, failed: 0 };
    return { took: 0, timed_out: false, _shards, hits: { max_score: 0, hits: [] } };
  }
  const matching = all.filter((doc) => matches(body.query as Json, doc));
  const newest = matching.toSorted((a, b) => Number(b['@timestamp']) - Number(a['@timestamp']));
  return {
    took: 1,
    timed_out: false,
    _shards: { total: 1, successful: 1, skipped: 0, failed: 0 },
    hits: {
      ...(body.track_total_hits === true && { total: { value: matching.length, relation: 'eq' } }),
      max_score: null,
      hits: newest.slice(0, Number(body.size)).map((doc) => hitOf(doc, body)),
    },
    ...(body.aggs !== undefined && { aggregations: aggregate(body.aggs as Json, matching) }),
  };
}

function hitOf(doc: Doc, { query, highlight }: Json): Json {
  const fields = Object.fromEntries(Object.entries(doc).map(([name, value]) => [name, [value]]));
  const marked =
    highlight === undefined ? {} : { highlight: highlightIn(doc, query as Json, highlight as Json & Marks) };
  return { _index: INDEX, fields, sort: [doc['@timestamp'], 1], ...marked };
}

/** The phrases of a query in the fields that shall be marked. */
function highlightIn(doc: Doc, query: Json, { fields, pre_tags: [from], post_tags: [to] }: Json & Marks): Json {
  const phrases = phrasesIn(query);
  return Object.fromEntries(
    Object.keys(fields).flatMap((name) => {
      const text = String(doc[name] ?? '');
      const marked = phrases.reduce((rest, phrase) => rest.replaceAll(phrase, `${from}${phrase}${to}`), text);
      return marked === text ? [] : [[name, [marked]]];
    }),
  );
}

interface Marks {
  readonly fields: Json;
  readonly pre_tags: readonly [string];
  readonly post_tags: readonly [string];
}

function phrasesIn(query: unknown): string[] {
  if (typeof query !== 'object' || query === null) return [];
  return Object.entries(query).flatMap(([name, inner]) =>
    name === 'match_phrase' ? [String(Object.values(inner as Json)[0])] : phrasesIn(inner),
  );
}

function matches(query: Json, doc: Doc): boolean {
  const [name = '', inner] = Object.entries(query)[0] as [string, Json];
  const [field = '', value] = Object.entries(inner)[0] ?? [];
  switch (name) {
    case 'bool': {
      const { filter = [], should = [], must_not: not = [] } = inner as Readonly<Record<string, Json[] | undefined>>;
      const any = should.length === 0 || should.some((one) => matches(one, doc));
      const none = not.every((one) => !matches(one, doc));
      return any && none && [filter].flat().every((one) => matches(one, doc));
    }
    case 'match_all':
      return true;
    case 'exists':
      return doc[String(value)] !== undefined;
    case 'match':
    case 'term':
      return String(doc[field]) === String(value);
    case 'terms':
      return (value as unknown[]).map(String).includes(String(doc[field]));
    case 'match_phrase':
      return String(doc[field] ?? '').includes(String(value));
    case 'range': {
      const { gte = Number.NEGATIVE_INFINITY, lt = Number.POSITIVE_INFINITY } = value as { gte?: number; lt?: number };
      return Number(doc[field]) >= gte && Number(doc[field]) < lt;
    }
    default:
      throw new Refused(`unknown query [${name}]`);
  }
}

function aggregate(aggs: Json, docs: readonly Doc[]): Json {
  return Object.fromEntries(Object.entries(aggs).map(([name, agg]) => [name, aggregateOne(agg as Json, docs)]));
}

function aggregateOne(agg: Json, docs: readonly Doc[]): Json {
  const bucket = (inside: readonly Doc[]) => ({
    doc_count: inside.length,
    ...(agg.aggs !== undefined && aggregate(agg.aggs as Json, inside)),
  });
  if (agg.filters) {
    const { filters } = agg.filters as { filters: Record<string, Json> };
    const buckets = Object.entries(filters).map(([name, filter]) => [
      name,
      bucket(docs.filter((doc) => matches(filter, doc))),
    ]);
    return { buckets: Object.fromEntries(buckets) };
  }
  if (agg.terms) {
    const { field, size } = agg.terms as { field: string; size: number };
    const groups = Map.groupBy(docs, (doc) => doc[field]);
    const sorted = [...groups].sort(([, a], [, b]) => b.length - a.length);
    const rest = sorted.slice(size).reduce((sum, [, inside]) => sum + inside.length, 0);
    return {
      doc_count_error_upper_bound: 0,
      sum_other_doc_count: rest,
      buckets: sorted.slice(0, size).map(([key, inside]) => ({ key, ...bucket(inside) })),
    };
  }
  if (agg.date_histogram) return histogram(agg.date_histogram as Json, docs, bucket);
  const [name = '', { field }] = Object.entries(agg)[0] as [string, { field: string }];
  const values = docs.flatMap((doc) => (typeof doc[field] === 'number' ? [doc[field]] : []));
  const sum = values.reduce((total, value) => total + value, 0);
  if (name === 'sum') return { value: sum };
  return { value: values.length === 0 ? null : { avg: sum / values.length, max: Math.max(...values) }[name] };
}

function histogram(
  { fixed_interval, extended_bounds }: Json,
  docs: readonly Doc[],
  bucket: (docs: readonly Doc[]) => Json,
): Json {
  const [, count = '1', unit = 's'] = /^(\d+)([smh])$/.exec(String(fixed_interval)) ?? [];
  const stepMs = Number(count) * ({ s: 1_000, m: 60_000, h: 3_600_000 }[unit] ?? 1_000);
  const floor = (ms: number) => Math.floor(ms / stepMs) * stepMs;
  const groups = Map.groupBy(docs, (doc) => floor(Number(doc['@timestamp'])));
  const { min, max } = extended_bounds as { min: number; max: number };
  const buckets: Json[] = [];
  for (let key = floor(min); key <= floor(max); key += stepMs) {
    buckets.push({ key, key_as_string: new Date(key).toISOString(), ...bucket(groups.get(key) ?? []) });
  }
  return { buckets };
}
