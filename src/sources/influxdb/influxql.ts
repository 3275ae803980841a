/** As much of InfluxQL as binding needs: tokens, quoting, durations. Pure. */

import { type Lexis, type Token as TokenOf, tokensOf, variableAmong } from '../../lib/expression-tokens.ts';

/** A piece of a statement; comments and blanks are left out. */
export type Token = TokenOf<'name' | 'identifier' | 'number' | 'string' | 'regex' | 'variable' | 'mark' | 'operator'>;

/** What we fill in ourselves before anything is asked, as Grafana does; with or without braces. */
export const VARIABLES = ['timeFilter', '__interval', 'interval'] as const;
/** A name of {@link VARIABLES}. */
export type VariableName = (typeof VARIABLES)[number];

const INFLUXQL: Lexis<Token['kind']> = {
  language: 'InfluxQL',
  patterns: [
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
  ],
  quotes: `"'`,
  // elsewhere a slash divides
  mayFollow: (kind, before) => kind !== 'regex' || /^(?:=~|!~|from|select|by)$/i.test(before?.text ?? ''),
};

/** The tokens of a text. @throws ExpressionSyntaxError at a character that begins none */
export function tokenize(text: string): Token[] {
  return tokensOf(text, INFLUXQL);
}

/** The name of a variable token. @throws ExpressionSyntaxError for one that we do not know */
export function variableOf(token: Token): VariableName {
  return variableAmong(token, VARIABLES, ', and parameters as ${name}');
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
