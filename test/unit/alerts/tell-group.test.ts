/** Telling rooms of a group: who hears of it when rooms refuse, and what is kept of the posts. */
import { describe, expect, it } from 'vitest';
import { createAwayChats, isUntried } from '../../../src/alerts/away-chats.ts';
import { createRoomOrder } from '../../../src/alerts/room-order.ts';
import { type TellDeps, tellGroup, tellGroupOrLater } from '../../../src/alerts/tell-group.ts';
import type { Chat } from '../../../src/chat/chat.ts';
import { rocketChatDialect } from '../../../src/chat/rocketchat/dialect.ts';
import { BotError, type ErrorCode } from '../../../src/domain/errors.ts';
import type { Message } from '../../../src/domain/message.ts';
import { createBoundedMap } from '../../../src/lib/bounded-map.ts';
import { createLog } from '../../../src/lib/log.ts';
import { createMarkup } from '../../../src/lib/markup.ts';
import type { AlertGroup } from '../../../src/store/alert-group.ts';
import type { AlertStore } from '../../../src/store/alert-store.ts';
import { createFakeClock } from '../../doubles/fake-clock.ts';
import { makeAlert } from './make.ts';

/** A minute after an alert of these tests begins. */
const NOW_MS = Date.UTC(2026, 10, 25, 9, 45);

const markup = createMarkup(rocketChatDialect(true));
const at = (room: string) => ({ chat: 'team', room });

/** A chat whose named rooms refuse, a store of one group, and what was posted and edited. */
function makeRooms({
  refusing,
  operators = true,
  code = 'CHAT_FORBIDDEN',
  severity = 'critical',
  untoldMs,
  owners = { severities: [], labels: [], people: [] },
}: {
  readonly refusing: readonly string[];
  readonly operators?: boolean;
  /** What they say. */
  readonly code?: ErrorCode;
  readonly severity?: AlertGroup['problems'][number]['severity'];
  readonly untoldMs?: number;
  readonly owners?: TellDeps['owners'];
}) {
  const posted: string[] = [];
  const texts: string[] = [];
  const noted: string[] = [];
  const edited: string[] = [];
  const keys: string[] = [];
  /** What stands in rooms, by the posts' ids; mentions as a chat writes them. */
  const shown = new Map<string, string>();
  const ids = new Map<string, string>();
  let isDying = false;
  let isMute = false;
  let editFailure: BotError | undefined;
  let edits = 0;
  let group: AlertGroup = {
    key: 'web01',
    version: 1,
    toldVersion: 0,
    conversation: 1,
    sinceMs: 0,
    posts: [],
    life: {},
    lives: new Map(),
    ...(untoldMs !== undefined && { untoldMs }),
    problems: [makeAlert('Down', { host: 'web01', severity })],
  };
  const chat = {
    post: async (
      message: Message,
      { room }: { readonly room: string },
      { idempotencyKey }: { readonly idempotencyKey: string },
    ) => {
      if (refusing.includes(room)) throw new BotError(code, 'I may not write there.');
      if (isMute && idempotencyKey.includes('/call/')) throw new BotError('STORE_UNAVAILABLE', 'The process died.');
      if (!idempotencyKey.startsWith('alert/')) {
        noted.push(room);
        texts.push(JSON.stringify(message));
        return { id: `note-${room}`, room };
      }
      posted.push(room);
      texts.push(JSON.stringify(message));
      const isNew = !keys.includes(idempotencyKey);
      if (isNew) keys.push(idempotencyKey);
      const id = ids.get(idempotencyKey) ?? (keys.length > 1 ? `post-${room}-${keys.length}` : `post-${room}`);
      const firstSaid = isNew ? undefined : shown.get(id);
      ids.set(idempotencyKey, id);
      if (isNew) shown.set(id, markup.text(message));
      return { id, room, ...(firstSaid !== undefined && { firstSaid }) };
    },
    update: async ({ id }: { readonly id: string }, message: Message) => {
      edits += 1;
      if (editFailure && id === 'post-web') throw editFailure;
      edited.push(id);
      shown.set(id, markup.text(message));
    },
  } as unknown as Chat;
  const alerts = {
    events: async () => [],
    group: async () => group,
    keepTold: async (_: string, told: Partial<AlertGroup> & { readonly version: number }) => {
      if (isDying) throw new BotError('STORE_UNAVAILABLE', 'The process died.');
      const { dueMs: _due, ...earlier } = group;
      group = { ...earlier, ...told, version: group.version, toldVersion: told.version };
    },
  } as unknown as AlertStore;
  const clock = createFakeClock(NOW_MS);
  const deps: TellDeps = {
    alerts,
    routes: [{ place: at('web'), fallback: at('oncall'), isContinued: false, routes: [] }],
    ...(operators && { operators: at('operators') }),
    chatNamed: () => chat,
    owners,
    watchdogs: [],
    away: createAwayChats(createFakeClock(0)),
    order: createRoomOrder({ isNext: async () => true }, clock),
    warned: createBoundedMap(10),
    turns: {
      claim: async () => undefined,
      touch: async () => undefined,
      isNext: async () => true,
      gathered: () => Promise.reject(new Error()),
    },
    waitForChatMs: 300_000,
    isMuted: () => false,
    mutedUntil: () => undefined,
    rule: { noNewsAfterMs: 86_400_000, flapping: { changes: 5, withinMs: 1_800_000 }, listeningSinceMs: 0 },
    zone: 'UTC',
    clock,
    log: createLog('silent'),
  };
  const add = (host: string) => {
    const another = makeAlert('Down', { host, startsAt: new Date(NOW_MS + 1) });
    group = { ...group, version: group.version + 1, problems: [...group.problems, another] };
  };
  const tell = () => tellGroup('web01', deps, new AbortController().signal);
  return {
    clock,
    posted,
    texts,
    noted,
    edited,
    tell,
    tellOrLater: () => tellGroupOrLater('web01', deps, new AbortController().signal),
    change: () => {
      group = { ...group, version: group.version + 1 };
      return tell();
    },
    /** Another member fires. */
    join: (host: string) => {
      add(host);
      return tell();
    },
    add,
    /** Tells, and is gone before it can keep what it told, or before it can say any line. */
    tellAndDie: async ({ saysLines = true } = {}) => {
      isDying = true;
      isMute = !saysLines;
      await tell().catch(() => undefined);
      isDying = false;
      isMute = false;
    },
    shown: () => [...shown.values()],
    refuseEdits: (failure: BotError | undefined) => {
      editFailure = failure;
    },
    /** The chat does an edit of the room's post that was given up. */
    editLate: (text: string) => shown.set('post-web', text),
    end: () => {
      group = {
        ...group,
        problems: group.problems.map((alert) => ({ ...alert, status: 'resolved', endsAt: new Date(9) })),
      };
    },
    /** How often an edit was tried. */
    edits: () => edits,
    isTold: () => group.version === group.toldVersion,
    dueMs: () => group.dueMs,
    kept: () => group.posts.map(({ room }) => room),
  };
}

