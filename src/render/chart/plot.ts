/** What stands inside the plot: lines, areas, bars, dots, silence. Pure. */
import type { Answer } from '../../domain/answer.ts';
import type { Envelope } from './dense.ts';
import { alonePoints, crowdOf, lineOf, lineWidth, type Projection, project } from './lines.ts';
import type { Bars, Box, Dot, Fill, Line } from './model.ts';
import { type Palette, withAlpha } from './palette.ts';
import { BAR_SHARE, type Content, isGrouped, type Shown } from './prepare.ts';
import { type StackedRow, stackRows } from './stack.ts';

/** More grey lines than this are a carpet: a band and its median say more. */
const GREY_LINES_MAX = 30;
const CROWD_CELLS = 320;
const CROWD_ALPHA = 0.42;
const PAST = { role: 'past', width: 2, dash: [7, 5], join: 'bevel' } as const;
/** Opacity of the band around the mean of a series that swings fast: alone, or one of several. */
const RANGE_ALPHA = { alone: 0.26, several: 0.18 } as const;
/** Opacity of its edges, which carry the extremes: 3:1 against the ground. */
const RANGE_EDGE_ALPHA = 0.75;
/** All silent for so many steps is shown as such. */
const SILENT_STEPS = 3;
const SILENCE_CELLS_MAX = 4000;

/** Drawn content of a plot. */
export interface Drawn {
  readonly lines: readonly Line[];
  readonly bars: readonly Bars[];
  readonly dots: readonly Dot[];
  readonly hasCrowd: boolean;
  /** Whether the last bar's interval is still filling. */
  readonly isFilling: boolean;
}

/** Where a plot is, and how times and values fall on it. */
export interface Space extends Projection {
  readonly plot: Box;
  /** Height of the zero line, or of the plot's bottom where zero is below. */
  readonly zeroY: number;
  readonly isZoomed: boolean;
}

/** Draws the content of a plot. */
export function drawContent(content: Content, answer: Answer, space: Space, palette: Palette): Drawn {
  if (content.kind === 'stack') return drawStack(content, space, palette);
  if (content.kind === 'bars') return drawBars(content, answer, space, palette);
  return drawLines(content, answer, space, palette);
}

function drawLines(content: Content, answer: Answer, space: Space, palette: Palette): Drawn {
  const { shown, firing, others, past } = content;
  const looks = answer.question.looks;
  const beside = firing.length + others.length;
  const join = shown.length + beside <= 8 ? 'round' : 'bevel';
  const width = lineWidth(shown.length, beside > 0);
  const isStepped = looks.step === true;
  // grey lines that swing fast are a carpet however few they are
  const hasCrowd = others.length > GREY_LINES_MAX || (content.isDense === true && others.length > 0);
  const thin = (members: Content['others'], role: 'other' | 'firing', color: string): Line[] =>
    members.map((member) =>
      lineOf(member, project(member.series, space), { role, color, width: 1.25, join: 'bevel', isStepped }),
    );
  const lines = hasCrowd ? crowdLines(content, answer, space, palette) : thin(others, 'other', palette.context);
  if (content.envelope) lines.unshift(envelopeLine(content.envelope, space, palette));
  lines.push(...thin(firing, 'firing', palette.ink2));
  lines.push(...shown.toReversed().flatMap((member) => rangeOf(member, space, shown.length)));
  lines.push(...pastLines(content, space, palette, isStepped));
  const hasArea =
    !content.isDense && shown.length === 1 && beside === 0 && past.length === 0 && !content.isLog && !space.isZoomed;
  const dots: Dot[] = [];
  // the first ranks highest: drawn last, it lies on top
  for (const member of shown.toReversed()) {
    const points = project(member.series, space);
    const fill = hasArea && { fill: { color: withAlpha(member.color, palette.areaAlpha), to: space.zeroY } };
    const look = member.isOther
      ? ({ ...PAST, color: member.color } as const)
      : ({ role: 'series', color: member.color, width, join, ...fill } as const);
    lines.push(lineOf(member, points, { ...look, isStepped }));
    dots.push(...lastDot(member, space, shown.length === 1 ? 5.5 : 4));
  }
  return { lines, bars: [], dots: [...lines.flatMap(aloneDots), ...dots], hasCrowd, isFilling: false };
}

