/** A set of the demo fleet's lines, as a query and a window make it: counted, read, looked into; with a budget. */
import type { LogCell, LogLineRef, LogLines } from './log-lines.ts';
import { allOf, type Predicate } from './log-query.ts';

/** Work of one request; what goes beyond it is left out, and the answer says so. */
export interface Budget {
  /** Lines that may still be looked into one by one. */
  left: number;
  /** Whether something was left out. */
  isExhausted: boolean;
  /** Lines that were found by looking into all of a cell and window: nobody looks a second time. */
  readonly found: Map<LogCell, Found>;
}

interface Found {
  readonly predicate: Predicate;
  readonly fromMs: number;
  readonly toMs: number;
  readonly refs: readonly LogLineRef[];
}

/** Lines that one request may look into one by one: about a fifth of a second. */
const LINES_LOOKED_INTO = 50_000;

/** A fresh budget. */
export function makeBudget(): Budget {
  return { left: LINES_LOOKED_INTO, isExhausted: false, found: new Map() };
}

/** Lines that match a predicate in a window. */
export interface LineSet {
  readonly lines: LogLines;
  readonly budget: Budget;
  readonly predicate: Predicate;
  /** ms since the Unix epoch, half-open. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Cells that have any, with whether all of their lines match. */
  readonly cells: readonly (readonly [cell: LogCell, isWhole: boolean])[];
}

/** The lines of all cells that match. */
export function makeSet(lines: LogLines, budget: Budget, predicate: Predicate, fromMs: number, toMs: number): LineSet {
  return { lines, budget, predicate, fromMs, toMs, cells: matching(lines.cells, predicate) };
}

function matching(cells: readonly LogCell[], predicate: Predicate): (readonly [LogCell, boolean])[] {
  return cells.flatMap((cell): (readonly [LogCell, boolean])[] => {
    const verdict = predicate.cell(cell);
    return verdict === false ? [] : [[cell, verdict === true]];
  });
}

/** Those of a set that match one more predicate. */
export function narrowed(set: LineSet, predicate: Predicate): LineSet {
  const both = allOf([set.predicate, predicate]);
  return {
    ...set,
    predicate: both,
    cells: matching(
      set.cells.map(([cell]) => cell),
      both,
    ),
  };
}

/** Those of a set in a shorter window. */
export function within(set: LineSet, fromMs: number, toMs: number): LineSet {
  return { ...set, fromMs: Math.max(set.fromMs, fromMs), toMs: Math.min(set.toMs, toMs) };
}

/** Those of a set that are of some of its cells. */
export function ofCells(set: LineSet, isWanted: (cell: LogCell) => boolean): LineSet {
  return { ...set, cells: set.cells.filter(([cell]) => isWanted(cell)) };
}

/** How many lines a set has: in closed form where cells match as a whole, else one by one. */
export function countOf(set: LineSet): number {
  let count = 0;
  for (const [cell, isWhole] of set.cells) {
    if (isWhole) count += set.lines.count(cell, set.fromMs, set.toMs);
    else for (const _ of matchingLines(set, cell, set.fromMs, set.toMs)) count += 1;
  }
  return count;
}

function* matchingLines(
  { lines, predicate, budget }: LineSet,
  cell: LogCell,
  fromMs: number,
  toMs: number,
): Iterable<LogLineRef> {
  const found = budget.found.get(cell);
  if (found?.predicate === predicate && found.fromMs <= fromMs && found.toMs >= toMs) {
    yield* found.refs.filter(({ timeMs }) => timeMs >= fromMs && timeMs < toMs);
    return;
  }
  const refs: LogLineRef[] = [];
  for (const ref of lines.lines(cell, fromMs, toMs)) {
    if (budget.left <= 0) {
      budget.isExhausted = true;
      return;
    }
    budget.left -= 1;
    if (!predicate.line(ref)) continue;
    refs.push(ref);
    yield ref;
  }
  budget.found.set(cell, { predicate, fromMs, toMs, refs });
}

/** Lines of a set to measure something by: all of them, or about `max` that are spread evenly. */
export function sampleOf(set: LineSet, max: number): LogLineRef[] {
  const perCell = Math.max(1, Math.floor(max / Math.max(1, set.cells.length)));
  return set.cells.flatMap(([cell, isWhole]) =>
    isWhole
      ? [...set.lines.sample(cell, set.fromMs, set.toMs, perCell)]
      : [...matchingLines(set, cell, set.fromMs, set.toMs)],
  );
}

const SLICE_MS = 60_000;
/** Slices grow where there is little, up to this. */
const SLICE_MAX_MS = 3_600_000;

/** The newest or oldest lines of a set, `size` of them, in that order. */
export function endOf(set: LineSet, order: 'asc' | 'desc', size: number): LogLineRef[] {
  const found: LogLineRef[] = [];
  const isDescending = order === 'desc';
  let [fromMs, toMs, sliceMs] = [set.fromMs, set.toMs, SLICE_MS];
  while (fromMs < toMs && found.length < size && !set.budget.isExhausted && set.cells.length > 0) {
    const slice = isDescending
      ? ([Math.max(fromMs, toMs - sliceMs), toMs] as const)
      : ([fromMs, Math.min(toMs, fromMs + sliceMs)] as const);
    const own = linesIn(set, ...slice).sort(byTime);
    found.push(...(isDescending ? own.reverse() : own));
    if (isDescending) toMs = slice[0];
    else fromMs = slice[1];
    sliceMs = own.length === 0 ? Math.min(SLICE_MAX_MS, sliceMs * 4) : SLICE_MS;
  }
  return found.slice(0, size);
}

function linesIn(set: LineSet, fromMs: number, toMs: number): LogLineRef[] {
  return set.cells.flatMap(([cell, isWhole]) => [
    ...(isWhole ? set.lines.lines(cell, fromMs, toMs) : matchingLines(set, cell, fromMs, toMs)),
  ]);
}

function byTime(a: LogLineRef, b: LogLineRef): number {
  return a.timeMs - b.timeMs || a.cell.index - b.cell.index;
}
