/** `glimpse queries check`: for people, programs, GitHub and code scanners; and with the sources themselves. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sarifOf } from '../../../src/cli/report/sarif.ts';
import { startHttpBackend } from '../../doubles/http-backend.ts';
import { folderWith, glimpse } from './run-here.ts';

const config = (url: string) =>
  `zone: UTC\nqueries: [./ours]\nsources: { graphite: { kind: graphite, url: "${url}", timeout: 2s } }\n`;
const GOOD = 'cpu:\n  parameters: { host: { example: web01 } }\n  graphite: servers.${host}.cpu\n';
const BROKEN = `${GOOD}  titel: "a, b: 100%"\n  unit: 7\n`;
const DEAD = 'http://127.0.0.1:9';

const broken = () => folderWith({ 'glimpse.yaml': config(DEAD), 'ours/my cpu.yaml': BROKEN });

it('prints faults as annotations of GitHub, with what would end a command escaped', async () => {
  const { code, stdout } = await glimpse(['queries', 'check', '--format', 'github'], await broken());
  expect(code).toBe(78);
  const [first, second, last] = stdout.split('\n');
  expect(first).toMatch(/^::error file=ours\/my cpu\.yaml,line=4,col=3,title=A definition or its file.*::cpu\.titel: /);
  expect(second).toMatch(/^::error file=ours\/my cpu\.yaml,line=5,/);
  expect(last).toBe('2 faults in 1 file');
});

it('prints SARIF with a place for each fault, relative to the root of the sources', async () => {
  const { code, stdout } = await glimpse(['queries', 'check', '--format', 'sarif'], await broken());
  expect(code).toBe(78);
  const sarif = JSON.parse(stdout);
  expect(sarif).toMatchObject({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0' });
  const [run, ...more] = sarif.runs;
  expect(more).toEqual([]);
  expect(run.tool.driver).toMatchObject({ name: 'glimpse', semanticVersion: expect.stringMatching(/^\d+\.\d+\.\d+/) });
  const place = {
    artifactLocation: { uri: 'ours/my%20cpu.yaml', uriBaseId: '%SRCROOT%' },
    region: { startLine: 4, startColumn: 3 },
  };
  expect(run.results[0]).toMatchObject({
    ruleId: 'definition',
    level: 'error',
    locations: [{ physicalLocation: place }],
  });
  for (const { ruleId, ruleIndex } of run.results) expect(run.tool.driver.rules[ruleIndex].id).toBe(ruleId);
});

it('leaves out a region where a fault has no line, and names other folders by their address', () => {
  const fault = {
    file: '/srv/packs/a b',
    line: 0,
    column: 0,
    path: '',
    message: 'm',
    rule: 'definition',
    level: 'error',
  } as const;
  const { runs } = sarifOf([fault], '1.0.0') as { runs: { results: unknown[] }[] };
  const [result] = runs[0]?.results ?? [];
  expect(result).toMatchObject({ message: { text: 'm' } });
  expect(result).toHaveProperty('locations', [
    { physicalLocation: { artifactLocation: { uri: 'file:///srv/packs/a%20b' } } },
  ]);
});

it('keeps the JSON that programs know, and prints nothing else with it', async () => {
  const { stdout } = await glimpse(['queries', 'check', '--json'], await broken());
  expect(JSON.parse(stdout)).toEqual({
    isGood: false,
    queries: 0,
    files: 1,
    faults: [expect.anything(), expect.anything()],
    warnings: [],
  });
});

it('warns of what is allowed and hardly meant, in every form, and ends with 0', async () => {
  const folder = await folderWith({ 'glimpse.yaml': config(DEAD), 'ours/cpu.yaml': `${GOOD}  unit: percnet\n` });
  const { code, stdout } = await glimpse(['queries', 'check'], folder);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^1 query in 1 file\n1 warning:\n {2}ours\/cpu\.yaml:4:9: cpu\.unit: "percnet" is .*mean percent\?\n$/,
  );
  const { stdout: github } = await glimpse(['queries', 'check', '--format', 'github'], folder);
  expect(github).toMatch(/^::warning file=ours\/cpu\.yaml,line=4,col=9,title=.*\n1 query in 1 file\n$/);
  const { stdout: json } = await glimpse(['queries', 'check', '--json'], folder);
  expect(JSON.parse(json)).toMatchObject({ isGood: true, faults: [], warnings: [{ line: 4, path: 'cpu.unit' }] });
});

/** A Graphite that answers by what it is asked for. */
async function graphite() {
  return startHttpBackend(({ form }) => {
    const target = form.get('target') ?? '';
    if (target.includes('refused')) return { status: 400, body: 'unknown function' };
    const datapoints = [[1, Math.floor(Date.now() / 1000) - 60]];
    return { body: JSON.stringify(target.includes('cpu') ? [{ target, tags: {}, datapoints }] : []) };
  });
}

