/** Tables as text: aligned columns for code blocks and terminals, GFM for platforms that draw it. Pure. */
import { harmless, type TextTable } from '../domain/message.ts';
import { cutMiddle, displayWidth, padTo } from './display-width.ts';

/** A wider cell makes a table that no phone shows; it is cut in its middle. */
const CELL_MAX_COLUMNS = 40;
const COLUMN_GAP = '  ';

/** Columns aligned by display width, two blanks apart; what is hidden is said in the last line. */
export function monospaceTable({ columns, rows, more }: TextTable): string {
  const clean = (text: string) => cutMiddle(harmless(text), CELL_MAX_COLUMNS);
  const lines = [columns.map(({ title }) => clean(title)), ...rows.map((row) => row.map(clean))];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => displayWidth(line[index] ?? ''))));
  const text = lines.map((line) =>
    columns
      .map(({ align }, index) => padTo(line[index] ?? '', widths[index] ?? 0, align))
      .join(COLUMN_GAP)
      .trimEnd(),
  );
  return [...text, ...(more === undefined ? [] : [harmless(more)])].join('\n');
}

/** A GFM table; `cell` makes a cell's text harmless, its pipes included. */
export function markdownTable({ columns, rows }: TextTable, cell: (text: string) => string): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const clean = (text: string) => cell(harmless(text));
  return [
    row(columns.map(({ title }) => clean(title))),
    row(columns.map(({ align }) => (align === 'right' ? '--:' : ':--'))),
    ...rows.map((cells) => row(columns.map((_, index) => clean(cells[index] ?? '')))),
  ].join('\n');
}
