/** `_search` over the demo fleet's lines: body in, answer out. */
import { asObject, illegal, type Json, onlyMember, parsing } from './elastic-error.ts';
import { runAggregations } from './log-aggregations.ts';
import { documentOf, FIELD_TYPES, type FieldValue, nested } from './log-document.ts';
import type { LogLineRef, LogLines } from './log-lines.ts';
import { type Phrase, readQuery } from './log-query.ts';
import { countOf, endOf, type LineSet, makeBudget, makeSet } from './log-set.ts';
import { wordsOf } from './log-text.ts';

/** Lines older than this are gone, as logs are. */
const LOGS_KEPT_MS = 31 * 86_400_000;
/** Hits of one answer, and pages: as Elasticsearch has it. */
const HITS_MAX = 10_000;

/** The index that all lines are in. */
export const LOGS_INDEX = 'logs-demo-default';

const KNOWN = new Set([
  ...['query', 'size', 'from', 'sort', 'aggs', 'aggregations', 'fields', '_source', 'track_total_hits', 'timeout'],
  ...['highlight', 'track_scores', 'stored_fields', 'version', 'docvalue_fields', 'script_fields'],
]);

/** What there is to search. */
export interface LogArchive {
  readonly lines: LogLines;
  readonly nowMs: number;
}

/** The lines that a query means, in what is kept. @throws ElasticError */
export function searched({ lines, nowMs }: LogArchive, query: unknown): LineSet {
  const { fromMs, toMs, predicate } = readQuery(query, nowMs);
  const startMs = Math.max(fromMs, nowMs - LOGS_KEPT_MS);
  return makeSet(lines, makeBudget(), predicate, startMs, Math.max(startMs, Math.min(toMs, Math.floor(nowMs) + 1)));
}

/** Answers a body. @throws ElasticError */
export function runSearch(body: Json, archive: LogArchive): object {
  const unknown = Object.keys(body).find((key) => !KNOWN.has(key));
  if (unknown !== undefined)
    throw parsing(`Unknown key for a VALUE in [${unknown}]: the demo's small server has no such part`);
  const size = wholeNumber(body.size, 10, 'size');
  const from = wholeNumber(body.from, 0, 'from');
  if (from + size > HITS_MAX) {
    throw illegal(
      `Result window is too large, from + size must be less than or equal to: [${HITS_MAX}] but was [${from + size}]`,
    );
  }
  const set = searched(archive, body.query);
  const order = orderOf(body.sort);
  // counted first: what is found of the whole window then serves the lines and the buckets too
  const total = body.track_total_hits === false ? {} : { total: { value: countOf(set), relation: 'eq' } };
  const refs = size === 0 ? [] : endOf(set, order, from + size).slice(from);
  const hits = refs.map((ref) => hitOf(ref, body, set.predicate.phrases ?? []));
  const aggs = body.aggs ?? body.aggregations;
  const aggregations = aggs === undefined ? {} : { aggregations: runAggregations(aggs, set, archive.nowMs) };
  return {
    took: 1,
    timed_out: set.budget.isExhausted,
    _shards: { total: 1, successful: 1, skipped: 0, failed: 0 },
    hits: { ...total, max_score: null, hits },
    ...aggregations,
  };
}

function wholeNumber(value: unknown, fallback: number, name: string): number {
  if (value === undefined) return fallback;
  if (Number.isSafeInteger(value) && Number(value) >= 0) return Number(value);
  throw illegal(`[${name}] parameter should be a whole number that is not negative`);
}

/** By time only: nothing else of the lines can be put in order without reading all of them. */
function orderOf(sort: unknown): 'asc' | 'desc' {
  for (const one of sort === undefined ? [] : [sort].flat()) {
    const [field, how] = typeof one === 'string' ? [one, 'asc'] : onlyMember(one, 'sort');
    if (field === '_doc' || field === '_score') continue;
    if (field !== '@timestamp')
      throw illegal(`No sort by [${field}]: the demo's small server sorts by [@timestamp] only`);
    const order = typeof how === 'string' ? how : String(asObject(how, 'sort').order ?? 'asc');
    return order === 'desc' ? 'desc' : 'asc';
  }
  return 'desc';
}

