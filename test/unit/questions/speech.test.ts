/** Questions as people say and paste them: small talk, brackets, quotes, trailing marks. */
import { describe, expect, it } from 'vitest';
import { ask, makeCatalog, makeDeps, makeQuery, QUERIES, questionOf, refusalOf } from './world.ts';

describe('small talk', () => {
  it.each([
    'thanks',
    'Thank you very much!',
    'hello',
    'Hi there 👋',
    'good morning',
    'ok',
    'what can you do?',
    'ok, cool',
  ])('`%s` asks for nothing and is no fault', async (text) => {
    expect(await ask(text)).toEqual({ kind: 'command', command: { kind: 'small-talk' } });
  });

  it.each(['thanks', 'hello', 'good morning'])('`%s` between people is nothing for the bot', async (text) => {
    expect(await ask(text, { isAddressed: false })).toEqual({ kind: 'none' });
  });

  it('is a question when a query has that name', async () => {
    const deps = makeDeps({ catalog: makeCatalog([...QUERIES, makeQuery('ping', 'demo')]) });
    expect((await questionOf('ping', {}, deps)).query.id).toBe('ping');
  });

  it.each(['hi, cpu web01', 'thanks, and cpu web01 please'])('`%s` is a question all the same', async (text) => {
    expect((await questionOf(text)).text).toBe('cpu web01 last 1h');
  });
});

describe('marks around words', () => {
  it.each([
    '(cpu web01)',
    'cpu (web01)',
    '[cpu web01]',
    "cpu 'web01'",
    'cpu ‘web01’',
    'cpu web01...',
    'cpu web01…',
    'what’s the cpu usage of web01?',
    "how's cpu on web01?",
  ])('`%s` is as good as without them', async (text) => {
    const { text: full, notes } = await questionOf(text);
    expect([full, notes]).toEqual(['cpu web01 last 1h', []]);
  });

  it('are part of a pattern where the word needs them', async () => {
    expect((await questionOf('(cpu web{01,02})')).arguments).toEqual({ host: ['web01', 'web02'] });
  });

  it.each([
    ['cpu web01 0..', { min: 0 }],
    ['cpu web01 0…', { min: 0 }],
    ['cpu web01 ..100', { max: 100 }],
  ])('`%s` keeps its open end', async (text, looks) => {
    expect((await questionOf(text)).askedLooks).toEqual(looks);
  });
});

describe('what ranks', () => {
  it.each(['top 3 disk', 'top3 disk', '3 fullest disks', 'three biggest disk', '3 busiest disks'])(
    '`%s` ranks three from the top',
    async (text) => {
      const disk = makeQuery('disk', 'demo', { aliases: ['disks'], parameters: QUERIES[2]?.parameters ?? [] });
      const { ranking, notes } = await questionOf(text, {}, makeDeps({ catalog: makeCatalog([disk]) }));
      expect([ranking, notes]).toEqual([{ order: 'top', count: 3 }, []]);
    },
  );
});

describe('raw questions that cannot be sent', () => {
  it.each(['graphite: sumSeries(servers.web01.cpu 1h', 'graphite: alias(a.b, "x 1h'])(
    '`%s` is never closed, and is not asked of any source',
    async (text) => {
      expect((await refusalOf(text)).message).toMatch(/^A bracket or a quote of `.*` is never closed\.$/);
    },
  );

  it.each(['graphite: on demo', 'graphite: 1h', 'graphite: 6h as table'])('`%s` has no expression', async (text) => {
    expect((await refusalOf(text)).code).toBe('ASK_EMPTY');
  });

  it('a language that no source speaks is not said to be forbidden', async () => {
    expect((await refusalOf('promql: up')).message).toBe('No source here speaks `promql:`. The operator may add one.');
  });
});

describe('several questions in one text', () => {
  it.each([
    ['cpu web01; memory laptop', '`memory laptop`'],
    ['cpu web01\nerrors checkout 6h', '`errors checkout 6h`'],
    ['cpu web01 then load web02', '`load web02`'],
    ['cpu web01 and load web01', '`load web01`'],
  ])('%j: the first is answered, the next is named', async (text, next) => {
    const { text: full, notes } = await questionOf(text);
    expect(full).toBe('cpu web01 last 1h');
    expect(notes).toEqual([`One question at a time: ask ${next} on its own.`]);
  });

  it.each(['cpu web01\nlast 6h', 'cpu web01 6h;', 'cpu\nweb01\n6h'])('%j is one', async (text) => {
    const { text: full, notes } = await questionOf(text);
    expect([full, notes]).toEqual(['cpu web01 last 6h', []]);
  });
});

describe('words beside values', () => {
  it.each(['cpu all', 'cpu all hosts', 'cpu every host', 'cpu everything'])('`%s` is about all hosts', async (text) => {
    const { arguments: args, notes, text: full } = await questionOf(text);
    expect([args.host?.length, notes, full]).toEqual([20, [], 'cpu * last 1h']);
  });

  it.each(['cpu host web01', 'cpu of the host web01'])('`%s` names what the value is', async (text) => {
    const { text: full, notes } = await questionOf(text);
    expect([full, notes]).toEqual(['cpu web01 last 1h', []]);
  });

  it('a plural is a beginning of several', async () => {
    const { message } = await refusalOf('cpu webs');
    expect(message).toBe('`webs` could be web01 … web12 (12 hosts). One of them, or all: `cpu web*`');
  });

  it('a source that is not there is never passed over in silence', async () => {
    expect((await questionOf('cpu web01 in testing')).notes).toEqual([
      'I know no source or environment called `testing`: this is from `demo`.',
    ]);
  });

  it('a key that the query does not have is named with those it has', async () => {
    const { message } = await refusalOf('cpu foo=web01');
    expect(message).toBe('`cpu` takes no `foo`, only `host`. `cpu web01` works.');
  });
});

describe('what is asked of a known value without a query', () => {
  it.each([
    ['is web01 ok?', 'What of `web01`? For example `cpu web01`'],
    ['also web02', 'What of `web02`? For example `cpu web02`'],
    ['banana checkout', 'No query is called `banana`. For example `errors checkout`'],
  ])('`%s` is met with questions of that value alone', async (text, sentence) => {
    const { message, details } = await refusalOf(text);
    expect(message.startsWith(sentence)).toBe(true);
    for (const suggestion of details.suggestions ?? []) expect((await questionOf(suggestion)).notes).toEqual([]);
  });
});

describe('now', () => {
  it('carries nothing behind a question', async () => {
    const { text, notes } = await questionOf('cpu web01 right now');
    expect([text, notes]).toEqual(['cpu web01 last 1h', []]);
  });
});

it.each(['alerts severity critical', 'alerts severity:critical', 'alerts critical'])(
  '`%s` is of a severity',
  async (text) => {
    expect(await ask(text)).toMatchObject({ command: { kind: 'alerts', topic: { words: ['critical'] } } });
  },
);

it.each(['load above 35', 'load web01 below 2'])('`%s` asks for a limit, which is refused', async (text) => {
  expect((await refusalOf(text)).message).toMatch(
    /^Values cannot be picked by a limit, as `\w+ \d+`\. `top 5 load` ranks/,
  );
});
