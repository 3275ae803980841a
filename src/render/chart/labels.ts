/** End labels: name and last value beside the end of each line, spread so that none overlaps. Pure. */
import type { Box, EndLabel, Stroke, Text } from './model.ts';
import type { Palette } from './palette.ts';
import { spreadLabels } from './spread.ts';
import { fitText, isolate, type TextStyle, TYPE, textWidth } from './text.ts';

/** px of the gutter that are no text: connector before, margin after. */
export const GUTTER = { connector: 32, margin: 24 } as const;
const NAME_TO_VALUE = 12;
/** Name and value together at most; beside the plot of a narrow picture. */
export const COLUMN_MAX = { usual: 236, narrow: 150 } as const;
const LABEL_GAP = 24;
/** Where a line ends so far before the plot's edge, a dotted connector bridges the way. */
const DOTTED_FROM_PX = 9;

/** What a label is to say. */
export interface LabelWish {
  readonly name: string;
  /** Stays whole when the name is cut: `, until 13:58`. */
  readonly nameSuffix?: string;
  readonly value?: string;
  readonly color: string;
  /** Height it would like. */
  readonly y: number;
  /** Where its line ends; left out for labels without a connector. */
  readonly endX?: number;
  readonly tone: 'normal' | 'quiet' | 'past';
}

/** Texts of labels, cut to the column. */
export interface LabelColumn {
  readonly names: readonly string[];
  readonly width: number;
  /** How many names had to be cut, and whether two became equal by it. */
  readonly cut: number;
  readonly hasTwins: boolean;
}

/** Fits names and values into the column. */
export function labelColumn(
  wishes: readonly LabelWish[],
  isHero: boolean,
  most: number = COLUMN_MAX.usual,
): LabelColumn {
  const valueStyle = isHero ? TYPE.hero : TYPE.value;
  const valueWidth = Math.max(
    0,
    ...wishes.map(({ value }) => (value === undefined ? 0 : textWidth(value, valueStyle))),
  );
  const between = valueWidth > 0 ? NAME_TO_VALUE : 0;
  const room = Math.max(40, most - valueWidth - between);
  const names = wishes.map(({ name, nameSuffix = '', value }) => {
    const own = value === undefined ? most : room;
    return fitText(name, own - textWidth(nameSuffix, TYPE.axis), TYPE.axis);
  });
  const isCut = (index: number) => names[index] !== wishes[index]?.name;
  const widths = wishes.map(({ nameSuffix = '' }, index) => textWidth(`${names[index]}${nameSuffix}`, TYPE.axis));
  const alone = wishes.flatMap(({ value }, index) => (value === undefined ? [widths[index] ?? 0] : []));
  const named = wishes.flatMap(({ value }, index) => (value === undefined ? [] : [widths[index] ?? 0]));
  return {
    names,
    width: Math.max(0, ...alone, Math.max(0, ...named) + between + valueWidth),
    cut: names.filter((_, index) => isCut(index)).length,
    hasTwins: new Set(names).size < names.length && names.some((_, index) => isCut(index)),
  };
}

/** Places labels beside the plot. */
export function placeLabels(
  wishes: readonly LabelWish[],
  column: LabelColumn,
  plot: Box,
  isHero: boolean,
  palette: Palette,
): EndLabel[] {
  const ys = spreadLabels(
    wishes.map(({ y }) => Math.min(plot.bottom, Math.max(plot.top, y))),
    LABEL_GAP,
    plot.top + 8,
    plot.bottom - 2,
  );
  const left = plot.right + GUTTER.connector;
  return wishes.map((wish, index) => {
    const y = ys[index] as number;
    const text = isolate(column.names[index] ?? '') + (wish.nameSuffix ?? '');
    const nameColor = wish.tone === 'quiet' ? palette.ink3 : palette.ink2;
    const valueColor = { normal: palette.ink, quiet: palette.ink3, past: palette.ink2 }[wish.tone];
    const style: TextStyle = isHero ? TYPE.hero : TYPE.value;
    const valueWidth = wish.value === undefined ? 0 : textWidth(wish.value, style);
    const nameX = isHero && wish.value !== undefined ? left + valueWidth + NAME_TO_VALUE : left;
    const name: Text = { text, x: nameX, y: y + 6, align: 'left', color: nameColor, ...TYPE.axis };
    const valueX = isHero ? left : left + column.width;
    const value: Text | undefined =
      wish.value === undefined
        ? undefined
        : {
            text: wish.value,
            x: valueX,
            y: y + (isHero ? 8.5 : 6.5),
            align: isHero ? 'left' : 'right',
            color: valueColor,
            ...style,
          };
    const connector = connectorOf(wish, y, plot);
    return { name, y, ...(value && { value }), ...(connector && { connector }) };
  });
}

function connectorOf(wish: LabelWish, y: number, plot: Box): Stroke | undefined {
  if (wish.endX === undefined) return undefined;
  const from = Math.min(plot.bottom, Math.max(plot.top, wish.y));
  const isDotted = wish.endX < plot.right - DOTTED_FROM_PX;
  const start = isDotted ? wish.endX + 8 : plot.right + 6;
  return {
    points: [start, from, plot.right + 12, from, plot.right + 18, y, plot.right + 24, y],
    color: wish.color,
    width: isDotted ? 1.5 : 1.75,
    ...(isDotted && { dash: [2, 4] }),
  };
}
