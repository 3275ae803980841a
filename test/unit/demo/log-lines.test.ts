import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import { createFleet } from '../../../src/demo/fleet.ts';
import { evaluateTargets } from '../../../src/demo/graphite-evaluate.ts';
import { documentOf, durationNs } from '../../../src/demo/log-document.ts';
import { createLogLines, type LogCell } from '../../../src/demo/log-lines.ts';
import { LOG_TEMPLATES } from '../../../src/demo/log-templates.ts';
import { foldMessages } from '../../../src/domain/fold-messages.ts';
import { T0 } from './small-tree.ts';

const log = createLogLines();
const T0_MS = T0 * 1_000;
const MINUTE_MS = 60_000;

const cellsOf = (service: string, level: string) =>
  log.cells.filter(({ template }) => template.service === service && template.level === level);
const errors = (service: string) => cellsOf(service, 'error');

function count(cells: readonly LogCell[], fromMs: number, toMs: number): number {
  return cells.reduce((sum, cell) => sum + log.count(cell, fromMs, toMs), 0);
}

const linesOf = (cells: readonly LogCell[], fromMs: number, toMs: number) =>
  cells.flatMap((cell) => [...log.lines(cell, fromMs, toMs)]);

const moment = fc.integer({ min: T0_MS - 30 * 86_400_000, max: T0_MS });

propertyTest.prop([moment, fc.integer({ min: 1, max: 20 * MINUTE_MS }), fc.nat(log.cells.length - 1)], {
  numRuns: 300,
})(
  'counts as many lines as it shows, all of them inside the window, in any window to the millisecond',
  (fromMs, lengthMs, index) => {
    const cell = log.cells[index] as LogCell;
    const times = [...log.lines(cell, fromMs, fromMs + lengthMs)].map(({ timeMs }) => timeMs);
    expect(times).toHaveLength(log.count(cell, fromMs, fromMs + lengthMs));
    expect(times.filter((timeMs) => timeMs < fromMs || timeMs >= fromMs + lengthMs)).toEqual([]);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  },
);

propertyTest.prop([
  moment,
  fc.nat(log.cells.length - 1),
  fc.array(fc.nat(5 * 3_600_000), { minLength: 2, maxLength: 6 }),
])('counts a window as the sum of its parts', (fromMs, index, lengths) => {
  const cell = log.cells[index] as LogCell;
  const edges = [0, ...lengths].toSorted((a, b) => a - b).map((ms) => fromMs + ms);
  const parts = edges.slice(1).map((edge, at) => log.count(cell, edges[at] as number, edge));
  const whole = log.count(cell, edges[0] as number, edges.at(-1) as number);
  expect(parts.reduce((sum, part) => sum + part, 0)).toBe(whole);
});

it('writes the same lines every time, whatever window they are seen through', () => {
  const [fromMs, toMs] = [T0_MS + 24 * MINUTE_MS, T0_MS + 25 * MINUTE_MS];
  const through = (early: number, late: number) =>
    linesOf(errors('checkout'), fromMs - early, toMs + late)
      .filter(({ timeMs }) => timeMs >= fromMs && timeMs < toMs)
      .map(documentOf);
  const other = createLogLines();
  const again = other.cells
    .filter(({ template }) => template.service === 'checkout' && template.level === 'error')
    .flatMap((cell) => [...other.lines(cell, fromMs, toMs)].map(documentOf));
  expect(through(0, 0)).toEqual(through(7_777, 3_600_001));
  expect(again).toEqual(through(0, 0));
});

it.each(['checkout', 'search', 'payments'])(
  'has one error line for each failed request of %s in Graphite',
  (service) => {
    const [fromS, untilS] = [T0, T0 + 3_600];
    const [row] = evaluateTargets(
      createFleet(),
      [`services.${service}.errors`],
      { fromS: fromS - 10, untilS: untilS - 1 },
      untilS,
    );
    const failed = [...(row?.values ?? [])].reduce((sum, perMinute) => sum + perMinute / 6, 0);
    const lines = count(errors(service), fromS * 1_000, untilS * 1_000);
    expect(row?.values).toHaveLength(360);
    expect(Math.abs(lines - failed)).toBeLessThan(0.02 * failed + 4);
  },
);

