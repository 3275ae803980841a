/** `glimpse queries render`: what was recorded is drawn again, offline, by the definition as it is now. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startHttpBackend } from '../../doubles/http-backend.ts';
import { folderWith, glimpse } from './run-here.ts';

const DEAD = 'http://127.0.0.1:9';
const config = (url: string) =>
  `zone: UTC\nqueries: [./ours]\nsources: { graphite: { kind: graphite, url: "${url}", publicUrl: "https://graphite.example.net", timeout: 2s } }\n`;
const CPU = `cpu:
  title: CPU of \${host}
  parameters: { host: { example: web01 } }
  graphite: servers.\${host}.cpu
  unit: percent
`;

/** Times in s; the last sample is 70. */
const body = JSON.stringify([
  {
    target: 'servers.web01.cpu',
    tags: {},
    datapoints: [10, 30, 50, 70].map((value, i) => [value, 1_764_000_000 + i * 600]),
  },
]);
const WINDOW = ['--from', '2025-11-24T16:00:00Z', '--to', '2025-11-24T17:00:00Z'];

async function recorded(): Promise<string> {
  const { url } = await startHttpBackend({ body });
  const folder = await folderWith({ 'glimpse.yaml': config(url), 'ours/cpu.yaml': CPU });
  const out = ['--record', join(folder, 'cpu.json'), '--out', join(folder, 'live.png')];
  const run = await glimpse(['queries', 'render', 'cpu', ...WINDOW, ...out], folder);
  expect([run.code, run.stderr]).toEqual([0, '']);
  await writeFile(join(folder, 'glimpse.yaml'), config(DEAD));
  return folder;
}

it('draws the same picture without the source', async () => {
  const folder = await recorded();
  const args = [
    'queries',
    'render',
    'cpu',
    'web01',
    ...WINDOW,
    '--data',
    'cpu.json',
    '--out',
    join(folder, 'again.png'),
  ];
  const { code, stdout } = await glimpse(args, folder);
  expect([code, stdout]).toEqual([0, expect.stringContaining('peak 70 %')]);
  const [live, again] = await Promise.all(['live.png', 'again.png'].map((name) => readFile(join(folder, name))));
  expect(again?.equals(live as Buffer)).toBe(true);
});

it('draws by the definition as it is now: its title, its limits, its unit', async () => {
  const folder = await recorded();
  const changed = CPU.replace('CPU of', 'Busy').replace(
    'unit: percent',
    'unit: ratio\n  thresholds: [{ at: 60, severity: warning }]',
  );
  await writeFile(join(folder, 'ours/cpu.yaml'), changed);
  const { stdout } = await glimpse(['queries', 'render', 'cpu', 'web01', ...WINDOW, '--data', 'cpu.json'], folder);
  expect(stdout).toMatch(/^Busy web01 7,?000 %/);
  expect(stdout).toMatch(/above warning \(6,?000 %\)/);
});

it('says that the definition asks for something else by now, and what is recorded', async () => {
  const folder = await recorded();
  await writeFile(join(folder, 'ours/cpu.yaml'), CPU.replace('.cpu', '.cpu.total'));
  const { code, stdout } = await glimpse(
    ['queries', 'render', 'cpu', 'web01', ...WINDOW, '--data', 'cpu.json', '--json'],
    folder,
  );
  expect(code).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({ code: 'SOURCE_NOT_RECORDED' });
  expect(stdout).toMatch(/servers\.web01\.cpu\.total.*It has `servers\.web01\.cpu`/s);
});

it('draws part of what is recorded, and says which part of a window is not', async () => {
  const folder = await recorded();
  const render = (from: string, to: string) =>
    glimpse(['queries', 'render', 'cpu', 'web01', '--from', from, '--to', to, '--data', 'cpu.json'], folder);
  const inner = await render('2025-11-24T16:00:00Z', '2025-11-24T16:15:00Z');
  expect(inner.stdout).toMatch(/peak 30 %/);
  const wider = await render('2025-11-24T15:30:00Z', '2025-11-24T16:30:00Z');
  expect(wider.stdout).toContain('Of this window 16:00–16:30 UTC is recorded.');
});

it('takes data that somebody wrote by hand, and what an answer has', async () => {
  const frame = {
    kind: 'series',
    series: [{ name: 'web01', start: '2025-11-24T16:00:00Z', stepMs: 60_000, values: [1, null, 93] }],
  };
  const folder = await folderWith({
    'glimpse.yaml': config(DEAD),
    'ours/cpu.yaml': CPU,
    'hand.json': JSON.stringify({ frames: [frame] }),
    'answer.json': JSON.stringify({
      explanation: {},
      text: '',
      notes: [],
      image: null,
      frames: [{ ...frame, range: {} }],
    }),
  });
  for (const file of ['hand.json', 'answer.json']) {
    const { code, stdout } = await glimpse(['queries', 'render', 'cpu', 'web01', '5m', '--data', file], folder);
    expect([code, stdout]).toEqual([0, expect.stringContaining('93 %')]);
  }
});

it('prints tables, and writes a CSV file', async () => {
  const folder = await recorded();
  const args = ['queries', 'render', 'cpu', 'web01', ...WINDOW, '--data', 'cpu.json'];
  expect((await glimpse([...args, 'as', 'table'], folder)).stdout).toMatch(/last +mean +peak/);
  const out = join(folder, 'cpu.csv');
  expect((await glimpse([...args, 'as', 'csv', '--out', out], folder)).stdout).toContain(`File: ${out}`);
  expect((await readFile(out, 'utf8')).split('\r\n')).toHaveLength(6);
});

it.each([
  [['render'], 2, /render needs a query/],
  [['render', 'cpu', '--data', 'a.json', '--record', 'b.json'], 2, /give one of the two/],
  [['render', 'cpu', '--to', '2025-11-24T16:00:00Z'], 2, /--to needs --from/],
  [['render', 'cpu', '--theme', 'blue'], 2, /light or dark/],
  [['render', 'cpu', '--data', 'none.json'], 78, /none\.json is not there; --record FILE makes one/],
  [['render', 'cpu', '--data', 'broken.json'], 78, /broken\.json: is no JSON/],
  [['render', 'cpu', '--data', 'wrong.json'], 78, /frames\[0\]/],
  [['render', 'zebra', 'web01', '--data', 'hand.json'], 1, /No query is called/],
  [['render', 'help', '--data', 'hand.json'], 2, /draws saved queries/],
])('refuses %j with %i', async (args, code, words) => {
  const folder = await folderWith({
    'glimpse.yaml': config(DEAD),
    'ours/cpu.yaml': CPU,
    'broken.json': '{"frames": [',
    'wrong.json': '{"frames": [{"kind": "pie"}]}',
    'hand.json': '{"frames": []}',
  });
  const run = await glimpse(['queries', ...args], folder);
  expect([run.code, run.stderr]).toEqual([code, expect.stringMatching(words)]);
});

it('takes the example where only a time is beside the name', async () => {
  const { url } = await startHttpBackend({ body });
  const folder = await folderWith({ 'glimpse.yaml': config(url), 'ours/cpu.yaml': CPU });
  const args = ['queries', 'render', 'cpu', '1h'];
  const run = await glimpse(args, folder);
  expect([run.code, run.stdout]).toEqual([0, expect.stringContaining('CPU of web01')]);
});
