/** Reads one SELECT: what it measures, from where, in which buckets; and refuses everything else that InfluxQL can do. Pure. */

import { parseQueryDuration } from '../../domain/duration.ts';
import { ExpressionSyntaxError } from '../../lib/expression-tokens.ts';
import { type Token, tokenize, unquote, variableOf } from './influxql.ts';

/** `"host" = 'web01'`: what stands on its left is the name of a tag or field. */
export interface Comparison {
  readonly name: string;
  readonly operator: string;
  readonly value: Token;
  /** Where it begins and ends in the text. */
  readonly from: number;
  readonly to: number;
}

/** A statement, read. */
export interface Select {
  readonly tokens: readonly Token[];
  /** Names of functions in front of FROM, lower case, in order. */
  readonly functions: readonly string[];
  /** Names of fields in front of FROM. */
  readonly fields: readonly string[];
  /** Whether it calculates with what it reads, so that a value is no field's own. */
  readonly hasArithmetic: boolean;
  /** What it reads from, where that has a name of its own. */
  readonly measurement?: string;
  readonly comparisons: readonly Comparison[];
  /** Length of its buckets: ms, `auto` for our own, absent where values come as they are. */
  readonly bucket?: number | 'auto';
  readonly hasZone: boolean;
}

/** What changes or shows more than a SELECT does. */
const FORBIDDEN = /^(?:into|drop|delete|create|alter|grant|revoke|kill|set)$/i;
const COMPARING = new Set(['=', '!=', '<>', '<', '>', '<=', '>=', '=~', '!~']);

/** Reads a statement. @throws ExpressionSyntaxError */
export function readSelect(text: string): Select {
  const tokens = tokenize(text);
  checkForm(tokens);
  const from = tokens.findIndex((token, index) => isWord(token, 'from') && depthAt(tokens, index) === 0);
  if (from === -1) throw new ExpressionSyntaxError('has no FROM', tokens.at(-1)?.at ?? 0);
  const nested = tokens.slice(from).findIndex((token) => isWord(token, 'select'));
  // of a subquery the inner part reads the data
  const inner = nested === -1 ? tokens : tokens.slice(from + nested);
  const innerFrom = nested === -1 ? from : inner.findIndex((token) => isWord(token, 'from'));
  const picked = inner.slice(1, innerFrom);
  const measurement = measurementAfter(inner, innerFrom);
  const bucket = bucketOf(tokens);
  return {
    tokens,
    functions: tokens
      .slice(0, from + Math.max(0, nested) + innerFrom)
      .flatMap((token, index) => (isCall(tokens, index) ? [token.text.toLowerCase()] : [])),
    fields: fieldsIn(picked),
    hasArithmetic: nested !== -1 || picked.some(({ kind, text }) => kind === 'operator' && /^[-+*/%]$/.test(text)),
    ...(measurement !== undefined && { measurement }),
    comparisons: comparisonsIn(tokens),
    ...(bucket !== undefined && { bucket }),
    hasZone: tokens.some((token, index) => isWord(token, 'tz') && isCall(tokens, index)),
  };
}

function isWord({ kind, text }: Token, word: string): boolean {
  return kind === 'name' && text.toLowerCase() === word;
}

function isCall(tokens: readonly Token[], index: number): boolean {
  return tokens[index]?.kind === 'name' && tokens[index + 1]?.text === '(';
}

function checkForm(tokens: readonly Token[]): void {
  const [first] = tokens;
  if (!first || !isWord(first, 'select')) throw new ExpressionSyntaxError('should begin with SELECT', first?.at ?? 0);
  let depth = 0;
  let hasTime = false;
  for (const token of tokens) {
    const { kind, text, at } = token;
    if (text === ';') throw new ExpressionSyntaxError('has a ";": only one statement is asked', at);
    if (kind === 'name' && FORBIDDEN.test(text)) throw new ExpressionSyntaxError(`has ${text}, which changes data`, at);
    if (kind === 'variable' && variableOf(token) === 'timeFilter') hasTime = true;
    if (text === '(') depth += 1;
    if (text === ')') depth -= 1;
    if (depth < 0) throw new ExpressionSyntaxError('has a ")" that closes nothing', at);
  }
  if (depth > 0) throw new ExpressionSyntaxError('has a "(" without its other end', tokens.at(-1)?.at ?? 0);
  if (!hasTime) {
    throw new ExpressionSyntaxError('has no $timeFilter, so it would read all there is; write WHERE $timeFilter', 0);
  }
}

function depthAt(tokens: readonly Token[], index: number): number {
  let depth = 0;
  for (const { text } of tokens.slice(0, index)) depth += text === '(' ? 1 : text === ')' ? -1 : 0;
  return depth;
}

/** `FROM "rp"."cpu"`, `FROM "db"."rp"."cpu"`, `FROM cpu`. */
function measurementAfter(tokens: readonly Token[], from: number): string | undefined {
  let name: string | undefined;
  for (let at = from + 1; at < tokens.length; at += 1) {
    const token = tokens[at] as Token;
    if (token.text === '.') continue;
    if (token.kind !== 'identifier' && token.kind !== 'name') return at === from + 1 ? undefined : name;
    if (name !== undefined && tokens[at - 1]?.text !== '.') return name;
    name = unquote(token.text);
  }
  return name;
}

function fieldsIn(picked: readonly Token[]): string[] {
  const found = picked.flatMap((token, index) => {
    const before = picked[index - 1];
    const isAlias = before !== undefined && isWord(before, 'as');
    const isType = before?.text === '::';
    const isField = token.kind === 'identifier' || (token.kind === 'name' && !isCall(picked, index));
    return isField && !isAlias && !isType && !isWord(token, 'as') ? [unquote(token.text)] : [];
  });
  return [...new Set(found)];
}

function comparisonsIn(tokens: readonly Token[]): Comparison[] {
  return tokens.flatMap((token, index): Comparison[] => {
    const value = tokens[index + 1];
    if (!COMPARING.has(token.text) || !value) return [];
    const isTyped = tokens[index - 2]?.text === '::';
    const left = tokens[isTyped ? index - 3 : index - 1];
    if (!left || (left.kind !== 'identifier' && left.kind !== 'name')) return [];
    const to = value.at + value.text.length;
    return [{ name: unquote(left.text), operator: token.text, value, from: left.at, to }];
  });
}

/** The `time(…)` behind GROUP BY, of the outermost that has one. */
function bucketOf(tokens: readonly Token[]): number | 'auto' | undefined {
  const at = tokens.findIndex((token, index) => isWord(token, 'time') && isCall(tokens, index));
  const size = at === -1 ? undefined : tokens[at + 2];
  if (!size) return undefined;
  if (size.kind === 'variable') return 'auto';
  const ms = parseQueryDuration(size.text);
  if (ms === undefined || ms === 0) throw new ExpressionSyntaxError(`has buckets of "${size.text}"`, size.at);
  return ms;
}
