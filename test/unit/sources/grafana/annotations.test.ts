import { describe, expect, it } from 'vitest';
import { createHttpClient } from '../../../../src/lib/http-client.ts';
import { grafana } from '../../../../src/sources/grafana.ts';
import { createFakeClock } from '../../../doubles/fake-clock.ts';
import type { GrafanaStore, StoredAnnotation } from '../../../doubles/grafana/store.ts';
import { type Answering, startHttpBackend } from '../../../doubles/http-backend.ts';
import { NOW_MS, signal, startGrafana } from './dashboards-harness.ts';

const WINDOW = { fromMs: NOW_MS - 3_600_000, toMs: NOW_MS, zone: 'UTC', maxPoints: 100 };
const at = (minutes: number) => NOW_MS - minutes * 60_000;

function mark(id: number, minutes: number, more: Partial<StoredAnnotation>): StoredAnnotation {
  return { id, time: at(minutes), text: '', tags: [], ...more };
}

const MARKS = [
  mark(1, 10, { text: 'deploy checkout 1.4\nby ana', tags: ['deploy', 'checkout'] }),
  mark(2, 30, { text: '<b>Outage</b> of search &amp; more', tags: ['incident:search'], timeEnd: at(20) }),
  mark(3, 40, { text: 'A note', tags: ['x'], dashboardUID: 'web-overview', panelId: 4 }),
  mark(4, 50, { alertId: 7, newState: 'Alerting', tags: ['deploy'] }),
  mark(5, 90, { text: 'before the window' }),
];

describe('marks', () => {
  it('are those of the window, oldest first, each of a kind by its tags', async () => {
    const { source } = await startGrafana([], { annotations: [...MARKS] });
    const found = await source.annotations?.(WINDOW, { tags: [] }, signal);
    expect(found).toEqual([
      { timeMs: at(50), kind: 'alert', title: 'Alert: Alerting', tags: ['deploy'] },
      {
        timeMs: at(40),
        kind: 'note',
        title: 'A note',
        tags: ['x'],
        url: `https://grafana.example/d/web-overview?from=${at(70)}&to=${at(10)}&viewPanel=4`,
      },
      { timeMs: at(30), endMs: at(20), kind: 'incident', title: 'Outage of search & more', tags: ['incident:search'] },
      { timeMs: at(10), kind: 'deploy', title: 'deploy checkout 1.4', text: 'by ana', tags: ['deploy', 'checkout'] },
    ]);
  });

  it('have all of the tags that are asked for', async () => {
    const { source } = await startGrafana([], { annotations: [...MARKS] });
    const titles = async (tags: readonly string[]) =>
      (await source.annotations?.(WINDOW, { tags }, signal))?.map(({ title }) => title);
    expect([await titles(['deploy', 'checkout']), await titles(['nothing'])]).toEqual([['deploy checkout 1.4'], []]);
  });

  it('are written only where the operator allows it', async () => {
    const annotations: StoredAnnotation[] = [];
    const may = await startGrafana([], { annotations, mayAnnotate: true }, { annotate: true });
    await may.source.annotate?.({ timeMs: at(5), endMs: at(1), text: 'Rolled back', tags: ['deploy'] }, signal);
    expect(annotations).toMatchObject([{ time: at(5), timeEnd: at(1), text: 'Rolled back', tags: ['deploy'] }]);
    expect((await startGrafana([])).source.annotate).toBeUndefined();
  });

  it('are refused in the words of the server', async () => {
    const store: Partial<GrafanaStore> = { annotations: [], mayAnnotate: false };
    const { source } = await startGrafana([], store, { annotate: true });
    await expect(source.annotate?.({ timeMs: at(5), text: 'x', tags: [] }, signal)).rejects.toMatchObject({
      code: 'SOURCE_FORBIDDEN',
    });
  });
});

