/** As much of InfluxQL as binding needs: tokens, quoting, durations. Pure. */

/** A piece of a statement; comments and blanks are left out. */
export interface Token {
  readonly kind: 'name' | 'identifier' | 'number' | 'string' | 'regex' | 'variable' | 'mark' | 'operator';
  /** As it stands in the text. */
  readonly text: string;
  /** Offset in the text, in UTF-16 units. */
  readonly at: number;
}

/** Thrown where a text is no statement that we ask; the message is the end of a sentence ("the query …"). */
export class InfluxqlSyntaxError extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.name = 'InfluxqlSyntaxError';
    this.at = at;
  }
}

/** What we fill in ourselves before anything is asked, as Grafana does; with or without braces. */
export const VARIABLES = ['timeFilter', '__interval', 'interval'] as const;
/** A name of {@link VARIABLES}. */
export type VariableName = (typeof VARIABLES)[number];

const PATTERNS: readonly (readonly [Token['kind'] | 'blank', RegExp])[] = [
  ['blank', /\s+|--[^\n]*|\/\*[\s\S]*?\*\//y],
  ['string', /'(?:[^'\\\n]|\\[^\n])*'/y],
  ['identifier', /"(?:[^"\\\n]|\\[^\n])+"/y],
  ['regex', /\/(?:[^/\\\n]|\\[^\n])+\//y],
  // a placeholder: see queries/marks
  ['mark', /[\uE000-\uE063]/y],
  ['variable', /\$(?:\w+|\{\w+\})/y],
  ['name', /[A-Za-z_]\w*/y],
  ['number', /\.?\d[\w.]*/y],
  ['operator', /::|=~|!~|!=|<>|<=|>=|[-+*/%&|^=<>(),.;]/y],
];

/** The tokens of a text. @throws InfluxqlSyntaxError at a character that begins none */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const found = PATTERNS.find(([kind, pattern]) => {
      if (kind === 'regex' && !mayBeRegex(tokens.at(-1))) return false;
      pattern.lastIndex = at;
      return pattern.test(text);
    });
    if (!found) throw new InfluxqlSyntaxError(wrongCharacter(text, at), at);
    const [kind, { lastIndex }] = found;
    if (kind !== 'blank') tokens.push({ kind, text: text.slice(at, lastIndex), at });
    at = lastIndex;
  }
  if (tokens.length === 0) throw new InfluxqlSyntaxError('is empty', 0);
  return tokens;
}

/** Elsewhere a slash divides. */
function mayBeRegex(before: Token | undefined): boolean {
  if (!before) return false;
  return before.text === '=~' || before.text === '!~' || /^(?:from|select|by)$/i.test(before.text);
}

function wrongCharacter(text: string, at: number): string {
  const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (`"'`.includes(char)) return `has a quote ${char} without its other end`;
  return `has "${char}", which InfluxQL does not know`;
}

/** The name of a variable token. @throws InfluxqlSyntaxError for one that we do not know */
export function variableOf({ text, at }: Token): VariableName {
  const name = text.replace(/[${}]/g, '');
  const known = VARIABLES.find((variable) => variable === name);
  if (known !== undefined) return known;
  const all = VARIABLES.map((variable) => `$${variable}`).join(', ');
  throw new InfluxqlSyntaxError(`has an unknown variable "${text}"; there are ${all}, and parameters as \${name}`, at);
}

/** A name as it is written where anything may stand in it. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** Text as it is written in a statement, so that it is read back as it was. */
export function quoteString(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;
}

/** What a quoted string or identifier says, or a bare name. */
export function unquote(text: string): string {
  if (!/^['"]/.test(text)) return text;
  return text.slice(1, -1).replace(/\\([\s\S])/g, (_, char: string) => (char === 'n' ? '\n' : char));
}
