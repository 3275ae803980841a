/** The port of the store: what survives a restart and what replicas share. */
import type { ChatMessage } from '../chat/chat.ts';
import type { Told } from '../domain/alert.ts';
import type { RateBudget } from '../lib/rate-budget.ts';
import type { AlertOrigins } from './alert-origins.ts';
import type { AlertStore } from './alert-store.ts';
import type { AlertTimeline } from './alert-timeline.ts';
import type { AlertTurns } from './alert-turns.ts';
import type { AnswerStore } from './answer-store.ts';
import type { ContextJob, ContextStore } from './context-store.ts';
import type { QueueDepth } from './job-queue.ts';
import type { SightingStore } from './sighting-store.ts';
import type { UsageStore } from './usage-store.ts';

/** Answers one taken message; runs again, in another process if need be, when the one that ran it died. */
export type QuestionHandler = (message: ChatMessage, signal: AbortSignal) => Promise<void>;

/** Everything that is kept. Members that throw, throw BotError `STORE_…`. */
export interface Store {
  /** Shared by all replicas on one database. */
  readonly budget: RateBudget;
  /** Stores a message to be answered; when it resolves, the message will be answered even if this process dies. */
  submit(message: ChatMessage): Promise<'accepted' | 'duplicate'>;
  /** Starts answering: own messages at once, those of dead processes a little later. Called once. */
  work(handler: QuestionHandler): Promise<void>;
  /** How many jobs the queues have, as it was some seconds ago. */
  depths(): Promise<readonly QueueDepth[]>;
  /** Free space of the embedded store's disk, bytes; nothing where the store is a server. */
  freeBytes(): Promise<number | undefined>;
  /** The file of a backup; only of the embedded store. */
  backup?(): Promise<Uint8Array>;
  readonly alerts: AlertStore;
  readonly timeline: AlertTimeline;
  /** Which post of a room tells of which group. */
  readonly turns: AlertTurns;
  /** Where alerts came from. */
  readonly origins: AlertOrigins;
  /** Stores what a delivery told; when it resolves, it will be told in the rooms even if this process dies. Gives the groups with news. */
  takeTold(told: Told): Promise<number>;
  /**
   * Starts telling: groups of alerts with news or that are due, each by one process at a time. A handler that gives a number is called
   * again after that many ms, or some seconds later by another process when this one dies. Called once.
   */
  workGroups(handler: (groupKey: string, signal: AbortSignal) => Promise<number | undefined>): Promise<void>;
  /** Has a group with news told within a second, before those that wait. */
  tellSoon(groupKey: string): void;
  readonly contexts: ContextStore;
  readonly sightings: SightingStore;
  /** Stores a job about context, once for what it is about; it begins after `delayMs`. */
  submitContext(job: ContextJob, delayMs?: number): Promise<void>;
  /** Starts giving context: each job by one process at a time. Called once. */
  workContexts(handler: (job: ContextJob, signal: AbortSignal) => Promise<void>): Promise<void>;
  readonly answers: AnswerStore;
  /** How definitions are used. */
  readonly usage: UsageStore;
  /** Keeps what a conversation (a thread, a direct message) last asked, as JSON; bounded by age. */
  remember(conversation: string, question: unknown): Promise<void>;
  recall(conversation: string): Promise<unknown>;
  /** The zone a person set, by `chat/userId`. */
  zoneOf(person: string): Promise<string | undefined>;
  setZone(person: string, zone: string): Promise<void>;
  /** The moment up to which everything a chat said was taken, ms since the Unix epoch. */
  cursorOf(chat: string): Promise<number | undefined>;
  moveCursor(chat: string, toMs: number): Promise<void>;
  /** Rejects with `STORE_UNAVAILABLE` when it cannot be used now. */
  check(): Promise<void>;
  /** Finishes what is running within `graceMs`, then what `finish` still has to write, then lets go of everything. */
  close(graceMs?: number, finish?: () => Promise<void>): Promise<void>;
}
