import { describe, expect, it } from 'vitest';
import { GRAPHITE, PROM } from '../../../doubles/grafana/fleet.ts';
import { CPU_PANEL, HOST_VARIABLE } from '../../../doubles/grafana/shapes.ts';
import { frameOf, type GrafanaQuery, type GrafanaStore, type Json } from '../../../doubles/grafana/store.ts';
import { signal, startGrafana } from '../grafana-harness.ts';

const prom = { uid: PROM.uid, type: 'prometheus' };

/** A dashboard whose only panel shows what its variables are, in the expression of a metric that answers nothing. */
async function startWith(variables: readonly Json[], expr: string, more: Partial<GrafanaStore> = {}) {
  const panel = { ...CPU_PANEL, id: 1, targets: [{ refId: 'A', datasource: prom, expr }] };
  const v1 = { title: 'Own', schemaVersion: 39, templating: { list: variables }, panels: [panel] };
  const started = await startGrafana({ dashboards: [{ uid: 'own', v1 }], answer: () => ({ frames: [] }), ...more });
  const bound = async (asked: Record<string, string | string[]> = {}) => {
    await started.askAll({ dashboard: 'own', panel: 1, variables: asked });
    return started.queries().at(-1)?.queries[0]?.expr;
  };
  return { ...started, bound };
}

const custom = (name: string, query: string, more: Json = {}): Json => ({
  name,
  type: 'custom',
  query,
  current: {},
  ...more,
});

