/** What of an answer is drawn. Free of the canvas, so that the thread that serves need not load it. */
import type { Frame, SeriesFrame } from '../../domain/frame.ts';

/** The series frames that share one axis: the first, and those after it in the same unit. */
export function chartFrames(frames: readonly Frame[]): SeriesFrame[] {
  const all = frames.filter((frame): frame is SeriesFrame => frame.kind === 'series' && frame.series.length > 0);
  const unitId = all[0]?.series[0]?.unit.id;
  return all.filter(({ series }) => series[0]?.unit.id === unitId);
}
