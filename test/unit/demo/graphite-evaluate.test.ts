import { expect, it } from 'vitest';
import { evaluateTargets } from '../../../src/demo/graphite-evaluate.ts';
import { addMetric, makeNode } from '../../../src/demo/metric-tree.ts';
import { smallTree, T0 } from './small-tree.ts';

const tree = smallTree({
  'a.one': [1, 2, null, 4],
  'a.two': [10, 20, 30, null],
  'b.level': [5, 1, 7, 3],
  'b.counter': [100, 160, 40, 100],
  'b.holes': [1, null, null, 4],
  'b.zero': [0, 2, 0, 4],
  'b.signed': [-1, 2, -3, 4],
});
const WINDOW = { fromS: T0, untilS: T0 + 240 };

/** Names and values of a target over the four minutes that the tree has; gaps are null. */
function ask(...targets: string[]): [name: string, ...values: (number | null)[]][] {
  return evaluateTargets(tree, targets, WINDOW, T0 + 299).map(({ name, values }) => {
    return [name, ...Array.from(values, (value) => (Number.isNaN(value) ? null : value))];
  });
}

it.each([
  ['a.*', ['a.one', 1, 2, null, 4], ['a.two', 10, 20, 30, null]],
  ['a.{two,one}', ['a.one', 1, 2, null, 4], ['a.two', 10, 20, 30, null]],
  ['alias(a.one, "x")', ['x', 1, 2, null, 4]],
  ['aliasByNode(a.*, 1)', ['one', 1, 2, null, 4], ['two', 10, 20, 30, null]],
  ['aliasByNode(scale(a.one, 2), 0, -1)', ['a.one', 2, 4, null, 8]],
  ['aliasByMetric(a.one)', ['one', 1, 2, null, 4]],
  [String.raw`aliasSub(a.one, "^(\w+)\.(\w+)$", "\2 of \1")`, ['one of a', 1, 2, null, 4]],
  ['sumSeries(a.*)', ['sumSeries(a.*)', 11, 22, 30, 4]],
  ['sum(a.one, a.two)', ['sumSeries(a.one,a.two)', 11, 22, 30, 4]],
  ['averageSeries(a.*)', ['averageSeries(a.*)', 5.5, 11, 30, 4]],
  ['avg(a.*)', ['averageSeries(a.*)', 5.5, 11, 30, 4]],
  ['maxSeries(a.*)', ['maxSeries(a.*)', 10, 20, 30, 4]],
  ['minSeries(a.*)', ['minSeries(a.*)', 1, 2, 30, 4]],
  ['diffSeries(a.two, a.one)', ['diffSeries(a.two,a.one)', 9, 18, 30, 4]],
  ['divideSeries(a.two, b.zero)', ['divideSeries(a.two,b.zero)', null, 10, null, null]],
  ['divideSeries(a.one, c.none)', ['divideSeries(a.one,MISSING)', null, null, null, null]],
  ['asPercent(a.one, 20)', ['asPercent(a.one,20)', 5, 10, null, 20]],
  ['asPercent(a.one, b.level)', ['asPercent(a.one,b.level)', 20, 200, null, (4 / 3) * 100]],
  ['scale(a.one, 0.5)', ['scale(a.one,0.5)', 0.5, 1, null, 2]],
  ['offset(a.one, -1)', ['offset(a.one,-1)', 0, 1, null, 3]],
  ['absolute(b.signed)', ['absolute(b.signed)', 1, 2, 3, 4]],
  ['derivative(b.level)', ['derivative(b.level)', null, -4, 6, -4]],
  ['nonNegativeDerivative(b.counter)', ['nonNegativeDerivative(b.counter)', null, 60, null, 60]],
  ['nonNegativeDerivative(b.counter, 199)', ['nonNegativeDerivative(b.counter)', null, 60, 80, 60]],
  ['perSecond(b.counter)', ['perSecond(b.counter)', null, 1, null, 1]],
  ['integral(a.one)', ['integral(a.one)', 1, 3, null, 7]],
  ['keepLastValue(b.holes)', ['keepLastValue(b.holes)', 1, 1, 1, 4]],
  ['keepLastValue(b.holes, 1)', ['keepLastValue(b.holes)', 1, null, null, 4]],
  ['transformNull(a.one)', ['transformNull(a.one,0)', 1, 2, 0, 4]],
  ['transformNull(a.one, -1)', ['transformNull(a.one,-1)', 1, 2, -1, 4]],
  ['removeBelowValue(b.level, 3)', ['removeBelowValue(b.level,3)', 5, null, 7, 3]],
  ['removeAboveValue(b.level, 3)', ['removeAboveValue(b.level,3)', null, 1, null, 3]],
  ['summarize(b.level, "2min", "sum")', ['summarize(b.level, "2min", "sum")', 5, 8, 3]],
  ['summarize(b.level, "2min", "max", true)', ['summarize(b.level, "2min", "max", true)', 5, 7]],
  ['consolidateBy(a.one, "max")', ['consolidateBy(a.one,"max")', 1, 2, null, 4]],
  ['limit(a.*, 1)', ['a.one', 1, 2, null, 4]],
  ['highestMax(a.*, 1)', ['a.two', 10, 20, 30, null]],
  ['highestAverage(a.*, 1)', ['a.two', 10, 20, 30, null]],
  ['lowestAverage(a.*, 1)', ['a.one', 1, 2, null, 4]],
  ['highestCurrent(a.*, 1)', ['a.two', 10, 20, 30, null]],
  ['lowestCurrent(a.*, 1)', ['a.one', 1, 2, null, 4]],
  ['highest(a.*, 1, "max")', ['a.two', 10, 20, 30, null]],
  ['sortByName(group(a.two, a.one))', ['a.one', 1, 2, null, 4], ['a.two', 10, 20, 30, null]],
  ['grep(a.*, "tw")', ['a.two', 10, 20, 30, null]],
  ['exclude(a.*, "tw")', ['a.one', 1, 2, null, 4]],
  ['maximumAbove(a.*, 4)', ['a.two', 10, 20, 30, null]],
  ['averageBelow(a.*, 4)', ['a.one', 1, 2, null, 4]],
  ['currentAbove(a.*, 4)', ['a.one', 1, 2, null, 4], ['a.two', 10, 20, 30, null]],
  ['groupByNode(a.*, 0, "sum")', ['a', 11, 22, 30, 4]],
  ['aggregate(a.*, "median")', ['medianSeries(a.*)', 5.5, 11, 30, 4]],
  ['movingMax(b.level, 2)', ['movingMax(b.level,2)', 5, 5, 7, 7]],
  ['pow(b.level, 2)', ['pow(b.level,2)', 25, 1, 49, 9]],
  ['sortByMaxima(a.*)', ['a.two', 10, 20, 30, null], ['a.one', 1, 2, null, 4]],
  ['group(a.two, a.one)', ['a.two', 10, 20, 30, null], ['a.one', 1, 2, null, 4]],
  ['constantLine(42)', ['42', 42, 42, 42]],
  ['threshold(9, "limit")', ['limit', 9, 9, 9]],
  ['a.one|scale(2)|alias("double")', ['double', 2, 4, null, 8]],
  ['alias(seriesList=a.one, newName="named")', ['named', 1, 2, null, 4]],
])('evaluates %s', (target, ...rows) => {
  expect(ask(target)).toEqual(rows);
});

