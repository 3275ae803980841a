/** One answer over HTTP, whatever asked for it; also what `glimpse ask --json` prints. */
import type { Answer } from '../domain/answer.ts';
import { BotError } from '../domain/errors.ts';
import { type Message, plainText } from '../domain/message.ts';
import type { Explanation } from '../domain/question.ts';
import type { Reply } from '../questions/ask.ts';
import { wantsPicture, wordsOf } from '../render/answer-parts.ts';
import { plainMessage } from '../render/markup.ts';
import { linksOf } from '../render/words/links.ts';
import { nextQuestions } from '../render/words/next-questions.ts';
import { questionWith } from '../render/words.ts';
import { frameJson } from './frame-json.ts';
import { messageHtml } from './message-html.ts';

/** What is answered. */
export interface AskResult {
  readonly explanation: Explanation;
  /** The message as plain text. */
  readonly text: string;
  /** The message as HTML that is safe to show. */
  readonly html: string;
  /** One line that says the same without the picture. */
  readonly alt: string;
  readonly frames: readonly unknown[];
  readonly links: Answer['links'];
  readonly notes: readonly string[];
  /** Where the PNG is: a path of this server with a frozen window; null when there is no picture. */
  readonly image: string | null;
  /** Whole questions that may come next. */
  readonly followUps: readonly string[];
}

/** Makes the result of a reply; draws nothing, the picture is made when it is fetched. */
export function askResult(reply: Reply): AskResult {
  if (reply.kind === 'none') throw new BotError('ASK_EMPTY', 'That is no question.', { suggestions: ['help'] });
  const { explanation } = reply;
  if (reply.kind === 'message') {
    const { message } = reply;
    const said = { text: plainMessage(message), html: messageHtml(message), alt: firstLine(message) };
    return { explanation, ...said, frames: [], links: [], notes: [], image: null, followUps: [] };
  }
  const { answer } = reply;
  const { message, alt } = wordsOf(answer);
  return {
    explanation,
    text: plainMessage(message),
    html: messageHtml(message),
    alt,
    frames: [...answer.frames, ...(answer.under ?? [])].map(frameJson),
    links: linksOf(answer),
    notes: answer.notes,
    image: wantsPicture(answer) ? imagePath(answer) : null,
    followUps: nextQuestions(answer),
  };
}

/** The same picture again, whenever it is asked for: the question with its window frozen. */
function imagePath({ question }: Answer): string {
  const { fromMs, toMs, zone } = question.range;
  const frozen = questionWith(question, `${isoOf(fromMs)} to ${isoOf(toMs)}`);
  return `/render?${new URLSearchParams({ q: frozen, zone })}`;
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}

function firstLine({ blocks }: Message): string {
  const text = blocks.find((block) => block.kind === 'text');
  return plainText(text?.lines[0] ?? []);
}
