/** From an answer to a picture: first a model of everything that will be drawn, then the PNG. */
import type { Answer } from '../domain/answer.ts';
import { encodePng, paintModel } from './chart/draw.ts';
import { layoutPicture } from './chart/layout.ts';
import type { ChartModel } from './chart/model.ts';
import type { ChartOptions } from './chart/options.ts';
import type { Picture } from './chart/picture.ts';

export type { ChartModel } from './chart/model.ts';
export type { ChartOptions } from './chart/options.ts';
export type { Picture } from './chart/picture.ts';

/**
 * Lays out the chart of an answer: size, texts, ticks, lines, labels, all with their places. Equal answers give equal
 * models.
 *
 * @throws BotError `RENDER_FAILED` when there is no value to draw: callers look at `answer.empty` first
 */
export function layoutChart(answer: Answer, options: ChartOptions): ChartModel {
  return layoutPicture(answer, options);
}

/**
 * Draws a model as a PNG at twice its size, ground opaque.
 *
 * @throws BotError `RENDER_FAILED` when the picture came out blank
 */
export async function drawChart(model: ChartModel): Promise<Picture> {
  const bitmap = paintModel(model);
  const startMs = performance.now();
  const png = await encodePng(bitmap);
  const { width, height, drawMs, rasterMs } = bitmap;
  return {
    png,
    width,
    height,
    slots: model.slots,
    timings: { drawMs, rasterMs, encodeMs: performance.now() - startMs },
  };
}
