/** A Prometheus, Thanos, Mimir or VictoriaMetrics whose series are formulas; it parses what it is asked. */
import type { Received, Reply } from './http-backend.ts';
import { fits, type ParsedMatcher, type PromNode, PromParseError, parsePromql } from './promql-grammar.ts';

/** One series: a value for a second, or nothing. */
export interface PromSeries {
  readonly labels: Readonly<Record<string, string>>;
  value(second: number): number | undefined;
}

/** What it holds and how it behaves. */
export interface PromStore {
  readonly series: readonly PromSeries[];
  readonly nowSeconds: () => number;
  readonly flavour?: 'prometheus' | 'thanos' | 'mimir' | 'victoriametrics';
  /** As `storageRetention` of runtimeinfo. */
  readonly retention?: string;
  readonly warnings?: readonly string[];
}

/** How long a value is shown after its sample. */
const LOOK_BACK_SECONDS = 300;
const POINTS_MAX = 11_000;

/** Makes the answering part of a backend. */
export function prometheusDouble(store: PromStore): (request: Received) => Reply {
  const { flavour = 'prometheus' } = store;
  return (request) => {
    if (flavour === 'mimir' && request.headers['x-scope-orgid'] === undefined) {
      return { status: 401, contentType: 'text/plain', body: 'no org id\n' };
    }
    const reply = route(store, flavour, request);
    return flavour === 'victoriametrics' ? { ...reply, headers: { 'x-server-hostname': 'vm-1' } } : reply;
  };
}

function route(store: PromStore, flavour: string, { pathname, form }: Received): Reply {
  const [, path = ''] = /\/api\/v1\/(.*)$/.exec(pathname) ?? [];
  try {
    const [, label] = /^label\/(\w+)\/values$/.exec(path) ?? [];
    if (label !== undefined) return success(labelValues(store, label, form.get('match[]')));
    switch (path) {
      case 'query_range':
        return range(store, form);
      case 'query':
        return success({ resultType: 'vector', result: constantOf(form.get('query'), store.nowSeconds()) });
      case 'query_exemplars':
        return success([]);
      case 'alerts':
        return success({ alerts: [] });
      case 'series':
        return success(matching(store, parsePromql(form.get('match[]') ?? '')).map(({ labels }) => labels));
      case 'labels':
        return success(['__name__', 'host']);
      case 'status/buildinfo':
        return success(
          flavour === 'mimir'
            ? { application: 'Grafana Mimir', version: '2.14.0' }
            : flavour === 'victoriametrics'
              ? {}
              : { version: '2.42.0' },
        );
      case 'status/runtimeinfo':
        return store.retention === undefined
          ? missing(flavour, pathname)
          : success({ storageRetention: store.retention });
      case 'stores':
        return flavour === 'thanos' ? success({}) : missing(flavour, pathname);
      default:
        return missing(flavour, pathname);
    }
  } catch (thrown) {
    if (!(thrown instanceof PromParseError)) throw thrown;
    if (flavour !== 'victoriametrics') return failure(400, 'bad_data', thrown.message);
    return failure(422, '422', `error when executing query=${JSON.stringify(form.get('query'))}: ${thrown.message}`);
  }
}

/** `vector(1)`, by which servers are tried. */
function constantOf(query: string | null, seconds: number): unknown[] {
  const [, value] = /^vector\((\d+)\)$/.exec(query ?? '') ?? [];
  return value === undefined ? [] : [{ metric: {}, value: [seconds, value] }];
}

function missing(flavour: string, pathname: string): Reply {
  return flavour === 'victoriametrics'
    ? { status: 400, contentType: 'text/plain; charset=utf-8', body: `unsupported path requested: "${pathname}"\n` }
    : { status: 404, contentType: 'text/plain; charset=utf-8', body: '404 page not found\n' };
}

function success(data: unknown, warnings: readonly string[] = []): Reply {
  return { body: JSON.stringify({ status: 'success', data, ...(warnings.length > 0 && { warnings }) }) };
}

function failure(status: number, errorType: string, error: string): Reply {
  return { status, body: JSON.stringify({ status: 'error', errorType, error }) };
}

function labelValues(store: PromStore, label: string, match: string | null): string[] {
  const found = match === null ? store.series : matching(store, parsePromql(match));
  return [...new Set(found.flatMap(({ labels }) => labels[label] ?? []))].sort().reverse();
}

function matching({ series }: PromStore, node: PromNode): readonly PromSeries[] {
  if (node.kind !== 'selector') throw new PromParseError(0, 'a selector was expected');
  const selector: { metric: string; matchers: readonly ParsedMatcher[] } = node;
  return series.filter(({ labels }) => fits(labels, selector));
}

function range(store: PromStore, form: URLSearchParams): Reply {
  const [start, end, step] = ['start', 'end', 'step'].map((name) => Number(form.get(name))) as [number, number, number];
  if (Math.floor((end - start) / step) > POINTS_MAX) {
    const error =
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)';
    return failure(400, 'bad_data', error);
  }
  const result = matching(store, parsePromql(form.get('query') ?? '')).flatMap(({ labels, value }) => {
    const values: [number, string][] = [];
    for (let at = 0; start + at * step <= end + 1e-9; at += 1) {
      const second = start + at * step;
      const found = newest(value, second);
      if (found !== undefined) values.push([second, written(found)]);
    }
    return values.length > 0 ? [{ metric: labels, values }] : [];
  });
  return success({ resultType: 'matrix', result }, store.warnings);
}

/** A sample a minute is enough for a double: the newest one is shown until it is stale. */
function newest(value: PromSeries['value'], second: number): number | undefined {
  const minute = Math.floor(second / 60) * 60;
  for (let at = minute; at > second - LOOK_BACK_SECONDS; at -= 60) {
    const found = value(at);
    if (found !== undefined) return found;
  }
  return undefined;
}

function written(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : '-Inf';
}