it('gives shares of the whole, as percent of the sum at each moment', () => {
  const [one, two] = ask('asPercent(a.*)');
  expect(one?.[0]).toBe('asPercent(a.one,sumSeries(a.*))');
  expect(one?.[1]).toBeCloseTo((1 / 11) * 100, 10);
  expect(two?.slice(1)).toEqual([(10 / 11) * 100, (20 / 22) * 100, 100, null]);
});

it('averages a sliding window of the points before and at each moment, looking back before the window', () => {
  const window = { fromS: T0 + 120, untilS: T0 + 240 };
  const [row] = evaluateTargets(tree, ['movingAverage(b.level, 2)'], window, T0 + 299);
  expect(row?.name).toBe('movingAverage(b.level,2)');
  expect(row?.startS).toBe(T0 + 180);
  expect(Array.from(row?.values ?? [])).toEqual([4, 5]);
});

it('takes a sliding window in units of time', () => {
  const [row] = evaluateTargets(tree, ['movingAverage(b.level, "2min")'], WINDOW, T0 + 299);
  expect(row?.name).toBe('movingAverage(b.level,"2min")');
  expect(Array.from(row?.values ?? [])).toEqual([5, 3, 4, 5]);
});

it('shifts an earlier window onto this one', () => {
  const window = { fromS: T0 + 120, untilS: T0 + 240 };
  const [row] = evaluateTargets(tree, ['timeShift(b.level, "2min")'], window, T0 + 299);
  expect(row).toMatchObject({ name: 'timeShift(b.level, "-2min")', startS: T0 + 180 });
  expect(Array.from(row?.values ?? [])).toEqual([5, 1]);
});

