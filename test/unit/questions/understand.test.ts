import { describe, expect, it } from 'vitest';
import { BotError } from '../../../src/domain/errors.ts';
import { explain } from '../../../src/questions/explain.ts';
import { rememberQuestion } from '../../../src/questions/follow-up.ts';
import {
  ask,
  LISTS,
  makeCatalog,
  makeDeps,
  makeParameter,
  makeQuery,
  questionOf,
  refusalOf,
  SOURCES,
} from './world.ts';

const demoHosts = LISTS.demo?.['servers.*'] ?? [];
const webHosts = demoHosts.filter((name) => name.startsWith('web'));

describe('what is asked for', () => {
  it.each([
    ['cpu web01 last 1h', 'demo', { host: ['web01'] }, 'cpu web01 last 1h'],
    ['last 1h cpu web01', 'demo', { host: ['web01'] }, 'cpu web01 last 1h'],
    ['web01 cpu last 1h', 'demo', { host: ['web01'] }, 'cpu web01 last 1h'],
    ['CPU WEB01 LAST 1H', 'demo', { host: ['web01'] }, 'cpu web01 last 1h'],
    ['cpu web01', 'demo', { host: ['web01'] }, 'cpu web01 last 1h'],
    ['cpu web01?', 'demo', { host: ['web01'] }, 'cpu web01 last 1h'],
    ['`cpu web01 last 1h`', 'demo', { host: ['web01'] }, 'cpu web01 last 1h'],
    ['show me the processor of web01 since 09:00', 'demo', { host: ['web01'] }, 'cpu web01 since 09:00'],
    ['please plot a graph of the cpu for web01', 'demo', { host: ['web01'] }, 'cpu web01 last 1h'],
    ['cpu web01 web02 6h', 'demo', { host: ['web01', 'web02'] }, 'cpu web01 web02 last 6h'],
    ['cpu web01,web02, web03 6h', 'demo', { host: ['web01', 'web02', 'web03'] }, 'cpu web01 web02 web03 last 6h'],
    ['cpu web01 and web02', 'demo', { host: ['web01', 'web02'] }, 'cpu web01 web02 last 1h'],
    ['cpu web01 web01', 'demo', { host: ['web01'] }, 'cpu web01 last 1h'],
    ['cpu web* 6h', 'demo', { host: webHosts }, 'cpu web* last 6h'],
    ['cpu db0? 6h', 'demo', { host: ['db01', 'db02', 'db03'] }, 'cpu db0? last 6h'],
    ['cpu {web,db}01', 'demo', { host: ['web01', 'db01'] }, 'cpu {web,db}01 last 1h'],
    ['cpu host=web01', 'demo', { host: ['web01'] }, 'cpu host=web01 last 1h'],
    ['cpu host=web01,web02', 'demo', { host: ['web01', 'web02'] }, 'cpu host=web01,web02 last 1h'],
    ['disk web01', 'demo', { host: ['web01'], mount: ['root'] }, 'disk web01 last 1h'],
    ['disk var web01', 'demo', { host: ['web01'], mount: ['var'] }, 'disk web01 var last 1h'],
    ['errors checkout 30m', 'demo', { service: ['checkout'] }, 'errors checkout last 30m'],
    ['cpu', 'machine', { host: ['laptop'] }, 'cpu last 1h'],
    ['cpu laptop', 'machine', { host: ['laptop'] }, 'cpu laptop last 1h'],
    ['memory 5m', 'machine', { host: ['laptop'] }, 'memory last 5m'],
    ['cpu *', 'demo', { host: demoHosts }, 'cpu * last 1h'],
    ['cpu\u0000 \u0007web01\u001B', 'demo', { host: ['web01'] }, 'cpu web01 last 1h'],
    ['cpu web01 🚀 !', 'demo', { host: ['web01'] }, 'cpu web01 last 1h'],
    ['uptime', 'demo', {}, 'uptime last 1h'],
  ])('reads `%s`', async (text, source, args, full) => {
    const question = await questionOf(text);
    expect({ source: question.query.sourceName, args: question.arguments, full: question.text }).toEqual({
      source,
      args,
      full,
    });
    expect(question.notes).toEqual([]);
  });

  it('keeps patterns as they were written, for titles', async () => {
    expect((await questionOf('cpu web* db01')).asWritten).toEqual({ host: ['web*', 'db01'] });
    expect(await questionOf('cpu web01')).not.toHaveProperty('asWritten');
  });

  it.each([
    ['logs checkout "payment refused" 15m', 'payment refused'],
    ['logs checkout “payment refused” 15m', 'payment refused'],
    ['logs "last 1h" checkout', 'last 1h'],
    ['logs checkout payment refused 15m', 'payment refused'],
    ['logs checkout text="card declined"', 'card declined'],
    ['logs checkout', '*'],
  ])('reads the free text of `%s`', async (text, value) => {
    const { arguments: args, query } = await questionOf(text);
    expect(query.id).toBe('logs');
    expect(args).toEqual({ service: ['checkout'], text: [value] });
  });

  it('takes a name that is both a value and a look as the value', async () => {
    const catalog = makeCatalog([
      makeQuery('cpu', 'demo', { parameters: [makeParameter('host', { values: ['dark'] })] }),
    ]);
    const question = await questionOf('cpu dark', {}, makeDeps({ catalog }));
    expect(question.arguments).toEqual({ host: ['dark'] });
    expect(question.looks).toEqual({});
  });

  it('checks numbers, durations and patterns of parameters', async () => {
    const parameters = [
      makeParameter('port', { type: 'number', isMulti: false, default: '80' }),
      makeParameter('code', { pattern: '[45]xx', default: '5xx' }),
    ];
    const deps = makeDeps({ catalog: makeCatalog([makeQuery('requests', 'demo', { parameters })]) });
    expect((await questionOf('requests 443 4xx', {}, deps)).arguments).toEqual({ port: ['443'], code: ['4xx'] });
    expect(await questionOf('requests 9xx blurb', {}, deps).catch((error: BotError) => error.code)).toBe(
      'ASK_BAD_RANGE',
    );
  });
});

