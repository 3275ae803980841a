/** Dashboards of the shapes that Grafana has had, over the hosts of the contract. */
import { GRAPHITE, PROM } from './fleet.ts';
import type { Json, StoredDashboard } from './store.ts';

const prom = { uid: PROM.uid, type: PROM.type };
const EXPR = 'rig_cpu_user_percent{host=~"$host"}';

/** A variable over the hosts, run through Prometheus. */
export const HOST_VARIABLE: Json = {
  name: 'host',
  label: 'Host',
  type: 'query',
  datasource: prom,
  query: { query: 'label_values(rig_cpu_user_percent, host)', refId: 'StandardVariableQuery' },
  regex: '',
  sort: 1,
  refresh: 1,
  multi: true,
  includeAll: true,
  current: { text: ['web01'], value: ['web01'] },
  options: [],
};

function target(refId: string, expr: string, more: Json = {}): Json {
  return { refId, datasource: prom, expr, range: true, legendFormat: '{{host}}', ...more };
}

/** A time series panel of the hosts' CPU. */
export const CPU_PANEL: Json = {
  id: 4,
  type: 'timeseries',
  title: 'CPU of $host',
  datasource: prom,
  targets: [target('A', EXPR)],
  fieldConfig: { defaults: { unit: 'percent', min: 0, max: 100 }, overrides: [] },
  options: {},
  gridPos: { x: 0, y: 0, w: 12, h: 8 },
};

/** One panel, one multi-valued variable. */
export const WEB_OVERVIEW: StoredDashboard = {
  uid: 'web-overview',
  folder: { uid: 'web', title: 'Web' },
  v1: {
    title: 'Web overview',
    tags: ['web'],
    schemaVersion: 39,
    version: 7,
    timezone: 'browser',
    time: { from: 'now-6h', to: 'now' },
    templating: { list: [HOST_VARIABLE] },
    panels: [CPU_PANEL],
  },
};

/** Rows, collapsed and not, a library panel, a repeated one, duplicate titles, mixed and reused data, a name for a source. */
export const SHAPES: StoredDashboard = {
  uid: 'shapes',
  v1: {
    title: 'All shapes',
    tags: ['test'],
    schemaVersion: 30,
    version: 3,
    templating: {
      list: [
        HOST_VARIABLE,
        {
          name: 'ds',
          type: 'datasource',
          query: 'prometheus',
          current: { text: PROM.name, value: PROM.uid },
          regex: '',
        },
      ],
    },
    panels: [
      { id: 1, type: 'row', title: 'Open', collapsed: false, panels: [] },
      {
        ...CPU_PANEL,
        id: 2,
        title: 'CPU',
        datasource: { type: 'prometheus', uid: '${ds}' },
        targets: [target('A', EXPR, { datasource: { type: 'prometheus', uid: '${ds}' } })],
      },
      { id: 3, type: 'row', title: 'Closed', collapsed: true, panels: [{ ...CPU_PANEL, id: 5, title: 'CPU' }] },
      {
        id: 6,
        title: 'stub',
        libraryPanel: { uid: 'lib-cpu', name: 'Library CPU' },
        gridPos: { x: 0, y: 9, w: 6, h: 4 },
      },
      { ...CPU_PANEL, id: 7, title: 'Repeated $host', repeat: 'host' },
      {
        ...CPU_PANEL,
        id: 8,
        title: 'Mixed',
        datasource: { uid: '-- Mixed --', type: 'mixed' },
        targets: [
          target('A', EXPR),
          { refId: 'B', datasource: { uid: GRAPHITE.uid, type: GRAPHITE.type }, target: 'servers.$host.cpu' },
        ],
      },
      {
        id: 9,
        type: 'timeseries',
        title: 'Again',
        datasource: { uid: '-- Dashboard --', type: 'datasource' },
        targets: [{ refId: 'A', panelId: 2 }],
      },
      {
        ...CPU_PANEL,
        id: 10,
        title: 'By name',
        datasource: PROM.name,
        targets: [{ refId: 'A', expr: EXPR, legendFormat: '{{host}}' }],
      },
      {
        id: 11,
        type: 'graph',
        title: 'Old graph',
        datasource: null,
        targets: [{ refId: 'A', expr: EXPR, legendFormat: '{{host}}' }],
        yaxes: [{ format: 'percent', min: '0', max: '100' }, { format: 'short' }],
        lines: true,
        fill: 1,
      },
      { id: 12, type: 'text', title: 'Words', options: { content: 'hello' } },
      {
        id: 13,
        type: 'timeseries',
        title: 'References',
        datasource: { uid: GRAPHITE.uid, type: GRAPHITE.type },
        targets: [
          { refId: 'A', hide: true, target: 'servers.$host.cpu' },
          { refId: 'B', target: 'scale(#A, 2)' },
        ],
      },
      {
        id: 14,
        type: 'timeseries',
        title: 'Shifted',
        datasource: prom,
        timeFrom: '2h',
        timeShift: '1d',
        targets: [target('A', EXPR)],
      },
    ],
  },
};

