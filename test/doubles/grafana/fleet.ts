/** A Grafana over the hosts of the contract: their values through a Prometheus and a Graphite data source. */
import { HOSTS, valueAt } from '../../contract/sources/data.ts';
import { fits, PromParseError, parsePromql, selectorsIn } from '../promql-grammar.ts';
import { frameOf, type GrafanaQuery, type GrafanaStore, type QueryAnswer, type StoredDashboard } from './store.ts';

/** Uids and names of its data sources. */
export const PROM = { uid: 'prom-uid', name: 'Prometheus Main', type: 'prometheus' } as const;
export const GRAPHITE = { uid: 'graphite-uid', name: 'Graphite Old', type: 'graphite' } as const;

/** A store with these dashboards; anything else may be set over it. */
export function fleetStore(
  nowSeconds: () => number,
  dashboards: readonly StoredDashboard[],
  more: Partial<GrafanaStore> = {},
): GrafanaStore {
  return {
    nowSeconds,
    dashboards,
    datasources: [{ ...PROM, isDefault: true, jsonData: { timeInterval: '10s' } }, GRAPHITE],
    annotations: [],
    shortUrls: new Map(),
    answer: answerFleet,
    resource: fleetResource,
    ...more,
  };
}

/** `rig_cpu_user_percent{host=~"…"}` and `servers.{a,b}.cpu` over the hosts. */
function answerFleet(query: GrafanaQuery, fromMs: number, toMs: number): QueryAnswer {
  if (query.datasource.uid === '__expr__') return { frames: [] };
  try {
    const hosts = query.datasource.uid === GRAPHITE.uid ? graphiteHosts(query) : promHosts(query);
    return { frames: hosts.map((host) => hostFrame(host, query, fromMs, toMs)) };
  } catch (thrown) {
    if (thrown instanceof PromParseError) return { error: thrown.message, errorSource: 'downstream', status: 400 };
    throw thrown;
  }
}

function promHosts(query: GrafanaQuery): readonly string[] {
  const node = parsePromql(String(query.expr).replace(/\$__\w+/g, '5m'));
  const selectors = selectorsIn(node);
  return HOSTS.filter((host) =>
    selectors.some((selector) => fits({ __name__: 'rig_cpu_user_percent', host, instance: `${host}:9100` }, selector)),
  );
}

function graphiteHosts(query: GrafanaQuery): readonly string[] {
  const target = String(query.targetFull ?? query.target);
  const [, part = ''] = /servers\.([^.]+)\.cpu/.exec(target) ?? [];
  const names = /^\{(.*)\}$/.exec(part)?.[1]?.split(',') ?? [part];
  return HOSTS.filter((host) => names.some((name) => name === host || name === '*'));
}

function hostFrame(host: string, query: GrafanaQuery, fromMs: number, toMs: number) {
  const { intervalMs } = query;
  const start = Math.ceil(fromMs / intervalMs) * intervalMs;
  const times: number[] = [];
  for (let at = start; at < toMs; at += intervalMs) times.push(at);
  const index = (HOSTS as readonly string[]).indexOf(host);
  const values = times.map((timeMs) => valueAt(index, timeMs / 1000));
  const labels = { host };
  const name = legendOf(query, host);
  return frameOf(
    query.refId,
    [
      { name: 'Time', type: 'time', values: times, config: { interval: intervalMs } },
      { name: 'Value', type: 'number', values, labels, config: { displayNameFromDS: name } },
    ],
    { name, meta: { type: 'timeseries-multi', executedQueryString: `Expr: ${String(query.expr ?? query.target)}` } },
  );
}

function legendOf({ legendFormat }: GrafanaQuery, host: string): string {
  if (typeof legendFormat !== 'string' || legendFormat === '' || legendFormat === '__auto') {
    return `rig_cpu_user_percent{host="${host}"}`;
  }
  return legendFormat.replace(/\{\{\s*host\s*\}\}/g, host);
}

/** Names through data sources: `label/host/values`, `metrics/find`. */
function fleetResource(uid: string, path: string, parameters: URLSearchParams): unknown {
  if (uid === PROM.uid && path === 'api/v1/label/host/values') {
    const match = parameters.get('match[]');
    const hosts = match === null ? HOSTS : promHosts({ expr: match } as unknown as GrafanaQuery);
    return { status: 'success', data: [...hosts].reverse() };
  }
  if (uid === PROM.uid && path === 'api/v1/label/__name__/values') {
    return { status: 'success', data: ['rig_cpu_user_percent', 'up'] };
  }
  if (uid === PROM.uid && path === 'api/v1/labels') return { status: 'success', data: ['__name__', 'host'] };
  if (uid === GRAPHITE.uid && path === 'metrics/find') {
    if (parameters.get('query') !== 'servers.*') return [];
    return HOSTS.map((host) => ({ text: host, id: `servers.${host}`, leaf: 0, expandable: 1, allowChildren: 1 }));
  }
  return undefined;
}
