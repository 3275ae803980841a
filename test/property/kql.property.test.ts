/** Whatever is written as KQL is read or refused in words, and no value is ever taken for more than a value. */
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { BotError } from '../../src/domain/errors.ts';
import { kqlToQuery } from '../../src/lib/kql.ts';

const SYNTAX = [
  'and',
  'or',
  'not',
  'AND',
  '(',
  ')',
  '{',
  '}',
  ':',
  '<',
  '<=',
  '>',
  '>=',
  '"',
  '\\',
  '*',
  ' ',
  '\n',
  '${host}',
  '$${',
  '${',
  '}',
  '\\u0041',
  '\\u',
  'field',
  'a.b',
  '__proto__',
  'constructor',
  'ｗｅｂ',
  '\u202e',
  '\ud800',
  '[* TO *]',
  '/.*/',
  '&&',
  '||',
  '?',
  '~',
  '^2',
];
const query = fc.oneof(
  fc
    .array(fc.oneof(fc.constantFrom(...SYNTAX), fc.string({ maxLength: 4 })), { maxLength: 25 })
    .map((parts) => parts.join('')),
  fc.array(fc.constantFrom(...SYNTAX), { maxLength: 25 }).map((parts) => parts.join(' ')),
  fc.string({ unit: 'binary', maxLength: 80 }),
);

test.prop([query, fc.boolean()], { numRuns: 3_000 })(
  'reads any text, or refuses it and says where',
  (text, hasBlanks) => {
    try {
      const found = kqlToQuery(text, hasBlanks ? { bind: (blank) => blank } : {});
      expect(Object.keys(found).length).toBe(1);
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(BotError);
      const { code, details, message } = thrown as BotError;
      expect(code).toBe('ASK_UNKNOWN_VALUE');
      expect(details.at).toBeGreaterThanOrEqual(0);
      expect(details.at).toBeLessThanOrEqual(text.length);
      expect(message).toContain(`at character ${Number(details.at) + 1}`);
    }
  },
);

const HOSTILE = [
  ...SYNTAX,
  '" or *:*',
  '") or (a:*',
  'x" and not "',
  '* OR *:*',
  "'; DROP",
  '{"match_all":{}}',
  '\\" or b:1',
];
const value = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(fc.constantFrom(...HOSTILE), { minLength: 2, maxLength: 4 }).map((parts) => parts.join('')),
);

test.prop([value], { numRuns: 1_000 })('puts a bound value where its placeholder stands, and nowhere else', (bound) => {
  const found = kqlToQuery('a: ${x} and (b: "${x}" or c >= ${x}) and not ${x}', { bind: () => bound });
  expect(found).toEqual({
    bool: {
      filter: [
        { match_phrase: { a: bound } },
        {
          bool: { should: [{ match_phrase: { b: bound } }, { range: { c: { gte: bound } } }], minimum_should_match: 1 },
        },
        { bool: { must_not: [{ multi_match: { type: 'phrase', query: bound, lenient: true } }] } },
      ],
    },
  });
});

/** As the documentation of KQL says that a value is to be written. */
const quoted = (text: string) => `"${text.replace(/[\\"]/g, '\\$&')}"`;

test.prop([value], { numRuns: 1_000 })('reads a quoted value back as it was, whatever is in it', (text) => {
  expect(kqlToQuery(`a: ${quoted(text)}`)).toEqual({ match_phrase: { a: text } });
});

/** What of a `query_string` is syntax: all that no backslash stands before. */
function syntaxOf(text: string): string {
  return text.replace(/\\[\s\S]/g, '').replace(/[^+\-=&|><!(){}[\]^"~*?:\\/]/g, '');
}

test.prop([value, value], { numRuns: 1_000 })('leaves of a pattern only its stars as syntax', (before, after) => {
  const plain = (text: string) => text.replace(/[\\():<>"*{}\s$]/g, '').replace(/^(?:and|or|not)$/i, 'x');
  fc.pre(plain(before) !== '' && plain(after) !== '');
  const found = kqlToQuery(`a: x${plain(before)}*${plain(after)}`) as {
    query_string: { fields: string[]; query: string };
  };
  expect(syntaxOf(found.query_string.query)).toBe('*');
  expect(found.query_string.fields).toEqual(['a']);
  expect(found.query_string.query.split(' ').filter((word) => /^(?:AND|OR|NOT)$/.test(word))).toEqual([]);
});
