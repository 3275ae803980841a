/** One frame in one short line: newest value and peak, of counts the sum and when most; limits it was beyond. Pure. */
import type { Answer } from '../../domain/answer.ts';
import { formatDuration, formatValue } from '../../domain/format-number.ts';
import type { Line } from '../../domain/message.ts';
import { stripFrames } from '../chart/chart-frames.ts';
import { answerOf } from '../own-looks.ts';
import { byInterval } from './counts.ts';
import { isCounted, isStacked, type SeriesFacts, seriesFacts, totalFact } from './facts.ts';
import { crossingsOf, crossingWords } from './limits.ts';
import { consolidatedWords, createSaying, joined, lastWords, namedWords, nameOf, type Saying } from './saying.ts';

/** More names than this are counted. */
const NAMED_MAX = 3;
const MINUTE_MS = 60_000;

/**
 * What a frame alone says, without its title: `12 GiB now, peak 12.4 GiB at 10:44`, `312, most in 10:44 (57)`. `alone`
 * holds only this frame; empty when that has no value.
 */
export function frameWords(alone: Answer): Line {
  const own = unitWords(alone);
  // a panel may have an axis for each of two units
  const others = stripFrames(alone).map((frame): Line => {
    const words = unitWords(answerOf(alone, frame));
    const [first] = frame.series;
    return words.length > 0 && frame.series.length === 1 && first ? [{ name: first.name }, ' ', ...words] : words;
  });
  return joined([own, ...others]);
}

/** The series of one unit. */
function unitWords(alone: Answer): Line {
  const facts = seriesFacts(alone);
  const say = createSaying(alone);
  const [first] = facts;
  if (!first) return [];
  if (isCounted(alone)) return countedWords(facts, say);
  const [only] = isStacked(alone) && facts.length > 1 ? [totalFact(facts)] : facts.length === 1 ? [first] : [];
  if (only) return joined([[facts.length > 1 ? 'total ' : '', ...singleWords(only, say)], ...limitsOf(only, say)]);
  return severalWords(facts, say);
}

function singleWords(fact: SeriesFacts, say: Saying): Line {
  const { summary, series } = fact;
  const isLow = say.answer.question.query.worst === 'low';
  const last = lastWords(fact, say);
  if (summary.min === summary.max) return [last];
  const [word, value, timeMs] = isLow
    ? (['lowest', summary.min, summary.minMs] as const)
    : (['peak', summary.max, summary.maxMs] as const);
  return [
    `${last}, ${consolidatedWords(word, say.answer)} ${formatValue(value, series.unit)} ${say.tell.when(timeMs)}`,
  ];
}

function limitsOf(fact: SeriesFacts, say: Saying): Line[] {
  return crossingsOf(fact, say.answer)
    .slice(0, 1)
    .map((crossing) => [crossingWords(crossing, fact, say)]);
}

/** The worst by name, the rest counted; the extreme of all, the limits of the worst. */
function severalWords(facts: readonly SeriesFacts[], say: Saying): Line {
  const isLow = say.answer.question.query.worst === 'low';
  const shown = facts.slice(0, NAMED_MAX);
  let isNowSaid = false;
  const names = shown.map((fact): Line => {
    const words = lastWords(fact, say, isNowSaid ? '' : ' now');
    isNowSaid = true;
    return namedWords(fact, [words]);
  });
  const rest = facts.length - shown.length;
  const extreme = facts.reduce((best, fact) =>
    (isLow ? fact.summary.min < best.summary.min : fact.summary.max > best.summary.max) ? fact : best,
  );
  const { summary, series } = extreme;
  const value = formatValue(isLow ? summary.min : summary.max, series.unit);
  const when = say.tell.when(isLow ? summary.minMs : summary.maxMs);
  const crossed = facts.find((fact) => crossingsOf(fact, say.answer).length > 0);
  return joined([
    joined([...names, rest > 0 ? [`… ${rest} more`] : []], ', '),
    [`${consolidatedWords(isLow ? 'lowest' : 'peak', say.answer)} ${value} of `, nameOf(extreme), ` ${when}`],
    ...(crossed ? limitsOf(crossed, say).map((words) => namedWords(crossed, words)) : []),
  ]);
}

function countedWords(facts: readonly SeriesFacts[], say: Saying): Line {
  const total = totalFact(facts);
  if (!total) return [];
  const { unit } = total.series;
  const sum = facts.reduce((all, { summary }) => all + summary.sum, 0);
  const amount = sum === 0 && unit.isWhole ? 'none' : say.value(sum, unit);
  const shown = facts.slice(0, NAMED_MAX);
  const parts = shown.map((fact) => namedWords(fact, [formatValue(fact.summary.sum, unit)]));
  const rest = facts.length - shown.length;
  const names: Line =
    facts.length > 1 ? [' (', ...joined([...parts, rest > 0 ? [`… ${rest} more`] : []], ', '), ')'] : [];
  return [
    amount,
    ...names,
    ...(sum === 0 ? [] : mostWords(total, say)),
    ...limitsOf(total, say).flatMap((words) => [' · ', ...words]),
  ];
}

/** `, most in 10:44 (57)`; of longer intervals `, most in the 5 min from 10:40 (57)`. */
function mostWords({ series, stepMs }: SeriesFacts, { tell }: Saying): Line {
  const { sizeMs, sums } = byInterval(series, stepMs);
  const [busiest] = [...sums].sort(([, a], [, b]) => b - a);
  if (!busiest || sums.size < 2) return [];
  const span = sizeMs === MINUTE_MS ? '' : `the ${formatDuration(sizeMs)} from `;
  return [`, most in ${span}${tell.moment(busiest[0])} (${formatValue(busiest[1], series.unit)})`];
}
