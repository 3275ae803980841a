/** The port of rosters: where it is written who is on call, and how one kind of it is defined. */
import { z } from 'zod';
import { labelMatch } from '../config/fields.ts';
import type { Clock } from '../lib/clock.ts';
import type { HttpClient } from '../lib/http-client.ts';

/** A window, ms since the Unix epoch, half-open. */
export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Somebody who is on call for a while. */
export interface Shift {
  /** As the roster writes them; outside text. */
  readonly person: string;
  /** ms since the Unix epoch; absent where the roster does not say, or it never begins or ends. */
  readonly fromMs?: number;
  readonly toMs?: number;
  /** 1 is called first; absent where there is one level only. */
  readonly level?: number;
}

/** One schedule: who is called about some alerts. */
export interface Schedule {
  /** Unique among all schedules of the config. */
  readonly name: string;
  /** Labels of the alerts that it covers, as in routes; left out: what no other schedule covers. */
  readonly match?: Readonly<Record<string, readonly string[]>>;
  /** Page that people open. */
  readonly url?: string;
  /**
   * The shifts that overlap a window, in any order.
   *
   * @throws BotError `SOURCE_…`
   */
  shifts(window: Window, signal: AbortSignal): Promise<readonly Shift[]>;
}

/** A configured roster. */
export interface Roster {
  readonly schedules: readonly Schedule[];
  /** The cheapest call that proves address, credentials, and that each schedule is there. Throws BotError `SOURCE_…`. */
  check(signal: AbortSignal): Promise<{ readonly version?: string; readonly problems: readonly string[] }>;
}

/** What a roster is made with. */
export interface RosterDeps {
  /** Its name in the config. */
  readonly name: string;
  readonly http: HttpClient;
  readonly clock: Clock;
  /** IANA zone of wall-clock times that name none. */
  readonly zone: string;
}

/** One kind of roster. */
export interface RosterDefinition<Options extends z.ZodType = z.ZodType> {
  /** Config word and docs heading. */
  readonly kind: string;
  /** What people call it: `PagerDuty`. */
  readonly title: string;
  /** Schema of its entry under `oncall:`, with `kind` as a literal. */
  readonly options: Options;
  create(options: z.output<Options>, deps: RosterDeps): Roster;
}

/** Declares a kind of roster; only gives types. */
export function defineRoster<Options extends z.ZodType>(
  definition: RosterDefinition<Options>,
): RosterDefinition<Options> {
  return definition;
}

/** The key that says which alerts a schedule is for. */
export const coverage = {
  match: labelMatch
    .optional()
    .describe('Labels of the alerts that it covers, as in routes; left out: those that no other schedule covers'),
};

/** Names of schedules: what people ask by. */
export const scheduleName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, {
  error: 'is no name: up to 64 letters, digits, `-`, `_` and `.`, with a letter or digit first',
});

/** Whether a shift and a window have a moment in common. */
export function isWithin({ fromMs, toMs }: Pick<Shift, 'fromMs' | 'toMs'>, window: Window): boolean {
  return (fromMs ?? Number.NEGATIVE_INFINITY) < window.toMs && (toMs ?? Number.POSITIVE_INFINITY) > window.fromMs;
}