describe('comparisons', () => {
  it.each([
    ['vs last week', '2026-11-18T04:02:00Z', '2026-11-18T10:02:00Z', 'last week'],
    ['vs yesterday', '2026-11-24T04:02:00Z', '2026-11-24T10:02:00Z', 'yesterday'],
    ['versus yesterday', '2026-11-24T04:02:00Z', '2026-11-24T10:02:00Z', 'yesterday'],
    ['compared to yesterday', '2026-11-24T04:02:00Z', '2026-11-24T10:02:00Z', 'yesterday'],
    ['compared with the week before', '2026-11-18T04:02:00Z', '2026-11-18T10:02:00Z', 'last week'],
    // A month back clocks still showed summer time: the same wall-clock times, another offset.
    ['vs last month', '2026-10-25T04:02:00Z', '2026-10-25T10:02:00Z', 'last month'],
    ['vs last year', '2025-11-25T04:02:00Z', '2025-11-25T10:02:00Z', 'last year'],
    ['vs 2d ago', '2026-11-23T04:02:00Z', '2026-11-23T10:02:00Z', '2d ago'],
    ['vs 2 weeks ago', '2026-11-11T04:02:00Z', '2026-11-11T10:02:00Z', '2w ago'],
    ['vs 24h', '2026-11-24T04:02:00Z', '2026-11-24T10:02:00Z', '24h ago'],
    ['vs monday', '2026-11-23T04:02:00Z', '2026-11-23T10:02:00Z', 'monday'],
    ['vs 2026-11-20', '2026-11-20T04:02:00Z', '2026-11-20T10:02:00Z', '2026-11-20'],
    ['vs previous', '2026-11-24T22:02:00Z', '2026-11-25T04:02:00Z', 'previous'],
    ['vs the previous window', '2026-11-24T22:02:00Z', '2026-11-25T04:02:00Z', 'previous'],
  ])('lays `cpu web01 6h %s` over the window from %s to %s', async (words, from, to, label) => {
    const question = await questionOf(`cpu web01 6h ${words}`);
    expect(question.comparison).toMatchObject({ kind: 'range', label });
    expect(explain({ kind: 'question', question }).comparison).toMatchObject({ range: { from, to } });
    expect((await questionOf(question.text)).comparison).toEqual(question.comparison);
  });

  it('compares the same wall-clock times across a change of the clocks', async () => {
    const nowMs = Date.parse('2026-03-30T10:00:00Z');
    const { comparison } = explain({
      kind: 'question',
      question: await questionOf('cpu web01 today 09:00-11:00 vs 2026-03-27', { nowMs }),
    });
    expect(comparison).toMatchObject({ range: { from: '2026-03-27T08:00:00Z', to: '2026-03-27T10:00:00Z' } });
  });

  it.each([
    ['cpu web01 vs web02', ['web02']],
    ['cpu web01 vs web02 6h', ['web02']],
    ['cpu vs web02 web01', ['web02']],
    ['cpu web01 vs web02, web03', ['web02', 'web03']],
    ['cpu web01 vs db*', ['db01', 'db02', 'db03']],
  ])('reads the other hosts of `%s`', async (text, host) => {
    const question = await questionOf(text);
    expect(question.arguments).toEqual({ host: ['web01'] });
    expect(question.comparison).toMatchObject({ kind: 'arguments', arguments: { host } });
  });

  it.each([
    'cpu web01 vs yesterday 14:00-16:00',
    'cpu web01 14:00-16:00 vs yesterday',
    'vs yesterday 14:00-16:00 cpu web01',
  ])('takes the day of `%s` as what to compare with', async (text) => {
    expect((await questionOf(text)).text).toBe('cpu web01 14:00-16:00 vs yesterday');
  });

  it('mends a typo in what is compared with, and says so', async () => {
    const { comparison, notes } = await questionOf('cpu web01 vs wbe02');
    expect(comparison).toMatchObject({ arguments: { host: ['web02'] } });
    expect(notes).toEqual(['`wbe02` is not a host I know. Showing `web02`, the only one near.']);
  });

  it.each(['cpu web01 vs blurb', 'cpu web01 2026-11-20 vs 2026-11-21'])('refuses `%s`', async (text) => {
    expect((await refusalOf(text)).code).toMatch(/^ASK_(UNKNOWN_VALUE|BAD_RANGE)$/);
  });
});

