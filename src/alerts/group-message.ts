/** What a room reads of a group of alerts: one message, edited as the group changes. Pure. */
import type { Alert, AlertLink } from '../domain/alert.ts';
import { SEVERITIES, SEVERITY_SIGNS, worstSeverity } from '../domain/alert-severity.ts';
import { formatValue } from '../domain/format-number.ts';
import type { Labels } from '../domain/labels.ts';
import type { Line, Message, Span } from '../domain/message.ts';
import { makeUnit } from '../domain/unit.ts';
import { clockTime, isoDay, spanWords, zoneWords } from '../render/clock-words.ts';

/** What the words depend on beside the group. */
export interface GroupWords {
  readonly zone: string;
  /** ms since the Unix epoch. */
  readonly nowMs: number;
}

/** Members that are named; the rest is counted. */
const MEMBERS_MAX = 5;
const LINKS_MAX = 5;
const TITLE_MAX_CHARS = 200;
const TEXT_MAX_CHARS = 300;

const LINK_TITLES: Readonly<Record<AlertLink['rel'], string>> = {
  runbook: 'Runbook',
  dashboard: 'Dashboard',
  panel: 'Panel',
  query: 'Query',
  silence: 'Silence',
  source: 'Source',
  incident: 'Incident',
  ticket: 'Ticket',
  logs: 'Logs',
};
/** The way on first: what to do, then what is seen, then where it comes from. */
const LINK_ORDER: readonly AlertLink['rel'][] = [
  ...(['runbook', 'dashboard', 'panel', 'logs', 'incident', 'ticket', 'query', 'silence', 'source'] as const),
];

/** The message of a group: firing while any of it fires, else resolved. The first line makes sense alone. */
export function groupMessage(problems: readonly Alert[], words: GroupWords): Message {
  const firing = problems.filter(({ status }) => status === 'firing');
  const lines = firing.length > 0 ? firingLines(firing, problems, words) : resolvedLines(problems, words);
  return { blocks: [{ kind: 'text', lines }] };
}

function firingLines(firing: readonly Alert[], all: readonly Alert[], words: GroupWords): Line[] {
  const severity = worstSeverity(firing);
  const isKnown = firing.every(({ flags }) => flags.acknowledged);
  const state = isKnown ? 'ACKNOWLEDGED' : severity === 'unknown' ? 'ALERT' : severity.toUpperCase();
  const over = all.filter(({ status }) => status === 'resolved').length;
  const sinceMs = Math.min(...firing.map(({ startsAt }) => +startsAt));
  return [
    [`${SEVERITY_SIGNS[severity]} `, { bold: state }, ' ', ...headOf(firing), ...countOf(firing, over)],
    ...saidOf(firing),
    [`since ${momentWords(sinceMs, words)} (${spanWords(Math.max(0, words.nowMs - sinceMs))})`, ...linksOf(firing)],
    ...actorLine(firing),
  ];
}

function resolvedLines(problems: readonly Alert[], words: GroupWords): Line[] {
  const startMs = Math.min(...problems.map(({ startsAt }) => +startsAt));
  const endMs = Math.max(...problems.map(({ endsAt, receivedAt }) => +(endsAt ?? receivedAt)));
  const lasted = `lasted ${spanWords(Math.max(0, endMs - startMs))} (${clockTime(startMs, words.zone)}–${momentWords(endMs, words)})`;
  const notes = [...new Set(problems.flatMap(({ note }) => (note === undefined ? [] : [note])))];
  const isUnknown = problems.some(({ status }) => status === 'unknown');
  return [
    [isUnknown ? '⚪ ' : '🟢 ', { bold: isUnknown ? 'UNKNOWN' : 'RESOLVED' }, ' ', ...headOf(problems), ` · ${lasted}`],
    ...saidOf(problems).slice(0, 1),
    ...(notes.length > 0 ? [[{ name: notes.join('; ').slice(0, TEXT_MAX_CHARS) }] as Line] : []),
  ];
}

/** The name of the alert and the service; a single alert of no name has its title. */
function headOf(alerts: readonly Alert[]): Span[] {
  const name = common(alerts, ({ labels }) => labels.alertname ?? labels.check);
  const service = common(alerts, ({ attributes }) => attributes['service.name']);
  const host = common(alerts, ({ attributes }) => attributes['host.name']);
  const head = name ?? common(alerts, ({ title }) => title) ?? `${alerts.length} alerts`;
  const where = [service, service === host ? undefined : host].filter((one) => one !== undefined && one !== head);
  return [
    { name: head.slice(0, TITLE_MAX_CHARS), bold: true },
    ...where.flatMap((one): Span[] => [' · ', { name: one ?? '' }]),
  ];
}

