import { describe, expect, it } from 'vitest';
import { CPU_PANEL, HOST_VARIABLE } from '../../../doubles/grafana/shapes.ts';
import type { Json } from '../../../doubles/grafana/store.ts';
import { startGrafana } from '../grafana-harness.ts';

function dashboardOf(panels: readonly Json[]) {
  const numbered = panels.map((panel, index) => ({ ...CPU_PANEL, id: index + 1, ...panel }));
  return { uid: 'own', v1: { title: 'Own', templating: { list: [HOST_VARIABLE] }, panels: numbered } };
}

const broken = { targets: [{ refId: 'A', datasource: CPU_PANEL.datasource, expr: 'rig_cpu{' }] };
const OWN = { dashboard: 'own', variables: { host: '${host}' } };
const ASKED = { arguments: { host: ['web01', 'db01'] } };

describe('a whole dashboard', () => {
  it('is a sheet of its panels, each with its title', async () => {
    const panels = [
      { title: 'CPU of $host' },
      { type: 'text', title: 'Words' },
      { title: '' },
      { type: 'stat', title: 'Now' },
    ];
    const { askAll } = await startGrafana({ dashboards: [dashboardOf(panels)] });
    const frames = await askAll(OWN, ASKED);
    expect(frames.map(({ title, kind }) => [title, kind])).toEqual([
      ['CPU of web01 + db01', 'series'],
      ['Panel 3', 'series'],
    ]);
  });

  it('says once what holds for several panels', async () => {
    const transformations = [{ id: 'regression', options: {} }];
    const panels = [{ title: 'A', transformations }, { title: 'B', transformations }, { title: 'C' }];
    const { askAll } = await startGrafana({ dashboards: [dashboardOf(panels)] });
    const frames = await askAll(OWN, ASKED);
    expect(frames.map(({ warnings }) => warnings)).toEqual([['Transformations not done: regression.'], [], []]);
  });

  it('has six panels at most, says how many there are, and asks for values once', async () => {
    const panels = Array.from({ length: 9 }, (_, index) => ({ title: `P${index + 1}` }));
    const { askAll, requests, open } = await startGrafana({ dashboards: [dashboardOf(panels)] });
    const frames = await askAll(OWN, ASKED);
    expect(frames.map(({ title }) => title)).toEqual(['P1', 'P2', 'P3', 'P4', 'P5', 'P6']);
    expect(frames[0]?.warnings).toEqual(['The dashboard has 9 such panels; these are the first 6.']);
    expect(requests.filter(({ pathname }) => pathname.includes('/label/'))).toHaveLength(1);
    expect(open.most).toBeLessThanOrEqual(3);
  });

  it('tells panels of the same name by their rows', async () => {
    const { askAll } = await startGrafana({ datasources: [{ uid: 'prom-uid', name: 'P', type: 'prometheus' }] });
    const frames = await askAll({ dashboard: 'shapes' });
    expect(frames.slice(0, 3).map(({ title }) => title)).toEqual([
      'Open / CPU',
      'Closed / CPU',
      'CPU from the library',
    ]);
  });

  it('may have fewer panels', async () => {
    const { askAll } = await startGrafana(
      { dashboards: [dashboardOf([{ title: 'a' }, { title: 'b' }])] },
      { maxPanels: 1 },
    );
    expect((await askAll(OWN, ASKED)).map(({ title }) => title)).toEqual(['a']);
  });

  it('shows the others where one fails, and why', async () => {
    const { askAll } = await startGrafana({
      dashboards: [dashboardOf([{ title: 'good' }, { title: 'bad', ...broken }])],
    });
    const [good, bad] = await askAll(OWN, ASKED);
    expect(good).toMatchObject({ title: 'good', warnings: [] });
    expect(bad).toMatchObject({ title: 'bad', series: [], warnings: [expect.stringMatching(/^bad: Query A failed/)] });
  });

  it('fails where all fail', async () => {
    const { askAll } = await startGrafana({
      dashboards: [
        dashboardOf([
          { title: 'a', ...broken },
          { title: 'b', ...broken },
        ]),
      ],
    });
    await expect(askAll(OWN, ASKED)).rejects.toMatchObject({ code: 'SOURCE_BAD_QUERY' });
  });

  it('of numbers only shows those', async () => {
    const { askAll } = await startGrafana({
      dashboards: [
        dashboardOf([
          { type: 'stat', title: 'Now' },
          { type: 'text', title: 'x' },
        ]),
      ],
    });
    expect((await askAll(OWN, ASKED)).map(({ title }) => title)).toEqual(['Now']);
  });

  it('without anything to draw is refused', async () => {
    const { askAll } = await startGrafana({ dashboards: [dashboardOf([{ type: 'text', title: 'x' }])] });
    await expect(askAll(OWN, ASKED)).rejects.toMatchObject({
      code: 'ASK_EMPTY',
      message: expect.stringContaining('no panel with data'),
    });
  });

  it('refuses a value that does not exist, once', async () => {
    const { askAll } = await startGrafana({ dashboards: [dashboardOf([{ title: 'CPU of $host' }])] });
    await expect(askAll(OWN, { arguments: { host: ['nobody'] } })).rejects.toMatchObject({ code: 'ASK_UNKNOWN_VALUE' });
  });
});
