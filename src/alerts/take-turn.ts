/** Which post of a room tells of a group: its own; or one for many, while more begins than anybody can read, and for what nobody could be told in time. */
import type { Alert } from '../domain/alert.ts';
import type { Clock } from '../lib/clock.ts';
import type { AlertGroup, GroupLife } from '../store/alert-group.ts';
import { type AlertTurns, type Gathering, gatheringOf, STORM_CALM_MS } from '../store/alert-turns.ts';
import type { GroupFacts } from './group-facts.ts';
import { type News, turnAfter } from './group-news.ts';
import { isSame } from './room-posts.ts';
import type { Place } from './route.ts';

/** What this works with. */
export interface TurnDeps {
  readonly turns: Pick<AlertTurns, 'claim' | 'touch'>;
  /** New posts that a room has within a minute; left out: as many as there are groups. */
  readonly postsPerMinute?: number | undefined;
  readonly clock: Clock;
}

/** What is over, and waited for longer than this to be told, is no news to be posted by itself. */
const MISSED_AFTER_MS = 60_000;
/** Posts for many of one room that a group remembers: a storm before the last nobody reads any more. */
const GATHERINGS_MAX = 3;

/** The post for many that tells a room of a group that it knows nothing of; nothing: the group has its own. */
export async function gatheringFor(
  place: Place,
  group: AlertGroup,
  facts: GroupFacts,
  news: News,
  { turns, postsPerMinute: limit, clock }: TurnDeps,
): Promise<Gathering | undefined> {
  const nowMs = clock.now();
  const { key: groupKey, conversation, untoldMs: heardMs = nowMs } = group;
  const kind = isMissed(group, facts, nowMs) ? 'missed' : 'post';
  if (kind === 'post' && limit === undefined) return undefined;
  const { late } = group.life;
  const turn = `${conversation}/${turnAfter(group, news)}${late ? `.${late}` : ''}`;
  const { chat, room } = place;
  return turns.claim({ place: { chat, room }, groupKey, turn, heardMs, kind, limit }, nowMs);
}

function isMissed({ untoldMs, life }: AlertGroup, facts: GroupFacts, nowMs: number): boolean {
  const isOver = facts.firing.length === 0 && facts.silent.length === 0 && !facts.flapping;
  // what was tried in vain may be in the room all the same: then it is edited, not told in another post
  return isOver && life.tried === 'never' && untoldMs !== undefined && nowMs - untoldMs >= MISSED_AFTER_MS;
}

/**
 * Whether something of a group that was gathered is to be heard of that may have come after the post for many was calm: something
 * began, or what was expected, silenced or somebody's is so no more.
 */
export function isLate(
  { firing, sayings }: GroupFacts,
  { gathered = [], turnMs = 0 }: GroupLife,
  { mutedUntil }: { mutedUntil(alert: Alert, nowMs: number): number | undefined },
  nowMs: number,
): boolean {
  const calmMs = turnMs + STORM_CALM_MS;
  if (gathered.length === 0) return false;
  return (
    firing.some(({ alert, told, heardMs }) => {
      const unmutedMs = mutedUntil(alert, turnMs) ?? 0;
      const hasBegun = heardMs >= calmMs && (told === 1 || +alert.startsAt >= calmMs);
      return hasBegun || (unmutedMs >= calmMs && unmutedMs <= nowMs);
    }) ||
    (firing.length > 0 && sayings.some(({ transition, receivedMs }) => isFree(transition) && receivedMs >= calmMs))
  );
}

function isFree(transition: GroupFacts['sayings'][number]['transition']): boolean {
  return transition === 'unacknowledged' || transition === 'unsuppressed';
}

/** The posts for many that tell of a group, with those that it was gathered in now; the others hear that it changed. */
export async function noteGathered(
  { gathered = [] }: GroupLife,
  now: readonly Gathering[],
  { turns, clock }: TurnDeps,
): Promise<readonly string[]> {
  const keys = now.map(({ key }) => key);
  const others = gathered.filter((key) => !keys.includes(key));
  await turns.touch(others, clock.now());
  const all = [...keys, ...others].flatMap((key) => ({ key, place: gatheringOf(key)?.place }));
  const isKept = ({ place }: (typeof all)[number], index: number) =>
    place !== undefined &&
    all.slice(0, index).filter((one) => one.place && isSame(one.place, place)).length < GATHERINGS_MAX;
  return all.filter(isKept).map(({ key }) => key);
}
