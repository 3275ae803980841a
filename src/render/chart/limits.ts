/** Thresholds: which are drawn, their bands, pills and words. Pure. */
import type { Threshold } from '../../domain/annotation.ts';
import { formatLimit, formatValue } from '../../domain/format-number.ts';
import type { Looks } from '../../domain/saved-query.ts';
import type { Unit } from '../../domain/unit.ts';
import type { Box, Fill, Limit, Stroke, Text } from './model.ts';
import { type Palette, severityColor } from './palette.ts';
import { spreadLabels } from './spread.ts';
import { cleanText, fitText, isolate, TYPE, textWidth } from './text.ts';
import type { ValueExtent, ValueScale } from './value-axis.ts';

/** A farther threshold would press the data flat. */
const FAR_FACTOR = 1.6;
const PILL_HEIGHT = 23;
const PILL_GAP = 25;
const PILL_PADDING = 6;
/** Between a pill and the plot. */
const PILL_TO_PLOT = 3;
/** More limits than this are a fault in a definition. */
const LIMITS_MAX = 8;
const WORD_MAX_PX = 200;
/** No data may be so near to a word, nor another limit. */
const WORD_CLEAR = { vertical: 14, sideways: 12, otherLimit: 20 };

/** The word of a threshold: its title, else its severity. */
export function limitWord({ title, severity }: Threshold): string {
  return cleanText(title ?? '') || severity;
}

/** Splits thresholds into those near enough to count into the axis, or on an axis that is set, and those only told in the footer. */
export function splitLimits(
  thresholds: readonly Threshold[],
  data: ValueExtent,
  { min = data.min, max = data.max }: Pick<Looks, 'min' | 'max'>,
) {
  const extent = { min: Math.min(data.min, min), max: Math.max(data.max, max) };
  const reach = FAR_FACTOR * Math.max(Math.abs(extent.min), Math.abs(extent.max));
  const finite = thresholds.filter(({ value }) => Number.isFinite(value)).slice(0, LIMITS_MAX);
  const near = finite.filter(
    ({ value }) => Math.abs(value) <= reach || (value >= Math.min(0, extent.min) && value <= extent.max),
  );
  return { near, far: finite.filter((threshold) => !near.includes(threshold)) };
}

/** px that pills need left of the plot. */
export function pillGutter(thresholds: readonly Threshold[], scale: ValueScale, unit: Unit): number {
  const width = ({ value }: Threshold) => textWidth(limitText(value, scale, unit), TYPE.strong);
  return Math.max(0, ...thresholds.map(width)) + (thresholds.length > 0 ? 2 * PILL_PADDING + PILL_TO_PLOT : 0);
}

/** A limit in the prefix of the ticks; those of a log axis share none. */
function limitText(value: number, { isLog, ticks }: ValueScale, unit: Unit): string {
  if (isLog) return formatValue(value, unit);
  return formatLimit(
    value,
    ticks.map((tick) => tick.value),
    unit,
  );
}

/** What limits are placed on. */
export interface LimitSpace {
  readonly plot: Box;
  readonly scale: ValueScale;
  readonly y: (value: number) => number;
  readonly unit: Unit;
  readonly palette: Palette;
  /** Whether data, or anything else, is drawn inside a box. */
  readonly isTaken: (box: Box) => boolean;
}

/** Places limits: lines, pills that keep apart, words where they meet nothing. */
export function placeLimits(thresholds: readonly Threshold[], space: LimitSpace): Limit[] {
  const { plot, palette, unit, scale } = space;
  const ys = thresholds.map(({ value }) => space.y(value));
  const middles = spreadLabels(ys, PILL_GAP, plot.top, plot.bottom);
  return thresholds.map((threshold, index) => {
    const y = ys[index] as number;
    const color = severityColor(threshold.severity, palette);
    const others = ys.filter((_, at) => at !== index);
    const word = placeWord(threshold, y, others, space, color);
    const value = isolate(limitText(threshold.value, scale, unit));
    return {
      value: threshold.value,
      y,
      color,
      strokes: limitStrokes(plot, y, color, threshold.severity !== 'critical', word),
      pill: pillAt(value, middles[index] as number, plot.left, palette.onPill),
      ...(word && { word }),
    };
  });
}

function pillAt(value: string, middle: number, plotLeft: number, color: string): Limit['pill'] {
  const right = plotLeft - PILL_TO_PLOT;
  const width = textWidth(value, TYPE.strong) + 2 * PILL_PADDING;
  const text: Text = { text: value, x: right - width / 2, y: middle + 6, align: 'center', color, ...TYPE.strong };
  return { left: right - width, right, top: middle - PILL_HEIGHT / 2, bottom: middle + PILL_HEIGHT / 2, text };
}

function placeWord(
  threshold: Threshold,
  y: number,
  otherYs: readonly number[],
  { plot, isTaken, palette }: LimitSpace,
  color: string,
): Text | undefined {
  if (otherYs.some((other) => Math.abs(other - y) < WORD_CLEAR.otherLimit)) return undefined;
  if (y - 8 < plot.top || y + 8 > plot.bottom) return undefined;
  const text = isolate(fitText(limitWord(threshold), WORD_MAX_PX, TYPE.note));
  const width = textWidth(text, TYPE.note);
  const room = plot.right - plot.left - width - 28;
  if (room < 0) return undefined;
  for (const share of [0, 0.5, 1, 0.25, 0.75]) {
    const x = plot.left + 14 + room * share;
    const box = {
      left: x - WORD_CLEAR.sideways,
      right: x + width + WORD_CLEAR.sideways,
      top: y - WORD_CLEAR.vertical,
      bottom: y + WORD_CLEAR.vertical,
    };
    if (!isTaken(box))
      return {
        text,
        x,
        y: y + 5.5,
        align: 'left',
        color: threshold.severity === 'info' ? palette.note : color,
        ...TYPE.note,
      };
  }
  return undefined;
}

/** The line of a limit, cut where its word stands. */
function limitStrokes(plot: Box, y: number, color: string, isDashed: boolean, word: Text | undefined): Stroke[] {
  const stroke = (from: number, to: number): Stroke => ({
    points: [from, y, to, y],
    color,
    width: 2,
    ...(isDashed && { dash: [9, 5] }),
  });
  if (!word) return [stroke(plot.left, plot.right)];
  return [stroke(plot.left, word.x - 6), stroke(word.x + textWidth(word.text, TYPE.note) + 6, plot.right)];
}

/** Bands on the bad side of each limit, up to the next one or to the plot's edge. */
export function limitBands(
  thresholds: readonly Threshold[],
  space: Pick<LimitSpace, 'plot' | 'y' | 'palette'>,
): Fill[] {
  const { plot, y, palette } = space;
  return thresholds.flatMap((threshold): Fill[] => {
    if (threshold.severity === 'info') return [];
    const isAbove = threshold.op.startsWith('>');
    const same = thresholds.filter(({ op, severity }) => op.startsWith('>') === isAbove && severity !== 'info');
    const beyond = same.filter(({ value }) => (isAbove ? value > threshold.value : value < threshold.value));
    const ends = beyond.map(({ value }) => y(value));
    const from = y(threshold.value);
    const to = isAbove ? Math.max(plot.top, ...ends) : Math.min(plot.bottom, ...ends);
    const [top, bottom] = [Math.min(from, to), Math.max(from, to)];
    if (bottom - top < 0.5) return [];
    const isCritical = threshold.severity === 'critical';
    const color = isCritical ? palette.critBand : palette.warnBand;
    return [{ left: plot.left, right: plot.right, top, bottom, color, role: isCritical ? 'critical' : 'warning' }];
  });
}
