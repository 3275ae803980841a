/** Lays a picture out: everything that will be drawn gets its place. Pure, apart from measuring text. */
import type { Answer } from '../../domain/answer.ts';
import { formatTicks, formatValue } from '../../domain/format-number.ts';
import { withOwnLooks } from '../own-looks.ts';
import { heatmapOf, sheetFrames } from './chart-frames.ts';
import { twinOf } from './ends.ts';
import { exemplarRemarks, exemplarsOf, placeExemplars, touchesDiamond, withExemplars } from './exemplars.ts';
import { extremeLabel } from './extreme.ts';
import {
  crowdName,
  firedCount,
  firingName,
  firingOf,
  groupRemarks,
  limitsOf,
  placeRings,
  spanFills,
  touchesRing,
  uprights,
} from './firing.ts';
import { titleParts } from './heading.ts';
import { layoutHeatmap } from './heat-layout.ts';
import { GUTTER, placeLabels } from './labels.ts';
import { limitBands, pillGutter, placeLimits, splitLimits } from './limits.ts';
import { type PlacedMarks, placeMarks } from './marks.ts';
import type { Box, ChartModel, EndLabel, Fill, Limit, Text, ValueTick } from './model.ts';
import { type Names, nameColumn } from './names.ts';
import type { ChartOptions } from './options.ts';
import { type Palette, paletteOf } from './palette.ts';
import { drawContent, type Space, silences, touchesData } from './plot.ts';
import { byLastValue, type Content, prepareContent } from './prepare.ts';
import { layoutSheet } from './sheet.ts';
import { edgesOf, MARGIN, type PictureSize, plotHeights, sizeOf } from './size.ts';
import { growBy, placeStrips, prepareStrips, type StripPlan, stripRemarks } from './strips.ts';
import { placeSums } from './sums.ts';
import { placeTable, tableHeight } from './table.ts';
import { TYPE, textWidth } from './text.ts';
import { timeTicks } from './time-axis.ts';
import { chooseValueScale, heightOf, labelledTicks, type ValueScale } from './value-axis.ts';

/** Strips alone let it grow by this. */
const GROWTH_MAX = 220;
/** About what stands left and right of a plot, of a narrow one less: most have their names beneath. */
const BESIDE_PLOT = { usual: 240, narrow: 160 } as const;
/** Between the widest tick and the plot. */
const TICK_GUTTER = 12;
/** Tick labels and pills this near to the plot's top stand beside the first row of notes. */
const TOP_CLEAR = 16;
/** Ticks this near to a pill are hidden. */
const PILL_CLEAR = 22;

/**
 * Lays out the chart of an answer.
 *
 * @throws BotError `RENDER_FAILED` when there is no value to draw: callers look at `answer.empty` first
 */
export function layoutPicture(asked: Answer, options: ChartOptions): ChartModel {
  const answer = withOwnLooks(asked);
  if (sheetFrames(answer).length > 0) return layoutSheet(answer, options);
  const heatmap = heatmapOf(answer);
  return heatmap ? layoutHeatmap(answer, heatmap, options) : layoutSeries(answer, options);
}

