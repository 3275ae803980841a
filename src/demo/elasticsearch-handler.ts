/** A small Elasticsearch: the parts of its HTTP interface that a reader of logs uses, over the demo fleet's lines. */
import type { Clock } from '../lib/clock.ts';
import { discoverPage } from './discover-page.ts';
import { asObject, ElasticError, type Json, parsing } from './elastic-error.ts';
import type { EmbeddedHandler, EmbeddedReply, EmbeddedRequest, SourceInfo } from './embedded-handler.ts';
import { FIELD_TYPES } from './log-document.ts';
import { createLogLines, type LogLines } from './log-lines.ts';
import { wildcard } from './log-query.ts';
import { LOGS_INDEX, runSearch, searched } from './log-search.ts';
import { countOf } from './log-set.ts';

/** What `GET /` says: the release whose behaviour is followed. */
const VERSION = '8.19.0';

/** What a route is given. */
interface Call {
  readonly request: EmbeddedRequest;
  readonly lines: LogLines;
  readonly nowMs: number;
  /** Whether the address names the index, and no index at all is meant where it does not. */
  readonly hasIndex: boolean;
}

type Route = (call: Call) => object;

/** What stands behind an index in the address. */
const ROUTES: Readonly<Record<string, Route>> = {
  _search: (call) => (call.hasIndex ? runSearch(bodyOf(call.request), call) : NOTHING),
  _count: count,
  _field_caps: fieldCaps,
  _mapping: () => ({ [LOGS_INDEX]: { mappings: { properties: mapping() } } }),
};

const SHARDS = { total: 1, successful: 1, skipped: 0, failed: 0 };
/** What a search finds where a pattern matches no index. */
const NOTHING = {
  took: 0,
  timed_out: false,
  _shards: { total: 0, successful: 0, skipped: 0, failed: 0 },
  hits: { total: { value: 0, relation: 'eq' }, max_score: null, hits: [] },
};

/** Makes the handler; `lines` are made unless given. */
export function createElasticsearchHandler({
  info,
  clock,
  lines = createLogLines(),
}: {
  readonly info: SourceInfo;
  readonly clock: Clock;
  readonly lines?: LogLines;
}): EmbeddedHandler {
  return {
    handle(request) {
      const nowMs = clock.now();
      const path = request.path.replace(/\/+$/, '');
      if (path.startsWith('/app/') || (path === '' && isPerson(request))) {
        return discoverPage(request.params, { lines, nowMs }, info);
      }
      try {
        return json(200, answer(request, path, lines, nowMs));
      } catch (thrown) {
        if (thrown instanceof ElasticError) return json(thrown.status, thrown.envelope());
        throw thrown;
      }
    },
  };
}

/** Nobody but a person asks the bare address with words in it. */
function isPerson({ params }: EmbeddedRequest): boolean {
  return params.has('_a') || params.has('_g');
}

function json(status: number, value: object): EmbeddedReply {
  return {
    status,
    contentType: 'application/json',
    body: JSON.stringify(value),
    headers: { 'x-elastic-product': 'Elasticsearch' },
  };
}

function answer(request: EmbeddedRequest, path: string, lines: LogLines, nowMs: number): object {
  if (path === '') return about();
  if (path === '/_cluster/health') return { cluster_name: 'glimpse-demo', status: 'green', number_of_nodes: 1 };
  const [, first = '', second = ''] = /^\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? [];
  const isBare = first.startsWith('_') && second === '';
  const name = isBare ? first : second;
  const route = Object.hasOwn(ROUTES, name) ? ROUTES[name] : undefined;
  if (!route) {
    throw parsing(`the demo's small server knows ${Object.keys(ROUTES).join(', ')} only, not [${path.slice(0, 100)}]`);
  }
  if (!['GET', 'POST', 'HEAD'].includes(request.method)) {
    throw new ElasticError(
      405,
      'method_not_allowed',
      `Incorrect HTTP method [${request.method}]: the demo is read only`,
    );
  }
  const hasIndex = isBare || isIndexNamed(decodeURIComponent(first), request.params);
  return route({ request, lines, nowMs, hasIndex });
}

/** Whether names and patterns mean the one index there is. @throws ElasticError for a name that is none */
function isIndexNamed(expression: string, params: URLSearchParams): boolean {
  let isNamed = false;
  for (const part of expression.split(',')) {
    const isExclusion = part.startsWith('-');
    const pattern = part.replace(/^-/, '');
    const matches = pattern === '_all' || wildcard(pattern)(LOGS_INDEX);
    if (matches) isNamed = !isExclusion;
    else if (!pattern.includes('*') && params.get('ignore_unavailable') !== 'true') {
      throw new ElasticError(
        404,
        'index_not_found_exception',
        `no such index [${pattern.slice(0, 200)}]`,
        pattern.slice(0, 200),
      );
    }
  }
  return isNamed;
}

function about(): object {
  return {
    name: 'demo',
    cluster_name: 'glimpse-demo',
    version: { number: VERSION, build_flavor: 'default', lucene_version: '9.12.0' },
    tagline: 'You Know, for Search',
  };
}

/** The body, or the parameter `source`, which browsers can send. @throws ElasticError */
function bodyOf({ body = '', params }: EmbeddedRequest): Json {
  const text = body.trim() === '' ? (params.get('source') ?? '{}') : body;
  try {
    return asObject(JSON.parse(text), 'body');
  } catch (thrown) {
    if (thrown instanceof ElasticError) throw thrown;
    throw parsing('the body is no JSON');
  }
}

function count(call: Call): object {
  if (!call.hasIndex) return { count: 0, _shards: NOTHING._shards };
  return { count: countOf(searched(call, bodyOf(call.request).query)), _shards: SHARDS };
}

function fieldCaps({ request, hasIndex }: Call): object {
  if (!hasIndex) return { indices: [], fields: {} };
  const wanted = (request.params.get('fields') ?? '*').split(',');
  const isWanted = (field: string) =>
    wanted.some((name) => (name.endsWith('*') ? field.startsWith(name.slice(0, -1)) : field === name));
  const fields = Object.entries(FIELD_TYPES).filter(([field]) => isWanted(field));
  return {
    indices: [LOGS_INDEX],
    fields: Object.fromEntries(
      fields.map(([field, type]) => [
        field,
        { [type]: { type, metadata_field: false, searchable: true, aggregatable: type !== 'match_only_text' } },
      ]),
    ),
  };
}

/** The mapping's properties, objects within objects. */
function mapping(): Json {
  const root: Record<string, unknown> = {};
  for (const [path, type] of Object.entries(FIELD_TYPES)) {
    const names = path.split('.');
    const last = names.pop() as string;
    let place = root;
    for (const name of names) {
      place[name] ??= { properties: {} };
      place = (place[name] as { properties: Record<string, unknown> }).properties;
    }
    place[last] = { type };
  }
  return root;
}
