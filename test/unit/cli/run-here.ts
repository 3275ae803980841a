/** Runs a command in this process, in a folder of its own that goes when the test ends. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { onTestFinished } from 'vitest';
import { runCommand } from '../../../src/cli/run-command.ts';

/** What came of a command; narrow blanks of numbers are plain ones. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder with these files, by their paths below it. */
export async function folderWith(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'glimpse-command-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

/** Runs `glimpse …` in a folder; no bot is asked. */
export async function glimpse(argv: readonly string[], cwd: string): Promise<Ran> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const written: [string, string] = ['', ''];
  stdout.on('data', (chunk: Buffer) => (written[0] += chunk.toString()));
  stderr.on('data', (chunk: Buffer) => (written[1] += chunk.toString()));
  const env = { GLIMPSE_LISTEN: '127.0.0.1:0', PATH: process.env.PATH, HOME: cwd };
  const stdin = new PassThrough().end();
  const code = await runCommand({ argv, env, cwd, hostname: 'rig-1.example.net', stdin, stdout, stderr });
  const [said, complained] = written.map((text) => text.replaceAll('\u202f', ' '));
  return { code, stdout: said ?? '', stderr: complained ?? '' };
}
