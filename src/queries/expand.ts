/**
 * Placeholders of definitions: `${host}`, `${host:lower}`, `${labels.instance | host}`, as in Grafana, because `{…}`
 * belongs to Graphite and PromQL. Parses and fills; how a value is written safely is for the source. Pure.
 */
import { BotError } from '../domain/errors.ts';

/** A piece of a template: text as it stands, or a blank. */
type TemplatePart = string | Placeholder;

/** A blank of a template. */
export interface Placeholder {
  /** `host`, `labels.instance`. */
  readonly name: string;
  /** In the order in which they are applied. */
  readonly filters: readonly FilterName[];
  /** Offset of its `$` in the template, in UTF-16 units. */
  readonly at: number;
}

/** A parsed template; text and blanks in order. */
export type Template = readonly TemplatePart[];

const PORT = /:\d+$/;
/** Version 6 has two colons at least: `db01:9100` is a host whose name happens to be hexadecimal. */
const IP_ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f.]*:[0-9a-f:.]*)$/i;

/** Host and domain of `https://web01.example.net:9100/x`, `web01.example.net:9100`, `[::1]:9100`. */
function fqdn(value: string): string {
  const authority = value.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').split('/', 1)[0] as string;
  const bracketed = /^\[([^\]]*)\]/.exec(authority)?.[1];
  if (bracketed !== undefined) return bracketed;
  return IP_ADDRESS.test(authority) ? authority : authority.replace(PORT, '');
}

function host(value: string): string {
  const name = fqdn(value);
  return IP_ADDRESS.test(name) ? name : (name.split('.', 1)[0] as string);
}

/** What may follow a name, with what each does; the docs are made from this. */
export const FILTERS = {
  lower: { describes: 'lower case', example: ['WEB01', 'web01'], apply: (value: string) => value.toLowerCase() },
  upper: { describes: 'upper case', example: ['web01', 'WEB01'], apply: (value: string) => value.toUpperCase() },
  host: {
    describes: 'the bare host: no scheme, domain, port or path; an IP address stays whole',
    example: ['web01.example.net:9100', 'web01'],
    apply: host,
  },
  fqdn: {
    describes: 'host and domain: no scheme, port or path',
    example: ['web01.example.net:9100', 'web01.example.net'],
    apply: fqdn,
  },
  short: {
    describes: 'what stands before the first dot',
    example: ['checkout.payments.svc', 'checkout'],
    apply: (value: string) => value.split('.', 1)[0] as string,
  },
  underscore: {
    describes: 'dots as underscores, as collectd and Telegraf write hosts to Graphite',
    example: ['web01.example.net', 'web01_example_net'],
    apply: (value: string) => value.replaceAll('.', '_'),
  },
} as const satisfies Record<
  string,
  { describes: string; example: readonly [string, string]; apply: (value: string) => string }
>;

/** A key of {@link FILTERS}. */
export type FilterName = keyof typeof FILTERS;

const NAME = /^[A-Za-z_][A-Za-z0-9_]*(?:[.-][A-Za-z0-9_]+)*$/;
/** Longer than any target, query or link that a person keeps; a bound for the parser. */
const TEMPLATE_MAX_CHARS = 20_000;

/**
 * Parses a template. `$${` stands for the two characters `${`.
 *
 * @throws BotError `CONFIG_QUERY_INVALID`; `details.at` is the offset of the placeholder that is wrong
 */
export function parseTemplate(text: string): Template {
  if (text.length > TEMPLATE_MAX_CHARS) throw broken(`is longer than ${TEMPLATE_MAX_CHARS} characters`, 0);
  const parts: TemplatePart[] = [];
  let plain = '';
  let offset = 0;
  for (;;) {
    const start = text.indexOf('${', offset);
    if (start === -1) break;
    plain += text.slice(offset, start);
    if (plain.endsWith('$')) {
      plain += '{';
      offset = start + 2;
      continue;
    }
    const end = text.indexOf('}', start);
    if (end === -1) throw broken('has a `${` without its `}`; write `$${` where those two characters are meant', start);
    if (plain !== '') parts.push(plain);
    plain = '';
    parts.push(parsePlaceholder(text.slice(start + 2, end), start));
    offset = end + 1;
  }
  plain += text.slice(offset);
  if (plain !== '') parts.push(plain);
  return parts;
}

