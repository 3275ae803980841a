import { describe, expect, it } from 'vitest';
import { type Message, plainText } from '../../../src/domain/message.ts';
import {
  exampleQuestions,
  helpMessage,
  hostsMessage,
  queriesMessage,
  queryHelpMessage,
} from '../../../src/questions/help.ts';
import { makeCatalog, makeDeps, makeParameter, makeQuery, QUERIES, questionOf } from './world.ts';

const never = new AbortController().signal;
const deps = makeDeps();
const failing = makeDeps({ valuesOf: () => Promise.reject(new Error('down')) });
const linesOf = ({ blocks }: Message) =>
  blocks.flatMap((block) => (block.kind === 'text' ? block.lines.map(plainText) : []));
const textOf = (message: Message) => linesOf(message).join('\n');

describe('examples', () => {
  it('are three different questions that can be asked here', async () => {
    const examples = await exampleQuestions(deps, never);
    expect(examples).toEqual(['cpu web01 last 1h', 'top 5 cpu last 1h', 'cpu last 5m']);
    for (const example of examples) expect((await questionOf(example)).notes).toEqual([]);
  });

  it('are the definitions’ own where lists cannot be had', async () => {
    const examples = await exampleQuestions(failing, never);
    expect(examples).toContain('cpu web01 last 1h');
    expect(examples.length).toBe(3);
  });

  it('are none where there is nothing to ask', async () => {
    expect(await exampleQuestions(makeDeps({ catalog: makeCatalog([]) }), never)).toEqual([]);
  });
});

describe('help', () => {
  it('fits the screen of a phone', async () => {
    const lines = linesOf(await helpMessage(deps, never));
    expect(lines.length).toBeLessThanOrEqual(12);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(90);
  });

  it('has examples, times, follow-ups and where the list is', async () => {
    const text = textOf(await helpMessage(deps, never));
    for (const part of ['cpu web01 last 1h', 'since 09:00', 'also web02', 'queries', 'zone Europe/Berlin']) {
      expect(text).toContain(part);
    }
    expect(text).toContain('10 queries');
  });

  it('offers nothing that cannot be read: every code in it is a question, a part of one, or a command', async () => {
    const { blocks } = await helpMessage(deps, never);
    const codes = blocks.flatMap((block) =>
      block.kind === 'text'
        ? block.lines.flatMap((line) =>
            line.flatMap((span) => (typeof span === 'object' && 'code' in span ? span.code : [])),
          )
        : [],
    );
    const previous = {
      text: 'cpu web01 last 1h',
      query: 'cpu',
      source: 'demo',
      range: { fromMs: 0, toMs: 1, zone: 'UTC', text: '1h' },
    };
    const { ask } = await import('./world.ts');
    for (const code of codes.filter((one) => !one.includes('…'))) await ask(code, { previous });
  });
});

describe('help on a query', () => {
  it('says what it means, where the data come from, what it takes', async () => {
    const query = makeQuery('disk', 'demo', {
      aliases: ['df'],
      description: 'How full the disks are.',
      owner: 'platform',
      examples: ['top 3 disk'],
      runbookUrl: 'https://wiki.example/disk',
      parameters: [
        makeParameter('host', { values: 'servers.*', description: 'a machine' }),
        makeParameter('mount', { values: ['root', 'var'], default: 'root' }),
      ],
    });
    const lines = linesOf(await queryHelpMessage(query, makeDeps({ catalog: makeCatalog([query]) }), never));
    expect(lines).toEqual([
      'disk · also df · demo data',
      'How full the disks are.',
      'Data from demo (graphite)',
      '• host: a machine: web01 · web02 · web03 · web04 · web05 · web06 · web07 · web08 … 12 more',
      '• mount, root unless you say another: root · var',
      'Examples disk web01 root · top 3 disk',
      'Default window 1h, at most 90 days',
      'Owner platform',
      'Runbook',
    ]);
  });

  it('tells the variants apart', async () => {
    const [cpu] = QUERIES;
    const text = textOf(await queryHelpMessage(cpu as (typeof QUERIES)[number], deps, never));
    expect(text).toContain('Data from machine (graphite)');
    expect(text).toContain('Data from demo (graphite) (demo data)');
  });

  it('works where lists cannot be had', async () => {
    const [, , cpu] = QUERIES;
    const text = textOf(await queryHelpMessage(cpu as (typeof QUERIES)[number], failing, never));
    expect(text).toContain('for example web01');
  });
});

describe('queries', () => {
  it('lists each name once, with what it needs', () => {
    const lines = linesOf(queriesMessage(deps.catalog));
    expect(lines[0]).toBe('10 queries');
    expect(lines.filter((line) => line.startsWith('• cpu'))).toHaveLength(1);
    expect(lines).toContain('• errors SERVICE');
  });

  it('lists those that a word is about', () => {
    expect(linesOf(queriesMessage(deps.catalog, 'PROC'))).toEqual(['1 query for proc', '• cpu']);
    expect(textOf(queriesMessage(deps.catalog, 'nonsense'))).toContain('No query fits nonsense');
  });

  it('is bounded', () => {
    const many = Array.from({ length: 100 }, (_, index) => makeQuery(`q${index}`, 'demo'));
    const lines = linesOf(queriesMessage(makeCatalog(many)));
    expect(lines.length).toBe(42);
    expect(lines.at(-1)).toBe('… 60 more: queries WORD lists fewer');
  });
});

describe('hosts', () => {
  it('lists hosts by source, in the order people count', async () => {
    const lines = linesOf(await hostsMessage(deps, undefined, never));
    expect(lines).toContain('demo (demo data): 20 hosts');
    expect(lines).toContain('machine: 1 host');
    expect(lines.join('\n')).toContain('web09 · web10 · web11');
  });

  it('lists those that hold a word', async () => {
    expect(linesOf(await hostsMessage(deps, 'db*', never))).toEqual([
      'demo (demo data): 3 hosts',
      'db01 · db02 · db03',
    ]);
    expect(textOf(await hostsMessage(deps, 'nonsense', never))).toContain('No host holds nonsense');
  });

  it('says that none is known where no list can be had', async () => {
    const text = textOf(await hostsMessage(failing, undefined, never));
    expect(text).toContain('No hosts are known');
    expect(text).toContain('demo (demo data): lists no hosts now; status says how it is');
  });
});
