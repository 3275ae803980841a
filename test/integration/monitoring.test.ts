/** The bot watched by the real thing: Prometheus scrapes it and answers dashboard and rules, carbon takes what it writes. */
import { execFile } from 'node:child_process';
import { appendFile, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { type Bot, newDataDir, startBot } from '../acceptance/bot.ts';
import { startRig } from './rig.ts';

const run = promisify(execFile);
const MONITORING = resolve(import.meta.dirname, '../../docs/monitoring');
const GRAPHITE_PORT = 19_710;
const prometheus = await startRig('prometheus', 19_700);
const graphite = await startRig('graphite', GRAPHITE_PORT);
for (const rig of [prometheus, graphite]) if (typeof rig === 'string') process.stderr.write(`skipped: ${rig}\n`);

let bot: Bot;
let dataDir: string;

beforeAll(async () => {
  dataDir = await newDataDir();
  bot = await startBot({
    dataDir,
    yaml: `carbon: { port: ${GRAPHITE_PORT + 1}, prefix: services.glimpse.rig, interval: 1s }\n`,
  });
  for (const q of ['cpu web01 last 1h', 'nonsense here']) {
    await fetch(`${bot.url}/api/ask`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ q }),
    });
  }
  await fetch(`${bot.url}/render?q=cpu+web02`);
});

afterAll(async () => {
  await bot?.stop();
  await rm(dataDir, { recursive: true, force: true });
  for (const rig of [prometheus, graphite]) if (typeof rig !== 'string') await rig.stop();
});

describe.skipIf(typeof prometheus === 'string')('Prometheus', () => {
  const { url, dir } = prometheus as Exclude<typeof prometheus, string>;
  const query = async (expr: string) => {
    const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query: expr })}`);
    return (await response.json()) as { status: string; error?: string; data?: { result: unknown[] } };
  };

  it('takes the rules, and they do what their tests say', async () => {
    const { stdout } = await run('promtool', ['test', 'rules', join(MONITORING, 'prometheus-rules.test.yml')]);
    expect(stdout).toContain('SUCCESS');
  });

  it('scrapes the bot and answers everything that dashboard and rules ask', async () => {
    const { host } = new URL(bot.url);
    const job = `  - job_name: glimpse\n    static_configs:\n      - targets: ['${host}']\n`;
    await appendFile(join(dir, 'conf/prometheus.yml'), job);
    await fetch(`${url}/-/reload`, { method: 'POST' });
    await vi.waitFor(async () => expect((await query('up{job="glimpse"} == 1')).data?.result).toHaveLength(1), {
      timeout: 60_000,
      interval: 500,
    });
    const dashboard = JSON.parse(await readFile(join(MONITORING, 'grafana-dashboard.json'), 'utf8'));
    const panels = (dashboard.panels as { targets?: { expr: string }[] }[]).flatMap(({ targets = [] }) => targets);
    const rules = parse(await readFile(join(MONITORING, 'prometheus-rules.yml'), 'utf8'));
    const asked = [...panels, ...(rules.groups[0].rules as { expr: string }[])].map(({ expr }) =>
      expr.replaceAll('$__rate_interval', '1m').replaceAll('$instance', '.*'),
    );
    const failed: string[] = [];
    for (const expr of asked) {
      const { status, error } = await query(expr);
      if (status !== 'success') failed.push(`${expr}: ${error}`);
    }
    expect(failed).toEqual([]);
    expect((await query('sum(glimpse_questions_total{outcome="answered"})')).data?.result).toMatchObject([
      { value: [expect.anything(), '2'] },
    ]);
  });
});

describe.skipIf(typeof graphite === 'string')('carbon', () => {
  it('has what the bot counted', async () => {
    const { url } = graphite as Exclude<typeof graphite, string>;
    const target = 'services.glimpse.rig.questions_total.surface.http.outcome.answered';
    await vi.waitFor(
      async () => {
        const response = await fetch(`${url}/render?${new URLSearchParams({ target, from: '-5min', format: 'json' })}`);
        const [series] = (await response.json()) as { datapoints: [number | null, number][] }[];
        expect(series?.datapoints.map(([value]) => value)).toContain(2);
      },
      { timeout: 90_000, interval: 1_000 },
    );
  });
});
