/** Marks on the time axis and limits on the value axis. */

/** How bad a limit or an alert is; always said as a word too. */
export type Severity = 'critical' | 'warning' | 'info';

/** A limit, in the unit of the series it is drawn with. */
export interface Threshold {
  readonly op: '>' | '>=' | '<' | '<=';
  readonly value: number;
  readonly severity: Severity;
  /** The word on the line: `saturated`, `SLO`; else the severity's own. */
  readonly title?: string;
}

/** A mark on a time axis (Grafana's sense); an alert's text map is `Alert.annotations`, another thing. */
export interface Annotation {
  /** ms since the Unix epoch. */
  readonly timeMs: number;
  /** End of a span; absent for a moment. */
  readonly endMs?: number;
  readonly kind: 'deploy' | 'incident' | 'alert' | 'note';
  readonly title: string;
  readonly text?: string;
  readonly tags: readonly string[];
  readonly url?: string;
}