it('follows the incident of checkout minute by minute, as Graphite does', () => {
  const [row] = evaluateTargets(
    createFleet(),
    ['services.checkout.errors'],
    { fromS: T0 - 10, untilS: T0 + 3_599 },
    T0 + 3_600,
  );
  const minutes = Array.from({ length: 60 }, (_, minute) => {
    const samples = row?.values.slice(minute * 6, minute * 6 + 6) ?? [];
    const graphite = [...samples].reduce((sum, value) => sum + value, 0) / 6;
    const startMs = T0_MS + minute * MINUTE_MS;
    return { graphite, lines: count(errors('checkout'), startMs, startMs + MINUTE_MS) };
  });
  const off = minutes.filter(({ graphite, lines }) => Math.abs(graphite - lines) > 0.15 * graphite + 9);
  expect(off).toEqual([]);
  const busy = minutes.flatMap(({ lines }, minute) => (lines > 100 ? [minute] : []));
  expect([busy[0], busy.at(-1)]).toEqual([22, 34]);
});

it('has the errors of an incident on the hosts that it reaches', () => {
  const byHost = new Map<string, number>();
  for (const cell of errors('checkout')) {
    const own = log.count(cell, T0_MS + 24 * MINUTE_MS, T0_MS + 33 * MINUTE_MS);
    byHost.set(cell.host, (byHost.get(cell.host) ?? 0) + own);
  }
  const counts = [...byHost.values()].sort((a, b) => b - a);
  expect(byHost.get('web01')).toBeGreaterThan(500);
  expect((counts[2] as number) > 5 * (counts[3] as number)).toBe(true);
});

it('folds the messages of an incident to a few patterns, refused payments first', () => {
  const refs = linesOf(errors('checkout'), T0_MS + 22 * MINUTE_MS, T0_MS + 36 * MINUTE_MS);
  const lines = refs.map((ref) => ({ timeMs: ref.timeMs, message: String(documentOf(ref).message), fields: {} }));
  const patterns = foldMessages(lines);
  expect(patterns.slice(0, 3).map(({ pattern }) => pattern)).toEqual([
    'payment refused by acme-bank: card declined (order {n})',
    'timeout after {n} ms waiting for payments (order {n})',
    'payment refused by nordpay: try again later (order {n})',
  ]);
  expect(patterns.length).toBeLessThan(8);
});

it('folds every message of the fleet to its own template', () => {
  const refs = log.cells.flatMap((cell) => [...log.sample(cell, T0_MS - 86_400_000, T0_MS, 6)]);
  const lines = refs.map((ref) => ({ timeMs: ref.timeMs, message: String(documentOf(ref).message), fields: {} }));
  const texts = new Set(LOG_TEMPLATES.map(({ message }) => message.split('\n')[0]));
  expect(foldMessages(lines).length).toBe(texts.size);
});

it('writes documents by the names of ECS, errors with their stack on several lines', () => {
  const [ref] = linesOf(errors('checkout'), T0_MS + 30 * MINUTE_MS, T0_MS + 31 * MINUTE_MS);
  if (!ref) throw new Error('no line');
  const document = documentOf(ref);
  expect(document).toMatchObject({
    '@timestamp': new Date(ref.timeMs).toISOString(),
    'service.name': 'checkout',
    'log.level': 'error',
    'host.name': ref.cell.host,
    'event.duration': durationNs(ref),
    'url.path': '/checkout/pay',
  });
  expect(document['trace.id']).toMatch(/^[0-9a-f]{32}$/);
  expect(String(document['error.stack_trace'])).toMatch(/^\w+: .+\n {4}at .+\n {4}at /);
});

it('says in the message how long the request took', () => {
  const refs = linesOf(cellsOf('search', 'info'), T0_MS, T0_MS + 10_000);
  const said = refs.map((ref) => Number(/in (\d+) ms/.exec(String(documentOf(ref).message))?.[1]));
  expect(refs.length).toBeGreaterThan(5);
  expect(said).toEqual(refs.map((ref) => Math.round(durationNs(ref) / 1e6)));
});
