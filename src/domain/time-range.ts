/** A window of time as asked for. */

/** Half-open window `[fromMs, toMs)`, never empty. */
export interface TimeRange {
  /** ms since the Unix epoch. */
  readonly fromMs: number;
  /** ms since the Unix epoch, after `fromMs`. */
  readonly toMs: number;
  /** IANA name of the zone that wall-clock words were read in and that answers are shown in. */
  readonly zone: string;
  /** As people say it, normalised: `last 1h`, `yesterday 14:00-16:00`. Parsing it again gives the same kind of window. */
  readonly text: string;
}
