/** Small panels and frames for tests of how a panel is shown. */
import type { Frame, HeatmapFrame, LogsFrame, SeriesFrame, TableFrame } from '../../../../../src/domain/frame.ts';
import type { Labels } from '../../../../../src/domain/labels.ts';
import type { DataFrame, Field } from '../../../../../src/sources/grafana/data-frame.ts';
import { panelOf } from '../../../../../src/sources/grafana/normalize-v1.ts';
import type { Panel } from '../../../../../src/sources/grafana/panel.ts';
import { migratePanel } from '../../../../../src/sources/grafana/present/legacy-panel.ts';
import { makeFrames } from '../../../../../src/sources/grafana/present/make-frames.ts';

/** 2026-11-20 10:00 UTC. */
export const START_MS = Date.UTC(2026, 10, 20, 10);
/** Ten minutes from it. */
export const WINDOW = { fromMs: START_MS, toMs: START_MS + 600_000, zone: 'UTC', maxPoints: 500 };

type Values = Field['values'];

/** A panel as a dashboard stores it, read as the adapter reads it. */
export function panel(raw: Readonly<Record<string, unknown>> = {}): Panel {
  return panelOf(
    migratePanel({ id: 1, type: 'timeseries', title: 'CPU', targets: [{ refId: 'A' }], ...raw }),
    undefined,
    0,
  );
}

/** Moments a minute apart from the window's start. */
export function minutes(count: number): number[] {
  return Array.from({ length: count }, (_, index) => START_MS + index * 60_000);
}

/** A column. */
export function field(name: string, values: Values, more: Partial<Field> = {}): Field {
  const one = values.find((value) => value !== null);
  const type = typeof one === 'number' ? 'number' : typeof one === 'boolean' ? 'boolean' : 'string';
  return { name, type, config: {}, values, ...more };
}

/** A column of times. */
export function time(values: readonly number[] = minutes(3), name = 'Time'): Field {
  return field(name, values, { type: 'time' });
}

/** A frame of columns. */
export function frame(fields: readonly Field[], more: Partial<DataFrame> = {}): DataFrame {
  return { refId: 'A', fields, length: fields[0]?.values.length ?? 0, notices: [], ...more };
}

/** A frame with one series, as Prometheus gives it. */
export function series(values: Values, labels: Labels = {}, more: Partial<DataFrame> = {}, config = {}): DataFrame {
  return frame([time(minutes(values.length)), field('Value', values, { type: 'number', labels, config })], more);
}

/** What is shown of a panel. */
export function show(raw: Readonly<Record<string, unknown>>, data: readonly DataFrame[]): Frame[] {
  return makeFrames(panel(raw), data, { window: WINDOW, interpolate: (text) => text.replaceAll('$host', 'web01') });
}

/** The one frame, which has to be of a kind. */
export function showSeries(raw: Readonly<Record<string, unknown>>, data: readonly DataFrame[]): SeriesFrame {
  return only('series', show(raw, data)) as SeriesFrame;
}

/** The same for tables. */
export function showTable(raw: Readonly<Record<string, unknown>>, data: readonly DataFrame[]): TableFrame {
  return only('table', show(raw, data)) as TableFrame;
}

/** The same for lines. */
export function showLogs(raw: Readonly<Record<string, unknown>>, data: readonly DataFrame[]): LogsFrame {
  return only('logs', show(raw, data)) as LogsFrame;
}

/** The same for heatmaps. */
export function showHeatmap(raw: Readonly<Record<string, unknown>>, data: readonly DataFrame[]): HeatmapFrame {
  return only('heatmap', show(raw, data)) as HeatmapFrame;
}

function only(kind: Frame['kind'], frames: readonly Frame[]): Frame {
  const [first] = frames;
  if (!first || frames.length !== 1 || first.kind !== kind) {
    throw new Error(`should be one ${kind} frame, is ${frames.map((one) => one.kind).join(', ')}`);
  }
  return first;
}

/** Names with the values of each series. */
export function valuesOf({ series: all }: SeriesFrame): Record<string, number[]> {
  return Object.fromEntries(all.map(({ name, values }) => [name, [...values]]));
}

/** Column names, then rows. */
export function cellsOf({ columns, rows }: TableFrame): unknown[][] {
  return [columns.map(({ name }) => name), ...rows.map((row) => [...row])];
}
