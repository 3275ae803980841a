/** `glimpse backup FILE` and `glimpse restore FILE`: the embedded store as one file. */
import { open, readFile, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { BotError } from '../domain/errors.ts';
import { systemClock } from '../lib/clock.ts';
import { backupFolder, restoreFolder } from '../store/backup.ts';
import { assertWritable } from './answer-here.ts';
import { type CommandOptions, configFor, EXIT, type Io, UsageError } from './command.ts';
import { findRunningBot } from './remote.ts';

/** Writes a backup into a new file: from the running bot, else from the folder. Throws BotError `CONFIG_…`, `STORE_…`. */
export async function backupCommand(words: readonly string[], options: CommandOptions, io: Io): Promise<number> {
  const path = fileIn(words, 'backup', io);
  const config = await configFor(io, options.config);
  refusePostgres(config, 'pg_dump --schema=glimpse --schema=glimpse_queue --schema=glimpse_migrations');
  await assertWritable(path, 'backup');
  // only its owner may read what people asked and what broke; a file that is there stays
  const file = await open(path, 'wx', 0o600).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'EEXIST' ? 'it is there already, and a backup overwrites nothing' : cause.message;
    throw new BotError('STORE_UNAVAILABLE', `${path} cannot be written: ${why}.`, {}, { cause });
  });
  try {
    const bytes = await backupBytes(config);
    await file.writeFile(bytes);
    await file.sync();
    io.stdout.write(`${path}: ${Math.ceil(bytes.length / 1024)} KiB\n`);
  } catch (thrown) {
    await rm(path, { force: true });
    throw thrown;
  } finally {
    await file.close();
  }
  return EXIT.answered;
}

/** Puts a backup into a folder without a store. Throws BotError `CONFIG_…`, `STORE_…`. */
export async function restoreCommand(words: readonly string[], options: CommandOptions, io: Io): Promise<number> {
  const path = fileIn(words, 'restore', io);
  const config = await configFor(io, options.config);
  refusePostgres(config, 'psql or pg_restore');
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    const why = WHY_UNREADABLE[cause.code ?? ''] ?? cause.message;
    throw new BotError('STORE_UNAVAILABLE', `${path} cannot be read: ${why}.`, {}, { cause });
  });
  const { glimpse, madeAt } = await restoreFolder(config.dataFolder, bytes);
  io.stdout.write(`${config.dataFolder}: restored, as Glimpse ${glimpse} had it on ${madeAt}\n`);
  return EXIT.answered;
}

const WHY_UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder; name the file of a backup',
  EACCES: 'this user may not',
};

async function backupBytes(config: Config): Promise<Uint8Array> {
  try {
    return await backupFolder(config.dataFolder, systemClock);
  } catch (thrown) {
    if (!(thrown instanceof BotError) || thrown.code !== 'STORE_LOCKED') throw thrown;
    const bot = await findRunningBot(config);
    if (bot) return bot.backup().catch(sayWhoMay);
    const message = `${thrown.message} It does not answer at ${config.listen.host}:${config.listen.port}; GLIMPSE_LISTEN says where it does.`;
    throw new BotError('STORE_LOCKED', message, {}, { cause: thrown });
  }
}

/** No token of the config may ask the running bot: that is mended there. */
function sayWhoMay(thrown: unknown): never {
  if (!(thrown instanceof BotError) || !['HTTP_FORBIDDEN', 'HTTP_UNAUTHORIZED'].includes(thrown.code)) throw thrown;
  const advice = 'Add a token with the scope `admin` to `tokens`, or stop the bot and run this again.';
  throw new BotError(thrown.code, `${thrown.message} ${advice}`, thrown.details, { cause: thrown });
}

function fileIn(words: readonly string[], verb: string, io: Io): string {
  const [path, ...rest] = words;
  if (path === undefined || rest.length > 0) throw new UsageError(`${verb} takes one file: glimpse ${verb} FILE`);
  return resolve(io.cwd, path);
}

function refusePostgres({ databaseUrl }: Config, instead: string): void {
  if (!databaseUrl) return;
  const message = `The store is a PostgreSQL, which has tools of its own: ${instead}.`;
  throw new BotError('CONFIG_INVALID', message);
}
