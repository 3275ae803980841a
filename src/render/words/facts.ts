/** What an answer's series say in numbers, worst first: the one reading that headline, alt text and table share. Pure. */
import type { Answer } from '../../domain/answer.ts';
import type { Frame, SeriesFrame } from '../../domain/frame.ts';
import type { Measure } from '../../domain/saved-query.ts';
import { inferStepMs, type Series, type Summary, summarize } from '../../domain/series.ts';
import { chartFrames } from '../chart/chart-frames.ts';
import { counterpartName } from '../counterpart.ts';
import { type ThinSide, thinSide } from './overlap.ts';

/** A series with its numbers. */
export interface SeriesFacts {
  readonly series: Series;
  /** Its name without the beginning that all share and the title says: `tx` of `web01.tx` under `Network of web01`. */
  readonly name: string;
  readonly summary: Summary;
  /** Distance of its samples, ms. */
  readonly stepMs: number;
  /** The other side of a comparison; absent when it has no value, or too few at the same times. */
  readonly was?: OtherFacts;
  /** What there is of the other side, where that is too little to compare. */
  readonly thin?: ThinSide;
}

/** The other side of a comparison; older archives are often coarser, so its step is its own. */
interface OtherFacts {
  readonly series: Series;
  readonly summary: Summary;
  readonly stepMs: number;
}

/** A series that has one sample only is taken to speak for this long. */
const LONE_STEP_MS = 60_000;

const known = new WeakMap<Answer, readonly SeriesFacts[]>();

/** Every series of an answer that has a value: ranked ones as they came, others by the query's measure, worst first. */
export function seriesFacts(answer: Answer): readonly SeriesFacts[] {
  // message, alt text and table read the same numbers of what may be a million samples
  const facts = known.get(answer) ?? findFacts(answer);
  known.set(answer, facts);
  return facts;
}

function findFacts(answer: Answer): SeriesFacts[] {
  // series of other units have strips and lines of their own
  const frames = chartFrames(answer.frames);
  const others = answer.comparison?.frames.filter(isSeriesFrame).flatMap(({ series }) => series) ?? [];
  const total = frames.reduce((sum, { series }) => sum + series.length, 0);
  const prefix = sharedPrefix(
    frames.flatMap(({ series }) => series.map(({ name }) => name)),
    answer.title,
  );
  const facts = frames.flatMap((frame) =>
    frame.series.flatMap((series): SeriesFacts[] => {
      const summary = summarize(series);
      if (!summary) return [];
      const isAlone = total === 1 && others.length === 1;
      const otherName = counterpartName(series.name, answer.question);
      const other = isAlone ? others[0] : others.find(({ name }) => name === otherName);
      const otherSummary = other && summarize(other);
      const stepMs = stepOf(series, frame.stepMs);
      const was = other && otherSummary && { series: other, summary: otherSummary, stepMs: stepOf(other) };
      const own = { series, name: series.name.slice(prefix.length), summary, stepMs };
      return [{ ...own, ...(was && comparedTo(own, was, answer)) }];
    }),
  );
  return answer.question.ranking ? facts : worstFirst(facts, answer);
}

/** Events have no values where there were none: only of measurements it matters when they were. */
function comparedTo(own: SeriesFacts, was: OtherFacts, answer: Answer): Pick<SeriesFacts, 'was' | 'thin'> {
  const thin = isCounted(answer) ? undefined : thinSide(own, was, comparisonShiftMs(answer), answer);
  return thin ? { thin } : { was };
}

/** What other arguments gave that has no counterpart among the series shown: `cpu web01 vs web02 web03`. */
export function unpairedFacts(answer: Answer): readonly SeriesFacts[] {
  if (answer.question.comparison?.kind !== 'arguments') return [];
  const paired = new Set(seriesFacts(answer).flatMap(({ was }) => (was ? [was.series] : [])));
  const frames = answer.comparison?.frames.filter(isSeriesFrame) ?? [];
  const facts = frames.flatMap((frame) =>
    frame.series.flatMap((series): SeriesFacts[] => {
      const summary = paired.has(series) ? undefined : summarize(series);
      return summary ? [{ series, name: series.name, summary, stepMs: stepOf(series, frame.stepMs) }] : [];
    }),
  );
  return worstFirst(facts, answer);
}

function stepOf({ stepMs, times }: Series, frameStepMs?: number): number {
  return stepMs ?? frameStepMs ?? inferStepMs(times) ?? LONE_STEP_MS;
}

/** The dotted beginning that several names share, when the title says it; else nothing. */
function sharedPrefix(names: readonly string[], title: string): string {
  const [first = ''] = names;
  const prefix = first.slice(0, first.lastIndexOf('.') + 1);
  if (names.length < 2 || prefix === '' || names.some((name) => !name.startsWith(prefix) || name === prefix)) return '';
  return title.split(/[\s,]+/).includes(prefix.slice(0, -1)) ? prefix : '';
}