it('brings rows of different steps to the coarser one', () => {
  const [row] = evaluateTargets(tree, ['sumSeries(summarize(b.level, "2min", "sum", true), b.zero)'], WINDOW, T0 + 299);
  expect(row?.stepS).toBe(120);
  expect(Array.from(row?.values ?? [])).toEqual([6 + 1, 10 + 2]);
});

it('gives the targets in order and nothing for one that matches nothing', () => {
  expect(ask('b.level', 'no.such', 'a.one').map(([name]) => name)).toEqual(['b.level', 'a.one']);
  expect(ask('', '   ')).toEqual([]);
});

it.each([
  ['nope(a.one)', 400, /unknown function: nope/],
  ['toString(a.one)', 400, /unknown function/],
  ['scale(a.one)', 500, /needs a number as factor/],
  ['alias(a.one, 5)', 500, /needs a string/],
  ['scale(5, 5)', 500, /needs series/],
  ['consolidateBy(a.one, "constructor")', 500, /Invalid consolidation/],
  ['summarize(a.one, "1m")', 500, /Invalid offset unit 'm'/],
  ['summarize(a.one, "0s")', 500, /interval of 0/],
  ['highest(a.*, 1, "valueOf")', 500, /Unsupported aggregation/],
  ['divideSeries(a.one, a.*)', 400, /exactly 1 series/],
  ['aliasSub(a.one, "(a+)+$", "x")', 400, /repeats too much/],
  ['aliasSub(a.one, "[", "x")', 500, /regular expression/],
  ['(', 500, /ParseException/],
  [`${'scale('.repeat(60)}a.one${',1)'.repeat(60)}`, 400, /nests deeper/],
  [`alias(a.one, "${'x'.repeat(20_000)}")`, 400, /longer than/],
  [`a.${'{a,b,c,d,e}'.repeat(6)}`, 400, /more than 500/],
])('refuses %.60s with %i', (target, status, message) => {
  expect(() => ask(target)).toThrow(expect.objectContaining({ status, message: expect.stringMatching(message) }));
});

/** Two metrics of zeros that reach back 400 days. */
const longTree = (() => {
  const root = makeNode();
  const archives = [{ stepS: 60, keptS: 400 * 86_400 }];
  for (const path of ['a.one', 'a.two'])
    addMetric(root, path, { archives, read: ({ count }) => new Float64Array(count) });
  return { root, events: () => [] };
})();

it('bounds the values that one request may read', () => {
  const many = Array.from({ length: 5 }, () => 'a.*');
  const window = { fromS: T0 - 399 * 86_400, untilS: T0 };
  expect(() => evaluateTargets(longTree, many, window, T0)).toThrow(/more than 4000000 values/);
});

it.each(['movingAverage(a.*, 20000)', 'aliasSub(a.*, "^.*.*.*x$", "y")'])('bounds the work of %s', (target) => {
  const window = { fromS: T0 - 30 * 86_400, untilS: T0 };
  const targets = Array.from({ length: 40 }, () => target.replace('a.*', `alias(a.*, "${'n'.repeat(200)}")`));
  expect(() => evaluateTargets(longTree, targets, window, T0)).toThrow(/would take too long/);
});
