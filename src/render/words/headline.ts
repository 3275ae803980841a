/** The first line of an answer: a title, then the numbers, which must make sense alone. Pure. */
import type { Answer } from '../../domain/answer.ts';
import type { Line } from '../../domain/message.ts';
import { heatmapOf } from '../chart/chart-frames.ts';
import { clockTime, createTimeTeller, isoDay } from '../clock-words.ts';
import { againstWords } from './against.ts';
import { alertWords } from './alert.ts';
import { countedHeadline } from './counts.ts';
import { differenceWords } from './difference.ts';
import { comparisonShiftMs, isCounted, isStacked, otherAtLast, type SeriesFacts, seriesFacts } from './facts.ts';
import { heatmapWords } from './heatmap.ts';
import { crossingsOf, crossingWords, trendWords } from './limits.ts';
import { otherHeadline } from './other-frames.ts';
import {
  consolidatedWords,
  createSaying,
  joined,
  lastWords,
  namedWords,
  otherSide,
  type Saying,
  wasSpans,
} from './saying.ts';
import { rankedTitle, severalHeadline } from './several.ts';
import { sheetHeadline } from './sheet.ts';
import { stackedHeadline } from './stacked.ts';

const known = new WeakMap<Answer, Line>();

/** The first line: the title in bold, then the numbers of whatever kind of answer this is. */
export function headline(answer: Answer): Line {
  // the message and the alt text begin with the same line
  const line = known.get(answer) ?? makeHeadline(answer);
  known.set(answer, line);
  return line;
}

function makeHeadline(answer: Answer): Line {
  const sheet = sheetHeadline(answer);
  if (sheet) return sheet;
  const heatmap = heatmapOf(answer);
  if (heatmap) return [{ name: answer.title, bold: true }, ' ', ...heatmapWords(heatmap, answer)];
  const alert = alertWords(answer);
  if (alert) return [{ name: answer.title, bold: true }, ' ', ...alert];
  const facts = seriesFacts(answer);
  const say = createSaying(answer);
  const title = answer.question.ranking ? rankedTitle(answer, facts) : answer.title;
  return [{ name: title, bold: true }, ' ', ...numbers(facts, say)];
}

function numbers(facts: readonly SeriesFacts[], say: Saying): Line {
  const [first] = facts;
  if (!first) return otherHeadline(say.answer);
  if (isCounted(say.answer)) return countedHeadline(facts, say);
  if (facts.length === 1) {
    // whose number it is, is what a ranking is asked for
    return say.answer.question.ranking ? namedWords(first, singleHeadline(first, say)) : singleHeadline(first, say);
  }
  if (isStacked(say.answer) && !say.answer.question.ranking) return stackedHeadline(facts, say, singleParts);
  return severalHeadline(facts, say);
}

function singleHeadline(fact: SeriesFacts, say: Saying): Line {
  return joined(singleParts(fact, say));
}

/** The parts of one series' line: newest value, mean and extremes, limits, trend. */
function singleParts(fact: SeriesFacts, say: Saying): Line[] {
  const last: Line = [lastWords(fact, say), ...lastDifference(fact, say)];
  const extremes = extremesWords(fact, say);
  const crossings = crossingsOf(fact, say.answer).map((crossing) => crossingWords(crossing, fact, say));
  const trend = trendWords(fact, say.answer);
  return [last, againstWords(say), extremes, ...crossings.map((words): Line => [words]), trend === '' ? [] : [trend]];
}

/** The newest value against the other side's at the same clock time, if there is one. */
function lastDifference(fact: SeriesFacts, { answer }: Saying): Line {
  const other = otherAtLast(fact, answer);
  if (other === undefined) return [];
  return [`, ${differenceWords(fact.summary.last, other, fact.series.unit)} `, otherSide(answer)];
}

function extremesWords({ series, summary, was }: SeriesFacts, say: Saying): Line {
  const { unit } = series;
  const { answer } = say;
  const { query } = answer.question;
  if (summary.count === 1) return ['the only value in the window'];
  if (summary.min === summary.max && !was) return ['every value the same'];
  const then = otherTeller(say);
  const mean: Line = [
    `${consolidatedWords('mean', answer)} ${say.value(summary.mean, unit)}`,
    ...(was ? wasSpans(answer, say.value(was.summary.mean, unit)) : []),
  ];
  // in the order in which they are said: the date is told with the first moment of a day
  const extremes = query.worst === 'low' ? LOW_EXTREMES : HIGH_EXTREMES;
  return [
    ...mean,
    ...extremes.flatMap(([word, value, time]): Line => {
      const own = `${say.value(summary[value], unit)} ${say.tell.when(summary[time])}`;
      const other = was && `${say.value(was.summary[value], unit)} ${then(was.summary[time])}`;
      return [`, ${consolidatedWords(word, answer)} ${own}`, ...(other ? wasSpans(answer, other) : [])];
    }),
  ];
}

const HIGH_EXTREMES = [['peak', 'max', 'maxMs']] as const;
const LOW_EXTREMES = [
  ['lowest', 'min', 'minMs'],
  ['highest', 'max', 'maxMs'],
] as const;

/** Tells the other side's moments: the clock alone when the window is of one day and the other side is days earlier. */
function otherTeller({ answer, tell }: Saying): (timeMs: number) => string {
  const { fromMs, toMs, zone } = answer.question.range;
  if (comparisonShiftMs(answer) === 0) return tell.when;
  if (isoDay(fromMs, zone) === isoDay(toMs - 1, zone)) return (timeMs) => `at ${clockTime(timeMs, zone)}`;
  return createTimeTeller(answer.question.range, answer.nowMs).when;
}