function worstFirst(facts: readonly SeriesFacts[], answer: Answer): SeriesFacts[] {
  const measure = factsMeasure(answer);
  const sign = answer.question.query.worst === 'low' ? 1 : -1;
  return facts.toSorted((a, b) => sign * (measureOf(a.summary, measure) - measureOf(b.summary, measure)));
}

/** What series are ordered by: the query's measure; for counts their sum. */
export function factsMeasure(answer: Answer): Measure {
  return isCounted(answer) ? 'sum' : answer.question.query.measure;
}

/** The number of a summary that a measure means. */
export function measureOf(summary: Summary, measure: Measure): number {
  return summary[measure];
}

/**
 * Whether samples are events per interval, so that their sum is the answer: the definition adds them up or ranks by the
 * sum, or draws whole counts as bars. A whole number alone may be a level (processes, replicas), which has no sum.
 */
export function isCounted({ question: { query, looks } }: Answer): boolean {
  if (query.consolidate === 'sum' || query.measure === 'sum') return true;
  return query.unit.isWhole && (looks.bars ?? query.looks.bars) === true;
}

/** Whether the parts are shown on top of each other, so that their total means something. */
export function isStacked({ question: { query, looks } }: Answer): boolean {
  return (looks.stacked ?? query.looks.stacked) === true;
}

/** Whether a frame holds series. */
export function isSeriesFrame(frame: Frame): frame is SeriesFrame {
  return frame.kind === 'series';
}

/** How far the other window's samples are moved to lie on this one, ms; 0 when the windows are the same. */
export function comparisonShiftMs(answer: Answer): number {
  return answer.comparison ? answer.question.range.fromMs - answer.comparison.fromMs : 0;
}

/** How far from the same clock time a sample may lie, in steps of the coarser side, to be compared. */
const SAME_TIME_STEPS = 1.5;

/** What the other side had at the clock time of the newest value; `undefined` when nothing is near. */
export function otherAtLast({ summary, stepMs, was }: SeriesFacts, answer: Answer): number | undefined {
  if (!was) return undefined;
  const withinMs = SAME_TIME_STEPS * Math.max(stepMs, was.stepMs);
  return valueAt(was.series, summary.lastMs - comparisonShiftMs(answer), withinMs);
}

/** The value of a series nearest to a moment, at most `withinMs` away; `undefined` when there is none. */
function valueAt({ times, values }: Series, timeMs: number, withinMs: number): number | undefined {
  let best: number | undefined;
  let bestDistanceMs = withinMs;
  for (let index = 0; index < times.length; index += 1) {
    const value = values[index] as number;
    const distanceMs = Math.abs((times[index] as number) - timeMs);
    if (Number.isNaN(value) || distanceMs > bestDistanceMs || (best !== undefined && distanceMs === bestDistanceMs))
      continue;
    [best, bestDistanceMs] = [value, distanceMs];
  }
  return best;
}

/** The sum of several series, time by time, as a stack shows it: a gap counts as nothing where another has a value. */
export function totalSeries(parts: readonly Series[]): Series | undefined {
  const [first] = parts;
  if (!first) return undefined;
  const sums = new Map<number, number>();
  for (const { times, values } of parts) {
    for (let index = 0; index < times.length; index += 1) {
      const timeMs = times[index] as number;
      const value = values[index] as number;
      const sum = sums.get(timeMs) ?? Number.NaN;
      sums.set(timeMs, Number.isNaN(sum) ? value : Number.isNaN(value) ? sum : sum + value);
    }
  }
  const times = Float64Array.from(sums.keys()).sort();
  return { ...first, name: 'total', labels: {}, times, values: times.map((timeMs) => sums.get(timeMs) ?? Number.NaN) };
}

/** Several series as one, with the total's numbers on both sides of a comparison. */
export function totalFact(facts: readonly SeriesFacts[]): SeriesFacts | undefined {
  const [first] = facts;
  const series = totalSeries(facts.map((fact) => fact.series));
  const summary = series && summarize(series);
  if (!first || !series || !summary) return undefined;
  const other = totalSeries(facts.flatMap(({ was }) => (was ? [was.series] : [])));
  const otherSummary = other && summarize(other);
  const stepMs = Math.max(...facts.map((fact) => fact.stepMs));
  const wasStepMs = Math.max(...facts.flatMap(({ was }) => (was ? [was.stepMs] : [])));
  return {
    series,
    name: series.name,
    summary,
    stepMs,
    ...(other && otherSummary && { was: { series: other, summary: otherSummary, stepMs: wasStepMs } }),
  };
}
