/** Problems that come and go too often to be told each time. Pure. */
import type { Alert } from '../domain/alert.ts';
import type { GroupEvent } from '../store/alert-group.ts';

/** When a problem flaps. */
export interface FlapRule {
  /** So many beginnings and ends of one problem … */
  readonly changes: number;
  /** … within this, ms; over when it is steady for half of it. */
  readonly withinMs: number;
}

/** How a group flaps. */
export interface Flapping {
  /** Beginnings and ends of the problem that changes most, within the rule's time; absent where only its sender says so. */
  readonly changes?: number;
  /** When the first and the last of them were, ms. */
  readonly sinceMs: number;
  readonly lastMs: number;
}

/** A problem that flaps is steady after this part of the rule's time without a change. */
const STEADY_PART = 0.5;

/** Whether a group flaps, by its own changes, or because its sender says so of one that fires. */
export function flappingOf(
  members: readonly { readonly alert: Alert; readonly flags: Alert['flags'] }[],
  events: readonly GroupEvent[],
  rule: FlapRule,
  nowMs: number,
): Flapping | undefined {
  const prints = Map.groupBy(events, ({ fingerprint }) => fingerprint);
  const own = members.flatMap(({ alert }) => {
    const moments = changesOf(prints.get(alert.fingerprint) ?? [], nowMs - rule.withinMs);
    const [sinceMs, lastMs] = [moments[0], moments.at(-1)];
    if (sinceMs === undefined || lastMs === undefined || moments.length < rule.changes) return [];
    const found = { changes: moments.length, sinceMs, lastMs };
    return endsIn(found, rule) > nowMs ? [found] : [];
  });
  const [worst] = own.sort((a, b) => b.changes - a.changes);
  if (worst) return worst;
  const told = members.filter(({ alert, flags }) => flags.flapping && alert.status === 'firing');
  if (told.length === 0) return undefined;
  const startMs = Math.min(...told.map(({ alert }) => +alert.receivedAt));
  return { sinceMs: startMs, lastMs: nowMs };
}

/** When a group that flaps counts as steady unless it changes again, ms. */
export function endsIn({ lastMs }: Flapping, { withinMs }: FlapRule): number {
  return lastMs + withinMs * STEADY_PART;
}

/** Moments at which a problem began or ended since then, in order; being told twice is no change. */
function changesOf(events: readonly GroupEvent[], sinceMs: number): readonly number[] {
  const ordered = events
    .filter(({ transition }) => transition === 'triggered' || transition === 'resolved')
    .toSorted((a, b) => a.atMs - b.atMs || a.receivedMs - b.receivedMs);
  const changes = ordered.filter(({ status }, index) => status !== ordered[index - 1]?.status);
  return changes.filter(({ atMs }) => atMs >= sinceMs).map(({ atMs }) => atMs);
}
