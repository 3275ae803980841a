/** Lines for a room that knows of a group already: it fires again, became worse, or calls somebody. In the thread of the post, and shown in the room. Pure. */
import type { AlertSeverity } from '../domain/alert.ts';
import type { Line, Message } from '../domain/message.ts';
import { ordinal } from '../lib/ordinal.ts';
import { fromToWords, spanWords } from '../render/clock-words.ts';
import type { GroupFacts, Member } from './group-facts.ts';
import { type GroupWords, headline, mentionLine } from './group-message.ts';
import { momentWords } from './life-words.ts';
import { headOf, membersLine } from './member-words.ts';

/** One more time that a group fires within a conversation. */
export interface Again {
  /** Which time it is: 2 or more. */
  readonly count: number;
  /** Since when the conversation is, ms. */
  readonly sinceMs: number;
  /** When the time before was over, ms. */
  readonly endedMs: number;
}

/** `🔴 **CRITICAL** **HighErrorRate** · checkout · fires again 12 min after its end, the 3rd time since 10:44 CET` */
export function againMessage(facts: GroupFacts, { count, sinceMs, endedMs }: Again, words: GroupWords): Message {
  const pause = spanWords(Math.max(0, words.nowMs - endedMs));
  const line: Line = [
    ...headline(facts.firing, words.template),
    ` · fires again ${pause} after its end, the ${ordinal(count)} time since ${momentWords(sinceMs, words)}`,
  ];
  return messageOf([line, ...membersLine(firingAlerts(facts), words.template), ...mentionLine(words.mentions)]);
}

/** The same line when that time is over: `🟢 **HighErrorRate** · checkout · fired again 10:58–11:04, the 3rd time` */
export function againOverMessage(
  facts: GroupFacts,
  { count, beganMs }: { readonly count: number; readonly beganMs: number },
  words: GroupWords,
): Message {
  const ends = facts.members.map(({ alert }) => +(alert.endsAt ?? alert.receivedAt));
  const span = fromToWords(beganMs, Math.max(beganMs, ...ends), words);
  const head = headOf(
    facts.members.map(({ alert }) => alert),
    words.template,
  );
  return messageOf([
    ['🟢 ', ...head, ` · fired again ${span}, the ${ordinal(count)} time; it is over`],
    ...mentionLine(words.mentions),
  ]);
}

/** `🔴 **CRITICAL** **HighErrorRate** · checkout · was warning until now` */
export function worseMessage(facts: GroupFacts, before: AlertSeverity, words: GroupWords): Message {
  const was = before === 'unknown' ? 'of unknown severity' : before;
  const line: Line = [...headline(facts.firing, words.template), ` · was ${was} until now`];
  return messageOf([line, ...membersLine(firingAlerts(facts), words.template), ...mentionLine(words.mentions)]);
}

function firingAlerts({ firing }: GroupFacts) {
  return firing.map(({ alert }) => alert);
}

/** Of what fires on when somebody is to be called: `🔴 **CRITICAL** **HighErrorRate** · checkout · firing since 10:44 CET (25 min)` */
export function callMessage(firing: readonly Member[], words: GroupWords): Message {
  const alerts = firing.map(({ alert }) => alert);
  const sinceMs = Math.min(...alerts.map(({ startsAt }) => +startsAt));
  const span = spanWords(Math.max(0, words.nowMs - sinceMs));
  const line: Line = [...headline(firing, words.template), ` · firing since ${momentWords(sinceMs, words)} (${span})`];
  return messageOf([line, ...membersLine(alerts, words.template), ...mentionLine(words.mentions)]);
}

function messageOf(lines: readonly Line[]): Message {
  return { blocks: [{ kind: 'text', lines }] };
}
