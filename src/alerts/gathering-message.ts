/** What a room reads of many groups in one post: of a storm, and of what came and went while nobody could be told. Pure. */
import type { Alert, AlertSeverity } from '../domain/alert.ts';
import { alertName, SEVERITIES, SEVERITY_SIGNS } from '../domain/alert-severity.ts';
import type { Line, Message, Span } from '../domain/message.ts';
import { fromToWords, spanWords } from '../render/clock-words.ts';
import type { Gathered } from '../store/alert-turns.ts';
import { statedFacts } from './group-facts.ts';
import { type GroupWords, groupMessage, mentionLine } from './group-message.ts';
import { momentWords } from './life-words.ts';

/** What the words depend on beside the alerts. */
export interface GatheringWords extends GroupWords {
  /** Since when alerts are gathered, ms since the Unix epoch. */
  readonly sinceMs: number;
  /** Whether nothing is added any more. */
  readonly isCalm: boolean;
  /** Where all are listed, for people. */
  readonly page?: string | undefined;
}

/** Alerts that are told by name. */
const ALERTS_MAX = 5;
const NAME_MAX_CHARS = 60;
const HOUR_MS = 3_600_000;

/** `**38 more alerts in 2 min**, held together to keep this room readable: 31 × HostDown, 5 × HighLatency, 2 × DiskFull` */
export function stormMessage(gathered: Gathered, words: GatheringWords): Message {
  const { counts, alerts, lastMs } = gathered;
  const total = sum(counts.map(({ count }) => count));
  const firing = sum(counts.map((one) => one.firing));
  const only = total === 1 ? alerts[0] : undefined;
  const told = only ? '1 more alert' : `${total} more alerts in ${spanWords(Math.max(1_000, lastMs - words.sinceMs))}`;
  const since = momentWords(words.sinceMs, words);
  const last = momentWords(lastMs, words);
  return messageOf([
    [
      `${firing > 0 ? SEVERITY_SIGNS[worstIn(gathered)] : '🟢'} `,
      { bold: told },
      ', held together to keep this room readable: ',
      ...(only ? alertNames([only]) : namesOf(gathered)),
    ],
    [`${severitiesOf(counts)} · ${stateWords(total, firing)}`],
    ...(only ? [] : namedLines(alerts.slice(0, firing))),
    [
      `since ${since} · ${words.isCalm ? `calm ${last === since ? 'now' : `since ${last}`}` : 'more may come'}`,
      ...listOf(firing, words),
    ],
    ...mentionLine(words.mentions),
  ]);
}

/** `**14 alerts came and went** (10:02–11:04 UTC) before they could be told here: 9 × HighErrorRate, 5 × DiskFull` */
export function missedMessage(gathered: Gathered, words: GatheringWords): Message {
  const { counts, alerts, beganMs, endedMs } = gathered;
  const total = sum(counts.map(({ count }) => count));
  const firing = sum(counts.map((one) => one.firing));
  // one is no list
  if (total === 1 && firing === 0) return groupMessage(statedFacts(alerts), words);
  const head: Line = [
    '🟢 ',
    { bold: `${total} ${total === 1 ? 'alert' : 'alerts'} came and went` },
    ` (${fromToWords(beganMs, endedMs, words)}) before ${total === 1 ? 'it' : 'they'} could be told here`,
  ];
  const again: Line[] = firing > 0 ? [[`${firing} ${firing === 1 ? 'fires' : 'fire'} again`]] : [];
  if (total <= ALERTS_MAX && total === alerts.length) {
    return messageOf([[...head, ':'], ...alerts.map((alert) => overLine(alert, words)), ...again]);
  }
  const hours = Math.max(1, Math.ceil((words.nowMs - beganMs) / HOUR_MS));
  return messageOf([
    [...head, ': ', ...namesOf(gathered)],
    [severitiesOf(counts)],
    ...namedLines(alerts),
    ...again,
    ['all of them: ', { code: `alerts ${hours}h` }, ...pageOf(words)],
  ]);
}

