/** One panel of a contact sheet: name, newest value, three grid lines, its curve and limits. Pure, but for measuring text. */
import { DateTime } from 'luxon';
import type { Threshold } from '../../domain/annotation.ts';
import type { Answer } from '../../domain/answer.ts';
import { formatTicks, formatValue } from '../../domain/format-number.ts';
import { summarize } from '../../domain/series.ts';
import { stripFrames } from './chart-frames.ts';
import { splitLimits } from './limits.ts';
import type { Box, Dot, Line, Panel, Stroke, Text } from './model.ts';
import { type Palette, severityColor } from './palette.ts';
import { drawContent, type Space } from './plot.ts';
import { type Content, prepareContent } from './prepare.ts';
import { smallScale } from './small-scale.ts';
import { sumRows } from './stack.ts';
import { cleanText, fitText, isolate, TYPE, textWidth } from './text.ts';
import { monthName } from './time-axis.ts';
import { heightOf, type ValueScale } from './value-axis.ts';

/** Over the plot: name and value, and the label of the top line. */
const [TITLE_ABOVE, TOP_LABEL_ABOVE] = [20, 4];
const NAME_MAX_PX = 130;
const GAP = 12;
const WIDTHS = { line: 2.5, limit: 1.5, grey: 1.25 } as const;
/** A series ended when its last value lies so many steps, or this share of the window, before now. */
const ENDED = { steps: 3, share: 0.03 } as const;
const PANEL_TITLE = { size: 17, weight: 500 } as const;

/** A panel before it has a place. */
export interface SheetPanel {
  readonly answer: Answer;
  readonly content: Content;
  readonly scale: ValueScale;
  /** Those on the axis. */
  readonly limits: readonly Threshold[];
  /** What is not drawn: limits far off the axis, series of another unit. */
  readonly farLimits: number;
  readonly otherUnits: number;
}

/** Chooses what a panel shows; `answer` holds its frame alone, with a value in the window. */
export function preparePanel(
  answer: Answer,
  palette: Palette,
  { width, height }: { readonly width: number; readonly height: number },
): SheetPanel {
  const content = prepareContent(answer, {}, palette, { widthPx: width, coloured: 1 });
  const { near } = splitLimits(answer.thresholds, content.extent, answer.question.looks);
  const values = near.map(({ value }) => value);
  const { extent } = content;
  const reach = { ...extent, min: Math.min(extent.min, ...values), max: Math.max(extent.max, ...values) };
  const scale = smallScale(reach, content.unit, answer.question.looks, content.kind !== 'lines', height);
  const limits = near.filter(({ value }) => value >= scale.min && value <= scale.max);
  return {
    answer,
    content,
    scale,
    limits,
    farLimits: answer.thresholds.length - limits.length,
    otherUnits: stripFrames(answer).reduce((sum, { series }) => sum + series.length, 0),
  };
}

/** Places a panel. */
export function placePanel(
  { answer, content, scale, limits }: SheetPanel,
  plot: Box,
  { nowMs }: Answer,
  palette: Palette,
): Panel {
  const { range } = answer.question;
  const y = heightOf(scale, plot.top, plot.bottom);
  const perMs = (plot.right - plot.left) / (range.toMs - range.fromMs);
  const zero = scale.isLog ? plot.bottom : y(0);
  const space: Space = {
    plot,
    y,
    x: (timeMs) => plot.left + (timeMs - range.fromMs) * perMs,
    zeroY: Math.min(plot.bottom, Math.max(plot.top, zero)),
    isZoomed: scale.isLog || scale.min > 0 || scale.max < 0,
  };
  const drawn = drawContent(content, answer, space, palette);
  const value = valueTexts(content, answer, nowMs, plot, palette);
  const room = plot.right - plot.left - value.width - GAP;
  const title = isolate(fitText(titleOf(answer, content), room, PANEL_TITLE));
  return {
    plot,
    title: { text: title, x: plot.left, y: plot.top - TITLE_ABOVE, align: 'left', color: palette.ink, ...PANEL_TITLE },
    texts: [...value.texts, ...topLabel(scale, content, space, palette)],
    grid: gridLines(scale, space, palette),
    fills: [],
    lines: drawn.lines.map(thinner),
    bars: drawn.bars,
    hasSolidAreas: content.kind === 'stack',
    strokes: [...zeroLine(scale, space, palette), ...limits.map((limit) => limitLine(limit, space, palette))],
    limits: [],
    dots: drawn.dots.map((dot): Dot => ({ ...dot, radius: Math.min(dot.radius, 5) })),
    labels: [],
  };
}

