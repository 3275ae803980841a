/** Rules of Prometheus, taken apart. */
import { fc, test } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import { constantOf, splitComparison } from '../../../src/context/split-comparison.ts';

const above = (value: number) => ({ op: '>', value }) as const;

it.each([
  ['rate(errors_total[5m]) > 5', 'rate(errors_total[5m])', above(5)],
  ['(\n  rate(errors_total[5m])\n) >= 0.05\n', 'rate(errors_total[5m])', { op: '>=', value: 0.05 }],
  [
    '((node_filesystem_avail_bytes < 10 * 1024 ^ 3))',
    'node_filesystem_avail_bytes',
    { op: '<', value: 10 * 1024 ** 3 },
  ],
  ['5 < sum(up)', 'sum(up)', above(5)],
  ['-10 > temperature', 'temperature', { op: '<', value: -10 }],
  ['a / b * 100 > 80', 'a / b * 100', above(80)],
  ['100 - avg(rate(idle[1m])) * 100 > 90', '100 - avg(rate(idle[1m])) * 100', above(90)],
  ['a > bool 5', 'a', above(5)],
  ['(a > bool 5) == 1', 'a', above(5)],
  ['a > 5 and b > 3', 'a', above(5)],
  ['(a > 5) unless on (instance) maintenance == 1', 'a', above(5)],
  ['x{path="/a > 5 or b",q=~"<.*"} > 3', 'x{path="/a > 5 or b",q=~"<.*"}', above(3)],
  ["x{a='it\\'s > 1'} > 3", "x{a='it\\'s > 1'}", above(3)],
  ['sum by (job) (x > 5)', 'sum by (job) (x > 5)', undefined],
  ['sum(x) by (job) > 2e3', 'sum(x) by (job)', above(2000)],
  ['sum(x) > 2e+3', 'sum(x)', above(2000)],
  ['rate(x[5m] offset 1w) > vector(3)', 'rate(x[5m] offset 1w)', above(3)],
  ['# how many\nx > 5 # too many', 'x', above(5)],
  ['a > 5 or b > 9', 'a > 5 or b > 9', undefined],
  ['vector(1)', 'vector(1)', undefined],
] as const)('reads %j', (rule, expr, limit) => {
  const read = splitComparison(rule);
  expect([read.expr, read.limit]).toEqual([expr, limit]);
});

it('knows states, which have no side', () => {
  expect(splitComparison('up{job="node"} == 0')).toEqual({ expr: 'up{job="node"}', isState: true, isAbsence: false });
  expect(splitComparison('0 != probe_failed').isState).toBe(true);
});

it('draws what is missed', () => {
  expect(splitComparison('absent(up{job="node"})')).toMatchObject({ expr: 'up{job="node"}', isAbsence: true });
  expect(splitComparison('absent_over_time(up[10m])')).toMatchObject({
    expr: 'last_over_time(up[10m])',
    isAbsence: true,
  });
  expect(splitComparison('absent(a) + absent(b)').isAbsence).toBe(false);
});

it('keeps what a series is compared with', () => {
  expect(splitComparison('used > on (instance) group_left (team) quota * 0.9')).toEqual({
    expr: 'used',
    other: 'quota * 0.9',
    isState: false,
    isAbsence: false,
  });
});

it.each(['a > ', '> 5', 'a > 5)', '(a > 5', 'x{a="b > 5', ''])('gives back %j, which cannot be read', (text) => {
  expect(splitComparison(text)).toEqual({ expr: text.trim(), isState: false, isAbsence: false });
});

it('calculates with numbers alone, in the order of PromQL', () => {
  const values = ['2 ^ 3 ^ 2', '-2 ^ 2', '10 % 4 * 2', '(1 + 2) * 3', '0x10', '1 / 0', '5m', 'a', '', '1 2'].map(
    constantOf,
  );
  expect(values).toEqual([512, -4, 4, 9, 16, undefined, undefined, undefined, undefined, undefined]);
});

const piece = fc.constantFrom(
  'a',
  '5',
  '>',
  '==',
  '(',
  ')',
  '{',
  '}',
  '"',
  "'",
  '#',
  '\n',
  ' and ',
  ' or ',
  'absent',
  ',',
  '-',
);

test.prop([fc.array(piece, { maxLength: 30 })])('never throws, and never makes an expression longer', (pieces) => {
  const text = pieces.join(' ');
  expect(splitComparison(text).expr.length).toBeLessThanOrEqual(Math.max(text.length, 1) + 'last_over_time()'.length);
});

test.prop([fc.string({ maxLength: 40 }), fc.double({ noNaN: true, noDefaultInfinity: true })])(
  'takes a limit off whatever stands inside brackets and quotes',
  (inside, value) => {
    const expr = `sum(x{a=${JSON.stringify(inside)}})`;
    expect(splitComparison(`${expr} > ${value}`)).toMatchObject({ expr, limit: { op: '>', value } });
  },
);
