/** Notifications of Nagios and its relatives: what a notification command was given, read into an alert. Pure. */
import type { Alert, AlertFlags, AlertSeverity, AlertStatus, Transition } from '../../domain/alert.ts';
import type { Labels } from '../../domain/labels.ts';
import { parsePerfdata } from '../../lib/perfdata.ts';
import { wordTable } from '../../lib/word-table.ts';
import type { ReadDelivery } from '../alert-format.ts';
import { hashOf } from './ids.ts';
import { linkOf } from './links.ts';
import { firstText, type Loose, textOf } from './loose.ts';
import { makeAlert } from './make-alert.ts';
import { timeOf } from './times.ts';

/** What was said, whatever the macros are called. */
export interface CheckNotification {
  readonly source: string;
  readonly host: string;
  /** Absent for the host itself. */
  readonly service?: string | undefined;
  /** `PROBLEM`, `RECOVERY`, `ACKNOWLEDGEMENT`, … */
  readonly type: string;
  /** `CRITICAL`, `DOWN`, … */
  readonly state: string;
  readonly output?: string | undefined;
  readonly longOutput?: string | undefined;
  readonly perfdata?: string | undefined;
  /** Id of the occurrence, equal from problem to recovery. */
  readonly problemId?: string | undefined;
  readonly number?: string | undefined;
  /** When the state began, and when this was sent; any form of time. */
  readonly changedAt?: unknown;
  readonly sentAt?: unknown;
  readonly author?: string | undefined;
  readonly comment?: string | undefined;
  readonly address?: string | undefined;
  readonly groups?: string | undefined;
  readonly links?: Alert['links'];
  readonly notesUrl?: unknown;
  readonly actionUrl?: unknown;
  readonly labels?: Labels;
}

const SEVERITIES = wordTable<AlertSeverity>({
  CRITICAL: 'critical',
  CRIT: 'critical',
  DOWN: 'critical',
  UNREACHABLE: 'critical',
  WARNING: 'warning',
  WARN: 'warning',
});
/** States that are no problem. */
const FINE = new Set(['OK', 'UP']);
const VALUES_MAX = 50;

const TRANSITIONS = wordTable<Transition>({
  PROBLEM: 'triggered',
  RECOVERY: 'resolved',
  ACKNOWLEDGEMENT: 'acknowledged',
  FLAPPINGSTART: 'flapping_start',
  FLAPPINGSTOP: 'flapping_end',
  FLAPPINGEND: 'flapping_end',
  FLAPPINGDISABLED: 'flapping_end',
  DOWNTIMESTART: 'suppressed',
  DOWNTIMEEND: 'unsuppressed',
  DOWNTIMECANCELLED: 'unsuppressed',
  DOWNTIMEREMOVED: 'unsuppressed',
  CUSTOM: 'comment',
});

/** Words of notifications that are known. */
export const CHECK_TYPES: readonly string[] = Object.keys(TRANSITIONS);
/** Words of states that are known. */
export const CHECK_STATES: readonly string[] = [...Object.keys(SEVERITIES), ...FINE, 'UNKNOWN'];

/** Reads one notification. */
export function checkAlert(delivery: ReadDelivery, said: CheckNotification): Alert {
  const { source, host, service, output, problemId } = said;
  const type = said.type.replace(/\s*\(.*\)$/, '').toUpperCase();
  const state = said.state.toUpperCase();
  const number = Number(said.number);
  const transition = TRANSITIONS[type] === 'triggered' && number > 1 ? 'repeated' : (TRANSITIONS[type] ?? 'changed');
  const status: AlertStatus = type === 'RECOVERY' || FINE.has(state) ? 'resolved' : 'firing';
  const [changedAt, sentAt] = [timeOf(said.changedAt), timeOf(said.sentAt)];
  const key = service === undefined ? host : `${host}/${service}`;
  return makeAlert(delivery, {
    source,
    key,
    deliveryId:
      textOf(delivery.headers['idempotency-key']) ??
      hashOf(delivery.hook, key, type, state, problemId ?? '', said.number ?? '', String(said.sentAt ?? '')),
    episode: problemId,
    status,
    transition: transition === 'resolved' && status !== 'resolved' ? 'changed' : transition,
    flags: flagsOf(transition, state),
    severity: SEVERITIES[state] ?? (FINE.has(state) ? 'info' : 'unknown'),
    severityText: state,
    titles: [service === undefined ? `${host} is ${state}` : `${service} on ${host} is ${state}`],
    description: firstText(output, said.longOutput),
    labels: labelsOfCheck(said),
    annotations: {
      ...(output !== undefined && { output }),
      ...(said.longOutput !== undefined && { long_output: said.longOutput.replaceAll('\\n', '\n') }),
    },
    attributes: {
      'host.name': host,
      ...(said.address !== undefined && /^[\d.]+$|:/.test(said.address) && { 'host.ip': said.address }),
    },
    startsAt: status === 'resolved' ? undefined : (changedAt ?? sentAt),
    endsAt: status === 'resolved' ? (changedAt ?? sentAt) : undefined,
    ...(said.perfdata !== undefined && { metric: { query: said.perfdata, language: 'nagios-perfdata' as const } }),
    values: valuesOf(said.perfdata),
    links: [
      ...(said.links ?? []),
      ...linkOf('runbook', said.notesUrl, 'Notes'),
      ...linkOf('dashboard', said.actionUrl, 'Action'),
    ],
    actor: said.author,
    note: said.comment,
  });
}

function flagsOf(transition: Transition, state: string): AlertFlags {
  return {
    ...(transition === 'acknowledged' && { acknowledged: true }),
    ...(transition === 'suppressed' && { suppressed: true }),
    ...(transition === 'unsuppressed' && { suppressed: false }),
    ...(transition === 'flapping_start' && { flapping: true }),
    ...(transition === 'flapping_end' && { flapping: false }),
    ...((state === 'UNKNOWN' || state === 'PENDING') && { noData: true }),
  };
}

function labelsOfCheck({ host, service, groups, labels }: CheckNotification): Labels {
  return {
    ...labels,
    ...(groups !== undefined && { hostgroups: groups }),
    host,
    ...(service === undefined ? { alertname: 'Host down' } : { check: service, alertname: service }),
  };
}

function valuesOf(perfdata: string | undefined): Alert['values'] {
  return parsePerfdata(perfdata ?? '')
    .slice(0, VALUES_MAX)
    .map(({ label, value, unit, warning, critical }) => ({
      name: label,
      value: value ?? null,
      ...(unit.id !== 'none' && { unit: unit.id }),
      ...(warning !== undefined && { warn: warning }),
      ...(critical !== undefined && { crit: critical }),
    }));
}

/** Reads macros: what was not filled (`$`, `$NAME$`, `$NAME`), and an empty one, is absent. */
export function macroReader(macros: Loose): (...names: readonly string[]) => string | undefined {
  return (...names) => {
    for (const name of names) {
      const text = Object.hasOwn(macros, name) ? textOf(macros[name]) : undefined;
      if (text !== undefined && !/^\$(?:[\w.]+\$?)?$/.test(text)) return text;
    }
    return undefined;
  };
}

/** An id that says "none" is none. */
export function idOf(text: string | undefined): string | undefined {
  return text === undefined || text === '0' ? undefined : text;
}
