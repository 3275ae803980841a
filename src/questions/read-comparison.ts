/** Reads comparisons: `vs last week`, `vs yesterday`, `compared to 2026-11-20`, `vs web02`. */
import type { Amount } from './lexemes.ts';
import type { ComparisonWords } from './parts.ts';
import type { TimeScanner } from './read-time-phrase.ts';
import { amountsText, bareDayText } from './time-phrase.ts';
import type { Token } from './tokens.ts';
import { ARTICLES, COMPARE_WORDS, FULL_UNIT_WORDS, NOISE_WORDS, TIME_WORDS, type TimeUnit } from './words.ts';

/** What was read, and how many words it took. */
export interface FoundComparison {
  readonly comparison: ComparisonWords;
  readonly count: number;
}

/** Reads a comparison that begins at a word; nothing where no word of comparison stands or nothing follows it. */
export function readComparison(
  tokens: readonly Token[],
  index: number,
  times: TimeScanner,
  isQuery: (word: string) => boolean,
): FoundComparison | undefined {
  const lead = leadOf(tokens, index);
  if (lead === 0) return undefined;
  const start = index + lead;
  const found = readEarlier(tokens, start, times) ?? readValues(tokens, start, isQuery);
  return found && { comparison: found.comparison, count: lead + found.count };
}

function leadOf(tokens: readonly Token[], index: number): number {
  const isOneOf = (offset: number, words: readonly string[]) => {
    const token = tokens[index + offset];
    return token !== undefined && !token.isQuoted && words.includes(token.lower);
  };
  if (isOneOf(0, COMPARE_WORDS.versus)) return 1;
  return isOneOf(0, COMPARE_WORDS.compared) && isOneOf(1, COMPARE_WORDS.comparedTo) ? 2 : 0;
}

function readEarlier(tokens: readonly Token[], start: number, times: TimeScanner): FoundComparison | undefined {
  const skip = ARTICLES.has(tokens[start]?.lower ?? '') ? 1 : 0;
  const lower = tokens[start + skip]?.lower ?? '';
  if (COMPARE_WORDS.none.some((word) => word === lower)) return { comparison: { kind: 'none' }, count: skip + 1 };
  const next = tokens[start + skip + 1]?.lower ?? '';
  const unit = COMPARE_WORDS.window.some((word) => word === next) ? 1 : 0;
  if (
    COMPARE_WORDS.previous.some((word) => word === lower) &&
    (unit === 1 || next === '' || !Object.hasOwn(FULL_UNIT_WORDS, next))
  ) {
    return { comparison: { kind: 'previous', label: 'previous' }, count: skip + 1 + unit };
  }
  const period = COMPARE_WORDS.behindUnit.some((word) => word === next) ? own(FULL_UNIT_WORDS, lower) : undefined;
  if (period) return { comparison: before(period), count: skip + 2 };
  const time = times.at(start + skip);
  // the shift of a window has no zone of its own
  const comparison = time && time.phrase.zone === undefined ? earlierBy(time.phrase) : undefined;
  if (time && comparison) return { comparison, count: skip + time.count };
  // `vs yesterday 14:00-16:00`: the day is what to compare with, the clock times are the window.
  const day = times.dayAt(start + skip);
  const onDay = day && earlierBy({ kind: 'day', day: day.day });
  return onDay && { comparison: onDay, count: skip + day.count };
}

/** `vs the week before`. */
function before(unit: TimeUnit): ComparisonWords {
  if (unit === 'day') return { kind: 'shift', amounts: [{ count: 1, unit }], label: 'yesterday' };
  const isCalendar = unit === 'week' || unit === 'month' || unit === 'year';
  return isCalendar
    ? { kind: 'shift', amounts: [{ count: 1, unit }], label: `last ${unit}` }
    : shift([{ count: 1, unit }]);
}

function earlierBy(phrase: NonNullable<ReturnType<TimeScanner['at']>>['phrase']): ComparisonWords | undefined {
  switch (phrase.kind) {
    case 'calendar':
      if (phrase.which === 'this' || phrase.unit === 'hour') return undefined;
      return { kind: 'shift', amounts: [{ count: 1, unit: phrase.unit }], label: `last ${phrase.unit}` };
    case 'back':
      return shift(phrase.amounts);
    case 'around':
      return phrase.at.kind === 'ago' ? shift(phrase.at.amounts) : undefined;
    case 'day':
      if (phrase.day.kind !== 'relative') return { kind: 'day', day: phrase.day, label: bareDayText(phrase.day) };
      if (phrase.day.days >= 0) return undefined;
      if (phrase.day.days === -1) return { kind: 'shift', amounts: [{ count: 1, unit: 'day' }], label: 'yesterday' };
      return shift([{ count: -phrase.day.days, unit: 'day' }]);
    default:
      return undefined;
  }
}

function shift(amounts: readonly Amount[]): ComparisonWords {
  return { kind: 'shift', amounts, label: `${amountsText(amounts)} ago` };
}

function readValues(
  tokens: readonly Token[],
  start: number,
  isQuery: (word: string) => boolean,
): FoundComparison | undefined {
  const { values, count } = joinedValues(tokens, start, isQuery);
  return values.length === 0 ? undefined : { comparison: { kind: 'values', words: values, more: [] }, count };
}

/** One value, and those that commas or `and` join to it; none where a word without meaning or a query stands. */
export function joinedValues(
  tokens: readonly Token[],
  start: number,
  isQuery: (word: string) => boolean,
): { readonly values: readonly Token[]; readonly count: number } {
  const first = tokens[start];
  const isNone = !first || (!first.isQuoted && (NOISE_WORDS.has(first.lower) || isQuery(first.text)));
  if (isNone) return { values: [], count: 0 };
  const values = [first];
  let index = start + 1;
  for (;;) {
    const token = tokens[index];
    const isJoined = token !== undefined && isAnd(token) && tokens[index + 1] !== undefined;
    const next = isJoined ? tokens[index + 1] : token?.isListed ? token : undefined;
    if (!next) return { values, count: index - start };
    values.push(next);
    index += isJoined ? 2 : 1;
  }
}

function isAnd({ lower, isQuoted }: Token): boolean {
  return !isQuoted && TIME_WORDS.and.some((word) => word === lower);
}

function own<Value>(table: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
