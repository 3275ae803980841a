import { describe, expect, it } from 'vitest';
import { type CompleteDeps, complete } from '../../../src/questions/complete.ts';
import { understand } from '../../../src/questions/understand.ts';
import { makeDeps, NOW_MS, ZONE } from './world.ts';

const never = new AbortController().signal;
const deps = (own: Partial<CompleteDeps> = {}): CompleteDeps => ({
  ...makeDeps(),
  nowMs: NOW_MS,
  zone: ZONE,
  hasRecord: true,
  ...own,
});

/** Completes where `|` stands; gives the texts, and the whole as it would stand with the first of them. */
async function at(marked: string, own: Partial<CompleteDeps> = {}) {
  const text = marked.replace('|', '');
  const { from, to, items } = await complete(text, marked.indexOf('|'), deps(own), never);
  const [first] = items;
  return {
    texts: items.map((item) => item.text),
    kinds: new Set(items.map(({ kind }) => kind)),
    taken: first && text.slice(0, from) + first.text + text.slice(to),
  };
}

describe('completion', () => {
  it('begins with the queries there are, then commands', async () => {
    const { texts } = await at('|');
    expect(texts.slice(0, 3)).toEqual(['cpu', 'memory', 'load']);
    expect(texts).toContain('top 5');
    expect(texts).toContain('alerts');
  });

  it('finishes names of queries, aliases among them', async () => {
    expect((await at('pro|')).taken).toBe('processor');
    expect((await at('show me lat|')).taken).toBe('show me latency');
    expect((await at('top 5 di|')).taken).toBe('top 5 disk');
    expect((await at('help err|')).taken).toBe('help errors');
  });

  it('offers the values of the query that was named, those not said yet', async () => {
    const { texts } = await at('load web01 web0|');
    expect(texts[0]).toBe('web02');
    expect(texts).not.toContain('web01');
    expect((await at('errors ch|')).taken).toBe('errors checkout');
    expect((await at('errors service=pay|')).taken).toBe('errors service=payments');
  });

  it('finds a value by what it holds', async () => {
    expect((await at('load eue|')).taken).toBe('load queue01');
  });

  it('replaces the word around the cursor and leaves the rest', async () => {
    expect((await at('load we|b99 last 1h')).taken).toBe('load web01 last 1h');
  });

  it('knows how times, comparisons and looks go on', async () => {
    expect((await at('load web01 last |')).texts).toContain('6h');
    expect((await at('load web01 since |')).texts).toContain('09:00');
    expect((await at('load web01 vs |')).texts).toEqual(expect.arrayContaining(['last week', 'web02']));
    expect((await at('load web01 as t|')).taken).toBe('load web01 as table');
    expect((await at('load web01 ye|')).taken).toBe('load web01 yesterday');
  });

  it('offers no second time', async () => {
    expect((await at('load web01 last 1h |')).kinds).toEqual(new Set(['value', 'time', 'word']));
    expect((await at('load web01 last 1h |')).texts).not.toContain('last 6h');
  });

  it('tells variants apart', async () => {
    expect((await at('net ams01 on graphite-|')).taken).toBe('net ams01 on graphite-eu');
  });

  it('falls back to the example of the definition when the list is late', async () => {
    const late = () => Promise.reject(new Error('late'));
    expect((await at('load |', { valuesOf: late })).texts[0]).toBe('web01');
  });

  it('says nothing in the languages of sources', async () => {
    expect((await at('graphite: sum|')).texts).toEqual([]);
  });

  it('survives any text with the cursor anywhere', async () => {
    for (const text of [
      'cpu "pay',
      '„x',
      'cpu host=',
      ',,,',
      'cpu web{01,',
      'last last',
      'cpu 1h 2h x',
      '😀'.repeat(9),
    ]) {
      for (let cursor = 0; cursor <= text.length; cursor += 1) {
        const { from, to, items } = await complete(text, cursor, deps(), never);
        expect(from).toBeLessThanOrEqual(cursor);
        expect(to).toBeGreaterThanOrEqual(cursor);
        expect(items.length).toBeLessThanOrEqual(20);
      }
    }
  });

  it('offers only what is then understood', async () => {
    const asked = ['cpu web01 |', 'load web01 last |', 'errors checkout |', 'disk web01 vs |', 'disk web01 last 1h |'];
    for (const marked of asked) {
      const text = marked.replace('|', '');
      const { from, to, items } = await complete(text, marked.indexOf('|'), deps(), never);
      for (const item of items) {
        const whole = text.slice(0, from) + item.text + text.slice(to);
        const context = { nowMs: NOW_MS, zone: ZONE, isAddressed: true };
        const { kind } = await understand(whole, context, makeDeps(), never);
        expect(kind, whole).toBe('question');
      }
    }
  });
});
