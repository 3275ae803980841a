/** Brings every room of a group up to date: lines about what begins again, is worse or calls somebody, edits, posts where nothing is yet. */
import type { Alert } from '../domain/alert.ts';
import { worstSeverity } from '../domain/alert-severity.ts';
import type { Message } from '../domain/message.ts';
import type { AlertGroup, GroupPost } from '../store/alert-group.ts';
import { type Gathering, isStorm } from '../store/alert-turns.ts';
import { againMessage, againOverMessage, callMessage, worseMessage } from './again-message.ts';
import { isUntried } from './away-chats.ts';
import type { GroupFacts, Member } from './group-facts.ts';
import { type GroupWords, groupMessage } from './group-message.ts';
import type { News } from './group-news.ts';
import { withoutReasons } from './late-rooms.ts';
import { calledBy, mentionsFor, type Owners } from './owners.ts';
import {
  afterEdit,
  afterFailedEdit,
  edit,
  isSame,
  type Outcome,
  postTo,
  type RoomDeps,
  reasoned,
  say,
  stateOf,
  waitsIn,
} from './room-posts.ts';
import { type Place, type Route, type Target, targetsOf, templateIn } from './route.ts';
import { isSighted } from './sighted/instance.ts';
import { gatheringFor, noteGathered, type TurnDeps } from './take-turn.ts';

/** Which rooms hear of what, and who is called there. */
export interface RoomRules {
  readonly routes: readonly Route[];
  readonly owners: Owners;
  /** Whether a maintenance window holds for an alert now: it is told, and calls nobody. */
  isMuted(alert: Alert, nowMs: number): boolean;
  /** When that is over, ms; nothing where none holds. */
  mutedUntil(alert: Alert, nowMs: number): number | undefined;
  readonly zone: string;
}

/** What telling rooms works with. */
export interface TellRoomsDeps extends RoomDeps, RoomRules, TurnDeps {
  /** Has a group told within a second. */
  tellSoon?(groupKey: string): void;
}

type Rules = RoomRules & Pick<RoomDeps, 'clock'>;

/** A group as it is told. */
interface Telling {
  readonly group: AlertGroup;
  readonly facts: GroupFacts;
  readonly news: News;
  /** What somebody is called for: it fires, is not expected, nobody has it, and it does not flap. */
  readonly urgent: readonly Member[];
  /** What a post shows that was brought up to date now. */
  readonly state: string;
}

/** What became of a group in its rooms. */
export interface RoomsTold extends Outcome {
  /** Posts for many that tell of it. */
  readonly gathered: readonly string[];
  /** When it was gathered in those of this telling; left out: it was not. */
  readonly turnMs?: number;
  /** Those of them that begin with it: nobody told of them yet. */
  readonly begun: readonly string[];
  /** Rooms that it waits for. */
  readonly waits: readonly Place[];
}

/** Tells all rooms; gives the posts, and the first failure that a further try may mend. */
export async function tellRooms(
  group: AlertGroup,
  facts: GroupFacts,
  news: News,
  deps: TellRoomsDeps,
  signal: AbortSignal,
): Promise<RoomsTold> {
  const telling = { group, facts, news, urgent: urgentIn(facts, deps), state: stateOf(group, deps.clock.now()) };
  const targets = news.isTold ? targetsFor(facts, deps) : [];
  const missing = targets.filter(({ place }) => !group.posts.some((known) => isSame(known, place)));
  const places = missing.map(({ place }) => place);
  deps.line?.expect(group, places);
  const [edited, posted] = await Promise.all([
    Promise.all(group.posts.map((post) => updatePost(post, telling, deps, signal))),
    Promise.all(missing.map((target) => postOrGather(target, telling, deps, signal))),
  ]);
  const outcomes: readonly (Outcome & { readonly gathering?: Gathering })[] = [...edited, ...posted];
  const waits = waitsIn(posted.map((one, index) => ({ ...one, place: places[index] as Place })));
  // two rooms that refuse may have the same fallback
  const all = outcomes.flatMap(({ posts }) => posts);
  const distinct = all.filter((one, index) => all.findIndex((other) => isSame(other, one)) === index);
  const wordsOf = (post: GroupPost) => groupMessage(facts, wordsFor(post, post.mentions, facts, deps));
  const { posts, ...freeing } = await withoutReasons(distinct, wordsOf, deps, signal);
  const failures = [...outcomes, freeing].filter(({ failure }) => failure !== undefined);
  const failed = failures.find(({ failure }) => !isUntried(failure)) ?? failures[0];
  const gatherings = outcomes.flatMap(({ gathering }) => gathering ?? []);
  const gathered = await noteGathered(group.life, gatherings, deps);
  if (isPressing(telling, deps)) for (const key of gathered.filter(isStorm)) deps.tellSoon?.(key);
  const begun = gatherings.flatMap(({ key, isNew }) => (isNew ? [key] : []));
  const turnMs = gatherings.length > 0 && { turnMs: Math.min(...gatherings.map(({ atMs }) => atMs)) };
  return { posts, gathered, begun, waits, ...turnMs, ...(failed && { failure: failed.failure }) };
}