describe('variables of a dashboard', () => {
  it.each<[string, Json, Record<string, string | string[]>, string]>([
    ['a list, by its first', custom('v', 'a, b\\,c,Long name : z'), {}, 'a'],
    ['a list, a value with a comma', custom('v', 'a, b\\,c,Long name : z'), { v: 'b,c' }, 'b,c'],
    ['a list, by the text of a value', custom('v', 'a, b\\,c,Long name : z'), { v: 'long name' }, 'z'],
    ['a list in JSON', custom('v', '[{"text":"One","value":"1"},"two"]', { valuesFormat: 'json' }), { v: 'One' }, '1'],
    ['a list without its text', custom('v', '', { options: [{ text: 'A', value: 'a' }] }), {}, 'a'],
    ['a constant', { name: 'v', type: 'constant', query: 'web' }, {}, 'web'],
    ['a text', { name: 'v', type: 'textbox', query: 'x', current: {} }, {}, 'x'],
    ['a text that is asked', { name: 'v', type: 'textbox', query: 'x', current: {} }, { v: 'y"z' }, 'y\\"z'],
    ['a length', { name: 'v', type: 'interval', query: '1m,10m', current: { value: '10m' } }, {}, '10m'],
    [
      'a length that is asked',
      { name: 'v', type: 'interval', query: '1m,10m', current: { value: '10m' } },
      { v: '1h' },
      '1h',
    ],
    [
      'a length that is automatic',
      {
        name: 'v',
        type: 'interval',
        query: '1m',
        auto: true,
        auto_count: 10,
        auto_min: '10s',
        current: { value: '$__auto_interval_v' },
      },
      {},
      '1m',
    ],
    ['a switch', { name: 'v', type: 'switch', current: {} }, {}, 'false'],
  ])('may be %s', async (_, variable, asked, value) => {
    const { bound } = await startWith([variable], 'up{a="$v"}');
    expect(await bound(asked)).toBe(`up{a="${value}"}`);
  });

  it('may be a data source by name, and the panel is asked there', async () => {
    const variable = {
      name: 'ds',
      type: 'datasource',
      query: 'prometheus',
      regex: '/Main|Second/',
      current: { value: 'gone' },
    };
    const second = { uid: 'second', name: 'Second', type: 'prometheus' };
    const panel = { ...CPU_PANEL, id: 1, datasource: '${ds}', targets: [{ refId: 'A', expr: 'up' }] };
    const dashboards = [{ uid: 'own', v1: { title: 'Own', templating: { list: [variable] }, panels: [panel] } }];
    const { askAll, queries } = await startGrafana({
      dashboards,
      datasources: [{ ...PROM, isDefault: true }, second, GRAPHITE],
    });
    await askAll({ dashboard: 'own', panel: 1 });
    await askAll({ dashboard: 'own', panel: 1, variables: { ds: 'Second' } });
    await askAll({ dashboard: 'own', panel: 1, variables: { ds: 'default' } });
    expect(queries().map((one) => one.queries[0]?.datasource)).toMatchObject([
      { uid: PROM.uid },
      { uid: 'second' },
      { uid: PROM.uid },
    ]);
  });

  it('say which one stands for all values that cannot be listed', async () => {
    const host = { ...HOST_VARIABLE, current: { value: ['$__all'] } };
    const { bound } = await startWith([host], 'up{a=~"$host"}', { resource: () => undefined });
    await expect(bound()).rejects.toThrow('All values of host are asked for, which could not be listed: ');
  });

  it('stand for everything: as their own text, or as all values', async () => {
    const own = { ...HOST_VARIABLE, allValue: '.+', current: { value: ['$__all'] } };
    const plain = { ...HOST_VARIABLE, name: 'all', current: { value: '$__all' } };
    const { bound } = await startWith([own, plain], 'up{a=~"$host",b=~"$all"}');
    expect(await bound()).toBe('up{a=~".+",b=~"(db01|web01|web02|web10)"}');
    expect(await bound({ host: 'web01', all: ['All'] })).toBe('up{a=~"web01",b=~"(db01|web01|web02|web10)"}');
  });

  it('depend on each other, and are asked in that order', async () => {
    const region = custom('region', 'eu,us');
    const cluster = {
      ...HOST_VARIABLE,
      name: 'cluster',
      multi: false,
      current: {},
      query: 'label_values(up{region="$region"}, cluster)',
    };
    const host = {
      ...HOST_VARIABLE,
      multi: false,
      current: {},
      query: { query: 'label_values(up{cluster="$cluster"}, host)' },
    };
    const asked: string[] = [];
    const { bound } = await startWith([host, cluster, region], 'up{host="$host"}', {
      resource(_uid, path, parameters) {
        asked.push(`${path} ${parameters.get('match[]')}`);
        return { status: 'success', data: path.includes('cluster') ? ['eu-1'] : ['web07'] };
      },
    });
    expect(await bound({ region: 'us' })).toBe('up{host="web07"}');
    expect(asked).toEqual([
      'api/v1/label/cluster/values up{region="us"}',
      'api/v1/label/host/values up{cluster="eu-1"}',
    ]);
  });

  it('may name themselves: a list of data sources asks none, a query lists what it would list without it', async () => {
    const ds = { name: 'ds', type: 'datasource', query: 'prometheus', datasource: { uid: '${ds}' }, current: {} };
    const host = {
      ...HOST_VARIABLE,
      datasource: { type: 'datasource', uid: '$ds' },
      query: 'label_values(rig_cpu_user_percent{host=~"$host"}, host)',
      current: {},
    };
    const { bound } = await startWith([ds, host], '$ds ${host:csv}');
    expect(await bound({ host: ['web02'] })).toBe('default web02');
    expect(await bound()).toBe('default db01');
  });

  it('are refused where they depend on each other in a circle', async () => {
    const of = (name: string, other: string) => ({
      ...HOST_VARIABLE,
      name,
      query: `label_values(up{a="$${other}"}, a)`,
      current: {},
    });
    const { bound } = await startWith([of('a', 'b'), of('b', 'a')], 'up{a="$a"}');
    await expect(bound()).rejects.toMatchObject({
      code: 'SOURCE_BAD_QUERY',
      message: expect.stringContaining('a → b → a'),
    });
  });

  it.each([
    ['takes what fits', { regex: '/web.*/' }, '(web01|web02|web10)'],
    ['takes a group', { regex: '/(web)\\d+/' }, 'web'],
    ['takes named groups', { regex: '/web(?<value>\\d)(?<text>\\d)/' }, '(1|0)'],
    ['puts in reverse order', { sort: 2 }, '(web10|web02|web01|db01)'],
    ['puts by number', { sort: 4 }, '(web10|web02|db01|web01)'],
    ['leaves the order alone', { sort: 0 }, '(web10|web02|web01|db01)'],
    ['has nothing for a broken expression', { regex: '/(/', allValue: 'none' }, 'none'],
  ])('%s', async (_, more, written) => {
    const { bound } = await startWith(
      [{ ...HOST_VARIABLE, ...more, current: { value: ['$__all'] } }],
      'up{a=~"$host"}',
    );
    expect(await bound()).toBe(`up{a=~"${written}"}`);
  });

  it('refuse a value that they do not have, with those near it', async () => {
    const { bound } = await startWith([HOST_VARIABLE], 'up{a=~"$host"}');
    await expect(bound({ host: 'wbe01' })).rejects.toMatchObject({
      code: 'ASK_UNKNOWN_VALUE',
      message: '`wbe01` is no host of this dashboard. Near: web01.',
      details: { value: 'wbe01', parameter: 'host', near: ['web01'] },
    });
  });

  it('drop one of several values that they do not have, and say so', async () => {
    const { source, request, queries } = await startWith([HOST_VARIABLE], 'up{a=~"$host"}');
    const asked = request({ dashboard: 'own', panel: 1, variables: { host: ['web01', 'web99'] } });
    const { windowOf } = await import('../grafana-harness.ts');
    const [frame] = await source.fetch(asked, windowOf(600), signal);
    expect(queries()[0]?.queries[0]?.expr).toBe('up{a=~"web01"}');
    expect(frame?.warnings).toContain('web99: no such host there.');
  });

  it('take what is asked unchecked, but bound, where their values cannot be listed', async () => {
    const { bound, askAll } = await startWith([HOST_VARIABLE], 'up{a=~"$host"}', { resource: () => undefined });
    expect(await bound({ host: 'web.*' })).toBe('up{a=~"web\\\\.\\\\*"}');
    const [frame] = await askAll({ dashboard: 'own', panel: 1, variables: { host: 'x' } });
    expect(frame?.warnings.join()).toMatch(/values of host could not be listed/);
  });

  it('are listed once a minute', async () => {
    const { bound, requests, clock } = await startWith([HOST_VARIABLE], 'up{a=~"$host"}');
    const count = () => requests.filter(({ pathname }) => pathname.includes('/label/')).length;
    await bound({ host: 'web01' });
    await bound({ host: 'web02' });
    expect(count()).toBe(1);
    await clock.advance(61_000);
    await bound({ host: 'web02' });
    expect(count()).toBe(2);
  });

  it.each([
    [{ name: 'v', type: 'adhoc' }, /filters that its page adds/],
    [{ name: 'v', type: 'groupby' }, /a variable of type groupby/],
    [{ name: 'v', type: 'constant', query: 'x' }, /fixed in the dashboard/],
    [{ name: 'v', type: 'interval', query: '1m', current: { value: '1m' } }, /no length such as 5m/],
  ])('cannot be set where they are %j', async (variable, message) => {
    const { bound } = await startWith([variable], 'up{a="$v"}');
    await expect(bound({ v: 'web' })).rejects.toMatchObject({
      code: 'ASK_UNKNOWN_VALUE',
      message: expect.stringMatching(message),
    });
  });

  it('say that filters of the page are not applied', async () => {
    const filters = { name: 'f', type: 'adhoc', filters: [{ key: 'a', operator: '=', value: 'b' }] };
    const { askAll } = await startWith([filters], 'up');
    const [frame] = await askAll({ dashboard: 'own', panel: 1 });
    expect(frame?.warnings).toContain("The dashboard's own filters (f) are not applied.");
  });
});

