/** Lays out a heatmap: cells over time and value, their key at the right, limits and notes as on any chart. Pure, but for measuring text. */
import type { Answer } from '../../domain/answer.ts';
import { BotError } from '../../domain/errors.ts';
import { formatTicks, formatValue } from '../../domain/format-number.ts';
import type { HeatmapFrame } from '../../domain/frame.ts';
import { makeUnit } from '../../domain/unit.ts';
import { firingOf, limitsOf, spanFills } from './firing.ts';
import { farText } from './heading.ts';
import { placeHeading } from './heading-place.ts';
import { type HeatGrid, heatGrid, silentTimes, stepColors, stepLimits, stepsOf } from './heat.ts';
import { heatLogScale } from './heat-scale.ts';
import { pillGutter, placeLimits, splitLimits } from './limits.ts';
import { placeMarks } from './marks.ts';
import type { Box, Cells, ChartModel, ColorKey, Fill, Limit, Text, ValueTick } from './model.ts';
import type { ChartOptions } from './options.ts';
import { type Palette, paletteOf } from './palette.ts';
import { edgesOf, MARGIN, type PictureSize, plotHeights, sizeOf } from './size.ts';
import { growBy, momentsOf, placeStrips, prepareStrips, type StripPlan, stripRemarks } from './strips.ts';
import { absoluteWindow, askedWindow, countedText } from './subtitle.ts';
import { cleanText, TYPE, textWidth } from './text.ts';
import { timeTicks } from './time-axis.ts';
import { chooseValueScale, heightOf, labelledTicks, type ValueScale } from './value-axis.ts';

const TICK_GUTTER = 12;
const TOP_CLEAR = 16;
const PILL_CLEAR = 22;
/** About what stands beside a plot, above and beneath it: cells are merged for the rest. */
const AROUND_PLOT = { width: 220, height: 180 } as const;
const KEY = { gap: 20, swatch: 16, toText: 10, head: 13, first: 36, row: 26 } as const;
/** The key beside the plot has up to six rows. */
const HEIGHT_MIN = 390;
/** `no data` is said over a silence of at least so many columns. */
const SILENT_COLUMNS = 3;
const COUNT = makeUnit('count');

/** @throws BotError `RENDER_FAILED` when no cell holds a count */
export function layoutHeatmap(answer: Answer, frame: HeatmapFrame, options: ChartOptions): ChartModel {
  const palette = paletteOf(options.theme);
  const asked = sizeOf(options);
  const size = { ...asked, height: Math.max(asked.height, HEIGHT_MIN) };
  const { range } = answer.question;
  const nominal = { width: size.width - AROUND_PLOT.width, height: size.height - AROUND_PLOT.height };
  const grid = heatGrid(frame, nominal, answer.question.looks.log);
  const limits = stepLimits(grid.counts);
  if (limits.length === 0) throw new BotError('RENDER_FAILED', 'There is no count to draw in this window.');
  const key = keyTexts(limits, grid);
  const strips = prepareStrips(answer, options.slots ?? {}, palette, size.isNarrow);
  const place = placePlot(answer, frame, grid, keyWidth(key), strips, size, palette);
  const { plot, scale, y, x, marks, near, far } = place;
  const colors = stepColors(limits.length, palette.heat);
  const cells: Cells = { ...cellEdges(grid, x, place), steps: stepsOf(grid.counts, limits), colors };
  const isTaken = (box: Box) => touchesCells(cells, box);
  const placed = placeLimits(near, { plot, scale, y, unit: frame.unit, palette, isTaken });
  const silent = silentFills(grid, x, plot, palette);
  const height = size.height + growBy(strips);
  const edges = edgesOf(size);
  const stripParts = placeStrips(strips, answer, plot, edges.right, palette, momentsOf(marks.marks));
  const remarks = [
    ...heatRemarks(grid, frame),
    ...far.map((one) => farText(one, frame, scale)),
    ...stripRemarks(strips),
  ];
  return {
    width: size.width,
    height,
    theme: options.theme,
    plot,
    ...placeHeading(answer, { subtitle: subtitleOf(answer, grid, scale), remarks }, palette, {
      ...edges,
      height,
      isNarrow: size.isNarrow,
    }),
    valueAxis: { min: scale.min, max: scale.max, isLog: scale.isLog, ticks: ticksOf(scale, frame, y, placed) },
    timeAxis: {
      fromMs: range.fromMs,
      toMs: range.toMs,
      ticks: timeTicks(range, plot.left, plot.right, edges),
      ...(stripParts.bottom !== undefined && { bottom: stripParts.bottom }),
    },
    fills: [...silent, ...spanFills(marks.marks, plot, palette)],
    lines: [],
    bars: [],
    limits: placed,
    marks: marks.marks,
    ...(marks.more && { moreMarks: marks.more }),
    dots: [],
    labels: [],
    texts: silentTexts(silent, grid, x, palette),
    cells,
    key: placeKey(key, colors, plot, palette),
    ...(stripParts.panels.length > 0 && { panels: stripParts.panels }),
    hasSolidAreas: true,
    slots: strips.slots,
  };
}

