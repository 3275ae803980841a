/** Performance data of monitoring plugins: `'/srv'=41%;80;90;0;100 time=2.5s;2;5`, as Nagios, Naemon and Icinga pass it on. Pure. */
import { formatValue } from '../domain/format-number.ts';
import { baseUnit, makeUnit, type Unit } from '../domain/unit.ts';

/** One measured value of a check. */
export interface PerfValue {
  /** What was measured: `/srv`, `time`. */
  readonly label: string;
  /** In {@link unit}; absent where the plugin wrote `U`, it could not find out. */
  readonly value?: number;
  readonly unit: Unit;
  /** Ranges that raise a warning and a critical state, in {@link unit}, as people read them: `80`, `10 to 20`. */
  readonly warning?: string;
  readonly critical?: string;
  /** The least and the most that it can be, in {@link unit}. */
  readonly min?: number;
  readonly max?: number;
}

/** A check with more values than this measures a whole switch; the rest is left out. */
const VALUES_MAX = 500;
/** Nagios passes on no more by default; a bound for the parser. */
const TEXT_MAX_CHARS = 64 * 1024;

/**
 * Units of plugins with what one of them is in ours. `KB` and its like are powers of 1024, as the disk and memory checks of
 * the common plugins mean them.
 */
const UNITS: Readonly<Record<string, readonly [id: string, factor: number]>> = {
  '': ['none', 1],
  s: ['seconds', 1],
  ms: ['seconds', 1e-3],
  us: ['seconds', 1e-6],
  µs: ['seconds', 1e-6],
  ns: ['seconds', 1e-9],
  '%': ['percent', 1],
  B: ['bytes', 1],
  ...Object.fromEntries(
    ['K', 'M', 'G', 'T', 'P'].flatMap((prefix, index) => {
      const entry: readonly [string, number] = ['bytes', 1024 ** (index + 1)];
      return ['B', 'iB'].flatMap((end) => [
        [`${prefix}${end}`, entry],
        [`${prefix.toLowerCase()}${end}`, entry],
      ]);
    }),
  ),
  c: ['count', 1],
};

/** Reads all values of a text; what is no value is passed over. Linear. */
export function parsePerfdata(text: string): readonly PerfValue[] {
  const values: PerfValue[] = [];
  let rest = text.slice(0, TEXT_MAX_CHARS).trimStart();
  while (rest !== '' && values.length < VALUES_MAX) {
    const label = readLabel(rest);
    if (!label) {
      rest = rest.replace(/^\S+\s*/, '');
      continue;
    }
    const [data = ''] = /^\S*/.exec(rest.slice(label.length)) ?? [];
    const value = readValue(label.text, data);
    if (value) values.push(value);
    rest = rest.slice(label.length + data.length).trimStart();
  }
  return values;
}

/** A value that came in pieces, its limits plain numbers. */
export function perfValue(
  label: string,
  pieces: {
    readonly value: number;
    readonly uom: string;
    readonly warning?: number | null | undefined;
    readonly critical?: number | null | undefined;
    readonly min?: number | null | undefined;
    readonly max?: number | null | undefined;
  },
): PerfValue {
  const written = (limit: number | null | undefined) => (limit === null || limit === undefined ? '' : String(limit));
  const { value, uom, warning, critical, min, max } = pieces;
  const data = [`${value}${uom}`, ...[warning, critical, min, max].map(written)].join(';');
  return readValue(label, data) ?? { label, unit: makeUnit() };
}

/** The label before a `=`: bare without blanks, or in single quotes, where a quote is written twice. */
function readLabel(text: string): { readonly text: string; readonly length: number } | undefined {
  if (!text.startsWith("'")) {
    const [all, bare] = /^([^\s='][^\s=]*)=/.exec(text) ?? [];
    return all === undefined || bare === undefined ? undefined : { text: bare, length: all.length };
  }
  const [all, quoted] = /^'((?:[^']|'')*)'=/.exec(text) ?? [];
  return all === undefined || !quoted ? undefined : { text: quoted.replaceAll("''", "'"), length: all.length };
}

const NUMBER = /^[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?/;

function readValue(label: string, data: string): PerfValue | undefined {
  const [measured = '', warning = '', critical = '', min = '', max = ''] = data.split(';');
  const [digits] = NUMBER.exec(measured) ?? [];
  if (digits === undefined && !/^U\b/.test(measured)) return undefined;
  const uom = digits === undefined ? '' : measured.slice(digits.length);
  const [id, factor] = unitOf(uom);
  const limits = {
    warning: rangeWords(warning, factor, makeUnit(id)),
    critical: rangeWords(critical, factor, makeUnit(id)),
  };
  const ends = { value: numberOf(digits, factor), min: numberOf(min, factor), max: numberOf(max, factor) };
  return { label, unit: makeUnit(id), ...present(limits), ...present(ends) };
}

function unitOf(uom: string): readonly [id: string, factor: number] {
  if (Object.hasOwn(UNITS, uom)) return UNITS[uom] as readonly [string, number];
  const unit = makeUnit(/^[\p{L}%°/0-9]{1,20}$/u.test(uom) ? uom : 'none');
  return [baseUnit(unit).id, unit.factor];
}

function numberOf(text: string | undefined, factor: number): number | undefined {
  const [digits] = NUMBER.exec(text ?? '') ?? [];
  if (digits === undefined) return undefined;
  const value = Number(digits.replace(',', '.')) * factor;
  // a product of decimals has digits that nobody wrote: 41 * 1e-3
  return Number.isFinite(value) ? Number(value.toPrecision(15)) : undefined;
}

/**
 * What a range of the plugins' guidelines means: `10` alerts outside of 0 to 10, `10:` below 10, `~:10` above 10, `10:20` outside,
 * `@10:20` inside.
 */
function rangeWords(text: string, factor: number, unit: Unit): string | undefined {
  const [, inside = '', from, to = from === undefined ? undefined : ''] = /^(@?)(?:([^:]*):)?([^:]*)$/.exec(text) ?? [];
  if (to === undefined || text === '') return undefined;
  const high = numberOf(to, factor);
  const low = from === undefined ? 0 : from === '~' ? undefined : numberOf(from === '' ? '0' : from, factor);
  const isUnreadable = high === undefined && (to !== '' || from === undefined || low === undefined);
  if (isUnreadable) return undefined;
  const [lowest, highest] = [low, high].map((end) => (end === undefined ? undefined : formatValue(end, unit)));
  if (inside === '@') return `${lowest ?? '-∞'} to ${highest ?? '∞'}`;
  if (high === undefined) return `below ${lowest}`;
  if (low === undefined || (from === undefined && high >= 0)) return highest;
  return `outside ${lowest} to ${highest}`;
}

type Present<Shape> = { readonly [Key in keyof Shape]?: Exclude<Shape[Key], undefined> };

function present<Shape extends object>(shape: Shape): Present<Shape> {
  return Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== undefined)) as Present<Shape>;
}
