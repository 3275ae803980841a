/** Question → Answer: fetches what was asked, what it is compared with and what is drawn over it, side by side. */
import type { Answer, EmptyReason } from '../domain/answer.ts';
import type { Catalog } from '../domain/catalog.ts';
import { BotError, toBotError } from '../domain/errors.ts';
import type { Frame } from '../domain/frame.ts';
import type { Arguments, Question } from '../domain/question.ts';
import type { Consolidation } from '../domain/saved-query.ts';
import { withDeadline } from '../lib/clock.ts';
import type { FetchWindow, SourceRequest } from '../sources/source.ts';
import type { ConfiguredSource, SourceSet } from '../sources/source-set.ts';
import { dashboardLinks, fetchMarks, fetchUnder } from './beside.ts';
import { withBindableValues } from './bindable.ts';
import { fetchFitting, SERIES_MIN_POINTS } from './fetch-fitting.ts';
import { linksOf, titleOf } from './present.ts';
import { rankedArguments, rankFrames, valueCount } from './rank.ts';
import { withRegularSteps } from './regular.ts';

/**
 * Points of one picture: many times what it can show, because the chart and the words find the peaks themselves, and what a
 * source has put together hides them. 60,000 are about 1.5 MB of JSON, read in 30 ms.
 */
const CHART_POINTS = 60_000;
/** Of one series: a week in minutes, a quarter in steps of ten. */
const SERIES_MAX_POINTS = 13_000;
/** Rankings of more are looked at coarsely first. */
const FINE_RANKING_MAX = 100;
const COARSE_POINTS = 60;
/** What a ranking may look at: 5,000 times 60 points are about 8 MB of JSON. */
const RANKING_SERIES_MAX = 5_000;
/** A coarse look is off by what its buckets hide (gaps, the newest one), so more are kept than are shown. */
const SHORTLIST_EXTRA = 10;
/** A file is for machines: as fine as stored, within reason (a year of 10 min steps is 52,560). */
const CSV_MAX_POINTS = 60_000;
/** Finding out why there is nothing must not make the asker wait long for it. */
const WHY_EMPTY_TIMEOUT_MS = 3_000;

/** What answering needs. */
export interface AnswerDeps {
  readonly sources: SourceSet;
  /** Where the queries are that are drawn with the one that was asked. */
  readonly catalog: Catalog;
  /** The moment that "now" means, ms since the Unix epoch. */
  readonly nowMs: number;
  /** Whether the newest value matters most, where the window ends now. */
  readonly isToEnd?: boolean;
}

/**
 * Fetches everything for a question. Failures of overlays and of the comparison become notes.
 *
 * @throws BotError `SOURCE_…` when the question's own data cannot be had, `ASK_UNKNOWN_VALUE` when a value cannot be bound
 */
export async function answerQuestion(asked: Question, deps: AnswerDeps, signal: AbortSignal): Promise<Answer> {
  const configured = deps.sources.get(asked.query.sourceName);
  const question = withBindableValues(asked, (args) => {
    bind(configured, asked, args, { seriesMax: RANKING_SERIES_MAX });
  });
  const shortlist = await shortlistOf(configured, question, signal);
  const args = shortlist?.arguments ?? question.arguments;
  const request = bind(configured, question, args);
  const window = { ...windowOf(args, question, question.range), ...(deps.isToEnd && { isToEnd: true }) };
  const reading = fetchFrom(configured, request, window, question, signal).then((fetched) => {
    const frames = rankFrames(fetched, question);
    return { fetched, frames, shown: shownOf(question, frames) };
  });
  // what goes with a ranking is of those that are shown, which are known when it is read
  const beside = <T>(read: (shown: Question) => Promise<T>) =>
    question.ranking ? reading.then(({ shown }) => read(shown)) : read(question);
  const [{ fetched, frames, shown }, comparison, marks, under, dashboards] = await Promise.all([
    reading,
    fetchComparison(configured, args, question, signal),
    fetchMarks(question, window, deps.sources, signal),
    beside((of) => fetchUnder(of, window, deps, signal)),
    beside((of) => dashboardLinks(of, window, deps.sources, signal)),
  ]);
  const empty = frames.some((frame) => valueCount(frame) > 0)
    ? undefined
    : await findWhyEmpty(configured, request, window, signal);
  const shownRequest = question.ranking ? bind(configured, shown, shown.arguments) : request;
  const warnings = frames.flatMap(({ warnings }) => warnings);
  return {
    question,
    title: titleOf(question),
    frames,
    ...(comparison.value && { comparison: besideShown(comparison.value, frames, question) }),
    ...(question.ranking && { rankedFrom: shortlist?.rankedFrom ?? seriesCount(fetched) }),
    ...(under.frames.length > 0 && { under: under.frames }),
    annotations: marks.annotations,
    thresholds: question.query.thresholds,
    links: [...linksOf(shown, configured, shownRequest, window), ...dashboards.links],
    notes: [
      ...question.notes,
      ...new Set(warnings),
      ...comparison.notes,
      ...marks.notes,
      ...under.notes,
      ...dashboards.notes,
    ],
    ...(empty && { empty }),
    origin: `${configured.title} · ${shownRequest.label}`,
    nowMs: deps.nowMs,
  };
}

