import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import type { ChatMessage } from '../../../../src/chat/chat.ts';
import { createReceiver, type ReceiverDeps } from '../../../../src/chat/rocketchat/receiver.ts';
import { systemClock } from '../../../../src/lib/clock.ts';

const settle = () => new Promise((resolve) => setTimeout(resolve, 20));
const ROOM = { roomParticipant: true, roomType: 'c', roomName: 'ops' };

const said = (id: string, more: object = {}) => ({
  _id: id,
  rid: 'room',
  msg: `@glimpse ${id}`,
  ts: { $date: 1_000 },
  u: { _id: 'anaId', username: 'ana' },
  ...more,
});

/** Rooms of which nothing is known. */
const NO_ROOMS: ReceiverDeps['rooms'] = {
  refresh: async () => [],
  byId: () => undefined,
  learn: async () => undefined,
  byName: () => undefined,
  resolve: async (id) => id,
};

/** A receiver whose neighbours know nothing of note. */
function makeReceiver(more: Partial<ReceiverDeps> = {}) {
  const taken: ChatMessage[] = [];
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const receiver = createReceiver(
    {
      chat: 'team',
      onMessage: async (message) => void taken.push(message),
      bot: () => ({ userId: 'botId', username: 'glimpse' }),
      rooms: NO_ROOMS,
      people: { get: async () => ({ isBot: false }) },
      threads: { noteQuestion() {}, noteOwn() {}, isOurs: async () => true },
      bareLines: {},
      clock: systemClock,
      log: pino({ level: 'silent' }),
      floorMs: () => 0,
      onOverflow: () => undefined,
      ...more,
    },
    stop.signal,
  );
  return { receiver, taken, texts: () => taken.map(({ text }) => text) };
}

it('keeps live messages back until what was said before them is in', async () => {
  const { receiver, texts } = makeReceiver();
  receiver.hold();
  receiver.live(said('live'), ROOM);
  receiver.live(said('both'), ROOM);
  await settle();
  expect(texts()).toEqual([]);
  const message = { ...said('older'), ts: 900, tmid: null, editedAt: null } as never;
  receiver.backlog([
    { message, room: ROOM },
    { message: { ...said('both'), ts: 950 } as never, room: ROOM },
  ]);
  receiver.release();
  await settle();
  expect(texts()).toEqual(['older', 'both', 'live']);
});

it('is not filled up by rooms that the bot has not joined', () => {
  let overflows = 0;
  const onOverflow = () => {
    overflows += 1;
  };
  const { receiver } = makeReceiver({ onOverflow });
  receiver.hold();
  for (let index = 0; index < 2_000; index += 1) receiver.live(said(`m${index}`), { ...ROOM, roomParticipant: false });
  expect(overflows).toBe(0);
});

it('keeps the order of a room while another room waits', async () => {
  const gate = Promise.withResolvers<void>();
  const people = {
    get: async (id: string) => {
      if (id === 'slowId') await gate.promise;
      return { isBot: false };
    },
  };
  const { receiver, texts } = makeReceiver({ people });
  receiver.live(said('slow', { u: { _id: 'slowId', username: 'slow' } }), ROOM);
  receiver.live(said('behind'), ROOM);
  receiver.live(said('elsewhere', { rid: 'other' }), ROOM);
  await settle();
  expect(texts()).toEqual(['elsewhere']);
  gate.resolve();
  await settle();
  expect(texts()).toEqual(['elsewhere', 'slow', 'behind']);
});

it('gives the connection up when too many messages wait, and tells from when to catch up', async () => {
  let overflows = 0;
  const onMessage = () => new Promise<void>(() => undefined);
  const { receiver } = makeReceiver({
    onMessage,
    onOverflow: () => {
      overflows += 1;
    },
  });
  for (let index = 0; index < 1_000; index += 1) receiver.live(said(`m${index}`), ROOM);
  expect(overflows).toBe(0);
  receiver.live(said('late', { ts: { $date: 5_000 } }), ROOM);
  receiver.live(said('later', { ts: { $date: 6_000 } }), ROOM);
  expect(overflows).toBe(2);
  expect([receiver.takeOverflow(), receiver.takeOverflow()]).toEqual([5_000, undefined]);
});

it('takes a message that had to be dropped when catch-up brings it again', async () => {
  const gate = Promise.withResolvers<void>();
  const heard: string[] = [];
  const onMessage = async ({ text }: ChatMessage) => {
    await gate.promise;
    heard.push(text);
  };
  const { receiver } = makeReceiver({ onMessage });
  for (let index = 0; index < 1_000; index += 1) receiver.live(said(`m${index}`), ROOM);
  receiver.live(said('late'), ROOM);
  gate.resolve();
  await settle();
  receiver.backlog([{ message: { ...said('late'), ts: 1_000 } as never, room: ROOM }]);
  await settle();
  expect(heard).toHaveLength(1_001);
  expect(heard.at(-1)).toBe('late');
});

it('does not answer another bot that the server knows as one', async () => {
  const { receiver, texts } = makeReceiver({ people: { get: async (id) => ({ isBot: id === 'otherId' }) } });
  receiver.live(said('from a bot', { u: { _id: 'otherId', username: 'other' } }), ROOM);
  receiver.live(said('from ana'), ROOM);
  await settle();
  expect(texts()).toEqual(['from ana']);
});

it('stops a loop in a dialogue, where no mention is needed', async () => {
  const { receiver, taken } = makeReceiver();
  const room = { roomParticipant: true, roomType: 'd' };
  for (let index = 0; index < 100; index += 1) receiver.live(said(`m${index}`, { msg: 'echo' }), room);
  await settle();
  expect(taken).toHaveLength(60);
});

it.each([
  [undefined, undefined],
  ['text', ROOM],
  [{ ...said('x'), ts: 'not a date' }, ROOM],
  [{ ...said('x'), u: null }, ROOM],
  [said('x'), { roomParticipant: 'yes' }],
  [said('x'), 'ops'],
])('passes over an event it cannot read: %j', async (message, room) => {
  const { receiver, taken } = makeReceiver();
  receiver.live(message, room);
  await settle();
  expect(taken).toEqual([]);
});

it('finds out that a new direct room has more than two members before it answers there', async () => {
  const known = new Map<string, { _id: string; t: string; uids: string[] }>();
  const rooms = {
    ...NO_ROOMS,
    byId: (id: string) => known.get(id) as never,
    learn: async (id: string) => void known.set(id, { _id: id, t: 'd', uids: ['botId', 'anaId', 'benId'] }),
  };
  const { receiver, taken } = makeReceiver({ rooms });
  const room = { roomParticipant: true, roomType: 'd' };
  receiver.live(said('talk', { msg: 'cpu web01' }), room);
  receiver.live(said('asked'), room);
  await settle();
  expect(taken).toMatchObject([{ text: 'asked', isDirect: false }]);
});

it('goes by the name that a room has now', async () => {
  const rooms = { ...NO_ROOMS, byId: () => ({ _id: 'room', t: 'c', name: 'ops', fname: 'Ops' }) as never };
  const { receiver, taken } = makeReceiver({ rooms, bareLines: { ops: true, 'ops-new': true } });
  receiver.live(said('bare', { msg: 'cpu web01' }), { ...ROOM, roomName: 'ops-old' });
  receiver.live(said('bare2', { msg: 'cpu web02' }), { ...ROOM, roomName: 'ops-new' });
  await settle();
  expect(taken).toMatchObject([{ text: 'cpu web02', roomName: 'ops-new' }]);
});
