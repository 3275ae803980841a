/** Which series of many are shown, for `top` and `bottom`. Pure. */
import type { Frame } from '../domain/frame.ts';
import type { Arguments, Question } from '../domain/question.ts';
import type { Measure } from '../domain/saved-query.ts';
import { type Series, type Summary, summarize } from '../domain/series.ts';

/** Keeps the `count` series that rank first by the definition's measure, in that order; silent ones never rank. */
export function rankFrames(frames: readonly Frame[], { ranking, query }: Question): Frame[] {
  if (!ranking) return [...frames];
  return frames.map((frame) => {
    if (frame.kind !== 'series') return frame;
    const ranked = frame.series
      .map((series) => ({ series, value: measureOf(series, query.measure) }))
      .filter((entry): entry is { series: Series; value: number } => entry.value !== undefined)
      .sort((a, b) => (ranking.order === 'top' ? b.value - a.value : a.value - b.value))
      .slice(0, ranking.count);
    return { ...frame, series: ranked.map(({ series }) => series) };
  });
}

function measureOf(series: Series, measure: Measure): number | undefined {
  const summary: Summary | undefined = summarize(series);
  return summary?.[measure];
}

/** The arguments of the series that were kept, first the first: links and what is drawn beneath are of those alone. */
export function rankedArguments({ arguments: args }: Question, frames: readonly Frame[]): Arguments {
  const kept = frames.flatMap((frame) => (frame.kind === 'series' ? frame.series : []));
  return Object.fromEntries(
    Object.entries(args).map(([name, values]) => {
      const ranked = [...new Set(kept.flatMap(({ labels }) => labels[name] ?? []))].filter((value) =>
        values.includes(value),
      );
      return [name, ranked.length > 0 ? ranked : values];
    }),
  );
}

/** How many values a frame holds: samples, rows, lines or counts. */
export function valueCount(frame: Frame): number {
  switch (frame.kind) {
    case 'series':
      return frame.series.reduce((sum, series) => sum + (summarize(series)?.count ?? 0), 0);
    case 'table':
      return frame.rows.length;
    case 'logs':
      return frame.total;
    case 'heatmap':
      return frame.counts.reduce((sum, count) => sum + count, 0);
  }
}
