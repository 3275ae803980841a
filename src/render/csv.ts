/** Answers as CSV files (RFC 4180) for spreadsheets and scripts. Pure. */
import type { Answer } from '../domain/answer.ts';
import type { Cell, Frame, HeatmapFrame, SeriesFrame, TableFrame } from '../domain/frame.ts';
import type { Series } from '../domain/series.ts';
import type { Unit } from '../domain/unit.ts';
import { heatmapOf } from './chart/chart-frames.ts';
import { comparisonShiftMs, isSeriesFrame } from './words/facts.ts';
import { columnsOfLines, toldLogs } from './words/logs.ts';

/**
 * The numbers of an answer, to twelve digits. Series: `time` in UTC, then one column each with its unit in the head; the other
 * side of a comparison stands beside them, moved onto this window. Heatmaps: a row for each cell with a count. Tables and log lines: their own columns. Lines end
 * in CRLF; a cell from outside that a spreadsheet could take for a formula begins with an apostrophe.
 */
export function answerCsv(answer: Answer): string {
  const [frame] = answer.frames;
  const logs = toldLogs(answer);
  if (logs) return toCsv(frameRows(logs));
  const heatmap = heatmapOf(answer);
  if (heatmap) return toCsv(heatmapRows(heatmap));
  const series = [...answer.frames, ...(answer.under ?? [])].filter(isSeriesFrame).flatMap(namedSeries);
  if (series.length > 0 || !frame) return seriesCsv(answer, series);
  return toCsv(frameRows(frame));
}

/** Series of a panel or strip carry its title, unless it is theirs. */
function namedSeries({ title, series }: SeriesFrame): readonly Series[] {
  if (title === undefined) return series;
  return series.map((one) => ({ ...one, name: one.name === title ? title : `${title}: ${one.name}` }));
}

/** One row for each cell with a count: when its column begins, its bucket, how many. */
function* heatmapRows({ xEdges, yEdges, counts, unit }: HeatmapFrame): Generator<string[]> {
  yield ['time', columnHead('from', unit), columnHead('to', unit), 'count'];
  const rows = yEdges.length - 1;
  const width = xEdges.length - 1;
  for (let column = 0; column < width; column += 1) {
    for (let row = 0; row < rows; row += 1) {
      const count = counts[row * width + column] as number;
      if (!(count > 0)) continue;
      const [low, high] = [yEdges[row] as number, yEdges[row + 1] as number].map(numberText);
      yield [isoTime(xEdges[column] as number), low ?? '', high ?? '', numberText(count)];
    }
  }
}

/** A series as a column: its samples in order of time, moved by `shiftMs`. */
interface CsvColumn {
  readonly series: Series;
  readonly head: string;
  readonly shiftMs: number;
}

function seriesCsv(answer: Answer, series: readonly Series[]): string {
  const { comparison } = answer;
  const others = comparison?.frames.filter(isSeriesFrame).flatMap((frame) => frame.series) ?? [];
  const shiftMs = comparisonShiftMs(answer);
  const columns = [
    ...series.map((one): CsvColumn => ({ series: one, head: columnHead(one.name, one.unit), shiftMs: 0 })),
    ...others.map((one): CsvColumn => {
      return { series: one, head: columnHead(otherName(one, comparison?.label ?? ''), one.unit), shiftMs };
    }),
  ];
  const head = ['time', ...columns.map((column) => outsideText(column.head))];
  return toCsv([head]) + toCsv(seriesRows(columns));
}

/** One row for each time that any column has; all columns are walked along at once. */
function* seriesRows(columns: readonly CsvColumn[]): Generator<string[]> {
  const next = columns.map(() => 0);
  const timeOf = (column: number) => {
    const { series, shiftMs } = columns[column] as CsvColumn;
    return (series.times[next[column] as number] ?? Number.POSITIVE_INFINITY) + shiftMs;
  };
  for (;;) {
    let timeMs = Number.POSITIVE_INFINITY;
    for (let column = 0; column < columns.length; column += 1) timeMs = Math.min(timeMs, timeOf(column));
    if (timeMs === Number.POSITIVE_INFINITY) return;
    const cells = columns.map(({ series }, column) => {
      if (timeOf(column) !== timeMs) return '';
      const at = next[column] as number;
      next[column] = at + 1;
      return numberText(series.values[at] as number);
    });
    yield [isoTime(timeMs), ...cells];
  }
}

function otherName({ name }: Series, label: string): string {
  return name === label ? name : `${name}, ${label}`;
}

function frameRows(frame: Frame): string[][] {
  switch (frame.kind) {
    case 'table':
      return [frame.columns.map(({ name, unit }) => outsideText(columnHead(name, unit))), ...tableRows(frame)];
    case 'logs': {
      const columns = columnsOfLines(frame.lines);
      const lines = frame.lines.map(({ timeMs, level = '', message, fields }) => [
        isoTime(timeMs),
        ...[...columns.map((name) => fields[name] ?? ''), level, message].map(outsideText),
      ]);
      return [['time', ...columns.map(outsideText), 'level', 'message'], ...lines];
    }
    default:
      return [['time']];
  }
}

function columnHead(name: string, unit: Unit | undefined): string {
  const unitText = unit && (unit.symbol || unit.phrase);
  return unitText ? `${name} (${unitText})` : name;
}

function tableRows({ columns, rows }: TableFrame): string[][] {
  return rows.map((row) => row.map((cell, index) => cellText(cell, columns[index]?.type)));
}

function cellText(cell: Cell, type: TableFrame['columns'][number]['type'] | undefined): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return type === 'time' ? isoTime(cell) : numberText(cell);
  return typeof cell === 'boolean' ? String(cell) : outsideText(cell);
}

/** More digits are noise of floating point: 0.1 + 0.2 is 0.30000000000000004. */
const DIGITS = 12;

/** The shortest digits of a number; whole ones are exact, a gap is empty. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) return '';
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(DIGITS)));
}

function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('.000Z', 'Z');
}

/** Text from outside: what spreadsheets run as a formula is made text. @see https://owasp.org/www-community/attacks/CSV_Injection */
function outsideText(text: string): string {
  const plain = text.replaceAll('\0', '');
  return /^[=+\-@\t\r\n]/.test(plain) ? `'${plain}` : plain;
}

function toCsv(rows: Iterable<readonly string[]>): string {
  let text = '';
  for (const row of rows) text += `${row.map(quoted).join(',')}\r\n`;
  return text;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}
