/** The `loki:` block of a definition: its schema, and what is checked when it is loaded. */
import { z } from 'zod';
import { parseDuration } from '../../domain/duration.ts';
import { BotError } from '../../domain/errors.ts';
import { type Placeholder, parseTemplate, type Template } from '../../queries/expand.ts';
import {
  type Comparison,
  type Expression,
  LogqlSyntaxError,
  readExpression,
  type Token,
  unquote,
  VARIABLES,
} from './logql.ts';

/** Where a placeholder stands: in the string that something is compared with. */
export interface Place {
  readonly placeholder: Placeholder;
  readonly comparison: Comparison;
  /** The place of that among all comparisons of the expression, from 0. */
  readonly at: number;
  /** The whole string as a template, without its quotes. */
  readonly value: Template;
}

/** An expression of a definition that was read. */
export interface ExpressionTemplate {
  readonly parts: Template;
  /** In the order of the placeholders in `parts`. */
  readonly places: readonly Place[];
  readonly isLog: boolean;
  /** The structure that a bound expression must have too. */
  readonly shape: string;
}

/** More expressions than this in one definition are a dashboard, not a question. */
const EXPRESSIONS_MAX = 20;
/** Placeholders become characters of the private use area, which no expression holds, from here on. */
const MARK_FIRST = 0xe000;
const MARKS_MAX = 100;
/** What a server gives at most unless it is configured otherwise (`max_entries_limit_per_query`). */
const LINES_MAX = 5_000;
/** Enough to tell which messages there are. */
const LINES_DEFAULT = 1_000;

const Expr = z
  .string()
  .min(1)
  .superRefine((text, context) => check(() => readTemplate(text), context))
  .describe(
    'LogQL: lines, e.g. `{app="${service}"} |~ "(?i)${text}"`, or numbers, e.g. `sum by (level) (count_over_time({app="${service}"}[$__interval]))`; placeholders stand inside the double quotes of matchers and filters',
  );

const Legend = z
  .string()
  .regex(/^(?:[^{}$]|\{\{\s*[A-Za-z_]\w*\s*\}\})+$/, {
    error: 'should be text with labels in double braces, such as {{app}} {{level}}',
  })
  .max(200)
  .describe('names of series, made from their labels: `{{app}} {{level}}`. Left out: the labels that differ');

const label = z.string().regex(/^[A-Za-z_][\w.-]{0,199}$/, { error: 'is not the name of a label, such as pod' });

const Step = z.string().refine((text) => (parseDuration(text) ?? 0) >= 1000, {
  error: 'is not a duration of a second or more; write it like 30s, 5m or 1h',
});

const NamedExpressions = z
  .array(z.record(z.string().min(1).max(60), Expr).refine((entry) => Object.keys(entry).length > 0))
  .min(1)
  .max(EXPRESSIONS_MAX)
  .superRefine((entries, context) => {
    const texts = entries.flatMap((entry) => Object.values(entry));
    const isFine = texts.every((text) => !isLogText(text));
    if (!isFine) context.addIssue({ code: 'custom', message: 'has lines in a list; a list is for numbers' });
  });

const Block = z.strictObject({
  expr: z.union([Expr, NamedExpressions]).describe('LogQL, or a list of it by name: `[{ all: … }, { errors: … }]`'),
  legend: Legend.optional(),
  step: Step.optional().describe('least distance of points'),
  instant: z
    .boolean()
    .default(false)
    .describe('ask for numbers once, over the whole window (`[$__range]`), and answer with a table'),
  limit: z
    .number()
    .int()
    .min(1)
    .max(LINES_MAX)
    .default(LINES_DEFAULT)
    .describe('lines that are read, the newest ones; how many there are is counted apart'),
  columns: z
    .array(label)
    .max(12)
    .optional()
    .describe(
      'labels shown with each line: of streams, of structured metadata, or read by the expression. Left out: those that differ',
    ),
  message: label.optional().describe('the label or the field of JSON lines with the text; left out, the line as it is'),
  level: label
    .optional()
    .describe('the label with the severity; left out: detected_level, level, severity, else the line'),
});

/** A block, or just its expression. What comes out is a block too: definitions are kept as they come out, and read again. */
export const LokiBlock = z.union([
  Expr.transform((expr): z.output<typeof Block> => ({ expr, instant: false, limit: LINES_DEFAULT })),
  Block,
]);
/** A checked block. */
export type LokiBlock = z.output<typeof LokiBlock>;

/** The expressions of a block, with their names where it gives them. */
export function expressionsOf({ expr }: LokiBlock): readonly { readonly name?: string; readonly expr: string }[] {
  if (typeof expr === 'string') return [{ expr }];
  return expr.flatMap((entry) => Object.entries(entry).map(([name, one]) => ({ name, expr: one })));
}

/** Whether a block gives lines. */
export function isLogBlock({ expr }: LokiBlock): boolean {
  return typeof expr === 'string' && readTemplate(expr).isLog;
}

function isLogText(text: string): boolean {
  try {
    return readTemplate(text).isLog;
  } catch {
    return false; // said already
  }
}

function check(read: () => unknown, context: z.core.$RefinementCtx<string>): void {
  try {
    read();
  } catch (thrown) {
    if (!(thrown instanceof BotError)) throw thrown;
    context.addIssue({ code: 'custom', message: thrown.message, params: { at: thrown.details.at ?? 0 } });
  }
}

/** The names of a block's placeholders, each once, in order of appearance. */
export function placeholdersOfBlock(block: LokiBlock): readonly string[] {
  const names = expressionsOf(block).flatMap(({ expr }) =>
    readTemplate(expr).places.map(({ placeholder }) => placeholder.name),
  );
  return [...new Set(names)];
}

