/** What no back end may do to us, whatever it sends: run over one flavour of each registered kind. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BotError } from '../../src/domain/errors.ts';
import type { Frame } from '../../src/domain/frame.ts';
import type { Answering, Received, Reply } from '../doubles/http-backend.ts';
import { binding, createSource, NOW_SECONDS, type SourceHarness, startSource, window } from './source-setting.ts';

const MIB = 1024 * 1024;
/** What a client may take of one body, and what sockets hold beside it. */
const TAKEN_MAX_BYTES = 32 * MIB + 8 * MIB;
/** Chunks, their joining and the text stand side by side for a moment; far below what a bomb unfolds to. */
const PEAK_MAX_BYTES = 128 * MIB;
const LEFT_MAX_BYTES = 12 * MIB;

/** 256 MiB of blanks in 260 kB: gzip may be written in pieces. */
const BOMB = Buffer.concat(Array.from({ length: 16 }, () => gzipSync(Buffer.alloc(16 * MIB, ' '))));
const CHUNK = Buffer.from('[1,2],'.repeat(10_000));

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heldBytes(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** The most memory that was held beyond the start while something ran; that nothing is left of it when it is over. */
async function peakOf(run: () => Promise<unknown>): Promise<number> {
  collect();
  const before = heldBytes();
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().arrayBuffers + before);
  }, 2);
  await run();
  clearInterval(watch);
  await expect.poll(leftBeyond(before), { timeout: 5_000 }).toBeLessThan(LEFT_MAX_BYTES);
  return most - before;
}

const leftBeyond = (before: number) => () => {
  collect();
  return heldBytes() - before;
};

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Path = readonly (string | number)[];

/** Places in a document; of a list only the first. */
function* pathsIn(value: Json, path: Path = []): Generator<Path> {
  yield path;
  if (typeof value !== 'object' || value === null) return;
  const keys = Object.keys(value).slice(0, Array.isArray(value) ? 1 : undefined);
  for (const key of keys) yield* pathsIn((value as Record<string, Json>)[key] as Json, [...path, key]);
}

/** The document with another value at one place. */
function withAt(value: Json, [key, ...rest]: Path, other: Json): Json {
  if (key === undefined) return other;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string | number, Json>;
  copy[key] = withAt(copy[key] as Json, rest, other);
  return copy as Json;
}

/** The same with more keys in every map, `__proto__` among them, which JSON may hold. */
function withKeys(value: Json, extra: Json): Json {
  if (Array.isArray(value)) return value.map((one) => withKeys(one, extra));
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withKeys(one, extra)]));
  for (const key of ['__proto__', 'constructor', 'toString']) {
    Object.defineProperty(copy, key, { value: extra, enumerable: true, configurable: true });
  }
  return copy;
}

const MANY = 10_000;
/** What no picture or table has more of. */
const SERIES_MAX = 500;
const ROWS_MAX = 10_000;
const DEPTH = 100_000;
const deep = (open: string, close: string) => `${open.repeat(DEPTH)}1${close.repeat(DEPTH)}`;
/** Written into a document as a word, then replaced: nothing can print what is nested so deep. */
const DEEP_MARK = 'nested-deep';
const DEEP = [deep('[', ']'), deep('{"a":', '}')] as const;

const OTHERS: readonly Json[] = [null, -7.5, 'x', [[]], { a: [{}] }];

/** How a call ended: well, in our own words about the product, or badly (then it says how). */
async function endOf(call: Promise<unknown>, titles: readonly string[]): Promise<string> {
  try {
    await call;
    return 'well';
  } catch (thrown) {
    if (!(thrown instanceof BotError)) return `badly: ${String(thrown)}`;
    const isOurs = /^(?:SOURCE|ASK)_/.test(thrown.code) && titles.some((title) => thrown.message.includes(title));
    return isOurs ? 'well' : `badly: ${thrown.code} ${thrown.message}`;
  }
}

/** The value with no list in it longer than two. */
function cut(value: Json): Json {
  if (Array.isArray(value)) return value.slice(0, 2).map(cut);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, cut(one)]));
}

/** The lists of a document that hold maps or lists, each with 10,000 times its first. */
function* withMany(document: Json): Generator<Json> {
  for (const path of pathsIn(document)) {
    const list = path.reduce<Json>((at, key) => (at as Record<string | number, Json>)[key] as Json, document);
    if (!Array.isArray(list) || typeof list[0] !== 'object' || list[0] === null) continue;
    yield withAt(document, path, Array(MANY).fill(cut(list[0])) as Json[]);
  }
}

