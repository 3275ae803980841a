/** Answers as CSV files (RFC 4180) for spreadsheets and scripts. Pure. */
import type { Answer } from '../domain/answer.ts';
import type { Cell, Frame, TableFrame } from '../domain/frame.ts';
import type { Series } from '../domain/series.ts';
import type { Unit } from '../domain/unit.ts';
import { comparisonShiftMs, isSeriesFrame } from './words/facts.ts';

/**
 * The numbers of an answer, unrounded. Series: `time` in UTC, then one column each with its unit in the head; the other
 * side of a comparison stands beside them, moved onto this window. Tables and log lines: their own columns. Lines end
 * in CRLF; a cell from outside that a spreadsheet could take for a formula begins with an apostrophe.
 */
export function answerCsv(answer: Answer): string {
  const series = answer.frames.filter(isSeriesFrame).flatMap((frame) => frame.series);
  const [frame] = answer.frames;
  if (series.length > 0 || !frame) return seriesCsv(answer, series);
  return toCsv(frameRows(frame));
}

interface CsvColumn {
  readonly head: string;
  readonly valueByTime: ReadonlyMap<number, number>;
}

function seriesCsv(answer: Answer, series: readonly Series[]): string {
  const { comparison } = answer;
  const others = comparison?.frames.filter(isSeriesFrame).flatMap((frame) => frame.series) ?? [];
  const shiftMs = comparisonShiftMs(answer);
  const columns = [
    ...series.map((one) => csvColumn(one, one.name, 0)),
    ...others.map((one) => csvColumn(one, otherName(one, comparison?.label ?? ''), shiftMs)),
  ];
  const times = [...new Set(columns.flatMap(({ valueByTime }) => [...valueByTime.keys()]))].sort((a, b) => a - b);
  const rows = times.map((timeMs) => [
    isoTime(timeMs),
    ...columns.map(({ valueByTime }) => numberText(valueByTime.get(timeMs) ?? Number.NaN)),
  ]);
  return toCsv([['time', ...columns.map(({ head }) => outsideText(head))], ...rows]);
}

function otherName({ name }: Series, label: string): string {
  return name === label ? name : `${name}, ${label}`;
}

function csvColumn({ times, values, unit }: Series, name: string, shiftMs: number): CsvColumn {
  const valueByTime = new Map<number, number>();
  for (let index = 0; index < times.length; index += 1) {
    valueByTime.set((times[index] as number) + shiftMs, values[index] as number);
  }
  const unitText = unit.symbol || unit.phrase;
  return { head: unitText ? `${name} (${unitText})` : name, valueByTime };
}

function frameRows(frame: Frame): string[][] {
  switch (frame.kind) {
    case 'table':
      return [frame.columns.map(({ name, unit }) => outsideText(columnHead(name, unit))), ...tableRows(frame)];
    case 'logs': {
      const lines = frame.lines.map(({ timeMs, level = '', message }) => [
        isoTime(timeMs),
        outsideText(level),
        outsideText(message),
      ]);
      return [['time', 'level', 'message'], ...lines];
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

/** The shortest digits that give the same number back; a gap is empty. */
function numberText(value: number): string {
  return Number.isFinite(value) ? String(value) : '';
}

function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('.000Z', 'Z');
}

/** Text from outside: what spreadsheets run as a formula is made text. @see https://owasp.org/www-community/attacks/CSV_Injection */
function outsideText(text: string): string {
  const plain = text.replaceAll('\0', '');
  return /^[=+\-@\t\r\n]/.test(plain) ? `'${plain}` : plain;
}

function toCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(quoted).join(',')}\r\n`).join('');
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}
