/** `glimpse queries test`: our own packs do what their tests expect, and a test that does not hold is told at its line. */
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { isDefinitionFile, isTestFile } from '../../../src/queries/folders.ts';
import { sourceKinds } from '../../../src/sources/index.ts';
import { folderWith, glimpse } from './run-here.ts';

const QUERIES = resolve(import.meta.dirname, '../../../queries');
const DEAD = 'http://127.0.0.1:9';

/** What a kind of source wants beside its address. */
const FURTHER: Readonly<Record<string, object>> = {
  influxdb: { database: 'telegraf' },
  zabbix: { token: 'a-token-for-the-tests' },
  icinga2: { username: 'bot', password: 'a-password' },
  nagios: { username: 'bot', password: 'a-password' },
};

/** A config with one pack and the sources that it asks, none of which answers. */
function configOf(pack: string): string {
  const files = readdirSync(join(QUERIES, pack)).filter(isDefinitionFile);
  const definitions = files.flatMap((file) =>
    Object.values(parse(readFileSync(join(QUERIES, pack, file), 'utf8')) as Record<string, Record<string, unknown>>),
  );
  const sources = definitions.flatMap((definition) => {
    const kind = sourceKinds.find((one) => definition[one.kind] !== undefined)?.kind ?? '';
    const name = String(definition.source ?? pack);
    return /^(?:demo|machine)/.test(name) ? [] : [[name, { kind, url: DEAD, ...FURTHER[kind] }] as const];
  });
  const isBound = sources.some(([name]) => name === pack);
  return stringify({
    zone: 'UTC',
    queries: [{ pack, ...(isBound && { source: pack }) }],
    ...(sources.length > 0 && { sources: Object.fromEntries(sources) }),
  });
}

const packs = readdirSync(QUERIES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && readdirSync(join(QUERIES, entry.name)).some(isTestFile))
  .map(({ name }) => name);

