/** Question → Answer: fetches what was asked, what it is compared with and what is drawn over it, side by side. */
import type { Annotation } from '../domain/annotation.ts';
import type { Answer, EmptyReason } from '../domain/answer.ts';
import { BotError, toBotError } from '../domain/errors.ts';
import type { Frame } from '../domain/frame.ts';
import type { Question } from '../domain/question.ts';
import { withDeadline } from '../lib/clock.ts';
import type { FetchWindow, SourceRequest } from '../sources/source.ts';
import type { ConfiguredSource, SourceSet } from '../sources/source-set.ts';
import { linksOf, titleOf } from './present.ts';
import { rankedArguments, rankFrames, valueCount } from './rank.ts';

/**
 * Points of one picture: many times what it can show, because the chart and the words find the peaks themselves, and what a
 * source has put together hides them. 60,000 are about 1.5 MB of JSON, read in 30 ms.
 */
const CHART_POINTS = 60_000;
/** Of one series: a week in minutes, a quarter in steps of ten. */
const SERIES_MAX_POINTS = 13_000;
/** One for each px of the plot, however many series share it. */
const SERIES_MIN_POINTS = 800;
/** A file is for machines: as fine as stored, within reason (a year of 10 min steps is 52,560). */
const CSV_MAX_POINTS = 60_000;
/** Marks are a courtesy: a chart does not wait longer for them. */
const OVERLAY_TIMEOUT_MS = 2_000;
/** Finding out why there is nothing must not make the asker wait long for it. */
const WHY_EMPTY_TIMEOUT_MS = 3_000;
/** Marks beyond this are noise; the words say how many there were. */
const ANNOTATIONS_MAX = 100;

/** What answering needs. */
export interface AnswerDeps {
  readonly sources: SourceSet;
  /** The moment that "now" means, ms since the Unix epoch. */
  readonly nowMs: number;
}

/**
 * Fetches everything for a question. Failures of overlays and of the comparison become notes.
 *
 * @throws BotError `SOURCE_…` when the question's own data cannot be had, `ASK_UNKNOWN_VALUE` when a value cannot be bound
 */
export async function answerQuestion(question: Question, deps: AnswerDeps, signal: AbortSignal): Promise<Answer> {
  const configured = deps.sources.get(question.query.sourceName);
  const request = bind(configured, question, question.arguments);
  const window = windowOf(question, question.range);
  const [fetched, comparison, marks] = await Promise.all([
    fetchFrom(configured, request, window, question, signal),
    fetchComparison(configured, question, signal),
    fetchMarks(question, window, deps.sources, signal),
  ]);
  const frames = question.ranking ? rankFrames(fetched, question) : fetched;
  const empty = frames.some((frame) => valueCount(frame) > 0)
    ? undefined
    : await findWhyEmpty(configured, request, window, signal);
  const warnings = frames.flatMap(({ warnings }) => warnings);
  return {
    question,
    title: titleOf(question),
    frames,
    ...(comparison.value && { comparison: comparison.value }),
    ...(question.ranking && { rankedFrom: seriesCount(fetched) }),
    annotations: marks.annotations,
    thresholds: question.query.thresholds,
    links: linksOf(
      question,
      configured,
      question.ranking ? bind(configured, question, rankedArguments(question, frames)) : request,
      window,
    ),
    notes: [...question.notes, ...new Set(warnings), ...comparison.notes, ...marks.notes],
    ...(empty && { empty }),
    origin: `${configured.title} · ${request.label}`,
    nowMs: deps.nowMs,
  };
}

function bind({ source }: ConfiguredSource, { query }: Question, args: Question['arguments']): SourceRequest {
  const { block, unit, consolidate } = query;
  return source.request(block, { arguments: args, unit, consolidate });
}

function windowOf(
  question: Question,
  { fromMs, toMs, zone }: Pick<Question['range'], 'fromMs' | 'toMs' | 'zone'>,
): FetchWindow {
  return { fromMs, toMs, zone, maxPoints: maxPointsOf(question) };
}

