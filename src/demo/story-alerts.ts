/** What the demo fleet's Alertmanager and deploys tell: the hourly deploy of checkout, the alerts of its incident, and one on demand. Pure. */

import type { AlertFormat } from '../alerts/alert-format.ts';
import { alertmanager } from '../alerts/alertmanager.ts';
import { decodeDelivery } from '../alerts/decode-delivery.ts';
import { genericChange } from '../changes/generic.ts';
import type { Told } from '../domain/alert.ts';
import type { Labels } from '../domain/labels.ts';
import { serviceSignals } from './fleet-services.ts';
import { deployOf } from './fleet-story.ts';
import { RULE_EXPRESSIONS } from './prometheus-alerts.ts';
import { risenLoad } from './risen-load.ts';

/** Name of the hook that all of it seems to come through. */
const DEMO_HOOK = 'demo';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const NOTICE = 'Demo data: made up by Glimpse, no real machines.';
const SERVICE = 'checkout';
/** What somebody fires on demand is over after this. */
export const ON_DEMAND_MS = 10 * MINUTE_MS;
const ON_DEMAND = 'HighLoad';

/** An alert of every incident: when it begins and ends, as minutes of the hour; its rule holds in between. */
interface StoryAlert {
  readonly name: string;
  readonly severity: string;
  readonly expr: string;
  readonly fromMinute: number;
  readonly toMinute: number;
  readonly summary: string;
}

const ALERTS: readonly StoryAlert[] = [
  {
    name: 'HighErrorRate',
    severity: 'critical',
    expr: RULE_EXPRESSIONS.HighErrorRate,
    fromMinute: 27,
    toMinute: 39,
    summary: 'More than 2 % of the requests of checkout fail',
  },
  {
    name: 'HighLatency',
    severity: 'warning',
    expr: RULE_EXPRESSIONS.HighLatency,
    fromMinute: 26,
    toMinute: 39,
    summary: 'One in twenty requests of checkout takes longer than 500 ms',
  },
];

/** Minutes of the hour in which something is told. */
const MOMENTS: readonly number[] = [20, ...ALERTS.flatMap(({ fromMinute, toMinute }) => [fromMinute, toMinute])];

/**
 * What is told within a window, half-open; the same moments tell the same, so that it may be told again.
 *
 * @param baseUrl - address of the bot, with a final slash: the pages of the demo data are below it
 */
export function storyBetween(fromMs: number, toMs: number, baseUrl: string): Told {
  const first = Math.floor(fromMs / HOUR_MS);
  const hours = Array.from({ length: Math.floor(toMs / HOUR_MS) - first + 1 }, (_, index) => first + index);
  const isInside = (ms: number) => ms >= fromMs && ms < toMs;
  const told = hours.flatMap((hour) => {
    const at = (minute: number) => hour * HOUR_MS + minute * MINUTE_MS;
    const begun = ALERTS.filter(({ fromMinute }) => isInside(at(fromMinute)));
    const over = ALERTS.filter(({ toMinute }) => isInside(at(toMinute)));
    return [
      ...(isInside(at(20)) ? [deployTold(hour)] : []),
      ...(begun.length > 0 ? [alertsTold(hour, begun, false, baseUrl)] : []),
      ...(over.length > 0 ? [alertsTold(hour, over, true, baseUrl)] : []),
    ];
  });
  return { alerts: told.flatMap(({ alerts }) => alerts), changes: told.flatMap(({ changes }) => changes) };
}

/** When the story tells something next, ms since the Unix epoch. */
export function nextMoment(nowMs: number): number {
  const hourMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  const moments = [...MOMENTS, ...MOMENTS.map((minute) => minute + 60)].map((minute) => hourMs + minute * MINUTE_MS);
  return Math.min(...moments.filter((ms) => ms > nowMs));
}

