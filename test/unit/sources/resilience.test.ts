import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { BotError, type ErrorCode } from '../../../src/domain/errors.ts';
import { type ResilienceOptions, withResilience } from '../../../src/sources/resilience.ts';
import type { FetchWindow, Source } from '../../../src/sources/source.ts';

const window: FetchWindow = { fromMs: 0, toMs: 1, zone: 'UTC', maxPoints: 1 };
const request = { label: 'x' };

/** A source whose fetches do what `fetch` says, by their number. */
function protect(
  fetch: (count: number, signal: AbortSignal) => Promise<unknown>,
  options: Partial<ResilienceOptions> = {},
) {
  let calls = 0;
  const source: Source = {
    request: () => request,
    link: () => 'https://link.example/',
    check: async () => ({ problems: ['seen as it is'] }),
    fetch: async (_, __, signal) => {
      await fetch(calls++, signal);
      return [];
    },
  };
  const safe = withResilience(source, 'graphite-eu', { title: 'Graphite', timeoutMs: 5_000, jitterMs: 1, ...options });
  const ask = (signal = AbortSignal.timeout(20_000)) => safe.fetch(request, window, signal);
  return { safe, ask, calls: () => calls };
}

function fails(code: ErrorCode, details = {}) {
  return () => Promise.reject(new BotError(code, `It failed with ${code}.`, details));
}

it.each<[ErrorCode, number]>([
  ['SOURCE_BACKEND_DOWN', 2],
  ['SOURCE_OVERLOADED', 2],
  ['SOURCE_TIMEOUT', 1],
  ['SOURCE_AUTH', 1],
  ['SOURCE_BAD_QUERY', 1],
  ['SOURCE_UNEXPECTED', 1],
])('asks %s this often: %i', async (code, times) => {
  const { ask, calls } = protect(fails(code));
  await expect(ask()).rejects.toMatchObject({ code, details: { source: 'graphite-eu' } });
  expect(calls()).toBe(times);
});

it('waits as long as the source asks before it tries again', async () => {
  const { ask, calls } = protect((count) =>
    count === 0 ? fails('SOURCE_OVERLOADED', { retryAfterMs: 300 })() : Promise.resolve(),
  );
  const answer = ask();
  await sleep(100);
  expect(calls()).toBe(1);
  await answer;
  expect(calls()).toBe(2);
});

it('does not wait for longer than the answer could take', async () => {
  const { ask, calls } = protect(fails('SOURCE_OVERLOADED', { retryAfterMs: 2_600 }));
  await expect(ask()).rejects.toMatchObject({ code: 'SOURCE_OVERLOADED', details: { retryAfterMs: 2_600 } });
  expect(calls()).toBe(1);
});

it('ends what takes too long, also when the source ignores its signal', async () => {
  const { ask } = protect(() => sleep(30_000, undefined, { ref: false }), { timeoutMs: 100 });
  await expect(ask()).rejects.toMatchObject({
    code: 'SOURCE_TIMEOUT',
    message: 'Graphite did not answer within 0.1 s.',
  });
});

it('leaves a source alone that failed five times in a row, and says so', async () => {
  const { ask, calls } = protect(fails('SOURCE_TIMEOUT'));
  for (let count = 0; count < 5; count += 1) await ask().catch(() => undefined);
  await expect(ask()).rejects.toMatchObject({
    code: 'SOURCE_BACKEND_DOWN',
    message: 'It failed with SOURCE_TIMEOUT. It failed 5 times in a row, so it is left alone for 10 s.',
    details: { source: 'graphite-eu' },
  });
  expect(calls()).toBe(5);
});

it('asks it again after the pause, and trusts it when it answers', async () => {
  const { ask, calls } = protect((count) => (count < 2 ? fails('SOURCE_TIMEOUT')() : Promise.resolve()), {
    breakAfter: 2,
    pauseMs: 50,
  });
  for (let count = 0; count < 3; count += 1) await ask().catch(() => undefined);
  expect(calls()).toBe(2);
  await sleep(60);
  await ask();
  await ask();
  expect(calls()).toBe(4);
});

it('does not count wrong questions as bad health', async () => {
  const { ask, calls } = protect(fails('SOURCE_BAD_QUERY'));
  for (let count = 0; count < 12; count += 1) await ask().catch(() => undefined);
  expect(calls()).toBe(12);
});

