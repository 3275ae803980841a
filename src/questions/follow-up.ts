/** Follow-ups: what a conversation keeps of its last question, and how `6h`, `also web02`, `zoom …` change it. */
import { z } from 'zod';
import type { Output, Question } from '../domain/question.ts';
import type { Looks } from '../domain/saved-query.ts';
import { type Bound, bindWords, type Given } from './bind-words.ts';
import { correctWords } from './correct-words.ts';
import type { KnownValues } from './known-values.ts';
import type { NamedWord, Parts } from './parts.ts';
import { resolveTime } from './resolve-time.ts';
import { tidy } from './say.ts';
import type { TimePhrase } from './time-phrase.ts';
import type { Token } from './tokens.ts';
import { addDays, daysBetween, type WallDate, wallTimeOf } from './wall-clock.ts';

/** What is kept, as JSON: the question in full, and the window that it meant. */
const RememberedQuestion = z.object({
  /** The whole question; asking it again asks the same. */
  text: z.string(),
  query: z.string(),
  source: z.string(),
  pack: z.string().optional(),
  range: z.object({ fromMs: z.number(), toMs: z.number(), zone: z.string(), text: z.string() }),
});

/** What a conversation keeps of its last question; plain JSON. */
export type RememberedQuestion = z.output<typeof RememberedQuestion>;

/** Keeps what is needed to ask again with a change. */
export function rememberQuestion({ text, query, range }: Question): RememberedQuestion {
  const { fromMs, toMs, zone } = range;
  return {
    text,
    query: query.id,
    source: query.sourceName,
    pack: query.pack,
    range: { fromMs, toMs, zone, text: range.text },
  };
}

/** What was kept, or nothing when it is not of this shape: an older version may have written it. */
export function readRemembered(kept: unknown): RememberedQuestion | undefined {
  return RememberedQuestion.safeParse(kept).data;
}

/** The question that a follow-up makes of the one before. */
export interface FollowUp {
  readonly parts: Parts;
  readonly notes: readonly string[];
  readonly changed?: NonNullable<Question['changed']>;
}

/** The question before: its parts, and how its words were bound. */
export interface Before {
  readonly parts: Parts;
  readonly bound: Bound;
  readonly remembered: RememberedQuestion;
}

/** Whether words can only change a question, or are nothing but possible values. */
export function hasChange(parts: Parts): boolean {
  const { time, comparison, ranking, output, scope, verb, words, named, looks, without } = parts;
  const isPhrase = [time, comparison, ranking, output, scope, verb].some((part) => part !== undefined);
  return isPhrase || words.length + named.length + without.length + Object.keys(looks).length > 0;
}

/**
 * Applies a follow-up; nothing when a word of it is no value of the query before.
 *
 * @throws BotError as {@link correctWords} for a word that is near several values
 */
export function applyFollowUp(
  before: Before,
  { parts, text }: { readonly parts: Parts; readonly text: string },
  known: KnownValues,
  nowMs: number,
): FollowUp | undefined {
  const { query } = before.bound;
  const retry = (token: Token, replacement: string) =>
    tidy(`${text.slice(0, token.at)}${replacement}${text.slice(token.end)}`);
  const asked = correctWords([bindWords(query, parts, known)], parts, known, retry);
  const [now] = asked.bounds;
  if (!now || now.unused.length > 0) return undefined;
  const newLooks = looksOf(parts, now);
  // Looks are those of a picture: `as bars` after a table wants the picture again.
  const oldOutput = Object.keys(newLooks).length > 0 ? undefined : outputOf(before.parts, before.bound);
  const output = outputOf(parts, now) ?? oldOutput;
  const looks = { ...looksOf(before.parts, before.bound), ...newLooks };
  const named = parts.verb === 'also' ? added(before.bound, now) : replaced(before, now, parts);
  const isNewValue = now.given.size > 0 && parts.verb !== 'also';
  const ranking = parts.ranking ?? (isNewValue ? undefined : before.parts.ranking);
  const time = parts.time ? { ...parts.time, phrase: anchored(parts, before, nowMs) } : before.parts.time;
  const comparison = parts.comparison ?? before.parts.comparison;
  const scope = parts.scope ?? before.parts.scope;
  const merged: Parts = {
    words: [],
    soft: new Map(),
    named,
    looks,
    without: [...stillWithout(before.parts, parts), ...parts.without],
    wordsBeforeName: 0,
    notes: parts.notes,
    ...(time && { time }),
    ...(comparison && { comparison }),
    ...(ranking && { ranking }),
    ...(output && { output }),
    ...(scope && { scope }),
  };
  const changed = changeOf(parts, now);
  return { parts: merged, notes: asked.notes, ...(changed && { changed }) };
}

