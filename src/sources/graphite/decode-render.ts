/** Reads the JSON of `/render` straight into typed arrays: a million points must not become a million small arrays. */
import { BotError } from '../../domain/errors.ts';

/** One row of an answer, as Graphite numbers it. */
export interface RenderRow {
  readonly target: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Seconds since the Unix epoch. Shape `[n]`. */
  readonly seconds: Float64Array;
  /** NaN where Graphite has null; infinities stay. Shape `[n]`. */
  readonly values: Float64Array;
}

/**
 * Decodes an answer; rows in its order.
 *
 * @throws BotError `SOURCE_UNEXPECTED` when it is not what Graphite sends
 */
export function decodeRender(body: string): RenderRow[] {
  const reader: Reader = { body, at: 0, capacity: FIRST_CAPACITY };
  try {
    skipBlanks(reader);
    const rows = readRows(reader);
    skipBlanks(reader);
    if (reader.at < body.length) throw broken(reader);
    return rows;
  } catch (thrown) {
    if (thrown instanceof BotError) throw thrown;
    throw new BotError('SOURCE_UNEXPECTED', 'Graphite sent JSON that cannot be read as series.', {}, { cause: thrown });
  }
}

interface Reader {
  readonly body: string;
  at: number;
  /** Points to make room for. */
  capacity: number;
}

function broken({ body, at }: Reader): Error {
  return new SyntaxError(`unexpected ${JSON.stringify(body.slice(at, at + 20))} at ${at}`);
}

const [SPACE, QUOTE, COMMA, MINUS, DOT, ZERO, NINE] = [32, 34, 44, 45, 46, 48, 57];
const [OPEN_LIST, CLOSE_LIST, OPEN_MAP, CLOSE_MAP, COLON, BACKSLASH] = [91, 93, 123, 125, 58, 92];

function skipBlanks(reader: Reader): void {
  while (reader.body.charCodeAt(reader.at) <= SPACE) reader.at += 1;
}

function take(reader: Reader, code: number): void {
  skipBlanks(reader);
  if (reader.body.charCodeAt(reader.at) !== code) throw broken(reader);
  reader.at += 1;
}

/** Whether a `,` follows (taken) or the closing character (taken). */
function hasMore(reader: Reader, close: number): boolean {
  skipBlanks(reader);
  const code = reader.body.charCodeAt(reader.at);
  if (code !== COMMA && code !== close) throw broken(reader);
  reader.at += 1;
  return code === COMMA;
}

function isEmpty(reader: Reader, close: number): boolean {
  skipBlanks(reader);
  if (reader.body.charCodeAt(reader.at) !== close) return false;
  reader.at += 1;
  return true;
}

function readRows(reader: Reader): RenderRow[] {
  const rows: RenderRow[] = [];
  take(reader, OPEN_LIST);
  if (isEmpty(reader, CLOSE_LIST)) return rows;
  do rows.push(readRow(reader));
  while (hasMore(reader, CLOSE_LIST));
  return rows;
}

function readRow(reader: Reader): RenderRow {
  let target: string | undefined;
  let tags: Record<string, string> = {};
  let points: Pick<RenderRow, 'seconds' | 'values'> | undefined;
  take(reader, OPEN_MAP);
  if (!isEmpty(reader, CLOSE_MAP)) {
    do {
      const key = readString(reader);
      take(reader, COLON);
      if (key === 'datapoints') points = readPoints(reader);
      else if (key === 'target') target = String(readPlain(reader));
      else if (key === 'tags') tags = asTags(readPlain(reader));
      else readPlain(reader);
    } while (hasMore(reader, CLOSE_MAP));
  }
  if (target === undefined || points === undefined) throw broken(reader);
  return { target, tags, ...points };
}

function asTags(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([name, tag]) => [name, String(tag)]));
}

function readString(reader: Reader): string {
  skipBlanks(reader);
  const start = reader.at;
  if (reader.body.charCodeAt(start) !== QUOTE) throw broken(reader);
  reader.at = endOfString(reader, start);
  return JSON.parse(reader.body.slice(start, reader.at));
}

function endOfString(reader: Reader, start: number): number {
  for (let at = start + 1; at < reader.body.length; at += 1) {
    const code = reader.body.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE) return at + 1;
  }
  throw broken(reader);
}

