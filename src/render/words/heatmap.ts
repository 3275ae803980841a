/** A heatmap in words: how many, where the bulk is, when it was worst, what moved. Estimated from the cells. Pure. */
import type { Threshold } from '../../domain/annotation.ts';
import type { Answer } from '../../domain/answer.ts';
import { formatDuration, formatValue } from '../../domain/format-number.ts';
import type { HeatmapFrame } from '../../domain/frame.ts';
import type { Line } from '../../domain/message.ts';
import type { Unit } from '../../domain/unit.ts';
import { makeUnit } from '../../domain/unit.ts';
import { createTimeTeller } from '../clock-words.ts';
import { limitsInOrder, limitWords, sideWords } from './limits.ts';
import { joined } from './saying.ts';

const COUNT = makeUnit('count');
/** Fewer in a column say nothing about its 95th part of a hundred. */
const COLUMN_MIN = 20;
/** A change of the middle by less than this factor is none. */
const MOVED_FACTOR = 1.3;
/** The highest p95 is told when it is this much above that of the window. */
const WORST_FACTOR = 1.2;
const SHARES = { middle: 0.5, high: 0.95 } as const;

/** What a heatmap says. */
export interface HeatFacts {
  readonly total: number;
  /** Counts by row, from the lowest up. */
  readonly rows: Float64Array;
  /** Counts by column. */
  readonly columns: Float64Array;
}

/** Adds a heatmap up, gaps as nothing. */
export function heatFacts({ xEdges, yEdges, counts }: HeatmapFrame): HeatFacts {
  const width = Math.max(0, xEdges.length - 1);
  const rows = new Float64Array(Math.max(0, yEdges.length - 1));
  const columns = new Float64Array(width);
  let total = 0;
  for (let at = 0; at < counts.length; at += 1) {
    const count = counts[at] as number;
    if (!(count > 0)) continue;
    total += count;
    rows[Math.floor(at / width)] = (rows[Math.floor(at / width)] as number) + count;
    columns[at % width] = (columns[at % width] as number) + count;
  }
  return { total, rows, columns };
}

/** A value below which a share lies; beyond the last edge it is only known to be above. */
interface Quantile {
  readonly value: number;
  readonly isAbove: boolean;
}

/** Where a share of counts ends, within its row in proportion; `undefined` without counts. */
export function quantileOf(rows: Float64Array, edges: Float64Array, share: number): Quantile | undefined {
  const total = rows.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  let below = 0;
  for (let row = 0; row < rows.length; row += 1) {
    const count = rows[row] as number;
    if (count === 0 || below + count < share * total) {
      below += count;
      continue;
    }
    const [low, high] = [edges[row] as number, edges[row + 1] as number];
    if (!Number.isFinite(high)) return { value: low, isAbove: true };
    const part = (share * total - below) / count;
    const start = Number.isFinite(low) ? low : high;
    return { value: start + part * (high - start), isAbove: false };
  }
  return undefined;
}

const quantileWords = ({ value, isAbove }: Quantile, unit: Unit) =>
  `${isAbove ? 'above' : 'about'} ${formatValue(isAbove ? value : Number(value.toPrecision(2)), unit)}`;

/** `114 k in 1 h · p50 about 57 ms, p95 about 480 ms · p95 highest at 14:41 (about 1.1 s) · p50 up from …`. */
export function heatmapWords(frame: HeatmapFrame, answer: Answer): Line {
  const { fromMs, toMs } = answer.question.range;
  const facts = heatFacts(frame);
  const amount = facts.total === 0 ? 'none' : formatValue(Math.round(facts.total), COUNT);
  return joined([
    [`${amount} in ${formatDuration(toMs - fromMs)}`],
    bulkWords(facts, frame),
    wasWords(answer),
    ...limitsInOrder(answer).map((limit) => beyondWords(limit, facts, frame)),
    worstWords(facts, frame, answer),
    movedWords(frame),
    mostWords(facts, frame, answer),
  ]);
}

function bulkWords({ rows }: HeatFacts, { yEdges, unit }: HeatmapFrame): Line {
  const [middle, high] = [SHARES.middle, SHARES.high].map((share) => quantileOf(rows, yEdges, share));
  if (!middle || !high) return [];
  return [`p50 ${quantileWords(middle, unit)}, p95 ${quantileWords(high, unit)}`];
}

/** What the other side of a comparison was: it is not drawn. */
function wasWords({ comparison }: Answer): Line {
  const frame = comparison?.frames.find((one): one is HeatmapFrame => one.kind === 'heatmap');
  if (!comparison || !frame) return [];
  const facts = heatFacts(frame);
  const bulk = bulkWords(facts, frame);
  return [{ name: comparison.label }, ': ', ...joined([[formatValue(Math.round(facts.total), COUNT)], bulk], ', ')];
}

