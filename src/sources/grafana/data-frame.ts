/** Data frames as Grafana's query API gives them, decoded: what panels are made from. */
import type { Labels } from '../../domain/labels.ts';

/** A column of a frame. */
export interface Field {
  readonly name: string;
  readonly type: 'time' | 'number' | 'string' | 'boolean' | 'other';
  readonly labels?: Labels;
  /** `displayName`, `displayNameFromDS`, `unit`, `interval`, … as the data source set them. */
  readonly config: Readonly<Record<string, unknown>>;
  /**
   * One for each row; a time is ms since the Unix epoch, a number that JSON cannot hold (NaN, Inf) is NaN or an infinity,
   * a value that is absent is null, an `other` one is its JSON text.
   */
  readonly values: readonly (number | string | boolean | null)[];
}

/** A table of columns, with what the data source says of it. */
export interface DataFrame {
  readonly name?: string;
  /** The query that gave it. */
  readonly refId: string;
  readonly fields: readonly Field[];
  /** Rows: every field has as many values. */
  readonly length: number;
  /** `timeseries-multi`, `timeseries-wide`, `timeseries-long`, `log-lines`, `table`, … where the source says it. */
  readonly type?: string;
  /** What the data source wants to be seen as: `logs`, `graph`, `table`, … */
  readonly preferred?: string;
  /** What the data source ran. */
  readonly executed?: string;
  /** Warnings and errors that came with it: whole sentences. */
  readonly notices: readonly string[];
}
