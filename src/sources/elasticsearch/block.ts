/** The `elasticsearch:` block of a definition: its schema, and what is checked when it is loaded. */
import { z } from 'zod';
import { durationText } from '../../config/fields.ts';
import { parseDuration } from '../../domain/duration.ts';
import { BotError } from '../../domain/errors.ts';
import { clausesOf, faultOfKql } from './clauses.ts';
import { faultOfEsql, placeholdersOfEsql } from './esql-text.ts';
import { type Filter as Clause, faultOfFilter, faultOfQuery, placeholdersOfFilter } from './filter.ts';

/** Commas, wildcards, exclusions and remote clusters are index expressions; blanks, slashes and placeholders are not. */
const INDEX = /^[\p{L}\p{N}_.*,:@+-]{1,1000}$/u;
/** A field of a mapping, with its path. */
const FIELD = /^[\p{L}_@][\p{L}\p{N}_@.-]{0,199}$/u;
/** Values of a field that one chart shows; the rest is counted. */
const SPLIT_MAX = 20;
const SPLIT_DEFAULT = 10;
/** Columns that a line can show. */
const COLUMNS_MAX = 12;

const field = z.string().regex(FIELD, { error: 'is not the name of a field, such as host.name' });

const Query = z.record(z.string(), z.unknown());

/** Comes out as a list. Checked as a whole, as the faults of a union's members are lost. */
const Filter = z
  .union([Query, z.array(Query).max(20)], {
    error: 'should be a query, such as { term: { host.name: "${host}" } }, or a list of them',
  })
  .superRefine((filter, context) => {
    for (const [index, one] of [filter].flat().entries()) {
      const fault = faultOfFilter(one);
      const path = Array.isArray(filter) ? [index, ...(fault?.path ?? [])] : [...(fault?.path ?? [])];
      if (fault) context.addIssue({ code: 'custom', message: fault.message, path });
    }
  })
  .transform((filter) => [filter].flat())
  .describe(
    'What documents must match: a query of the DSL, e.g. `{ term: { service.name: "${service}" } }`, or a list of which all must match. A placeholder is a whole value of term, terms, match, match_phrase, prefix or range',
  );

/** A query that is stored somewhere and trusted as it is. */
const StoredQuery = Query.superRefine((query, context) => {
  const fault = Object.keys(query).length === 1 ? faultOfQuery(query) : { message: 'should be one query', path: [] };
  if (fault) context.addIssue({ code: 'custom', message: fault.message, path: [...fault.path] });
}).describe(
  'One more query of the DSL that must match, of any kind, as a saved search has it; placeholders as in `filter`',
);

/** A text in a language of its own, checked by its reader. */
function language(faultOf: (text: string) => string | undefined) {
  return z.string().superRefine((text, context) => {
    const message = faultOf(text);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });
}

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
      percentiles: z.strictObject({
        field,
        percents: z.array(z.number().gt(0).lte(100)).min(1).max(6).default([50, 95, 99]),
      }),
    }),
  ],
  {
    error:
      'should be count, or avg, max, min, sum, unique, rate (of a counter, per second) or percentiles of a field, such as { avg: event.duration }',
  },
);

const Split = z
  .union([
    field.transform((name) => ({ field: name, size: SPLIT_DEFAULT })),
    z.strictObject({ field, size: z.number().int().min(1).max(SPLIT_MAX).default(SPLIT_DEFAULT) }),
  ])
  .describe('One series for each of the most frequent values of a field, the others together');

const Lines = z
  .strictObject({
    columns: z
      .array(field)
      .max(COLUMNS_MAX)
      .default(['host.name'])
      .describe('Fields shown with each line, the first one first'),
    message: field
      .optional()
      .describe('The field with the text; left out: the first there is of message, body.text, log'),
    level: field.optional().describe('The field with the severity; left out: log.level, severity_text or level'),
  })
  .describe('Answers with log lines');

/** The name of an index, a data stream, or several of them. */
export const indexName = z.string().regex(INDEX, {
  error: 'is not the name of an index, data stream or pattern, such as logs-*; nothing is filled in here',
});