describe('rankings', () => {
  it.each([
    ['top 5 cpu 1h', { order: 'top', count: 5 }, demoHosts, 'top 5 cpu last 1h'],
    ['cpu top 5', { order: 'top', count: 5 }, demoHosts, 'top 5 cpu last 1h'],
    ['top five cpu', { order: 'top', count: 5 }, demoHosts, 'top 5 cpu last 1h'],
    ['top cpu', { order: 'top', count: 5 }, demoHosts, 'top 5 cpu last 1h'],
    ['bottom 3 load', { order: 'bottom', count: 3 }, demoHosts, 'bottom 3 load last 1h'],
    ['worst 3 load', { order: 'top', count: 3 }, demoHosts, 'top 3 load last 1h'],
    ['worst 3 free', { order: 'bottom', count: 3 }, demoHosts, 'bottom 3 free last 1h'],
    ['best 3 free', { order: 'top', count: 3 }, demoHosts, 'top 3 free last 1h'],
    ['top 3 cpu web*', { order: 'top', count: 3 }, webHosts, 'top 3 cpu web* last 1h'],
    [
      'top 3 cpu web* without web01',
      { order: 'top', count: 3 },
      webHosts.slice(1),
      'top 3 cpu web* without web01 last 1h',
    ],
  ])('ranks the fleet for `%s`', async (text, ranking, host, full) => {
    const question = await questionOf(text);
    expect(question).toMatchObject({ ranking, arguments: { host }, query: { sourceName: 'demo' }, text: full });
  });

  it('ranks one parameter and keeps the others', async () => {
    const { arguments: args } = await questionOf('top 3 disk var');
    expect(args).toEqual({ host: demoHosts, mount: ['var'] });
  });

  it.each([
    ['top 0 cpu', 'top 1 cpu'],
    ['top 999 cpu', 'top 50 cpu'],
  ])('refuses `%s`', async (text, suggestion) => {
    const { code, details } = await refusalOf(text);
    expect([code, details.suggestions]).toEqual(['ASK_TOO_MUCH', [suggestion]]);
  });
});

