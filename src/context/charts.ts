/** The charts of alerts: of what they were judged by, and of the saved queries that name them. */
import type { Alert } from '../domain/alert.ts';
import { type AlertView, type AlertWindow, alertWindow } from '../domain/alert-view.ts';
import type { Annotation } from '../domain/annotation.ts';
import type { Answer } from '../domain/answer.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { Question } from '../domain/question.ts';
import type { SavedQuery } from '../domain/saved-query.ts';
import type { Series } from '../domain/series.ts';
import { abortable } from '../lib/abortable.ts';
import { withDeadline } from '../lib/clock.ts';
import { answerQuestion } from '../questions/answer-question.ts';
import { emptyReason } from '../render/words.ts';
import type { SourceSet } from '../sources/source-set.ts';
import type { ChartReport } from '../store/context-store.ts';
import {
  hasLabelsOf,
  membersIn,
  nounIn,
  ruleNameOf,
  tellingOf,
  timeOfGroup,
  titleOfGroup,
  viewOf,
} from './alert-group.ts';
import { isAboutDocuments } from './document-charts.ts';
import { whyMissing } from './gather-context.ts';
import { logQueries } from './logs.ts';
import { type BoundQuery, isNamed, queriesNaming } from './matching-queries.ts';
import { ownExpressions, placeCharts } from './own-expressions.ts';
import type { OwnChart } from './own-query.ts';
import { type AlertPanel, openPanel, panelsOf } from './panels.ts';

/** What the charts of alerts are made with. */
export interface AlertChartDeps {
  readonly sources: SourceSet;
  readonly catalog: Catalog;
  /** The moment that "now" means, ms since the Unix epoch. */
  readonly nowMs: number;
  /** IANA zone of the picture. */
  readonly zone: string;
  /** Deploys and other changes that are known already, for every chart. */
  readonly marks?: readonly Annotation[];
  /** Whether what they were judged by is also shown over 24 hours. */
  readonly hasCompanion?: boolean;
  /** Longest that one chart may take, ms. */
  readonly timeoutMs?: number;
  /** What tells how long each took; left out, nobody asks. */
  now?(): number;
}

/** The charts of a group, what could not be had, and how each came about. */
export interface AlertCharts {
  readonly answers: readonly Answer[];
  readonly notes: readonly string[];
  readonly reports: readonly ChartReport[];
}

/** More charts under one alert are clutter, and cost every source of the room. */
const CHARTS_MAX = 3;
/** Less than what the whole of them may take: a slow one must not cost the others. */
const CHART_TIMEOUT_MS = 4_500;
const DAY_MS = 86_400_000;

/** One chart to be fetched. */
interface Wanted {
  readonly what: string;
  /** Why this chart, for those who ask. */
  readonly why: string;
  ask(signal: AbortSignal): Question | Promise<Question>;
  /** Makes a plain answer one of the alerts. */
  finish(answer: Answer): Answer;
}

/**
 * Fetches the charts of the alerts of one group, ready for the renderer and the words: first what they were judged by (one
 * chart for each rule) or the panels that they name, then the saved queries whose definition names them, then, where asked, the first one over 24 hours.
 * What is late, fails or has no value is a sentence without a full stop.
 *
 * @throws the signal's reason when it aborts
 */
export async function alertCharts(
  alerts: readonly Alert[],
  deps: AlertChartDeps,
  signal: AbortSignal,
): Promise<AlertCharts> {
  const real = alerts.filter(({ transition }) => transition !== 'test');
  if (real.length === 0) return { answers: [], notes: [], reports: [] };
  const { charts, missing } = ownExpressions(real, deps.sources);
  const own = charts.map((chart) => ownWanted(chart, windowFor(chart.alerts, deps), deps));
  const saved = chartQueries(real, deps.catalog).map((bound) => savedWanted(bound, real, deps, namedBy(bound, real)));
  const companions = deps.hasCompanion ? charts.slice(0, 1).flatMap((chart) => companionOf(chart, deps)) : [];
  const panels = panelsOf(real, deps.sources).map((panel) => panelWanted(panel, deps));
  const found = [...own, ...panels, ...saved];
  const all = [...(found.length > 0 ? found : documentsWanted(real, deps)), ...companions];
  const fetched = await Promise.all(all.slice(0, CHARTS_MAX).map((wanted) => fetchWanted(wanted, deps, signal)));
  const more = all.length - CHARTS_MAX;
  return {
    answers: fetched.flatMap((one) => ('answer' in one ? [one.answer] : [])),
    notes: [
      ...missing,
      ...fetched.flatMap((one) => ('missing' in one ? [one.missing] : [])),
      ...(more > 0 ? [`${more} more ${more === 1 ? 'chart is' : 'charts are'} left out`] : []),
    ],
    reports: fetched.map(({ report }) => report),
  };
}

