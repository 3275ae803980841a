/** Notes above the plot: where their texts go, in one row or two. Pure. */
import type { Annotation } from '../../domain/annotation.ts';
import type { Firing } from './firing.ts';
import type { Box, Mark, Stroke, Text } from './model.ts';
import { cleanText, fitText, isolate, TYPE, textWidth } from './text.ts';

/** Rows of notes: the baseline of each lies so far above the plot. */
const ROW_ABOVE_PLOT = [10, 33] as const;
const TEXT_GAP = 12;
const TRIANGLE_GAP = 10;
/** Half a triangle's width. */
const TRIANGLE_HALF = 6;
const TEXT_MAX_PX = 260;
/** More marks than this could not be told apart; the newest are kept. */
const MARKS_MAX = 100;

/** Where marks may be: the plot, and the margins that their texts keep. */
export interface MarkSpace {
  readonly plot: Box;
  readonly left: number;
  readonly right: number;
  /** Left margin of the first row, which a tick's label or a pill may stand beside. */
  readonly rowOneLeft: number;
  readonly x: (timeMs: number) => number;
  readonly color: string;
  /** Of a firing. */
  readonly critColor: string;
}

/** Placed marks, how many rows they take, and how many texts found no place. */
export interface PlacedMarks {
  readonly marks: readonly Mark[];
  readonly rows: 0 | 1 | 2;
  readonly more?: Text;
  readonly unplaced: number;
}

interface Candidate {
  readonly row: 1 | 2;
  /** Left end of the text. */
  readonly from: number;
}

interface Wish {
  readonly kind: Mark['kind'];
  readonly fromX: number;
  readonly toX: number;
  readonly text: string;
  readonly width: number;
  readonly edges?: readonly Stroke[];
}

/** Places the notes of a window, and before them what fires. A second row is opened only when the first overflows. */
export function placeMarks(
  annotations: readonly Annotation[],
  fromMs: number,
  toMs: number,
  space: MarkSpace,
  firing?: Firing,
): PlacedMarks {
  const inside = annotations.filter(({ timeMs, endMs }) => timeMs < toMs && (endMs ?? timeMs) >= fromMs);
  const noted = wishesOf(inside, fromMs, toMs, space);
  const beyond = inside.length - noted.length;
  const wishes = [...firingWishes(firing, fromMs, toMs, space), ...noted];
  if (wishes.length === 0) return { marks: [], rows: 0, unplaced: 0 };
  const one = placeIn(wishes, 1, beyond, space);
  const best = one.unplaced === 0 ? one : placeIn(wishes, 2, beyond, space);
  const rows = best.marks.some(({ row }) => row === 2) ? 2 : 1;
  const result = rows === 1 ? one : best;
  return { ...result, rows };
}

function wishesOf(inside: readonly Annotation[], fromMs: number, toMs: number, space: MarkSpace): Wish[] {
  const newestFirst = inside.toSorted((a, b) => b.timeMs - a.timeMs).slice(0, MARKS_MAX);
  const wishes = newestFirst.map(({ timeMs, endMs, title, kind }): Wish => {
    const text = isolate(fitText(cleanText(title) || kind, TEXT_MAX_PX, TYPE.note));
    const fromX = space.x(Math.max(fromMs, timeMs));
    const toX = endMs === undefined ? fromX : Math.max(fromX + 1, space.x(Math.min(toMs, endMs)));
    return { kind: endMs === undefined ? 'moment' : 'span', fromX, toX, text, width: textWidth(text, TYPE.note) };
  });
  return wishes.toSorted((a, b) => Number(b.kind === 'span') - Number(a.kind === 'span'));
}

function firingWishes(firing: Firing | undefined, fromMs: number, toMs: number, space: MarkSpace): Wish[] {
  if (!firing || firing.fromMs >= toMs || (firing.toMs ?? toMs) < fromMs) return [];
  const { plot, x, critColor } = space;
  const fromX = x(Math.max(fromMs, firing.fromMs));
  const toX = Math.max(fromX + 1, x(Math.min(toMs, firing.toMs ?? toMs)));
  const edge = (at: number): Stroke => ({ points: [at, plot.top, at, plot.bottom], color: critColor, width: 2 });
  const edges = [
    ...(firing.fromMs >= fromMs ? [edge(fromX)] : []),
    ...(firing.toMs !== undefined && firing.toMs <= toMs ? [edge(toX)] : []),
  ];
  const text = fitText(firing.text, TEXT_MAX_PX, TYPE.note);
  return [{ kind: 'firing', fromX, toX, text, width: textWidth(text, TYPE.note), edges }];
}

/** What is already there, in one row. */
interface Row {
  readonly texts: { readonly from: number; readonly to: number }[];
}

