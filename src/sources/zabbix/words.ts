/** Values of items for people: units, value maps. Pure. */
import { formatValue } from '../../domain/format-number.ts';
import { makeUnit, type Unit } from '../../domain/unit.ts';
import { type Item, isNumeric, type Mapping } from './items.ts';

/** Units of Zabbix that mean more than a symbol. */
const UNITS: Readonly<Record<string, string>> = { uptime: 'seconds', Bps: 'bytes/s', bps: 'bits/s', unixtime: 'none' };

/** The unit of an item; `!ms` is a unit that Zabbix itself must not scale, which we may. The definition's own wins. */
export function unitOf({ units }: Pick<Item, 'units'>, own: Unit): Unit {
  if (own.id !== 'none') return own;
  const plain = units.startsWith('!') ? units.slice(1) : units;
  return makeUnit(Object.hasOwn(UNITS, plain) ? UNITS[plain] : plain.slice(0, 40));
}

/** What a value map calls a value; `undefined` where it has no word for it. */
function mappedWord(value: string, mappings: readonly Mapping[]): string | undefined {
  const number = Number(value);
  const found = mappings.find((mapping) => {
    // 4 is a regular expression, which is not run here
    switch (mapping.type) {
      case '0':
        return mapping.value === value || (mapping.value !== '' && Number(mapping.value) === number);
      case '1':
        return number >= Number(mapping.value);
      case '2':
        return number <= Number(mapping.value);
      case '3':
        return isInRanges(number, mapping.value);
      default:
        return false;
    }
  });
  return (found ?? mappings.find(({ type }) => type === '5'))?.newvalue;
}

/** `1-10,101-110,201` */
function isInRanges(number: number, ranges: string): boolean {
  return ranges.split(',').some((range) => {
    const [, from, to = from] = /^\s*(-?[\d.]+)(?:\s*-\s*(-?[\d.]+))?\s*$/.exec(range) ?? [];
    return from !== undefined && number >= Number(from) && number <= Number(to);
  });
}

/** A value as it is said: `Up (1)`, `41 %`, a text as it is. */
export function valueWords(value: string, item: Item, own: Unit): string {
  const word = mappedWord(value, item.mappings);
  if (word !== undefined) return `${word} (${value})`;
  if (!isNumeric(item) || value === '') return oneLine(value);
  if (item.units === 'unixtime') return isoOf(Number(value) * 1000);
  const unit = unitOf(item, own);
  return formatValue(Number(value) * unit.factor, unit);
}

const TEXT_MAX_CHARS = 300;

/** A text as one line. */
export function oneLine(text: string): string {
  const line = text
    .replace(/[\x00-\x1f\x7f]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > TEXT_MAX_CHARS ? `${line.slice(0, TEXT_MAX_CHARS - 1)}…` : line;
}

function isoOf(timeMs: number): string {
  const time = new Date(timeMs);
  return Number.isNaN(time.getTime()) ? String(timeMs / 1000) : time.toISOString().replace('.000Z', 'Z');
}
