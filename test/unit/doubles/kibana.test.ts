/** The double of Kibana insists on what the product insists on. */
import { expect, it } from 'vitest';
import type { Received } from '../../doubles/http-backend.ts';
import { kibanaDouble, kibanaFixture } from '../../doubles/kibana.ts';

const ask = (version: '7.17' | '8.19' | '9.2', path: string, more: Partial<Received> = {}) => {
  const numbers = { '7.17': '7.17.28', '8.19': '8.19.2', '9.2': '9.2.1' };
  const url = new URL(path, 'http://kibana');
  return kibanaDouble({ version: numbers[version], spaces: { default: kibanaFixture(version) } })({
    method: 'GET',
    pathname: url.pathname,
    searchParams: url.searchParams,
    headers: {},
    body: '{}',
    form: new URLSearchParams(),
    ...more,
  });
};
const statusOf = (...asked: Parameters<typeof ask>) => ask(...asked).status ?? 200;

it('refuses what another site could send', () => {
  const post = { method: 'POST', body: '{"locatorId":"X","params":{}}' };
  expect(statusOf('9.2', '/api/short_url', post)).toBe(400);
  expect(statusOf('9.2', '/api/short_url', { ...post, headers: { 'kbn-xsrf': 'x' } })).toBe(200);
});

it('has the routes of its version', () => {
  const routes = [
    '/api/data_views',
    '/api/index_patterns/index_pattern/logs-test-view',
    '/api/saved_objects/resolve/dashboard/dash-web',
  ];
  const found = (['7.17', '8.19', '9.2'] as const).map((version) => routes.map((path) => statusOf(version, path)));
  expect(found).toEqual([
    [404, 200, 404],
    [200, 404, 200],
    [200, 404, 200],
  ]);
});

it('keeps what is internal to itself from 9 on', () => {
  const path = '/internal/search/ese';
  expect([statusOf('8.19', path), statusOf('9.2', path)]).toEqual([404, 400]);
});

it('knows one version of its API, and warns of what is on its way out', () => {
  const find = '/api/saved_objects/_find?type=search';
  expect(statusOf('9.2', find, { headers: { 'elastic-api-version': '2020-01-01' } })).toBe(400);
  expect(statusOf('7.17', find, { headers: { 'elastic-api-version': '2020-01-01' } })).toBe(200);
  expect(ask('9.2', find).headers).toHaveProperty('warning');
});

it('has the spaces that it has', () => {
  expect([statusOf('9.2', '/s/ops/api/data_views'), statusOf('9.2', '/s/default/api/data_views')]).toEqual([404, 200]);
});
