/** Questions as people say and paste them: small talk, brackets, quotes, trailing marks. */
import { describe, expect, it } from 'vitest';
import { definedUnit, makeUnit } from '../../../src/domain/unit.ts';
import { ask, followUp, makeCatalog, makeDeps, makeQuery, QUERIES, questionOf, refusalOf } from './world.ts';

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

  it.each([
    ['ms', { min: 0, max: 0.5 }],
    ['MB', { min: 0, max: 5e8 }],
    ['ratio', { min: 0, max: 500 }],
  ])('are ends of the axis in the unit of the definition: %s', async (unit, ends) => {
    const rate = makeQuery('rate', 'demo', { unit: definedUnit(unit), parameters: QUERIES[2]?.parameters ?? [] });
    const { looks, text } = await questionOf('rate web01 0..500', {}, makeDeps({ catalog: makeCatalog([rate]) }));
    expect([looks, text]).toEqual([ends, 'rate web01 last 1h 0..500']);
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

describe('a sentence that ranks', () => {
  it.each([
    ['which host has the most load', 'top 1 load last 1h'],
    ['which host has the highest load?', 'top 1 load last 1h'],
    ['which hosts have the least load 6h', 'bottom 5 load last 6h'],
    ['which 3 hosts are using the most load', 'top 3 load last 1h'],
    ['who has the most errors yesterday', 'top 1 errors yesterday'],
    ['top 5 hosts by load', 'top 5 load last 1h'],
  ])('`%s` is `%s`', async (said, text) => {
    const question = await questionOf(said);
    expect([question.text, question.notes]).toEqual([text, []]);
  });

  it('names what is nothing that can be ranked', async () => {
    expect((await questionOf('which room has the most load')).notes).toEqual(['I used everything but `room`.']);
  });

  it('is none without a word that ranks', async () => {
    expect((await questionOf('what is the load of web01')).text).toBe('load web01 last 1h');
  });

  it('between people is nothing for the bot', async () => {
    expect(await ask('which host has the most load', { isAddressed: false })).toEqual({ kind: 'none' });
  });
});

describe('a form that is mistyped', () => {
  it.each([
    ['logs checkout as tabel', 'logs checkout last 1h as table', 'tabel', 'table'],
    ['cpu web01 as a stakced chart', 'cpu web01 last 1h stacked', 'stakced', 'stacked'],
  ])('`%s` is the nearest, and says so', async (said, text, word, form) => {
    const question = await questionOf(said);
    const note = `\`${word}\` is no form I know. Showing it as \`${form}\`, the nearest.`;
    expect([question.text, question.notes]).toEqual([text, [note]]);
  });

  it('is one in a follow-up too', async () => {
    const question = await followUp('cpu web01', 'as tabel');
    expect([question.text, question.notes.length]).toEqual(['cpu web01 last 1h as table', 1]);
  });

  it('stays a word of what is raw, or near to no form', async () => {
    expect((await questionOf('graphite: a as tabel')).query.title).toContain('tabel');
    expect((await questionOf('cpu web01 as soon as possible')).output).toBe('chart');
  });
});

describe('`per` and what stands behind it', () => {
  it('a unit of time is the definition’s to choose', async () => {
    const { text, notes } = await questionOf('errors checkout per minute');
    expect(text).toBe('errors checkout last 1h');
    expect(notes).toEqual(['`per minute` changes nothing: `errors` stays as its definition has it.']);
  });

  it('is not noted where that is the unit', async () => {
    const rate = makeQuery('rate', 'demo', { unit: makeUnit('req/s') });
    const deps = makeDeps({ catalog: makeCatalog([rate]) });
    expect((await questionOf('rate per second', {}, deps)).notes).toEqual([]);
    expect((await questionOf('rate per minute', {}, deps)).notes[0]).toContain('as its definition has it, in `req/s`.');
  });

  it.each(['errors per minute', 'errors per service'])('`%s` still needs a service', async (said) => {
    const { message } = await refusalOf(said);
    expect(message).toMatch(/^`errors` needs a service\. For example `errors checkout per /);
  });
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
