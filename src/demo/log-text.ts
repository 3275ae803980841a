/** Text search over messages of which only the shape is known: whether all, some or none of a template's lines match. Pure. */
import { BLANK, SEARCH_WORDS } from './log-templates.ts';

/** The words of a text, as Elasticsearch's standard analysis has them. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
}

/** Whether words stand in a text one after the other; the last may be the beginning of one. */
export function hasPhrase(words: readonly string[], phrase: readonly string[], isPrefix = false): boolean {
  if (phrase.length === 0) return false;
  const fits = (word: string | undefined, at: number) =>
    isPrefix && at === phrase.length - 1
      ? word?.startsWith(phrase[at] as string) === true
      : word === (phrase[at] as string);
  return words.some((_, start) => phrase.every((_word, at) => fits(words[start + at], at)));
}

const PRODUCT_WORDS = new Set(SEARCH_WORDS.flatMap(wordsOf));

/** Words that a blank of a template can become, beside its fixed ones. */
const BLANK_WORDS: Readonly<Record<string, RegExp>> = {
  order: /^\d{1,5}$/,
  ms: /^\d{1,6}$/,
  n: /^\d$/,
  id: /^[a-f]?[0-9a-f]{0,7}$/,
};

/**
 * Whether the lines of a template hold a phrase: all (`true`), none (`false`), or it depends on the line (`undefined`).
 * What cannot be told without the line is `undefined`, never a guess.
 */
export function templateHasPhrase(template: string, phrase: readonly string[], isPrefix = false): boolean | undefined {
  const fixed = template.replace(BLANK, '\u0001').split('\u0001').map(wordsOf);
  if (fixed.some((words) => hasPhrase(words, phrase, isPrefix))) return true;
  const known = new Set(fixed.flat());
  const blanks = [...template.matchAll(BLANK)].map(([, blank]) => blank as string);
  const isPossible = (word: string, at: number) => {
    const mayBegin = isPrefix && at === phrase.length - 1;
    if (known.has(word) || (mayBegin && [...known].some((one) => one.startsWith(word)))) return true;
    return blanks.some((blank) =>
      blank === 'words'
        ? PRODUCT_WORDS.has(word) || (mayBegin && [...PRODUCT_WORDS].some((one) => one.startsWith(word)))
        : BLANK_WORDS[blank]?.test(word),
    );
  };
  return phrase.length > 0 && phrase.every(isPossible) ? undefined : false;
}
