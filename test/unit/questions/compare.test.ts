/** `vs` with other values: which words are compared with, and what cannot be. */
import { describe, expect, it } from 'vitest';
import { questionOf, refusalOf } from './world.ts';

describe('values behind vs', () => {
  it.each([
    ['cpu web01 vs web02 web03', ['web01'], ['web02', 'web03']],
    ['cpu web01 web02 vs web03 web04 6h', ['web01', 'web02'], ['web03', 'web04']],
    ['cpu vs web02 web01', ['web01'], ['web02']],
    ['cpu web01 vs web02 dark', ['web01'], ['web02']],
  ])('of `%s`: %j with %j', async (text, shown, other) => {
    const { arguments: args, comparison, notes } = await questionOf(text);
    expect(args).toEqual({ host: shown });
    expect(comparison).toMatchObject({ kind: 'arguments', arguments: { host: other } });
    expect(notes).toEqual([]);
  });

  it('leave a word that is no value to a note', async () => {
    const { comparison, notes } = await questionOf('cpu web01 vs web02 blurb');
    expect(comparison).toMatchObject({ arguments: { host: ['web02'] } });
    expect(notes).toEqual(['I used everything but `blurb`.']);
  });

  it('are not compared with themselves', async () => {
    const { comparison, notes, text } = await questionOf('cpu web01 vs web01');
    expect([comparison, text]).toEqual([undefined, 'cpu web01 last 1h']);
    expect(notes).toEqual(['`web01` is what is shown: there is nothing to compare it with.']);
  });

  it('choose the source that knows them', async () => {
    const { code, message } = await refusalOf('cpu vs web02');
    expect(code).toBe('ASK_MISSING_ARGUMENT');
    expect(message).toContain('`cpu` needs a host. For example `cpu web01 vs web02`');
  });
});

describe('what is neither a value nor an earlier time', () => {
  it.each([
    ['cpu web01 vs blurb', '`blurb` is not a host I know and no earlier time.'],
    ['cpu web01 vs tomorrow', '`tomorrow` is not a host I know and no earlier time.'],
    ['cpu web01 vs foo, bar', '`foo` and `bar` are not hosts I know and no earlier time.'],
  ])('`%s` is refused with comparisons of the same question', async (text, sentence) => {
    const { message, details } = await refusalOf(text);
    expect(message).toBe(sentence);
    expect(details.suggestions).toEqual(['cpu web01 vs yesterday', 'cpu web01 vs last week']);
  });

  it('cannot be left out, and the question works without that', async () => {
    const { message, details } = await refusalOf('cpu web01 without blurb 6h');
    expect(message).toBe('`blurb` is not a host I know.');
    expect(details.suggestions).toEqual(['cpu web01 6h']);
  });
});

describe('two comparisons', () => {
  it('of values are one', async () => {
    const { comparison, text } = await questionOf('cpu web01 vs web02 vs db01');
    expect(text).toBe('cpu web01 last 1h vs web02, db01');
    expect(comparison).toMatchObject({ kind: 'arguments', arguments: { host: ['web02', 'db01'] } });
  });

  it('of a time and of values are one too many', async () => {
    const { code, message } = await refusalOf('cpu web01 vs yesterday vs web02');
    expect([code, message]).toEqual(['ASK_TOO_MUCH', 'One comparison at a time: an earlier time, or other values.']);
  });

  it('leave alone what `not` stands before', async () => {
    expect((await questionOf('cpu * not web01')).text).toBe('cpu * without web01 last 1h');
    expect((await refusalOf('cpu web01 not web01')).message).toBe('Without `web01` nothing is left to show.');
    expect((await questionOf('cpu web01 not stacked')).text).toBe('cpu web01 last 1h unstacked');
  });
});
