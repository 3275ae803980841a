/** What travels between the pool and its threads: plain data that can be cloned, no more of an answer than is drawn. */
import type { Answer } from '../../domain/answer.ts';
import type { ErrorCode } from '../../domain/errors.ts';
import type { Frame, SeriesFrame } from '../../domain/frame.ts';
import type { Series } from '../../domain/series.ts';
import { chartFrames } from './chart-frames.ts';
import type { ChartOptions } from './layout.ts';
import type { Picture } from './picture.ts';

/** A chart to draw. */
export interface RenderTask {
  readonly answer: Answer;
  readonly options: ChartOptions;
}

/** What became of it. */
export type RenderResult =
  | { readonly picture: Picture }
  | { readonly failure: { readonly code: ErrorCode; readonly message: string } };

/** Strips an answer to what a chart shows. A source's block may hold what cannot be cloned. */
export function makeTask(answer: Answer, { theme, slots }: ChartOptions): RenderTask {
  const { query, ...question } = answer.question;
  const { comparison } = answer;
  return {
    answer: {
      ...answer,
      question: { ...question, query: { ...query, block: undefined, overlays: [], links: [] } },
      frames: leanFrames(answer.frames),
      ...(comparison && { comparison: { ...comparison, frames: leanFrames(comparison.frames) } }),
      links: [],
      notes: [],
    },
    options: { theme, ...(slots && { slots: { ...slots } }) },
  };
}

function leanFrames(frames: readonly Frame[]): SeriesFrame[] {
  return chartFrames(frames).map((frame) => ({ ...frame, warnings: [], series: frame.series.map(leanSeries) }));
}

/** A view of a large buffer would be cloned with all of it. */
function leanSeries(series: Series): Series {
  const own = (array: Float64Array) => (array.buffer.byteLength > array.byteLength ? array.slice() : array);
  return { ...series, labels: {}, times: own(series.times), values: own(series.values) };
}
