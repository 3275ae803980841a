/** Transformations that put frames together: merge, join, concatenate, labels as columns. Pure. */
import type { DataFrame, Field } from '../../data-frame.ts';
import { mapOf, textOf, textsOf } from '../json.ts';
import { nameFields, wholeNames } from '../names.ts';
import type { Value } from '../reduce.ts';
import { finder, keyOf, nameIn, ROWS_MAX, rowsOf, type Transform, tableOf, typeOf, withFields } from './frame-tools.ts';

/** One table of all: rows that agree in the columns all have become one. */
export const merge: Transform = (frames) => {
  const filled = frames.filter(({ fields }) => fields.length > 0);
  if (filled.length < 2) return filled;
  const names = wholeNames(filled);
  const columns = new Map<string, Field>();
  for (const field of filled.flatMap(({ fields }) => fields)) {
    const name = nameIn(names, field);
    if (!columns.has(name)) columns.set(name, field);
  }
  const byName = filled.map((frame) => new Map(frame.fields.map((field) => [nameIn(names, field), field])));
  const shared = [...columns.keys()].filter((name) => byName.every((own) => own.has(name)));
  const rows: Map<string, Value>[] = [];
  const byKey = new Map<string, Map<string, Value>[]>();
  for (const [index, frame] of filled.entries()) {
    const own = byName[index] as Map<string, Field>;
    for (const row of rowsOf(frame)) {
      if (rows.length >= ROWS_MAX) break;
      addRow(new Map([...own].map(([name, { values }]) => [name, values[row] ?? null])), shared, rows, byKey);
    }
  }
  const fields = [...columns].map(
    ([name, field]): Field => ({ ...field, values: rows.map((row) => row.get(name) ?? null) }),
  );
  return [tableOf(fields, filled[0]?.refId ?? 'A', filled)];
};

function addRow(
  row: Map<string, Value>,
  shared: readonly string[],
  rows: Map<string, Value>[],
  byKey: Map<string, Map<string, Value>[]>,
): void {
  const key = JSON.stringify(shared.map((name) => row.get(name) ?? null));
  const same = byKey.get(key) ?? [];
  byKey.set(key, same);
  const fits = (other: Map<string, Value>) =>
    [...row].every(([name, value]) => !other.has(name) || other.get(name) === value);
  const found = shared.length > 0 ? same.find(fits) : undefined;
  if (found) {
    for (const [name, value] of row) found.set(name, value);
    return;
  }
  same.push(row);
  rows.push(row);
}

/** Frames side by side, by a field that all have: by default the time. */
export const joinByField: Transform = (frames, { byField, mode }) => {
  const find = finder(frames);
  const wanted = textOf(byField);
  const keyed = frames.flatMap((frame) => {
    const key =
      wanted === undefined ? timeOf(frame) : (find(frame, wanted) ?? (wanted === 'Time' ? timeOf(frame) : undefined));
    return key ? [{ frame, key }] : [];
  });
  return keyed.length < 2 ? frames : [joined(keyed, mode === 'inner')];
};

function timeOf({ fields }: DataFrame): Field | undefined {
  return fields.find(({ type }) => type === 'time');
}

