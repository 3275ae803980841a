/** The part of a frame that lies within a window. Pure. */
import type { Frame, HeatmapFrame } from '../domain/frame.ts';

/** Cuts series, log lines and heatmaps; a table is of its moment and stays whole. */
export function cutFrame(frame: Frame, fromMs: number, toMs: number): Frame {
  const isWithin = (timeMs: number) => timeMs >= fromMs && timeMs < toMs;
  switch (frame.kind) {
    case 'series': {
      const { exemplars } = frame;
      const series = frame.series.map((one) => {
        const kept = [...one.times.keys()].filter((index) => isWithin(one.times[index] as number));
        const pick = (values: Float64Array) => Float64Array.from(kept, (index) => values[index] as number);
        return { ...one, times: pick(one.times), values: pick(one.values) };
      });
      return { ...frame, series, ...(exemplars && { exemplars: exemplars.filter(({ timeMs }) => isWithin(timeMs)) }) };
    }
    case 'logs': {
      const lines = frame.lines.filter(({ timeMs }) => isWithin(timeMs));
      return { ...frame, lines, total: lines.length === frame.lines.length ? frame.total : lines.length };
    }
    case 'heatmap':
      return cutHeatmap(frame, isWithin);
    case 'table':
      return frame;
  }
}

function cutHeatmap(frame: HeatmapFrame, isWithin: (timeMs: number) => boolean): HeatmapFrame {
  const { xEdges, yEdges, counts } = frame;
  const width = xEdges.length - 1;
  const kept = [...Array(Math.max(0, width)).keys()].filter((column) => isWithin(xEdges[column] as number));
  const last = kept.at(-1);
  const edges = kept.map((column) => xEdges[column] as number);
  const rows = [...Array(Math.max(0, yEdges.length - 1)).keys()];
  return {
    ...frame,
    xEdges: Float64Array.from(last === undefined ? [] : [...edges, xEdges[last + 1] as number]),
    counts: Float64Array.from(rows.flatMap((row) => kept.map((column) => counts[row * width + column] as number))),
  };
}
