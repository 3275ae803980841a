/** Kibana's stored filters (the pills above the documents) as queries of the DSL. Pure. */

/** A query of the DSL. */
export type Query = Readonly<Record<string, unknown>>;

/** A filter as Kibana keeps it: `meta` with what is shown, `query` (older ones: a query beside it). */
export type Pill = Readonly<Record<string, unknown>>;

/** What turning filters into queries needs to know of the data view. */
export interface FilterContext {
  readonly viewId?: string | undefined;
  /** Paths of nested documents by the fields in them. */
  readonly nested?: ReadonlyMap<string, string> | undefined;
}

/** Filters as queries: what must match, and what must not. */
export interface FilterQueries {
  readonly filter: readonly Query[];
  readonly mustNot: readonly Query[];
}

/** Combined filters hold combined filters; nobody builds more than a few levels. */
const DEPTH_MAX = 10;
/** What stands beside a query in an old filter and is none. */
const NO_QUERY = new Set(['meta', '$state', 'query']);

/** Turns filters into queries; those that are switched off or say nothing are left out. */
export function queriesOfPills(pills: readonly unknown[], context: FilterContext = {}): FilterQueries {
  return queriesAt(pills, context, 0);
}

function queriesAt(pills: readonly unknown[], context: FilterContext, depth: number): FilterQueries {
  const filter: Query[] = [];
  const mustNot: Query[] = [];
  for (const pill of depth > DEPTH_MAX ? [] : pills) {
    if (!isRecord(pill) || metaOf(pill).disabled === true) continue;
    const query = queryOf(pill, context, depth);
    if (query) (metaOf(pill).negate === true ? mustNot : filter).push(query);
  }
  return { filter, mustNot };
}

/** The one query that stands for filters; `undefined` when none is left. */
export function boolOfPills(pills: readonly unknown[], context: FilterContext = {}): Query | undefined {
  const { filter, mustNot } = queriesOfPills(pills, context);
  return filter.length + mustNot.length === 0 ? undefined : boolOf({ filter, mustNot });
}

function boolOf({ filter, mustNot }: FilterQueries): Query {
  return { bool: { ...(filter.length > 0 && { filter }), ...(mustNot.length > 0 && { must_not: mustNot }) } };
}

/** What is known of a filter beside its query. */
export function metaOf(pill: Pill): Readonly<Record<string, unknown>> {
  return isRecord(pill.meta) ? pill.meta : {};
}

function queryOf(pill: Pill, context: FilterContext, depth: number): Query | undefined {
  const meta = metaOf(pill);
  if (meta.type === 'combined') return combined(meta, context, depth);
  const own = bodyOf(pill) ?? fromMeta(meta);
  return own && nested(withoutOldMatch(own), meta, context);
}

/** `query`, or in filters from before 7 the query beside `meta`. */
function bodyOf(pill: Pill): Query | undefined {
  if (isRecord(pill.query)) return Object.keys(pill.query).length === 0 ? undefined : pill.query;
  const rest = Object.entries(pill).filter(([key, value]) => !NO_QUERY.has(key) && isRecord(value));
  return rest.length === 0 ? undefined : Object.fromEntries(rest);
}

/** Filters that programs have written may have nothing but what is shown. */
function fromMeta({ type, key, params }: Readonly<Record<string, unknown>>): Query | undefined {
  if (typeof key !== 'string' || key === '') return undefined;
  switch (type) {
    case 'phrase': {
      const value = isRecord(params) ? params.query : params;
      return isScalar(value) ? { match_phrase: { [key]: value } } : undefined;
    }
    case 'phrases':
      return Array.isArray(params)
        ? anyOf(params.filter(isScalar).map((one) => ({ match_phrase: { [key]: one } })))
        : undefined;
    case 'exists':
      return { exists: { field: key } };
    case 'range':
      return isRecord(params) ? { range: { [key]: params } } : undefined;
    default:
      return undefined;
  }
}

function combined(
  { relation, params }: Readonly<Record<string, unknown>>,
  context: FilterContext,
  depth: number,
): Query | undefined {
  const children = Array.isArray(params) ? params : [];
  if (relation !== 'OR') {
    const all = queriesAt(children, context, depth + 1);
    return all.filter.length + all.mustNot.length === 0 ? undefined : boolOf(all);
  }
  return anyOf(
    children.flatMap((child) => {
      const one = queriesAt([child], context, depth + 1);
      return one.filter.length + one.mustNot.length === 0 ? [] : [boolOf(one)];
    }),
  );
}

function anyOf(should: readonly Query[]): Query | undefined {
  return should.length === 0 ? undefined : { bool: { should, minimum_should_match: 1 } };
}