function deployTold(hour: number): Told {
  const { what, whenS, data } = deployOf(hour);
  const version = what.split(' ').at(-1);
  const body = {
    id: `story-${hour}`,
    service: SERVICE,
    version,
    phase: 'succeeded',
    text: data,
    startsAt: new Date(whenS * 1_000).toISOString(),
  };
  return decoded(genericChange, body, whenS * 1_000);
}

function alertsTold(hour: number, alerts: readonly StoryAlert[], isOver: boolean, baseUrl: string): Told {
  const told = alerts.map(({ name, severity, expr, fromMinute, toMinute, summary }) => ({
    ...alertBody(
      { name, severity, expr, summary, startMs: hour * HOUR_MS + fromMinute * MINUTE_MS, labels: { service: SERVICE } },
      baseUrl,
    ),
    ...(isOver && { status: 'resolved', endsAt: new Date(hour * HOUR_MS + toMinute * MINUTE_MS).toISOString() }),
  }));
  const minutes = alerts.map(({ fromMinute, toMinute }) => (isOver ? toMinute : fromMinute));
  // each incident is one group, so that a room reads of each by itself
  const body = { version: '4', receiver: 'demo', groupKey: `incident ${hour}`, status: 'firing', alerts: told };
  return decoded(alertmanager as AlertFormat, body, hour * HOUR_MS + Math.max(...minutes) * MINUTE_MS);
}

/** One alert that is true at this moment, whatever the story does: of a host, mostly of checkout, whose load has risen. */
export function alertOnDemand(nowMs: number, baseUrl: string): Told {
  const { hosts } = serviceSignals(SERVICE);
  const { instance, limit, sinceMs } = risenLoad(nowMs, hosts) ?? { instance: 'web01:9100', limit: 0, sinceMs: nowMs };
  const host = instance.split(':', 1)[0] as string;
  const labels = { instance, ...(hosts.includes(host) && { service: SERVICE }) };
  const expr = `node_load1{instance="${instance}"} > ${limit}`;
  const summary = `The load of ${host} is above ${limit}`;
  const one = alertBody({ name: ON_DEMAND, severity: 'warning', expr, summary, startMs: sinceMs, labels }, baseUrl);
  const body = { version: '4', receiver: 'demo', groupKey: `on demand ${nowMs}`, status: 'firing', alerts: [one] };
  return decoded(alertmanager as AlertFormat, body, nowMs);
}

/** The ends of what was fired on demand and has lasted long enough, from what is open. */
export function endsOnDemand(open: Told['alerts'], nowMs: number): Told {
  const over = open.filter(
    ({ sourceInstance, labels, receivedAt }) =>
      sourceInstance === DEMO_HOOK && labels.alertname === ON_DEMAND && nowMs - +receivedAt >= ON_DEMAND_MS,
  );
  const ended = over.map((alert) => {
    const endsAt = new Date(+alert.receivedAt + ON_DEMAND_MS);
    const deliveryId = `${alert.deliveryId}/end`;
    return { ...alert, deliveryId, status: 'resolved', transition: 'resolved', endsAt, receivedAt: endsAt } as const;
  });
  return { alerts: ended, changes: [] };
}

interface AlertBody extends Pick<StoryAlert, 'name' | 'severity' | 'expr' | 'summary'> {
  readonly startMs: number;
  readonly labels: Labels;
}

function alertBody({ name, severity, expr, summary, startMs, labels }: AlertBody, baseUrl: string): object {
  return {
    status: 'firing',
    labels: { alertname: name, ...labels, severity, env: 'demo' },
    annotations: { summary, description: NOTICE },
    startsAt: new Date(startMs).toISOString(),
    generatorURL: `${baseUrl}demo-metrics/graph?g0.expr=${encodeURIComponent(expr)}&g0.tab=0`,
  };
}

function decoded(format: AlertFormat, body: object, atMs: number): Told {
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  const delivery = { hook: DEMO_HOOK, headers: {}, body: bytes, receivedAt: new Date(atMs) };
  return decodeDelivery(format, delivery, format.options.parse({}));
}
