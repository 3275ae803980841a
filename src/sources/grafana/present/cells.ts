/** Columns of fields as columns of a table: words for values, units, times. Pure. */
import { formatValue } from '../../../domain/format-number.ts';
import type { Cell, Column } from '../../../domain/frame.ts';
import { decimalsOf, type ShownField } from './field-config.ts';
import { textOf } from './json.ts';
import { hasMappings, mappedText } from './mappings.ts';
import type { Value } from './reduce.ts';
import { isTimeUnit, unitOf, wordOf } from './units.ts';

/** A cell holds no more of a text. */
const CELL_MAX_CHARS = 500;

/** A column with a cell for each row. */
export interface CellColumn {
  readonly column: Column;
  readonly cells: readonly Cell[];
}

/**
 * A field as a column; where a single value has a word, all are words. In the field's unit.
 *
 * @param values - other values than the field's own, such as its last one
 */
export function cellsOf(shown: ShownField, values: readonly Value[] = shown.field.values): CellColumn {
  const { name, config, field } = shown;
  const unitId = textOf(config.unit);
  const empty = textOf(config.noValue);
  const words = values.map((value) => wordFor(value, unitId, config.mappings));
  if (words.some((word) => word !== undefined)) {
    const cells = values.map((value, row) => words[row] ?? textCell(value, shown) ?? empty ?? null);
    return { column: { name, type: 'string' }, cells };
  }
  if (field.type === 'time' || (field.type === 'number' && isTimeUnit(unitId))) {
    return { column: { name, type: 'time' }, cells: values.map(finite) };
  }
  if (isNumeric(values)) {
    const unit = unitOf(unitId, decimalsOf(shown));
    const cells = values.map((value) => scaled(value, unit.factor));
    return { column: { name, type: 'number', unit }, cells };
  }
  const cells = values.map((value) => textCell(value, shown) ?? empty ?? null);
  return {
    column: { name, type: values.every(isFlag) ? 'boolean' : 'string' },
    cells: values.every(isFlag) ? values : cells,
  };
}

/** The word that stands for a value: of the panel's mappings, of a unit such as `bool_on_off`. */
export function wordFor(value: Value, unitId: string | undefined, mappings: unknown): string | undefined {
  const mapped = hasMappings(mappings) ? mappedText(value, mappings) : undefined;
  if (mapped !== undefined) return mapped;
  const number = typeof value === 'boolean' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? wordOf(unitId, number) : undefined;
}

function isFlag(value: Value): value is boolean {
  return typeof value === 'boolean';
}

function isNumeric(values: readonly Value[]): boolean {
  return (
    values.some((value) => typeof value === 'number') &&
    values.every((value) => value === null || typeof value === 'number')
  );
}

function finite(value: Value): Cell {
  return typeof value === 'number' && !Number.isFinite(value) ? null : value;
}

function scaled(value: Value, factor: number): Cell {
  return typeof value === 'number' && Number.isFinite(value * factor) ? value * factor : null;
}

/** A value as text with its unit, for columns in which some are words. */
function textCell(value: Value, shown: ShownField): string | undefined {
  if (value === null) return undefined;
  if (typeof value !== 'number') return String(value).slice(0, CELL_MAX_CHARS);
  if (!Number.isFinite(value)) return undefined;
  const unit = unitOf(textOf(shown.config.unit), decimalsOf(shown));
  return formatValue(value * unit.factor, unit);
}
