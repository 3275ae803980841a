import { expect, it } from 'vitest';
import { giveWay, type RunningChat } from '../../src/app-chats.ts';
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
