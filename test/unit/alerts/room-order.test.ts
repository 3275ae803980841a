/** The order of new posts in a room: what is told at once waits for what is older there, and for nothing else. */
import { expect, it } from 'vitest';
import { createRoomOrder } from '../../../src/alerts/room-order.ts';
import type { AlertGroup } from '../../../src/store/alert-group.ts';
import { createFakeClock } from '../../doubles/fake-clock.ts';

const at = (room: string) => ({ chat: 'team', room });

function makeOrder() {
  const clock = createFakeClock(0);
  const order = createRoomOrder({ isNext: async () => true }, clock);
  const posted: string[] = [];
  const told = (key: string, untoldMs: number, room: string) => {
    const line = order.enter();
    const post = async () => {
      await line.mayPost(at(room));
      posted.push(key);
    };
    const know = () => line.expect({ key, untoldMs } as AlertGroup, [at(room)]);
    return { line, know, post };
  };
  return { clock, posted, told };
}

/** Everything that is not waited for. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

it('lets what is newer wait for what is older in the same room, also while nobody knows what that is', async () => {
  const { posted, told } = makeOrder();
  const [older, newer, other] = [told('older', 1, 'ops'), told('newer', 2, 'ops'), told('other', 3, 'shop')];
  newer.know();
  other.know();
  const waiting = newer.post();
  const elsewhere = other.post();
  await settled();
  expect(posted).toEqual([]);
  older.know();
  await elsewhere;
  expect(posted).toEqual(['other']);
  await older.post();
  await settled();
  expect(posted).toEqual(['other', 'older']);
  older.line.leave();
  await waiting;
  expect(posted).toEqual(['other', 'older', 'newer']);
});

it('waits for nothing that is slow or gone', async () => {
  const { clock, posted, told } = makeOrder();
  const [older, newer] = [told('older', 1, 'ops'), told('newer', 2, 'ops')];
  older.know();
  newer.know();
  const waiting = newer.post();
  await clock.advance(999);
  await waiting;
  expect([posted, clock.sleepers]).toEqual([['newer'], 0]);
  const [third, fourth] = [told('third', 3, 'ops'), told('fourth', 4, 'ops')];
  fourth.know();
  const last = fourth.post();
  older.line.leave();
  newer.line.leave();
  third.line.leave();
  await last;
  expect(posted).toEqual(['newer', 'fourth']);
});