/**
 * Reads an expression of a definition and finds the place of each placeholder.
 *
 * @throws BotError `CONFIG_QUERY_INVALID`, its message being the end of a sentence ("the expression …")
 */
export function readTemplate(text: string): ExpressionTemplate {
  const parts = withOwnVariables(parseTemplate(text));
  const blanks = parts.filter((part) => typeof part !== 'string');
  if (blanks.length > MARKS_MAX) throw invalid(`has more than ${MARKS_MAX} placeholders`, 0);
  let count = 0;
  const marked = parts
    .map((part) => (typeof part === 'string' ? refuseMarks(part) : String.fromCharCode(MARK_FIRST + count++)))
    .join('');
  try {
    const read = readExpression(marked);
    const byValue = new Map(read.comparisons.map((comparison, at) => [comparison.value.at, { comparison, at }]));
    const places = read.tokens.flatMap((token) => placesIn(token, byValue.get(token.at), blanks));
    return { parts, places, isLog: read.isLog, shape: shapeOf(read, new Set(markedAt(read.tokens))) };
  } catch (thrown) {
    if (!(thrown instanceof LogqlSyntaxError)) throw thrown;
    const before = [...marked.slice(0, thrown.at)].filter(isMark).length;
    const longer = blanks.slice(0, before).reduce((sum, { at }) => sum + text.indexOf('}', at) - at, 0);
    throw invalid(thrown.message, thrown.at + longer);
  }
}

/** `${__interval}` is ours, not a parameter: it stays in the text. */
function withOwnVariables(parts: Template): Template {
  return parts.flatMap((part) => {
    if (typeof part === 'string') return part;
    const isOurs = VARIABLES.some((variable) => variable === part.name) && part.filters.length === 0;
    return isOurs ? `\${${part.name}}` : part;
  });
}

function isMark(char: string): boolean {
  const code = char.charCodeAt(0);
  return code >= MARK_FIRST && code < MARK_FIRST + MARKS_MAX;
}

function refuseMarks(text: string): string {
  const mark = [...text].find(isMark);
  if (mark !== undefined) throw invalid(`has "${mark}", a character for private use`, text.indexOf(mark));
  return text;
}

function invalid(message: string, at: number): BotError {
  return new BotError('CONFIG_QUERY_INVALID', message, { at });
}

const WHERE = 'write it inside the quotes of a matcher or filter, as in {app="${app}"} or |= "${text}"';

function placesIn(
  token: Token,
  found: Pick<Place, 'comparison' | 'at'> | undefined,
  blanks: readonly Placeholder[],
): Place[] {
  const at = [...token.text].findIndex(isMark);
  if (at === -1) return [];
  if (!found) throw new LogqlSyntaxError(`has a placeholder where no value can be bound; ${WHERE}`, token.at + at);
  const { comparison } = found;
  if (token.text.startsWith('`')) {
    const message = 'has a placeholder in backticks, which know no escape; use double quotes';
    throw new LogqlSyntaxError(message, token.at + at);
  }
  if (comparison.operator.endsWith('>')) {
    const message = 'has a placeholder in a pattern, where <…> would have a meaning; use |= or |~';
    throw new LogqlSyntaxError(message, token.at + at);
  }
  const blankOf = (mark: string) => blanks[mark.charCodeAt(0) - MARK_FIRST] as Placeholder;
  const inner = token.text.slice(1, -1).split(/([\uE000-\uE063])/);
  const value = inner.filter((part) => part !== '').map((part) => (isMark(part) ? blankOf(part) : part));
  const trap = trapBefore(value, comparison.operator.endsWith('~'));
  if (trap !== undefined) throw new LogqlSyntaxError(`has a placeholder ${trap}`, token.at + at);
  return value.flatMap((part) => (typeof part === 'string' ? [] : [{ ...found, placeholder: part, value }]));
}

/** What stands before a placeholder and would take its first character for something else. */
function trapBefore(value: Template, isRegex: boolean): string | undefined {
  for (const [index, part] of value.entries()) {
    if (typeof part !== 'string' || index === value.length - 1) continue;
    if (/(?:^|[^\\])(?:\\\\)*\\$/.test(part)) return 'just after a backslash';
    if (!isRegex) continue;
    const plain = unquote(`"${part}"`);
    if (/(?:^|[^\\])(?:\\\\)*\\$/.test(plain)) return 'just after a backslash';
    const bare = plain.replace(/\\[\s\S]/g, '');
    if (/\[\^?\]?[^\]]*$/.test(bare)) return 'inside the brackets of a regular expression';
    if (/\(\?$|\{[\d,]*$/.test(bare)) return 'where a regular expression has a count or a flag';
  }
  return undefined;
}

function markedAt(tokens: readonly Token[]): number[] {
  return tokens.flatMap(({ text }, index) => ([...text].some(isMark) ? [index] : []));
}

/** What values may not change: every token but the strings they stand in, and what is compared with what. */
function shapeOf({ tokens, comparisons }: Expression, free: ReadonlySet<number>): string {
  const words = tokens.map(({ kind, text }, index) => (free.has(index) ? `${kind} ${text.charAt(0)}` : text));
  return JSON.stringify([words, comparisons.map(({ place, label, operator }) => [place, label, operator])]);
}

/** Whether a bound expression still is the template's, apart from the strings that hold values. */
export function hasShape(expression: string, template: ExpressionTemplate): boolean {
  try {
    const read = readExpression(expression);
    const [wanted] = JSON.parse(template.shape) as [string[]];
    const free = new Set(wanted.flatMap((text, index) => (text === 'string "' ? [index] : [])));
    return shapeOf(read, free) === template.shape;
  } catch (thrown) {
    if (thrown instanceof LogqlSyntaxError) return false;
    throw thrown;
  }
}
