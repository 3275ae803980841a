/** State timelines: what each was in the end, since when, and how often it changed. Pure. */
import type { Cell, TableFrame } from '../../../domain/frame.ts';
import type { TimeRange } from '../../../domain/time-range.ts';
import { cellsOf } from './cells.ts';
import { isHidden, type ShownField } from './field-config.ts';
import { uniqueNames } from './names.ts';

/** Rows beyond are counted. */
const ROWS_MAX = 200;

/** A row for each field: its last state in words, when it began, the one before it, the number of changes. */
export function stateTable(fields: readonly ShownField[], range: TimeRange): TableFrame {
  const states = fields.filter((shown) => shown.field.type !== 'time' && !isHidden(shown));
  const kept = states.slice(0, ROWS_MAX);
  const names = uniqueNames(kept.map(({ name }) => name));
  const cut = states.length > kept.length ? [`The first ${kept.length} of ${states.length} states are shown.`] : [];
  return {
    kind: 'table',
    columns: [
      { name: 'name', type: 'string' },
      { name: 'state', type: 'string' },
      { name: 'since', type: 'time' },
      { name: 'before', type: 'string' },
      { name: 'changes', type: 'number' },
    ],
    rows: kept.map((shown, row) => [names[row] ?? '', ...rowOf(shown)]),
    range,
    warnings: cut,
  };
}

function rowOf(shown: ShownField): readonly Cell[] {
  const time = shown.frame.fields.find(({ type }) => type === 'time');
  const { column, cells } = cellsOf(shown);
  const words = cells.map((cell) =>
    cell === null ? null : column.type === 'number' ? plain(cell, column.unit?.symbol) : String(cell),
  );
  const spells: { readonly word: string; readonly since: Cell }[] = [];
  for (const [row, word] of words.entries()) {
    if (word === null || spells.at(-1)?.word === word) continue;
    spells.push({ word, since: (time?.values[row] as number | null | undefined) ?? null });
  }
  const last = spells.at(-1);
  return [last?.word ?? null, last?.since ?? null, spells.at(-2)?.word ?? null, Math.max(0, spells.length - 1)];
}

function plain(cell: Cell, symbol = ''): string {
  return symbol === '' ? String(cell) : `${String(cell)} ${symbol}`;
}
