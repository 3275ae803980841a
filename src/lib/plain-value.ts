/** Values that a back end takes as data, so that nothing in them means anything: only what nobody can have meant is refused. */
import { BotError } from '../domain/errors.ts';

/** Names of hosts have 253 characters, keys of items in Zabbix 2,048. */
const VALUE_MAX_CHARS = 1_000;

/**
 * A value as it may be sent, without blanks around it.
 *
 * @throws BotError `ASK_UNKNOWN_VALUE` for one that is empty, too long, or holds what no name can
 */
export function plainValue(raw: string, parameter: string): string {
  const value = raw.trim();
  const why = whyNot(value);
  if (why === undefined) return value;
  const shown = value.replace(/[^\x20-\x5f\x61-\x7e]/g, '?').slice(0, 60);
  throw new BotError('ASK_UNKNOWN_VALUE', `\`${shown}\` cannot be a ${parameter}: it ${why}.`, { value, parameter });
}

function whyNot(value: string): string | undefined {
  if (value === '') return 'is empty';
  if (value.length > VALUE_MAX_CHARS) return `is longer than ${VALUE_MAX_CHARS} characters`;
  if (!value.isWellFormed()) return 'holds half of a character';
  // the private use area stands for literal stars while a pattern is built
  return /[\x00-\x1f\x7f-\x9f\ue000-\uf8ff]/.test(value) ? 'holds a control character' : undefined;
}
