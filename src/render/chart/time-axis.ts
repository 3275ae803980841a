/** The time axis: ticks aligned by the wall clock of the shown zone. Pure. */
import { DateTime } from 'luxon';
import type { TimeRange } from '../../domain/time-range.ts';
import type { TimeTick } from './model.ts';
import { TYPE, textWidth } from './text.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Mean month, only to choose a step. */
const MONTH = 30.44 * DAY;
/** px between two ticks at least. */
const TICK_GAP_PX = 84;
/** px between two labels at least. */
const LABEL_GAP_PX = 10;
/** Midnight gets a line up the plot in windows up to this. */
const MIDNIGHT_LINE_MAX_MS = 3 * DAY;
/** A Monday: day 4 since the epoch. */
const FIRST_MONDAY = 4;

type Step =
  | { readonly kind: 'clock'; readonly ms: number }
  | { readonly kind: 'days'; readonly days: number }
  | { readonly kind: 'months'; readonly months: number };

const SIXTIETHS = [1, 2, 5, 10, 15, 30];
const STEPS: readonly Step[] = [
  ...SIXTIETHS.map((count) => ({ kind: 'clock' as const, ms: count * SECOND })),
  ...SIXTIETHS.map((count) => ({ kind: 'clock' as const, ms: count * MINUTE })),
  ...[1, 2, 3, 6, 12].map((count) => ({ kind: 'clock' as const, ms: count * HOUR })),
  ...[1, 2, 7, 14].map((days) => ({ kind: 'days' as const, days })),
  ...[1, 3, 6, 12, 24, 60, 120].map((months) => ({ kind: 'months' as const, months })),
];

function lengthMs(step: Step): number {
  if (step.kind === 'clock') return step.ms;
  return step.kind === 'days' ? step.days * DAY : step.months * MONTH;
}

/** Chooses and places the ticks of a window between two edges in px; labels stay within `limits`. */
export function timeTicks(
  range: TimeRange,
  left: number,
  right: number,
  limits: { readonly left: number; readonly right: number },
): TimeTick[] {
  const span = range.toMs - range.fromMs;
  const gap = (span * TICK_GAP_PX) / (right - left);
  const step = STEPS.find((candidate) => lengthMs(candidate) >= gap) ?? (STEPS.at(-1) as Step);
  const ticks = tickTimes(range, step).map((timeMs) => {
    const local = DateTime.fromMillis(timeMs, { zone: range.zone, locale: 'en-GB' });
    const isMidnight = step.kind === 'clock' && isStartOfDay(local);
    return {
      timeMs,
      x: left + ((timeMs - range.fromMs) / span) * (right - left),
      label: labelOf(local, step, span),
      isDate: isMidnight,
      hasLine: isMidnight && span <= MIDNIGHT_LINE_MAX_MS,
    };
  });
  return dropCrowdedLabels(ticks, limits);
}

/** Midnight, or the first moment of a day that has no midnight. */
function isStartOfDay(local: DateTime): boolean {
  return local.toMillis() === local.startOf('day').toMillis();
}

function labelOf(local: DateTime, step: Step, span: number): string {
  if (step.kind === 'months') return local.month === 1 || step.months >= 12 ? local.toFormat('yyyy') : monthName(local);
  if (step.kind === 'days') return `${local.day} ${monthName(local)}`;
  if (isStartOfDay(local)) return span > 7 * DAY ? `${local.day} ${monthName(local)}` : dateLabel(local);
  return local.toFormat(step.ms < MINUTE ? 'HH:mm:ss' : 'HH:mm');
}

const dateLabel = (local: DateTime) => `${weekdayName(local)} ${local.day} ${monthName(local)}`;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** `Nov`. Own names, since those of a locale change with the ICU version. */
export function monthName(local: DateTime): string {
  return MONTHS[local.month - 1] ?? '';
}

/** `Wed`. */
export function weekdayName(local: DateTime): string {
  return WEEKDAYS[local.weekday - 1] ?? '';
}

function tickTimes({ fromMs, toMs, zone }: TimeRange, step: Step): number[] {
  const start = DateTime.fromMillis(fromMs, { zone });
  if (step.kind === 'months') return monthTimes(start, toMs, step.months);
  if (step.kind === 'clock' && step.ms < HOUR) return evenTimes(fromMs, toMs, step.ms, start.offset * MINUTE);
  const stepMs = lengthMs(step);
  const shift = step.kind === 'days' && step.days >= 7 ? FIRST_MONDAY * DAY : 0;
  // the wall clock as if it were UTC; a time that DST repeats is ticked once, one that it skips not at all
  const times: number[] = [];
  for (let wall = ceilTo(fromMs + start.offset * MINUTE - shift, stepMs) + shift; ; wall += stepMs) {
    const timeMs = DateTime.fromMillis(wall, { zone: 'utc' }).setZone(zone, { keepLocalTime: true }).toMillis();
    if (timeMs > toMs || times.length > 50) return times;
    if (timeMs >= fromMs && timeMs > (times.at(-1) ?? Number.NEGATIVE_INFINITY)) times.push(timeMs);
  }
}

function evenTimes(fromMs: number, toMs: number, stepMs: number, offsetMs: number): number[] {
  const times: number[] = [];
  for (let timeMs = ceilTo(fromMs + offsetMs, stepMs) - offsetMs; timeMs <= toMs; timeMs += stepMs) times.push(timeMs);
  return times;
}

function monthTimes(start: DateTime, toMs: number, months: number): number[] {
  const times: number[] = [];
  const year = months > 12 ? Math.floor(start.year / (months / 12)) * (months / 12) : start.year;
  let month = start.set({ year, month: 1 }).startOf('month');
  while (month.toMillis() <= toMs && times.length < 50) {
    if (month.toMillis() >= start.toMillis()) times.push(month.toMillis());
    month = month.plus({ months });
  }
  return times;
}

function ceilTo(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}

/** The style of a tick's label: dates are bold. */
export function tickStyle(tick: Pick<TimeTick, 'isDate'>) {
  return tick.isDate ? TYPE.strong : TYPE.axis;
}

/** The middle of a tick's label: its tick, or as near as the picture's margin lets it. */
export function labelMiddle(
  tick: { readonly x: number; readonly isDate: boolean; readonly label?: string },
  limits: { readonly left: number; readonly right: number },
): number {
  const half = textWidth(tick.label ?? '', tickStyle(tick)) / 2;
  return Math.min(limits.right - half, Math.max(limits.left + half, tick.x));
}

/** Leaves out labels that come within 10 of a neighbour; dates are kept before times. */
function dropCrowdedLabels(
  ticks: readonly (TimeTick & { readonly label: string })[],
  limits: { readonly left: number; readonly right: number },
): TimeTick[] {
  const kept: { from: number; to: number; tick: TimeTick }[] = [];
  for (const tick of [...ticks].sort((a, b) => Number(b.isDate) - Number(a.isDate))) {
    const half = textWidth(tick.label, tickStyle(tick)) / 2;
    const middle = labelMiddle(tick, limits);
    const [from, to] = [middle - half, middle + half];
    if (kept.every((other) => other.to + LABEL_GAP_PX <= from || to + LABEL_GAP_PX <= other.from)) {
      kept.push({ from, to, tick });
    }
  }
  const labelled = new Set(kept.map(({ tick }) => tick));
  return ticks.map((tick) => {
    if (labelled.has(tick)) return tick;
    const { label: _, ...bare } = tick;
    return bare;
  });
}
