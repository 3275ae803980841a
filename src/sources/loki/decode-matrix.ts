/** Reads the JSON of numbers straight into typed arrays: a million points must not become a million small arrays. */
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

/** One series of an answer. */
export interface MatrixRow {
  readonly labels: Labels;
  /** Seconds since the Unix epoch, as sent: moments without a value are absent. Shape `[n]`. */
  readonly seconds: Float64Array;
  /** NaN and infinities stay. Shape `[n]`. */
  readonly values: Float64Array;
}

/** An answer. */
export interface Matrix {
  readonly rows: readonly MatrixRow[];
  /** What the server has to say about it, in its words. */
  readonly warnings: readonly string[];
}

/**
 * Decodes a matrix, or a vector as series of one point; rows in the order of the answer.
 *
 * @throws BotError `SOURCE_UNEXPECTED` when it is neither
 */
export function decodeMatrix(body: string): Matrix {
  const reader: JsonReader = { body, at: 0 };
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

/** Walks a map; `read` takes the value of each key. */
function eachKey(reader: JsonReader, read: (key: string) => void): void {
  take(reader, CHAR.openMap);
  if (isEmptyNext(reader, CHAR.closeMap)) return;
  do {
    const key = readString(reader);
    take(reader, CHAR.colon);
    read(key);
  } while (hasMore(reader, CHAR.closeMap));
}

function eachItem(reader: JsonReader, read: () => void): void {
  take(reader, CHAR.openList);
  if (isEmptyNext(reader, CHAR.closeList)) return;
  do read();
  while (hasMore(reader, CHAR.closeList));
}

function readEnvelope(reader: JsonReader): Matrix {
  let rows: MatrixRow[] | undefined;
  const warnings: string[] = [];
  eachKey(reader, (key) => {
    if (key === 'data') rows = readData(reader);
    else if (key === 'warnings') warnings.push(...textsOf(readPlain(reader)));
    else readPlain(reader);
  });
  if (!rows) throw brokenJson(reader);
  return { rows, warnings };
}

function textsOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : []).filter((text) => typeof text === 'string');
}

function readData(reader: JsonReader): MatrixRow[] {
  const rows: MatrixRow[] = [];
  let hasResult = false;
  eachKey(reader, (key) => {
    if (key === 'result') {
      hasResult = true;
      eachItem(reader, () => rows.push(readRow(reader)));
    } else if (key === 'resultType' && !['matrix', 'vector'].includes(readString(reader))) throw brokenJson(reader);
    else if (key !== 'resultType') readPlain(reader);
  });
  if (!hasResult) throw brokenJson(reader);
  return rows;
}

function readRow(reader: JsonReader): MatrixRow {
  let labels: Labels = {};
  let points: Points = { seconds: new Float64Array(0), values: new Float64Array(0) };
  eachKey(reader, (key) => {
    if (key === 'values') points = readPoints(reader);
    else if (key === 'value') points = readOne(reader);
    else if (key === 'metric') labels = asLabels(readPlain(reader));
    else readPlain(reader);
  });
  return { labels, ...points };
}

function asLabels(value: unknown): Labels {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([name, label]) => [name, String(label)]));
}

type Points = Pick<MatrixRow, 'seconds' | 'values'>;
const FIRST_CAPACITY = 512;

function readPoints(reader: JsonReader): Points {
  let seconds = new Float64Array(FIRST_CAPACITY);
  let values = new Float64Array(FIRST_CAPACITY);
  let count = 0;
  eachItem(reader, () => {
    if (count === seconds.length) [seconds, values] = [grown(seconds, count), grown(values, count)];
    [seconds[count], values[count]] = readPair(reader);
    count += 1;
  });
  return { seconds: seconds.slice(0, count), values: values.slice(0, count) };
}

function readOne(reader: JsonReader): Points {
  const [second, value] = readPair(reader);
  return { seconds: Float64Array.of(second), values: Float64Array.of(value) };
}

/** A value is a string, because JSON has no NaN. */
function readPair(reader: JsonReader): [second: number, value: number] {
  take(reader, CHAR.openList);
  const second = readNumber(reader);
  take(reader, CHAR.comma);
  const value = readNumberText(reader);
  take(reader, CHAR.closeList);
  return [second, value];
}
