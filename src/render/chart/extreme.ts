/** The greatest value of a single series, where there is a place to say it; the least where low is bad. Pure. */
import type { Answer } from '../../domain/answer.ts';
import { formatValue } from '../../domain/format-number.ts';
import type { Box, Dot, Limit, Text } from './model.ts';
import type { Palette } from './palette.ts';
import type { Space } from './plot.ts';
import type { Content } from './prepare.ts';
import { TYPE, textWidth } from './text.ts';

const RADIUS = 5;
const HALO = 5;
/** Half the height of the text's box. */
const HALF = 9;

/** Dot and `max 68.9 %`; both are dropped where every place meets data, a limit, a word or an edge. */
export function extremeLabel(
  content: Content,
  { question }: Answer,
  space: Space,
  limits: readonly Limit[],
  momentXs: readonly number[],
  isTaken: (box: Box) => boolean,
  palette: Palette,
): { readonly dot: Dot; readonly text: Text } | undefined {
  const [only] = content.shown;
  if (!only || content.shown.length > 1 || content.others.length > 0 || content.past.length > 0) return undefined;
  const { summary, color } = only;
  if (content.kind !== 'lines' || summary.min === summary.max) return undefined;
  const isLow = question.query.worst === 'low';
  const [value, timeMs] = isLow ? [summary.min, summary.minMs] : [summary.max, summary.maxMs];
  const [x, y] = [space.x(timeMs), space.y(value)];
  const isInside = y >= space.plot.top && y <= space.plot.bottom;
  if (value === summary.last || !isInside || Math.abs(space.x(summary.lastMs) - x) < 14) return undefined;
  const dot: Dot = { x, y, radius: RADIUS, color, ring: 2, role: 'extreme' };
  const label = `${isLow ? 'min' : 'max'} ${formatValue(value, content.unit)}`;
  const width = textWidth(label, TYPE.note);
  const middles = [
    [x, y - 18],
    [x + 13 + width / 2, y - 4],
    [x - 13 - width / 2, y - 4],
    [x, y + 20],
  ] as const;
  const order = isLow ? [middles[3], middles[1], middles[2], middles[0]] : middles;
  const boxOf = ([middle, at]: readonly [number, number]): Box => ({
    left: middle - width / 2 - 4,
    right: middle + width / 2 + 4,
    top: at - HALF,
    bottom: at + HALF,
  });
  // the halo, too, had better cut no line of data: rather a note's dotted one
  const cost = (box: Box) =>
    (isTaken(box) ? 2 : 0) + (momentXs.some((momentX) => momentX > box.left && momentX < box.right) ? 1 : 0);
  const lettersOf = ([middle, at]: readonly [number, number]): Box => ({
    left: middle - width / 2,
    right: middle + width / 2,
    top: at - 7,
    bottom: at + 7,
  });
  const free = order.filter((place) => isFree(boxOf(place), space.plot, limits) && !isTaken(lettersOf(place)));
  const [place] = free.toSorted((one, other) => cost(boxOf(one)) - cost(boxOf(other)));
  if (!place) return undefined;
  const at = { x: place[0], y: place[1] + 5.5 };
  return { dot, text: { text: label, ...at, align: 'center', color: palette.ink, halo: HALO, ...TYPE.note } };
}

function isFree(box: Box, plot: Box, limits: readonly Limit[]): boolean {
  if (box.left < plot.left + 2 || box.right > plot.right - 8 || box.top < plot.top || box.bottom > plot.bottom - 2)
    return false;
  return limits.every(({ y, word }) => {
    if (y > box.top - 6 && y < box.bottom + 6) return false;
    if (!word) return true;
    const right = word.x + textWidth(word.text, TYPE.note);
    return word.x > box.right || right < box.left || word.y - 14 > box.bottom || word.y + 4 < box.top;
  });
}
