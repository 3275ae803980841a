/** In the thread of an alert a question means its host, its service and its time, unless it says others. Pure. */
import { queriesNaming, valuesFor } from '../context/matching-queries.ts';
import type { Subject } from '../context/subject.ts';
import { alertWindow } from '../domain/alert-view.ts';
import { parseDuration } from '../domain/duration.ts';
import type { Parameter, SavedQuery } from '../domain/saved-query.ts';
import { bindWords } from './bind-words.ts';
import type { KnownValues } from './known-values.ts';
import type { NamedWord, Parts } from './parts.ts';
import { readParts, type Vocabulary } from './read-parts.ts';
import { tokenize } from './tokens.ts';

/**
 * The parts of a question with what the alert adds: of the first variant that knows the alert's host or service; where none
 * does, that of the first, so that the refusal names it. Rankings look at all.
 */
export function filledFromAlert(
  parts: Parts,
  variants: readonly SavedQuery[],
  known: KnownValues,
  subject: Subject,
  vocabulary: Vocabulary,
): Parts {
  if (parts.ranking) return parts;
  const bounds = variants.map((query) => bindWords(query, parts, known));
  // what is said decides first which variant is meant
  const least = Math.min(...bounds.map(({ unused }) => unused.length));
  const fillings = bounds
    .filter(({ unused }) => unused.length === least)
    .map(({ query, given }) => ({ query, words: wordsFor(query, given, known, subject) }));
  const best =
    fillings.find(({ words }) => words.some(({ isKnown }) => isKnown)) ??
    fillings.find(({ words }) => words.length > 0);
  if (!best) return parts;
  const certain = best.words.filter(({ isKnown }) => isKnown);
  const words = (certain.length > 0 ? certain : best.words).map(({ word }) => word);
  const time = parts.time ?? timeOf(best.query, subject, vocabulary);
  return { ...parts, named: [...parts.named, ...words], ...(time && { time }) };
}

interface Filling {
  readonly word: NamedWord;
  readonly isKnown: boolean;
}

function wordsFor(
  query: SavedQuery,
  given: ReadonlyMap<string, unknown>,
  known: KnownValues,
  subject: Subject,
): readonly Filling[] {
  const said = queriesNaming(subject.alerts, [query])[0]?.arguments ?? {};
  return query.parameters
    .filter(({ name }) => !given.has(name))
    .flatMap((parameter) => {
      const named = (Object.hasOwn(said, parameter.name) ? said[parameter.name] : undefined) ?? [];
      const own = named.filter((value) => value !== parameter.default);
      const values = own.length > 0 ? own : valuesFor(parameter, subject);
      return values.map((value) => fillingOf(query, parameter, value, known));
    });
}

/** A host is known by its short name too. */
function fillingOf(query: SavedQuery, parameter: Parameter, value: string, known: KnownValues): Filling {
  const list = known(query, parameter);
  const found =
    list.kind === 'list' ? [value, value.split('.', 1)[0] ?? value].find((one) => list.values.includes(one)) : value;
  const text = found ?? value;
  const token = { text, lower: text.toLowerCase(), at: 0, end: 0, isQuoted: true, isListed: false };
  return { word: { key: parameter.name, value: text, token, isImplied: true }, isKnown: found !== undefined };
}

/** The definition's own window, unless the alert began before it or is over: then one that shows the firing. */
function timeOf({ rangeText }: SavedQuery, subject: Subject, vocabulary: Vocabulary): Parts['time'] {
  const { startMs, endMs, nowMs } = subject;
  if (endMs === undefined && startMs >= nowMs - (parseDuration(rangeText) ?? 0)) return undefined;
  const { fromMs, toMs, text } = alertWindow(startMs, endMs, nowMs);
  const iso = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
  return readParts(tokenize(text === '' ? `${iso(fromMs)} to ${iso(toMs)}` : text), vocabulary).time;
}
