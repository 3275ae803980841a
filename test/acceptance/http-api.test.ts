/** What a console and scripts ask over HTTP, of a whole bot on embedded data. Wednesday 25 November 2026, 11:50 in Berlin. */
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AskResult } from '../../src/http/ask-result.ts';
import type { UsageJson } from '../../src/http/usage-routes.ts';
import { type Bot, newDataDir, startBot } from './bot.ts';

let bot: Bot;
beforeAll(async () => {
  bot = await startBot({
    yaml: 'zone: Europe/Berlin\nalerts: { template: { title: "{{name}} in our words" } }\n',
    startIso: '2026-11-25T10:50:00Z',
  });
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

async function sizeOf(response: Response) {
  const { width, height } = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
  return [width, height];
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

it.each([
  ['width=450', [450, 347]],
  ['width=360&scale=2', [720, 645]],
  ['width=1200', [1200, 533]],
  ['scale=1', [900, 400]],
  ['width=1800&height=200', [1125, 200]],
  ['scale=2', [1800, 800]],
])('draws a picture of %s', async (query, size) => {
  expect(await sizeOf(await fetch(`${bot.url}/render?q=cpu+web01+1h&${query}`))).toEqual(size);
});

describe('GET /api/complete', () => {
  interface Completed {
    readonly from: number;
    readonly to: number;
    readonly items: readonly { text: string; kind: string }[];
  }

  it('lists values of a parameter, and says which there are when it is none', async () => {
    const { parameters } = await json<{ parameters: { name: string }[] }>('/api/values?query=cpu&parameter=host');
    expect(parameters[0]?.name).toBe('host');
    const response = await fetch(`${bot.url}/api/values?query=cpu&parameter=hots`);
    expect(response.status).toBe(400);
    const detail = '`cpu` has no parameter `hots`. Its parameters are `host`.';
    expect(await response.json()).toMatchObject({ code: 'HTTP_BAD_REQUEST', detail });
  });

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

describe('an answer that is kept', () => {
  it('is the same under its own address, with when and by whom it was asked', async () => {
    const first = await ask({ q: 'cpu web01 last 1h' });
    expect(first.page).toBe(`/answers/${first.id}`);
    expect(first.id).toMatch(/^[\w-]{22}$/);
    const again = await json<AskResult>(`/api/answers/${first.id}`);
    expect(again).toMatchObject({ ...first, q: 'cpu web01 last 1h', askedBy: { platform: 'http' } });
    expect(again).toHaveProperty('askedAt', expect.stringMatching(/^2026-11-25T10:5/));
  });

  it('has its picture in both themes, its values as a file', async () => {
    const { id, image } = await ask({ q: 'cpu web01 last 1h' });
    expect(image).toBe(`/answers/${id}.png`);
    const pictures = await Promise.all(
      ['', '?theme=dark'].map(async (query) => {
        const response = await fetch(`${bot.url}${image}${query}`);
        expect(response.headers.get('content-type')).toBe('image/png');
        return Buffer.from(await response.arrayBuffer());
      }),
    );
    const corners = await Promise.all(pictures.map(async (png) => (await sharp(png).raw().toBuffer())[0]));
    expect(corners).toEqual([255, 0x1a]);
    expect(await sizeOf(await fetch(bot.url + image))).toEqual([1800, 800]);
    const csv = await fetch(`${bot.url}/answers/${id}.csv`);
    expect(csv.headers.get('content-type')).toContain('text/csv');
    expect((await csv.text()).split('\r\n')[0]).toMatch(/^time,web01/);
  });

  it('has a page with picture, words, numbers, explanation and links, each of which answers', async () => {
    const { page } = await ask({ q: 'cpu web01 web02 last 1h' });
    const response = await fetch(bot.url + page);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    const html = await response.text();
    for (const part of ['<b>CPU of web01, web02</b>', '<picture>', 'scope="col"', 'How it was understood', 'Graphite'])
      expect(html).toContain(part);
    const links = [...html.matchAll(/(?:href|src)="(\/[^"]*)"/g)].map(([, link = '']) => link.replaceAll('&amp;', '&'));
    expect(links.length).toBeGreaterThan(5);
    for (const link of new Set(links)) expect((await fetch(bot.url + link)).status, link).toBe(200);
  });

  it('keeps answers in words too, which have neither picture nor data', async () => {
    const { id, page } = await ask({ q: 'help' });
    expect((await fetch(bot.url + page)).status).toBe(200);
    for (const kind of ['png', 'csv']) {
      const response = await fetch(`${bot.url}/answers/${id}.${kind}`);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ code: 'HTTP_NOT_FOUND' });
    }
  });

  it('can be followed', async () => {
    const { id } = await ask({ q: 'cpu web01 last 1h' });
    const next = await ask({ q: '6h', follows: id ?? '' });
    expect(next.explanation).toMatchObject({
      query: 'cpu',
      arguments: { host: ['web01'] },
      range: { text: 'last 6h' },
    });
    const also = await ask({ q: 'also web02', follows: next.id ?? '' });
    expect(also.explanation.arguments).toEqual({ host: ['web01', 'web02'] });
    expect((await ask({ q: 'why', follows: id ?? '' })).text).toContain('Query `cpu`');
  });

  it.each(['AAAAAAAAAAAAAAAAAAAAAA', "x'--", '..%2f..%2fetc'])('is not found under %s', async (id) => {
    for (const path of [`/answers/${id}`, `/answers/${id}.png`, `/answers/${id}.csv`, `/api/answers/${id}`]) {
      const response = await fetch(bot.url + path);
      expect(response.status, path).toBe(404);
      expect(await response.json()).toMatchObject({ code: 'HTTP_NOT_FOUND' });
    }
    const follow = await post('/api/ask', { q: '6h', follows: id });
    expect(follow.status).toBe(404);
  });
});

describe('alerts and changes', () => {
  interface Group {
    readonly id: string;
    readonly title: string;
    readonly text: string;
    readonly status: string;
    readonly count: number;
    readonly members: readonly { readonly labels: Readonly<Record<string, string>> }[];
  }
  interface Context {
    readonly charts: readonly {
      readonly title: string;
      readonly alt: string;
      readonly image: string;
    }[];
    readonly text: string;
    readonly failures: readonly string[];
  }
  interface Listed {
    readonly alerts: readonly Group[];
    readonly changes: readonly { readonly title: string }[];
    readonly firing: Readonly<Record<string, number>>;
    readonly next: string | null;
  }
  const listed = (query = '') => json<Listed>(`/api/alerts${query}`);

  it('are posted where there is a hook, and nowhere else', async () => {
    const probed = async (path: string) => {
      const response = await fetch(bot.url + path);
      return [response.status, response.ok ? await response.text() : ''];
    };
    expect(await probed('/hooks/generic')).toEqual([200, 'Alerts are posted here.\n']);
    expect(await probed('/changes/generic')).toEqual([200, 'Changes are posted here.\n']);
    for (const path of ['/hooks/nope', '/hooks/nope/x', '/changes/generic/x'])
      expect(await probed(path)).toEqual([404, '']);
  });

  const isOwn = ({ members }: Group) => members.some(({ labels }) => labels.alertname === 'HighCpu');

  it('are listed with their members, the newest first, and one by its id', async () => {
    const member = (host: string, startsAt: string) => ({
      title: `CPU of ${host} is high`,
      groupKey: 'cpu',
      severity: 'critical',
      status: 'firing',
      startsAt,
      labels: { alertname: 'HighCpu', instance: host },
    });
    const members = [member('web01', '2026-11-25T10:25:00Z'), member('web02', '2026-11-25T10:26:00Z')];
    for (const one of members) expect((await post('/hooks/generic', one)).status).toBe(202);
    const over = { ...member('db01', '2026-11-25T09:00:00Z'), groupKey: 'old', status: 'resolved' };
    expect((await post('/hooks/generic', { ...over, endsAt: '2026-11-25T09:10:00Z' })).status).toBe(202);
    const change = { title: 'checkout 4.12.0', kind: 'deployment', startsAt: '2026-11-25T10:20:00Z' };
    expect((await post('/changes/generic', change)).status).toBe(202);

    // the demo fleet tells of alerts and deploys of its own
    const own = async (query = '') => (await listed(query)).alerts.filter(isOwn);
    const alerts = await own('?state=open');
    const titles = (all: readonly { title: string }[]) => all.map(({ title }) => title);
    expect(alerts).toHaveLength(1);
    const open = await listed('?state=open');
    expect(Object.values(open.firing).reduce((sum, count) => sum + count)).toBe(open.alerts.length);
    expect(alerts[0]).toMatchObject({ status: 'firing', severity: 'critical', count: 2, firing: 2, ended: null });
    expect(alerts[0]?.text).toContain('HighCpu in our words');
    expect(alerts[0]?.members.map(({ labels }) => labels.instance)).toEqual(['web01', 'web02']);
    expect(titles((await listed()).changes)).toContain('checkout 4.12.0');
    expect((await own()).map(({ status }) => status).sort()).toEqual(['firing', 'resolved']);
    const pages: string[][] = [];
    for (let before: string | null = ''; before !== null; ) {
      const page: Listed = await listed(`?limit=1${before && `&before=${before}`}`);
      pages.push(page.alerts.map(({ id }) => id));
      before = page.next;
    }
    expect(pages.every(({ length }) => length === 1)).toBe(true);
    expect(pages.flat()).toEqual((await listed()).alerts.map(({ id }) => id));
    expect((await listed('?from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z')).alerts).toEqual([]);
    const known = await json<{ changes: { title: string; source: string }[]; missing: string[] }>('/api/changes');
    expect(titles(known.changes)).toContain('checkout 4.12.0');
    // what sources keep as marks is a change as well
    expect(new Set(known.changes.map(({ source }) => source))).toEqual(new Set(['generic', 'annotation']));
    expect(known.missing).toEqual([]);
    expect(await json<Group>(`/api/alerts/${alerts[0]?.id}`)).toMatchObject({ title: alerts[0]?.title, count: 2 });
  });

  it('have their context with charts that stay, gathered once for who looks again', async () => {
    const group = (await listed('?state=open')).alerts.find(isOwn);
    const context = await json<Context>(`/api/alerts/${group?.id}/context`);
    expect(context.text).toContain('checkout 4.12.0');
    const again = await json<Context>(`/api/alerts/${group?.id}/context`);
    expect(again).toEqual(context);
    // no two of one name: what leads to their data says which is which
    const names = context.charts.map(({ title }) => title);
    expect(new Set(names).size).toBe(names.length);
    for (const { image, alt } of context.charts) {
      expect(alt).not.toBe('');
      expect(await sizeOf(await fetch(bot.url + image))).toEqual([1800, 800]);
    }
  });

  it.each([
    ['/api/alerts?state=x', 400],
    ['/api/alerts?limit=0', 400],
    ['/api/alerts?from=yesterday', 400],
    ['/api/alerts?before=1', 400],
    ['/api/alerts?zone=Mars', 400],
    ['/api/alerts?from=2026-11-25T10:00:00Z&to=2026-11-25T10:00:00Z', 400],
    ['/api/alerts/nothing', 404],
    ['/api/alerts/nothing/context', 404],
  ])('refuse %s', async (path, status) => {
    const response = await fetch(bot.url + path);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
  });
});

describe('GET /schema', () => {
  it.each([
    ['query', 'queries'],
    ['config', 'glimpse'],
    ['tests', 'tests'],
    ['recording', 'recording'],
  ])('gives editors the schema of %s, as it is in the docs', async (name, file) => {
    const response = await fetch(`${bot.url}/schema/${name}.json`);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'application/schema+json; charset=utf-8',
    ]);
    const path = new URL(`../../docs/schema/${file}.schema.json`, import.meta.url);
    expect(await response.json()).toEqual(JSON.parse(await readFile(path, 'utf8')));
  });

  it('knows no other', async () => {
    expect((await fetch(`${bot.url}/schema/secrets.json`)).status).toBe(404);
  });
});

it('knows after a restart how its definitions were asked', async () => {
  const dataDir = await newDataDir();
  const first = await startBot({ dataDir });
  const askOf = async (url: string, q: string) => {
    const body = JSON.stringify({ q });
    const response = await fetch(`${url}/api/ask`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    return ((await response.json()) as AskResult).text;
  };
  for (const q of ['cpu web01', 'processor web02 6h', 'load db01']) await askOf(first.url, q);
  await first.stop();
  const second = await startBot({ dataDir });
  const { queries } = (await (await fetch(`${second.url}/api/usage`)).json()) as UsageJson;
  expect(queries).toContainEqual(expect.objectContaining({ query: 'cpu', asked: 2, failed: 0, codes: {} }));
  const text = await askOf(second.url, 'queries usage');
  await second.stop();
  expect(text).toMatch(/^3 questions in 30 days · 2 of 10 queries were asked\nNot asked /);
  expect(text).toMatch(/^cpu +2 /m);
});
