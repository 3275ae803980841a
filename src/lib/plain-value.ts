/** Values that a back end takes as data, so that nothing in them means anything: only what nobody can have meant is refused. */
import { BotError } from '../domain/errors.ts';

/** Names of hosts have 253 characters, keys of items in Zabbix 2,048. */
const VALUE_MAX_CHARS = 1_000;
/** DNS names have 253, phrases of log lines are rarely longer. */
const TEXT_MAX_CHARS = 300;
const SHOWN_MAX_CHARS = 60;

/**
 * A value as it may be sent, without blanks around it.
 *
 * @throws BotError `ASK_UNKNOWN_VALUE` for one that is empty, too long, or holds what no name can
 */
export function plainValue(raw: string, parameter: string): string {
  const value = verbatimValue(raw.trim(), parameter, VALUE_MAX_CHARS);
  // the private use area stands for literal stars while a pattern is built
  if (/[\t\n\r\ue000-\uf8ff]/.test(value)) throw unknownValue(value, parameter, 'holds a control character');
  return value;
}

/**
 * A value that is written into a text or a string, where it may have several lines; without blanks around it.
 *
 * @throws BotError `ASK_UNKNOWN_VALUE` for one that is empty, longer than `maxChars`, or holds what no text can
 */
export function textValue(raw: string, parameter: string, maxChars = TEXT_MAX_CHARS): string {
  return verbatimValue(raw.trim(), parameter, maxChars);
}

/** The same with the blanks around it, which belong to it. @throws BotError as {@link textValue}, also for blanks alone */
export function verbatimValue(value: string, parameter: string, maxChars = TEXT_MAX_CHARS): string {
  if (value.trim() === '') throw unknownValue(value, parameter, 'is empty');
  if (value.length > maxChars) throw unknownValue(value, parameter, `is longer than ${maxChars} characters`);
  if (!value.isWellFormed()) throw unknownValue(value, parameter, 'holds half of a character');
  if (/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/.test(value))
    throw unknownValue(value, parameter, 'holds a control character');
  return value;
}

/** The refusal of a value: `why` follows "it". */
export function unknownValue(value: string, parameter: string, why: string, more: Details = {}): BotError {
  const shown = value.replace(/[^\x20-\x5f\x61-\x7e]/g, '?').slice(0, SHOWN_MAX_CHARS);
  const message = `\`${shown}\` cannot be a ${parameter}: it ${why}.`;
  return new BotError('ASK_UNKNOWN_VALUE', message, { value, parameter, ...more });
}

type Details = Readonly<Record<string, string>>;
