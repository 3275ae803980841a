import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { runCommand } from '../../../src/cli/run-command.ts';

/** The command in this process; no bot listens on the discard port. */
async function glimpse(argv: readonly string[]) {
  const cwd = mkdtempSync(join(tmpdir(), 'glimpse-run-'));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const env = { GLIMPSE_LISTEN: '127.0.0.1:9' };
  const code = await runCommand({ argv, env, cwd, hostname: 'rig', stdin: new PassThrough(), stdout, stderr });
  const read = (stream: PassThrough) => String(stream.read() ?? '');
  return { code, stdout: read(stdout), stderr: read(stderr), cwd };
}

it.each([
  [['frob'], /there is no command "frob"/],
  [['ask'], /ask needs a question/],
  [['ask', 'cpu', '--bogus'], /Unknown option '--bogus'/],
  [['ask', 'cpu', '--now', '2026-11-25'], /"ask" takes no --now/],
  [['ask', 'cpu', '--theme', 'pink'], /--theme is light or dark/],
  [['ask', 'cpu', '--out', '/no/such/folder/chart.png'], /there is no folder \/no\/such\/folder/],
  [['ask', 'cpu', '--out', '/'], /is a folder; name a file in it/],
  [['explain', 'cpu', '--now', 'soon'], /--now soon is no ISO 8601 time/],
  [['check', 'everything'], /check takes no words/],
  [['queries', 'frob'], /"frob" is no verb of queries; queries needs a verb/],
  [['ask', 'cpu', '--out', 'chart.jpg'], /pictures are PNG; name it chart\.png/],
  [['queries', 'list', '--format', 'sarif'], /"queries list" takes no --format/],
  [['queries', 'preview', '--theme', 'dark'], /"queries preview" takes no --theme/],
  [['queries', 'usage', 'cpu'], /queries usage takes no words/],
  [['queries', 'import', 'grafana'], /queries import wants a source and what to import/],
  [['queries', 'import', 'grafana', 'web'], /nothing can be imported from "grafana"/],
])('ends with 2 on wrong usage, and one clear line or a problem object: %j', async (args, why) => {
  const plain = await glimpse(args);
  expect([plain.code, plain.stdout]).toEqual([2, '']);
  expect(plain.stderr.split('\n')[0]).toMatch(why);
  const json = await glimpse([...args, '--json']);
  expect([json.code, json.stderr]).toEqual([2, '']);
  expect(JSON.parse(json.stdout)).toMatchObject({ code: 'HTTP_BAD_REQUEST', detail: expect.stringMatching(why) });
});

it('asks no ending of a picture of files that hold none', async () => {
  for (const args of [
    ['backup', '/no/such/folder/x.pdf'],
    ['queries', 'render', 'cpu', '--record', '/no/such/folder/x.svg'],
  ]) {
    const { code, stderr } = await glimpse(args);
    expect([code, stderr]).toEqual([2, expect.stringContaining('there is no folder /no/such/folder')]);
  }
});

it('keeps the words of an answer that has no picture for --out', async () => {
  const { code, stdout, stderr, cwd } = await glimpse(['ask', 'queries', '--out', join(tmpdir(), 'glimpse-none.png')]);
  expect([code, readdirSync(cwd)]).toEqual([0, []]);
  expect(stdout.split('\n').length).toBeGreaterThan(4);
  expect(stderr).toMatch(/^There is no picture to write to .*glimpse-none\.png\.\n$/);
});
