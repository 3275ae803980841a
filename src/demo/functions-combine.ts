/** Graphite's functions that make fewer rows of many, or compare rows with each other. */

import { broken, refused } from './graphite-error.ts';
import { allRows, argument, type Call, type GraphiteFunction, rowsAt, stringAt } from './graphite-functions.ts';
import { aggregateGrid, alignRows, combineRows, type Row } from './graphite-rows.ts';

/** One row of all rows, e.g. their sum; nothing of nothing. */
function aggregateRows(rows: readonly Row[], name: string): readonly Row[] {
  if (rows.length === 0) return [];
  const short = name.replace(/Series$/, '');
  const grid = alignRows(rows);
  const label = `${short}Series(${expressionsOf(rows)})`;
  const values = aggregateGrid(grid, short);
  const { startS, endS, stepS } = grid;
  return [{ name: label, expression: label, startS, endS, stepS, values, consolidate: 'average', xFilesFactor: 0 }];
}

function expressionsOf(rows: readonly Row[]): string {
  return [...new Set(rows.map(({ expression }) => expression))].join(',');
}

const aggregatesAs =
  (name: string): GraphiteFunction =>
  (call) =>
    aggregateRows(allRows(call), name);

/** Combines each row with its partner; where either has nothing, or the divisor is 0, there is nothing. */
function divide(dividend: Row, divisor: Row, factor: number, name: string): Row {
  const grid = alignRows([dividend, divisor]);
  const values = combineRows(grid, ([top = Number.NaN, bottom = Number.NaN]) =>
    bottom === 0 ? Number.NaN : (top / bottom) * factor,
  );
  const { startS, endS, stepS } = grid;
  return { ...dividend, name, expression: name, startS, endS, stepS, values };
}

const divideSeries: GraphiteFunction = (call) => {
  const [dividends, divisors] = [rowsAt(call, 0, 'dividendSeriesList'), rowsAt(call, 1, 'divisorSeries')];
  if (divisors.length > 1) {
    throw refused(`divideSeries second argument must reference exactly 1 series (got ${divisors.length})`);
  }
  const [divisor] = divisors;
  return dividends.map((row) => {
    if (divisor) return divide(row, divisor, 1, `divideSeries(${row.name},${divisor.name})`);
    const name = `divideSeries(${row.name},MISSING)`;
    return { ...row, name, expression: name, values: row.values.map(() => Number.NaN) };
  });
};

const asPercent: GraphiteFunction = (call) => {
  const rows = rowsAt(call);
  if (rows.length === 0) return [];
  const total = argument(call, 1, 'total') ?? null;
  if (typeof total === 'number') return rows.map((row) => percentOfNumber(row, total));
  const totals = total === null ? aggregateRows(rows, 'sum') : rowsAt(call, 1, 'total');
  const [only] = totals;
  if (totals.length === 1 && only) {
    return rows.map((row) => divide(row, only, 100, `asPercent(${row.name},${only.name})`));
  }
  if (totals.length !== rows.length) {
    throw refused(
      'asPercent second argument must be missing, a single digit, reference exactly 1 series or reference the same ' +
        'number of series as the first argument',
    );
  }
  const byName = (list: readonly Row[]) => list.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const partners = byName(totals);
  return byName(rows).map((row, index) => {
    const partner = partners[index] as Row;
    return divide(row, partner, 100, `asPercent(${row.name},${partner.name})`);
  });
};

function percentOfNumber(row: Row, total: number): Row {
  const name = `asPercent(${row.name},${total})`;
  const values = row.values.map((value) => (total === 0 ? Number.NaN : (value / total) * 100));
  return { ...row, name, expression: name, values };
}

const aggregate: GraphiteFunction = (call) => aggregateRows(rowsAt(call), stringAt(call, 1, 'func'));

/** Groups by one node of the name and aggregates each group; groups come in order of their first row. */
const groupByNode: GraphiteFunction = (call: Call) => {
  const node = argument(call, 1, 'nodeNum');
  if (typeof node !== 'number') throw broken('TypeError: groupByNode() needs a number as nodeNum');
  const name = stringAt(call, 2, 'callback', 'average');
  const groups = new Map<string, Row[]>();
  for (const row of rowsAt(call)) {
    const key = row.name.split('.').at(node) ?? '';
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups].flatMap(([key, rows]) => aggregateRows(rows, name).map((row) => ({ ...row, name: key })));
};

/** Functions by the names that targets use. */
export const combineFunctions: Readonly<Record<string, GraphiteFunction>> = {
  sumSeries: aggregatesAs('sum'),
  sum: aggregatesAs('sum'),
  averageSeries: aggregatesAs('average'),
  avg: aggregatesAs('average'),
  maxSeries: aggregatesAs('max'),
  max: aggregatesAs('max'),
  minSeries: aggregatesAs('min'),
  min: aggregatesAs('min'),
  diffSeries: aggregatesAs('diff'),
  diff: aggregatesAs('diff'),
  multiplySeries: aggregatesAs('multiply'),
  rangeOfSeries: aggregatesAs('range'),
  stddevSeries: aggregatesAs('stddev'),
  countSeries: aggregatesAs('count'),
  aggregate,
  groupByNode,
  divideSeries,
  asPercent,
  group: (call) => allRows(call),
};
