/** A rule of Kibana as something to draw: the documents that it counts or measures, and its limit. */
import { z } from 'zod';
import type { Threshold } from '../../domain/annotation.ts';
import { BotError } from '../../domain/errors.ts';
import type { Opened } from '../source.ts';
import { type KibanaClient, otherShape } from './client.ts';
import { isRecord, type Pill } from './filters.ts';
import { refusedPill } from './harmless-query.ts';

const Rule = z.object({
  name: z.string(),
  rule_type_id: z.string(),
  params: z.record(z.string(), z.unknown()).default({}),
});

/** What `.es-query` and `.index-threshold` have in common, and what each has for itself. */
const Params = z.object({
  searchType: z.string().nullish(),
  index: z.union([z.string(), z.array(z.string())]).nullish(),
  esQuery: z.string().nullish(),
  searchConfiguration: z
    .object({
      index: z.unknown(),
      query: z.object({ query: z.unknown(), language: z.string().nullish() }).nullish(),
      filter: z.array(z.record(z.string(), z.unknown())).nullish(),
    })
    .nullish(),
  filterKuery: z.string().nullish(),
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

type Block = Readonly<Record<string, unknown>>;

/**
 * Opens a rule about documents of an index.
 *
 * @throws BotError `ASK_UNKNOWN_QUERY` for a rule of another kind, `ASK_FORBIDDEN` for a query that is a program; `SOURCE_…`
 */
export async function openRule(
  client: KibanaClient,
  { id, space, ask }: { readonly id: string; readonly space: string | undefined; readonly ask: string },
  signal: AbortSignal,
): Promise<Opened> {
  const path = `api/alerting/rule/${encodeURIComponent(id)}`;
  const rule = Rule.safeParse(await client.json({ path, space }, signal));
  if (!rule.success) throw otherShape(client.title, 'a rule');
  const { name, rule_type_id: type, params: given } = rule.data;
  const params = Params.safeParse(given);
  const block = params.success ? blockOf(type, params.data) : undefined;
  if (!params.success || !block) {
    const kind = type.replace(/[^\w.-]/g, '').slice(0, 60);
    throw new BotError('ASK_UNKNOWN_QUERY', `Rules of the kind \`${kind}\` cannot be drawn; a saved query for it can.`);
  }
  const limit = limitOf(params.data);
  return {
    ask,
    title: name.replaceAll('${', () => '$${').slice(0, 200),
    block: { ...block, ...lookOf(block, params.data), ...(space !== undefined && { space }) },
    parameters: [],
    arguments: {},
    unit: 'metric' in block && block.metric !== 'count' ? 'none' : 'count',
    output: 'chart',
    ...(limit && { thresholds: [limit] }),
    notes: [],
  };
}

function blockOf(type: string, params: Params): Block | undefined {
  if (type === '.index-threshold') return indexBlock(params, params.filterKuery ?? '');
  if (type !== '.es-query') return undefined;
  // its rows are what it found, no course of anything
  if (params.searchType === 'esqlQuery') return undefined;
  return params.searchType === 'searchSource' ? searchBlock(params) : queryBlock(params);
}

/** What is counted or measured, of the most frequent values where it is grouped. */
function measured({ aggType, aggField, groupBy, termField }: Params): Block {
  const field = typeof aggField === 'string' && aggField !== '' ? aggField : undefined;
  const isMetric = field !== undefined && ['avg', 'max', 'min', 'sum'].includes(aggType ?? '');
  const [term] = [termField ?? []].flat();
  return {
    metric: isMetric ? { [aggType ?? 'avg']: field } : 'count',
    ...(groupBy === 'top' && term !== undefined && { split: { field: term, size: SPLIT_SIZE } }),
  };
}

const SPLIT_SIZE = 10;

function indexBlock(params: Params, kql: string): Block | undefined {
  const dataView = [params.index ?? []].flat().join(',').replace(/\s+/g, '');
  return dataView === '' ? undefined : { dataView, ...(kql !== '' && { kql }), ...measured(params) };
}

/** `{"query":{…}}` as a filter in Kibana's own form; nothing where there is no query, for that would be all documents. */
function queryBlock(params: Params): Block | undefined {
  const block = indexBlock(params, '');
  const query = parsedQuery(params.esQuery ?? '');
  if (!block || !isRecord(query) || Object.keys(query).length === 0) return undefined;
  const meta = { disabled: false, negate: false, type: 'custom', key: 'query' };
  return { ...block, pills: harmlessPills([{ meta, query }]) };
}

function parsedQuery(text: string): unknown {
  try {
    return (JSON.parse(text) as { readonly query?: unknown } | null)?.query;
  } catch {
    return undefined;
  }
}

/** A search as Discover keeps it. */
function searchBlock(params: Params): Block | undefined {
  const { index, query, filter } = params.searchConfiguration ?? {};
  if (typeof index !== 'string') return undefined;
  const text = typeof query?.query === 'string' ? query.query : '';
  const language = query?.language === 'lucene' ? 'lucene' : 'kql';
  const pills = harmlessPills(filter ?? []);
  return {
    dataView: index,
    ...(text !== '' && { [language]: text }),
    ...(pills.length > 0 && { pills }),
    ...measured(params),
  };
}

function harmlessPills(pills: readonly Pill[]): readonly Pill[] {
  const refused = refusedPill(pills);
  if (refused === undefined) return pills;
  throw new BotError('ASK_FORBIDDEN', `The query of this rule has ${refused}, which is not run here.`);
}

/** A point for each time that the rule looks over, so that its limit fits; counts as bars. */
function lookOf(block: Block, { timeWindowSize, timeWindowUnit }: Params): Block {
  const step = timeWindowSize ? `${timeWindowSize}${timeWindowUnit ?? 'm'}` : undefined;
  return {
    ...(block.metric === 'count' && { view: 'count' }),
    ...(step !== undefined && /^\d+[smhd]$/.test(step) && { step }),
  };
}

const OPERATORS: Readonly<Record<string, Threshold['op']>> = { '>': '>', '>=': '>=', '<': '<', '<=': '<=' };

function limitOf({ threshold, thresholdComparator }: Params): Threshold | undefined {
  const op = OPERATORS[thresholdComparator ?? ''];
  const [value] = threshold ?? [];
  return op === undefined || value === undefined ? undefined : { op, value, severity: 'critical' };
}