it.each<[readonly string[], readonly string[]]>([
  [[], ['web']],
  [['web'], ['oncall']],
  [['web', 'oncall'], ['operators']],
  [['web', 'oncall', 'operators'], []],
])('where %j refuse, %j hear of it', async (refusing, heard) => {
  const rooms = makeRooms({ refusing });
  await rooms.tell();
  expect([rooms.posted, rooms.kept()]).toEqual([heard, heard]);
});

it('tells the operators of a room that refuses, once, when others hear of its alerts', async () => {
  const rooms = makeRooms({ refusing: ['web'] });
  await rooms.tell();
  await rooms.change();
  expect([rooms.posted, rooms.noted]).toEqual([['oncall'], ['operators']]);
});

it('ends where there is nobody else to tell', async () => {
  const rooms = makeRooms({ refusing: ['web', 'oncall'], operators: false });
  await rooms.tell();
  expect([rooms.posted, rooms.kept()]).toEqual([[], []]);
});

it('keeps one post a room, and edits it once a change, however often the room before it refuses', async () => {
  const rooms = makeRooms({ refusing: ['web'] });
  await rooms.tell();
  await rooms.change();
  await rooms.change();
  expect([rooms.posted, rooms.kept(), rooms.edited]).toEqual([['oncall'], ['oncall'], ['post-oncall', 'post-oncall']]);
});

it('says what begins in a post of its own where the first cannot be edited, and edits that from then on', async () => {
  const rooms = makeRooms({ refusing: [] });
  await rooms.tell();
  rooms.refuseEdits(new BotError('CHAT_FORBIDDEN', 'The message is not there any more.'));
  // a repeat, another value
  await rooms.change();
  expect([rooms.posted, rooms.kept()]).toEqual([['web'], ['web']]);
  await rooms.join('web02');
  await rooms.change();
  expect([rooms.posted, rooms.kept(), rooms.edited]).toEqual([['web', 'web'], ['web'], ['post-web-2']]);
});

it('calls nobody again in a post that stands for one that cannot be edited', async () => {
  const people = [{ match: { alertname: ['Down'] }, mention: ['ana'] }];
  const rooms = makeRooms({ refusing: [], owners: { severities: ['critical'], labels: [], people } });
  await rooms.tell();
  rooms.refuseEdits(new BotError('CHAT_FORBIDDEN', 'The message is not there any more.'));
  await rooms.join('web02');
  await rooms.join('web03');
  expect(rooms.texts.map((text) => text.includes('ana'))).toEqual([true, false]);
  expect(rooms.noted).toEqual([]);
});

