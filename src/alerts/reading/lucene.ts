/** Filters of Elasticsearch as a query of Lucene that a person can read. Pure. */
import { isLooseObject, textOf } from './loose.ts';

/** More filters than these nobody writes into a rule. */
const FILTERS_MAX = 20;
const TEXT_MAX_CHARS = 10_000;

/** `[{"term": {"log.level": "error"}}]` as `log.level:"error"`; nothing where a filter is of another kind. */
export function luceneOf(filters: unknown): string | undefined {
  const list = Array.isArray(filters) ? filters : filters === undefined ? [] : [filters];
  if (list.length === 0 || list.length > FILTERS_MAX) return undefined;
  const parts = list.map(partOf);
  if (parts.some((part) => part === undefined)) return undefined;
  const text = parts.join(' AND ');
  return text.length <= TEXT_MAX_CHARS ? text : undefined;
}

function partOf(filter: unknown): string | undefined {
  const [name, inner] = onlyEntry(filter) ?? [];
  if (name === 'query') return partOf(inner);
  if (name === 'query_string' && isLooseObject(inner)) {
    const text = textOf(inner.query);
    return text === undefined ? undefined : `(${text})`;
  }
  const [field, value] = onlyEntry(inner) ?? [];
  if (field === undefined || !/^[\w@.-]+$/.test(field)) return undefined;
  switch (name) {
    case 'term':
    case 'match':
    case 'match_phrase':
      return comparison(field, [isLooseObject(value) ? (value.value ?? value.query) : value]);
    case 'terms':
      return Array.isArray(value) ? comparison(field, value) : undefined;
    case 'range':
      return isLooseObject(value) ? rangeOf(field, value) : undefined;
    default:
      return undefined;
  }
}

function onlyEntry(value: unknown): readonly [string, unknown] | undefined {
  const [first, another] = isLooseObject(value) ? Object.entries(value) : [];
  return another ? undefined : first;
}

function comparison(field: string, values: readonly unknown[]): string | undefined {
  const texts = values.map(textOf);
  if (texts.length === 0 || texts.some((text) => text === undefined)) return undefined;
  const quoted = texts.map((text) => `"${text?.replace(/["\\]/g, '\\$&')}"`);
  return quoted.length === 1 ? `${field}:${quoted[0]}` : `${field}:(${quoted.join(' OR ')})`;
}

function rangeOf(field: string, { gt, gte, lt, lte }: Readonly<Record<string, unknown>>): string | undefined {
  const ends = [gt ?? gte, lt ?? lte].map((end) => (end === undefined ? '*' : textOf(end)));
  if (ends.some((end) => end === undefined || !/^(?:\*|-?[\w.:-]+)$/.test(end))) return undefined;
  return `${field}:${gt === undefined ? '[' : '{'}${ends.join(' TO ')}${lt === undefined ? ']' : '}'}`;
}
