/** The second line: what is left out, unit, window with its zone, resolution, remarks. Pure. */
import { DateTime } from 'luxon';
import { formatDuration, THIN_SPACE } from '../../domain/format-number.ts';
import type { TimeRange } from '../../domain/time-range.ts';
import { zoneWords } from '../clock-words.ts';
import { clipText, type TextStyle, textWidth } from './text.ts';
import { monthName, weekdayName } from './time-axis.ts';

const DAY = 86_400_000;
/** Shorter windows are told to the second. */
const SECONDS_BELOW_MS = 5 * 60_000;
/** Longer windows are told in days. */
const DAYS_ONLY_FROM_MS = 7 * DAY;
const SEPARATOR = ' · ';

/** Parts of a subtitle in their order; empty ones are left out. */
export interface SubtitleParts {
  readonly leftOut?: string;
  readonly unitPhrase?: string;
  readonly asked?: string;
  readonly window: { readonly long: string; readonly short: string };
  readonly resolution?: string;
  readonly remarks: readonly string[];
}

/**
 * Joins a subtitle that fits: too long, it drops the resolution to the footer, then the year if it is this year, then
 * the window as asked, which the absolute one says too, and at last is cut at its end.
 */
export function fitSubtitle(
  parts: SubtitleParts,
  maxWidth: number,
  style: TextStyle,
): { readonly text: string; readonly toFooter?: string } {
  const { leftOut, unitPhrase, asked, window, resolution, remarks } = parts;
  const line = (...middle: readonly (string | undefined)[]) =>
    [leftOut, unitPhrase, ...middle, ...remarks].filter(Boolean).join(SEPARATOR);
  const whole = line(asked, window.long, resolution);
  if (textWidth(whole, style) <= maxWidth) return { text: whole };
  const toFooter = resolution ? { toFooter: resolution } : {};
  const shorter = [line(asked, window.long), line(asked, window.short), line(window.long), line(window.short)];
  const text = shorter.find((candidate) => textWidth(candidate, style) <= maxWidth);
  return { text: text ?? clipText(line(window.short), maxWidth, style), ...toFooter };
}

/** The two lines of a narrow picture: the window; then the rest, which drops the resolution first. */
export function fitTwoLines(
  { leftOut, unitPhrase, asked, window, resolution, remarks }: SubtitleParts,
  maxWidth: number,
  style: TextStyle,
): { readonly text: string; readonly more: string; readonly toFooter?: string } {
  const { text } = fitSubtitle({ ...(asked && { asked }), window, remarks: [] }, maxWidth, style);
  const said = (...middle: readonly (string | undefined)[]) =>
    [leftOut, unitPhrase, ...middle, ...remarks].filter(Boolean).join(SEPARATOR);
  const whole = said(resolution);
  if (textWidth(whole, style) <= maxWidth) return { text, more: whole };
  return { text, more: clipText(said(), maxWidth, style), ...(resolution && { toFooter: resolution }) };
}

const UNIT_WORDS: Readonly<Record<string, string>> = { m: 'min', mo: 'months', y: 'y' };

/** The window as asked, for reading: `last 1h` → `last 1 h`. Nothing when it only repeats dates and clock times. */
export function askedWindow(text: string): string | undefined {
  if (!/[a-z]{3,}/i.test(text.replace(/\b(?:from|until|to|and|on)\b/gi, ''))) return undefined;
  return text
    .replace(
      /(\d)(ms|min|mo|[smhdwy])(?![a-z])/g,
      (_, digit, unit) => `${digit}${THIN_SPACE}${UNIT_WORDS[unit] ?? unit} `,
    )
    .replace(/(\d{1,2}:\d{2}(?::\d{2})?)\s*(?:-|to)\s*(?=\d{1,2}:\d{2})/g, '$1–')
    .replace(/ {2,}/g, ' ')
    .trim();
}

/**
 * The absolute window with its zone: `Wed 25 Nov 2026, 14:00–15:00 CET`, `Tue 24 Nov 15:00 – Wed 25 Nov 15:00 CET`,
 * `11–25 Nov 2026, CET`. Where the offset changes in between, both are named. `short` is without a year that is this one.
 *
 * @param nowMs - what tells which year is this one
 */
export function absoluteWindow(range: TimeRange, nowMs: number): { readonly long: string; readonly short: string } {
  const from = DateTime.fromMillis(range.fromMs, { zone: range.zone });
  const to = DateTime.fromMillis(range.toMs, { zone: range.zone });
  const isThisYear = [from, to].every(({ year }) => year === DateTime.fromMillis(nowMs, { zone: range.zone }).year);
  return { long: windowText(from, to, true, isThisYear), short: windowText(from, to, !isThisYear, isThisYear) };
}

