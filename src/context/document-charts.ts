/** Charts of alerts about documents: how many their search finds, or how many there are where they do not bring it. Pure. */
import type { Alert } from '../domain/alert.ts';
import { makeUnit } from '../domain/unit.ts';
import type { ConfiguredSource } from '../sources/source-set.ts';
import { type OwnChart, ownQuery } from './own-query.ts';

/** Fields of ECS by which documents are of a host or a service. */
const PLACES = ['host.name', 'service.name'] as const;

/** Whether an alert is about documents. */
export function isAboutDocuments({ metric }: Alert): boolean {
  return metric?.language === 'lucene';
}

/** Alerts by the search that found them, those that bring it. */
export function searchesOf(alerts: readonly Alert[]): readonly (readonly Alert[])[] {
  const found = alerts.filter((alert) => isAboutDocuments(alert) && alert.metric?.query?.trim());
  return together(found, ({ metric }) => [metric?.query, indexOf(metric?.name)]);
}

/** Alerts by the index that they name and by their place, those that do not bring their search. */
export function placesOf(alerts: readonly Alert[]): readonly (readonly Alert[])[] {
  const found = alerts.filter(
    (alert) => isAboutDocuments(alert) && !alert.metric?.query?.trim() && indexOf(alert.metric?.name) !== undefined,
  );
  return together(found, ({ metric, attributes }) => [
    indexOf(metric?.name),
    ...PLACES.map((name) => attributes[name]),
  ]);
}

function together(alerts: readonly Alert[], keyOf: (alert: Alert) => unknown): readonly (readonly Alert[])[] {
  return [...Map.groupBy(alerts, (alert) => JSON.stringify(keyOf(alert))).values()];
}

/** How many documents a search finds: ElastAlert's rules are about their number. */
export function searchChart(alerts: readonly Alert[], source: ConfiguredSource): OwnChart {
  return countChart(alerts, alerts[0]?.metric?.query ?? '', source, []);
}

/** How many documents there are at the place of some alerts. */
export function placeChart(alerts: readonly Alert[], source: ConfiguredSource): OwnChart {
  const [{ attributes, metric }] = alerts as [Alert];
  const parts = PLACES.flatMap((field) => {
    const value = attributes[field];
    return value === undefined ? [] : [`${field}:"${value.replace(/["\\]/g, '\\$&')}"`];
  });
  const note = `All documents of ${indexOf(metric?.name)} there: the alert does not bring the filter of its rule.`;
  return countChart(alerts, parts.length > 0 ? parts.join(' AND ') : '*', source, [note]);
}

function countChart(
  alerts: readonly Alert[],
  expression: string,
  source: ConfiguredSource,
  notes: readonly string[],
): OwnChart {
  const index = indexOf(alerts[0]?.metric?.name);
  // what is typed asks for the lines themselves
  const { lines: _, ...block } = (source.rawBlock?.(expression, 'lucene') ?? {}) as Readonly<Record<string, unknown>>;
  const more = { unit: makeUnit('count'), looks: { bars: true }, consolidate: 'sum', measure: 'sum' } as const;
  return {
    alerts,
    query: ownQuery(expression, 'lucene', source, { ...block, ...(index !== undefined && { index }) }, more),
    notes,
    isOf: (_, __, isOnly) => isOnly,
  };
}

/**
 * The pattern of an index that a document was in, so that its neighbours are read too: `filebeat-*` of `filebeat-2026.03.02`, the
 * stream of one of its backing indices. Nothing for what is no index, or a system's own.
 */
function indexOf(name: string | undefined): string | undefined {
  const [, stream] = /^\.ds-(.+)-\d{4}\.\d\d\.\d\d-\d{6}$/.exec(name ?? '') ?? [];
  const index = stream ?? name?.replace(/-\d{6}$/, '-*').replace(/-\d{4}[.-]\d\d(?:[.-]\d\d)?(?:-\*)?$/, '-*');
  return index !== undefined && /^[a-z0-9_*][a-z0-9_.*,:+-]{0,250}$/.test(index) ? index : undefined;
}
