/** Writes a value that somebody asked for into its place in a query: bound there, or refused. Pure. */
import { BotError } from '../../domain/errors.ts';
import { escapeRegex } from '../../lib/quoted-text.ts';
import type { BoundValue } from './bound-value.ts';
import type { Language, Place } from './quoting.ts';

/** What {@link escapeValue} needs beside the value. */
export interface ValuePlace extends Place {
  readonly language: Language;
  /** For the refusal. */
  readonly variable: string;
}

/**
 * The text that means the value and nothing else where it stands.
 *
 * @throws BotError `ASK_UNKNOWN_VALUE` when the language has no way to say it there
 */
export function escapeValue(bound: BoundValue, place: ValuePlace): string {
  const { value } = bound;
  if (/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]/.test(value) || !value.isWellFormed()) {
    throw refused(bound, place, 'holds a control character');
  }
  if (place.isUnsure && !SURE.test(value)) {
    throw refused(bound, place, 'holds characters that the query of this panel has no safe place for');
  }
  if (place.isComment) return inComment(bound, place);
  return place.quote === undefined ? bare(bound, place) : escapeInQuote(bound, place, place.quote);
}

const SURE = /^[\w.:@-]+$/;

/** The refusal of a value. */
export function refused({ value }: BoundValue, { variable }: { readonly variable: string }, why: string): BotError {
  const shown = value.replace(/[^\x20-\x5f\x61-\x7e]/g, '?').slice(0, 60);
  return new BotError('ASK_UNKNOWN_VALUE', `\`${shown}\` cannot be a ${variable}: it ${why}.`, {
    value,
    parameter: variable,
  });
}

function inComment(bound: BoundValue, place: ValuePlace): string {
  if (/[\r\n]|\*\//.test(bound.value)) throw refused(bound, place, 'holds a line break');
  return bound.value;
}

/** Letters, digits and what names hold: no grammar gives these a meaning. */
const PLAIN = /^[\w.:@/+-]+$/;
const NUMBER = /^-?\d{1,15}(?:\.\d{1,15})?$/;
const AMOUNT = /^\d{1,15}(?:\.\d{1,15})?(?:ms|[smhdwyM])?$/;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const METRIC = /^[A-Za-z_:][A-Za-z0-9_:]*$/;
const PROM_WORDS =
  /^(?:and|or|unless|by|without|on|ignoring|group_left|group_right|offset|bool|inf|nan|start|end|atan2|unwrap|drop|keep|json|logfmt)$/i;
/** Keywords of Graphite's parser, which break a call when a path begins with them. */
const GRAPHITE_WORDS = /^(?:true|false|none|inf|nan)(?:\.|$)/i;

function bare(bound: BoundValue, place: ValuePlace): string {
  const { value, origin } = bound;
  switch (place.language) {
    case 'promql':
    case 'logql':
      if (AMOUNT.test(value) || (METRIC.test(value) && !PROM_WORDS.test(value))) return value;
      throw refused(bound, place, 'stands outside of quotes there, where only a name or a number can');
    case 'graphite':
      return graphiteNode(bound, place);
    case 'lucene':
      return luceneTerm(value);
    case 'words':
      return value;
    case 'influx-part':
      if (/^[\w.:@ +-][\w.:@/ +-]*$/.test(value)) return value;
      throw refused(bound, place, 'holds characters that the query builder of InfluxDB has no quotes for');
    case 'unknown':
      if (PLAIN.test(value)) return value;
      throw refused(bound, place, 'holds characters that may mean something in the language of this data source');
    default:
      // a bare word may be the name of a column, which is equal to itself for every host
      if (NUMBER.test(value) || (origin === 'listed' && NAME.test(value))) return value;
      throw refused(bound, place, 'stands outside of quotes there, where only a number can');
  }
}

function graphiteNode(bound: BoundValue, place: ValuePlace): string {
  const { value, origin } = bound;
  const allowed = origin === 'listed' ? /^[\w:@+%-]+(?:\.[\w:@+%-]+)*$/ : /^[\w:@+-]{1,63}$/;
  const isNode = allowed.test(value) && /[A-Za-z0-9]/.test(value) && !GRAPHITE_WORDS.test(value);
  if (isNode) return value;
  throw refused(bound, place, 'cannot be a node of a metric: only letters, digits, `_`, `-`, `:`, `@` and `+` can');
}

/** A word of Lucene, with what means something there escaped. */
export function luceneTerm(value: string): string {
  const escaped = value.replace(/[!*+\-=<>\s&|()[\]{}^~?:\\/"]/g, '\\$&');
  return /^(?:AND|OR|NOT|TO)$/.test(escaped) ? `\\${escaped}` : escaped;
}

/**
 * The inside of a string. Where the string is a regular expression, the text in it means itself.
 *
 * @param quote - `"`, `'`, a backtick, or `/` around a regular expression
 * @throws BotError `ASK_UNKNOWN_VALUE`
 */
export function escapeInQuote(bound: BoundValue, place: ValuePlace, quote: string): string {
  const { value } = bound;
  switch (place.language) {
    case 'graphite':
      if (!/^[\w.:@+-][\w.:@/+-]*$/.test(value))
        throw refused(bound, place, 'holds characters that Graphite has no quotes for');
      return place.isRegex ? value.replace(/[.+]/g, '\\$&') : value;
    case 'lucene':
      return quote === '/' ? value.replace(/[.?+*|{}[\]()"\\#@&<>~/^$-]/g, '\\$&') : backslashed(value, quote);
    case 'sql':
      return sqlText(bound, place, quote);
    case 'flux':
      return quote === '/' ? slashRegex(value) : backslashed(value, quote).replaceAll('${', '\\${');
    case 'influx-part':
    case 'influxql':
      return quote === '/' ? slashRegex(value) : backslashed(value, quote);
    case 'promql':
    case 'logql':
    case 'esql':
      return goText(bound, place, quote);
    default:
      if (PLAIN.test(value)) return value;
      throw refused(bound, place, 'holds characters that may mean something in the language of this data source');
  }
}

/** Stages of LogQL whose strings are programs. */
const TEMPLATES = /\b(?:line_format|label_format)\b[^|]*$/;

function goText(bound: BoundValue, place: ValuePlace, quote: string): string {
  if (place.language === 'logql' && bound.value.includes('{{') && TEMPLATES.test(place.before)) {
    throw refused(bound, place, 'holds `{{`, which begins an expression there');
  }
  const text = place.isRegex ? escapeRegex(bound.value) : bound.value;
  if (quote !== '`') return backslashed(text, quote);
  if (text.includes('`')) throw refused(bound, place, 'holds a backtick, which nothing can quote there');
  return text;
}

function slashRegex(text: string): string {
  return escapeRegex(text).replaceAll('/', '\\/').replace(/\s/g, '\\s');
}

function backslashed(text: string, quote: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll(quote, `\\${quote}`)
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
}

/** Doubled quotes are understood by all; a backslash is an escape to some and text to others. */
function sqlText(bound: BoundValue, place: ValuePlace, quote: string): string {
  const { value } = bound;
  if (/[\\\r\n]/.test(value))
    throw refused(bound, place, 'holds a backslash or a line break, which databases read differently');
  if (/\blike\s*\(?\s*$/i.test(place.before) && value.includes('%')) {
    throw refused(bound, place, 'holds `%`, which stands for anything there');
  }
  if (place.isRegex && /[^\w.:@ -]/.test(value))
    throw refused(bound, place, 'holds characters that mean something in a pattern');
  const text = place.isRegex ? value.replaceAll('.', '[.]') : value;
  return text.replaceAll(quote, quote + quote);
}
