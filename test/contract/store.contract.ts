/** What every store must do, whichever database is behind it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../src/chat/chat.ts';
import type { Store } from '../../src/store/store.ts';

/** A store under test: `open` may be called again after a close and finds what was kept. */
export interface StoreUnderTest {
  readonly name: string;
  open(): Promise<Store>;
}

let counter = 0;

function messageOf(text: string): ChatMessage {
  counter += 1;
  const id = `m${counter}-${process.pid}-${Math.random()}`;
  return {
    id,
    chat: 'team',
    room: 'ops',
    isDirect: false,
    isAddressed: true,
    text,
    sentMs: 1,
    user: { id: 'u1', name: 'ana' },
  };
}

/** Collects what is answered and lets a test wait for it. */
function collector() {
  const seen: string[] = [];
  const waiting: { count: number; done(): void }[] = [];
  return {
    seen,
    async handle(message: ChatMessage) {
      seen.push(message.text);
      for (const { count, done } of waiting) if (seen.length >= count) done();
    },
    until: (count: number) =>
      new Promise<void>((done) => {
        if (seen.length >= count) done();
        else waiting.push({ count, done });
      }),
  };
}

/** Registers the suite for one store. */
export function testStore({ name, open }: StoreUnderTest): void {
  describe(`the store on ${name}`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close(0));

    it('answers a submitted message once, however often it is submitted', async () => {
      const { seen, handle, until } = collector();
      await store.work(handle);
      const message = messageOf('cpu web01');
      const outcomes = await Promise.all([store.submit(message), store.submit(message), store.submit(message)]);
      await until(1);
      await store.submit(messageOf('cpu web02'));
      await until(2);
      expect(outcomes.sort()).toEqual(['accepted', 'duplicate', 'duplicate']);
      expect(seen).toEqual(['cpu web01', 'cpu web02']);
    });

    it('answers after a restart what was stored before it', async () => {
      const message = messageOf('load db01');
      await store.submit(message);
      await store.close(0);
      store = await open();
      const { seen, handle, until } = collector();
      await store.work(handle);
      await until(1);
      expect(seen).toEqual(['load db01']);
      expect(await store.submit(message)).toBe('duplicate');
    });

    it('tries again when answering failed', async () => {
      let tries = 0;
      const answered = new Promise<void>((resolve) => {
        void store.work(async () => {
          tries += 1;
          if (tries === 1) throw new Error('the chat is down');
          resolve();
        });
      });
      await store.submit(messageOf('cpu web01'));
      await answered;
      expect(tries).toBe(2);
    });

    it('keeps what a conversation last asked', async () => {
      await store.remember('team/thread-1', { query: 'cpu', hosts: ['web01', 'ž"\\'] });
      await store.remember('team/thread-1', { query: 'load' });
      await store.remember('team/thread-2', ['a']);
      expect(await store.recall('team/thread-1')).toEqual({ query: 'load' });
      expect(await store.recall('team/thread-2')).toEqual(['a']);
      expect(await store.recall('team/never')).toBeUndefined();
    });

    it("keeps people's zones", async () => {
      expect(await store.zoneOf(`team/new-${counter}`)).toBeUndefined();
      await store.setZone('team/u1', 'Europe/Berlin');
      await store.setZone('team/u1', 'Asia/Kolkata');
      expect(await store.zoneOf('team/u1')).toBe('Asia/Kolkata');
    });

    it('never moves a cursor back', async () => {
      const chat = `chat-${Math.random()}`;
      expect(await store.cursorOf(chat)).toBeUndefined();
      await store.moveCursor(chat, 2_000_000_000_000);
      await store.moveCursor(chat, 1_000_000_000_000);
      expect(await store.cursorOf(chat)).toBe(2_000_000_000_000);
    });

    it('lets no more calls through than the budget has, however many ask at once', async () => {
      const key = `chat.sendMessage-${Math.random()}`;
      const waits = await Promise.all(Array.from({ length: 25 }, () => store.budget.take(key, 10, 60_000)));
      expect(waits.filter((wait) => wait === 0)).toHaveLength(10);
      expect(Math.max(...waits)).toBeLessThanOrEqual(60_000);
      expect(Math.min(...waits.filter((wait) => wait > 0))).toBeGreaterThan(40_000);
    });

    it('gives calls back when their window has passed', async () => {
      const key = `rooms.media-${Math.random()}`;
      expect(await store.budget.take(key, 1, 50)).toBe(0);
      for (let wait = await store.budget.take(key, 1, 50); wait > 0; wait = await store.budget.take(key, 1, 50)) {
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    });

    it('holds calls back for as long as the platform said', async () => {
      const key = `users.info-${Math.random()}`;
      await store.budget.block(key, 30_000);
      const wait = await store.budget.take(key, 10, 60_000);
      expect(wait).toBeGreaterThan(20_000);
      expect(wait).toBeLessThanOrEqual(30_000);
    });
  });
}
