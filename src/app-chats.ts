/** The chats of a configuration, each with its connection, and how their questions are answered. */
import type { AnswerKeeper } from './answers/answer-keeper.ts';
import { answerPath } from './answers/kept-answer.ts';
import type { Chat, ChatMessage, ChatSettings, OnSighting } from './chat/chat.ts';
import { type AnswerPages, deliverAnswer } from './chat/deliver.ts';
import { chatKinds } from './chat/index.ts';
import type { ChatConfig, Config } from './config/config.ts';
import { isSameSetting } from './config/reloadable.ts';
import type { Core, CoreDeps } from './core.ts';
import { BotError } from './domain/errors.ts';
import { type Clock, withDeadline } from './lib/clock.ts';
import { createFailureLog } from './lib/failure-log.ts';
import { traceFor, withTrace } from './lib/trace.ts';
import type { Metrics } from './metrics/metrics.ts';
import { observeChat } from './metrics/observe-chat.ts';
import type { AlertRecord } from './questions/record.ts';
import type { Store } from './store/store.ts';

/** A chat that is connected, or tries to be. */
export interface RunningChat {
  readonly name: string;
  readonly config: ChatConfig;
  readonly zone: string;
  readonly chat: Chat;
  readonly settings: ChatSettings;
  /** Ends its connection. */
  readonly stop: AbortController;
}

/** Makes one; it is not connected yet. */
export function makeChat(
  config: ChatConfig,
  store: Store,
  { clock, log, zone, metrics }: CoreDeps & { readonly metrics: Metrics },
): RunningChat {
  const { name, kind, options } = config;
  const definition = chatKinds.find((known) => known.kind === kind);
  if (!definition) throw new BotError('CONFIG_INVALID', `There is no kind of chat called ${kind}.`);
  const budget = store.budget;
  const bare = definition.create(options, { name, zone, clock, log: log.child({ chat: name }), budget });
  const chat = observeChat(bare, name, kind, metrics);
  return { name, config, zone, chat, settings: definition.settings(options), stop: new AbortController() };
}

/** Connects it and stays connected until it is stopped. */
export async function runChat(
  { name, chat, stop: { signal } }: RunningChat,
  onSighting: OnSighting,
  store: Store,
  { clock, log }: CoreDeps,
): Promise<void> {
  // the same message has the same id, whichever replica takes it up
  const take = (message: ChatMessage) =>
    withTrace(traceFor(message.chat, message.room, message.id), async () => void (await store.submit(message)));
  const failures = createFailureLog('a chat cannot be used', 'error', { log, clock });
  const keepCursor = (toMs: number) => store.moveCursor(name, Math.floor(toMs));
  while (!signal.aborted) {
    const startMs = clock.now();
    try {
      const sinceMs = await store.cursorOf(name);
      await chat.start(take, signal, sinceMs, keepCursor, onSighting);
    } catch (error) {
      if (signal.aborted) return;
      if (clock.now() - startMs >= STEADY_MS) failures.forget();
      failures.tell(error, { chat: name });
      await clock.sleep(CHAT_RETRY_MS, signal).catch(() => undefined);
    }
  }
}

/** After a refusal that no retry mends (a revoked token): somebody may have mended it meanwhile, its file is read again. */
const CHAT_RETRY_MS = 60_000;
/** A chat that ran this long before it was refused is refused anew. */
const STEADY_MS = 60_000;

/** A chat that comes up later than this is not looked at: posts that fail are logged themselves. */
const LOOK_UNTIL_MS = 10 * 60_000;
const LOOK_AGAIN_MS = 1_000;
const CHECK_MAX_MS = 30_000;

/**
 * Logs once, as soon as it is connected, what the configuration wants of it and it has not: rooms of routes above all, which
 * would be missed only when an alert is lost.
 *
 * @param rooms - those that something is posted in
 */
export async function sayWhatLacks(
  { name, chat, stop: { signal } }: RunningChat,
  rooms: readonly string[],
  { clock, log }: Pick<CoreDeps, 'clock' | 'log'>,
): Promise<void> {
  const untilMs = clock.now() + LOOK_UNTIL_MS;
  try {
    while (!chat.isConnected && clock.now() < untilMs) await clock.sleep(LOOK_AGAIN_MS, signal);
    if (!chat.isConnected) return;
    const { problems } = await chat.check(withDeadline(CHECK_MAX_MS, signal), rooms);
    if (problems.length > 0) log.warn({ chat: name, problems }, 'the chat lacks what the configuration wants of it');
  } catch (error) {
    if (!signal.aborted) log.info({ chat: name, err: error }, 'what the chat may lack could not be found out');
  }
}

/** Longest that a new connection is waited for before the old one ends. */
const GIVE_WAY_MS = 15_000;
const LOOK_EVERY_MS = 100;

/** Ends its connection when one of the successors has its place, at once where none is meant to: meanwhile nobody is deaf. */
export async function giveWay(
  { name, stop }: RunningChat,
  successors: readonly RunningChat[],
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const successor = successors.find((other) => other.name === name);
  const untilMs = clock.now() + GIVE_WAY_MS;
  while (successor && !successor.chat.isConnected && clock.now() < untilMs && !signal.aborted)
    await clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
  stop.abort();
}

/** Whether it is what this entry wants. */
export function isSameChat({ config, zone: ownZone }: RunningChat, entry: ChatConfig, zone: string): boolean {
  return ownZone === zone && isSameSetting(config, entry);
}

/** Answers one message that was taken. */
export async function answerMessage(
  message: ChatMessage,
  chats: readonly RunningChat[],
  core: Core,
  { store, record, pages }: { readonly store: Store; readonly record: AlertRecord; readonly pages: AnswerPages },
  { clock, log }: CoreDeps,
  signal: AbortSignal,
): Promise<void> {
  const target = chats.find(({ name }) => name === message.chat);
  if (!target) {
    log.warn({ chat: message.chat }, 'a question came from a chat that is no longer configured');
    return;
  }
  const present = { renderer: core.renderer, log };
  await deliverAnswer(
    message,
    target.chat,
    target.settings,
    { ask: core.askDeps(store, record), present, pages, clock, log },
    signal,
  );
}

/** Answers in rooms lead to their pages where people have an address to reach them at. */
export function pagesOf(answers: AnswerKeeper, { publicUrl }: Pick<Config, 'publicUrl'>): AnswerPages {
  return {
    keep: (kept) => answers.keep(kept),
    linkTo: (id) => (publicUrl ? { title: 'Details', url: new URL(`.${answerPath(id)}`, publicUrl).href } : undefined),
  };
}
