/** How long the bot takes from its start to the line that says where it is ready. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startReplica } from '../integration/replica.ts';
import { startRig } from '../integration/rig.ts';

const RIG_PORT = 15_742;

/** A way to start, and the seconds it took; the reason where it could not be tried. */
export type StartUp = readonly [name: string, seconds: number | string];

/** Starts the bot on the embedded store, new and old, and on PostgreSQL, new and old. */
export async function timeStarts(): Promise<readonly StartUp[]> {
  const folder = await mkdtemp(join(tmpdir(), 'glimpse-bench-'));
  await writeFile(join(folder, 'glimpse.yaml'), 'logLevel: warn\n');
  const rig = await startRig('postgres', RIG_PORT);
  try {
    const embedded = { GLIMPSE_DATA: join(folder, 'data') };
    const times: StartUp[] = [
      ['embedded store, the first time', await timeStart(folder, embedded)],
      ['embedded store, later', await timeStart(folder, embedded)],
    ];
    if (typeof rig === 'string') return [...times, ['PostgreSQL', rig]];
    const database = { ...embedded, DATABASE_URL: rig.url };
    times.push(['PostgreSQL, the first time', await timeStart(folder, database)]);
    return [...times, ['PostgreSQL, later', await timeStart(folder, database)]];
  } finally {
    if (typeof rig === 'object') await rig.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function timeStart(folder: string, env: Readonly<Record<string, string>>): Promise<number> {
  const startMs = performance.now();
  const bot = await startReplica(folder, env);
  const seconds = (performance.now() - startMs) / 1_000;
  const ended = new Promise((resolve) => bot.process.once('close', resolve));
  bot.process.kill('SIGTERM');
  await ended;
  return seconds;
}
