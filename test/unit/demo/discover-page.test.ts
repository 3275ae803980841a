import { createHash } from 'node:crypto';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { createElasticsearchHandler } from '../../../src/demo/elasticsearch-handler.ts';
import { makeUnit } from '../../../src/domain/unit.ts';
import { createHttpClient } from '../../../src/lib/http-client.ts';
import { elasticsearch } from '../../../src/sources/elasticsearch.ts';
import { createFakeClock } from '../../doubles/fake-clock.ts';
import { T0 } from './small-tree.ts';

const clock = createFakeClock((T0 + 50 * 60) * 1_000);
const info = { title: 'Logs', notice: 'Made up <for> a test.', isDemo: true };
const handler = createElasticsearchHandler({ info, clock });
const PLACE = 'http://bot.example/demo-logs/';

const page = (query: string) =>
  handler.handle({ method: 'GET', path: '/app/discover', params: new URLSearchParams(query) });

/** Where the page's own script leads from an address of Discover. */
function follow(link: string): URL {
  const { body } = page('');
  const script = /<script>([\s\S]*)<\/script>/.exec(body)?.[1] ?? '';
  const url = new URL(link);
  let target = '';
  const replace = (to: string) => {
    target = to;
  };
  const location = { hash: url.hash, pathname: url.pathname, replace };
  runInNewContext(script, { location });
  return new URL(target, link);
}

/** The link that the real adapter makes for a question. */
function linkOf(block: object, args: Record<string, string[]>): string {
  const options = elasticsearch.options.parse({ kind: 'elasticsearch', url: 'http://127.0.0.1:1', publicUrl: PLACE });
  const source = elasticsearch.create(options, { name: 'demo-logs', http: createHttpClient({ timeoutMs: 1 }), clock });
  const parsed = elasticsearch.block.parse(block);
  const request = source.request(parsed, { arguments: args, unit: makeUnit('count'), consolidate: 'sum' });
  const window = { fromMs: (T0 + 1_200) * 1_000, toMs: (T0 + 2_400) * 1_000, zone: 'UTC', maxPoints: 800 };
  return source.link(request, window) ?? '';
}

const BLOCK = {
  index: 'logs-*',
  filter: [{ term: { 'service.name': '${service}' } }, { terms: { 'log.level': ['error'] } }],
  text: 'phrase',
  lines: { columns: ['host.name'] },
};

it('shows the lines of the link that the adapter makes: window, filters, phrase and columns', () => {
  const target = follow(linkOf(BLOCK, { service: ['checkout'], phrase: ['payment refused'] }));
  expect(target.pathname).toBe('/demo-logs/app/discover');
  const { status, body } = page(target.search);
  expect(status).toBe(200);
  expect(body).toContain('Wed 25 Nov 2026, 14:20–14:40 UTC · 20 min');
  expect(body).toContain('<code>service.name: checkout</code>');
  expect(body).toContain('<code>&#34;payment refused&#34;</code>');
  expect(body).toContain('<th scope="col">host.name</th>');
  const rows = [...body.matchAll(/<summary>([^<]*)<\/summary>/g)].map(([, text]) => text);
  expect(rows).toHaveLength(200);
  expect(rows.filter((text) => !text?.startsWith('payment refused by'))).toEqual([]);
  expect(body).toMatch(/<p class="step">\d+ lines, the newest 200 of them here/);
  expect(body.match(/<rect class="bar"/g)?.length).toBeGreaterThan(20);
});

it('shows exactly as many lines as a search with the same filters counts', () => {
  const target = follow(linkOf(BLOCK, { service: ['payments'], phrase: [] }));
  const { body } = page(target.search);
  const filter = [
    { range: { '@timestamp': { gte: (T0 + 1_200) * 1_000, lt: (T0 + 2_400) * 1_000 } } },
    { term: { 'service.name': 'payments' } },
    { term: { 'log.level': 'error' } },
  ];
  const reply = handler.handle({
    method: 'POST',
    path: '/logs-*/_count',
    params: new URLSearchParams(),
    body: JSON.stringify({ query: { bool: { filter } } }),
  });
  expect(body).toContain(`<p class="step">${JSON.parse(reply.body).count} lines`);
});

it('reads KQL, negated filters and those that are switched off', () => {
  const filters = `!((meta:(negate:!t),query:(term:(service.name:search))),(meta:(disabled:!t),query:(term:(service.name:payments))))`;
  const query = new URLSearchParams({
    _g: `(time:(from:'2026-11-25T14:20:00.000Z',to:'2026-11-25T14:40:00.000Z'))`,
    _a: `(columns:!(service.name),filters:${filters},query:(language:kuery,query:'log.level : error and not service.name : payments'))`,
  });
  const { status, body } = page(query.toString());
  expect(status).toBe(200);
  const services = [...body.matchAll(/<td>([a-z]+)<\/td><\/tr>/g)].map(([, name]) => name);
  expect(new Set(services)).toEqual(new Set(['checkout']));
});

it('lets only its own script run, and only where the address is behind the #', () => {
  const { body, headers } = page('');
  const script = /<script>([\s\S]*)<\/script>/.exec(body)?.[1] ?? '';
  const hash = createHash('sha256').update(script).digest('base64');
  expect(headers?.['content-security-policy']).toContain(`default-src 'none'`);
  expect(headers?.['content-security-policy']).toContain(`script-src 'sha256-${hash}'`);
  expect(script.length).toBeLessThan(300);
  expect(page('_a=()').body).not.toContain('<script');
  expect(page('_a=()').headers).toBeUndefined();
});

it.each([
  [`_a=(columns:!('<img src=x onerror=alert(1)>'))`, '&#60;img src=x'],
  [`_a=(filters:!((meta:(alias:'<script>alert(1)</script>'),query:(match_all:()))))`, '&#60;script&#62;'],
  [`_a=(query:(query:'<script>'))`, '&#60;script&#62;'],
])('shows the hostile %s as text', (query, shown) => {
  const { body } = page(query);
  expect(body).not.toMatch(/<script|<img/);
  expect(body).toContain(shown);
});

it.each([
  ['_a=(((', 400, 'cannot be read'],
  [`_g=(time:(from:noon,to:'2026-11-25T14:40:00.000Z'))`, 400, 'not made of two moments'],
  ['_a=(filters:!((meta:(),query:(script:()))))', 400, 'unknown query [script]'],
  [`_g=(time:(from:'2020-01-01T00:00:00Z',to:'2020-01-02T00:00:00Z'))`, 200, 'No lines in this window.'],
  [`_g=(time:(from:'2026-11-25T14:00:00Z',to:'2026-11-25T14:00:00Z'))`, 200, 'This window is empty.'],
])('answers %s with %i in words', (query, status, words) => {
  const reply = page(query);
  expect(reply.status).toBe(status);
  expect(reply.body).toContain(words);
});
