/** An exclusive lock on a folder that the operating system lets go of when the process dies, however it dies. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { BotError } from '../domain/errors.ts';

/** A held lock. */
export interface FolderLock {
  release(): void;
}

/** What SQLite says when somebody else holds its file. @see https://www.sqlite.org/rescode.html#busy */
const SQLITE_BUSY = 5;

/**
 * Takes the lock of `folder`, which is made when missing. Node has no `flock`; an SQLite file held in an exclusive
 * transaction is the same lock on every platform, without stale files after a crash.
 *
 * @throws BotError `STORE_LOCKED` when another process, or this one, holds it; `STORE_FULL`, `STORE_UNAVAILABLE` when the
 *   folder cannot be written to
 */
export function lockFolder(folder: string): FolderLock {
  let lock: DatabaseSync | undefined;
  try {
    makeFolder(folder);
    lock = new DatabaseSync(join(folder, 'lock.sqlite'));
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    const held = lock;
    return { release: () => held.close() };
  } catch (cause) {
    lock?.close();
    if ((cause as Failure).errcode !== SQLITE_BUSY) throw unusable(folder, cause as Failure);
    throw new BotError(
      'STORE_LOCKED',
      `Another Glimpse has ${folder} open. Two processes may not share an embedded store: stop the other one, use another folder (GLIMPSE_DATA), or set DATABASE_URL.`,
      {},
      { cause },
    );
  }
}

/** Makes a folder and those above it; Node's own `recursive` never ends where a folder takes none, such as `/proc`. */
function makeFolder(folder: string): void {
  if (existsSync(folder) && statSync(folder).isDirectory()) return;
  const above = dirname(folder);
  if (above !== folder && !existsSync(above)) makeFolder(above);
  mkdirSync(folder, { mode: 0o700 });
}

/** What Node's file system and SQLite throw. */
type Failure = Error & { readonly code?: string; readonly errcode?: number };

/** @see https://www.sqlite.org/rescode.html */
const SQLITE_REASONS: Readonly<Record<number, string>> = {
  8: 'the user that Glimpse runs as may not write there',
  14: 'the user that Glimpse runs as may not write there',
  26: 'its lock.sqlite is damaged; delete that file while no Glimpse runs',
};
const FILE_REASONS: Readonly<Record<string, string>> = {
  EACCES: 'the user that Glimpse runs as may not write there',
  EPERM: 'the user that Glimpse runs as may not write there',
  EROFS: 'the disk is read-only',
  ENOTDIR: 'a part of the path is a file',
  EEXIST: 'it is a file',
  ENOENT: 'it cannot be made there',
};

function unusable(folder: string, cause: Failure): BotError {
  if (cause.code === 'ENOSPC' || cause.errcode === 13) {
    return new BotError('STORE_FULL', `The disk of ${folder} is full; free some space, then try again.`, {}, { cause });
  }
  const why = SQLITE_REASONS[cause.errcode ?? 0] ?? FILE_REASONS[cause.code ?? ''] ?? cause.message;
  const message = `The folder ${folder} of the embedded store cannot be used: ${why}. GLIMPSE_DATA names another folder, DATABASE_URL a PostgreSQL.`;
  return new BotError('STORE_UNAVAILABLE', message, {}, { cause });
}
