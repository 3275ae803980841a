/** What Grafana's browser side makes of some data sources' answers before a panel sees them. Pure. */
import type { DataFrame, Field } from '../data-frame.ts';
import type { Panel, Target } from '../panel.ts';
import { tableOf } from './transform/frame-tools.ts';

/** Rows beyond are of no use to a table. */
const ROWS_MAX = 20_000;

/**
 * Prometheus queries in the format "table" come as series: each becomes a table with a column for each label, and
 * `Value #A` where the panel has several such queries.
 */
export function asBrowserSees(panel: Panel, frames: readonly DataFrame[]): readonly DataFrame[] {
  const tables = new Set(panel.targets.filter(isTable).map(({ refId }) => refId));
  if (tables.size === 0) return frames;
  const present = new Set(frames.filter(({ refId }) => tables.has(refId)).map(({ refId }) => refId));
  return [...Map.groupBy(frames, ({ refId }) => refId)].flatMap(([refId, own]) =>
    tables.has(refId) && own.every(isSeries)
      ? [toTable(own, refId, present.size > 1 ? `Value #${refId}` : 'Value')]
      : own,
  );
}

function isTable({ model, datasource }: Target): boolean {
  const isPrometheus = datasource.type === undefined ? 'expr' in model : /prometheus/.test(datasource.type);
  return isPrometheus && model.format === 'table';
}

function isSeries({ fields }: DataFrame): boolean {
  return fields.length === 0 || (fields.length === 2 && fields[0]?.type === 'time' && fields[1]?.type === 'number');
}

function toTable(frames: readonly DataFrame[], refId: string, valueName: string): DataFrame {
  const filled = frames.filter(({ fields }) => fields.length === 2);
  const labels = [...new Set(filled.flatMap(({ fields }) => Object.keys(fields[1]?.labels ?? {})))].sort();
  const rows = filled
    .flatMap(({ fields: [time, value], length }) =>
      Array.from({ length }, (_, row) => ({
        time: time?.values[row] ?? null,
        value: value?.values[row] ?? null,
        labels: value?.labels ?? {},
      })),
    )
    .slice(0, ROWS_MAX);
  if (rows.length === 0) return tableOf([], refId, frames);
  const { displayName: _chosen, displayNameFromDS: _given, ...config } = filled[0]?.fields[1]?.config ?? {};
  const fields: Field[] = [
    { name: 'Time', type: 'time', config: {}, values: rows.map(({ time }) => time) },
    ...labels.map(
      (label): Field => ({
        name: label,
        type: 'string',
        config: {},
        values: rows.map((row) => row.labels[label] ?? null),
      }),
    ),
    { name: valueName, type: 'number', config, values: rows.map(({ value }) => value) },
  ];
  return tableOf(fields, refId, frames);
}
