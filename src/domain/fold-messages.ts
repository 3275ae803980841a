/** Log messages that differ in numbers, ids and names only, as one pattern with a count. Pure; linear in the text. */
import type { LogLine } from './frame.ts';

/** A kind of message. */
export interface MessagePattern {
  /** The message with what varies taken out: `timeout after {n} ms`. */
  readonly pattern: string;
  readonly count: number;
  /** ms since the Unix epoch, of the first of them. */
  readonly firstMs: number;
}

/** What a line is known by stands at its beginning; the rest is arguments and stack. */
const READ_MAX_CHARS = 300;

/**
 * What varies, in the order in which it is looked for: quoted text; times; addresses; ids, which are hexadecimal or
 * mixed; numbers. Every repetition has a bound, so that no text makes it slow.
 */
const VARYING =
  /("[^"\n]{0,200}"|(?<![\p{L}\p{N}])'[^'\n]{0,200}'(?!\p{L}))|(\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?)|(\b\d{1,3}(?:\.\d{1,3}){3}\b(?::\d{1,5})?|(?<![\w:])(?:[0-9a-fA-F]{1,4}:){3,7}[0-9a-fA-F]{1,4}(?![\w:]))|(\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b|(?<!\w)0x[0-9a-fA-F]{1,64}\b|(?<![\p{L}\p{N}])(?=[0-9a-zA-Z]{0,64}\d)(?=[0-9a-zA-Z]{0,64}[a-zA-Z])[0-9a-zA-Z]{12,64}(?![\p{L}\p{N}])|(?<![\p{L}\p{N}])(?=[0-9a-f]{0,64}\d)(?=[0-9a-f]{0,64}[a-f])[0-9a-f]{7,64}(?![\p{L}\p{N}]))|(\p{Nd}{1,400}(?:[.,]\p{Nd}{1,400})*)/gu;

/** The pattern of a message: its first line, with what varies as `{…}`, `{time}`, `{ip}`, `{id}` or `{n}`. */
export function patternOf(message: string): string {
  const line = message
    .trimStart()
    .slice(0, READ_MAX_CHARS)
    .split(/[\r\n]/, 1)[0] as string;
  return line
    .replace(VARYING, (_, quoted, time, address, id) => {
      if (quoted !== undefined) return '{…}';
      if (time !== undefined) return '{time}';
      if (address !== undefined) return '{ip}';
      return id !== undefined ? '{id}' : '{n}';
    })
    .replace(/\s+/g, ' ')
    .trim();
}

/** The patterns of lines, the most frequent first; of equal ones the earlier. Lines without a text are left out. */
export function foldMessages(lines: readonly LogLine[]): readonly MessagePattern[] {
  const found = new Map<string, { count: number; firstMs: number }>();
  for (const { message, timeMs } of lines) {
    const pattern = patternOf(message);
    if (pattern === '') continue;
    const known = found.get(pattern);
    if (known) {
      known.count += 1;
      known.firstMs = Math.min(known.firstMs, timeMs);
    } else found.set(pattern, { count: 1, firstMs: timeMs });
  }
  return [...found]
    .map(([pattern, { count, firstMs }]) => ({ pattern, count, firstMs }))
    .sort((a, b) => b.count - a.count || a.firstMs - b.firstMs);
}
