/** A panel's coloured steps as limits with a severity. Pure. */
import type { Severity, Threshold } from '../../../domain/annotation.ts';
import type { Unit } from '../../../domain/unit.ts';
import { listOf, mapOf, numberOf, textOf } from './json.ts';

interface Step {
  readonly value: number;
  /** 0 is well, then the worse the more. */
  readonly rank: number;
}

/** Ends of the axis, for steps in percent of it; in the panel's own numbers. */
export interface Extent {
  readonly min: number;
  readonly max: number;
}

/** More limits than this are a rainbow. */
const THRESHOLDS_MAX = 6;

/**
 * Limits between steps of different colours: a worse colour above makes `>=`, a better one above makes `<`. In the
 * series' unit.
 */
export function thresholdsOf(config: unknown, unit: Unit, extent: Extent | undefined): readonly Threshold[] {
  const { mode, steps: stored } = mapOf(config);
  const steps = listOf(stored)
    .map(mapOf)
    .map(({ value, color }) => ({
      value: numberOf(value) ?? Number.NEGATIVE_INFINITY,
      rank: rankOf(textOf(color) ?? ''),
    }))
    .sort((a, b) => a.value - b.value)
    // of steps at one value only the last has a place
    .filter(({ value }, index, all) => all[index + 1]?.value !== value);
  if (mode === 'percentage' && !extent) return [];
  const place = (value: number) =>
    mode === 'percentage' && extent ? extent.min + (value / 100) * (extent.max - extent.min) : value;
  return steps.flatMap((step, index) => limitBetween(steps[index - 1], step, place, unit)).slice(0, THRESHOLDS_MAX);
}

function limitBetween(
  below: Step | undefined,
  above: Step,
  place: (value: number) => number,
  unit: Unit,
): readonly Threshold[] {
  if (!below || below.rank === above.rank || !Number.isFinite(above.value)) return [];
  const value = place(above.value) * unit.factor;
  if (!Number.isFinite(value)) return [];
  return [
    above.rank > below.rank
      ? { op: '>=', value, severity: severityOf(above.rank) }
      : { op: '<', value, severity: severityOf(below.rank) },
  ];
}

function severityOf(rank: number): Severity {
  return rank >= 4 ? 'critical' : rank >= 2 ? 'warning' : 'info';
}

/** Whether the steps are those that every new panel has, which nobody chose: green, and red from 80. */
export function isUntouched(config: unknown): boolean {
  const steps = listOf(mapOf(config).steps).map(mapOf);
  return steps.length < 2 || (steps.length === 2 && steps[1]?.value === 80 && steps[1]?.color === 'red');
}

function rankOf(color: string): number {
  const hue = hueOf(color.trim().toLowerCase());
  if (hue === undefined) return 0;
  if (hue < 18 || hue >= 335) return 4;
  if (hue < 42) return 3;
  if (hue < 70) return 2;
  return hue < 260 ? 0 : 1;
}

/** Grafana's names for colours, as hues in degrees. */
const HUES: Readonly<Record<string, number>> = { red: 0, orange: 30, yellow: 55, green: 120, blue: 210, purple: 280 };

/** The hue of a colour in degrees; `undefined` for greys, names that say none, and transparent ones. */
function hueOf(color: string): number | undefined {
  const name = /^(?:(?:super-)?(?:light|dark)-|semi-dark-)?([a-z]+)$/.exec(color)?.[1];
  if (name !== undefined) return Object.hasOwn(HUES, name) ? HUES[name] : undefined;
  const parts = channelsOf(color);
  if (!parts) return undefined;
  const [red, green, blue] = parts;
  const [low, high] = [Math.min(...parts), Math.max(...parts)];
  if (high - low < 24) return undefined;
  const range = high - low;
  const sixth =
    high === red ? (green - blue) / range : high === green ? 2 + (blue - red) / range : 4 + (red - green) / range;
  return (sixth * 60 + 360) % 360;
}

function channelsOf(color: string): readonly [number, number, number] | undefined {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})[0-9a-f]{0,2}$/.exec(color)?.[1];
  if (hex !== undefined) {
    const pairs = hex.length === 3 ? [...hex].map((one) => one + one) : (hex.match(/../g) ?? []);
    const [red = 0, green = 0, blue = 0] = pairs.map((pair) => Number.parseInt(pair, 16));
    return [red, green, blue];
  }
  const [, red, green, blue] = /^rgba?\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)/.exec(color) ?? [];
  return red === undefined ? undefined : [Number(red), Number(green), Number(blue)];
}
