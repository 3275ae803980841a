/** An answer that is kept, so that its page works after the source has forgotten. */
import { randomBytes } from 'node:crypto';
import type { Answer } from '../domain/answer.ts';
import type { Message } from '../domain/message.ts';
import type { Asker, Explanation } from '../domain/question.ts';

/** What is said to a question, and what it is said of. */
export interface Said {
  readonly explanation: Explanation;
  /** As it was said. */
  readonly message: Message;
  /** One line that says the same without the picture. */
  readonly alt: string;
  /** The data and what is drawn of them; absent where the words are all: `alerts`, `help`. */
  readonly answer?: Answer;
  /** Colours that the picture gave to names. */
  readonly slots?: Readonly<Record<string, number>>;
}

/** Everything that a page of its own needs. */
export interface KeptAnswer extends Said {
  /** Cannot be guessed. */
  readonly id: string;
  /** ms since the Unix epoch. */
  readonly askedMs: number;
  /** As it was asked. */
  readonly q: string;
  /** Name of the chat, `http` or `terminal`, and who asked. */
  readonly askedBy: Pick<Asker, 'platform' | 'userName'>;
}

/** 128 bits: nobody finds an answer by trying. */
const ID_BYTES = 16;
/** What an id looks like. */
export const ANSWER_ID = /^[A-Za-z0-9_-]{22}$/;

/** Makes an id. */
export function newAnswerId(): string {
  return randomBytes(ID_BYTES).toString('base64url');
}

/** Where its page is, a path of this server. */
export function answerPath(id: string): string {
  return `/answers/${id}`;
}