it('leaves a post that is gone alone when all is over', async () => {
  const rooms = makeRooms({ refusing: [] });
  await rooms.tell();
  rooms.refuseEdits(new BotError('CHAT_FORBIDDEN', 'The message is not there any more.'));
  rooms.end();
  await rooms.change();
  expect([rooms.posted, rooms.kept(), rooms.isTold()]).toEqual([['web'], ['web'], true]);
});

it.each(['CHAT_UNREACHABLE', 'CHAT_AUTH', 'CHAT_UNEXPECTED'] as const)('tries an edit again after %s', async (code) => {
  const rooms = makeRooms({ refusing: [] });
  await rooms.tell();
  rooms.refuseEdits(new BotError(code, 'It did not work.'));
  await expect(rooms.change()).rejects.toMatchObject({ code });
  expect([(await rooms.tellOrLater()).isTold, rooms.isTold()]).toEqual([false, false]);
});

it('looks once more at a post, an edit of which was given up and may come after the next one', async () => {
  const rooms = makeRooms({ refusing: [] });
  await rooms.tell();
  rooms.refuseEdits(new BotError('CHAT_UNEXPECTED', 'The answer was cut.'));
  await expect(rooms.change()).rejects.toMatchObject({ code: 'CHAT_UNEXPECTED' });
  rooms.refuseEdits(undefined);
  rooms.end();
  await rooms.change();
  const [over] = rooms.shown();
  expect(over).toContain('RESOLVED');
  rooms.editLate('what was known before');
  expect(rooms.dueMs()).toBe(NOW_MS + 60_000);
  await rooms.clock.advance(60_000);
  await rooms.tell();
  expect([rooms.shown(), rooms.edits(), rooms.dueMs()]).toEqual([[over], 3, undefined]);
});

it('tries no further edit in a chat that was away a moment ago', async () => {
  const rooms = makeRooms({ refusing: [] });
  await rooms.tell();
  rooms.refuseEdits(new BotError('CHAT_UNREACHABLE', 'It is away.', { timeoutMs: 15_000 }));
  await expect(rooms.change()).rejects.toSatisfy((thrown) => !isUntried(thrown));
  await expect(rooms.change()).rejects.toSatisfy(isUntried);
  expect(rooms.edits()).toBe(1);
});

describe('who is not called in a post that a process made before it died', () => {
  const people = ['web01', 'web02'].map((host) => ({ match: { instance: [`${host}:9100`] }, mention: [`of${host}`] }));
  const owners = { severities: ['critical'] as const, labels: [], people };
  const called = [
    expect.stringMatching(/web01[\s\S]*web02[\s\S]*\n@ofweb01$/u),
    expect.stringMatching(/firing since[\s\S]*\n@ofweb02$/u),
  ];

  it('is called in a line below it', async () => {
    const rooms = makeRooms({ refusing: [], owners });
    await rooms.tellAndDie();
    await rooms.join('web02');
    expect(rooms.shown()).toEqual(called);
    await rooms.change();
    expect(rooms.shown()).toEqual(called);
  });

  it('is called although the next one died between the edit and the line', async () => {
    const rooms = makeRooms({ refusing: [], owners });
    await rooms.tellAndDie();
    rooms.add('web02');
    await rooms.tellAndDie({ saysLines: false });
    expect(rooms.shown()).toEqual(called.slice(0, 1));
    await rooms.tell();
    expect(rooms.shown()).toEqual(called);
  });

  it('is called once although the next one died after the line', async () => {
    const rooms = makeRooms({ refusing: [], owners });
    await rooms.tellAndDie();
    rooms.add('web02');
    await rooms.tellAndDie();
    await rooms.tell();
    expect(rooms.shown()).toEqual(called);
  });
});

it.each([
  ['CHAT_TOO_LONG', ['operators']],
  ['CHAT_UNEXPECTED', ['operators']],
  ['CHAT_AUTH', []],
] as const)(
  'tells the operators after a while of what a room does not take, if it is no emergency: %s',
  async (code, heard) => {
    const rooms = makeRooms({ refusing: ['web'], code, severity: 'warning', untoldMs: NOW_MS });
    await expect(rooms.tell()).rejects.toMatchObject({ code });
    expect(rooms.posted).toEqual([]);
    await rooms.clock.advance(300_000);
    for (let count = 0; count < 2; count += 1) await expect(rooms.tell()).rejects.toMatchObject({ code });
    expect(rooms.posted).toEqual(heard);
  },
);
