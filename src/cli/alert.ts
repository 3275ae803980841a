/** `glimpse alert decode FORMAT FILE|-`: prints how a body of a sender is understood. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { decodeDelivery, toldJson } from '../alerts/decode-delivery.ts';
import { alertFormats } from '../alerts/index.ts';
import { changeFormats } from '../changes/index.ts';
import type { Told } from '../domain/alert.ts';
import { BotError } from '../domain/errors.ts';
import { systemClock } from '../lib/clock.ts';
import { nearest } from '../lib/nearest.ts';
import { type CommandOptions, EXIT, type Io, UsageError } from './command.ts';

/** Where both have a word, `generic`, alerts are meant. */
const FORMATS = [...alertFormats, ...changeFormats];

/** Prints what is understood. @throws UsageError; BotError `ALERT_…` */
export async function alertCommand(words: readonly string[], options: CommandOptions, io: Io): Promise<number> {
  const [verb, name, file, ...rest] = words;
  if (verb !== 'decode' || name === undefined || file === undefined || rest.length > 0) {
    throw new UsageError(
      'alert wants a format and a file: glimpse alert decode alertmanager FILE, or - for standard input',
    );
  }
  const format = FORMATS.find((one) => one.format === name);
  if (!format) throw unknownFormat(name);
  const hook = options.name ?? 'default';
  const body = file === '-' ? await buffer(io.stdin) : await readBytes(resolve(io.cwd, file));
  const receivedAt = new Date(systemClock.now());
  const told = decodeDelivery(
    format,
    { hook, headers: headersOf(options.header ?? []), body, receivedAt },
    format.options.parse({}),
  );
  io.stdout.write(options.json ? `${JSON.stringify(toldJson(told), undefined, 2)}\n` : linesOf(told));
  return EXIT.answered;
}

function unknownFormat(name: string): BotError {
  const names = FORMATS.map(({ format }) => format);
  const near = nearest(name, names, 3);
  const hint = near.length > 0 ? `Near: ${near.join(', ')}.` : `There are ${names.join(', ')}.`;
  return new BotError('ALERT_UNKNOWN_HOOK', `No format is called \`${name}\`. ${hint}`, { suggestions: [] });
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (thrown) {
    throw new UsageError(`${path} cannot be read: ${(thrown as NodeJS.ErrnoException).code ?? 'it is no file'}`);
  }
}

function headersOf(headers: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    headers.map((header) => {
      const [, name, value] = /^([\w-]+):\s*(.*)$/s.exec(header) ?? [];
      if (name === undefined || value === undefined)
        throw new UsageError(`--header wants 'Name: value', not "${header}"`);
      return [name.toLowerCase(), value];
    }),
  );
}

function linesOf({ alerts, changes }: Told): string {
  if (alerts.length + changes.length === 0) return 'It tells nothing.\n';
  const lines = [
    ...alerts.map(
      ({ status, severity, title, fingerprint, startsAt }) =>
        `${status} ${severity} · ${title}\n  ${fingerprint}, since ${startsAt.toISOString()}`,
    ),
    ...changes.map(
      ({ kind, phase, title, id, startsAt }) => `${kind} ${phase} · ${title}\n  ${id}, at ${startsAt.toISOString()}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}
