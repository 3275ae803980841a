/** The list beside bars: swatch, name and sum of each series, in the order of the stack. Pure. */
import { formatColumn } from '../../domain/format-number.ts';
import { GUTTER } from './labels.ts';
import type { Box, EndLabel } from './model.ts';
import type { Palette } from './palette.ts';
import type { Content } from './prepare.ts';
import { fitApart, isolate, TYPE, textWidth } from './text.ts';

const ROW = 26;
/** Middle of the first row under the plot's top; the head stands above it. */
const FIRST_ROW = 34;
const NAME_TO_SUM = 12;
const SWATCH = 14;

/** Sums, or means of what has no sum, as texts; as `content.shown`. */
function sumTexts({ shown, unit, isCount }: Content): string[] {
  return formatColumn(
    shown.map(({ summary }) => (isCount ? summary.sum : summary.mean)),
    unit,
  );
}

/** px of names and sums; `names` as `content.shown`. */
export function sumsWidth(content: Content, names: readonly string[], most: number): number {
  const sums = Math.max(
    0,
    ...sumTexts(content).map((text) => textWidth(text, TYPE.value)),
    textWidth('mean', TYPE.head),
  );
  return Math.min(most, widestName(names) + NAME_TO_SUM + sums);
}

const widestName = (names: readonly string[]) => Math.max(0, ...names.map((name) => textWidth(name, TYPE.axis)));

/** Whether names stand whole beside their sums. */
export function sumsFit(content: Content, names: readonly string[], most: number): boolean {
  const sums = Math.max(0, ...sumTexts(content).map((text) => textWidth(text, TYPE.value)));
  return widestName(names) + NAME_TO_SUM + sums <= most;
}

/** Places the list, top of the stack first; rows are nearer to each other when they are many. */
export function placeSums(
  content: Content,
  names: readonly string[],
  plot: Box,
  right: number,
  palette: Palette,
): EndLabel[] {
  const texts = sumTexts(content);
  const row = Math.min(ROW, (plot.bottom - plot.top - FIRST_ROW) / Math.max(1, content.shown.length - 1));
  const left = plot.right + GUTTER.connector;
  const widest = Math.max(0, ...texts.map((text) => textWidth(text, TYPE.value)));
  const fitted = fitApart(names, right - left - NAME_TO_SUM - widest, TYPE.axis);
  return content.shown
    .map((member, index) => ({ member, own: fitted[index] ?? member.name, text: texts[index] as string }))
    .toReversed()
    .map(({ member, own, text }, index): EndLabel => {
      const y = plot.top + FIRST_ROW + index * row;
      return {
        y,
        name: {
          text: isolate(own),
          x: left,
          y: y + 6,
          align: 'left',
          color: palette.ink2,
          ...TYPE.axis,
        },
        value: { text, x: right, y: y + 6.5, align: 'right', color: palette.ink, ...TYPE.value },
        swatch: {
          left: plot.right + 10,
          right: plot.right + 10 + SWATCH,
          top: y - SWATCH / 2,
          bottom: y + SWATCH / 2,
          color: member.color,
          role: 'bar',
        },
      };
    });
}
