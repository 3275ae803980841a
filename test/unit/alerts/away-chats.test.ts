/** A chat that took no words: one post tries it at a time, the others wait for what becomes of it or are not sent at all. */
import { expect, it } from 'vitest';
import { createAwayChats, isUntried } from '../../../src/alerts/away-chats.ts';
import { BotError } from '../../../src/domain/errors.ts';
import { createFakeClock } from '../../doubles/fake-clock.ts';

const fail = () => Promise.reject(new BotError('CHAT_UNREACHABLE', 'The chat is away.'));

it('lets one try, and sends nothing of the others while it is away', async () => {
  const clock = createFakeClock(0);
  const away = createAwayChats(clock);
  await expect(away.reach('team', fail)).rejects.toSatisfy((thrown) => !isUntried(thrown));
  await expect(away.reach('team', async () => 'sent')).rejects.toSatisfy(isUntried);
  expect(await away.reach('other', async () => 'sent')).toBe('sent');
  await clock.advance(5_000);
  let tries = 0;
  const outcomes = await Promise.allSettled(
    Array.from({ length: 5 }, () =>
      away.reach('team', () => {
        tries += 1;
        return fail();
      }),
    ),
  );
  expect(tries).toBe(1);
  expect(outcomes.map((one) => one.status === 'rejected' && isUntried(one.reason))).toEqual([
    false,
    true,
    true,
    true,
    true,
  ]);
});

it('lets all go on in their order when the one that tried got through', async () => {
  const clock = createFakeClock(0);
  const away = createAwayChats(clock);
  await expect(away.reach('team', fail)).rejects.toThrow('The chat is away.');
  await clock.advance(5_000);
  const sent: number[] = [];
  await Promise.all([1, 2, 3].map((index) => away.reach('team', async () => sent.push(index))));
  expect(sent).toEqual([1, 2, 3]);
});

it('holds nobody up who could tell others while the one that tries hears nothing, and lets all go on when it does', async () => {
  const clock = createFakeClock(0);
  const away = createAwayChats(clock);
  await expect(away.reach('team', fail)).rejects.toThrow('The chat is away.');
  await clock.advance(5_000);
  const { promise, resolve } = Promise.withResolvers<void>();
  const trying = away.reach('team', () => promise);
  const waiting = expect(away.reach('team', async () => 'sent')).rejects.toSatisfy(isUntried);
  await clock.advance(3_000);
  await waiting;
  await expect(away.reach('team', async () => 'sent')).rejects.toSatisfy(isUntried);
  resolve();
  await trying;
  expect(await away.reach('team', async () => 'sent')).toBe('sent');
  expect(clock.sleepers).toBe(0);
});

it('tries a second time what a broken connection kept from a chat, not what it says nothing to', async () => {
  const away = createAwayChats(createFakeClock(0));
  const failingOnce = (details: object) => {
    let tries = 0;
    return async () => {
      tries += 1;
      if (tries === 1) throw new BotError('CHAT_UNREACHABLE', 'It failed.', details as Record<string, never>);
      return 'sent';
    };
  };
  expect(await away.reach('team', failingOnce({ reason: 'ECONNRESET' }))).toBe('sent');
  await expect(away.reach('team', failingOnce({ timeoutMs: 15_000 }))).rejects.toThrow('It failed.');
});

it('does not take a room that refuses for a chat that is away', async () => {
  const away = createAwayChats(createFakeClock(0));
  const refuse = () => Promise.reject(new BotError('CHAT_FORBIDDEN', 'Not there.'));
  await expect(away.reach('team', refuse)).rejects.toThrow('Not there.');
  expect(await away.reach('team', async () => 'sent')).toBe('sent');
});
