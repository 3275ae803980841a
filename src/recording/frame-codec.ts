/** Frames to and from the form that files keep them in. Pure. */
import type { Frame, HeatmapFrame, SeriesFrame, TableFrame } from '../domain/frame.ts';
import type { Series } from '../domain/series.ts';
import type { TimeRange } from '../domain/time-range.ts';
import { makeUnit, type Unit } from '../domain/unit.ts';
import type { RecordedFrame, WrittenFrame } from './frame-schema.ts';

/** Writes a frame down, without its window: that belongs to the fetch. */
export function encodeFrame(frame: Frame): WrittenFrame {
  const { title, stepMs, warnings, links } = frame;
  const common = {
    ...(title !== undefined && { title }),
    ...(stepMs !== undefined && { stepMs }),
    ...(warnings.length > 0 && { warnings: [...warnings] }),
    ...(links && links.length > 0 && { links: links.map((link) => ({ ...link })) }),
  };
  switch (frame.kind) {
    case 'series':
      return { kind: 'series', ...common, ...encodeSeriesPart(frame) };
    case 'table':
      return { kind: 'table', ...common, ...encodeTablePart(frame) };
    case 'logs': {
      const lines = frame.lines.map(({ fields, matches, ...line }) => ({
        ...line,
        ...(matches && { matches: matches.map(([from, to]): [number, number] => [from, to]) }),
        ...(Object.keys(fields).length > 0 && { fields: { ...fields } }),
      }));
      return { kind: 'logs', ...common, lines, total: frame.total };
    }
    case 'heatmap':
      return {
        kind: 'heatmap',
        ...common,
        xEdges: [...frame.xEdges],
        yEdges: Array.from(frame.yEdges, encodeEdge),
        counts: gapsAsNull(frame.counts),
        unit: encodeUnit(frame.unit),
      };
  }
}

type WrittenSeriesPart = Omit<Extract<WrittenFrame, { kind: 'series' }>, 'kind'>;
type WrittenSeries = WrittenSeriesPart['series'][number];

function encodeSeriesPart({ series, thresholds, looks, exemplars, rawStepMs, consolidated }: SeriesFrame) {
  return {
    ...(rawStepMs !== undefined && { rawStepMs }),
    ...(consolidated && { consolidated }),
    ...(thresholds && { thresholds: thresholds.map((threshold) => ({ ...threshold })) }),
    ...(looks && { looks: { ...looks } }),
    series: series.map(encodeSeries),
    ...(exemplars && { exemplars: exemplars.map((one) => ({ ...one, labels: { ...one.labels } })) }),
  } satisfies WrittenSeriesPart;
}

function encodeSeries({ name, labels, unit, times, values, stepMs, badCount }: Series): WrittenSeries {
  const even = evenStep(times);
  return {
    name,
    ...(Object.keys(labels).length > 0 && { labels: { ...labels } }),
    unit: encodeUnit(unit),
    ...(even === undefined
      ? { times: [...times], ...(stepMs !== undefined && { stepMs }) }
      : { start: new Date(times[0] ?? 0).toISOString(), stepMs: even }),
    ...(badCount !== undefined && { badCount }),
    values: gapsAsNull(values),
  };
}

/** The distance of times that are equally far apart, ms; nothing for fewer than two. */
function evenStep(times: Float64Array): number | undefined {
  const [first = 0, second = 0] = times;
  const step = second - first;
  if (times.length < 2 || step <= 0 || !Number.isInteger(first)) return undefined;
  return times.every((timeMs, index) => timeMs === first + index * step) ? step : undefined;
}

function encodeTablePart({ columns, rows, asOfMs }: TableFrame) {
  return {
    ...(asOfMs !== undefined && { asOfMs }),
    columns: columns.map(({ name, type, unit }) => ({ name, type, ...(unit && { unit: encodeUnit(unit) }) })),
    rows: rows.map((row) => [...row]),
  };
}

/** By its id where that says it all; a panel of Grafana may have chosen more. */
function encodeUnit(unit: Unit): string | Unit {
  const usual = makeUnit(unit.id);
  const keys = new Set([...Object.keys(unit), ...Object.keys(usual)]) as Set<keyof Unit>;
  return [...keys].every((key) => unit[key] === usual[key]) ? unit.id : unit;
}