describe('outputs and looks', () => {
  it.each([
    ['as table', 'table', {}],
    ['as a table', 'table', {}],
    ['table', 'table', {}],
    ['as csv', 'csv', {}],
    ['as lines', 'lines', {}],
    ['as bars', 'chart', { bars: true }],
    ['as a bar chart', 'chart', { bars: true }],
    ['stacked', 'chart', { stacked: true }],
    ['as a stacked chart', 'chart', { stacked: true }],
    ['unstacked', 'chart', { stacked: false }],
    ['log scale', 'chart', { log: true }],
    ['linear scale', 'chart', { log: false }],
    ['from zero', 'chart', { min: 0 }],
    ['0..100', 'chart', { min: 0, max: 100 }],
    ['0…100', 'chart', { min: 0, max: 100 }],
    ['-10..10.5', 'chart', { min: -10, max: 10.5 }],
    ['..100', 'chart', { max: 100 }],
    ['min 5 max 10', 'chart', { min: 5, max: 10 }],
    ['dark', 'chart', { theme: 'dark' }],
    ['light theme', 'chart', { theme: 'light' }],
    ['stacked bars log scale from zero dark', 'chart', { stacked: true, bars: true, log: true, min: 0, theme: 'dark' }],
  ])('reads `%s`', async (words, output, looks) => {
    for (const text of [`errors checkout ${words} 30m`, `${words} errors checkout 30m`]) {
      const question = await questionOf(text);
      expect(question.output).toBe(output);
      expect(question.askedLooks ?? {}).toEqual(looks);
      expect(question.looks).toEqual({ bars: true, ...looks });
      expect(question.range.text).toBe('last 30m');
    }
  });
});

describe('variants', () => {
  it.each([
    ['net ams01', 'graphite-eu'],
    ['net nyc01', 'graphite-us'],
    ['net shared01 on graphite-us', 'graphite-us'],
    ['net shared01 on GRAPHITE-EU', 'graphite-eu'],
    ['net shared01 in staging', 'graphite-us'],
    ['in production net shared01 6h', 'graphite-eu'],
    ['net shared01 on graphite-eu on monday', 'graphite-eu'],
    ['net * on graphite-eu', 'graphite-eu'],
  ])('answers `%s` from %s', async (text, source) => {
    expect((await questionOf(text)).query.sourceName).toBe(source);
  });

  it.each(['net shared01', 'top 5 net', 'net shared*'])('asks which source `%s` means', async (text) => {
    const { code, details } = await refusalOf(text);
    expect(code).toBe('ASK_AMBIGUOUS');
    expect(details.suggestions).toEqual([`${text} on graphite-eu`, `${text} on graphite-us`]);
    for (const suggestion of details.suggestions ?? []) await questionOf(suggestion);
  });

  it('says where a query is, when it is not where it was looked for', async () => {
    const { message, details } = await refusalOf('net ams01 on demo 6h');
    expect(message).toContain('`net` is not known on demo');
    expect(details.suggestions).toEqual(['net ams01 6h']);
  });
});

