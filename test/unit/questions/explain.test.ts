import { expect, it } from 'vitest';
import { plainText } from '../../../src/domain/message.ts';
import { explain, explanationMessage } from '../../../src/questions/explain.ts';
import { ask } from './world.ts';

const linesOf = async (text: string) =>
  explanationMessage(explain(await ask(text))).blocks.flatMap((block) =>
    block.kind === 'text' ? block.lines.map(plainText) : [],
  );

it('explains a question with what it has and nothing else', async () => {
  expect(explain(await ask('cpu web01 last 1h'))).toEqual({
    query: 'cpu',
    source: 'demo',
    arguments: { host: ['web01'] },
    range: { from: '2026-11-25T09:02:00Z', to: '2026-11-25T10:02:00Z', zone: 'Europe/Berlin', text: 'last 1h' },
    output: 'chart',
  });
});

it('explains everything a question may have', async () => {
  expect(explain(await ask('top 3 errors yesterday 14:00-16:00 vs last week as bars 0..100 blurb'))).toEqual({
    query: 'errors',
    source: 'demo',
    arguments: { service: ['checkout', 'search', 'payments'] },
    range: {
      from: '2026-11-24T13:00:00Z',
      to: '2026-11-24T15:00:00Z',
      zone: 'Europe/Berlin',
      text: 'yesterday 14:00-16:00',
    },
    comparison: {
      range: {
        from: '2026-11-17T13:00:00Z',
        to: '2026-11-17T15:00:00Z',
        zone: 'Europe/Berlin',
        text: 'last week',
      },
    },
    ranking: { order: 'top', count: 3 },
    output: 'chart',
    looks: { bars: true, min: 0, max: 100 },
    notes: ['I used everything but `blurb`.'],
  });
});

it('explains other arguments, raw questions and commands', async () => {
  expect(explain(await ask('cpu web01 vs web02')).comparison).toEqual({ arguments: { host: ['web02'] } });
  expect(explain(await ask('graphite: a.b 3h'))).toMatchObject({ query: 'graphite:', source: 'demo' });
  expect(explain(await ask('graphite: a.b 3h'))).not.toHaveProperty('arguments');
  expect(explain(await ask('help cpu'))).toEqual({ command: 'help' });
  expect(explain({ kind: 'none' })).toEqual({});
});

it('is plain JSON', async () => {
  const explanation = explain(await ask('top 3 errors 1h vs last week'));
  expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
});

it('says the same in words', async () => {
  expect(await linesOf('cpu web01 1h vs yesterday stacked blurb')).toEqual([
    'Query cpu on demo',
    'host web01',
    'Window last 1h: 2026-11-25T09:02:00Z to 2026-11-25T10:02:00Z, read in Europe/Berlin',
    'Compared with yesterday: 2026-11-24T09:02:00Z to 2026-11-24T10:02:00Z',
    'Shown as chart, stacked',
    'I used everything but blurb.',
  ]);
  expect((await linesOf('top 3 cpu'))[1]).toBe(
    'host web01, web02, web03, web04, web05, web06, web07, web08, web09, web10 and 10 more',
  );
  expect(await linesOf('status')).toEqual(['Command status']);
});
