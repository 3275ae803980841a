/** What alerts were judged by, as questions that can be asked of a source: their own expression without its limit. Pure. */
import type { Alert } from '../domain/alert.ts';
import { BotError, toBotError } from '../domain/errors.ts';
import type { Looks, SavedQuery } from '../domain/saved-query.ts';
import type { ConfiguredSource, SourceSet } from '../sources/source-set.ts';
import { hasLabelsOf } from './alert-group.ts';
import { placeChart, placesOf, searchChart, searchesOf } from './document-charts.ts';
import { guessUnit } from './guess-unit.ts';
import { literal, type OwnChart, ownQuery } from './own-query.ts';
import { renderedTargets } from './render-links.ts';
import { sourceOfAlert } from './source-of-alert.ts';
import { splitComparison } from './split-comparison.ts';

/** Metrics that one request takes. */
const METRICS_MAX = 50;

/** The charts of alerts' own expressions, one for each expression; sentences about those that no source can draw. */
export function ownExpressions(
  alerts: readonly Alert[],
  sources: Pick<SourceSet, 'all'>,
): { readonly charts: readonly OwnChart[]; readonly missing: readonly string[] } {
  const charts: OwnChart[] = [];
  const missing: string[] = [];
  const add = (make: () => OwnChart) => {
    try {
      charts.push(make());
    } catch (thrown) {
      missing.push(`the chart of the alert's own expression: ${toBotError(thrown).message.replace(/\.$/, '')}`);
    }
  };
  for (const own of rulesOf(alerts)) add(() => ruleChart(own, sourceFor(own, 'prometheus', sources)));
  for (const own of metricsOf(alerts)) add(() => metricChart(own, sourceFor(own, 'graphite', sources)));
  for (const { alerts: own, href, targets } of renderedTargets(alerts)) {
    add(() => targetsChart(own, targets, sourceOfAlert({ links: [{ rel: 'source', href }] }, 'graphite', sources)));
  }
  for (const [item, own] of Map.groupBy(alerts.filter(isAboutItem), itemOf))
    add(() => itemChart(own, item, sourceFor(own, 'zabbix', sources)));
  for (const own of searchesOf(alerts)) add(() => searchChart(own, sourceFor(own, 'elasticsearch', sources)));
  return { charts, missing };
}

/** Charts of the places of alerts that do not bring their search; none where no source can tell. */
export function placeCharts(alerts: readonly Alert[], sources: Pick<SourceSet, 'all'>): readonly OwnChart[] {
  try {
    return placesOf(alerts).map((own) => placeChart(own, sourceFor(own, 'elasticsearch', sources)));
  } catch (thrown) {
    if (thrown instanceof BotError) return [];
    throw thrown;
  }
}

/** Whether an alert names an item of Zabbix, whose host a question can hold. */
function isAboutItem({ source, metric, labels }: Alert): boolean {
  return source === 'zabbix' && metric?.name !== undefined && labels.host !== undefined && !labels.host.includes('"');
}

/** `"Web server 1" vfs.fs.size[/,pused]`. */
function itemOf({ metric, labels }: Alert): string {
  return `"${labels.host}" ${metric?.name}`;
}

function sourceFor([first]: readonly Alert[], kind: string, sources: Pick<SourceSet, 'all'>): ConfiguredSource {
  return sourceOfAlert(first ?? { links: [] }, kind, sources);
}

/** Alerts of one rule together. */
function rulesOf(alerts: readonly Alert[]): readonly (readonly Alert[])[] {
  const judged = alerts.filter(({ metric }) => metric?.language === 'promql' && metric.query !== undefined);
  return [...Map.groupBy(judged, ({ metric }) => metric?.query).values()];
}

/** Alerts about metrics of Graphite, those of one rule together. */
function metricsOf(alerts: readonly Alert[]): readonly (readonly Alert[])[] {
  const judged = alerts.filter(({ metric }) => metric?.language === 'graphite' && metric.query !== undefined);
  return [...Map.groupBy(judged, ({ groupKey, fingerprint }) => groupKey ?? fingerprint).values()];
}

function ruleChart(alerts: readonly Alert[], source: ConfiguredSource): OwnChart {
  const rule = splitComparison(alerts[0]?.metric?.query ?? '');
  const unit = guessUnit(rule.expr, rule.limit?.value);
  const notes = rule.other === undefined ? [] : ['Its limit is no number but a series, which is not drawn.'];
  const looks: Looks = { ...(rule.isState && { step: true }), ...(unit.id === 'percent' && { min: 0 }) };
  const isLow = rule.limit?.op.startsWith('<') === true;
  const end = isLow ? ('min' as const) : ('max' as const);
  const more = { unit, looks, worst: isLow ? ('low' as const) : ('high' as const), consolidate: end, measure: end };
  return {
    alerts,
    query: ownQuery(rule.expr, 'promql', source, source.rawBlock?.(literal(rule.expr), 'promql'), more),
    ...(rule.limit && { limit: { op: rule.limit.op, value: rule.limit.value * unit.factor } }),
    notes,
    isOf: ({ labels }, alert, isOnly) => hasLabelsOf(labels, alert.labels, isOnly),
  };
}

function metricChart(alerts: readonly Alert[], source: ConfiguredSource): OwnChart {
  const metrics = [...new Set(alerts.flatMap(({ metric }) => metric?.query ?? []))];
  const shown = metrics.slice(0, METRICS_MAX);
  const more = metrics.length - shown.length;
  return {
    alerts,
    query: graphiteQuery(shown, source),
    notes: more > 0 ? [`${more} more metrics are not drawn.`] : [],
    isOf: ({ name }, { metric }) => isShortened(name, metric?.query ?? ''),
  };
}

/** What a picture that an alert links to draws; which of its series fires is not known, unless there is but one. */
function targetsChart(alerts: readonly Alert[], targets: readonly string[], source: ConfiguredSource): OwnChart {
  return {
    alerts,
    query: graphiteQuery(targets, source),
    notes: [],
    isOf: (_, __, isOnly) => isOnly,
  };
}

/** Several targets as one. */
function graphiteQuery(targets: readonly string[], source: ConfiguredSource): SavedQuery {
  const target = targets.length === 1 ? (targets[0] ?? '') : `group(${targets.join(',')})`;
  return ownQuery(target, 'graphite', source, source.rawBlock?.(literal(target), 'graphite'));
}

/** An item of Zabbix, which knows its unit. */
function itemChart(alerts: readonly Alert[], expression: string, source: ConfiguredSource): OwnChart {
  const query = ownQuery(expression, 'zabbix', source, source.rawBlock?.(expression, 'zabbix'));
  return { alerts, query, notes: [], isOf: (_, __, isOnly) => isOnly };
}

/** Whether a name is a metric's whole path, or nodes of it in their order: legends leave out what all share. */
function isShortened(name: string, metric: string): boolean {
  if (name === metric) return true;
  const nodes = metric.split('.');
  let at = -1;
  return name.split('.').every((node) => {
    at = nodes.indexOf(node, at + 1);
    return at >= 0;
  });
}
