/** Whether two alerts are one problem that was told in two ways: posted in a room, and through a hook. Pure. */
import type { Alert } from '../../domain/alert.ts';
import { alertName } from '../../domain/alert-severity.ts';
import { hintsOf } from './hints.ts';

/** Formats of one sender. */
const FAMILIES: readonly (readonly string[])[] = [
  ['alertmanager', 'alertmanager-api-v2'],
  ['grafana', 'grafana-legacy'],
  ['nagios', 'icinga2', 'checkmk'],
  ['sensu-go', 'sensu-core'],
];
/** Formats in which anybody may tell of anything. */
const ANYBODY: ReadonlySet<string> = new Set(['generic', 'cloudevents', 'pattern', 'picture']);
/** The same alert is told in two ways within this; clocks differ, and senders group and wait. */
const APART_MS = 15 * 60_000;
/** Labels that are the same for many problems. */
const COMMON: ReadonlySet<string> = new Set(['alertname', 'severity', 'job', 'env', 'environment', 'cluster', 'team']);

/** Whether a post of a room tells of a problem that is known otherwise. */
export function isTwin(sighted: Alert, other: Alert): boolean {
  if (!isOneFamily(sighted.source, other.source) || !isAtOneTime(sighted, other)) return false;
  if (alertName(sighted).toLowerCase() !== alertName(other).toLowerCase()) return false;
  const own = Object.entries(sighted.labels).filter(([name]) => !name.startsWith('__'));
  const shared = own.filter(([name]) => other.labels[name] !== undefined);
  if (shared.some(([name, value]) => other.labels[name] !== value && !COMMON.has(name))) return false;
  const values = new Set(Object.values(other.labels).flatMap((value) => value.split(/\s+/)));
  const hints = hintsOf(sighted);
  if (hints.length > 0) return hints.every((hint) => values.has(hint));
  const isOnlyNamed =
    own.every(([name]) => COMMON.has(name)) && Object.keys(other.labels).every((name) => COMMON.has(name));
  return isOnlyNamed || shared.some(([name]) => !COMMON.has(name));
}

function isOneFamily(one: string, other: string): boolean {
  if (one === other || ANYBODY.has(one) || ANYBODY.has(other)) return true;
  return FAMILIES.some((family) => family.includes(one) && family.includes(other));
}

function isAtOneTime(one: Alert, other: Alert): boolean {
  const [fromMs, otherFromMs] = [+one.startsAt, +other.startsAt];
  const [toMs, otherToMs] = [endOf(one), endOf(other)];
  return fromMs <= otherToMs + APART_MS && otherFromMs <= toMs + APART_MS;
}

function endOf({ endsAt }: Alert): number {
  return endsAt ? +endsAt : Number.POSITIVE_INFINITY;
}
