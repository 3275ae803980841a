/** A small Graphite: the parts of graphite-web's HTTP interface that a reader uses, over a tree of metrics, without sockets. */
import type { Clock } from '../lib/clock.ts';
import { escapeHtml } from '../lib/escape-html.ts';
import { type BrowseEntry, renderComposerPage, renderSvgFile } from './composer-page.ts';
import type { EmbeddedHandler, EmbeddedReply, SourceInfo } from './embedded-handler.ts';
import { GraphiteError, refused } from './graphite-error.ts';
import { FUNCTION_NAMES } from './graphite-evaluate.ts';
import { type FoundNode, findNodes } from './graphite-find.ts';
import { renderCsv, renderJson, renderRaw, renderRows, targetsOf, windowOf } from './graphite-render.ts';
import { parseGraphiteTime, zoneOf } from './graphite-time.ts';
import type { GraphiteEvent, MetricTree } from './metric-tree.ts';

/** What a tree is, and what time it is there. */
export interface TreeInfo extends SourceInfo {
  readonly clock: Clock;
}

/** What `/version/` says: the release of graphite-web whose behaviour is followed. */
const VERSION = '1.1.10';

const json = (value: unknown): EmbeddedReply => ({
  status: 200,
  contentType: 'application/json',
  body: JSON.stringify(value),
});

type Route = (tree: MetricTree, params: URLSearchParams, nowS: number, info: TreeInfo) => EmbeddedReply;

const ROUTES: Readonly<Record<string, Route>> = {
  '/render': render,
  '/metrics/find': find,
  '/metrics/expand': expand,
  '/metrics': find,
  '/events/get_data': events,
  '/version': () => json(VERSION),
  '/functions': () => json(Object.fromEntries(FUNCTION_NAMES.map((name) => [name, { name }]))),
  '/composer': page,
  '': page,
};

/** Makes the handler of one tree. */
export function createGraphiteHandler(tree: MetricTree, info: TreeInfo): EmbeddedHandler {
  return {
    handle({ method, path, params }) {
      const route = ROUTES[path.replace(/\/+$/, '')];
      if (route === undefined) return { status: 404, contentType: 'text/html', body: '<h1>Not Found</h1>' };
      if (!['GET', 'HEAD', 'POST'].includes(method)) return { status: 405, contentType: 'text/html', body: '' };
      try {
        return route(tree, params, Math.floor(info.clock.now() / 1000), info);
      } catch (thrown) {
        if (thrown instanceof GraphiteError) return failure(thrown, params);
        throw thrown;
      }
    },
  };
}

/** graphite-web's shapes: one escaped line for a refusal, a page with the error's last line for what broke. */
function failure({ status, message }: GraphiteError, params: URLSearchParams): EmbeddedReply {
  const targets = params.getAll('target').join(', ').slice(0, 500);
  const line = `Invalid parameters (${message})${targets === '' ? '' : `; targets: "${targets}"`}`;
  const body =
    status === 400
      ? escapeHtml(line)
      : `<!DOCTYPE html>\n<html><head><title>Internal Server Error</title></head><body><h1>Internal Server Error</h1>\n` +
        `<pre>Traceback (most recent call last):\n${escapeHtml(message)}\n</pre></body></html>\n`;
  return { status, contentType: 'text/html', body };
}

/** Draws an SVG where graphite-web draws a PNG: when no format, or none that is data, is asked. */
function render(tree: MetricTree, params: URLSearchParams, nowS: number): EmbeddedReply {
  const rows = renderRows(tree, params, nowS);
  const format = params.get('format');
  if (format === 'json') return { status: 200, contentType: 'application/json', body: renderJson(rows, params) };
  if (format === 'csv') return { status: 200, contentType: 'text/csv', body: renderCsv(rows) };
  if (format === 'raw') return { status: 200, contentType: 'text/plain', body: renderRaw(rows) };
  const window = windowOf(params, nowS);
  return { status: 200, contentType: 'image/svg+xml', body: renderSvgFile(rows, window, zoneOf(params.get('tz'))) };
}

function find(tree: MetricTree, params: URLSearchParams, nowS: number): EmbeddedReply {
  const query = params.get('query');
  if (query === null) throw refused("Missing required parameter 'query'");
  if (query === '') throw refused("Required parameter 'query' is empty");
  const format = params.get('format') ?? 'treejson';
  const isCompleter = format === 'completer';
  const completed = isCompleter ? query.replaceAll('..', '*.').replace(/\*?$/, '*') : query;
  const nodes = findNodes(tree.root, completed).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  if (isCompleter) return json({ metrics: nodes.map(completion) });
  if (format === 'json') return json(nodes.map((node) => nodeJson(node, nowS)));
  if (format === 'treejson') return json(treeJson(nodes, query));
  return { status: 400, contentType: 'text/plain', body: "Invalid value for 'format' parameter" };
}

