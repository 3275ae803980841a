/** Words that every JavaScript object has are words of the language no more than any other. */
import { expect, it } from 'vitest';
import { BotError } from '../../../src/domain/errors.ts';
import { ask, questionOf } from './world.ts';

const WORDS = [...Object.getOwnPropertyNames(Object.prototype), 'prototype'].filter((word) => /^\w+$/.test(word));

/** The sentence of a refusal, or of what else happened. */
async function saidOf(text: string): Promise<string> {
  try {
    const { kind } = await ask(text);
    return kind;
  } catch (thrown) {
    return thrown instanceof BotError ? thrown.message : String(thrown);
  }
}

it.each(WORDS)('`%s` is no time, number or look', async (word) => {
  const { range, notes, arguments: args } = await questionOf(`cpu web01 ${word} last 2h`);
  expect([range.text, args, notes]).toEqual(['last 2h', { host: ['web01'] }, [`I used everything but \`${word}\`.`]]);
  const asked = [`cpu ${word} last 1h`, `cpu web01 vs ${word}`, `last ${word} cpu`, `cpu web01 since ${word}`];
  const said = (await Promise.all(asked.map(saidOf))).join(' ');
  expect(said).not.toMatch(/TypeError|two times|is more than this query|function|inside Glimpse/);
});
