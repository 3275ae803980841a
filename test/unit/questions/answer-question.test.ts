/** What is asked of a source for a question, and what is made of its refusals. */
import { expect, it } from 'vitest';
import { BotError } from '../../../src/domain/errors.ts';
import type { Question } from '../../../src/domain/question.ts';
import { makeSeries } from '../../../src/domain/series.ts';
import { makeUnit } from '../../../src/domain/unit.ts';
import { answerQuestion } from '../../../src/questions/answer-question.ts';
import type { FetchWindow, Source } from '../../../src/sources/source.ts';
import { type ConfiguredSource, createSourceSet } from '../../../src/sources/source-set.ts';
import { makeCatalog, makeQuery, NOW_MS, ZONE } from './world.ts';

const HOUR = 3_600_000;
const unit = makeUnit('percent');

function questionAbout(hosts: readonly string[], fields: Partial<Question> = {}): Question {
  return {
    query: makeQuery('cpu', 'fake'),
    arguments: { host: hosts },
    range: { fromMs: NOW_MS - HOUR, toMs: NOW_MS, zone: ZONE, text: 'last 1h' },
    output: 'chart',
    looks: {},
    text: 'cpu',
    notes: [],
    ...fields,
  } as Question;
}

interface FakeRequest {
  readonly label: string;
  readonly hosts: readonly string[];
}

/** A source whose hosts are their own numbers, that takes no `@` and sends no more than `pointsMax` points of a series. */
function fakeSource({ pointsMax = Number.POSITIVE_INFINITY, seriesMax = 500 } = {}) {
  const windows: FetchWindow[] = [];
  const asked: (readonly string[])[] = [];
  const source: Source = {
    request(_, { arguments: { host = [] }, seriesMax: max = seriesMax }) {
      const odd = host.find((name) => name.includes('@'));
      if (odd !== undefined) {
        const details = { parameter: 'host', value: odd };
        throw new BotError('ASK_UNKNOWN_VALUE', `\`${odd}\` cannot be a host: it holds an odd sign.`, details);
      }
      if (host.length > max) throw new BotError('SOURCE_TOO_MUCH', 'too many series', { series: host.length });
      return { label: host.join('+'), hosts: host } as FakeRequest;
    },
    async fetch(request, window) {
      windows.push(window);
      asked.push((request as FakeRequest).hosts);
      if (window.maxPoints > pointsMax) throw new BotError('SOURCE_TOO_MUCH', 'too large', { maxBytes: 1 });
      const series = (request as FakeRequest).hosts.map((host) => {
        // a coarse look is wrong by a little, as buckets are
        const value = Number(host.slice(1)) + (window.maxPoints < 100 ? (Number(host.slice(1)) % 3) * -4 : 0);
        return makeSeries({ name: host, labels: { host }, unit }, [[NOW_MS - 60_000, value]]);
      });
      return [{ kind: 'series', series, range: { ...window, text: '' }, warnings: [] }];
    },
    link: () => undefined,
    check: async () => ({ problems: [] }),
  };
  const configured = {
    name: 'fake',
    kind: 'graphite',
    title: 'Fake',
    isDemo: false,
    allowsRaw: true,
    timeoutMs: 5_000,
    source,
  };
  const sources = createSourceSet([configured as ConfiguredSource]);
  const catalog = makeCatalog([makeQuery('load', 'fake', { title: 'Load of ${host}' })]);
  const ask = (question: Question) =>
    answerQuestion(question, { sources, catalog, nowMs: NOW_MS }, new AbortController().signal);
  return { ask, windows, asked };
}

const namesOf = ({ frames: [frame] }: { frames: readonly { kind: string; series?: readonly { name: string }[] }[] }) =>
  frame?.series?.map(({ name }) => name);

