import { describe, expect, it } from 'vitest';
import { readRemembered, rememberQuestion } from '../../../src/questions/follow-up.ts';
import { ask, followUp, NOW_MS, questionOf, refusalOf } from './world.ts';

/** What is kept of a question, after the way through the store. */
const kept = async (text: string) => JSON.parse(JSON.stringify(rememberQuestion(await questionOf(text))));

describe('a follow-up', () => {
  it.each([
    ['cpu web01 1h', '6h', 'cpu web01 last 6h', 'range'],
    ['cpu web01 1h', 'yesterday 14:00-16:00', 'cpu web01 yesterday 14:00-16:00', 'range'],
    ['cpu web01 1h', 'and the last 6 hours?', 'cpu web01 last 6h', 'range'],
    ['cpu web01 1h', 'also web02', 'cpu web01 web02 last 1h', 'arguments'],
    ['cpu web01 1h', 'and web02?', 'cpu web01 web02 last 1h', 'arguments'],
    ['cpu web01 1h', 'also web02, web03', 'cpu web01 web02 web03 last 1h', 'arguments'],
    ['cpu web01 1h', 'also db*', 'cpu web01 db* last 1h', 'arguments'],
    ['cpu web01 web02 1h', 'without web02', 'cpu web01 last 1h', 'arguments'],
    ['cpu web* 1h', 'without web02', 'cpu web* without web02 last 1h', 'arguments'],
    ['cpu web* without web02', 'also web02', 'cpu web* web02 last 1h', 'arguments'],
    ['top 5 cpu', 'without web02', 'top 5 cpu without web02 last 1h', 'arguments'],
    ['cpu web01', 'web02', 'cpu web02 last 1h', 'arguments'],
    ['cpu web01', 'only web02', 'cpu web02 last 1h', 'arguments'],
    ['cpu web01', 'host=web02', 'cpu host=web02 last 1h', 'arguments'],
    ['disk web01 var', 'root', 'disk web01 root last 1h', 'arguments'],
    ['cpu web01', 'as table', 'cpu web01 last 1h as table', 'output'],
    ['cpu web01', 'table', 'cpu web01 last 1h as table', 'output'],
    ['cpu web01 as table', 'as chart', 'cpu web01 last 1h', 'output'],
    ['cpu web01 as table', 'as bars', 'cpu web01 last 1h as bars', 'output'],
    ['cpu web01', 'stacked', 'cpu web01 last 1h stacked', 'output'],
    ['cpu web01 stacked', 'log scale', 'cpu web01 last 1h stacked log scale', 'output'],
    ['cpu web01', 'vs yesterday', 'cpu web01 last 1h vs yesterday', 'comparison'],
    ['cpu web01 vs yesterday', 'vs last week', 'cpu web01 last 1h vs last week', 'comparison'],
    ['cpu web01 vs yesterday', 'vs nothing', 'cpu web01 last 1h', 'comparison'],
    ['cpu web01 vs web02', '6h', 'cpu web01 last 6h vs web02', 'range'],
    ['cpu web01', 'again', 'cpu web01 last 1h', undefined],
    ['cpu web01 6h vs yesterday as table', 'again', 'cpu web01 last 6h vs yesterday as table', undefined],
    ['cpu web01 6h', 'top 3', 'top 3 cpu last 6h', 'arguments'],
    ['cpu web* 6h', 'top 3', 'top 3 cpu web* last 6h', 'arguments'],
    ['top 5 cpu', 'top 3', 'top 3 cpu last 1h', 'arguments'],
    ['top 5 cpu', 'web03', 'cpu web03 last 1h', 'arguments'],
    ['net shared01 on graphite-eu', 'in staging', 'net shared01 last 1h in staging', 'arguments'],
    ['net shared01 on graphite-eu', '6h', 'net shared01 last 6h on graphite-eu', 'range'],
    ['cpu', '6h', 'cpu last 6h', 'range'],
    ['cpu web01', '6h vs yesterday as table', 'cpu web01 last 6h vs yesterday as table', 'range'],
    ['logs checkout "payment refused"', '6h', 'logs checkout "payment refused" last 6h', 'range'],
    ['cpu web01 1h vs yesterday', 'without comparison', 'cpu web01 last 1h', 'comparison'],
    ['graphite: sum(a.*.b) 3h', '6h', 'graphite: sum(a.*.b) last 6h', 'range'],
    ['graphite: sum(a.*.b) 3h', 'vs yesterday', 'graphite: sum(a.*.b) last 3h vs yesterday', 'comparison'],
  ])('after `%s`: `%s`', async (first, second, text, changed) => {
    const question = await followUp(first, second);
    expect([question.text, question.changed]).toEqual([text, changed]);
  });

  it.each([
    ['cpu web01', 'load', 'load web01 last 1h'],
    ['cpu web01 yesterday', 'and the load?', 'load web01 yesterday'],
    ['cpu web01 yesterday', 'load 6h', 'load web01 last 6h'],
    ['cpu web*', 'load', 'load web* last 1h'],
    ['cpu web01', 'memory', 'memory last 1h'],
    ['cpu laptop', 'memory', 'memory last 1h'],
    ['cpu web01', 'load web02', 'load web02 last 1h'],
    ['cpu web01', 'top 3 load', 'top 3 load last 1h'],
    ['logs checkout "payment refused"', 'errors', 'errors checkout last 1h'],
    ['net shared01 on graphite-eu', 'net 6h', 'net shared01 last 6h on graphite-eu'],
    ['net shared01 on graphite-eu', 'net in staging', 'net shared01 last 1h in staging'],
  ])('after `%s`: `%s` asks another query of the same', async (first, second, text) => {
    const question = await followUp(first, second);
    expect([question.text, question.notes]).toEqual([text, []]);
  });

  it('asks another query of the same only where it takes that', async () => {
    const previous = await kept('cpu web01');
    expect((await refusalOf('errors', { previous })).code).toBe('ASK_MISSING_ARGUMENT');
  });

  it('can follow a follow-up', async () => {
    const { text } = await followUp('cpu web01', 'as csv', '6h', 'also web02', 'vs last week', 'without web01');
    expect(text).toBe('cpu web02 last 6h vs last week as csv');
  });

  it('stays with the source that answered', async () => {
    expect((await followUp('cpu', '6h')).query.sourceName).toBe('machine');
    expect((await followUp('cpu web01', '6h')).query.sourceName).toBe('demo');
  });

  it('mends a typo, and says so', async () => {
    const { text, notes } = await followUp('cpu web01', 'wbe02');
    expect([text, notes]).toEqual([
      'cpu web02 last 1h',
      ['`wbe02` is not a host I know. Showing `web02`, the only one near.'],
    ]);
  });

  it('is no follow-up when it names a query: then it is a question of its own', async () => {
    const question = await followUp('cpu web01 vs yesterday as table', 'load web02 3h');
    expect(question.text).toBe('load web02 last 3h');
    expect(question).not.toHaveProperty('changed');
  });

  it('asks again for the same time, not the same moment', async () => {
    const previous = await kept('cpu web01 1h');
    const { range } = await questionOf('again', { previous, nowMs: NOW_MS + 600_000 });
    expect(range.toMs).toBe(NOW_MS + 600_000);
  });

  it('leaves nothing to show when all is taken away', async () => {
    const previous = await kept('cpu web01');
    expect((await refusalOf('without web01', { previous })).code).toBe('ASK_MISSING_ARGUMENT');
  });

  it('refuses what it does not know like any question', async () => {
    const previous = await kept('cpu web01');
    expect((await refusalOf('blurb', { previous })).code).toBe('ASK_UNKNOWN_QUERY');
    expect((await refusalOf('web', { previous })).code).toBe('ASK_AMBIGUOUS');
    expect((await refusalOf('last 1x', { previous })).code).toBe('ASK_BAD_RANGE');
  });

  it('is answered to a bare line only when every word of it is one', async () => {
    const previous = await kept('cpu web01');
    expect((await ask('6h', { previous, isAddressed: false })).kind).toBe('question');
    expect(await ask('6h ago we had lunch', { previous, isAddressed: false })).toEqual({ kind: 'none' });
    expect(await ask('looks fine', { previous, isAddressed: false })).toEqual({ kind: 'none' });
    expect(await ask('why', { previous, isAddressed: false })).toMatchObject({ command: { kind: 'why' } });
    expect(await ask('why is that', { previous, isAddressed: false })).toEqual({ kind: 'none' });
  });
});

