/** Draws a model with chart.js on Skia and encodes it: lines, areas and bars are datasets, the rest is painted around them. */
import type { Canvas } from 'canvas';
import {
  BarController,
  BarElement,
  Chart,
  type ChartConfiguration,
  type ChartDataset,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
} from 'chart.js';
import { ChartJSNodeCanvas } from 'chartjs-node-canvas';
import sharp from 'sharp';
import { BotError } from '../../domain/errors.ts';
import { registerBaseFonts } from './fonts.ts';
import type { Bars, ChartModel, Line } from './model.ts';
import { paintAbove, paintBeneath } from './paint.ts';
import { paletteOf, withAlpha } from './palette.ts';

/** Pixels of the bitmap per px of the layout. */
const PIXEL_RATIO = 2;
/** 1 to 3 are fast and 13 % larger than 6. */
const COMPRESSION_LEVEL = 2;
/** Measured: 60 to 120 points at once are fastest, a path of 360 takes twice as long. */
const PIECE_POINTS = 90;
/** An interval that is still filling. */
const FILLING_ALPHA = 0.45;
/** One pixel in so many is compared with the corner's; a chart's grid and words alone differ in more than this share. */
const BLANK_CHECK = { stride: 61, minShare: 0.002 } as const;

// no picture is encoded twice: what sharp would remember is only memory, 50 MB of it
sharp.cache(false);

/** A painted bitmap and how long it took. */
export interface Bitmap {
  /** RGBA, opaque. Shape `[height * width * 4]`, at twice the model's size. */
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Until all draw calls were made. */
  readonly drawMs: number;
  /** Reading the pixels, which is when Skia paints. */
  readonly rasterMs: number;
}

/** chartjs-node-canvas with only what is drawn registered, and with its chart in reach. */
class ChartCanvas extends ChartJSNodeCanvas {
  protected override initialize(): typeof Chart {
    Chart.register(LineController, LineElement, PointElement, BarController, BarElement, LinearScale, Filler);
    return Chart;
  }

  /** Draws, and destroys the chart whatever happens. Its class hides the size and the method that makes the chart. */
  drawOnce(width: number, height: number, configuration: ChartConfiguration): void {
    Object.assign(this, { _width: width, _height: height });
    try {
      (this as unknown as { renderChart(configuration: ChartConfiguration): Chart }).renderChart(configuration);
    } finally {
      // also the one whose constructor threw: chart.js keeps it all the same
      for (const chart of Object.values(Chart.instances)) chart.destroy();
    }
  }
}

/** One for all sizes: its constructor loads the canvas module anew each time. */
let canvas: ChartCanvas | undefined;

/** Paints a model. */
export function paintModel(model: ChartModel): Bitmap {
  registerBaseFonts();
  const startMs = performance.now();
  let drawnMs = startMs;
  let pixels: Uint8Array | undefined;
  canvas ??= new ChartCanvas({ width: model.width, height: model.height });
  canvas.drawOnce(
    model.width,
    model.height,
    configurationOf(model, (drawn) => {
      drawnMs = performance.now();
      pixels = drawn.data();
    }),
  );
  if (!pixels) throw new BotError('RENDER_FAILED', 'The canvas gave no pixels.');
  const rasterMs = performance.now() - drawnMs;
  const [width, height] = [model.width * PIXEL_RATIO, model.height * PIXEL_RATIO];
  return { pixels, width, height, drawMs: drawnMs - startMs, rasterMs };
}

/**
 * Encodes a bitmap as PNG in true colour. The opaque alpha channel stays: taking it off costs 1.5 ms and saves 1 %.
 *
 * @throws BotError `RENDER_FAILED` when the bitmap is blank
 */
export async function encodePng({ pixels, width, height }: Bitmap): Promise<Uint8Array> {
  if (isBlank(pixels)) throw new BotError('RENDER_FAILED', 'The picture came out blank.');
  const raw = { width, height, channels: 4 as const };
  return sharp(pixels, { raw }).png({ compressionLevel: COMPRESSION_LEVEL }).toBuffer();
}

/** Whether next to no pixel differs from the first one, the ground. */
function isBlank(pixels: Uint8Array): boolean {
  const step = BLANK_CHECK.stride * 4;
  let [seen, different] = [0, 0];
  for (let at = 0; at + 2 < pixels.length; at += step) {
    seen += 1;
    if (pixels[at] !== pixels[0] || pixels[at + 1] !== pixels[1] || pixels[at + 2] !== pixels[2]) different += 1;
  }
  return different < seen * BLANK_CHECK.minShare;
}

