import { expect, it } from 'vitest';
import { parseTarget } from '../../../../src/sources/graphite/grammar.ts';
import { isSumming } from '../../../../src/sources/graphite/summing.ts';
import { bodyOf, MINUTE, NOW_SECONDS, points, startGraphite, windowOf } from '../graphite-harness.ts';

it.each([
  ['summarize(a.b, "1h")', true],
  ['summarize(a.b, "1h", "sum")', true],
  ["alias(summarize(a.b, '1h', 'total'), 'x')", true],
  ['summarize(a.b, "1h", func="count")', true],
  ['summarize(a.b, "1h", "max")', false],
  ['summarize(a.b, "1h", func="avg")', false],
  ['smartSummarize(a.b, "1d", "sum", "days")', true],
  ['smartSummarize(a.b, "1d", "last", "days")', false],
  ['hitcount(a.b, "1h", true)', true],
  ['a.b | perSecond() | summarize("1h")', true],
  ['sumSeries(a.*)', false],
  ['movingSum(a.b, 10)', false],
  ['a.summarize', false],
])('of %s, says that its newest interval is still growing: %s', (target, isGrowing) => {
  expect(isSumming(parseTarget(target))).toBe(isGrowing);
});

it('does not draw the sum of an hour that is not over as a fall, unless it is all there is', async () => {
  const hour = MINUTE - (MINUTE % 3600);
  const { ask } = await startGraphite({ body: bodyOf({ x: points(hour - 4 * 3600, hour, 3600, () => 7) }) });
  const lasts = async (target: string, from: number) => {
    const { series } = await ask(target, { window: windowOf(from, NOW_SECONDS) });
    return (series[0]?.times.at(-1) ?? 0) / 1000;
  };
  expect(await lasts('summarize(a.b, "1h")', hour - 3 * 3600)).toBe(hour - 3600);
  expect(await lasts('summarize(a.b, "1h", "max")', hour - 3 * 3600)).toBe(hour);
  expect(await lasts('summarize(a.b, "1h")', hour - 60)).toBe(hour);
});