describe('zoom', () => {
  it.each([
    ['cpu web01 yesterday', 'zoom 14:00-14:20', '2026-11-24 14:00-14:20'],
    ['cpu web01 last 7d', 'zoom 14:00-14:20', '2026-11-24 14:00-14:20'],
    ['cpu web01 2026-11-20', 'zoom 23:00-01:00', '2026-11-20 23:00-01:00'],
    ['cpu web01 2026-11-20', 'zoom around 14:32', 'around 2026-11-20 14:32'],
    ['cpu web01 today', 'zoom 10:00-10:20', '10:00-10:20'],
    ['cpu web01 today', 'zoom yesterday 10:00-10:20', 'yesterday 10:00-10:20'],
    ['cpu web01 6h', 'zoom 1h', 'last 1h'],
  ])('looks into the window of `%s` for `%s`', async (first, second, range) => {
    expect((await followUp(first, second)).range.text).toBe(range);
  });
});

it('forgets what was kept in another shape', async () => {
  expect(readRemembered({ query: 'cpu' })).toBeUndefined();
  expect(readRemembered(null)).toBeUndefined();
  const previous = { query: 'cpu' } as never;
  expect((await refusalOf('6h', { previous })).code).toBe('ASK_UNKNOWN_QUERY');
});

it('forgets a question whose query is gone', async () => {
  const previous = { ...(await kept('cpu web01')), query: 'gone', text: 'gone web01' };
  expect((await refusalOf('6h', { previous })).code).toBe('ASK_UNKNOWN_QUERY');
});
