/** Graphite's functions that change each row's values: arithmetic, derivatives, windows, buckets, shifts. */
import { broken } from './graphite-error.ts';
import {
  argument,
  type Call,
  type Context,
  type GraphiteFunction,
  mapRows,
  numberAt,
  rowsAt,
  stringAt,
} from './graphite-functions.ts';
import {
  aggregateNamed,
  aggregatePresent,
  checkConsolidation,
  groupReducer,
  type Row,
  shortNumber,
} from './graphite-rows.ts';
import { parseTimeOffset } from './graphite-time.ts';

/** Applies a function of one value and one number, named as graphite-web names it. */
const arithmetic =
  (name: string, parameter: string, compute: (value: number, by: number) => number): GraphiteFunction =>
  (call) => {
    const by = numberAt(call, 1, parameter);
    return mapRows(
      rowsAt(call),
      (row) => `${name}(${row.name},${shortNumber(by)})`,
      (values) => values.map((value) => compute(value, by)),
    );
  };

/** Applies a function that walks the values in order; `next` gets NaN for null and gives NaN for null. */
const walking =
  (name: string, start: (call: Call, row: Row) => (value: number) => number): GraphiteFunction =>
  (call) =>
    mapRows(
      rowsAt(call),
      (row) => `${name}(${row.name})`,
      (values, row) => {
        const next = start(call, row);
        return values.map((value) => next(value));
      },
    );

/** The increase since the value before; a counter that fell was reset (nothing) or wrapped at `maxValue`. */
function startIncrease(maxValue: number | undefined): (value: number) => number {
  let before = Number.NaN;
  return (value) => {
    if (Number.isNaN(value) || (maxValue !== undefined && value > maxValue)) {
      before = Number.NaN;
      return Number.NaN;
    }
    const last = before;
    before = value;
    if (value < last) return maxValue === undefined ? Number.NaN : maxValue + 1 + value - last;
    return value - last;
  };
}

function maxValueOf(call: Call): number | undefined {
  const value = argument(call, 1, 'maxValue');
  return typeof value === 'number' ? value : undefined;
}

const perSecond = walking('perSecond', (call, { stepS }) => {
  const increase = startIncrease(maxValueOf(call));
  return (value) => Math.round((increase(value) / stepS) * 1e6) / 1e6;
});

const derivative = walking('derivative', () => {
  let before = Number.NaN;
  return (value) => {
    const change = value - before;
    before = value;
    return change;
  };
});

const integral = walking('integral', () => {
  let total = 0;
  return (value) => {
    if (Number.isNaN(value)) return Number.NaN;
    total += value;
    return total;
  };
});

/** Fills gaps of up to `limit` values with the value before them; what comes before the first value stays empty. */
const keepLastValue: GraphiteFunction = (call) => {
  const limit = numberAt(call, 1, 'limit', Number.POSITIVE_INFINITY);
  return mapRows(
    rowsAt(call),
    (row) => `keepLastValue(${row.name})`,
    (values) => fillGaps(values, limit),
  );
};

function fillGaps(values: Float64Array, limit: number): Float64Array {
  const filled = values.slice();
  let [gap, last] = [0, Number.NaN];
  for (let at = 0; at <= values.length; at += 1) {
    const value = values[at];
    if (value !== undefined && Number.isNaN(value)) {
      gap += 1;
      continue;
    }
    if (gap > 0 && gap <= limit) filled.fill(last, at - gap, at);
    [gap, last] = [0, value ?? last];
  }
  return filled;
}

const transformNull: GraphiteFunction = (call) => {
  const fallback = numberAt(call, 1, 'default', 0);
  return mapRows(
    rowsAt(call),
    (row) => `transformNull(${row.name},${shortNumber(fallback)})`,
    (values) => values.map((value) => (Number.isNaN(value) ? fallback : value)),
  );
};

/** Seconds of `'5min'` or of a number of points; how a window or a bucket is written. @throws GraphiteError 500 */
function secondsOf(text: string): number {
  const seconds = parseTimeOffset(text);
  if (typeof seconds === 'string') throw broken(`ValueError: ${seconds}`);
  if (seconds === 0) throw broken('ValueError: an interval of 0 seconds');
  return seconds;
}

/** The mean (or another aggregate) of a sliding window; looks back before the window's start for its first values. */
const moving =
  (fixed?: string): GraphiteFunction =>
  (call, context) => {
    const rows = rowsAt(call);
    if (rows.length === 0) return [];
    const size = argument(call, 1, 'windowSize') ?? null;
    if (typeof size !== 'string' && typeof size !== 'number') {
      throw broken(`TypeError: ${call.name}() needs a number or an interval as windowSize`);
    }
    const func = fixed ?? stringAt(call, 2, 'func', 'average');
    const previewS =
      typeof size === 'string' ? Math.abs(secondsOf(size)) : Math.max(...rows.map(({ stepS }) => stepS)) * size;
    if (!(previewS > 0)) throw broken('ValueError: the window of a moving function must be positive');
    const window = { fromS: context.fromS - previewS, untilS: context.untilS };
    const suffix = typeof size === 'string' ? `"${size}"` : String(size);
    const prefix = `moving${func.charAt(0).toUpperCase()}${func.slice(1)}`;
    return context.evaluate(call.raw[0] as Call['raw'][number], window).map((row) => {
      const points = Math.max(1, Math.floor(typeof size === 'string' ? previewS / row.stepS : size));
      context.spend(Math.max(0, row.values.length - points) * points);
      return slide(row, points, previewS, func, `${prefix}(${row.name},${suffix})`);
    });
  };

