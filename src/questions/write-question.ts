/** Writes a question in full, so that asking the text again asks the same. Pure. */
import type { Output, Ranking } from '../domain/question.ts';
import type { Looks } from '../domain/saved-query.ts';
import type { Given } from './bind-words.ts';
import { readParts, type Vocabulary } from './read-parts.ts';
import { tokenize } from './tokens.ts';
import { RESERVED_WORDS } from './words.ts';

/** The parts to write; what is absent is left out. */
export interface WrittenQuestion {
  readonly name: string;
  readonly given: Iterable<Given>;
  readonly ranking?: Ranking;
  /** Values left out of a pattern or a ranking. */
  readonly without?: readonly string[];
  readonly rangeText?: string;
  /** As written behind `vs`. */
  readonly comparison?: string;
  readonly output?: Output;
  /** What the query gives unasked, which need not be written; left out: a chart. */
  readonly usualOutput?: Output;
  readonly looks?: Looks;
  readonly scope?: string;
}

/** Writes the parts in the order people say them: `top 5 cpu web01 last 1h vs last week as table on graphite-eu`. */
export function writeQuestion(question: WrittenQuestion, vocabulary: Vocabulary): string {
  const { ranking, comparison, output, usualOutput = 'chart' } = question;
  const parts = [
    ranking && `${ranking.order} ${ranking.count}`,
    question.name,
    ...valueWords(question.given, vocabulary),
    question.without?.length && `without ${question.without.map((word) => writeValue(word, vocabulary)).join(', ')}`,
    question.rangeText,
    comparison && `vs ${comparison}`,
    output && output !== usualOutput && `as ${output}`,
    ...(question.looks ? looksWords(question.looks) : []),
    question.scope,
  ];
  return parts.filter(Boolean).join(' ');
}

/** A value as it must be written so that it is read as a value: quoted where it has a meaning of its own. */
export function writeValue(value: string, vocabulary: Vocabulary): string {
  // A word follows, since a question mark at the very end would be read as speech.
  const [token, next] = tokenize(`${value} x`);
  const isWhole = token?.text === value && next?.text === 'x' && !token.isQuoted;
  if (isWhole && !/[=]/.test(value) && isPlainWord(value, vocabulary)) return value;
  return quoted(value);
}

function quoted(value: string): string {
  return value.includes('"') ? `\u201E${value}\u201C` : `"${value}"`;
}

function isPlainWord(value: string, vocabulary: Vocabulary): boolean {
  if (RESERVED_WORDS.has(value.toLowerCase())) return false;
  try {
    const { words, soft, verb } = readParts(tokenize(value), { ...vocabulary, isQuery: () => false });
    return (
      words.length === 1 && soft.size === 0 && verb === undefined && !vocabulary.isQuery(value) && !/^\d+$/.test(value)
    );
  } catch {
    return false;
  }
}

function valueWords(given: Iterable<Given>, vocabulary: Vocabulary): readonly string[] {
  return [...given].flatMap(({ parameter, written, isKeyed }) => {
    const words = written.map((word) => writeValue(word, vocabulary));
    if (!isKeyed) return words;
    const isPlain = written.every((word) => /^[\p{L}\p{N}_.*?@/:-]+$/u.test(word) && !/[.:]$/.test(word));
    if (isPlain) return [`${parameter.name}=${written.join(',')}`];
    return written.map((word) => `${parameter.name}=${quoted(word)}`);
  });
}

function looksWords(looks: Looks): readonly string[] {
  const { stacked, bars, step, log, min, max, theme } = looks;
  const isLine = bars === false && step === false;
  return [
    stacked !== undefined && (stacked ? 'stacked' : 'unstacked'),
    isLine && 'as line',
    bars !== undefined && !isLine && (bars ? 'as bars' : 'no bars'),
    step === true && 'stepped',
    log !== undefined && (log ? 'log scale' : 'linear scale'),
    (min !== undefined || max !== undefined) && `${min ?? ''}..${max ?? ''}`,
    theme && `${theme} theme`,
  ].filter((word) => typeof word === 'string');
}
