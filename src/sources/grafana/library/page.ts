/** What an address of Grafana's pages means: a dashboard or panel with its variables, an exploration, an alert rule, a short link. Pure. */
import { type Json, listOf, mapOf, textOf } from '../present/json.ts';

/** The part of an address that says what is shown. */
export type Page =
  | DashboardPage
  | {
      readonly kind: 'explore';
      readonly queries: readonly Json[];
      readonly datasource?: string;
      readonly range: PageRange;
    }
  | { readonly kind: 'short'; readonly uid: string }
  /** An alert rule. */
  | { readonly kind: 'rule'; readonly uid: string };

/** A dashboard, or one panel of it. */
export interface DashboardPage {
  readonly kind: 'dashboard';
  readonly uid: string;
  readonly panel?: number;
  /** Which copy of a panel that is repeated for each value; 0 is the first. */
  readonly copy?: number;
  /** Values of variables: those that the address gives. */
  readonly variables: Readonly<Record<string, readonly string[]>>;
  readonly range: PageRange;
}

/** As the address has it: ms, `now-6h`, ISO. */
export interface PageRange {
  readonly from?: string;
  readonly to?: string;
}

/** An address that is longer, or has more queries, was not made by a page. */
const QUERY_MAX_CHARS = 60_000;
const QUERIES_MAX = 20;
const VALUES_MAX = 200;
const UID = '[A-Za-z0-9_-]{1,100}';

/** Whether an address is below one of these (each ends in a slash); `http` and `https` are the same place. */
export function isBelow(url: URL, bases: readonly string[]): boolean {
  return bases.some((text) => {
    const base = new URL(text);
    return url.host === base.host && url.pathname.startsWith(base.pathname) && readPage(url) !== undefined;
  });
}

/** What an address means; `undefined` for other pages. Whatever stands before `/d/` is where Grafana lives. */
export function readPage(url: URL): Page | undefined {
  if (url.search.length > QUERY_MAX_CHARS) return undefined;
  const path = plainPath(url);
  const dashboard = new RegExp(`/d(?:-solo)?/(${UID})(?:/|$)`).exec(path)?.[1];
  if (dashboard !== undefined) return dashboardPage(dashboard, url.searchParams);
  const short = new RegExp(`/goto/(${UID})/?$`).exec(path)?.[1];
  if (short !== undefined) return { kind: 'short', uid: short };
  const rule = new RegExp(`/alerting/(?:grafana/)?(${UID})/(?:view|edit)/?$`).exec(path)?.[1];
  if (rule !== undefined) return { kind: 'rule', uid: rule };
  return /\/explore\/?$/.test(path) ? explorePage(url.searchParams) : undefined;
}

/** Links that have to survive a chat have `%5F` for `_`. */
function plainPath({ pathname }: URL): string {
  return pathname.replace(/%(?:2D|5F)/gi, decodeURIComponent);
}

function dashboardPage(uid: string, query: URLSearchParams): DashboardPage {
  const variables: Record<string, string[]> = {};
  for (const [key, value] of query) {
    const name = /^var-(\w{1,64})$/.exec(key)?.[1];
    if (name === undefined || name in Object.prototype) continue;
    variables[name] = [...(variables[name] ?? []), value].slice(0, VALUES_MAX);
  }
  return { kind: 'dashboard', uid, ...panelIn(query), variables, range: rangeIn(query) };
}

/** `4`, `panel-4`, `panel-4-clone-1`, `row-2-clone-1/panel-4`, `A$panel-4`. */
function panelIn(query: URLSearchParams): { readonly panel?: number; readonly copy?: number } {
  const text = query.get('viewPanel') ?? query.get('panelId') ?? query.get('editPanel') ?? query.get('inspect');
  const [, id, copy] = /(?:^|panel-)(\d{1,9})(?:-clone-(\d{1,4}))?$/.exec(text?.trim() ?? '') ?? [];
  if (id === undefined) return {};
  return { panel: Number(id), ...(copy !== undefined && { copy: Number(copy) }) };
}

function rangeIn(query: URLSearchParams): PageRange {
  const [from, to] = [query.get('from'), query.get('to')];
  const [middle, width] = [Number(query.get('time')), Number(query.get('time.window'))];
  if (from === null && middle > 0 && width > 0) {
    return { from: String(Math.round(middle - width / 2)), to: String(Math.round(middle + width / 2)) };
  }
  return { ...(from !== null && { from }), ...(to !== null && { to }) };
}

/** Since version 10 `panes={id: {datasource, queries, range}}`, before it `left={…}` or `left=[from, to, datasource, …]`. */
function explorePage(query: URLSearchParams): Page | undefined {
  const panes = mapOf(parsed(query.get('panes')));
  const pane = Object.values(panes)[0] ?? parsed(query.get('left'));
  if (Array.isArray(pane)) {
    const [from, to, datasource, ...rest] = pane;
    const queries = rest.map(mapOf).filter((one) => !('mode' in one) && !('ui' in one));
    return exploreOf({ range: { from, to }, datasource, queries });
  }
  return exploreOf(mapOf(pane));
}

function exploreOf({ queries, datasource, range }: Json): Page | undefined {
  const listed = listOf(queries).map(mapOf).slice(0, QUERIES_MAX);
  if (listed.length === 0) return undefined;
  const { from, to } = mapOf(range);
  const text = (value: unknown) => (typeof value === 'number' ? String(value) : textOf(value));
  const [start, end, name] = [text(from), text(to), textOf(datasource)];
  return {
    kind: 'explore',
    queries: listed,
    range: { ...(start !== undefined && { from: start }), ...(end !== undefined && { to: end }) },
    ...(name !== undefined && { datasource: name }),
  };
}

function parsed(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
