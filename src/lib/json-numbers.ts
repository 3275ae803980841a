/** Reads numbers out of JSON without a string or an object for each: there may be millions. */
import { brokenJson, CHAR, eachItem, grown, type JsonReader, skipBlanks, take } from './json-reader.ts';

/** Integers of more digits are not exact in a double, so they are left to `Number`. */
const EXACT_DIGITS = 15;
const POWERS_OF_TEN = Float64Array.from({ length: EXACT_DIGITS + 1 }, (_, power) => 10 ** power);
/** The longest way to write a double. */
const NUMBER_MAX_CHARS = 400;
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** What Go writes for what is no number. */
const WORDS: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  '+Inf': Number.POSITIVE_INFINITY,
  '-Inf': Number.NEGATIVE_INFINITY,
  Inf: Number.POSITIVE_INFINITY,
};

/** A number. @throws SyntaxError for anything else */
export function readNumber(reader: JsonReader): number {
  skipBlanks(reader);
  const { body } = reader;
  const start = reader.at;
  let end = start;
  for (let code = body.charCodeAt(end); isOfNumber(code); code = body.charCodeAt(end)) end += 1;
  const value = numberBetween(body, start, end);
  if (value === undefined) throw brokenJson(reader);
  reader.at = end;
  return value;
}

/** A number that is written as a string, such as `"1.5"` or `"NaN"`. @throws SyntaxError for anything else */
export function readNumberText(reader: JsonReader): number {
  skipBlanks(reader);
  const { body } = reader;
  const start = reader.at + 1;
  const end = body.charCodeAt(reader.at) === CHAR.quote ? body.indexOf('"', start) : -1;
  if (end === -1 || end - start > NUMBER_MAX_CHARS) throw brokenJson(reader);
  const value = numberBetween(body, start, end) ?? wordBetween(body, start, end);
  if (value === undefined) throw brokenJson(reader);
  reader.at = end + 1;
  return value;
}

function isOfNumber(code: number): boolean {
  const isDigit = code >= CHAR.zero && code <= CHAR.nine;
  return isDigit || code === CHAR.minus || code === CHAR.dot || code === 43 || code === 69 || code === 101;
}

function wordBetween(body: string, start: number, end: number): number | undefined {
  const text = body.slice(start, end);
  return Object.hasOwn(WORDS, text) ? WORDS[text] : undefined;
}

function numberBetween(body: string, start: number, end: number): number | undefined {
  const short = shortNumber(body, start, end);
  if (short !== undefined) return short;
  const text = body.slice(start, end);
  return NUMBER.test(text) ? Number(text) : undefined;
}

/**
 * The number between two places, where it is short and plain; `undefined` for every other. An integer below 2^53 divided by
 * a power of ten up to 10^22 is rounded once: the nearest double, as `Number` gives.
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

/** A reader that remembers how much room a series needs: the rows of one answer mostly have as many points as the one before. */
export interface SampleReader extends JsonReader {
  capacity: number;
}

/** Samples of a series. Shapes `[n]`. */
export interface Samples {
  /** As sent, in seconds since the Unix epoch; always finite. */
  readonly seconds: Float64Array;
  /** NaN and infinities stay. */
  readonly values: Float64Array;
}

/** The least room made at once, and that of a first row. */
export const SAMPLES_AT_FIRST = 1024;

/** `[[1700000000,"1.5"],…]`, as the APIs of Prometheus and Loki write samples. @throws SyntaxError */
export function readSamples(reader: SampleReader): Samples {
  let seconds = new Float64Array(reader.capacity);
  let values = new Float64Array(reader.capacity);
  let count = 0;
  eachItem(reader, () => {
    if (count === seconds.length) {
      [seconds, values] = [grown(seconds, SAMPLES_AT_FIRST), grown(values, SAMPLES_AT_FIRST)];
    }
    // no pair in between: there may be a million
    seconds[count] = openSample(reader);
    values[count] = closeSample(reader);
    count += 1;
  });
  if (count > 0) reader.capacity = count;
  return { seconds: seconds.slice(0, count), values: values.slice(0, count) };
}

/** `[1700000000,"1.5"]`: the value is a string, because JSON has no NaN. @throws SyntaxError */
export function readSample(reader: JsonReader): [second: number, value: number] {
  return [openSample(reader), closeSample(reader)];
}

function openSample(reader: JsonReader): number {
  take(reader, CHAR.openList);
  const second = readNumber(reader);
  if (!Number.isFinite(second)) throw brokenJson(reader);
  take(reader, CHAR.comma);
  return second;
}

function closeSample(reader: JsonReader): number {
  const value = readNumberText(reader);
  take(reader, CHAR.closeList);
  return value;
}