/** Whether a post for many is not to wait until it is edited anyway: it is bad, or calls somebody. */
function isPressing({ urgent }: Telling, deps: TellRoomsDeps): boolean {
  return urgent.some(
    ({ alert }) =>
      alert.severity === 'critical' ||
      targetsOf(alert, deps.routes).some(({ place }) => mentionsFor([alert], place.chat, deps.owners).length > 0),
  );
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

function urgentIn({ firing, flapping }: GroupFacts, { isMuted, clock }: Rules): readonly Member[] {
  const nowMs = clock.now();
  if (flapping) return [];
  return firing.filter(({ alert, flags }) => !flags.acknowledged && !flags.suppressed && !isMuted(alert, nowMs));
}

/** Rooms of what fires; of all where nothing does any more. */
export function targetsFor({ firing, members }: GroupFacts, { routes }: Pick<RoomRules, 'routes'>): readonly Target[] {
  const told = firing.length > 0 ? firing : members;
  // what was read in a room is there already
  const all = told.filter(({ alert }) => !isSighted(alert)).flatMap(({ alert }) => targetsOf(alert, routes));
  return all.filter(({ place }, index) => all.findIndex((one) => isSame(one.place, place)) === index);
}

function calledFor(members: readonly Member[], { chat }: Place, { owners }: RoomRules): readonly string[] {
  return mentionsFor(
    members.map(({ alert }) => alert),
    chat,
    owners,
  );
}

function wordsFor(
  place: Place,
  mentions: readonly string[] | undefined,
  { members, firing }: GroupFacts,
  rules: Rules,
): GroupWords {
  const { zone, clock, routes } = rules;
  const template = templateIn(
    place,
    members.map(({ alert }) => alert),
    routes,
  );
  const nowMs = clock.now();
  const expected = expectedIn(firing, rules, nowMs);
  return { zone, nowMs, ...(mentions && { mentions }), ...(template && { template }), ...(expected && { expected }) };
}

/** Until when all that fires is expected, as far as that can be seen. */
function expectedIn(firing: readonly Member[], { isMuted, mutedUntil }: Rules, nowMs: number): GroupWords['expected'] {
  if (firing.length === 0 || !firing.every(({ alert }) => isMuted(alert, nowMs))) return undefined;
  const ends = firing.map(({ alert }) => mutedUntil(alert, nowMs) ?? Number.POSITIVE_INFINITY);
  return { untilMs: Math.min(...ends) };
}

/** What a room reads that knows nothing of a group yet, and who is called there. */
export function firstWords(
  place: Place,
  facts: GroupFacts,
  rules: Rules,
  mentions: readonly string[] = calledFor(urgentIn(facts, rules), place, rules),
): { readonly message: Message; readonly mentions: readonly string[] } {
  return { message: groupMessage(facts, wordsFor(place, mentions, facts, rules)), mentions };
}

async function firstPost(
  target: Target,
  telling: Telling,
  deps: TellRoomsDeps,
  signal: AbortSignal,
  mentions?: readonly string[],
): Promise<Outcome> {
  const { facts, group, state } = telling;
  const isCritical = worstSeverity(facts.members.map(({ alert }) => alert)) === 'critical';
  const amended = (called: readonly string[]) => groupMessage(facts, wordsFor(target.place, called, facts, deps));
  const words = { ...firstWords(target.place, facts, deps, mentions), amended, isCritical };
  const { wasThere, ...outcome } = await postTo(target, group, words, deps, signal);
  const [post] = outcome.posts;
  if (!post) return outcome;
  try {
    // who died after it was posted has said nothing of what is new since
    const said = wasThere && !mentions ? await sayNews(post, telling, deps, signal) : post;
    return { ...outcome, posts: [{ ...said, shows: state }] };
  } catch (failure) {
    return { posts: [post], failure };
  }
}

/** Calls who is called neither in a post nor below it in a line below it. */
async function callBelow(
  post: GroupPost,
  { facts, urgent, group }: Telling,
  deps: TellRoomsDeps,
  signal: AbortSignal,
): Promise<GroupPost> {
  const known = calledIn(post);
  const fresh = calledFor(urgent, post, deps).filter((one) => !known.includes(one));
  if (fresh.length === 0) return post;
  const own = urgent.filter((member) => calledFor([member], post, deps).some((one) => fresh.includes(one)));
  const message = callMessage(own, wordsFor(post, fresh, facts, deps));
  await say(post, message, `${keyOf(group, post)}/call/${fresh.join()}`, deps, signal);
  return { ...post, called: [...(post.called ?? []), ...fresh] };
}

function keyOf({ key, conversation }: AlertGroup, { room }: Place): string {
  return `alert/${key}/${conversation}/${room}`;
}

/** What is new in a line of its own first, since an edit wakes nobody; then the post. */
async function updatePost(
  post: GroupPost,
  telling: Telling,
  deps: TellRoomsDeps,
  signal: AbortSignal,
): Promise<Outcome> {
  // what somebody else posted can neither be edited nor be ours to bring up again; what is up to date waits for other rooms
  if (post.sightedMs !== undefined || post.shows === telling.state) return { posts: [post] };
  try {
    const said = await sayNews(post, telling, deps, signal);
    const message = reasoned(
      groupMessage(telling.facts, wordsFor(post, post.mentions, telling.facts, deps)),
      post,
      telling.group.posts,
    );
    if ((await edit(post, post.receipt, message, deps, signal)) === 'refused' && telling.news.hasBegun) {
      return await postAgain(said, telling, deps, signal);
    }
    return { posts: [afterEdit(await endAgain(said, telling, deps, signal), telling.state, deps)] };
  } catch (failure) {
    return { posts: [afterFailedEdit(post, failure, deps)], failure };
  }
}

/** What cannot be edited would hide what begins: that is said in a post of its own. It calls nobody: lines do. */
async function postAgain(
  post: GroupPost,
  telling: Telling,
  deps: TellRoomsDeps,
  signal: AbortSignal,
): Promise<Outcome> {
  const { chat, room, again } = post;
  const outcome = await firstPost({ place: { chat, room } }, telling, deps, signal, []);
  const called = calledIn(post);
  const kept = { ...(again && { again }), ...(called.length > 0 && { called }) };
  return { ...outcome, posts: outcome.posts.map((one) => (isSame(one, post) ? { ...one, ...kept } : one)) };
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
): Promise<GroupPost> {
  const { facts, news, urgent, group } = telling;
  if (urgent.length === 0) return post;
  const mentions = calledFor(urgent, post, deps);
  const words = wordsFor(post, mentions, facts, deps);
  const key = keyOf(group, post);
  let said = post;
  const sayLine = async (message: Message, line: string) => {
    const posted = await say(post, message, `${key}/${line}`, deps, signal);
    // one that an earlier try said calls whom it called then
    const called = posted?.firstSaid === undefined ? mentions : calledBy(posted.firstSaid);
    said = { ...said, called: [...new Set([...(said.called ?? []), ...called])] };
    return posted && { receipt: { id: posted.id, room: posted.room }, mentions: called };
  };
  if (news.worseThan) {
    const severity = worstSeverity(facts.firing.map(({ alert }) => alert));
    await sayLine(worseMessage(facts, news.worseThan, words), `worse/${severity}`);
  }
  if (news.again) {
    const { count } = news.again;
    const line = await sayLine(againMessage(facts, news.again, words), `again/${count}`);
    const beganMs = Math.min(...facts.firing.map(({ alert }) => +alert.startsAt));
    if (line) said = { ...said, again: { ...line, count, beganMs, isOver: false } };
  }
  return callBelow(said, telling, deps, signal);
}

/** Who was called in a room, in the post or below it. */
function calledIn({ mentions = [], called = [] }: GroupPost): readonly string[] {
  return [...new Set([...mentions, ...called])];
}