function encodeEdge(edge: number): number | null | '+Inf' | '-Inf' {
  if (Number.isNaN(edge)) return null;
  return Number.isFinite(edge) ? edge : edge > 0 ? '+Inf' : '-Inf';
}

function gapsAsNull(values: Float64Array): (number | null)[] {
  return Array.from(values, (value) => (Number.isFinite(value) ? value : null));
}

/** Reads a frame back, over a window. Series and heatmaps that say no unit have `unit`. */
export function decodeFrame(written: RecordedFrame, range: TimeRange, unit: Unit): Frame {
  const { title, stepMs, warnings, links } = written;
  const common = {
    range,
    warnings,
    ...(title !== undefined && { title }),
    ...(stepMs !== undefined && { stepMs }),
    ...(links && { links }),
  };
  switch (written.kind) {
    case 'series':
      return { ...common, ...decodeSeriesPart(written, unit) };
    case 'table': {
      const { columns, rows, asOfMs } = written;
      const typed = columns.map(({ unit: own, ...column }) => ({ ...column, ...(own && { unit: own }) }));
      return { ...common, kind: 'table', columns: typed, rows, ...(asOfMs !== undefined && { asOfMs }) };
    }
    case 'logs': {
      const lines = written.lines.map(({ level, matches, ...line }) => ({
        ...line,
        ...(level !== undefined && { level }),
        ...(matches && { matches }),
      }));
      return { ...common, kind: 'logs', lines, total: written.total };
    }
    case 'heatmap':
      return { ...common, ...decodeHeatmap(written, unit) };
  }
}

type RecordedPart<Kind> = Extract<RecordedFrame, { kind: Kind }>;

function decodeSeriesPart(
  { series, thresholds, looks, exemplars, rawStepMs, consolidated }: RecordedPart<'series'>,
  unit: Unit,
): Omit<SeriesFrame, 'range' | 'warnings'> {
  const factor = series.some(({ unit: own }) => own) ? 1 : unit.factor;
  return {
    kind: 'series',
    series: series.map((one) => decodeSeries(one, unit)),
    ...(thresholds && {
      thresholds: thresholds.map(({ title, value, ...rest }) => ({
        ...rest,
        value: value * factor,
        ...(title && { title }),
      })),
    }),
    ...(looks && { looks: definedOnly(scaledEnds(looks, factor)) }),
    ...(exemplars && {
      exemplars: exemplars.map(({ url, value, ...one }) => ({ ...one, value: value * factor, ...(url && { url }) })),
    }),
    ...(rawStepMs !== undefined && { rawStepMs }),
    ...(consolidated && { consolidated }),
  };
}

function scaledEnds(
  { min, max, ...looks }: NonNullable<RecordedPart<'series'>['looks']>,
  factor: number,
): NonNullable<RecordedPart<'series'>['looks']> {
  return { ...looks, min: min === undefined ? min : min * factor, max: max === undefined ? max : max * factor };
}

function decodeSeries(
  { name, labels, unit: own, start, stepMs, times, values, badCount }: RecordedPart<'series'>['series'][number],
  unit: Unit,
): Series {
  const at = times ?? values.map((_value, index) => (start ?? 0) + index * (stepMs ?? 0));
  return {
    name,
    labels,
    unit: own ?? unit,
    times: Float64Array.from(at),
    // what is recorded says its unit, and is in what that stands for; people write as the definition has it
    values: Float64Array.from(values, (value) => (value ?? Number.NaN) * (own ? 1 : unit.factor)),
    ...(stepMs !== undefined && { stepMs }),
    ...(badCount !== undefined && { badCount }),
  };
}

function decodeHeatmap(
  { xEdges, yEdges, counts, unit: own }: RecordedPart<'heatmap'>,
  unit: Unit,
): Omit<HeatmapFrame, 'range' | 'warnings'> {
  return {
    kind: 'heatmap',
    xEdges: Float64Array.from(xEdges),
    yEdges: Float64Array.from(yEdges, (edge) => decodeEdge(edge) * (own ? 1 : unit.factor)),
    counts: Float64Array.from(counts, (count) => count ?? Number.NaN),
    unit: own ?? unit,
  };
}

function decodeEdge(edge: number | string | null): number {
  if (typeof edge === 'number') return edge;
  if (edge === null) return Number.NaN;
  return edge === '+Inf' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
}

function definedOnly<Value extends object>(value: Value): { [Key in keyof Value]: NonNullable<Value[Key]> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as never;
}
