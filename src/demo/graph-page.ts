/** The page that a link to Prometheus' graph leads to at the demo fleet: the same expressions over the same window. */
import { escapeHtml } from '../lib/escape-html.ts';
import { pageOf, renderComposerPage } from './composer-page.ts';
import type { EmbeddedReply, SourceInfo } from './embedded-handler.ts';
import type { Window } from './graphite-evaluate.ts';
import type { Row } from './graphite-rows.ts';
import { METRICS_ABOUT } from './metric-series.ts';
import { activeAlerts } from './prometheus-alerts.ts';
import { evaluatePromql, type MetricStore } from './promql-evaluate.ts';
import { durationS, PromqlError } from './promql-lexer.ts';
import type { Column, Grid } from './promql-values.ts';

/** Expressions of one page. */
const PANELS_MAX = 20;
/** Points of one line. */
const POINTS_MAX = 2_000;
const RANGE_S = 3_600;

/** Answers for `/graph` with its `g0.expr`, for `/alerts`, and for the bare address with a list of metrics. */
export function graphPage(
  path: string,
  { params, ...store }: MetricStore & { readonly params: URLSearchParams },
  info: SourceInfo,
): EmbeddedReply {
  if (path.startsWith('/alerts')) return html(200, pageOf(info, 'Alerts', alertsTable(store)));
  const exprs = Array.from({ length: PANELS_MAX }, (_, index) => params.get(`g${index}.expr`) ?? '').filter(Boolean);
  if (exprs.length === 0) return html(200, pageOf(info, info.title, metricsList()));
  try {
    const { grid, window } = windowOf(params, store.nowS);
    const rows = exprs.flatMap((expr, index) => {
      const own = rowsOf(expr, store, grid);
      return exprs.length === 1 ? own : own.map((row) => ({ ...row, name: `${index + 1} · ${row.name}` }));
    });
    return html(200, renderComposerPage({ info, targets: exprs, window, rows, zone: 'UTC', browse: [] }));
  } catch (thrown) {
    if (!(thrown instanceof PromqlError)) throw thrown;
    return html(400, pageOf(info, 'Graph', `<p class="empty">${escapeHtml(thrown.message)}</p>`));
  }
}

function html(status: number, body: string): EmbeddedReply {
  return { status, contentType: 'text/html; charset=utf-8', body };
}

/** The window of the first panel: pages of Glimpse have the same for all. */
function windowOf(params: URLSearchParams, nowS: number): { grid: Grid; window: Window } {
  const rangeS = durationS(params.get('g0.range_input') ?? '') || RANGE_S;
  const end = params.get('g0.end_input') ?? '';
  const endS = end === '' ? Math.floor(nowS) : Date.parse(`${end.replace(' ', 'T')}Z`) / 1_000;
  if (!Number.isFinite(endS)) throw new PromqlError('bad_data', 'The end of the window is no time.');
  const asked = Number(params.get('g0.step_input') ?? '') || rangeS / 250;
  const stepS = Math.max(1, Math.ceil(asked), Math.ceil(rangeS / POINTS_MAX));
  const startS = Math.ceil((endS - rangeS) / stepS) * stepS;
  const grid = { startS, stepS, count: Math.max(2, Math.floor((endS - startS) / stepS) + 1) };
  return { grid, window: { fromS: endS - rangeS, untilS: endS } };
}

function rowsOf(expr: string, store: MetricStore, grid: Grid): Row[] {
  const value = evaluatePromql(expr, store, grid);
  if (value.kind === 'string') return [];
  const columns: readonly Column[] = value.kind === 'scalar' ? [{ labels: {}, values: value.values }] : value.columns;
  return columns.map(({ labels, values }) => {
    const name = nameOf(labels, expr);
    const endS = grid.startS + grid.count * grid.stepS;
    return { name, expression: expr, ...grid, endS, values, consolidate: 'average', xFilesFactor: 0 };
  });
}

/** `metric{label="value"}`, as Prometheus writes it; of an expression without labels the expression. */
function nameOf({ __name__: metric = '', ...labels }: Column['labels'], expr: string): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  if (pairs.length === 0) return metric || expr.slice(0, 120);
  return `${metric}{${pairs.join(', ')}}`;
}

function metricsList(): string {
  const items = Object.entries(METRICS_ABOUT).map(([name, { type, help }]) => {
    const expr =
      type === 'histogram' ? `histogram_quantile(0.95, sum by (service, le) (rate(${name}_bucket[5m])))` : name;
    const shown = type === 'counter' ? `sum by (service) (rate(${name}[5m]))` : expr;
    return `<li><a href="graph?g0.expr=${escapeHtml(encodeURIComponent(shown))}">${escapeHtml(name)}</a> ${escapeHtml(help)}</li>`;
  });
  return `<h2>Metrics</h2><ul>${items.join('')}</ul>`;
}

function alertsTable(store: MetricStore): string {
  const rows = activeAlerts(store).map(({ labels, annotations, state, activeAt }) => {
    const { alertname = '', severity = '', ...rest } = labels;
    const where = Object.entries(rest).map(([name, value]) => `${name}="${value}"`);
    const cells = [alertname, state, severity, activeAt, where.join(', '), annotations.summary];
    return `<tr>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`;
  });
  if (rows.length === 0) return '<p class="empty">No alert is active.</p>';
  const heads = ['Alert', 'State', 'Severity', 'Active since', 'Labels', 'Summary'];
  return `<h2>Alerts</h2><div class="scroll"><table class="logs"><thead><tr>${heads.map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}
