/** A saved query: what a word like "cpu" means, where its data live and how they are shown. Loaded from `queries/`. */
import type { Threshold } from './annotation.ts';
import type { Unit } from './unit.ts';

/** What an argument may be; `host` is a `word` that users think of as a machine. */
export type ParameterType = 'word' | 'host' | 'number' | 'duration' | 'choice' | 'text';

/** A blank of a definition that a question fills. */
export interface Parameter {
  readonly name: string;
  readonly type: ParameterType;
  /** Where valid values come from: a list, or a pattern in the source's own language (Graphite: `servers.*`). */
  readonly values?: string | readonly string[];
  /** Taken when the question names none. */
  readonly default?: string;
  /** Regular expression that a whole value must match, beside the source's own rules. */
  readonly pattern?: string;
  readonly example?: string;
  readonly description?: string;
  /** Whether one question may name several values (one series each). */
  readonly isMulti: boolean;
}

/** What a drawn point stands for when several samples fall on it. */
export type Consolidation = 'average' | 'max' | 'min' | 'sum' | 'last';

/** What `top` and `bottom` rank by. */
export type Measure = 'mean' | 'max' | 'min' | 'last' | 'sum';

/** The two themes of a picture. */
export type Theme = 'light' | 'dark';

/** What an asker sees: a picture, a table in text, a CSV file, log lines. */
export type Output = 'chart' | 'table' | 'csv' | 'lines';

/** How a chart looks; a definition's defaults, which a question may change. */
export interface Looks {
  readonly stacked?: boolean;
  readonly bars?: boolean;
  /** Holds each value until the next: states, replica counts. */
  readonly step?: boolean;
  readonly log?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly theme?: Theme;
}

/** Something drawn over or beside the query's own data. */
export type Overlay =
  | { readonly kind: 'annotations'; readonly source: string; readonly tags: readonly string[] }
  | { readonly kind: 'query'; readonly query: string; readonly with: Readonly<Record<string, string>> };

/** A link of a definition; `${…}` in a url is bound to the arguments, URL-encoded. */
export interface QueryLink {
  readonly title: string;
  readonly url: string;
}

/** A link to a dashboard, which the source that has it turns into a url. */
export interface DashboardLink {
  readonly title: string;
  /** Kind of the source that has it. */
  readonly kind: 'grafana' | 'kibana';
  /** Uid or name. */
  readonly dashboard: string;
  readonly panel?: number;
  /** The dashboard's variables, in Kibana fields to filter by; values may hold `${parameter}`. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Which alerts a definition's chart belongs to. */
export interface AlertMatch {
  /** Labels with the values of which an alert must have one. */
  readonly match: Readonly<Record<string, readonly string[]>>;
  /** Arguments made from the alert: `${labels.instance | host}`. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** One definition, bound to its pack and source. Made only by the catalog. */
export interface SavedQuery {
  /** The word people say, e.g. `cpu`. Several definitions may share it, one per pack and source. */
  readonly id: string;
  readonly pack: string;
  /** Name of the source in the config. */
  readonly sourceName: string;
  /** Kind of the source, e.g. `graphite`. */
  readonly kind: string;
  /** The source's `env`, e.g. `production`, for `in production`. */
  readonly env?: string;
  /** The source's own block, checked by its schema; opaque to everybody else. */
  readonly block: unknown;
  /** May hold `${parameter}`. */
  readonly title: string;
  readonly description?: string;
  readonly aliases: readonly string[];
  readonly examples: readonly string[];
  readonly tags: readonly string[];
  readonly owner?: string;
  readonly runbookUrl?: string;
  /** In the order of the definition; bare words fill them in this order. */
  readonly parameters: readonly Parameter[];
  readonly unit: Unit;
  /** What a question gets that asks for no output of its own; absent: a chart. */
  readonly output?: Output;
  readonly looks: Looks;
  readonly consolidate: Consolidation;
  readonly measure: Measure;
  /** Which end of the axis is bad. */
  readonly worst: 'high' | 'low';
  readonly thresholds: readonly Threshold[];
  /** The window when none is asked: words of the time grammar, e.g. `1h`. */
  readonly rangeText: string;
  readonly maxRangeMs: number;
  readonly overlays: readonly Overlay[];
  readonly links: readonly QueryLink[];
  readonly dashboards?: readonly DashboardLink[];
  readonly alerts?: readonly AlertMatch[];
  /** True when the data are made up; every surface then says so. */
  readonly isDemo: boolean;
  /** `file:line` of the definition. */
  readonly origin: string;
}
