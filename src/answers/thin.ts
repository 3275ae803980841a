/** Answers made small enough to be kept: fewer values, lines and rows, with a sentence about it. Pure. */
import type { Answer } from '../domain/answer.ts';
import type { Frame, SeriesFrame } from '../domain/frame.ts';
import type { Series } from '../domain/series.ts';

/** What an answer may hold at most, over all its frames. */
export interface Allowance {
  /** Values of series and cells of heatmaps. */
  readonly values: number;
  readonly lines: number;
  readonly rows: number;
}

/** Keeps an answer within an allowance; of series the least and the greatest of each stretch stay. */
export function thinAnswer(answer: Answer, allowance: Allowance): Answer {
  const all = [...answer.frames, ...(answer.under ?? []), ...(answer.comparison?.frames ?? [])];
  const counts = countsOf(all);
  if (counts.values <= allowance.values && counts.lines <= allowance.lines && counts.rows <= allowance.rows)
    return answer;
  const ratios: Allowance = {
    values: Math.min(1, allowance.values / Math.max(1, counts.values)),
    lines: Math.min(1, allowance.lines / Math.max(1, counts.lines)),
    rows: Math.min(1, allowance.rows / Math.max(1, counts.rows)),
  };
  const thin = (frames: readonly Frame[]) => frames.map((frame) => thinFrame(frame, ratios));
  const { under, comparison } = answer;
  return {
    ...answer,
    frames: thin(answer.frames),
    ...(under && { under: thin(under) }),
    ...(comparison && { comparison: { ...comparison, frames: thin(comparison.frames) } }),
    notes: [...answer.notes, THINNED],
  };
}

/** What the page says then. */
const THINNED =
  'The data of this answer are too many to keep all of them: its page has fewer, with the least and the greatest of each stretch.';

function countsOf(frames: readonly Frame[]): Allowance {
  let [values, lines, rows] = [0, 0, 0];
  for (const frame of frames) {
    if (frame.kind === 'series') values += frame.series.reduce((sum, series) => sum + series.values.length, 0);
    if (frame.kind === 'heatmap') values += frame.counts.length;
    if (frame.kind === 'logs') lines += frame.lines.length;
    if (frame.kind === 'table') rows += frame.rows.length;
  }
  return { values, lines, rows };
}

function thinFrame(frame: Frame, ratios: Allowance): Frame {
  switch (frame.kind) {
    case 'series':
      return thinSeriesFrame(frame, ratios.values);
    case 'logs':
      // the newest stand last
      return ratios.lines === 1 ? frame : { ...frame, lines: lastOf(frame.lines, ratios.lines) };
    case 'table':
      return ratios.rows === 1
        ? frame
        : { ...frame, rows: frame.rows.slice(0, Math.floor(frame.rows.length * ratios.rows)) };
    case 'heatmap':
      return frame;
  }
}

function lastOf<One>(all: readonly One[], ratio: number): readonly One[] {
  const count = Math.floor(all.length * ratio);
  return count === 0 ? [] : all.slice(-count);
}

function thinSeriesFrame(frame: SeriesFrame, ratio: number): SeriesFrame {
  if (ratio === 1) return frame;
  const stretch = Math.ceil(2 / ratio);
  const { stepMs, ...rest } = frame;
  return {
    ...rest,
    ...(stepMs !== undefined && { stepMs: (stepMs * stretch) / 2 }),
    series: frame.series.map((series) => thinSeries(series, stretch)),
  };
}

/** Of each stretch of so many samples the least and the greatest, in the order of time. */
function thinSeries(series: Series, stretch: number): Series {
  const kept: number[] = [];
  for (let from = 0; from < series.values.length; from += stretch) {
    const to = Math.min(series.values.length, from + stretch);
    let [least, greatest] = [from, from];
    for (let index = from; index < to; index += 1) {
      const value = series.values[index] as number;
      if (value < (series.values[least] as number) || Number.isNaN(series.values[least])) least = index;
      if (value > (series.values[greatest] as number) || Number.isNaN(series.values[greatest])) greatest = index;
    }
    kept.push(Math.min(least, greatest));
    if (least !== greatest) kept.push(Math.max(least, greatest));
  }
  const { stepMs, ...rest } = series;
  return {
    ...rest,
    ...(stepMs !== undefined && { stepMs: (stepMs * stretch) / 2 }),
    times: Float64Array.from(kept, (index) => series.times[index] as number),
    values: Float64Array.from(kept, (index) => series.values[index] as number),
  };
}
