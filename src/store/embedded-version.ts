/** Which PostgreSQL the files of an embedded store are of: those of another major version cannot be opened. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BotError } from '../domain/errors.ts';

/** Of the PGlite that Glimpse has. */
export const POSTGRES_MAJOR = '18';

/**
 * Makes sure that files can be opened; where there are none, they will be made.
 *
 * @param folder - of the store
 * @param files - of its database
 * @throws BotError `STORE_OTHER_VERSION`
 */
export async function assertOwnVersion(folder: string, files: string): Promise<void> {
  const found = await versionOf(files);
  if (found === undefined || found === POSTGRES_MAJOR) return;
  const message = `The embedded store in ${folder} has files of PostgreSQL ${found}, this Glimpse has PostgreSQL ${POSTGRES_MAJOR}; nothing in it was touched. Start the Glimpse that made it, or move ${files} away (what is in it is then not known) and start again.`;
  throw new BotError('STORE_OTHER_VERSION', message, { found, own: POSTGRES_MAJOR });
}

/** The major version of the files in a folder; `undefined` where there are none. */
export async function versionOf(files: string): Promise<string | undefined> {
  try {
    return (await readFile(join(files, 'PG_VERSION'), 'utf8')).trim();
  } catch {
    return undefined;
  }
}
