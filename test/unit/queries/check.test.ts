import { expect, it } from 'vitest';
import { checkQueries, listQueries } from '../../../src/queries/check.ts';
import { loadCatalog } from '../../../src/queries/load-catalog.ts';
import { sourceKinds } from '../config/fake-kinds.ts';
import { makeFolder } from './workspace.ts';

const sources = [
  { name: 'eu', kind: 'graphite' },
  { name: 'us', kind: 'graphite' },
];

async function check(files: Readonly<Record<string, string>>) {
  const path = makeFolder(files);
  return checkQueries([{ pack: 'ours', path, source: 'eu' }], sources, sourceKinds, { hostname: 'box7', cwd: path });
}

it('counts what is good', async () => {
  const { text, isGood, queries, files } = await check({
    'a.yaml': 'cpu: { graphite: x }\nload: { graphite: y }',
    'b.yaml': '',
  });
  expect({ text, isGood, queries, files }).toEqual({
    text: '2 queries in 2 files, all good',
    isGood: true,
    queries: 2,
    files: 2,
  });
});

it('counts one as one', async () => {
  expect((await check({ 'a.yaml': 'cpu: { graphite: x }' })).text).toBe('1 query in 1 file, all good');
});

it('prints a line for each fault, sorted by place, and gives the same as data', async () => {
  const { text, isGood, faults } = await check({
    'b.yaml': 'load: { graphite: y, worst: up }',
    'a.yaml': 'cpu: { graphite: x, unit: 5 }\ndisk: {}',
  });
  expect(isGood).toBe(false);
  expect(text).toBe(
    [
      '3 faults in 2 files:',
      '  a.yaml:1:27: cpu.unit: is a number, but should be text; put it in quotes',
      '  a.yaml:2:1: disk: asks no source; add a block: graphite, prometheus',
      '  b.yaml:1:29: load.worst: "up" is not known; it should be one of high, low',
    ].join('\n'),
  );
  expect(faults[0]).toEqual({
    file: 'a.yaml',
    line: 1,
    column: 27,
    path: 'cpu.unit',
    message: 'is a number, but should be text; put it in quotes',
  });
});

it.each([
  ['percnet', 'percent'],
  ['byts', 'bytes'],
  ['gb', 'GB'],
  ['mbit/s', 'Mbit/s'],
  ['megabyte', 'megabytes'],
  ['Bytes', 'bytes'],
  ['Megabytes', 'megabytes'],
  ['Percent', 'percent'],
  ['byts/s', 'bytes/s'],
  ['second', 'seconds'],
  ['miliseconds', 'milliseconds'],
])('warns of the unit %s, which is near to %s', async (unit, near) => {
  const { isGood, warnings } = await check({ 'a.yaml': `cpu: { graphite: x, unit: ${unit} }` });
  expect([isGood, warnings]).toEqual([
    true,
    [
      {
        file: 'a.yaml',
        line: 1,
        column: 27,
        path: 'cpu.unit',
        message: `"${unit}" is no unit that I know and is shown as it is; did you mean ${near}?`,
      },
    ],
  ]);
});

it.each([
  'widgets',
  'req',
  'orders',
  'hits',
  'records',
  'req/s',
  'orders/min',
  'tours',
  'rpm',
  'nodes',
  'ms',
  '%',
  'GB',
  'Mbit/s',
  'bots',
])('says nothing of the unit %s', async (unit) => {
  expect((await check({ 'a.yaml': `cpu: { graphite: x, unit: "${unit}" }` })).warnings).toEqual([]);
});

it('warns of limits of a ratio that are meant as percents', async () => {
  const text =
    'cpu: { graphite: x, unit: ratio, thresholds: [{ at: 0.9, severity: info }, { at: 85, severity: warning }], chart: { max: 100 } }';
  expect((await check({ 'a.yaml': text })).warnings.map(({ path, message }) => [path, message])).toEqual([
    ['cpu.thresholds[1].at', expect.stringContaining('85 of a `ratio` is 8500 %; write 0.85 for 85 %')],
    ['cpu.chart.max', expect.stringContaining('100 of a `ratio` is 10000 %')],
  ]);
});

it('lists definitions by name, then by pack and source', async () => {
  const files = {
    'a.yaml': `
load: { graphite: y, description: "Runnable\\nprocesses" }
cpu:
  aliases: [busy]
  parameters: { host: , n: { type: number, default: 5 } }
  graphite: top(\${host}, \${n})
`,
  };
  const path = makeFolder(files);
  const folders = [
    { pack: 'ours', path, source: 'us' },
    { pack: 'ours', path, source: 'eu' },
  ];
  const rows = listQueries(await loadCatalog(folders, sources, sourceKinds, { hostname: 'box7', cwd: path }));
  expect(rows.map(({ name, source }) => [name, source])).toEqual([
    ['cpu', 'eu'],
    ['cpu', 'us'],
    ['load', 'eu'],
    ['load', 'us'],
  ]);
  expect(rows[0]).toEqual({
    name: 'cpu',
    aliases: ['busy'],
    pack: 'ours',
    source: 'eu',
    parameters: ['host', '[n]'],
    description: '',
    origin: 'a.yaml:3',
  });
  expect(rows[2]?.description).toBe('Runnable');
});
