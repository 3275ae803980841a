import { expect, it } from 'vitest';
import { BotError } from '../../../src/domain/errors.ts';
import { whyFailed } from '../../../src/lib/why-failed.ts';

const late = new DOMException('The operation was aborted due to timeout', 'TimeoutError');

it.each([
  ['a deadline', late, /^too late$/],
  ['a deadline below another error', new Error('aborted', { cause: late }), /^too late$/],
  [
    'what tells of its deadline itself',
    new BotError('SOURCE_TIMEOUT', 'No answer within 5 s.', {}, { cause: late }),
    /^No/,
  ],
  ['a fault of ours', new TypeError('undefined is not a function'), /^Something went wrong inside Glimpse/],
])('says of %s what it is', (_, thrown, words) => {
  expect(whyFailed(thrown, 'too late')).toMatch(words);
});
