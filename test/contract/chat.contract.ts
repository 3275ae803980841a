/** What every chat must do, whatever the platform: run over each registered kind. */
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Chat, ChatDefinition, ChatMessage } from '../../src/chat/chat.ts';
import { BotError } from '../../src/domain/errors.ts';
import type { Attachment, Message } from '../../src/domain/message.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createLocalRateBudget } from '../../src/lib/rate-budget.ts';

/** A platform that a test can play on; it closes when the test ends. */
export interface ChatPlatform {
  /** Options as the config would have them, {@link CHAT_SECRET} in them as the only secret. */
  readonly options: unknown;
  /** Id of a room that the bot and a person are in. */
  readonly room: string;
  /** Says something in the room; gives the message's id. */
  say(text: string, as: 'person' | 'bot' | 'other bot', threadId?: string): string;
  /** How the bot is addressed: `@glimpse`. */
  readonly mention: string;
  /** What the bot has posted in the room, oldest first. */
  posts(): readonly { readonly text: string; readonly threadId?: string; readonly fileBytes?: number }[];
  /** The next call that posts is refused for a moment, as the platform says it. */
  slowDownOnce(): void;
  /** The next file is refused. */
  refuseFileOnce(): void;
  /** The next call that posts succeeds, but its answer never arrives. */
  loseAnswerOnce(): void;
  /** Breaks the live connection. */
  dropLink(): void;
  /** The bot's credentials do not count any more. */
  revoke(): void;
  /** Nobody answers any more. */
  close(): Promise<void>;
}

/** How the suite sets up one kind. */
export interface ChatHarness {
  readonly definition: ChatDefinition;
  start(limits?: { readonly maxChars?: number }): Promise<ChatPlatform>;
}

/** The bot's secret; must never be seen. */
export const CHAT_SECRET = 'hunter2-9876543210';

const PICTURE: Attachment = {
  fileName: 'cpu.png',
  mediaType: 'image/png',
  bytes: Uint8Array.from({ length: 300 }, (_, index) => index % 256),
  alt: 'CPU of web01 62 % now.',
};
const words = (text: string): Message => ({ blocks: [{ kind: 'text', lines: [[text]] }] });
const inTime = () => AbortSignal.timeout(20_000);

async function until(claim: () => boolean, what: string): Promise<void> {
  for (let round = 0; round < 3_000; round += 1) {
    if (claim()) return;
    await systemClock.sleep(5);
  }
  throw new Error(`never happened: ${what}`);
}