/** Any JSON value; those beside the points are small. */
function readPlain(reader: Reader): unknown {
  skipBlanks(reader);
  const start = reader.at;
  let depth = 0;
  for (;;) {
    const code = reader.body.charCodeAt(reader.at);
    if (Number.isNaN(code)) throw broken(reader);
    if (depth === 0 && (code === COMMA || code === CLOSE_MAP || code === CLOSE_LIST)) break;
    if (code === QUOTE) {
      reader.at = endOfString(reader, reader.at);
      continue;
    }
    if (code === OPEN_LIST || code === OPEN_MAP) depth += 1;
    if (code === CLOSE_LIST || code === CLOSE_MAP) depth -= 1;
    reader.at += 1;
  }
  return JSON.parse(reader.body.slice(start, reader.at));
}

/** For the points of the first row; the rows of one answer mostly have as many points as the one before. */
const FIRST_CAPACITY = 1024;
/** Integers of more digits are not exact in a double, so they are left to `Number`. */
const EXACT_DIGITS = 15;
const POWERS_OF_TEN = Float64Array.from({ length: EXACT_DIGITS + 1 }, (_, power) => 10 ** power);

/** The points of a row. This runs once per point of a million: locals only, no calls but for numbers that are not plain. */
function readPoints(reader: Reader): Pick<RenderRow, 'seconds' | 'values'> {
  const { body } = reader;
  let seconds = new Float64Array(reader.capacity);
  let values = new Float64Array(reader.capacity);
  let count = 0;
  take(reader, OPEN_LIST);
  if (isEmpty(reader, CLOSE_LIST)) return { seconds: new Float64Array(0), values: new Float64Array(0) };
  do {
    if (count === seconds.length) {
      seconds = grown(seconds);
      values = grown(values);
    }
    take(reader, OPEN_LIST);
    values[count] = readNumber(reader, body);
    take(reader, COMMA);
    const second = readNumber(reader, body);
    if (!Number.isFinite(second)) throw broken(reader);
    seconds[count] = second;
    take(reader, CLOSE_LIST);
    count += 1;
  } while (hasMore(reader, CLOSE_LIST));
  reader.capacity = count;
  if (count === seconds.length) return { seconds, values };
  return { seconds: seconds.slice(0, count), values: values.slice(0, count) };
}

function grown(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(Math.max(FIRST_CAPACITY, array.length * 2));
  larger.set(array);
  return larger;
}

/**
 * A number, or NaN for `null` (and for the bare `NaN` of old servers). Short decimals are computed: an integer below 2^53
 * divided by a power of ten up to 10^22 is rounded once, so the result is the nearest double, as `Number` gives.
 */
function readNumber(reader: Reader, body: string): number {
  skipBlanks(reader);
  let at = reader.at;
  const isNegative = body.charCodeAt(at) === MINUS;
  if (isNegative) at += 1;
  const start = at;
  let mantissa = 0;
  let point = -1;
  let code = body.charCodeAt(at);
  while ((code >= ZERO && code <= NINE) || (code === DOT && point === -1)) {
    if (code === DOT) point = at;
    else mantissa = mantissa * 10 + (code - ZERO);
    at += 1;
    code = body.charCodeAt(at);
  }
  const length = at - start;
  const decimals = point === -1 ? 0 : at - point - 1;
  const isPlain = code === COMMA || code === CLOSE_LIST || code === SPACE;
  // `01`, `.5` and `5.` are not JSON
  const digits = point === -1 ? length : length - 1;
  const isOdd =
    digits === 0 || digits > EXACT_DIGITS || point === start || point === at - 1 || isZeroLed(body, start, at);
  if (!isPlain || isOdd) return readOddNumber(reader);
  reader.at = at;
  const size = decimals === 0 ? mantissa : mantissa / (POWERS_OF_TEN[decimals] as number);
  return isNegative ? -size : size;
}

function isZeroLed(body: string, start: number, end: number): boolean {
  return body.charCodeAt(start) === ZERO && end - start > 1 && body.charCodeAt(start + 1) !== DOT;
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** What stands for a number in answers beside JSON's own; old servers write `NaN` and `Infinity` bare. */
const WORDS: Readonly<Record<string, number>> = {
  null: Number.NaN,
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

function readOddNumber(reader: Reader): number {
  const { body } = reader;
  const start = reader.at;
  let at = start;
  for (let code = body.charCodeAt(at); code > SPACE && code !== COMMA && code !== CLOSE_LIST; ) {
    at += 1;
    code = body.charCodeAt(at);
  }
  const text = body.slice(start, at);
  reader.at = at;
  const word = Object.hasOwn(WORDS, text) ? WORDS[text] : undefined;
  if (word !== undefined) return word;
  if (NUMBER.test(text)) return Number(text);
  reader.at = start;
  throw broken(reader);
}
