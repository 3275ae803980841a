/** What is expected of definitions: the schema of `*.test.yaml`, that editors and docs are made from too. */
import { z } from 'zod';
import { ERROR_CATALOGUE, type ErrorCode } from '../domain/errors.ts';
import { Moment } from './frame-schema.ts';

const text = z.string().min(1).max(2_000);
/** Text that YAML may have read as a number or a truth value. */
const scalar = z.union([text, z.number(), z.boolean()]).transform(String);
const oneOrMore = z.union([scalar, z.array(scalar).max(200)]).transform((value) => [value].flat());

/** What a question can be refused with where nobody is asked. */
const codes = Object.keys(ERROR_CATALOGUE).filter((code) => /^(?:ASK|SOURCE)_/.test(code)) as [
  ErrorCode,
  ...ErrorCode[],
];

const Numbers = z
  .strictObject({
    last: z.number().optional(),
    min: z.number().optional(),
    max: z.number().optional(),
    mean: z.number().optional(),
    sum: z.number().optional(),
    count: z.number().optional().describe('Samples that are not gaps'),
  })
  .describe('In the unit of the definition, as exact as they are written: 36.1 is 36.05 to 36.15');

const Expectation = z.strictObject({
  ask: text.describe('The question, as somebody would say it'),
  now: Moment.optional().describe('What now means for this one: a time like `2026-11-25T22:00:00Z`'),
  recording: text.optional().describe('Recorded data for this one, relative to this file'),
  query: text.optional().describe('The definition that answers'),
  source: text.optional().describe('The source that is asked'),
  arguments: z
    .record(z.string(), oneOrMore)
    .optional()
    .describe('Values of parameters; what is left out may be anything'),
  range: text.optional().describe('The window in words, as the answer says it: `last 1h`'),
  from: Moment.optional().describe('Where the window begins, likewise'),
  to: Moment.optional().describe('Where it ends, likewise'),
  output: z.enum(['chart', 'table', 'csv', 'lines']).optional(),
  expression: text.optional().describe('What is asked of the source, with the values in it'),
  notes: oneOrMore.optional().describe('Parts of what is said beside the answer: a mended typo, a word not used'),
  says: oneOrMore.optional().describe('Parts of the message; wants recorded data, unless it is a refusal'),
  values: z.record(z.string(), Numbers).optional().describe('Numbers of series by their names; wants recorded data'),
  refused: z.enum(codes).optional().describe('The code of the refusal that it gets'),
});

/** A file of expectations. */
export const ExpectationFile = z
  .strictObject({
    now: Moment.optional().describe('What now means. Left out: what the recorded data say, else this moment'),
    zone: text.optional().describe('IANA time zone. Left out: that of the recorded data, else of the config'),
    recording: text.optional().describe('Recorded data for all of them, relative to this file'),
    values: z
      .record(z.string(), z.array(scalar).max(10_000))
      .default({})
      .describe('Values that exist, by pattern of a parameter, where no recorded data say it'),
    tests: z.array(Expectation).min(1).max(500),
  })
  .describe('What is expected of saved queries');

/** As its file has it, checked. */
export type ExpectationFile = z.output<typeof ExpectationFile>;
/** One question and what is expected of it. */
export type Expectation = z.output<typeof Expectation>;
