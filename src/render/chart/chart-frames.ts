/** What of an answer is drawn, and as what. Free of the canvas, so that the thread that serves need not load it. */
import type { Answer } from '../../domain/answer.ts';
import type { Frame, HeatmapFrame, SeriesFrame } from '../../domain/frame.ts';
import type { TimeRange } from '../../domain/time-range.ts';

type Framed = Pick<Answer, 'frames' | 'under'>;

function seriesFrames(frames: readonly Frame[]): SeriesFrame[] {
  return frames.filter((frame): frame is SeriesFrame => frame.kind === 'series' && frame.series.length > 0);
}

/** The series that share one axis: those in the unit of the first one. */
export function chartFrames(frames: readonly Frame[]): SeriesFrame[] {
  const all = seriesFrames(frames);
  const unitId = all[0]?.series[0]?.unit.id;
  return all.flatMap((frame) => partOf(frame, unitId));
}

/** A frame with its series of one unit: itself where it has no other. */
function partOf(frame: SeriesFrame, unitId: string | undefined): SeriesFrame[] {
  if (frame.series.every(({ unit }) => unit.id === unitId)) return [frame];
  const series = frame.series.filter(({ unit }) => unit.id === unitId);
  return series.length > 0 ? [{ ...frame, series }] : [];
}

/** The panels of a contact sheet: the titled frames of an answer, where they are several; else none. */
export function sheetFrames({ frames }: Pick<Answer, 'frames'>): SeriesFrame[] {
  const titled = frames.filter((frame): frame is SeriesFrame => frame.kind === 'series' && frame.title !== undefined);
  return titled.length > 1 ? titled : [];
}

/** The heatmap of an answer, where that is what is drawn: it comes before any series, and there is no contact sheet. */
export function heatmapOf({ frames }: Pick<Answer, 'frames'>): HeatmapFrame | undefined {
  if (sheetFrames({ frames }).length > 0) return undefined;
  const first = frames.find(({ kind }) => kind === 'heatmap' || kind === 'series');
  return first?.kind === 'heatmap' && first.counts.length > 0 ? first : undefined;
}

const strips = new WeakMap<Framed, readonly SeriesFrame[]>();

/**
 * What is drawn as strips beneath: series of another unit than the first, each unit on its own, then the frames of other
 * queries. A contact sheet has none.
 */
export function stripFrames(answer: Framed): readonly SeriesFrame[] {
  // words and picture keep what they found out by frame
  const known = strips.get(answer) ?? findStrips(answer);
  strips.set(answer, known);
  return known;
}

function findStrips({ frames, under = [] }: Framed): SeriesFrame[] {
  const below = seriesFrames(under).flatMap((frame) => byUnit(frame, undefined));
  if (sheetFrames({ frames }).length > 0) return below;
  const first = heatmapOf({ frames }) ? undefined : seriesFrames(frames)[0]?.series[0]?.unit.id;
  return [...seriesFrames(frames).flatMap((frame) => byUnit(frame, first)), ...below];
}

/** The parts of a frame by unit, without the one that has a place already. */
function byUnit(frame: SeriesFrame, exceptId: string | undefined): SeriesFrame[] {
  const ids = [...new Set(frame.series.map(({ unit }) => unit.id))].filter((id) => id !== exceptId);
  const parts = ids.flatMap((id) => partOf(frame, id));
  return parts.length > 1 ? parts.map(withUnitTitle) : parts;
}

/** Parts of one frame are told apart by their unit. */
function withUnitTitle({ title, ...frame }: SeriesFrame): SeriesFrame {
  if (title === undefined) return frame;
  const { phrase, symbol = '' } = frame.series[0]?.unit ?? {};
  const words = phrase ?? (symbol === '' ? 'without a unit' : `in ${symbol}`);
  return { ...frame, title: `${title}, ${words}` };
}

/** Whether a frame has a value in a window. */
export function hasValue({ series }: SeriesFrame, { fromMs, toMs }: TimeRange): boolean {
  return series.some(({ times, values }) =>
    values.some((value, index) => {
      const timeMs = times[index] as number;
      return !Number.isNaN(value) && timeMs >= fromMs && timeMs <= toMs;
    }),
  );
}

/** What a frame is called: its title, its only series, or the unit of its series. */
export function frameTitle({ title, series }: SeriesFrame): string {
  const [first] = series;
  if (title !== undefined && title.trim() !== '') return title;
  if (series.length === 1 && first) return first.name;
  return first?.unit.phrase ?? (first?.unit.symbol ? `in ${first.unit.symbol}` : 'without a unit');
}
