/** Metrics on their way to carbon: a receiver that takes them, one that is away, one that says nothing. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createLog } from '../../../src/lib/log.ts';
import { carbonValues, writeToCarbon } from '../../../src/metrics/carbon.ts';
import { createFakeClock } from '../../doubles/fake-clock.ts';

const NOW = Date.UTC(2026, 10, 25, 11);

async function startReceiver(onSocket: (socket: Socket) => void = () => undefined, port = 0) {
  const texts: string[] = [];
  const server = createServer((socket) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('end', () => texts.push(text));
    socket.on('error', () => undefined);
    onSocket(socket);
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { texts, port: (server.address() as AddressInfo).port, close: () => server.close() };
}

function startWriter(port: number) {
  const registry = new Registry();
  new Counter({ name: 'glimpse_questions_total', help: 'x', labelNames: ['surface'], registers: [registry] }).inc(
    { surface: 'team.one two' },
    3,
  );
  const clock = createFakeClock(NOW);
  const stop = new AbortController();
  const lines: string[] = [];
  const log = createLog('info', { write: (line) => void lines.push(JSON.parse(line).msg) });
  const options = { host: '127.0.0.1', port, prefix: 'services.glimpse', intervalMs: 60_000 };
  const written = writeToCarbon(options, { registry, collect: async () => undefined, clock, log }, stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await written;
  });
  return { clock, lines };
}

it('writes lines that carbon reads, again after each interval', async () => {
  const { texts, port } = await startReceiver();
  const { clock } = startWriter(port);
  await vi.waitFor(() => expect(texts).toHaveLength(1), 10_000);
  expect(texts[0]).toBe(`services.glimpse.questions_total.surface.team_one_two 3 ${NOW / 1000}\n`);
  await vi.waitFor(() => expect(clock.sleepers).toBe(1), 10_000);
  await clock.advance(60_000);
  await vi.waitFor(() => expect(texts).toHaveLength(2), 10_000);
});

it('says once that carbon is away, goes on trying, and says when it is back', async () => {
  const { port, close } = await startReceiver();
  close();
  const { clock, lines } = startWriter(port);
  for (let turn = 0; turn < 3; turn += 1) {
    await vi.waitFor(() => expect(clock.sleepers).toBe(1), 10_000);
    await clock.advance(60_000);
  }
  await vi.waitFor(() => expect(clock.sleepers).toBe(1), 10_000);
  expect(lines).toEqual(['the metrics could not be written to carbon']);
  await startReceiver(undefined, port);
  await clock.advance(60_000);
  await vi.waitFor(() => expect(lines.at(-1)).toBe('carbon takes the metrics again'), 10_000);
});

it('lets go of a receiver that never ends its side', async () => {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    socket.resume();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { lines } = startWriter((server.address() as AddressInfo).port);
  await vi.waitFor(() => expect(lines).toEqual(['the metrics could not be written to carbon']), 25_000);
});

it('leaves out buckets and what is no number, and keeps paths apart and whole', async () => {
  const registry = new Registry();
  const registers = [registry];
  new Histogram({ name: 'glimpse_x_seconds', help: 'x', buckets: [1], labelNames: ['route'], registers }).observe(
    { route: '/api/ask' },
    0.5,
  );
  new Gauge({ name: 'nodejs_y', help: 'x', registers }).set(Number.NaN);
  expect(await carbonValues(registry, 'p')).toEqual({
    'p.x_seconds_sum.route._api_ask': 0.5,
    'p.x_seconds_count.route._api_ask': 1,
  });
});
