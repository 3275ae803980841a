/** Reads the JSON of `query_range` straight into typed arrays: a million points must not become a million small arrays. */
import { BotError } from '../../domain/errors.ts';
import type { Labels } from '../../domain/labels.ts';
import { readNumber, readNumberText } from '../../lib/json-numbers.ts';
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
    values[count] = readNumberText(reader);
    take(reader, CHAR.closeList);
    count += 1;
  } while (hasMore(reader, CHAR.closeList));
  reader.capacity = count;
  return { seconds: seconds.slice(0, count), values: values.slice(0, count) };
}

function readTime(reader: Reader): number {
  const seconds = readNumber(reader);
  if (!Number.isFinite(seconds)) throw brokenJson(reader);
  return seconds;
}
