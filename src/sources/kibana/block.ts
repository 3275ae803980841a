/** The `kibana:` block of a definition: its schema, and what is checked when it is loaded. */
import { z } from 'zod';
import { durationText } from '../../config/fields.ts';
import { parseDuration } from '../../domain/duration.ts';
import { BotError } from '../../domain/errors.ts';
import { parseTemplate } from '../../queries/expand.ts';

/** A field of a mapping, with its path. */
export const FIELD = /^[\p{L}_@][\p{L}\p{N}_@.-]{0,199}$/u;
/** Longer queries are programs. */
export const QUERY_MAX_CHARS = 10_000;
/** Values that one filter lists. */
const VALUES_MAX = 100;
/** Filters above a search that people still read. */
export const PILLS_MAX = 100;
/** Longer names of fields there are hardly. */
export const COLUMN_MAX_CHARS = 200;
/** Columns that a table of Discover has at most; few of them are shown. */
export const COLUMNS_NAMED_MAX = 50;
/** Columns that a line can show. */
export const COLUMNS_MAX = 12;

const field = z.string().regex(FIELD, { error: 'is not the name of a field, such as host.name' });
const parameter = z.string().regex(/^[A-Za-z]\w*$/, { error: 'should be the name of a parameter' });
const name = z.string().min(1).max(300);

const Scalar = z.union([z.string().min(1).max(1_000), z.number(), z.boolean()], {
  error: 'should be a value or a placeholder, such as "${host}"',
});

/** A value is bound whole: a text around a placeholder would be no value of any document. */
const Value = Scalar.superRefine((value, context) => {
  const fault = typeof value === 'string' ? faultOfValue(value) : undefined;
  if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
});

function faultOfValue(value: string): string | undefined {
  if (!value.includes('${')) return undefined;
  try {
    const parts = parseTemplate(value);
    const isWhole = parts.length === 1 || parts.every((part) => typeof part === 'string');
    return isWhole ? undefined : 'must be the placeholder alone: a value is bound, never put into a text';
  } catch (thrown) {
    if (thrown instanceof BotError) return thrown.message;
    throw thrown;
  }
}

const Filters = z
  .record(
    field,
    z.union([Value, z.array(Value).min(1).max(VALUES_MAX)], { error: 'should be a value or a list of values' }),
  )
  .describe(
    'What documents must have beside what is saved, e.g. `{ host.name: "${host}" }`; of a list any value will do',
  );

const Metric = z.union(
  [
    z.literal('count'),
    z.strictObject({ avg: field }),
    z.strictObject({ max: field }),
    z.strictObject({ min: field }),
    z.strictObject({ sum: field }),
    z.strictObject({ unique: field }),
    z.strictObject({ rate: field }),
    z.strictObject({
      percentiles: z.strictObject({ field, percents: z.array(z.number().gt(0).lte(100)).min(1).max(6).optional() }),
    }),
  ],
  {
    error:
      'should be count, or avg, max, min, sum, unique, rate or percentiles of a field, such as { avg: event.duration }',
  },
);

const RULE_STATES = ['active', 'ok', 'error', 'warning', 'pending', 'unknown', 'disabled', 'muted'] as const;

const Words = z
  .union([Value, z.array(Value).min(1).max(VALUES_MAX)], { error: 'should be a text or a list of texts' })
  .transform((one) => [one].flat().map(String));

const Rules = z
  .union(
    [
      z.literal(true).transform(() => ({})),
      z.strictObject({
        tags: Words.optional().describe('Only rules with one of these tags'),
        name: Words.optional().describe('Only rules with one of these in their names; `*` stands for anything'),
        states: z.array(z.enum(RULE_STATES)).min(1).optional().describe('Only rules in one of these states'),
      }),
    ],
    { error: 'should be true, or what to look for: { tags: [production] }' },
  )
  .describe("The state of Kibana's rules as a table");