describe('a query for values', () => {
  const SOURCES = ['prometheus', 'loki', 'graphite', 'elasticsearch', 'influxdb', 'mysql', 'testdata'].map((type) => ({
    uid: type,
    name: type,
    type,
    isDefault: type === 'prometheus',
  }));
  const table = (name: string, values: readonly string[], more: Record<string, readonly string[]> = {}) =>
    frameOf('A', [
      ...Object.entries(more).map(([key, column]) => ({ name: key, type: 'string' as const, values: column })),
      { name, type: 'string', values },
    ]);

  it.each<[string, unknown, string]>([
    ['prometheus', 'label_names()', 'api/v1/labels'],
    ['prometheus', 'label_values(host)', 'api/v1/label/host/values'],
    ['prometheus', 'label_values(up{a="b,c"}, host)', 'api/v1/label/host/values?match[]=up{a="b,c"}'],
    ['prometheus', 'metrics(^v)', 'api/v1/label/__name__/values'],
    ['loki', 'label_values({app="x"}, pod)', 'label/pod/values?query={app="x"}'],
    ['loki', { type: 1, label: 'pod', stream: '{app="x"}' }, 'label/pod/values?query={app="x"}'],
    ['loki', { type: 0 }, 'labels'],
    ['graphite', 'servers.*', 'metrics/find?query=servers.*'],
    ['graphite', 'tag_values(host, dc=~eu)', 'tags/autoComplete/values?tag=host&expr=dc=~eu&limit=10000'],
    ['graphite', 'expand(servers.*)', 'metrics/expand?query=servers.*'],
  ])('of %s is run as the page runs it: %j', async (type, query, path) => {
    const seen: string[] = [];
    const { source } = await startGrafana({
      datasources: SOURCES,
      dashboards: [
        {
          uid: 'own',
          v1: {
            title: 'Own',
            templating: { list: [{ name: 'v', type: 'query', datasource: { uid: type, type }, query }] },
            panels: [],
          },
        },
      ],
      resource(_uid, asked, parameters) {
        for (const name of ['start', 'end']) parameters.delete(name);
        seen.push(
          `${asked}${parameters.size > 0 ? `?${decodeURIComponent(parameters.toString()).replaceAll('+', ' ')}` : ''}`,
        );
        if (asked === 'metrics/find') return [{ text: 'v1' }];
        if (asked.startsWith('tags/')) return ['v1'];
        return asked === 'metrics/expand' ? { results: ['v1'] } : { data: ['v1'] };
      },
    });
    expect(await source.values?.('variable:own/v', signal)).toEqual(['v1']);
    expect(seen).toEqual([path]);
  });

  it.each<[string, unknown, (query: GrafanaQuery) => unknown, Json, readonly string[]]>([
    [
      'elasticsearch',
      '{"find":"terms","field":"host.name","query":"env:prod","size":20}',
      ({ bucketAggs, query }) => [query, bucketAggs],
      table('host.name', ['a', 'b'], { Count: ['1', '2'] }),
      [
        'env:prod',
        [
          {
            id: '2',
            type: 'terms',
            field: 'host.name',
            settings: { size: '20', order: 'asc', orderBy: '_key', min_doc_count: '1' },
          },
        ],
      ] as never,
    ],
    [
      'influxdb',
      'SHOW TAG VALUES WITH KEY = "host"',
      ({ query }) => query,
      table('value', ['a', 'b'], { key: ['host', 'host'] }),
      'SHOW TAG VALUES WITH KEY = "host"' as never,
    ],
    [
      'mysql',
      'SELECT name FROM hosts',
      ({ rawSql }) => rawSql,
      table('name', ['a', 'b']),
      'SELECT name FROM hosts' as never,
    ],
    [
      'mysql',
      'SELECT id AS __value, name AS __text FROM hosts',
      ({ rawSql }) => rawSql,
      table('__text', ['a', 'b'], { __value: ['1', '2'] }),
      'SELECT id AS __value, name AS __text FROM hosts' as never,
    ],
    [
      'testdata',
      { scenarioId: 'csv', stringInput: 'a,b' },
      ({ scenarioId }) => scenarioId,
      table('x', ['a', 'b']),
      'csv' as never,
    ],
  ])('of %s goes through the query API: %j', async (type, query, of, frame, sent) => {
    const { source, queries } = await startGrafana({
      datasources: SOURCES,
      dashboards: [
        {
          uid: 'own',
          v1: {
            title: 'Own',
            templating: { list: [{ name: 'v', type: 'query', datasource: { uid: type, type }, query }] },
            panels: [],
          },
        },
      ],
      answer: () => ({ frames: [frame] }),
    });
    expect(await source.values?.('variable:own/v', signal)).toEqual(['a', 'b']);
    expect(of(queries()[0]?.queries[0] as GrafanaQuery)).toEqual(sent);
  });

  it('that only a page can run is told', async () => {
    const { source } = await startGrafana({
      dashboards: [
        {
          uid: 'own',
          v1: {
            title: 'Own',
            templating: { list: [{ name: 'v', type: 'query', datasource: prom, query: '' }] },
            panels: [],
          },
        },
      ],
    });
    await expect(source.values?.('variable:own/v', signal)).rejects.toMatchObject({ code: 'SOURCE_BAD_QUERY' });
  });
});

describe('values for parameters', () => {
  it.each([
    ['variable:web-overview/host', ['db01', 'web01', 'web02', 'web10']],
    ['variable:Web overview/host | upper', ['DB01', 'WEB01', 'WEB02', 'WEB10']],
    ['query:Graphite Old/servers.*', ['db01', 'web01', 'web02', 'web10']],
    ['panels:old-rows', ['CPU [[host]]', 'Now']],
    ['dashboards', ['All shapes', 'Old rows', 'Tabbed', 'Web overview']],
  ])('are listed by %s', async (pattern, values) => {
    const { source } = await startGrafana();
    expect(await source.values?.(pattern, signal)).toEqual(values);
  });

  it.each(['hosts', 'variable:host', 'variable:web-overview/nope', 'query:Nobody/x', 'dashboards | nope'])(
    'are not listed by %s, and it is said how',
    async (pattern) => {
      const { source } = await startGrafana();
      await expect(source.values?.(pattern, signal)).rejects.toMatchObject({
        code: expect.stringMatching(/^SOURCE_(?:BAD_QUERY|NOT_FOUND)$/),
      });
    },
  );
});
