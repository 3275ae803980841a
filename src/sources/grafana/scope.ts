/** What references mean beside the dashboard's variables: the window, the step, the dashboard itself. Pure. */
import { DateTime } from 'luxon';
import type { BoundVariable } from './bound-value.ts';
import type { Scope } from './interpolate.ts';
import { writeInterval } from './interval.ts';

/** What globals are made from. */
export interface Surroundings {
  /** ms since the Unix epoch. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly zone: string;
  readonly intervalMs: number;
  readonly dashboard: { readonly uid: string; readonly title: string };
  readonly orgId?: number | undefined;
  /** Of the data source that is asked: `prometheus`, `sql`; `none` where no server comes after. */
  readonly kind: string;
}

/** Globals that the server fills in itself, by kind: it knows its step better. */
const OF_SERVER: Readonly<Record<string, RegExp>> = {
  prometheus: /^__(?:interval|range|rate_interval)(?:_s|_ms)?$/,
  loki: /^__(?:interval|interval_ms|range|range_s|range_ms|auto)$/,
  elasticsearch: /^__interval(?:_ms)?$/,
  influxdb: /^(?:__interval|__interval_ms|interval|timeFilter|__timeFilter)$/,
  // macros, which are written like variables
  sql: /^__(?!from$|to$|range|dashboard$|timezone$|org$|user$|searchFilter$)/,
};

/** A scope over these variables. */
export function makeScope(variables: ReadonlyMap<string, BoundVariable>, around: Surroundings): Scope {
  return {
    variable: (name) => variables.get(name),
    global: (name, format) => (OF_SERVER[around.kind]?.test(name) ? undefined : globalOf(name, format, around)),
  };
}

function globalOf(name: string, format: string | undefined, around: Surroundings): string | undefined {
  const { fromMs, toMs, intervalMs, zone, dashboard, orgId = 1, kind } = around;
  const rangeMs = toMs - fromMs;
  switch (name) {
    case '__from':
      return writeTime(Math.floor(fromMs), format, zone);
    case '__to':
      return writeTime(Math.ceil(toMs), format, zone);
    case '__interval':
    case '__rate_interval':
    case '__auto':
      return writeInterval(intervalMs);
    case '__interval_ms':
    case '__rate_interval_ms':
      return String(intervalMs);
    case '__range':
      return `${Math.round(rangeMs / 1000)}s`;
    case '__range_s':
      return String(Math.round(rangeMs / 1000));
    case '__range_ms':
      return String(Math.round(rangeMs));
    case '__timezone':
      return zone;
    case '__dashboard':
      return format === 'uid' ? dashboard.uid : dashboard.title;
    case '__org':
      return String(orgId);
    case '__user':
      return 'glimpse';
    case '__searchFilter':
      return kind === 'graphite' || kind === 'elasticsearch' ? '*' : kind === 'sql' ? '%' : '.*';
    default:
      return undefined;
  }
}

function writeTime(ms: number, format: string | undefined, zone: string): string {
  if (format === undefined || !format.startsWith('date')) return String(ms);
  const how = format.slice('date'.length).replace(/^:/, '');
  if (how === '' || how === 'iso') return DateTime.fromMillis(ms, { zone: 'utc' }).toISO() ?? String(ms);
  if (how === 'seconds') return String(Math.round(ms / 1000));
  return DateTime.fromMillis(ms, { zone }).toFormat(fromMoment(how));
}

/** Dashboards write dates as moment does. */
function fromMoment(format: string): string {
  return format
    .replaceAll('YYYY', 'yyyy')
    .replaceAll('YY', 'yy')
    .replaceAll('DD', 'dd')
    .replaceAll('D', 'd')
    .replaceAll('A', 'a')
    .replace(/\[([^\]]*)\]/g, "'$1'");
}
