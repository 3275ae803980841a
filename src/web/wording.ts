/** Explanations and times in words. */
import type { Explained, ExplainedWindow } from './contract.ts';

/** How a question was understood, in a line: `cpu of web01, last 1h, 10:02–11:02 UTC`. */
export function understoodText(explained: Explained): string {
  const { query, command, range, ranking, output } = explained;
  const values = Object.values(explained.arguments ?? {}).flat();
  const named =
    values.length > 4 ? `${values.slice(0, 3).join(', ')} and ${values.length - 3} more` : values.join(', ');
  return [
    `${ranking ? `${ranking.order} ${ranking.count} ` : ''}${query?.replace(/:$/, '') ?? command ?? 'question'}${named ? ` of ${named}` : ''}`,
    range && `${range.text}, ${windowText(range, Date.now())}`,
    output && output !== 'chart' ? `as ${output}` : undefined,
  ]
    .filter(Boolean)
    .join(' · ');
}

/** A window in its own zone: `10:02–11:02 CET`, with dates where they are not the same day or not today. */
export function windowText({ from, to, zone }: ExplainedWindow, todayMs?: number): string {
  const [start, end] = [new Date(from), new Date(to)];
  const isOneDay = dayOf(start, zone) === dayOf(end, zone);
  const isToday = todayMs !== undefined && isOneDay && dayOf(end, zone) === dayOf(new Date(todayMs), zone);
  const first = `${isToday ? '' : `${dayOf(start, zone)}, `}${clockOf(start, zone)}`;
  const last = isOneDay ? clockOf(end, zone) : `${dayOf(end, zone)}, ${clockOf(end, zone)}`;
  const isOneMinute = isOneDay && clockOf(start, zone) === last;
  return `${first}${isOneMinute ? '' : `${isOneDay ? '–' : ' – '}${last}`} ${zoneName(end, zone)}`;
}

/** `Wed 25 Nov 2026, 14:03:10 CET`. */
export function momentText(iso: string, zone: string): string {
  const at = new Date(iso);
  return `${dayOf(at, zone)}, ${clockOf(at, zone)} ${zoneName(at, zone)}`;
}

/** `Wed 25 Nov 2026`. */
export function dayOf(at: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  }).format(at);
  return parts.replace(',', '');
}

/** `25 Nov`. */
export function shortDayOf(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, day: 'numeric', month: 'short' }).format(at);
}

/** `14:03`. */
export function clockOf(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(at);
}

function zoneName(at: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'short' }).formatToParts(at);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
}

/** How long something lasted, in its two biggest units: `40 s`, `12 min`, `2 h 5 min`, `3 d 4 h`. */
export function durationText(ms: number): string {
  const minutes = Math.floor(Math.max(0, ms) / 60_000);
  if (minutes < 1) return `${Math.max(0, Math.floor(ms / 1_000))} s`;
  if (minutes < 60) return `${minutes} min`;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours < 24) return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
  const [days, hoursLeft] = [Math.floor(hours / 24), hours % 24];
  return hoursLeft === 0 ? `${days} d` : `${days} d ${hoursLeft} h`;
}

/** With a capital. */
export function titled(title: string): string {
  return title.charAt(0).toUpperCase() + title.slice(1);
}