const LIVE = `${GOOD}empty:\n  graphite: servers.web01.nothing\nbad:\n  graphite: refused(servers.web01.cpu)\nbare:\n  parameters: { host: {} }\n  graphite: servers.\${host}.cpu\n`;

it('asks each definition of its source, and tells no data from a refusal', async () => {
  const folder = await folderWith({ 'glimpse.yaml': config((await graphite()).url), 'ours/cpu.yaml': LIVE });
  const { code, stdout } = await glimpse(['queries', 'check', '--live'], folder);
  expect(code).toBe(3);
  expect(stdout).toMatch(/^4 queries in 1 file, all good\nok +cpu web01 +graphite +1 value\nno data +empty +graphite/);
  expect(stdout).toMatch(/refused +bad +graphite +.*unknown function/);
  expect(stdout).toMatch(/not asked +bare +graphite +no value of `host` could be listed; give it an `example`/);
  expect(stdout).toMatch(/Asked the sources: 1 ok, 1 no data, 1 refused, 1 not asked\n$/);
  const { stdout: github } = await glimpse(['queries', 'check', '--live', '--format', 'github'], folder);
  expect(github.split('\n').map((line) => /^::(\w+)/.exec(line)?.[1])).toEqual([
    'warning',
    'error',
    'notice',
    undefined,
    undefined,
  ]);
});

it('asks the examples of definitions too, and says which values match nothing', async () => {
  const { url } = await startHttpBackend(({ pathname, form }) => {
    if (pathname.startsWith('/metrics/find')) return { body: '[]' };
    const target = form.get('target') ?? '';
    const datapoints = [[1, Math.floor(Date.now() / 1000) - 60]];
    return { body: JSON.stringify(target.includes('web01') ? [{ target, tags: {}, datapoints }] : []) };
  });
  const cpu = GOOD.replace('example: web01', 'values: servers.*, example: web01');
  const ours = `${cpu}  examples: [cpu web01, cpu gone01, top 3 cpu, cpu web01 6h]\n`;
  const folder = await folderWith({ 'glimpse.yaml': config(url), 'ours/cpu.yaml': ours });
  const { code, stdout } = await glimpse(['queries', 'check', '--live'], folder);
  expect(stdout.split('\n').map((line) => line.split(/ {2,}/).slice(0, 2).join(': '))).toEqual([
    '1 query in 1 file, all good',
    'ok: cpu web01',
    'no values: cpu',
    'no data: cpu gone01',
    'no data: top 3 cpu',
    'ok: cpu web01 6h',
    'Asked the sources: 2 ok, 2 no data, 1 no values',
    '',
  ]);
  expect(stdout).toContain('`values: servers.*` of host matches nothing');
  expect(code).toBe(0);
});

it('ends with 0 where a source only has no data, with 3 where it is down', async () => {
  const folder = await folderWith({
    'glimpse.yaml': config((await graphite()).url),
    'ours/cpu.yaml': 'empty:\n  graphite: a.b\n',
  });
  expect((await glimpse(['queries', 'check', '--live'], folder)).code).toBe(0);
  await writeFile(join(folder, 'glimpse.yaml'), config(DEAD));
  const { code, stdout } = await glimpse(['queries', 'check', '--live', '--json'], folder);
  expect(code).toBe(3);
  expect(JSON.parse(stdout).live).toMatchObject([{ query: 'empty', source: 'graphite', status: 'failed' }]);
});

it('asks nobody while a definition is broken', async () => {
  const { url, requests } = await graphite();
  const folder = await folderWith({ 'glimpse.yaml': config(url), 'ours/cpu.yaml': BROKEN });
  expect((await glimpse(['queries', 'check', '--live'], folder)).code).toBe(78);
  expect(requests).toEqual([]);
});

it('tells a folder that is missing, and one that is a file, beside the faults of the others', async () => {
  const folder = await folderWith({ 'glimpse.yaml': config(DEAD), 'ours/cpu.yaml': BROKEN });
  const { code, stdout } = await glimpse(['queries', 'check', 'none', 'ours/cpu.yaml', 'ours', '--json'], folder);
  expect(code).toBe(78);
  const told = (JSON.parse(stdout).faults as { file: string; message: string }[]).map(({ file, message }) => [
    file,
    message,
  ]);
  expect(told.slice(0, 3)).toEqual([
    ['none', expect.stringMatching(/^there is no folder none/)],
    ['ours/cpu.yaml', 'ours/cpu.yaml is a file; give its folder'],
    ['ours/cpu.yaml', expect.any(String)],
  ]);
});

it('binds a folder that it is given to the source that the config binds it to', async () => {
  const two = config(DEAD).replace('}\n', `, other: { kind: graphite, url: "${DEAD}" } }\n`);
  const bound = two.replace('[./ours]', '[{ path: ./ours, source: graphite }]');
  const folder = await folderWith({ 'glimpse.yaml': bound, 'ours/cpu.yaml': GOOD });
  expect((await glimpse(['queries', 'check', 'ours'], folder)).stdout).toBe('1 query in 1 file, all good\n');
});
