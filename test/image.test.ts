/** What the image is made of: checked by hadolint where it is installed, and by rules of this project everywhere. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { allowedPaths } from './image/docker-ignore.ts';
import { parseDockerfile, settingsOf } from './image/dockerfile.ts';

const root = resolve(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const stages = parseDockerfile(read('Dockerfile'));
const settings = settingsOf(stages);
const all = (word: string) => stages.flatMap(({ instructions }) => instructions.filter((one) => one.word === word));

/** `HADOLINT` is set by `.ci/run`, which installs it into a folder of its own. */
const hadolint = process.env.HADOLINT ?? 'hadolint';
const hasHadolint = spawnSync(hadolint, ['--version']).status === 0;

it.skipIf(!hasHadolint)('hadolint finds nothing in the Dockerfile', () => {
  const { status, stdout } = spawnSync(hadolint, [join(root, 'Dockerfile')], { encoding: 'utf8' });
  expect(stdout).toBe('');
  expect(status).toBe(0);
});

it('builds on one pinned Node of the major that the bot needs', () => {
  const bases = stages.map(({ image }) => image).filter((image) => !stages.some(({ name }) => name === image));
  expect(new Set(bases).size).toBe(1);
  expect(bases[0]).toMatch(/^node:24\.\d+\.\d+-\w+-slim$/);
});

it('runs as a numeric user other than root, so that an orchestrator can see that it does', () => {
  expect(settings.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
});

it('starts and checks the bot without a shell, on addresses of this project', () => {
  for (const words of [settings.entrypoint, settings.healthcheck]) {
    const [program, script = ''] = words.filter((word) => !word.startsWith('--'));
    expect(program).toBe('node');
    expect(existsSync(join(root, script.replace('/app/', '')))).toBe(true);
  }
});

it('installs nothing for development into what runs, and runs no script of a package', () => {
  const installs = all('RUN').filter(({ rest }) => rest.includes('npm ci'));
  expect(installs.every(({ rest }) => rest.includes('--ignore-scripts'))).toBe(true);
  const copied =
    stages.at(-1)?.instructions.filter((one) => one.word === 'COPY' && one.rest.includes('node_modules')) ?? [];
  expect(copied.map(({ rest }) => rest)).toEqual(['--from=dependencies /app/node_modules ./node_modules']);
  const dependencies = stages.find(({ name }) => name === 'dependencies');
  expect(dependencies?.instructions.map(({ rest }) => rest)).toEqual(['npm ci --omit=dev --ignore-scripts']);
});

it('copies only what is there and what .dockerignore lets through', () => {
  const allowed = allowedPaths(read('.dockerignore'));
  expect(allowed.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  const sources = all('COPY').flatMap(({ rest }) =>
    rest
      .split(' ')
      .filter((word) => !word.startsWith('-'))
      .slice(0, -1),
  );
  const ours = sources.map((path) => path.replace(/^(\/app|\.)\//, '').split('/')[0] as string);
  // what an earlier stage makes comes from no context
  const made = ['.', 'node_modules', 'dist'];
  expect(ours.filter((path) => !made.includes(path) && !allowed.includes(path))).toEqual([]);
});
