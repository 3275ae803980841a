/** An answer as a table: one row per series, the worst first, the same numbers as the words. Pure. */
import type { Threshold } from '../domain/annotation.ts';
import type { Answer } from '../domain/answer.ts';
import { formatColumn, formatValue } from '../domain/format-number.ts';
import type { TableFrame } from '../domain/frame.ts';
import type { TextTable } from '../domain/message.ts';
import type { Unit } from '../domain/unit.ts';
import { displayWidth } from '../lib/display-width.ts';
import { heatmapOf, sheetFrames } from './chart/chart-frames.ts';
import { createTimeTeller, spanWords } from './clock-words.ts';
import { frameTable, heatmapTable, isWide, panelTable } from './frame-table.ts';
import { withOwnLooks } from './own-looks.ts';
import { isCounted, isSeriesFrame, otherAtLast, type SeriesFacts, seriesFacts } from './words/facts.ts';
import { mainFrame } from './words/further.ts';
import { limitsInOrder, sideWords, wholeWords } from './words/limits.ts';
import { linesTable } from './words/logs.ts';
import { freshness } from './words/saying.ts';
import { type Crossing, crossingOf } from './words/spells.ts';

/** Two limits fit beside the numbers; the most severe come first. */
const LIMIT_COLUMNS_MAX = 2;

/**
 * The table of an answer, at most `maxRows` rows, the rest counted; `undefined` when there is nothing to put in one.
 * Series: newest value, mean, peak with its time, lowest where low is bad, time beyond each limit, what it was in a
 * comparison. Panels and strips have a row for each series, heatmaps one for each bucket. Results that are tables already
 * keep their columns.
 */
export function answerTable(asked: Answer, maxRows = Number.POSITIVE_INFINITY): TextTable | undefined {
  const answer = withOwnLooks(asked);
  const facts = seriesFacts(answer);
  const lines = answer.question.output === 'chart' ? undefined : linesTable(answer, maxRows);
  if (lines) return lines;
  const heatmap = heatmapOf(answer);
  if (heatmap) return heatmapTable(heatmap, answer, maxRows);
  const panels = panelTable(answer, maxRows);
  if (panels) return panels;
  if (facts.length > 0) return seriesTable(facts, answer, maxRows);
  const table = answer.frames.find((frame): frame is TableFrame => frame.kind === 'table');
  return table && table.rows.length > 0 ? frameTable(table, answer, maxRows) : undefined;
}

/** A picture shows up to this many lines by name; of more it colours five. */
const NAMED_LINES_MAX = 8;
/** A name wider than this is cut in a picture. */
const NAME_MAX_COLUMNS = 24;

/**
 * Whether a table says more than a picture: the result is one; several series have one value each; or there are more
 * series than a picture names, and most names are too long for it.
 */
export function isTableBetter(answer: Answer): boolean {
  const isDrawn = answer.frames.some((frame) => isSeriesFrame(frame) || frame.kind === 'heatmap');
  if (answer.frames.some(({ kind }) => kind === 'table')) return !isDrawn;
  if (sheetFrames(answer).length > 0 || heatmapOf(answer)) return false;
  const facts = seriesFacts(answer);
  if (facts.length < 2) return false;
  if (facts.every(({ summary }) => summary.count === 1)) return true;
  const longNames = facts.filter(({ series }) => displayWidth(series.name) > NAME_MAX_COLUMNS);
  return facts.length > NAMED_LINES_MAX && longNames.length > facts.length / 2;
}

/** A column before it is cut to the rows that are shown. */
interface SeriesColumn {
  readonly title: string;
  readonly align: 'left' | 'right';
  cells(facts: readonly SeriesFacts[]): string[];
}

function seriesTable(facts: readonly SeriesFacts[], answer: Answer, maxRows: number): TextTable {
  const shown = facts.slice(0, maxRows);
  const hidden = facts.slice(maxRows);
  const columns = seriesColumns(answer);
  const cells = columns.map((column) => column.cells(shown));
  return {
    columns: columns.map(({ title, align }) => ({ title, align })),
    rows: shown.map((_, row) => cells.map((column) => column[row] ?? '')),
    ...(hidden.length > 0 && { more: moreWords(hidden, answer) }),
  };
}

function seriesColumns(answer: Answer): SeriesColumn[] {
  const { query } = answer.question;
  const name: SeriesColumn = {
    title: nameTitle(answer),
    align: 'left',
    cells: (facts) => facts.map((fact) => fact.name),
  };
  const limits = limitsInOrder(answer).slice(0, LIMIT_COLUMNS_MAX);
  const limitColumns = limits.map((threshold) => limitColumn(threshold, answer));
  if (isCounted(answer)) return [name, ...countColumns(answer), ...limitColumns];
  const lowest = extremeColumn('lowest', 'min', answer);
  const peak = extremeColumn('peak', 'max', answer);
  return [
    name,
    lastColumn(answer),
    ...(answer.comparison ? [wasColumn(answer)] : []),
    MEAN,
    ...(query.worst === 'low' ? [lowest] : []),
    peak,
    ...limitColumns,
  ];
}

/** The parameter that tells the series apart, where that is known: `host`. */
function nameTitle({ question: { query, arguments: args } }: Answer): string {
  const several = query.parameters.find(({ name }) => (args[name]?.length ?? 0) > 1);
  return several?.name ?? 'name';
}

