/** What the store knows of a group of alerts: its problems, its posts, how far the rooms know of them. */
import type { Alert, AlertSeverity } from '../domain/alert.ts';

/** A conversation begins when it is stored, which is a little after what it is about, ms. */
export const CONVERSATION_LEAD_MS = 15 * 60_000;

/** A post that tells of a group. */
export interface GroupPost {
  /** Name of the chat in the config. */
  readonly chat: string;
  /** As the route names it. */
  readonly room: string;
  /** What the chat gave for it: enough to edit it and to answer in its thread. */
  readonly receipt: { readonly id: string; readonly room: string };
  /** When somebody else posted it, ms since the Unix epoch; absent for our own: only those can be edited. */
  readonly sightedMs?: number;
  /** The room that should have it, and why it has not. */
  readonly insteadOf?: {
    readonly chat: string;
    readonly room: string;
    readonly reason: string;
    /** Its chat was away: the room is to have it as soon as it is back. */
    readonly isAway?: boolean;
  };
  /** Who is called in it; stays with it, so that an edit calls nobody else. */
  readonly mentions?: readonly string[];
  /** Who was called in lines below it. */
  readonly called?: readonly string[];
  /** The last line that said in the room that it fires again. */
  readonly again?: AgainPost;
  /** Which state of the group it shows: where another room is tried again, this one is not edited again. */
  readonly shows?: string;
  /** Of a post for many: when it showed all that it told of, ms. */
  readonly shownMs?: number;
  /** When an edit failed that the chat may do all the same, also later than the next one, ms: it is looked at again. */
  readonly unsureMs?: number;
}

/** A line below a post: the group fires again. */
export interface AgainPost {
  readonly receipt: GroupPost['receipt'];
  /** Which time of the conversation it is about. */
  readonly count: number;
  /** When that time began, ms. */
  readonly beganMs: number;
  readonly mentions: readonly string[];
  /** Whether the line says that that time is over. */
  readonly isOver: boolean;
}

/** What is known of a problem beside its last message, over the time that it fires. */
export interface ProblemLife {
  /** How often it was told that it fires. */
  readonly told: number;
  /** When it was last told of, ms. */
  readonly heardMs: number;
  /** Whether it was ever told to fire: an end may come without a beginning. */
  readonly hasFired: boolean;
  /** The number that it was first told with, the lowest and the highest since. */
  readonly first?: number;
  readonly low?: number;
  readonly high?: number;
}

/** What telling remembers of a conversation. */
export interface GroupLife {
  /** How often it began to fire in this conversation; left out: once. */
  readonly openings?: number;
  /** The same where it was tried in vain to tell that it fires again: a room may have read so all the same. */
  readonly openingsTried?: number;
  /** The worst that was told in this conversation. */
  readonly severity?: AlertSeverity;
  /** Whether it was closed because nothing was heard of it. */
  readonly isSilent?: boolean;
  /** Which turn it is at: one more each time that it fires again or is worse; left out: the first. */
  readonly turn?: number;
  /** Whether its first post was tried in vain, and may be there all the same; `never`: nobody tried it, for the chat was away. */
  readonly tried?: 'vainly' | 'never';
  /** When it was tried in vain to tell that all of it is over, ms: a room may have read so all the same. */
  readonly overMs?: number;
  /** Rooms whose chat took no post of it when it was tried: what is newer waits for it there. */
  readonly waits?: readonly { readonly chat: string; readonly room: string }[];
  /** Posts for many groups that tell of it, the newest first. */
  readonly gathered?: readonly string[];
  /** When it was gathered in them, ms: what begins after they are calm has another turn. */
  readonly turnMs?: number;
  /** How many such turns it had; left out: none. */
  readonly late?: number;
  /** Of such a post: who was called for it. */
  readonly called?: readonly Called[];
  /** Since when a watchdog is missed, ms; left out: it is not. */
  readonly alarmMs?: number;
}

/** Somebody who was called for a post for many groups. */
export interface Called {
  readonly name: string;
  /** The last time, ms. */
  readonly atMs: number;
  readonly times: number;
  /** For which alerts, by a short id, and how bad each was; a lower number is worse. */
  readonly known: Readonly<Record<string, number>>;
  /** What came since and waits for the next call. */
  readonly owed: Readonly<Record<string, number>>;
}

/** Problems that belong together, and how far the rooms know of them. */
export interface AlertGroup {
  readonly key: string;
  /** Grows with everything new; `toldVersion` is the one that the posts show. */
  readonly version: number;
  readonly toldVersion: number;
  /** Counts its openings: a group that was over for long begins a new conversation. */
  readonly conversation: number;
  /** When this conversation began, ms. */
  readonly sinceMs: number;
  /** When all of it was over and told, ms; absent while it is open. */
  readonly closedMs?: number;
  /** Since when there is news that is not told, ms. */
  readonly untoldMs?: number;
  /** When the rooms were last told, ms. */
  readonly toldMs?: number;
  /** When it is to be looked at although nothing new was told, ms. */
  readonly dueMs?: number;
  readonly posts: readonly GroupPost[];
  readonly life: GroupLife;
  /** Those of this conversation; at most 500, the open ones first. */
  readonly problems: readonly Alert[];
  /** By fingerprint. */
  readonly lives: ReadonlyMap<string, ProblemLife>;
}

/** What became of a group's posts. */
export interface GroupTold extends Pick<AlertGroup, 'version' | 'conversation' | 'sinceMs' | 'posts'> {
  readonly closedMs?: number;
  /** Left out: as before. */
  readonly toldMs?: number;
  readonly dueMs?: number;
  /** What `dueMs` was when the group was read: what became due since then stays so. */
  readonly wasDueMs?: number | undefined;
  /** What `posts` were when the group was read: where another process told something else since, either's words may be in the room. */
  readonly wasPosts?: readonly GroupPost[];
  readonly life?: GroupLife;
}

/** What a message added to what is known of a problem. */
export interface GroupEvent extends Pick<Alert, 'fingerprint' | 'status' | 'transition' | 'flags'> {
  /** By its sender's clock: when it began or, for an end, ended; ms. */
  readonly atMs: number;
  readonly receivedMs: number;
  readonly actor?: string;
  readonly note?: string;
}