describe('raw questions', () => {
  it.each([
    ['graphite: sumSeries(servers.*.cpu.user) 3h', 'sumSeries(servers.*.cpu.user)', 'last 3h'],
    ['graphite:sumSeries(servers.*.cpu.user)', 'sumSeries(servers.*.cpu.user)', 'last 1h'],
    ['`graphite: a.b` 3h', 'a.b', 'last 3h'],
    ['graphite: alias(a.b, "x 3h") yesterday 14:00-16:00', 'alias(a.b, "x 3h")', 'yesterday 14:00-16:00'],
    ["graphite: summarize(a.b, '1h') since 09:00", "summarize(a.b, '1h')", 'since 09:00'],
    ['graphite: alias(a.b, “x”)', 'alias(a.b, "x")', 'last 1h'],
    ['graphite: servers.{web01, web02}.load 3h as table', 'servers.{web01, web02}.load', 'last 3h'],
    ['GRAPHITE: a.b on demo 3h vs yesterday', 'a.b', 'last 3h'],
  ])('splits `%s`', async (text, target, range) => {
    const question = await questionOf(text.replace('` 3h', ' 3h`'));
    expect(question.query).toMatchObject({ id: 'graphite:', sourceName: 'demo', block: { target } });
    expect(question.range.text).toBe(range);
    expect((await questionOf(question.text)).text).toBe(question.text);
  });

  it('is for the source that knows where its paths begin', async () => {
    const sources = SOURCES.map((source) => ({ ...source, allowsRaw: true }));
    const sourceOf = async (text: string) => (await questionOf(text, {}, makeDeps({ sources }))).query.sourceName;
    expect(await sourceOf('graphite: alias(services.*.errors, "servers.x")')).toBe('demo');
    expect(await sourceOf('graphite: machine.*.cpu')).toBe('machine');
    expect(await sourceOf('graphite: servers.*.cpu on graphite-us')).toBe('graphite-us');
    const { code, details } = await refusalOf('graphite: servers.*.cpu', {}, makeDeps({ sources }));
    expect(code).toBe('ASK_AMBIGUOUS');
    expect(details.suggestions).toContain('graphite: servers.*.cpu on demo');
  });

  it('keeps a placeholder of the expression out of the title', async () => {
    expect((await questionOf('graphite: a.$' + '{b}')).query.title).toBe('a.$$' + '{b}');
  });

  it.each(['graphite: a.b on graphite-eu', 'promql: up'])('refuses `%s` and says who may allow it', async (text) => {
    const { code, message } = await refusalOf(text);
    expect(code).toBe('ASK_FORBIDDEN');
    expect(message).toContain('operator');
  });

  it('refuses a time that can be none rather than sending it to the source', async () => {
    expect((await refusalOf('graphite: a.b 25:00')).code).toBe('ASK_BAD_RANGE');
  });

  it('asks for an expression where there is none', async () => {
    expect((await refusalOf('graphite:')).code).toBe('ASK_EMPTY');
  });
});

describe('commands', () => {
  it.each([
    ['help', { kind: 'help' }],
    ['?', { kind: 'help' }],
    ['help cpu', { kind: 'help', topic: 'cpu', query: expect.objectContaining({ id: 'cpu' }) }],
    ['help processor', { kind: 'help', topic: 'processor', query: expect.objectContaining({ id: 'cpu' }) }],
    ['queries', { kind: 'queries' }],
    ['show me the queries', { kind: 'queries' }],
    ['queries db', { kind: 'queries', filter: 'db' }],
    ['hosts web', { kind: 'hosts', filter: 'web' }],
    ['status', { kind: 'status' }],
    ['status checkout', { kind: 'status', what: 'checkout' }],
    ['zone', { kind: 'zone' }],
    ['zone Europe/Berlin', { kind: 'zone', zone: 'Europe/Berlin' }],
    ['zone europe/berlin', { kind: 'zone', zone: 'Europe/Berlin' }],
    ['zone New York', { kind: 'zone', zone: 'America/New_York' }],
    ['zone utc', { kind: 'zone', zone: 'UTC' }],
    ['why', { kind: 'why' }],
    ['why?', { kind: 'why' }],
    ['why disk', { kind: 'why', topic: { words: ['disk'], named: [] } }],
    ['why cpu', { kind: 'why', topic: { words: ['cpu'], named: [] } }],
  ])('reads `%s`', async (text, command) => {
    expect(await ask(text)).toEqual({ kind: 'command', command });
  });

  it('refuses a zone that is none', async () => {
    const { code, details } = await refusalOf('zone Mars/Olympus');
    expect(code).toBe('ASK_UNKNOWN_VALUE');
    for (const suggestion of details.suggestions ?? []) await ask(suggestion);
  });

  it('refuses help on what is not there', async () => {
    expect((await refusalOf('help nonsense')).code).toBe('ASK_UNKNOWN_QUERY');
  });
});

