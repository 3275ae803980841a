/** A dashboard as the rest of the adapter reads it, whatever schema it was stored in (v0/v1 JSON of any age, v2). */

/** Where a query is asked. */
export interface DatasourceRef {
  /** Absent for the default one. May be a variable (`${ds}`), `-- Mixed --`, `-- Dashboard --`, `-- Grafana --`, `__expr__`. */
  readonly uid?: string;
  /** Plugin: `prometheus`, `graphite`, `loki` … */
  readonly type?: string;
  /** The name that old dashboards kept instead of a uid. */
  readonly name?: string;
}

/** One query of a panel. */
export interface Target {
  readonly refId: string;
  readonly isHidden: boolean;
  /** Its own, else the panel's. */
  readonly datasource: DatasourceRef;
  /** The plugin's own fields, without refId, hide and datasource. */
  readonly model: Readonly<Record<string, unknown>>;
}

/** A step of the panel's transformations, disabled ones left out. */
export interface Transformation {
  /** `reduce`, `organize`, … */
  readonly id: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** A panel. Library panels are resolved, old types (`graph`, `singlestat`, `table-old`) migrated to new ones. */
export interface Panel {
  /** Unique in the dashboard; what `viewPanel` takes. */
  readonly id: number;
  /** Plugin: `timeseries`, `stat`, `gauge`, `bargauge`, `table`, `barchart`, `heatmap`, `logs`, … */
  readonly type: string;
  /** May hold variables. */
  readonly title: string;
  readonly description?: string;
  /** Title of the row or tab that it stands in; may hold variables. */
  readonly section?: string;
  readonly datasource: DatasourceRef;
  readonly targets: readonly Target[];
  readonly fieldConfig: FieldConfigSource;
  /** The plugin's options as stored: `reduceOptions`, `legend`, `yAxis`, … */
  readonly options: Readonly<Record<string, unknown>>;
  readonly transformations: readonly Transformation[];
  /** Least step as stored: `30s`, `>10s`, a variable. */
  readonly interval?: string;
  readonly maxDataPoints?: number;
  /** Its own window back from now, `1h`, and how far both ends are moved back, `1d`. */
  readonly timeFrom?: string;
  readonly timeShift?: string;
  /** The variable for each value of which it is repeated. */
  readonly repeat?: string;
}

/** Defaults of all fields and what overrides them, in order. */
export interface FieldConfigSource {
  /** `unit`, `decimals`, `min`, `max`, `displayName`, `mappings`, `thresholds`, `color`, `custom` … as stored. */
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly overrides: readonly {
    readonly matcher: { readonly id: string; readonly options?: unknown };
    readonly properties: readonly { readonly id: string; readonly value?: unknown }[];
  }[];
}

/** A dashboard variable as stored. */
export interface Variable {
  readonly name: string;
  readonly type:
    | 'query'
    | 'custom'
    | 'constant'
    | 'textbox'
    | 'interval'
    | 'datasource'
    | 'adhoc'
    | 'groupby'
    | 'switch'
    | 'system';
  readonly label?: string;
  readonly isMulti: boolean;
  readonly includesAll: boolean;
  /** Takes the place of "All" verbatim. */
  readonly allValue?: string;
  /** Saved value or values; `$__all` for all. */
  readonly current: readonly string[];
  /** The stored definition: `query`, `regex`, `sort`, `datasource`, `options`, `auto_count` … */
  readonly model: Readonly<Record<string, unknown>>;
}

/** A dashboard, normalised. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  /** Path below the public address, as Grafana gives it: `/d/uid/slug`. */
  readonly path?: string;
  readonly folder?: string;
  readonly version?: number;
  readonly tags: readonly string[];
  /** `browser`, `utc` or an IANA zone. */
  readonly timezone?: string;
  /** Its saved window: `now-6h`, `now`. */
  readonly from?: string;
  readonly to?: string;
  readonly variables: readonly Variable[];
  /** In reading order; rows are not panels. */
  readonly panels: readonly Panel[];
  /** What could not be read: whole sentences. */
  readonly notes: readonly string[];
}
