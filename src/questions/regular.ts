/** Series whose values come regularly, but more rarely than their step: each gap would be said to be silence. Pure. */
import type { Frame, SeriesFrame } from '../domain/frame.ts';
import type { SavedQuery } from '../domain/saved-query.ts';
import { mayBeRarer, regularDistance, type Series } from '../domain/series.ts';

/** Gives series the distance that their values come at, without the moments between; counts and bars are left as they are. */
export function withRegularSteps(
  frame: Frame,
  { consolidate, looks }: Pick<SavedQuery, 'consolidate' | 'looks'>,
): Frame {
  if (frame.kind !== 'series' || looks.bars || [consolidate, frame.consolidated].includes('sum')) return frame;
  const series = frame.series.map((one) => regular(one, frame));
  if (series.every((one, index) => one === frame.series[index])) return frame;
  const steps = series.map(({ stepMs }) => stepMs ?? frame.stepMs ?? 0);
  return { ...frame, series, stepMs: Math.min(...steps) };
}

function regular(series: Series, frame: SeriesFrame): Series {
  const { times, values, stepMs = frame.stepMs } = series;
  if (stepMs === undefined || !(stepMs > 0)) return series;
  let count = 0;
  for (const value of values) if (!Number.isNaN(value)) count += 1;
  // with the empty moments at its ends it seems rarer than it is, never the other way round
  if (!mayBeRarer((times.at(-1) ?? 0) - (times[0] ?? 0), count, stepMs)) return series;
  const own = times.filter((_, index) => !Number.isNaN(values[index] as number));
  const distanceMs = regularDistance(own, stepMs);
  if (distanceMs === undefined) return series;
  return { ...series, times: own, values: values.filter((value) => !Number.isNaN(value)), stepMs: distanceMs };
}