function placePlot(
  answer: Answer,
  frame: HeatmapFrame,
  grid: HeatGrid,
  keyPx: number,
  strips: StripPlan,
  size: PictureSize,
  palette: Palette,
) {
  const { range, looks } = answer.question;
  const extent = extentOf(grid);
  const { isLog } = grid;
  const split = splitLimits(limitsOf(answer), extent, isLog ? {} : looks);
  for (let rows: 0 | 1 | 2 = 0; ; ) {
    const { top, bottom } = plotHeights(size, rows);
    const reach = reachOf(extent, split.near);
    const scale = isLog
      ? heatLogScale(reach.minPositive, reach.max, frame.unit, bottom - top, grid.isFromZero)
      : chooseValueScale(reach, frame.unit, looks, false, bottom - top);
    const near = split.near.filter(({ value }) => value >= scale.min && value <= scale.max);
    const far = [...split.far, ...split.near.filter((threshold) => !near.includes(threshold))];
    const widest = Math.max(0, ...tickLabels(scale, frame).map((label) => textWidth(label, TYPE.axis)));
    const left = MARGIN + Math.max(widest + TICK_GUTTER, pillGutter(near, scale, frame.unit) + 3, strips.left);
    const right = Math.floor(size.width - MARGIN - Math.max(keyPx, strips.right));
    const plot = { left: Math.ceil(left), top, right, bottom };
    const y = heightOf(scale, top, bottom);
    const perMs = (plot.right - plot.left) / (range.toMs - range.fromMs);
    const x = (timeMs: number) => plot.left + (timeMs - range.fromMs) * perMs;
    const taken = [...labelledTicks(scale), ...near].some(({ value }) => y(value) < top + TOP_CLEAR);
    const markSpace = {
      plot,
      ...edgesOf(size),
      rowOneLeft: taken ? plot.left - 6 : MARGIN,
      x,
      color: palette.note,
      critColor: palette.crit,
    };
    const marks = placeMarks(answer.annotations, range.fromMs, range.toMs, markSpace, firingOf(answer, false));
    if (marks.rows <= rows) return { plot, scale, x, y, marks, near, far };
    rows = marks.rows;
  }
}

function extentOf({ edges, isLog }: HeatGrid) {
  const [min, max] = [edges[0] ?? 0, edges.at(-1) ?? 1];
  return { min: isLog ? 0 : min, max, minPositive: edges.find((edge) => edge > 0) ?? Number.POSITIVE_INFINITY };
}

function reachOf(extent: ReturnType<typeof extentOf>, near: readonly { readonly value: number }[]) {
  const values = near.map(({ value }) => value);
  return {
    min: Math.min(extent.min, ...values),
    max: Math.max(extent.max, ...values),
    minPositive: Math.min(extent.minPositive, ...values.filter((value) => value > 0)),
  };
}

function tickLabels(scale: ValueScale, { unit }: HeatmapFrame): string[] {
  const values = labelledTicks(scale).map(({ value }) => value);
  if (!scale.isLog) return formatTicks(values, unit);
  return values.map((value) => (value === scale.zeroAt ? '0' : formatValue(value, unit)));
}

function ticksOf(
  scale: ValueScale,
  frame: HeatmapFrame,
  y: (value: number) => number,
  limits: readonly Limit[],
): ValueTick[] {
  const labels = tickLabels(scale, frame);
  const labelled = labelledTicks(scale);
  return scale.ticks.map((tick) => {
    const at = y(tick.value);
    const label = labels[labelled.indexOf(tick)];
    const isHidden = limits.some(({ pill }) => Math.abs((pill.top + pill.bottom) / 2 - at) < PILL_CLEAR);
    return { value: tick.value, y: at, line: tick.line, ...(label !== undefined && !isHidden && { label }) };
  });
}

