/** Rocket.Chat: receives over the realtime API, posts over REST. */
import { z } from 'zod';
import { httpUrl, secret } from '../config/fields.ts';
import type { Clock } from '../lib/clock.ts';
import { createHttpClient } from '../lib/http-client.ts';
import { createKeyedQueue } from '../lib/keyed-queue.ts';
import {
  type Chat,
  type ChatDeps,
  type ChatLimits,
  conductFields,
  defineChat,
  type OnMessage,
  type OnProgress,
  type OnSighting,
} from './chat.ts';
import { type DdpConnection, type DdpTiming, openDdpConnection } from './rocketchat/ddp-connection.ts';
import { createIdentity, type SignIn } from './rocketchat/identity.ts';
import { createPeople } from './rocketchat/people.ts';
import { createPoster } from './rocketchat/poster.ts';
import { createReactions } from './rocketchat/reactions.ts';
import { createReceiver } from './rocketchat/receiver.ts';
import { createRestClient } from './rocketchat/rest-client.ts';
import { createRooms } from './rocketchat/rooms.ts';
import { checkServer } from './rocketchat/self-check.ts';
import { createFactsCache, isAtLeast } from './rocketchat/server-facts.ts';
import { type SupervisorTiming, supervise } from './rocketchat/supervisor.ts';
import { createThreads } from './rocketchat/threads.ts';
import { createTyping } from './rocketchat/typing.ts';
import { createUploader } from './rocketchat/uploader.ts';

const Options = z
  .strictObject({
    kind: z.literal('rocketchat'),
    url: httpUrl.describe('Address of the server, below which its api lies.'),
    userId: z.string().min(1).optional().describe('Id of the bot (shown beside its personal access token).'),
    token: secret.optional().describe('Personal access token of the bot.'),
    username: z.string().min(1).optional().describe('Name of the bot, where it signs in with a password.'),
    password: secret.optional().describe('Password of the bot.'),
    ...conductFields,
  })
  .superRefine(({ userId, token, username, password }, context) => {
    const byToken = userId !== undefined && token !== undefined;
    const byPassword = username !== undefined && password !== undefined;
    if (byToken !== byPassword && (byToken ? !username && !password : !userId && !token)) return;
    context.addIssue({ code: 'custom', message: 'needs either userId and token, or username and password' });
  });

/** The options of a Rocket.Chat server, checked. */
export type RocketChatOptions = z.output<typeof Options>;

/** Intervals that tests shorten. */
export interface RocketChatTiming {
  readonly ddp?: DdpTiming;
  readonly supervisor?: SupervisorTiming;
  /** For requests without a file or with one. */
  readonly requestMs?: number;
}

const INFO_TIMEOUT_MS = 10_000;
/** Live messages may be late by this much where `catchUp` is shorter. */
const LIVE_MIN_AGE_MS = 60_000;
/** What was said this long before the remembered moment is looked at again; taken messages are known by their ids. */
const CURSOR_OVERLAP_MS = 5_000;

/** Rocket.Chat 6 to 8. */
export const rocketchat = defineChat({
  kind: 'rocketchat',
  title: 'Rocket.Chat',
  options: Options,
  settings: ({ answers, receiptAfter, rooms }) => ({ answers, receiptAfterMs: receiptAfter, rooms }),
  create: (options, deps) => createRocketChat(options, deps),
});

/** Makes the adapter of one server; connects only in `start`. */
export function createRocketChat(options: RocketChatOptions, deps: ChatDeps, timing: RocketChatTiming = {}): Chat {
  const { clock } = deps;
  const parts = makeParts(options, deps, timing);
  const { url, rest, facts, identity, rooms, threads } = parts;
  const lines = createKeyedQueue();
  const poster = createPoster({ rest, facts, identity, rooms, threads, lines });
  const roomNames = Object.keys(options.rooms);
  const link: Link = { connection: undefined };
  let isRunning = false;

  function nameShown(): string | undefined {
    return facts.current.usesRealNames ? identity.current?.name : identity.current?.username;
  }

  return {
    get limits(): ChatLimits {
      const { version, maxChars, maxFileBytes } = facts.current;
      return { maxChars, maxFileBytes, tables: isAtLeast(version, 8, 7) ? 'markdown' : 'monospace' };
    },
    get isConnected() {
      return link.connection !== undefined;
    },
    async start(onMessage, signal, sinceMs, onProgress, onSighting) {
      if (isRunning) throw new Error(`the chat ${deps.name} was started twice`);
      isRunning = true;
      await listen(parts, link, { options, deps, timing, onMessage, onProgress, onSighting, sinceMs }, signal).finally(
        () => {
          isRunning = false;
        },
      );
    },
    post: poster.post,
    update: poster.update,
    upload: createUploader({ rest, poster, threads, lines, clock, log: deps.log }).upload,
    react: createReactions(rest, identity).react,
    typing: createTyping(() => link.connection, nameShown, clock),
    check(signal, posts = []) {
      const probe = (patience: AbortSignal) => probeRealtime(parts, link, deps, timing, patience);
      const hasToken = options.token !== undefined;
      return checkServer({ url, rest, facts, rooms, identity, hasToken, roomNames, posts, probe }, signal);
    },
  };
}

