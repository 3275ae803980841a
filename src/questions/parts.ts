/** What a question is made of, once its phrases are told apart and before anything is looked up. */
import type { Output } from '../domain/question.ts';
import type { Looks } from '../domain/saved-query.ts';
import type { Amount } from './lexemes.ts';
import type { Day, TimePhrase } from './time-phrase.ts';
import type { Token } from './tokens.ts';
import type { TimeUnit, Verb } from './words.ts';

/** What is laid over the answer, told apart by `kind`. */
export type ComparisonWords =
  /** The same wall-clock times so much earlier: `vs last week`. */
  | { readonly kind: 'shift'; readonly amounts: readonly Amount[]; readonly label: string }
  /** The same times of day on another day: `vs 2026-11-20`. */
  | { readonly kind: 'day'; readonly day: Day; readonly label: string }
  /** The window just before. */
  | { readonly kind: 'previous'; readonly label: string }
  /** Other values: `vs web02`. */
  | {
      readonly kind: 'values';
      readonly words: readonly Token[];
      /** Words right behind those: values too, where they are some. */
      readonly more: readonly Token[];
    }
  /** `vs nothing`: no comparison any more. */
  | { readonly kind: 'none' };

/** `top 5`, `worst 3`; the count is left out in `top cpu`. */
export interface RankingWords {
  readonly order: 'top' | 'bottom' | 'worst' | 'best';
  readonly count?: number;
}

/** `key=value`. */
export interface NamedWord {
  readonly key: string;
  readonly value: string;
  readonly token: Token;
  /** True when no key was typed: a follow-up knows from before what a value is for. */
  readonly isImplied?: boolean;
}

/** `on graphite-eu`, `in staging`: which of several variants is meant. */
export interface Scope {
  readonly kind: 'source' | 'env' | 'pack';
  readonly name: string;
  /** As it was said, for writing the question again. */
  readonly text: string;
  /** Where it stood in the text, in UTF-16 units. */
  readonly at: number;
  readonly end: number;
}

/** What a word may mean when it is no value: a look or an output. */
export interface Shown {
  readonly output?: Output;
  readonly looks?: Looks;
}

/** A time phrase where it stood. */
export interface TimeWords {
  readonly phrase: TimePhrase;
  readonly at: number;
  readonly end: number;
}

/** All parts of one question. */
export interface Parts {
  /** The word that named the query, if an exact one was there. */
  readonly name?: Token;
  /** What no rule claimed, in order, without words that carry nothing. */
  readonly words: readonly Token[];
  /** Words among `words` that are looks unless they are values: `dark`, `table`. */
  readonly soft: ReadonlyMap<Token, Shown>;
  readonly named: readonly NamedWord[];
  readonly time?: TimeWords;
  readonly comparison?: ComparisonWords;
  readonly ranking?: RankingWords;
  readonly output?: Output;
  readonly looks: Looks;
  readonly scope?: Scope;
  /** Values to leave out: `web* without web02`. */
  readonly without: readonly Token[];
  readonly verb?: Verb;
  /** `per minute`: how it is wished to be measured. */
  readonly per?: TimeUnit;
  /** What to say of words that were mended. */
  readonly notes: readonly string[];
  /** How many words, with or without a meaning, stand before the name that are no phrase. */
  readonly wordsBeforeName: number;
}
