import { describe, expect, it } from 'vitest';
import type { GrafanaStore } from '../../../doubles/grafana/store.ts';
import { signal, startGrafana } from '../grafana-harness.ts';

const RIGHTS = { 'dashboards:read': ['*'], 'datasources:query': ['*'], 'annotations:read': ['*'] };

async function check(store: Partial<GrafanaStore> = {}, options: Readonly<Record<string, unknown>> = {}) {
  const { source } = await startGrafana(store, options);
  return source.check(signal);
}

describe('the check of a Grafana', () => {
  it('tells the version of one that works', async () => {
    expect(await check({ version: '13.0.1', permissions: RIGHTS })).toEqual({
      version: 'Grafana 13.0.1',
      problems: [],
    });
  });

  it.each<[string, Partial<GrafanaStore>, Readonly<Record<string, unknown>>, RegExp]>([
    ['a token that is refused', { token: 'other' }, {}, /does not accept my login \(401\).*Set token/],
    ['an old version', { version: '8.5.27' }, {}, /Grafana 8\.5\.27; .* from version 9 on/],
    ['another organisation', { orgId: 2 }, { orgId: 5 }, /organisation 2 \(Main Org\.\), not to 5; set orgId to 2/],
    ['no dashboards', { dashboards: [] }, {}, /sees no dashboard.*dashboards:read/],
    [
      'no right to query',
      { permissions: { ...RIGHTS, 'datasources:query': undefined as never } },
      {},
      /lacks datasources:query/,
    ],
    [
      'no right to read marks',
      { permissions: { ...RIGHTS, 'annotations:read': undefined as never } },
      {},
      /lacks annotations:read/,
    ],
    [
      'no right to write marks',
      { permissions: RIGHTS },
      { annotate: true },
      /annotate: true, but its login lacks annotations:create/,
    ],
    ['no data sources', { datasources: [] }, {}, /may not see data sources \(datasources:read\)/],
    ['a path that is missing', { basePath: '/grafana' }, {}, /\(404\)|does not have it.*path.*url/],
  ])('tells of %s', async (_, store, options, message) => {
    const { problems } = await check(store, options);
    expect(problems).toEqual([expect.stringMatching(message)]);
  });

  it('tells that nobody is there', async () => {
    const { source, close } = await startGrafana();
    await close();
    expect((await source.check(signal)).problems.join()).toMatch(/refused the connection.*Check the url/);
  });
});
