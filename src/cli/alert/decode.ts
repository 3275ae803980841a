/** `glimpse alert decode FORMAT FILE|-`: prints how a body of a sender is understood. */
import { toldJson } from '../../alerts/decode-delivery.ts';
import type { Told } from '../../domain/alert.ts';
import { type CommandOptions, EXIT, type Io } from '../command.ts';
import { decodedOf, deliveryOf } from './delivery.ts';

/** Prints what is understood. @throws UsageError; BotError `ALERT_…` */
export async function decodeCommand(words: readonly string[], options: CommandOptions, io: Io): Promise<number> {
  const told = decodedOf(await deliveryOf('decode', words, options, io));
  const { notes } = told;
  if (options.json) {
    io.stdout.write(`${JSON.stringify({ ...toldJson(told), notes }, undefined, 2)}\n`);
    return EXIT.answered;
  }
  io.stdout.write(linesOf(told));
  for (const { field = 'a time', value } of notes) io.stderr.write(`${field}: ${value} is no time that can be read\n`);
  return EXIT.answered;
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