/** Dots on the values that no line shows, of every line that is one of values. */
function aloneDots({ role, width, color, xs, ys }: Line): Dot[] {
  if (width === 0 || role === 'range') return [];
  const radius = role === 'other' || role === 'firing' ? 2 : 3;
  return alonePoints({ xs, ys }).map(({ x, y }) => ({ x, y, radius, color, ring: 0, role: 'alone' }));
}

/** The dot on the last value, unless an axis that was cut has no place for it. */
function lastDot({ summary, color }: Shown, space: Space, radius: number): Dot[] {
  const y = space.y(summary.last);
  if (Number.isNaN(y) || y < space.plot.top - 0.5 || y > space.plot.bottom + 0.5) return [];
  return [{ x: space.x(summary.lastMs), y, radius, color, ring: 2, role: 'last' }];
}

/** The band from lowest to highest around a line of means. */
function rangeOf({ series, color, band }: Shown, space: Space, count: number): Line[] {
  if (!band) return [];
  const fill = {
    color: withAlpha(color, count === 1 ? RANGE_ALPHA.alone : RANGE_ALPHA.several),
    to: band.low.map(space.y),
  };
  const look = { role: 'range' as const, color: withAlpha(color, RANGE_EDGE_ALPHA), width: 1, join: 'bevel' as const };
  const edge = { name: series.name, xs: series.times.map(space.x), isStepped: false, ...look };
  return [
    { ...edge, ys: band.high.map(space.y), fill },
    { ...edge, ys: fill.to },
  ];
}

function crowdLines(
  { others, envelope, isDense, thinnedMs }: Content,
  { question }: Answer,
  space: Space,
  palette: Palette,
): Line[] {
  const { fromMs, toMs } = question.range;
  const cells = isDense && thinnedMs ? Math.ceil((toMs - fromMs) / thinnedMs) : CROWD_CELLS;
  const crowd = crowdOf(others, fromMs, toMs, cells);
  const base = { xs: crowd.times.map(space.x), join: 'bevel' as const, isStepped: false };
  const ys = crowd.median.map(space.y);
  const median: Line = { ...base, name: 'median of others', role: 'median', color: palette.axis, width: 1.5, ys };
  return envelope ? [median] : [envelopeLine(crowd, space, palette), median];
}

/** A grey band from lowest to highest. */
function envelopeLine({ times, low, high }: Envelope, space: Space, palette: Palette): Line {
  const fill = { color: withAlpha(palette.context, CROWD_ALPHA), to: low.map(space.y) };
  const edge = { xs: times.map(space.x), ys: high.map(space.y), isStepped: false };
  return { name: 'others', role: 'crowd', color: palette.context, width: 0, join: 'bevel', ...edge, fill };
}

/** The grey of the other window; a stronger one where it lies on a band. */
export const twinColor = ({ isDense }: Content, palette: Palette) => (isDense ? palette.ink2 : palette.axis);

/** The other window: grey beside one series, in the series' own hue beside several. */
function pastLines(content: Content, space: Space, palette: Palette, isStepped: boolean): Line[] {
  const { shown, others } = content;
  const isTwin = shown.length === 1 && others.length === 0;
  return shown.flatMap((now) => {
    const { twin } = now;
    if (!twin) return [];
    const color = isTwin ? twinColor(content, palette) : withAlpha(now.color, 0.7);
    const line = lineOf(twin, project(twin.series, space), { ...PAST, color, isStepped });
    return isTwin && !content.isDense ? [...betweenLine(now, twin, space, isStepped), line] : [line];
  });
}

/** The space between now and then, where both have a value at one time. */
function betweenLine(now: Shown, then: { readonly series: Shown['series'] }, space: Space, isStepped: boolean): Line[] {
  const { times, values } = now.series;
  if (times.length === 0) return [];
  const lower = Float64Array.from(times, (timeMs) => space.y(valueAt(then.series, timeMs)));
  const ys = Float64Array.from(values, (value, index) =>
    Number.isNaN(lower[index] as number) ? Number.NaN : space.y(value),
  );
  const to = lower.map((y, index) => (Number.isNaN(ys[index] as number) ? Number.NaN : y));
  const fill = { color: withAlpha(now.color, 0.12), to };
  const xs = times.map(space.x);
  return [{ name: 'between', role: 'between', color: now.color, width: 0, join: 'bevel', isStepped, xs, ys, fill }];
}

