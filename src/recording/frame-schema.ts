/** Frames as people keep them in files: the schema that recordings are read with, and that editors and docs are made from. */
import { z } from 'zod';
import { makeUnit, type Unit } from '../domain/unit.ts';

/** Points of one series; the most that one is ever fetched with. */
const POINTS_MAX = 100_000;
const SERIES_MAX = 5_000;

const MOMENT_WORDS = 'is no moment; write it like 2026-11-25T22:00:00Z, or as ms since the Unix epoch';

/** ms since the Unix epoch, from a number or from ISO 8601. */
export const Moment = z
  .union([z.number(), z.iso.datetime({ offset: true, error: MOMENT_WORDS }).transform((text) => Date.parse(text))], {
    error: MOMENT_WORDS,
  })
  .describe('ms since the Unix epoch, or a time like `2026-11-25T10:02:00Z`');

/** A gap is null. */
const Values = z.array(z.number().nullable()).max(POINTS_MAX);
const Times = z.array(Moment).max(POINTS_MAX + 1);
/** The last bucket of a histogram has no end. */
const Edges = z.array(z.union([z.number(), z.null(), z.enum(['+Inf', '-Inf'])])).max(10_000);

const RecordedUnit = z
  .union([
    z.string().max(40).transform(makeUnit),
    z.strictObject({
      id: z.string(),
      scale: z.enum(['percent', 'iec', 'si', 'duration', 'none']),
      symbol: z.string(),
      phrase: z.string().optional(),
      factor: z.number(),
      isWhole: z.boolean(),
      decimals: z.number().optional(),
    }),
  ])
  .transform((unit) => unit as Unit)
  .describe('Unit as definitions write it, such as `percent`');

const labels = z.record(z.string(), z.string());
const RecordedLink = z.strictObject({ title: z.string(), url: z.string() });

const common = {
  title: z.string().optional(),
  stepMs: z.number().positive().optional().describe('Distance of samples or buckets, ms'),
  warnings: z.array(z.string()).default([]).describe('What the back end cut, sampled or could not read'),
  links: z.array(RecordedLink).optional(),
  range: z.unknown().optional().describe('Passed over: the window is that of the fetch'),
};

const RecordedSeries = z
  .strictObject({
    name: z.string().describe('What the legend shows'),
    labels: labels.default({}),
    unit: RecordedUnit.optional().describe("Left out: the definition's"),
    start: Moment.optional().describe('Time of the first value, where they are equally far apart'),
    stepMs: z.number().positive().optional().describe('How far apart they are, ms'),
    times: Times.optional().describe('The time of each value, where they are not'),
    values: Values.describe('In the unit; null is a gap'),
    badCount: z.number().int().positive().optional(),
  })
  .refine(
    ({ times, start, stepMs, values }) =>
      times?.length === values.length || (start !== undefined && stepMs !== undefined),
    {
      error: 'needs `start` and `stepMs`, or as many `times` as `values`',
    },
  );

const Limit = z.strictObject({
  op: z.enum(['>', '>=', '<', '<=']),
  value: z.number(),
  severity: z.enum(['critical', 'warning', 'info']),
  title: z.string().optional(),
});

const Exemplar = z.strictObject({ timeMs: z.number(), value: z.number(), labels, url: z.string().optional() });

const Consolidated = z.enum(['average', 'max', 'min', 'sum', 'last']);

const looks = z.strictObject({
  stacked: z.boolean().optional(),
  bars: z.boolean().optional(),
  step: z.boolean().optional(),
  log: z.boolean().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  theme: z.enum(['light', 'dark']).optional(),
});

const SeriesPart = z.strictObject({
  kind: z.literal('series'),
  ...common,
  series: z.array(RecordedSeries).max(SERIES_MAX),
  thresholds: z.array(Limit).optional(),
  looks: looks.optional(),
  exemplars: z.array(Exemplar).max(100).optional(),
  rawStepMs: z.number().positive().optional(),
  consolidated: Consolidated.optional(),
});

const Column = z.strictObject({
  name: z.string(),
  type: z.enum(['string', 'number', 'time', 'boolean']),
  unit: RecordedUnit.optional(),
});

const TablePart = z.strictObject({
  kind: z.literal('table'),
  ...common,
  asOfMs: z.number().optional(),
  columns: z.array(Column).max(200),
  rows: z.array(z.array(z.union([z.string(), z.number(), z.boolean(), z.null()]))).max(10_000),
});

const Line = z.strictObject({
  timeMs: z.number(),
  level: z.string().optional(),
  message: z.string(),
  matches: z.array(z.tuple([z.number(), z.number()])).optional(),
  fields: labels.default({}),
});

const LogsPart = z.strictObject({
  kind: z.literal('logs'),
  ...common,
  lines: z.array(Line).max(10_000),
  total: z.number().describe('How many lines match in all'),
});

const HeatmapPart = z.strictObject({
  kind: z.literal('heatmap'),
  ...common,
  xEdges: Times.describe('Edges of the columns'),
  yEdges: Edges.describe('Edges of the rows, in the unit'),
  counts: Values.describe('Row by row from the lowest'),
  unit: RecordedUnit.optional(),
});

/** One frame of a recording. */
export const RecordedFrame = z.discriminatedUnion('kind', [SeriesPart, TablePart, LogsPart, HeatmapPart]);

/** A frame as its file has it, checked. */
export type RecordedFrame = z.output<typeof RecordedFrame>;
/** The same before it is checked: what is written. */
export type WrittenFrame = z.input<typeof RecordedFrame>;