const isLeaf = ({ node }: FoundNode) => node.metric !== undefined;

function completion(found: FoundNode): object {
  return { path: isLeaf(found) ? found.path : `${found.path}.`, name: found.name, is_leaf: isLeaf(found) ? '1' : '0' };
}

function nodeJson(found: FoundNode, nowS: number): object {
  const kept = found.node.metric?.archives.at(-1)?.keptS;
  const intervals = kept === undefined ? [] : [{ start: nowS - kept, end: nowS }];
  return { path: found.path, is_leaf: isLeaf(found), intervals };
}

/** One entry a name; as in graphite-web, `id` keeps the wildcards of the query's parent. */
function treeJson(nodes: readonly FoundNode[], query: string): object[] {
  const base = query.includes('.') ? query.slice(0, query.lastIndexOf('.') + 1) : '';
  const byName = new Map<string, object>();
  for (const found of nodes) {
    const leaf = isLeaf(found) ? 1 : 0;
    const branch = found.node.children.size > 0 ? 1 : 0;
    byName.set(`${found.name}/${branch}`, {
      text: found.name,
      id: base + found.name,
      leaf: branch === 1 ? 0 : leaf,
      expandable: branch,
      allowChildren: branch,
    });
  }
  return [...byName.values()];
}

function expand(tree: MetricTree, params: URLSearchParams): EmbeddedReply {
  const isLeavesOnly = params.get('leavesOnly') === '1';
  const pathsOf = (query: string) =>
    findNodes(tree.root, query)
      .filter((found) => !isLeavesOnly || isLeaf(found))
      .map(({ path }) => path);
  const queries = params.getAll('query');
  if (params.get('groupByExpr') === '1') {
    return json({ results: Object.fromEntries(queries.map((query) => [query, pathsOf(query)])) });
  }
  return json({ results: [...new Set(queries.flatMap(pathsOf))].sort() });
}

/** Events that one answer holds; a year of the fleet has 19,000. */
const EVENTS_MAX = 20_000;

function events(tree: MetricTree, params: URLSearchParams, nowS: number): EmbeddedReply {
  const zone = zoneOf(params.get('tz'));
  const at = (name: string, fallbackS: number) => {
    const text = params.get(name);
    const time = text === null ? fallbackS : parseGraphiteTime(text, nowS, zone);
    if (typeof time === 'string') throw new GraphiteError(500, `ValueError: ${time}`);
    return time;
  };
  const tags = (params.get('tags') ?? '').split(' ').filter(Boolean);
  const isUnion = params.get('set') === 'union';
  const matches = (own: readonly string[]) =>
    tags.length === 0 || (isUnion ? tags.some((tag) => own.includes(tag)) : tags.every((tag) => own.includes(tag)));
  const untilS = Math.min(at('until', nowS), nowS);
  const found = tree.events(at('from', 0), untilS).filter((event) => matches(event.tags));
  return json(found.slice(-EVENTS_MAX).map((event) => eventJson(event, nowS)));
}

/** An end that lies ahead is not known yet. */
function eventJson({ whenS, untilS, ...event }: GraphiteEvent, nowS: number): object {
  const isOver = untilS !== undefined && untilS <= nowS;
  return { ...event, when: whenS, ...(isOver && { until: untilS }) };
}

function page(tree: MetricTree, params: URLSearchParams, nowS: number, info: TreeInfo): EmbeddedReply {
  const targets = targetsOf(params).filter((target) => target.trim() !== '');
  const window = windowOf(params, nowS);
  const rows = targets.length === 0 ? [] : renderRows(tree, params, nowS);
  const browse = targets.length > 0 ? [] : browseEntries(tree, params.get('query') ?? '*');
  const body = renderComposerPage({ info, targets, window, rows, zone: zoneOf(params.get('tz')), browse });
  return { status: 200, contentType: 'text/html; charset=utf-8', body };
}

/** Names that a page without targets lists. */
const BROWSE_MAX = 200;

function browseEntries(tree: MetricTree, query: string): BrowseEntry[] {
  const found = findNodes(tree.root, query).slice(0, BROWSE_MAX);
  return found.map((entry) => ({ path: entry.path, isLeaf: isLeaf(entry) }));
}
