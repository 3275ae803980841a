/** Words that a panel has for values: 0 is `down`, everything above 90 is `high`. Pure. */
import { type Json, listOf, mapOf, matches, numberOf, regexOf, textOf } from './json.ts';
import type { Value } from './reduce.ts';

/** The word for a value, where the mappings have one. Reads the form since version 8 and the one before it. */
export function mappedText(value: Value, mappings: unknown): string | undefined {
  for (const mapping of listOf(mappings).map(mapOf)) {
    const text = typeof mapping.type === 'string' ? newText(mapping, value) : oldText(mapping, value);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** Whether a panel has any word for values. */
export function hasMappings(mappings: unknown): boolean {
  return listOf(mappings).length > 0;
}

function newText({ type, options: stored }: Json, value: Value): string | undefined {
  const options = mapOf(stored);
  const result = textOf(mapOf(options.result).text);
  switch (type) {
    case 'value':
      return value !== null && Object.hasOwn(options, String(value))
        ? textOf(mapOf(options[String(value)]).text)
        : undefined;
    case 'range':
      return isWithin(value, options.from, options.to) ? result : undefined;
    case 'regex': {
      const pattern = textOf(options.pattern) ?? '';
      if (typeof value !== 'string' || result === undefined || !matches(pattern, value)) return undefined;
      return value.replace(regexOf(pattern) as RegExp, result);
    }
    case 'special':
      return isSpecial(value, options.match) ? result : undefined;
    default:
      return undefined;
  }
}

function isWithin(value: Value, from: unknown, to: unknown): boolean {
  const number = numberOf(value);
  if (number === undefined) return false;
  return number >= (numberOf(from) ?? Number.NEGATIVE_INFINITY) && number <= (numberOf(to) ?? Number.POSITIVE_INFINITY);
}

function isSpecial(value: Value, match: unknown): boolean {
  const isNan = typeof value === 'number' && Number.isNaN(value);
  switch (match) {
    case 'null':
      return value === null;
    case 'nan':
      return isNan;
    case 'null+nan':
      return value === null || isNan;
    case 'true':
    case 'false':
      return String(value) === match;
    case 'empty':
      return value === '';
    default:
      return false;
  }
}

/** Before version 8: `{ type: 1, value, text }` and `{ type: 2, from, to, text }`. */
function oldText({ type, value: wanted, from, to, text }: Json, value: Value): string | undefined {
  if (type === 2) return isWithin(value, from, to) ? textOf(text) : undefined;
  const isNull = wanted === 'null' && value === null;
  const isSame = value !== null && typeof wanted !== 'object' && String(wanted) === String(value);
  return isNull || isSame || (numberOf(wanted) !== undefined && numberOf(wanted) === value) ? textOf(text) : undefined;
}
