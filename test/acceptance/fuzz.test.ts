/** The short form of `npm run fuzz`, with a seed of its own: the same questions and requests every time. */
import { expect, it } from 'vitest';
import { fuzzQuestions } from '../fuzz/questions.ts';
import { fuzzRequests } from '../fuzz/requests.ts';

const SEED = 20_261_125;
const TIMEOUT_MS = 180_000;

it('understands or refuses whatever is asked, with a code', { timeout: TIMEOUT_MS }, async () => {
  const { faults, outcomes } = await fuzzQuestions(3_000, SEED);
  expect(faults).toEqual([]);
  // it reaches what it is meant to reach
  expect(outcomes).toMatchObject({
    question: expect.any(Number),
    command: expect.any(Number),
    none: expect.any(Number),
  });
});

it('answers whatever is sent, never with 500, a refusal always with a code', { timeout: TIMEOUT_MS }, async () => {
  const { faults, outcomes } = await fuzzRequests(1_000, SEED);
  expect(faults).toEqual([]);
  expect(outcomes).toMatchObject({ 200: expect.any(Number), 404: expect.any(Number), 405: expect.any(Number) });
});