it('does not count those who gave up as bad health', async () => {
  const { ask, calls } = protect((_, signal) => sleep(30_000, undefined, { signal, ref: false }));
  for (let count = 0; count < 8; count += 1) {
    const aborter = new AbortController();
    const answer = ask(aborter.signal);
    aborter.abort(new Error('gone'));
    await expect(answer).rejects.toThrow('gone');
  }
  expect(calls()).toBe(8);
});

it('counts slowness as bad health', async () => {
  const { ask, calls } = protect((_, signal) => sleep(30_000, undefined, { signal, ref: false }), {
    timeoutMs: 30,
    breakAfter: 2,
  });
  for (let count = 0; count < 2; count += 1) await expect(ask()).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT' });
  await sleep(20);
  await expect(ask()).rejects.toMatchObject({ code: 'SOURCE_BACKEND_DOWN' });
  expect(calls()).toBe(2);
});

it('asks a few things at once, lets some wait and refuses the rest', async () => {
  let [now, most] = [0, 0];
  const { ask } = protect(
    async () => {
      now += 1;
      most = Math.max(most, now);
      await sleep(20);
      now -= 1;
    },
    { atOnce: 2, waiting: 3 },
  );
  const results = await Promise.allSettled(Array.from({ length: 7 }, () => ask()));
  expect(most).toBe(2);
  expect(results.filter(({ status }) => status === 'fulfilled').length).toBe(5);
  expect(results.at(-1)).toMatchObject({
    reason: { code: 'SOURCE_OVERLOADED', message: 'Too many questions wait for Graphite; ask again in a moment.' },
  });
});

it('turns a deadline of the asker into a time-out, and any other reason back into itself', async () => {
  const { ask } = protect((_, signal) => sleep(30_000, undefined, { signal, ref: false }));
  await expect(ask(AbortSignal.timeout(30))).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT' });
  const aborter = new AbortController();
  const answer = ask(aborter.signal);
  const reason = new Error('shutting down');
  aborter.abort(reason);
  await expect(answer).rejects.toBe(reason);
});

it('keeps the cause of what it puts into other words', async () => {
  const cause = new Error('socket');
  const { ask } = protect(() => Promise.reject(new BotError('SOURCE_AUTH', 'No.', {}, { cause })));
  await expect(ask()).rejects.toMatchObject({ code: 'SOURCE_AUTH', message: 'No.', cause });
});

it('checks a source as it is, and passes on what is pure', async () => {
  const { safe, ask } = protect(fails('SOURCE_TIMEOUT'), { breakAfter: 1 });
  await ask().catch(() => undefined);
  expect(await safe.check(AbortSignal.timeout(1_000))).toEqual({ problems: ['seen as it is'] });
  expect(safe.link(request, window)).toBe('https://link.example/');
  expect(safe.request({}, {} as never)).toBe(request);
});

it('has only the capabilities that the source has', async () => {
  const { safe } = protect(() => Promise.resolve());
  expect(Object.keys(safe)).not.toContain('values');
  const values = withResilience({ ...safe, values: async () => ['a'] }, 'x', { title: 'X', timeoutMs: 1_000 }).values;
  expect(await values?.('p', AbortSignal.timeout(1_000))).toEqual(['a']);
});

it('does not take a caller that gave up early for a failure of the source', async () => {
  const { ask, calls } = protect(fails('SOURCE_TIMEOUT', { timeoutMs: 300 }), { breakAfter: 2 });
  for (let count = 1; count <= 4; count += 1) {
    await expect(ask()).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT' });
    expect(calls()).toBe(count);
  }
});

it('says of a source that fails how long ago it still answered, and nothing of one that never did', async () => {
  let nowMs = 1_000_000;
  const clock = { now: () => nowMs };
  const { ask } = protect(async (count) => (count === 0 ? undefined : fails('SOURCE_TIMEOUT')()), { clock });
  await ask();
  nowMs += 180_000;
  await expect(ask()).rejects.toMatchObject({ details: { lastGoodAgoMs: 180_000, source: 'graphite-eu' } });
  const never = protect(fails('SOURCE_TIMEOUT'), { clock });
  const error: BotError = await never.ask().catch((thrown) => thrown);
  expect(error.details).not.toHaveProperty('lastGoodAgoMs');
});