const RULES = {
  status: 'success',
  data: {
    groups: [
      {
        name: 'payments',
        file: 'Shop/Payments',
        rules: [
          {
            name: 'HighErrors',
            state: 'firing',
            health: 'ok',
            type: 'alerting',
            labels: { team: 'pay' },
            alerts: [
              {
                labels: { alertname: 'HighErrors', team: 'pay', host: 'web01' },
                state: 'Alerting',
                activeAt: '2026-11-20T09:40:00Z',
                value: '1.25e+01',
              },
              {
                labels: { alertname: 'HighErrors', team: 'pay', host: 'web02' },
                state: 'Pending',
                activeAt: '2026-11-20T09:55:00Z',
                value: "[ var='B' labels={host=web02} value=7.5 ]",
              },
              {
                labels: { alertname: 'HighErrors', team: 'pay', host: 'db01' },
                state: 'Normal',
                activeAt: '0001-01-01T00:00:00Z',
                value: '',
              },
            ],
          },
          { name: 'Quiet', state: 'inactive', health: 'ok', type: 'alerting', labels: { team: 'pay' }, alerts: [] },
          {
            name: 'Broken',
            state: 'inactive',
            health: 'error',
            lastError: 'no such metric',
            type: 'alerting',
            labels: {},
            alerts: [],
          },
          { name: 'cpu:mean', type: 'recording', health: 'ok' },
        ],
      },
      {
        name: 'web',
        file: 'Web',
        rules: [
          {
            name: 'Slow',
            state: 'firing',
            health: 'ok',
            type: 'alerting',
            labels: {},
            alerts: [{ labels: { alertname: 'Slow' }, state: 'firing', activeAt: '2026-11-20T09:00:00Z', value: 3 }],
          },
        ],
      },
    ],
  },
};

async function startRules(answering: Answering = { body: JSON.stringify(RULES) }) {
  const backend = await startHttpBackend(answering);
  const clock = createFakeClock(NOW_MS);
  const options = grafana.options.parse({
    kind: 'grafana',
    url: backend.url,
    publicUrl: 'https://g.example',
    token: 't',
  });
  const source = grafana.create(options, { name: 'g', http: createHttpClient({ timeoutMs: 10_000, clock }), clock });
  const binding = (args: Record<string, string[]>) => ({
    arguments: args,
    unit: { id: 'none', scale: 'si', symbol: '', factor: 1, isWhole: false } as const,
    consolidate: 'average' as const,
  });
  const rows = async (rules: object, args: Record<string, string[]> = {}) => {
    const block = grafana.block.parse({ rules });
    const [frame] = await source.fetch(source.request(block, binding(args)), WINDOW, signal);
    return frame?.kind === 'table' ? frame.rows : [];
  };
  return { source, rows, requests: backend.requests, binding };
}

describe('the state of alert rules', () => {
  it('is a row for each alert that is not at rest, the worst first', async () => {
    const { rows, requests } = await startRules();
    expect(await rows({})).toEqual([
      ['firing', 'HighErrors', 'web01', Date.UTC(2026, 10, 20, 9, 40), '12.5', 'Shop/Payments'],
      ['firing', 'Slow', '', Date.UTC(2026, 10, 20, 9), '3', 'Web'],
      ['error', 'Broken', '', null, 'no such metric', 'Shop/Payments'],
      ['pending', 'HighErrors', 'web02', Date.UTC(2026, 10, 20, 9, 55), '7.5', 'Shop/Payments'],
      ['normal', 'Quiet', '', null, null, 'Shop/Payments'],
    ]);
    expect(requests.map(({ pathname }) => pathname)).toEqual(['/api/prometheus/grafana/api/v1/rules']);
  });

  it('is of a folder, a group, labels, or only what is active', async () => {
    const { rows } = await startRules();
    const names = async (rules: object, args?: Record<string, string[]>) =>
      (await rows(rules, args)).map((row) => `${row[1]} ${row[2]}`.trim());
    expect(await names({ folder: 'payments', active: true })).toEqual([
      'HighErrors web01',
      'Broken',
      'HighErrors web02',
    ]);
    expect(await names({ group: 'web' })).toEqual(['Slow']);
    expect(await names({ labels: { team: 'pay', host: '${host}' } }, { host: ['web02', 'x'] })).toEqual([
      'HighErrors web02',
    ]);
    expect(await names({ folder: 'nowhere' })).toEqual([]);
  });

  it('says its parameters, and links to the list', async () => {
    const block = grafana.block.parse({ rules: { folder: 'Web', labels: { host: '${host}' } } });
    expect(grafana.placeholders(block)).toEqual(['host']);
    expect(grafana.outputOf?.(block)).toBe('table');
    const { source, binding } = await startRules();
    const link = source.link(source.request(block, binding({ host: ['web01'] })), WINDOW) ?? '';
    expect(new URL(link).searchParams.get('search')).toBe('namespace:"Web" label:"host=web01"');
  });

  it('is missing where the login may not see it', async () => {
    const { rows } = await startRules({ status: 403, body: '{"message":"no"}' });
    await expect(rows({})).rejects.toMatchObject({ code: 'SOURCE_FORBIDDEN' });
  });
});