function parsePlaceholder(inner: string, at: number): Placeholder {
  const [name = '', ...filters] = inner.split(/[:|]/).map((part) => part.trim());
  if (!NAME.test(name)) throw broken(`has a placeholder \`\${${inner}}\`; write a name between the braces`, at);
  for (const filter of filters) {
    if (!isFilter(filter)) {
      const known = Object.keys(FILTERS).join(', ');
      throw broken(`has an unknown filter "${filter}" in \`\${${inner}}\`; there are ${known}`, at);
    }
  }
  return { name, filters: filters.filter(isFilter), at };
}

/** Whether there is a filter of that name. */
export function isFilter(name: string): name is FilterName {
  return Object.hasOwn(FILTERS, name);
}

function broken(what: string, at: number): BotError {
  return new BotError('CONFIG_QUERY_INVALID', what, { at });
}

/** The names of a template's placeholders, each once, in order of appearance. Throws as {@link parseTemplate}. */
export function placeholdersOf(text: string): readonly string[] {
  return [...new Set(parseTemplate(text).flatMap((part) => (typeof part === 'string' ? [] : [part.name])))];
}

/**
 * Fills a template.
 *
 * @param lookup - the value of a name, or nothing when it has none
 * @param encode - makes a filtered value safe for its place (a URL, a Graphite path), or throws a refusal
 * @throws BotError `ASK_MISSING_ARGUMENT` with `details.parameter` for a name without a value; what
 *   {@link parseTemplate} and `encode` throw
 */
export function expandTemplate(
  template: string | Template,
  lookup: (name: string) => string | undefined,
  encode: (value: string, name: string) => string,
): string {
  const parts = typeof template === 'string' ? parseTemplate(template) : template;
  return parts
    .map((part) => {
      if (typeof part === 'string') return part;
      const value = lookup(part.name);
      if (value === undefined) {
        throw new BotError('ASK_MISSING_ARGUMENT', `It needs a value for \`${part.name}\`.`, { parameter: part.name });
      }
      return encode(applyFilters(value, part.filters), part.name);
    })
    .join('');
}

/**
 * Every text that a template stands for: one for each combination of its values, each once, in the order of the values.
 *
 * @param encode - as of {@link expandTemplate}
 * @param max - more texts are refused
 * @throws BotError `SOURCE_TOO_MUCH` for more; what {@link expandTemplate} throws
 */
export function expandAll(
  text: string,
  args: Readonly<Record<string, readonly string[]>>,
  encode: (value: string, name: string) => string,
  max: number,
): readonly string[] {
  const template = parseTemplate(text);
  let combinations: Readonly<Record<string, string>>[] = [{}];
  for (const name of placeholdersOf(text)) {
    const values = args[name] ?? [];
    if (combinations.length * values.length > max) {
      const count = combinations.length * values.length;
      const message = `This would ask for ${count.toLocaleString('en-US')} things; the limit is ${max}. Name fewer.`;
      throw new BotError('SOURCE_TOO_MUCH', message, { count, limit: max });
    }
    if (values.length > 0)
      combinations = combinations.flatMap((one) => values.map((value) => ({ ...one, [name]: value })));
  }
  return [...new Set(combinations.map((one) => expandTemplate(template, (name) => one[name], encode)))];
}

/** Passes a value through filters, in order. */
export function applyFilters(value: string, filters: readonly FilterName[]): string {
  return filters.reduce((current, filter) => FILTERS[filter].apply(current), value);
}
