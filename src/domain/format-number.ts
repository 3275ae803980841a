/** Numbers as people read them: one formatter for ticks, labels, tables and words. Pure. */
import type { Unit } from './unit.ts';

/** Between a number and its unit: narrow, and never broken across lines. */
export const THIN_SPACE = '\u202F';
const MINUS = '\u2212';
const SIGNIFICANT_DIGITS = 3;
/** In a column a small value keeps this many, whatever the largest one needs. */
const COLUMN_MIN_DIGITS = 2;

interface Scaled {
  /** Divide a value by this. */
  readonly divisor: number;
  readonly suffix: string;
}

const SI = ['', 'k', 'M', 'G', 'T', 'P', 'E'];
const IEC = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
/** Numbers outside of this are written with a power of ten. */
const [PLAIN_FROM, PLAIN_BELOW] = [1e-4, 1e7];
/** From so many of the greatest prefix on, none is used. */
const BEYOND_PREFIXES = 10_000;
/** Plain numbers take a prefix from here on: 1734 but 17.3 k. */
const SI_PREFIX_FROM = 10_000;

/** Durations in seconds: a unit is used below its limit. `3.2 ns` … `89 s`, `10 min`, `1.5 h`, `3 d`. */
const DURATIONS: readonly (Scaled & { readonly below: number })[] = [
  { below: 1e-6, divisor: 1e-9, suffix: 'ns' },
  { below: 1e-3, divisor: 1e-6, suffix: 'µs' },
  { below: 1, divisor: 1e-3, suffix: 'ms' },
  { below: 90, divisor: 1, suffix: 's' },
  { below: 90 * 60, divisor: 60, suffix: 'min' },
  { below: 48 * 3600, divisor: 3600, suffix: 'h' },
  { below: Number.POSITIVE_INFINITY, divisor: 86_400, suffix: 'd' },
];

/** Formats one value with its unit: `83.4 %`, `12.4 GiB`, `340 ms`, `17.3 k`. NaN is `no value`. */
export function formatValue(value: number, unit: Unit): string {
  if (!Number.isFinite(value)) return 'no value';
  const scaled = scaleOf(value, unit);
  const number = value / scaled.divisor;
  return join(signed(digits(number, decimalsFor(number, unit), unit, true), number), scaled.suffix);
}

/**
 * Formats values that stand above each other: of those with the same prefix the largest sets the decimals, zeros stay,
 * small ones keep two significant digits. Same order as given.
 */
export function formatColumn(values: readonly number[], unit: Unit): string[] {
  const largest = new Map<string, number>();
  const isIntegral = new Map<string, boolean>();
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    const { suffix, divisor } = scaleOf(value, unit);
    const number = value / divisor;
    largest.set(suffix, Math.max(largest.get(suffix) ?? 0, Math.abs(number)));
    isIntegral.set(suffix, (isIntegral.get(suffix) ?? true) && Number.isInteger(number));
  }
  return values.map((value) => {
    if (!Number.isFinite(value)) return 'no value';
    const { suffix, divisor } = scaleOf(value, unit);
    const number = value / divisor;
    const shared = isIntegral.get(suffix) ? 0 : decimalsFor(largest.get(suffix) ?? number, unit);
    const own = number === 0 ? 0 : COLUMN_MIN_DIGITS - 1 - Math.floor(Math.log10(Math.abs(number)));
    const decimals = unit.isWhole && suffix === '' ? 0 : Math.max(shared, isIntegral.get(suffix) ? 0 : own);
    return join(signed(digits(number, decimals, unit, decimals > shared), number), suffix);
  });
}

/**
 * Formats the ticks of one axis: one prefix (that of the highest tick), one number of decimals, zero without a unit.
 * Durations up to 1 s are in ms.
 */
export function formatTicks(ticks: readonly number[], unit: Unit): string[] {
  const scaled = tickScale(ticks, unit);
  const highest = Math.max(...ticks.map(Math.abs), 0) / scaled.divisor;
  if (highest !== 0 && (highest < PLAIN_FROM || highest >= PLAIN_BELOW)) return powerTicks(ticks, scaled, highest);
  const numbers = ticks.map((tick) => tick / scaled.divisor);
  const decimals = Math.max(0, ...numbers.map(exactDecimals));
  return numbers.map((number) =>
    number === 0 ? '0' : join(signed(Math.abs(number).toFixed(decimals), number), scaled.suffix),
  );
}

/** Formats a limit on the axis of `ticks`: their prefix, its own decimals. */
export function formatLimit(value: number, ticks: readonly number[], unit: Unit): string {
  const { divisor, suffix } = tickScale(ticks, unit);
  const number = value / divisor;
  const decimals = Math.min(exactDecimals(number), Math.max(2, decimalsFor(number, unit)));
  return join(signed(digits(number, decimals, unit, true), number), suffix);
}

/** Ticks that share a power of ten: `0.5e−9 1.0e−9`. */
function powerTicks(ticks: readonly number[], { divisor, suffix }: Scaled, highest: number): string[] {
  const exponent = Math.floor(Math.log10(highest) + 1e-9);
  const mantissas = ticks.map((tick) => tick / divisor / 10 ** exponent);
  const decimals = Math.max(0, ...mantissas.map(exactDecimals));
  return mantissas.map((mantissa) =>
    mantissa === 0
      ? '0'
      : join(`${signed(Math.abs(mantissa).toFixed(decimals), mantissa)}${exponentOf(exponent)}`, suffix),
  );
}

