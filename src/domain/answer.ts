/** An answer: data in hand, not yet words or pixels. */
import type { AlertView } from './alert-view.ts';
import type { Annotation, Threshold } from './annotation.ts';
import type { Frame } from './frame.ts';
import type { Link } from './link.ts';
import type { Question } from './question.ts';

export type { Link } from './link.ts';

/** Why there is nothing to draw; every kind has its own words. */
export type EmptyReason =
  | { readonly kind: 'never_existed'; readonly what: string; readonly near: readonly string[] }
  | {
      readonly kind: 'stopped';
      readonly what: string;
      readonly lastMs: number;
      /** Absent where the last was no number but a log line. */
      readonly lastValue?: number;
    }
  /** The series began to be written only after the window's end. */
  | { readonly kind: 'not_yet'; readonly what: string; readonly firstMs: number }
  | { readonly kind: 'too_old'; readonly keptMs: number }
  | { readonly kind: 'filter'; readonly filter: string; readonly withoutFilter: number }
  /** That there is nothing is the answer: `no problems: 12 checks fine`. */
  | { readonly kind: 'none'; readonly said: string }
  /** What is asked of the source can never give a value; `write` is what would. */
  | { readonly kind: 'mistaken'; readonly why: string; readonly write: string }
  /** It exists and is silent over this window; nothing more is known. */
  | { readonly kind: 'silent'; readonly what: string };

/** What a source gave for a question, ready for chart, table and words, which all read this and nothing else. */
export interface Answer {
  readonly question: Question;
  /** The definition's title with its arguments: `CPU of web01`. */
  readonly title: string;
  /**
   * One or more; series are in the order of the definition or of the arguments. Series of another unit than the first get a
   * strip of their own; several frames with a `title` are a contact sheet.
   */
  readonly frames: readonly Frame[];
  /** Frames of other queries, each with its `title`: drawn as strips beneath, over the same time, and said in a line each. */
  readonly under?: readonly Frame[];
  /** The other window or the other arguments; series pair with `frames` by name, or by position when alone. */
  readonly comparison?: {
    /** `last week`, `web02`. */
    readonly label: string;
    /** How far back the other window lies by the wall clock; 0 when the windows are the same. */
    readonly offsetMs: number;
    /** Where the other window begins: add `question.range.fromMs - fromMs` to shift its samples onto this one. */
    readonly fromMs: number;
    readonly frames: readonly Frame[];
  };
  /** For `top` and `bottom`: how many series there were, of which `frames` hold the ranked ones. */
  readonly rankedFrom?: number;
  readonly annotations: readonly Annotation[];
  readonly thresholds: readonly Threshold[];
  /** The source's drill-down first, then the definition's own. */
  readonly links: readonly Link[];
  /** Whole sentences: the question's own notes, then failures of overlays, partial data. */
  readonly notes: readonly string[];
  /** Set where the chart belongs to alerts: their firing is shown, red is theirs alone, and no limit has a band. */
  readonly alert?: AlertView;
  /** Set when no frame holds a single value. */
  readonly empty?: EmptyReason;
  /** Kind and target for the footer: `Graphite · servers.web01.cpu.busy`. */
  readonly origin: string;
  /** ms since the Unix epoch: the moment that "now" meant. */
  readonly nowMs: number;
}