describe('packs', () => {
  it('have tests, but for this machine, whose names are its own', () => {
    const all = readdirSync(QUERIES, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(all.map(({ name }) => name).filter((name) => !packs.includes(name))).toEqual(['machine']);
  });

  it.each(packs)('%s does what its tests expect, and every definition of it is asked', async (pack) => {
    const folder = await folderWith({ 'glimpse.yaml': configOf(pack) });
    const { code, stdout } = await glimpse(['queries', 'test'], folder);
    expect(stdout).toMatch(/^\d+ tests? in 1 file, all good\n$/);
    expect(code).toBe(0);
  });
});

const CPU =
  'cpu:\n  parameters: { host: { values: servers.*, example: web01 } }\n  graphite: servers.${host}.cpu\n  unit: percent\n';
const recording = JSON.stringify({
  now: '2026-11-25T10:00:00Z',
  frames: [
    {
      kind: 'series',
      series: [{ name: 'web01', start: '2026-11-25T09:10:00Z', stepMs: 600_000, values: [10, null, 36.07, 20] }],
    },
  ],
});

const ours = (tests: string) =>
  folderWith({
    'glimpse.yaml': `zone: UTC\nqueries: [./ours]\nsources: { graphite: { kind: graphite, url: "${DEAD}" } }\n`,
    'ours/cpu.yaml': CPU,
    'ours/cpu.recording.json': recording,
    'ours/cpu.test.yaml': `recording: cpu.recording.json\nvalues: { servers.*: [web01, web02] }\ntests:\n${tests}`,
  });

it.each([
  [
    '{ ask: cpu web01, query: load }',
    /cpu\.test\.yaml:4:\d+: tests\[0\]\.query: is load, but it was understood as cpu/,
  ],
  ['{ ask: cpu web01, range: last 2h }', /range: is last 2h, but it was understood as last 1h/],
  ['{ ask: cpu web01, arguments: { host: web02 } }', /arguments: has host web02, but it was understood as web01/],
  ['{ ask: cpu web01, arguments: { hots: web02 } }', /names hots, which is no parameter of cpu/],
  ['{ ask: cpu web01, expression: servers.web01.load }', /expression: is not what would be asked: servers\.web01\.cpu/],
  ['{ ask: cpu web01, to: 2026-11-25T09:59:00Z }', /understood as 2026-11-25T10:00:00Z/],
  ['{ ask: cpu web01, says: above warning }', /says: has "above warning", which is not in the message: cpu of web01/],
  ['{ ask: cpu web01, values: { web01: { max: 36.2 } } }', /has max 36\.2 for web01, but it is 36\.07/],
  ['{ ask: cpu web01, values: { web02: { max: 1 } } }', /has web02, but the series are web01/],
  ['{ ask: cpu web01, notes: typo }', /which is not in the notes: there is none/],
  ['{ ask: cpu web01, refused: ASK_EMPTY }', /is ASK_EMPTY, but the question was answered/],
  ['{ ask: cpu nowhere }', /ask: was refused with ASK_UNKNOWN_VALUE/],
  ['{ ask: cpu nowhere, refused: ASK_EMPTY }', /is ASK_EMPTY, but the code is ASK_UNKNOWN_VALUE/],
  ['{ ask: help }', /is no question for a saved query/],
  ['{ ask: cpu web01, answer: 42 }', /tests\[0\]\.answer: is no key here/],
])('tells at its line that %s does not hold', async (test, words) => {
  const { code, stdout } = await glimpse(['queries', 'test'], await ours(`  - ${test}\n`));
  expect([code, stdout]).toEqual([78, expect.stringMatching(words)]);
});

it('reads numbers as exactly as they are written, and parts of messages with any blanks', async () => {
  const folder = await ours(
    '  - { ask: cpu web01, says: "peak 36.1 %", values: { web01: { max: 36.1, last: 20, count: 3 } } }\n',
  );
  const { code, stdout } = await glimpse(['queries', 'test'], folder);
  expect([code, stdout]).toEqual([0, '1 test in 1 file, all good\n']);
});

it('takes recorded numbers, limits and expected ones in the unit of the definition', async () => {
  const folder = await ours(
    '  - { ask: cpu web01, says: [36.1 ms, above warning (30 ms)], values: { web01: { max: 36.07, count: 3 } } }\n',
  );
  const limited = `${CPU.replace('percent', 'ms')}  thresholds: [{ at: 30, severity: warning }]\n`;
  await writeFile(join(folder, 'ours/cpu.yaml'), limited);
  const { code, stdout } = await glimpse(['queries', 'test'], folder);
  expect([code, stdout]).toEqual([0, '1 test in 1 file, all good\n']);
});

it.each([
  [0.000_000_1, 0.000_000_2, false],
  [1.5e-7, 1.51e-7, true],
  [1.5e-7, 1.6e-7, false],
  [1.5e21, 1.5e21, true],
])('reads also %d, which is written with an exponent, as exactly as that: %d', async (want, is, isGood) => {
  const file = { kind: 'series', series: [{ name: 'web01', start: 0, stepMs: 600_000, values: [is] }] };
  const folder = await folderWith({
    'glimpse.yaml': `zone: UTC\nqueries: [./ours]\nsources: { graphite: { kind: graphite, url: "${DEAD}" } }\n`,
    'ours/cpu.yaml': CPU,
    'ours/cpu.recording.json': JSON.stringify({ now: '1970-01-01T00:30:00Z', frames: [file] }),
    'ours/cpu.test.yaml': `recording: cpu.recording.json\nvalues: { servers.*: [web01] }\ntests: [{ ask: cpu web01, values: { web01: { max: ${want} } } }]\n`,
  });
  expect((await glimpse(['queries', 'test'], folder)).code).toBe(isGood ? 0 : 78);
});

it('tells of recorded data that cannot be read at the tests that want them, and runs all others', async () => {
  const folder = await ours(
    '  - { ask: cpu web01, recording: gone.json }\n  - { ask: cpu web01, query: load }\n  - { ask: cpu web01, says: peak }\n',
  );
  const { code, stdout } = await glimpse(['queries', 'test'], folder);
  expect(code).toBe(78);
  expect(stdout).toMatch(/^2 faults in 3 tests in 1 file:\n.*:4:\d+: tests\[0\]\.recording: .*gone\.json is not there/);
  expect(stdout).toMatch(/:5:\d+: tests\[1\]\.query/);
});

it('prints what did not hold for GitHub and as SARIF', async () => {
  const folder = await ours('  - { ask: cpu web01, query: load }\n');
  const github = await glimpse(['queries', 'test', '--format', 'github'], folder);
  expect(github.stdout).toMatch(
    /^::error file=ours\/cpu\.test\.yaml,line=4,col=\d+,title=A question.*::tests\[0\]\.query: is load/,
  );
  expect(github.stdout).toMatch(/\n1 fault in 1 test in 1 file\n$/);
  const sarif = JSON.parse((await glimpse(['queries', 'test', '--format', 'sarif'], folder)).stdout);
  expect(sarif.runs[0].results).toMatchObject([{ ruleId: 'expectation', level: 'error' }]);
});

it.each([
  [['test', 'theirs/'], /there is no test in theirs\//],
  [['test', '--format', 'xml'], /--format is text, json, sarif, github; "xml" is none of them/],
])('refuses %j', async (args, words) => {
  const run = await glimpse(['queries', ...args], await ours('  - { ask: cpu web01 }\n'));
  expect([run.code, run.stderr]).toEqual([2, expect.stringMatching(words)]);
});