function configurationOf(model: ChartModel, onPixels: (canvas: Canvas) => void): ChartConfiguration {
  const { plot, width, height } = model;
  const palette = paletteOf(model.theme);
  const axis = (min: number, max: number, reverse: boolean) => ({
    type: 'linear' as const,
    display: false,
    offset: false,
    min,
    max,
    reverse,
  });
  return {
    type: 'line',
    // chart.js draws the first dataset last
    data: { datasets: [...model.bars.map(barDataset), ...model.lines.flatMap(lineDatasets)].reverse() },
    options: {
      devicePixelRatio: PIXEL_RATIO,
      events: [],
      parsing: false,
      normalized: true,
      layout: {
        padding: { left: plot.left, top: plot.top, right: width - plot.right, bottom: height - plot.bottom },
        autoPadding: false,
      },
      // points are in px already: one scale of the picture for all that is drawn on it
      scales: { x: axis(plot.left, plot.right, false), y: axis(plot.top, plot.bottom, true) },
      plugins: { filler: { propagate: false, drawTime: 'beforeDatasetsDraw' } },
    },
    plugins: [
      {
        id: 'painter',
        beforeDraw: (chart) => paintBeneath(contextOf(chart), model, palette),
        afterDatasetsDraw: (chart) => paintAbove(contextOf(chart), model, palette),
        afterRender: (chart) => onPixels(chart.canvas as unknown as Canvas),
      },
    ],
  };
}

const contextOf = (chart: Chart) => chart.ctx as unknown as ReturnType<Canvas['getContext']>;

/**
 * A line; where it is filled down to another edge, that edge comes before it as a line of no width. A long line is
 * drawn in pieces that share a stretch: Skia takes half the time for them.
 */
function lineDatasets(line: Line, index: number, lines: readonly Line[]): ChartDataset<'line' | 'bar'>[] {
  const { fill, color, width, join, dash = [], isStepped, xs, ys } = line;
  const base = {
    type: 'line' as const,
    pointRadius: 0,
    pointHitRadius: 0,
    tension: 0,
    spanGaps: false,
    stepped: isStepped,
  };
  const stroke = {
    borderColor: color,
    borderWidth: width,
    borderJoinStyle: join,
    borderDash: [...dash],
    borderCapStyle: 'butt' as const,
  };
  const pieces = (): ChartDataset<'line' | 'bar'>[] =>
    piecesOf(line).map(([from, to]) => ({
      ...base,
      ...stroke,
      data: pointsOf(xs.subarray(from, to), ys.subarray(from, to)),
      fill: false,
    }));
  if (!fill) return pieces();
  const filled = { ...base, data: pointsOf(xs, ys), backgroundColor: fill.color };
  if (typeof fill.to === 'number') return [{ ...filled, borderWidth: 0, fill: { value: fill.to } }, ...pieces()];
  if (lines[index - 1]?.ys === fill.to) return [{ ...filled, ...stroke, fill: '+1' }];
  return [
    { ...base, data: pointsOf(xs, fill.to), borderWidth: 0, fill: false },
    { ...filled, ...stroke, fill: '+1' },
  ];
}

/** Ranges of points that are stroked on their own; one where overlaps would show or dashes would start anew. */
function piecesOf({ xs, color, dash, role }: Line): [from: number, to: number][] {
  // the next band of a stack is filled down to this whole line
  if (dash || role === 'stack' || color.startsWith('rgba')) return [[0, xs.length]];
  const pieces: [number, number][] = [];
  for (let from = 0; from === 0 || from < xs.length - 2; from += PIECE_POINTS)
    pieces.push([from, Math.min(xs.length, from + PIECE_POINTS + 2)]);
  return pieces;
}

function pointsOf(xs: Float64Array, ys: Float64Array): { x: number; y: number }[] {
  const points = new Array<{ x: number; y: number }>(xs.length);
  for (let index = 0; index < xs.length; index += 1) points[index] = { x: xs[index] as number, y: ys[index] as number };
  return points;
}

/** Bars as chart.js holds parsed floating bars. */
function barDataset({ xs, tops, bottoms, width, color, fillingFrom }: Bars): ChartDataset<'line' | 'bar'> {
  const faint = withAlpha(color, FILLING_ALPHA);
  const data = Array.from(xs, (x, index) => {
    const [barStart, barEnd] = [bottoms[index] as number, tops[index] as number];
    const [min, max] = [Math.min(barStart, barEnd), Math.max(barStart, barEnd)];
    return { x, y: barEnd, _custom: { barStart, barEnd, start: barStart, end: barEnd, min, max } };
  });
  return {
    type: 'bar',
    data,
    grouped: false,
    barThickness: width,
    inflateAmount: 0,
    borderWidth: 0,
    backgroundColor: Array.from(xs, (_, index) => (index >= fillingFrom ? faint : color)),
  };
}
