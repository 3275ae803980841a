/** The value axis: its range, its nice steps and the height of a value. Pure. */
import type { Looks } from '../../domain/saved-query.ts';
import type { Unit } from '../../domain/unit.ts';

/** What there is to show, in the unit of the series. */
export interface ValueExtent {
  readonly min: number;
  readonly max: number;
  /** Least value above zero, for log axes; infinite when there is none. */
  readonly minPositive: number;
}

/** A chosen axis, before it has pixels. */
export interface ValueScale {
  readonly min: number;
  readonly max: number;
  readonly isLog: boolean;
  /** Where a logarithmic axis stands for zero: at its lower end. */
  readonly zeroAt?: number;
  /** From the lowest up. `faint` ones have a thinner meaning and no label. */
  readonly ticks: readonly { readonly value: number; readonly line: 'grid' | 'zero' | 'faint' }[];
}

/** px between two lines at least: 5 to 7 lines in a standard picture. */
const LINE_GAP_PX = 40;
const HEADROOM = 0.06;
/** Values beyond are drawn at the edge: the arithmetic of an axis must not overflow. */
const [TINY, HUGE] = [1e-300, 5e307];
const DAY_SECONDS = 86_400;
const SECONDS = [1, 2, 5, 10, 15, 30];
const DURATION_STEPS = [
  ...SECONDS,
  ...SECONDS.map((step) => step * 60),
  ...[1, 2, 3, 6, 12].map((step) => step * 3600),
  ...[1, 2, 7].map((step) => step * DAY_SECONDS),
];

/** The smallest nice step of a unit that is at least `atLeast`: 1, 2, 2.5, 5 ×10ⁿ, powers of two for bytes, clock steps for time. */
export function niceStep(atLeast: number, unit: Unit): number {
  if (unit.scale === 'iec' && atLeast > 0.5) return 2 ** Math.ceil(Math.log2(atLeast) - 1e-9);
  if (unit.scale === 'duration' && atLeast > 0.5) {
    const step = DURATION_STEPS.find((candidate) => candidate >= atLeast * (1 - 1e-9));
    return step ?? decimalStep(atLeast / DAY_SECONDS, false) * DAY_SECONDS;
  }
  return decimalStep(unit.isWhole ? Math.max(1, atLeast) : atLeast, unit.isWhole);
}

function decimalStep(atLeast: number, isWhole: boolean): number {
  const power = Math.floor(Math.log10(atLeast) + 1e-9);
  for (const mantissa of [1, 2, 2.5, 5, 10]) {
    // a product with 10 ** -3 is not the number that is written 0.001
    const step = Number(`${mantissa}e${power}`);
    if (step >= atLeast * (1 - 1e-9) && (!isWhole || Number.isInteger(step))) return step;
  }
  return Number(`1e${power + 1}`);
}

/**
 * Chooses the axis for what there is to show. All values ≥ 0 start it at zero; only `looks` may zoom, and not where
 * areas or bars stand on the zero line (`isSolid`).
 */
export function chooseValueScale(
  extent: ValueExtent,
  unit: Unit,
  looks: Pick<Looks, 'min' | 'max' | 'log'>,
  isSolid: boolean,
  heightPx: number,
): ValueScale {
  if (looks.log && Number.isFinite(extent.minPositive)) return logScale(extent, unit, heightPx);
  const dataMin = clamp(Math.min(0, extent.min));
  const dataMax = clamp(Math.max(0, extent.max));
  const asked = askedEnds(looks, dataMin, dataMax, isSolid);
  const isEmpty = dataMin === 0 && dataMax === 0;
  const span = (asked.max ?? (isEmpty ? 1 : dataMax)) - (asked.min ?? dataMin);
  if (asked.min === 0 && asked.max === 100 && unit.scale === 'percent') return withTicks(0, 100, 25);
  let step = niceStep((span * LINE_GAP_PX) / heightPx, unit);
  for (let round = 0; round < 8; round += 1) {
    const max = asked.max ?? (isEmpty ? 1 : roundOut(dataMax, dataMax > 0 ? HEADROOM * span : 0, step));
    const min = asked.min ?? 0 - roundOut(-dataMin, dataMin < 0 ? HEADROOM * span : 0, step);
    if (((max - min) / step) * LINE_GAP_PX <= heightPx * (1 + 1e-9)) return withTicks(min, max, step);
    step = niceStep(step * 1.01, unit);
  }
  return withTicks(asked.min ?? dataMin, asked.max ?? Math.max(dataMax, dataMin + step), step);
}

