/** Elasticsearch's query DSL over the demo fleet's lines: what a cell's lines have in common is decided once for all of them. */
import { asObject, illegal, type Json, onlyMember, parsing } from './elastic-error.ts';
import { cellFields, FIELD_TYPES, type FieldValue, fieldOf, traceTimeMs } from './log-document.ts';
import type { LogCell, LogLineRef } from './log-lines.ts';
import { hasPhrase, templateHasPhrase, wordsOf } from './log-text.ts';

/** A query that was read. */
export interface Predicate {
  /** Whether all lines of a cell match, none, or it depends on the line (`undefined`). */
  cell(cell: LogCell): boolean | undefined;
  line(line: LogLineRef): boolean;
  /** Words in a row that are looked for in texts, for marking them. */
  readonly phrases?: readonly Phrase[];
}

/** Words in a row in a text. */
export interface Phrase {
  readonly field: string;
  readonly words: readonly string[];
}

const phrasesOf = (predicates: readonly Predicate[]) => ({
  phrases: predicates.flatMap(({ phrases = [] }) => phrases),
});

/** Matches everything. */
const MATCH_ALL: Predicate = { cell: () => true, line: () => true };
const MATCH_NONE: Predicate = { cell: () => false, line: () => false };

/** All of these must match. */
export function allOf(predicates: readonly Predicate[]): Predicate {
  if (predicates.length === 1) return predicates[0] as Predicate;
  return {
    cell(cell) {
      let verdict: boolean | undefined = true;
      for (const predicate of predicates) {
        const own = predicate.cell(cell);
        if (own === false) return false;
        if (own === undefined) verdict = undefined;
      }
      return verdict;
    },
    line: (line) => predicates.every((predicate) => predicate.line(line)),
    ...phrasesOf(predicates),
  };
}

function notOf(predicate: Predicate): Predicate {
  return {
    cell: (cell) => {
      const verdict = predicate.cell(cell);
      return verdict === undefined ? undefined : !verdict;
    },
    line: (line) => !predicate.line(line),
  };
}

function atLeast(count: number, predicates: readonly Predicate[]): Predicate {
  return {
    cell(cell) {
      const verdicts = predicates.map((predicate) => predicate.cell(cell));
      if (verdicts.filter((verdict) => verdict === true).length >= count) return true;
      return verdicts.filter((verdict) => verdict !== false).length >= count ? undefined : false;
    },
    line: (line) => predicates.filter((predicate) => predicate.line(line)).length >= count,
    ...phrasesOf(predicates),
  };
}

/** The time that is the same for all lines of a query, and the rest of it. */
export interface TimedQuery {
  /** ms since the Unix epoch, half-open; infinite where nothing is said. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly predicate: Predicate;
}

/**
 * Reads a query. Times that all its lines must have are taken out of it, as they bound the work.
 *
 * @throws ElasticError for what is no query, or one that this server does not know
 */
export function readQuery(query: unknown, nowMs: number): TimedQuery {
  if (query === undefined) return { ...ALWAYS, predicate: MATCH_ALL };
  const parts = conjuncts(query);
  let { fromMs, toMs } = ALWAYS;
  const rest: Predicate[] = [];
  for (const part of parts) {
    const times = timesOf(part, nowMs);
    const trace = times ? undefined : traceTimesOf(part);
    const bound = times ?? trace;
    if (bound) [fromMs, toMs] = [Math.max(fromMs, bound.fromMs), Math.min(toMs, bound.toMs)];
    if (!times) rest.push(predicateOf(part, nowMs));
  }
  return { fromMs, toMs, predicate: rest.length === 0 ? MATCH_ALL : allOf(rest) };
}

const ALWAYS = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };

const TIME_FIELD = '@timestamp';

function listOf(clauses: unknown): unknown[] {
  return clauses === undefined ? [] : [clauses].flat();
}

/** Queries that must all match, taken out of their `bool`s. */
function conjuncts(query: unknown): unknown[] {
  const [name, content] = onlyMember(query, 'query');
  if (name === 'constant_score') return conjuncts(asObject(content, name).filter);
  if (name !== 'bool') return [query];
  const { filter, must, ...rest } = asObject(content, name);
  const needed = [...listOf(filter), ...listOf(must)];
  const hasRest = listOf(rest.should).length > 0 || listOf(rest.must_not).length > 0;
  // beside clauses that must match, those that should are optional unless they say otherwise
  const other = hasRest ? [{ bool: { minimum_should_match: needed.length > 0 ? 0 : 1, ...rest } }] : [];
  return [...needed.flatMap(conjuncts), ...other];
}