/** Adds the contract's tests for one kind. */
export function describeChatContract(harness: ChatHarness): void {
  const { definition } = harness;

  async function start(limits?: { readonly maxChars?: number }) {
    const platform = await harness.start(limits);
    const logged: string[] = [];
    const log = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
    const options = definition.options.parse(platform.options);
    const budget = createLocalRateBudget(systemClock);
    const chat = definition.create(options, { name: 'test', clock: systemClock, log, budget });
    const place = { chat: 'test', room: platform.room };
    const post = (text: string, key = text, threadId?: string) =>
      chat.post(words(text), { ...place, ...(threadId && { threadId }) }, { idempotencyKey: key }, inTime());
    return { ...platform, chat, logged, place, post };
  }

  async function startListening() {
    const started = await start();
    const heard = await listen(started.chat);
    return { ...started, ...heard };
  }

  describe(`a chat of kind ${definition.kind}`, () => {
    it('hears questions, without the mention, and nothing that bots say', async () => {
      const { say, mention, heard } = await startListening();
      say(`${mention} cpu of myself`, 'bot');
      say(`${mention} cpu of a bot`, 'other bot');
      say('lunch?', 'person');
      const id = say(`${mention} cpu web01`, 'person');
      await until(() => heard.length > 0, 'the question arrives');
      await systemClock.sleep(100);
      expect(heard).toMatchObject([{ id, chat: 'test', text: 'cpu web01', isAddressed: true, isDirect: false }]);
    });

    it('hears after a broken link what was said meanwhile, once', async () => {
      const { say, mention, heard, chat, dropLink } = await startListening();
      say(`${mention} one`, 'person');
      await until(() => heard.length === 1, 'the first question arrives');
      dropLink();
      say(`${mention} two`, 'person');
      await until(() => heard.length === 2 && chat.isConnected, 'the second question arrives');
      say(`${mention} three`, 'person');
      await until(() => heard.length === 3, 'the third question arrives');
      await systemClock.sleep(100);
      expect(heard.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
    });

    it('stops for good when its credentials do not count any more', async () => {
      const { ended, revoke } = await startListening();
      revoke();
      await expect(ended).rejects.toMatchObject({ code: 'CHAT_AUTH' });
    });

    it('stops without a fault when it is told to', async () => {
      const { ended, stop, chat } = await startListening();
      stop();
      await expect(ended).resolves.toBeUndefined();
      expect(chat.isConnected).toBe(false);
    });

    it('posts into the room and into a thread', async () => {
      const { post, say, posts } = await start();
      const root = say('lunch?', 'person');
      await post('in the room');
      await post('in the thread', 'key', root);
      expect(posts()).toMatchObject([{ text: 'in the room' }, { text: 'in the thread', threadId: root }]);
    });

    it('posts a key once', async () => {
      const { post, posts } = await start();
      const first = await post('words', 'key');
      const second = await post('words', 'key');
      // who is called is known by what was there, where a platform tells that
      expect({ firstSaid: 'words', ...second }).toEqual({ ...first, firstSaid: 'words' });
      expect(posts()).toHaveLength(1);
    });

    it('shows the newer words under a key that was posted before', async () => {
      const { post, posts } = await start();
      await post('web01 is down', 'key');
      await post('web01 and web02 are down', 'key');
      expect(posts()).toMatchObject([{ text: 'web01 and web02 are down' }]);
    });

    it('leaves the words under a key that was posted before where that is wanted, and says them', async () => {
      const { chat, place, post, posts } = await start();
      await post('for ana', 'key');
      const options = { idempotencyKey: 'key', keepsEarlier: true };
      const again = await chat.post(words('for ana and bob'), place, options, inTime());
      expect([again.firstSaid, posts().map(({ text }) => text)]).toEqual(['for ana', ['for ana']]);
    });

    it('posts a key once when the answer to the first call was lost', async () => {
      const { post, posts, loseAnswerOnce } = await start();
      loseAnswerOnce();
      await post('words', 'key').catch((thrown: unknown) => expect(thrown).toMatchObject({ retryable: true }));
      await post('words', 'key');
      expect(posts()).toHaveLength(1);
    });

    it('waits when the platform asks to slow down, and posts in order', async () => {
      const { post, posts, slowDownOnce } = await start();
      slowDownOnce();
      await Promise.all([post('one'), post('two'), post('three')]);
      expect(posts().map(({ text }) => text)).toEqual(['one', 'two', 'three']);
    });

    it('posts words after a file was refused', async () => {
      const { chat, place, post, posts, refuseFileOnce } = await start();
      refuseFileOnce();
      const sending = chat.upload?.(PICTURE, words('with picture'), place, { idempotencyKey: 'a' }, inTime());
      await expect(sending ?? Promise.reject(new BotError('CHAT_UPLOAD_REJECTED', 'no uploads'))).rejects.toMatchObject(
        {
          code: 'CHAT_UPLOAD_REJECTED',
        },
      );
      await post('words alone');
      expect(posts()).toMatchObject([{ text: 'words alone' }]);
    });

    it('sends a file whole, with its words', async () => {
      const { chat, place, posts } = await start();
      if (!chat.upload) return;
      await chat.upload(PICTURE, words('with picture'), place, { idempotencyKey: 'a' }, inTime());
      expect(posts()).toMatchObject([{ text: 'with picture', fileBytes: PICTURE.bytes.byteLength }]);
    });

    it('cuts a table to its limit without breaking a fence or a character', async () => {
      const { chat, place, post, posts } = await start({ maxChars: 500 });
      await post('first'); // limits are known once the server was asked
      const table = {
        columns: [
          { title: 'host', align: 'left' as const },
          { title: 'now', align: 'right' as const },
        ],
        rows: Array.from({ length: 60 }, (_, index) => [`🙂 web${index} \`\`\` @all`, '62 %']),
      };
      const message: Message = {
        blocks: [
          { kind: 'table', table },
          { kind: 'code', text: '🙂'.repeat(700) },
        ],
      };
      await chat.post(message, place, { idempotencyKey: 'table' }, inTime());
      for (const { text } of posts()) {
        expect(text.length).toBeLessThanOrEqual(chat.limits.maxChars);
        expect(text.isWellFormed()).toBe(true);
        expect((text.match(/```/g) ?? []).length % 2).toBe(0);
        expect(text).not.toContain('@all');
      }
    });

    it('gives up with the caller', async () => {
      const { chat, place } = await start();
      const signal = AbortSignal.abort(new Error('gone'));
      await expect(chat.post(words('x'), place, { idempotencyKey: 'a' }, signal)).rejects.toThrow('gone');
    });

    it('reports a platform that is not there as retryable, in check as a problem', async () => {
      const { close, post, chat } = await start();
      await close();
      await expect(post('words')).rejects.toMatchObject({ code: 'CHAT_UNREACHABLE', retryable: true });
      expect((await chat.check(inTime())).problems).not.toEqual([]);
    });

    it('shows its secret neither in errors nor in its log', async () => {
      const { ended, revoke, post, chat, logged, dropLink, close } = await startListening();
      const failures: unknown[] = [];
      const note = (thrown: unknown) => failures.push(thrown, (thrown as Error).cause);
      await post('words');
      dropLink();
      revoke();
      await ended.catch(note);
      await post('more').catch(note);
      await chat.check(inTime());
      await close();
      await post('again').catch(note);
      const seen = [...logged, ...failures.map(String), JSON.stringify(failures)].join('\n');
      expect(failures.length).toBeGreaterThan(0);
      expect(seen).not.toContain(CHAT_SECRET);
    });
  });
}

async function listen(chat: Chat) {
  const heard: ChatMessage[] = [];
  const stopping = new AbortController();
  const ended = chat.start(async (message) => void heard.push(message), stopping.signal);
  ended.catch(() => undefined);
  const stop = () => stopping.abort();
  onTestFinished(stop);
  await until(() => chat.isConnected, 'the bot connects');
  await systemClock.sleep(50);
  return { heard, ended, stop };
}
