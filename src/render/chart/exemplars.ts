/** Measurements that were kept with where they came from: which of them have a place on the plot. Pure. */
import type { Answer } from '../../domain/answer.ts';
import type { Exemplar } from '../../domain/frame.ts';
import { chartFrames } from './chart-frames.ts';
import type { Box, Diamond } from './model.ts';
import type { Space } from './plot.ts';
import type { Content } from './prepare.ts';

/** More would be a second curve. */
const EXEMPLARS_MAX = 100;
/** A farther one would press the data flat. */
const FAR_FACTOR = 1.6;

/** The exemplars of a chart that lie in its window. */
export function exemplarsOf({ frames, question: { range } }: Answer): Exemplar[] {
  return chartFrames(frames)
    .flatMap(({ exemplars = [] }) => exemplars)
    .filter(({ timeMs, value }) => timeMs >= range.fromMs && timeMs <= range.toMs && Number.isFinite(value))
    .slice(0, EXEMPLARS_MAX);
}

/** The extent with those exemplars that are near enough to the data to count into the axis. */
export function withExemplars(content: Content, exemplars: readonly Exemplar[]): Content {
  if (exemplars.length === 0) return content;
  const { min, max } = content.extent;
  const reach = FAR_FACTOR * Math.max(Math.abs(min), Math.abs(max));
  const near = exemplars.map(({ value }) => value).filter((value) => Math.abs(value) <= reach);
  const extent = { ...content.extent, min: Math.min(min, ...near), max: Math.max(max, ...near) };
  return { ...content, extent };
}

/** Where exemplars stand, and how many lie beyond the axis. */
export function placeExemplars(exemplars: readonly Exemplar[], { plot, x, y }: Space) {
  const diamonds = exemplars
    .map(({ timeMs, value }): Diamond => ({ x: x(timeMs), y: y(value) }))
    .filter((diamond) => diamond.y >= plot.top - 0.5 && diamond.y <= plot.bottom + 0.5);
  return { diamonds, beyond: exemplars.length - diamonds.length };
}

/** Half the width of a mark, with its ring. */
const HALF = 6;

/** Whether the mark of a measurement comes inside a box. */
export function touchesDiamond({ x, y }: Diamond, { left, right, top, bottom }: Box): boolean {
  return x + HALF > left && x - HALF < right && y + HALF > top && y - HALF < bottom;
}

/** For the footer. */
export function exemplarRemarks(shown: number, beyond: number): string[] {
  if (shown + beyond === 0) return [];
  const traces = (count: number) => (count === 1 ? 'one' : `${count}`);
  return [
    shown === 0
      ? `${traces(beyond)} single requests above the axis`
      : `diamonds: single requests${beyond > 0 ? `, ${beyond} more above` : ''}`,
  ];
}