/** The question about those that are shown alone. */
function shownOf(question: Question, frames: readonly Frame[]): Question {
  const { ranking, ...rest } = question;
  return ranking ? { ...rest, arguments: rankedArguments(question, frames) } : question;
}

function bind(
  { source }: ConfiguredSource,
  { query }: Question,
  args: Arguments,
  other: { readonly consolidate?: Consolidation; readonly seriesMax?: number } = {},
): SourceRequest {
  const { block, unit, consolidate } = query;
  return source.request(block, { arguments: args, unit, consolidate, ...other });
}

function windowOf(
  args: Arguments,
  { output }: Question,
  { fromMs, toMs, zone }: Pick<Question['range'], 'fromMs' | 'toMs' | 'zone'>,
): FetchWindow {
  return { fromMs, toMs, zone, maxPoints: output === 'csv' ? CSV_MAX_POINTS : maxPointsOf(args) };
}

function maxPointsOf(args: Arguments): number {
  return Math.max(SERIES_MIN_POINTS, Math.min(SERIES_MAX_POINTS, Math.floor(CHART_POINTS / widthOf(args))));
}

/** How many series the arguments stand for, at the least. */
function widthOf(args: Arguments): number {
  return Math.max(1, ...Object.values(args).map((values) => values.length));
}

/**
 * For a ranking of many: those that can be among the first, from a coarse look at all of them, each point of which stands
 * for what the ranking is by. The few are then read as finely as any question.
 */
async function shortlistOf(
  configured: ConfiguredSource,
  question: Question,
  signal: AbortSignal,
): Promise<{ readonly arguments: Arguments; readonly rankedFrom: number } | undefined> {
  if (!question.ranking || widthOf(question.arguments) <= FINE_RANKING_MAX) return undefined;
  const { fromMs, toMs, zone } = question.range;
  const consolidate = question.query.measure === 'mean' ? 'average' : question.query.measure;
  const request = bind(configured, question, question.arguments, { consolidate, seriesMax: RANKING_SERIES_MAX });
  const window = { fromMs, toMs, zone, maxPoints: COARSE_POINTS };
  const frames = await fetchFrom(configured, request, window, question, signal);
  const ranking = { ...question.ranking, count: question.ranking.count * 2 + SHORTLIST_EXTRA };
  return {
    arguments: rankedArguments(question, rankFrames(frames, { ...question, ranking })),
    rankedFrom: seriesCount(frames),
  };
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
    const read = await fetchFitting(source, request, window, withDeadline(timeoutMs, signal));
    const as = { consolidate: question.query.consolidate, looks: question.looks };
    const frames = read.map((frame) => withRegularSteps(frame, as));
    return window.fromMs === question.range.fromMs
      ? frames.map((frame) => ({ ...frame, range: question.range }))
      : frames;
  } catch (thrown) {
    if (signal.aborted && !(thrown instanceof BotError)) throw thrown;
    const error = toBotError(thrown);
    const link = source.link(request, window);
    const details = { ...error.details, source: name, query: question.query.id, ...(link && { link }) };
    throw new BotError(error.code, error.message, details, { cause: error });
  }
}

type Comparison = NonNullable<Answer['comparison']>;

/** Of all that are ranked, those that are shown are compared with what they were: the others would have labels without lines. */
function besideShown(comparison: Comparison, frames: readonly Frame[], question: Question): Comparison {
  if (!question.ranking || question.comparison?.kind !== 'range') return comparison;
  const seriesOf = (frame: Frame) => (frame.kind === 'series' ? frame.series : []);
  const shown = new Set(frames.flatMap(seriesOf).map(({ name }) => name));
  const kept = (frame: Frame): Frame =>
    frame.kind === 'series' ? { ...frame, series: frame.series.filter(({ name }) => shown.has(name)) } : frame;
  return { ...comparison, frames: comparison.frames.map(kept) };
}

async function fetchComparison(
  configured: ConfiguredSource,
  asked: Arguments,
  question: Question,
  signal: AbortSignal,
): Promise<{ value?: Comparison; notes: string[] }> {
  const { comparison, range } = question;
  if (!comparison) return { notes: [] };
  const other = comparison.kind === 'range' ? comparison.range : range;
  const args = comparison.kind === 'arguments' ? comparison.arguments : asked;
  const { label } = comparison;
  try {
    const window = windowOf(args, question, { ...other, zone: range.zone });
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
