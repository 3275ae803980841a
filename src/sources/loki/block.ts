/** The `loki:` block of a definition: its schema, and what is checked when it is loaded. */

import { z } from 'zod';
import { durationText } from '../../config/fields.ts';
import { parseDuration } from '../../domain/duration.ts';
import { ExpressionSyntaxError, type Token } from '../../lib/expression-tokens.ts';
import type { Placeholder, Template } from '../../queries/expand.ts';
import {
  invalidAt,
  type Marked,
  markIn,
  markTemplate,
  offsetIn,
  templateWithin,
  trapBefore,
} from '../../queries/marks.ts';
import { readableBy } from '../../queries/template-text.ts';
import { type Comparison, type Expression, readExpression, VARIABLES } from './logql.ts';

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
/** What a server gives at most unless it is configured otherwise (`max_entries_limit_per_query`). */
const LINES_MAX = 5_000;
/** Enough to tell which messages there are. */
const LINES_DEFAULT = 1_000;

const Expr = z
  .string()
  .min(1)
  .superRefine(readableBy(readTemplate))
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

const Step = durationText.refine((text) => (parseDuration(text) ?? 0) >= 1000, {
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
  const marked = markTemplate(text, VARIABLES);
  try {
    const read = readExpression(marked.text);
    const byValue = new Map(read.comparisons.map((comparison, at) => [comparison.value.at, { comparison, at }]));
    const places = read.tokens.flatMap((token) => placesIn(token, byValue.get(token.at), marked));
    const free = read.tokens.flatMap((token, index) => (markIn(token.text) === -1 ? [] : [index]));
    return { parts: marked.parts, places, isLog: read.isLog, shape: shapeOf(read, new Set(free)) };
  } catch (thrown) {
    if (!(thrown instanceof ExpressionSyntaxError)) throw thrown;
    throw invalidAt(thrown.message, offsetIn(text, marked, thrown.at));
  }
}

const WHERE = 'write it inside the quotes of a matcher or filter, as in {app="${app}"} or |= "${text}"';

function placesIn(token: Token, found: Pick<Place, 'comparison' | 'at'> | undefined, marked: Marked): Place[] {
  const at = markIn(token.text);
  if (at === -1) return [];
  if (!found) throw new ExpressionSyntaxError(`has a placeholder where no value can be bound; ${WHERE}`, token.at + at);
  const { comparison } = found;
  if (token.text.startsWith('`')) {
    const message = 'has a placeholder in backticks, which know no escape; use double quotes';
    throw new ExpressionSyntaxError(message, token.at + at);
  }
  if (comparison.operator.endsWith('>')) {
    const message = 'has a placeholder in a pattern, where <…> would have a meaning; use |= or |~';
    throw new ExpressionSyntaxError(message, token.at + at);
  }
  const value = templateWithin(token.text.slice(1, -1), marked);
  const trap = trapBefore(value, comparison.operator.endsWith('~'));
  if (trap !== undefined) throw new ExpressionSyntaxError(`has a placeholder ${trap}`, token.at + at);
  return value.flatMap((part) => (typeof part === 'string' ? [] : [{ ...found, placeholder: part, value }]));
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
    if (thrown instanceof ExpressionSyntaxError) return false;
    throw thrown;
  }
}
