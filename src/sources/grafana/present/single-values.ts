/** Panels that show one value of each series (stat, gauge, bar gauge, pie, bar chart): as series, else a table. Pure. */
import { formatValue } from '../../../domain/format-number.ts';
import type { Cell, Column, Frame, SeriesFrame, TableFrame } from '../../../domain/frame.ts';
import type { TimeRange } from '../../../domain/time-range.ts';
import { makeUnit } from '../../../domain/unit.ts';
import { cellsOf, wordFor } from './cells.ts';
import { decimalsOf, isHidden, type ShownField } from './field-config.ts';
import { type Json, mapOf, matches, textOf, textsOf } from './json.ts';
import { uniqueNames } from './names.ts';
import { calcTitle, DEFAULT_CALC, reduceValues, type Value } from './reduce.ts';
import { unitOf } from './units.ts';

/** Words of the answer say these of every series anyway. */
const SAID_ANYWAY: ReadonlySet<string> = new Set(['lastNotNull', 'last', 'mean', 'max', 'min']);
/** As many values fit in a sentence. */
const SAID_MAX = 3;
/** Rows beyond are counted. */
const ROWS_MAX = 500;

/** What a panel makes of each series: its calculations, of which the first is the one that is seen. */
function calcsOf(options: Json): readonly string[] {
  const { calcs } = mapOf(options.reduceOptions);
  const named = textsOf(calcs);
  return named.length > 0 ? named : [DEFAULT_CALC];
}

/** Whether the panel shows all rows instead of one value of each field. */
export function showsAllRows(options: Json): boolean {
  return mapOf(options.reduceOptions).values === true;
}

/** The fields that such a panel shows: numbers, unless it names others (`/^version$/`, `/.*\/` for all). */
export function singleFields(fields: readonly ShownField[], options: Json): readonly ShownField[] {
  const wanted = textOf(mapOf(options.reduceOptions).fields);
  return fields.filter((shown) => {
    if (isHidden(shown)) return false;
    if (wanted !== undefined) return matches(wanted, shown.name) || shown.name === wanted;
    return shown.field.type === 'number' || shown.field.type === 'boolean';
  });
}

/** Each row of a table as a value of its own, named by the first text beside it. */
export function rowFields(fields: readonly ShownField[]): readonly ShownField[] {
  return [...Map.groupBy(fields, ({ frame }) => frame)].flatMap(([frame, own]) => {
    const name = own.find(({ field }) => field.type === 'string');
    const numbers = own.filter((shown) => shown.field.type === 'number' && !isHidden(shown));
    return Array.from({ length: frame.length }, (_, row) =>
      numbers.map((shown): ShownField => {
        const text = name?.field.values[row];
        const values = [shown.field.values[row] ?? null];
        return {
          ...shown,
          name: text === null || text === undefined ? shown.name : String(text),
          field: { ...shown.field, values },
        };
      }),
    ).flat();
  });
}

/** Whether a word stands for the value that is shown of any of these fields. */
export function hasWords(fields: readonly ShownField[], options: Json): boolean {
  const [calc = DEFAULT_CALC] = calcsOf(options);
  return fields.some(({ field, config }) => {
    const value = reduceValues(calc, field.values);
    return typeof value === 'string' || wordFor(value, textOf(config.unit), config.mappings) !== undefined;
  });
}

/** Adds what the panel itself shows to the first frame, where the words of an answer would not say it. */
export function sayShown(
  frames: readonly SeriesFrame[],
  fields: readonly ShownField[],
  options: Json,
): readonly Frame[] {
  const [calc = DEFAULT_CALC] = calcsOf(options);
  const [first, ...others] = frames;
  if (!first || SAID_ANYWAY.has(calc) || fields.length === 0) return frames;
  const said = fields.slice(0, SAID_MAX).flatMap((shown) => {
    const value = reduceValues(calc, shown.field.values);
    if (typeof value !== 'number') return [];
    const unit = unitFor(shown, calc);
    const text = formatValue(value * unit.factor, unit);
    return [fields.length === 1 ? text : `${shown.name} ${text}`];
  });
  if (said.length === 0) return frames;
  const more = fields.length > SAID_MAX ? ` and ${fields.length - SAID_MAX} more` : '';
  return [
    { ...first, warnings: [...first.warnings, `The panel shows “${calcTitle(calc)}”: ${said.join(', ')}${more}.`] },
    ...others,
  ];
}

function unitFor(shown: ShownField, calc: string) {
  if (/count/i.test(calc)) return makeUnit('count');
  return calc === 'diffperc' ? makeUnit('ratio') : unitOf(textOf(shown.config.unit), decimalsOf(shown));
}

/** One row for each field, one column for each calculation; words for values. */
export function singleTable(fields: readonly ShownField[], options: Json, range: TimeRange): TableFrame {
  const calcs = calcsOf(options);
  const kept = fields.slice(0, ROWS_MAX);
  const names = uniqueNames(kept.map(({ name }) => name));
  const columns = calcs.map((calc) => ({
    name: calcs.length === 1 ? 'value' : calcTitle(calc),
    values: kept.map(({ field }) => reduceValues(calc, field.values)),
  }));
  const cells = columns.map(({ name, values }) => valueColumn(name, values, kept));
  const cut = fields.length > kept.length ? [`The first ${kept.length} of ${fields.length} values are shown.`] : [];
  return {
    kind: 'table',
    columns: [{ name: 'name', type: 'string' }, ...cells.map(({ column }) => column)],
    rows: kept.map((_, row) => [names[row] ?? '', ...cells.map((column) => column.cells[row] ?? null)]),
    range,
    warnings: cut,
  };
}

/** A column whose cells come from different fields: numbers where all have the same unit, else text with its unit. */
function valueColumn(
  name: string,
  values: readonly Value[],
  fields: readonly ShownField[],
): { readonly column: Column; readonly cells: readonly Cell[] } {
  const single = fields.map((field, row) => cellsOf({ ...field, name }, [values[row] ?? null]));
  const [first] = single;
  const isOne = single.every(
    ({ column }) => column.type === first?.column.type && column.unit?.id === first?.column.unit?.id,
  );
  if (first && isOne) return { column: { ...first.column, name }, cells: single.map(({ cells }) => cells[0] ?? null) };
  return { column: { name, type: 'string' }, cells: single.map(asText) };
}

function asText({ column, cells }: { readonly column: Column; readonly cells: readonly Cell[] }): Cell {
  const [cell = null] = cells;
  return typeof cell === 'number' && column.unit ? formatValue(cell, column.unit) : cell === null ? null : String(cell);
}

/** A pie as its slices, the largest first, each with its share. */
export function pieTable(fields: readonly ShownField[], options: Json, range: TimeRange): TableFrame {
  const table = singleTable(fields, options, range);
  const sizes = table.rows.map((row) => (typeof row[1] === 'number' ? row[1] : Number.NaN));
  const total = sizes.reduce((sum, one) => sum + (Number.isFinite(one) ? Math.max(0, one) : 0), 0);
  if (total <= 0) return table;
  const rows = table.rows
    .map((row, index) => ({ row, size: sizes[index] as number }))
    .sort((a, b) => (b.size || 0) - (a.size || 0))
    .map(({ row, size }) => [...row, Number.isFinite(size) ? (100 * Math.max(0, size)) / total : null]);
  return { ...table, columns: [...table.columns, { name: 'share', type: 'number', unit: makeUnit('percent') }], rows };
}
