/** The two data sets that ratios are measured on, and a large one: functions of a seed, kept here. */
import type { Answer } from '../../src/domain/answer.ts';
import { HOUR, makeAnswer, mark, NOW_MS, noise } from '../golden/generate.ts';

const SERIES = ['p99', 'p95', 'p90', 'p50'] as const;
const thresholds = [{ op: '>', value: 80, severity: 'warning' }] as const;

/** 4 series × 360 points that wander, with a threshold and a marker: what a chart is like. */
export function smooth(): Answer {
  const series = SERIES.map((name, index) => {
    const wander = noise(index + 1);
    return [name, () => Math.max(0, 75 - 18 * index + 6 * wander())] as const;
  });
  return makeAnswer({
    title: 'Smooth',
    series: Object.fromEntries(series),
    thresholds,
    annotations: [mark('deploy v2.31.0', '14:32')],
  });
}

/** 4 series × 360 points that jump from low to high each time: the worst case for rasteriser and encoder. */
export function jagged(): Answer {
  const series = SERIES.map((name, index) => {
    let isHigh = index % 2 === 0;
    return [
      name,
      () => {
        isHigh = !isHigh;
        return isHigh ? 95 - index * 3 : 5 + index * 3;
      },
    ] as const;
  });
  return makeAnswer({ title: 'Jagged', series: Object.fromEntries(series), thresholds });
}

/** A million points in a hundred series: a ranking of many hosts. */
export function million(): Answer {
  const hosts = 100;
  const points = 10_000;
  const series = Array.from({ length: hosts }, (_, index) => {
    const wander = noise(index + 1);
    return [`host${String(index).padStart(3, '0')}`, () => Math.max(0, 40 + (index % 10) * 4 + 5 * wander())] as const;
  });
  return makeAnswer({
    title: 'A million points',
    spanMs: 24 * HOUR,
    stepMs: (24 * HOUR) / points,
    toMs: NOW_MS,
    rangeText: 'last 24h',
    series: Object.fromEntries(series),
  });
}
