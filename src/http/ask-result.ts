/** One answer over HTTP, whatever asked for it; also what `glimpse ask --json` prints. */
import { answerPath, type Said } from '../answers/kept-answer.ts';
import type { Answer } from '../domain/answer.ts';
import type { Explanation } from '../domain/question.ts';
import { wantsPicture } from '../render/answer-parts.ts';
import { plainMessage } from '../render/markup.ts';
import { linksOf } from '../render/words/links.ts';
import { nextQuestions } from '../render/words/next-questions.ts';
import { questionWith } from '../render/words.ts';
import { frameJson } from './frame-json.ts';
import { messageHtml } from './message-html.ts';

/** What is answered. */
export interface AskResult {
  /** Under which the answer is kept; absent when it is not. */
  readonly id?: string;
  /** Its page, a path of this server. */
  readonly page?: string;
  /** The question in full, as it could be asked again; absent for what is no question about data. */
  readonly question?: string;
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

/** Makes the result of an answer, under its id where it is kept; draws nothing, the picture is made when it is fetched. */
export function askResult({ explanation, message, alt, answer }: Said, id?: string): AskResult {
  const kept = id === undefined ? {} : { id, page: answerPath(id) };
  return {
    ...kept,
    ...(answer && { question: answer.question.text }),
    explanation,
    text: plainMessage(message),
    html: messageHtml(message),
    alt,
    frames: answer ? [...answer.frames, ...(answer.under ?? [])].map(frameJson) : [],
    links: answer ? linksOf(answer) : [],
    notes: answer?.notes ?? [],
    image: answer && wantsPicture(answer) ? (kept.page === undefined ? imagePath(answer) : `${kept.page}.png`) : null,
    followUps: answer ? nextQuestions(answer) : [],
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
