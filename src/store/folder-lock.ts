/** An exclusive lock on a folder that the operating system lets go of when the process dies, however it dies. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
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
 * @throws BotError `STORE_LOCKED` when another process, or this one, holds it
 */
export function lockFolder(folder: string): FolderLock {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = new DatabaseSync(join(folder, 'lock.sqlite'));
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    if ((cause as { errcode?: number }).errcode !== SQLITE_BUSY) throw cause;
    throw new BotError(
      'STORE_LOCKED',
      `Another Glimpse has ${folder} open. Two processes may not share an embedded store: stop the other one, use another folder (GLIMPSE_DATA), or set DATABASE_URL.`,
      {},
      { cause },
    );
  }
  return { release: () => lock.close() };
}