function timesOf(query: unknown, nowMs: number): { fromMs: number; toMs: number } | undefined {
  const [name, content] = onlyMember(query, 'query');
  const times = name === 'range' ? asObject(content, name)[TIME_FIELD] : undefined;
  return times === undefined ? undefined : readTimes(asObject(times, 'range'), nowMs);
}

/** A trace says itself when it was, so nobody has to look for it. */
function traceTimesOf(query: unknown): { fromMs: number; toMs: number } | undefined {
  const [name, content] = onlyMember(query, 'query');
  if (name !== 'term' && name !== 'match_phrase' && name !== 'match') return undefined;
  const [field, value] = onlyMember(content, name);
  const text = typeof value === 'object' && value !== null ? Object.values(value)[0] : value;
  const ms = field === 'trace.id' ? traceTimeMs(String(text)) : undefined;
  return ms === undefined ? undefined : { fromMs: ms, toMs: ms + 1_000 };
}

function readTimes(range: Json, nowMs: number): { fromMs: number; toMs: number } {
  let { fromMs, toMs } = ALWAYS;
  for (const [key, value] of Object.entries(range)) {
    if (key === 'format' || key === 'time_zone' || key === 'boost' || value === null) continue;
    const ms = timeOf(value, nowMs);
    if (key === 'gte' || key === 'from') fromMs = Math.max(fromMs, Math.ceil(ms));
    else if (key === 'gt') fromMs = Math.max(fromMs, Math.floor(ms) + 1);
    else if (key === 'lt') toMs = Math.min(toMs, Math.ceil(ms));
    else if (key === 'lte' || key === 'to') toMs = Math.min(toMs, Math.floor(ms) + 1);
    else throw parsing(`[range] query does not support [${key}]`);
  }
  return { fromMs, toMs };
}

const UNITS: Readonly<Record<string, number>> = { s: 1e3, m: 6e4, h: 36e5, d: 864e5, w: 6048e5 };

function timeOf(value: unknown, nowMs: number): number {
  if (typeof value === 'number') return value;
  const text = String(value);
  if (/^-?\d{5,}$/.test(text)) return Number(text);
  const [, amount, unit] = /^now(?:-(\d+)([smhdw]))?$/.exec(text) ?? [];
  if (text.startsWith('now')) {
    if (text !== 'now' && amount === undefined) throw parsing(`failed to parse date math [${text.slice(0, 60)}]`);
    return nowMs - Number(amount ?? 0) * (UNITS[unit ?? 's'] as number);
  }
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw parsing(`failed to parse date field [${text.slice(0, 60)}]`);
  return ms;
}

type Reader = (content: unknown, nowMs: number) => Predicate;

const READERS: Readonly<Record<string, Reader>> = {
  match_all: () => MATCH_ALL,
  match_none: () => MATCH_NONE,
  bool: readBool,
  constant_score: (content, nowMs) => predicateOf(asObject(content, 'constant_score').filter, nowMs),
  term: (content) => readTerm(content, 'term'),
  terms: readTerms,
  prefix: (content) => readPattern(content, 'prefix', (value) => (text) => text.startsWith(value)),
  wildcard: (content) => readPattern(content, 'wildcard', wildcard),
  exists: readExists,
  range: readRange,
  match: readMatch,
  match_phrase: (content) => readPhrase(content, 'match_phrase', false),
  match_phrase_prefix: (content) => readPhrase(content, 'match_phrase_prefix', true),
  multi_match: readMultiMatch,
  query_string: readQueryString,
};

function predicateOf(query: unknown, nowMs: number): Predicate {
  const [name, content] = onlyMember(query, 'query');
  const reader = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
  if (reader) return reader(content, nowMs);
  throw parsing(`unknown query [${name}]: the demo's small server knows ${Object.keys(READERS).join(', ')}`);
}

function readBool(content: unknown, nowMs: number): Predicate {
  const { filter, must, should, must_not: mustNot, minimum_should_match: least, ...rest } = asObject(content, 'bool');
  const [unknown] = Object.keys(rest).filter((key) => key !== 'boost' && key !== 'adjust_pure_negative');
  if (unknown !== undefined) throw parsing(`[bool] query does not support [${unknown}]`);
  const read = (clauses: unknown) => listOf(clauses).map((clause) => predicateOf(clause, nowMs));
  const needed = [...read(filter), ...read(must)];
  const options = read(should);
  const count = Number(least ?? (options.length > 0 && needed.length === 0 ? 1 : 0));
  return allOf([
    MATCH_ALL,
    ...needed,
    ...read(mustNot).map(notOf),
    ...(options.length > 0 && count > 0 ? [atLeast(count, options)] : []),
  ]);
}

