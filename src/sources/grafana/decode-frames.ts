/** Frames of Grafana's query API as {@link DataFrame}s: column-major JSON with what JSON cannot hold beside it. Pure. */
import type { DataFrame, Field } from './data-frame.ts';
import { type Json, listOf, mapOf, textOf } from './present/json.ts';

/** More columns than this are no picture and no table. */
const FIELDS_MAX = 2_000;
const FRAMES_MAX = 10_000;

/** Decodes the frames of one refId; what is no frame is left out. */
export function decodeFrames(frames: unknown, refId: string): DataFrame[] {
  return listOf(frames)
    .slice(0, FRAMES_MAX)
    .map((frame) => decodeFrame(mapOf(frame), refId));
}

function decodeFrame({ schema: rawSchema, data: rawData }: Json, refId: string): DataFrame {
  const schema = mapOf(rawSchema);
  const data = mapOf(rawData);
  const columns = listOf(data.values);
  const length = Math.max(0, ...columns.map((column) => listOf(column).length));
  const fields = listOf(schema.fields)
    .slice(0, FIELDS_MAX)
    .map((field, index) => decodeField(mapOf(field), index, data, length));
  const meta = mapOf(schema.meta);
  const [name, type] = [textOf(schema.name), textOf(meta.type)];
  const [preferred, executed] = [textOf(meta.preferredVisualisationType), textOf(meta.executedQueryString)];
  return {
    refId: textOf(schema.refId) ?? refId,
    ...(name !== undefined && { name }),
    fields,
    length: fields.length === 0 ? 0 : length,
    ...(type !== undefined && { type }),
    ...(preferred !== undefined && { preferred }),
    ...(executed !== undefined && { executed }),
    notices: listOf(meta.notices).flatMap((notice) => noticeOf(mapOf(notice))),
  };
}

const NOTICE_MAX_CHARS = 300;

/** Information is for those who write queries; warnings and errors are for those who read the chart. */
function noticeOf({ severity, text }: Json): string[] {
  if (typeof text !== 'string' || text === '' || severity === 'info' || severity === 0) return [];
  return [text.replace(/\s+/g, ' ').trim().slice(0, NOTICE_MAX_CHARS)];
}

type Cell = Field['values'][number];

function decodeField(field: Json, index: number, data: Json, length: number): Field {
  const type = typeOf(textOf(field.type));
  const labels = labelsOf(mapOf(field.labels));
  const column = listOf(listOf(data.values)[index]);
  const values = columnOf(column, type, length, {
    lookup: field.type === 'enum' ? lookupOf(field, listOf(data.enums)[index]) : undefined,
    nanos: listOf(listOf(data.nanos)[index]),
  });
  setEntities(values, mapOf(listOf(data.entities)[index]));
  return {
    name: textOf(field.name) ?? '',
    type,
    ...(Object.keys(labels).length > 0 && { labels }),
    config: mapOf(field.config),
    values,
  };
}

function typeOf(type: string | undefined): Field['type'] {
  switch (type) {
    case 'time':
    case 'number':
    case 'string':
    case 'boolean':
      return type;
    case 'enum':
      return 'string';
    default:
      return 'other';
  }
}

function labelsOf(labels: Json): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}

function lookupOf(field: Json, own: unknown): readonly unknown[] {
  const inConfig = listOf(mapOf(mapOf(mapOf(field.config).type).enum).text);
  return listOf(own).length > 0 ? listOf(own) : inConfig;
}

interface Beside {
  /** Texts of an enumeration. */
  readonly lookup: readonly unknown[] | undefined;
  /** Nanoseconds within each millisecond. */
  readonly nanos: readonly unknown[];
}

function columnOf(column: readonly unknown[], type: Field['type'], length: number, beside: Beside): Cell[] {
  if (isPlain(column, type, length, beside)) return column as Cell[];
  const values: Cell[] = new Array(length);
  for (let row = 0; row < length; row += 1) values[row] = cellOf(column[row], type, row, beside);
  return values;
}

/** Most columns are numbers or nothing: a million of them need no copy. */
function isPlain(column: readonly unknown[], type: Field['type'], length: number, { lookup, nanos }: Beside): boolean {
  if ((type !== 'number' && type !== 'time') || column.length !== length || lookup || nanos.length > 0) return false;
  for (let row = 0; row < length; row += 1) {
    const value = column[row];
    if (typeof value !== 'number' && value !== null) return false;
  }
  return true;
}

function cellOf(value: unknown, type: Field['type'], row: number, { lookup, nanos }: Beside): Cell {
  if (value === null || value === undefined) return null;
  if (lookup) return typeof value === 'number' ? String(lookup[value] ?? value) : String(value);
  switch (type) {
    case 'time':
      return timeOf(value, nanos[row]);
    case 'number':
      return typeof value === 'number' ? value : numberIn(value);
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    default:
      return typeof value === 'string' ? value : jsonOf(value);
  }
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (thrown) {
    if (thrown instanceof RangeError) return '…'; // nested deeper than the stack is
    throw thrown;
  }
}

/** Large whole numbers come as text, so that no digit is lost. */
function numberIn(value: unknown): number | null {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value !== 'string' || value.trim() === '') return null;
  const number = Number(value);
  return Number.isNaN(number) ? null : number;
}

function timeOf(value: unknown, nanos: unknown): number | null {
  const ms = typeof value === 'string' ? Date.parse(value) : value;
  if (typeof ms !== 'number' || !Number.isFinite(ms)) return null;
  return typeof nanos === 'number' ? ms + nanos / 1e6 : ms;
}

/** Numbers that JSON has no words for stand beside their column. */
function setEntities(values: Cell[], entities: Json): void {
  const set = (rows: unknown, value: Cell) => {
    for (const row of listOf(rows)) {
      if (typeof row === 'number' && Number.isInteger(row) && row >= 0 && row < values.length) values[row] = value;
    }
  };
  set(entities.Undef, null);
  set(entities.NaN, Number.NaN);
  set(entities.Inf, Number.POSITIVE_INFINITY);
  set(entities.NegInf, Number.NEGATIVE_INFINITY);
}
