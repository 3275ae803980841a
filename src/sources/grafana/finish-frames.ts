/** From the frames of a panel's runs to those of an answer: together, told apart, in the window, within bounds. Pure. */
import { BotError } from '../../domain/errors.ts';
import type { Frame, LogsFrame, SeriesFrame, TableFrame } from '../../domain/frame.ts';
import type { Series } from '../../domain/series.ts';
import type { Unit } from '../../domain/unit.ts';
import type { GrafanaRequest } from './bind.ts';
import { type AskedParameters, claimSeries, unclaimed } from './claim-series.ts';

/** What one run of a panel gave. */
export interface PanelRun {
  readonly frames: readonly Frame[];
  readonly parameters: AskedParameters;
}

/** Puts runs together, frame by frame. @throws BotError `ASK_UNKNOWN_VALUE` where pictures cannot be put together */
export function mergeRuns(runs: readonly PanelRun[]): readonly Frame[] {
  const [first] = runs;
  if (!first) return [];
  const claimed = runs.map((run) => ({
    ...run,
    frames: run.frames.map((frame) => claimedFrame(frame, run.parameters)),
  }));
  if (claimed.length === 1) return claimed[0]?.frames ?? [];
  const count = Math.max(...claimed.map(({ frames }) => frames.length));
  return Array.from({ length: count }, (_, index) => mergeAt(claimed, index));
}

function claimedFrame(frame: Frame, parameters: AskedParameters): Frame {
  if (frame.kind !== 'series') return frame;
  const told = claimSeries(frame, parameters);
  const missing = told.series.length > 0 ? unclaimed(told.series, parameters) : [];
  if (missing.length === 0) return told;
  return { ...told, warnings: [...told.warnings, `Nothing in this window for ${missing.join(', ')}.`] };
}

function mergeAt(runs: readonly PanelRun[], index: number): Frame {
  const parts = runs.flatMap(({ frames, parameters }) => {
    const frame = frames[index];
    return frame ? [{ frame, words: Object.values(parameters).flat().join(' '), parameters }] : [];
  });
  const [first] = parts;
  if (!first) throw new BotError('INTERNAL', 'A panel gave no frame.');
  const warnings = [...new Set(parts.flatMap(({ frame }) => frame.warnings))];
  switch (first.frame.kind) {
    case 'series':
      return mergeSeries(first.frame, parts, warnings);
    case 'table':
      return mergeTables(first.frame, parts, warnings);
    case 'logs':
      return mergeLogs(first.frame, parts, warnings);
    default: {
      const [parameter = '', [value = ''] = []] = Object.entries(parts[1]?.parameters ?? {})[0] ?? [];
      throw new BotError('ASK_UNKNOWN_VALUE', 'This panel can be asked for one value at a time.', { parameter, value });
    }
  }
}

interface Part {
  readonly frame: Frame;
  /** The values that it was asked with. */
  readonly words: string;
  readonly parameters: AskedParameters;
}

function mergeSeries(first: SeriesFrame, parts: readonly Part[], warnings: readonly string[]): SeriesFrame {
  const all = parts.flatMap(({ frame, words }) =>
    frame.kind === 'series' ? frame.series.map((series) => ({ series, words, isOnly: frame.series.length === 1 })) : [],
  );
  const silent = parts.filter(({ frame }) => frame.kind === 'series' && frame.series.length === 0);
  const names = all.map(({ series, words, isOnly }) =>
    isOnly ? words : series.name.includes(words) ? series.name : `${words} ${series.name}`,
  );
  const nothing =
    all.length > 0 && silent.length > 0
      ? [`Nothing in this window for ${silent.map(({ words }) => words).join(', ')}.`]
      : [];
  return {
    ...first,
    series: all.map(({ series }, index) => ({ ...series, name: uniqueName(names, index) })),
    warnings: [...warnings, ...nothing],
  };
}

function uniqueName(names: readonly string[], index: number): string {
  const name = names[index] ?? '';
  const before = names.slice(0, index).filter((one) => one === name).length;
  return before === 0 ? name : `${name} (${before + 1})`;
}

/** Rows of all, with a column for each value that they were asked with. */
function mergeTables(first: TableFrame, parts: readonly Part[], warnings: readonly string[]): TableFrame {
  const names = Object.keys(parts[0]?.parameters ?? {});
  const rows = parts.flatMap(({ frame, parameters }) => {
    const told = names.map((name) => (parameters[name] ?? []).join(', '));
    return frame.kind === 'table' ? frame.rows.map((row) => [...told, ...row]) : [];
  });
  const columns = [...names.map((name) => ({ name, type: 'string' as const })), ...first.columns];
  return { ...first, columns, rows, warnings };
}

function mergeLogs(first: LogsFrame, parts: readonly Part[], warnings: readonly string[]): LogsFrame {
  const logs = parts.flatMap(({ frame }) => (frame.kind === 'logs' ? [frame] : []));
  const lines = logs.flatMap((frame) => frame.lines).sort((a, b) => a.timeMs - b.timeMs);
  return { ...first, lines, total: logs.reduce((sum, { total }) => sum + total, 0), warnings };
}

/** Cuts series to the window, gives units where the panel has none, and refuses what no picture holds. */
export function finishFrames(frames: readonly Frame[], request: GrafanaRequest): Frame[] {
  const count = frames.reduce((sum, frame) => sum + (frame.kind === 'series' ? frame.series.length : 0), 0);
  if (count > request.seriesMax) {
    const said = new Intl.NumberFormat('en').format(count);
    throw new BotError(
      'SOURCE_TOO_MUCH',
      `This panel shows ${said} series; the limit is ${request.seriesMax}. Set its variables to fewer values.`,
      { series: count, limit: request.seriesMax },
    );
  }
  return frames.map((frame) =>
    frame.kind === 'series'
      ? { ...frame, series: frame.series.map((one) => withUnit(cut(one, frame.range), request.unit)) }
      : frame,
  );
}

/** Back ends align to their step and may begin before the window, or end on its end. */
function cut(series: Series, { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): Series {
  const { times, values } = series;
  let from = 0;
  let to = times.length;
  while (from < to && (times[from] as number) < fromMs) from += 1;
  while (to > from && (times[to - 1] as number) >= toMs) to -= 1;
  if (from === 0 && to === times.length) return series;
  return { ...series, times: times.subarray(from, to), values: values.subarray(from, to) };
}

/** A definition's unit is for panels that have none. */
function withUnit(series: Series, unit: Unit): Series {
  if (series.unit.id !== 'none' || unit.id === 'none') return series;
  return {
    ...series,
    unit,
    values: unit.factor === 1 ? series.values : series.values.map((value) => value * unit.factor),
  };
}
