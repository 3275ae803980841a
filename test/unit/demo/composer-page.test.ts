import { expect, it } from 'vitest';
import { COMPOSER_CSP, windowInWords } from '../../../src/demo/composer-page.ts';
import { createGraphiteHandler } from '../../../src/demo/graphite-handler.ts';
import { createFakeClock } from '../../doubles/fake-clock.ts';
import { smallTree, T0 } from './small-tree.ts';

const tree = smallTree({ 'a.one': [1, 2, 3, 4], 'a.two': [null, 5, null, 7] });

function page(query: string, isDemo = true): string {
  const info = { title: 'Small', notice: 'Made up <for> a test.', isDemo, clock: createFakeClock((T0 + 299) * 1000) };
  return createGraphiteHandler(tree, info).handle({
    method: 'GET',
    path: '/composer/',
    params: new URLSearchParams(query),
  }).body;
}

it('shows the target, the frozen window in words, the chart and the numbers', () => {
  const html = page('target=a.one&from=14:00_20261125&until=14:04_20261125&tz=UTC');
  expect(html).toContain('<code>a.one</code>');
  expect(html).toContain('Wed 25 Nov 2026, 14:00–14:04 UTC · 4 min');
  expect(html.match(/<path class="line l0" d="M[^"]+"/g)).toHaveLength(1);
  const cells = [...html.matchAll(/<td>([^<]*)<\/td>/g)].map(([, cell]) => cell);
  expect(cells).toEqual(['4', '1', '2.5', '4']);
  expect(html).toContain('One value each 1 min');
});

it('says plainly when the data are made up', () => {
  expect(page('target=a.one')).toContain('<span class="badge">DEMO</span>');
  expect(page('target=a.one', false)).not.toContain('DEMO');
  expect(page('target=a.one')).toContain('Made up &#60;for&#62; a test.');
});

it.each([
  '<script>alert(1)</script>',
  'alias(a.one,"<img src=x onerror=alert(1)>")',
  "alias(a.one,'\"><svg onload=alert(1)>')",
  'alias(a.one,"</title></style><script>alert(1)</script>")',
])('shows the hostile target %s as text', (target) => {
  const html = page(new URLSearchParams({ target, from: String(T0), until: String(T0 + 240) }).toString());
  expect(html).not.toMatch(/<(?:script|img|svg onload)/i);
  expect(html.match(/<\/style>/g)).toHaveLength(1);
  expect(html).toContain('&#60;');
});

it('says so when the line shows means of several values', () => {
  const day = smallTree({ 'a.one': Array.from({ length: 1_440 }, () => 1) });
  const clock = createFakeClock((T0 + 86_400) * 1000);
  const handler = createGraphiteHandler(day, { title: 'Small', notice: '', isDemo: true, clock });
  const ask = (query: string) =>
    handler.handle({ method: 'GET', path: '/composer/', params: new URLSearchParams(query) }).body;
  expect(ask('target=a.one&from=-24h')).toContain('each point of the line is the mean of 3.');
  expect(ask('target=a.one&from=-1h')).not.toContain('mean of');
});

it('says so when there is nothing to draw', () => {
  expect(page('target=a.three')).toContain('No values in this window.');
});

it('keeps gaps: values alone among gaps are dots', () => {
  const html = page(`target=a.two&from=${T0}&until=${T0 + 240}`);
  expect(/<path class="line l0" d="([^"]+)"/.exec(html)?.[1]?.match(/M/g)).toHaveLength(2);
});

it('lets nothing run and nothing load', () => {
  const html = page('target=a.one');
  expect(COMPOSER_CSP).toMatch(/^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]+'/);
  expect(html).toContain('http-equiv="Content-Security-Policy"');
  expect(html).not.toMatch(/ (?:style|src|on\w+)=/);
});

it('lists the tree to look through when there is no target', () => {
  expect(page('')).toContain('href="?query=a.*"');
  expect(page('query=a.*')).toContain('href="?target=a.one&#38;from=-1h&#38;until=now"');
});

it('draws a long target, many rows and a window of days within bounds', () => {
  const html = page(`target=${'x'.repeat(5_000)}&from=-300d&tz=Europe/Berlin`);
  expect(html.length).toBeLessThan(20_000);
});

it.each([
  [T0, T0 + 3_600, 'UTC', 'Wed 25 Nov 2026, 14:00–15:00 UTC · 1 h'],
  [T0, T0 + 3_600, 'Europe/Berlin', 'Wed 25 Nov 2026, 15:00–16:00 CET · 1 h'],
  [T0, T0 + 90_000, 'UTC', 'Wed 25 Nov 2026, 14:00 – Thu 26 Nov 2026, 15:00 UTC · 1 d 1 h'],
])('says a window in words', (fromS, untilS, zone, words) => {
  expect(windowInWords({ fromS, untilS }, zone)).toBe(words);
});
