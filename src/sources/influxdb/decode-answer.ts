/** Reads the JSON of `/query` straight into typed arrays: a million points must not become a million small arrays. */
import type { Labels } from '../../domain/labels.ts';
import { readNumber } from '../../lib/json-numbers.ts';
import {
  brokenJson,
  CHAR,
  decodeSeries,
  eachItem,
  eachKey,
  grown,
  type JsonReader,
  readLabels,
  readPlain,
  readString,
  skipBlanks,
} from '../../lib/json-reader.ts';
import { statementFailure, TITLE } from './failures.ts';

/** One series of an answer. */
export interface AnswerRow {
  readonly measurement: string;
  readonly tags: Labels;
  /** Names of the columns beside the time. */
  readonly columns: readonly string[];
  /** ms since the Unix epoch, as sent. Shape `[n]`. */
  readonly times: Float64Array;
  /** One array for each of `columns`; what is null or text is NaN. Shape `[columns][n]`. */
  readonly values: readonly Float64Array[];
}

/** The answer to one statement. */
export interface Answer {
  readonly rows: readonly AnswerRow[];
  /** What the server has to say about it, in its words. */
  readonly messages: readonly string[];
  /** Whether it was cut at a limit of the server. */
  readonly isPartial: boolean;
}

/**
 * Decodes an answer; rows in its order.
 *
 * @throws BotError what the server says is wrong with the statement; `SOURCE_UNEXPECTED` when it is not what InfluxDB sends
 */
export function decodeAnswer(body: string): Answer {
  return decodeSeries({ body, at: 0 }, TITLE, readEnvelope);
}

interface Gathered {
  readonly rows: AnswerRow[];
  readonly messages: string[];
  isPartial: boolean;
}

function readEnvelope(reader: JsonReader): Answer {
  const found: Gathered = { rows: [], messages: [], isPartial: false };
  let hasResults = false;
  eachKey(reader, (key) => {
    if (key === 'results') {
      hasResults = true;
      eachItem(reader, () => readResult(reader, found));
    } else if (key === 'error') throw statementFailure(String(readPlain(reader)));
    else readPlain(reader);
  });
  if (!hasResults) throw brokenJson(reader);
  return found;
}

function readResult(reader: JsonReader, found: Gathered): void {
  eachKey(reader, (key) => {
    if (key === 'series') eachItem(reader, () => found.rows.push(readRow(reader, found)));
    else if (key === 'error') throw statementFailure(String(readPlain(reader)));
    else if (key === 'partial') found.isPartial = readPlain(reader) === true || found.isPartial;
    else if (key === 'messages') found.messages.push(...textsOf(readPlain(reader)));
    else readPlain(reader);
  });
}

function textsOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : []).flatMap((one: unknown) => {
    const text = (one as { text?: unknown } | null)?.text;
    return typeof text === 'string' ? [text] : [];
  });
}

function readRow(reader: JsonReader, found: Gathered): AnswerRow {
  let measurement = '';
  let tags: Labels = {};
  let columns: readonly string[] = [];
  let cells: readonly Float64Array[] = [];
  eachKey(reader, (key) => {
    if (key === 'values') cells = readCells(reader);
    else if (key === 'name') measurement = readString(reader);
    else if (key === 'columns') columns = listOf(readPlain(reader)).map(String);
    else if (key === 'tags') tags = readLabels(reader);
    else if (key === 'partial') found.isPartial = readPlain(reader) === true || found.isPartial;
    else readPlain(reader);
  });
  if (columns[0] !== 'time' || (cells.length > 0 && cells.length !== columns.length)) throw brokenJson(reader);
  const [times = new Float64Array(0), ...values] = cells;
  return { measurement, tags, columns: columns.slice(1), times, values };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A table without strings has tens of columns at most; more is not what was asked. */
const COLUMNS_MAX = 200;
const FIRST_CAPACITY = 512;

/** The cells of a series, column by column. */
function readCells(reader: JsonReader): Float64Array[] {
  let columns: Float64Array<ArrayBuffer>[] = [];
  let count = 0;
  eachItem(reader, () => {
    let at = 0;
    eachItem(reader, () => {
      if (count === 0) {
        if (at >= COLUMNS_MAX) throw brokenJson(reader);
        columns.push(new Float64Array(FIRST_CAPACITY));
      }
      const column = columns[at];
      if (!column) throw brokenJson(reader);
      column[count] = readCell(reader);
      at += 1;
    });
    if (at !== columns.length) throw brokenJson(reader);
    count += 1;
    if (count === columns[0]?.length) columns = columns.map((column) => grown(column, FIRST_CAPACITY));
  });
  return columns.map((column) => column.slice(0, count));
}

function readCell(reader: JsonReader): number {
  skipBlanks(reader);
  const { body, at } = reader;
  switch (body.charCodeAt(at)) {
    case 110: // null
      return word(reader, 'null', Number.NaN);
    case 116: // true
      return word(reader, 'true', 1);
    case 102: // false
      return word(reader, 'false', 0);
    case CHAR.quote:
      readString(reader);
      return Number.NaN;
    default:
      return readNumber(reader);
  }
}

function word(reader: JsonReader, text: string, value: number): number {
  if (!reader.body.startsWith(text, reader.at)) throw brokenJson(reader);
  reader.at += text.length;
  return value;
}
