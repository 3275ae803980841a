/** A double of carbonapi: a strict parser, plain-text errors, no events, no nudge, times that it cannot read are defaults. */
import { consolidatedPlainly, evaluate, type pointsOf, UnknownFunction, WrongArguments } from './graphite-evaluate.ts';
import { readLikeGraphiteWeb } from './graphite-grammar.ts';
import { type MetricStore, matchingPaths } from './graphite-metrics.ts';
import { attime, escapeHtml, renderRow, treeJson } from './graphite-web.ts';
import type { Received, Reply } from './http-backend.ts';

/** How a carbonapi is set up. */
export interface CarbonapiSetup {
  /** `notFoundStatusCode` of its configuration. */
  readonly notFoundStatus?: 200 | 404;
  /** Old versions have no `/metrics/expand`. */
  readonly hasExpand?: boolean;
}

const UUID = { 'x-ctx-carbonapi-uuid': '2f4f5c1e-0000-4000-8000-000000000001' };

/** Answers requests as carbonapi does. */
export function carbonapi(store: MetricStore, setup: CarbonapiSetup = {}): (request: Received) => Reply {
  return (request) => {
    const path = request.pathname.replace(/\/$/, '');
    const reply = answer(store, setup, path, request.form);
    return { ...reply, headers: { ...UUID, ...reply.headers } };
  };
}

function answer(store: MetricStore, setup: CarbonapiSetup, path: string, form: URLSearchParams): Reply {
  if (path.endsWith('/render')) return render(store, setup, form);
  if (path.endsWith('/metrics/find')) return find(store, form);
  if (path.endsWith('/metrics/expand') && setup.hasExpand !== false) {
    return { body: JSON.stringify({ results: form.getAll('query').flatMap((query) => matchingPaths(store, query)) }) };
  }
  if (path.endsWith('/_internal/capabilities')) return { status: 415, contentType: 'text/plain', body: 'unsupported' };
  return { status: 404, contentType: 'text/plain', body: '404 page not found' };
}

function plain(status: number, text: string): Reply {
  return { status, contentType: 'text/plain', body: `${escapeHtml(text)}\n` };
}

function render(store: MetricStore, { notFoundStatus = 200 }: CarbonapiSetup, form: URLSearchParams): Reply {
  const format = form.get('format') ?? 'png';
  if (format === 'png') return { contentType: 'image/png', body: new Uint8Array([137, 80, 78, 71]) };
  if (format !== 'json') return plain(400, 'Bad Request: unsupported format specified');
  const now = store.nowSeconds();
  const time = (name: string, fallback: number) => {
    try {
      return attime((form.get(name) ?? '').replace(/(\d)m$/, '$1min'), now);
    } catch {
      return fallback;
    }
  };
  const [from, until] = [time('from', now - 86_400), time('until', now)];
  if (from >= until) return plain(400, 'Bad Request: Invalid or empty time range');
  const max = Number(form.get('maxDataPoints') ?? 0) || Number.POSITIVE_INFINITY;
  try {
    const rows = form.getAll('target').flatMap((target) => {
      const read = readLikeGraphiteWeb(target);
      if (!read || read.end < target.length) {
        throw new SyntaxError(`Could not parse "${target}": unexpected character at ${read?.end ?? 0}`);
      }
      return evaluate(read.node, { store, from, until, now, quote: '"' });
    });
    const body = rows.map((row) => renderRow(finite(row), consolidatedPlainly(finite(row), max), { name: row.path }));
    return { status: rows.length === 0 ? notFoundStatus : 200, body: `[${body.join(',')}]` };
  } catch (thrown) {
    const { message } = thrown as Error;
    if (thrown instanceof UnknownFunction) return plain(400, `Bad Request: unknown function ${message.split(': ')[1]}`);
    if (thrown instanceof WrongArguments) return plain(400, 'Bad Request: missing argument');
    return plain(400, `Bad Request: ${message}`);
  }
}

/** It writes null for infinities too. */
function finite(row: Parameters<typeof pointsOf>[0]): Parameters<typeof pointsOf>[0] {
  return { ...row, values: row.values.map((value) => (value !== null && Number.isFinite(value) ? value : null)) };
}

/** `json` is another word for `treejson` here. */
function find(store: MetricStore, form: URLSearchParams): Reply {
  const query = form.get('query');
  if (!query) return plain(400, 'Bad Request: missing parameter `query`');
  const format = form.get('format') ?? 'treejson';
  if (format !== 'treejson' && format !== 'json') return plain(400, 'Bad Request: unsupported format');
  return { body: JSON.stringify(treeJson(store, query)) };
}
