/** Reads outputs and looks: `as table`, `as bars`, `stacked`, `log scale`, `from zero`, `0..100`, `dark`. */
import { findNear } from './nearest.ts';
import type { Shown } from './parts.ts';
import { code } from './say.ts';
import type { Token } from './tokens.ts';
import {
  ARTICLES,
  AS_WORDS,
  BARE_OUTPUT_WORDS,
  LIMIT_WORDS,
  LINE_PHRASE,
  LINE_WORD,
  LOOK_PHRASES,
  OUTPUT_WORDS,
} from './words.ts';

/** What was read, and how many words it took. */
export interface FoundShown extends Shown {
  readonly count: number;
  /** What to say where a word was mended. */
  readonly note?: string;
}

/** Read at once, since nothing else can be meant; single words wait until they are known to be no value. */
const LONGEST_PHRASE = 2;
/** Reads a phrase of looks or output that begins at a word; single words only behind `as`. */
export function readShown(tokens: readonly Token[], index: number): FoundShown | undefined {
  const lower = (offset: number) => wordAt(tokens, index + offset);
  if (AS_WORDS.has(lower(0)) || AS_WORDS.has(`${lower(0)} ${lower(1)}`)) return readAs(tokens, index);
  return readLimits(tokens, index) ?? readPhrase(tokens, index, LONGEST_PHRASE);
}

/** What a single word would look like, were it no value. */
export function softShown({ lower, isQuoted }: Token): Shown | undefined {
  if (isQuoted) return undefined;
  const looks = own(LOOK_PHRASES, lower);
  if (looks) return { looks };
  const output = BARE_OUTPUT_WORDS.has(lower) ? own(OUTPUT_WORDS, lower) : undefined;
  return output && { output };
}

function readAs(tokens: readonly Token[], index: number): FoundShown | undefined {
  const start = ARTICLES.has(wordAt(tokens, index + 1)) ? index + 2 : index + 1;
  const said = wordAt(tokens, start);
  const shown = shownAs(said);
  if (!shown) return mended(said, start + 1 - index);
  const isDrawn = shown.looks && own(OUTPUT_WORDS, wordAt(tokens, start + 1)) === 'chart';
  return { ...shown, count: start + (isDrawn ? 2 : 1) - index };
}

function shownAs(word: string): Shown | undefined {
  const output = own(OUTPUT_WORDS, word);
  if (output) return { output };
  const looks = word === LINE_WORD ? LOOK_PHRASES[LINE_PHRASE] : own(LOOK_PHRASES, word);
  return looks && { looks };
}

/** Shorter words are near to too much: `as time`, `as long as`. */
const MENDED_MIN_CHARS = 5;
const MENDABLE = [...Object.keys(OUTPUT_WORDS), ...Object.keys(LOOK_PHRASES)].filter(
  (word) => word.length >= MENDED_MIN_CHARS && !word.includes(' '),
);

/** `as tabel`: the form that is nearest, and a note of it. */
function mended(word: string, count: number): FoundShown | undefined {
  const near = word.length < MENDED_MIN_CHARS - 1 ? undefined : findNear(word, MENDABLE);
  const [name = ''] = near?.how === 'typo' ? near.names : [];
  const shown = shownAs(name);
  return (
    shown && { ...shown, count, note: `${code(word)} is no form I know. Showing it as ${code(name)}, the nearest.` }
  );
}

function readPhrase(tokens: readonly Token[], index: number, size: number): FoundShown | undefined {
  const phrase = Array.from({ length: size }, (_, offset) => wordAt(tokens, index + offset)).join(' ');
  const looks = own(LOOK_PHRASES, phrase);
  return looks && { looks, count: size };
}

const LIMITS = /^(-?\d{1,15}(?:\.\d{1,15})?)?\.\.(-?\d{1,15}(?:\.\d{1,15})?)?%?$/;
const NUMBER = /^-?\d{1,15}(?:\.\d{1,15})?%?$/;

/** `0..100`, `0..`, `..100`, `min 0`, `max 100`, `min=0`. */
function readLimits(tokens: readonly Token[], index: number): FoundShown | undefined {
  const lower = wordAt(tokens, index);
  const match = lower.length > LIMITS_MIN_CHARS ? LIMITS.exec(lower) : null;
  if (match) return limitsOf(match[1], match[2]);
  const end = own(LIMIT_WORDS, lower);
  const next = wordAt(tokens, index + 1);
  if (end && NUMBER.test(next)) return { looks: { [end]: Number.parseFloat(next) }, count: 2 };
  const [, name = '', value = ''] = /^(\p{L}+)=(.+)$/u.exec(lower) ?? [];
  const keyed = own(LIMIT_WORDS, name);
  return keyed && NUMBER.test(value) ? { looks: { [keyed]: Number.parseFloat(value) }, count: 1 } : undefined;
}

/** `..` alone limits nothing. */
const LIMITS_MIN_CHARS = 2;

function limitsOf(low: string | undefined, high: string | undefined): FoundShown | undefined {
  if (low === undefined || high === undefined) {
    return { looks: { ...(low && { min: Number(low) }), ...(high && { max: Number(high) }) }, count: 1 };
  }
  const [min, max] = [Math.min(Number(low), Number(high)), Math.max(Number(low), Number(high))];
  return min < max ? { looks: { min, max }, count: 1 } : undefined;
}

function wordAt(tokens: readonly Token[], index: number): string {
  const token = tokens[index];
  return token && !token.isQuoted ? token.lower : '';
}

function own<Value>(table: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
