/** The thread that draws: one chart at a time, told what to draw by the pool. */
import { setImmediate } from 'node:timers/promises';
import { BotError } from '../domain/errors.ts';
import { registerBaseFonts } from './chart/fonts.ts';
import type { RenderResult, RenderTask } from './chart/task.ts';
import { drawChart, layoutChart } from './chart.ts';

registerBaseFonts();

/** Draws a chart. A failure with a code is a value, since a thread's message loses the class of an error. */
export async function render({ answer, options }: RenderTask): Promise<RenderResult> {
  // without a turn of the loop between tasks, native memory of the canvas is never given back: 12 MB a chart
  await setImmediate();
  try {
    return { picture: await drawChart(layoutChart(answer, options)) };
  } catch (error) {
    if (error instanceof BotError) return { failure: { code: error.code, message: error.message } };
    throw error;
  }
}
