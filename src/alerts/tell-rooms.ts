/** Brings every room of a group up to date: lines about what begins again or is worse, edits, posts where nothing is yet. */
import type { Alert } from '../domain/alert.ts';
import { worstSeverity } from '../domain/alert-severity.ts';
import type { Message } from '../domain/message.ts';
import type { AgainPost, AlertGroup, GroupPost } from '../store/alert-group.ts';
import type { Gathering } from '../store/alert-turns.ts';
import { againMessage, againOverMessage, worseMessage } from './again-message.ts';
import { isUntried } from './away-chats.ts';
import type { GroupFacts } from './group-facts.ts';
import { type GroupWords, groupMessage } from './group-message.ts';
import type { News } from './group-news.ts';
import { mentionsFor, type Owners } from './owners.ts';
import { edit, isSame, type Outcome, postTo, type RoomDeps, reasoned, say } from './room-posts.ts';
import { type Place, type Route, type Target, targetsOf, templateIn } from './route.ts';
import { isSighted } from './sighted/instance.ts';
import { gatheringFor, noteGathered, type TurnDeps } from './take-turn.ts';

/** Which rooms hear of what, and who is called there. */
export interface RoomRules {
  readonly routes: readonly Route[];
  readonly owners: Owners;
  /** Whether a maintenance window holds for an alert now: it is told, and calls nobody. */
  isMuted(alert: Alert, nowMs: number): boolean;
  readonly zone: string;
}

/** What telling rooms works with. */
export interface TellRoomsDeps extends RoomDeps, RoomRules, TurnDeps {}

type Rules = RoomRules & Pick<RoomDeps, 'clock'>;

/** A group as it is told. */
interface Telling {
  readonly group: AlertGroup;
  readonly facts: GroupFacts;
  readonly news: News;
  /** Nobody is called: it is expected, somebody has it, it flaps, or it does not fire. */
  readonly isQuiet: boolean;
}

/** What became of a group in its rooms. */
export interface RoomsTold extends Outcome {
  /** Posts for many that tell of it. */
  readonly gathered: readonly string[];
  /** Those of them that begin with it: nobody told of them yet. */
  readonly begun: readonly string[];
}

/** Tells all rooms; gives the posts, and the first failure that a further try may mend. */
export async function tellRooms(
  group: AlertGroup,
  facts: GroupFacts,
  news: News,
  deps: TellRoomsDeps,
  signal: AbortSignal,
): Promise<RoomsTold> {
  const telling = { group, facts, news, isQuiet: isQuiet(facts, deps) };
  const targets = news.isTold ? targetsFor(facts, deps) : [];
  const missing = targets.filter(({ place }) => !group.posts.some((known) => isSame(known, place)));
  const outcomes: readonly (Outcome & { readonly gathering?: Gathering })[] = await Promise.all([
    ...group.posts.map((post) => updatePost(post, telling, deps, signal)),
    ...missing.map((target) => postOrGather(target, telling, deps, signal)),
  ]);
  // two rooms that refuse may have the same fallback
  const all = outcomes.flatMap(({ posts }) => posts);
  const posts = all.filter((one, index) => all.findIndex((other) => isSame(other, one)) === index);
  const failures = outcomes.filter(({ failure }) => failure !== undefined);
  const failed = failures.find(({ failure }) => !isUntried(failure)) ?? failures[0];
  const gatherings = outcomes.flatMap(({ gathering }) => gathering ?? []);
  const gathered = await noteGathered(group.life, gatherings, deps);
  const begun = gatherings.flatMap(({ key, isNew }) => (isNew ? [key] : []));
  return { posts, gathered, begun, ...(failed && { failure: failed.failure }) };
}

/** Where more begins than anybody can read, a room hears of it in a post for many. */
async function postOrGather(
  target: Target,
  telling: Telling,
  deps: TellRoomsDeps,
  signal: AbortSignal,
): Promise<Outcome & { readonly gathering?: Gathering }> {
  const { group, facts, news } = telling;
  const gathering = await gatheringFor(target.place, group, facts, news, deps);
  return gathering ? { posts: [], gathering } : firstPost(target, telling, deps, signal);
}

function isQuiet({ firing, flapping }: GroupFacts, { isMuted, clock }: Rules): boolean {
  const nowMs = clock.now();
  if (flapping) return true;
  return firing.every(({ alert, flags }) => flags.acknowledged || flags.suppressed || isMuted(alert, nowMs));
}