function outputOf(parts: Parts, { shown }: Bound): Output | undefined {
  return parts.output ?? shown.find((one) => one.output)?.output;
}

function looksOf(parts: Parts, { shown }: Bound): Looks {
  return Object.assign({}, parts.looks, ...shown.map(({ looks }) => looks ?? {}));
}

function changeOf(parts: Parts, now: Bound): FollowUp['changed'] {
  if (parts.time) return 'range';
  if (now.given.size > 0 || parts.without.length > 0 || parts.ranking || parts.scope) return 'arguments';
  if (parts.comparison) return 'comparison';
  const isShown = parts.output !== undefined || Object.keys(parts.looks).length > 0 || now.shown.length > 0;
  return isShown ? 'output' : undefined;
}

/** `also web02`: beside what was there. */
function added(before: Bound, now: Bound): readonly NamedWord[] {
  return [...[...before.given.values()].flatMap(namedWords), ...[...now.given.values()].flatMap(namedWords)];
}

/** Another value takes the place of the old ones; `top 3` looks at all again, unless a pattern says which. */
function replaced({ bound, parts: old }: Before, now: Bound, parts: Parts): readonly NamedWord[] {
  const kept = [...bound.given.values()].filter(({ parameter, hasGlob }) => {
    const isRankedAnew = parts.ranking !== undefined && old.ranking === undefined && parameter.isMulti && !hasGlob;
    return !now.given.has(parameter.name) && !isRankedAnew;
  });
  return [...kept, ...now.given.values()].flatMap(namedWords);
}

/** The words of a value, for its parameter. */
export function namedWords({ parameter, written, isKeyed }: Given): readonly NamedWord[] {
  return written.map((value) => ({
    key: parameter.name,
    value,
    token: { text: value, lower: value.toLowerCase(), at: 0, end: 0, isQuoted: true, isListed: false },
    isImplied: !isKeyed,
  }));
}

/** A value that is asked for again is no longer left out. */
function stillWithout(old: Parts, { words }: Parts): readonly Token[] {
  return old.without.filter(({ lower }) => !words.some((word) => word.lower === lower));
}

/** A window older than this has too many days to look for a time of day in. */
const MAX_ANCHOR_DAYS = 62;

/** `zoom 14:00-14:20` means these times in the window that is looked at, not today's. */
function anchored(parts: Parts, { remembered }: Before, nowMs: number): TimePhrase {
  const phrase = parts.time?.phrase as TimePhrase;
  if (parts.verb !== 'zoom') return phrase;
  const { fromMs, toMs, zone } = remembered.range;
  const today = wallTimeOf(nowMs, zone);
  const [first, last] = [wallTimeOf(fromMs, zone), wallTimeOf(toMs - 1, zone)];
  const days = Math.min(daysBetween(first, last), MAX_ANCHOR_DAYS);
  for (let back = 0; back <= days + 1; back += 1) {
    const date = addDays(last, -back);
    const dated = onDate(phrase, date);
    if (!dated) return phrase;
    if (overlaps(dated, remembered.range, nowMs)) return daysBetween(date, today) === 0 ? phrase : dated;
  }
  return phrase;
}

function onDate(phrase: TimePhrase, { year, month, day }: WallDate): TimePhrase | undefined {
  const dayOf = { kind: 'date', date: { year, month, day } } as const;
  if (phrase.kind === 'between' && phrase.from.kind === 'wall' && phrase.to.kind === 'wall') {
    const isBare = !phrase.from.day && !phrase.to.day && phrase.from.clock && phrase.to.clock;
    return isBare ? { ...phrase, from: { ...phrase.from, day: dayOf } } : undefined;
  }
  if (phrase.kind === 'around' && phrase.at.kind === 'wall' && !phrase.at.day) {
    return { ...phrase, at: { ...phrase.at, day: dayOf } };
  }
  return undefined;
}

function overlaps(phrase: TimePhrase, { fromMs, toMs, zone }: RememberedQuestion['range'], nowMs: number): boolean {
  try {
    const { range } = resolveTime(phrase, nowMs, zone);
    return range.fromMs < toMs && range.toMs > fromMs;
  } catch {
    return false; // It has not begun on that day.
  }
}
