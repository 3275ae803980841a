import { expect, it } from 'vitest';
import { createRateGate } from '../../../../src/chat/rocketchat/rate-gate.ts';
import { createLocalRateBudget } from '../../../../src/lib/rate-budget.ts';
import { createManualClock } from '../../../doubles/rocketchat/manual-clock.ts';

const never = new AbortController().signal;
const headers = (fields: Record<string, string> = {}) => new Headers(fields);

function makeGate() {
  const clock = createManualClock();
  const gate = createRateGate({
    url: new URL('https://chat.example.net/'),
    clock,
    budget: createLocalRateBudget(clock),
  });
  return { clock, gate };
}

/** How many of the calls have passed by now. */
async function passed(calls: readonly Promise<void>[]): Promise<number> {
  await new Promise((resolve) => setImmediate(resolve));
  let count = 0;
  for (const call of calls) void call.then(() => (count += 1)).catch(() => undefined);
  await new Promise((resolve) => setImmediate(resolve));
  return count;
}

it('lets ten calls of a route pass in a minute, then the next ten', async () => {
  const { clock, gate } = makeGate();
  const calls = Array.from({ length: 15 }, () => gate.pass('GET me', undefined, never));
  expect(await passed(calls)).toBe(10);
  await clock.advance(60_250);
  expect(await passed(calls)).toBe(15);
});

it('lets five posts pass in a second', async () => {
  const { clock, gate } = makeGate();
  const calls = Array.from({ length: 7 }, () => gate.pass('POST chat.sendMessage', undefined, never));
  expect(await passed(calls)).toBe(5);
  await clock.advance(1_250);
  expect(await passed(calls)).toBe(7);
});

it('counts routes apart', async () => {
  const { gate } = makeGate();
  const calls = ['GET a', 'GET b'].flatMap((route) => Array.from({ length: 10 }, () => gate.pass(route, 0, never)));
  expect(await passed(calls)).toBe(20);
});

it('limits nothing once an answer without limits showed that the bot is exempt', async () => {
  const { gate } = makeGate();
  expect(gate.isLimited).toBeUndefined();
  await gate.learn('GET me', 200, headers());
  expect(gate.isLimited).toBe(false);
  expect(await passed(Array.from({ length: 50 }, () => gate.pass('GET other', undefined, never)))).toBe(50);
});

it('does not take a refusal before the limiter for an exemption', async () => {
  const { gate } = makeGate();
  for (const status of [400, 401, 404, 502]) await gate.learn('GET me', status, headers());
  expect(gate.isLimited).toBeUndefined();
});

it('keeps the limit that the server names', async () => {
  const { gate } = makeGate();
  await gate.learn('GET me', 200, headers({ 'x-ratelimit-limit': '3' }));
  expect(gate.isLimited).toBe(true);
  expect(await passed(Array.from({ length: 5 }, () => gate.pass('GET me', undefined, never)))).toBe(3);
});

it('waits after a refusal until the absolute time that the server names', async () => {
  const { clock, gate } = makeGate();
  const reset = { 'x-ratelimit-reset': String(clock.now() + 20_000) };
  expect(await gate.learn('GET me', 429, headers(reset))).toBe(20_250);
  const call = gate.pass('GET me', undefined, never);
  await clock.advance(20_000);
  expect(await passed([call])).toBe(0);
  await clock.advance(300);
  expect(await passed([call])).toBe(1);
});

it('reads the reset by the clock of the server where the two differ', async () => {
  const { clock, gate } = makeGate();
  const serverMs = clock.now() + 3_600_000;
  const answer = { 'x-ratelimit-reset': String(serverMs + 5_000), date: new Date(serverMs).toUTCString() };
  expect(await gate.learn('GET me', 429, headers(answer))).toBe(5_250);
});

it.each([
  [{ 'retry-after': '7' }, 7_000],
  [{}, 60_000],
])('waits after a refusal with %j for %i ms', async (fields, ms) => {
  const { gate } = makeGate();
  expect(await gate.learn('GET me', 429, headers(fields))).toBe(ms);
});

it('refuses at once what has no patience', async () => {
  const { gate } = makeGate();
  const calls = Array.from({ length: 10 }, () => gate.pass('GET me', undefined, never));
  await Promise.all(calls);
  await expect(gate.pass('GET me', 0, never)).rejects.toMatchObject({ code: 'CHAT_RATE_LIMITED', retryable: true });
  await expect(gate.pass('GET me', 5_000, never)).rejects.toMatchObject({ details: { retryAfterMs: 60_250 } });
});

it('lets a waiting caller leave', async () => {
  const { gate } = makeGate();
  await Promise.all(Array.from({ length: 10 }, () => gate.pass('GET me', undefined, never)));
  const leaving = new AbortController();
  const call = gate.pass('GET me', undefined, leaving.signal);
  leaving.abort(new Error('gone'));
  await expect(call).rejects.toThrow('gone');
});
