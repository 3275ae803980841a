/** Reads a ranking that is asked for in a sentence: `which host has the most …`, `which 3 services are the slowest`. */
import type { RankingWords } from './parts.ts';
import type { Token } from './tokens.ts';
import { MOST_WORDS, NUMBER_WORDS, RANKING_WORDS, WHICH_WORDS } from './words.ts';

/** What was read, and how many words it took. */
export interface FoundWhich {
  readonly ranking: RankingWords;
  /** What is asked for, as it was called: `host`. */
  readonly noun?: Token;
  readonly count: number;
}

/** `which 3 hosts have the`: so many words stand before what ranks. */
const LEAD_MAX = 6;

/** Reads such a sentence at a word, up to the word that ranks; one thing is meant unless the verb says several. */
export function readWhich(tokens: readonly Token[], index: number): FoundWhich | undefined {
  const lower = (at: number) => (tokens[at]?.isQuoted ? '' : (tokens[at]?.lower ?? ''));
  if (!WHICH_WORDS.lead.has(lower(index))) return undefined;
  let noun: Token | undefined;
  let count: number | undefined;
  for (let at = index + 1; at <= index + LEAD_MAX; at += 1) {
    const word = lower(at);
    const order = own(RANKING_WORDS, word) ?? own(MOST_WORDS, word);
    if (order) {
      return {
        ranking: { order, ...(count !== undefined && { count }) },
        ...(noun && { noun }),
        count: at + 1 - index,
      };
    }
    const number = /^\d{1,2}$/.test(word) ? Number(word) : own(NUMBER_WORDS, word);
    if (number !== undefined) count = number;
    else if (WHICH_WORDS.one.has(word)) count ??= 1;
    else if (!WHICH_WORDS.rest.has(word)) {
      if (noun || word === '') return undefined;
      noun = tokens[at];
    }
  }
  return undefined;
}

function own<Value>(table: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
