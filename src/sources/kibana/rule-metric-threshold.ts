/** Rules of Observability about a measure: thresholds of metrics, and custom ones. Pure. */
import { z } from 'zod';
import type { Pill } from './filters.ts';
import {
  countDrawing,
  harmlessPills,
  limitFrom,
  notDrawn,
  pillsOf,
  type RuleDrawing,
  splitFrom,
  stepFrom,
} from './rule-drawing.ts';

const Measured = z.object({
  aggType: z.string().nullish(),
  metric: z.string().nullish(),
  field: z.string().nullish(),
  filter: z.string().nullish(),
});
const Criterion = Measured.extend({
  timeSize: z.number().nullish(),
  timeUnit: z.string().nullish(),
  comparator: z.string().nullish(),
  threshold: z.array(z.number()).nullish(),
  customMetrics: z.array(Measured).nullish(),
  metrics: z.array(Measured).nullish(),
  equation: z.string().nullish(),
});
type Criterion = z.output<typeof Criterion>;

const MetricParams = z.object({
  criteria: z.array(Criterion).min(1),
  groupBy: z.union([z.string(), z.array(z.string())]).nullish(),
  filterQuery: z.string().nullish(),
  filterQueryText: z.string().nullish(),
  searchConfiguration: z
    .object({
      index: z.unknown(),
      query: z.object({ query: z.unknown() }).nullish(),
      filter: z.array(z.record(z.string(), z.unknown())).nullish(),
    })
    .nullish(),
});

/** What Infrastructure reads unless somebody set it otherwise; parts of it are what Fleet and Metricbeat make. */
const VIEWS: RuleDrawing['views'] & {} = ['metrics-*,metricbeat-*', 'metrics-*', 'metricbeat-*'];

/** What a `metrics.alert.threshold` judges by: the first of its conditions. @throws BotError `ASK_…` */
export function metricThreshold(given: unknown): RuleDrawing | undefined {
  const { success, data } = MetricParams.safeParse(given);
  if (!success) return undefined;
  const { filterQueryText: kql, filterQuery } = data;
  const query = kql ? undefined : parsed(filterQuery);
  return ofCriteria(data, VIEWS, kql ?? '', query === undefined ? [] : pillsOf(query));
}

/** What an `observability.rules.custom_threshold` judges by. @throws BotError `ASK_…` */
export function customThreshold(given: unknown): RuleDrawing | undefined {
  const { success, data } = MetricParams.safeParse(given);
  const { index, query, filter } = data?.searchConfiguration ?? {};
  if (!success || typeof index !== 'string') return undefined;
  return ofCriteria(data, [index], typeof query?.query === 'string' ? query.query : '', harmlessPills(filter ?? []));
}

function parsed(text: string | null | undefined): unknown {
  try {
    return text ? (JSON.parse(text) as unknown) : undefined;
  } catch {
    return undefined;
  }
}

function ofCriteria(
  { criteria, groupBy }: z.output<typeof MetricParams>,
  views: RuleDrawing['views'] & {},
  kql: string,
  pills: readonly Pill[],
): RuleDrawing {
  const [first, ...others] = criteria as [Criterion, ...Criterion[]];
  const one = measuredBy(first);
  const { metric, unit } = metricOf(one);
  const texts = [kql, one.filter ?? ''].filter((text) => text.trim() !== '');
  const limit = limitFrom(first.comparator, first.threshold);
  const { notes = [], ...split } = splitFrom(groupBy);
  const more = others.length === 1 ? 'Another condition' : `${others.length} more conditions`;
  return {
    views,
    block: {
      metric,
      ...(metric === 'count' && { view: 'count' }),
      ...(texts.length > 0 && { kql: texts.length > 1 ? texts.map((text) => `(${text})`).join(' and ') : texts[0] }),
      ...(pills.length > 0 && { pills }),
      ...split,
      ...stepFrom(first.timeSize, first.timeUnit),
    },
    ...(metric === 'count' ? countDrawing(split) : { unit }),
    ...(limit && { limit }),
    notes: [
      ...notes,
      ...(others.length > 0 ? [`${more} of the rule ${others.length === 1 ? 'is' : 'are'} not drawn.`] : []),
    ],
  };
}

/** The only measure of a condition. @throws BotError `ASK_UNKNOWN_QUERY` for an equation of several */
function measuredBy(criterion: Criterion): z.output<typeof Measured> {
  const parts = criterion.metrics ?? (criterion.aggType === 'custom' ? criterion.customMetrics : undefined);
  if (!parts) return criterion;
  const [only, another] = parts;
  const isPlain = /^\s*[A-Z]?\s*$/.test(criterion.equation ?? '');
  if (!only || another || !isPlain) throw notDrawn('The equation of this rule');
  return only;
}

/** @throws BotError `ASK_UNKNOWN_QUERY` for a measure that is not known */
function metricOf({ aggType, metric, field }: z.output<typeof Measured>): { metric: unknown; unit: string } {
  const of = field ?? metric ?? '';
  if (aggType === 'count' || aggType === null || aggType === undefined) return { metric: 'count', unit: 'count' };
  if (of === '') throw notDrawn('A rule that names no field');
  const [, percent] = /^p(95|99)$/.exec(aggType) ?? [];
  if (percent !== undefined)
    return { metric: { percentiles: { field: of, percents: [Number(percent)] } }, unit: unitOf(of) };
  if (aggType === 'cardinality') return { metric: { unique: of }, unit: 'count' };
  if (aggType === 'rate') return { metric: { rate: of }, unit: /\.bytes$/.test(of) ? 'bytes/s' : 'none' };
  if (['avg', 'max', 'min', 'sum'].includes(aggType)) return { metric: { [aggType]: of }, unit: unitOf(of) };
  throw notDrawn('The measure of this rule');
}

/** As ECS and Metricbeat end the names of their fields. */
function unitOf(field: string): string {
  return /\.pct$/.test(field) ? 'ratio' : /\.bytes$/.test(field) ? 'bytes' : 'none';
}
