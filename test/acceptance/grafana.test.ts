/** Questions about panels and dashboards of Grafana through the real core: library, variables, follow-ups, words. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { fleetStore } from '../doubles/grafana/fleet.ts';
import { HOST_VARIABLE, LIBRARY_PANELS, SHAPES, TABBED, WEB_OVERVIEW } from '../doubles/grafana/shapes.ts';
import type { StoredDashboard } from '../doubles/grafana/store.ts';
import { grafanaDouble } from '../doubles/grafana.ts';
import { startHttpBackend } from '../doubles/http-backend.ts';
import { openConversation } from './conversation.ts';

const NOW_SECONDS = 1_795_000_200;
const PUBLIC = 'https://grafana.example.net';
const [CPU] = WEB_OVERVIEW.v1.panels as object[];
/** One that is called like another, with a panel that its data source refuses. */
const TWIN: StoredDashboard = {
  uid: 'twin',
  folder: { uid: 'team', title: 'Team' },
  v1: {
    ...WEB_OVERVIEW.v1,
    templating: { list: [HOST_VARIABLE] },
    panels: [CPU, { ...CPU, id: 9, title: 'Broken', targets: [{ refId: 'A', expr: 'this is (broken' }] }],
  },
};

async function open(dashboards: readonly StoredDashboard[] = [WEB_OVERVIEW, SHAPES, TABBED]) {
  const shortUrls = new Map([['abc', 'd/web-overview/web-overview?viewPanel=4&var-host=web02&from=now-2h&to=now']]);
  const apiVersions = ['v1beta1', 'v2beta1'];
  const store = fleetStore(() => NOW_SECONDS, dashboards, { libraryPanels: LIBRARY_PANELS, shortUrls, apiVersions });
  const backend = await startHttpBackend(grafanaDouble(store));
  const conversation = await openConversation({
    nowMs: NOW_SECONDS * 1000,
    yaml: `
sources:
  grafana: { kind: grafana, url: "${backend.url}", publicUrl: "${PUBLIC}", token: glsa_secret, explore: true }
queries: [./ours]
`,
    definitions: { ours: '{}' },
  });
  onTestFinished(() => conversation.close());
  return conversation;
}

describe('a panel that nobody has written a definition of', () => {
  it('is asked by dashboard and panel, with a value and a window, and followed up', async () => {
    const { ask } = await open();
    const first = await ask('grafana web-overview cpu host=web01 1h');
    expect(first.lines[0]).toMatch(/^Web overview \/ CPU of web01 29 % now · mean 24\.5 %, peak 29 %/);
    expect(first.answer.links[0]?.url).toMatch(
      /^https:\/\/grafana\.example\.net\/d\/web-overview\?.*viewPanel=4&var-host=web01$/,
    );
    expect((await ask('also web02')).lines[0]).toContain('web02 39 % now');
    expect((await ask('as table')).text).toMatch(/web02 +39 % +34\.5 % +39 %[\s\S]*web01 +29 %/);
    expect((await ask('vs yesterday')).text).toContain('was 39 %');
    expect((await ask('grafana web-overview cpu host=wbe02')).text).toContain('Showing `web02`');
  });

  it.each([
    ['d/web-overview/web-overview?viewPanel=4&var-host=web02&from=now-2h&to=now', 'CPU of web02 39 %'],
    ['d/web-overview?viewPanel=panel-4&var-host=web02&from=1794993000000&to=1795000200000', 'CPU of web02 39 %'],
    ['d/shapes?viewPanel=panel-7-clone-1&var-host=web01&var-host=web10&from=now-2h&to=now', 'Repeated web10 49 %'],
    ['d/tabbed?fullscreen&panelId=4&var-host=web01', 'Tabbed / CPU of web01 29 %'],
    ['goto/abc?orgId=1', 'CPU of web02 39 %'],
  ])('is unfurled from the page %s', async (path, words) => {
    const { ask } = await open();
    expect((await ask(`${PUBLIC}/${path}`)).lines[0]).toContain(words);
  });

  it('is the same again when our own link is pasted', async () => {
    const { ask } = await open();
    const first = await ask('grafana web-overview cpu host=web01,db01 2h');
    const second = await ask(first.answer.links[0]?.url ?? '');
    expect(second.lines[0]).toBe(first.lines[0]);
    expect(second.answer.links[0]?.url).toBe(first.answer.links[0]?.url);
  });
});

it('calls the length that Grafana chooses auto, and links to it as the dashboard calls it', async () => {
  const step = {
    name: 'step',
    type: 'interval',
    query: '1m,10m',
    auto: true,
    current: { text: 'auto', value: '$__auto_interval_step' },
  };
  const v1 = {
    ...WEB_OVERVIEW.v1,
    templating: { list: [HOST_VARIABLE, step] },
    panels: [{ ...CPU, title: 'CPU each $step', interval: '$step' }],
  };
  const { ask } = await open([{ uid: 'paced', v1 }]);
  const saved = await ask('grafana paced cpu 1h');
  expect(saved.lines[0]).toContain('CPU each auto');
  expect(saved.answer.links[0]?.url).toContain('var-step=%24%5F%5Fauto%5Finterval%5Fstep');
  expect((await ask('grafana paced cpu step=10m')).lines[0]).toContain('CPU each 10m');
  expect((await ask('grafana paced cpu step=auto')).lines[0]).toContain('CPU each auto');
});

it('draws a dashboard as a sheet of its panels', async () => {
  const { ask } = await open();
  const { lines, parts } = await ask('grafana tabbed host=web10');
  expect(lines.slice(0, 3)).toEqual([
    'Tabbed 2 panels',
    expect.stringContaining('CPU from the library: 49 % now'),
    expect.stringContaining('CPU of web10: 49 % now'),
  ]);
  expect(parts.file?.mediaType).toBe('image/png');
});

describe('what cannot be answered', () => {
  it.each<[string, string, string]>([
    ['grafana web overview', 'ASK_AMBIGUOUS', 'These work: `grafana web-overview` · `grafana twin`'],
    ['grafana twin nosuch', 'ASK_UNKNOWN_QUERY', 'Web overview has no panel called nosuch. It has CPU of …, Broken.'],
    ['grafana twin cpu host=nosuch', 'ASK_UNKNOWN_VALUE', '`nosuch` is not a host I know.'],
    [`${PUBLIC}/goto/nosuch`, 'ASK_UNKNOWN_QUERY', 'knows no short link nosuch'],
    [`${PUBLIC}/d/nosuch/x`, 'ASK_UNKNOWN_QUERY', 'has no dashboard nosuch (any more)'],
    ['grafana twin broken', 'SOURCE_BAD_QUERY', 'It must be mended where it is kept. · Open it yourself: https://'],
  ])('of %s is said with a way on', async (question, code, words) => {
    const { ask } = await open([WEB_OVERVIEW, TWIN]);
    const asked = await ask(question);
    expect([asked.code, asked.text]).toEqual([code, expect.stringContaining(words)]);
  });
});
