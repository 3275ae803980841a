import { describe, expect, it } from 'vitest';
import { BotError } from '../../../src/domain/errors.ts';
import { rememberQuestion } from '../../../src/questions/follow-up.ts';
import { ask, makeCatalog, makeDeps, makeParameter, makeQuery, QUERIES, questionOf, refusalOf } from './world.ts';

describe('typos', () => {
  it.each([
    ['cpu wbe01', 'web01', '`wbe01` is not a host I know. Showing `web01`, the only one near.'],
    ['errors chekout', 'checkout', '`chekout` is not a service I know. Showing `checkout`, the only one near.'],
    ['errors check', 'checkout', '`check` is not a service I know. Showing `checkout`, the only one near.'],
    ['cpu host=wbe01', 'web01', '`wbe01` is not a host I know. Showing `web01`, the only one near.'],
  ])('answers `%s` for the only one near', async (text, value, note) => {
    const { arguments: args, notes } = await questionOf(text);
    expect(Object.values(args)).toEqual([[value]]);
    expect(notes).toEqual([note]);
  });

  it.each(['cpu web1', 'cpu WEB-01', 'cpu web01.example.net'])('takes `%s` as another spelling', async (text) => {
    const { arguments: args, notes } = await questionOf(text);
    expect([args, notes]).toEqual([{ host: ['web01'] }, []]);
  });

  it('answers for the only query near', async () => {
    const { query, notes } = await questionOf('procesor web01');
    expect(query.id).toBe('cpu');
    expect(notes).toEqual(['`procesor` is not a query I know. Showing `cpu`, the only one near.']);
  });

  it('names several values that a word begins', async () => {
    const { code, message, details } = await refusalOf('cpu web');
    expect(code).toBe('ASK_AMBIGUOUS');
    expect(message).toBe('`web` could be web01 … web12 (12 hosts). One of them, or all: `cpu web*`');
    expect(details.suggestions?.[0]).toBe('cpu web*');
    for (const suggestion of details.suggestions ?? []) await questionOf(suggestion);
  });

  it('names several values that are as near', async () => {
    const { code, message, details } = await refusalOf('cpu wb01');
    expect(code).toBe('ASK_UNKNOWN_VALUE');
    expect(message).toContain('`wb01` is not a host I know. Did you mean `web01`, `db01` or `lb01`?');
    for (const suggestion of details.suggestions ?? []) await questionOf(suggestion);
  });

  it('names several queries that are near', async () => {
    const cpus = makeQuery('cpus', 'demo', { parameters: QUERIES[2]?.parameters ?? [] });
    const deps = makeDeps({ catalog: makeCatalog([...QUERIES, cpus]) });
    const { code, message, details } = await refusalOf('cpuu web01', {}, deps);
    expect(code).toBe('ASK_UNKNOWN_QUERY');
    expect(message).toBe(
      'No query is called `cpuu`. Near: `cpu` (`cpu web01`), `cpus` (`cpus web01`). All: `queries`.',
    );
    expect(details.suggestions).toEqual(['cpu web01', 'cpus web01']);
  });
});

describe('words near to a command', () => {
  it.each([
    ['alert web01', 'alerts web01'],
    ['deploy checkout', 'deploys checkout'],
    ['statsu checkout', 'status checkout'],
  ])('lead `%s` to `%s`', async (text, meant) => {
    const { code, message, details } = await refusalOf(text);
    expect([code, details.suggestions]).toEqual(['ASK_UNKNOWN_QUERY', [meant]]);
    expect(message).toContain(`Did you mean \`${meant}\`?`);
  });
});

