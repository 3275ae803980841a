/** Queries that answer with log lines: what they give unasked, and how a phrase is told from a mistyped name. */
import { describe, expect, it } from 'vitest';
import { followUp, makeCatalog, makeDeps, makeQuery, QUERIES, questionOf } from './world.ts';

const logs = QUERIES.find(({ id }) => id === 'logs');
const lines = makeQuery('trace', 'demo', { parameters: logs?.parameters ?? [], output: 'lines' });
const deps = makeDeps({ catalog: makeCatalog([...QUERIES, lines]) });

describe('a query whose data are log lines', () => {
  it.each<[string, string, string]>([
    ['trace checkout', 'lines', 'trace checkout last 1h'],
    ['trace checkout 6h as bars', 'chart', 'trace checkout last 6h as chart as bars'],
    ['trace checkout as chart', 'chart', 'trace checkout last 1h as chart'],
    ['trace checkout as csv', 'csv', 'trace checkout last 1h as csv'],
    ['trace checkout vs yesterday', 'chart', 'trace checkout last 1h vs yesterday as chart'],
    ['errors checkout as lines', 'lines', 'errors checkout last 1h as lines'],
  ])('`%s` is answered as %s', async (text, output, whole) => {
    const question = await questionOf(text, {}, deps);
    expect(question.output).toBe(output);
    expect(question.text).toBe(whole);
    const again = await questionOf(question.text, {}, deps);
    expect([again.output, again.text]).toEqual([output, whole]);
  });

  it('stays a picture in a follow-up that asked for one', async () => {
    expect((await followUp('errors checkout as csv', '6h')).output).toBe('csv');
  });
});

describe('words that may be a phrase or a name', () => {
  it('takes a mistyped name for the name while that is wanted', async () => {
    const question = await questionOf('logs chekcout');
    expect(question.arguments).toEqual({ service: ['checkout'], text: ['*'] });
    expect(question.notes.join()).toContain('chekcout');
  });

  it.each([
    ['logs checkout payment refused', 'payment refused'],
    ['logs "payment refused" checkout', 'payment refused'],
    ['logs chekcout card stolen', 'card stolen'],
  ])('`%s` looks for %j', async (text, phrase) => {
    expect((await questionOf(text)).arguments).toEqual({ service: ['checkout'], text: [phrase] });
  });
});