function hitOf(ref: LogLineRef, body: Json, phrases: readonly Phrase[]): object {
  const document = documentOf(ref);
  const fields = fieldsOf(document, body.fields);
  const highlight =
    body.highlight === undefined ? {} : marked(document, asObject(body.highlight, 'highlight'), phrases);
  return {
    _index: LOGS_INDEX,
    _id: `${ref.timeMs.toString(36)}-${ref.cell.index}-${(ref.seed >>> 0).toString(36)}`,
    _score: null,
    ...(body._source !== false && { _source: nested(kept(document, body._source)) }),
    ...(fields && { fields }),
    ...(Object.keys(highlight).length > 0 && { highlight }),
    sort: [ref.timeMs, ref.cell.index],
  };
}

function namesIn(list: unknown): string[] {
  return [list].flat().flatMap((one) => {
    if (typeof one === 'string') return [one];
    return typeof one === 'object' && one !== null && 'field' in one ? [String(one.field)] : [];
  });
}

function isNamed(field: string, names: readonly string[]): boolean {
  return names.some((name) => {
    if (name.endsWith('*')) return field.startsWith(name.slice(0, -1));
    return field === name || field.startsWith(`${name}.`);
  });
}

function kept(document: Readonly<Record<string, FieldValue>>, source: unknown): Record<string, FieldValue> {
  if (source === undefined || source === true) return { ...document };
  const isObject = typeof source === 'object' && source !== null && !Array.isArray(source);
  const { includes = ['*'], excludes = [] } = isObject ? (source as Json) : { includes: source };
  const [wanted, unwanted] = [namesIn(includes), namesIn(excludes)];
  return Object.fromEntries(
    Object.entries(document).filter(([field]) => isNamed(field, wanted) && !isNamed(field, unwanted)),
  );
}

function fieldsOf(document: Readonly<Record<string, FieldValue>>, fields: unknown): Json | undefined {
  if (fields === undefined) return undefined;
  const names = namesIn(fields);
  // `fields` takes whole names and patterns, never the objects between them
  const isAsked = (field: string) =>
    names.some((name) => (name.endsWith('*') ? field.startsWith(name.slice(0, -1)) : field === name));
  return Object.fromEntries(
    Object.entries(document).flatMap(([field, value]) => (isAsked(field) ? [[field, [value]]] : [])),
  );
}

/** Texts as a whole with marks around what was looked for; by the words of a phrase, as Elasticsearch marks it. */
function marked(document: Readonly<Record<string, FieldValue>>, highlight: Json, phrases: readonly Phrase[]): Json {
  const [from, to] = [namesIn(highlight.pre_tags)[0] ?? '<em>', namesIn(highlight.post_tags)[0] ?? '</em>'];
  const names = Object.keys(asObject(highlight.fields ?? {}, 'highlight'));
  return Object.fromEntries(
    names.flatMap((name) => {
      const text = document[name];
      if (typeof text !== 'string' || FIELD_TYPES[name] !== 'match_only_text') return [];
      const own = phrases.filter(({ field }) => field === name).map(({ words }) => words);
      const result = markPhrases(text, own, from, to);
      return result === text ? [] : [[name, [result]]];
    }),
  );
}

function markPhrases(text: string, phrases: readonly (readonly string[])[], from: string, to: string): string {
  const places = [...text.matchAll(/[\p{L}\p{N}_]+/gu)];
  const words = wordsOf(text);
  const isMarked = new Set<number>();
  for (const phrase of phrases) {
    words.forEach((_, start) => {
      if (phrase.length > 0 && phrase.every((word, at) => words[start + at] === word)) {
        for (const at of phrase.keys()) isMarked.add(start + at);
      }
    });
  }
  let [result, end] = ['', 0];
  places.forEach(({ 0: word, index }, at) => {
    if (!isMarked.has(at)) return;
    result += `${text.slice(end, index)}${from}${word}${to}`;
    end = index + word.length;
  });
  return result + text.slice(end);
}