/** Its library panel. */
export const LIBRARY_PANELS: Readonly<Record<string, Json>> = {
  'lib-cpu': { ...CPU_PANEL, id: 99, title: 'CPU from the library', gridPos: { x: 1, y: 1, w: 24, h: 24 } },
};

/** Before schema 16: rows that hold their panels. */
export const OLD_ROWS: StoredDashboard = {
  uid: 'old-rows',
  v1: {
    title: 'Old rows',
    tags: [],
    schemaVersion: 8,
    version: 1,
    templating: {
      list: [
        {
          name: 'host',
          type: 'query',
          datasource: GRAPHITE.name,
          query: 'servers.*',
          current: { text: 'web01', value: 'web01' },
        },
      ],
    },
    rows: [
      {
        title: 'CPU',
        collapse: false,
        panels: [
          {
            id: 1,
            type: 'graph',
            title: 'CPU [[host]]',
            datasource: GRAPHITE.name,
            targets: [{ target: 'servers.[[host]].cpu' }],
          },
        ],
      },
      {
        title: 'More',
        collapse: true,
        panels: [
          {
            id: 2,
            type: 'singlestat',
            title: 'Now',
            datasource: GRAPHITE.name,
            targets: [{ refId: 'A', target: 'servers.$host.cpu' }],
          },
        ],
      },
    ],
  },
};

/** Stored as v2, with tabs; its v1 has lost them. */
export const TABBED: StoredDashboard = {
  uid: 'tabbed',
  storedVersion: 'v2beta1',
  v1: { title: 'Tabbed', tags: [], schemaVersion: 41, version: 2, templating: { list: [] }, panels: [] },
  v2: {
    title: 'Tabbed',
    tags: ['new'],
    timeSettings: {
      from: 'now-1h',
      to: 'now',
      timezone: 'utc',
      autoRefresh: '',
      autoRefreshIntervals: [],
      hideTimepicker: false,
      fiscalYearStartMonth: 0,
    },
    variables: [
      {
        kind: 'QueryVariable',
        spec: {
          name: 'host',
          label: 'Host',
          current: { text: 'web01', value: 'web01' },
          query: {
            kind: 'DataQuery',
            group: 'prometheus',
            version: 'v0',
            datasource: { name: PROM.uid },
            spec: { query: 'label_values(rig_cpu_user_percent, host)', refId: 'V' },
          },
          regex: '',
          sort: 'alphabeticalAsc',
          multi: true,
          includeAll: false,
          refresh: 'onDashboardLoad',
          options: [],
          hide: 'dontHide',
          skipUrlSync: false,
        },
      },
    ],
    annotations: [],
    links: [],
    elements: {
      'panel-4': {
        kind: 'Panel',
        spec: {
          id: 4,
          title: 'CPU of $host',
          description: '',
          links: [],
          data: {
            kind: 'QueryGroup',
            spec: {
              queries: [
                {
                  kind: 'PanelQuery',
                  spec: {
                    refId: 'A',
                    hidden: false,
                    query: {
                      kind: 'DataQuery',
                      group: 'prometheus',
                      version: 'v0',
                      datasource: { name: PROM.uid },
                      spec: { expr: EXPR, legendFormat: '{{host}}', range: true },
                    },
                  },
                },
              ],
              transformations: [],
              queryOptions: {},
            },
          },
          vizConfig: {
            kind: 'VizConfig',
            group: 'timeseries',
            version: '12.1.0',
            spec: { options: {}, fieldConfig: { defaults: { unit: 'percent' }, overrides: [] } },
          },
        },
      },
      'panel-5': {
        kind: 'LibraryPanel',
        spec: { id: 5, title: 'From the library', libraryPanel: { uid: 'lib-cpu', name: 'Library CPU' } },
      },
    },
    layout: {
      kind: 'TabsLayout',
      spec: {
        tabs: [
          {
            kind: 'TabsLayoutTab',
            spec: {
              title: 'Load',
              layout: {
                kind: 'AutoGridLayout',
                spec: {
                  items: [
                    { kind: 'AutoGridLayoutItem', spec: { element: { kind: 'ElementReference', name: 'panel-5' } } },
                  ],
                },
              },
            },
          },
          {
            kind: 'TabsLayoutTab',
            spec: {
              title: 'Rest',
              layout: {
                kind: 'RowsLayout',
                spec: {
                  rows: [
                    {
                      kind: 'RowsLayoutRow',
                      spec: {
                        title: 'Deep',
                        collapse: true,
                        layout: {
                          kind: 'GridLayout',
                          spec: {
                            items: [
                              {
                                kind: 'GridLayoutItem',
                                spec: {
                                  x: 0,
                                  y: 0,
                                  width: 12,
                                  height: 8,
                                  element: { kind: 'ElementReference', name: 'panel-4' },
                                },
                              },
                            ],
                          },
                        },
                      },
                    },
                  ],
                },
              },
            },
          },
        ],
      },
    },
  },
};
