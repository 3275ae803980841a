/** A double of VictoriaMetrics' Graphite API: one storage step for everything, rows sorted by name, errors inside a 200. */
import { consolidatedPlainly, evaluate, UnknownFunction, WrongArguments } from './graphite-evaluate.ts';
import { readLikeGraphiteWeb } from './graphite-grammar.ts';
import { type MetricStore, matchingPaths, type RawSeries } from './graphite-metrics.ts';
import { attime, renderRow, treeJson } from './graphite-web.ts';
import type { Received, Reply } from './http-backend.ts';

/** The step that every row has, whatever the metric's own. */
const STORAGE_STEP_SECONDS = 10;

/** Answers requests as VictoriaMetrics does; the prefix `/graphite` is optional. */
export function victoriametrics(store: MetricStore): (request: Received) => Reply {
  const stepped = { ...store, archives: [{ stepSeconds: STORAGE_STEP_SECONDS, keptSeconds: 400 * 86_400 }] };
  return ({ pathname, form }) => {
    const path = pathname.replace(/\/$/, '').replace(/^\/graphite/, '');
    if (path === '/render') return render(stepped, form);
    if (path === '/metrics/find') return find(stepped, form);
    if (path === '/metrics/expand') {
      return { body: JSON.stringify(form.getAll('query').flatMap((query) => matchingPaths(stepped, query))) };
    }
    if (path === '/api/v1/status/buildinfo') return { body: '{"status":"success","data":{"version":"2.24.0"}}' };
    return plain(`unsupported path requested: "${pathname}"`);
  };
}

function plain(text: string): Reply {
  return { status: 400, contentType: 'text/plain; charset=utf-8', body: `${text}\n` };
}

/** Epochs, `HH:MM_YYYYMMDD` and offsets; a bare `m` is minutes. */
function time(text: string, now: number): number {
  try {
    return attime(text.replace(/(\d)m$/, '$1min'), now);
  } catch {
    throw new RangeError(`unsupported time "${text}"`);
  }
}

function render(store: MetricStore, form: URLSearchParams): Reply {
  if (form.get('format') !== 'json') return plain(`unsupported format="${form.get('format')}"; supported values: json`);
  const now = store.nowSeconds();
  try {
    const up = (second: number) => Math.ceil(second / STORAGE_STEP_SECONDS) * STORAGE_STEP_SECONDS;
    const from = up(time(form.get('from') ?? '-1d', now));
    const until = up(time(form.get('until') ?? 'now', now));
    if (until < from) return plain(`from=${from} cannot exceed until=${until}`);
    const max = form.has('maxDataPoints') ? Number(form.get('maxDataPoints')) : Number.POSITIVE_INFINITY;
    if (!(max > 0)) return plain(`maxDataPoints must be greater than 0; got ${max}`);
    const rows = form.getAll('target').flatMap((target) => rowsOf(store, target, { from, until, now }));
    const sorted = rows.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    return { body: `[${sorted.map((row) => renderRow(row, consolidatedPlainly(row, max), tagsOf(row))).join(',')}]` };
  } catch (thrown) {
    if (thrown instanceof WrongArguments) return { body: JSON.stringify({ error: thrown.message.split(': ')[1] }) };
    return plain((thrown as Error).message);
  }
}

/** The range includes its start here; what is asked before it is there to be cut off. */
function rowsOf(store: MetricStore, target: string, range: { from: number; until: number; now: number }): RawSeries[] {
  const read = readLikeGraphiteWeb(target);
  if (!read || read.end < target.length)
    throw new SyntaxError(`cannot eval target="${target}": cannot parse expression`);
  try {
    return evaluate(read.node, { store, ...range, from: range.from - 1, quote: "'" });
  } catch (thrown) {
    if (!(thrown instanceof UnknownFunction)) throw thrown;
    throw new SyntaxError(`cannot eval target="${target}": unknown function "${thrown.message.split(': ')[1]}"`);
  }
}

function tagsOf({ path }: RawSeries): Readonly<Record<string, string>> {
  return { name: path };
}

function find(store: MetricStore, form: URLSearchParams): Reply {
  const format = form.get('format') ?? 'treejson';
  if (format !== 'treejson' && format !== 'completer') {
    return plain(`unexpected "format" query arg: "${format}"; expecting "treejson" or "completer"`);
  }
  const query = form.get('query');
  return query ? { body: JSON.stringify(treeJson(store, query)) } : plain('expecting non-empty `query` arg');
}
