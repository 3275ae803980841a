/** From an answer to what is to be shown, before anything has a place: series, sums, colours, extents. Pure. */
import type { Answer } from '../../domain/answer.ts';
import { BotError } from '../../domain/errors.ts';
import type { SeriesFrame } from '../../domain/frame.ts';
import type { Consolidation } from '../../domain/saved-query.ts';
import { inferStepMs, type Series, summarize } from '../../domain/series.ts';
import type { Unit } from '../../domain/unit.ts';
import { chartFrames } from './chart-frames.ts';
import { compareMembers, pastMembers } from './compared.ts';
import { type Band, denseInterval, type Envelope, envelopeOf, withBand, withMeans } from './dense.ts';
import { thinInterval, thinSeries } from './lines.ts';
import { assignSlots, type Palette } from './palette.ts';
import { isOrderedSet, type Member, membersOf, selectCompared, selectMembers } from './select.ts';
import { alignSeries, chooseBands, type Grid, stackRows, sumRows, thinGrid, widenBuckets } from './stack.ts';
import type { ValueExtent } from './value-axis.ts';

/** Width that points are thinned for, where nothing else is said: about that of a plot. */
const NOMINAL_PLOT_PX = 660;
/** A bar narrower than this cannot be seen: its bucket is widened. */
const BAR_MIN_PX = 2;
/** More bands than this hide each other: one band around all says as much. */
const BANDED_MAX = 2;
/** Share of a slot that its bar fills. */
export const BAR_SHARE = 0.78;

/** A member with its colour. */
export interface Shown extends Member {
  readonly color: string;
  /** The sum of what got no band of its own. */
  readonly isRest?: boolean;
  /** When its own series ended, where it is shown on shared times. */
  readonly ownLastMs?: number;
  /** Lowest and highest around the series, which then holds means. */
  readonly band?: Band;
  /** Its counterpart on the other side of a comparison. */
  readonly twin?: Member;
  /** Itself of the other side, and without a counterpart: dashed. */
  readonly isOther?: boolean;
}

/** What is to be shown. */
export interface Content {
  readonly kind: 'lines' | 'stack' | 'bars';
  readonly unit: Unit;
  readonly extent: ValueExtent;
  /** Lines in colour; bands or bars, lowest first. */
  readonly shown: readonly Shown[];
  /** Further members of a group of alerts that fire. */
  readonly firing: readonly Member[];
  /** Grey lines, or nothing. */
  readonly others: readonly Member[];
  /** How many series the answer holds. */
  readonly drawn: number;
  /** The other window or arguments, shifted onto this one; for stacks and bars their total. */
  readonly past: readonly Member[];
  /** Sums on shared times, for stacks and bars; rows as `shown`. */
  readonly grid?: Grid;
  readonly stepMs?: number;
  readonly rawStepMs?: number;
  /** What the source made of several samples. */
  readonly consolidated?: Consolidation;
  /** Interval that points were thinned by. */
  readonly thinnedMs?: number;
  /** Whether lines swing too fast to be followed: bands of lowest to highest and means, over `thinnedMs`. */
  readonly isDense?: boolean;
  /** One band around all series, where they are dense and many. */
  readonly envelope?: Envelope;
  /** Bars of values per interval, whose sum means something. */
  readonly isCount: boolean;
  readonly isLog: boolean;
  /** Samples that were no finite numbers. */
  readonly badCount: number;
  /** Values that a log axis has no place for. */
  readonly hiddenCount: number;
  readonly slots: Readonly<Record<string, number>>;
}

/** The plot that it is for. */
export interface PlotSpace {
  /** About. */
  readonly widthPx: number;
  /** Of a small one: series in colour, the others grey. */
  readonly coloured?: number;
}

/** @throws BotError `RENDER_FAILED` when there is no value at all */
export function prepareContent(
  answer: Answer,
  kept: Readonly<Record<string, number>>,
  palette: Palette,
  plot?: PlotSpace,
): Content {
  const { range, query, looks } = answer.question;
  const frames = chartFrames(answer.frames);
  const members = membersOf(frames, range.fromMs, range.toMs);
  const first = members[0];
  if (!first) throw new BotError('RENDER_FAILED', 'There is no value to draw in this window.');
  const step = first.series.stepMs ?? frames[0]?.stepMs ?? inferStepMs(first.series.times);
  const isLog = looks.log === true && members.some(({ summary }) => summary.max > 0);
  const kind = isLog ? 'lines' : looks.bars ? 'bars' : looks.stacked && members.length > 1 ? 'stack' : 'lines';
  const base = {
    kind,
    isLog,
    unit: first.series.unit,
    drawn: members.length,
    isCount: query.consolidate === 'sum' || (first.series.unit.isWhole && query.looks.bars === true),
    badCount: members.reduce((sum, { series }) => sum + (series.badCount ?? 0), 0),
    hiddenCount: isLog ? countHidden(members) : 0,
    ...consolidationOf(frames[0], query.consolidate),
  } as const;
  const past = pastMembers(answer);
  const build = kind === 'lines' ? prepareLines : prepareSums;
  const { slots, ...rest } = build(answer, members, past, step, base, kept, palette, plot);
  return { ...base, ...rest, slots: { ...kept, ...Object.fromEntries(slots) } };
}

