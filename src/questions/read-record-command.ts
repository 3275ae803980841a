/** Reads what is asked of the record: `alerts web01`, `deploys checkout 24h`, `changes 7d`, `runbook cpu`. */
import type { TimeRange } from '../domain/time-range.ts';
import { notATime, readParts, type Vocabulary } from './read-parts.ts';
import { resolveTime } from './resolve-time.ts';
import type { Token } from './tokens.ts';
import type { Topic } from './topic.ts';
import { FOREIGN_TIME_WORDS } from './zone-words.ts';

/** A question about alerts and changes that were told. */
export interface RecordCommand {
  readonly kind: 'alerts' | 'deploys' | 'changes' | 'runbook';
  readonly topic: Topic;
  /** Left out: alerts that are open now; changes of the last day. */
  readonly range?: TimeRange;
}

/**
 * Reads the words behind the command; words of the time grammar are the window, all others what it is about.
 *
 * @throws BotError `ASK_BAD_RANGE`
 */
export function readRecordCommand(
  kind: RecordCommand['kind'],
  tokens: readonly Token[],
  vocabulary: Vocabulary,
): RecordCommand {
  // names of queries are words here: `alerts cpu`
  const parts = readParts(tokens, { ...vocabulary, isQuery: () => false });
  const { nowMs, zone } = vocabulary;
  const foreign = parts.words.filter(({ lower, isQuoted }) => !isQuoted && Object.hasOwn(FOREIGN_TIME_WORDS, lower));
  const understood = parts.words.filter((token) => !foreign.includes(token)).map(({ text }) => text);
  if (foreign[0]) throw notATime(foreign[0], [kind, ...understood].join(' '));
  const range = parts.time && resolveTime(parts.time.phrase, nowMs, zone).range;
  const words = [...parts.words, ...parts.without]
    .filter(({ text }) => /[\p{L}\p{N}*]/u.test(text))
    // `alerts severity critical`, `severity:critical`: any word may be one
    .map(({ text }) => text.replace(/^severity(?::|$)/i, ''))
    .filter((text) => text !== '');
  // `on graphite-eu`, `in production`: a scope of questions is a word like others here
  const scope = parts.scope ? [parts.scope.name] : [];
  const named = parts.named.map(({ key, value }) => ({ key, value }));
  return { kind, topic: { words: [...words, ...scope], named }, ...(range && { range }) };
}