/** `match` with `type: phrase`, which servers from 6 on refuse, also within a bool. */
function withoutOldMatch(query: Query): Query {
  const entries = Object.entries(query).map(([name, inner]): [string, unknown] => {
    if (name === 'bool' && isRecord(inner)) return [name, mapClauses(inner)];
    if (name !== 'match' || !isRecord(inner)) return [name, inner];
    const [[field, value] = ['', undefined]] = Object.entries(inner);
    if (!isRecord(value) || value.type !== 'phrase') return [name, inner];
    const { type: _, ...rest } = value;
    return ['match_phrase', { [field]: rest }];
  });
  return Object.fromEntries(entries);
}

function mapClauses(bool: Query): Query {
  return Object.fromEntries(
    Object.entries(bool).map(([clause, inner]) => {
      if (Array.isArray(inner)) return [clause, inner.map((one) => (isRecord(one) ? withoutOldMatch(one) : one))];
      return [clause, isRecord(inner) ? withoutOldMatch(inner) : inner];
    }),
  );
}

/** A field of nested documents is looked at within them. */
function nested(query: Query, { key }: Readonly<Record<string, unknown>>, { nested: paths }: FilterContext): Query {
  if (!paths || paths.size === 0 || 'nested' in query) return query;
  const field = typeof key === 'string' && paths.has(key) ? key : fieldOf(query);
  const path = field === undefined ? undefined : paths.get(field);
  return path === undefined ? query : { nested: { path, query, score_mode: 'none' } };
}

/** The field that a plain query is about. */
function fieldOf(query: Query): string | undefined {
  const [[name, inner] = ['', undefined]] = Object.entries(query);
  if (!isRecord(inner)) return undefined;
  if (name === 'exists') return typeof inner.field === 'string' ? inner.field : undefined;
  return ['match_phrase', 'match', 'range', 'term', 'terms', 'prefix', 'wildcard'].includes(name)
    ? Object.keys(inner)[0]
    : undefined;
}

/** A filter in words: what its author called it, else field and value. */
export function pillWords(pill: Pill): string {
  const { alias, negate, key, type, params, value, relation } = metaOf(pill);
  const not = negate === true ? 'not ' : '';
  if (typeof alias === 'string' && alias !== '') return `${not}${alias}`;
  if (type === 'combined' && Array.isArray(params)) {
    const parts = params.filter((part): part is Pill => isRecord(part) && metaOf(part).disabled !== true);
    // what is combined in turn would make no sentence
    const said = parts
      .slice(0, PARTS_SAID_MAX)
      .map((part) => (metaOf(part).type === 'combined' ? '…' : pillWords(part)));
    return `${not}(${said.join(relation === 'AND' ? ' and ' : ' or ')})`.slice(0, WORDS_MAX_CHARS);
  }
  if (typeof key !== 'string' || key === '' || key === 'query') return `${not}${String(type ?? 'a filter')}`;
  if (type === 'exists') return `${not}has ${key}`;
  const range = isRecord(params) ? rangeWords(params) : '';
  if (range !== '') return `${not}${key} ${range}`.slice(0, WORDS_MAX_CHARS);
  const shown = isRecord(params) ? params.query : params;
  const text = Array.isArray(shown) ? shown.join(' or ') : isScalar(shown) ? String(shown) : value;
  return `${not}${key}: ${typeof text === 'string' ? text : JSON.stringify(params ?? '')}`.slice(0, WORDS_MAX_CHARS);
}

/** Longer words hide what they stand beside. */
const WORDS_MAX_CHARS = 100;
const PARTS_SAID_MAX = 5;
const SIGNS: Readonly<Record<string, string>> = { gte: '≥', gt: '>', lte: '≤', lt: '<' };

/** `≥ 20 and < 40`. */
function rangeWords(params: Readonly<Record<string, unknown>>): string {
  return Object.entries(SIGNS)
    .flatMap(([end, sign]) => (isScalar(params[end]) ? [`${sign} ${String(params[end])}`] : []))
    .join(' and ');
}

/** A filter for one field and these values, as Discover makes it; of no data view where that is empty. */
export function makePill(field: string, values: readonly (string | number | boolean)[], viewId: string): Pill {
  const [first = ''] = values;
  const of = viewId === '' ? {} : { index: viewId };
  const common = { alias: null, disabled: false, ...of, key: field, negate: false };
  if (values.length === 1) {
    const meta = { ...common, params: { query: first }, type: 'phrase' };
    return { $state: { store: 'appState' }, meta, query: { match_phrase: { [field]: first } } };
  }
  const should = values.map((value) => ({ match_phrase: { [field]: value } }));
  const meta = { ...common, params: values, type: 'phrases' };
  return { $state: { store: 'appState' }, meta, query: { bool: { minimum_should_match: 1, should } } };
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

/** Whether a value is an object with keys. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
