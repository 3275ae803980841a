import { pino } from 'pino';
import { expect, it } from 'vitest';
import { type AnswerBytes, createAnswerKeeper } from '../../../src/answers/answer-keeper.ts';
import { exampleValues, sampleAnswer, sampleSeries } from '../render/sample-answers.ts';
import { keptOf } from './make.ts';

const kept = () => keptOf(sampleAnswer([sampleSeries('web01', exampleValues())]));

/** A store in memory whose writes wait until they are let through. */
function bytesInMemory(gate: Promise<unknown> = Promise.resolve()) {
  const all = new Map<string, Uint8Array>();
  const bytes: AnswerBytes = {
    async put(id, _askedMs, packed) {
      await gate;
      all.set(id, packed);
    },
    get: async (id) => all.get(id),
  };
  return { all, bytes };
}

function loggedKeeper(bytes: AnswerBytes) {
  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line) => void lines.push(line) });
  return { keeper: createAnswerKeeper(bytes, log), lines };
}

it('finds an answer at once, and after it was written', async () => {
  const gate = Promise.withResolvers<void>();
  const { all, bytes } = bytesInMemory(gate.promise);
  const { keeper } = loggedKeeper(bytes);
  const one = kept();
  const written = keeper.keep(one);
  expect(await keeper.get(one.id)).toEqual(one);
  gate.resolve();
  expect(await written).toBe(true);
  expect([...all.keys()]).toEqual([one.id]);
  expect((await keeper.get(one.id))?.message).toEqual(one.message);
});

it('says in the log what could not be kept, which is found here for a while', async () => {
  const put = () => Promise.reject(new Error('disk full'));
  const { keeper, lines } = loggedKeeper({ put, get: async () => undefined });
  const one = kept();
  expect(await keeper.keep(one)).toBe(false);
  expect(lines.join()).toContain('an answer could not be kept');
  // its address may have been given out already
  expect(await keeper.get(one.id)).toEqual(one);
  for (let count = 0; count < 20; count += 1) await keeper.keep(kept());
  expect(await keeper.get(one.id)).toBeUndefined();
});

it('lets no more wait than it can hold while the store hangs', async () => {
  const gate = Promise.withResolvers<void>();
  const { all, bytes } = bytesInMemory(gate.promise);
  const { keeper } = loggedKeeper(bytes);
  const all100 = Array.from({ length: 100 }, () => keeper.keep(kept()));
  gate.resolve();
  await keeper.close();
  const outcomes = await Promise.all(all100);
  expect(outcomes.filter((isKept) => isKept)).toHaveLength(all.size);
  expect(all.size).toBeLessThan(100);
});

it('asks the store for nothing that is no id', async () => {
  const { keeper } = loggedKeeper({ put: async () => undefined, get: () => Promise.reject(new Error('asked')) });
  expect(await keeper.get("x' OR 1=1")).toBeUndefined();
});