type Parts = ReturnType<typeof makeParts>;

/** The live connection, while there is one. */
interface Link {
  connection: DdpConnection | undefined;
}

function makeParts(options: RocketChatOptions, deps: ChatDeps, { requestMs }: RocketChatTiming) {
  const { clock, budget } = deps;
  const url = new URL(options.url);
  const timeout = requestMs === undefined ? {} : { timeoutMs: requestMs };
  const rest = createRestClient({ url, clock, budget, ...timeout });
  return {
    url,
    rest,
    facts: createFactsCache(url, rest, createHttpClient({ timeoutMs: INFO_TIMEOUT_MS, clock }), clock),
    identity: createIdentity(signInOf(options), url, rest),
    rooms: createRooms(rest, url.host),
    threads: createThreads(rest),
  };
}

interface Listening {
  readonly options: RocketChatOptions;
  readonly deps: ChatDeps;
  readonly timing: RocketChatTiming;
  readonly onMessage: OnMessage;
  readonly onProgress: OnProgress | undefined;
  readonly onSighting: OnSighting | undefined;
  readonly sinceMs: number | undefined;
}

async function listen(
  parts: Parts,
  link: Link,
  { options, deps, timing, onMessage, onProgress, onSighting, sinceMs }: Listening,
  signal: AbortSignal,
): Promise<void> {
  const { rest, facts, identity } = parts;
  const { clock, log } = deps;
  const since = beginOf(sinceMs, rest.serverNow, clock);
  const maxAgeMs = options.catchUp;
  const receiver = createReceiver(
    {
      ...parts,
      chat: deps.name,
      onMessage,
      onSighting,
      watches: (roomKey) => watchesRoom(options, roomKey),
      clock,
      log,
      people: createPeople(rest, clock, deps.zone),
      bareLines: Object.fromEntries(Object.entries(options.rooms).map(([name, room]) => [name, room.bareLines])),
      floorMs: () => Math.max(since(), rest.serverNow() - Math.max(maxAgeMs, LIVE_MIN_AGE_MS)),
      bot: () => identity.current,
      onOverflow: () => link.connection?.close(),
    },
    signal,
  );
  const onConnection = (connection: DdpConnection | undefined) => {
    link.connection = connection;
    if (connection) void facts.get(signal).catch(() => undefined);
  };
  const times = { ddpTiming: timing.ddp, timing: timing.supervisor };
  await supervise(
    receiver,
    { sinceMs: since, maxAgeMs },
    { ...parts, clock, log, onConnection, onProgress, ...times },
    signal,
  );
}

function watchesRoom({ rooms, enrichAlerts }: RocketChatOptions, roomKey: string | undefined): boolean {
  const room = roomKey !== undefined && Object.hasOwn(rooms, roomKey) ? rooms[roomKey] : undefined;
  return room?.enrichAlerts ?? enrichAlerts;
}

/** Opens a connection only to see that it can be done; one that is up proves it already. */
async function probeRealtime(
  { url, identity }: Parts,
  link: Link,
  { clock, log }: ChatDeps,
  { ddp }: RocketChatTiming,
  signal: AbortSignal,
): Promise<void> {
  if (link.connection) return;
  const { token, userId } = await identity.get(signal);
  const options = { url, token, userId, clock, log, onMessage() {}, ...(ddp && { timing: ddp }) };
  (await openDdpConnection(options, signal)).close();
}

function signInOf({ userId, token, username, password }: RocketChatOptions): SignIn {
  if (userId !== undefined && token !== undefined) return { userId, token };
  if (username !== undefined && password !== undefined) return { username, password };
  throw new Error('the options of a Rocket.Chat server were not checked');
}

/**
 * Where listening begins, by the server's clock: a little before the remembered moment, or now. The server's clock is
 * known only after its first answer, hence a function.
 */
function beginOf(sinceMs: number | undefined, serverNow: () => number, clock: Clock): () => number {
  const startMs = clock.now();
  if (sinceMs !== undefined) return () => sinceMs - CURSOR_OVERLAP_MS;
  return () => startMs + (serverNow() - clock.now()) - CURSOR_OVERLAP_MS;
}