/** Edges on whole pixels of the bitmap, so that the ground between cells is everywhere alike; cut at the window's ends. */
function cellEdges(
  { times, edges, isFromZero }: HeatGrid,
  x: (timeMs: number) => number,
  { y, plot }: Pick<ReturnType<typeof placePlot>, 'y' | 'plot'>,
) {
  const snap = (px: number) => Math.round(px * 2) / 2;
  const ys = edges.map((edge, index) => snap(isFromZero && index === 0 ? plot.bottom : y(edge)));
  return { xs: times.map((timeMs) => snap(x(timeMs))), ys };
}

function touchesCells({ xs, ys, steps }: Cells, box: Box): boolean {
  const columns = xs.length - 1;
  return steps.some((step, index) => {
    if (step === 0) return false;
    const [row, column] = [Math.floor(index / columns), index % columns];
    const isBeside = (xs[column + 1] as number) < box.left || (xs[column] as number) > box.right;
    return !isBeside && (ys[row + 1] as number) < box.bottom && (ys[row] as number) > box.top;
  });
}

/** Texts of the key, the most first: `≥ 500`. */
function keyTexts(limits: readonly number[], { counts }: HeatGrid): string[] {
  const [low = 0] = limits;
  const isBelow = counts.some((count) => count > 0 && count < low);
  return limits.map((limit, step) => (step === 0 && isBelow ? '> 0' : `≥ ${formatValue(limit, COUNT)}`)).toReversed();
}

function keyWidth(texts: readonly string[]): number {
  const widest = Math.max(
    textWidth('counts', TYPE.head),
    ...texts.map((text) => textWidth(text, TYPE.axis) + KEY.swatch + KEY.toText),
  );
  return KEY.gap + Math.ceil(widest);
}

function placeKey(texts: readonly string[], colors: readonly string[], plot: Box, palette: Palette): ColorKey {
  const left = plot.right + KEY.gap;
  const base = { align: 'left' as const };
  const rows = texts.map((text, index) => {
    const y = plot.top + KEY.first + index * KEY.row;
    const color = colors[colors.length - 1 - index] ?? palette.ink2;
    const swatch: Fill = { left, right: left + KEY.swatch, top: y - 8, bottom: y + 8, color, role: 'bar' };
    return {
      swatch,
      text: { ...base, text, x: swatch.right + KEY.toText, y: y + 6, color: palette.ink2, ...TYPE.axis },
    };
  });
  return {
    head: { ...base, text: 'counts', x: left, y: plot.top + KEY.head, color: palette.ink3, ...TYPE.head },
    rows,
  };
}

function silentFills(grid: HeatGrid, x: (timeMs: number) => number, plot: Box, palette: Palette): Fill[] {
  return silentTimes(grid).flatMap(([fromMs, toMs]): Fill[] => {
    const [left, right] = [Math.max(plot.left, x(fromMs)), Math.min(plot.right, x(toMs))];
    if (right <= left) return [];
    return [{ left, right, top: plot.top, bottom: plot.bottom, color: palette.noDataFill, role: 'no-data' }];
  });
}

function silentTexts(
  fills: readonly Fill[],
  { times }: HeatGrid,
  x: (timeMs: number) => number,
  palette: Palette,
): Text[] {
  const column = x(times[1] ?? 0) - x(times[0] ?? 0);
  const width = textWidth('no data', TYPE.head) + 12;
  return fills
    .filter(({ left, right }) => right - left >= Math.max(width, SILENT_COLUMNS * column * 0.99))
    .map(({ left, right, top }) => ({
      text: 'no data',
      x: (left + right) / 2,
      y: top + 20,
      align: 'center',
      color: palette.ink3,
      ...TYPE.head,
    }));
}

function subtitleOf({ question: { range }, nowMs, comparison }: Answer, { columnMs }: HeatGrid, scale: ValueScale) {
  const asked = askedWindow(cleanText(range.text));
  return {
    ...(asked && { asked }),
    window: absoluteWindow(range, nowMs),
    ...(columnMs !== undefined && { resolution: countedText(columnMs) }),
    remarks: [
      ...(scale.isLog ? ['log scale'] : []),
      ...(comparison ? [`${cleanText(comparison.label)} in the words`] : []),
    ],
  };
}

/** What lies beyond the outermost edges, where something does. */
function heatRemarks({ above, below, isFromZero }: HeatGrid, { unit }: HeatmapFrame): string[] {
  return [
    ...(above === undefined ? [] : [`top row: above ${formatValue(above, unit)}`]),
    ...(below === undefined ? [] : [`bottom row: ${isFromZero ? '0 to' : 'below'} ${formatValue(below, unit)}`]),
  ];
}
