/** Histogram panels: how many values lie in each range, as a table. Pure. */
import { formatValue } from '../../../domain/format-number.ts';
import type { TableFrame } from '../../../domain/frame.ts';
import type { TimeRange } from '../../../domain/time-range.ts';
import { makeUnit } from '../../../domain/unit.ts';
import { decimalsOf, isHidden, type ShownField } from './field-config.ts';
import { type Json, numberOf, textOf } from './json.ts';
import { numbersOf } from './reduce.ts';
import { unitOf } from './units.ts';

/** Rows when the panel chooses no width. */
const ROWS_DEFAULT = 12;
const ROWS_MAX = 100;
/** Near the end of what doubles can tell apart, where a power of ten is 0. */
const SMALLEST = 1e-300;

/** Counts the values of all fields in ranges of the panel's width, else of a round one. */
export function histogramTable(fields: readonly ShownField[], options: Json, range: TimeRange): TableFrame {
  const numeric = fields.filter((shown) => shown.field.type === 'number' && !isHidden(shown));
  const values = numeric.flatMap(({ field }) => numbersOf(field.values));
  const columns = [
    { name: 'from', type: 'string' },
    { name: 'to', type: 'string' },
    { name: 'count', type: 'number', unit: makeUnit('count') },
  ] as const;
  const empty: TableFrame = { kind: 'table', columns, rows: [], range, warnings: [] };
  const [first] = numeric;
  if (values.length === 0 || !first) return empty;
  const unit = unitOf(textOf(first.config.unit), decimalsOf(first));
  const low = values.reduce((least, one) => Math.min(least, one));
  const high = values.reduce((most, one) => Math.max(most, one));
  const chosen = numberOf(options.bucketSize);
  // each part alone: the difference of two doubles may be more than a double holds
  const spread = (rows: number) => high / rows - low / rows;
  const width = chosen !== undefined && chosen > spread(ROWS_MAX) ? chosen : roundWidth(spread(ROWS_DEFAULT));
  const lowest = Math.floor(low / width);
  const counts = new Map<number, number>();
  for (const value of values) {
    const index = Math.floor(value / width) - lowest;
    counts.set(index, (counts.get(index) ?? 0) + 1);
  }
  const text = (value: number) => formatValue(value * unit.factor, unit);
  const last = Math.max(...counts.keys());
  const rows = Array.from({ length: last + 1 }, (_, index) => {
    const from = (lowest + index) * width;
    return [text(from), text((lowest + index + 1) * width), counts.get(index) ?? 0];
  });
  return { ...empty, rows };
}

/** The next of 1, 2, 5 times a power of ten. */
function roundWidth(least: number): number {
  if (!(least > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  if (power < SMALLEST) return SMALLEST;
  return ([1, 2, 5, 10].find((step) => step * power >= least) ?? 10) * power;
}
