/** Reads JSON piece by piece, so that a million points need not become a million small arrays first. */
import { BotError } from '../domain/errors.ts';
import type { Labels } from '../domain/labels.ts';

/** A text and how far it was read. */
export interface JsonReader {
  readonly body: string;
  at: number;
}

/** Codes of the characters that JSON is built of. */
export const CHAR = {
  space: 32,
  quote: 34,
  comma: 44,
  minus: 45,
  dot: 46,
  zero: 48,
  nine: 57,
  colon: 58,
  openList: 91,
  backslash: 92,
  closeList: 93,
  openMap: 123,
  closeMap: 125,
} as const;

/** What is thrown where the text is not what was expected. */
export function brokenJson({ body, at }: JsonReader): SyntaxError {
  return new SyntaxError(`unexpected ${JSON.stringify(body.slice(at, at + 20))} at ${at}`);
}

/** Moves on to the next character that is no blank. */
export function skipBlanks(reader: JsonReader): void {
  while (reader.body.charCodeAt(reader.at) <= CHAR.space) reader.at += 1;
}

/** Takes one character. @throws SyntaxError when it is another */
export function take(reader: JsonReader, code: number): void {
  skipBlanks(reader);
  if (reader.body.charCodeAt(reader.at) !== code) throw brokenJson(reader);
  reader.at += 1;
}

/** Whether a `,` follows (taken) or the closing character (taken). @throws SyntaxError when it is neither */
export function hasMore(reader: JsonReader, close: number): boolean {
  skipBlanks(reader);
  const code = reader.body.charCodeAt(reader.at);
  if (code !== CHAR.comma && code !== close) throw brokenJson(reader);
  reader.at += 1;
  return code === CHAR.comma;
}

/** Whether a list or map that was opened is empty; then its end is taken. */
export function isEmptyNext(reader: JsonReader, close: number): boolean {
  skipBlanks(reader);
  if (reader.body.charCodeAt(reader.at) !== close) return false;
  reader.at += 1;
  return true;
}

/** A string. @throws SyntaxError */
export function readString(reader: JsonReader): string {
  skipBlanks(reader);
  const start = reader.at;
  if (reader.body.charCodeAt(start) !== CHAR.quote) throw brokenJson(reader);
  reader.at = endOfString(reader, start);
  return JSON.parse(reader.body.slice(start, reader.at));
}

function endOfString(reader: JsonReader, start: number): number {
  for (let at = start + 1; at < reader.body.length; at += 1) {
    const code = reader.body.charCodeAt(at);
    if (code === CHAR.backslash) at += 1;
    else if (code === CHAR.quote) return at + 1;
  }
  throw brokenJson(reader);
}

/** Any JSON value, parsed as a whole: for what is small. @throws SyntaxError */
export function readPlain(reader: JsonReader): unknown {
  skipBlanks(reader);
  const start = reader.at;
  let depth = 0;
  for (;;) {
    const code = reader.body.charCodeAt(reader.at);
    if (Number.isNaN(code)) throw brokenJson(reader);
    if (depth === 0 && (code === CHAR.comma || code === CHAR.closeMap || code === CHAR.closeList)) break;
    if (code === CHAR.quote) {
      reader.at = endOfString(reader, reader.at);
      continue;
    }
    if (code === CHAR.openList || code === CHAR.openMap) depth += 1;
    if (code === CHAR.closeList || code === CHAR.closeMap) depth -= 1;
    reader.at += 1;
  }
  return JSON.parse(reader.body.slice(start, reader.at));
}

/** A longer array with the same beginning. */
export function grown(array: Float64Array<ArrayBuffer>, least: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(Math.max(least, array.length * 2));
  larger.set(array);
  return larger;
}

/** Walks a map; `read` takes the value of each key. @throws SyntaxError */
export function eachKey(reader: JsonReader, read: (key: string) => void): void {
  take(reader, CHAR.openMap);
  if (isEmptyNext(reader, CHAR.closeMap)) return;
  do {
    const key = readString(reader);
    take(reader, CHAR.colon);
    read(key);
  } while (hasMore(reader, CHAR.closeMap));
}

/** Walks a list; `read` takes each item. @throws SyntaxError */
export function eachItem(reader: JsonReader, read: () => void): void {
  take(reader, CHAR.openList);
  if (isEmptyNext(reader, CHAR.closeList)) return;
  do read();
  while (hasMore(reader, CHAR.closeList));
}

/** Labels of a series; numbers become text. `{}` for what is no map. @throws SyntaxError */
export function readLabels(reader: JsonReader): Labels {
  const value = readPlain(reader);
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([name, label]) => [name, String(label)]));
}

/** The texts of a list, without what is none; `[]` for what is no list. @throws SyntaxError */
export function readTexts(reader: JsonReader): string[] {
  const value = readPlain(reader);
  return (Array.isArray(value) ? value : []).filter((text) => typeof text === 'string');
}

/**
 * Decodes series from a whole text; `title` is the name of who sent it.
 *
 * @throws BotError `SOURCE_UNEXPECTED` where `read` throws anything else than a BotError, or does not read to the end
 */
export function decodeSeries<Reader extends JsonReader, Result>(
  reader: Reader,
  title: string,
  read: (reader: Reader) => Result,
): Result {
  try {
    const result = read(reader);
    skipBlanks(reader);
    if (reader.at < reader.body.length) throw brokenJson(reader);
    return result;
  } catch (thrown) {
    if (thrown instanceof BotError) throw thrown;
    const message = `${title} sent JSON that cannot be read as series.`;
    throw new BotError('SOURCE_UNEXPECTED', message, {}, { cause: thrown });
  }
}