/** Adds the tests for one harness. */
export function describeSourceBounds(harness: SourceHarness): void {
  const { definition } = harness;
  const titles = [definition.title, ...(harness.speaksOf ?? [])];
  const inItsName = expect.stringMatching(new RegExp(`(?:${titles.join('|')}).*\\.$`));
  const start = (answering: Answering, timeoutMs?: number) => startSource(harness, answering, timeoutMs);
  const block = definition.block.parse(harness.block);

  /** What the healthy backend says to one question, in the order of the requests. */
  async function recorded(): Promise<readonly Reply[]> {
    const replies: Reply[] = [];
    const healthy = harness.backend(() => NOW_SECONDS);
    const { ask } = await start(async (request: Received) => {
      const reply = await healthy(request);
      replies.push(reply);
      return reply;
    });
    await ask();
    return replies;
  }

  /** Asks a new source, which hears the recorded answers with one of them changed. */
  async function spoiler() {
    const replies = await recorded();
    let now: { readonly at: number; readonly body: string } | undefined;
    let count = 0;
    const { url } = await start(() => {
      const at = Math.min(count, replies.length - 1);
      count += 1;
      return { ...replies[at], ...(at === now?.at && { body: now.body }) };
    });
    const ask = (at: number, body: string) => {
      count = 0;
      now = { at, body };
      const source = createSource(harness, url);
      const request = source.request(block, { ...binding, arguments: { host: [harness.hosts[0]] } });
      return source.fetch(request, window, AbortSignal.timeout(20_000));
    };
    return { documents: replies.map(({ body }) => jsonIn(body)), ask };
  }

  describe(`a source of kind ${definition.kind}`, () => {
    it('stops reading a body that never ends, and keeps nothing of it', async () => {
      const { ask, endless, open } = await start({ body: '[', endless: { chunk: CHUNK } }, 20_000);
      await peakOf(async () => {
        await expect(ask()).rejects.toMatchObject({ code: 'SOURCE_TOO_MUCH', message: inItsName });
        await expect.poll(() => open.now).toBe(0);
      });
      expect(endless.sentBytes).toBeLessThan(TAKEN_MAX_BYTES);
    });

    it('does not unfold a small body that would become a large one', async () => {
      const { ask } = await start({ headers: { 'content-encoding': 'gzip' }, body: BOMB }, 20_000);
      const peakBytes = await peakOf(() =>
        expect(ask()).rejects.toMatchObject({ code: 'SOURCE_TOO_MUCH', message: inItsName }),
      );
      expect(peakBytes).toBeLessThan(PEAK_MAX_BYTES);
    });

    it('reads nothing of an answer that says it has 50 MB', async () => {
      const headers = { 'content-length': String(50 * MIB) };
      const { ask, endless } = await start({ headers, endless: { chunk: CHUNK } }, 20_000);
      await expect(ask()).rejects.toMatchObject({ code: 'SOURCE_TOO_MUCH', message: inItsName });
      expect(endless.sentBytes).toBeLessThan(8 * MIB);
    });

    it('keeps its deadline when the answer trickles and never ends', async () => {
      const { ask, open } = await start({ body: '[', endless: { chunk: '1,', everyMs: 10 } }, 150);
      await expect(ask()).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT', message: inItsName });
      await expect.poll(() => open.now).toBe(0);
    });

    it('takes any value in any place of an answer, or says that it is no answer', async () => {
      const { documents, ask } = await spoiler();
      const bad: string[] = [];
      for (const [at, document] of documents.entries()) {
        for (const path of pathsIn(document)) {
          for (const other of OTHERS) {
            const end = await endOf(ask(at, JSON.stringify(withAt(document, path, other))), titles);
            if (end !== 'well') bad.push(`${path.join('.')} = ${JSON.stringify(other)} ${end}`);
          }
        }
      }
      expect(bad).toEqual([]);
    });

    it('takes what is nested 100,000 deep in any place, or says that it is no answer', async () => {
      const { documents, ask } = await spoiler();
      const bad: string[] = [];
      for (const [at, document] of documents.entries()) {
        for (const path of pathsIn(document)) {
          const text = JSON.stringify(withAt(document, path, DEEP_MARK));
          const nested = DEEP[path.length % DEEP.length] as string;
          const end = await endOf(ask(at, text.replace(`"${DEEP_MARK}"`, nested)), titles);
          if (end !== 'well') bad.push(`${path.join('.')} ${end}`);
        }
      }
      expect(bad).toEqual([]);
    });

    it('draws no 10,000 series, wherever an answer has them', async () => {
      const { documents, ask } = await spoiler();
      const bad: string[] = [];
      for (const [at, document] of documents.entries()) {
        for (const many of withMany(document)) {
          const answer = ask(at, JSON.stringify(many));
          const end = await endOf(answer, [...titles, 'This would read']);
          const frames = end === 'well' ? await answer.catch(() => []) : [];
          bad.push(
            ...frames
              .map(sizeOf)
              .filter(({ series, rows }) => series > SERIES_MAX || rows > ROWS_MAX)
              .map((size) => JSON.stringify(size)),
          );
          if (end !== 'well') bad.push(end);
        }
      }
      expect(bad).toEqual([]);
    });

    it.each<[string, Json]>([
      ['words', 'x'],
      ['maps', { polluted: 'x' }],
    ])('is not led astray by `__proto__` and the like in every map of an answer, as %s', async (_, extra) => {
      const { documents, ask } = await spoiler();
      const all: string[] = [];
      for (const [at, document] of documents.entries()) {
        all.push(await endOf(ask(at, JSON.stringify(withKeys(document, extra))), titles));
      }
      expect(all).toEqual(documents.map(() => 'well'));
      expect({}).not.toHaveProperty('polluted');
      expect(String({})).toBe('[object Object]');
    });
  });
}

function sizeOf(frame: Frame): { readonly series: number; readonly rows: number } {
  const series = frame.kind === 'series' ? frame.series.length : 0;
  const rows = frame.kind === 'table' ? frame.rows.length : 0;
  return { series, rows };
}

/** A reply's body as it was meant; text of another kind as a word. */
function jsonIn(body: Reply['body']): Json {
  const text = Buffer.from(body ?? '').toString('utf8');
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
