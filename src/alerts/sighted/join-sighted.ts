/** An alert came through a hook that was read in a room before: both are one from now on. */
import { alertName } from '../../domain/alert-severity.ts';
import type { Clock } from '../../lib/clock.ts';
import type { AlertGroup } from '../../store/alert-group.ts';
import type { AlertStore } from '../../store/alert-store.ts';
import type { SightingStore } from '../../store/sighting-store.ts';
import { reopened } from '../group-news.ts';
import { isSighted } from './instance.ts';
import { isTwin } from './twin.ts';

/** What joining works with. */
export interface JoinDeps {
  readonly alerts: Pick<AlertStore, 'group'>;
  readonly sightings: Pick<SightingStore, 'named' | 'join'>;
  readonly clock: Pick<Clock, 'now'>;
}

const RECENT_MS = 15 * 60_000;

/**
 * Before a group is told for the first time: takes over the posts of rooms that tell of the same, so that it is neither
 * posted nor given context twice there.
 *
 * @throws BotError `STORE_…`
 */
export async function joinSighted(key: string, { alerts, sightings, clock }: JoinDeps): Promise<void> {
  const found = await alerts.group(key);
  const nowMs = clock.now();
  const group = found && reopened(found, nowMs);
  if (!group || !isNew(group)) return;
  const firing = group.problems.filter((alert) => alert.status === 'firing' && !isSighted(alert));
  if (firing.length === 0) return;
  const names = [...new Set(firing.map((alert) => alertName(alert).toLowerCase()))];
  const known = await sightings.named(names, { than: '', sinceMs: nowMs - RECENT_MS });
  const twins = known.filter(
    ({ alert, closedMs, groupKey }) =>
      closedMs === undefined && groupKey !== key && isSighted(alert) && firing.some((other) => isTwin(alert, other)),
  );
  for (const [from, some] of Map.groupBy(twins, ({ groupKey }) => groupKey)) {
    const fingerprints = some.map(({ alert }) => alert.fingerprint);
    await sightings.join({ key: from, fingerprints }, { key, conversation: group.conversation });
  }
}

/** No room was told of it by us. */
function isNew({ posts }: AlertGroup): boolean {
  return posts.every(({ sightedMs }) => sightedMs !== undefined);
}
