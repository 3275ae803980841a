/** The table beneath the plot, where names are too long for the gutter. Pure. */
import { formatColumn } from '../../domain/format-number.ts';
import type { Unit } from '../../domain/unit.ts';
import type { Fill, Table, TableRow, Text } from './model.ts';
import type { Palette } from './palette.ts';
import type { Member } from './select.ts';
import { fitApart, fitText, isolate, TYPE, textWidth } from './text.ts';

const ROW_HEIGHT = 26;
const COLUMN_WIDTH = 96;
const COLUMN_GAP = 16;
const COLUMNS = [
  ['last', 'last'],
  ['min', 'min'],
  ['avg', 'mean'],
  ['max', 'max'],
] as const;
/** A narrow one has room for these. */
const NARROW_COLUMNS = [COLUMNS[0], COLUMNS[3]] as const;
const NARROW_BELOW = 572;
/** Baselines under the plot: heads, rule, first row. */
const BELOW_PLOT = { head: 60, rule: 70, row: 90 } as const;

/** What the picture grows by for so many rows. */
export function tableHeight(rows: number): number {
  return 42 + ROW_HEIGHT * rows;
}

/** A series in the table; without a member it is a remark such as `16 others`. */
export interface TableEntry {
  readonly name: string;
  readonly member?: Member;
  /** Stays whole when the name is cut: `, until 13:58`; its row is quiet. */
  readonly suffix?: string;
  readonly color: string;
}

/** Places the table. `head` says what all names share. */
export function placeTable(
  entries: readonly TableEntry[],
  head: string,
  unit: Unit,
  space: { readonly left: number; readonly right: number; readonly plotBottom: number; readonly palette: Palette },
): Table {
  const { left, right, plotBottom, palette } = space;
  const nameLeft = left + 32;
  const columns = right - left < NARROW_BELOW ? NARROW_COLUMNS : COLUMNS;
  const cells = columns.map(([, key]) =>
    formatColumn(
      entries.map(({ member }) => member?.summary[key] ?? Number.NaN),
      unit,
    ),
  );
  const widest = cells.map((column) => Math.max(...column.map((text) => textWidth(text, TYPE.strong))));
  const columnX = widest.map((_, index) => right - sumOf(widest.slice(index + 1).map(columnWidth)));
  const [widestLast = 0] = widest;
  const nameRoom = (columnX[0] as number) - widestLast - 24 - nameLeft;
  const base = { align: 'left' as const, color: palette.ink3, ...TYPE.head };
  const heads: Text[] = [
    { ...base, text: fitText(head, nameRoom, TYPE.head), x: left, y: plotBottom + BELOW_PLOT.head },
    ...columns.map(([title], index) => ({
      ...base,
      text: title,
      x: columnX[index] as number,
      y: plotBottom + BELOW_PLOT.head,
      align: 'right' as const,
    })),
  ];
  const names = fitApart(
    entries.map(({ name }) => name),
    nameRoom - Math.max(0, ...entries.map(({ suffix = '' }) => textWidth(suffix, TYPE.axis))),
    TYPE.axis,
  );
  const rows = entries.map(({ member, color, suffix = '' }, index): TableRow => {
    const y = plotBottom + BELOW_PLOT.row + index * ROW_HEIGHT;
    const nameColor = member && !suffix ? palette.ink : palette.ink3;
    const name = isolate(names[index] ?? '') + suffix;
    const nameText: Text = { text: name, x: nameLeft, y, align: 'left', color: nameColor, ...TYPE.axis };
    const swatch: Fill = { left, right: left + 18, top: y - 8, bottom: y - 4, color, role: 'bar' };
    const numbers = cells.map((column) => column[index] ?? '');
    return { cells: [nameText, ...(member ? numberTexts(numbers, columnX, y, suffix !== '', palette) : [])], swatch };
  });
  const ruleY = plotBottom + BELOW_PLOT.rule;
  return { heads, rule: { points: [left, ruleY, right, ruleY], color: palette.grid, width: 1 }, rows };
}

/** Wider than usual where its numbers are. */
const columnWidth = (widest: number) => Math.max(COLUMN_WIDTH, widest + COLUMN_GAP);

const sumOf = (widths: readonly number[]) => widths.reduce((sum, width) => sum + width, 0);

/** The numbers of a row; the last value stands out. */
function numberTexts(
  numbers: readonly string[],
  columnX: readonly number[],
  y: number,
  isQuiet: boolean,
  palette: Palette,
): Text[] {
  return numbers.map((text, column): Text => {
    const color = isQuiet ? palette.ink3 : column === 0 ? palette.ink : palette.ink2;
    const look = { color, ...(column === 0 ? TYPE.strong : TYPE.axis) };
    return { text, x: columnX[column] as number, y, align: 'right', ...look };
  });
}
