/** Which definitions differ between two sets of files. Pure. */
import type { DefinitionText } from '../../queries/definition-texts.ts';

/** A definition before and after; one of the two is absent where it is new or gone. */
export interface Change {
  readonly id: string;
  readonly pack: string;
  readonly before?: DefinitionText;
  readonly after?: DefinitionText;
}

/** Definitions whose text differs, in the order of the files as they are, then what is gone. */
export function changesBetween(before: readonly DefinitionText[], after: readonly DefinitionText[]): readonly Change[] {
  const earlier = byKey(before);
  const changed = after.flatMap((one): Change[] => {
    const old = earlier.get(keyOf(one))?.shift();
    if (old?.text === one.text) return [];
    return [{ id: one.id, pack: one.pack, after: one, ...(old && { before: old }) }];
  });
  const gone = [...earlier.values()].flat().map((one): Change => ({ id: one.id, pack: one.pack, before: one }));
  return [...changed, ...gone];
}

/** A name may have several definitions in a pack, one for each source: they pair in their order. */
function byKey(texts: readonly DefinitionText[]): Map<string, DefinitionText[]> {
  const groups = new Map<string, DefinitionText[]>();
  for (const one of texts) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}

function keyOf({ pack, id }: DefinitionText): string {
  return `${pack}/${id.toLowerCase()}`;
}

/** One line of a comparison. */
export interface DiffLine {
  readonly sign: ' ' | '+' | '-';
  readonly text: string;
}

/** Definitions longer than this are shown without a comparison, old lines before new ones. */
const LINES_MAX = 500;

/** The lines of two texts: kept, taken away, added; by their longest common subsequence. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  const sign = (lines: readonly string[], mark: DiffLine['sign']) => lines.map((text) => ({ sign: mark, text }));
  if (old.length > LINES_MAX || now.length > LINES_MAX) return [...sign(old, '-'), ...sign(now, '+')];
  const lengths = commonLengths(old, now);
  const lines: DiffLine[] = [];
  let [at, to] = [0, 0];
  while (at < old.length || to < now.length) {
    const [left, right] = [old[at], now[to]];
    if (left !== undefined && left === right) {
      lines.push({ sign: ' ', text: left });
      at += 1;
      to += 1;
    } else if (
      left !== undefined &&
      (right === undefined || lengthAt(lengths, at + 1, to) >= lengthAt(lengths, at, to + 1))
    ) {
      lines.push({ sign: '-', text: left });
      at += 1;
    } else {
      lines.push({ sign: '+', text: right ?? '' });
      to += 1;
    }
  }
  return lines;
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.split('\n');
}

/** How many lines the rests of both have in common, from each pair of lines on. */
function commonLengths(old: readonly string[], now: readonly string[]): readonly Uint16Array[] {
  const lengths = Array.from({ length: old.length + 1 }, () => new Uint16Array(now.length + 1));
  for (let at = old.length - 1; at >= 0; at -= 1) {
    for (let to = now.length - 1; to >= 0; to -= 1) {
      const row = lengths[at] as Uint16Array;
      row[to] =
        old[at] === now[to]
          ? lengthAt(lengths, at + 1, to + 1) + 1
          : Math.max(lengthAt(lengths, at + 1, to), lengthAt(lengths, at, to + 1));
    }
  }
  return lengths;
}

function lengthAt(lengths: readonly Uint16Array[], at: number, to: number): number {
  return lengths[at]?.[to] ?? 0;
}
