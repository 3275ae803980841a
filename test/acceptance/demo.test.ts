/** The demo fleet out of the box: no configuration, the real adapters, at a "now" that stands still; exact to the words. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogLines } from '../../src/demo/log-lines.ts';
import type { Answer } from '../../src/domain/answer.ts';
import type { HeatmapFrame, LogsFrame } from '../../src/domain/frame.ts';
import { type Conversation, openConversation } from './conversation.ts';

/** Wednesday 25 November 2026, 11:40 in Berlin: five minutes after the incident of the hour. */
const NOW_MS = Date.parse('2026-11-25T10:40:00Z');
const MINUTE_MS = 60_000;

let talk: Conversation;
beforeAll(async () => {
  talk = await openConversation({ nowMs: NOW_MS, yaml: 'zone: Europe/Berlin\n', definitions: {} });
});
afterAll(() => talk.close());

/** The lines of an answer, its addresses as `URL`. */
async function linesOf(question: string): Promise<string[]> {
  const { lines } = await talk.ask(question);
  return lines.map((line) => line.replace(/https?:\/\/\S+/g, 'URL'));
}

function logsOf({ frames }: Answer): LogsFrame {
  const logs = frames.find((frame): frame is LogsFrame => frame.kind === 'logs');
  if (!logs) throw new Error('no lines');
  return logs;
}

/** Lines of checkout's log at that level, counted without a server. */
function counted(level: string, fromMs: number, toMs: number): number {
  const log = createLogLines();
  return log.cells
    .filter(({ template }) => template.service === 'checkout' && template.level === level)
    .reduce((sum, cell) => sum + log.count(cell, fromMs, toMs), 0);
}

const MARKS = '11:20 deploy checkout v4.328.10 · 11:22–11:35 incident checkout refuses payments';

it('answers `errors checkout 30m` with counts, the busiest minute, folded messages and the newest lines', async () => {
  expect(await linesOf('errors checkout 30m')).toEqual([
    'Errors of checkout 4328 in 30 min · most at 11:29 (413) · 3 messages make 94 % of the newest 1000',
    '1. `payment refused by acme-bank: card declined (order {n})` 597 · first 11:32',
    '2. `timeout after {n} ms waiting for payments (order {n})` 251 · first 11:32',
    '3. `payment refused by nordpay: try again later (order {n})` 95 · first 11:32',
    '11:39:16 web04 error timeout after 763 ms waiting for payments (order 57566)',
    '11:39:47 web02 error payment refused by acme-bank: card declined (order 40218)',
    '11:39:54 web04 error payment refused by acme-bank: card declined (order 88465)',
    '11:39:54 web06 error payment refused by acme-bank: card declined (order 70887)',
    '11:39:59 web06 error timeout after 729 ms waiting for payments (order 29462)',
    'demo data · last 30 min, 11:10–11:40 CET · Kibana: URL',
    MARKS,
  ]);
  expect(counted('error', NOW_MS - 30 * MINUTE_MS, NOW_MS)).toBe(4328);
  expect(counted('error', Date.parse('2026-11-25T10:29:00Z'), Date.parse('2026-11-25T10:30:00Z'))).toBe(413);
});

it('answers `logs checkout "payment refused"` with the lines that hold the phrase, marked, and no others', async () => {
  expect(await linesOf('logs checkout "payment refused"')).toEqual([
    'Logs of checkout 3065 in 1 h · most at 11:29 (287) · 2 messages make 100 % of the newest 1000',
    '1. `payment refused by acme-bank: card declined (order {n})` 861 · first 11:30',
    '2. `payment refused by nordpay: try again later (order {n})` 139 · first 11:30',
    '11:38:36 web06 error payment refused by acme-bank: card declined (order 13151)',
    '11:39:12 web03 error payment refused by acme-bank: card declined (order 13396)',
    '11:39:47 web02 error payment refused by acme-bank: card declined (order 40218)',
    '11:39:54 web04 error payment refused by acme-bank: card declined (order 88465)',
    '11:39:54 web06 error payment refused by acme-bank: card declined (order 70887)',
    'demo data · last 1 hour, 10:40–11:40 CET · Kibana: URL',
    MARKS,
  ]);
  const { lines, total } = logsOf((await talk.ask('logs checkout "payment refused"')).answer);
  expect([lines.length, total]).toEqual([1_000, 3_065]);
  expect(lines.filter(({ message }) => !message.startsWith('payment refused by '))).toEqual([]);
  expect(new Set(lines.flatMap(({ matches = [] }) => matches.map(String)))).toEqual(new Set(['0,15']));
});

