/** What a chart of alerts has beside its data: when it fired, where each member began, its limit, its state. Pure. */
import type { AlertView } from '../../domain/alert-view.ts';
import type { Threshold } from '../../domain/annotation.ts';
import type { Answer } from '../../domain/answer.ts';
import { formatDuration, formatValue } from '../../domain/format-number.ts';
import type { Series } from '../../domain/series.ts';
import type { Unit } from '../../domain/unit.ts';
import { createTimeTeller, spanWords } from '../clock-words.ts';
import type { Box, Fill, Mark, Ring } from './model.ts';
import type { Palette } from './palette.ts';
import type { Content } from './prepare.ts';

/** The time of a firing and what is written above it. */
export interface Firing {
  readonly fromMs: number;
  /** Absent while it fires. */
  readonly toMs?: number;
  readonly text: string;
}

/** Half of a ring's width, its line and the ground around it included. */
const RING_REACH = 9;

/**
 * The time that the whole chart fires: of one alert, of members that began as one, and of everything that is over.
 * While members that began one after another fire, their rings say when, where there are any.
 */
export function firingOf({ alert, question: { range }, nowMs }: Answer, hasRings: boolean): Firing | undefined {
  if (!alert) return undefined;
  const { fromMs, toMs, isNoData } = alert;
  if (toMs === undefined && hasRings && !isOneTime(alert)) return undefined;
  const tell = createTimeTeller(range, nowMs);
  if (toMs !== undefined) return { fromMs, toMs, text: `fired ${tell.span(fromMs, Math.max(fromMs, toMs))}` };
  return { fromMs, text: `${isNoData ? 'no data' : 'firing'} since ${tell.moment(fromMs)}` };
}

/** Whether there is one alert, or all began at one moment. */
function isOneTime({ members, count, fromMs }: AlertView): boolean {
  return count <= 1 || (members.length >= count && members.every((member) => member.fromMs === fromMs));
}

/** The limits of a chart: those of an alert's rule first, those of the definition where they say something else. */
export function limitsOf({ alert, thresholds }: Pick<Answer, 'alert' | 'thresholds'>): readonly Threshold[] {
  if (!alert?.limit) return thresholds;
  const { op, value } = alert.limit;
  const isAbove = op.startsWith('>');
  const isSame = (other: Threshold) =>
    other.op.startsWith('>') === isAbove && Math.abs(other.value - value) <= 1e-9 * Math.abs(value);
  const limit: Threshold = { op, value, severity: 'critical', title: `fires ${isAbove ? 'above' : 'below'}` };
  return [limit, ...thresholds.filter((other) => !isSame(other))];
}

/** `fires above 90 % for 5 min`; nothing without a limit. */
export function ruleText({ limit, forMs }: AlertView, unit: Unit): string | undefined {
  if (!limit) return undefined;
  const way = limit.op.startsWith('>') ? 'above' : 'below';
  return `fires ${way} ${formatValue(limit.value, unit)}${forMs ? ` for ${formatDuration(forMs)}` : ''}`;
}

/** The words of the state pill, the longest first: what does not fit loses its duration. */
export function stateTexts({ toMs, isSilent, isNoData, count, fromMs }: AlertView, nowMs: number): readonly string[] {
  if (toMs !== undefined) return ['RESOLVED'];
  if (isSilent) return ['NO NEWS'];
  if (isNoData) return ['NO DATA'];
  if (count > 1) return [`${count} FIRING`];
  return nowMs > fromMs ? [`FIRING ${spanWords(nowMs - fromMs)}`, 'FIRING'] : ['FIRING'];
}

/** The colour of the state pill. */
export function stateColor({ toMs, isSilent, isNoData, severity }: AlertView, palette: Palette): string {
  if (toMs !== undefined) return palette.ok;
  if (isSilent || isNoData || severity === 'info') return palette.ink3;
  return severity === 'warning' ? palette.warn : palette.crit;
}

/** The fills beneath marks that have a length. */
export function spanFills(marks: readonly Mark[], plot: Box, palette: Palette): Fill[] {
  return marks.flatMap(({ kind, fromX, toX }): Fill[] => {
    if (kind === 'moment') return [];
    const color = kind === 'firing' ? palette.firingFill : palette.spanFill;
    return [{ left: fromX, right: toX, top: plot.top, bottom: plot.bottom, color, role: kind }];
  });
}