function consolidationOf(frame: SeriesFrame | undefined, asked: Consolidation) {
  if (!frame) return {};
  const { rawStepMs, stepMs, consolidated } = frame;
  const isCoarser = rawStepMs !== undefined && stepMs !== undefined && stepMs > rawStepMs;
  const how = consolidated ?? (isCoarser ? asked : undefined);
  return { ...(rawStepMs !== undefined && { rawStepMs }), ...(how && { consolidated: how }) };
}

type Base = Pick<Content, 'kind' | 'isLog' | 'isCount' | 'unit'>;
type Built = Pick<Content, 'shown' | 'firing' | 'others' | 'past' | 'extent'> &
  Partial<Pick<Content, 'grid' | 'stepMs' | 'thinnedMs' | 'isDense' | 'envelope'>> & {
    readonly slots: Map<string, number>;
  };

function prepareLines(
  answer: Answer,
  members: readonly Member[],
  past: readonly Member[],
  stepMs: number | undefined,
  base: Base,
  kept: Readonly<Record<string, number>>,
  palette: Palette,
  plot?: PlotSpace,
): Built {
  const { twins, unpaired } = compareMembers(members, past, answer);
  const {
    coloured: own,
    firing,
    others,
    compared,
  } = plot?.coloured === undefined
    ? selectCompared(members, unpaired, answer)
    : { ...selectMembers(members, answer, plot.coloured), compared: [] };
  const coloured = [...own, ...compared];
  const widthPx = plot?.widthPx ?? NOMINAL_PLOT_PX;
  const slots = assignSlots(
    coloured.map(({ series }) => series.name),
    kept,
    others.length + firing.length > 0,
  );
  const { fromMs, toMs } = answer.question.range;
  const spanMs = toMs - fromMs;
  const extent = extentOf([...members, ...past], base.isLog);
  const canBand = !base.isLog && answer.question.looks.step !== true;
  const denseMs = canBand ? denseInterval(coloured, extent, spanMs, widthPx, stepMs) : undefined;
  const longest = Math.max(...members.map(({ series }) => series.times.length));
  const thinnedMs = denseMs ?? thinInterval(longest, spanMs, widthPx, stepMs);
  const thin = <T extends Member>(member: T): T =>
    thinnedMs ? { ...member, series: thinSeries(member.series, thinnedMs) } : member;
  const all = [...members, ...unpaired];
  const isMany = all.length > BANDED_MAX;
  const band = denseMs && !isMany ? (member: Shown) => withBand(member, denseMs) : undefined;
  const line = <T extends Member>(member: T): T => (denseMs ? withMeans(member, denseMs) : thin(member));
  return {
    shown: coloured
      .map((member) => ({ ...member, color: slotColor(slots, member, palette) }))
      .map((member) => band?.(member) ?? line(member))
      .map((member) => (answer.question.looks.step ? heldOn(member, Math.min(toMs, answer.nowMs)) : member))
      .map((member, index) => {
        const other = twins.get(coloured[index] as Member);
        return { ...member, ...(other && { twin: line(other) }), ...(index >= own.length && { isOther: true }) };
      }),
    firing: firing.map(line),
    others: others.map(line),
    past,
    ...(denseMs && isMany && { envelope: envelopeOf(all, fromMs, toMs, denseMs) }),
    extent,
    slots,
    isDense: denseMs !== undefined,
    ...(stepMs !== undefined && { stepMs }),
    ...(thinnedMs !== undefined && { thinnedMs }),
  };
}

/** A state holds until its next sample: while that is not due, the last value is drawn on to now. */
function heldOn(member: Shown, untilMs: number): Shown {
  const { series, summary } = member;
  const { lastMs, last } = summary;
  if (untilMs <= lastMs || lastMs + (series.stepMs ?? 0) < untilMs) return member;
  const end = series.times.indexOf(lastMs) + 1; // after it stand only gaps
  const longer = (values: Float64Array, value: number) => {
    const held = new Float64Array(end + 1);
    held.set(values.subarray(0, end));
    held[end] = value;
    return held;
  };
  const held = { ...series, times: longer(series.times, untilMs), values: longer(series.values, last) };
  return { ...member, series: held, summary: { ...summary, lastMs: untilMs } };
}

const slotColor = (slots: ReadonlyMap<string, number>, { series }: Member, palette: Palette) =>
  palette.series[(slots.get(series.name) ?? 1) - 1] ?? palette.ink2;

