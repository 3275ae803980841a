import { expect, it } from 'vitest';
import type { RestCall, RestClient } from '../../../../src/chat/rocketchat/rest-client.ts';
import { createRooms } from '../../../../src/chat/rocketchat/rooms.ts';
import { BotError } from '../../../../src/domain/errors.ts';

const never = new AbortController().signal;
const iso = (ms: number) => new Date(ms).toISOString();
const OPS = {
  _id: 'GENERALGENERAL123',
  t: 'c',
  name: 'ops',
  fname: 'Ops Team',
  lm: iso(1_000),
  _updatedAt: iso(1_000),
};

/** A REST client that gives `reply` for each call and notes them. */
function makeRooms(reply: (call: { path: string; query?: unknown }) => unknown) {
  const calls: { path: string; query?: unknown }[] = [];
  const rest = {
    call: async ({ path, query, schema }: RestCall<never>) => {
      calls.push({ path, query });
      return (schema as { parse(value: unknown): unknown }).parse(reply({ path, query }));
    },
  } as unknown as RestClient;
  return { calls, rooms: createRooms(rest, 'chat.example.net') };
}

it('reads all rooms the first time, then the changed ones', async () => {
  const { rooms, calls } = makeRooms(() => ({ update: [OPS] }));
  expect(await rooms.refresh(5_000, never)).toEqual([]);
  expect(rooms.byName('#OPS')?._id).toBe(OPS._id);
  expect(rooms.byName('ops team')?._id).toBe(OPS._id);
  await rooms.refresh(5_000, never);
  expect(calls.map(({ query }) => query)).toEqual([{}, { updatedSince: iso(5_000) }]);
});

it('counts a room as moved when only a thread in it did, which `lm` does not show', async () => {
  const { rooms } = makeRooms(() => ({
    update: [
      OPS,
      { ...OPS, _id: 'thread', _updatedAt: iso(6_000) },
      { ...OPS, _id: 'old', lm: null },
      { broken: true },
    ],
  }));
  expect((await rooms.refresh(5_000, never)).map(({ _id }) => _id)).toEqual(['thread']);
});

it('resolves a known name without a call, an id as it is, and asks for other names', async () => {
  const { rooms, calls } = makeRooms(({ path }) =>
    path === 'rooms.get' ? { update: [OPS] } : { room: { ...OPS, _id: 'found' } },
  );
  await rooms.refresh(0, never);
  expect(await rooms.resolve('#ops', never)).toBe(OPS._id);
  expect(await rooms.resolve('aB3dE6gH9jK2mN5pQ', never)).toBe('aB3dE6gH9jK2mN5pQ');
  expect(calls).toHaveLength(1);
  expect(await rooms.resolve('#elsewhere', never)).toBe('found');
});

it.each([
  [new BotError('CHAT_FORBIDDEN', 'not allowed'), 'CHAT_NO_SUCH_ROOM'],
  [new BotError('CHAT_UNREACHABLE', 'down'), 'CHAT_UNREACHABLE'],
  [new BotError('CHAT_FORBIDDEN', 'archived', { errorType: 'error-room-archived' }), 'CHAT_FORBIDDEN'],
])('says of a room it cannot find after %s: %s', async (failure, code) => {
  const { rooms } = makeRooms(() => {
    throw failure;
  });
  await expect(rooms.resolve('elsewhere', never)).rejects.toMatchObject({ code });
});
