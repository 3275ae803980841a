/** Which problems that fire nothing was heard of for too long: nobody knows any more, and they count as neither firing nor over. */

/** By which rule, and at which moment. The rooms' posts follow the same rule (`alerts/group-facts.ts`). */
export interface Silence {
  /** What fires is told again within this, or nobody knows any more. */
  readonly noNewsAfterMs: number;
  /** Silence counts from then on at the earliest, ms since the Unix epoch: nobody can hear what is told while the bot is down. */
  readonly listeningSinceMs: number;
  /** ms since the Unix epoch. */
  readonly nowMs: number;
}

/** The parameters of {@link isSilent}: the first ones of its statement. Without a rule nothing is silent. */
export function silenceParameters(rule: Silence | undefined): readonly [number, number, number] {
  return rule ? [rule.noNewsAfterMs, rule.listeningSinceMs, rule.nowMs] : [0, 0, 0];
}

/** SQL of whether one of `problems` is silent; sooner where its sender said how long its word holds. A watchdog is missed by its silence: that is known. */
export function isSilent(problem: string, alarmMs: string): string {
  const msOf = (name: string) => `(extract(epoch FROM (${problem}.alert->>'${name}')::timestamptz) * 1000)`;
  const holdsMs = `greatest(0, coalesce(${msOf('expiresAt')} - ${msOf('receivedAt')}, $1::bigint))`;
  return `(${problem}.status = 'firing' AND ${alarmMs} IS NULL
    AND greatest(${heardMs(problem)}, $2::bigint) + least($1::bigint, ${holdsMs}) <= $3::bigint)`;
}

/** SQL of when one of `problems` was last told of, ms. */
export function heardMs(problem: string): string {
  return `coalesce(${problem}.heard_ms, ${problem}.event_ms)`;
}
