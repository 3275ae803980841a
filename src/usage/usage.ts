/** How definitions are used: counts by day, never who asked or what of. */
import type { Asked } from '../questions/asked.ts';

/** Questions of one kind on one day. */
export interface UsageRow {
  /** Days since the Unix epoch, UTC. */
  readonly day: number;
  /** Name of the saved query. */
  readonly query: string;
  readonly outcome: Asked['outcome'];
  /** Of a refusal or failure; empty for others. */
  readonly code: string;
  /** They had their data within this, ms: one of {@link WITHIN_MS}. */
  readonly withinMs: number;
  readonly times: number;
}

/** What is known of usage. Members that throw, throw BotError `STORE_…`. */
export interface UsageRecord {
  /** From a day on. */
  since(day: number): Promise<readonly UsageRow[]>;
}

/** Bounds of the durations that are told apart; the last one is for all that took longer. */
export const WITHIN_MS = [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 3_600_000] as const;

const DAY_MS = 86_400_000;

/** The day of a moment. */
export function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS);
}

/** Counts until it is emptied. */
export interface UsageTally {
  note(asked: Asked): void;
  /** What was counted, in the order of keys, so that replicas that write at once do not wait for each other in a circle. */
  take(): readonly UsageRow[];
}

/** Kinds of questions between two writings; far more than definitions, outcomes and durations there are in seconds. */
const KINDS_MAX = 5_000;

/** Makes an empty tally. */
export function createUsageTally(clock: { now(): number }): UsageTally {
  let counts = new Map<string, UsageRow>();
  return {
    note({ query, outcome, code = '', understandMs = 0, fetchMs = 0 }) {
      // what is asked without a definition has no keeper
      if (query === undefined || query === 'other') return;
      const withinMs =
        WITHIN_MS.find((bound) => understandMs + fetchMs <= bound) ?? WITHIN_MS[WITHIN_MS.length - 1] ?? 0;
      const row = { day: dayOf(clock.now()), query, outcome, code, withinMs };
      const key = JSON.stringify(Object.values(row));
      const before = counts.get(key);
      if (!before && counts.size >= KINDS_MAX) return;
      counts.set(key, { ...row, times: (before?.times ?? 0) + 1 });
    },
    take() {
      const taken = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
      counts = new Map();
      return taken;
    },
  };
}
