/**
 * Alerts over time on a clock that a test moves: bodies as senders write them, the real formats, the real store, the real telling; a
 * chat that keeps what its rooms show. Processes that die and chats that are away are part of it.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeDelivery } from '../../src/alerts/decode-delivery.ts';
import { alertFormats } from '../../src/alerts/index.ts';
import { makeTellDeps } from '../../src/alerts/tell-deps.ts';
import { tellGroup } from '../../src/alerts/tell-group.ts';
import { withWatchdogsApart } from '../../src/alerts/watchdog.ts';
import type { Chat } from '../../src/chat/chat.ts';
import { chatKinds } from '../../src/chat/index.ts';
import { rocketChatDialect } from '../../src/chat/rocketchat/dialect.ts';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import { BotError } from '../../src/domain/errors.ts';
import type { Destination, Message, PostReceipt } from '../../src/domain/message.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { createLog } from '../../src/lib/log.ts';
import { createMarkup } from '../../src/lib/markup.ts';
import { sourceKinds } from '../../src/sources/index.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import { createFakeClock, type FakeClock } from '../doubles/fake-clock.ts';
import { newDataDir } from './bot.ts';

/** What a room shows. */
export interface Shown {
  readonly id: string;
  readonly room: string;
  text: string;
  /** Root of the thread that it is in. */
  readonly thread?: string;
  /** How often it was edited. */
  edits: number;
}

const CHATS = `
zone: UTC
chats:
  team: { kind: rocketchat, url: "http://chat.example", userId: bot, token: a-token-of-the-bot }
  other: { kind: rocketchat, url: "http://other.example", userId: bot, token: a-token-of-the-bot }
`;

/** Local midnight of the timeline's day is far: all is told with clock times alone. */
const START_MS = Date.parse('2026-11-25T10:00:00Z');
/** As the real sweep. */
const SWEEP_MS = 5_000;