function maxPointsOf({ output, arguments: args }: Question): number {
  if (output === 'csv') return CSV_MAX_POINTS;
  const series = Math.max(1, ...Object.values(args).map((values) => values.length));
  return Math.max(SERIES_MIN_POINTS, Math.min(SERIES_MAX_POINTS, Math.floor(CHART_POINTS / series)));
}

/** Fetches within the source's own time and gives its frames the window as it was asked. */
async function fetchFrom(
  { source, name, timeoutMs }: ConfiguredSource,
  request: SourceRequest,
  window: FetchWindow,
  question: Question,
  signal: AbortSignal,
): Promise<Frame[]> {
  try {
    const frames = await source.fetch(request, window, withDeadline(timeoutMs, signal));
    return window.fromMs === question.range.fromMs
      ? frames.map((frame) => ({ ...frame, range: question.range }))
      : frames;
  } catch (thrown) {
    if (signal.aborted && !(thrown instanceof BotError)) throw thrown;
    const error = toBotError(thrown);
    const link = source.link(request, window);
    const details = { ...error.details, source: name, ...(link && { link }) };
    throw new BotError(error.code, error.message, details, { cause: error });
  }
}

type Comparison = NonNullable<Answer['comparison']>;

async function fetchComparison(
  configured: ConfiguredSource,
  question: Question,
  signal: AbortSignal,
): Promise<{ value?: Comparison; notes: string[] }> {
  const { comparison, range } = question;
  if (!comparison) return { notes: [] };
  const other = comparison.kind === 'range' ? comparison.range : range;
  const args = comparison.kind === 'arguments' ? comparison.arguments : question.arguments;
  const { label } = comparison;
  try {
    const window = windowOf(question, { ...other, zone: range.zone });
    const frames = await fetchFrom(configured, bind(configured, question, args), window, question, signal);
    const notes = frames.some((frame) => valueCount(frame) > 0)
      ? []
      : [`There are no values of ${label} to compare with.`];
    return { value: { label, offsetMs: range.fromMs - other.fromMs, fromMs: other.fromMs, frames }, notes };
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    return { notes: [`The comparison with ${label} is missing: ${toBotError(thrown).message}`] };
  }
}

async function fetchMarks(
  { query }: Question,
  window: FetchWindow,
  sources: SourceSet,
  signal: AbortSignal,
): Promise<{ annotations: Annotation[]; notes: string[] }> {
  const notes: string[] = [];
  const overlays = query.overlays.filter((overlay) => overlay.kind === 'annotations');
  const found = await Promise.all(
    overlays.map(async (overlay) => {
      const { source, title } = sources.get(overlay.source);
      if (!source.annotations) return [];
      try {
        return await source.annotations(window, { tags: overlay.tags }, withDeadline(OVERLAY_TIMEOUT_MS, signal));
      } catch (thrown) {
        if (signal.aborted) throw thrown;
        const { message, code } = toBotError(thrown);
        const why = code === 'INTERNAL' ? 'it did not answer in time.' : message;
        notes.push(`Marks of ${title} (${overlay.source}) are missing: ${why}`);
        return [];
      }
    }),
  );
  const annotations = found.flat().sort((a, b) => a.timeMs - b.timeMs);
  if (annotations.length > ANNOTATIONS_MAX) {
    notes.push(`Of ${annotations.length} marks the newest ${ANNOTATIONS_MAX} are shown.`);
  }
  return { annotations: annotations.slice(-ANNOTATIONS_MAX), notes };
}

async function findWhyEmpty(
  { source }: ConfiguredSource,
  request: SourceRequest,
  window: FetchWindow,
  signal: AbortSignal,
): Promise<EmptyReason> {
  const unknown: EmptyReason = { kind: 'silent', what: request.label };
  try {
    return (await source.whyEmpty?.(request, window, withDeadline(WHY_EMPTY_TIMEOUT_MS, signal))) ?? unknown;
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    return unknown;
  }
}

function seriesCount(frames: readonly Frame[]): number {
  return frames.reduce((sum, frame) => sum + (frame.kind === 'series' ? frame.series.length : 0), 0);
}