/** A query on one field: `{ field: value }` or `{ field: { value: … } }`. */
function fieldAndValue(content: unknown, query: string, key: string): readonly [field: string, value: unknown, Json] {
  const [field, inner] = onlyMember(content, query);
  if (typeof inner !== 'object' || inner === null) return [field, inner, {}];
  const options = asObject(inner, query);
  if (!Object.hasOwn(options, key)) throw parsing(`[${query}] query on [${field}] has no [${key}]`);
  return [field, options[key], options];
}

/** A test of one field's value: decided by the cell where the field is one of its own. */
function onField(field: string, test: (value: FieldValue) => boolean): Predicate {
  const known = FIELD_TYPES[field];
  if (known === undefined) return MATCH_NONE;
  return {
    cell(cell) {
      const value = cellFields(cell)[field];
      if (value !== undefined) return test(value);
      return isOwnOfLines(field, cell) ? undefined : false;
    },
    line(line) {
      const value = fieldOf(line, field);
      return value !== undefined && test(value);
    },
  };
}

/** Whether each line of a cell has a value of its own in a field. */
function isOwnOfLines(field: string, { template }: LogCell): boolean {
  if (field.startsWith('error.')) return template.error !== undefined;
  return true;
}

function readTerm(content: unknown, query: string): Predicate {
  const [field, value, options] = fieldAndValue(content, query, 'value');
  const isLoose = options.case_insensitive === true;
  const plain = (one: unknown) => (isLoose ? String(one).toLowerCase() : String(one));
  if (FIELD_TYPES[field] === 'match_only_text') return onText(field, [plain(value)], false);
  return onField(field, (own) => plain(own) === plain(value));
}

function readTerms(content: unknown): Predicate {
  const { boost: _, ...rest } = asObject(content, 'terms');
  const [field, values] = onlyMember(rest, 'terms');
  if (!Array.isArray(values)) throw parsing('[terms] query requires an array of terms');
  const wanted = new Set(values.map(String));
  return onField(field, (own) => wanted.has(String(own)));
}

function readPattern(content: unknown, query: string, make: (value: string) => (text: string) => boolean): Predicate {
  const [field, value, options] = fieldAndValue(content, query, 'value');
  const isLoose = options.case_insensitive === true;
  const matches = make(isLoose ? String(value).toLowerCase() : String(value));
  const isText = FIELD_TYPES[field] === 'match_only_text';
  return onField(field, (own) => {
    const text = isLoose || isText ? String(own).toLowerCase() : String(own);
    return isText ? wordsOf(text).some(matches) : matches(text);
  });
}

/** `*` and `?` as in file names; a pattern of one pass, so that no value makes it slow. */
export function wildcard(pattern: string): (text: string) => boolean {
  return (text) => {
    let [at, inPattern, star, marked] = [0, 0, -1, 0];
    while (at < text.length) {
      if (inPattern < pattern.length && pattern[inPattern] === '*') {
        [star, marked] = [inPattern, at];
        inPattern += 1;
      } else if (inPattern < pattern.length && (pattern[inPattern] === '?' || pattern[inPattern] === text[at])) {
        at += 1;
        inPattern += 1;
      } else if (star !== -1) {
        marked += 1;
        [at, inPattern] = [marked, star + 1];
      } else return false;
    }
    return /^\**$/.test(pattern.slice(inPattern));
  };
}

function readExists(content: unknown): Predicate {
  const field = String(asObject(content, 'exists').field);
  const isThere = (one: string, cell: LogCell) => one in cellFields(cell) || isOwnOfLines(one, cell);
  const names = Object.keys(FIELD_TYPES).filter((name) => name === field || name.startsWith(`${field}.`));
  return {
    cell: (cell) => names.some((name) => isThere(name, cell)),
    line: ({ cell }) => names.some((name) => isThere(name, cell)),
  };
}

function readRange(content: unknown, nowMs: number): Predicate {
  const [field, inner] = onlyMember(content, 'range');
  const range = asObject(inner, 'range');
  if (field === TIME_FIELD) {
    const { fromMs, toMs } = readTimes(range, nowMs);
    return { cell: () => undefined, line: ({ timeMs }) => timeMs >= fromMs && timeMs < toMs };
  }
  const { gte, gt, lte, lt } = range;
  const compare = (value: FieldValue, limit: unknown) =>
    typeof value === 'number' ? value - Number(limit) : value < String(limit) ? -1 : value > String(limit) ? 1 : 0;
  return onField(
    field,
    (value) =>
      (gte == null || compare(value, gte) >= 0) &&
      (gt == null || compare(value, gt) > 0) &&
      (lte == null || compare(value, lte) <= 0) &&
      (lt == null || compare(value, lt) < 0),
  );
}

