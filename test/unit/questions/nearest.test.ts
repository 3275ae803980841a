import { describe, expect, it } from 'vitest';
import { isGlob, matchGlob } from '../../../src/questions/glob.ts';
import { findNear } from '../../../src/questions/nearest.ts';
import { tokenize } from '../../../src/questions/tokens.ts';

const names = ['web01', 'web02', 'web12', 'db01', 'cache01', 'checkout', 'payments'];

describe('near names', () => {
  it.each([
    ['WEB01', 'same', ['web01']],
    ['web1', 'same', ['web01']],
    ['web-01', 'same', ['web01']],
    ['web01.example.net', 'same', ['web01']],
    ['web', 'piece', ['web01', 'web02', 'web12']],
    ['check', 'piece', ['checkout']],
    ['ments', 'piece', ['payments']],
    ['wbe01', 'typo', ['web01']],
    ['web13', 'typo', ['web12']],
    ['chekcout', 'typo', ['checkout']],
    ['ceckot', 'typo', ['checkout']],
  ])('of `%s` by %s are %j', (word, how, near) => {
    expect(findNear(word, names)).toEqual({ how, names: near });
  });

  it.each(['', 'x', 'zz', 'blurb', 'q'.repeat(1000)])('of `%s` are none', (word) => {
    expect(findNear(word, names)).toBeUndefined();
  });

  it('does not compare letters of more candidates than it can afford', () => {
    const many = Array.from({ length: 6_000 }, (_, index) => `host${index}`);
    expect(findNear('hsot17', many)).toBeUndefined();
    expect(findNear('host17', many)).toEqual({ how: 'same', names: ['host17'] });
  });
});

describe('patterns', () => {
  it.each([
    ['web*', ['web01', 'web02', 'web12']],
    ['*01', ['web01', 'db01', 'cache01']],
    ['w?b0*', ['web01', 'web02']],
    ['{web,db}01', ['web01', 'db01']],
    ['{web{01,12},db*}', ['web01', 'web12', 'db01']],
    ['WEB*', ['web01', 'web02', 'web12']],
    ['*', names],
    ['nothing*', []],
  ])('`%s` fit %j', (pattern, fitting) => {
    expect(isGlob(pattern)).toBe(true);
    expect(matchGlob(pattern, names)).toEqual(fitting);
  });

  it('are bounded however they are written', () => {
    expect(matchGlob(`${'*a'.repeat(200)}`, ['a'.repeat(5_000)])).toHaveLength(1);
    expect(matchGlob('{a,b}'.repeat(40), ['a'.repeat(40)])).toEqual(['a'.repeat(40)]);
    expect(matchGlob('{'.repeat(500), ['x'])).toEqual([]);
  });
});

describe('words of a text', () => {
  it.each([
    ['cpu  web01,web02', ['cpu', 'web01', 'web02']],
    ['cpu "a b" c', ['cpu', 'a b', 'c']],
    ['„a b“ «c d»', ['a b', 'c d']],
    ['say "never closed', ['say', '"never', 'closed']],
    ['web{01,02}', ['web{01,02}']],
    ['text="a b" x', ['text="a b"', 'x']],
    ['web01!', ['web01']],
    ['`cpu`', ['cpu']],
    ['', []],
  ])('of `%s` are %j', (text, words) => {
    expect(tokenize(text).map((token) => token.text)).toEqual(words);
  });

  it('keep their places', () => {
    const text = 'cpu "a b", web01?';
    for (const { at, end } of tokenize(text)) expect(text.slice(at, end)).not.toMatch(/^\s|\s$/);
    expect(tokenize(text).map(({ at, end }) => text.slice(at, end))).toEqual(['cpu', '"a b"', 'web01']);
  });
});
