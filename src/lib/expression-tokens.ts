/** Cuts expressions of query languages into tokens and checks their brackets: what PromQL, LogQL and InfluxQL share. Pure. */

/** A piece of an expression; comments and blanks are left out. */
export interface Token<Kind extends string = 'name' | 'number' | 'string' | 'operator' | 'variable'> {
  readonly kind: Kind;
  /** As it stands in the text. */
  readonly text: string;
  /** Offset in the text, in UTF-16 units. */
  readonly at: number;
}

/** Thrown where a text is no expression; the message is the end of a sentence ("the expression …"). */
export class ExpressionSyntaxError extends Error {
  /** Offset in the text, in UTF-16 units. */
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.name = 'ExpressionSyntaxError';
    this.at = at;
  }
}

/** What tokens of a language look like. */
export interface Lexis<Kind extends string> {
  /** For messages, e.g. `PromQL`. */
  readonly language: string;
  /** Sticky patterns; the first that fits wins. */
  readonly patterns: readonly (readonly [Kind | 'blank', RegExp])[];
  /** Characters that begin a string and end it. */
  readonly quotes: string;
  /** More about a character that begins no token, as the end of a sentence. */
  readonly wrongCharacter?: (char: string) => string | undefined;
  /** Whether a token of that kind may follow another; left out, any may. */
  readonly mayFollow?: (kind: Kind | 'blank', before: Token<Kind> | undefined) => boolean;
}

/** The tokens of a text. @throws ExpressionSyntaxError at a character that begins none, and where there is no token */
export function tokensOf<Kind extends string>(text: string, lexis: Lexis<Kind>): Token<Kind>[] {
  const tokens: Token<Kind>[] = [];
  for (let at = 0; at < text.length; ) {
    const found = lexis.patterns.find(([kind, pattern]) => {
      if (lexis.mayFollow?.(kind, tokens.at(-1)) === false) return false;
      pattern.lastIndex = at;
      return pattern.test(text);
    });
    if (!found) throw new ExpressionSyntaxError(wrongCharacter(text, at, lexis), at);
    const [kind, { lastIndex }] = found;
    if (kind !== 'blank') tokens.push({ kind, text: text.slice(at, lastIndex), at });
    at = lastIndex;
  }
  if (tokens.length === 0) throw new ExpressionSyntaxError('is empty', 0);
  return tokens;
}

function wrongCharacter(
  text: string,
  at: number,
  lexis: Pick<Lexis<string>, 'language' | 'quotes' | 'wrongCharacter'>,
): string {
  const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
  const known = lexis.wrongCharacter?.(char);
  if (known !== undefined) return known;
  if (lexis.quotes.includes(char)) return `has a quote ${char} without its other end`;
  return `has "${char}", which ${lexis.language} does not know`;
}

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Checks that brackets are balanced. @throws ExpressionSyntaxError at one that is not */
export function checkBrackets(tokens: readonly Token<string>[]): void {
  const open: Token<string>[] = [];
  for (const token of tokens) {
    if (token.kind !== 'operator') continue;
    if (CLOSING[token.text] !== undefined) open.push(token);
    else if (')]}'.includes(token.text)) {
      const last = open.pop();
      if (!last) throw new ExpressionSyntaxError(`has a "${token.text}" that closes nothing`, token.at);
      if (CLOSING[last.text] !== token.text) {
        throw new ExpressionSyntaxError(`has a "${last.text}" that a "${token.text}" cannot close`, last.at);
      }
    }
  }
  const [first] = open;
  if (first) throw new ExpressionSyntaxError(`has a "${first.text}" without its other end`, first.at);
}

/**
 * The name that a token such as `$__interval` or `${__interval}` has among those that are filled in.
 *
 * @throws ExpressionSyntaxError for another; `more` ends its message
 */
export function variableAmong<Name extends string>(
  { text, at }: Token<string>,
  names: readonly Name[],
  more = '',
): Name {
  const name = text.replace(/[${}]/g, '');
  const known = names.find((variable) => variable === name);
  if (known !== undefined) return known;
  throw new ExpressionSyntaxError(`has an unknown variable "${text}"; there are ${dollared(names)}${more}`, at);
}

/** `$__interval, $__range`. */
export function dollared(names: readonly string[]): string {
  return names.map((name) => `$${name}`).join(', ');
}
