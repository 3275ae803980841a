/** Units of measure: what a value means and which prefixes it takes. Formatting is in `format-number.ts`. */

/** How a value is scaled for people: `iec` by 1024, `si` by 1000, `duration` along ns … d, `none` never. */
export type UnitScale = 'percent' | 'iec' | 'si' | 'duration' | 'none';

/** A unit of measure. Made only by {@link makeUnit}. */
export interface Unit {
  /** As definitions write it: `percent`, `bytes`, `bytes/s`, `seconds`, `req/s`, `°C`, … */
  readonly id: string;
  readonly scale: UnitScale;
  /** What stands behind a number: `%`, `B`, `B/s`, `s`, `°C`, or nothing. */
  readonly symbol: string;
  /** Said once in the subtitle instead of on every tick, for units too long to ride along: `per second`. */
  readonly phrase?: string;
  /** Multiply a source's raw value by this to get a value in this unit (`ms` is 0.001 of a second). */
  readonly factor: number;
  /** True for counts: never a decimal. */
  readonly isWhole: boolean;
  /** Digits behind the point, where somebody chose them (a Grafana panel); a value that is not zero keeps one that shows. */
  readonly decimals?: number;
}

/** The units with a meaning of their own; anything else is a symbol or a phrase, see {@link makeUnit}. */
const KNOWN: Readonly<Record<string, Omit<Unit, 'id'>>> = {
  percent: { scale: 'percent', symbol: '%', factor: 1, isWhole: false },
  ratio: { scale: 'percent', symbol: '%', factor: 100, isWhole: false },
  bytes: { scale: 'iec', symbol: 'B', factor: 1, isWhole: false },
  kibibytes: { scale: 'iec', symbol: 'B', factor: 1024, isWhole: false },
  mebibytes: { scale: 'iec', symbol: 'B', factor: 1024 ** 2, isWhole: false },
  gibibytes: { scale: 'iec', symbol: 'B', factor: 1024 ** 3, isWhole: false },
  tebibytes: { scale: 'iec', symbol: 'B', factor: 1024 ** 4, isWhole: false },
  pebibytes: { scale: 'iec', symbol: 'B', factor: 1024 ** 5, isWhole: false },
  decbytes: { scale: 'si', symbol: 'B', factor: 1, isWhole: false },
  kilobytes: { scale: 'si', symbol: 'B', factor: 1e3, isWhole: false },
  megabytes: { scale: 'si', symbol: 'B', factor: 1e6, isWhole: false },
  gigabytes: { scale: 'si', symbol: 'B', factor: 1e9, isWhole: false },
  terabytes: { scale: 'si', symbol: 'B', factor: 1e12, isWhole: false },
  petabytes: { scale: 'si', symbol: 'B', factor: 1e15, isWhole: false },
  bits: { scale: 'iec', symbol: 'b', factor: 1, isWhole: false },
  decbits: { scale: 'si', symbol: 'b', factor: 1, isWhole: false },
  'bytes/s': { scale: 'iec', symbol: 'B/s', factor: 1, isWhole: false },
  'kibibytes/s': { scale: 'iec', symbol: 'B/s', factor: 1024, isWhole: false },
  'mebibytes/s': { scale: 'iec', symbol: 'B/s', factor: 1024 ** 2, isWhole: false },
  'gibibytes/s': { scale: 'iec', symbol: 'B/s', factor: 1024 ** 3, isWhole: false },
  'decbytes/s': { scale: 'si', symbol: 'B/s', factor: 1, isWhole: false },
  'kilobytes/s': { scale: 'si', symbol: 'B/s', factor: 1e3, isWhole: false },
  'megabytes/s': { scale: 'si', symbol: 'B/s', factor: 1e6, isWhole: false },
  'gigabytes/s': { scale: 'si', symbol: 'B/s', factor: 1e9, isWhole: false },
  'bits/s': { scale: 'si', symbol: 'b/s', factor: 1, isWhole: false },
  'binbits/s': { scale: 'iec', symbol: 'b/s', factor: 1, isWhole: false },
  'kilobits/s': { scale: 'si', symbol: 'b/s', factor: 1e3, isWhole: false },
  'megabits/s': { scale: 'si', symbol: 'b/s', factor: 1e6, isWhole: false },
  'gigabits/s': { scale: 'si', symbol: 'b/s', factor: 1e9, isWhole: false },
  days: { scale: 'duration', symbol: 's', factor: 86_400, isWhole: false },
  hours: { scale: 'duration', symbol: 's', factor: 3600, isWhole: false },
  minutes: { scale: 'duration', symbol: 's', factor: 60, isWhole: false },
  centiseconds: { scale: 'duration', symbol: 's', factor: 1e-2, isWhole: false },
  seconds: { scale: 'duration', symbol: 's', factor: 1, isWhole: false },
  milliseconds: { scale: 'duration', symbol: 's', factor: 1e-3, isWhole: false },
  microseconds: { scale: 'duration', symbol: 's', factor: 1e-6, isWhole: false },
  nanoseconds: { scale: 'duration', symbol: 's', factor: 1e-9, isWhole: false },
  none: { scale: 'si', symbol: '', factor: 1, isWhole: false },
  count: { scale: 'si', symbol: '', factor: 1, isWhole: true },
};

const SYNONYMS: Readonly<Record<string, string>> = {
  '%': 'percent',
  percentunit: 'ratio',
  B: 'bytes',
  KiB: 'kibibytes',
  'B/s': 'bytes/s',
  Bps: 'bytes/s',
  bps: 'bits/s',
  'b/s': 'bits/s',
  s: 'seconds',
  ms: 'milliseconds',
  µs: 'microseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
  short: 'none',
  '': 'none',
};

/** Every name of a unit that has a meaning of its own. */
export const UNIT_NAMES: readonly string[] = [...Object.keys(KNOWN), ...Object.keys(SYNONYMS)];

const PER: Readonly<Record<string, string>> = { s: 'second', sec: 'second', min: 'minute', h: 'hour', d: 'day' };

/** Units longer than this are said once, in the subtitle (`look.md` of the design: three characters). */
const SYMBOL_MAX_CHARS = 3;

/**
 * Gives the unit for an id of a definition. Unknown ids are units too: up to three characters ride on every number
 * (`°C`), longer ones are said once (`orders/min` → phrase `orders per minute`, `req/s` → `per second`).
 */
export function makeUnit(id = 'none'): Unit {
  const name = (Object.hasOwn(SYNONYMS, id) && SYNONYMS[id]) || id || 'none';
  const known = Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined;
  if (known) return { id: name, ...known };
  const [thing = '', per] = id.split('/');
  if (per !== undefined && Object.hasOwn(PER, per)) {
    const prefix = ['req', 'reqs', 'requests', 'ops', 'events', ''].includes(thing) ? '' : `${thing} `;
    return { id, scale: 'si', symbol: '', phrase: `${prefix}per ${PER[per]}`, factor: 1, isWhole: false };
  }
  if ([...id].length <= SYMBOL_MAX_CHARS) return { id, scale: 'si', symbol: id, factor: 1, isWhole: false };
  return { id, scale: 'si', symbol: '', phrase: id, factor: 1, isWhole: false };
}
