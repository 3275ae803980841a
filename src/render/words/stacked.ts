/** The first line of stacked parts: the total, the biggest part, what grew most. Pure. */
import { formatValue } from '../../domain/format-number.ts';
import type { Line } from '../../domain/message.ts';
import { type Series, summarize } from '../../domain/series.ts';
import { type SeriesFacts, totalFact } from './facts.ts';
import { joined, namedWords, nameOf, type Saying } from './saying.ts';

/** Growth smaller than this share of the total's mean is not worth a word. */
const MIN_GROWTH = 0.05;

/**
 * The total as a single series would be said, with its biggest part now and the part that grew most: by the means of
 * the window's first and last quarter, when that is 5 % of the total or more.
 */
export function stackedHeadline(
  facts: readonly SeriesFacts[],
  say: Saying,
  singleParts: (fact: SeriesFacts, say: Saying) => Line[],
): Line {
  const total = totalFact(facts);
  if (!total) return [];
  const [last = [], ...rest] = singleParts(total, say);
  const biggest = facts.toSorted((a, b) => b.summary.last - a.summary.last)[0] as SeriesFacts;
  const { unit } = biggest.series;
  const biggestWords: Line = ['most is ', ...namedWords(biggest, [say.value(biggest.summary.last, unit)])];
  return joined([['total ', ...last], biggestWords, growthWords(facts, total, say), ...rest]);
}

function growthWords(facts: readonly SeriesFacts[], total: SeriesFacts, { answer }: Saying): Line {
  const { fromMs, toMs } = answer.question.range;
  const quarterMs = (toMs - fromMs) / 4;
  const growths = facts.flatMap((fact) => {
    const { series } = fact;
    const first = meanWithin(series, fromMs, fromMs + quarterMs);
    const last = meanWithin(series, toMs - quarterMs, toMs);
    return first === undefined || last === undefined ? [] : [{ fact, first, last, growth: last - first }];
  });
  const most = growths.toSorted((a, b) => b.growth - a.growth)[0];
  if (!most || most.growth <= 0 || most.growth < MIN_GROWTH * Math.abs(total.summary.mean)) return [];
  const { unit } = most.fact.series;
  const span = `${formatValue(most.first, unit)} → ${formatValue(most.last, unit)}`;
  return [nameOf(most.fact), ` grew most, ${span} (first and last quarter)`];
}

/** The mean of a series' values in a half-open time; `undefined` without any. */
function meanWithin({ times, values }: Series, fromMs: number, toMs: number): number | undefined {
  const start = times.findIndex((timeMs) => timeMs >= fromMs);
  if (start < 0) return undefined;
  let end = start;
  while (end < times.length && (times[end] as number) < toMs) end += 1;
  return summarize({ times: times.subarray(start, end), values: values.subarray(start, end) })?.mean;
}
