/** From a reply to what is kept of it. */

import { BotError } from '../domain/errors.ts';
import type { Message } from '../domain/message.ts';
import { plainText } from '../domain/message.ts';
import type { Asker } from '../domain/question.ts';
import type { Reply } from '../questions/ask.ts';
import { wordsOf } from '../render/answer-parts.ts';
import { type KeptAnswer, newAnswerId, type Said } from './kept-answer.ts';

/** What was asked, by whom, when. */
export interface Asked {
  readonly q: string;
  readonly asker: Asker;
  /** ms since the Unix epoch. */
  readonly askedMs: number;
}

/** Makes what is kept, under a new id. @throws BotError `ASK_EMPTY` */
export function makeKept({ q, asker, askedMs }: Asked, reply: Reply): KeptAnswer {
  const { platform, userName } = asker;
  return { id: newAnswerId(), askedMs, q, askedBy: { platform, userName }, ...saidIn(reply) };
}

/** What a reply says. @throws BotError `ASK_EMPTY` when it says nothing */
export function saidIn(reply: Reply): Said {
  if (reply.kind === 'none') throw new BotError('ASK_EMPTY', 'That is no question.', { suggestions: ['help'] });
  const { explanation } = reply;
  if (reply.kind === 'message') return { explanation, message: reply.message, alt: firstLine(reply.message) };
  const { answer, slots } = reply;
  const { message, alt } = wordsOf(answer);
  return { explanation, message, alt, answer, ...(slots && { slots }) };
}

function firstLine({ blocks }: Message): string {
  const text = blocks.find((block) => block.kind === 'text');
  return plainText(text?.lines[0] ?? []);
}
