/** A panel's data as tables: columns as chosen, words for values, rows in the panel's order. Pure. */
import type { TableFrame } from '../../../domain/frame.ts';
import type { TimeRange } from '../../../domain/time-range.ts';
import type { DataFrame } from '../data-frame.ts';
import { cellsOf } from './cells.ts';
import { isHidden, type ShownField } from './field-config.ts';
import { type Json, listOf, mapOf, numberOf, textOf } from './json.ts';
import { uniqueNames } from './names.ts';

/** Rows beyond are counted. */
const ROWS_MAX = 1_000;
/** Frames beyond are counted: a table shows one at a time, a picture a few. */
const TABLES_MAX = 5;
const COLUMNS_MAX = 50;

/** Each frame as a table; of several the one that the panel has chosen, where it has. */
export function makeTables(fields: readonly ShownField[], options: Json, range: TimeRange): readonly TableFrame[] {
  const frames = [...Map.groupBy(fields, ({ frame }) => frame)].filter(([frame]) => frame.fields.length > 0);
  const chosen = numberOf(options.frameIndex);
  const picked = chosen !== undefined && frames[chosen] ? [frames[chosen]] : frames;
  const tables = picked.slice(0, TABLES_MAX).map(([frame, own]) => makeTable(own, frame, options, range));
  const [first, ...others] = tables;
  if (!first) return [{ kind: 'table', columns: [], rows: [], range, warnings: [] }];
  const more = picked.length - tables.length;
  const cut = more > 0 ? [`${more} more tables of the panel are not shown.`] : [];
  return [{ ...first, warnings: [...first.warnings, ...cut] }, ...others];
}

function makeTable(fields: readonly ShownField[], frame: DataFrame, options: Json, range: TimeRange): TableFrame {
  const shown = fields.filter((field) => !isHidden(field)).slice(0, COLUMNS_MAX);
  const names = uniqueNames(shown.map(({ name }) => name));
  const order = rowOrder(shown, frame.length, options);
  const kept = order.slice(0, ROWS_MAX);
  const columns = shown.map((field, index) =>
    cellsOf(
      { ...field, name: names[index] as string },
      kept.map((row) => field.field.values[row] ?? null),
    ),
  );
  const cut = order.length > kept.length ? [`The first ${kept.length} of ${order.length} rows are shown.`] : [];
  return {
    kind: 'table',
    columns: columns.map(({ column }) => column),
    rows: kept.map((_, row) => columns.map(({ cells }) => cells[row] ?? null)),
    range,
    warnings: cut,
  };
}

/** The panel's own order of rows: `sortBy: [{ displayName, desc }]`. */
function rowOrder(fields: readonly ShownField[], length: number, options: Json): number[] {
  const rows = Array.from({ length }, (_, row) => row);
  const { displayName, desc } = mapOf(listOf(options.sortBy)[0]);
  const by = fields.find(({ name }) => name === textOf(displayName))?.field;
  if (!by) return rows;
  const sign = desc === true ? -1 : 1;
  return rows.sort((a, b) => sign * compareValues(by.values[a] ?? null, by.values[b] ?? null));
}

/** Numbers by size, texts by the alphabet, what is absent first. */
export function compareValues(a: string | number | boolean | null, b: string | number | boolean | null): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  if (typeof a === 'string' || typeof b === 'string') return String(a) < String(b) ? -1 : 1;
  return Number(a) - Number(b) || 0;
}