function placeIn(
  wishes: readonly Wish[],
  rowCount: 1 | 2,
  beyond: number,
  space: MarkSpace,
): Omit<PlacedMarks, 'rows'> {
  const rows: readonly [Row, Row] = [{ texts: [] }, { texts: [] }];
  const triangles = wishes.filter(({ kind }) => kind === 'moment').map(({ fromX }) => fromX);
  const stems: number[] = [];
  const isFree = (wish: Wish, { row, from }: Candidate): boolean => {
    const to = from + wish.width;
    if (from < (row === 1 ? space.rowOneLeft : space.left) || to > space.right) return false;
    const { texts } = rows[row - 1] as Row;
    if (texts.some((other) => other.from < to + TEXT_GAP && from < other.to + TEXT_GAP)) return false;
    const isNear = (x: number, gap: number) => x > from - gap && x < to + gap;
    const foreign = (x: number) => wish.kind !== 'moment' || x !== wish.fromX;
    if (stems.some((x) => foreign(x) && isNear(x, 4))) return false;
    if (row === 1) return !triangles.some((x) => foreign(x) && isNear(x, TRIANGLE_GAP + TRIANGLE_HALF));
    const meetsStem = (other: { from: number; to: number }) => wish.fromX > other.from - 4 && wish.fromX < other.to + 4;
    return wish.kind !== 'moment' || ![...rows[0].texts, ...rows[1].texts].some(meetsStem);
  };
  let unplaced = beyond;
  const marks = wishes.map((wish): Mark => {
    const place = candidates(wish, rowCount).find((candidate) => isFree(wish, candidate));
    const { kind, fromX, toX, edges } = wish;
    const mark = { kind, fromX, toX, ...(edges && { edges }) };
    if (!place) {
      unplaced += 1;
      return { ...mark, row: 0 };
    }
    (rows[place.row - 1] as Row).texts.push({ from: place.from, to: place.from + wish.width });
    const hasStem = place.row === 2 && kind === 'moment';
    if (hasStem) stems.push(fromX);
    const color = kind === 'firing' ? space.critColor : space.color;
    const text = markText(wish.text, place.from, place.row, { ...space, color });
    return { ...mark, row: place.row, text, ...(hasStem && { stem: stemOf(fromX, space) }) };
  });
  const more = unplaced > 0 ? countText(unplaced, rows, rowCount, triangles, stems, space) : undefined;
  return { marks, unplaced, ...(more && { more }) };
}

function candidates({ kind, fromX, toX, width }: Wish, rowCount: 1 | 2): Candidate[] {
  const starts =
    kind === 'moment'
      ? [fromX + TRIANGLE_GAP, fromX - TRIANGLE_GAP - width]
      : [(fromX + toX - width) / 2, fromX, toX - width];
  const rows = rowCount === 1 ? ([1] as const) : ([1, 2] as const);
  return rows.flatMap((row) => starts.map((from) => ({ row, from })));
}

function markText(text: string, x: number, row: 1 | 2, { plot, color }: MarkSpace): Text {
  return {
    text,
    x,
    y: plot.top - (row === 1 ? ROW_ABOVE_PLOT[0] : ROW_ABOVE_PLOT[1]),
    align: 'left',
    color,
    ...TYPE.note,
  };
}

function stemOf(x: number, { plot, color }: MarkSpace): Stroke {
  return { points: [x, plot.top - 11, x, plot.top - ROW_ABOVE_PLOT[1] - 11], color, width: 1.5 };
}

/** `+2` at the first free place from the right. */
function countText(
  count: number,
  rows: readonly [Row, Row],
  rowCount: 1 | 2,
  triangles: readonly number[],
  stems: readonly number[],
  space: MarkSpace,
): Text | undefined {
  const text = `+${count}`;
  const width = textWidth(text, TYPE.note);
  const blocks = (row: Row, others: readonly number[], gap: number) => [
    ...row.texts.map(({ from, to }) => [from - TEXT_GAP, to + TEXT_GAP] as const),
    ...others.map((x) => [x - gap, x + gap] as const),
  ];
  const perRow = [
    blocks(rows[0], [...triangles, ...stems], TRIANGLE_GAP + TRIANGLE_HALF),
    blocks(rows[1], stems, TEXT_GAP),
  ];
  for (const row of [1, 2] as const) {
    if (row > rowCount) break;
    const taken = perRow[row - 1] ?? [];
    const ends = [space.plot.right, ...taken.map(([from]) => from)].filter((end) => end <= space.plot.right);
    for (const to of ends.sort((a, b) => b - a)) {
      const from = to - width;
      if (from >= space.plot.left && taken.every(([low, high]) => high <= from || low >= to)) {
        return markText(text, from, row, space);
      }
    }
  }
  return undefined;
}
