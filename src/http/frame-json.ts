/** Frames as JSON: typed arrays become plain ones, gaps become null. */
import type { Frame, SeriesFrame } from '../domain/frame.ts';
import { baseUnit } from '../domain/unit.ts';

/**
 * The JSON of a frame: times in ms since the Unix epoch, values in the named unit (seconds where the
 * definition has milliseconds), null for a gap and for the end of a
 * bucket that has none.
 */
export function frameJson(frame: Frame): unknown {
  const { fromMs, toMs, zone, text } = frame.range;
  const range = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString(), zone, text };
  const common = {
    kind: frame.kind,
    ...(frame.title !== undefined && { title: frame.title }),
    range,
    ...(frame.stepMs !== undefined && { stepMs: frame.stepMs }),
    warnings: frame.warnings,
    ...(frame.links && frame.links.length > 0 && { links: frame.links }),
  };
  switch (frame.kind) {
    case 'series':
      return { ...common, ...seriesJson(frame) };
    case 'heatmap':
      return {
        ...common,
        unit: baseUnit(frame.unit).id,
        xEdges: nulls(frame.xEdges),
        yEdges: nulls(frame.yEdges),
        counts: nulls(frame.counts),
      };
    case 'table': {
      const columns = frame.columns.map(({ name, type, unit }) => ({
        name,
        type,
        ...(unit && { unit: baseUnit(unit).id }),
      }));
      return { ...common, columns, rows: frame.rows };
    }
    case 'logs':
      return { ...common, lines: frame.lines, total: frame.total };
  }
}

function seriesJson({ series, thresholds, looks, exemplars, rawStepMs, consolidated }: SeriesFrame) {
  return {
    ...(rawStepMs !== undefined && { rawStepMs }),
    ...(consolidated && { consolidated }),
    ...(thresholds && thresholds.length > 0 && { thresholds }),
    ...(looks && { looks }),
    series: series.map(({ name, labels, unit, times, values }) => ({
      name,
      labels,
      unit: baseUnit(unit).id,
      times: Array.from(times),
      values: nulls(values),
    })),
    ...(exemplars && exemplars.length > 0 && { exemplars }),
  };
}

function nulls(values: Float64Array): (number | null)[] {
  return Array.from(values, (value) => (Number.isFinite(value) ? value : null));
}
