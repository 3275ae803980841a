/** Who is on call: all configured rosters as one, each protected, what they say kept for a minute. */
import { fits, hasLabels } from '../alerts/match.ts';
import type { Alert } from '../domain/alert.ts';
import { type BotError, toBotError } from '../domain/errors.ts';
import { abortable } from '../lib/abortable.ts';
import { createBoundedMap } from '../lib/bounded-map.ts';
import type { Clock } from '../lib/clock.ts';
import { createGuard } from '../sources/resilience.ts';
import { isWithin, type Roster, type Schedule, type Shift, type Window } from './roster.ts';

/** A roster with its place in the config. */
export interface ConfiguredRoster {
  readonly name: string;
  /** What people call its kind. */
  readonly title: string;
  readonly timeoutMs: number;
  readonly roster: Roster;
}

/** Who is on call by one schedule; `failure` where that could not be had. */
export interface OnDuty {
  readonly schedule: string;
  readonly url?: string;
  /** By level, then by time. */
  readonly shifts: readonly Shift[];
  readonly failure?: BotError;
  /** There are too many schedules: this one was not asked, only counted. */
  readonly isUnasked?: boolean;
}

/** Answers who is on call. Never throws but the signal's reason: what a roster cannot say is a failure of its own. */
export interface OnCall {
  readonly rosters: readonly ConfiguredRoster[];
  /** All schedules; with a word those that it names or that cover it, else those that cover what no other does. */
  during(window: Window, topic: string | undefined, signal: AbortSignal): Promise<readonly OnDuty[]>;
  /** The schedules that cover some alerts: of each alert those whose labels match, where none does those without labels. */
  forAlerts(alerts: readonly Alert[], window: Window, signal: AbortSignal): Promise<readonly OnDuty[]>;
  /** Names of all schedules. */
  readonly names: readonly string[];
}

/** A shift is taken over by swapping in an app: that is seen soon. */
const KEEP_MS = 60_000;
const KEPT_MAX = 500;
/** Schedules that are asked at once; more than anybody reads. */
const SCHEDULES_MAX = 20;

/** Makes it of the configured rosters. */
export function createOnCall(rosters: readonly ConfiguredRoster[], clock: Clock): OnCall {
  const all = rosters.flatMap(({ name, title, timeoutMs, roster }) => {
    const guard = createGuard(name, { title, timeoutMs, clock });
    return roster.schedules.map((schedule) => ({ schedule, guard }));
  });
  const kept = createBoundedMap<string, { readonly untilMs: number; readonly shifts: Promise<readonly Shift[]> }>(
    KEPT_MAX,
  );

  function shiftsOf({ schedule, guard }: (typeof all)[number], { fromMs, toMs }: Window, signal: AbortSignal) {
    // everybody who asks within a minute asks the same
    const window = { fromMs: Math.floor(fromMs / KEEP_MS) * KEEP_MS, toMs: Math.ceil(toMs / KEEP_MS) * KEEP_MS };
    const key = JSON.stringify([schedule.name, window]);
    const known = kept.get(key);
    const shared =
      known && known.untilMs > clock.now()
        ? known.shifts
        : // whoever asks the same meanwhile must not lose the answer with the first
          guard((inner) => schedule.shifts(window, inner), new AbortController().signal);
    if (shared !== known?.shifts) {
      kept.set(key, { untilMs: clock.now() + KEEP_MS, shifts: shared });
      shared.catch(() => kept.delete(key));
    }
    return abortable(shared, signal);
  }

  async function dutyOf(one: (typeof all)[number], window: Window, signal: AbortSignal): Promise<OnDuty> {
    const { name, url } = one.schedule;
    const base = { schedule: name, ...(url !== undefined && { url }) };
    try {
      const shifts = await shiftsOf(one, window, signal);
      return { ...base, shifts: shifts.filter((shift) => isWithin(shift, window)).toSorted(byOrder) };
    } catch (thrown) {
      signal.throwIfAborted();
      return { ...base, shifts: [], failure: toBotError(thrown) };
    }
  }

  const ask = (chosen: readonly (typeof all)[number][], window: Window, signal: AbortSignal) =>
    Promise.all(
      chosen.map((one, index) =>
        index < SCHEDULES_MAX
          ? dutyOf(one, window, signal)
          : { schedule: one.schedule.name, shifts: [], isUnasked: true },
      ),
    );
  const isGeneral = ({ schedule }: (typeof all)[number]) => schedule.match === undefined;

  return {
    rosters,
    names: all.map(({ schedule }) => schedule.name),
    during(window, topic, signal) {
      if (topic === undefined) return ask(all, window, signal);
      const named = all.filter(({ schedule }) => schedule.name.toLowerCase() === topic.toLowerCase());
      const covering = named.length > 0 ? named : all.filter(({ schedule }) => isAbout(schedule, topic));
      return ask(covering.length > 0 ? covering : all.filter(isGeneral), window, signal);
    },
    forAlerts(alerts, window, signal) {
      const chosen = all.filter((one) => alerts.some((alert) => isFor(one, alert)));
      return ask(chosen, window, signal);
    },
  };

  function isFor(one: (typeof all)[number], alert: Alert): boolean {
    const { match } = one.schedule;
    if (match) return hasLabels(alert, match);
    return !all.some(({ schedule }) => schedule.match && hasLabels(alert, schedule.match));
  }
}

/** Whether a word is a value of any label that a schedule is for. */
function isAbout({ match = {} }: Schedule, topic: string): boolean {
  return Object.values(match).some((patterns) =>
    patterns.some((one) => one !== '*' && fits(one.toLowerCase(), topic.toLowerCase())),
  );
}

function byOrder(a: Shift, b: Shift): number {
  return (a.level ?? 0) - (b.level ?? 0) || (a.fromMs ?? 0) - (b.fromMs ?? 0);
}
