/** The `prometheus:` block of a definition: its schema, and what is checked when it is loaded. */

import { z } from 'zod';
import { durationText } from '../../config/fields.ts';
import { parseDuration } from '../../domain/duration.ts';
import { ExpressionSyntaxError, type Token } from '../../lib/expression-tokens.ts';
import { type Placeholder, placeholdersOf, type Template } from '../../queries/expand.ts';
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
import { type Matcher, readExpression, VARIABLES } from './promql.ts';

/** Where a placeholder stands: in the value of which matcher. */
export interface Place {
  readonly placeholder: Placeholder;
  readonly label: string;
  readonly operator: Matcher['operator'];
  /** `"` or `'`. */
  readonly quote: string;
  /** The matcher's whole string as a template, without its quotes. */
  readonly value: Template;
}

/** An expression of a definition that was read. */
export interface ExpressionTemplate {
  readonly parts: Template;
  /** In the order of the placeholders in `parts`. */
  readonly places: readonly Place[];
  /** The structure that a bound expression must have too. */
  readonly shape: string;
}

/** More expressions than this in one definition are a dashboard, not a question. */
const EXPRESSIONS_MAX = 20;

const Expression = z
  .string()
  .min(1)
  .superRefine(readableBy(readTemplate))
  .describe(
    'PromQL, e.g. `rate(node_cpu_seconds_total{instance="${host}"}[$__rate_interval])`; placeholders stand inside the quotes of a matcher',
  );

const Legend = z
  .string()
  .regex(/^(?:[^{}$]|\{\{\s*[A-Za-z_]\w*\s*(?:\|\s*(?:host|fqdn|short|lower|upper)\s*)?\}\})+$/, {
    error: 'should be text with labels in double braces, such as {{device}} {{mode}} or {{instance | host}}',
  })
  .max(200)
  .describe('names of series, made from their labels: `{{device}} {{mode}}`. Left out: the labels that differ');

const NamedExpressions = z
  .array(z.record(z.string().min(1).max(60), Expression).refine((entry) => Object.keys(entry).length > 0))
  .min(1)
  .max(EXPRESSIONS_MAX);

const LabelValue = z.string().refine((text) => /^(?:[^$]*|\$\{[A-Za-z]\w*\})$/.test(text), {
  error: 'should be one value, or one placeholder alone such as "${host}"',
});

const Step = durationText.refine((text) => parseDuration(text) !== undefined, {
  error: 'is not a duration; write it like 30s, 5m or 1h',
});

/** A block, or just its expression. What comes out is a block too: definitions are kept as they come out, and read again. */
export const PrometheusBlock = z.union([
  Expression.transform((expr) => ({ expr, heatmap: false, exemplars: false })),
  z
    .strictObject({
      expr: z
        .union([Expression, NamedExpressions])
        .describe('PromQL, or a list of it by name: `[{ used: … }, { free: … }]`'),
      legend: Legend.optional(),
      step: Step.optional().describe('least distance of points; left out, the `scrapeInterval` of the source'),
      heatmap: z
        .boolean()
        .default(false)
        .describe('draw the buckets of a histogram (`sum by (le) (increase(x_bucket[$__interval]))`) as a heatmap'),
      exemplars: z
        .boolean()
        .default(false)
        .describe("also read exemplars: dots on the chart, with the trace's page where the source has a `traceUrl`"),
    })
    .refine(({ expr, heatmap }) => !heatmap || typeof expr === 'string', {
      path: ['heatmap'],
      error: 'draws one expression, and `expr` is a list',
    }),
  z.strictObject({
    alerts: z
      .record(z.string().regex(/^[A-Za-z_]\w*$/, { error: 'is not the name of a label' }), LabelValue)
      .describe(
        'what fires now, as a table: labels that alerts must have, e.g. `{ instance: "${host}", severity: critical }`; `{}` is all of them. `${host}` matches with or without port and domain; `*` matches all',
      ),
  }),
]);
/** A checked block. */
export type PrometheusBlock = ExpressionBlock | AlertsBlock;

/** A block that asks for what fires. */
export interface AlertsBlock {
  readonly alerts: Readonly<Record<string, string>>;
}

/** A block that asks for series. */
export type ExpressionBlock = {
  readonly expr: string | readonly Readonly<Record<string, string>>[];
  readonly legend?: string | undefined;
  readonly step?: string | undefined;
  readonly heatmap: boolean;
  readonly exemplars: boolean;
};

/** The expressions of a block, with their names where it gives them. */
export function expressionsOf({ expr }: ExpressionBlock): readonly { readonly name?: string; readonly expr: string }[] {
  if (typeof expr === 'string') return [{ expr }];
  return expr.flatMap((entry) => Object.entries(entry).map(([name, one]) => ({ name, expr: one })));
}

/** The names of a block's placeholders, each once, in order of appearance; our own variables and a legend's labels are none. */
export function placeholdersOfBlock(block: PrometheusBlock): readonly string[] {
  if ('alerts' in block) return [...new Set(Object.values(block.alerts).flatMap((text) => placeholdersOf(text)))];
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
    const { tokens, selectors } = readExpression(marked.text);
    const byValue = new Map(
      selectors.flatMap(({ matchers }) => matchers).map((matcher) => [matcher.value.at, matcher]),
    );
    const places = tokens.flatMap((token) => placesIn(token, byValue.get(token.at), marked));
    const free = tokens.flatMap((token, index) => (markIn(token.text) === -1 ? [] : [index]));
    return { parts: marked.parts, places, shape: shapeOf(tokens, new Set(free)) };
  } catch (thrown) {
    if (!(thrown instanceof ExpressionSyntaxError)) throw thrown;
    throw invalidAt(thrown.message, offsetIn(text, marked, thrown.at));
  }
}

const WHERE = 'write it inside the quotes of a matcher, as in {instance="${host}"}';

function placesIn(token: Token, matcher: Matcher | undefined, marked: Marked): Place[] {
  const at = markIn(token.text);
  if (at === -1) return [];
  const quote = token.text.charAt(0);
  if (!matcher)
    throw new ExpressionSyntaxError(`has a placeholder where no value can be bound; ${WHERE}`, token.at + at);
  if (quote === '`') {
    throw new ExpressionSyntaxError(
      'has a placeholder in backticks, which know no escape; use double quotes',
      token.at + at,
    );
  }
  const value = templateWithin(token.text.slice(1, -1), marked);
  const trap = trapBefore(value, matcher.operator.endsWith('~'));
  if (trap !== undefined) throw new ExpressionSyntaxError(`has a placeholder ${trap}`, token.at + at);
  return value.flatMap((part) =>
    typeof part === 'string'
      ? []
      : [{ placeholder: part, label: matcher.label, operator: matcher.operator, quote, value }],
  );
}

/** What values may not change: every token but the strings they stand in. */
function shapeOf(tokens: readonly Token[], free: ReadonlySet<number>): string {
  return JSON.stringify(tokens.map(({ kind, text }, index) => (free.has(index) ? `${kind} ${text.charAt(0)}` : text)));
}

/** Whether a bound expression still is the template's, apart from the strings that hold values. */
export function hasShape(expression: string, template: ExpressionTemplate): boolean {
  try {
    const { tokens } = readExpression(expression);
    const wanted = JSON.parse(template.shape) as string[];
    const free = new Set(wanted.flatMap((text, index) => (/^string ["']$/.test(text) ? [index] : [])));
    return shapeOf(tokens, free) === template.shape;
  } catch (thrown) {
    if (thrown instanceof ExpressionSyntaxError) return false;
    throw thrown;
  }
}
