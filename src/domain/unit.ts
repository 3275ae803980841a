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
const KNOWN: Readonly<Record<string, Omit<Unit, 'id'> & { readonly means: string }>> = {
  percent: { means: 'a share, 100 is all', scale: 'percent', symbol: '%', factor: 1, isWhole: false },
  ratio: { means: 'a share, 1 is all', scale: 'percent', symbol: '%', factor: 100, isWhole: false },
  bytes: { means: 'bytes, told in steps of 1024 (KiB, MiB)', scale: 'iec', symbol: 'B', factor: 1, isWhole: false },
  kibibytes: { means: '1024 bytes', scale: 'iec', symbol: 'B', factor: 1024, isWhole: false },
  mebibytes: { means: '1024² bytes', scale: 'iec', symbol: 'B', factor: 1024 ** 2, isWhole: false },
  gibibytes: { means: '1024³ bytes', scale: 'iec', symbol: 'B', factor: 1024 ** 3, isWhole: false },
  tebibytes: { means: '1024⁴ bytes', scale: 'iec', symbol: 'B', factor: 1024 ** 4, isWhole: false },
  pebibytes: { means: '1024⁵ bytes', scale: 'iec', symbol: 'B', factor: 1024 ** 5, isWhole: false },
  decbytes: { means: 'bytes, told in steps of 1000 (kB, MB)', scale: 'si', symbol: 'B', factor: 1, isWhole: false },
  kilobytes: { means: '1000 bytes', scale: 'si', symbol: 'B', factor: 1e3, isWhole: false },
  megabytes: { means: '1000² bytes', scale: 'si', symbol: 'B', factor: 1e6, isWhole: false },
  gigabytes: { means: '1000³ bytes', scale: 'si', symbol: 'B', factor: 1e9, isWhole: false },
  terabytes: { means: '1000⁴ bytes', scale: 'si', symbol: 'B', factor: 1e12, isWhole: false },
  petabytes: { means: '1000⁵ bytes', scale: 'si', symbol: 'B', factor: 1e15, isWhole: false },
  bits: { means: 'bits, told in steps of 1024', scale: 'iec', symbol: 'b', factor: 1, isWhole: false },
  decbits: { means: 'bits, told in steps of 1000', scale: 'si', symbol: 'b', factor: 1, isWhole: false },
  'bytes/s': { means: 'bytes per second, in steps of 1024', scale: 'iec', symbol: 'B/s', factor: 1, isWhole: false },
  'kibibytes/s': { means: '1024 bytes per second', scale: 'iec', symbol: 'B/s', factor: 1024, isWhole: false },
  'mebibytes/s': { means: '1024² bytes per second', scale: 'iec', symbol: 'B/s', factor: 1024 ** 2, isWhole: false },
  'gibibytes/s': { means: '1024³ bytes per second', scale: 'iec', symbol: 'B/s', factor: 1024 ** 3, isWhole: false },
  'decbytes/s': { means: 'bytes per second, in steps of 1000', scale: 'si', symbol: 'B/s', factor: 1, isWhole: false },
  'kilobytes/s': { means: '1000 bytes per second', scale: 'si', symbol: 'B/s', factor: 1e3, isWhole: false },
  'megabytes/s': { means: '1000² bytes per second', scale: 'si', symbol: 'B/s', factor: 1e6, isWhole: false },
  'gigabytes/s': { means: '1000³ bytes per second', scale: 'si', symbol: 'B/s', factor: 1e9, isWhole: false },
  'bits/s': { means: 'bits per second, in steps of 1000', scale: 'si', symbol: 'b/s', factor: 1, isWhole: false },
  'binbits/s': { means: 'bits per second, in steps of 1024', scale: 'iec', symbol: 'b/s', factor: 1, isWhole: false },
  'kilobits/s': { means: '1000 bits per second', scale: 'si', symbol: 'b/s', factor: 1e3, isWhole: false },
  'megabits/s': { means: '1000² bits per second', scale: 'si', symbol: 'b/s', factor: 1e6, isWhole: false },
  'gigabits/s': { means: '1000³ bits per second', scale: 'si', symbol: 'b/s', factor: 1e9, isWhole: false },
  days: { means: 'days', scale: 'duration', symbol: 's', factor: 86_400, isWhole: false },
  hours: { means: 'hours', scale: 'duration', symbol: 's', factor: 3600, isWhole: false },
  minutes: { means: 'minutes', scale: 'duration', symbol: 's', factor: 60, isWhole: false },
  centiseconds: { means: 'hundredths of a second', scale: 'duration', symbol: 's', factor: 1e-2, isWhole: false },
  seconds: { means: 'seconds', scale: 'duration', symbol: 's', factor: 1, isWhole: false },
  milliseconds: { means: 'thousandths of a second', scale: 'duration', symbol: 's', factor: 1e-3, isWhole: false },
  microseconds: { means: 'millionths of a second', scale: 'duration', symbol: 's', factor: 1e-6, isWhole: false },
  nanoseconds: { means: 'billionths of a second', scale: 'duration', symbol: 's', factor: 1e-9, isWhole: false },
  none: { means: 'a number without a unit', scale: 'si', symbol: '', factor: 1, isWhole: false },
  count: { means: 'things that are counted, whole below 10,000', scale: 'si', symbol: '', factor: 1, isWhole: true },
};

