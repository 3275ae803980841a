/** Reads the JSON of numbers straight into typed arrays: a million points must not become a million small arrays. */
import type { Labels } from '../../domain/labels.ts';
import { readSample, readSamples, SAMPLES_AT_FIRST, type SampleReader, type Samples } from '../../lib/json-numbers.ts';
import {
  brokenJson,
  decodeSeries,
  eachItem,
  eachKey,
  readLabels,
  readPlain,
  readString,
  readTexts,
} from '../../lib/json-reader.ts';
import { TITLE } from './failures.ts';

/** One series of an answer; moments without a value are absent. */
export interface MatrixRow extends Samples {
  readonly labels: Labels;
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
  return decodeSeries({ body, at: 0, capacity: SAMPLES_AT_FIRST }, TITLE, readEnvelope);
}

function readEnvelope(reader: SampleReader): Matrix {
  let rows: MatrixRow[] | undefined;
  const warnings: string[] = [];
  eachKey(reader, (key) => {
    if (key === 'data') rows = readData(reader);
    else if (key === 'warnings') warnings.push(...readTexts(reader));
    else readPlain(reader);
  });
  if (!rows) throw brokenJson(reader);
  return { rows, warnings };
}

function readData(reader: SampleReader): MatrixRow[] {
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

function readRow(reader: SampleReader): MatrixRow {
  let labels: Labels = {};
  let samples: Samples = { seconds: new Float64Array(0), values: new Float64Array(0) };
  eachKey(reader, (key) => {
    if (key === 'values') samples = readSamples(reader);
    else if (key === 'value') samples = oneSample(reader);
    else if (key === 'metric') labels = readLabels(reader);
    else readPlain(reader);
  });
  return { labels, ...samples };
}

function oneSample(reader: SampleReader): Samples {
  const [second, value] = readSample(reader);
  return { seconds: Float64Array.of(second), values: Float64Array.of(value) };
}
