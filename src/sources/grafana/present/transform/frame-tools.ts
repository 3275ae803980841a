/** Building and reading frames, as transformations need it. Pure. */
import type { DataFrame, Field } from '../../data-frame.ts';
import { type Names, wholeNames } from '../names.ts';
import type { Value } from '../reduce.ts';

/** Rows that a transformation may make; joins and merges can multiply them. */
export const ROWS_MAX = 100_000;

/** A transformation: frames to frames by its stored options. */
export type Transform = (
  frames: readonly DataFrame[],
  options: Readonly<Record<string, unknown>>,
  interpolate: (text: string) => string,
) => readonly DataFrame[];

/** A frame of these fields that stands for another one. */
export function withFields(frame: DataFrame, fields: readonly Field[]): DataFrame {
  return { ...frame, fields, length: fields.reduce((most, { values }) => Math.max(most, values.length), 0) };
}

/** A frame that a transformation made. */
export function tableOf(fields: readonly Field[], refId: string, frames: readonly DataFrame[]): DataFrame {
  const notices = [...new Set(frames.flatMap((frame) => frame.notices))];
  return withFields({ refId, fields, length: 0, notices, type: 'table' }, fields);
}

/** The rows of a frame by their numbers, in that order. */
export function pickRows(frame: DataFrame, rows: readonly number[]): DataFrame {
  return {
    ...frame,
    length: rows.length,
    fields: frame.fields.map((field) => ({ ...field, values: rows.map((row) => field.values[row] ?? null) })),
  };
}

/** Numbers 0 … n − 1. */
export function rowsOf({ length }: DataFrame): number[] {
  return Array.from({ length }, (_, row) => row);
}

/** A field under a chosen name. */
export function renamed(field: Field, name: string): Field {
  return { ...field, config: { ...field.config, displayName: name } };
}

/** The type of a column of values. */
export function typeOf(values: readonly Value[]): Field['type'] {
  const one = values.find((value) => value !== null);
  return typeof one === 'number' ? 'number' : typeof one === 'boolean' ? 'boolean' : 'string';
}

/** Finds a field by its shown name, else by its own. */
export function finder(frames: readonly DataFrame[]): (frame: DataFrame, name: string) => Field | undefined {
  const names = wholeNames(frames);
  return (frame, name) =>
    frame.fields.find((field) => names.get(field) === name) ?? frame.fields.find((field) => field.name === name);
}

/** The shown name of a field. */
export function nameIn(names: Names, field: Field): string {
  return names.get(field) ?? field.name;
}

/** A key for the values of some fields in a row. */
export function keyOf(fields: readonly Field[], row: number): string {
  return JSON.stringify(fields.map(({ values }) => values[row] ?? null));
}