function layoutSeries(answer: Answer, options: ChartOptions): ChartModel {
  const palette = paletteOf(options.theme);
  const size = sizeOf(options);
  const edges = edgesOf(size);
  const { range } = answer.question;
  const prepared = prepareContent(answer, options.slots ?? {}, palette, {
    widthPx: size.width - BESIDE_PLOT[size.isNarrow ? 'narrow' : 'usual'],
  });
  // on sums a single measurement has no place
  const exemplars = prepared.kind === 'lines' ? exemplarsOf(answer) : [];
  const content = withExemplars(prepared, exemplars);
  const names = nameColumn(content, answer, palette, size.isNarrow);
  const below = names.isTable ? tableHeight(tableEntries(content, answer, names, palette).length) : 0;
  const strips = prepareStrips(
    answer,
    content.slots,
    palette,
    size.isNarrow,
    Math.min(GROWTH_MAX, size.heightMax - size.height - below),
  );
  const frame = chooseFrame(content, answer, palette, names, strips, size);
  const { plot, scale, space, marks, limits } = frame;
  const drawn = drawContent(content, answer, space, palette);
  const height = size.height + growBy(strips) + below;
  const silent = silences(content, answer, space, palette.noDataFill);
  const labels = names.isTable ? [] : gutterLabels(content, names, space, edges.right, palette);
  const { diamonds, beyond } = placeExemplars(exemplars, space);
  const rings = placeRings(content, answer, space);
  const isInked = (box: Box) =>
    touchesData(drawn, box) ||
    touchesWay(labels, box) ||
    diamonds.some((diamond) => touchesDiamond(diamond, box)) ||
    rings.some((ring) => touchesRing(ring, box));
  const momentXs = uprights(marks.marks);
  const isTaken = (box: Box) => isInked(box) || momentXs.some((x) => x > box.left + 5 && x < box.right - 5);
  const placed = placeLimits(limits.near, { plot, scale, y: space.y, unit: content.unit, palette, isTaken });
  const extreme = answer.alert ? undefined : extremeLabel(content, answer, space, placed, momentXs, isInked, palette);
  const extremes = { texts: extreme ? [extreme.text] : [], dots: extreme ? [extreme.dot] : [] };
  const isWritten = (box: Box) => isInked(box) || (extreme !== undefined && touchesText(extreme.text, box));
  const { unplaced, more } = marks;
  const words = { answer, content, scale, names, drawn, far: limits.far, unplaced, hasMore: more !== undefined };
  const { panels, bottom = plot.bottom } = placeStrips(strips, answer, plot, edges.right, palette, momentXs);
  const remarks = [
    ...groupRemarks(answer, content, rings.length, drawn.hasCrowd),
    ...exemplarRemarks(diamonds.length, beyond),
    ...stripRemarks(strips),
  ];
  return {
    width: size.width,
    height,
    theme: options.theme,
    plot,
    ...titleParts(words, remarks, palette, { ...edges, height, isNarrow: size.isNarrow }),
    valueAxis: { min: scale.min, max: scale.max, isLog: scale.isLog, ticks: valueTicks(scale, content, space, placed) },
    timeAxis: {
      fromMs: range.fromMs,
      toMs: range.toMs,
      ticks: timeTicks(range, plot.left, plot.right, edges),
      ...(bottom !== plot.bottom && { bottom }),
    },
    fills: [
      ...(answer.alert ? [] : limitBands(limits.near, { plot, y: space.y, palette })),
      ...silent,
      ...spanFills(marks.marks, plot, palette),
    ],
    lines: drawn.lines,
    bars: drawn.bars,
    limits: placed,
    marks: marks.marks,
    ...(more && { moreMarks: more }),
    dots: [...drawn.dots, ...extremes.dots],
    labels,
    texts: [
      ...noDataTexts(silent, placed, isWritten, palette),
      ...extremes.texts,
      ...sumsHead(content, plot, edges.right, palette),
    ],
    ...(names.isTable && { table: tableOf(content, answer, names, { ...edges, plotBottom: bottom, palette }) }),
    ...(diamonds.length > 0 && { diamonds }),
    ...(rings.length > 0 && { rings }),
    ...(panels.length > 0 && { panels }),
    hasSolidAreas: content.kind === 'stack',
    slots: strips.slots,
  };
}

interface Frame {
  readonly plot: Box;
  readonly scale: ValueScale;
  readonly space: Space;
  readonly marks: PlacedMarks;
  readonly limits: ReturnType<typeof splitLimits>;
}