/** The value at a time, on the straight line between its neighbours; NaN beside a gap. */
function valueAt({ times, values }: Shown['series'], timeMs: number): number {
  let [low, high] = [0, times.length - 1];
  if (high < 0 || timeMs < (times[0] as number) || timeMs > (times[high] as number)) return Number.NaN;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) <= timeMs) low = middle;
    else high = middle;
  }
  const [from, to] = [times[low] as number, times[high] as number];
  if (timeMs === from || from === to) return values[low] as number;
  if (timeMs === to) return values[high] as number;
  return (
    (values[low] as number) + (((values[high] as number) - (values[low] as number)) * (timeMs - from)) / (to - from)
  );
}

function drawStack(content: Content, space: Space, palette: Palette): Drawn {
  const { grid, shown, past } = content;
  if (!grid) return { lines: [], bars: [], dots: [], hasCrowd: false, isFilling: false };
  const xs = grid.times.map(space.x);
  const stacked = stackRows(grid.rows);
  const edges = stacked.map(({ edge }) => edge.map(space.y));
  const lines = edges.map((ys, index): Line => {
    const { color, series } = shown[index] as Shown;
    const base = stacked[index]?.base;
    const before = base === stacked[index - 1]?.edge ? edges[index - 1] : undefined;
    const fill = { color: withAlpha(color, 0.9), to: before ?? base?.map(space.y) ?? space.zeroY };
    return {
      name: series.name,
      role: 'stack',
      color: palette.ground,
      width: 0.75,
      join: 'bevel',
      isStepped: false,
      xs,
      ys,
      fill,
    };
  });
  return {
    lines: [...lines, ...totalPast(past, space, palette)],
    bars: [],
    dots: [],
    hasCrowd: false,
    isFilling: false,
  };
}

/** The past total over solid areas: dashed, on a casing in the ground's colour so that it is seen on any of them. */
function totalPast(past: Content['past'], space: Space, palette: Palette): Line[] {
  return past.slice(0, 1).flatMap((member) => {
    const points = project(member.series, space);
    return [
      lineOf(member, points, { role: 'past', color: palette.ground, width: 4.5, join: 'bevel', isStepped: false }),
      lineOf(member, points, { ...PAST, color: palette.ink, isStepped: false }),
    ];
  });
}

function drawBars(content: Content, answer: Answer, space: Space, palette: Palette): Drawn {
  const { grid, shown, stepMs, past } = content;
  if (!grid) return { lines: [], bars: [], dots: [], hasCrowd: false, isFilling: false };
  const { fromMs, toMs } = answer.question.range;
  const slotMs = stepMs ?? (toMs - fromMs) / Math.max(1, grid.times.length);
  const slot = space.x(fromMs + slotMs) - space.x(fromMs);
  const isSideBySide = isGrouped(content, answer, shown.length);
  const width = Math.max(1, (slot * BAR_SHARE) / (isSideBySide ? shown.length : 1));
  const fillingFrom = grid.times.findIndex((timeMs) => timeMs + slotMs > answer.nowMs);
  const stacked: StackedRow[] = isSideBySide ? grid.rows.map((edge) => ({ edge })) : stackRows(grid.rows);
  const bars = stacked.map(({ edge, base: below }, index): Bars => {
    const { color, series } = shown[index] as Shown;
    const shift = isSideBySide ? (index - (shown.length - 1) / 2) * width : 0;
    // a bucket that began before the window, or ends after it, is drawn in the part that is inside
    const xs = grid.times.map((timeMs) => space.x(timeMs + slotMs / 2) + shift);
    const tops = edge.map(space.y);
    const bottoms = below
      ? below.map((value) => (Number.isNaN(value) ? space.zeroY : space.y(value)))
      : edge.map(() => space.zeroY);
    return {
      name: series.name,
      color,
      width,
      xs,
      tops,
      bottoms,
      fillingFrom: fillingFrom < 0 ? grid.times.length : fillingFrom,
    };
  });
  const shifted = past.map((member) => ({
    ...member,
    series: { ...member.series, times: member.series.times.map((timeMs) => timeMs + slotMs / 2) },
  }));
  return { lines: totalPast(shifted, space, palette), bars, dots: [], hasCrowd: false, isFilling: fillingFrom >= 0 };
}

