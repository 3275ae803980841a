/** Context for who looks at an alert now: bounded in time and in how many look at once, the same for all who look together. */

import type { Answer } from '../domain/answer.ts';
import { BotError } from '../domain/errors.ts';
import type { Line } from '../domain/message.ts';
import { createShared } from '../lib/abortable.ts';
import { createBoundedMap } from '../lib/bounded-map.ts';
import type { Clock } from '../lib/clock.ts';
import { type ContextStep, chartsInTime, findAll } from './gather-context.ts';
import type { Subject } from './subject.ts';

/** What was found. */
export interface GatheredContext {
  readonly charts: readonly Answer[];
  readonly lines: readonly Line[];
  /** What could not be had, as sentences. */
  readonly failures: readonly string[];
  /** ms since the Unix epoch. */
  readonly gatheredMs: number;
}

/** What gathering works with. */
export interface GatherDeps {
  readonly steps: readonly ContextStep[];
  charts(
    subject: Subject,
    signal: AbortSignal,
  ): Promise<{ readonly answers: readonly Answer[]; readonly notes: readonly string[] }>;
  readonly clock: Clock;
}

/** Gathers the context of what is known by a name. */
export type Gather = (id: string, subject: Subject, signal: AbortSignal) => Promise<GatheredContext>;

/** Each asks every source that it finds something in. */
const RUNNING_MAX = 4;
/** Who looks again, and who looks with them, sees the same. */
const KEEP_MS = 30_000;
const KEPT_MAX = 50;
/** The longest of its parts, and then some. */
const WHOLE_TIMEOUT_MS = 10_000;

/**
 * Makes the function.
 *
 * @throws BotError `HTTP_BUSY` when too many alerts are looked at at once
 */
export function createGatherer(deps: GatherDeps): Gather {
  const kept = createBoundedMap<string, GatheredContext>(KEPT_MAX);
  const running = new Map<string, (signal: AbortSignal) => Promise<GatheredContext>>();
  return async (id, subject, signal) => {
    const known = kept.get(id);
    if (known && deps.clock.now() - known.gatheredMs < KEEP_MS) return known;
    const shared = running.get(id);
    if (shared) return shared(signal);
    if (running.size >= RUNNING_MAX) {
      throw new BotError(
        'HTTP_BUSY',
        'The context of several alerts is being gathered already; try again in a moment.',
      );
    }
    const work = createShared(async (own) => {
      try {
        const found = await gather(subject, deps, own);
        kept.set(id, found);
        return found;
      } finally {
        running.delete(id);
      }
    }, WHOLE_TIMEOUT_MS);
    running.set(id, work);
    return work(signal);
  };
}

async function gather(subject: Subject, deps: GatherDeps, signal: AbortSignal): Promise<GatheredContext> {
  const find = (deadline: AbortSignal) => deps.charts(subject, deadline);
  const [found, pictures] = await Promise.all([
    findAll(subject, deps.steps, signal),
    chartsInTime(find, { answers: [], notes: [] }, signal),
  ]);
  return {
    charts: pictures.answers,
    lines: found.lines,
    failures: [...new Set([...found.missing, ...pictures.notes])],
    gatheredMs: deps.clock.now(),
  };
}
