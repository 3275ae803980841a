/** Lets the demo fleet tell its story by itself: into the store, each deploy and each alert once, whoever tells it again. */
import type { Told } from '../domain/alert.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { endsOnDemand, nextMoment, storyBetween } from './story-alerts.ts';

/** What telling works with. */
export interface StoryDeps {
  takeTold(told: Told): Promise<unknown>;
  /** What is open in the store. */
  open(): Promise<Told['alerts']>;
  /** Whether the fleet is there now. */
  isThere(): boolean;
  /** Whether the hourly story is told now, or only what somebody fired is ended. */
  hasStory(): boolean;
  /** The address of the bot, now. */
  baseUrl(): string;
  readonly clock: Clock;
  readonly log: Log;
}

/** What was missed is told too, so that there is something to look back on. */
const BACK_MS = 24 * 3_600_000;
/** Longest between two looks. */
const LOOK_MS = 60_000;

/** Tells until the signal aborts. A store that is away is tried again. */
export async function tellStory(deps: StoryDeps, signal: AbortSignal): Promise<void> {
  const { isThere, clock, log } = deps;
  let toldMs = clock.now() - BACK_MS;
  while (!signal.aborted) {
    const nowMs = clock.now();
    try {
      if (isThere()) {
        await tellBetween(toldMs, nowMs, deps);
        toldMs = nowMs;
      }
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error }, 'the story of the demo fleet is told later');
    }
    await clock.sleep(Math.min(LOOK_MS, Math.max(1, nextMoment(nowMs) + 1 - nowMs)), signal).catch(() => undefined);
  }
}

async function tellBetween(fromMs: number, toMs: number, { takeTold, open, hasStory, baseUrl }: StoryDeps) {
  const story = hasStory() ? storyBetween(fromMs, toMs, baseUrl()) : { alerts: [], changes: [] };
  const ends = endsOnDemand(await open(), toMs);
  const told = { alerts: [...story.alerts, ...ends.alerts], changes: story.changes };
  if (told.alerts.length + told.changes.length > 0) await takeTold(told);
}