type Fetched = ({ readonly answer: Answer } | { readonly missing: string }) & { readonly report: ChartReport };

async function fetchWanted(wanted: Wanted, deps: AlertChartDeps, signal: AbortSignal): Promise<Fetched> {
  const now = deps.now ?? (() => 0);
  const begunMs = now();
  const { what, why } = wanted;
  const fetched = await fetchOne(wanted, deps, signal);
  const base = { what, why, ms: now() - begunMs };
  if ('missing' in fetched) return { ...fetched, report: { ...base, missing: fetched.missing } };
  return { ...fetched, report: { ...base, asked: fetched.answer.origin } };
}

async function fetchOne(
  { what, ask, finish }: Wanted,
  { sources, catalog, nowMs, timeoutMs = CHART_TIMEOUT_MS }: AlertChartDeps,
  signal: AbortSignal,
): Promise<{ readonly answer: Answer } | { readonly missing: string }> {
  const deadline = withDeadline(timeoutMs, signal);
  try {
    const question = await abortable(Promise.resolve(ask(deadline)), deadline);
    // the value that made it fire may be younger than the last multiple of a step
    const isToEnd = question.range.toMs >= nowMs;
    const plain = await abortable(answerQuestion(question, { sources, catalog, nowMs, isToEnd }, deadline), deadline);
    if (plain.empty) return { missing: `${what}: ${emptyReason(plain)}` };
    return { answer: finish(plain) };
  } catch (thrown) {
    signal.throwIfAborted();
    return { missing: whyMissing(what, thrown, deadline, timeoutMs).replace(/\.$/, '') };
  }
}

function windowFor(alerts: readonly Alert[], { nowMs }: AlertChartDeps): AlertWindow {
  const { fromMs, toMs } = timeOfGroup(alerts);
  return alertWindow(fromMs, toMs, nowMs);
}

/** What they were judged by; `span` tells a second chart of it from the first. */
function ownWanted(chart: OwnChart, window: AlertWindow, deps: AlertChartDeps, span = ''): Wanted {
  const { alerts, query, limit, notes, isOf } = chart;
  return {
    // both fail for the same reason, which is said once
    what: `the chart of ${titleOfGroup(alerts)}`,
    why: `what it was judged by${span}, of the source ${query.sourceName}`,
    ask: () => questionOf(query, {}, window, deps.zone),
    finish: (answer) => ({
      ...withMarks(answer, deps),
      title: `${titleOfGroup(alerts)}${span}`,
      alert: withNoun(viewOf(alerts, membersIn(answer.frames, alerts, isOf), limit), answer),
      notes: [...answer.notes, ...notes],
    }),
  };
}

function withNoun(view: AlertView, { frames }: Answer): AlertView {
  const noun = nounIn(frames);
  return noun === undefined ? view : { ...view, noun };
}

/** What they were judged by over a whole day, where the chart of the firing shows less. */
function companionOf(chart: OwnChart, deps: AlertChartDeps): Wanted[] {
  const { fromMs, toMs } = windowFor(chart.alerts, deps);
  if (toMs - fromMs >= DAY_MS) return [];
  const text = toMs >= deps.nowMs ? 'last 24h' : '';
  return [ownWanted(chart, { fromMs: toMs - DAY_MS, toMs, text }, deps, ', 24 hours')];
}

/** A panel that the alerts name, with those of its series that fire. */
function panelWanted(panel: AlertPanel, deps: AlertChartDeps): Wanted {
  const { alerts, source, shows } = panel;
  const isRule = shows === 'rule';
  const isOf: OwnChart['isOf'] = ({ labels }, alert, isOnly) => hasLabelsOf(labels, alert.labels, isOnly);
  return {
    what: `the ${shows} of ${ruleNameOf(alerts)} in ${source.title}`,
    why: `${isRule ? 'its rule' : `the ${shows} that it links to`}, of the source ${source.name}`,
    async ask(signal) {
      const { query, arguments: args, notes } = await openPanel(panel, deps, signal);
      return { ...questionOf(query, args, windowFor(alerts, deps), deps.zone), notes };
    },
    finish(answer) {
      const [limit] = isRule ? answer.thresholds : [];
      const view = viewOf(
        alerts,
        membersIn(answer.frames, alerts, isOf),
        limit && { op: limit.op, value: limit.value },
      );
      const own = isRule ? { title: titleOfGroup(alerts), thresholds: [] } : {};
      return { ...withMarks(answer, deps), ...own, alert: withNoun(view, answer) };
    },
  };
}