describe('a bare line', () => {
  it.each(['cpu web01', 'cpu web01 6h vs yesterday', 'top 5 cpu', 'last 1h cpu web01', 'cpu wbe01'])(
    'is answered when all of it is a question: `%s`',
    async (text) => {
      expect((await ask(text, { isAddressed: false })).kind).toBe('question');
    },
  );

  it.each([
    '',
    'hello',
    'why',
    'again',
    '6h',
    'status',
    'the cpu on web01 looks high',
    'cpu looks high today',
    'memory is full',
    'load balancer is down',
    'cpu web01 is burning',
    'who broke checkout errors yesterday',
    'last friday was fun',
    'help me with this please',
    'lunch at 12:30?',
    'meet at 25:00',
  ])('is passed over in silence when it is talk: `%s`', async (text) => {
    expect(await ask(text, { isAddressed: false })).toEqual({ kind: 'none' });
  });

  it('is told about a slip in a question', async () => {
    expect((await refusalOf('cpu web01 last 1x', { isAddressed: false })).code).toBe('ASK_BAD_RANGE');
  });
});

describe('lists of values that cannot be had', () => {
  const valuesOf = async () => {
    throw new BotError('SOURCE_TIMEOUT', 'too slow');
  };

  it('leaves words as typed, with a note', async () => {
    const { arguments: args, notes } = await questionOf('load web77 6h', {}, makeDeps({ valuesOf }));
    expect(args).toEqual({ host: ['web77'] });
    expect(notes).toEqual(['I could not list the hosts of `demo`, so `web77` is taken as typed.']);
  });

  it('leaves patterns to the source', async () => {
    expect((await questionOf('load web*', {}, makeDeps({ valuesOf }))).arguments).toEqual({ host: ['web*'] });
  });

  it('stops when the caller gives up', async () => {
    const { understand } = await import('../../../src/questions/understand.ts');
    const controller = new AbortController();
    const hanging = makeDeps({
      valuesOf: (_source, _pattern, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    });
    const asked = understand('cpu web01', { nowMs: 0, zone: 'UTC', isAddressed: true }, hanging, controller.signal);
    controller.abort(new Error('gave up'));
    await expect(asked).rejects.toThrow('gave up');
  });
});

describe('two packs on one source', () => {
  const host = makeParameter('host', { type: 'host', values: 'servers.*', example: 'web01' });
  const queries = ['collectd', 'ours'].map((pack) => makeQuery('cpu', 'demo', { pack, parameters: [host] }));
  const deps = makeDeps({ catalog: makeCatalog(queries) });

  it('are told apart by name, in what is offered and in what is understood', async () => {
    const { code, message, details } = await refusalOf('cpu web01 6h', {}, deps);
    expect(code).toBe('ASK_AMBIGUOUS');
    expect(message).toContain('several packs');
    expect(details.suggestions).toEqual(['cpu web01 6h in collectd', 'cpu web01 6h in ours']);
    for (const [index, suggestion] of (details.suggestions ?? []).entries()) {
      const question = await questionOf(suggestion, {}, deps);
      expect(question.query).toBe(queries[index]);
      expect(question.text).toMatch(/ in (?:collectd|ours)$/);
    }
  });

  it('stay told apart in a follow-up', async () => {
    const first = await questionOf('cpu web01 in ours', {}, deps);
    const previous = JSON.parse(JSON.stringify(rememberQuestion(first)));
    expect((await questionOf('6h', { previous }, deps)).query.pack).toBe('ours');
  });
});
