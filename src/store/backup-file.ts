/**
 * The file of a backup: a gzipped tar whose first entry says what it is, the rest the folder of the database. It is two gzip members
 * one after the other, so that what PGlite packed goes in as it is, and `tar tzf` shows all of it.
 */
import { promisify } from 'node:util';
import { gunzip, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { BotError } from '../domain/errors.ts';

/** Grows when an older Glimpse could not read the file. */
const FORMAT = 1;
const MANIFEST_NAME = 'glimpse-backup.json';
/** Of tar: headers and contents are in blocks. */
const BLOCK_BYTES = 512;
/** Where a header of tar has its fields. @see https://www.gnu.org/software/tar/manual/html_node/Standard.html */
const AT = { name: 0, mode: 100, uid: 108, gid: 116, size: 124, mtime: 136, checksum: 148, type: 156, magic: 257 };

/** How a backup says what it is. */
export const BackupManifest = z.object({
  format: z.number(),
  /** Version of the Glimpse that made it. */
  glimpse: z.string(),
  /** Major version of PostgreSQL that its files are of. */
  postgres: z.string(),
  /** When the newest migration in it was made, ms since the Unix epoch. */
  migratedTo: z.number(),
  /** ISO 8601. */
  madeAt: z.string(),
});

/** What a backup says of itself. */
export type BackupManifest = z.output<typeof BackupManifest>;

/**
 * Makes the file.
 *
 * @param dump - a gzipped tar of the database's folder
 */
export function packBackup(manifest: Omit<BackupManifest, 'format'>, dump: Uint8Array): Uint8Array {
  const content = Buffer.from(`${JSON.stringify({ format: FORMAT, ...manifest }, undefined, 2)}\n`);
  const padding = Buffer.alloc((BLOCK_BYTES - (content.length % BLOCK_BYTES)) % BLOCK_BYTES);
  const entry = Buffer.concat([headerOf(content.length), content, padding]);
  return Buffer.concat([gzipSync(entry), dump]);
}

/**
 * Reads the file.
 *
 * @returns what it says of itself, and the tar of the database's folder, unpacked
 * @throws BotError `STORE_UNAVAILABLE` for what is no backup, or is damaged; `STORE_OTHER_VERSION` for one of a newer Glimpse
 */
export async function openBackup(file: Uint8Array): Promise<{ manifest: BackupManifest; tar: Uint8Array }> {
  const tar = await promisify(gunzip)(file).catch((cause: unknown) => {
    throw new BotError('STORE_UNAVAILABLE', 'The file is no backup of Glimpse, or it is damaged.', {}, { cause });
  });
  const name = tar.toString('latin1', AT.name, AT.name + MANIFEST_NAME.length + 1);
  const size = Number.parseInt(tar.toString('latin1', AT.size, AT.size + 11), 8);
  if (name !== `${MANIFEST_NAME}\0`) throw new BotError('STORE_UNAVAILABLE', 'The file is no backup of Glimpse.');
  const parsed = BackupManifest.safeParse(jsonOf(tar.toString('utf8', BLOCK_BYTES, BLOCK_BYTES + size)));
  if (!parsed.success) throw new BotError('STORE_UNAVAILABLE', 'What the backup says of itself cannot be read.');
  if (parsed.data.format > FORMAT) {
    const message = `The backup was made by Glimpse ${parsed.data.glimpse}, which is newer; restore it with that version or a later one.`;
    throw new BotError('STORE_OTHER_VERSION', message);
  }
  return { manifest: parsed.data, tar: tar.subarray(BLOCK_BYTES + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES) };
}

function headerOf(sizeBytes: number): Buffer {
  const header = Buffer.alloc(BLOCK_BYTES);
  const octal = (value: number, at: number, length: number) =>
    header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  header.write(MANIFEST_NAME, AT.name, 'latin1');
  octal(0o600, AT.mode, 8);
  octal(0, AT.uid, 8);
  octal(0, AT.gid, 8);
  octal(sizeBytes, AT.size, 12);
  octal(0, AT.mtime, 12);
  header.write('0', AT.type, 'latin1');
  header.write('ustar\u000000', AT.magic, 'latin1');
  header.fill(' ', AT.checksum, AT.checksum + 8);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, AT.checksum, 'latin1');
  return header;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