/** Stacks and bars: everything on shared times. */
function prepareSums(
  answer: Answer,
  all: readonly Member[],
  past: readonly Member[],
  stepMs: number | undefined,
  base: Base,
  kept: Readonly<Record<string, number>>,
  palette: Palette,
  plot?: PlotSpace,
): Built {
  const { fromMs, toMs } = answer.question.range;
  const widthPx = plot?.widthPx ?? NOMINAL_PLOT_PX;
  const how = base.isCount ? 'sum' : answer.question.query.consolidate;
  const isBars = base.kind === 'bars';
  const factor = isBars && stepMs ? barFactor(stepMs, toMs - fromMs, widthPx) : 1;
  const widen = (series: Series) => (factor > 1 && stepMs ? widenBuckets(series, stepMs, factor, how) : series);
  const bands = chooseBands(all);
  const slots = assignSlots(
    bands.members.map(({ series }) => series.name),
    kept,
    bands.rest.length > 0,
  );
  const aligned = alignSeries([...bands.members, ...bands.rest].map(({ series }) => widen(series)));
  const rest = aligned.rows.slice(bands.members.length);
  const sums = rest.length > 0 ? [sumRows(rest, aligned.times.length)] : [];
  const full: Grid = { times: aligned.times, rows: [...aligned.rows.slice(0, bands.members.length), ...sums] };
  const thinnedMs = isBars ? undefined : thinInterval(full.times.length, toMs - fromMs, widthPx, stepMs);
  const grid = thinnedMs ? thinGrid(full, thinnedMs) : full;
  const shown: Shown[] = bands.members.map((member, row) => ({
    ...rowMember(member.series.name, full.rows[row], full.times, member),
    color: slotColor(slots, member, palette),
    ownLastMs: member.summary.lastMs,
  }));
  if (bands.rest[0]) {
    const name = `${bands.rest.length} others`;
    shown.push({
      ...rowMember(name, sums[0], full.times, { ...bands.rest[0], name }),
      color: palette.context,
      isRest: true,
    });
  }
  const pastTotal = totalOf(past, widen);
  return {
    shown,
    firing: [],
    others: [],
    past: pastTotal,
    extent: sumsExtent(full, pastTotal, isBars && isGrouped(base, answer, shown.length)),
    slots,
    grid,
    ...(stepMs !== undefined && { stepMs: stepMs * factor }),
    ...(thinnedMs !== undefined && { thinnedMs }),
  };
}

/** Whether bars stand side by side: sums of things that are no counts would mean nothing. */
export function isGrouped(
  base: Pick<Content, 'isCount'>,
  { question }: Pick<Answer, 'question'>,
  count: number,
): boolean {
  return count > 1 && !base.isCount && question.looks.stacked !== true;
}

function rowMember(name: string, row: Float64Array | undefined, times: Float64Array, member: Member): Member {
  const values = row ?? new Float64Array(times.length);
  const { stepMs: _, ...own } = member.series; // that of the shared times may be another
  const series = { ...own, name, times, values };
  return { ...member, series, summary: summarize(series) ?? member.summary };
}

function totalOf(members: readonly Member[], widen: (series: Series) => Series): Member[] {
  const [first] = members;
  if (!first) return [];
  const { times, rows } = alignSeries(members.map(({ series }) => widen(series)));
  return [rowMember(first.series.name, sumRows(rows, times.length), times, first)];
}

function barFactor(stepMs: number, spanMs: number, widthPx: number): number {
  const atLeast = (BAR_MIN_PX / BAR_SHARE / widthPx) * spanMs;
  if (stepMs >= atLeast) return 1;
  const nice = [2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60, 120, 240, 360, 720, 1440].find(
    (factor) => factor * stepMs >= atLeast,
  );
  return nice ?? Math.ceil(atLeast / stepMs);
}

function extentOf(members: readonly Member[], isLog: boolean): ValueExtent {
  let [min, max, minPositive] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const { series, summary } of members) {
    min = Math.min(min, summary.min);
    max = Math.max(max, summary.max);
    if (!isLog) continue;
    for (const value of series.values) if (value > 0 && value < minPositive) minPositive = value;
  }
  return { min, max, minPositive };
}

function sumsExtent({ times, rows }: Grid, past: readonly Member[], isSideBySide: boolean): ValueExtent {
  const edges = isSideBySide ? rows : stackRows(rows).map(({ edge }) => edge);
  const summaries = [...edges.map((values) => summarize({ times, values })), ...past.map(({ summary }) => summary)];
  const known = summaries.filter((summary) => summary !== undefined);
  return {
    min: Math.min(...known.map(({ min }) => min)),
    max: Math.max(...known.map(({ max }) => max)),
    minPositive: Number.POSITIVE_INFINITY,
  };
}

function countHidden(members: readonly Member[]): number {
  let hidden = 0;
  for (const { series } of members) for (const value of series.values) if (value <= 0) hidden += 1;
  return hidden;
}

/** The order of rows in words and tables: by last value, highest first, unless the order means something. */
export function byLastValue<T extends Member>(members: readonly T[]): readonly T[] {
  if (isOrderedSet(members.map(({ series }) => series.name))) return members;
  return members.toSorted((a, b) => b.summary.last - a.summary.last);
}
