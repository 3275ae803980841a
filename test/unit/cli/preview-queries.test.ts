/** `glimpse queries preview`: one page that needs nothing else, of all or of the changed definitions. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startHttpBackend } from '../../doubles/http-backend.ts';
import { folderWith, glimpse } from './run-here.ts';

const config = (url: string) =>
  `zone: UTC\nqueries: [./ours]\nsources: { graphite: { kind: graphite, url: "${url}", timeout: 2s } }\n`;
const definition = (id: string, rest: string) =>
  `${id}:\n  title: "${id.toUpperCase()} of \${host}"\n  parameters: { host: { example: web01 } }\n${rest}`;
const CPU = definition('cpu', '  graphite: servers.${host}.cpu\n  unit: percent\n');
const LOAD = definition('load', '  graphite: servers.${host}.load\n');
const recording = JSON.stringify({
  query: 'cpu',
  question: 'cpu web01',
  now: '2025-11-24T17:00:00Z',
  data: [
    {
      request: 'servers.web01.cpu',
      frames: [
        {
          kind: 'series',
          series: [{ name: 'web01', start: '2025-11-24T16:00:00Z', stepMs: 600_000, values: [10, 80, 30, 20, 15, 10] }],
        },
      ],
    },
  ],
});

/** A repository with two definitions, one of which has recorded data, and a Graphite that has nothing. */
async function repository(): Promise<string> {
  const { url } = await startHttpBackend({ body: '[]' });
  const folder = await folderWith({
    'glimpse.yaml': config(url),
    'ours/cpu.yaml': CPU,
    'ours/cpu.recording.json': recording,
    'ours/load.yaml': LOAD,
  });
  for (const args of [
    ['init', '-q', '-b', 'main'],
    ['add', '-A'],
    ['-c', 'user.name=a', '-c', 'user.email=a@example.net', 'commit', '-qm', 'one'],
  ])
    execFileSync('git', args, { cwd: folder });
  return folder;
}

const pageIn = (folder: string) => readFile(join(folder, 'preview.html'), 'utf8');

it('shows changed definitions before and after, from recorded data, with what changed in them', async () => {
  const folder = await repository();
  await writeFile(join(folder, 'ours/cpu.yaml'), `${CPU}  thresholds: [{ at: 60, severity: warning }]\n`);
  await rm(join(folder, 'ours/load.yaml'));
  await writeFile(join(folder, 'ours/disk.yaml'), definition('disk', '  graphite: servers.${host}.disk\n'));
  const { code, stdout, stderr } = await glimpse(['queries', 'preview', '--changed'], folder);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^1 changed, 1 new, 1 gone, compared with HEAD \([0-9a-f]{10}\)\.\nPage: preview\.html/);
  const page = await pageIn(folder);
  expect(page).toContain('<ins>+   thresholds: [{ at: 60, severity: warning }]');
  expect(page.match(/data:image\/webp;base64/g)).toHaveLength(4); // before and after, in two themes
  expect(page).toContain('recorded in ours/cpu.recording.json');
  expect(page).toMatch(/<h4>After<\/h4>.*above warning/s);
  expect(page).toContain('ours/load.yaml:1'); // where it was, not where it was taken out to
  expect(page).not.toMatch(/glimpse-before-|<script|<link|src="(?!data:)|url\(/);
});

it('asks the source where the recorded data are of another expression, and says so', async () => {
  const folder = await repository();
  await writeFile(join(folder, 'ours/cpu.yaml'), CPU.replace('.cpu', '.cpu.total'));
  const { code } = await glimpse(['queries', 'preview', '--changed', 'main'], folder);
  expect(code).toBe(0);
  const page = await pageIn(folder);
  expect(page).toContain('live from graphite, as the recorded data do not have what it asks for now');
  expect(page.match(/data:image\/webp;base64/g)).toHaveLength(2);
});

it('shows all definitions, or those of some files', async () => {
  const folder = await repository();
  expect((await glimpse(['queries', 'preview'], folder)).stdout).toMatch(/^2 definitions\./);
  expect((await glimpse(['queries', 'preview', 'ours/load.yaml'], folder)).stdout).toMatch(/^1 definition\./);
  const page = await pageIn(folder);
  expect(page).toContain('<h2 id="h0">load</h2>');
  expect(page).not.toContain('>cpu<');
});

it('ends with 3 and names what could not be drawn; the page says why', async () => {
  const folder = await repository();
  await writeFile(join(folder, 'glimpse.yaml'), config('http://127.0.0.1:9'));
  const { code, stderr } = await glimpse(['queries', 'preview'], folder);
  expect([code, stderr]).toEqual([3, expect.stringMatching(/^ours\/load\.yaml:1: load web01: .*Graphite/)]);
  expect(await pageIn(folder)).toMatch(/class="failure">.*Graphite/);
});

it('does not let a definition write into the page', async () => {
  const folder = await repository();
  await writeFile(join(folder, 'ours/cpu.yaml'), CPU.replace('CPU of', '<img src=x onerror=alert(1)>'));
  await glimpse(['queries', 'preview', '--changed'], folder);
  const page = await pageIn(folder);
  expect(page).toContain('onerror');
  expect(page).not.toContain('<img src=x');
});

it.each([
  [['preview', '--changed', 'nowhere'], /there is no commit nowhere/],
  [['preview', '--changed', '--', '--output=x'], /there is no commit --output=x/],
  [['preview', '--changed', 'a', 'b'], /compares with one commit/],
  [['preview', 'theirs/'], /no definition is in theirs\//],
])('refuses %j', async (args, words) => {
  const run = await glimpse(['queries', ...args], await repository());
  expect([run.code, run.stderr]).toEqual([2, expect.stringMatching(words)]);
});

it('says that there is no repository', async () => {
  const folder = await repository();
  await rm(join(folder, '.git'), { recursive: true });
  const run = await glimpse(['queries', 'preview', '--changed'], folder);
  expect([run.code, run.stderr]).toEqual([2, expect.stringMatching(/git finds no repository here: fatal/)]);
});

it('finds the repository of the definitions from beside it', async () => {
  const folder = await repository();
  const beside = await mkdtemp(join(tmpdir(), 'glimpse-beside-'));
  const run = await glimpse(['queries', 'preview', '--changed', '--config', join(folder, 'glimpse.yaml')], beside);
  await rm(beside, { recursive: true });
  expect([run.code, run.stderr]).toEqual([0, '']);
});