/** A duration in words of one unit: `10 s`, `1 min`, `1.5 h`, `7 d`; with what `seconds` values would have. */
export function formatDuration(ms: number): string {
  const seconds = ms / 1000;
  const whole = [86_400, 3600, 60].find((size) => seconds >= size && seconds % size === 0);
  if (whole) return `${seconds / whole}${THIN_SPACE}${whole === 60 ? 'min' : whole === 3600 ? 'h' : 'd'}`;
  return formatValue(seconds, { id: 'seconds', scale: 'duration', symbol: 's', factor: 1, isWhole: false });
}

/**
 * The prefix that ticks share: that of the highest one, but seconds up to 1 s are in ms; and for times and bytes, whose
 * steps are no decimals, the first one below it that takes one decimal at most.
 */
function tickScale(ticks: readonly number[], unit: Unit): Scaled {
  const highest = Math.max(...ticks.map(Math.abs), 0);
  const first = unit.scale === 'duration' && highest === 1 ? scaleOf(0.5, unit) : scaleOf(highest, unit);
  const smaller = smallerScales(first, unit);
  const isShort = ({ divisor }: Scaled) => ticks.every((tick) => exactDecimals(tick / divisor) <= 1);
  return [first, ...smaller].find(isShort) ?? first;
}

function smallerScales({ divisor, suffix }: Scaled, unit: Unit): readonly Scaled[] {
  if (unit.scale === 'duration') {
    const at = DURATIONS.findIndex((duration) => duration.suffix === suffix);
    return DURATIONS.slice(Math.max(0, at - 1), Math.max(0, at));
  }
  if (unit.scale !== 'iec' || divisor <= 1) return [];
  const below = IEC[Math.round(Math.log2(divisor) / 10) - 1] ?? '';
  return [{ divisor: divisor / 1024, suffix: `${below}${unit.symbol}` }];
}

function scaleOf(value: number, unit: Unit): Scaled {
  const size = Math.abs(value);
  const { symbol } = unit;
  switch (unit.scale) {
    case 'duration': {
      if (size === 0) return { divisor: 1, suffix: 's' };
      const index = DURATIONS.findIndex(({ below }) => size < below);
      const chosen = DURATIONS[index] as Scaled;
      const next = DURATIONS[index + 1];
      // 0.9999 s would be written 1000 ms
      return next && index < 3 && round(size / chosen.divisor) >= 1000 ? next : chosen;
    }
    case 'iec':
      return prefixed(size, 1024, 1024, IEC, symbol);
    case 'si':
      return prefixed(size, 1000, SI_PREFIX_FROM, SI, symbol);
    default:
      return { divisor: 1, suffix: symbol };
  }
}

function prefixed(size: number, base: number, from: number, prefixes: readonly string[], symbol: string): Scaled {
  let index = 0;
  if (round(size) >= from) {
    while (index < prefixes.length - 1 && round(size / base ** index) >= base) index += 1;
  }
  if (size / base ** index >= BEYOND_PREFIXES && index > 0) return { divisor: 1, suffix: symbol };
  return { divisor: base ** index, suffix: `${prefixes[index]}${symbol}` };
}

/** To the digits that are shown, so that a prefix fits what is written. */
function round(value: number): number {
  return value >= 100 ? Math.round(value) : Number(value.toPrecision(SIGNIFICANT_DIGITS));
}

function decimalsFor(number: number, unit: Unit): number {
  if (number === 0 || (unit.isWhole && Number.isInteger(number))) return 0;
  const first = -Math.floor(Math.log10(Math.abs(number)));
  if (unit.decimals !== undefined) return Math.max(0, first, unit.decimals);
  return Math.max(0, SIGNIFICANT_DIGITS - 1 + first);
}

function digits(number: number, decimals: number, unit: Unit, stripZeros: boolean): string {
  const size = Math.abs(number);
  if (size !== 0 && (size < PLAIN_FROM || size >= PLAIN_BELOW)) return powerOfTen(size);
  let text = size.toFixed(Math.min(decimals, 12));
  // 99.97 % is not 100 %: a limit that was not reached is never shown as reached
  if (unit.scale === 'percent' && size < 100 && Number(text) >= 100)
    text = decimals > 0 ? (99.9).toFixed(decimals) : '99.9';
  return stripZeros && text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** `1.02e−9`: superscripts would be nicer, but the minus among them is in no font that pictures have. */
function powerOfTen(size: number): string {
  const [mantissa = '', exponent = ''] = size.toExponential(SIGNIFICANT_DIGITS - 1).split('e');
  return `${mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa}${exponentOf(Number(exponent))}`;
}

function exponentOf(exponent: number): string {
  return `e${exponent < 0 ? MINUS : ''}${Math.abs(exponent)}`;
}

function exactDecimals(number: number): number {
  for (let decimals = 0; decimals < 9; decimals += 1) {
    if (Math.abs(Number(number.toFixed(decimals)) - number) <= Math.abs(number) * 1e-9) return decimals;
  }
  return 9;
}

function signed(text: string, number: number): string {
  return number < 0 && /[1-9]/.test(text) ? `${MINUS}${text}` : text;
}

function join(number: string, suffix: string): string {
  return suffix === '' ? number : `${number}${THIN_SPACE}${suffix}`;
}
