import { expect, it } from 'vitest';
import type { StoredSeries } from '../../../src/demo/metric-series.ts';
import { evaluatePromql } from '../../../src/demo/promql-evaluate.ts';
import { T0 } from './small-tree.ts';

/** Series whose samples are written down: one each 15 s, the first at T0. */
function stored(labels: Record<string, string>, values: readonly number[], isCounter = false): StoredSeries {
  return { labels, isCounter, at: (timeS) => values[(timeS - T0) / 15] ?? Number.NaN };
}

const upTo = (count: number, each: number) => Array.from({ length: count }, (_, index) => index * each);

const SERIES: readonly StoredSeries[] = [
  stored({ __name__: 'temp', room: 'a', floor: '1' }, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
  stored({ __name__: 'temp', room: 'b', floor: '1' }, [10, 20, 30, 40, 50, 60, 70, 80, 90]),
  stored({ __name__: 'temp', room: 'c', floor: '2' }, [5, 5, 5, 5, 5, 5, 5, 5, 5]),
  stored({ __name__: 'limit', room: 'a' }, [4, 4, 4, 4, 4, 4, 4, 4, 4]),
  stored({ __name__: 'limit', room: 'b' }, [100, 100, 100, 100, 100, 100, 100, 100, 100]),
  stored({ __name__: 'area', floor: '1' }, [2, 2, 2, 2, 2, 2, 2, 2, 2]),
  stored({ __name__: 'hits_total', host: 'x' }, upTo(40, 30), true),
  stored({ __name__: 'hits_total', host: 'y' }, upTo(40, 15), true),
  stored({ __name__: 'fast_bucket', le: '1' }, [20]),
  stored({ __name__: 'fast_bucket', le: '2' }, [60]),
  stored({ __name__: 'fast_bucket', le: '+Inf' }, [100]),
  stored({ __name__: 'wave' }, [1, 3, 1, 3, 1, 3, 1, 3, 1]),
];

/** The values of an expression at one moment, by the labels that are left. */
function at(expr: string, second: number): Record<string, number> | number {
  const found = evaluatePromql(expr, { series: SERIES, nowS: T0 + 3_600 }, { startS: T0 + second, stepS: 1, count: 1 });
  if (found.kind === 'scalar') return found.values[0] as number;
  if (found.kind === 'string') throw new Error('a string');
  const present = found.columns.filter(({ values }) => !Number.isNaN(values[0]));
  return Object.fromEntries(
    present.map(({ labels, values }) => {
      const text = Object.entries(labels).map(([name, value]) => (name === '__name__' ? value : `${name}=${value}`));
      return [text.sort().join(' '), Number((values[0] as number).toPrecision(6))];
    }),
  );
}

it.each([
  ['temp{room="a"}', 60, { 'floor=1 room=a temp': 5 }],
  ['temp{room=~"a|b", floor!="2"}', 0, { 'floor=1 room=a temp': 1, 'floor=1 room=b temp': 10 }],
  ['temp{room!~"a|b"}', 0, { 'floor=2 room=c temp': 5 }],
  ['{__name__=~"lim.*"}', 0, { 'limit room=a': 4, 'limit room=b': 100 }],
  ['temp{room="a"}', 74, { 'floor=1 room=a temp': 5 }],
  ['temp{room="a"} offset 30s', 60, { 'floor=1 room=a temp': 3 }],
  ['sum(temp)', 0, { '': 16 }],
  ['sum by (floor) (temp)', 0, { 'floor=1': 11, 'floor=2': 5 }],
  ['sum without (room) (temp)', 0, { 'floor=1': 11, 'floor=2': 5 }],
  ['avg(temp) by (floor)', 0, { 'floor=1': 5.5, 'floor=2': 5 }],
  ['max(temp) - min(temp)', 0, { '': 9 }],
  ['count(temp)', 0, { '': 3 }],
  ['quantile(0.5, temp)', 0, { '': 5 }],
  ['topk(1, temp)', 0, { 'floor=1 room=b temp': 10 }],
  ['bottomk(2, temp)', 0, { 'floor=1 room=a temp': 1, 'floor=2 room=c temp': 5 }],
  ['topk by (floor) (1, temp)', 0, { 'floor=1 room=b temp': 10, 'floor=2 room=c temp': 5 }],
  ['1 + 2 * 3 ^ 2', 0, 19],
  ['2 ^ 3 ^ 2', 0, 512],
  ['-2 ^ 2', 0, -4],
  ['(1 + 2) * 3 % 5', 0, 4],
  ['3 > bool 2', 0, 1],
  ['temp * 2', 0, { 'floor=1 room=a': 2, 'floor=1 room=b': 20, 'floor=2 room=c': 10 }],
  ['temp > 4', 0, { 'floor=1 room=b temp': 10, 'floor=2 room=c temp': 5 }],
  ['4 < temp', 0, { 'floor=1 room=b temp': 10, 'floor=2 room=c temp': 5 }],
  ['temp >= bool 5', 0, { 'floor=1 room=a': 0, 'floor=1 room=b': 1, 'floor=2 room=c': 1 }],
  ['temp / on (room) limit', 60, { 'room=a': 1.25, 'room=b': 0.5 }],
  ['temp / ignoring (floor) limit', 60, { 'room=a': 1.25, 'room=b': 0.5 }],
  ['temp > on (room) limit', 60, { 'room=a': 5 }],
  ['temp / on (floor) group_left area', 0, { 'floor=1 room=a': 0.5, 'floor=1 room=b': 5 }],
  ['area * on (floor) group_right temp', 0, { 'floor=1 room=a': 2, 'floor=1 room=b': 20 }],
  ['temp and on (room) limit', 0, { 'floor=1 room=a temp': 1, 'floor=1 room=b temp': 10 }],
  ['temp unless on (room) limit', 0, { 'floor=2 room=c temp': 5 }],
  ['limit{room="a"} or limit', 0, { 'limit room=a': 4, 'limit room=b': 100 }],
  ['avg_over_time(temp{room="a"}[1m])', 60, { 'floor=1 room=a': 3.5 }],
  ['max_over_time(temp{room="a"}[1m])', 60, { 'floor=1 room=a': 5 }],
  ['min_over_time(temp{room="a"}[1m])', 60, { 'floor=1 room=a': 2 }],
  ['sum_over_time(temp{room="a"}[1m])', 60, { 'floor=1 room=a': 14 }],
  ['count_over_time(temp{room="a"}[1m])', 60, { 'floor=1 room=a': 4 }],
  ['last_over_time(temp{room="a"}[1m])', 60, { 'floor=1 room=a temp': 5 }],
  ['quantile_over_time(0.5, temp{room="a"}[1m])', 60, { 'floor=1 room=a': 3.5 }],
  ['changes(wave[1m])', 60, { '': 3 }],
  ['resets(wave[1m])', 60, { '': 2 }],
  ['delta(temp{room="a"}[1m])', 60, { 'floor=1 room=a': 4 }],
  ['idelta(temp{room="b"}[1m])', 60, { 'floor=1 room=b': 10 }],
  ['deriv(temp{room="b"}[1m])', 60, { 'floor=1 room=b': 0.666667 }],
  ['predict_linear(temp{room="b"}[1m], 15)', 60, { 'floor=1 room=b': 60 }],
  ['rate(hits_total[1m])', 300, { 'host=x': 2, 'host=y': 1 }],
  ['increase(hits_total{host="x"}[1m])', 300, { 'host=x': 120 }],
  ['irate(hits_total{host="x"}[1m])', 300, { 'host=x': 2 }],
  ['sum(rate(hits_total[1m]))', 307, { '': 3 }],
  ['rate(wave[1m])', 60, { '': 0.0888889 }],
  ['max_over_time(rate(hits_total{host="x"}[1m])[2m:30s])', 300, { 'host=x': 2 }],
  ['histogram_quantile(0.4, fast_bucket)', 0, { '': 1.5 }],
  ['histogram_quantile(0.1, fast_bucket)', 0, { '': 0.5 }],
  ['histogram_quantile(0.9, fast_bucket)', 0, { '': 2 }],
  ['clamp(temp{floor="1"}, 2, 8)', 0, { 'floor=1 room=a': 2, 'floor=1 room=b': 8 }],
  ['clamp_max(clamp_min(temp{floor="1"}, 2), 8)', 0, { 'floor=1 room=a': 2, 'floor=1 room=b': 8 }],
  ['round(temp{room="a"} / 3, 0.5)', 0, { 'floor=1 room=a': 0.5 }],
  ['abs(-temp{room="a"})', 0, { 'floor=1 room=a': 1 }],
  ['scalar(temp{room="a"}) + 1', 0, 2],
  ['vector(7)', 0, { '': 7 }],
  ['max(timestamp(temp))', 67, { '': Number((T0 + 60).toPrecision(6)) }],
  ['absent(temp{room="z"})', 0, { '': 1 }],
  ['absent(temp)', 0, {}],
  ['nothing', 0, {}],
] as const)('evaluates %s', (expr, second, expected) => {
  expect(at(expr, second)).toEqual(expected);
});

it('evaluates each moment of a grid by itself, with nothing where there is nothing', () => {
  const grid = { startS: T0, stepS: 60, count: 4 };
  const found = evaluatePromql('temp{room="a"}', { series: SERIES, nowS: T0 + 3_600 }, grid);
  expect(found.kind === 'vector' && [...(found.columns[0]?.values ?? [])]).toEqual([1, 5, 9, Number.NaN]);
});

it('knows nothing of the future but what the last sample says for five minutes', () => {
  const store = { series: SERIES, nowS: T0 + 61 };
  const grid = { startS: T0 + 60, stepS: 240, count: 3 };
  const found = evaluatePromql('temp{room="a"}', store, grid);
  expect(found.kind === 'vector' && [...(found.columns[0]?.values ?? [])]).toEqual([5, 5, Number.NaN]);
});

it.each([
  ['sum(', 'unexpected end of input'],
  ['temp{room}', 'in label matching'],
  ['temp{room="a"', 'unexpected end of input'],
  ['{}', 'at least one non-empty matcher'],
  ['temp[5m', 'unexpected end of input'],
  ['temp[0s]', 'expected a duration'],
  ['rate(temp)', 'expected type range vector'],
  ['temp[5m]', 'needs a function'],
  ['frobnicate(temp)', 'unknown function with name "frobnicate"'],
  ['topk(temp)', 'wrong number of arguments'],
  ['temp @ 5', 'more than'],
  ['sum(temp) offset 5m', 'offset modifier must be preceded'],
  ['temp and 1', 'not allowed'],
  ['temp / on (floor) limit', 'duplicate series'],
  ['temp + on (floor) temp', 'many-to-many matching not allowed'],
  ['temp{room=~"("}', 'error parsing regexp'],
  ['temp{room=~"(a+)+b"}', 'more than the demo'],
  ['temp § 1', 'unexpected character'],
  ['1 2', 'unexpected "2"'],
  [`${'('.repeat(90)}1${')'.repeat(90)}`, 'nested too deeply'],
  ['x'.repeat(30_000), 'too long'],
])('refuses %s in the words of Prometheus', (expr, words) => {
  expect(() => at(expr, 0)).toThrow(words);
});

it('refuses what would read too many samples', () => {
  const grid = { startS: T0, stepS: 15, count: 11_000 };
  const run = () => evaluatePromql('avg_over_time(temp[7d])', { series: SERIES, nowS: T0 }, grid);
  expect(run).toThrow('too many samples');
});
