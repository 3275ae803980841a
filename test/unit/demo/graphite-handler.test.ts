import { expect, it } from 'vitest';
import { createGraphiteHandler } from '../../../src/demo/graphite-handler.ts';
import type { MetricTree } from '../../../src/demo/metric-tree.ts';
import { createFakeClock } from '../../doubles/fake-clock.ts';
import { smallTree, T0 } from './small-tree.ts';

const NOW_S = T0 + 3_599;

const EVENTS = [
  { id: 1, what: 'v1', whenS: T0 + 60, tags: ['deploy', 'checkout'], data: 'first' },
  { id: 2, what: 'trouble', whenS: T0 + 120, untilS: T0 + 600, tags: ['incident', 'checkout'], data: '' },
  { id: 3, what: 'more trouble', whenS: NOW_S - 60, untilS: NOW_S + 60, tags: ['incident', 'search'], data: '' },
  { id: 4, what: 'v2', whenS: NOW_S + 1, tags: ['deploy', 'checkout'], data: '' },
];

/** Asks a handler; `query` is the URL's query, `now` 59:59 behind T0. */
function ask(tree: MetricTree, path: string, query: string, method = 'GET') {
  const clock = createFakeClock(NOW_S * 1000);
  const handler = createGraphiteHandler(tree, { title: 'Small', notice: 'Made up for a test.', isDemo: true, clock });
  return handler.handle({ method, path, params: new URLSearchParams(query) });
}

const minutes = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const tree = smallTree({ 'a.one': minutes(60), 'a.two': [1, null, 3], 'a.one.more': [5] }, { events: EVENTS });

const render = (query: string, of = tree) => JSON.parse(ask(of, '/render', `format=json&${query}`).body);

it('gives the points after from, up to the bucket that until is in', () => {
  expect(render(`target=a.two&from=${T0}&until=${T0 + 190}`)).toEqual([
    {
      target: 'a.two',
      tags: { name: 'a.two' },
      datapoints: [
        [1, T0 + 60],
        [null, T0 + 120],
        [3, T0 + 180],
      ],
    },
  ]);
});

it('cuts the window at now', () => {
  const [row] = render(`target=a.one&from=${NOW_S - 60}&until=${NOW_S + 9_000}`);
  expect(row.datapoints).toEqual([[59, T0 + 3_540]]);
});

it('swaps ends in the wrong order and refuses equal ones', () => {
  expect(render(`target=a.two&until=${T0}&from=${T0 + 70}`)[0].datapoints).toEqual([[1, T0 + 60]]);
  expect(ask(tree, '/render', `format=json&target=a.two&from=${T0}&until=${T0}`)).toMatchObject({
    status: 400,
    contentType: 'text/html',
    body: 'Invalid parameters (Invalid empty time range); targets: &#34;a.two&#34;',
  });
});

it('moves the start to whole buckets and drops one value fewer than that, as graphite-web does', () => {
  // 60 points in at most 20: three each, 180 s. From :01 the start moves 120 + 60 to :04, and only two values go.
  const [row] = render(`target=a.one&from=${T0}&until=${T0 + 3_599}&maxDataPoints=20`);
  expect(row.datapoints.slice(0, 3)).toEqual([
    [(2 + 3 + 4) / 3, T0 + 180],
    [(5 + 6 + 7) / 3, T0 + 360],
    [(8 + 9 + 10) / 3, T0 + 540],
  ]);
});

it('labels the same buckets whatever second is asked from', () => {
  const labels = [0, 60, 120, 180].map((shift) => {
    const [row] = render(`target=a.one&from=${T0 + shift}&until=${T0 + 3_599}&maxDataPoints=16`);
    return row.datapoints[0][1] % 240;
  });
  expect(labels).toEqual([0, 0, 0, 0]);
});

it('consolidates as the target says, and keeps a last bucket that is not full', () => {
  const [row] = render(`target=consolidateBy(a.one,'max')&from=${T0}&until=${T0 + 600}&maxDataPoints=4`);
  expect(row.datapoints).toEqual([
    [4, T0 + 180],
    [7, T0 + 360],
    [10, T0 + 540],
  ]);
  const [sums] = render(`target=consolidateBy(a.one,'sum')&from=${T0}&until=${T0 + 659}&maxDataPoints=3`);
  expect(sums.datapoints).toEqual([
    [3 + 4 + 5 + 6, T0 + 240],
    [7 + 8 + 9 + 10, T0 + 480],
  ]);
});

it('takes maxDataPoints in plain digits only; one means one', () => {
  expect(render(`target=a.one&from=${T0}&until=${T0 + 600}&maxDataPoints=2.5`)[0].datapoints).toHaveLength(10);
  expect(render(`target=a.one&from=${T0}&until=${T0 + 600}&maxDataPoints=1`)[0].datapoints).toEqual([[5.5, T0 + 60]]);
});

it('reads the archive that reaches back to from as seen from now, not the length of the window', () => {
  const archives = [
    { stepS: 60, keptS: 1_800 },
    { stepS: 300, keptS: 3_600 },
  ];
  const two = smallTree({ 'a.one': minutes(60) }, { archives });
  const times = (query: string) => render(query, two)[0].datapoints.map(([, time]: [number, number]) => time - T0);
  expect(times(`target=a.one&from=${NOW_S - 1_800}&until=${NOW_S - 1_700}`)).toEqual([1_800, 1_860]);
  expect(times(`target=a.one&from=${NOW_S - 1_801}&until=${NOW_S - 1_700}`)).toEqual([1_800]);
  expect(render(`target=a.one&from=${NOW_S - 9_000}&until=${NOW_S - 4_000}`, two)).toEqual([]);
});

