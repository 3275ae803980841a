/** Strips beneath a plot: the same time axis, each with its own unit, title, ticks and limits. Pure, but for measuring text. */
import type { Answer } from '../../domain/answer.ts';
import { formatTicks, formatValue } from '../../domain/format-number.ts';
import type { SeriesFrame } from '../../domain/frame.ts';
import { answerOf } from '../own-looks.ts';
import { frameTitle, hasValue, stripFrames } from './chart-frames.ts';
import { endSeeds } from './ends.ts';
import { COLUMN_MAX, GUTTER, type LabelWish, labelColumn, placeLabels } from './labels.ts';
import { pillGutter, placeLimits, splitLimits } from './limits.ts';
import type { Box, ChartModel, EndLabel, Limit, Panel, Stroke, Text } from './model.ts';
import type { Palette } from './palette.ts';
import { type Drawn, drawContent, type Space, touchesData } from './plot.ts';
import { type Content, prepareContent } from './prepare.ts';
import { sameSlots } from './same-slots.ts';
import { smallScale } from './small-scale.ts';
import { cleanText, fitText, isolate, TYPE, textWidth } from './text.ts';
import { heightOf, type ValueScale } from './value-axis.ts';

/** More strips than this are no chart any more. */
const STRIPS_MAX = 3;
/** A picture grows by at most this: 620 px in all. */
const GROWTH_MAX = 220;
/** A strip with its title, where there is room. */
const PITCH_MAX = 104;
/** From the plot above to that of the strip: its title stands between. */
const TITLE_ROOM = 32;
const TITLE_ABOVE = 10;
const TICK_GUTTER = 12;
const PILL_CLEAR = 22;
/** Ticks nearer than this would touch. */
const TICK_CLEAR = 22;
const LABEL_GAP = 24;
const SWATCH = 14;
const LIMITS_MAX = 2;

/** One strip before it has a place. */
interface Strip {
  readonly title: string;
  /** Its frame alone, with its own looks and limits. */
  readonly answer: Answer;
  readonly content: Content;
  readonly scale: ValueScale;
  readonly limits: ReturnType<typeof splitLimits>;
  readonly ends: readonly StripEnd[];
}

type StripEnd = Omit<LabelWish, 'y' | 'endX'> & { readonly at?: number; readonly endMs?: number };

/** All strips of a picture, and the room that they need. */
export interface StripPlan {
  readonly strips: readonly Strip[];
  /** px of one strip with its title. */
  readonly pitch: number;
  /** px left and right of the plot, without the margins. */
  readonly left: number;
  readonly right: number;
  /** Frames that have values but no place. */
  readonly more: number;
  readonly slots: Readonly<Record<string, number>>;
}

/** Chooses what the strips of an answer show; their colours go on after those of the plot (`kept`). */
export function prepareStrips(
  answer: Answer,
  kept: Readonly<Record<string, number>>,
  palette: Palette,
  isNarrow: boolean,
  growth = GROWTH_MAX,
): StripPlan {
  const frames = stripFrames(answer).filter((frame) => hasValue(frame, answer.question.range));
  const room = Math.floor(growth / Math.floor(GROWTH_MAX / STRIPS_MAX));
  const shown = frames.slice(0, Math.max(0, Math.min(STRIPS_MAX, room)));
  const pitch = Math.min(PITCH_MAX, Math.floor(growth / Math.max(1, shown.length)));
  const most = isNarrow ? COLUMN_MAX.narrow : COLUMN_MAX.usual;
  let slots = kept;
  const strips = shown.map((frame): Strip => {
    const own = answerOf(answer, frame);
    const content = prepareContent(own, { ...sameSlots(frame, answer, kept), ...slots }, palette);
    slots = content.slots;
    const limits = splitLimits(own.thresholds.slice(0, LIMITS_MAX), content.extent, own.question.looks);
    const isSolid = content.kind !== 'lines';
    const scale = smallScale(
      reachOf(content, limits.near),
      content.unit,
      own.question.looks,
      isSolid,
      pitch - TITLE_ROOM,
    );
    const ends = endsOf(content, own, palette, Math.floor((pitch - TITLE_ROOM - 10) / LABEL_GAP) + 1);
    return { title: titleOf(frame, content), answer: own, content, scale, limits, ends };
  });
  return {
    strips,
    pitch,
    left: Math.max(0, ...strips.map(leftOf)),
    right: Math.max(
      0,
      ...strips.map(({ ends }) =>
        ends.length > 0 ? GUTTER.connector + labelColumn(asWishes(ends), false, most).width : 0,
      ),
    ),
    more: frames.length - shown.length,
    slots,
  };
}