function clamp(value: number): number {
  return Math.abs(value) < TINY ? 0 : Math.min(HUGE, Math.max(-HUGE, value));
}

/** Ends given by definition or asker, unless they make no axis: `min` above all data, `max` below. */
function askedEnds(looks: Pick<Looks, 'min' | 'max'>, dataMin: number, dataMax: number, isSolid: boolean) {
  const min = looks.min !== undefined && isSolid ? Math.min(0, looks.min) : looks.min;
  const max = looks.max !== undefined && isSolid ? Math.max(0, looks.max) : looks.max;
  const isUsable = (max ?? dataMax) - (min ?? dataMin) > TINY;
  return isUsable ? { min, max } : { min: undefined, max: max !== undefined && max > dataMin ? max : undefined };
}

/** Up to a step, or to half a step when more than half of one would be empty. */
function roundOut(end: number, headroom: number, step: number): number {
  const wanted = end + headroom;
  if (wanted <= 0) return 0;
  const steps = Math.max(1, Math.ceil(wanted / step - 1e-9));
  // half of the only step would leave no line but zero
  return steps > 1 && steps * step - wanted > step / 2 ? (steps - 0.5) * step : steps * step;
}

function withTicks(min: number, max: number, step: number): ValueScale {
  const ticks: { value: number; line: 'grid' | 'zero' }[] = [];
  const last = Math.floor(max / step + 1e-9);
  for (let index = Math.ceil(min / step - 1e-9); index <= last && ticks.length < 40; index += 1) {
    const value = index === 0 ? 0 : Number((index * step).toPrecision(12));
    ticks.push({ value, line: value === 0 ? 'zero' : 'grid' });
  }
  return { min, max, isLog: false, ticks };
}

/** Ticks with a label: the faint ones only where two powers alone would leave the data without a number near them. */
export function labelledTicks({ ticks }: ValueScale): ValueScale['ticks'] {
  const firm = ticks.filter(({ line }) => line !== 'faint');
  return firm.length < 3 ? ticks : firm;
}

function logScale({ minPositive, max }: ValueExtent, unit: Unit, heightPx: number): ValueScale {
  const base = unit.scale === 'iec' ? 16 : 10; // powers of ten are no round numbers of bytes
  const power = (value: number) => Math.log10(value) / Math.log10(base);
  const low = Math.floor(power(Math.max(TINY, minPositive)) + 1e-9);
  const high = Math.max(low + 1, Math.ceil(power(Math.min(HUGE, max)) - 1e-9));
  const every = Math.ceil(((high - low) * (LINE_GAP_PX * 0.75)) / heightPx);
  const between = base === 16 ? [4] : [2, 5];
  const ticks: { value: number; line: 'grid' | 'faint' }[] = [];
  const raise = (exponent: number) => (base === 10 ? Number(`1e${exponent}`) : base ** exponent);
  for (let exponent = low; exponent <= high; exponent += every) {
    ticks.push({ value: raise(exponent), line: 'grid' });
    if (every > 1 || exponent === high) continue;
    for (const factor of between) ticks.push({ value: raise(exponent) * factor, line: 'faint' });
  }
  return { min: raise(low), max: raise(high), isLog: true, ticks };
}

/** Gives the height in px of a value; NaN for gaps and, on a log axis, for zero and below. */
export function heightOf(scale: ValueScale, top: number, bottom: number): (value: number) => number {
  if (scale.isLog) {
    const [low, high] = [Math.log10(scale.min), Math.log10(scale.max)];
    return (value) => (value > 0 ? bottom - ((Math.log10(value) - low) / (high - low)) * (bottom - top) : Number.NaN);
  }
  const perPx = (bottom - top) / (scale.max - scale.min);
  return (value) => bottom - (value - scale.min) * perPx;
}
