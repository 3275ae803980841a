/** Which series are drawn, which of them in colour, and which as a grey crowd. Pure. */
import type { AlertView } from '../../domain/alert-view.ts';
import type { Answer } from '../../domain/answer.ts';
import type { SeriesFrame } from '../../domain/frame.ts';
import type { Measure } from '../../domain/saved-query.ts';
import { type Series, type Summary, summarize } from '../../domain/series.ts';
import { UNPAIRED_MAX } from '../counterpart.ts';
import { seriesNoun } from '../series-noun.ts';
import { cleanText } from './text.ts';

/** A series with values in the window. */
export interface Member {
  readonly series: Series;
  /** Cleaned; for drawing only. */
  readonly name: string;
  readonly summary: Summary;
}

/** What is drawn, and how. */
export interface Selection {
  /** In colour, in the order of the slots. */
  readonly coloured: readonly Member[];
  /** Those of an alert that fire beside the coloured ones: thin, but not grey. */
  readonly firing: readonly Member[];
  /** Grey, beneath. */
  readonly others: readonly Member[];
}

/** So many lines are told apart by colour; more become the five worst and a grey crowd. */
const COLOURED_MAX = 8;
const COLOURED_BESIDE_GREY = 5;

/** The members of frames that have a value between two moments; samples outside are not looked at. */
export function membersOf(frames: readonly SeriesFrame[], fromMs: number, toMs: number): Member[] {
  const members: Member[] = [];
  for (const { series: all, stepMs } of frames) {
    for (const series of all) {
      const own = clipSeries(series, fromMs, toMs);
      const inside = own.stepMs === undefined && stepMs !== undefined ? { ...own, stepMs } : own;
      const summary = summarize(inside);
      if (summary) members.push({ series: inside, name: cleanText(series.name) || 'unnamed', summary });
    }
  }
  return members;
}

/** The part of a series between two moments, both included; no copy. */
function clipSeries(series: Series, fromMs: number, toMs: number): Series {
  const { times, values } = series;
  const start = lowerBound(times, fromMs);
  const end = lowerBound(times, toMs + 1);
  if (start === 0 && end === times.length) return series;
  return { ...series, times: times.subarray(start, end), values: values.subarray(start, end) };
}

/** Index of the first time that is not before `timeMs`. */
function lowerBound(times: ArrayLike<number>, timeMs: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Splits members: up to eight in colour as they come; of more, the five that rank first, the others grey. A small plot
 * has fewer in colour (`most`).
 */
export function selectMembers(
  members: readonly Member[],
  answer: Pick<Answer, 'question' | 'alert'>,
  most = COLOURED_MAX,
): Selection {
  const alerting = selectFiring(members, answer.alert, most);
  if (alerting) return alerting;
  if (members.length <= most) return { coloured: members, firing: [], others: [] };
  const inOrder = ranked(members, answer);
  const count = Math.min(most, COLOURED_BESIDE_GREY);
  return { coloured: inOrder.slice(0, count), firing: [], others: inOrder.slice(count) };
}

/**
 * Splits members and those that they are compared with by a colour of their own: all where the colours suffice; else
 * as many of the others as the words name, and the rest grey.
 */
export function selectCompared(
  members: readonly Member[],
  unpaired: readonly Member[],
  answer: Pick<Answer, 'question' | 'alert'>,
  most = COLOURED_MAX,
): Selection & { readonly compared: readonly Member[] } {
  if (members.length + unpaired.length <= most || unpaired.length === 0)
    return { ...selectMembers(members, answer, most), compared: unpaired };
  const own = selectMembers(members, answer, COLOURED_BESIDE_GREY);
  const others = [...own.others, ...unpaired.slice(UNPAIRED_MAX)];
  return { ...own, others, compared: unpaired.slice(0, UNPAIRED_MAX) };
}

/** Members by the definition's measure, the end that was asked for or that is bad first. */
export function ranked(members: readonly Member[], { question }: Pick<Answer, 'question'>): Member[] {
  const { measure } = question.query;
  const sign = isLowFirst(question) ? 1 : -1;
  return members.toSorted((a, b) => sign * (a.summary[measure] - b.summary[measure]));
}

const isLowFirst = ({ query, ranking }: Answer['question']) =>
  ranking ? ranking.order === 'bottom' : query.worst === 'low';

/** Of a group of alerts its members in colour, those that began first before the others; nothing without any. */
function selectFiring(members: readonly Member[], alert: AlertView | undefined, most: number): Selection | undefined {
  const starts = new Map(alert?.members.map(({ name, fromMs }) => [name, fromMs]));
  const startOf = ({ series }: Member) => starts.get(series.name);
  const firing = members.filter((member) => startOf(member) !== undefined);
  if (firing.length === 0) return undefined;
  const inOrder = firing.toSorted((a, b) => (startOf(a) ?? 0) - (startOf(b) ?? 0));
  const count = firing.length <= most ? most : Math.min(most, COLOURED_BESIDE_GREY);
  const others = members.filter((member) => startOf(member) === undefined);
  return { coloured: inOrder.slice(0, count), firing: inOrder.slice(count), others };
}

const MEASURE_WORDS: Readonly<Record<Measure, string>> = {
  mean: 'mean',
  max: 'peak',
  min: 'minimum',
  last: 'now',
  sum: 'sum',
};

/** What is left out, for the subtitle: `5 of 60 hosts, highest mean`; of a group of alerts `3 of 20 hosts firing`. */
export function leftOutText(answer: Answer, shown: number, drawn: number, fired = 0): string | undefined {
  if (fired > 0 && drawn > 1) {
    return `${fired} of ${drawn} ${memberNoun(answer)} ${answer.alert?.toMs === undefined ? 'firing' : 'fired'}`;
  }
  const total = Math.max(answer.rankedFrom ?? 0, drawn);
  return total > shown ? firstOf(answer.question, shown, total, seriesNoun(answer.question, total)) : undefined;
}

/** What of the other arguments of a comparison has a colour: `3 of 10 hosts, highest mean`. */
export function comparedText({ question }: Answer, shown: number, total: number): string {
  const args = question.comparison?.kind === 'arguments' ? question.comparison.arguments : question.arguments;
  return firstOf(question, shown, total, seriesNoun(question, total, args));
}

function firstOf(question: Answer['question'], shown: number, total: number, noun: string): string {
  const end = isLowFirst(question) ? 'lowest' : 'highest';
  return `${shown} of ${total} ${noun}, ${end} ${MEASURE_WORDS[question.query.measure]}`;
}

/** What the series of an alert's chart are: `hosts`, `instances`. */
export function memberNoun({ alert, question: { query } }: Pick<Answer, 'alert' | 'question'>): string {
  return alert?.noun ?? (query.parameters.some(({ type }) => type === 'host') ? 'hosts' : 'series');
}

/** Series whose order means something keep it: percentiles, classes of HTTP status. */
export function isOrderedSet(names: readonly string[]): boolean {
  const isAll = (pattern: RegExp) => names.every((name) => pattern.test(name));
  return names.length > 1 && (isAll(/^p\d+(?:\.\d+)?$/i) || isAll(/^[1-5](?:xx|\d\d)$/i));
}
