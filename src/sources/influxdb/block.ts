/** The `influxdb:` block of a definition: its schema, and what is checked when it is loaded. */

import { z } from 'zod';
import { durationText } from '../../config/fields.ts';
import { parseDuration } from '../../domain/duration.ts';
import { ExpressionSyntaxError } from '../../lib/expression-tokens.ts';
import type { Template } from '../../queries/expand.ts';
import { invalidAt, type Marked, markIn, markTemplate, offsetIn, templateWithin } from '../../queries/marks.ts';
import { readableBy } from '../../queries/template-text.ts';
import { quoteIdentifier, quoteString, unquote, VARIABLES } from './influxql.ts';
import { type Comparison, readSelect, type Select } from './read-select.ts';

/** A comparison whose value a question gives. */
export interface Place {
  /** As it stands in the text: `"host"`, with its type where it has one. */
  readonly left: string;
  /** Name of the tag or field. */
  readonly name: string;
  readonly operator: string;
  /** What is compared with, without quotes. */
  readonly value: Template;
}

/** A statement of a definition that was read. */
export interface StatementTemplate {
  /** Text as it stands, and places in it. */
  readonly segments: readonly (string | Place)[];
  readonly select: Select;
}

/** A name of a measurement, tag or field; control characters, quotes, backslashes and placeholders are none. */
const NAME = /^[^\x00-\x1f\x7f"\\$;]{1,200}$/;
const FIELDS_MAX = 20;
const AGGREGATES = 'mean median max min sum count last first spread stddev mode'.split(' ');
const PERCENTILE = /^p(\d{1,2}(?:\.\d{1,2})?|100)$/;

const name = z.string().regex(NAME, { error: 'is not a name that can stand in a query; nothing is filled in here' });

const Statement = z
  .string()
  .min(1)
  .superRefine(readableBy(readTemplate))
  .describe(
    'InfluxQL: one SELECT with `$timeFilter`, e.g. `SELECT mean("usage_user") FROM "cpu" WHERE "host" = \'${host}\' AND $timeFilter GROUP BY time($__interval), "host"`; a placeholder is compared with a tag or field',
  );

const Text = z.string().max(500);
const Condition = z.union([Text, z.array(Text).min(1).max(50), z.strictObject({ not: Text })], {
  error: 'should be a value, a list of values, or { not: value }',
});

const Legend = z
  .string()
  .regex(/^(?:[^{}$]|\{\{\s*[\w.-]+\s*\}\})+$/, {
    error: 'should be text with tags in double braces, such as {{host}} {{interface}}; {{field}} is the column',
  })
  .max(200)
  .describe('names of series, made from their tags: `{{interface}} {{field}}`. Left out: the tags that differ');

const Step = durationText.refine((text) => parseDuration(text) !== undefined, {
  error: 'is not a duration; write it like 30s, 5m or 1h',
});

const common = {
  legend: Legend.optional(),
  step: Step.optional().describe('least distance of points; left out, the `interval` of the source'),
};

const Structured = z
  .strictObject({
    measurement: name.describe('what is read from, e.g. `cpu`'),
    field: z
      .union([name, z.array(z.record(name, name)).min(1).max(FIELDS_MAX)])
      .describe('the field, or a list of fields by the name that they are shown with: `[{ user: usage_user }]`'),
    where: z
      .record(name, Condition)
      .default({})
      .describe('what tags must be: `{ host: "${host}", cpu: cpu-total }`; a list: any of it; `{ not: … }`'),
    aggregate: z
      .string()
      .refine((text) => AGGREGATES.includes(text) || PERCENTILE.test(text), {
        error: `should be one of ${AGGREGATES.join(', ')}, or a percentile such as p95`,
      })
      .optional()
      .describe("what is made of the values of a step; left out: the definition's `consolidate`"),
    by: z
      .array(name)
      .max(10)
      .default([])
      .describe('one series for each value of these tags; those with a placeholder count anyway'),
    fill: z
      .union([z.enum(['null', 'none', 'previous', 'linear']), z.number()])
      .optional()
      .describe('what stands for a step without values; left out: nothing, of counts 0'),
    rate: z.boolean().default(false).describe('for counters: how much they grow each second; falls back are no values'),
    ...common,
  })
  .superRefine(readableBy((block) => readTemplate(statementOf(block, 'average'))));

/** A block, or just its query. What comes out is a block too: definitions are kept as they come out, and read again. */
export const InfluxdbBlock = z.union([
  Statement.transform((query): { query: string; legend?: string | undefined; step?: string | undefined } => ({
    query,
  })),
  z.strictObject({ query: Statement, ...common }),
  Structured,
]);
/** A checked block. */
export type InfluxdbBlock = z.output<typeof InfluxdbBlock>;
type Structured = z.output<typeof Structured>;

/** The names of a block's placeholders, each once, in order of appearance. */
export function placeholdersOfBlock(block: InfluxdbBlock): readonly string[] {
  const { segments } = readTemplate(statementOfBlock(block, 'average'));
  const names = segments.flatMap((segment) =>
    typeof segment === 'string' ? [] : segment.value.flatMap((part) => (typeof part === 'string' ? [] : [part.name])),
  );
  return [...new Set(names)];
}

/** What is made of several values of a step where nothing else is said. */
export type Consolidating = 'average' | 'max' | 'min' | 'sum' | 'last';

/** The statement of a block. */
export function statementOfBlock(block: InfluxdbBlock, consolidate: Consolidating): string {
  return 'query' in block ? block.query : statementOf(block, consolidate);
}

function statementOf({ measurement, field, where, aggregate, by, fill, rate }: Structured, how: Consolidating): string {
  const made = aggregate ?? (rate ? 'last' : how === 'average' ? 'mean' : how);
  const columns =
    typeof field === 'string'
      ? columnOf(field, made, rate)
      : field
          .flatMap((entry) => Object.entries(entry))
          .map(([shown, one]) => `${columnOf(one, made, rate)} AS ${quoteIdentifier(shown)}`)
          .join(', ');
  const conditions = Object.entries(where).map(([tag, wanted]) => conditionOf(tag, wanted));
  const asked = Object.entries(where).flatMap(([tag, wanted]) => (JSON.stringify(wanted).includes('${') ? [tag] : []));
  const tags = [...new Set([...asked, ...by])].map((tag) => `, ${quoteIdentifier(tag)}`).join('');
  const filling = fill ?? (made === 'count' && !rate ? 0 : 'null');
  return `SELECT ${columns} FROM ${quoteIdentifier(measurement)} WHERE ${[...conditions, '$timeFilter'].join(' AND ')} GROUP BY time($__interval)${tags} fill(${filling})`;
}

function columnOf(field: string, made: string, isRate: boolean): string {
  const percent = PERCENTILE.exec(made)?.[1];
  const inner =
    percent === undefined ? `${made}(${quoteIdentifier(field)})` : `percentile(${quoteIdentifier(field)}, ${percent})`;
  return isRate ? `non_negative_derivative(${inner}, 1s)` : inner;
}

function conditionOf(tag: string, wanted: z.output<typeof Condition>): string {
  const left = quoteIdentifier(tag);
  if (typeof wanted === 'string') return `${left} = ${quoteString(wanted)}`;
  if ('not' in wanted) return `${left} != ${quoteString(wanted.not)}`;
  return `(${wanted.map((one) => `${left} = ${quoteString(one)}`).join(' OR ')})`;
}

/**
 * Reads a statement of a definition and finds the place of each placeholder.
 *
 * @throws BotError `CONFIG_QUERY_INVALID`, its message being the end of a sentence ("the query …")
 */
export function readTemplate(text: string): StatementTemplate {
  const marked = markTemplate(text, VARIABLES);
  try {
    const select = readSelect(marked.text);
    return { segments: segmentsOf(marked, select), select };
  } catch (thrown) {
    if (!(thrown instanceof ExpressionSyntaxError)) throw thrown;
    throw invalidAt(thrown.message, offsetIn(text, marked, thrown.at));
  }
}

function segmentsOf(marked: Marked, { tokens, comparisons }: Select) {
  const segments: (string | Place)[] = [];
  const byValue = new Map(comparisons.map((comparison) => [comparison.value.at, comparison]));
  let end = 0;
  for (const token of tokens) {
    const at = markIn(token.text);
    if (at === -1) continue;
    const comparison = byValue.get(token.at);
    if (!comparison || (token.kind !== 'string' && token.kind !== 'mark')) throw notHere(token.kind, token.at + at);
    segments.push(marked.text.slice(end, comparison.from), placeOf(marked, comparison));
    end = comparison.to;
  }
  segments.push(marked.text.slice(end));
  return segments;
}

function notHere(kind: string, at: number): ExpressionSyntaxError {
  const why =
    kind === 'regex'
      ? 'has a placeholder in a regular expression, where it cannot be bound'
      : 'has a placeholder where no value can be bound';
  return new ExpressionSyntaxError(`${why}; compare a tag with it, as in "host" = '\${host}'`, at);
}

function placeOf(marked: Marked, { name, operator, value, from }: Comparison): Place {
  if (operator.endsWith('~')) throw notHere('regex', value.at);
  const left = marked.text.slice(from, value.at).replace(/\s*(?:=|!=|<>|<=|>=|<|>)\s*$/, '');
  return { left, name, operator, value: templateWithin(unquote(value.text), marked) };
}