/** Rooms of what fires; of all where nothing does any more. */
export function targetsFor({ firing, members }: GroupFacts, { routes }: Pick<RoomRules, 'routes'>): readonly Target[] {
  const told = firing.length > 0 ? firing : members;
  // what was read in a room is there already
  const all = told.filter(({ alert }) => !isSighted(alert)).flatMap(({ alert }) => targetsOf(alert, routes));
  return all.filter(({ place }, index) => all.findIndex((one) => isSame(one.place, place)) === index);
}

function calledIn(
  { chat }: Place,
  { facts, isQuiet: isNobody }: Pick<Telling, 'facts' | 'isQuiet'>,
  { owners }: RoomRules,
): readonly string[] {
  return isNobody
    ? []
    : mentionsFor(
        facts.firing.map(({ alert }) => alert),
        chat,
        owners,
      );
}

function wordsFor(
  place: Place,
  mentions: readonly string[] | undefined,
  { members }: GroupFacts,
  { zone, clock, routes }: Rules,
): GroupWords {
  const template = templateIn(
    place,
    members.map(({ alert }) => alert),
    routes,
  );
  return { zone, nowMs: clock.now(), ...(mentions && { mentions }), ...(template && { template }) };
}

/** What a room reads that knows nothing of a group yet, and who is called there. */
export function firstWords(
  place: Place,
  facts: GroupFacts,
  rules: Rules,
): { readonly message: Message; readonly mentions: readonly string[] } {
  const mentions = calledIn(place, { facts, isQuiet: isQuiet(facts, rules) }, rules);
  return { message: groupMessage(facts, wordsFor(place, mentions, facts, rules)), mentions };
}

function firstPost(target: Target, telling: Telling, deps: TellRoomsDeps, signal: AbortSignal): Promise<Outcome> {
  const { facts, group } = telling;
  const isCritical = worstSeverity(facts.members.map(({ alert }) => alert)) === 'critical';
  return postTo(target, group, { ...firstWords(target.place, facts, deps), isCritical }, deps, signal);
}

/** What is new in a line of its own first, since an edit wakes nobody; then the post. */
async function updatePost(
  post: GroupPost,
  telling: Telling,
  deps: TellRoomsDeps,
  signal: AbortSignal,
): Promise<Outcome> {
  // what somebody else posted can neither be edited nor be ours to bring up again
  if (post.sightedMs !== undefined) return { posts: [post] };
  try {
    const again = await sayNews(post, telling, deps, signal);
    const kept = again ? { ...post, again } : post;
    const message = reasoned(
      groupMessage(telling.facts, wordsFor(post, post.mentions, telling.facts, deps)),
      post,
      telling.group.posts,
    );
    if ((await edit(post, post.receipt, message, deps, signal)) === 'refused' && telling.news.isTold) {
      // what cannot be edited would hide what is new: it is said in a post of its own
      return await firstPost({ place: { chat: post.chat, room: post.room } }, telling, deps, signal);
    }
    return { posts: [await endAgain(kept, telling, deps, signal)] };
  } catch (failure) {
    return { posts: [post], failure };
  }
}

/** The line that said that it fires again says that it is over. */
async function endAgain(
  post: GroupPost,
  { facts }: Telling,
  deps: TellRoomsDeps,
  signal: AbortSignal,
): Promise<GroupPost> {
  const { again } = post;
  if (!again || again.isOver || facts.firing.length > 0) return post;
  await edit(
    post,
    again.receipt,
    againOverMessage(facts, again, wordsFor(post, again.mentions, facts, deps)),
    deps,
    signal,
  );
  return { ...post, again: { ...again, isOver: true } };
}

async function sayNews(
  post: GroupPost,
  telling: Telling,
  deps: TellRoomsDeps,
  signal: AbortSignal,
): Promise<AgainPost | undefined> {
  const { facts, news, isQuiet: isSilent, group } = telling;
  if (isSilent) return post.again;
  const mentions = calledIn(post, telling, deps);
  const words = wordsFor(post, mentions, facts, deps);
  const key = `alert/${group.key}/${group.conversation}/${post.room}`;
  if (news.worseThan) {
    const severity = worstSeverity(facts.firing.map(({ alert }) => alert));
    await say(post, worseMessage(facts, news.worseThan, words), `${key}/worse/${severity}`, deps, signal);
  }
  if (!news.again) return post.again;
  const { count } = news.again;
  const receipt = await say(post, againMessage(facts, news.again, words), `${key}/again/${count}`, deps, signal);
  const beganMs = Math.min(...facts.firing.map(({ alert }) => +alert.startsAt));
  return receipt ? { receipt, count, beganMs, mentions, isOver: false } : post.again;
}
