/** What of a configuration can be exchanged while the bot runs. Pure. */
import { BotError } from '../domain/errors.ts';
import { Secret } from '../lib/secret.ts';
import type { Config } from './config.ts';
import { formatPath } from './fault.ts';
import { isLoopback, type ListenAddress } from './listen.ts';
import { openHooks } from './open-hooks.ts';

/** Keys of the file that take a restart: the listener and the store stay open. */
const FIXED = { listen: 'listen', dataFolder: 'data', databaseUrl: 'databaseUrl', answers: 'answers' } as const;

type FixedKey = keyof typeof FIXED;

/**
 * The wanted configuration with what cannot be exchanged as it was.
 *
 * @throws BotError `CONFIG_INVALID` when it cannot be in force on the address that is listened on, or when nothing is left of it
 */
export function reloadable(wanted: Config, current: Config): Config {
  const { databaseUrl: _other, ...rest } = wanted;
  const { listen, dataFolder, databaseUrl, answers } = current;
  if (wanted.isBlank && !current.isBlank) throw blankError(wanted, current);
  if (!isLoopback(listen)) refuseOpen(wanted, listen);
  return { ...rest, listen, dataFolder, answers, ...(databaseUrl && { databaseUrl }) };
}

/** What is in force on loopback only must not be where others can reach it. */
function refuseOpen(wanted: Config, { host }: ListenAddress): void {
  const open = openHooks(wanted).map(({ path, message }) => `\`${formatPath(path)}\` ${message}`);
  if (wanted.tokens.length === 0 && !wanted.proxy) open.unshift('the new configuration has no `tokens`');
  if (open.length === 0) return;
  const message = `${host} can be reached from other machines, and ${open.join('; ')}. To listen elsewhere, restart Glimpse.`;
  throw new BotError('CONFIG_INVALID', message);
}

/** What writes a file anew empties it first, and may be stopped in between. */
function blankError(wanted: Config, current: Config): BotError {
  const what = wanted.file === undefined ? `${current.file} is gone` : `${wanted.file} is empty`;
  const message = `${what}; was it not written to its end? Write it again; \`{}\` alone stands for the defaults.`;
  return new BotError('CONFIG_INVALID', message);
}

/** Keys of the file in which the wanted configuration differs although they need a restart. */
export function needsRestart(wanted: Config, current: Config): readonly string[] {
  const keys = Object.keys(FIXED) as FixedKey[];
  return keys.filter((key) => !isSameSetting(wanted[key], current[key])).map((key) => FIXED[key]);
}

/** Whether two values of a configuration mean the same, secrets included. */
export function isSameSetting(one: unknown, other: unknown): boolean {
  if (one instanceof Secret || other instanceof Secret) {
    return one instanceof Secret && other instanceof Secret && one.reveal() === other.reveal();
  }
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null)
    return Object.is(one, other);
  const kind: unknown = Object.getPrototypeOf(one);
  if (kind !== Object.getPrototypeOf(other)) return false;
  if (kind !== Object.prototype && kind !== Array.prototype) return String(one) === String(other);
  const keys = Object.keys(one);
  const rest = other as Readonly<Record<string, unknown>>;
  if (keys.length !== Object.keys(rest).length) return false;
  return keys.every((key) => key in rest && isSameSetting((one as Readonly<Record<string, unknown>>)[key], rest[key]));
}
