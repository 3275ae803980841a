/** What the chart of a group of alerts is called, and what it shows as firing. Pure. */
import type { Alert, AlertSeverity } from '../domain/alert.ts';
import type { AlertMember, AlertView } from '../domain/alert-view.ts';
import type { Severity } from '../domain/annotation.ts';
import type { Frame } from '../domain/frame.ts';
import type { Labels } from '../domain/labels.ts';
import type { Series } from '../domain/series.ts';

/** More hosts in a title are counted. */
const HOSTS_MAX = 3;
const NAME_MAX_CHARS = 120;

/** The alerts that are told of: those that fire, else those of which nothing was heard for too long; where there are none, all. */
export function tellingOf(alerts: readonly Alert[]): readonly Alert[] {
  const open = alerts.filter(({ status }) => status === 'firing');
  const firing = open.filter(({ silentSince }) => silentSince === undefined);
  return [firing, open].find(({ length }) => length > 0) ?? alerts;
}

/** The name of the rule: `HighCpu`; of an alert without one its title. */
export function ruleNameOf(alerts: readonly Alert[]): string {
  const [first] = alerts;
  const name = first?.labels.alertname ?? first?.labels.check ?? first?.title ?? 'alert';
  return name.slice(0, NAME_MAX_CHARS);
}

/** `HighCpu on web03, web11`, `HighCpu on 12 hosts`, `HighErrorRate · checkout`. */
export function titleOfGroup(alerts: readonly Alert[]): string {
  const telling = tellingOf(alerts);
  const name = ruleNameOf(telling);
  const distinct = (key: 'host.name' | 'service.name') => [
    ...new Set(telling.flatMap(({ attributes }) => attributes[key] ?? [])),
  ];
  const hosts = distinct('host.name').sort();
  if (hosts.length > HOSTS_MAX) return `${name} on ${hosts.length} hosts`;
  if (hosts.length > 0) return name.includes(hosts[0] ?? '') ? name : `${name} on ${hosts.join(', ')}`;
  const [service, another] = distinct('service.name');
  return service !== undefined && another === undefined && service !== name ? `${name} · ${service}` : name;
}

/** When the group began and, where nothing fires any more, when it ended; ms since the Unix epoch. */
export function timeOfGroup(alerts: readonly Alert[]): { readonly fromMs: number; readonly toMs?: number } {
  const telling = tellingOf(alerts);
  const fromMs = Math.min(...telling.map(({ startsAt }) => +startsAt));
  if (telling.some(({ status }) => status === 'firing')) return { fromMs };
  return { fromMs, toMs: Math.max(fromMs, ...telling.map(endOf)) };
}

const endOf = ({ endsAt, receivedAt }: Alert) => +(endsAt ?? receivedAt);

const SEVERITIES: Readonly<Record<AlertSeverity, Severity>> = {
  critical: 'critical',
  error: 'critical',
  warning: 'warning',
  info: 'info',
  unknown: 'critical',
};
const WORST: readonly Severity[] = ['critical', 'warning', 'info'];

/** What a chart shows of the group. */
export function viewOf(
  alerts: readonly Alert[],
  members: readonly AlertMember[],
  limit?: AlertView['limit'],
): AlertView {
  const telling = tellingOf(alerts);
  const isSilent = telling.some(({ silentSince }) => silentSince !== undefined);
  const severity = WORST.find((one) => telling.some((alert) => SEVERITIES[alert.severity] === one));
  return {
    name: ruleNameOf(telling),
    ...timeOfGroup(alerts),
    members,
    count: Math.max(1, telling.length),
    ...(severity && { severity }),
    ...(telling.length > 0 && telling.every(({ flags }) => flags.noData) && { isNoData: true }),
    ...(isSilent && { isSilent }),
    ...(limit && { limit }),
  };
}

const NOUNS: Readonly<Record<string, string>> = {
  host: 'hosts',
  hostname: 'hosts',
  instance: 'instances',
  pod: 'pods',
  node: 'nodes',
  service: 'services',
};

/** What the series of some frames are, by the label that each has for itself: `instances`; nothing where there is none. */
export function nounIn(frames: readonly Frame[]): string | undefined {
  const all = frames.flatMap((frame) => (frame.kind === 'series' ? frame.series : []));
  const found = Object.keys(NOUNS).find((name) => {
    const values = all.flatMap(({ labels }) => (Object.hasOwn(labels, name) ? (labels[name] ?? []) : []));
    return values.length > 0 && values.length === all.length && new Set(values).size === all.length;
  });
  return found === undefined ? undefined : NOUNS[found];
}

/** Says which series of some frames belong to alerts, each from when on. */
export function membersIn(
  frames: readonly Frame[],
  alerts: readonly Alert[],
  isOf: (series: Series, alert: Alert, isOnly: boolean) => boolean,
): AlertMember[] {
  const telling = tellingOf(alerts);
  const all = frames.flatMap((frame) => (frame.kind === 'series' ? frame.series : []));
  return all.flatMap((series): AlertMember[] => {
    const own = telling.filter((alert) => isOf(series, alert, all.length === 1));
    return own.length > 0 ? [{ name: series.name, ...timeOfGroup(own) }] : [];
  });
}

/**
 * Whether a series gave an alert: no label says otherwise, and one at least says the same. An alert has the labels of its
 * series and those of its rule, but some installations drop labels on the way. A series without any is that of every alert if
 * it is the only one; of several nobody could tell.
 */
export function hasLabelsOf(series: Labels, alert: Labels, isOnly: boolean): boolean {
  const own = Object.entries(series).filter(([name]) => name !== '__name__');
  const isTold = ([name]: readonly [string, string]) => alert[name] !== undefined;
  if (own.length === 0) return isOnly;
  return own.some(isTold) && own.every(([name, value]) => (alert[name] ?? value) === value);
}
