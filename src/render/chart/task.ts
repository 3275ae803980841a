/** What travels between the pool and its threads: plain data that can be cloned, no more of an answer than is drawn. */
import type { Answer } from '../../domain/answer.ts';
import type { ErrorCode } from '../../domain/errors.ts';
import type { Frame, HeatmapFrame, SeriesFrame } from '../../domain/frame.ts';
import type { Series } from '../../domain/series.ts';
import { chartFrames, heatmapOf, sheetFrames, stripFrames } from './chart-frames.ts';
import type { ChartOptions } from './options.ts';
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
export function makeTask(answer: Answer, { theme, slots, size }: ChartOptions): RenderTask {
  const { query, ...question } = answer.question;
  const { comparison, under: _, ...rest } = answer;
  const strips = stripFrames(answer).map(leanSeriesFrame);
  return {
    answer: {
      ...rest,
      question: { ...question, query: { ...query, block: undefined, overlays: [], links: [] } },
      frames: drawnFrames(answer),
      ...(strips.length > 0 && { under: strips }),
      ...(comparison && { comparison: { ...comparison, frames: drawnFrames({ frames: comparison.frames }) } }),
      links: [],
      notes: [],
    },
    options: { theme, ...(slots && { slots: { ...slots } }), ...(size && { size }) },
  };
}

/** Panels, a heatmap or the series of one axis; what is drawn beneath goes its own way. */
function drawnFrames(answer: Pick<Answer, 'frames'>): Frame[] {
  const sheet = sheetFrames(answer);
  if (sheet.length > 0) return sheet.map(leanSeriesFrame);
  const heatmap = heatmapOf(answer);
  return heatmap ? [leanHeatmap(heatmap)] : chartFrames(answer.frames).map(leanSeriesFrame);
}

function leanSeriesFrame({ links: _, ...frame }: SeriesFrame): SeriesFrame {
  const exemplars = frame.exemplars?.map(({ timeMs, value }) => ({ timeMs, value, labels: {} }));
  return { ...frame, warnings: [], series: frame.series.map(leanSeries), ...(exemplars && { exemplars }) };
}

function leanHeatmap({ links: _, ...frame }: HeatmapFrame): HeatmapFrame {
  return { ...frame, warnings: [], xEdges: own(frame.xEdges), yEdges: own(frame.yEdges), counts: own(frame.counts) };
}

/** A view of a large buffer would be cloned with all of it. */
const own = (array: Float64Array) => (array.buffer.byteLength > array.byteLength ? array.slice() : array);

function leanSeries(series: Series): Series {
  return { ...series, labels: {}, times: own(series.times), values: own(series.values) };
}
