/** Results that are tables, panels and heatmaps as text tables, cut to what a message can show. Pure. */
import type { Answer } from '../domain/answer.ts';
import { formatColumn, formatValue } from '../domain/format-number.ts';
import type { Cell, Column, HeatmapFrame, TableFrame } from '../domain/frame.ts';
import type { TextTable } from '../domain/message.ts';
import { makeUnit } from '../domain/unit.ts';
import { cutMiddle, displayWidth } from '../lib/display-width.ts';
import { frameTitle, sheetFrames, stripFrames } from './chart/chart-frames.ts';
import { createTimeTeller, spanWords } from './clock-words.ts';
import { answerOf } from './own-looks.ts';
import { isCounted, seriesFacts } from './words/facts.ts';
import { bucketWords, heatFacts } from './words/heatmap.ts';
import { crossingsOf, limitWords, sideWords } from './words/limits.ts';
import { freshness } from './words/saying.ts';
import { type PanelFact, sheetFacts } from './words/sheet.ts';
import { numberCell } from './words/tables.ts';

/** A cell longer than this is cut in its middle; the file has it whole. */
const CELL_MAX_COLUMNS = 48;
/** A table wider than this breaks its lines in a chat. */
const TABLE_MAX_COLUMNS = 110;
const COLUMN_GAP = 2;

/** A table result in text: times in the asker's zone, numbers with their units, long cells cut, columns while they fit. */
export function frameTable(frame: TableFrame, answer: Answer, maxRows: number): TextTable {
  const shown = frame.rows.slice(0, maxRows);
  const cells = frame.columns.map((column, index) =>
    columnCells(
      column,
      shown.map((row) => row[index] ?? null),
      answer,
    ),
  );
  const count = fitting(frame.columns, cells);
  const hidden = frame.rows.length - shown.length;
  const hiddenColumns = frame.columns.length - count;
  const more = [
    hidden > 0 ? `${hidden} more` : '',
    hiddenColumns > 0 ? `${hiddenColumns} more ${hiddenColumns === 1 ? 'column' : 'columns'}` : '',
  ].filter((part) => part !== '');
  return {
    columns: frame.columns
      .slice(0, count)
      .map(({ name, type }) => ({ title: name, align: type === 'number' ? 'right' : 'left' })),
    rows: shown.map((_, row) => cells.slice(0, count).map((column) => column[row] ?? '')),
    ...(more.length > 0 && { more: `… ${more.join(', ')}` }),
  };
}

/** Whether a table has more columns than a message shows. */
export function isWide(frame: TableFrame, answer: Answer, rows: number): boolean {
  const shown = frame.rows.slice(0, rows);
  const cells = frame.columns.map((column, index) =>
    columnCells(
      column,
      shown.map((row) => row[index] ?? null),
      answer,
    ),
  );
  return fitting(frame.columns, cells) < frame.columns.length;
}

/** How many columns fit, from the first on; one at least. */
function fitting(columns: readonly Column[], cells: readonly (readonly string[])[]): number {
  let width = 0;
  for (const [index, { name }] of columns.entries()) {
    width += Math.max(displayWidth(name), ...(cells[index] ?? []).map(displayWidth)) + (index > 0 ? COLUMN_GAP : 0);
    if (width > TABLE_MAX_COLUMNS && index > 0) return index;
  }
  return columns.length;
}