/** Its title, with the unit where ticks do not say it: `Requests of checkout, per second`. */
function titleOf(frame: SeriesFrame, { unit }: Content): string {
  const title = cleanText(frameTitle(frame));
  return unit.phrase === undefined || title.includes(unit.phrase) ? title : `${title}, ${cleanText(unit.phrase)}`;
}

function reachOf({ extent }: Content, near: readonly { readonly value: number }[]) {
  const values = near.map(({ value }) => value);
  return { ...extent, min: Math.min(extent.min, ...values), max: Math.max(extent.max, ...values) };
}

function leftOf({ scale, content, limits }: Strip): number {
  const widest = Math.max(0, ...tickTexts(scale, content).map((label) => textWidth(label, TYPE.axis)));
  return Math.max(widest + TICK_GUTTER, pillGutter(limits.near, scale, content.unit) + 3);
}

function tickTexts({ ticks, isLog }: ValueScale, { unit }: Content): string[] {
  const values = ticks.map(({ value }) => value);
  return isLog ? values.map((value) => formatValue(value, unit)) : formatTicks(values, unit);
}

const asWishes = (ends: readonly StripEnd[]): LabelWish[] => ends.map((end) => ({ ...end, y: 0 }));

/** What stands right of a strip: names and newest values, of counts their sums; at most `most`, the rest counted. */
function endsOf(content: Content, own: Answer, palette: Palette, most: number): StripEnd[] {
  const all = content.kind === 'bars' ? sumEnds(content) : endSeeds(content, own, palette);
  const [only] = all;
  if (all.length === 1 && only && cleanText(own.title) === only.name)
    return [{ ...only, name: content.kind === 'bars' ? only.name : '' }];
  if (all.length <= most) return all;
  const kept = all.toSorted((a, b) => (b.at ?? 0) - (a.at ?? 0)).slice(0, most - 1);
  const rest = all.filter((end) => !kept.includes(end));
  return [
    ...all.filter((end) => kept.includes(end)),
    { name: `${rest.length} more`, color: palette.context, tone: 'quiet', at: rest[0]?.at ?? 0 },
  ];
}

function sumEnds({ shown, unit, isCount }: Content): StripEnd[] {
  return shown.toReversed().map(({ name, summary, color }) => ({
    name: shown.length === 1 ? (isCount ? 'sum' : 'mean') : name,
    value: formatValue(isCount ? summary.sum : summary.mean, unit),
    color,
    at: isCount ? summary.sum : summary.mean,
    tone: 'normal',
  }));
}

/** What the picture grows by. */
export function growBy({ strips, pitch }: StripPlan): number {
  return strips.length * pitch;
}

/** For the footer. */
export function stripRemarks({ strips, more }: StripPlan): string[] {
  const isFilling = strips.some(({ content, answer }) => content.kind === 'bars' && isLastFilling(content, answer));
  return [
    ...(isFilling ? ['last bar still filling'] : []),
    ...(more > 0 ? [`${more} more ${more === 1 ? 'strip' : 'strips'} in the words`] : []),
  ];
}

function isLastFilling({ grid, stepMs }: Content, { nowMs }: Answer): boolean {
  const last = grid?.times.at(-1);
  return last !== undefined && stepMs !== undefined && last + stepMs > nowMs;
}

/** Places the strips under a plot; `bottom` is where the time labels hang, absent without strips. */
export function placeStrips(
  { strips, pitch }: StripPlan,
  { question: { range } }: Answer,
  main: Box,
  right: number,
  palette: Palette,
  moments: readonly number[] = [],
): { readonly panels: readonly Panel[]; readonly bottom?: number } {
  const perMs = (main.right - main.left) / (range.toMs - range.fromMs);
  const panels = strips.map((strip, index): Panel => {
    const bottom = main.bottom + (index + 1) * pitch;
    const plot = { left: main.left, right: main.right, top: bottom - pitch + TITLE_ROOM, bottom };
    const y = heightOf(strip.scale, plot.top, plot.bottom);
    const zero = strip.scale.isLog ? plot.bottom : y(0);
    const space: Space = {
      plot,
      y,
      x: (timeMs) => plot.left + (timeMs - range.fromMs) * perMs,
      zeroY: Math.min(plot.bottom, Math.max(plot.top, zero)),
      isZoomed: strip.scale.isLog || strip.scale.min > 0 || strip.scale.max < 0,
    };
    return placeStrip(strip, space, right, palette, moments);
  });
  const last = panels.at(-1);
  return { panels, ...(last && { bottom: last.plot.bottom }) };
}

