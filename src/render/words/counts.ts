/** The first line of counts: the sum over the window, the busiest interval, the change against the comparison. Pure. */
import { formatDuration, formatValue } from '../../domain/format-number.ts';
import type { Line } from '../../domain/message.ts';
import type { Series } from '../../domain/series.ts';
import { againstWords } from './against.ts';
import { differenceWords } from './difference.ts';
import { type SeriesFacts, totalSeries } from './facts.ts';
import { crossingsOf, crossingWords } from './limits.ts';
import { freshness, joined, namedWords, otherSide, type Saying, wasSpans } from './saying.ts';
import { NAMED_MAX } from './several.ts';

const MINUTE_MS = 60_000;

/** Sums: `312 in 1 h, 40 (15 %) more than a week ago · busiest minute 10:44 with 57 · 3 in the last minute`. */
export function countedHeadline(facts: readonly SeriesFacts[], say: Saying): Line {
  const { answer } = say;
  const { fromMs, toMs } = answer.question.range;
  const [first] = facts;
  // the sum of those that rank first is nobody's number
  if (answer.question.ranking) return partsWords(facts, say);
  const total = totalSeries(facts.map(({ series }) => series));
  if (!first || !total) return [];
  const { unit } = first.series;
  const sum = sumOf(facts.map(({ summary }) => summary.sum));
  const amount = sum === 0 && unit.isWhole ? 'none' : say.value(sum, unit);
  const stepMs = Math.max(...facts.map((fact) => fact.stepMs));
  const head: Line = [`${amount} in ${formatDuration(toMs - fromMs)}`, ...changeWords(facts, sum, say)];
  const intervals = byInterval(total, stepMs);
  return joined([
    head,
    facts.length > 1 ? partsWords(facts, say) : [],
    againstWords(say),
    sum === 0 ? [] : busiestWords(intervals, say, total),
    newestWords(total, first, intervals, say),
    ...(facts.length === 1 ? limitsWords(first, say) : []),
  ]);
}

function changeWords(facts: readonly SeriesFacts[], sum: number, { answer }: Saying): Line {
  if (!answer.comparison) return [];
  const others = facts.flatMap(({ was }) => (was ? [was.summary.sum] : []));
  if (others.length === 0) return [];
  const unit = (facts[0] as SeriesFacts).series.unit;
  const was = sumOf(others);
  return [`, ${differenceWords(sum, was, unit)} `, otherSide(answer), ` (${formatValue(was, unit)})`];
}

function partsWords(facts: readonly SeriesFacts[], say: Saying): Line {
  const entries = facts.slice(0, NAMED_MAX).map((fact): Line => {
    const { series, summary, was } = fact;
    const then = was ? wasSpans(say.answer, formatValue(was.summary.sum, series.unit)) : [];
    return namedWords(fact, [formatValue(summary.sum, series.unit), ...then]);
  });
  const rest = facts.slice(NAMED_MAX);
  const [unit] = facts.map(({ series }) => series.unit);
  const together = rest.length > 0 && unit ? formatValue(sumOf(rest.map(({ summary }) => summary.sum)), unit) : '';
  return joined([...entries, rest.length > 0 ? [`… ${rest.length} more, ${together} together`] : []], ', ');
}

/** Sums of whole minutes, or of the samples' own intervals where those are longer. */
export interface Intervals {
  readonly sizeMs: number;
  /** Distance of the samples. */
  readonly stepMs: number;
  /** Sum by the interval's start. */
  readonly sums: ReadonlyMap<number, number>;
}

/** Adds up a series by whole minutes, or by its own longer intervals. */
export function byInterval({ times, values }: Series, stepMs: number): Intervals {
  const sizeMs = Math.max(stepMs, MINUTE_MS);
  const sums = new Map<number, number>();
  for (let index = 0; index < times.length; index += 1) {
    const [timeMs, value] = [times[index] as number, values[index] as number];
    if (Number.isNaN(value)) continue;
    const startMs = stepMs < MINUTE_MS ? Math.floor(timeMs / MINUTE_MS) * MINUTE_MS : timeMs;
    sums.set(startMs, (sums.get(startMs) ?? 0) + value);
  }
  return { sizeMs, stepMs, sums };
}

const intervalWords = (sizeMs: number) => (sizeMs === MINUTE_MS ? 'minute' : formatDuration(sizeMs));

function busiestWords({ sizeMs, sums }: Intervals, say: Saying, { unit }: Series): Line {
  let [bestMs, best] = [Number.NaN, Number.NEGATIVE_INFINITY];
  for (const [startMs, sum] of sums) if (sum > best) [bestMs, best] = [startMs, sum];
  if (sums.size < 2) return [];
  return [`busiest ${intervalWords(sizeMs)} ${say.tell.moment(bestMs)} with ${formatValue(best, unit)}`];
}

/** What came in the newest interval, when that is now: `3 in the last minute`. */
function newestWords(total: Series, fact: SeriesFacts, { sizeMs, stepMs }: Intervals, say: Saying): Line {
  if (freshness(fact, say.answer) !== 'now' || total.times.length < 2) return [];
  const afterMs = (total.times.at(-1) as number) + stepMs - sizeMs;
  const newest = total.values.filter(
    (value, index) => (total.times[index] as number) >= afterMs && !Number.isNaN(value),
  );
  return newest.length === 0 ? [] : [`${formatValue(sumOf(newest), total.unit)} in the last ${intervalWords(sizeMs)}`];
}

function limitsWords(fact: SeriesFacts, say: Saying): Line[] {
  return crossingsOf(fact, say.answer).map((crossing) => [crossingWords(crossing, fact, say)]);
}

function sumOf(numbers: Iterable<number>): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
}
