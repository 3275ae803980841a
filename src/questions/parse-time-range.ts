/** Parses the time part of a question on its own. */
import { BotError } from '../domain/errors.ts';
import type { TimeRange } from '../domain/time-range.ts';
import { type FoundTime, scanTimes } from './read-time-phrase.ts';
import { type ResolvedTime, resolveTime } from './resolve-time.ts';
import { code } from './say.ts';
import { type Token, tokenize } from './tokens.ts';
import { ORPHAN_TIME_WORDS, TIME_WORDS } from './words.ts';

/** Shown wherever a time was not understood. */
export const TIME_EXAMPLES = ['1h', 'since 09:00', 'yesterday 14:00-16:00'] as const;

/**
 * Parses the time part of a question: `last 1h`, `yesterday 14:00-16:00`, `from 23:00 to 01:00`.
 *
 * Wall-clock times are read in `zone`; a time that DST skips moves forward, one that it repeats is the first.
 *
 * @param nowMs - the moment "now" means, ms since the Unix epoch
 * @param zone - IANA name
 * @returns a half-open range, never empty, that does not end after now; its text parses to the same kind of window
 * @throws BotError `ASK_BAD_RANGE`; `details.at` is the offset of the first character not understood,
 *   `details.suggestions` are ranges that work
 */
export function parseTimeRange(text: string, nowMs: number, zone: string): TimeRange {
  return readTimeRange(text, nowMs, zone).range;
}

/** As {@link parseTimeRange}, with the sentences that the asker should read. */
export function readTimeRange(text: string, nowMs: number, zone: string): ResolvedTime {
  const tokens = tokenize(text);
  const { found, end } = leadingTime(tokens, nowMs, zone);
  const rest = tokens[end];
  if (!found || rest) throw notATime(found ? rest : culprit(tokens), text);
  return resolveTime(found.phrase, nowMs, zone);
}

function leadingTime(tokens: readonly Token[], nowMs: number, zone: string): { found?: FoundTime; end: number } {
  const scanner = scanTimes(tokens, nowMs, zone);
  let start = 0;
  while (isFiller(tokens[start]) && !scanner.at(start)) start += 1;
  const found = scanner.at(start);
  const end = found ? start + found.count : start;
  // What can be no time at all (`since 25:00`) is refused in its own words.
  for (let index = end; index < tokens.length; index += 1) scanner.at(index);
  return { ...(found && { found }), end };
}

function isFiller(token: Token | undefined): boolean {
  return token !== undefined && TIME_WORDS.filler.some((word) => word === token.lower);
}

/** Behind `last` and its like it is the next word that was not understood. */
function culprit(tokens: readonly Token[]): Token | undefined {
  return tokens.find((token) => !isFiller(token) && !ORPHAN_TIME_WORDS.has(token.lower)) ?? tokens[0];
}

function notATime(token: Token | undefined, text: string): BotError {
  const examples = TIME_EXAMPLES.map(code).join(', ');
  const what = token ? `${code(token.text)} is no time` : 'No time was given';
  return new BotError('ASK_BAD_RANGE', `${what}. Times look like ${examples}.`, {
    at: token?.at ?? text.length,
    suggestions: [...TIME_EXAMPLES],
  });
}
