/** Suggestions that work: what a refusal offers is tried before anybody reads it. */
import { BotError } from '../domain/errors.ts';

/** So many suggestions are tried, and shown. */
const MAX_SUGGESTIONS = 6;
/** A suggestion that is refused is replaced by what its own refusal offers, so often. */
const MAX_DEPTH = 2;

/**
 * A refusal with only those suggestions that are understood; what is no refusal passes unchanged.
 *
 * @param tryOut - understands a text, or throws
 * @param examples - what to offer where nothing else works
 */
export async function withWorkingSuggestions(
  thrown: unknown,
  tryOut: (text: string) => Promise<unknown>,
  examples: () => Promise<readonly string[]>,
): Promise<unknown> {
  if (!(thrown instanceof BotError)) return thrown;
  const working = await workingOnes(thrown.details.suggestions ?? [], tryOut, MAX_DEPTH);
  const suggestions = working.length > 0 ? working : await workingOnes(await examples(), tryOut, 0);
  const { code, message, details, cause } = thrown;
  return new BotError(code, message, { ...details, suggestions }, cause === undefined ? {} : { cause });
}

async function workingOnes(
  suggestions: readonly string[],
  tryOut: (text: string) => Promise<unknown>,
  depth: number,
): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const suggestion of suggestions.slice(0, MAX_SUGGESTIONS)) {
    for (const working of await workingFor(suggestion, tryOut, depth)) found.add(working);
  }
  return [...found].slice(0, MAX_SUGGESTIONS);
}

async function workingFor(
  suggestion: string,
  tryOut: (text: string) => Promise<unknown>,
  depth: number,
): Promise<readonly string[]> {
  try {
    await tryOut(suggestion);
    return [suggestion];
  } catch (thrown) {
    if (!(thrown instanceof BotError)) throw thrown;
    if (depth === 0) return [];
    const [first] = await workingOnes(thrown.details.suggestions?.slice(0, 1) ?? [], tryOut, depth - 1);
    return first === undefined ? [] : [first];
  }
}
