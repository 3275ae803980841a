/** Long frames (a row for each moment and combination of texts) as one column of numbers for each combination. Pure. */
import type { DataFrame, Field } from '../data-frame.ts';
import type { Value } from './reduce.ts';

/** More combinations than this are no series of a picture. */
const GROUPS_MAX = 1_000;

/** Frames with a time, numbers and texts are pivoted; all others stay as they are. */
export function pivotLong(frames: readonly DataFrame[]): readonly DataFrame[] {
  return frames.flatMap((frame) => (isLong(frame) ? pivot(frame) : [frame]));
}

function isLong({ fields, type }: DataFrame): boolean {
  if (type === 'timeseries-wide' || type === 'timeseries-multi' || type === 'log-lines') return false;
  const has = (wanted: Field['type']) => fields.some((field) => field.type === wanted);
  return has('time') && has('number') && has('string');
}

function pivot(frame: DataFrame): DataFrame[] {
  const time = frame.fields.find(({ type }) => type === 'time') as Field;
  const texts = frame.fields.filter(({ type }) => type === 'string');
  const groups = new Map<string, number[]>();
  for (let row = 0; row < frame.length; row += 1) {
    const key = JSON.stringify(texts.map(({ values }) => values[row] ?? ''));
    const rows = groups.get(key);
    if (rows) rows.push(row);
    else if (groups.size < GROUPS_MAX) groups.set(key, [row]);
  }
  return [...groups].map(([key, rows]) => {
    const words = JSON.parse(key) as string[];
    const labels = Object.fromEntries(texts.map(({ name }, index) => [name, String(words[index])]));
    const pick = (field: Field): Value[] => rows.map((row) => field.values[row] ?? null);
    const numbers = frame.fields.filter(({ type }) => type === 'number' || type === 'boolean');
    return {
      ...frame,
      type: 'timeseries-multi',
      length: rows.length,
      fields: [
        { ...time, values: pick(time) },
        ...numbers.map((field) => ({ ...field, labels: { ...field.labels, ...labels }, values: pick(field) })),
      ],
    };
  });
}
