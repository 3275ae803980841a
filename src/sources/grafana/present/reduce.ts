/** Grafana's calculations: one value of many. Pure. */
import type { Field } from '../data-frame.ts';

/** A value of a field. */
export type Value = Field['values'][number];

/** A calculation: what its column is called, and what it gives; `null` where there is no value. */
interface Reducer {
  readonly title: string;
  of(values: readonly Value[]): Value;
}

const number = (title: string, of: (numbers: readonly number[]) => number): Reducer => ({
  title,
  of(values) {
    const numbers = numbersOf(values);
    const result = numbers.length === 0 ? Number.NaN : of(numbers);
    return Number.isFinite(result) ? result : null;
  },
});

const isNull = (value: Value) => value === null || (typeof value === 'number' && Number.isNaN(value));
const min = (numbers: readonly number[]) => numbers.reduce((low, one) => Math.min(low, one));
const max = (numbers: readonly number[]) => numbers.reduce((high, one) => Math.max(high, one));
const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
const mean = (numbers: readonly number[]) => sum(numbers) / numbers.length;
const first = (numbers: readonly number[]) => numbers[0] as number;
const last = (numbers: readonly number[]) => numbers.at(-1) as number;
const variance = (numbers: readonly number[]) => {
  const middle = mean(numbers);
  return sum(numbers.map((one) => (one - middle) ** 2)) / numbers.length;
};

/** Between the two values that stand around the place, as people expect of a median. */
function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] as number;
  const above = sorted[Math.ceil(place)] as number;
  return below + (above - below) * (place - Math.floor(place));
}

/** What was gained, over the starts of a counter. */
function delta(numbers: readonly number[]): number {
  let total = 0;
  for (let index = 1; index < numbers.length; index += 1) {
    const step = (numbers[index] as number) - (numbers[index - 1] as number);
    total += step >= 0 ? step : (numbers[index] as number);
  }
  return total;
}

const REDUCERS: Readonly<Record<string, Reducer>> = {
  lastNotNull: { title: 'Last *', of: (values) => values.findLast((value) => !isNull(value)) ?? null },
  last: { title: 'Last', of: (values) => values.at(-1) ?? null },
  firstNotNull: { title: 'First *', of: (values) => values.find((value) => !isNull(value)) ?? null },
  first: { title: 'First', of: (values) => values[0] ?? null },
  min: number('Min', min),
  max: number('Max', max),
  mean: number('Mean', mean),
  median: number('Median', (numbers) => quantile(numbers, 0.5)),
  sum: number('Total', sum),
  range: number('Range', (numbers) => max(numbers) - min(numbers)),
  delta: number('Delta', delta),
  diff: number('Difference', (numbers) => last(numbers) - first(numbers)),
  diffperc: number('Difference percent', (numbers) => (last(numbers) - first(numbers)) / first(numbers)),
  variance: number('Variance', variance),
  stdDev: number('StdDev', (numbers) => Math.sqrt(variance(numbers))),
  logmin: number('Min (above zero)', (numbers) => {
    const above = numbers.filter((one) => one > 0);
    return above.length === 0 ? Number.NaN : min(above);
  }),
  count: { title: 'Count', of: (values) => values.length },
  countAll: { title: 'Count all', of: (values) => values.length },
  changeCount: {
    title: 'Change count',
    of: (values) => values.filter((value, index) => index > 0 && value !== values[index - 1]).length,
  },
  distinctCount: { title: 'Distinct count', of: (values) => new Set(values).size },
  allIsNull: { title: 'All nulls', of: (values) => values.every(isNull) },
  allIsZero: { title: 'All zeros', of: (values) => values.length > 0 && values.every((value) => value === 0) },
  uniqueValues: { title: 'Unique values', of: (values) => [...new Set(values)].slice(0, 20).map(String).join(', ') },
  allValues: { title: 'All values', of: (values) => values.slice(0, 20).map(String).join(', ') },
};

/** What a panel shows when it names no calculation. */
export const DEFAULT_CALC = 'lastNotNull';

/** Names of calculations that dashboards of old versions have. */
const FORMER: Readonly<Record<string, string>> = {
  avg: 'mean',
  current: 'lastNotNull',
  total: 'sum',
  mostRecent: 'lastNotNull',
};

function reducerOf(id: string): Reducer | undefined {
  const known = Object.hasOwn(FORMER, id) ? (FORMER[id] as string) : id;
  if (Object.hasOwn(REDUCERS, known)) return REDUCERS[known];
  const percent = Number(/^p(\d{1,2}(?:\.\d+)?)$/.exec(known)?.[1] ?? Number.NaN);
  return Number.isNaN(percent) ? undefined : number(`${percent}th %`, (numbers) => quantile(numbers, percent / 100));
}

/** What a column made by a calculation is called: `Last *`, `Mean`. */
export function calcTitle(id: string): string {
  return reducerOf(id)?.title ?? id;
}

/** One value of many; an unknown calculation gives the last one. */
export function reduceValues(id: string, values: readonly Value[]): Value {
  return (reducerOf(id) ?? (REDUCERS[DEFAULT_CALC] as Reducer)).of(values);
}

/** The numbers among values, booleans as 0 and 1. */
export function numbersOf(values: readonly Value[]): number[] {
  return values.flatMap((value) => {
    const number = typeof value === 'boolean' ? Number(value) : value;
    return typeof number === 'number' && Number.isFinite(number) ? [number] : [];
  });
}
