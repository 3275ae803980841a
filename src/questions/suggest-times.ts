/** Turns suggested windows into questions that can be asked as they are. */
import { BotError } from '../domain/errors.ts';
import type { Vocabulary } from './read-parts.ts';
import { scanTimes } from './read-time-phrase.ts';
import type { Token } from './tokens.ts';
import { COMPARE_WORDS, ORPHAN_TIME_WORDS, RECORD_WORDS, TIME_WORDS, UNIT_WORDS } from './words.ts';
import { FOREIGN_TIME_WORDS } from './zone-words.ts';

const LEADS: ReadonlySet<string> = new Set<string>([
  ...ORPHAN_TIME_WORDS,
  ...Object.keys(FOREIGN_TIME_WORDS),
  ...COMPARE_WORDS.versus,
  ...COMPARE_WORDS.compared,
  ...Object.values(TIME_WORDS)
    .flat()
    .filter((word) => word !== 'in'),
]);

/**
 * Puts the rest of the question before each window that a refused time suggests; anything else passes unchanged.
 *
 * @param isFollowUp - true when a window alone is a question, in a conversation
 */
export function timeSuggestions(
  thrown: unknown,
  tokens: readonly Token[],
  vocabulary: Vocabulary,
  isFollowUp: boolean,
): unknown {
  if (!(thrown instanceof BotError) || thrown.code !== 'ASK_BAD_RANGE') return thrown;
  const rest = withoutTimes(withoutCulprit(tokens, thrown.details.at), vocabulary);
  const isName = ({ text, lower }: Token) => vocabulary.isQuery(text) || Object.hasOwn(RECORD_WORDS, lower);
  const isNamed = tokens.some((token) => !token.isQuoted && isName(token));
  if (!isNamed && isFollowUp) return thrown;
  const windows = thrown.details.suggestions ?? ['1h', 'since 09:00', 'yesterday 14:00-16:00'];
  const suggestions = isNamed ? windows.map((window) => `${rest} ${window}`.trim()) : [];
  return new BotError(thrown.code, thrown.message, { ...thrown.details, suggestions }, { cause: thrown });
}

/** What was no time, and the units right behind it: `thirteen minutes`. */
function withoutCulprit(tokens: readonly Token[], at: number | undefined): readonly Token[] {
  const index = tokens.findIndex((token) => token.at === at && !token.isQuoted);
  if (index < 0) return tokens;
  const isUnit = (token: Token | undefined) => token !== undefined && Object.hasOwn(UNIT_WORDS, token.lower);
  return tokens.toSpliced(index, isUnit(tokens[index + 1]) ? 2 : 1);
}

/** The words that are no part of a time, as written. */
function withoutTimes(tokens: readonly Token[], { nowMs, zone }: Vocabulary): string {
  const times = scanTimes(tokens, nowMs, zone);
  const kept: string[] = [];
  for (let index = 0; index < tokens.length; ) {
    const token = tokens[index] as Token;
    const count = timeAt(times, index);
    if (count === 0 && !isTimelike(token)) kept.push(token.isQuoted ? `"${token.text}"` : token.text);
    index += Math.max(count, 1);
  }
  return kept.join(' ');
}

function timeAt(times: ReturnType<typeof scanTimes>, index: number): number {
  try {
    return times.at(index)?.count ?? 0;
  } catch {
    return 1; // It has the shape of a time and can be none.
  }
}

function isTimelike({ lower, isQuoted }: Token): boolean {
  return !isQuoted && (LEADS.has(lower) || /^[+-]?\d/.test(lower));
}
