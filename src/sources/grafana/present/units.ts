/** Grafana's names of units as ours, and the few that say how a number is written rather than what it measures. Pure. */
import { makeUnit, type Unit } from '../../../domain/unit.ts';

/**
 * Ids for `makeUnit`. Grafana's `bytes` and `bits` count in 1024s, its `Bps` and `bps` in 1000s.
 *
 * @see https://github.com/grafana/grafana/tree/main/packages/grafana-data/src/valueFormats for the ids
 */
const UNITS: Readonly<Record<string, string>> = {
  none: 'none',
  short: 'none',
  string: 'none',
  locale: 'none',
  sci: 'none',
  hex: 'none',
  hex0x: 'none',
  percent: 'percent',
  percentunit: 'ratio',
  humidity: '%H',
  dB: 'dB',
  bytes: 'bytes',
  decbytes: 'decbytes',
  bits: 'bits',
  decbits: 'decbits',
  kbytes: 'kibibytes',
  deckbytes: 'kilobytes',
  mbytes: 'mebibytes',
  decmbytes: 'megabytes',
  gbytes: 'gibibytes',
  decgbytes: 'gigabytes',
  tbytes: 'tebibytes',
  dectbytes: 'terabytes',
  pbytes: 'pebibytes',
  decpbytes: 'petabytes',
  Bps: 'decbytes/s',
  binBps: 'bytes/s',
  bps: 'bits/s',
  binbps: 'binbits/s',
  KBs: 'kilobytes/s',
  KiBs: 'kibibytes/s',
  MBs: 'megabytes/s',
  MiBs: 'mebibytes/s',
  GBs: 'gigabytes/s',
  GiBs: 'gibibytes/s',
  Kbits: 'kilobits/s',
  Mbits: 'megabits/s',
  Gbits: 'gigabits/s',
  pps: 'packets/s',
  cps: 'count/s',
  ops: 'ops/s',
  reqps: 'req/s',
  rps: 'reads/s',
  wps: 'writes/s',
  iops: 'IO operations/s',
  eps: 'events/s',
  mps: 'messages/s',
  recps: 'records/s',
  rowsps: 'rows/s',
  cpm: 'count/min',
  opm: 'operations/min',
  reqpm: 'requests/min',
  rpm: 'reads/min',
  wpm: 'writes/min',
  ns: 'nanoseconds',
  µs: 'microseconds',
  us: 'microseconds',
  ms: 'milliseconds',
  s: 'seconds',
  m: 'minutes',
  h: 'hours',
  d: 'days',
  dtdurations: 'seconds',
  dtdurationms: 'milliseconds',
  dthms: 'seconds',
  dtdhms: 'seconds',
  clocks: 'seconds',
  clockms: 'milliseconds',
  timeticks: 'centiseconds',
  hertz: 'Hz',
  rotrpm: 'rpm',
  rothz: 'Hz',
  celsius: '°C',
  fahrenheit: '°F',
  kelvin: 'K',
  volt: 'V',
  kvolt: 'kilovolts',
  amp: 'A',
  watt: 'W',
  kwatt: 'kilowatts',
  mwatt: 'mW',
  watth: 'Wh',
  kwatth: 'kWh',
  joule: 'J',
  lengthm: 'm',
  lengthmm: 'mm',
  lengthkm: 'km',
  velocityms: 'metres/s',
  velocitykmh: 'km/h',
  pressurebar: 'bar',
  pressurehpa: 'hPa',
  pressurepa: 'Pa',
  degree: '°',
  litre: 'L',
  ppm: 'ppm',
  currencyUSD: '$',
  currencyEUR: '€',
  currencyGBP: '£',
  currencyJPY: '¥',
  currencyCHF: 'CHF',
  currencyBTC: '₿',
  accMS2: 'm/s²',
};

/** Units that are words for numbers: the texts of 0 and of everything else. */
const BOOLEANS: Readonly<Record<string, readonly [string, string]>> = {
  bool: ['false', 'true'],
  bool_yes_no: ['no', 'yes'],
  bool_on_off: ['off', 'on'],
};

/** The limit of a unit's name in a definition. */
const UNIT_MAX_CHARS = 40;

/** The id for `makeUnit` of a unit that a panel names; one that is not known is what stands behind the number. */
export function unitIdOf(id: string | undefined): string {
  if (id === undefined || id === '' || isTimeUnit(id) || Object.hasOwn(BOOLEANS, id)) return 'none';
  if (Object.hasOwn(UNITS, id)) return UNITS[id] as string;
  const [, kind = '', rest = ''] = /^(suffix|prefix|si|currency|count|bool|time):([\s\S]*)$/.exec(id) ?? [];
  if (kind === 'bool' || kind === 'time') return 'none';
  const symbol = kind === '' ? id.replace(/^currency/, '') : kind === 'currency' ? lastOf(rest) : rest;
  return symbol.trim().slice(0, UNIT_MAX_CHARS) || 'none';
}

/** `currency:suffix:kr` and `currency:kr` both mean `kr`. */
function lastOf(text: string): string {
  return text.split(':').at(-1) ?? text;
}

/** The unit that a panel names, with its decimals. */
export function unitOf(id: string | undefined, decimals?: number): Unit {
  const unit = makeUnit(unitIdOf(id));
  const digits = decimals === undefined ? undefined : Math.min(12, Math.max(0, Math.round(decimals)));
  return digits === undefined ? unit : { ...unit, decimals: digits };
}

/** Whether a number in this unit is a moment, ms since the Unix epoch. */
export function isTimeUnit(id: string | undefined): boolean {
  return id !== undefined && /^(?:dateTime|time:)/.test(id);
}

/** The word for a number in a unit that has two. */
export function wordOf(id: string | undefined, value: number): string | undefined {
  if (id === undefined) return undefined;
  const custom = id.startsWith('bool:') ? id.slice(5).split('/').reverse() : undefined;
  const words = custom ?? (Object.hasOwn(BOOLEANS, id) ? BOOLEANS[id] : undefined);
  return words?.[value === 0 ? 0 : 1];
}
