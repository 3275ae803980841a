/** Drill-down: the server's own page with the same expressions and a frozen window. Pure. */
import { queryDuration } from '../../domain/duration.ts';
import { encodeForLink } from '../../lib/encode-link.ts';
import type { FetchWindow } from '../source.ts';
import type { PrometheusRequest } from './bind.ts';
import { evaluated, resolveVariables, type WindowPlan } from './plan-window.ts';

/** The implementations of Prometheus' API that are known to differ. */
export type Flavour = 'prometheus' | 'thanos' | 'mimir' | 'victoriametrics';

/** Some chats cut links at 4,000. */
const LINK_MAX_CHARS = 3_900;
const SECOND_MS = 1000;

/**
 * The address of the graph page (Prometheus 2 and 3, Thanos) or of vmui; times are UTC, in whole
 * seconds. Of more expressions than an address can hold it takes the first. Mimir has no page of its own.
 */
export function graphLink(
  publicUrl: string,
  flavour: Flavour | 'auto',
  request: PrometheusRequest,
  window: FetchWindow,
  plan: WindowPlan,
): string | undefined {
  if (flavour === 'mimir') return undefined;
  const isVmui = flavour === 'victoriametrics';
  const base = isVmui ? `${new URL('vmui/', publicUrl).href}?#/?` : `${new URL('graph', publicUrl).href}?`;
  const exprs = [
    ...new Set(
      request.queries.map(({ expr }) =>
        resolveVariables(request.isHeatmap ? expr : evaluated(expr, request.consolidate, plan), plan),
      ),
    ),
  ];
  let link = '';
  for (const [index, expr] of exprs.entries()) {
    const panel = panelOf(index, expr, window, plan, isVmui);
    const longer = link === '' ? `${base}${panel}` : `${link}&${panel}`;
    if (longer.length > LINK_MAX_CHARS) break;
    link = longer;
  }
  // the page with the window, where not even one fits
  return link === '' ? `${base}${panelOf(0, '', window, plan, isVmui)}` : link;
}

/** The page of what fires; what it shows is now, so there is no window. Mimir has none of its own. */
export function alertsLink(publicUrl: string, flavour: Flavour | 'auto'): string | undefined {
  if (flavour === 'mimir') return undefined;
  if (flavour === 'victoriametrics') return `${new URL('vmui/', publicUrl).href}#/rules`;
  return new URL('alerts', publicUrl).href;
}

function panelOf(
  index: number,
  expr: string,
  { fromMs, toMs }: FetchWindow,
  plan: WindowPlan,
  isVmui: boolean,
): string {
  const endMs = Math.ceil(toMs / SECOND_MS) * SECOND_MS;
  const rangeMs = Math.max(1, Math.round((toMs - fromMs) / SECOND_MS)) * SECOND_MS;
  const stamp = new Date(endMs).toISOString().slice(0, 19);
  const fields: readonly (readonly [string, string])[] = [
    ['expr', expr],
    ['tab', '0'],
    ['stacked', '0'],
    ['range_input', queryDuration(rangeMs)],
    ['end_input', isVmui ? stamp : stamp.replace('T', ' ')],
    ['step_input', isVmui ? queryDuration(plan.stepMs) : String(Math.max(1, Math.round(plan.stepMs / SECOND_MS)))],
    ...(isVmui ? ([['relative_time', 'none']] as const) : []),
  ];
  return fields.map(([name, value]) => `g${index}.${name}=${encodeForLink(value)}`).join('&');
}
