/** Answers a question for a caller that is no chat: asks, keeps, and says it as JSON. */
import type { AnswerKeeper } from '../answers/answer-keeper.ts';
import type { KeptAnswer } from '../answers/kept-answer.ts';
import { makeKept } from '../answers/make-kept.ts';
import { BotError } from '../domain/errors.ts';
import { abortable } from '../lib/abortable.ts';
import { withDeadline } from '../lib/clock.ts';
import { type AskContext, type AskDeps, ask, remembered } from '../questions/ask.ts';
import { type AskResult, askResult } from './ask-result.ts';

/** What answering works with. */
export interface AnsweringDeps {
  readonly ask: AskDeps;
  readonly answers: AnswerKeeper;
}

/** A question as a caller sends it. */
export interface Asking {
  readonly q: string;
  /** Id of the answer that this follows. */
  readonly follows?: string | undefined;
}

/** An answer is there before it is kept; so long the store may take until its id is given out as one that works everywhere. */
const KEEP_PATIENCE_MS = 500;

/**
 * Asks, begins to keep the answer, and gives its result.
 *
 * @throws BotError as `ask`; `HTTP_NOT_FOUND` for an answer to follow that is not kept
 */
export async function answerFor(
  { q, follows }: Asking,
  context: AskContext,
  { ask: deps, answers }: AnsweringDeps,
  signal: AbortSignal,
): Promise<{ readonly kept: KeptAnswer; readonly result: AskResult }> {
  const followed = follows === undefined ? undefined : await followedBy(follows, answers);
  const conversations = followed ? [followed.id] : context.conversations;
  const memory = followed ? { ...deps.memory, recall: async () => remembered(followed) } : deps.memory;
  const askedMs = deps.clock.now();
  const reply = await ask(q, { ...context, conversations }, { ...deps, memory }, signal);
  const kept = makeKept({ q, asker: context.asker, askedMs }, reply);
  const isKept = await isKeptSoon(answers.keep(kept), signal);
  return { kept, result: askResult(kept, isKept ? kept.id : undefined) };
}

async function followedBy(id: string, answers: AnswerKeeper) {
  const kept = await keptAnswer(id, answers);
  const { answer, explanation, slots } = kept;
  if (!answer) throw new BotError('ASK_EMPTY', `\`${kept.q}\` is no question that another can follow.`);
  return { id, answer, explanation, ...(slots && { slots }) };
}

/** @throws BotError `HTTP_NOT_FOUND` when no answer of that id is kept, `STORE_…` */
export async function keptAnswer(id: string, answers: AnswerKeeper): Promise<KeptAnswer> {
  const kept = await answers.get(id);
  if (kept) return kept;
  if (/^[^.]+\.[^.]+$/.test(id))
    throw new BotError(
      'HTTP_NOT_FOUND',
      'Of an answer there are its page, its picture (`.png`) and its values (`.csv`).',
    );
  throw new BotError(
    'HTTP_NOT_FOUND',
    'No answer of that id is kept here: it is too old, or the address is not whole.',
  );
}

/** Late counts as kept: this process knows the answer until it is. */
async function isKeptSoon(keeping: Promise<boolean>, signal: AbortSignal): Promise<boolean> {
  try {
    return await abortable(keeping, withDeadline(KEEP_PATIENCE_MS, signal));
  } catch {
    return true;
  }
}
