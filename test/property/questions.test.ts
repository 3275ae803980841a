/** Questions of any make: order does not matter, texts can be asked again, nothing but refusals is thrown. */
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { BotError } from '../../src/domain/errors.ts';
import type { Question } from '../../src/domain/question.ts';
import { explain } from '../../src/questions/explain.ts';
import { rememberQuestion } from '../../src/questions/follow-up.ts';
import type { Understood } from '../../src/questions/understand.ts';
import { questionWith } from '../../src/render/words/question-with.ts';
import { ask, questionOf } from '../unit/questions/world.ts';

const subjects = fc.constantFrom(
  ['cpu', 'web01'],
  ['cpu', 'web01,web02'],
  ['cpu', 'web*'],
  ['processor', 'laptop'],
  ['cpu'],
  ['top 5', 'load'],
  ['bottom 3', 'disk', 'var'],
  ['disk', 'db01', 'var'],
  ['errors', 'checkout'],
  ['logs', 'payments', '"payment refused"'],
  ['net', 'shared01', 'in staging'],
  ['net', 'on graphite-eu', 'ams01'],
  ['cpu', 'host=db02'],
);
const times = fc.constantFrom(
  '',
  '6h',
  'last 90 minutes',
  'since 09:00',
  'yesterday 14:00-16:00',
  'on monday',
  'last week',
);
const comparisons = fc.constantFrom('', 'vs yesterday', 'vs last week', 'compared to 2026-11-10', 'vs 3d ago');
const shows = fc.constantFrom(
  '',
  'as table',
  'as csv',
  'as bars',
  'stacked',
  'log scale',
  '0..100',
  'from zero',
  'dark',
);
const noise = fc.constantFrom('', 'please', 'show me the', 'graph');

/** The parts of one question, in two orders. */
const shuffled = fc
  .tuple(subjects, times, comparisons, shows, noise)
  .map(([subject, ...rest]) => [...subject, ...rest].filter((part) => part !== ''))
  .chain((parts) => fc.tuple(fc.constant(parts), fc.shuffledSubarray(parts, { minLength: parts.length })));

const same = ({ query, arguments: args, range, comparison, ranking, output, looks, notes }: Question) => ({
  query: query.origin,
  args: Object.fromEntries(Object.entries(args).map(([name, values]) => [name, [...values].sort()])),
  range,
  comparison,
  ranking,
  output,
  looks,
  notes,
});

test.prop([shuffled], { numRuns: 1_000 })(
  'the order of its parts does not change a question',
  async ([parts, others]) => {
    expect(same(await questionOf(others.join(' ')))).toEqual(same(await questionOf(parts.join(' '))));
  },
);

test.prop([shuffled], { numRuns: 500 })('the text of a question asks the same again', async ([, parts]) => {
  const question = await questionOf(parts.join(' '));
  const again = await questionOf(question.text);
  expect(again).toEqual({ ...question, notes: [] });
});

test.prop([shuffled], { numRuns: 500 })('`again` in its thread asks the same again', async ([, parts]) => {
  const question = await questionOf(parts.join(' '));
  const previous = JSON.parse(JSON.stringify(rememberQuestion(question)));
  expect(same(await questionOf('again', { previous }))).toEqual(same(question));
});

test.prop([shuffled], { numRuns: 500 })('a window button asks the same over another window', async ([, parts]) => {
  const question = await questionOf(parts.join(' '));
  const other = await questionOf(questionWith(question, 'last 7d'));
  expect(other.range.text).toBe('last 7d');
  const withoutWindow = (one: Question) => ({ ...same(one), range: 'any', comparison: one.comparison?.label });
  expect(withoutWindow(other)).toEqual(withoutWindow(question));
});

/** What comes of a text; anything thrown but a refusal fails. */
async function outcomeOf(...args: Parameters<typeof ask>): Promise<Understood | BotError> {
  try {
    return await ask(...args);
  } catch (thrown) {
    if (thrown instanceof BotError && thrown.code.startsWith('ASK_')) return thrown;
    throw thrown;
  }
}

async function expectSound(text: string): Promise<void> {
  const previous = { ...rememberQuestion(await questionOf('cpu web* 6h')) };
  for (const context of [{}, { previous }, { isAddressed: false }, { previous, isAddressed: false }]) {
    const outcome = await outcomeOf(text, context);
    if (outcome instanceof BotError) {
      expect(outcome.message).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
      expect(outcome.message.length).toBeLessThan(600);
      // Backticks pair, so that a renderer can make code of what is between them.
      expect(outcome.message.split('`').length % 2).toBe(1);
      for (const suggestion of outcome.details.suggestions ?? [])
        await ask(suggestion, { ...context, isAddressed: true });
      continue;
    }
    const explanation = explain(outcome);
    expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
    if (outcome.kind !== 'question') continue;
    for (const note of outcome.question.notes) expect(note.split('`').length % 2).toBe(1);
    // An expression in another language may be any nonsense; only its source can tell.
    if (outcome.question.query.id === 'graphite:') continue;
    const again = await outcomeOf(outcome.question.text);
    expect(again).toMatchObject({ kind: 'question', question: { text: outcome.question.text } });
  }
}

test.prop([fc.string({ unit: 'binary', maxLength: 200 })], { numRuns: 500 })(
  'any text at all is met with words',
  expectSound,
);

const vocabulary = [
  ...'cpu load errors disk net logs uptime web01 web02 web web* db* * laptop checkout wbe01 blurb shared01 var host= host=web01'.split(
    ' ',
  ),
  ...'last 1h 6h since 09:00 yesterday monday 14:00-16:00 from to 1x 25:00 5y vs compared top bottom worst 3 five'.split(
    ' ',
  ),
  ...'as table csv lines bars stacked log scale 0..100 min zero dark in on staging graphite-eu also without only again'.split(
    ' ',
  ),
  ...'zoom help queries hosts why zone show me the of and please graphite: sum(a.b) "a b" key=value , ? " = .. - `'.split(
    ' ',
  ),
];

test.prop([fc.array(fc.constantFrom(...vocabulary), { maxLength: 9 })], { numRuns: 1_500 })(
  'words that mean something, in any order, are met with words',
  (words) => expectSound(words.join(' ')),
);

test.prop([fc.constantFrom(...vocabulary, '{', '«', 'web{', 'a=', '1'), fc.integer({ min: 1, max: 4_000 })], {
  numRuns: 60,
})('a text of any length is answered', async (word, count) => {
  await outcomeOf(Array(count).fill(word).join(' '));
  await outcomeOf(`cpu ${Array(count).fill(word).join('')}`);
});