function joined(keyed: readonly { readonly frame: DataFrame; readonly key: Field }[], isInner: boolean): DataFrame {
  const lookups = keyed.map(({ frame, key }) => Map.groupBy(rowsOf(frame), (row) => key.values[row] ?? null));
  const all = new Set(keyed.flatMap(({ key }) => key.values));
  const keys = [...all].filter((key) => !isInner || lookups.every((rows) => rows.has(key)));
  const isOrdered = keyed[0]?.key.type === 'time' || keyed[0]?.key.type === 'number';
  if (isOrdered) keys.sort((a, b) => Number(a) - Number(b));
  const lines = keys.flatMap((key) => {
    const most = Math.max(1, ...lookups.map((rows) => (isInner ? (rows.get(key)?.length ?? 0) : 1)));
    return Array.from({ length: most }, (_, index) => ({ key, index }));
  });
  const kept = lines.slice(0, ROWS_MAX);
  const taken = new Set<string>();
  const fields = keyed.flatMap(({ frame, key }, at) =>
    frame.fields
      .filter((field) => field !== key)
      .map((field): Field => {
        const plain = `${field.name} ${JSON.stringify(field.labels ?? {})}`;
        const isTwice = taken.has(plain);
        taken.add(plain);
        const values = kept.map(({ key: one, index }) => {
          const rows = lookups[at]?.get(one) ?? [];
          const row = rows[Math.min(index, rows.length - 1)];
          return row === undefined ? null : (field.values[row] ?? null);
        });
        const config = isTwice
          ? { ...field.config, displayName: `${field.name} ${frame.name ?? frame.refId}` }
          : field.config;
        return { ...field, config, values };
      }),
  );
  const first = keyed[0] as { frame: DataFrame; key: Field };
  const frame = tableOf(
    [{ ...first.key, values: kept.map(({ key }) => key) }, ...fields],
    first.frame.refId,
    keyed.map((one) => one.frame),
  );
  return first.key.type === 'time' ? { ...frame, type: 'timeseries-wide' } : frame;
}

/** All fields beside each other; shorter ones end in nothing. */
export const concatenate: Transform = (frames, { frameNameMode, frameNameLabel }) => {
  if (frames.length < 2) return frames;
  const length = Math.max(...frames.map((frame) => frame.length));
  const label = textOf(frameNameLabel) ?? 'frame';
  const fields = frames.flatMap((frame) =>
    frame.fields.map((field): Field => {
      const values = Array.from({ length }, (_, row) => field.values[row] ?? null);
      if (frame.name === undefined || frameNameMode === 'drop') return { ...field, values };
      if (frameNameMode === 'label') return { ...field, values, labels: { ...field.labels, [label]: frame.name } };
      return { ...field, values, name: frameNameMode === 'field' ? `${frame.name} · ${field.name}` : field.name };
    }),
  );
  return [tableOf(fields, frames[0]?.refId ?? 'A', frames)];
};

/** Frames below each other as time, name and value. */
export const seriesToRows: Transform = (frames) => {
  const names = nameFields(frames);
  const rows = frames.flatMap((frame) => {
    const time = timeOf(frame);
    return frame.fields.flatMap((field) =>
      !time || field.type !== 'number'
        ? []
        : rowsOf(frame).map(
            (row) => [time.values[row] ?? null, nameIn(names, field), field.values[row] ?? null] as const,
          ),
    );
  });
  const kept = rows.sort(([a], [b]) => Number(b) - Number(a)).slice(0, ROWS_MAX);
  const column = (name: string, type: Field['type'], index: 0 | 1 | 2): Field => ({
    name,
    type,
    config: {},
    values: kept.map((row) => row[index]),
  });
  const fields = [column('Time', 'time', 0), column('Metric', 'string', 1), column('Value', 'number', 2)];
  return [tableOf(fields, frames[0]?.refId ?? 'A', frames)];
};

/** Labels of series as columns of a table, or as rows of label and value. */
export const labelsToFields: Transform = (frames, { mode, valueLabel, keepLabels }) => {
  const keep = textsOf(keepLabels);
  const wanted = (name: string) => keep.length === 0 || keep.includes(name);
  if (mode === 'rows')
    return frames.flatMap((frame) => frame.fields.flatMap((field) => labelRows(frame, field, wanted)));
  const spread = frames.flatMap((frame) => spreadLabels(frame, textOf(valueLabel), wanted));
  return merge(spread, {}, (text) => text);
};

