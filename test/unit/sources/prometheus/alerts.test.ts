/** What fires now, as a table, and what is said when nothing does. */
import { expect, it } from 'vitest';
import type { TableFrame } from '../../../../src/domain/frame.ts';
import { PrometheusBlock, placeholdersOfBlock } from '../../../../src/sources/prometheus/block.ts';
import { prometheus } from '../../../../src/sources/prometheus.ts';
import { signal, startPrometheus, windowOf } from '../prometheus-harness.ts';

const alert = (labels: Readonly<Record<string, string>>, state = 'firing', summary = 'too high') => ({
  labels: { alertname: 'HighCpu', severity: 'warning', ...labels },
  annotations: { summary },
  state,
  activeAt: '2026-11-25T10:44:00.123456789Z',
  value: '9.5e+01',
});
const bodyOf = (alerts: readonly unknown[]) => ({ body: JSON.stringify({ status: 'success', data: { alerts } }) });
const ALERTS = [
  alert({ instance: 'web01:9100' }),
  alert({ instance: 'web02.example.net:9100', severity: 'critical' }, 'firing', 'much\n@all too high'),
  alert({ instance: 'web010:9100' }),
  alert({ instance: 'web01:9100', alertname: 'DiskFilling' }, 'pending'),
];
const block = { alerts: { instance: '${host}' } };

async function tableOf(host: readonly string[]) {
  const { ask, requests } = await startPrometheus(bodyOf(ALERTS));
  const table = (await ask(block, { arguments: { host } })) as TableFrame;
  return { table, requests };
}

it('lists what fires, the worst first, and counts what is pending', async () => {
  const { table, requests } = await tableOf(['*']);
  expect(requests.map(({ pathname }) => pathname)).toEqual(['/api/v1/alerts']);
  const shown = table.rows.map((row) => row.slice(0, 4));
  const sinceMs = Date.UTC(2026, 10, 25, 10, 44, 0, 123);
  expect(shown).toEqual([
    ['web02.example.net:9100', 'HighCpu', 'CRITICAL', sinceMs],
    ['web01:9100', 'HighCpu', 'WARNING', sinceMs],
    ['web010:9100', 'HighCpu', 'WARNING', sinceMs],
  ]);
  expect(table.rows[0]?.at(-1)).toBe('much all too high');
  expect(table.warnings).toEqual(["1 more alert waits for the rule's time to pass."]);
});

it.each([
  [['web01'], ['web01:9100']],
  [['web02'], ['web02.example.net:9100']],
  [
    ['web01', 'web02'],
    ['web02.example.net:9100', 'web01:9100'],
  ],
  [['web0'], []],
  [['.*'], []],
])('of the hosts %j shows those of %j only', async (host, expected) => {
  expect((await tableOf(host)).table.rows.map(([first]) => first)).toEqual(expected);
});

it('says that nothing fires, as an answer', async () => {
  const { source, request } = await startPrometheus(bodyOf(ALERTS));
  const why = (host: string) =>
    source.whyEmpty?.(request(block, { arguments: { host: [host] } }), windowOf(600), signal);
  expect(await why('db01')).toEqual({ kind: 'none', said: 'no alert fires (3 elsewhere)' });
  const quiet = await startPrometheus(bodyOf([]));
  const all = quiet.request({ alerts: {} });
  expect(await quiet.source.whyEmpty?.(all, windowOf(600), signal)).toEqual({ kind: 'none', said: 'no alert fires' });
});

it.each([[{ status: 'success', data: { alerts: [{ labels: 1 }] } }], [{ status: 'success', data: null }]])(
  'refuses alerts of another form: %j',
  async (body) => {
    const { ask } = await startPrometheus({ body: JSON.stringify(body) });
    await expect(ask({ alerts: {} })).rejects.toMatchObject({ code: 'SOURCE_UNEXPECTED' });
  },
);

it('leads to the page of what fires', async () => {
  const { source, request } = await startPrometheus(bodyOf([]), { publicUrl: 'https://prom.example/p/' });
  expect(source.link(request({ alerts: {} }), windowOf(600))).toBe('https://prom.example/p/alerts');
});

it('is a table unasked, and takes whole placeholders only', () => {
  const parsed = PrometheusBlock.parse(block);
  expect(prometheus.outputOf?.(parsed)).toBe('table');
  expect(placeholdersOfBlock(parsed)).toEqual(['host']);
  expect(PrometheusBlock.safeParse({ alerts: { instance: '${host}:9100' } }).success).toBe(false);
});
