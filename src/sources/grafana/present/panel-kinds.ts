/** What becomes of each kind of panel, and why some cannot be shown. Pure. */
import { BotError } from '../../../domain/errors.ts';
import type { Panel } from '../panel.ts';

/** How a panel's data are shown. */
export type Presentation =
  | 'chart'
  | 'single'
  | 'pie'
  | 'table'
  | 'states'
  | 'histogram'
  | 'heatmap'
  | 'logs'
  | 'bars'
  | 'any';

const PRESENTATIONS: Readonly<Record<string, Presentation>> = {
  timeseries: 'chart',
  graph: 'chart',
  'grafana-polystat-panel': 'single',
  stat: 'single',
  singlestat: 'single',
  gauge: 'single',
  bargauge: 'single',
  radialbar: 'single',
  piechart: 'pie',
  'grafana-piechart-panel': 'pie',
  table: 'table',
  'table-old': 'table',
  barchart: 'bars',
  'state-timeline': 'states',
  'status-history': 'states',
  histogram: 'histogram',
  heatmap: 'heatmap',
  logs: 'logs',
};

/** Panels without data of their own, with what they are. */
const WITHOUT_DATA: Readonly<Record<string, string>> = {
  text: 'text, not data',
  row: 'a row, which only holds other panels',
  news: 'a news feed, not data',
  dashlist: 'a list of dashboards, not data',
  pluginlist: 'a list of plugins, not data',
  gettingstarted: 'a welcome, not data',
  welcome: 'a welcome, not data',
  alertlist: 'a list of alerts, which its queries do not hold',
  annolist: 'a list of annotations, which its queries do not hold',
  alertGroups: 'a list of alerts, which its queries do not hold',
};

/** Panels whose data cannot be shown as a chart or table that says the same. */
const NOT_DRAWN: Readonly<Record<string, string>> = {
  nodeGraph: 'a graph of nodes',
  traces: 'a trace',
  flamegraph: 'a flame graph',
  canvas: 'a drawing',
  debug: 'a tool for developers',
};

/** How this panel's data are shown; kinds that are not known go by their data. */
export function presentationOf({ type }: Panel): Presentation {
  return Object.hasOwn(PRESENTATIONS, type) ? (PRESENTATIONS[type] as Presentation) : 'any';
}

/** Why a panel cannot be shown at all, as a sentence; nothing when it can. */
export function refusalOf({ type, title, targets, datasource }: Panel): string | undefined {
  const name = title === '' ? 'This panel' : `The panel “${title}”`;
  if (Object.hasOwn(WITHOUT_DATA, type)) return `${name} is ${WITHOUT_DATA[type]}.`;
  if (Object.hasOwn(NOT_DRAWN, type)) return `${name} is ${NOT_DRAWN[type]}, which I cannot draw.`;
  const isBuiltIn = datasource.uid === '-- Grafana --' || datasource.uid === 'grafana';
  if (isBuiltIn && targets.every(({ model }) => model.queryType !== 'randomWalk')) {
    return `${name} shows what only Grafana's own pages have.`;
  }
  return targets.some(({ isHidden }) => !isHidden) ? undefined : `${name} has no query.`;
}

/** @throws BotError `ASK_EMPTY` for a panel that cannot be shown, with the reason */
export function refuseUnshown(panel: Panel): void {
  const reason = refusalOf(panel);
  if (reason !== undefined) throw new BotError('ASK_EMPTY', reason);
}