/** Chooses plot and axis: notes need rows above the plot, their number depends on the plot's edges. */
function chooseFrame(
  content: Content,
  answer: Answer,
  palette: Palette,
  names: Names,
  strips: StripPlan,
  size: PictureSize,
): Frame {
  const limits = splitLimits(limitsOf(answer), content.extent, answer.question.looks);
  const reach = {
    ...content.extent,
    min: Math.min(content.extent.min, ...limits.near.map(({ value }) => value)),
    max: Math.max(content.extent.max, ...limits.near.map(({ value }) => value)),
  };
  const firing = firingOf(answer, firedCount(answer.alert, content) > 0);
  for (let rows: 0 | 1 | 2 = 0; ; ) {
    const { top, bottom } = plotHeights(size, rows);
    const scale = chooseValueScale(reach, content.unit, answer.question.looks, content.kind !== 'lines', bottom - top);
    const inRange = limits.near.filter(({ value }) => value >= scale.min && value <= scale.max);
    const cut = limits.near.filter((threshold) => !inRange.includes(threshold));
    const ticks = labelledTicks(scale).map(({ value }) => value);
    const widest = Math.max(0, ...tickLabels(scale, content).map((label) => textWidth(label, TYPE.axis)));
    const left = MARGIN + Math.max(widest + TICK_GUTTER, pillGutter(inRange, scale, content.unit) + 3, strips.left);
    const right = Math.floor(size.width - Math.max(names.gutter, strips.right + MARGIN));
    const plot = { left: Math.ceil(left), top, right, bottom };
    const space = spaceOf(plot, scale, answer);
    const isTopTaken = [...ticks, ...inRange.map(({ value }) => value)].some(
      (value) => space.y(value) < top + TOP_CLEAR,
    );
    const { fromMs, toMs } = answer.question.range;
    const markSpace = {
      plot,
      ...edgesOf(size),
      rowOneLeft: isTopTaken ? plot.left - 6 : MARGIN,
      x: space.x,
      color: palette.note,
      critColor: palette.crit,
    };
    const marks = placeMarks(answer.annotations, fromMs, toMs, markSpace, firing);
    if (marks.rows <= rows)
      return { plot, scale, space, marks, limits: { near: inRange, far: [...limits.far, ...cut] } };
    rows = marks.rows;
  }
}

function spaceOf(plot: Box, scale: ValueScale, { question: { range } }: Answer): Space {
  const perMs = (plot.right - plot.left) / (range.toMs - range.fromMs);
  const y = heightOf(scale, plot.top, plot.bottom);
  const zero = scale.isLog ? plot.bottom : y(0);
  return {
    plot,
    y,
    x: (timeMs) => plot.left + (timeMs - range.fromMs) * perMs,
    zeroY: Math.min(plot.bottom, Math.max(plot.top, zero)),
    isZoomed: scale.isLog || scale.min > 0 || scale.max < 0,
  };
}

function tickLabels(scale: ValueScale, { unit }: Content): string[] {
  const values = labelledTicks(scale).map(({ value }) => value);
  return scale.isLog ? values.map((value) => formatValue(value, unit)) : formatTicks(values, unit);
}

function valueTicks(scale: ValueScale, content: Content, space: Space, limits: readonly Limit[]): ValueTick[] {
  const labels = tickLabels(scale, content);
  const labelled = labelledTicks(scale);
  return scale.ticks.map((tick) => {
    const { value, line } = tick;
    const y = space.y(value);
    const label = labels[labelled.indexOf(tick)];
    const isHidden = limits.some(({ pill }) => Math.abs((pill.top + pill.bottom) / 2 - y) < PILL_CLEAR);
    return { value, y, line, ...(label !== undefined && !isHidden && { label }) };
  });
}