/** A checked block. */
export const ElasticsearchBlock = z.strictObject({
  index: indexName
    .optional()
    .describe("Index, data stream or pattern, e.g. `logs-nginx-*`; left out: the source's `index`"),
  filter: Filter.prefault([]),
  query: StoredQuery.optional(),
  kql: language(faultOfKql)
    .optional()
    .describe(
      "What documents must match, in Kibana's query language; a placeholder is a whole value: `host.name: ${host} and log.level: error`",
    ),
  lucene: z
    .string()
    .max(20_000)
    .optional()
    .describe('The same in the syntax of Lucene, as a saved search has it; without placeholders'),
  esql: language(faultOfEsql)
    .optional()
    .describe(
      'A query in ES|QL, for a table, or for series when it has a date and numbers: `FROM logs-* | WHERE host.name == ${host} | STATS count() BY BUCKET(@timestamp, 1 minute)`. A placeholder is a value; where a number belongs, `${status}::integer`',
    ),
  text: z
    .string()
    .regex(/^[A-Za-z]\w*$/, { error: 'should be the name of a parameter' })
    .optional()
    .describe('Name of the parameter that is a phrase to look for; without a value all lines match'),
  textFields: z
    .array(field)
    .min(1)
    .max(10)
    .optional()
    .describe('Where the phrase is looked for; left out: the message'),
  metric: Metric.default('count').describe('What is counted or measured'),
  split: Split.optional(),
  step: durationText
    .refine((text) => (parseDuration(text) ?? 0) >= 1000, {
      error: 'is not a duration of a second or more; write it like 30s',
    })
    .optional()
    .describe('Least distance of points: how often the data come, e.g. `10s` for Metricbeat'),
  lines: Lines.optional(),
  sort: z
    .array(
      z.record(field, z.enum(['asc', 'desc'])).refine((one) => Object.keys(one).length === 1, {
        error: 'should name one field, such as { event.duration: desc }',
      }),
    )
    .min(1)
    .max(5)
    .optional()
    .describe('Which lines are read, the first ones last: `[{ event.duration: desc }]`; left out, the newest'),
  highlight: z.boolean().default(true).describe('Whether what was looked for is marked in the lines'),
  timeField: field.optional().describe("The field with the time; left out: the source's `timeField`"),
  runtimeMappings: z
    .record(z.string(), z.record(z.string(), z.unknown()))
    .optional()
    .describe('Fields that are computed when they are asked for, as `runtime_mappings` of a search'),
  dataView: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe("Id of the data view that links open, left out: the source's `dataView`, else the index"),
});
/** A checked block. */
export type ElasticsearchBlock = z.output<typeof ElasticsearchBlock>;

/** A block with what the source says where the block says nothing. */
export type WholeBlock = ElasticsearchBlock & { readonly index: string; readonly timeField: string };

/** What is measured. */
export type Metric = ElasticsearchBlock['metric'];

/** The names of a block's placeholders and of its phrase, each once. */
export function placeholdersOfBlock(block: ElasticsearchBlock): readonly string[] {
  const { text, esql } = block;
  const ofClauses = clausesOf(block).flatMap((clause: Clause) => placeholdersOfFilter(clause));
  const ofEsql = esql === undefined ? [] : placeholdersOfEsql(esql);
  return [...new Set([...ofClauses, ...ofEsql, ...(text === undefined ? [] : [text])])];
}

/**
 * Checks a block and fills in what the source has. Definitions were checked when they were loaded.
 *
 * @throws BotError `ASK_UNKNOWN_VALUE` for a question in KQL or ES|QL that cannot be read; `CONFIG_QUERY_INVALID`
 */
export function parseBlock(
  block: unknown,
  { index, timeField }: { readonly index: string; readonly timeField: string },
): WholeBlock {
  const { success, data, error } = ElasticsearchBlock.safeParse(block);
  if (success) return { ...data, index: data.index ?? index, timeField: data.timeField ?? timeField };
  const [issue] = error.issues;
  // what somebody typed was not checked when it was loaded
  const isAsked = issue?.code === 'custom' && LANGUAGES.has(String(issue.path[0]));
  if (isAsked) throw new BotError('ASK_UNKNOWN_VALUE', asSentence(issue.message));
  throw new BotError('CONFIG_QUERY_INVALID', `The elasticsearch block is wrong: ${issue?.message ?? ''}.`);
}

const LANGUAGES = new Set(['kql', 'esql']);

function asSentence(text: string): string {
  const isSentence = text.endsWith('.');
  return isSentence ? text : `The query ${text}.`;
}
