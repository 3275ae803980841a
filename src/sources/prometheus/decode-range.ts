/** Reads the JSON of `query_range` straight into typed arrays: a million points must not become a million small arrays. */
import type { Labels } from '../../domain/labels.ts';
import { readSamples, SAMPLES_AT_FIRST, type SampleReader, type Samples } from '../../lib/json-numbers.ts';
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
import { decodeHistograms, type HistogramPoint } from './native-histogram.ts';

/** One series of an answer; moments without a value are absent. */
export interface RangeRow extends Samples {
  readonly labels: Labels;
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
  return decodeSeries({ body, at: 0, capacity: SAMPLES_AT_FIRST }, TITLE, readEnvelope);
}

function readEnvelope(reader: SampleReader): RangeAnswer {
  let rows: readonly RangeRow[] | undefined;
  const warnings: string[] = [];
  eachKey(reader, (key) => {
    if (key === 'data') rows = readData(reader);
    else if (key === 'warnings' || key === 'infos') warnings.push(...readTexts(reader));
    else readPlain(reader);
  });
  if (!rows) throw brokenJson(reader);
  return { rows, warnings };
}

function readData(reader: SampleReader): RangeRow[] {
  const rows: RangeRow[] = [];
  let hasResult = false;
  eachKey(reader, (key) => {
    if (key === 'result') {
      hasResult = true;
      eachItem(reader, () => rows.push(readRow(reader)));
    } else if (key === 'resultType' && readString(reader) !== 'matrix') throw brokenJson(reader);
    else if (key !== 'resultType') readPlain(reader);
  });
  if (!hasResult) throw brokenJson(reader);
  return rows;
}

function readRow(reader: SampleReader): RangeRow {
  let labels: Labels = {};
  let samples: Samples = { seconds: new Float64Array(0), values: new Float64Array(0) };
  let histograms: readonly HistogramPoint[] = [];
  eachKey(reader, (key) => {
    if (key === 'values') samples = readSamples(reader);
    else if (key === 'metric') labels = readLabels(reader);
    else if (key === 'histograms') histograms = decodeHistograms(readPlain(reader));
    else readPlain(reader);
  });
  return { labels, ...samples, histograms };
}