/** Other spellings, whoever writes them. */
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

/**
 * Further spellings in definitions. Prefixes are those of the SI, as the chart writes them: `kB` is 1000 bytes, `KiB` 1024. What
 * senders of alerts mean by them nobody knows: theirs are shown as they are.
 */
const SPELLINGS: Readonly<Record<string, string>> = {
  MiB: 'mebibytes',
  GiB: 'gibibytes',
  TiB: 'tebibytes',
  PiB: 'pebibytes',
  kB: 'kilobytes',
  KB: 'kilobytes',
  MB: 'megabytes',
  GB: 'gigabytes',
  TB: 'terabytes',
  PB: 'petabytes',
  'KiB/s': 'kibibytes/s',
  'MiB/s': 'mebibytes/s',
  'GiB/s': 'gibibytes/s',
  'kB/s': 'kilobytes/s',
  'KB/s': 'kilobytes/s',
  'MB/s': 'megabytes/s',
  'GB/s': 'gigabytes/s',
  'bit/s': 'bits/s',
  'kbit/s': 'kilobits/s',
  'Kbit/s': 'kilobits/s',
  kbps: 'kilobits/s',
  'Mbit/s': 'megabits/s',
  Mbps: 'megabits/s',
  'Gbit/s': 'gigabits/s',
  Gbps: 'gigabits/s',
};

/** Every spelling of a unit that has a meaning of its own. */
export const UNIT_NAMES: readonly string[] = [KNOWN, SYNONYMS, SPELLINGS].flatMap((table) => Object.keys(table));

/** The units that have a meaning of their own, with their other spellings; the docs are made from this. */
export const UNITS = Object.entries(KNOWN).map(([name, { means }]) => ({
  name,
  means,
  spellings: Object.entries({ ...SYNONYMS, ...SPELLINGS }).flatMap(([other, meant]) =>
    other !== '' && meant === name ? [other] : [],
  ),
}));

const PER: Readonly<Record<string, string>> = { s: 'second', sec: 'second', min: 'minute', h: 'hour', d: 'day' };

/** Units longer than this are said once, in the subtitle (`look.md` of the design: three characters). */
const SYMBOL_MAX_CHARS = 3;

/** Gives the unit that a definition writes, in any of the spellings of {@link UNIT_NAMES}. */
export function definedUnit(written = 'none'): Unit {
  return makeUnit(Object.hasOwn(SPELLINGS, written) ? SPELLINGS[written] : written);
}

/** The unit that values of a unit are kept in: seconds for milliseconds, percent for a ratio. */
export function baseUnit(unit: Unit): Unit {
  if (unit.factor === 1) return unit;
  const isBase = ([, { scale, symbol, factor }]: [string, Omit<Unit, 'id'>]) =>
    factor === 1 && scale === unit.scale && symbol === unit.symbol;
  const [name = unit.id] = Object.entries(KNOWN).find(isBase) ?? [];
  return { ...unit, id: name, factor: 1 };
}

/**
 * Gives the unit for an id. Unknown ids are units too: up to three characters ride on every number
 * (`°C`), longer ones are said once (`orders/min` → phrase `orders per minute`, `req/s` → `per second`).
 */
export function makeUnit(id = 'none'): Unit {
  const name = (Object.hasOwn(SYNONYMS, id) && SYNONYMS[id]) || id || 'none';
  const known = Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined;
  if (known) {
    const { means: _, ...unit } = known;
    return { id: name, ...unit };
  }
  const [thing = '', per] = id.split('/');
  if (per !== undefined && Object.hasOwn(PER, per)) {
    const prefix = ['req', 'reqs', 'requests', 'ops', 'events', ''].includes(thing) ? '' : `${thing} `;
    return { id, scale: 'si', symbol: '', phrase: `${prefix}per ${PER[per]}`, factor: 1, isWhole: false };
  }
  if ([...id].length <= SYMBOL_MAX_CHARS) return { id, scale: 'si', symbol: id, factor: 1, isWhole: false };
  return { id, scale: 'si', symbol: '', phrase: id, factor: 1, isWhole: false };
}