function gutterLabels(content: Content, names: Names, space: Space, right: number, palette: Palette): EndLabel[] {
  if (content.kind === 'bars') return placeSums(content, names.column.names, space.plot, right, palette);
  const isHero = content.shown.length === 1 && names.seeds.length === 1;
  const wishes = names.seeds.map(({ at, endMs, ...seed }) => {
    const y = space.y(at);
    const isTotal = content.kind === 'stack' && endMs === undefined;
    return {
      ...seed,
      y: (Number.isNaN(y) ? space.plot.bottom : y) - (isTotal ? 16 : 0),
      ...(endMs !== undefined && { endX: content.kind === 'stack' ? space.plot.right : space.x(endMs) }),
    };
  });
  // strips beneath may have made the gutter wider: the values still end at the margin
  const gutter = right - GUTTER.connector - space.plot.right;
  const column = gutter > names.column.width + 1 ? { ...names.column, width: gutter } : names.column;
  return placeLabels(wishes, column, space.plot, isHero, palette);
}

function tableEntries(content: Content, answer: Answer, names: Names, palette: Palette) {
  const short = (name: string) => name.slice(names.prefix.length, name.length - names.suffix.length);
  const members = content.kind === 'stack' ? content.shown.toReversed() : byLastValue(content.shown);
  const endOf = new Map(
    content.kind === 'lines' ? content.shown.map((member, index) => [member, names.seeds[index]]) : [],
  );
  const entries = members.map((member) => {
    const suffix = endOf.get(member)?.nameSuffix;
    return { name: short(member.name), member, color: member.color, ...(suffix && { suffix }) };
  });
  const twin = twinOf(content);
  const [now, then] = names.seeds;
  const twins =
    entries[0] && twin && now && then
      ? [
          { ...entries[0], name: now.name },
          { ...then, member: twin },
        ]
      : entries;
  const counts = [
    ...(content.firing.length > 0 ? [{ name: firingName(answer, content), color: palette.ink2 }] : []),
    ...(content.others.length > 0 ? [{ name: crowdName(answer, content), color: palette.context }] : []),
  ];
  return [...twins, ...counts];
}

function tableOf(content: Content, answer: Answer, names: Names, space: Parameters<typeof placeTable>[3]) {
  const head = [names.prefix, names.suffix].filter(Boolean).join(' … ');
  const shown = names.prefix && !names.suffix ? `${head} …` : head;
  return placeTable(tableEntries(content, answer, names, space.palette), shown, content.unit, space);
}

/** Whether a dotted way from a line's end to its label comes inside a box. */
function touchesWay(labels: readonly EndLabel[], box: Box): boolean {
  return labels.some(({ connector }) => {
    if (!connector?.dash) return false;
    const [fromX = 0, y = 0] = connector.points;
    return fromX - 8 <= box.right && y >= box.top && y <= box.bottom;
  });
}

/** `no data` inside the silences that hold it, clear of `isTaken` and of limits. */
function noDataTexts(
  fills: readonly Fill[],
  limits: readonly Limit[],
  isTaken: (box: Box) => boolean,
  palette: Palette,
): Text[] {
  const text = 'no data';
  const width = textWidth(text, TYPE.head) + 12;
  return fills.flatMap(({ left, right, top, bottom }): Text[] => {
    if (right - left < width) return [];
    const x = (left + right) / 2;
    const boxAt = (y: number): Box => ({ left: x - width / 2, right: x + width / 2, top: y - 14, bottom: y + 4 });
    const y = [top + 20, bottom - 12, (top + bottom) / 2].find(
      (at) => limits.every((limit) => Math.abs(limit.y - at + 5) > 14) && !isTaken(boxAt(at)),
    );
    if (y === undefined) return [];
    return [{ text, x, y, align: 'center', color: palette.ink3, ...TYPE.head }];
  });
}

/** Whether a text in the plot comes inside a box. */
function touchesText({ text, x, y, size, weight }: Text, box: Box): boolean {
  const half = textWidth(text, { size, weight }) / 2;
  return x + half > box.left && x - half < box.right && y > box.top && y - size < box.bottom;
}

function sumsHead(content: Content, plot: Box, right: number, palette: Palette): Text[] {
  if (content.kind !== 'bars') return [];
  const text = content.isCount ? 'sum' : 'mean';
  return [{ text, x: right, y: plot.top + 13, align: 'right', color: palette.ink3, ...TYPE.head }];
}
