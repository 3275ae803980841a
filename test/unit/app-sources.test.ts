import { expect, it } from 'vitest';
import { askAfterSources, createSourceNotes } from '../../src/app-sources.ts';
import { createHealthReport, type Health } from '../../src/http/health-routes.ts';
import { createLog } from '../../src/lib/log.ts';
import { createFakeClock } from '../doubles/fake-clock.ts';

const source = (name: string, state: string): Health => ({ kind: 'source', name, state });
const DOWN = 'Graphite cannot be reached.';

function noting() {
  const clock = createFakeClock(0);
  const lines: Record<string, unknown>[] = [];
  const log = createLog('info', { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
  return { clock, lines, note: createSourceNotes({ log, clock }) };
}

it('logs a source that is down at the start, and each change, once', () => {
  const { lines, note } = noting();
  const failed: Health = { ...source('prom', 'It refuses.'), code: 'SOURCE_BACKEND_DOWN' };
  note([source('graph', DOWN), source('demo', 'ok'), failed, { kind: 'chat', name: 'team', state: 'away' }]);
  note([source('graph', DOWN), source('demo', 'ok'), failed]);
  note([source('graph', 'ok'), source('demo', DOWN), failed]);
  expect(lines).toMatchObject([
    { level: 40, source: 'graph', why: DOWN, msg: 'a source cannot be used' },
    { level: 40, source: 'prom', why: 'It refuses.', code: 'SOURCE_BACKEND_DOWN' },
    { level: 30, source: 'graph', msg: 'a source can be used again' },
    { level: 40, source: 'demo', why: DOWN },
  ]);
});

it('says little of a source that flaps, and in the end how it is', async () => {
  const { clock, lines, note } = noting();
  for (let turn = 0; turn < 100; turn += 1) note([source('graph', turn % 2 === 0 ? DOWN : 'ok')]);
  expect(lines).toHaveLength(4);
  note([source('graph', DOWN)]);
  expect(lines).toHaveLength(4);
  await clock.advance(10 * 60_000);
  note([source('graph', DOWN)]);
  expect(lines).toHaveLength(5);
  expect(lines[4]).toMatchObject({ level: 40, source: 'graph' });
});

it('has sources asked once a minute, and not at all where others do', async () => {
  const { clock } = noting();
  let asked = 0;
  const run = async () => {
    asked += 1;
    return [];
  };
  const report = createHealthReport([{ kind: 'source', name: 'graph', run }], clock.now);
  const stop = new AbortController();
  const asking = askAfterSources(() => report, clock, stop.signal);
  await clock.advance(0);
  expect(asked).toBe(1);
  await clock.advance(60_000);
  expect(asked).toBe(2);
  for (let seconds = 0; seconds < 120; seconds += 15) {
    await clock.advance(15_000);
    await report();
  }
  expect(asked).toBe(10);
  stop.abort();
  await asking;
});
