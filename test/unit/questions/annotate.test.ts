/** Marks that people ask to have written: what is read, who may, where they go. */
import { describe, expect, it } from 'vitest';
import { createLocalMemory } from '../../../src/lib/local-memory.ts';
import { type AskContext, ask } from '../../../src/questions/ask.ts';
import type { NewAnnotation, Source } from '../../../src/sources/source.ts';
import { type ConfiguredSource, createSourceSet } from '../../../src/sources/source-set.ts';
import { createFakeClock } from '../../doubles/fake-clock.ts';
import { makeCatalog, NOW_MS } from './world.ts';

const marks: NewAnnotation[] = [];

function writable(name: string): ConfiguredSource {
  const source: Source = {
    request: () => ({ label: '' }),
    fetch: async () => [],
    link: () => undefined,
    check: async () => ({ problems: [] }),
    async annotate(mark) {
      marks.push(mark);
      return { url: `https://${name}.example/1` };
    },
  };
  const rest = { title: 'Grafana', rawPrefixes: [], isDemo: false, allowsRaw: false, timeoutMs: 1_000 };
  return { name, kind: 'grafana', ...rest, source };
}

function said(text: string, { names = ['graphs'], mayWrite = true } = {}) {
  const asker = { platform: 'team', userId: 'u1', userName: 'ana' };
  const context: AskContext = { asker, conversations: [], isAddressed: true, nowMs: NOW_MS, zone: 'UTC', mayWrite };
  const sources = createSourceSet(names.map(writable));
  const deps = {
    catalog: () => makeCatalog([]),
    sources,
    memory: createLocalMemory(),
    clock: createFakeClock(NOW_MS),
    zone: 'UTC',
  };
  return ask(text, context, deps, AbortSignal.timeout(5_000));
}

const minute = (count: number) => NOW_MS - count * 60_000;

describe('annotate', () => {
  it.each([
    ['annotate "deploy of checkout 4.12"', { timeMs: NOW_MS, tags: [] }],
    ['annotate "x" now tag=deploy,checkout', { timeMs: NOW_MS, tags: ['deploy', 'checkout'] }],
    ['annotate "x" 10m ago #deploy', { timeMs: minute(10), tags: ['deploy'] }],
    ['annotate "x" last 30m', { timeMs: minute(30), endMs: NOW_MS }],
    ['annotate #deploy "x" on graphs', { tags: ['deploy'] }],
  ])('%s', async (text, expected) => {
    const reply = await said(text);
    expect(marks.at(-1)).toMatchObject(expected);
    expect(marks.at(-1)?.text).toMatch(/ \(ana\)$/);
    expect(JSON.stringify(reply)).toContain('https://graphs.example/1');
  });

  it.each([
    ['annotate deploy of checkout', 'ASK_EMPTY'],
    ['annotate "x" whatever', 'ASK_UNKNOWN_VALUE'],
    ['annotate "x" host=web01', 'ASK_UNKNOWN_VALUE'],
    ['annotate "x" tag="a b"', 'ASK_UNKNOWN_VALUE'],
    ['annotate "x" 25:00', 'ASK_BAD_RANGE'],
  ])('refuses %s and writes nothing', async (text, code) => {
    const before = marks.length;
    await expect(said(text)).rejects.toMatchObject({ code });
    expect(marks.length).toBe(before);
  });

  it('is refused to those who may not write, and where no source takes marks', async () => {
    const before = marks.length;
    await expect(said('annotate "x"', { mayWrite: false })).rejects.toMatchObject({ code: 'ASK_FORBIDDEN' });
    await expect(said('annotate "x"', { names: [] })).rejects.toMatchObject({ code: 'ASK_FORBIDDEN' });
    // whatever is wrong with it besides: what would be right is refused as well
    await expect(said('annotate x', { mayWrite: false })).rejects.toMatchObject({ code: 'ASK_FORBIDDEN', details: {} });
    await expect(said('annotate x', { names: [] })).rejects.toMatchObject({ code: 'ASK_FORBIDDEN', details: {} });
    expect(marks.length).toBe(before);
  });

  it('asks which, where several take marks', async () => {
    await expect(said('annotate "x"', { names: ['one', 'two'] })).rejects.toMatchObject({ code: 'ASK_AMBIGUOUS' });
    await said('annotate "x" on two', { names: ['one', 'two'] });
  });
});