const thinner = (line: Line): Line => ({
  ...line,
  width: Math.min(line.width, line.role === 'other' ? WIDTHS.grey : WIDTHS.line),
});

/** Its title, with the unit where values do not say it. */
function titleOf({ title }: Answer, { unit }: Content): string {
  const plain = cleanText(title);
  return unit.phrase === undefined || plain.includes(unit.phrase) ? plain : `${plain}, ${cleanText(unit.phrase)}`;
}

/** What the large number is: the newest value of the worst series, the total of a stack, the sum of counts. */
function headNumber({ kind, grid, shown, others, isCount }: Content) {
  const [first] = shown;
  if (kind !== 'lines' && grid) {
    const total = summarize({ times: grid.times, values: sumRows(grid.rows, grid.times.length) });
    if (total && isCount) return { value: total.sum, name: 'sum' };
    if (total) return { value: total.last, name: shown.length > 1 ? 'total' : '', lastMs: total.lastMs };
  }
  return {
    value: first?.summary.last ?? Number.NaN,
    name: others.length > 0 ? (first?.name ?? '') : '',
    lastMs: first?.summary.lastMs,
  };
}

function valueTexts(content: Content, answer: Answer, nowMs: number, plot: Box, palette: Palette) {
  const { value, name, lastMs } = headNumber(content);
  const ended = lastMs === undefined ? undefined : endedText(lastMs, content, answer, nowMs);
  const text = formatValue(value, content.unit);
  const valueWidth = textWidth(text, TYPE.hero);
  const y = plot.top - TITLE_ABOVE;
  const texts: Text[] = [
    { text, x: plot.right, y: y + 0.5, align: 'right', color: ended ? palette.ink3 : palette.ink, ...TYPE.hero },
  ];
  const small = [name, ended].filter(Boolean).join(', ');
  if (small === '') return { texts, width: valueWidth };
  const fitted = isolate(fitText(small, NAME_MAX_PX, TYPE.axis));
  const x = plot.right - valueWidth - GAP / 1.5;
  texts.push({ text: fitted, x, y, align: 'right', color: palette.ink2, ...TYPE.axis });
  return { texts, width: valueWidth + GAP / 1.5 + textWidth(fitted, TYPE.axis) };
}

function endedText(
  lastMs: number,
  { stepMs = 0 }: Content,
  { question: { range } }: Answer,
  nowMs: number,
): string | undefined {
  const late = Math.max(ENDED.steps * stepMs, ENDED.share * (range.toMs - range.fromMs));
  if (Math.min(range.toMs, nowMs) - lastMs <= late) return undefined;
  const at = DateTime.fromMillis(lastMs, { zone: range.zone });
  return `until ${range.toMs - range.fromMs > 86_400_000 ? `${at.day} ${monthName(at)}` : at.toFormat('HH:mm')}`;
}

/** Only the highest line is labelled. */
function topLabel({ ticks, isLog }: ValueScale, { unit }: Content, { plot, y }: Space, palette: Palette): Text[] {
  const values = ticks.filter(({ line }) => line !== 'faint').map(({ value }) => value);
  const top = values.at(-1);
  if (top === undefined) return [];
  const text = isLog ? formatValue(top, unit) : (formatTicks(values, unit).at(-1) as string);
  return [{ text, x: plot.left, y: y(top) - TOP_LABEL_ABOVE, align: 'left', color: palette.ink3, ...TYPE.footer }];
}

function gridLines({ ticks }: ValueScale, { plot, y }: Space, palette: Palette): Stroke[] {
  return ticks
    .filter(({ line }) => line === 'grid')
    .map(({ value }) => ({ points: [plot.left, y(value), plot.right, y(value)], color: palette.grid, width: 1 }));
}

function zeroLine({ isLog, min, max }: ValueScale, { plot, y }: Space, palette: Palette): Stroke[] {
  if (isLog || min > 0 || max < 0) return [];
  return [{ points: [plot.left, y(0), plot.right, y(0)], color: palette.axis, width: 1.5 }];
}

function limitLine({ value, severity }: Threshold, { plot, y }: Space, palette: Palette): Stroke {
  const at = y(value);
  const dash = severity === 'critical' ? {} : { dash: [9, 5] };
  return {
    points: [plot.left, at, plot.right, at],
    color: severityColor(severity, palette),
    width: WIDTHS.limit,
    ...dash,
  };
}