function common(alerts: readonly Alert[], read: (alert: Alert) => string | undefined): string | undefined {
  const [first] = alerts;
  const value = first && read(first);
  return value !== undefined && alerts.every((alert) => read(alert) === value) ? value : undefined;
}

function countOf(firing: readonly Alert[], over: number): Span[] {
  if (firing.length === 1 && over === 0) return [];
  return [over === 0 ? ` · ${firing.length} firing` : ` · ${firing.length} of ${firing.length + over} firing`];
}

/** What the senders say: the title where it is no name, then the members with their values. */
function saidOf(alerts: readonly Alert[]): Line[] {
  const title = common(alerts, ({ title: one }) => one);
  const name = common(alerts, ({ labels }) => labels.alertname ?? labels.check);
  const description = common(alerts, ({ description: one }) => one);
  const texts = [title === name ? undefined : title, description === title ? undefined : description];
  const lines = texts.flatMap((text): Line[] =>
    text === undefined || (name === undefined && text === title) ? [] : [[{ name: shortened(text) }]],
  );
  const members = alerts.length > 1 || valueWords(alerts[0]) !== '' ? [membersLine(alerts)] : [];
  return [...lines, ...members];
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > TEXT_MAX_CHARS ? `${line.slice(0, TEXT_MAX_CHARS - 1)}…` : line;
}

function membersLine(alerts: readonly Alert[]): Line {
  const differing = differingLabels(alerts.map(({ labels }) => labels));
  const worst = [...alerts].sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
  const shown = worst.slice(0, MEMBERS_MAX).flatMap((alert, index): Span[] => {
    const value = valueWords(alert);
    return [index > 0 ? ', ' : '', { name: memberName(alert, differing) }, value === '' ? '' : ` ${value}`];
  });
  const more = alerts.length - MEMBERS_MAX;
  return [...shown.filter((span) => span !== ''), ...(more > 0 ? [`, … ${more} more`] : [])];
}

function memberName({ attributes, labels, title }: Alert, differing: readonly string[]): string {
  const named = differing.map((name) => labels[name]).filter((value) => value !== undefined && value !== '');
  const host = attributes['host.name'];
  if (host !== undefined && differing.some((name) => labels[name]?.startsWith(host))) {
    const rest = named.filter((value) => !value?.startsWith(host));
    return [host, ...rest.slice(0, 1)].join(' ');
  }
  return named.slice(0, 2).join(' ') || host || title.slice(0, TITLE_MAX_CHARS);
}

/** Names of labels in which members differ. */
function differingLabels(all: readonly Labels[]): readonly string[] {
  const names = [...new Set(all.flatMap(Object.keys))];
  return names.filter((name) => new Set(all.map((labels) => labels[name])).size > 1);
}

/** The first number that the sender gave, with its unit and the limit. */
function valueWords(alert: Alert | undefined): string {
  const value = alert?.values.find((one) => one.value !== null);
  if (!value || value.value === null) return '';
  const number = formatValue(value.value, makeUnit(value.unit ?? 'none'));
  const limit = value.crit ?? value.warn;
  return limit === undefined || limit === '' ? number : `${number} (limit ${limit})`;
}

function linksOf(alerts: readonly Alert[]): Span[] {
  const links = alerts.flatMap(({ links: own }) => own);
  const chosen = LINK_ORDER.flatMap((rel) => links.find((link) => link.rel === rel) ?? []).slice(0, LINKS_MAX);
  return chosen.flatMap(({ rel, href, title }): Span[] => [
    ' · ',
    { link: { title: rel === 'source' ? (title ?? 'Source') : LINK_TITLES[rel], url: href } },
  ]);
}

/** Who has it, and their words. */
function actorLine(firing: readonly Alert[]): Line[] {
  const known = firing.find(({ actor, flags }) => actor !== undefined && flags.acknowledged);
  if (!known?.actor) return [];
  const note: Span[] = known.note === undefined ? [] : [': ', { name: shortened(known.note) }];
  return [['acknowledged by ', { name: known.actor.name }, ...note]];
}

/** `10:44 CET`, on another day `2026-11-24 10:44 CET`. */
function momentWords(ms: number, { zone, nowMs }: GroupWords): string {
  const day = isoDay(ms, zone) === isoDay(nowMs, zone) ? '' : `${isoDay(ms, zone)} `;
  return `${day}${clockTime(ms, zone)} ${zoneWords(ms, zone)}`;
}