/** Saved queries that name the alerts and give a chart; of one word at one source only the first. */
function chartQueries(alerts: readonly Alert[], { queries }: Catalog): readonly BoundQuery[] {
  const drawn = queries.filter(({ output }) => output === undefined || output === 'chart');
  return queriesNaming(tellingOf(alerts), drawn);
}

/** What alerts about documents have without their search: lines of a saved query that fits, else all documents of their place. */
function documentsWanted(alerts: readonly Alert[], deps: AlertChartDeps): readonly Wanted[] {
  const about = alerts.filter(isAboutDocuments);
  if (about.length === 0) return [];
  const [lines] = logQueries({ alerts: about }, deps.catalog);
  if (lines) return [savedWanted(lines, about, deps, 'its service and host fill it, and the alert brings no search')];
  return placeCharts(about, deps.sources).map((chart) => ownWanted(chart, windowFor(chart.alerts, deps), deps));
}

function savedWanted(
  { query, arguments: args }: BoundQuery,
  alerts: readonly Alert[],
  deps: AlertChartDeps,
  reason: string,
): Wanted {
  const window = windowFor(alerts, deps);
  const asked = new Map(alerts.map((alert) => [alert, queriesNaming([alert], [query])[0]?.arguments]));
  const isOf = (series: Series, alert: Alert) => isAskedFor(series, asked.get(alert));
  return {
    what: `the chart of ${query.id}`,
    why: `the saved query ${query.id}: ${reason}`,
    ask: () => questionOf(query, args, window, deps.zone),
    finish(answer) {
      const members = membersIn(answer.frames, alerts, isOf);
      // several series of each host are its parts, of which none fires by itself
      return { ...withMarks(answer, deps), alert: viewOf(alerts, isOneEach(answer) ? members : []) };
    },
  };
}

/** The entry of `alerts:` that names one of the alerts: `alertname: HighCpu or CpuHigh`. */
function namedBy({ query: { alerts: entries = [] } }: BoundQuery, alerts: readonly Alert[]): string {
  const entry = entries.find((one) => alerts.some((alert) => isNamed(alert, one)));
  return Object.entries(entry?.match ?? {})
    .map(([name, values]) => `${name}: ${values.join(' or ')}`)
    .join(', ');
}

/** Whether there are several series, one for each value that was asked for. */
function isOneEach({ question, frames }: Answer): boolean {
  const asked = Math.max(0, ...Object.values(question.arguments).map((values) => values.length));
  const series = frames.reduce((sum, frame) => sum + (frame.kind === 'series' ? frame.series.length : 0), 0);
  return series > 1 && series === asked;
}

/** Whether a series has the values that an alert gives to the query: sources label series with what they were asked for. */
function isAskedFor({ labels }: Series, args: Question['arguments'] | undefined): boolean {
  const told = Object.entries(args ?? {}).filter(([name]) => Object.hasOwn(labels, name));
  return told.length > 0 && told.every(([name, values]) => values.includes(labels[name] ?? ''));
}

function questionOf(
  query: SavedQuery,
  args: Question['arguments'],
  { fromMs, toMs, text }: AlertWindow,
  zone: string,
): Question {
  const words = Object.values(args).flat();
  return {
    query,
    arguments: args,
    range: { fromMs: Math.max(fromMs, toMs - query.maxRangeMs), toMs, zone, text },
    output: 'chart',
    looks: query.looks,
    notes: [],
    text: [query.id, ...words, text].filter((word) => word !== '').join(' '),
  };
}

/** Marks that are known beside those that the definition asks for; none twice. */
function withMarks(answer: Answer, { marks = [] }: AlertChartDeps): Answer {
  const { range } = answer.question;
  const isInside = ({ timeMs, endMs = timeMs }: Annotation) => timeMs < range.toMs && endMs >= range.fromMs;
  const all = [...answer.annotations, ...marks.filter(isInside)];
  const distinct = [...new Map(all.map((mark) => [`${mark.timeMs} ${mark.title}`, mark])).values()];
  return { ...answer, annotations: distinct.toSorted((a, b) => a.timeMs - b.timeMs) };
}