/** Words in a row in a text; whether a cell's lines have them is read from its template where that says it. */
function onText(field: string, phrase: readonly string[], isPrefix: boolean): Predicate {
  const type = FIELD_TYPES[field];
  if (type === undefined) return MATCH_NONE;
  const whole = phrase.join(' ');
  if (type !== 'match_only_text') return onField(field, (own) => wordsOf(String(own)).join(' ') === whole);
  const isMessage = field === 'message';
  return {
    cell(cell) {
      const { message, error } = cell.template;
      if (!isMessage && error === undefined) return false;
      const text = isMessage ? message : (message.split('\n', 1)[0] as string);
      return templateHasPhrase(text, phrase, isPrefix);
    },
    line: (line) => hasPhrase(wordsOf(String(fieldOf(line, field) ?? '')), phrase, isPrefix),
    phrases: [{ field, words: phrase }],
  };
}

function readPhrase(content: unknown, query: string, isPrefix: boolean): Predicate {
  const [field, value, { slop = 0 }] = fieldAndValue(content, query, 'query');
  if (slop !== 0) throw illegal(`[${query}] with [slop] is more than the demo's small server knows`);
  if (FIELD_TYPES[field] !== 'match_only_text') return readTerm({ [field]: value }, query);
  return onText(field, wordsOf(String(value)), isPrefix);
}

function readMatch(content: unknown): Predicate {
  const [field, value, { operator = 'or' }] = fieldAndValue(content, 'match', 'query');
  if (FIELD_TYPES[field] !== 'match_only_text') return readTerm({ [field]: value }, 'match');
  return anyOrAll(
    wordsOf(String(value)).map((word) => onText(field, [word], false)),
    operator,
  );
}

function anyOrAll(words: readonly Predicate[], operator: unknown): Predicate {
  if (words.length === 0) return MATCH_NONE;
  return String(operator).toLowerCase() === 'and' ? allOf(words) : atLeast(1, words);
}

function readMultiMatch(content: unknown): Predicate {
  const { query, fields = ['*'], type = 'best_fields', operator = 'or', lenient: _ } = asObject(content, 'multi_match');
  const names = listOf(fields).flatMap((name) => {
    const pattern = wildcard(String(name).replace(/\^[\d.]+$/, ''));
    return Object.keys(FIELD_TYPES).filter((field) => field !== TIME_FIELD && pattern(field));
  });
  const one = (field: string) => {
    if (type === 'phrase' || type === 'phrase_prefix') {
      return readPhrase({ [field]: query }, 'match_phrase', type === 'phrase_prefix');
    }
    return readMatch({ [field]: { query, operator } });
  };
  if (!['phrase', 'phrase_prefix', 'best_fields', 'most_fields'].includes(String(type))) {
    throw illegal(`[multi_match] of type [${String(type)}] is more than the demo's small server knows`);
  }
  return names.length === 0 ? MATCH_NONE : atLeast(1, names.map(one));
}

/** Values with wildcards, as Kibana writes them; the operators of Lucene's syntax are refused. */
function readQueryString(content: unknown): Predicate {
  const { query, fields = ['message'] } = asObject(content, 'query_string');
  const text = String(query);
  const words = text.match(/(?:\\.|[^\s\\])+/gsu) ?? [];
  const isPlain = words.every((word) => !/(?:^|[^\\])(?:\\\\)*[+\-=&|!(){}[\]^"~:/]/.test(word));
  if (!isPlain || words.some((word) => /^(?:AND|OR|NOT)$/.test(word))) {
    throw parsing(
      `Failed to parse query [${text.slice(0, 100)}]: the demo's small server knows words with * and ? only`,
    );
  }
  const patterns = words.map((word) => word.replace(/\\(.)/gsu, '$1').toLowerCase());
  const one = (field: string, value: string) =>
    readPattern({ [field]: { value, case_insensitive: true } }, 'wildcard', wildcard);
  const names = listOf(fields).map(String);
  return allOf(
    patterns.map((value) =>
      atLeast(
        1,
        names.map((field) => one(field, value)),
      ),
    ),
  );
}