function unitOf(facts: readonly SeriesFacts[]): Unit | undefined {
  return facts[0]?.series.unit;
}

function numberColumn(title: string, pick: (fact: SeriesFacts) => number): SeriesColumn {
  return { title, align: 'right', cells: (facts) => formatted(facts, pick) };
}

/** A mean of whole counts is not whole. */
const MEAN: SeriesColumn = {
  title: 'mean',
  align: 'right',
  cells: (facts) => formatted(facts, ({ summary }) => summary.mean, { isWhole: false }),
};

/** Values under each other share decimals where they share their unit. */
function formatted(
  facts: readonly SeriesFacts[],
  pick: (fact: SeriesFacts) => number,
  overrides: Partial<Unit> = {},
): string[] {
  const unit = unitOf(facts);
  if (unit && facts.every(({ series }) => series.unit.id === unit.id)) {
    return formatColumn(facts.map(pick), { ...unit, ...overrides });
  }
  return facts.map((fact) => formatValue(pick(fact), { ...fact.series.unit, ...overrides }));
}

/** The newest value, with its time where that is not now. */
function lastColumn(answer: Answer): SeriesColumn {
  const isPast = seriesFacts(answer).some((fact) => ['end', 'ended'].includes(freshness(fact, answer)));
  return {
    title: isPast ? 'last' : 'now',
    align: 'right',
    cells: (facts) => {
      const tell = cellTeller(answer);
      return formatted(facts, ({ summary }) => summary.last).map((value, row) => {
        const fact = facts[row] as SeriesFacts;
        return ['now', 'end'].includes(freshness(fact, answer)) ? value : `${tell(fact.summary.lastMs)} ${value}`;
      });
    },
  };
}

function wasColumn(answer: Answer): SeriesColumn {
  const at = (fact: SeriesFacts) => otherAtLast(fact, answer) ?? Number.NaN;
  const isArguments = answer.question.comparison?.kind === 'arguments';
  const title = isArguments ? (answer.comparison?.label ?? 'other') : 'was';
  return {
    title,
    align: 'right',
    cells: (facts) => formatted(facts, at).map((text) => (text === 'no value' ? '' : text)),
  };
}

function extremeColumn(title: string, extreme: 'min' | 'max', answer: Answer): SeriesColumn {
  return {
    title,
    align: 'right',
    cells: (facts) => {
      const tell = cellTeller(answer);
      return formatted(facts, ({ summary }) => summary[extreme]).map((value, row) => {
        const { min, max, minMs, maxMs } = (facts[row] as SeriesFacts).summary;
        if (min === max) return value;
        return `${value} ${tell(extreme === 'min' ? minMs : maxMs)}`;
      });
    },
  };
}

function countColumns(answer: Answer): SeriesColumn[] {
  const was = numberColumn('was', ({ was: other }) => other?.summary.sum ?? Number.NaN);
  return [
    numberColumn('sum', ({ summary }) => summary.sum),
    ...(answer.comparison ? [was] : []),
    MEAN,
    extremeColumn('most', 'max', answer),
  ];
}

function limitColumn(threshold: Threshold, answer: Answer): SeriesColumn {
  const unit = unitOf(seriesFacts(answer));
  const limit = unit ? formatValue(threshold.value, unit) : String(threshold.value);
  return {
    title: `${sideWords(threshold)} ${limit}`,
    align: 'right',
    cells: (facts) => facts.map((fact) => spentBeyond(crossing(fact, threshold, answer), answer)),
  };
}

function crossing({ series, stepMs }: SeriesFacts, threshold: Threshold, answer: Answer): Crossing {
  return crossingOf(series, threshold, stepMs, answer.question.range);
}

function spentBeyond(found: Crossing, answer: Answer): string {
  if (found.spells.length === 0) return '–';
  return found.isWhole ? wholeWords(found, answer) : spanWords(found.totalMs);
}

/** Each cell stands alone: another day's moment carries its date in every row. */
function cellTeller(answer: Answer): (timeMs: number) => string {
  return (timeMs) => createTimeTeller(answer.question.range, answer.nowMs).moment(timeMs);
}

/** What is not shown, counted: `… 18 more, never above 80 %` when that holds for all of them. */
function moreWords(hidden: readonly SeriesFacts[], answer: Answer): string {
  const mildest = limitsInOrder(answer).at(-1);
  const unit = unitOf(hidden);
  const isCalm = mildest && hidden.every((fact) => crossing(fact, mildest, answer).spells.length === 0);
  const calm = isCalm && unit ? `, never ${sideWords(mildest)} ${formatValue(mildest.value, unit)}` : '';
  return `… ${hidden.length} more${calm}`;
}

/** Tables that came beside what is drawn, each at most `maxRows` rows; empty where the answer is a table itself. */
export function furtherTables(asked: Answer, maxRows: number): TextTable[] {
  const answer = withOwnLooks(asked);
  const main = mainFrame(answer);
  return [...answer.frames, ...(answer.under ?? [])]
    .filter((frame): frame is TableFrame => frame.kind === 'table' && frame !== main && frame.rows.length > 0)
    .map((frame) => frameTable(frame, answer, maxRows));
}

/** Whether the answer's table has columns that a message has no room for. */
export function isTableWide(answer: Answer, maxRows: number): boolean {
  const main = mainFrame(answer);
  return main?.kind === 'table' && isWide(main, answer, maxRows);
}
