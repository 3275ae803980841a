/** Backups of an embedded store that no Glimpse has open, and their way back. */
import { existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BotError } from '../domain/errors.ts';
import type { Clock } from '../lib/clock.ts';
import { glimpseVersion } from '../lib/version.ts';
import { type BackupManifest, openBackup, packBackup } from './backup-file.ts';
import { type Dump, MIGRATIONS_FOLDER } from './database.ts';
import { assertFree, FILES_FOLDER, startWorker } from './embedded.ts';
import { assertOwnVersion, POSTGRES_MAJOR, versionOf } from './embedded-version.ts';
import { lockFolder } from './folder-lock.ts';

/** Makes the file of a backup from what the database packed. */
export function backupOf({ tar, migratedTo }: Dump, clock: Pick<Clock, 'now'>): Uint8Array {
  const madeAt = new Date(clock.now()).toISOString();
  return packBackup({ glimpse: glimpseVersion(), postgres: POSTGRES_MAJOR, migratedTo, madeAt }, tar);
}

/**
 * Makes a backup of the store in a folder; what is in it stays as it is.
 *
 * @throws BotError `STORE_LOCKED` while a Glimpse has it open, `STORE_UNAVAILABLE` where there is none, `STORE_OTHER_VERSION`,
 *   `STORE_FULL`: opening it takes room
 */
export async function backupFolder(folder: string, clock: Pick<Clock, 'now'>): Promise<Uint8Array> {
  const files = join(folder, FILES_FOLDER);
  if ((await versionOf(files)) === undefined) {
    throw new BotError('STORE_UNAVAILABLE', `There is no embedded store in ${folder}.`);
  }
  await assertOwnVersion(folder, files);
  return withFiles(folder, files, undefined, async (dump) => backupOf(await dump(), clock));
}

/**
 * Puts a backup into a folder that holds no store.
 *
 * @returns what the backup says of itself
 * @throws BotError `STORE_LOCKED`, `STORE_UNAVAILABLE` where there is a store already, or for a file that is no backup;
 *   `STORE_OTHER_VERSION` for one that this Glimpse cannot open, `STORE_FULL`
 */
export async function restoreFolder(folder: string, file: Uint8Array): Promise<BackupManifest> {
  const files = join(folder, FILES_FOLDER);
  if (existsSync(files)) {
    const message = `${folder} holds a store already, which a backup does not overwrite; move ${files} away first.`;
    throw new BotError('STORE_UNAVAILABLE', message);
  }
  const { manifest, tar } = await openBackup(file);
  if (manifest.postgres !== POSTGRES_MAJOR) {
    const message = `The backup has files of PostgreSQL ${manifest.postgres}, this Glimpse has PostgreSQL ${POSTGRES_MAJOR}; restore it with Glimpse ${manifest.glimpse}.`;
    throw new BotError('STORE_OTHER_VERSION', message);
  }
  if (manifest.migratedTo > (await newestMigration())) {
    const message = `The backup was made by Glimpse ${manifest.glimpse}, which is newer; restore it with that version or a later one.`;
    throw new BotError('STORE_OTHER_VERSION', message);
  }
  // seen whole under its name, or not at all
  const part = `${files}.restoring`;
  await rm(part, { recursive: true, force: true });
  try {
    await withFiles(folder, part, tar, async () => undefined);
    await rename(part, files);
  } catch (cause) {
    await rm(part, { recursive: true, force: true });
    if (cause instanceof BotError) throw cause;
    throw new BotError(
      'STORE_UNAVAILABLE',
      `The backup cannot be restored: ${(cause as Error).message}.`,
      {},
      { cause },
    );
  }
  return manifest;
}

/** Opens files under the lock of their folder and does something with them. */
async function withFiles<Result>(
  folder: string,
  files: string,
  tar: Uint8Array | undefined,
  work: (dump: () => Promise<Dump>) => Promise<Result>,
): Promise<Result> {
  const lock = lockFolder(folder);
  const worker = startWorker(files);
  try {
    await assertFree(folder, tar?.length);
    await worker.call({ kind: 'open', ...(tar && { tar }) });
    const result = await work(() => worker.dump());
    await worker.call({ kind: 'close' });
    return result;
  } finally {
    await worker.stop();
    lock.release();
  }
}

/** When the newest migration of this Glimpse was made, ms since the Unix epoch. */
async function newestMigration(): Promise<number> {
  const journal = JSON.parse(await readFile(join(MIGRATIONS_FOLDER, 'meta/_journal.json'), 'utf8')) as {
    readonly entries: readonly { readonly when: number }[];
  };
  return Math.max(...journal.entries.map(({ when }) => when));
}
