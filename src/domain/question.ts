/** A question that was understood, and its stable account of itself. */
import type { Looks, Output, SavedQuery } from './saved-query.ts';
import type { TimeRange } from './time-range.ts';

/** Values bound to a definition's parameters; each a list, since one question may name several hosts. */
export type Arguments = Readonly<Record<string, readonly string[]>>;

export type { Output } from './saved-query.ts';

/** Another window, or other arguments, laid over the first. */
export type Comparison =
  | { readonly kind: 'range'; readonly range: TimeRange /** `last week` */; readonly label: string }
  | { readonly kind: 'arguments'; readonly arguments: Arguments; readonly label: string };

/** Which end of the measure, and how many. */
export interface Ranking {
  readonly order: 'top' | 'bottom';
  /** How many are shown. */
  readonly count: number;
}

/** Who asks, from where; what an adapter knows of them. */
export interface Asker {
  /** Name of the chat in the config, or `terminal`, `http`. */
  readonly platform: string;
  readonly userId: string;
  readonly userName: string;
  /** IANA zone that the platform tells of this person. */
  readonly zone?: string;
}

/** Everything needed to answer. Made only by `planQuestion`. */
export interface Question {
  readonly query: SavedQuery;
  readonly arguments: Arguments;
  /** Where the words were shorter than the values they stand for (`web*`): the words, for titles. */
  readonly asWritten?: Arguments;
  readonly range: TimeRange;
  readonly comparison?: Comparison;
  readonly ranking?: Ranking;
  readonly output: Output;
  /** The definition's looks with those that were asked for. */
  readonly looks: Looks;
  /** Only the looks that the question itself asked for; absent when none. */
  readonly askedLooks?: Looks;
  /** The source or environment that was named, as it was said: `on graphite-eu`. */
  readonly scope?: string;
  /** Whole sentences for the asker: a corrected typo, a word not used, a window cut at now. */
  readonly notes: readonly string[];
  /** The question in full, as it could be asked again: `cpu web01 last 1h`. */
  readonly text: string;
  /** In a follow-up: the part that changed, echoed in bold. */
  readonly changed?: 'range' | 'arguments' | 'output' | 'comparison';
}

/** How a question was understood, as stable JSON (`design.md` §9); what is absent is left out. */
export interface Explanation {
  /** Name of the saved query, or the raw prefix (`graphite:`). */
  readonly query?: string;
  /** For questions that are no query: `help`, `queries`, `hosts`, `status`, `zone`, `why`, `again` … */
  readonly command?: string;
  readonly source?: string;
  readonly arguments?: Arguments;
  readonly range?: ExplainedRange;
  readonly comparison?: { readonly range: ExplainedRange } | { readonly arguments: Arguments };
  readonly ranking?: Ranking;
  readonly output?: Output;
  readonly looks?: Looks;
  readonly notes?: readonly string[];
}

/** A window in an {@link Explanation}. */
export interface ExplainedRange {
  /** ISO 8601 in UTC, with `Z`. */
  readonly from: string;
  readonly to: string;
  readonly zone: string;
  readonly text: string;
}