function slide(row: Row, points: number, previewS: number, func: string, name: string): Row {
  const reduce = groupReducer(func);
  const values = new Float64Array(Math.max(0, row.values.length - points));
  for (let at = 0; at < values.length; at += 1) values[at] = reduce(row.values, at + 1, at + 1 + points, 1);
  return { ...row, name, expression: name, startS: row.startS + previewS, values };
}

const summarize: GraphiteFunction = (call) => {
  const interval = stringAt(call, 1, 'intervalString');
  const intervalS = Math.abs(secondsOf(interval));
  const func = stringAt(call, 2, 'func', 'sum');
  const isFromStart = argument(call, 3, 'alignToFrom') === true;
  const aggregate = aggregateNamed(func);
  return rowsAt(call).map((row) => {
    const startS = isFromStart ? row.startS : row.startS - (row.startS % intervalS);
    const endS = isFromStart
      ? startS + Math.ceil((row.endS - startS) / intervalS) * intervalS
      : row.endS - (row.endS % intervalS) + intervalS;
    const values = bucketValues(row, startS, intervalS, Math.round((endS - startS) / intervalS), (bucket) =>
      aggregatePresent(bucket, aggregate),
    );
    const name = `summarize(${row.name}, "${interval}", "${func}"${isFromStart ? ', true' : ''})`;
    return { ...row, name, expression: name, startS, endS, stepS: intervalS, values };
  });
};

function bucketValues(
  row: Row,
  startS: number,
  intervalS: number,
  count: number,
  make: (values: Float64Array) => number,
): Float64Array {
  const indexAt = (timeS: number) => Math.max(0, Math.ceil((timeS - row.startS) / row.stepS));
  return new Float64Array(count).map((_, bucket) => {
    const beginS = startS + bucket * intervalS;
    return make(row.values.subarray(indexAt(beginS), indexAt(beginS + intervalS)));
  });
}

/** The same rows from another window, moved onto this one; a bare `1d` means one day earlier. */
const timeShift: GraphiteFunction = (call: Call, context: Context) => {
  const [first] = rowsAt(call);
  const text = stringAt(call, 1, 'timeShift');
  const shift = /^\d/.test(text) ? `-${text}` : text;
  if (first === undefined) return [];
  const deltaS = secondsOf(shift);
  const window = { fromS: context.fromS + deltaS, untilS: context.untilS + deltaS };
  return context.evaluate(call.raw[0] as Call['raw'][number], window).map((row) => ({
    ...row,
    name: `timeShift(${row.name}, "${shift}")`,
    startS: first.startS,
    endS: first.startS + (row.endS - row.startS),
  }));
};

const consolidateBy: GraphiteFunction = (call) => {
  const consolidate = checkConsolidation(stringAt(call, 1, 'consolidationFunc'));
  return rowsAt(call).map((row) => ({ ...row, name: `consolidateBy(${row.name},"${consolidate}")`, consolidate }));
};

const setXFilesFactor: GraphiteFunction = (call) => {
  const xFilesFactor = numberAt(call, 1, 'xFilesFactor');
  return rowsAt(call).map((row) => ({ ...row, xFilesFactor }));
};

/** Functions by the names that targets use. */
export const transformFunctions: Readonly<Record<string, GraphiteFunction>> = {
  scale: arithmetic('scale', 'factor', (value, factor) => value * factor),
  offset: arithmetic('offset', 'factor', (value, factor) => value + factor),
  pow: arithmetic('pow', 'factor', (value, factor) => value ** factor),
  removeBelowValue: arithmetic('removeBelowValue', 'n', (value, n) => (value < n ? Number.NaN : value)),
  removeAboveValue: arithmetic('removeAboveValue', 'n', (value, n) => (value > n ? Number.NaN : value)),
  absolute: walking('absolute', () => Math.abs),
  perSecond,
  derivative,
  nonNegativeDerivative: walking('nonNegativeDerivative', (call) => startIncrease(maxValueOf(call))),
  integral,
  keepLastValue,
  transformNull,
  movingAverage: moving('average'),
  movingMax: moving('max'),
  movingMin: moving('min'),
  movingMedian: moving('median'),
  movingSum: moving('sum'),
  movingWindow: moving(),
  summarize,
  timeShift,
  consolidateBy,
  setXFilesFactor,
};