it('answers `latency checkout` with the percentiles, the limits, the marks and the errors beneath', async () => {
  expect(await linesOf('latency checkout')).toEqual([
    'Latency of checkout p99 397 ms now (mean 748 ms, peak 2.61 s at 11:27) · p95 269 ms (mean 419 ms, peak 1.25 s at 11:31) · p50 81.2 ms (mean 124 ms, peak 290 ms at 11:31) · above critical (2 s): p99 3 times, 4 min in all, last 11:33–11:34 · above warning (500 ms, SLO): p99 for 15 min (11:22–11:36); p95 for 13 min (11:22–11:35)',
    'Errors of checkout: 4525, most in 11:29 (413)',
    expect.stringMatching(
      /^demo data · last 1 hour, 10:40–11:40 CET · Prometheus: URL · slowest trace [0-9a-f]+… 5\.01 s at 11:33: URL · Kibana: errors: URL$/,
    ),
    MARKS,
  ]);
  const { answer } = await talk.ask('latency checkout');
  expect(answer.annotations.map(({ kind, timeMs }) => [kind, (timeMs - NOW_MS) / MINUTE_MS])).toEqual([
    ['deploy', -20],
    ['incident', -18],
  ]);
  expect(counted('error', NOW_MS - 60 * MINUTE_MS, NOW_MS)).toBe(4525);
});

it('draws latencies as a heatmap', async () => {
  const { answer, lines } = await talk.ask('latencies checkout 3h');
  const heatmap = answer.frames.find((frame): frame is HeatmapFrame => frame.kind === 'heatmap');
  expect(heatmap?.counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(500_000);
  expect(lines[0]).toMatch(/^Latencies of checkout \d+ k in 3 h · p50 about \d+ ms, p95 about \d+ ms/);
  expect(answer.notes).toEqual([]);
});

it('ranks services by their errors', async () => {
  const [first] = await linesOf('top 2 errors 1h');
  expect(first).toBe('Errors, 2 highest of 3 services by sum checkout 4525, search 453');
});

describe('raw questions', () => {
  it('take KQL', async () => {
    const { total } = logsOf((await talk.ask('kql: service.name: checkout and log.level: error 30m')).answer);
    expect(total).toBe(4328);
  });

  it('take PromQL', async () => {
    expect((await linesOf('promql: sum(up) 1h'))[0]).toMatch(/^sum\(up\) 33 now/);
  });
});

describe('what is not there', () => {
  it('is told by what there would be without the phrase', async () => {
    const [first] = await linesOf('logs checkout "no such words"');
    expect(first).toMatch(/^Logs of checkout nothing matches `"no such words"`; without it there are 23\.5 k\./);
  });

  it('is told by the names there are', async () => {
    const asked = await talk.ask('errors nosuch');
    expect(asked.code).toBe('ASK_UNKNOWN_VALUE');
    expect(asked.lines[0]).toMatch(/^`nosuch` is not a service I know\./);
  });
});

describe('the links', () => {
  const follow = (address: string) => {
    const { pathname, search, hash } = new URL(address);
    const [, name = '', path = ''] = /^\/([\w-]+)(\/.*)$/.exec(pathname) ?? [];
    const handler = talk.core.embedded?.handlers[name];
    // what the page's own script does with an address of Discover
    const query = hash === '' ? search : hash.slice(hash.indexOf('?'));
    return handler?.handle({ method: 'GET', path, params: new URLSearchParams(query) });
  };

  it('lead to the lines that were counted', async () => {
    const { answer } = await talk.ask('errors checkout 30m');
    const page = follow(answer.links.find(({ title }) => title === 'Kibana')?.url ?? '');
    expect(page?.status).toBe(200);
    expect(page?.body).toContain('Wed 25 Nov 2026, 10:10–10:40 UTC · 30 min');
    expect(page?.body).toContain('<p class="step">4328 lines, the newest 200 of them here');
    expect(page?.body).toContain('timeout after 729 ms waiting for payments (order 29462)');
  });

  it('lead from the slowest request to the line that it wrote', async () => {
    const { answer } = await talk.ask('latency checkout');
    const trace = answer.frames.flatMap((frame) => (frame.kind === 'series' ? (frame.exemplars ?? []) : []));
    const slowest = trace.toSorted((a, b) => b.value - a.value)[0];
    const page = follow(slowest?.url ?? '');
    expect(page?.body).toContain(`<code>trace.id: ${slowest?.labels.trace_id}</code>`);
    expect(page?.body).toContain('<p class="step">1 line.');
    expect(page?.body).toContain(`${Math.round(1_000 * (slowest?.value ?? 0))} ms`);
  });

  it('lead to the graph of the same expressions', async () => {
    const { answer } = await talk.ask('latency checkout');
    const page = follow(answer.links.find(({ title }) => title === 'Prometheus')?.url ?? '');
    expect(page?.status).toBe(200);
    expect(page?.body).toContain('Wed 25 Nov 2026, 09:40–10:40 UTC · 1 h');
    expect(page?.body).toContain('<code>histogram_quantile(0.99, sum by (service, le)');
    expect(page?.body).toMatch(/<td>2\.61<\/td>/);
  });
});
