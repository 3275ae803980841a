/** What a console and scripts ask over HTTP, of a whole bot on embedded data. Wednesday 25 November 2026, 11:50 in Berlin. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AskResult } from '../../src/http/ask-result.ts';
import { type Bot, startBot } from './bot.ts';

let bot: Bot;
beforeAll(async () => {
  bot = await startBot({ yaml: 'zone: Europe/Berlin\n', startIso: '2026-11-25T10:50:00Z' });
});
afterAll(() => bot.stop());

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(bot.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

async function json<Body>(path: string): Promise<Body> {
  const response = await fetch(bot.url + path);
  expect(response.status, await response.clone().text()).toBe(200);
  return (await response.json()) as Body;
}

async function ask(body: Readonly<Record<string, string>>): Promise<AskResult> {
  const response = await post('/api/ask', body);
  expect(response.status, await response.clone().text()).toBe(200);
  return (await response.json()) as AskResult;
}

/** The events of a stream, in order. */
async function eventsOf(response: Response) {
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const text = await response.text();
  return text
    .split('\n\n')
    .filter((block) => block.startsWith('event: '))
    .map((block) => {
      const [, event, data = ''] = /^event: (\w+)\ndata: (.*)$/s.exec(block) ?? [];
      return { event, data: JSON.parse(data) as Record<string, unknown> };
    });
}

describe('POST /api/ask', () => {
  it('gives the message as HTML and questions that may follow, each of which works', async () => {
    const { html, followUps } = await ask({ q: 'cpu web01 last 1h' });
    expect(html).toContain('<b>CPU of web01</b>');
    expect(followUps).toEqual(expect.arrayContaining(['cpu web01 last 6h', 'cpu web01 last 1h vs yesterday']));
    for (const q of followUps) expect((await ask({ q })).explanation.query, q).toBe('cpu');
  });

  it('tells its progress as events where that is asked for, then the same answer', async () => {
    const response = await post('/api/ask', { q: 'cpu web01 last 1h' }, { accept: 'text/event-stream' });
    expect(response.status).toBe(200);
    const events = await eventsOf(response);
    expect(events.map(({ event, data }) => data.stage ?? event)).toEqual([
      'understood',
      'fetching',
      'drawing',
      'answer',
    ]);
    expect(events[0]?.data).toMatchObject({ explanation: { query: 'cpu', arguments: { host: ['web01'] } } });
    expect(events[1]?.data.text).toBe('Asking Graphite (demo)');
    expect(events[3]?.data).toMatchObject({ explanation: { query: 'cpu' } });
  });

  it('ends the events of a refused question with its problem', async () => {
    const events = await eventsOf(await post('/api/ask', { q: 'cpu web' }, { accept: 'text/event-stream' }));
    expect(events.map(({ event }) => event)).toEqual(['problem']);
    expect(events[0]?.data).toMatchObject({ status: 400, code: 'ASK_AMBIGUOUS' });
  });

  it('refuses a body that does not fit before any event', async () => {
    const response = await post('/api/ask', { question: 'cpu' }, { accept: 'text/event-stream' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'HTTP_BAD_REQUEST' });
  });
});

describe('GET /api/complete', () => {
  interface Completed {
    readonly from: number;
    readonly to: number;
    readonly items: readonly { text: string; kind: string }[];
  }

  it('completes values that exist', async () => {
    const { from, to, items } = await json<Completed>(`/api/complete?q=${encodeURIComponent('load web0')}`);
    expect([from, to]).toEqual([5, 9]);
    expect(items[0]).toMatchObject({ text: 'web01', kind: 'value' });
  });

  it('looks at where the cursor is', async () => {
    const { items } = await json<Completed>(`/api/complete?q=${encodeURIComponent('lo web01')}&at=2`);
    expect(items[0]).toMatchObject({ text: 'load', kind: 'query' });
  });

  it.each(['at=-1', 'at=x', 'q=x&q=y', ''])('refuses %s', async (query) => {
    const response = await fetch(`${bot.url}/api/complete?${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'HTTP_BAD_REQUEST' });
  });
});

it('lists every query with its help and an example that works', async () => {
  const { queries } = await json<{ queries: { id: string; example: string; help: string }[] }>('/api/queries');
  expect(queries.length).toBeGreaterThan(10);
  for (const { example, help } of queries) {
    expect(help).toContain('<b>');
    expect((await post('/api/explain', { q: example })).status, example).toBe(200);
  }
});
