/** Takes a post of another integration: its alerts are stored as all are, the post itself is where their context goes. */
import type { Alert, Told } from '../../domain/alert.ts';
import { alertName } from '../../domain/alert-severity.ts';
import type { Sighting } from '../../domain/sighting.ts';
import type { Log } from '../../lib/log.ts';
import type { GroupPost } from '../../store/alert-group.ts';
import type { SightingStore } from '../../store/sighting-store.ts';
import { groupKeyOf, isRefusedForGood } from '../../store/take-told.ts';
import type { ReadSighting } from './index.ts';
import { sightedInstance } from './instance.ts';
import { planSighting } from './plan-sighting.ts';

/** What taking works with. */
export interface TakeSightingDeps {
  readonly read: ReadSighting;
  readonly sightings: SightingStore;
  takeTold(told: Told): Promise<unknown>;
  /** Stores what is to be done for the threads of a group. */
  queueContext(groupKey: string): Promise<void>;
  /** Asks the sources for what posts do not tell; one alert may be several then. */
  complete?(alerts: readonly Alert[]): Promise<readonly Alert[]>;
  readonly log: Log;
}

/** What ended longer ago than this is not told by a post of now. */
const TWIN_SINCE_MS = 15 * 60_000;

/**
 * Takes one state of a post. Doing it again, here or in another process, changes nothing. What the store refuses for what
 * is in it is given up, for the posts behind it wait.
 *
 * @throws BotError `STORE_…`
 */
export async function takeSighting(sighting: Sighting, deps: TakeSightingDeps): Promise<void> {
  try {
    await take(sighting, deps);
  } catch (thrown) {
    if (!isRefusedForGood(thrown)) throw thrown;
    const { chat, room, id, by } = sighting;
    deps.log.error({ err: thrown, chat, room, message: id, by }, 'a post of alerts cannot be stored');
  }
}

async function take(sighting: Sighting, deps: TakeSightingDeps): Promise<void> {
  const { read, sightings, complete, log } = deps;
  const told = read(sighting);
  if (!told) return;
  const sighted = complete ? await complete(told.alerts) : told.alerts;
  const [own, others] = await Promise.all([
    sightings.known(sightedInstance(sighting), {
      fingerprints: sighted.map(({ fingerprint }) => fingerprint),
      episodes: sighted.flatMap(({ episode }) => episode ?? []),
    }),
    sightings.named(namesOf(sighted), {
      than: sightedInstance(sighting),
      sinceMs: sighting.changedMs - TWIN_SINCE_MS,
    }),
  ]);
  const { alerts, isFirst, twins } = planSighting(sighting, sighted, { own, others });
  const post = postOf(sighting);
  // first whose post it is: a group that was stored without would be brought to rooms as any other
  const firsts = isFirst ? alerts.filter(({ groupKey }) => groupKey === sighting.id).map(groupKeyOf) : [];
  for (const key of [...new Set([...firsts, ...twins])]) await sightings.attach(key, post);
  if (alerts.length + told.changes.length > 0) await deps.takeTold({ alerts, changes: told.changes });
  for (const key of twins) await deps.queueContext(key);
  const { chat, room, id, by } = sighting;
  log.info({ chat, room, message: id, by, alerts: alerts.length, twins: twins.length }, 'a post of alerts was read');
}

function namesOf(sighted: readonly Alert[]): readonly string[] {
  return [...new Set(sighted.map((alert) => alertName(alert).toLowerCase()))];
}

function postOf({ chat, roomName, room, id, threadId, changedMs }: Sighting): GroupPost {
  return { chat, room: roomName, receipt: { id: threadId ?? id, room }, sightedMs: changedMs };
}
