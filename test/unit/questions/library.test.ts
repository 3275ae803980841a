/** Questions about dashboards, panels and searches that a back end keeps: by words, by a pasted page, and what follows. */
import { describe, expect, it } from 'vitest';
import type { Question } from '../../../src/domain/question.ts';
import { rememberQuestion } from '../../../src/questions/follow-up.ts';
import { searchMessage } from '../../../src/questions/library.ts';
import { understand } from '../../../src/questions/understand.ts';
import { GRAFANA, libraryOf, makeDeps, NOW_MS, opened, wanted, ZONE } from './world.ts';

const deps = makeDeps();

async function ask(text: string, previous?: Question, isAddressed = true, these = deps) {
  const context = { nowMs: NOW_MS, zone: ZONE, isAddressed, ...(previous && { previous: rememberQuestion(previous) }) };
  return understand(text, context, these, AbortSignal.timeout(5_000));
}

async function question(text: string, previous?: Question): Promise<Question> {
  const understood = await ask(text, previous);
  if (understood.kind !== 'question') throw new Error(`${text} is ${understood.kind}`);
  return understood.question;
}

describe('a panel by its words', () => {
  it('is a question with its block, its title, its window and the values that are saved', async () => {
    const { query, arguments: args, range, notes, text } = await question('grafana web-overview cpu');
    expect(query).toMatchObject({ kind: 'grafana', sourceName: 'graphs', block: opened.block, title: opened.title });
    expect(query.unit.id).toBe('percent');
    expect(args).toEqual({ host: ['web01', 'web02'], interval: ['5m'] });
    expect(range.text).toBe('last 6h');
    expect(notes).toEqual(['A note of the panel.']);
    expect(text).toBe('grafana web-overview cpu last 6h');
  });

  it.each([
    'grafana web-overview cpu host=web03 1h',
    'show me grafana web-overview cpu last 1h host=web03',
    'Graphs web-overview cpu 1h host=web03',
    'grafana: web-overview cpu host=web03 1h',
  ])('takes values and times in any order: %s', async (text) => {
    const { arguments: args, range } = await question(text);
    expect([args.host, range.text]).toEqual([['web03'], 'last 1h']);
    expect(wanted.at(-1)).toMatchObject({ words: ['web-overview', 'cpu'], named: ['host'] });
  });

  it('writes itself so that it can be asked again', async () => {
    const first = await question('grafana web-overview cpu host=web0* as bars 30m vs yesterday');
    expect(first.text).toBe('grafana web-overview cpu host=web0* last 30m vs yesterday as bars');
    expect((await question(first.text)).text).toBe(first.text);
  });

  it('refuses a value that its variable does not have', async () => {
    await expect(ask('grafana web-overview cpu host=db01')).rejects.toMatchObject({ code: 'ASK_UNKNOWN_VALUE' });
  });

  it('passes on what the library says of words that are none', async () => {
    const refusal = { code: 'ASK_UNKNOWN_QUERY', details: { suggestions: ['grafana web-overview cpu'] } };
    await expect(ask('grafana nosuch')).rejects.toMatchObject(refusal);
  });

  it('asks which, where two back ends have it', async () => {
    const two = makeDeps({ sources: [GRAFANA, { ...GRAFANA, name: 'other' }] });
    const refusal = {
      code: 'ASK_AMBIGUOUS',
      details: { suggestions: ['grafana web-overview cpu on graphs', 'grafana web-overview cpu on other'] },
    };
    await expect(ask('grafana web-overview cpu', undefined, true, two)).rejects.toMatchObject(refusal);
    const named = await ask('grafana web-overview cpu on other', undefined, true, two);
    expect(named).toMatchObject({
      question: { query: { sourceName: 'other' }, text: 'grafana web-overview cpu last 6h on other' },
    });
  });
});

describe('a follow-up of a panel', () => {
  it.each([
    ['2h', 'grafana web-overview cpu host=web01 last 2h'],
    ['also web02', 'grafana web-overview cpu host=web01,web02 last 1h'],
    ['web03', 'grafana web-overview cpu host=web03 last 1h'],
    ['as table', 'grafana web-overview cpu host=web01 last 1h as table'],
    ['vs yesterday', 'grafana web-overview cpu host=web01 last 1h vs yesterday'],
  ])('%s', async (text, expected) => {
    const before = await question('grafana web-overview cpu host=web01 1h');
    expect((await question(text, before)).text).toBe(expected);
  });
});

describe('a pasted page', () => {
  const page = "https://graphs.example/d/abc/x?viewPanel=4&a=(b:'c')";

  it.each([page, `<${page}>`, `[CPU](${page})`, `look at ${page}.`, `${page} please`])('%s', async (text) => {
    const { range, arguments: args, text: written } = await question(text);
    expect(wanted.at(-1)?.url?.href).toBe(new URL(page).href);
    expect(wanted.at(-1)?.words).toEqual([]);
    expect([range.fromMs, range.toMs]).toEqual([NOW_MS - 7_200_000, NOW_MS - 3_600_000]);
    expect(args).toEqual({ host: ['web03'], interval: ['1m'] });
    const again = await question(written);
    expect([again.arguments.host, again.range.fromMs, again.range.toMs]).toEqual([['web03'], range.fromMs, range.toMs]);
  });

  it('takes another window and other values that are said with it', async () => {
    const { range, arguments: args } = await question(`${page} 30m host=web01 as table`);
    expect([range.text, args.host]).toEqual(['last 30m', ['web01']]);
  });

  it('says which pages can be shown where this is none of them', async () => {
    await expect(ask('https://elsewhere.example/d/abc')).rejects.toMatchObject({
      code: 'ASK_UNKNOWN_QUERY',
      message: expect.stringMatching(/^This page cannot be shown here; I read panels of \S+/),
    });
  });

  it('is unfurled in a room when it stands alone, and left alone in talk', async () => {
    expect((await ask(page, undefined, false)).kind).toBe('question');
    expect((await ask(`have a look at ${page}`, undefined, false)).kind).toBe('none');
    expect((await ask('https://elsewhere.example/d/abc', undefined, false)).kind).toBe('none');
  });
});

describe('a search', () => {
  it.each([
    ['grafana search nginx', 'nginx'],
    ['grafana find the nginx', 'nginx'],
    ['grafana', ''],
  ])('%s', async (text, words) => {
    const understood = await ask(text);
    if (understood.kind !== 'command' || understood.command.kind !== 'search') throw new Error(understood.kind);
    const { blocks } = await searchMessage(understood.command.said, AbortSignal.timeout(1_000));
    expect(JSON.stringify(blocks)).toContain(`Web / ${words}`);
    expect(JSON.stringify(blocks)).toContain('grafana web-overview cpu');
  });

  it('says so when there is nothing', async () => {
    const none = { ...GRAFANA, source: { library: libraryOf({ search: async () => [] }) } };
    const understood = await ask('grafana search nginx', undefined, true, makeDeps({ sources: [none] }));
    if (understood.kind !== 'command' || understood.command.kind !== 'search') throw new Error(understood.kind);
    const { blocks } = await searchMessage(understood.command.said, AbortSignal.timeout(1_000));
    expect(JSON.stringify(blocks)).toContain('has no panels about');
  });
});

it('leaves the word to a saved query of that name', async () => {
  const understood = await ask('cpu web01 1h');
  expect(understood).toMatchObject({ question: { query: { kind: 'graphite' } } });
});
