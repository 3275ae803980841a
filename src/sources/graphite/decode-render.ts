/** Reads the JSON of `/render` straight into typed arrays: a million points must not become a million small arrays. */
import type { Labels } from '../../domain/labels.ts';
import {
  brokenJson,
  CHAR,
  decodeSeries,
  eachItem,
  eachKey,
  grown,
  hasMore,
  isEmptyNext,
  type JsonReader,
  readLabels,
  readPlain,
  skipBlanks,
  take,
} from '../../lib/json-reader.ts';

/** One row of an answer, as Graphite numbers it. */
export interface RenderRow {
  readonly target: string;
  readonly tags: Labels;
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
  return decodeSeries({ body, at: 0, capacity: FIRST_CAPACITY }, 'Graphite', readRows);
}

interface Reader extends JsonReader {
  /** Points to make room for. */
  capacity: number;
}

const { space: SPACE, comma: COMMA, minus: MINUS, dot: DOT, zero: ZERO, nine: NINE } = CHAR;
const { openList: OPEN_LIST, closeList: CLOSE_LIST } = CHAR;

function readRows(reader: Reader): RenderRow[] {
  const rows: RenderRow[] = [];
  eachItem(reader, () => rows.push(readRow(reader)));
  return rows;
}

function readRow(reader: Reader): RenderRow {
  let target: string | undefined;
  let tags: Labels = {};
  let points: Pick<RenderRow, 'seconds' | 'values'> | undefined;
  eachKey(reader, (key) => {
    if (key === 'datapoints') points = readPoints(reader);
    else if (key === 'target') target = String(readPlain(reader));
    else if (key === 'tags') tags = readLabels(reader);
    else readPlain(reader);
  });
  if (target === undefined || points === undefined) throw brokenJson(reader);
  return { target, tags, ...(points as Pick<RenderRow, 'seconds' | 'values'>) };
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
  if (isEmptyNext(reader, CLOSE_LIST)) return { seconds: new Float64Array(0), values: new Float64Array(0) };
  do {
    if (count === seconds.length) {
      seconds = grown(seconds, FIRST_CAPACITY);
      values = grown(values, FIRST_CAPACITY);
    }
    take(reader, OPEN_LIST);
    values[count] = readNumber(reader, body);
    take(reader, COMMA);
    const second = readNumber(reader, body);
    if (!Number.isFinite(second)) throw brokenJson(reader);
    seconds[count] = second;
    take(reader, CLOSE_LIST);
    count += 1;
  } while (hasMore(reader, CLOSE_LIST));
  reader.capacity = count;
  if (count === seconds.length) return { seconds, values };
  return { seconds: seconds.slice(0, count), values: values.slice(0, count) };
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
  throw brokenJson(reader);
}
