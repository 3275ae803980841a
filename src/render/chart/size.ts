/** The size of a picture, and what follows from it for every layout. Pure. */
import type { ChartOptions } from './options.ts';

/** What is laid out, in points; what a table or strips add to the height comes on top. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
  /** A picture with strips, or a table, grows no higher. */
  readonly heightMax: number;
  /** Whether names have no room beside the plot, and remarks need a line of their own. */
  readonly isNarrow: boolean;
}

/** Left and right of everything. */
export const MARGIN = 24;
const STANDARD = { width: 900, height: 400 } as const;
/** Width as it is shown, px. */
const WIDTH = { min: 320, max: 2_000 } as const;
/** Height in points: below, no plot is left. */
const HEIGHT = { min: 320, max: 1_200, share: STANDARD.height / STANDARD.width } as const;
/** With a table, and with strips, a picture is never higher than 4:3. */
const HEIGHT_MAX_SHARE = 0.75;
/** A picture narrower than this has more points than px, so that its letters are small, but many: at most so many to one. */
const SMALL = { below: 700, share: 1.4 } as const;
const NARROW_BELOW = 620;
/** In points, where none is asked for: remarks in a second line cost no height of the plot. */
const HEIGHT_NARROW = 370;
const BELOW_PLOT = 62;
/** Top of the plot with no, one or two rows of notes. */
const PLOT_TOPS = [96, 113, 138] as const;
/** What the second line of a narrow picture's subtitle takes. */
export const SECOND_LINE = 22;

/** The size that was asked for, within bounds; the standard one where none was. */
export function sizeOf({ size = {} }: Pick<ChartOptions, 'size'>): PictureSize {
  const shown = Math.min(WIDTH.max, Math.max(WIDTH.min, size.width ?? STANDARD.width));
  const more = Math.max(0, (SMALL.below - shown) / (SMALL.below - WIDTH.min));
  const share = 1 + more * (SMALL.share - 1);
  const width = Math.round(shown * share);
  const height = Math.round((size.height ?? shown * HEIGHT.share) * share);
  const isNarrow = width < NARROW_BELOW;
  const least = isNarrow && size.height === undefined ? HEIGHT_NARROW : HEIGHT.min;
  const bounded = Math.min(HEIGHT.max, Math.max(least, height));
  return { width, height: bounded, heightMax: Math.max(bounded, 675, Math.round(width * HEIGHT_MAX_SHARE)), isNarrow };
}

/** Left and right ends of what may be drawn. */
export const edgesOf = ({ width }: PictureSize) => ({ left: MARGIN, right: width - MARGIN });

/** Top and bottom of the plot under so many rows of notes. */
export function plotHeights({ height, isNarrow }: PictureSize, rows: 0 | 1 | 2) {
  return { top: PLOT_TOPS[rows] + (isNarrow ? SECOND_LINE : 0), bottom: height - BELOW_PLOT };
}
