/** Series whose values come regularly, but more rarely than their step: each gap would be said to be silence. Pure. */
import type { Frame, SeriesFrame } from '../domain/frame.ts';
import { regularDistance, type Series } from '../domain/series.ts';

/** Gives series the distance that their values come at, without the moments between; counts are left as they are. */
export function withRegularSteps(frame: Frame): Frame {
  if (frame.kind !== 'series' || frame.consolidated === 'sum' || frame.looks?.bars) return frame;
  const series = frame.series.map((one) => regular(one, frame));
  if (series.every((one, index) => one === frame.series[index])) return frame;
  const steps = series.map(({ stepMs }) => stepMs ?? frame.stepMs ?? 0);
  return { ...frame, series, stepMs: Math.min(...steps) };
}

function regular(series: Series, frame: SeriesFrame): Series {
  const stepMs = series.stepMs ?? frame.stepMs;
  if (stepMs === undefined || !(stepMs > 0)) return series;
  const times = series.times.filter((_, index) => !Number.isNaN(series.values[index] as number));
  const distanceMs = regularDistance(times, stepMs);
  if (distanceMs === undefined) return series;
  return { ...series, times, values: series.values.filter((value) => !Number.isNaN(value)), stepMs: distanceMs };
}
