/** Limits and trends in words: beyond what, since when, for how long; how fast, and what that runs into. Pure. */
import type { Threshold } from '../../domain/annotation.ts';
import type { Answer } from '../../domain/answer.ts';
import { formatValue } from '../../domain/format-number.ts';
import type { Unit } from '../../domain/unit.ts';
import { aboutWords, spanWords } from '../clock-words.ts';
import { sizeOfDifference } from './difference.ts';
import type { SeriesFacts } from './facts.ts';
import { freshness, type Saying } from './saying.ts';
import { type Crossing, crossingOf, isBeyond } from './spells.ts';
import { type Trend, trendOf } from './trend.ts';

const SEVERITY_ORDER = ['critical', 'warning', 'info'];

const SIDES = { '>': 'above', '>=': 'at or above', '<': 'below', '<=': 'at or below' } as const;

/** The side of a limit that is bad: `above`, `at or below`. */
export function sideWords({ op }: Threshold): string {
  return SIDES[op];
}

/** A limit with its severity as a word: `warning (80 %)`, `critical (95 %, saturated)`, `SLO (300 ms)`. */
export function limitWords({ severity, value, title, op }: Threshold, unit: Unit): string {
  const limit = formatValue(value, unit);
  // a title that only writes the limit again says nothing
  if (title?.replace(/\s/g, '') === limit.replace(/\s/g, '')) return limitWords({ severity, value, op }, unit);
  if (severity === 'info') return title === undefined ? limit : `${title} (${limit})`;
  return title === undefined ? `${severity} (${limit})` : `${severity} (${limit}, ${title})`;
}

/** Limits as they are said: the worst severity first. */
export function limitsInOrder(answer: Answer): Threshold[] {
  return answer.thresholds.toSorted((a, b) => SEVERITY_ORDER.indexOf(a.severity) - SEVERITY_ORDER.indexOf(b.severity));
}

/** The limits that a series was beyond at some time of the window, the worst severity first. */
export function crossingsOf({ series, stepMs }: SeriesFacts, answer: Answer): Crossing[] {
  return limitsInOrder(answer)
    .map((threshold) => crossingOf(series, threshold, stepMs, answer.question.range))
    .filter(({ spells }) => spells.length > 0);
}

/** A crossing, whole: `above warning (80 %) for 6 min (10:44–10:50)`, `above critical (95 %) since 10:44, still (18 min)`. */
export function crossingWords(crossing: Crossing, fact: SeriesFacts, say: Saying): string {
  const { threshold } = crossing;
  const beyond = `${sideWords(threshold)} ${limitWords(threshold, fact.series.unit)}`;
  return `${beyond} ${spellWords(crossing, fact, say)}`;
}

/** When and how long: `for 6 min (10:44–10:50)`, `since 10:44, still (18 min)`, `3 times, 12 min in all, last 10:44–10:50`. */
export function spellWords(crossing: Crossing, fact: SeriesFacts, say: Saying): string {
  const { spells, totalMs, isOpen, isWhole } = crossing;
  const last = spells.at(-1);
  if (!last) return 'never';
  if (isWhole) return wholeWords(crossing, say.answer);
  const total = spanWords(totalMs);
  const isOnce = spells.length === 1;
  if (!isOpen) {
    const when = say.tell.span(last.fromMs, last.toMs);
    return isOnce ? `for ${total} (${when})` : `${timesWords(spells.length)}, ${total} in all, last ${when}`;
  }
  const since = say.tell.moment(last.fromMs);
  const still = { now: 'still', stale: 'to its last value', end: 'to the end', ended: 'to its last value' };
  const until = still[freshness(fact, say.answer)];
  return isOnce
    ? `since ${since}, ${until} (${total})`
    : `since ${since}, ${until}; ${timesWords(spells.length)}, ${total} in all`;
}

/** Values that stand for less of the window than this have gaps between them, of which nothing is known. */
const COVERED = 0.9;

/** `all the time`, or only `at every value` where there are gaps. */
export function wholeWords({ totalMs }: Crossing, { question: { range } }: Answer): string {
  return totalMs >= COVERED * (range.toMs - range.fromMs) ? 'all the time' : 'at every value';
}

function timesWords(count: number): string {
  return count === 2 ? 'twice' : `${count} times`;
}

/** An end of the scale that a level runs into, or a limit. */
interface Goal {
  readonly value: number;
  /** `full`, `at critical (95 %)`. */
  readonly words: string;
  /** Whether it is the end of a level's scale, beyond which nothing goes. */
  readonly isEnd: boolean;
}