it('leaves out nulls, and rows of nothing else, when asked to', () => {
  expect(render(`target=a.two&from=${T0}&until=${T0 + 190}&noNullPoints=1`)[0].datapoints).toHaveLength(2);
  expect(render(`target=a.two&from=${T0 + 600}&until=${T0 + 700}&noNullPoints=1`)).toEqual([]);
});

it('writes an infinity as graphite-web does', () => {
  expect(ask(tree, '/render', `format=json&target=constantLine(inf)&from=${T0}`).body).toContain('[1e9999, ');
});

it('answers an absent metric, and no target at all, with an empty list', () => {
  expect(render('target=a.three')).toEqual([]);
  expect(render('')).toEqual([]);
});

it('takes target[] where there is no target', () => {
  expect(render(`target[]=a.two&from=${T0}&until=${T0 + 70}`)).toHaveLength(1);
});

it('writes raw with the step, and CSV', () => {
  const query = `target=a.two&from=${T0}&until=${T0 + 190}`;
  expect(ask(tree, '/render', `format=raw&${query}`).body).toBe(`a.two,${T0 + 60},${T0 + 240},60|1,None,3\n`);
  expect(ask(tree, '/render', `format=csv&${query}`).body).toContain('"a.two",2026-11-25 14:01:00,1\r\n');
});

it('draws where no format is asked', () => {
  const reply = ask(tree, '/render', `target=a.one&from=${T0}`);
  expect(reply.contentType).toBe('image/svg+xml');
  expect(reply.body).toMatch(/^<svg .*<style>.*<path class="line l0" d="M/s);
});

it.each([
  ['nope(a.one)', 400, 'Received request for unknown function: nope'],
  ['scale(a.one)', 500, 'TypeError: scale() needs a number as factor'],
])('answers %s with %i and one sentence', (target, status, sentence) => {
  const reply = ask(tree, '/render', `format=json&target=${target}`);
  expect(reply).toMatchObject({ status, contentType: 'text/html' });
  expect(reply.body).toContain(sentence);
  expect(reply.body).not.toMatch(/\/(?:src|home|usr|opt)\//);
});

it('escapes what was asked in its refusals', () => {
  const reply = ask(tree, '/render', 'format=json&target=<script>alert(1)</script>(');
  expect(reply.body).not.toContain('<script>');
});

it('finds nodes in the three formats', () => {
  expect(JSON.parse(ask(tree, '/metrics/find', 'query=a.o&format=completer').body)).toEqual({
    metrics: [{ path: 'a.one', name: 'one', is_leaf: '1' }],
  });
  expect(JSON.parse(ask(tree, '/metrics/find', 'query=*&format=completer').body)).toEqual({
    metrics: [{ path: 'a.', name: 'a', is_leaf: '0' }],
  });
  expect(JSON.parse(ask(tree, '/metrics/find', 'query=*.two&format=treejson').body)).toEqual([
    { text: 'two', id: '*.two', leaf: 1, expandable: 0, allowChildren: 0 },
  ]);
  expect(JSON.parse(ask(tree, '/metrics/find', 'query=a.two&format=json').body)).toEqual([
    { path: 'a.two', is_leaf: true, intervals: [{ start: NOW_S - 86_400, end: NOW_S }] },
  ]);
  expect(JSON.parse(ask(tree, '/metrics/find', 'query=x.*&format=json').body)).toEqual([]);
});

it.each([
  ['format=json', 'Missing required parameter &#39;query&#39;'],
  ['query=', 'Required parameter &#39;query&#39; is empty'],
  ['query=*&format=pickle', "Invalid value for 'format' parameter"],
])('refuses find with %s', (query, message) => {
  const reply = ask(tree, '/metrics/find', query);
  expect(reply.status).toBe(400);
  expect(reply.body).toContain(message);
});

it('expands queries to paths', () => {
  const expand = (query: string) => JSON.parse(ask(tree, '/metrics/expand', query).body).results;
  expect(expand('query=a.t*&query=a.two')).toEqual(['a.two']);
  expect(expand('query=*&leavesOnly=1')).toEqual([]);
  expect(expand('query=a.t*&groupByExpr=1')).toEqual({ 'a.t*': ['a.two'] });
});

it('tells events that have all the tags, or any of them, and none that lie ahead', () => {
  const ids = (query: string) =>
    JSON.parse(ask(tree, '/events/get_data', query).body).map(({ id }: { id: number }) => id);
  expect(ids('')).toEqual([1, 2, 3]);
  expect(ids('tags=incident checkout')).toEqual([2]);
  expect(ids('tags=deploy search&set=union')).toEqual([1, 3]);
  expect(ids(`from=${T0 + 60}&until=${T0 + 120}`)).toEqual([1, 2]);
  expect(ids(`until=${NOW_S + 999}`)).toEqual([1, 2, 3]);
  expect(ask(tree, '/events/get_data', 'from=soon').status).toBe(500);
});

it('tells the end of an event only when it is past', () => {
  const [, over, going] = JSON.parse(ask(tree, '/events/get_data', '').body);
  expect(over).toEqual({
    id: 2,
    what: 'trouble',
    when: T0 + 120,
    until: T0 + 600,
    tags: ['incident', 'checkout'],
    data: '',
  });
  expect(going).not.toHaveProperty('until');
});

it('says which graphite-web it follows, and 404 and 405 for the rest', () => {
  expect(ask(tree, '/version/', '').body).toBe('"1.1.10"');
  expect(ask(tree, '/dashboard', '').status).toBe(404);
  expect(ask(tree, '/constructor', '').status).toBe(404);
  expect(ask(tree, '/render', '', 'DELETE').status).toBe(405);
});
