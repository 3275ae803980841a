import { expect, it } from 'vitest';
import { giveWay, type RunningChat, runChat, sayWhatLacks } from '../../src/app-chats.ts';
import { BotError } from '../../src/domain/errors.ts';
import { createFakeClock } from '../doubles/fake-clock.ts';

/** A chat that hears when a test says so. */
function chatNamed(name: string) {
  const state = { isConnected: false };
  const stop = new AbortController();
  return { name, chat: state, stop } as unknown as RunningChat & { readonly chat: typeof state };
}

it('keeps the old connection of a chat until the new one hears', async () => {
  const clock = createFakeClock(0);
  const [old, successor] = [chatNamed('team'), chatNamed('team')];
  const ended = giveWay(old, [chatNamed('other'), successor], clock, new AbortController().signal);
  await clock.advance(5_000);
  expect(old.stop.signal.aborted).toBe(false);
  successor.chat.isConnected = true;
  await clock.advance(1_000);
  await ended;
  expect(old.stop.signal.aborted).toBe(true);
});

it('ends it after a while also where the new one cannot connect', async () => {
  const clock = createFakeClock(0);
  const old = chatNamed('team');
  const ended = giveWay(old, [chatNamed('team')], clock, new AbortController().signal);
  await clock.advance(60_000);
  await ended;
  expect(old.stop.signal.aborted).toBe(true);
});

it('ends it at once where the chat is no longer wanted, or the bot stops', async () => {
  const clock = createFakeClock(0);
  const [gone, stopped] = [chatNamed('gone'), chatNamed('team')];
  await giveWay(gone, [chatNamed('team')], clock, new AbortController().signal);
  const stopping = new AbortController();
  const ended = giveWay(stopped, [chatNamed('team')], clock, stopping.signal);
  stopping.abort();
  await ended;
  expect([gone, stopped].map(({ stop }) => stop.signal.aborted)).toEqual([true, true]);
});

/** A chat that hears when a test says so, and lacks a room; what is logged of it. */
function lackingChat(check: () => Promise<{ problems: readonly string[] }>) {
  const logged: string[] = [];
  const asked: unknown[] = [];
  const note = (level: string) => (fields: { problems?: readonly string[] }) =>
    void logged.push(`${level} ${fields.problems?.join()}`);
  const log = { warn: note('warn'), info: note('info') } as unknown as Parameters<typeof sayWhatLacks>[2]['log'];
  const running = chatNamed('team');
  Object.assign(running.chat, {
    check: (_signal: AbortSignal, rooms: readonly string[]) => {
      asked.push(rooms);
      return check();
    },
  });
  return { running, log, logged, asked };
}

it('says once, when the chat hears, which rooms of the configuration it has not', async () => {
  const clock = createFakeClock(0);
  const { running, log, logged, asked } = lackingChat(async () => ({ problems: ['no room oncal'] }));
  const said = sayWhatLacks(running, ['oncal'], { clock, log });
  await clock.advance(60_000);
  expect(asked).toEqual([]);
  running.chat.isConnected = true;
  await clock.advance(60_000);
  await said;
  expect([asked, logged]).toEqual([[['oncal']], ['warn no room oncal']]);
});

it('says nothing where nothing is lacking, and rejects for no failure', async () => {
  const clock = createFakeClock(0);
  for (const check of [async () => ({ problems: [] }), () => Promise.reject(new Error('gone'))]) {
    const { running, log, logged } = lackingChat(check);
    running.chat.isConnected = true;
    await sayWhatLacks(running, [], { clock, log });
    expect(logged.filter((line) => line.startsWith('warn'))).toEqual([]);
  }
});

it('waits no longer for a chat that is away, or stopped', async () => {
  const clock = createFakeClock(0);
  const away = lackingChat(async () => ({ problems: ['x'] }));
  const stopped = lackingChat(async () => ({ problems: ['x'] }));
  const said = [away, stopped].map(({ running, log }) => sayWhatLacks(running, [], { clock, log }));
  stopped.running.stop.abort();
  await clock.advance(20 * 60_000);
  await Promise.all(said);
  expect([away.logged, stopped.logged, clock.sleepers]).toEqual([[], [], 0]);
});

it('logs a refusal once while it lasts, and at once when the chat had worked since', async () => {
  const clock = createFakeClock(0);
  const running = chatNamed('team');
  const worksMs = [0, 0, 0, 5 * 60_000, 0];
  const signal = running.stop.signal;
  const start = async () => {
    const forMs = worksMs.shift();
    if (forMs === undefined) await clock.sleep(Number.MAX_SAFE_INTEGER, signal);
    if (forMs) await clock.sleep(forMs, signal);
    throw new BotError('CHAT_AUTH', 'The token is wrong.');
  };
  Object.assign(running.chat, { start });
  const toldMs: number[] = [];
  const log = { error: () => void toldMs.push(clock.now()), debug: () => undefined };
  const store = { cursorOf: async () => undefined };
  const done = runChat(running, undefined as never, store as never, { clock, log } as never);
  for (let minute = 0; minute < 12; minute += 1) await clock.advance(60_000);
  expect(toldMs).toEqual([0, 8 * 60_000]);
  running.stop.abort();
  await done;
});