function columnCells({ type, unit }: Column, cells: readonly Cell[], { question, nowMs }: Answer): string[] {
  const isNumbers =
    unit !== undefined && type === 'number' && cells.every((cell) => cell === null || typeof cell === 'number');
  if (isNumbers) {
    const texts = formatColumn(
      cells.map((cell) => (typeof cell === 'number' ? cell : Number.NaN)),
      unit,
    );
    return texts.map((text, index) => (cells[index] === null ? '' : text));
  }
  return cells.map((cell) => {
    if (cell === null) return '';
    if (typeof cell !== 'number') return cutMiddle(oneLine(String(cell)), CELL_MAX_COLUMNS);
    // each cell stands alone: another day's moment carries its date in every row
    return type === 'time' ? createTimeTeller(question.range, nowMs).moment(cell) : numberCell(cell, unit);
  });
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();

/** One row for each series of each panel or strip, those beyond a limit first; `undefined` where an answer has neither. */
export function panelTable(answer: Answer, maxRows: number): TextTable | undefined {
  const entries = panelEntries(answer);
  if (entries.length === 0) return undefined;
  const shown = entries.slice(0, maxRows);
  const isNamed = entries.some(({ isSeveral }) => isSeveral);
  const hidden = entries.length - shown.length;
  return {
    columns: [
      { title: 'panel', align: 'left' },
      ...(isNamed ? [{ title: 'name', align: 'left' as const }] : []),
      ...['now', 'mean', 'peak'].map((title) => ({ title, align: 'right' as const })),
      { title: 'limit', align: 'left' },
    ],
    rows: shown.map((entry) => panelRow(entry, isNamed)),
    ...(hidden > 0 && { more: `… ${hidden} more` }),
  };
}

function panelEntries(answer: Answer): PanelFact[] {
  const strips = stripFrames(answer);
  const panels = sheetFacts(answer);
  if (panels.length === 0 && strips.length === 0) return [];
  const own = seriesFacts(answer).map((fact, _, all) => ({
    title: answer.title,
    alone: answer,
    fact,
    isSeveral: all.length > 1,
  }));
  const below = strips.flatMap((frame) => {
    const alone = answerOf(answer, frame);
    const facts = seriesFacts(alone);
    return facts.map((fact) => ({ title: frameTitle(frame), alone, fact, isSeveral: facts.length > 1 }));
  });
  return [...(sheetFrames(answer).length > 0 ? panels : own), ...below];
}

function panelRow({ title, alone, fact, isSeveral }: PanelFact, isNamed: boolean): string[] {
  const { series, summary } = fact;
  const tell = createTimeTeller(alone.question.range, alone.nowMs);
  const unit = series.unit.isWhole ? { ...series.unit, isWhole: false } : series.unit;
  const isFresh = ['now', 'end'].includes(freshness(fact, alone));
  const last = isCounted(alone)
    ? `${formatValue(summary.sum, series.unit)} in all`
    : formatValue(summary.last, series.unit);
  const [crossing] = crossingsOf(fact, alone);
  const limit = crossing
    ? `${sideWords(crossing.threshold)} ${limitWords(crossing.threshold, series.unit)} ${spanWords(crossing.totalMs)}`
    : '';
  const phrase = series.unit.phrase === undefined ? '' : `, ${series.unit.phrase}`;
  return [
    cutMiddle(oneLine(title), CELL_MAX_COLUMNS) + phrase,
    ...(isNamed ? [isSeveral ? cutMiddle(fact.name, CELL_MAX_COLUMNS) : ''] : []),
    isFresh || isCounted(alone) ? last : `${tell.moment(summary.lastMs)} ${last}`,
    formatValue(summary.mean, unit),
    `${formatValue(summary.max, series.unit)} ${createTimeTeller(alone.question.range, alone.nowMs).moment(summary.maxMs)}`,
    limit,
  ];
}

const COUNT = makeUnit('count');
const PERCENT = makeUnit('percent');

/** One row for each bucket between the lowest and the highest with a count, the highest first. */
export function heatmapTable(frame: HeatmapFrame, answer: Answer, maxRows: number): TextTable | undefined {
  const { rows, total } = heatFacts(frame);
  const filled = Array.from(rows.keys()).filter((row) => (rows[row] as number) > 0);
  const [first, last] = [filled[0], filled.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const all = Array.from({ length: last - first + 1 }, (_, index) => last - index);
  const shown = all.slice(0, maxRows);
  const counts = formatColumn(
    shown.map((row) => Math.round(rows[row] as number)),
    COUNT,
  );
  const hidden = all.length - shown.length;
  return {
    columns: [
      { title: 'bucket', align: 'left' },
      { title: 'count', align: 'right' },
      { title: 'share', align: 'right' },
      { title: 'most', align: 'left' },
    ],
    rows: shown.map((row, index) => [
      bucketWords(frame.yEdges[row] as number, frame.yEdges[row + 1] as number, frame.unit),
      counts[index] ?? '',
      shareCell((100 * (rows[row] as number)) / total),
      mostIn(row, frame, answer),
    ]),
    ...(hidden > 0 && {
      more: `… ${hidden} more, all below ${formatValue(frame.yEdges[shown.at(-1) as number] as number, frame.unit)}`,
    }),
  };
}

/** A share of hundredths at the finest: `12.4 %`, `0.31 %`, `< 0.01 %`. */
function shareCell(share: number): string {
  if (share > 0 && share < 0.01) return `< ${formatValue(0.01, PERCENT)}`;
  return formatValue(Number(share.toFixed(share >= 10 ? 1 : 2)), PERCENT);
}

/** When a bucket had most: `10:44 (57)`; what a server extrapolated counts as whole. */
function mostIn(row: number, { xEdges, counts }: HeatmapFrame, { question, nowMs }: Answer): string {
  const width = xEdges.length - 1;
  let best = 0;
  const at = (column: number) => counts[row * width + column] || 0;
  for (let column = 1; column < width; column += 1) if (at(column) > at(best)) best = column;
  if (Math.round(at(best)) === 0) return '';
  return `${createTimeTeller(question.range, nowMs).moment(xEdges[best] as number)} (${formatValue(Math.round(at(best)), COUNT)})`;
}
