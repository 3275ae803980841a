import { describe, expect, it } from 'vitest';
import { harmless, plainText } from '../../../src/domain/message.ts';

it('gives the text of every kind of span', () => {
  const line = [
    'a',
    { bold: 'b' },
    { name: 'c', bold: true },
    { code: 'd' },
    { link: { title: 'e', url: 'https://e' } },
  ];
  expect(plainText(line)).toBe('abcde');
});

describe('harmless', () => {
  it.each([
    ['line breaks', 'a\r\nb\nc\u2028d', 'a b c d'],
    ['control characters', 'a\u0000b\u001b[31mc\u0085d', 'a b [31mc d'],
    ['marks that turn the direction of writing', 'a\u202Eb\u2066c', 'abc'],
    ['halves of characters', 'a\uD800b', 'a\uFFFDb'],
  ])('takes %s out', (_, text, expected) => {
    expect(harmless(text)).toBe(expected);
  });

  it('leaves every script alone', () => {
    expect(harmless('Ωμ 服务器 עברית 👩‍👩‍👧 é')).toBe('Ωμ 服务器 עברית 👩‍👩‍👧 é');
  });
});
