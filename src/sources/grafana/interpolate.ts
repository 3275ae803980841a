/** Puts the values of variables into queries, in every way that dashboards refer to them. Pure. */
import { BotError } from '../../domain/errors.ts';
import type { BoundVariable } from './bound-value.ts';
import { defaultFormat, formatValues } from './format-values.ts';
import { type Language, placesOf } from './quoting.ts';

/** `$name`, `[[name]]`, `[[name:format]]`, `${name}`, `${name.field}`, `${name:format}`. */
const REFERENCE = /\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]|\$\{(\w+)(?:\.([^:^}]+))?(?::([^}]+))?\}/g;

/** Longer texts are no queries. */
const TEXT_MAX_CHARS = 200_000;

/** What references mean. */
export interface Scope {
  variable(name: string): BoundVariable | undefined;
  /** A global such as `__from`; nothing where the server fills it in. */
  global(name: string, format: string | undefined): string | undefined;
}

/** A text with what is missing in it. */
export interface Interpolated {
  readonly text: string;
  /** Names that nothing defines, each once. */
  readonly missing: readonly string[];
}

/**
 * Interpolates a text. Names that nothing defines stay as they are and are reported; globals of the server stay.
 *
 * @throws BotError `ASK_UNKNOWN_VALUE` for a value that cannot be said in its place; `SOURCE_TOO_MUCH` for an endless text
 */
export function interpolate(text: string, language: Language, scope: Scope): Interpolated {
  if (!/\$|\[\[/.test(text)) return { text, missing: [] };
  if (text.length > TEXT_MAX_CHARS) {
    const limit = new Intl.NumberFormat('en').format(TEXT_MAX_CHARS);
    throw new BotError('SOURCE_TOO_MUCH', `A query of this panel is longer than ${limit} characters.`);
  }
  const found = [...text.matchAll(REFERENCE)].map(readReference);
  const places = placesOf(
    text,
    language,
    found.map(({ from, to }) => [from, to]),
  );
  const missing = new Set<string>();
  let result = '';
  let end = 0;
  for (const [index, reference] of found.entries()) {
    const { from, to, name, field, format } = reference;
    const variable = scope.variable(name);
    const place = places[index];
    let put = variable || !place ? undefined : scope.global(name, format);
    if (variable && place) {
      const how = format ?? (field === 'text' ? 'text' : defaultFormat(language));
      put = formatValues(variable, how, { ...place, language, variable: name });
    }
    if (put === undefined && isNamed(name, language)) missing.add(name);
    result += text.slice(end, from) + (put ?? text.slice(from, to));
    end = to;
  }
  return { text: result + text.slice(end), missing: [...missing] };
}

/** The names that a text refers to, each once, globals too. */
export function namesIn(text: string): readonly string[] {
  if (!/\$|\[\[/.test(text)) return [];
  return [...new Set([...text.matchAll(REFERENCE)].map((match) => readReference(match).name))];
}

interface Reference {
  readonly from: number;
  readonly to: number;
  readonly name: string;
  readonly field: string | undefined;
  readonly format: string | undefined;
}

function readReference(match: RegExpExecArray): Reference {
  const [all, plain, square, squareFormat, braced, field, format] = match;
  return {
    from: match.index,
    to: match.index + all.length,
    name: plain ?? square ?? braced ?? '',
    field,
    format: squareFormat ?? format,
  };
}

/**
 * Groups of regular expressions (`$1`) and the server's own names are no variables; what is only shown may hold patterns
 * of the data source (`$tag_host`) and breaks nothing.
 */
function isNamed(name: string, language: Language): boolean {
  if (name.startsWith('__') || /^\d/.test(name) || language === 'words') return false;
  const isInflux = language === 'influxql' || language === 'influx-part';
  return !(isInflux && (name === 'timeFilter' || name === 'interval'));
}
