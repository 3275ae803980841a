/** The registry of functions, and how their arguments are read. */
import { broken } from './graphite-error.ts';
import type { Expression } from './graphite-parser.ts';
import type { Row } from './graphite-rows.ts';

/** What an argument comes out as: rows, or a literal. */
export type Value = readonly Row[] | string | number | boolean | null;

/** What a function may ask of the evaluation around it. */
export interface Context {
  readonly fromS: number;
  readonly untilS: number;
  readonly nowS: number;
  /** Evaluates an argument again over another window, for functions that look further back. */
  evaluate(expression: Expression, window: { readonly fromS: number; readonly untilS: number }): readonly Row[];
  /** Counts steps of work before they are done. @throws GraphiteError when one request would take too many */
  spend(steps: number): void;
}

/** The arguments of one call, read by position or name. */
export interface Call {
  readonly name: string;
  readonly args: readonly Value[];
  readonly named: Readonly<Record<string, Value>>;
  /** As written, for functions that evaluate an argument again. */
  readonly raw: readonly Expression[];
}

/** A Graphite function. */
export type GraphiteFunction = (call: Call, context: Context) => readonly Row[];

/** An argument by position or by name; `undefined` when absent. */
export function argument(call: Call, index: number, name: string): Value | undefined {
  return call.args[index] ?? (Object.hasOwn(call.named, name) ? call.named[name] : undefined) ?? call.args[index];
}

/** The rows at a position. @throws GraphiteError 500 when there are none or it is a literal */
export function rowsAt(call: Call, index = 0, name = 'seriesList'): readonly Row[] {
  const value = argument(call, index, name);
  if (Array.isArray(value)) return value as readonly Row[];
  throw broken(`TypeError: ${call.name}() needs series as argument ${index + 1}`);
}

/** All rows of all arguments, for functions that take any number of them. */
export function allRows(call: Call): readonly Row[] {
  return call.args.flatMap((_, index) => rowsAt(call, index));
}

/** A number; `fallback` when it is absent. @throws GraphiteError 500 when it is something else, or absent without one */
export function numberAt(call: Call, index: number, name: string, fallback?: number): number {
  const value = argument(call, index, name) ?? fallback;
  if (typeof value === 'number') return value;
  throw broken(`TypeError: ${call.name}() needs a number as ${name}`);
}

/** A string; `fallback` when it is absent. @throws GraphiteError 500 when it is something else, or absent without one */
export function stringAt(call: Call, index: number, name: string, fallback?: string): string {
  const value = argument(call, index, name) ?? fallback;
  if (typeof value === 'string') return value;
  throw broken(`TypeError: ${call.name}() needs a string as ${name}`);
}

/** Gives each row another name and values of the same shape. */
export function mapRows(
  rows: readonly Row[],
  rename: (row: Row) => string,
  compute: (values: Float64Array, row: Row) => Float64Array,
): Row[] {
  return rows.map((row) => {
    const name = rename(row);
    return { ...row, name, expression: name, values: compute(row.values, row) };
  });
}