/** The rows of some columns. */
function rowsWithin({ xEdges, yEdges, counts }: HeatmapFrame, from: number, to: number): Float64Array {
  const width = xEdges.length - 1;
  return Float64Array.from({ length: yEdges.length - 1 }, (_, row) => {
    let sum = 0;
    for (let column = from; column < to; column += 1) sum += Math.max(0, counts[row * width + column] || 0);
    return sum;
  });
}

/** The column whose 95th part of a hundred is highest, where that stands out. */
function worstWords({ rows, columns }: HeatFacts, frame: HeatmapFrame, answer: Answer): Line {
  const all = quantileOf(rows, frame.yEdges, SHARES.high);
  let [worst, worstAt]: [Quantile | undefined, number] = [undefined, -1];
  for (let column = 0; column < columns.length; column += 1) {
    if ((columns[column] as number) < COLUMN_MIN) continue;
    const high = quantileOf(rowsWithin(frame, column, column + 1), frame.yEdges, SHARES.high);
    if (high && (!worst || high.value > worst.value || (high.isAbove && !worst.isAbove)))
      [worst, worstAt] = [high, column];
  }
  if (!all || !worst) return [];
  const isFar = worst.isAbove && !all.isAbove ? worst.value > all.value : worst.value >= all.value * WORST_FACTOR;
  if (!isFar) return [];
  const tell = createTimeTeller(answer.question.range, answer.nowMs);
  return [`p95 highest ${tell.when(frame.xEdges[worstAt] as number)} (${quantileWords(worst, frame.unit)})`];
}

/** How the middle moved from the first quarter of the columns to the last. */
function movedWords(frame: HeatmapFrame): Line {
  const width = frame.xEdges.length - 1;
  const quarter = Math.max(1, Math.floor(width / 4));
  if (width < 4) return [];
  const first = quantileOf(rowsWithin(frame, 0, quarter), frame.yEdges, SHARES.middle);
  const last = quantileOf(rowsWithin(frame, width - quarter, width), frame.yEdges, SHARES.middle);
  if (!first || !last || first.value <= 0 || last.value <= 0) return [];
  const factor = last.value / first.value;
  if (factor < MOVED_FACTOR && factor > 1 / MOVED_FACTOR) return [];
  const [from, to] = [first, last].map((quantile) => quantileWords(quantile, frame.unit));
  return [`p50 ${factor > 1 ? 'up' : 'down'} from ${from} to ${to} (first and last quarter)`];
}

/** How much lies beyond a limit: `6.1 % above SLO (500 ms)`; `about` where it lies within a row. */
function beyondWords(threshold: Threshold, { rows, total }: HeatFacts, { yEdges, unit }: HeatmapFrame): Line {
  const { value, op } = threshold;
  const isAbove = op.startsWith('>');
  let [beyond, isExact] = [0, true];
  for (let row = 0; row < rows.length; row += 1) {
    const [low, high] = [yEdges[row] as number, yEdges[row + 1] as number];
    const count = rows[row] as number;
    const above =
      value <= low
        ? 1
        : value >= high
          ? 0
          : Number.isFinite(high) && Number.isFinite(low)
            ? (high - value) / (high - low)
            : 0;
    if (value > low && value < high && count > 0) isExact = false;
    beyond += count * (isAbove ? above : 1 - above);
  }
  if (total === 0 || beyond === 0) return [];
  const share = formatValue((100 * beyond) / total, makeUnit('percent'));
  return [`${isExact ? '' : 'about '}${share} ${sideWords(threshold)} ${limitWords(threshold, unit)}`];
}

/** When there were most of all. */
function mostWords({ columns, total }: HeatFacts, { xEdges, stepMs }: HeatmapFrame, answer: Answer): Line {
  let at = 0;
  for (let column = 1; column < columns.length; column += 1)
    if ((columns[column] as number) > (columns[at] as number)) at = column;
  if (total === 0 || columns.length < 2) return [];
  const tell = createTimeTeller(answer.question.range, answer.nowMs);
  const sizeMs = stepMs ?? (xEdges[at + 1] as number) - (xEdges[at] as number);
  return [
    `most ${tell.when(xEdges[at] as number)} (${formatValue(Math.round(columns[at] as number), COUNT)} within ${formatDuration(sizeMs)})`,
  ];
}

/** A row's reach: `250 ms – 500 ms`, `above 10 s`, `up to 5 ms`. */
export function bucketWords(low: number, high: number, unit: Unit): string {
  if (!Number.isFinite(high)) return `above ${formatValue(low, unit)}`;
  if (!Number.isFinite(low) || low === 0) return `up to ${formatValue(high, unit)}`;
  return `${formatValue(low, unit)} – ${formatValue(high, unit)}`;
}
