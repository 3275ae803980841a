/** Alerts in a line for each problem, the worst first: `🔴 critical **HighErrorRate** · checkout · web02, web05 · since 10:44 CET (5 min)`. Pure. */
import type { Alert } from '../domain/alert.ts';
import { alertName, SEVERITIES, SEVERITY_SIGNS, worstSeverity } from '../domain/alert-severity.ts';
import type { Line, Span } from '../domain/message.ts';
import { byName } from '../lib/name-lists.ts';
import { clockTime, isoDay, spanWords, zoneWords } from '../render/clock-words.ts';

/** What the words depend on. */
export interface RecordWords {
  /** IANA zone that moments are told in. */
  readonly zone: string;
  /** ms since the Unix epoch. */
  readonly nowMs: number;
}

/** So many problems fit a message that is read. */
const LINES_SHOWN = 20;
/** Hosts that are named in a line. */
const MEMBERS_SHOWN = 4;
const NAME_MAX_CHARS = 80;

/** `3 alerts fire: 2 critical, 1 warning`; where all are alike `2 critical alerts fire`; those without news are told apart. */
export function countWords(all: readonly Alert[]): string {
  const silent = all.filter(isSilent).length;
  if (silent > 0 && silent === all.length) return `no news of ${silent} ${silent === 1 ? 'alert' : 'alerts'}`;
  return `${firingWords(all.filter((alert) => !isSilent(alert)))}${silent > 0 ? `, no news of ${silent}` : ''}`;
}

/** Whether nobody knows any more that it fires. */
export function isSilent({ silentSince }: Alert): boolean {
  return silentSince !== undefined;
}

function firingWords(alerts: readonly Alert[]): string {
  const counts = SEVERITIES.flatMap((severity) => {
    const count = alerts.filter((alert) => alert.severity === severity).length;
    return count === 0 ? [] : [{ severity, count }];
  });
  const [noun, verb] = alerts.length === 1 ? ['alert', 'fires'] : ['alerts', 'fire'];
  const [only] = counts;
  if (only && counts.length === 1) {
    const { severity, count } = only;
    return severity === 'unknown'
      ? `${count} ${noun} of unknown severity ${verb}`
      : `${count} ${severity} ${noun} ${verb}`;
  }
  const listed = counts.map(
    ({ severity, count }) => `${count} ${severity === 'unknown' ? 'of unknown severity' : severity}`,
  );
  return `${alerts.length} ${noun} ${verb}: ${listed.join(', ')}`;
}

/** A line for alerts of one name, one service and one severity; what is left over `max` is counted. */
export function alertLines(alerts: readonly Alert[], words: RecordWords, max: number = LINES_SHOWN): readonly Line[] {
  const rows = rowsOf(alerts);
  const hidden = rows.slice(max).flat().length;
  const more: Line[] = hidden > 0 ? [[`… ${hidden} more; a name lists fewer: `, { code: 'alerts web01' }]] : [];
  return [...rows.slice(0, max).map((row) => alertLine(row, words)), ...more];
}

/** Alerts that read as one, the worst first, then the newest. */
function rowsOf(alerts: readonly Alert[]): readonly (readonly Alert[])[] {
  const rows = Map.groupBy(alerts, (alert) =>
    JSON.stringify([
      alertName(alert),
      alert.attributes['service.name'] ?? '',
      alert.severity,
      alert.status,
      isSilent(alert),
    ]),
  );
  const badness = (row: readonly Alert[]) =>
    SEVERITIES.indexOf(worstSeverity(row)) + SEVERITIES.length * (row.every(isSilent) ? 1 : row.some(isOpen) ? 0 : 2);
  return [...rows.values()].sort((a, b) => badness(a) - badness(b) || startOf(b) - startOf(a));
}

function isOpen({ status }: Alert): boolean {
  return status === 'firing';
}

function startOf(row: readonly Alert[]): number {
  return Math.min(...row.map(({ startsAt }) => +startsAt));
}

function alertLine(row: readonly Alert[], words: RecordWords): Line {
  const [first] = row;
  if (!first) return [];
  const severity = worstSeverity(row);
  const service = first.attributes['service.name'];
  const name = alertName(first);
  const runbook = row.flatMap(({ links }) => links).find(({ rel }) => rel === 'runbook');
  return [
    `${signOf(first)} ${severity === 'unknown' ? '' : `${severity} `}`,
    { name: cut(name), bold: true },
    ...(service === undefined || service === name ? [] : [' · ', { name: cut(service) }]),
    ...membersOf(row),
    ` · ${timeWords(row, words)}`,
    ...holderOf(row),
    ...(runbook === undefined ? [] : [' · ', { link: { title: 'Runbook', url: runbook.href } }]),
  ];
}

function signOf(alert: Alert): string {
  if (isSilent(alert)) return '⚪ no news of';
  return isOpen(alert) ? SEVERITY_SIGNS[alert.severity] : '🟢';
}

function membersOf(row: readonly Alert[]): Span[] {
  const hosts = [...new Set(row.flatMap(({ attributes }) => attributes['host.name'] ?? []))].sort(byName);
  if (hosts.length === 0) return row.length > 1 ? [` · ${row.length} of them`] : [];
  const named = hosts
    .slice(0, MEMBERS_SHOWN)
    .flatMap((host, index): Span[] => [index === 0 ? ' · ' : ', ', { name: cut(host) }]);
  const more = hosts.length - MEMBERS_SHOWN;
  return [...named, ...(more > 0 ? [` and ${more} more`] : [])];
}

function timeWords(row: readonly Alert[], words: RecordWords): string {
  const startMs = startOf(row);
  const since = momentWords(startMs, words);
  if (row.every(isSilent)) {
    const heardMs = Math.max(...row.map(({ silentSince }) => +(silentSince ?? 0)));
    return `fired since ${since}, last heard of ${momentWords(heardMs, words)}`;
  }
  if (row.some(isOpen)) {
    return `since ${since} (${spanWords(Math.max(0, words.nowMs - startMs))})`;
  }
  const endMs = Math.max(...row.map(({ endsAt, receivedAt }) => +(endsAt ?? receivedAt)));
  return `from ${since}, lasted ${spanWords(Math.max(0, endMs - startMs))}`;
}

/** Who has it, and what keeps it quiet. */
function holderOf(row: readonly Alert[]): Span[] {
  const taken = row.filter(({ flags, status }) => flags.acknowledged && status === 'firing');
  const names = [...new Set(taken.flatMap(({ actor }) => actor?.name ?? []))];
  const part = taken.length < row.length ? ` (${taken.length} of ${row.length})` : '';
  const by = names.flatMap((name, index): Span[] => [index === 0 ? ' by ' : ', ', { name: cut(name) }]);
  const acknowledged: Span[] = taken.length === 0 ? [] : [' · acknowledged', ...by, ...(part === '' ? [] : [part])];
  const isQuiet = row.every(({ flags, status }) => flags.suppressed && status === 'firing');
  return [
    ...acknowledged,
    ...(isQuiet ? [' · silenced'] : []),
    ...(row.some(({ flags }) => flags.flapping) ? [' · flapping'] : []),
  ];
}

/** `10:44 CET`, on another day `2026-11-24 10:44 CET`. */
function momentWords(ms: number, { zone, nowMs }: RecordWords): string {
  const day = isoDay(ms, zone) === isoDay(nowMs, zone) ? '' : `${isoDay(ms, zone)} `;
  return `${day}${clockTime(ms, zone)} ${zoneWords(ms, zone)}`;
}

function cut(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > NAME_MAX_CHARS ? `${line.slice(0, NAME_MAX_CHARS - 1)}…` : line;
}
