/** Reads the JSON of `query_range` straight into typed arrays: a million points must not become a million small arrays. */
import { BotError } from '../../domain/errors.ts';
import type { Labels } from '../../domain/labels.ts';
import {
  brokenJson,
  CHAR,
  grown,
  hasMore,
  isEmptyNext,
  type JsonReader,
  readPlain,
  readString,
  skipBlanks,
  take,
} from '../../lib/json-reader.ts';
import { TITLE } from './failures.ts';
import { decodeHistograms, type HistogramPoint } from './native-histogram.ts';

/** One series of an answer. */
export interface RangeRow {
  readonly labels: Labels;
  /** Seconds since the Unix epoch, as sent: moments without a value are absent. Shape `[n]`. */
  readonly seconds: Float64Array;
  /** NaN and infinities stay. Shape `[n]`. */
  readonly values: Float64Array;
  /** Native histograms, where the series has them. */
  readonly histograms: readonly HistogramPoint[];
}

/** An answer. */
export interface RangeAnswer {
  readonly rows: readonly RangeRow[];
  /** What the server has to say about it, in its words. */
  readonly warnings: readonly string[];
}

/**
 * Decodes an answer; rows in its order.
 *
 * @throws BotError `SOURCE_UNEXPECTED` when it is not what Prometheus sends
 */
export function decodeRange(body: string): RangeAnswer {
  const reader: Reader = { body, at: 0, capacity: FIRST_CAPACITY };
  try {
    const answer = readEnvelope(reader);
    skipBlanks(reader);
    if (reader.at < body.length) throw brokenJson(reader);
    return answer;
  } catch (thrown) {
    if (thrown instanceof BotError) throw thrown;
    const message = `${TITLE} sent JSON that cannot be read as series.`;
    throw new BotError('SOURCE_UNEXPECTED', message, {}, { cause: thrown });
  }
}

interface Reader extends JsonReader {
  /** Points to make room for: the rows of one answer mostly have as many as the one before. */
  capacity: number;
}

const FIRST_CAPACITY = 1024;

/** Walks a map; `read` takes the value of each key. */
function eachKey(reader: Reader, read: (key: string) => void): void {
  take(reader, CHAR.openMap);
  if (isEmptyNext(reader, CHAR.closeMap)) return;
  do {
    const key = readString(reader);
    take(reader, CHAR.colon);
    read(key);
  } while (hasMore(reader, CHAR.closeMap));
}

function readEnvelope(reader: Reader): RangeAnswer {
  let rows: readonly RangeRow[] | undefined;
  const warnings: string[] = [];
  eachKey(reader, (key) => {
    if (key === 'data') rows = readData(reader);
    else if (key === 'warnings' || key === 'infos') warnings.push(...asTexts(readPlain(reader)));
    else readPlain(reader);
  });
  if (!rows) throw brokenJson(reader);
  return { rows, warnings };
}

function asTexts(value: unknown): string[] {
  return (Array.isArray(value) ? value : []).filter((text) => typeof text === 'string');
}

function readData(reader: Reader): RangeRow[] {
  let rows: RangeRow[] | undefined;
  eachKey(reader, (key) => {
    if (key === 'result') rows = readRows(reader);
    else if (key === 'resultType' && readString(reader) !== 'matrix') throw brokenJson(reader);
    else if (key !== 'resultType') readPlain(reader);
  });
  if (!rows) throw brokenJson(reader);
  return rows;
}

function readRows(reader: Reader): RangeRow[] {
  const rows: RangeRow[] = [];
  take(reader, CHAR.openList);
  if (isEmptyNext(reader, CHAR.closeList)) return rows;
  do rows.push(readRow(reader));
  while (hasMore(reader, CHAR.closeList));
  return rows;
}

function readRow(reader: Reader): RangeRow {
  let labels: Labels = {};
  let points = { seconds: new Float64Array(0), values: new Float64Array(0) };
  let histograms: readonly HistogramPoint[] = [];
  eachKey(reader, (key) => {
    if (key === 'values') points = readPoints(reader);
    else if (key === 'metric') labels = asLabels(readPlain(reader));
    else if (key === 'histograms') histograms = decodeHistograms(readPlain(reader));
    else readPlain(reader);
  });
  return { labels, ...points, histograms };
}

