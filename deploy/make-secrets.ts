/**
 * Makes the secrets of `compose.yaml` where they are missing: one folder for each service below the folder given, so
 * that each sees its own only. What is there stays, so that databases keep the passwords they were made with.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Files that hold the same secret, alone or within a text. */
interface SharedSecret {
  readonly files: readonly string[];
  /** A file with the secret within a text; it is made anew when it is missing. */
  readonly within?: { readonly file: string; text(secret: string): string };
}

/** Which service reads what: `compose.yaml` mounts each folder into the service of its name. */
const SECRETS: readonly SharedSecret[] = [
  {
    files: ['postgres/password'],
    within: { file: 'glimpse/database-url', text: (secret) => `postgres://glimpse:${secret}@postgres:5432/glimpse` },
  },
  { files: ['rocketchat/admin-password', 'setup/admin-password'] },
  { files: ['setup/bot-password', 'glimpse/rocketchat-password'] },
  { files: ['grafana/password', 'glimpse/grafana-password'] },
  { files: ['glimpse/token'] },
  { files: ['prometheus/glimpse-token', 'glimpse/metrics-token'] },
  { files: ['alertmanager/glimpse-token', 'glimpse/hook-token'] },
];

const SECRET_BYTES = 24;
/** Services run as users of their own; that a service sees its folder only is the volumes' business. */
const READABLE = 0o444;

/** Writes what is missing below `folder`. @returns the files that were written */
export function makeSecrets(folder: string): readonly string[] {
  const written: string[] = [];
  const write = (file: string, text: string) => {
    const path = join(folder, file);
    mkdirSync(dirname(path), { recursive: true });
    // whole under its name or not at all: half a secret would stay for good
    const part = `${path}.part`;
    rmSync(part, { force: true });
    writeFileSync(part, text);
    chmodSync(part, READABLE);
    renameSync(part, path);
    written.push(file);
  };
  for (const { files, within } of SECRETS) {
    const present = files.find((file) => existsSync(join(folder, file)));
    const secret = present ? readFileSync(join(folder, present), 'utf8') : randomBytes(SECRET_BYTES).toString('hex');
    for (const file of files) if (!existsSync(join(folder, file))) write(file, secret);
    if (within && (!present || !existsSync(join(folder, within.file)))) write(within.file, within.text(secret));
  }
  return written;
}

if (import.meta.main) {
  const written = makeSecrets(process.argv[2] ?? '/secrets');
  process.stdout.write(`${written.length === 0 ? 'every secret is there' : `made: ${written.join(', ')}`}\n`);
}
