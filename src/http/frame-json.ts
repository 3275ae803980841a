/** Frames as JSON: typed arrays become plain ones, gaps become null. */
import type { Frame } from '../domain/frame.ts';

/** The JSON of a frame: times in ms since the Unix epoch, values in the named unit, null for a gap. */
export function frameJson(frame: Frame): unknown {
  const { fromMs, toMs, zone, text } = frame.range;
  const range = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString(), zone, text };
  const common = {
    kind: frame.kind,
    range,
    ...(frame.stepMs !== undefined && { stepMs: frame.stepMs }),
    warnings: frame.warnings,
  };
  switch (frame.kind) {
    case 'series':
      return {
        ...common,
        series: frame.series.map(({ name, labels, unit, times, values }) => ({
          name,
          labels,
          unit: unit.id,
          times: Array.from(times),
          values: nulls(values),
        })),
      };
    case 'heatmap':
      return {
        ...common,
        unit: frame.unit.id,
        xEdges: Array.from(frame.xEdges),
        yEdges: Array.from(frame.yEdges),
        counts: nulls(frame.counts),
      };
    case 'table': {
      const columns = frame.columns.map(({ name, type, unit }) => ({ name, type, ...(unit && { unit: unit.id }) }));
      return { ...common, columns, rows: frame.rows };
    }
    case 'logs':
      return { ...common, lines: frame.lines, total: frame.total };
  }
}

function nulls(values: Float64Array): (number | null)[] {
  return Array.from(values, (value) => (Number.isNaN(value) ? null : value));
}
