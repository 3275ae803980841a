/** Results of sources, in the terms of Grafana's data frames: a tagged union that renderers and words read. */
import type { Threshold } from './annotation.ts';
import type { Labels } from './labels.ts';
import type { Link } from './link.ts';
import type { Consolidation, Looks } from './saved-query.ts';
import type { Series } from './series.ts';
import type { TimeRange } from './time-range.ts';
import type { Unit } from './unit.ts';

interface FrameCommon {
  /** What it shows, where an answer holds several: `Errors of checkout`, a panel's title. */
  readonly title?: string;
  readonly range: TimeRange;
  /** Distance of samples or buckets, ms; absent where it makes no sense or is not known. */
  readonly stepMs?: number;
  /** What the backend cut, sampled or could not read: whole sentences for people. */
  readonly warnings: readonly string[];
  /** Further pages that belong to it: a trace of an exemplar, the panel it came from. */
  readonly links?: readonly Link[];
}

/** One measurement that was kept with where it came from (OpenMetrics): a dot on the chart, a link to its trace. */
export interface Exemplar {
  /** ms since the Unix epoch. */
  readonly timeMs: number;
  /** In the unit of the frame's series. */
  readonly value: number;
  /** Its own labels, e.g. `trace_id`, and those of its series. */
  readonly labels: Labels;
  /** Where its trace is, if the source knows. */
  readonly url?: string;
}

/** Samples over time. */
export interface SeriesFrame extends FrameCommon {
  readonly kind: 'series';
  readonly series: readonly Series[];
  /** Limits and looks of its own, where it came with them (a Grafana panel): those of the definition and the question win. */
  readonly thresholds?: readonly Threshold[];
  readonly looks?: Looks;
  /** At most 100, ordered by time. */
  readonly exemplars?: readonly Exemplar[];
  /** Distance of the samples that the source keeps, ms, where each sample here stands for several of them. */
  readonly rawStepMs?: number;
  /** How the source put several stored samples into each value, over `stepMs`; absent when values are as stored. */
  readonly consolidated?: Consolidation;
}

/** One value of a table; null is absent. */
export type Cell = string | number | boolean | null;

/** A column of a table: what its cells are and, for numbers, their unit. */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'number' | 'time' | 'boolean';
  readonly unit?: Unit;
}

/** Rows of cells. */
export interface TableFrame extends FrameCommon {
  readonly kind: 'table';
  /** The moment that it is of, ms, where that is one and not the window: states of now. */
  readonly asOfMs?: number;
  readonly columns: readonly Column[];
  /** Row-major; a `time` cell is ms since the Unix epoch. Shape `[rows][columns]`. */
  readonly rows: readonly (readonly Cell[])[];
}

/** One log record. */
export interface LogLine {
  readonly timeMs: number;
  readonly level?: string;
  readonly message: string;
  /** What of `message` was looked for, `[from, to)` in UTF-16 units, in order and apart. */
  readonly matches?: readonly (readonly [from: number, to: number])[];
  readonly fields: Readonly<Record<string, string>>;
}

/** Log records, newest last. */
export interface LogsFrame extends FrameCommon {
  readonly kind: 'logs';
  readonly lines: readonly LogLine[];
  /** How many lines match in all; `lines` may be fewer. */
  readonly total: number;
}

/** Counts in a grid of time by value. */
export interface HeatmapFrame extends FrameCommon {
  readonly kind: 'heatmap';
  /** Bucket edges in ms, increasing. Shape `[x + 1]`. */
  readonly xEdges: Float64Array;
  /** Bucket edges in `unit`, increasing. Shape `[y + 1]`. */
  readonly yEdges: Float64Array;
  /** Counts, row-major by y. Shape `[y * x]`. */
  readonly counts: Float64Array;
  readonly unit: Unit;
}

/** What a source returns; told apart by `kind`. */
export type Frame = SeriesFrame | TableFrame | LogsFrame | HeatmapFrame;