const shape = z.strictObject({
  search: name.optional().describe('Id or title of a saved search'),
  tab: name.optional().describe('Label of a tab of the saved search; left out, the first'),
  dataView: name.optional().describe('Id, name or index pattern of a data view'),
  esql: z.string().min(1).max(QUERY_MAX_CHARS).optional().describe('An ES|QL query, for what needs no data view'),
  rules: Rules.optional(),
  space: z
    .string()
    .regex(/^[a-z0-9_-]{1,100}$/, { error: 'is not the name of a space' })
    .optional()
    .describe("A space, left out: the source's"),
  kql: z
    .string()
    .max(QUERY_MAX_CHARS)
    .optional()
    .describe('What documents must match, in KQL; nothing is filled in here'),
  lucene: z.string().max(QUERY_MAX_CHARS).optional().describe("The same in Lucene's query language"),
  filters: Filters.default({}),
  pills: z
    .array(z.record(z.string(), z.unknown()))
    .max(PILLS_MAX)
    .default([])
    .describe("Filters in Kibana's own form, as `Inspect` and exports show them"),
  text: parameter
    .optional()
    .describe('Name of the parameter that is a phrase to look for; without a value all lines match'),
  view: z
    .enum(['lines', 'count'])
    .optional()
    .describe('Log lines with their count, or the count alone; left out, lines unless something is measured'),
  columns: z
    .array(z.string().min(1).max(COLUMN_MAX_CHARS))
    .max(COLUMNS_NAMED_MAX)
    .optional()
    .describe("Fields shown with each line; left out: the saved search's"),
  sort: z
    .array(z.tuple([field, z.enum(['asc', 'desc'])]))
    .max(5)
    .optional()
    .describe('Order of the rows, e.g. `[[event.duration, desc]]`; left out: newest first'),
  metric: Metric.optional().describe('What is counted or measured; left out, documents are counted'),
  split: z
    .union([field, z.strictObject({ field, size: z.number().int().min(1).max(20).default(10) })])
    .optional()
    .describe('One series for each of the most frequent values of a field'),
  step: durationText
    .refine((text) => (parseDuration(text) ?? 0) >= 1000, {
      error: 'is not a duration of a second or more; write it like 30s',
    })
    .optional()
    .describe('Least distance of points'),
});

const KINDS = ['search', 'dataView', 'esql', 'rules'] as const;
const ALONE = ['kql', 'lucene', 'text', 'view', 'columns', 'sort', 'metric', 'split', 'step', 'tab'] as const;

/** A checked block. */
export const KibanaBlock = shape.superRefine((block, context) => {
  const given = KINDS.filter((kind) => block[kind] !== undefined);
  if (given.length !== 1) {
    context.addIssue({ code: 'custom', message: 'should have one of search, dataView, esql and rules' });
  }
  if (block.rules !== undefined && ALONE.some((key) => block[key] !== undefined)) {
    context.addIssue({
      code: 'custom',
      path: ['rules'],
      message: 'goes with `space` only: rules have states, no documents',
    });
  }
  if (block.kql !== undefined && block.lucene !== undefined) {
    context.addIssue({
      code: 'custom',
      path: ['lucene'],
      message: 'cannot stand beside `kql`; use `pills` for the other',
    });
  }
  if (block.tab !== undefined && block.search === undefined) {
    context.addIssue({ code: 'custom', path: ['tab'], message: 'belongs to a `search`' });
  }
});
/** A checked block. */
export type KibanaBlock = z.output<typeof KibanaBlock>;

/** What rules are looked for. */
export interface RulesWanted {
  readonly tags?: readonly string[] | undefined;
  readonly name?: readonly string[] | undefined;
  readonly states?: readonly string[] | undefined;
}

/** The names of a block's placeholders and of its phrase, each once. */
export function placeholdersOfBlock({ filters, text, rules }: KibanaBlock): readonly string[] {
  const wanted: RulesWanted = rules ?? {};
  const values = [...Object.values(filters).flat(), ...(wanted.tags ?? []), ...(wanted.name ?? [])];
  return [...new Set([...values.flatMap(placeholderIn), ...(text === undefined ? [] : [text])])];
}

/** The name in a value that is a placeholder. */
function placeholderIn(value: string | number | boolean): readonly string[] {
  if (typeof value !== 'string' || !value.includes('${')) return [];
  return parseTemplate(value).flatMap((part) => (typeof part === 'string' ? [] : [part.name]));
}

/** Definitions were checked when they were loaded; a block that is wrong here is a fault of ours. */
export function parseBlock(block: unknown): KibanaBlock {
  const { success, data, error } = KibanaBlock.safeParse(block);
  if (success) return data;
  const [issue] = error.issues;
  throw new BotError(
    'CONFIG_QUERY_INVALID',
    `The kibana block is wrong: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}.`,
  );
}
