/** Draws the charts of alerts and posts each into the thread, as it is ready. */
import type { Chat } from '../chat/chat.ts';
import { postParts } from '../chat/deliver/post-parts.ts';
import { untilPosted } from '../chat/deliver/until-posted.ts';
import type { Alert } from '../domain/alert.ts';
import type { Answer } from '../domain/answer.ts';
import type { Theme } from '../domain/saved-query.ts';
import { type Clock, withDeadline } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { type AnswerParts, type PresentDeps, presentAnswer } from '../render/answer-parts.ts';
import type { ContextPlace } from '../store/context-store.ts';
import { unlessAborted, whyMissing } from './gather-context.ts';
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
}

/** Posts pictures. Throws BotError `CHAT_…`. */
export type ChartPoster = (order: ChartOrder, signal: AbortSignal) => Promise<ChartsPosted>;

/** What drawing and posting works with. */
export interface ChartPosterDeps {
  /** The charts of alerts, with what could not be had. */
  find(
    alerts: readonly Alert[],
    signal: AbortSignal,
  ): Promise<{ readonly answers: readonly Answer[]; readonly notes: readonly string[] }>;
  readonly present: PresentDeps;
  themeOf(place: ContextPlace): Theme | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** Data of charts may be dearer than words. */
const CHARTS_TIMEOUT_MS = 5_000;
/** Pictures of one group: its own, what belongs to it, the day. */
const CHARTS_MAX = 3;
/** The platform's clock may be behind ours. */
const CLOCK_SLACK_MS = 60_000;

/** Makes the poster. Rooms that want the same pictures at the same time share them. */
export function createChartPoster(deps: ChartPosterDeps): ChartPoster {
  return async ({ subject, chat, place, threadId, key, sinceMs }, signal) => {
    const { answers, notes } = await findCharts(subject.alerts, deps, signal);
    const theme = deps.themeOf(place);
    const destination = { ...place, threadId };
    await Promise.all(
      answers.slice(0, CHARTS_MAX).map(async (answer, index) => {
        const parts = await presentAnswer(answer, { theme }, deps.present, signal);
        const options = { idempotencyKey: `${key}/${index}`, sinceMs: sinceMs - CLOCK_SLACK_MS };
        const post = () => postParts(parts satisfies AnswerParts, chat, destination, options, deps, signal);
        await untilPosted(post, deps, signal);
      }),
    );
    const more = answers.length - CHARTS_MAX;
    return {
      count: Math.min(answers.length, CHARTS_MAX),
      missing: [...notes, ...(more > 0 ? [`${more} more charts, which would be too many here`] : [])],
    };
  };
}

async function findCharts(alerts: readonly Alert[], { find }: ChartPosterDeps, signal: AbortSignal) {
  const deadline = withDeadline(CHARTS_TIMEOUT_MS, signal);
  try {
    return await unlessAborted(find(alerts, deadline), deadline);
  } catch (thrown) {
    signal.throwIfAborted();
    return { answers: [], notes: [whyMissing('the chart', thrown, deadline, CHARTS_TIMEOUT_MS)] };
  }
}
