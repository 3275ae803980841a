import { pino } from 'pino';
import { expect, it } from 'vitest';
import { untilPosted } from '../../../../src/chat/deliver/until-posted.ts';
import { BotError, type ErrorCode } from '../../../../src/domain/errors.ts';
import type { Clock } from '../../../../src/lib/clock.ts';

/** A clock whose sleeps pass at once. */
function fastClock(): Clock {
  let nowMs = 0;
  return {
    now: () => nowMs,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      nowMs += ms;
    },
  };
}

/** Posts that fail with these codes, one after another, then succeed; counts them. */
function posts(codes: readonly ErrorCode[]) {
  const made = { count: 0 };
  const post = async () => {
    const code = codes[made.count];
    made.count += 1;
    if (code) throw new BotError(code, 'no');
    return 'receipt';
  };
  return { made, post };
}

const log = pino({ level: 'silent' });
const never = new AbortController().signal;

it.each<ErrorCode>(['CHAT_UNREACHABLE', 'CHAT_RATE_LIMITED', 'CHAT_AUTH'])('tries again after %s', async (code) => {
  const { made, post } = posts([code, code, code]);
  expect(await untilPosted(post, { clock: fastClock(), log }, never)).toBe('receipt');
  expect(made.count).toBe(4);
});

it.each<ErrorCode>(['CHAT_FORBIDDEN', 'CHAT_NO_SUCH_ROOM', 'CHAT_TOO_LONG'])(
  'gives up at once after %s',
  async (code) => {
    const { made, post } = posts([code]);
    await expect(untilPosted(post, { clock: fastClock(), log }, never)).rejects.toMatchObject({ code });
    expect(made.count).toBe(1);
  },
);

it('leaves the rest to the queue when the chat stays away', async () => {
  const clock = fastClock();
  const { post } = posts(Array.from({ length: 1_000 }, (): ErrorCode => 'CHAT_UNREACHABLE'));
  await expect(untilPosted(post, { clock, log }, never)).rejects.toMatchObject({ code: 'CHAT_UNREACHABLE' });
  expect(clock.now()).toBeGreaterThan(30_000);
  expect(clock.now()).toBeLessThan(60_000);
});

it('stops with its caller', async () => {
  const stop = new AbortController();
  const { made, post } = posts(['CHAT_UNREACHABLE']);
  const both = async () => {
    stop.abort(new Error('stopped'));
    return post();
  };
  await expect(untilPosted(both, { clock: fastClock(), log }, stop.signal)).rejects.toMatchObject({
    code: 'CHAT_UNREACHABLE',
  });
  expect(made.count).toBe(1);
});
