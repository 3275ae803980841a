/** A simulated server with a bot on it, and the adapter that talks to it. */
import { pino } from 'pino';
import { expect, onTestFinished } from 'vitest';
import type { Chat, ChatMessage, OnMessage } from '../../src/chat/chat.ts';
import {
  createRocketChat,
  type RocketChatOptions,
  type RocketChatTiming,
  rocketchat,
} from '../../src/chat/rocketchat.ts';
import type { Attachment, Message, Span } from '../../src/domain/message.ts';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import { createLocalRateBudget } from '../../src/lib/rate-budget.ts';
import {
  type RocketChatOptions as ServerOptions,
  type SimulatedRoom,
  type SimulatedUser,
  startRocketChat,
} from '../doubles/rocketchat/simulator.ts';
import { loadTypings, typingsFolder, validateRequests } from '../doubles/rocketchat/typings.ts';

/** With the official schemas at hand, every REST call of every test is held against them. */
const folder = typingsFolder();
const typings = folder === undefined ? undefined : await loadTypings(folder);

/** Reconnects within milliseconds; silence is found out within a second. */
export const FAST: RocketChatTiming = {
  ddp: { answerMs: 2_000, pingAfterMs: 300, deadAfterMs: 900 },
  supervisor: { backoffMs: 10, backoffMaxMs: 100, steadyMs: 30_000, holdMs: 5_000, progressMs: 50 },
};

/** Waits until a claim holds; fails the test with what was seen last when it never does. */
export async function until<Value>(claim: () => Value | undefined | false, what: string): Promise<Value> {
  for (let waitedMs = 0; waitedMs < 15_000; waitedMs += 5) {
    const value = claim();
    if (value !== undefined && value !== false) return value;
    await systemClock.sleep(5);
  }
  throw new Error(`never happened: ${what}`);
}

/** Lets everything that is under way arrive. */
export const settle = (ms = 150) => systemClock.sleep(ms);

/** A server with the bot `glimpse` and the person `ana` in the room `ops`. */
export async function startServer(options: ServerOptions & { readonly botRoles?: readonly string[] } = {}) {
  const server = await startRocketChat(options);
  onTestFinished(() => server.close());
  if (typings) onTestFinished(() => expect(validateRequests(server, typings)).toEqual([]));
  const bot = server.users.addUser({
    username: 'glimpse',
    name: 'Glimpse',
    roles: options.botRoles ?? ['user', 'bot'],
  });
  const ana = server.users.addUser({ username: 'ana', name: 'Ana' });
  const ops = server.rooms.addRoom({ name: 'ops', type: 'c', members: [bot, ana] });
  return { server, bot, ana, ops };
}

/** What an adapter is made with in tests, beside the server. */
export interface BotOptions {
  readonly config?: Partial<Record<string, unknown>>;
  readonly clock?: Clock;
  readonly zone?: string;
  readonly timing?: RocketChatTiming;
}

/** Makes the adapter for a server; options go through the config's schema. */
export function makeBot(url: string, bot: SimulatedUser, { config, clock, zone, timing }: BotOptions = {}): Chat {
  const time = clock ?? systemClock;
  const options = rocketchat.options.parse({
    kind: 'rocketchat',
    url,
    userId: bot.id,
    token: bot.token,
    ...config,
  }) as RocketChatOptions;
  return createRocketChat(
    options,
    {
      name: 'team',
      clock: time,
      log: pino({ level: 'silent' }),
      budget: createLocalRateBudget(time),
      ...(zone && { zone }),
    },
    timing ?? FAST,
  );
}

/** Starts listening; stops when the test ends. `heard` grows as messages are taken. */
export function listen(chat: Chat, { onMessage, sinceMs }: { onMessage?: OnMessage; sinceMs?: number } = {}) {
  const heard: ChatMessage[] = [];
  const progress: number[] = [];
  const stop = new AbortController();
  const take: OnMessage = async (message) => {
    await onMessage?.(message);
    heard.push(message);
  };
  const ended = chat.start(take, stop.signal, sinceMs, async (toMs) => void progress.push(toMs));
  ended.catch(() => undefined);
  onTestFinished(async () => {
    stop.abort();
    await ended.catch(() => undefined);
  });
  return { heard, progress, ended, stop: () => stop.abort(), texts: () => heard.map(({ text }) => text) };
}

/** A server, a bot that listens, connected. */
export async function startBot(
  options: ServerOptions & BotOptions & { readonly botRoles?: readonly string[]; readonly sinceMs?: number } = {},
) {
  const place = await startServer(options);
  const chat = makeBot(place.server.url, place.bot, options);
  const listening = listen(chat, options.sinceMs === undefined ? {} : { sinceMs: options.sinceMs });
  await until(() => chat.isConnected, 'the bot connects');
  await settle(50);
  return { ...place, chat, ...listening };
}

/** A message of one line. */
export function say(...line: Span[]): Message {
  return { blocks: [{ kind: 'text', lines: [line] }] };
}

/** A picture of one pixel. */
export const PIXEL: Attachment = {
  fileName: 'cpu-web01.png',
  mediaType: 'image/png',
  bytes: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
  alt: 'CPU of web01 62 % now, mean 41 %, peak 93 %.',
};

/** Where a room's posts go. */
export const inRoom = (room: SimulatedRoom, threadId?: string) => ({
  chat: 'team',
  room: room.id,
  ...(threadId !== undefined && { threadId }),
});

/** A signal that nobody aborts. */
export const patient = () => AbortSignal.timeout(20_000);
