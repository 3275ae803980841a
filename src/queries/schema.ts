/** What a definition may hold: the schema that files are checked with, and that editors and docs are made from. */
import { z } from 'zod';
import { durationText } from '../config/fields.ts';
import { parseDuration } from '../domain/duration.ts';
import { BotError } from '../domain/errors.ts';
import { parseTimeRange } from '../questions/parse-time-range.ts';
import type { SourceDefinition } from '../sources/source.ts';

/** Characters of a name that people have to type; also a bound for everything that shows it. */
const NAME_MAX_CHARS = 64;
const NAME = new RegExp(`^\\p{L}[\\p{L}\\p{N}_.-]{0,${NAME_MAX_CHARS - 1}}$`, 'u');
const PARAMETER_NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

const nameError =
  'is no name: one word of up to 64 letters, digits, `-`, `_` and `.`, with a letter first, as `cpu` or `disk-free`';

/** A name or alias of a query: one word. */
export const queryName = z.string().regex(NAME, { error: nameError });

const parameterName = z
  .string()
  .regex(PARAMETER_NAME, {
    error: 'is no name of a parameter: letters, digits and `_`, with a letter first, as `host`',
  })
  // arguments are kept in plain objects, where these would be found without having been given
  .refine((name) => !(name in Object.prototype), { error: 'cannot be the name of a parameter; choose another' });

/** Text that YAML may have read as a number or a truth value. */
const scalar = z
  .union([z.string(), z.number(), z.boolean()], { error: 'should be text or a number' })
  .transform(String);