function windowText(from: DateTime, to: DateTime, withYear: boolean, isThisYear: boolean): string {
  const span = to.toMillis() - from.toMillis();
  const zoneAt = (local: DateTime) => zoneWords(local.toMillis(), local.zoneName ?? 'UTC');
  const [zoneFrom, zoneTo] = [zoneAt(from), zoneAt(to)];
  const isShifted = from.offset !== to.offset;
  if (span >= DAYS_ONLY_FROM_MS) {
    return `${dayRange(from, to, withYear)}, ${isShifted ? `${zoneFrom} to ${zoneTo}` : zoneTo}`;
  }
  const format = span < SECONDS_BELOW_MS ? 'HH:mm:ss' : 'HH:mm';
  const clock = (local: DateTime) => local.toFormat(format);
  const first = `${clock(from)}${isShifted ? ` ${zoneFrom}` : ''}`;
  const lastDay = to.toMillis() === to.startOf('day').toMillis() ? to.minus({ days: 1 }) : to;
  const end = lastDay === to ? clock(to) : format.replace('HH', '24').replace(/[ms]/g, '0');
  if (from.hasSame(lastDay, 'day')) {
    const year = withYear ? ` ${from.year}` : '';
    return `${dayName(from)}${year}, ${first}–${end} ${zoneTo}`;
  }
  const year = (local: DateTime) => (withYear && !isThisYear ? ` ${local.year}` : '');
  return `${dayName(from)}${year(from)} ${first} – ${dayName(lastDay)}${year(lastDay)} ${end} ${zoneTo}`;
}

function dayRange(from: DateTime, end: DateTime, withYear: boolean): string {
  const to = end.minus({ milliseconds: 1 });
  const year = withYear ? ` ${to.year}` : '';
  if (!from.hasSame(to, 'year')) return `${day(from)} ${from.year} – ${day(to)} ${to.year}`;
  if (from.hasSame(to, 'month')) return `${from.day}–${day(to)}${year}`;
  return `${day(from)} – ${day(to)}${year}`;
}

const day = (local: DateTime) => `${local.day} ${monthName(local)}`;
const dayName = (local: DateTime) => `${weekdayName(local)} ${day(local)}`;

const CONSOLIDATED: Readonly<Record<string, string>> = {
  average: 'mean',
  max: 'highest',
  min: 'lowest',
  sum: 'sum',
  last: 'last',
};

/** What a point stands for. */
export interface Resolution {
  /** Distance of the samples, ms, where known. */
  readonly stepMs?: number | undefined;
  /** Distance of what the source keeps, ms, where known and finer. */
  readonly rawStepMs?: number | undefined;
  /** What the source made of several samples; absent where it did not. */
  readonly consolidated?: string | undefined;
  /** Interval of which only extremes are drawn, where points were thinned. */
  readonly thinnedMs?: number | undefined;
  /** Whether the mean is drawn as well. */
  readonly isDense?: boolean | undefined;
  /** Whether lowest and highest are those of all series, which is said elsewhere. */
  readonly hasEnvelope?: boolean | undefined;
}

/** `10 s steps`; `1 min steps, highest of each 4 min shown` where several samples fall on one point. */
export function resolutionText({
  stepMs,
  rawStepMs,
  consolidated,
  thinnedMs,
  isDense,
  hasEnvelope,
}: Resolution): string | undefined {
  const base = rawStepMs ?? (consolidated ? undefined : stepMs);
  const steps = base === undefined ? [] : [`${formatDuration(base)} steps`];
  const shown = hasEnvelope ? 'mean' : isDense ? 'lowest to highest and mean' : 'lowest and highest';
  if (thinnedMs) return [...steps, `${shown} of each ${formatDuration(thinnedMs)} shown`].join(', ');
  if (consolidated && stepMs !== undefined) {
    steps.push(`${CONSOLIDATED[consolidated] ?? consolidated} of each ${formatDuration(stepMs)} shown`);
  }
  return steps.length > 0 ? steps.join(', ') : undefined;
}

/** `counted per minute`, `counted per 5 min`: the resolution of bars. */
export function countedText(stepMs: number): string {
  const one: Readonly<Record<number, string>> = { 1000: 'second', 60000: 'minute', 3600000: 'hour', [DAY]: 'day' };
  return `counted per ${one[stepMs] ?? formatDuration(stepMs)}`;
}