/** Times in which every series is silent for three or more steps; none where a single value is all there is. */
export function silences(content: Content, answer: Answer, space: Space, color: string): Fill[] {
  const { stepMs, thinnedMs, shown, firing, others, kind } = content;
  const members = [...shown, ...firing, ...others];
  const count = members.reduce((sum, { summary }) => sum + summary.count, 0);
  if (kind === 'bars' || stepMs === undefined || count < 2) return [];
  const { fromMs } = answer.question.range;
  const toMs = Math.min(answer.question.range.toMs, Math.max(fromMs + 1, answer.nowMs));
  const cellMs = Math.max(thinnedMs ?? stepMs, (toMs - fromMs) / SILENCE_CELLS_MAX);
  const marked = markedTimes(members, fromMs, cellMs, Math.ceil((toMs - fromMs) / cellMs) + 1);
  const limitMs = (SILENT_STEPS + 0.5) * cellMs;
  const fill = (from: number, to: number): Fill => ({
    left: space.x(from),
    right: space.x(to),
    top: space.plot.top,
    bottom: space.plot.bottom,
    color,
    role: 'no-data',
  });
  const fills: Fill[] = [];
  // a source may lag: the last moments are silent only when they are many
  const edges = [fromMs, ...marked, toMs];
  for (let index = 1; index < edges.length; index += 1) {
    const [from, to] = [edges[index - 1] as number, edges[index] as number];
    const isEnd = index === 1 || index === edges.length - 1;
    if (to - from > (isEnd ? Math.max(limitMs, (toMs - fromMs) * 0.02) : limitMs)) fills.push(fill(from, to));
  }
  return fills;
}

/** First and last time of a value in each cell, in order. */
function markedTimes(
  members: readonly { readonly series: Shown['series'] }[],
  fromMs: number,
  cellMs: number,
  cells: number,
): number[] {
  const first = new Float64Array(cells).fill(Number.POSITIVE_INFINITY);
  const last = new Float64Array(cells).fill(Number.NEGATIVE_INFINITY);
  for (const { series } of members) {
    for (let index = 0; index < series.times.length; index += 1) {
      if (Number.isNaN(series.values[index] as number)) continue;
      const timeMs = series.times[index] as number;
      const cell = Math.min(cells - 1, Math.max(0, Math.floor((timeMs - fromMs) / cellMs)));
      if (timeMs < (first[cell] as number)) first[cell] = timeMs;
      if (timeMs > (last[cell] as number)) last[cell] = timeMs;
    }
  }
  const times: number[] = [];
  for (let cell = 0; cell < cells; cell += 1) {
    if (Number.isFinite(first[cell] as number)) times.push(first[cell] as number, last[cell] as number);
  }
  return times;
}

/** Whether anything drawn comes inside a box. */
export function touchesData({ lines, bars }: Pick<Drawn, 'lines' | 'bars'>, box: Box): boolean {
  const isSolid = (line: Line) => line.role === 'stack';
  return (
    lines.some(
      (line) => line.role !== 'between' && touchesLine(line.xs, line.ys, box, isSolid(line), bandEdge(line)),
    ) || bars.some((one) => one.xs.some((_, index) => touchesBar(one, index, box)))
  );
}

function touchesBar({ xs, tops, bottoms, width }: Bars, index: number, box: Box): boolean {
  const [x, from, to] = [xs[index] as number, tops[index] as number, bottoms[index] as number];
  const isBeside = x + width / 2 < box.left || x - width / 2 > box.right;
  return !isBeside && Math.min(from, to) <= box.bottom && Math.max(from, to) >= box.top;
}

/** The lower edge of a band that counts as data. */
function bandEdge({ role, fill }: Line): Float64Array | undefined {
  return (role === 'range' || role === 'crowd') && typeof fill?.to === 'object' ? fill.to : undefined;
}

function touchesLine(xs: Float64Array, ys: Float64Array, box: Box, isSolid: boolean, lower = ys): boolean {
  for (let index = 0; index < xs.length; index += 1) {
    const [x, y] = [xs[index] as number, ys[index] as number];
    const next = index + 1 < xs.length ? index + 1 : index;
    const [nextX, nextY] = [xs[next] as number, ys[next] as number];
    if (nextX < box.left) continue;
    if (x > box.right) return false;
    const other = Number.isNaN(nextY) ? y : nextY;
    if (Number.isNaN(y)) continue;
    const [top, bottom] = [Math.min(y, other), Math.max(y, other, lower[index] as number)];
    if (top <= box.bottom && (isSolid || bottom >= box.top)) return true;
  }
  return false;
}
