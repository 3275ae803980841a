/** Folding messages: nothing that varies is left, nothing is lost, no text breaks it. */
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { foldMessages, patternOf } from '../../src/domain/fold-messages.ts';

const message = fc.string({ unit: 'grapheme', maxLength: 400 });
const word = fc.stringMatching(/^[g-z]{1,10}$/);

test.prop([message])('leaves no digit behind', (text) => {
  expect(patternOf(text)).not.toMatch(/\p{Nd}/u);
});

test.prop([message])(
  'gives one line, no longer than twice what was read and three characters for each mark',
  (text) => {
    expect(patternOf(text)).not.toMatch(/[\r\n]/);
    expect(patternOf(text).length).toBeLessThanOrEqual(1_800);
  },
);

test.prop([
  fc.array(word, { minLength: 1, maxLength: 8 }),
  fc.array(fc.nat(), { minLength: 9, maxLength: 9 }),
  fc.array(fc.nat(), { minLength: 9, maxLength: 9 }),
])('says the same of messages that differ in numbers only', (words, some, others) => {
  const say = (numbers: readonly number[]) => words.map((one, index) => `${one} ${numbers[index]}`).join(' ');
  expect(patternOf(say(some))).toBe(patternOf(say(others)));
});

test.prop([fc.array(message, { maxLength: 50 })])('counts every line that says something once', (messages) => {
  const lines = messages.map((text, timeMs) => ({ message: text, timeMs, fields: {} }));
  const said = messages.filter((text) => patternOf(text) !== '').length;
  const patterns = foldMessages(lines);
  expect(patterns.reduce((sum, { count }) => sum + count, 0)).toBe(said);
  expect(new Set(patterns.map(({ pattern }) => pattern)).size).toBe(patterns.length);
});

test.prop([fc.constantFrom('"', "'", '1.', 'a1', 'f:', '0x', '-', '1-', 'aF9', ' ')])(
  'reads the beginning only of a text that goes on and on',
  (part) => {
    expect(patternOf(part.repeat(200_000))).toBe(patternOf(part.repeat(200_000).slice(0, 300)));
  },
);