/** Nobody should believe a line that is drawn further than this many windows. */
const HORIZON_WINDOWS = 10;
/** Most of what rises falls again with the day: a limit is only told when it is as near as this many windows. */
const LIMIT_HORIZON_WINDOWS = 2;

/** A trend, where there is one: `rising 2 GiB/day, full in about 9 days at this rate`. */
export function trendWords(fact: SeriesFacts, answer: Answer): string {
  const trend = significantTrend(fact, answer);
  if (!trend) return '';
  const arrival = arrivalWords(trend, fact, answer);
  const rate = `${trend.slopePerMs > 0 ? 'rising' : 'falling'} ${rateWords(trend, fact.series.unit, answer)}`;
  return arrival === '' ? rate : `${rate}, ${arrival} at this rate`;
}

/** When a level, where it has a trend, runs into a limit: `full in about 9 h`; else nothing. */
export function arrivalOf(fact: SeriesFacts, answer: Answer): string {
  const trend = isLevel(answer) ? significantTrend(fact, answer) : undefined;
  return trend ? arrivalWords(trend, fact, answer) : '';
}

function significantTrend({ series }: SeriesFacts, answer: Answer): Trend | undefined {
  const { min = 0, max } = answer.question.query.looks;
  return trendOf(series, answer.question.range, max === undefined ? undefined : max - min);
}

const RATES: readonly (readonly [fromWindowMs: number, perMs: number, word: string])[] = [
  [12 * 3_600_000, 86_400_000, 'day'],
  [3_600_000, 3_600_000, 'h'],
  [0, 60_000, 'min'],
];

function rateWords({ slopePerMs }: Trend, unit: Unit, answer: Answer): string {
  const { fromMs, toMs } = answer.question.range;
  const [, perMs, word] = RATES.find(([from]) => toMs - fromMs >= from) as (typeof RATES)[number];
  // a fit has no third digit
  const size = sizeOfDifference(twoDigits(Math.abs(slopePerMs) * perMs, unit), { ...unit, isWhole: false });
  const isRate = unit.symbol.includes('/') || unit.phrase !== undefined;
  return isRate ? `${size} per ${word}` : `${size}/${word}`;
}

/** Rounded to two digits of what is written: of 2.04 GiB, not of its bytes. */
function twoDigits(size: number, { scale }: Unit): number {
  const base = scale === 'iec' ? 1024 : 1000;
  const divisor = base ** Math.floor(Math.log(size) / Math.log(base));
  return Number((size / divisor).toPrecision(2)) * divisor;
}

function arrivalWords(trend: Trend, fact: SeriesFacts, answer: Answer): string {
  const { fromMs, toMs } = answer.question.range;
  const isWorse = answer.question.query.worst === 'high' ? trend.slopePerMs > 0 : trend.slopePerMs < 0;
  if (!isWorse || freshness(fact, answer) !== 'now') return '';
  const goal = goalOf(trend, fact, answer);
  if (!goal) return '';
  const arrivalMs = (goal.value - trend.endValue) / trend.slopePerMs;
  const windows = goal.isEnd ? HORIZON_WINDOWS : LIMIT_HORIZON_WINDOWS;
  const isBelievable = arrivalMs > 0 && arrivalMs <= windows * (toMs - fromMs);
  return isBelievable ? `${goal.words} in about ${aboutWords(arrivalMs)}` : '';
}

/** A query that ranks by its last value: disks, memory. */
function isLevel({ question: { query } }: Answer): boolean {
  return query.measure === 'last';
}

/**
 * What a trend runs into. A level (a query that ranks by its last value: disks, memory) becomes full or empty at the end
 * of its scale; anything else reaches the next limit that it was not beyond yet, or without one the end of its scale.
 */
function goalOf(trend: Trend, { series, summary }: SeriesFacts, answer: Answer): Goal | undefined {
  const { query } = answer.question;
  const isRising = trend.slopePerMs > 0;
  const percentEnd = series.unit.scale === 'percent' ? (isRising ? 100 : 0) : undefined;
  const end = (isRising ? query.looks.max : query.looks.min) ?? percentEnd;
  if (end !== undefined && isLevel(answer)) return { value: end, words: isRising ? 'full' : 'empty', isEnd: true };
  const ahead = answer.thresholds
    .filter(({ op }) => op.startsWith(isRising ? '>' : '<'))
    .filter((threshold) => !isBeyond(isRising ? summary.max : summary.min, threshold))
    .toSorted((a, b) => Math.abs(a.value - summary.last) - Math.abs(b.value - summary.last));
  const [next] = ahead;
  if (next) return { value: next.value, words: `at ${limitWords(next, series.unit)}`, isEnd: false };
  return end === undefined ? undefined : { value: end, words: `at ${formatValue(end, series.unit)}`, isEnd: false };
}
