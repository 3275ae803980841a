/** Draws the charts of alerts, for several rooms at once only once, and posts them into the thread in their order. */
import type { Chat } from '../chat/chat.ts';
import { postParts } from '../chat/deliver/post-parts.ts';
import { untilPosted } from '../chat/deliver/until-posted.ts';
import type { Answer } from '../domain/answer.ts';
import type { Line } from '../domain/message.ts';
import type { Theme } from '../domain/saved-query.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { createSharedFlight, type SharedFlight } from '../lib/shared-flight.ts';
import { type AnswerParts, type PresentDeps, presentAnswer } from '../render/answer-parts.ts';
import { linksOf } from '../render/words/links.ts';
import { alertChartWords } from '../render/words.ts';
import type { ChartReport, ContextPlace } from '../store/context-store.ts';
import type { AlertCharts } from './charts.ts';
import { chartsInTime } from './gather-context.ts';
import { inOrder } from './in-order.ts';
import type { Subject } from './subject.ts';

/** Where pictures go. */
export interface ChartOrder {
  readonly subject: Subject;
  readonly chat: Chat;
  readonly place: ContextPlace;
  readonly threadId: string;
  /** The beginning of the idempotency keys. */
  readonly key: string;
  /** Nobody can have used those keys before this moment, ms. */
  readonly sinceMs: number;
}

/** What became of it. */
export interface ChartsPosted {
  readonly count: number;
  /** What could not be drawn, as sentences. */
  readonly missing: readonly string[];
  readonly reports: readonly ChartReport[];
}

/** Posts pictures. Throws BotError `CHAT_…`. */
export type ChartPoster = (order: ChartOrder, signal: AbortSignal) => Promise<ChartsPosted>;

/** What drawing and posting works with. */
export interface ChartPosterDeps {
  /** The charts of alerts, with what could not be had. */
  find(subject: Subject, signal: AbortSignal): Promise<AlertCharts>;
  readonly present: PresentDeps;
  themeOf(place: ContextPlace): Theme | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** The platform's clock may be behind ours. */
const CLOCK_SLACK_MS = 60_000;
const NOTES_SHOWN = 2;

/** The charts of one subject while rooms wait for them. */
interface Drawing {
  rooms: number;
  readonly charts: SharedFlight<AlertCharts>;
  /** By place among them and theme. */
  readonly parts: Map<string, SharedFlight<AnswerParts>>;
}

/** Makes the poster. When a group is over, one chart of the whole time is enough. */
export function createChartPoster(deps: ChartPosterDeps): ChartPoster {
  const drawings = new Map<string, Drawing>();

  async function drawAndPost(
    { charts, parts }: Drawing,
    { subject, chat, place, threadId, key, sinceMs }: ChartOrder,
    signal: AbortSignal,
  ): Promise<ChartsPosted> {
    const none = { answers: [], notes: [], reports: [] };
    const { answers, notes, reports } = await chartsInTime((deadline) => charts.get(deadline), none, signal);
    const isOver = subject.endMs !== undefined;
    const wanted = isOver ? answers.slice(0, 1) : answers;
    const theme = deps.themeOf(place);
    const draw = async (answer: Answer, during: AbortSignal) =>
      inThread(await presentAnswer(answer, { theme }, deps.present, during), answer);
    const drawn = wanted.map((answer, index) => {
      const own = `${index} ${theme}`;
      const shared = parts.get(own) ?? createSharedFlight((during) => draw(answer, during));
      parts.set(own, shared);
      return shared.get(signal);
    });
    // what the alert says first comes first in the thread
    await inOrder(drawn, deps.clock, signal, async (ready, index) => {
      const options = { idempotencyKey: `${key}/${index}`, sinceMs: sinceMs - CLOCK_SLACK_MS };
      const post = () => postParts(ready, chat, { ...place, threadId }, options, deps, signal);
      await untilPosted(post, deps, signal);
    });
    return { count: wanted.length, missing: isOver ? [] : notes, reports };
  }

  return async (order, signal) => {
    const { subject } = order;
    const name = nameOf(subject);
    const begin = (): Drawing => ({
      rooms: 0,
      charts: createSharedFlight((during) => deps.find(subject, during)),
      parts: new Map(),
    });
    const drawing = drawings.get(name) ?? begin();
    drawings.set(name, drawing);
    drawing.rooms += 1;
    try {
      return await drawAndPost(drawing, order, signal);
    } finally {
      drawing.rooms -= 1;
      if (drawing.rooms === 0) drawings.delete(name);
    }
  };
}

/** Subjects of one name have the same charts, but for the seconds between them. */
function nameOf({ alerts, endMs }: Subject): string {
  return JSON.stringify([endMs, alerts.map(({ fingerprint, status, startsAt }) => [fingerprint, status, +startsAt])]);
}

/** Beside the picture one line and the way on: the numbers are in its alt text. Where there is no picture, all words. */
export function inThread(parts: AnswerParts, answer: Answer): AnswerParts {
  if (!parts.file || !answer.alert) return parts;
  const { line, alt } = alertChartWords(answer);
  const links = linksOf(answer).flatMap((link, index): Line => [...(index === 0 ? [] : [' · ']), { link }]);
  const notes = answer.notes.slice(0, NOTES_SHOWN).map((note): Line => [{ name: note }]);
  const lines = [line, ...notes, ...(links.length === 0 ? [] : [links])];
  return { ...parts, message: { blocks: [{ kind: 'text', lines }] }, alt, file: { ...parts.file, alt } };
}
