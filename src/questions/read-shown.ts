/** Reads outputs and looks: `as table`, `as bars`, `stacked`, `log scale`, `from zero`, `0..100`, `dark`. */
import type { Output } from '../domain/question.ts';
import type { Looks } from '../domain/saved-query.ts';
import type { Shown } from './parts.ts';
import type { Token } from './tokens.ts';

/** What was read, and how many words it took. */
export interface FoundShown extends Shown {
  readonly count: number;
}

const OUTPUTS: Readonly<Record<string, Output>> = {
  chart: 'chart',
  graph: 'chart',
  picture: 'chart',
  image: 'chart',
  table: 'table',
  csv: 'csv',
  lines: 'lines',
};

/** Looks by their phrases; several words are joined by a blank. */
const LOOKS: Readonly<Record<string, Looks>> = {
  stacked: { stacked: true },
  stack: { stacked: true },
  unstacked: { stacked: false },
  'not stacked': { stacked: false },
  bars: { bars: true },
  bar: { bars: true },
  'bar chart': { bars: true },
  'no bars': { bars: false },
  'as line': { bars: false, step: false },
  steps: { step: true },
  stepped: { step: true },
  log: { log: true },
  'log scale': { log: true },
  'log axis': { log: true },
  logarithmic: { log: true },
  'logarithmic scale': { log: true },
  linear: { log: false },
  'linear scale': { log: false },
  'from zero': { min: 0 },
  'from 0': { min: 0 },
  dark: { theme: 'dark' },
  'dark theme': { theme: 'dark' },
  'dark mode': { theme: 'dark' },
  light: { theme: 'light' },
  'light theme': { theme: 'light' },
  'light mode': { theme: 'light' },
};

/** Read at once, since nothing else can be meant; single words wait until they are known to be no value. */
const LONGEST_PHRASE = 2;
/** Words behind `as` that lead on: `as a stacked chart`. */
const LEADS: ReadonlySet<string> = new Set(['a', 'an', 'the']);

/** Reads a phrase of looks or output that begins at a word; single words only behind `as`. */
export function readShown(tokens: readonly Token[], index: number): FoundShown | undefined {
  const lower = (offset: number) => wordAt(tokens, index + offset);
  if (lower(0) === 'as' || (lower(0) === 'in' && lower(1) === 'a')) return readAs(tokens, index);
  return readLimits(tokens, index) ?? readPhrase(tokens, index, LONGEST_PHRASE);
}

/** What a single word would look like, were it no value. */
export function softShown({ lower, isQuoted }: Token): Shown | undefined {
  if (isQuoted) return undefined;
  const looks = own(LOOKS, lower);
  if (looks) return { looks };
  const output = lower === 'table' || lower === 'csv' ? own(OUTPUTS, lower) : undefined;
  return output && { output };
}

function readAs(tokens: readonly Token[], index: number): FoundShown | undefined {
  const start = LEADS.has(wordAt(tokens, index + 1)) ? index + 2 : index + 1;
  const output = own(OUTPUTS, wordAt(tokens, start));
  if (output) return { output, count: start + 1 - index };
  const single = wordAt(tokens, start);
  const looks = single === 'line' ? LOOKS['as line'] : own(LOOKS, single);
  if (!looks) return undefined;
  const isDrawn = own(OUTPUTS, wordAt(tokens, start + 1)) === 'chart';
  return { looks, count: start + (isDrawn ? 2 : 1) - index };
}

function readPhrase(tokens: readonly Token[], index: number, size: number): FoundShown | undefined {
  const phrase = Array.from({ length: size }, (_, offset) => wordAt(tokens, index + offset)).join(' ');
  const looks = own(LOOKS, phrase);
  return looks && { looks, count: size };
}

const LIMITS = /^(-?\d{1,15}(?:\.\d{1,15})?)?\.\.(-?\d{1,15}(?:\.\d{1,15})?)?%?$/;
const NUMBER = /^-?\d{1,15}(?:\.\d{1,15})?%?$/;

/** `0..100`, `0..`, `..100`, `min 0`, `max 100`, `min=0`. */
function readLimits(tokens: readonly Token[], index: number): FoundShown | undefined {
  const lower = wordAt(tokens, index);
  const match = lower.length > LIMITS_MIN_CHARS ? LIMITS.exec(lower) : null;
  if (match) return limitsOf(match[1], match[2]);
  const end = lower === 'min' || lower === 'max' ? lower : undefined;
  const next = wordAt(tokens, index + 1);
  if (end && NUMBER.test(next)) return { looks: { [end]: Number.parseFloat(next) }, count: 2 };
  const [, name, value] = /^(min|max)=(.+)$/.exec(lower) ?? [];
  return name && value && NUMBER.test(value) ? { looks: { [name]: Number.parseFloat(value) }, count: 1 } : undefined;
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