function labelRows(frame: DataFrame, field: Field, wanted: (name: string) => boolean): DataFrame[] {
  const labels = Object.entries(field.labels ?? {}).filter(([name]) => wanted(name));
  if (labels.length === 0) return [];
  const column = (name: string, values: Value[]): Field => ({ name, type: 'string', config: {}, values });
  const fields = [
    column(
      'label',
      labels.map(([name]) => name),
    ),
    column(
      'value',
      labels.map(([, value]) => value),
    ),
  ];
  return [{ ...tableOf(fields, frame.refId, [frame]), name: field.name }];
}

function spreadLabels(
  frame: DataFrame,
  valueLabel: string | undefined,
  wanted: (name: string) => boolean,
): DataFrame[] {
  const plain = frame.fields.filter(({ labels }) => Object.keys(mapOf(labels)).length === 0);
  const labelled = frame.fields.filter((field) => !plain.includes(field));
  if (labelled.length === 0) return [frame];
  const sets = Map.groupBy(labelled, ({ labels }) =>
    JSON.stringify(Object.entries(labels ?? {}).filter(([name]) => name !== valueLabel)),
  );
  return [...sets.values()].map((fields) => {
    const names = Object.entries(fields[0]?.labels ?? {}).filter(([name]) => name !== valueLabel && wanted(name));
    const columns = names.map(
      ([name, value]): Field => ({
        name,
        type: 'string',
        config: {},
        values: Array.from({ length: frame.length }, () => value),
      }),
    );
    const values = fields.map((field): Field => {
      const { labels, config, ...rest } = field;
      const name = valueLabel === undefined ? undefined : labels?.[valueLabel];
      const { displayName: _chosen, displayNameFromDS: _given, ...own } = config;
      return { ...rest, name: name ?? field.name, config: own };
    });
    return withFields(frame, [...plain, ...columns, ...values]);
  });
}

/** A matrix: a row for each value of one field, a column for each of another, values of a third where they meet. */
export const groupingToMatrix: Transform = (frames, { columnField, rowField, valueField }) => {
  const find = finder(frames);
  return frames.map((frame) => {
    const [columns, rows, values] = [columnField, rowField, valueField].map((name) => find(frame, textOf(name) ?? ''));
    if (!columns || !rows || !values) return frame;
    const heads = [...new Set(columns.values)].slice(0, MATRIX_COLUMNS_MAX);
    const sides = [...new Set(rows.values)];
    const cells = new Map(
      rowsOf(frame).map((row) => [keyOf([rows, columns], row), values.values[row] ?? null] as const),
    );
    const { displayName: _chosen, displayNameFromDS: _given, ...config } = values.config;
    const { labels: _labels, ...plain } = values;
    const matrix = heads.map((head): Field => {
      const own = sides.map((side) => cells.get(JSON.stringify([side, head])) ?? null);
      return { ...plain, config, name: String(head ?? ''), values: own };
    });
    return withFields({ ...frame, type: 'table' }, [{ ...rows, values: sides }, ...matrix]);
  });
};

/** More columns are no table for people. */
const MATRIX_COLUMNS_MAX = 100;

/** A row for each field: its name, then its values. */
export const rowsToTable: Transform = (frames) =>
  frames.map((frame) => {
    const [head, ...others] = frame.fields;
    if (!head) return frame;
    const names = wholeNames([frame]);
    const first: Field = {
      name: 'Field',
      type: 'string',
      config: {},
      values: others.map((field) => nameIn(names, field)),
    };
    const columns = rowsOf(frame).map((row): Field => {
      const values = others.map((field) => field.values[row] ?? null);
      return { name: String(head.values[row] ?? row + 1), type: typeOf(values), config: {}, values };
    });
    return withFields({ ...frame, type: 'table' }, [first, ...columns]);
  });

/** Rows that stand for the same key, by the values of some fields. */
export function groupRows(frame: DataFrame, fields: readonly Field[]): Map<string, number[]> {
  return Map.groupBy(rowsOf(frame), (row) => keyOf(fields, row));
}
