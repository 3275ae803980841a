/** What the values of an answer of ES|QL are. Pure. */
import type { Cell, Column } from '../../domain/frame.ts';
import type { Group } from './bind.ts';

/** The answer for one combination of values, by columns. */
export interface EsqlAnswer {
  readonly group: Group;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Shape `[columns][rows]`. */
  readonly values: readonly (readonly unknown[])[];
}

const NUMBERS = /^(?:long|integer|short|byte|double|float|half_float|scaled_float|unsigned_long|counter_\w+)$/u;

/** What the cells of a column are. */
export function columnType(type: string): Column['type'] {
  if (type === 'date' || type === 'date_nanos' || type === 'datetime') return 'time';
  if (NUMBERS.test(type)) return 'number';
  return type === 'boolean' ? 'boolean' : 'string';
}

/** A value for a table; several values of one field are one text. */
export function cellOf(value: unknown, type: Column['type']): Cell {
  if (value === null || value === undefined) return null;
  if (type === 'time' && !Array.isArray(value)) return timeOf(value) ?? null;
  if (type === 'number' && typeof value === 'number') return value;
  if (type === 'boolean' && typeof value === 'boolean') return value;
  if (Array.isArray(value))
    return value.map((one) => (typeof one === 'object' ? JSON.stringify(one) : String(one))).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Dates come as ISO text, or in ms; `undefined` for others. */
export function timeOf(value: unknown): number | undefined {
  const ms = typeof value === 'number' ? value : Date.parse(String(value));
  return Number.isFinite(ms) ? ms : undefined;
}