/** Where in a plot dotted lines of moments and the edges of a firing stand, in px. */
export function uprights(marks: readonly Mark[]): number[] {
  return marks.flatMap(({ kind, fromX, edges = [] }) =>
    kind === 'moment' ? [fromX] : edges.map(({ points }) => points[0] ?? fromX),
  );
}

/** Rings on the coloured members of a group where each began to fire, if that is in the window. */
export function placeRings(
  content: Content,
  { alert, question: { range } }: Answer,
  { plot, x, y }: { readonly plot: Box; readonly x: (timeMs: number) => number; readonly y: (value: number) => number },
): Ring[] {
  if (!alert || content.kind !== 'lines' || content.drawn < 2) return [];
  const starts = new Map(alert.members.map(({ name, fromMs }) => [name, fromMs]));
  return content.shown.flatMap(({ series, color }): Ring[] => {
    const startMs = starts.get(series.name);
    if (startMs === undefined || startMs < range.fromMs || startMs > range.toMs) return [];
    const at = y(valueNear(series, startMs));
    return at >= plot.top && at <= plot.bottom ? [{ x: x(startMs), y: at, color }] : [];
  });
}

/** The value of a line at a moment: between its neighbours, else of the one that is there; NaN in a gap. */
function valueNear({ times, values }: Series, timeMs: number): number {
  const next = times.findIndex((other) => other >= timeMs);
  const [before, after] = next < 0 ? [times.length - 1, times.length - 1] : [Math.max(0, next - 1), next];
  const [from, to] = [times[before] as number, times[after] as number];
  const [low, high] = [values[before] as number, values[after] as number];
  if (Number.isNaN(low)) return high;
  if (Number.isNaN(high) || to <= from || timeMs <= from) return low;
  return low + ((high - low) * (timeMs - from)) / (to - from);
}

/** Whether a ring comes inside a box. */
export function touchesRing({ x, y }: Ring, { left, right, top, bottom }: Box): boolean {
  return x + RING_REACH > left && x - RING_REACH < right && y + RING_REACH > top && y - RING_REACH < bottom;
}

/** `the 17 that do not fire`: series of a group beside its members. */
export function restWords({ toMs }: Pick<AlertView, 'toMs'>, count: number): string {
  const verb = toMs !== undefined ? 'did' : count === 1 ? 'does' : 'do';
  return `the ${count === 1 ? 'one' : count} that ${verb} not fire`;
}

/** What the rings and the colours of a group stand for, and whose series are missing; for the footer. */
export function groupRemarks({ alert }: Answer, content: Content, rings: number, hasCrowd: boolean): string[] {
  if (!alert || alert.members.length === 0 || content.kind !== 'lines') return [];
  const { others } = content;
  const found = firedCount(alert, content);
  const missing = alert.count - found;
  const isOver = alert.toMs !== undefined;
  return [
    ...(rings > 0 ? ['ring: began to fire'] : []),
    ...(found > 0 && others.length > 0 && !hasCrowd ? [`grey: ${restWords(alert, others.length)}`] : []),
    ...(missing > 0
      ? [`${missing} that ${isOver ? 'fired' : missing === 1 ? 'fires' : 'fire'} without values here`]
      : []),
  ];
}

/** How many of the lines belong to an alert of the group. */
export function firedCount(alert: AlertView | undefined, { kind, shown, firing }: Content): number {
  if (!alert || kind !== 'lines') return 0;
  const known = new Set(alert.members.map(({ name }) => name));
  return [...shown, ...firing].filter(({ series }) => known.has(series.name)).length;
}

/** What is said of the crowd of an alert's chart. */
export function crowdName({ alert }: Answer, content: Content): string {
  const count = content.others.length;
  if (firedCount(alert, content) === 0) return `${count} others`;
  return `${count} ${alert?.toMs === undefined ? 'not firing' : 'did not fire'}`;
}

/** What is said of members of a group that fire and have no colour. */
export function firingName({ alert }: Answer, { firing }: Pick<Content, 'firing'>): string {
  return `${firing.length} more ${alert?.toMs === undefined ? 'firing' : 'fired'}`;
}
