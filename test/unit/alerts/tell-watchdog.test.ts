/** A watchdog whose teller dies on the way: its alarm is in the room once, and ends. */
import { expect, it } from 'vitest';
import { createAwayChats } from '../../../src/alerts/away-chats.ts';
import { tellWatchdog } from '../../../src/alerts/tell-watchdog.ts';
import type { Chat } from '../../../src/chat/chat.ts';
import { type Message, plainText } from '../../../src/domain/message.ts';
import { createBoundedMap } from '../../../src/lib/bounded-map.ts';
import { createLog } from '../../../src/lib/log.ts';
import type { AlertGroup, GroupTold } from '../../../src/store/alert-group.ts';
import { createFakeClock } from '../../doubles/fake-clock.ts';
import { makeAlert } from './make.ts';

const MINUTE = 60_000;
const beat = makeAlert('Watchdog');
const BEGUN_MS = +beat.startsAt;

const firstWords = ({ blocks }: Message) =>
  blocks.flatMap((block) => (block.kind === 'text' ? block.lines.map(plainText) : []))[0] ?? '';

/** A room, and a store of one group that fails after so many writes, as when the process dies. */
function makeScene() {
  const clock = createFakeClock(BEGUN_MS);
  const room = new Map<string, { id: string; text: string }>();
  let writesLeft = Number.POSITIVE_INFINITY;
  let group: AlertGroup = {
    ...{ key: 'w', version: 1, toldVersion: 1, conversation: 1, sinceMs: BEGUN_MS, posts: [], life: {} },
    ...{ problems: [beat], lives: new Map([[beat.fingerprint, { told: 1, heardMs: BEGUN_MS, hasFired: true }]]) },
  };
  const chat = {
    post: async (message: Message, _: unknown, { idempotencyKey }: { readonly idempotencyKey: string }) => {
      const earlier = room.get(idempotencyKey);
      const shown = earlier ?? { id: `m${room.size + 1}`, text: firstWords(message) };
      room.set(idempotencyKey, shown);
      return { id: shown.id, room: 'ops', ...(earlier && { firstSaid: earlier.text }) };
    },
    update: async ({ id }: { readonly id: string }, message: Message) => {
      for (const shown of room.values()) if (shown.id === id) shown.text = firstWords(message);
    },
  } as unknown as Chat;
  const deps = {
    alerts: {
      keepTold: async (_: string, { version, ...told }: GroupTold) => {
        if (writesLeft === 0) throw new Error('the process died');
        writesLeft -= 1;
        group = { ...group, ...told, toldVersion: version };
      },
    },
    ...{ routes: [{ place: { chat: 'team', room: 'ops' }, isContinued: false, routes: [] }], watchdogs: [] },
    ...{ owners: { severities: [], labels: [], people: [] }, waitForChatMs: 300_000, listeningSinceMs: 0 },
    ...{ isMuted: () => false, mutedUntil: () => undefined, chatNamed: () => chat, zone: 'UTC' },
    warned: createBoundedMap<string, number>(10),
    ...{ away: createAwayChats(clock), turns: { claim: async () => undefined, touch: async () => undefined } },
    ...{ clock, log: createLog('silent') },
  };
  const watchdog = { match: { alertname: ['Watchdog'] }, within: 15 * MINUTE };
  return {
    pass: (ms: number) => clock.advance(ms),
    tell: () => tellWatchdog(group, watchdog, deps, new AbortController().signal),
    hear: () => {
      group = {
        ...group,
        lives: new Map([[beat.fingerprint, { told: 1, heardMs: clock.now(), hasFired: true }]]),
      };
    },
    dieAfter: (writes: number) => {
      writesLeft = writes;
    },
    texts: () => [...room.values()].map(({ text }) => text),
  };
}

it.each([0, 1])(
  'ends its alarm, and raises the next one, though who posted it died after %s writes',
  async (writes) => {
    const { pass, tell, hear, dieAfter, texts } = makeScene();
    await pass(20 * MINUTE);
    dieAfter(writes);
    await expect(tell()).rejects.toThrow('died');
    dieAfter(Number.POSITIVE_INFINITY);
    const posted = texts();
    hear();
    await tell();
    // nobody heard of one that died before
    const away = posted.map(() => expect.stringContaining('arrives again'));
    expect(texts()).toEqual(away);
    await pass(20 * MINUTE);
    await tell();
    expect(texts()).toEqual([...away, expect.stringContaining('stopped arriving')]);
  },
);
