/** Questions about logs in Loki through the real core, pack and words, before a double that counts what it holds. */
import { expect, it, onTestFinished } from 'vitest';
import type { LogsFrame } from '../../src/domain/frame.ts';
import { startHttpBackend } from '../doubles/http-backend.ts';
import { type LokiStream, lokiDouble } from '../doubles/loki.ts';
import { clockIn, openConversation } from './conversation.ts';

const NOW_SECONDS = 1_795_000_203;
const clock = clockIn('UTC');

function streamOf(
  app: string,
  pod: string,
  befores: readonly number[],
  text: (index: number) => string,
  level: string,
): LokiStream {
  const lines = befores
    .map((before, index) => ({
      ns: BigInt(Math.round((NOW_SECONDS - before) * 1000)) * 1_000_000n,
      line: text(index),
      metadata: { detected_level: level },
    }))
    .sort((a, b) => (a.ns < b.ns ? -1 : 1));
  return { labels: { namespace: 'shop', app, pod, container: app }, lines };
}

const every = (count: number, seconds: number, first = 5) =>
  Array.from({ length: count }, (_, at) => first + at * seconds);

const STREAMS: readonly LokiStream[] = [
  streamOf('checkout', 'checkout-a', every(90, 10), (at) => `GET /cart/${at} 200`, 'info'),
  streamOf('checkout', 'checkout-b', every(12, 60, 125), (at) => `payment refused by acme after ${at} ms`, 'error'),
  streamOf('checkout', 'checkout-b', [300, 301, 302], () => 'card declined', 'error'),
  streamOf('search', 'search-a', every(40, 20), () => 'found 3', 'info'),
  streamOf('search', 'search-a', [400], () => 'index is away', 'critical'),
  streamOf('mail', 'mail-a', [7_000], () => 'sent', 'info'),
];

async function open() {
  const { url } = await startHttpBackend(lokiDouble({ streams: STREAMS, tenant: 'shop' }));
  const talk = await openConversation({
    nowMs: NOW_SECONDS * 1000,
    yaml: `
zone: UTC
queries: [{ pack: loki, source: logs }]
sources:
  logs: { kind: loki, url: "${url}", tenant: shop, raw: true, publicUrl: "https://grafana.example", grafana: { datasource: loki1 } }
`,
    definitions: {},
  });
  onTestFinished(() => talk.close());
  return talk.ask;
}

it('answers with lines, how many there are, when most came and which messages', async () => {
  const ask = await open();
  const asked = await ask('errors checkout 30m');
  const [logs] = asked.answer.frames as [LogsFrame];
  expect([logs.kind, logs.total]).toEqual(['logs', 15]);
  // in the minute of the declined cards one payment was refused too
  expect(asked.lines[0]).toContain(
    `Errors of checkout 15 in 30 min · most at ${clock((NOW_SECONDS - 302) * 1000)} (4)`,
  );
  expect(asked.text).toContain('1. `payment refused by acme after {n} ms` 12 · first');
  expect(asked.text).toContain('2. `card declined` 3 · first');
  expect(asked.text).toContain('checkout-b error payment refused by acme after 0 ms');
  expect(asked.text).toContain('https://grafana.example/explore?');
});

it('finds a phrase in any case, and says how many lines there are without it', async () => {
  const ask = await open();
  const found = await ask('logs checkout "PAYMENT refused" 15m');
  expect((found.answer.frames[0] as LogsFrame).total).toBe(12);
  const none = await ask('logs checkout "payment.refused" 15m');
  expect(none.text).toContain('nothing matches `"payment.refused"`; without it there are 105');
});

it('says that a service has no errors, which is no gap', async () => {
  const ask = await open();
  expect((await ask('errors mail 3h')).lines[0]).toContain('Errors of mail none in 3 h');
});

it('ranks, draws and lists by what is counted', async () => {
  const ask = await open();
  const top = await ask('top 2 errors 1h');
  expect(
    top.answer.frames.flatMap((frame) => (frame.kind === 'series' ? frame.series.map(({ labels }) => labels.app) : [])),
  ).toEqual(['checkout', 'search']);
  const bars = await ask('errors checkout 1h as bars');
  expect(bars.parts.file?.fileName).toMatch(/\.png$/);
  // a window of 15 minutes that begins within one has 14 whole ones
  const levels = await ask('log-levels checkout 15m');
  expect(
    levels.frame.series.map(({ name, values }) => [name, values.reduce((sum, value) => sum + value, 0)]).sort(),
  ).toEqual([
    ['error', 15],
    ['info', 84],
  ]);
});

it('lists the loudest pods as a table', async () => {
  const ask = await open();
  const asked = await ask('top-streams shop 1h');
  const rows = asked.lines
    .map((line) => line.trim().split(/ {2,}/))
    .filter(([app]) => ['checkout', 'search'].includes(app ?? ''));
  expect(rows).toEqual([
    ['checkout', 'checkout-a', 'checkout', '90'],
    ['search', 'search-a', 'search', '41'],
    ['checkout', 'checkout-b', 'checkout', '15'],
  ]);
});

it('answers raw expressions, refuses what it does not know, and explains what it read wrong', async () => {
  const ask = await open();
  expect((await ask('logql: {app="search"} |= "away" 1h')).text).toContain('index is away');
  const rate = await ask('logql: sum by (app) (count_over_time({namespace="shop"}[5m])) 1h');
  expect(rate.frame.series.map(({ name }) => name).sort()).toEqual(['checkout', 'search']);
  expect((await ask('logql: rate({app="search"}[$nope]) 1h')).text).toContain('has a "$" that is no variable');
  expect((await ask('errors chekcout 30m')).text).toContain('checkout');
  expect((await ask('errors payments 30m')).code).toBe('ASK_UNKNOWN_VALUE');
});
