/** What the arguments name as something that a sender would post: a format, a file, a hook, headers. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { AlertFormat, Delivery } from '../../alerts/alert-format.ts';
import { type Decoded, decodeDelivery } from '../../alerts/decode-delivery.ts';
import { alertFormats } from '../../alerts/index.ts';
import { unknownFormat } from '../../alerts/receivers.ts';
import { changeFormats } from '../../changes/index.ts';
import { systemClock } from '../../lib/clock.ts';
import { type CommandOptions, type Io, UsageError } from '../command.ts';

/** A delivery with the format that reads it. */
export interface NamedDelivery {
  readonly format: AlertFormat;
  /** Where its format is posted to. */
  readonly section: 'hooks' | 'changes';
  readonly delivery: Delivery;
}

/** Where both have a word, `generic`, alerts are meant. */
const FORMATS: readonly Pick<NamedDelivery, 'format' | 'section'>[] = [
  ...alertFormats.map((format) => ({ format, section: 'hooks' as const })),
  ...changeFormats.map((format) => ({ format, section: 'changes' as const })),
];

/** Reads it. @throws UsageError; BotError `ALERT_UNKNOWN_HOOK` */
export async function deliveryOf(
  verb: string,
  words: readonly string[],
  options: CommandOptions,
  io: Io,
): Promise<NamedDelivery> {
  const [name, file, ...rest] = words;
  if (name === undefined || file === undefined || rest.length > 0) {
    throw new UsageError(
      `alert ${verb} wants a format and a file: glimpse alert ${verb} alertmanager FILE, or - for standard input`,
    );
  }
  const found = FORMATS.find(({ format }) => format.format === name);
  if (!found)
    throw unknownFormat(
      name,
      FORMATS.map(({ format: one }) => one),
    );
  const body = file === '-' ? await buffer(io.stdin) : await readBytes(resolve(io.cwd, file));
  const headers = headersOf(options.header ?? []);
  const delivery = { hook: options.name ?? 'default', headers, body, receivedAt: new Date(systemClock.now()) };
  return { ...found, delivery };
}

/** How it is understood; `options` are those of its hook in the config. @throws BotError `ALERT_…` */
export function decodedOf(
  { format, delivery }: NamedDelivery,
  options: Readonly<Record<string, unknown>> = {},
): Decoded {
  return decodeDelivery(format, delivery, format.options.parse(options));
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
