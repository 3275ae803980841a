/** Kibana's own rules about documents of an index: `.es-query` and `.index-threshold`. Pure. */
import { z } from 'zod';
import { isRecord } from './filters.ts';
import {
  countDrawing,
  harmlessPills,
  limitFrom,
  pillsOf,
  type RuleDrawing,
  splitFrom,
  stepFrom,
} from './rule-drawing.ts';
import { courseOf } from './rule-esql.ts';

/** What the two have in common, and what each has for itself. */
const Params = z.object({
  searchType: z.string().nullish(),
  index: z.union([z.string(), z.array(z.string())]).nullish(),
  esQuery: z.string().nullish(),
  esqlQuery: z.object({ esql: z.string() }).nullish(),
  searchConfiguration: z
    .object({
      index: z.unknown(),
      query: z.object({ query: z.unknown(), language: z.string().nullish() }).nullish(),
      filter: z.array(z.record(z.string(), z.unknown())).nullish(),
    })
    .nullish(),
  filterKuery: z.string().nullish(),
  timeField: z.string().nullish(),
  aggType: z.string().nullish(),
  aggField: z.string().nullish(),
  groupBy: z.string().nullish(),
  termField: z.union([z.string(), z.array(z.string())]).nullish(),
  threshold: z.array(z.number()).nullish(),
  thresholdComparator: z.string().nullish(),
  timeWindowSize: z.number().nullish(),
  timeWindowUnit: z.string().nullish(),
});
type Params = z.output<typeof Params>;

/** What an `.index-threshold` judges by. */
export function indexThreshold(given: unknown): RuleDrawing | undefined {
  const { success, data } = Params.safeParse(given);
  const view = success ? indexOf(data) : '';
  if (!success || view === '') return undefined;
  const { filterKuery: kql } = data;
  return drawn({ dataView: view, ...(kql && { kql }) }, data);
}

/** What an `.es-query` judges by, in whichever of its three languages. */
export function esQuery(given: unknown): RuleDrawing | undefined {
  const { success, data } = Params.safeParse(given);
  if (!success) return undefined;
  if (data.searchType === 'esqlQuery') return courseOf(data.esqlQuery?.esql ?? '', data);
  return data.searchType === 'searchSource' ? searchDrawing(data) : queryDrawing(data);
}

function indexOf({ index }: Params): string {
  return [index ?? []].flat().join(',').replace(/\s+/g, '');
}

/** `{"query":{…}}`; nothing where there is no query, for that would be all documents. */
function queryDrawing(params: Params): RuleDrawing | undefined {
  const view = indexOf(params);
  const query = parsedQuery(params.esQuery ?? '');
  if (view === '' || !isRecord(query) || Object.keys(query).length === 0) return undefined;
  return drawn({ dataView: view, pills: pillsOf(query) }, params);
}

function parsedQuery(text: string): unknown {
  try {
    return (JSON.parse(text) as { readonly query?: unknown } | null)?.query;
  } catch {
    return undefined;
  }
}

/** A search as Discover keeps it. */
function searchDrawing(params: Params): RuleDrawing | undefined {
  const { index, query, filter } = params.searchConfiguration ?? {};
  if (typeof index !== 'string') return undefined;
  const text = typeof query?.query === 'string' ? query.query : '';
  const language = query?.language === 'lucene' ? 'lucene' : 'kql';
  const block = {
    dataView: index,
    ...(text !== '' && { [language]: text }),
    ...(filter && filter.length > 0 && { pills: harmlessPills(filter) }),
  };
  return drawn(block, params);
}

/** What is counted or measured, of the most frequent values where it is grouped; counts as bars. */
function drawn(block: RuleDrawing['block'], params: Params): RuleDrawing {
  const { aggType, aggField, groupBy, termField, threshold, thresholdComparator } = params;
  const isMetric = aggField && ['avg', 'max', 'min', 'sum'].includes(aggType ?? '');
  const { notes = [], ...split } = groupBy === 'top' ? splitFrom(termField) : {};
  const limit = limitFrom(thresholdComparator, threshold);
  return {
    block: {
      ...block,
      ...(isMetric ? { metric: { [aggType ?? 'avg']: aggField } } : { metric: 'count', view: 'count' }),
      ...split,
      ...stepFrom(params.timeWindowSize, params.timeWindowUnit),
    },
    ...(!isMetric && countDrawing(split)),
    ...(limit && { limit }),
    notes,
  };
}