describe('refusals, each with what would work', () => {
  it.each([
    [
      'errors',
      'ASK_MISSING_ARGUMENT',
      '`errors` needs a service. For example `errors checkout`, `errors *` or `top 5 errors`.',
    ],
    ['disk var', 'ASK_MISSING_ARGUMENT', '`disk` needs a host. For example `disk web01 var` or `disk * var`.'],
    [
      'cpu web01 last 1x',
      'ASK_BAD_RANGE',
      'I read `cpu web01`, but not `1x`. Times look like `1h`, `since 09:00`, `yesterday 14:00-16:00`.',
    ],
    [
      'cpu web01 last',
      'ASK_BAD_RANGE',
      'I read `cpu web01`, but not `last`. Times look like `1h`, `since 09:00`, `yesterday 14:00-16:00`.',
    ],
    [
      'cpu web01 2026-11-20 14:00 to 2026-11-20 13:00',
      'ASK_BAD_RANGE',
      'That window ends before it begins. Did you mean `2026-11-20 13:00-14:00`?',
    ],
    ['cpu web01 2026-02-30', 'ASK_BAD_RANGE', 'There is no such day as `2026-02-30`.'],
    ['cpu web01 from 25:00 to 26:00', 'ASK_BAD_RANGE', 'No clock shows `25:00`.'],
    ['cpu web01 tomorrow', 'ASK_BAD_RANGE', '`tomorrow` has not begun yet.'],
    ['cpu web01 6h yesterday', 'ASK_BAD_RANGE', 'I read two times, `6h` and `yesterday`; one is enough.'],
    [
      'cpu web01 last 5y',
      'ASK_RANGE_TOO_LONG',
      '5 years is more than this query may ask for (90 days). `cpu web01 last 90d` works.',
    ],
    ['cpu blurb', 'ASK_UNKNOWN_VALUE', '`blurb` is not a host I know. `cpu web01` works.'],
    [
      'web01 last 1h',
      'ASK_UNKNOWN_QUERY',
      'What of `web01`? For example `cpu web01 last 1h`, `load web01 last 1h` or `disk web01 last 1h`. All: `queries`.',
    ],
    ['banana', 'ASK_UNKNOWN_QUERY', 'No query is called `banana`. For example `cpu web01 last 1h`. All: `queries`.'],
    [
      '6h',
      'ASK_UNKNOWN_QUERY',
      'That names no query, and no answer here came before it. For example `cpu web01 last 1h`. All: `queries`.',
    ],
    ['', 'ASK_EMPTY', 'Ask me something: `help` says what.'],
    ['  \u200b ', 'ASK_EMPTY', 'Ask me something: `help` says what.'],
  ])('meets `%s` with %s', async (text, code, message) => {
    const refusal = await refusalOf(text);
    expect([refusal.code, refusal.message]).toEqual([code, message]);
    expect(refusal.details.suggestions?.length).toBeGreaterThan(0);
    for (const suggestion of refusal.details.suggestions ?? []) await ask(suggestion);
  });

  it.each([
    ['net', ['net ams01', 'net nyc01']],
    ['net blurb', ['net ams01', 'net nyc01']],
    ['net 1x', ['net ams01 1h', 'net ams01 since 09:00', 'net ams01 yesterday 14:00-16:00']],
    ['cpu laptop web01', ['cpu web01', 'cpu laptop']],
    ['web01 5y', ['cpu web01 last 90d', 'load web01 last 90d', 'disk web01 last 90d']],
  ])('offers for `%s` only what works, mending what would be refused in turn', async (text, suggestions) => {
    expect([...((await refusalOf(text)).details.suggestions ?? [])].sort()).toEqual([...suggestions].sort());
  });

  it.each([
    ['net shared01 in stagin', 'in staging', 'net shared01 in staging'],
    ['net shared01 on graphite-ue 6h', 'on graphite-eu', 'net shared01 on graphite-eu 6h'],
  ])('names the source or environment near to that of `%s`', async (text, near, suggestion) => {
    const { code, message, details } = await refusalOf(text);
    expect([code, details.suggestions?.[0]]).toEqual(['ASK_UNKNOWN_VALUE', suggestion]);
    expect(message).toContain(`Near: \`${near}\``);
  });

  it.each(['blurb '.repeat(300), 'cpu web01 '.repeat(150)])('refuses a paste', async (text) => {
    expect((await refusalOf(text)).code).toBe('ASK_TOO_MUCH');
    expect(await ask(text, { isAddressed: false })).toEqual({ kind: 'none' });
  });

  it('names only some of many words that nothing understood', async () => {
    const { notes } = await questionOf(`cpu web01 ${'blurb xyzzy '.repeat(20)}`);
    expect(notes).toEqual(['I used everything but `blurb`, `xyzzy`, `blurb`, `xyzzy`, `blurb` and 35 more.']);
  });

  it('offers the question as one tidy line, however it was written', async () => {
    const { message, details } = await refusalOf('  `cpu \n web  6h`');
    expect(message).toContain('`cpu web* 6h`');
    expect(details.suggestions?.[0]).toBe('cpu web* 6h');
    expect((await refusalOf(' errors ')).details.suggestions).toEqual(['errors checkout', 'errors *', 'top 5 errors']);
  });

  it('offers follow-ups to a follow-up', async () => {
    const previous = rememberQuestion(await questionOf('cpu web01'));
    expect((await refusalOf('vs web', { previous })).details.suggestions?.[0]).toBe('vs web*');
    expect((await refusalOf('also web', { previous })).message).toContain('`also web*`');
    expect((await refusalOf('last 1x', { previous })).details.suggestions).toContain('since 09:00');
  });

  it('names words that nothing understood, and answers', async () => {
    const { notes, text } = await questionOf('cpu web01 blurb');
    expect([notes, text]).toEqual([['I used everything but `blurb`.'], 'cpu web01 last 1h']);
  });

  it('refuses more values than one chart may read', async () => {
    const many = Array.from({ length: 700 }, (_, index) => `h${index}`);
    const parameters = [makeParameter('host', { values: many })];
    const deps = makeDeps({ catalog: makeCatalog([makeQuery('cpu', 'demo', { parameters })]) });
    const { code, message, details } = await refusalOf('cpu *', {}, deps);
    expect(code).toBe('ASK_TOO_MUCH');
    expect(message).toBe('This would read 700 hosts; the limit is 500. `top 10 cpu *` stays below.');
    for (const suggestion of details.suggestions ?? []) await questionOf(suggestion, {}, deps);
  });

  it('counts the combinations of several parameters', async () => {
    const values = Array.from({ length: 30 }, (_, index) => `v${index}`);
    const parameters = [makeParameter('a', { values }), makeParameter('b', { values: values.map((one) => `w${one}`) })];
    const deps = makeDeps({ catalog: makeCatalog([makeQuery('grid', 'demo', { parameters })]) });
    expect((await refusalOf('grid v* wv*', {}, deps)).message).toContain('900 series');
  });

  it('shows what was typed as harmless code', async () => {
    const { message } = await refusalOf('cpu b`@all`\u202e\nlurb');
    expect(message).not.toMatch(/[\n\u202e]/);
    expect(message.split('`').length % 2).toBe(1);
  });
});

describe('a ranking of what cannot be listed', () => {
  it('fails as its source does', async () => {
    const down = new BotError('SOURCE_TIMEOUT', 'Graphite is down.');
    const deps = makeDeps({ valuesOf: () => Promise.reject(down) });
    expect((await refusalOf('top 5 load', {}, deps)).message).toBe('Graphite is down.');
  });

  it('says that the source lists nothing', async () => {
    const { code, message } = await refusalOf('top 5 load', {}, makeDeps({ valuesOf: async () => [] }));
    expect([code, message]).toEqual(['ASK_MISSING_ARGUMENT', '`demo` knows no host: there is nothing to rank.']);
  });
});