/** A line below the post of a storm: `🔴 **CRITICAL** among these: DiskFull db01, DiskFull db02`; it calls who is to hear of them. */
export function amongMessage(alerts: readonly Alert[], severity: AlertSeverity, mentions: readonly string[]): Message {
  const more = alerts.length - ALERTS_MAX;
  return messageOf([
    [
      ...[`${SEVERITY_SIGNS[severity]} `, { bold: severity.toUpperCase() }, ' among these: '],
      ...alertNames(alerts.slice(0, ALERTS_MAX)),
      ...(more > 0 ? [` and ${more} more`] : []),
    ],
    ...mentionLine(mentions),
  ]);
}

/** The worst of what fires; where nothing does, of all. */
export function worstIn({ counts }: Gathered): AlertSeverity {
  const firing = counts.filter((one) => one.firing > 0);
  const told = firing.length > 0 ? firing : counts;
  return SEVERITIES.find((severity) => told.some((one) => one.severity === severity)) ?? 'unknown';
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** `31 × HostDown, 5 × HighLatency, 14 of other names` */
function namesOf({ names, counts }: Gathered): Span[] {
  const rest = sum(counts.map(({ count }) => count)) - sum(names.map(({ count }) => count));
  const shown = names.flatMap(({ name, count }, index): Span[] => [
    `${index > 0 ? ', ' : ''}${count} × `,
    { name: name.slice(0, NAME_MAX_CHARS) },
  ]);
  return [...shown, ...(rest > 0 ? [`, ${rest} of other names`] : [])];
}

/** `12 critical, 978 warning` */
function severitiesOf(counts: Gathered['counts']): string {
  const found = SEVERITIES.map((severity) => {
    const count = sum(counts.filter((one) => one.severity === severity).map((one) => one.count));
    return count > 0 ? `${count} ${severity === 'unknown' ? 'of unknown severity' : severity}` : '';
  });
  return found.filter((words) => words !== '').join(', ');
}

function stateWords(total: number, firing: number): string {
  if (total === 1) return firing === 1 ? 'fires' : 'is over';
  if (firing === 0) return 'all are over';
  return firing === total ? 'all fire' : `${firing} still ${firing === 1 ? 'fires' : 'fire'}, ${total - firing} over`;
}

/** The worst by name, and the newest where it is none of them. */
function namedLines(alerts: readonly Alert[]): Line[] {
  const worst = alerts.slice(0, ALERTS_MAX);
  const newest = alerts.reduce<Alert | undefined>((a, b) => (a && a.startsAt >= b.startsAt ? a : b), undefined);
  if (!newest) return [];
  const isNamed = worst.includes(newest);
  return [['worst: ', ...alertNames(worst), ...(isNamed ? [] : [' · newest: ', ...alertNames([newest])])]];
}

function alertNames(alerts: readonly Alert[]): Span[] {
  const spans = alerts.flatMap((alert, index): Span[] => [index > 0 ? ', ' : '', { name: namedAlert(alert) }]);
  return spans.filter((span) => span !== '');
}

/** `HostDown web04`; the place is left out where the name holds it already. */
function namedAlert(alert: Alert): string {
  const name = alertName(alert);
  const { 'host.name': host, 'service.name': service } = alert.attributes;
  const place = host ?? service ?? '';
  return (name.includes(place) ? name : `${name} ${place}`).slice(0, NAME_MAX_CHARS);
}

/** `🔴 critical HighErrorRate checkout · 10:05–10:20 UTC, 15 min` */
function overLine(alert: Alert, words: GatheringWords): Line {
  const { severity, startsAt, endsAt, receivedAt } = alert;
  const endMs = +(endsAt ?? receivedAt);
  const lasted = spanWords(Math.max(0, endMs - +startsAt));
  const word = severity === 'unknown' ? '' : `${severity} `;
  return [
    `${SEVERITY_SIGNS[severity]} ${word}`,
    { name: namedAlert(alert) },
    ` · ${fromToWords(+startsAt, endMs, words)}, ${lasted}`,
  ];
}

function listOf(firing: number, words: GatheringWords): Span[] {
  return [...(firing > 0 ? [' · all that fires: ', { code: 'alerts' }] : []), ...pageOf(words)];
}

function pageOf({ page }: GatheringWords): Span[] {
  return page === undefined ? [] : [' · ', { link: { title: 'all of them', url: page } }];
}

function messageOf(lines: readonly Line[]): Message {
  return { blocks: [{ kind: 'text', lines }] };
}