/** An http or https address in which `${…}` may stand anywhere. */
const urlTemplate = z.string().regex(/^(?:https?:\/\/|\$\{)\S+$/, {
  error: 'is not an address; write it like https://wiki.example/cpu?host=${host}',
});

const duration = durationText.refine((text) => parseDuration(text) !== undefined, {
  error: 'is not a duration; write it like 30m, 6h or 90d',
});

const range = durationText.refine((text) => rangeMs(text) !== undefined, {
  error: 'is not a window of time; write it like 1h, 7d, today or last week',
});

/** A moment to measure windows at: noon in the middle of a month and a week, so that `today` has some length. */
const MEASURED_AT_MS = Date.UTC(2026, 0, 15, 12);

/** How long a window is about, in ms; `undefined` for words that the time grammar does not read. */
export function rangeMs(text: string): number | undefined {
  try {
    const { fromMs, toMs } = parseTimeRange(text, MEASURED_AT_MS, 'UTC');
    return toMs - fromMs;
  } catch (thrown) {
    if (thrown instanceof BotError) return undefined;
    throw thrown;
  }
}

/** The types of parameters, each with what it takes. */
const PARAMETER_TYPES = ['word', 'host', 'number', 'duration', 'choice', 'text'] as const;

const Parameter = z.strictObject({
  type: z
    .enum(PARAMETER_TYPES)
    .optional()
    .describe(
      '`word` (one word), `host` (a machine), `number`, `duration` (`5m`), `choice` (one of `values`) or `text` (anything, in quotes if it has blanks). Left out: `choice` where `values` is a list, `host` for a parameter called `host` or `instance`, else `word`',
    ),
  values: z
    .union([z.string().min(1), z.array(scalar).min(1).max(1000)], {
      error: "should be a pattern in the source's language, such as servers.*, or a list of values",
    })
    .optional()
    .describe(
      "Where valid values come from: a list, or a pattern in the source's own language (Graphite: `servers.*`). Questions are checked against them before anything is fetched",
    ),
  default: scalar
    .optional()
    .describe('Taken when a question names none. `${hostname}` is the machine that Glimpse runs on'),
  pattern: z.string().optional().describe('Regular expression that a whole value must match'),
  example: scalar.optional().describe('A value to show in help'),
  description: z.string().optional().describe('What it stands for'),
  multi: z
    .boolean()
    .optional()
    .describe(
      'Whether one question may name several values, one series each. Left out: true for `word`, `host` and `choice`',
    ),
});

const Chart = z.strictObject({
  min: z.number().optional().describe('Lower end of the value axis'),
  max: z.number().optional().describe('Upper end of the value axis'),
  stack: z.boolean().optional().describe('Stack the series on each other'),
  bars: z.boolean().optional().describe('Bars instead of lines, for counts'),
  step: z.boolean().optional().describe('Hold each value until the next, for states and replica counts'),
  log: z.boolean().optional().describe('Logarithmic value axis'),
  theme: z.enum(['light', 'dark']).optional().describe('Theme of the picture'),
});

const Threshold = z.strictObject({
  at: z.number().describe('The limit, in the unit of the query'),
  severity: z.enum(['critical', 'warning', 'info']).describe('How bad it is beyond it'),
  title: z.string().min(1).max(40).optional().describe('The word on its line; left out: the severity'),
  below: z.boolean().optional().describe('Crossed when the value falls below it, as for free disk space'),
});

const tags = z.array(z.string().min(1).max(64)).max(20);
const bindings = z.record(parameterName, scalar);

const Overlay = z.union([
  z.strictObject({
    annotations: z
      .string()
      .min(1)
      .describe("Name of the source whose events are marked on the chart; `${source}` is the query's own"),
    tags: tags.default([]).describe('Only events with these tags'),
  }),
  z.strictObject({
    query: queryName.describe('Another saved query, drawn with this one'),
    with: bindings.default({}).describe('Its arguments; `${…}` takes those of this query'),
  }),
]);

const Grafana = z.strictObject({
  dashboard: z.string().min(1).describe('Uid or name of the dashboard'),
  panel: z.number().int().positive().optional().describe('Id of a panel to open alone'),
  variables: bindings.default({}).describe("The dashboard's variables; `${…}` takes this query's arguments"),
});

const Kibana = z.strictObject({
  dashboard: z.string().min(1).describe('Id or title of the dashboard'),
  filters: z
    .record(z.string().min(1).max(200), scalar)
    .default({})
    .describe("Fields and what they must have; `${…}` takes this query's arguments"),
});

const linkTitle = z.string().min(1).max(80).describe('What the link is called');
const QueryLink = z.union([
  z.strictObject({
    title: linkTitle,
    url: urlTemplate.describe('Its address; `${…}` takes arguments, URL-encoded'),
  }),
  z.strictObject({ title: linkTitle, grafana: Grafana.describe('A dashboard, opened at the window of the answer') }),
  z.strictObject({
    title: linkTitle,
    kibana: Kibana.describe('A dashboard of Kibana, opened at the window of the answer'),
  }),
]);

const AlertMatch = z.strictObject({
  match: z
    .record(
      z.string().min(1),
      z.union([scalar, z.array(scalar).min(1).max(100)]).transform((value) => [value].flat()),
    )
    .describe('Labels an alert must have, each with its value or a list of values'),
  parameters: bindings.default({}).describe('Arguments from the alert: `${labels.instance | host}`'),
});

const fields = {
  title: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('Title of the chart; `${…}` takes arguments. Left out: the name and its first parameter'),
  description: z.string().max(2000).optional().describe('What it measures, for help'),
  aliases: z.array(queryName).max(20).default([]).describe('Other words for it'),
  examples: z.array(z.string().min(1).max(200)).max(10).default([]).describe('Whole questions, for help'),
  tags: tags.default([]).describe('Words to find it by: `queries db`'),
  owner: z.string().max(200).optional().describe('Who keeps it'),
  runbook: z
    .url({ protocol: /^https?$/, error: 'is not an http or https address, such as https://wiki.example/cpu' })
    .optional()
    .describe('Address of the document that says what to do'),
  parameters: z
    .record(
      parameterName,
      Parameter.nullable().transform((parameter) => parameter ?? {}),
    )
    .default({})
    .describe('The blanks that a question fills, in the order of bare words; each is used as `${name}`'),
  source: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Name of the source. Left out: the pack's, else the only one of its kind. `${env}` makes one variant for each source that has an `env`",
    ),
  unit: z
    .string()
    .max(40)
    .optional()
    .describe(
      '`percent`, `ratio`, `bytes`, `bytes/s`, `bits/s`, `seconds`, `ms`, `count`, `req/s`, `°C`, …; all are listed under *Units*',
    ),
  chart: Chart.default({}).describe('How it is drawn'),
  consolidate: z
    .enum(['average', 'max', 'min', 'sum', 'last'])
    .default('average')
    .describe('What a drawn point stands for when several samples fall on it'),
  measure: z
    .enum(['mean', 'max', 'min', 'last', 'sum'])
    .optional()
    .describe('What `top` and `bottom` rank by. Left out: `sum` where `consolidate` is `sum`, else `mean`'),
  worst: z.enum(['high', 'low']).default('high').describe('Which end of the axis is bad'),
  thresholds: z.array(Threshold).max(10).default([]).describe('Limits to draw, and to say when they were crossed'),
  range: range.default('1h').describe('The window when a question names none'),
  maxRange: duration.default('366d').describe('A longer window is refused'),
  overlays: z
    .array(Overlay)
    .max(8)
    .default([])
    .describe('Drawn with it: events of a source as marks, another query as a strip beneath'),
  links: z.array(QueryLink).max(10).default([]).describe('Links under the answer, after the one to the source'),
  alerts: z.array(AlertMatch).max(20).default([]).describe('Alerts that this chart belongs to'),
};

/** A definition as its file has it, checked, without the block of its source. */
export type Definition = z.output<z.ZodObject<typeof fields, z.core.$strict>>;

/** A parameter of a {@link Definition}. */
export type ParameterDefinition = z.output<typeof Parameter>;

/** Builds the schema of a definition: the common keys, and one key for each kind of source. */
export function definitionSchema(kinds: readonly SourceDefinition[]): z.ZodType<Definition> {
  const blocks = Object.fromEntries(kinds.map((kind) => [kind.kind, blockSchema(kind).optional()]));
  return z.strictObject({ ...fields, ...blocks }) as unknown as z.ZodType<Definition>;
}

function blockSchema(kind: SourceDefinition): z.ZodType {
  const { block, raw, title } = kind;
  const description = `What is asked of ${title}${raw ? '; text alone is the expression itself' : ''}`;
  if (!raw || block.safeParse('x').success) return block.describe(description);
  const shorthand = z
    .string()
    .min(1)
    .transform((text) => raw.call(kind, text, kind.kind))
    .pipe(block);
  return z.union([shorthand, block]).describe(description);
}

/** Builds the schema of a whole file, for editors: names with their definitions. */
export function queriesFileSchema(kinds: readonly SourceDefinition[]): z.ZodType {
  return z.record(queryName, definitionSchema(kinds)).describe('Saved queries of Glimpse');
}
