/** What context is gathered for: the alerts of a group, when it began, where it is. Pure. */
import type { Alert } from '../domain/alert.ts';
import type { AlertGroup } from '../store/alert-group.ts';

/** A group that context is wanted for. */
export interface Subject {
  /** Those of the conversation, at least one. */
  readonly alerts: readonly Alert[];
  /** When the first of them began, ms since the Unix epoch. */
  readonly startMs: number;
  /** When the last of them was over; absent while any is open. */
  readonly endMs?: number;
  /** ms since the Unix epoch. */
  readonly nowMs: number;
  /** IANA zone that moments are told in. */
  readonly zone: string;
}

/** Where a group is, each name once. */
export interface Whereabouts {
  readonly services: readonly string[];
  readonly hosts: readonly string[];
  readonly environments: readonly string[];
}

/** Makes a subject of a group's alerts: of those that fire, where any does. */
export function subjectOf(problems: readonly Alert[], nowMs: number, zone: string): Subject {
  const firing = problems.filter(({ status }) => status === 'firing');
  const alerts = firing.length > 0 ? firing : problems;
  const startMs = Math.min(nowMs, ...alerts.map(({ startsAt }) => +startsAt));
  if (firing.length > 0) return { alerts, startMs, nowMs, zone };
  const endMs = Math.max(startMs, ...alerts.map(({ endsAt, receivedAt }) => +(endsAt ?? receivedAt)));
  return { alerts, startMs, endMs, nowMs, zone };
}

/** What is wrong with a group: of a watchdog that is missed its absence, not that it always fires. */
export function troubleIn({ problems, life: { alarmMs } }: Pick<AlertGroup, 'problems' | 'life'>): readonly Alert[] {
  if (alarmMs === undefined) return problems;
  return problems.map(({ metric: _, ...alert }) => ({ ...alert, severity: 'critical', startsAt: new Date(alarmMs) }));
}

/** Labels that name a service where the sender did not say so in so many words. */
const SERVICE_LABELS = ['service', 'service_name', 'app', 'application', 'job', 'component', 'deployment'];
const ENVIRONMENT_LABELS = ['env', 'environment', 'stage'];

/** Where the alerts are. */
export function whereaboutsOf({ alerts }: Pick<Subject, 'alerts'>): Whereabouts {
  const all = (read: (alert: Alert) => readonly (string | undefined)[]) => [
    ...new Set(alerts.flatMap(read).flatMap((value) => (value === undefined || value === '' ? [] : [value]))),
  ];
  const labelled = ({ labels }: Alert, names: readonly string[]) => names.map((name) => labels[name]);
  return {
    services: all((alert) => [alert.attributes['service.name'], ...labelled(alert, SERVICE_LABELS)]),
    hosts: all(({ attributes }) => [attributes['host.name']]),
    environments: all((alert) => [
      alert.attributes['deployment.environment.name'],
      ...labelled(alert, ENVIRONMENT_LABELS),
    ]),
  };
}

/** Whether two names are one thing: without case, hosts with or without their domain. */
export function isSameName(one: string, other: string): boolean {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
}
