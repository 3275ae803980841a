/** Unit, looks and limits of a panel as a definition has them. Pure. */
import type { Threshold } from '../../../domain/annotation.ts';
import type { Looks } from '../../../domain/saved-query.ts';
import { makeUnit } from '../../../domain/unit.ts';
import type { Panel } from '../panel.ts';
import { textOf } from '../present/json.ts';
import { makeFrames } from '../present/make-frames.ts';
import { unitIdOf } from '../present/units.ts';

/** What a definition says of how it is drawn. */
export interface DefinedLooks {
  readonly unit?: string;
  readonly chart?: Readonly<Record<string, number | boolean>>;
  readonly thresholds?: readonly Readonly<Record<string, unknown>>[];
  /** What is lost: whole sentences. */
  readonly notes: readonly string[];
}

/** A window without meaning: only looks are read. */
const WINDOW = { fromMs: 0, toMs: 1, zone: 'UTC', maxPoints: 1 };
const RANK = { info: 0, warning: 1, critical: 2 } as const;

/** Reads them by showing the panel without data. */
export function looksAsDefined(panel: Panel): DefinedLooks {
  const unit = unitIdOf(textOf(panel.fieldConfig.defaults.unit));
  const fields = [
    { name: 'Time', type: 'time' as const, config: {}, values: [] },
    { name: 'Value', type: 'number' as const, config: {}, values: [] },
  ];
  const empty = { refId: 'A', fields, length: 0, notices: [] };
  const plain = { ...panel, type: 'timeseries', targets: [{ refId: 'A', isHidden: false, datasource: {}, model: {} }] };
  // two, as one series alone is no stack
  const [frame] = makeFrames({ ...plain, transformations: [] }, [empty, { ...empty, name: 'other' }], {
    window: WINDOW,
    interpolate: (text) => text,
  });
  const looks = frame?.kind === 'series' ? (frame.looks ?? {}) : {};
  const limits = frame?.kind === 'series' ? (frame.thresholds ?? []) : [];
  const { factor } = makeUnit(unit);
  const chart = chartOf(looks, factor);
  const thresholds = sensible(limits, looks);
  const overrides = panel.fieldConfig.overrides.length;
  return {
    ...(unit !== 'none' && { unit }),
    ...(Object.keys(chart).length > 0 && { chart }),
    ...(thresholds.length > 0 && { thresholds: thresholds.map((one) => thresholdOf(one, factor)) }),
    notes: [
      ...(overrides > 0
        ? [
            `Settings of single series (${overrides} ${overrides === 1 ? 'override' : 'overrides'}) are not carried over.`,
          ]
        : []),
      ...(thresholds.length < limits.length
        ? ['Some limits do not fit its axis or their order and are left out.']
        : []),
    ],
  };
}

function chartOf(
  { min, max, stacked, bars, step, log }: Looks,
  factor: number,
): Readonly<Record<string, number | boolean>> {
  return {
    ...(min !== undefined && { min: asWritten(min, factor) }),
    ...(max !== undefined && { max: asWritten(max, factor) }),
    ...(stacked && { stack: true }),
    ...(bars && { bars: true }),
    ...(step && { step: true }),
    ...(log && { log: true }),
  };
}

/** Limits that a definition may have: on its axis, each once, the worse beyond the better. */
function sensible(limits: readonly Threshold[], looks: Looks): readonly Threshold[] {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = looks;
  const inside = limits.filter(({ value }) => value >= min && value <= max);
  return inside.filter((limit, index) =>
    inside.slice(0, index).every((other) => {
      if (other.op !== limit.op) return other.value !== limit.value;
      const isBeyond = limit.op.startsWith('>') ? limit.value > other.value : limit.value < other.value;
      return isBeyond
        ? RANK[limit.severity] >= RANK[other.severity]
        : other.value !== limit.value && RANK[limit.severity] <= RANK[other.severity];
    }),
  );
}

function thresholdOf({ op, value, severity }: Threshold, factor: number): Readonly<Record<string, unknown>> {
  return { at: asWritten(value, factor), severity, ...(op.startsWith('<') && { below: true }) };
}

/** A number as a definition has it, in its unit; without what binary fractions add. */
function asWritten(value: number, factor: number): number {
  return Number((value / factor).toPrecision(12));
}