function asLabels(value: unknown): Labels {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([name, label]) => [name, String(label)]));
}

function readPoints(reader: Reader): { seconds: Float64Array<ArrayBuffer>; values: Float64Array<ArrayBuffer> } {
  let seconds = new Float64Array(reader.capacity);
  let values = new Float64Array(reader.capacity);
  let count = 0;
  take(reader, CHAR.openList);
  if (isEmptyNext(reader, CHAR.closeList)) return { seconds: seconds.slice(0, 0), values: values.slice(0, 0) };
  do {
    if (count === seconds.length) {
      seconds = grown(seconds, FIRST_CAPACITY);
      values = grown(values, FIRST_CAPACITY);
    }
    take(reader, CHAR.openList);
    seconds[count] = readTime(reader);
    take(reader, CHAR.comma);
    values[count] = readValue(reader);
    take(reader, CHAR.closeList);
    count += 1;
  } while (hasMore(reader, CHAR.closeList));
  reader.capacity = count;
  return { seconds: seconds.slice(0, count), values: values.slice(0, count) };
}

function readTime(reader: Reader): number {
  skipBlanks(reader);
  const { body } = reader;
  const start = reader.at;
  let end = start;
  // up to the comma, or what else may end a number that is not what was expected
  for (let code = body.charCodeAt(end); code > CHAR.space && code !== CHAR.comma && code !== CHAR.closeList; ) {
    end += 1;
    code = body.charCodeAt(end);
  }
  const seconds =
    shortNumber(body, start, end) ??
    (NUMBER.test(body.slice(start, end)) ? Number(body.slice(start, end)) : Number.NaN);
  if (!Number.isFinite(seconds)) throw brokenJson(reader);
  reader.at = end;
  return seconds;
}

/** Integers of more digits are not exact in a double, so they are left to `Number`. */
const EXACT_DIGITS = 15;
const POWERS_OF_TEN = Float64Array.from({ length: EXACT_DIGITS + 1 }, (_, power) => 10 ** power);

/**
 * The number between two places, where it is short and plain; `undefined` for every other. This runs twice per point of a
 * million. An integer below 2^53 divided by a power of ten up to 10^22 is rounded once: the nearest double, as `Number` gives.
 */
function shortNumber(body: string, start: number, end: number): number | undefined {
  const isNegative = body.charCodeAt(start) === CHAR.minus;
  let at = isNegative ? start + 1 : start;
  if (end - at > EXACT_DIGITS + 1) return undefined;
  let mantissa = 0;
  let digits = 0;
  let decimals = -1;
  for (; at < end; at += 1) {
    const code = body.charCodeAt(at);
    if (code >= CHAR.zero && code <= CHAR.nine) {
      mantissa = mantissa * 10 + (code - CHAR.zero);
      digits += 1;
      if (decimals >= 0) decimals += 1;
    } else if (code === CHAR.dot && decimals === -1 && digits > 0) decimals = 0;
    else return undefined;
  }
  if (digits === 0 || digits > EXACT_DIGITS || decimals === 0) return undefined;
  const size = decimals > 0 ? mantissa / (POWERS_OF_TEN[decimals] as number) : mantissa;
  return isNegative ? -size : size;
}

/** What a value may be beside a number. */
const WORDS: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  '+Inf': Number.POSITIVE_INFINITY,
  '-Inf': Number.NEGATIVE_INFINITY,
  Inf: Number.POSITIVE_INFINITY,
};
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** A value is a string, because JSON has no NaN; its text never has an escape. */
function readValue(reader: Reader): number {
  skipBlanks(reader);
  const { body } = reader;
  const start = reader.at + 1;
  const end = body.charCodeAt(reader.at) === CHAR.quote ? body.indexOf('"', start) : -1;
  if (end === -1 || end - start > VALUE_MAX_CHARS) throw brokenJson(reader);
  const short = shortNumber(body, start, end);
  if (short !== undefined) {
    reader.at = end + 1;
    return short;
  }
  const text = body.slice(start, end);
  const word = Object.hasOwn(WORDS, text) ? WORDS[text] : undefined;
  if (word === undefined && !NUMBER.test(text)) throw brokenJson(reader);
  reader.at = end + 1;
  return word ?? Number(text);
}

/** The longest way to write a double. */
const VALUE_MAX_CHARS = 400;
