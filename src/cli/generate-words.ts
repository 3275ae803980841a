/** What the docs say of the words of the question language and of error codes, made from their tables. */
import { ERROR_CATALOGUE } from '../domain/errors.ts';
import {
  ALL_WORDS,
  COMMAND_WORDS,
  DAY_WORDS,
  NOISE_WORDS,
  NUMBER_WORDS,
  RANKING_WORDS,
  RECORD_WORDS,
  UNIT_WORDS,
  VERB_WORDS,
  WEEKDAY_WORDS,
  WITHOUT_WORDS,
} from '../questions/words.ts';

/** Tables of words by what they mean: for `docs/grammar.md`. */
export function wordSections(): Readonly<Record<string, string>> {
  const rows: readonly (readonly [string, string])[] = [
    ['carry nothing', listed(NOISE_WORDS)],
    ['numbers', grouped(NUMBER_WORDS)],
    ['units of time', grouped(UNIT_WORDS)],
    ['days', listed([...Object.keys(DAY_WORDS), ...Object.keys(WEEKDAY_WORDS)])],
    ['rank', grouped(RANKING_WORDS)],
    ['all of them', listed(ALL_WORDS)],
    ['leave out', listed(WITHOUT_WORDS)],
    ['in a follow-up', listed(Object.keys(VERB_WORDS))],
    ['commands', listed([...Object.keys(COMMAND_WORDS), ...Object.keys(RECORD_WORDS)])],
  ];
  return {
    words: ['| Words that | |\n| --- | --- |', ...rows.map(([what, words]) => `| ${what} | ${words} |`)].join('\n'),
  };
}

function listed(words: Iterable<string>): string {
  return [...words].map((word) => `\`${word.replaceAll('|', '\\|')}\``).join(', ');
}

/** Words with the same meaning stand together: `h`, `hour`, `hours` · `d`, `day`. */
function grouped(table: Readonly<Record<string, unknown>>): string {
  const groups = new Map<unknown, string[]>();
  for (const [word, meaning] of Object.entries(table)) groups.set(meaning, [...(groups.get(meaning) ?? []), word]);
  return [...groups.values()].map(listed).join(' · ');
}

/** Puts the facts of each code under its heading: who acts, the status, whether it is retried. */
export function withErrorFacts(page: string): string {
  return page.replace(/^### (\w+)\n\n(?:\*.*\*\n\n)?/gm, (whole, code: string) => {
    if (!Object.hasOwn(ERROR_CATALOGUE, code)) return whole;
    const { actor, status, retryable } = ERROR_CATALOGUE[code as keyof typeof ERROR_CATALOGUE];
    return `### ${code}\n\n*${actor} · HTTP ${status} · ${retryable ? 'retried' : 'not retried'}*\n\n`;
  });
}
