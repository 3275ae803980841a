/** Frames of an answer as tables for reading; the CSV has the rest. */
import type { DataTable } from './contract.ts';

/** A table longer than this is no reading any more. */
const ROWS_MAX = 200;
/** Digits that a picture of this size could show, and one more. */
const DIGITS = 5;
/** Of numbers below one more digits say nothing. */
const DECIMALS_MAX = 8;

type Row = readonly unknown[];

interface Frame {
  readonly kind?: string;
  readonly title?: string;
  readonly range?: { readonly zone?: string };
  readonly series?: readonly {
    readonly name: string;
    readonly unit: string;
    readonly times: readonly number[];
    readonly values: readonly (number | null)[];
  }[];
  readonly columns?: readonly { readonly name: string; readonly type: string; readonly unit?: string }[];
  readonly rows?: readonly Row[];
  readonly lines?: readonly { readonly timeMs: number; readonly level?: string; readonly message: string }[];
  readonly total?: number;
}

/** Gives a table for every frame that can be one; heatmaps are for the CSV. */
export function tablesOf(frames: readonly unknown[]): readonly DataTable[] {
  return (frames as readonly Frame[]).flatMap((frame) => {
    const table = tableOf(frame);
    return table ? [{ ...table, ...(frame.title !== undefined && { title: frame.title }) }] : [];
  });
}

function tableOf(frame: Frame): DataTable | undefined {
  if (frame.series) return seriesTable(frame.series, frame.range?.zone ?? 'UTC');
  if (frame.columns && frame.rows) return ownTable(frame.columns, frame.rows, frame.range?.zone ?? 'UTC');
  if (frame.lines) return logTable(frame.lines, frame.total ?? frame.lines.length, frame.range?.zone ?? 'UTC');
  return undefined;
}

/** The newest first: that is what is looked for. */
function seriesTable(series: NonNullable<Frame['series']>, zone: string): DataTable {
  const byTime = new Map<number, (number | null)[]>();
  series.forEach(({ times, values }, column) => {
    times.forEach((time, at) => {
      const row = byTime.get(time) ?? new Array<number | null>(series.length).fill(null);
      row[column] = values[at] ?? null;
      byTime.set(time, row);
    });
  });
  const times = [...byTime.keys()].sort((a, b) => b - a);
  const writers = series.map(({ values }) => numberWriter(values));
  const rows = times
    .slice(0, ROWS_MAX)
    .map((time) => [
      stampOf(time, zone),
      ...(byTime.get(time) ?? []).map((value, column) => writers[column]?.(value) ?? '–'),
    ]);
  const columns = series.map(({ name, unit }) => ({ name: withUnit(name, unit), isNumber: true }));
  return { columns: [{ name: `Time (${zone})`, isNumber: false }, ...columns], rows, total: times.length };
}

function ownTable(columns: NonNullable<Frame['columns']>, rows: readonly Row[], zone: string): DataTable {
  const cellText = (cell: unknown, column: number) => {
    if (typeof cell !== 'number') return textOf(cell);
    return columns[column]?.type === 'time' ? stampOf(cell, zone) : numberText(cell);
  };
  return {
    columns: columns.map(({ name, type, unit }) => ({ name: withUnit(name, unit), isNumber: type === 'number' })),
    rows: rows.slice(0, ROWS_MAX).map((row) => row.map(cellText)),
    total: rows.length,
  };
}

/** Signs that everybody reads; other units are their own names. */
const SIGNS: Readonly<Record<string, string>> = {
  percent: '%',
  seconds: 's',
  bytes: 'B',
  decbytes: 'B',
  'bytes/s': 'B/s',
  'decbytes/s': 'B/s',
  'bits/s': 'b/s',
};

function withUnit(name: string, unit: string | undefined): string {
  return unit === undefined || unit === 'none' ? name : `${name} (${SIGNS[unit] ?? unit})`;
}

function logTable(lines: NonNullable<Frame['lines']>, total: number, zone: string): DataTable {
  return {
    columns: ['Time', 'Level', 'Message'].map((name) => ({ name, isNumber: false })),
    rows: lines
      .slice(-ROWS_MAX)
      .map(({ timeMs, level, message }) => [stampOf(timeMs, zone), level ?? '', message])
      .reverse(),
    total,
  };
}

function textOf(cell: unknown): string {
  return cell === null || cell === undefined ? '–' : String(cell);
}

/** Writes the numbers of a column with the same decimals, so that they stand under each other. */
function numberWriter(values: readonly (number | null)[]): (value: number | null) => string {
  const known = values.filter((value): value is number => value !== null && Number.isFinite(value));
  const greatest = known.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const before = greatest === 0 ? 1 : Math.floor(Math.log10(greatest)) + 1;
  const decimals = known.every(Number.isInteger) ? 0 : Math.min(DECIMALS_MAX, Math.max(0, DIGITS - before));
  return (value) => (value === null || !Number.isFinite(value) ? '–' : value.toFixed(decimals).replace(/^-/, '\u2212'));
}

function numberText(value: number): string {
  return numberWriter([value])(value);
}

const stamps = new Map<string, Intl.DateTimeFormat>();

/** `2026-11-25 14:03:10`: sorts as it reads. */
function stampOf(ms: number, timeZone: string): string {
  if (!Number.isFinite(ms)) return '–';
  let format = stamps.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
    stamps.set(timeZone, format);
  }
  return format.format(ms);
}
