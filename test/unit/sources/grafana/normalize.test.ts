import { describe, expect, it } from 'vitest';
import { normalizeV1 } from '../../../../src/sources/grafana/normalize-v1.ts';
import { normalizeV2 } from '../../../../src/sources/grafana/normalize-v2.ts';
import { LIBRARY_PANELS, OLD_ROWS, SHAPES, TABBED } from '../../../doubles/grafana/shapes.ts';
import type { Json } from '../../../doubles/grafana/store.ts';
import { startGrafana } from '../grafana-harness.ts';

const library = new Map(Object.entries(LIBRARY_PANELS));
const read = (raw: Json, models = library) => normalizeV1(raw, { uid: 'x' }, models);

describe('a classic dashboard', () => {
  it('has the panels of all rows in reading order, with the titles of their rows', () => {
    const { panels } = read(SHAPES.v1);
    expect(panels.slice(0, 5).map(({ id, title, section, type }) => [id, title, section, type])).toEqual([
      [2, 'CPU', 'Open', 'timeseries'],
      [5, 'CPU', 'Closed', 'timeseries'],
      [6, 'CPU from the library', 'Closed', 'timeseries'],
      [7, 'Repeated $host', 'Closed', 'timeseries'],
      [8, 'Mixed', 'Closed', 'timeseries'],
    ]);
  });

  it('may be older than version 16: rows hold their panels, old kinds are migrated, queries without a letter get one', () => {
    const { panels } = read(OLD_ROWS.v1);
    expect(panels.map(({ id, title, section, type }) => [id, title, section, type])).toEqual([
      [1, 'CPU [[host]]', 'CPU', 'timeseries'],
      [2, 'Now', 'More', 'stat'],
    ]);
    expect(panels[0]?.targets).toEqual([
      { refId: 'A', isHidden: false, datasource: { name: 'Graphite Old' }, model: { target: 'servers.[[host]].cpu' } },
    ]);
  });

  it('leaves out the copies that old servers wrote for each value of a variable', () => {
    const panels = [
      { id: 1, repeat: 'host' },
      { id: 2, repeatPanelId: 1, scopedVars: {} },
      { id: 3, repeatPanelId: null },
    ];
    expect(read({ panels }).panels.map(({ id, repeat }) => [id, repeat])).toEqual([
      [1, 'host'],
      [3, undefined],
    ]);
  });

  it('gives panels ids of their own where they have none or the same', () => {
    expect(read({ panels: [{ id: 4 }, {}, { id: 4 }, { id: '7' }] }).panels.map(({ id }) => id)).toEqual([4, 8, 9, 7]);
  });

  it('says which library panel is gone', () => {
    const { notes, panels } = read(SHAPES.v1, new Map());
    expect(notes).toEqual(['The library panel "Library CPU" could not be read.']);
    expect(panels.some(({ id }) => id === 6)).toBe(false);
  });

  it('knows what its variables are', () => {
    const list = [
      { name: 'a', multi: true, includeAll: true, allValue: '.*', current: { text: 'All', value: ['$__all'] } },
      { name: 'b', type: 'custom', includeAll: true, current: { text: 'All', value: 'All' } },
      { name: 'c', type: 'interval', current: { value: '5m' } },
      { name: 'd', type: 'something new', current: null },
      { name: 'no name', type: 'custom' },
    ];
    expect(
      read({ templating: { list } }).variables.map(({ name, type, current, isMulti, allValue }) => [
        name,
        type,
        current,
        isMulti,
        allValue,
      ]),
    ).toEqual([
      ['a', 'query', ['$__all'], true, '.*'],
      ['b', 'custom', ['$__all'], false, undefined],
      ['c', 'interval', ['5m'], false, undefined],
      ['d', 'system', [], false, undefined],
    ]);
  });
});

describe('a dashboard of schema v2', () => {
  const tabbed = () => normalizeV2(TABBED.v2 as Json, { uid: 'tabbed' }, library);

  it('has its panels in the order of tabs and rows, with their titles', () => {
    expect(tabbed().panels.map(({ id, title, section, type }) => [id, title, section, type])).toEqual([
      [5, 'CPU from the library', 'Load', 'timeseries'],
      [4, 'CPU of $host', 'Rest / Deep', 'timeseries'],
    ]);
  });

  it('has queries and variables as a classic one', () => {
    const { panels, variables, from, timezone } = tabbed();
    expect(panels[1]?.targets).toEqual([
      {
        refId: 'A',
        isHidden: false,
        datasource: { uid: 'prom-uid', type: 'prometheus' },
        model: { expr: 'rig_cpu_user_percent{host=~"$host"}', legendFormat: '{{host}}', range: true },
      },
    ]);
    expect(variables[0]).toMatchObject({ name: 'host', type: 'query', isMulti: true, current: ['web01'] });
    expect(variables[0]?.model).toMatchObject({ sort: 1, datasource: { uid: 'prom-uid', type: 'prometheus' } });
    expect([from, timezone]).toEqual(['now-1h', 'utc']);
  });

  it('may be the first of its kind, where kinds were plugins', () => {
    const spec = {
      id: 1,
      title: 'Old v2',
      data: {
        kind: 'QueryGroup',
        spec: {
          queries: [
            {
              kind: 'PanelQuery',
              spec: {
                refId: 'A',
                hidden: true,
                datasource: { uid: 'p' },
                query: { kind: 'prometheus', spec: { expr: 'up' } },
              },
            },
          ],
          transformations: [{ kind: 'reduce', spec: { id: 'reduce', options: { a: 1 } } }],
          queryOptions: { interval: '1m', timeShift: '1d' },
        },
      },
      vizConfig: { kind: 'stat', spec: { options: { x: 1 }, fieldConfig: { defaults: { unit: 's' }, overrides: [] } } },
    };
    const raw = {
      title: 'x',
      elements: { a: { kind: 'Panel', spec } },
      layout: { kind: 'GridLayout', spec: { items: [] } },
    };
    expect(normalizeV2(raw, { uid: 'x' }, library).panels).toMatchObject([
      {
        type: 'stat',
        interval: '1m',
        timeShift: '1d',
        options: { x: 1 },
        fieldConfig: { defaults: { unit: 's' } },
        targets: [{ isHidden: true, datasource: { uid: 'p', type: 'prometheus' }, model: { expr: 'up' } }],
        transformations: [{ id: 'reduce', options: { a: 1 } }],
      },
    ]);
  });

  it('that goes round in circles ends', () => {
    const layout: { kind: string; spec: { tabs: unknown[] } } = { kind: 'TabsLayout', spec: { tabs: [] } };
    layout.spec.tabs.push({ kind: 'TabsLayoutTab', spec: { title: 'again', layout } });
    expect(normalizeV2({ title: 'x', elements: {}, layout }, { uid: 'x' }, library).panels).toEqual([]);
  });
});

describe('a dashboard that is nested too deep', () => {
  it('is refused in words', async () => {
    const deep = `{"dashboard":{"panels":${'['.repeat(200_000)}${']'.repeat(200_000)}}}`;
    const { ask } = await startGrafana((request) =>
      request.pathname.startsWith('/apis/') ? { status: 404, body: '{}' } : { body: deep },
    );
    await expect(ask({ dashboard: 'x', panel: 1 })).rejects.toMatchObject({
      code: 'SOURCE_UNEXPECTED',
      message: 'Grafana sent something that is nested too deep.',
    });
  });
});
