/** Which fields an override or a transformation is about. Pure. */
import type { DataFrame, Field } from '../data-frame.ts';
import { listOf, mapOf, matches, numberOf, textOf, textsOf } from './json.ts';
import { chosenName } from './names.ts';
import { reduceValues } from './reduce.ts';

/** A field with where it is and what it is called. */
export interface NamedField {
  readonly field: Field;
  readonly frame: DataFrame;
  /** As shown before the panel's own settings. */
  readonly name: string;
}

/** A matcher as it is stored. */
export interface Matcher {
  readonly id: string;
  readonly options?: unknown;
}

/** Whether a matcher means a field; one that is not known means none. */
export function isMatch({ id, options }: Matcher, { field, frame, name }: NamedField): boolean {
  // a name that was shortened is still known by what the data source called it
  const names = [name, chosenName(field) ?? name];
  const isNamed = (wanted: unknown) => wanted === field.name || names.some((one) => wanted === one);
  const isLike = (pattern: string) => names.some((one) => matches(pattern, one));
  switch (id) {
    case 'byName':
      return isNamed(options);
    case 'byNames': {
      const { names: listed, mode } = mapOf(options);
      const wanted = Array.isArray(options) ? textsOf(options) : textsOf(listed);
      return wanted.some(isNamed) !== (mode === 'exclude') && !(mode === 'exclude' && field.type === 'time');
    }
    case 'byRegexp':
      return isLike(textOf(options) ?? '');
    case 'byRegexpOrNames': {
      const { pattern, names: listed } = mapOf(options);
      return textsOf(listed).some(isNamed) || (textOf(pattern) !== undefined && isLike(String(pattern)));
    }
    case 'byType':
      return field.type === options;
    case 'byTypes':
      return listOf(options instanceof Set ? [...options] : options).includes(field.type);
    case 'numeric':
      return field.type === 'number';
    case 'time':
      return field.type === 'time';
    case 'byFrameRefID':
      return frame.refId === options;
    case 'byValue':
      return isValueMatch(options, field);
    case 'first':
      return frame.fields[0] === field;
    case 'firstTimeField':
      return frame.fields.find(({ type }) => type === 'time') === field;
    case 'anyMatch':
      return listOf(options).some((one) => isMatch(one as Matcher, { field, frame, name }));
    default:
      return false;
  }
}

const OPERATORS: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  eq: (value, limit) => value === limit,
  neq: (value, limit) => value !== limit,
  lt: (value, limit) => value < limit,
  lte: (value, limit) => value <= limit,
  gt: (value, limit) => value > limit,
  gte: (value, limit) => value >= limit,
};

function isValueMatch(options: unknown, field: Field): boolean {
  if (field.type !== 'number') return false;
  const { reducer, op, value } = mapOf(options);
  const reduced = reduceValues(textOf(reducer) ?? 'lastNotNull', field.values);
  if (typeof reduced === 'boolean') return reduced;
  const compare = OPERATORS[textOf(op) ?? 'gte'];
  return typeof reduced === 'number' && compare !== undefined && compare(reduced, numberOf(value) ?? 0);
}
