/** The `elasticsearch:` block of a definition: its schema, and what is checked when it is loaded. */
import { z } from 'zod';
import { parseDuration } from '../../domain/duration.ts';
import { BotError } from '../../domain/errors.ts';
import { faultOfFilter, placeholdersOfFilter } from './filter.ts';

/** Commas, wildcards, exclusions and remote clusters are index expressions; blanks, slashes and placeholders are not. */
const INDEX = /^[\p{Ll}\p{N}_.*,:@+-][\p{Ll}\p{N}_.*,:@+-]{0,499}$/u;
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

const Metric = z.union(
  [
    z.literal('count'),
    z.strictObject({ avg: field }),
    z.strictObject({ max: field }),
    z.strictObject({ min: field }),
    z.strictObject({ sum: field }),
    z.strictObject({ unique: field }),
    z.strictObject({
      percentiles: z.strictObject({
        field,
        percents: z.array(z.number().gt(0).lte(100)).min(1).max(6).default([50, 95, 99]),
      }),
    }),
  ],
  {
    error: 'should be count, or avg, max, min, sum, unique or percentiles of a field, such as { avg: event.duration }',
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

/** A checked block. */
export const ElasticsearchBlock = z.strictObject({
  index: z
    .string()
    .regex(INDEX, {
      error: 'is not the name of an index, data stream or pattern, such as logs-*; nothing is filled in here',
    })
    .describe('Index, data stream or pattern, e.g. `logs-nginx-*`'),
  filter: Filter.prefault([]),
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
  step: z
    .string()
    .refine((text) => (parseDuration(text) ?? 0) >= 1000, {
      error: 'is not a duration of a second or more; write it like 30s',
    })
    .optional()
    .describe('Least distance of points: how often the data come, e.g. `10s` for Metricbeat'),
  lines: Lines.optional(),
  dataView: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe("Id of the data view that links open, left out: the source's `dataView`, else the index"),
});
/** A checked block. */
export type ElasticsearchBlock = z.output<typeof ElasticsearchBlock>;

/** What is measured. */
export type Metric = ElasticsearchBlock['metric'];

/** The names of a block's placeholders and of its phrase, each once. */
export function placeholdersOfBlock({ filter, text }: ElasticsearchBlock): readonly string[] {
  return [...new Set([...filter.flatMap(placeholdersOfFilter), ...(text === undefined ? [] : [text])])];
}

/** Definitions were checked when they were loaded; a block that is wrong here is a fault of ours. */
export function parseBlock(block: unknown): ElasticsearchBlock {
  const { success, data, error } = ElasticsearchBlock.safeParse(block);
  if (success) return data;
  throw new BotError('CONFIG_QUERY_INVALID', `The elasticsearch block is wrong: ${error.issues[0]?.message ?? ''}.`);
}
