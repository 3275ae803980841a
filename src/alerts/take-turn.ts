/** Which post of a room tells of a group: its own; or one for many, while more begins than anybody can read, and for what nobody could be told in time. */
import type { Clock } from '../lib/clock.ts';
import type { AlertGroup, GroupLife } from '../store/alert-group.ts';
import type { AlertTurns, Gathering } from '../store/alert-turns.ts';
import type { GroupFacts } from './group-facts.ts';
import { type News, turnAfter } from './group-news.ts';
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
/** Posts for many that a group remembers: a storm before the last nobody reads any more. */
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
  const turn = `${conversation}/${turnAfter(group.life, news)}`;
  const { chat, room } = place;
  return turns.claim({ place: { chat, room }, groupKey, turn, heardMs, kind, limit }, nowMs);
}

function isMissed({ untoldMs, life }: AlertGroup, facts: GroupFacts, nowMs: number): boolean {
  const isOver = facts.firing.length === 0 && facts.silent.length === 0 && !facts.flapping;
  // what was tried in vain may be in the room all the same: then it is edited, not told in another post
  return isOver && life.tried === 'never' && untoldMs !== undefined && nowMs - untoldMs >= MISSED_AFTER_MS;
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
  return [...keys, ...others].slice(0, GATHERINGS_MAX);
}
