/** The formats in which values of variables are written into queries: Grafana's, but for what somebody asked for. Pure. */
import { escapeRegex } from '../../lib/quoted-text.ts';
import type { BoundValue, BoundVariable } from './bound-value.ts';
import { escapeInQuote, escapeValue, luceneTerm, refused, type ValuePlace } from './escape-value.ts';
import type { Language } from './quoting.ts';

/** What a data source writes when a reference names no format. */
export function defaultFormat(language: Language): string {
  switch (language) {
    case 'promql':
      return 'prometheus';
    case 'logql':
      return 'loki';
    case 'lucene':
      return 'lucene';
    case 'influxql':
    case 'flux':
    case 'influx-part':
      return 'influx';
    case 'sql':
    case 'esql':
      return 'sql';
    case 'words':
      return 'text';
    default:
      return 'glob';
  }
}

/** Formats whose values bring their own quotes. */
const OWN_QUOTE: Readonly<Record<string, string>> = {
  singlequote: "'",
  doublequote: '"',
  sqlstring: "'",
  json: '"',
};

/**
 * Writes a variable's values.
 *
 * @param format - as the reference names it, else {@link defaultFormat}
 * @throws BotError `ASK_UNKNOWN_VALUE` for an asked value that cannot be said there
 */
export function formatValues(variable: BoundVariable, format: string, place: ValuePlace): string {
  const { values, isAll, allValue, name } = variable;
  if (isAll && allValue !== undefined && !['text', 'percentencode', 'queryparam'].includes(format)) return allValue;
  if (format === 'text')
    return isAll ? 'All' : values.map((one) => written(one, { ...one, value: one.text }, place)).join(' + ');
  if (format === 'queryparam' || format === 'customqueryparam') {
    return values.map(({ value }) => `var-${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
  }
  if (format === 'percentencode' || format === 'uriencode')
    return encodeURIComponent(values.map(({ value }) => value).join(','));
  const isList = variable.isMulti || variable.includesAll || values.length > 1;
  const elements = values.map((one) => elementOf(one, format, place, isList));
  return joined(elements, values, format, place, variable);
}

/** A value that its author wrote as it stands, any other escaped. */
function written(bound: BoundValue, shown: BoundValue, place: ValuePlace): string {
  return bound.origin === 'author' ? shown.value : escapeValue(shown, place);
}

function elementOf(bound: BoundValue, format: string, place: ValuePlace, isList: boolean): string {
  const own = OWN_QUOTE[format] ?? (isSqlList(format, place, isList) ? quoteOfList(place) : undefined);
  if (bound.origin === 'author') return authored(bound.value, format, place, isList);
  if (own === undefined) {
    if (format === 'lucene' && place.quote === undefined && isList) return `"${escapeInQuote(bound, place, '"')}"`;
    return escapeValue(bound, place);
  }
  if (place.quote === own) throw refused(bound, place, 'stands in quotes of its own there');
  escapeValue(bound, { ...place, quote: own }); // also where the quotes are its own, not everything can be said
  return `${own}${escapeInQuote(bound, place, own)}${own}`;
}

function isSqlList(format: string, { quote }: ValuePlace, isList: boolean): boolean {
  return format === 'sql' && isList && quote === undefined;
}

function quoteOfList({ language }: ValuePlace): string {
  return language === 'esql' ? '"' : "'";
}

/** As Grafana writes it. */
function authored(value: string, format: string, place: ValuePlace, isList: boolean): string {
  const inQuote = (text: string) => (place.quote === '"' ? text.replace(/(?<!\\)"/g, '\\"') : text);
  switch (format) {
    case 'regex':
      return escapeRegex(value).replaceAll('/', '\\/');
    case 'lucene':
      return place.quote === undefined && isList
        ? `"${luceneTerm(value)}"`
        : place.quote === '/'
          ? value
          : luceneTerm(value);
    case 'prometheus':
    case 'loki': {
      if (!isList) return inQuote(value.replaceAll('\\', '\\\\').replaceAll("'", "\\\\'"));
      return inQuote(value.replaceAll('\\', '\\\\\\\\').replace(/[$^*{}[\]'+?.()|]/g, '\\\\$&'));
    }
    case 'influx':
      return isList && place.quote === '/' ? escapeRegex(value).replaceAll('/', '\\/') : value;
    case 'sql':
      if (place.quote !== undefined || !isList) return place.quote === "'" ? value.replaceAll("'", "''") : value;
      return place.language === 'esql' ? `"${value.replace(/["\\]/g, '\\$&')}"` : `'${value.replaceAll("'", "''")}'`;
    case 'singlequote':
      return `'${value.replaceAll("'", "\\'")}'`;
    case 'doublequote':
      return `"${value.replaceAll('"', '\\"')}"`;
    case 'sqlstring':
      return `'${value.replaceAll("'", "''")}'`;
    case 'json':
      return JSON.stringify(value);
    default:
      return value;
  }
}

function joined(
  elements: readonly string[],
  values: readonly BoundValue[],
  format: string,
  place: ValuePlace,
  { isMulti, includesAll, name }: BoundVariable,
): string {
  const [only] = elements;
  const isOne = elements.length === 1 && only !== undefined;
  switch (format) {
    case 'raw':
    case 'csv':
    case 'singlequote':
    case 'doublequote':
    case 'sqlstring':
      return elements.join(',');
    case 'json':
      return isOne && !isMulti ? only : `[${elements.join(',')}]`;
    case 'pipe':
      return elements.join('|');
    case 'regex':
    case 'prometheus':
    case 'influx':
      return isOne ? only : `(${elements.join('|')})`;
    case 'loki':
      return elements.join('|');
    case 'distributed':
      return elements.map((one, index) => (index === 0 ? one : `${name}=${one}`)).join(',');
    case 'lucene':
      return joinedLucene(elements, values, place, isMulti || includesAll);
    case 'sql':
      if (!isOne && place.quote !== undefined) throw severalInQuotes(values, place);
      return elements.join(',');
    default:
      return isOne ? only : `{${elements.join(',')}}`;
  }
}

function joinedLucene(
  elements: readonly string[],
  values: readonly BoundValue[],
  place: ValuePlace,
  isList: boolean,
): string {
  const [only] = elements;
  if (only === undefined) return '__empty__';
  if (place.quote === '/') return elements.length === 1 ? only : `(${elements.join('|')})`;
  if (place.quote !== undefined) {
    if (elements.length > 1) throw severalInQuotes(values, place);
    return only;
  }
  return isList || elements.length > 1 ? `(${elements.join(' OR ')})` : only;
}

function severalInQuotes(values: readonly BoundValue[], place: ValuePlace): Error {
  return refused(values[1] as BoundValue, place, 'is one of several, and the query of this panel takes one at a time');
}