/** The store of all timelines of a file: opening one takes seconds. Each timeline has hooks and rooms, so groups, of its own. */
export async function openTimelines() {
  const dataDir = await newDataDir();
  let clock = createFakeClock(START_MS);
  const now: Clock = { now: () => clock.now(), sleep: (ms, signal) => clock.sleep(ms, signal) };
  const store = await openStore({ dataDir, log: createLog('silent'), clock: now });
  let count = 0;
  return {
    /** With chats of a test's own by name, where it has some. */
    async start(yaml: string, chats: Setting['chats'] = {}) {
      count += 1;
      clock = createFakeClock(START_MS);
      return startTimeline({ config: await configOf(yaml), store, clock, name: `t${count}`, chats });
    },
    async close(): Promise<void> {
      await store.close(0);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** One timeline. */
export type Timeline = ReturnType<typeof startTimeline>;

interface Setting {
  readonly config: Config;
  readonly store: Store;
  readonly clock: FakeClock;
  readonly name: string;
  readonly chats: Readonly<Record<string, Chat>>;
}

function startTimeline(setting: Setting) {
  const { store, clock, name } = setting;
  const chats = makeChats(setting);
  const later = new Map<string, number>();
  const deps = { ...chats, tellSoon: (key: string) => void later.delete(key) };
  let processes = [makeProcess(setting, deps)];

  /** Everything that is to be told now, until nothing is. */
  async function settle(): Promise<void> {
    const waiting = await store.alerts.untold(Number.MAX_SAFE_INTEGER);
    for (const key of waiting) {
      if (!(key.includes(`:${name}-`) || key.includes(`"${name}-`)) || (later.get(key) ?? 0) > clock.now()) continue;
      later.delete(key);
      const tell = (told: ReturnType<(typeof processes)[number]>) =>
        told.catch((error: unknown) => {
          if (!(error instanceof BotError)) throw error;
          return SWEEP_MS;
        });
      // as when one stood still and another took over
      for (const againMs of await Promise.all(processes.map((process) => tell(process(key))))) {
        if (againMs !== undefined) later.set(key, clock.now() + againMs);
      }
    }
  }

  return {
    ...chats,
    clock,
    store,
    /** Name of the hook that its alerts come through. */
    hook: `${name}-hook`,
    /** A sender posts a body. */
    async hear(format: string, body: unknown): Promise<void> {
      const found = alertFormats.find((one) => one.format === format);
      if (!found) throw new Error(`no format ${format}`);
      const bytes = new TextEncoder().encode(JSON.stringify(body));
      const delivery = { hook: `${name}-hook`, headers: {}, body: bytes, receivedAt: new Date(clock.now()) };
      const told = decodeDelivery(found, delivery, found.options.parse({}));
      await store.takeTold(withWatchdogsApart(told, setting.config.alerts.watchdogs));
      await settle();
    },
    /** Time passes; what is due on the way is told. */
    async pass(ms: number, stepMs = Math.min(ms, 60_000)): Promise<void> {
      for (let left = ms; left > 0; left -= stepMs) {
        await clock.advance(Math.min(stepMs, left));
        await settle();
      }
    },
    /** The process dies, and another starts on the same store. */
    async restart(): Promise<void> {
      later.clear();
      processes = [makeProcess(setting, deps)];
      await settle();
    },
    /** A second process on the same store tells the same. */
    addReplica() {
      processes.push(makeProcess(setting, deps));
    },
  };
}

/** Rooms of timelines that share a store are others, although they are called the same. */
function ownRooms({ store, name }: Setting): Store['turns'] {
  const { claim } = store.turns;
  return {
    ...store.turns,
    claim: (turn, nowMs) => claim({ ...turn, place: { ...turn.place, room: `${name}-${turn.place.room}` } }, nowMs),
  };
}

type ProcessDeps = Pick<ReturnType<typeof makeChats>, 'chatNamed'> & { tellSoon(key: string): void };

function makeProcess(setting: Setting, deps: ProcessDeps) {
  const { config, store, clock } = setting;
  const times = { zone: 'UTC', clock, listeningSinceMs: clock.now() };
  const tellDeps = makeTellDeps(config, {
    alerts: store.alerts,
    turns: ownRooms(setting),
    ...{ chatNamed: deps.chatNamed, tellSoon: deps.tellSoon },
    log: createLog('silent'),
    ...times,
  });
  return (key: string) => tellGroup(key, tellDeps, new AbortController().signal);
}

async function configOf(yaml: string): Promise<Config> {
  const folder = await mkdtemp(join(tmpdir(), 'glimpse-timeline-'));
  await writeFile(join(folder, 'glimpse.yaml'), `${CHATS}${yaml}`);
  const config = await loadConfig({ env: {}, cwd: folder, sourceKinds, chatKinds });
  await rm(folder, { recursive: true, force: true });
  return config;
}

/** Two chats that show texts as Rocket.Chat would write them. */
function makeChats({ chats }: Pick<Setting, 'chats'>) {
  const markup = createMarkup(rocketChatDialect(true));
  const all: Shown[] = [];
  const away = new Set<string>();
  let isEditable = true;
  const byKey = new Map<string, Shown>();
  const textOf = (message: Message) => markup.text(message);
  const chatOf = (name: string) => {
    const reach = () => {
      if (away.has(name)) throw new BotError('CHAT_UNREACHABLE', 'The chat is away.', {}, {});
    };
    return {
      async post(message: Message, place: Destination, { idempotencyKey }: { readonly idempotencyKey: string }) {
        reach();
        const own = place.room.replace(/^t\d+-/, '');
        const room = name === 'team' ? own : `${name}:${own}`;
        const earlier = byKey.get(idempotencyKey);
        const shown = earlier ?? { id: `m${all.length + 1}`, room, text: '', edits: 0, ...threadOf(place) };
        shown.text = textOf(message);
        if (!earlier) {
          all.push(shown);
          byKey.set(idempotencyKey, shown);
        }
        return { id: shown.id, room };
      },
      async update({ id }: PostReceipt, message: Message) {
        reach();
        const shown = isEditable ? all.find((one) => one.id === id) : undefined;
        if (!shown) throw new BotError('CHAT_FORBIDDEN', 'It is gone.');
        if (shown.text !== textOf(message)) shown.edits += 1;
        shown.text = textOf(message);
      },
    } as unknown as Chat;
  };
  const made = new Map(['team', 'other'].map((name) => [name, chatOf(name)]));
  return {
    chatNamed: (name: string) => chats[name] ?? made.get(name),
    /** All that a room shows, in order. */
    inRoom: (room: string) => all.filter((one) => one.room === room),
    texts: (room: string) => all.filter((one) => one.room === room).map(({ text }) => text),
    /** A chat can not be reached, or again. */
    leave: (name: string) => away.add(name),
    comeBack: (name: string) => away.delete(name),
    /** No post can be edited any more. */
    forbidEdits: () => {
      isEditable = false;
    },
  };
}

function threadOf({ threadId }: Destination): Pick<Shown, 'thread'> {
  return threadId === undefined ? {} : { thread: threadId };
}
