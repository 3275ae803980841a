/** ES|QL with placeholders: each becomes a named parameter of the query, which the server binds as data. Pure. */
import { BotError } from '../../domain/errors.ts';
import type { Labels } from '../../domain/labels.ts';
import { applyFilters, type Placeholder, parseTemplate } from '../../queries/expand.ts';

/** A query whose values travel beside it. */
export interface EsqlQuery {
  /** With `?host` where `${host}` stood. */
  readonly text: string;
  readonly params: readonly EsqlParam[];
}

/** A value of a query. */
interface EsqlParam {
  /** As the query has it behind `?`. */
  readonly name: string;
  readonly placeholder: Placeholder;
}

/** No query that a person keeps is near it. */
const TEXT_MAX_CHARS = 20_000;

/** What holds text and no syntax: strings, quoted names and comments; then placeholders, then whatever else. */
const PIECES =
  /(?<quoted>"""[\s\S]*?"""|"(?:\\[\s\S]|[^"\\])*"|`[^`]*`|\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<literal>\$\$\{)|(?<blank>\$\{[^}]*\}?)|[\s\S]/gu;

/**
 * Reads a query. `$${` stands for the two characters `${`.
 *
 * @throws BotError `CONFIG_QUERY_INVALID` where a placeholder is no value of its own
 */
export function parseEsql(text: string): EsqlQuery {
  if (text.length > TEXT_MAX_CHARS) throw broken(`is longer than ${TEXT_MAX_CHARS} characters`);
  if (text.trim() === '') throw broken('is empty; write it like `FROM logs-* | LIMIT 10`');
  if (!/^(?:\s|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)*(?:from|row|show|ts|metrics|promql|set)\b/i.test(text)) {
    throw broken('does not begin like ES|QL; write it like `FROM logs-* | LIMIT 10`');
  }
  const params = new Map<string, EsqlParam>();
  let written = '';
  for (const { 0: piece, groups = {} } of text.matchAll(PIECES)) {
    if (groups.blank !== undefined) {
      const param = paramOf(piece, written);
      params.set(param.name, param);
      written += `?${param.name}`;
      continue;
    }
    if (groups.quoted !== undefined && piece.replaceAll('$${', '').includes('${')) {
      throw broken('may not have a placeholder within quotes: write `host.name == ${host}`, it is bound as a value');
    }
    if (params.size > 0 && /\?\w+$/u.test(written) && endsInParam(written, params) && /[\w@"`]/u.test(piece[0] ?? '')) {
      throw notAlone();
    }
    written += piece.replaceAll('$${', '${');
  }
  return { text: written, params: [...params.values()] };
}

function endsInParam(written: string, params: ReadonlyMap<string, EsqlParam>): boolean {
  const name = /\?(\w+)$/u.exec(written)?.[1];
  return name !== undefined && params.has(name);
}

function paramOf(piece: string, before: string): EsqlParam {
  const [placeholder] = parseTemplate(piece);
  if (placeholder === undefined || typeof placeholder === 'string') throw broken('has a placeholder without a name');
  if (/[\w@?.-]$/u.test(before)) throw notAlone();
  const name = [placeholder.name, ...placeholder.filters].join('_').replace(/\W/gu, '_');
  return { name, placeholder };
}

function notAlone(): BotError {
  return broken('must have its placeholders alone: each is bound as a value, never put into a text');
}

function broken(what: string): BotError {
  return new BotError('CONFIG_QUERY_INVALID', what);
}

/** What is wrong with a query; `undefined` when nothing is. */
export function faultOfEsql(text: string): string | undefined {
  try {
    parseEsql(text);
    return undefined;
  } catch (thrown) {
    if (thrown instanceof BotError) return thrown.message;
    throw thrown;
  }
}

/** Names of the parameters, each once. */
export function placeholdersOfEsql(text: string): readonly string[] {
  return [...new Set(parseEsql(text).params.map(({ placeholder }) => placeholder.name))];
}

/** The values of a combination, in the form of `_query`. */
export function paramsOf({ params }: EsqlQuery, labels: Labels): readonly Readonly<Record<string, string>>[] {
  return params.map(({ name, placeholder }) => ({ [name]: valueOfParam(placeholder, labels) }));
}

function valueOfParam({ name, filters }: Placeholder, labels: Labels): string {
  return applyFilters(labels[name] ?? '', filters);
}

/** The query with its values written out as strings of the language, for a page where a person runs it. */
export function esqlWithValues(query: EsqlQuery, labels: Labels): string {
  const values = new Map(query.params.map(({ name, placeholder }) => [name, valueOfParam(placeholder, labels)]));
  return query.text.replace(/"""[\s\S]*?"""|"(?:\\[\s\S]|[^"\\])*"|`[^`]*`|\?(\w+)/gu, (piece, name?: string) => {
    const value = name === undefined ? undefined : values.get(name);
    return value === undefined ? piece : quoted(value);
  });
}

function quoted(value: string): string {
  const inner = value.replace(/[\\"]/gu, '\\$&').replace(/\n/gu, '\\n').replace(/\r/gu, '\\r').replace(/\t/gu, '\\t');
  return `"${inner}"`;
}