it('leaves out names that cannot be bound, and says which and why', async () => {
  const { ask } = fakeSource();
  const answer = await ask(questionAbout(['h1', 'h@2', 'h3', 'h@4']));
  expect(namesOf(answer)).toEqual(['h1', 'h3']);
  expect(answer.notes).toEqual([
    'Left out: `h@2` cannot be a host: it holds an odd sign. `h@4` cannot be a host: it holds an odd sign.',
  ]);
  expect(answer.question.arguments).toEqual({ host: ['h1', 'h3'] });
});

it('names three of those that it leaves out, and counts the rest', async () => {
  const { ask } = fakeSource();
  const { notes } = await ask(questionAbout(['h1', ...Array.from({ length: 9 }, (_, index) => `h@${index}`)]));
  expect(notes.join()).toMatch(/`h@2`.* And 6 more\.$/);
});

it.each([[['h@1']], [['h@1', 'h@2']]])('refuses %j, of which nothing is left', async (hosts) => {
  await expect(fakeSource().ask(questionAbout(hosts))).rejects.toMatchObject({ code: 'ASK_UNKNOWN_VALUE' });
});

it('asks for fewer points when an answer was too large', async () => {
  const { ask, windows } = fakeSource({ pointsMax: 1_000 });
  expect(namesOf(await ask(questionAbout(['h1'])))).toEqual(['h1']);
  expect(windows.map(({ maxPoints }) => maxPoints)).toEqual([13_000, 800]);
});

it('does not ask again when nothing smaller is left, or there are too many series', async () => {
  const small = fakeSource({ pointsMax: 100 });
  await expect(small.ask(questionAbout(['h1']))).rejects.toMatchObject({ code: 'SOURCE_TOO_MUCH' });
  expect(small.windows.length).toBe(2);
  const many = fakeSource({ seriesMax: 2 });
  await expect(many.ask(questionAbout(['h1', 'h2', 'h3']))).rejects.toMatchObject({ code: 'SOURCE_TOO_MUCH' });
  expect(many.windows).toEqual([]);
});

it('ranks many by what they are, though a coarse look comes first', async () => {
  const { ask, windows } = fakeSource();
  const hosts = Array.from({ length: 400 }, (_, index) => `h${index}`);
  const answer = await ask(questionAbout(hosts, { ranking: { order: 'top', count: 3 } }));
  expect(windows.map(({ maxPoints }) => maxPoints)).toEqual([60, 3_750]);
  expect(namesOf(answer)).toEqual(['h399', 'h398', 'h397']);
  expect(answer.rankedFrom).toBe(400);
});

it('links and draws beneath a ranking only those that it shows, the first first', async () => {
  const { ask, asked } = fakeSource();
  const query = makeQuery('cpu', 'fake', {
    links: [{ title: 'Host', url: 'https://hosts.example/?host=${host}' }],
    overlays: [{ kind: 'query', query: 'load', with: { host: '${host}' } }],
  });
  const top = { ranking: { order: 'top', count: 2 } } as const;
  const answer = await ask(questionAbout(['h1', 'h2', 'h3'], { query, ...top }));
  expect(answer.links).toEqual([{ title: 'Host', url: 'https://hosts.example/?host=h3' }]);
  expect(asked).toEqual([
    ['h1', 'h2', 'h3'],
    ['h3', 'h2'],
  ]);
  expect(answer.under).toMatchObject([{ title: 'Load of h3, h2' }]);
  expect(answer.origin).toMatch(/ · h3\+h2$/);
});

it('compares those that a ranking shows, and no others', async () => {
  const { ask } = fakeSource();
  const range = { fromMs: NOW_MS - 25 * HOUR, toMs: NOW_MS - 24 * HOUR, zone: ZONE, text: 'yesterday' };
  const comparison = { kind: 'range', label: 'yesterday', range } as const;
  const answer = await ask(questionAbout(['h1', 'h2', 'h3'], { ranking: { order: 'bottom', count: 1 }, comparison }));
  const other = answer.comparison?.frames.flatMap((frame) => (frame.kind === 'series' ? frame.series : []));
  expect(other?.map(({ name }) => name)).toEqual(['h1']);
});
