/** Which groups are told before those that wait: in a storm what is critical, since none of it has a post of its own any more. */
import type { Alert } from '../domain/alert.ts';
import type { Clock } from '../lib/clock.ts';
import { type AlertTurns, isStorm, STORM_CALM_MS } from './alert-turns.ts';
import { groupKeyOf } from './take-told.ts';

/** Knows of storms that this process told of. */
export interface Pressing {
  /** The turns, with an eye on storms. */
  watching(turns: AlertTurns): AlertTurns;
  /** Groups that go first. */
  of(alerts: readonly Alert[]): readonly string[];
}

/** So many at once are a storm by themselves, without an order among them. */
const MANY = 20;

/** Makes one that knows of none. */
export function createPressing({ now }: Pick<Clock, 'now'>): Pressing {
  let stormyMs = Number.NEGATIVE_INFINITY;
  return {
    watching: (turns) => ({
      ...turns,
      async claim(turn, nowMs) {
        const gathering = await turns.claim(turn, nowMs);
        if (gathering && isStorm(gathering.key)) stormyMs = now();
        return gathering;
      },
    }),
    of(alerts) {
      if (alerts.length < MANY && Math.abs(now() - stormyMs) >= STORM_CALM_MS) return [];
      return alerts.filter(({ severity, status }) => severity === 'critical' && status === 'firing').map(groupKeyOf);
    },
  };
}