function placeStrip(strip: Strip, space: Space, right: number, palette: Palette, moments: readonly number[]): Panel {
  const { content, answer, scale, title } = strip;
  const { plot } = space;
  const drawn = drawContent(content, answer, space, palette);
  const inRange = strip.limits.near.filter(({ value }) => value >= scale.min && value <= scale.max);
  const isTaken = (box: Box) => touchesData(drawn, box);
  const limits = placeLimits(inRange, { plot, scale, y: space.y, unit: content.unit, palette, isTaken });
  const text = isolate(fitText(title, right - plot.left, TYPE.note));
  return {
    plot,
    title: { text, x: plot.left, y: plot.top - TITLE_ABOVE, align: 'left', color: palette.ink, ...TYPE.note },
    texts: tickLabels(strip, space, limits, palette),
    grid: [...gridLines(strip, space, palette), ...moments.map((x): Stroke => momentLine(x, plot, palette))],
    fills: [],
    ...linesOf(drawn, content),
    hasSolidAreas: content.kind === 'stack',
    strokes: zeroLine(strip, space, palette),
    limits,
    dots: drawn.dots.map((dot) => ({ ...dot, radius: Math.min(dot.radius, 4) })),
    labels: labelsOf(strip, space, right, palette),
  };
}

const linesOf = ({ lines, bars }: Drawn, { shown }: Content) => ({
  lines: lines.map((line) => (shown.length === 1 ? { ...line, width: Math.min(line.width, 2) } : line)),
  bars,
});

const momentLine = (x: number, { top, bottom }: Box, { note }: Palette): Stroke => ({
  points: [x, top, x, bottom],
  color: note,
  width: 1.5,
  dash: [2, 4],
});

function gridLines({ scale }: Strip, { plot, y }: Space, palette: Palette): Stroke[] {
  return scale.ticks
    .filter(({ line }) => line === 'grid')
    .map(({ value }) => ({ points: [plot.left, y(value), plot.right, y(value)], color: palette.grid, width: 1 }));
}

/** Zero, or the plot's lower edge where zero is not on it. */
function zeroLine({ scale }: Strip, { plot, y }: Space, palette: Palette): Stroke[] {
  if (scale.isLog || scale.min > 0 || scale.max < 0) return [];
  return [{ points: [plot.left, y(0), plot.right, y(0)], color: palette.axis, width: 1.5 }];
}

/** Labels from the ends inwards, so that lowest and highest stay when there is no room for more. */
function tickLabels({ scale, content }: Strip, { plot, y }: Space, limits: readonly Limit[], palette: Palette): Text[] {
  const texts = tickTexts(scale, content);
  const ticks = scale.ticks.map(({ value, line }, index) => ({ at: y(value), text: texts[index] as string, line }));
  const order = [ticks[0], ticks.at(-1), ...ticks.slice(1, -1)].filter(
    (tick) => tick !== undefined && tick.line !== 'faint',
  );
  const placed: { at: number; text: string }[] = [];
  for (const tick of order) {
    if (!tick || placed.some(({ at }) => Math.abs(at - tick.at) < TICK_CLEAR)) continue;
    if (limits.some(({ pill }) => Math.abs((pill.top + pill.bottom) / 2 - tick.at) < PILL_CLEAR)) continue;
    placed.push(tick);
  }
  return placed.map(({ at, text }) => ({
    text,
    x: plot.left - 10,
    y: at + 6,
    align: 'right',
    color: palette.ink2,
    ...TYPE.axis,
  }));
}

function labelsOf({ ends, content }: Strip, space: Space, right: number, palette: Palette): EndLabel[] {
  const { plot } = space;
  const width = right - plot.right - GUTTER.connector;
  const column = { ...labelColumn(asWishes(ends), false, Math.min(COLUMN_MAX.usual, width)), width };
  const isBars = content.kind === 'bars';
  const wishes = ends.map((end, index): LabelWish => {
    const y = isBars ? plot.top + 12 + index * LABEL_GAP : space.y(end.at ?? 0);
    const endX = end.endMs === undefined || isBars ? undefined : space.x(end.endMs);
    return { ...end, y: Number.isNaN(y) ? plot.bottom : y, ...(endX !== undefined && { endX }) };
  });
  const labels = placeLabels(wishes, column, plot, false, palette);
  if (!isBars || ends.length < 2) return labels;
  return labels.map((label, index) => ({
    ...label,
    swatch: swatchOf(label.y, plot.right + 10, ends[index]?.color ?? palette.ink2),
  }));
}

const swatchOf = (y: number, left: number, color: string) =>
  ({ left, right: left + SWATCH, top: y - SWATCH / 2, bottom: y + SWATCH / 2, color, role: 'bar' }) as const;

/** Where the moments of a picture's notes are. */
export function momentsOf(marks: ChartModel['marks']): number[] {
  return marks.filter(({ kind }) => kind === 'moment').map(({ fromX }) => fromX);
}
