/** Runs ES|QL: a table, or series where the answer has a date and numbers. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import type { Column, Frame, TableFrame } from '../../domain/frame.ts';
import type { FetchWindow } from '../source.ts';
import type { Backend } from './backend.ts';
import type { ElasticsearchRequest, Group } from './bind.ts';
import { cellOf, columnType, type EsqlAnswer } from './esql-cells.ts';
import { esqlSeries } from './esql-series.ts';
import { paramsOf } from './esql-text.ts';
import { clustersWords } from './partial.ts';
import { allOf, rangeFilter } from './search-body.ts';

/** What the server answers with where a query has no LIMIT. */
const DEFAULT_ROWS = 1_000;
/** More rows than this no server gives. */
const ROWS_MAX = 10_000;
/** So many columns no screen shows. */
const COLUMNS_MAX = 50;

const Answer = z.object({
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  values: z.array(z.array(z.unknown())),
  is_partial: z.boolean().default(false),
  _clusters: z
    .object({
      total: z.number().default(0),
      skipped: z.number().default(0),
      partial: z.number().default(0),
      failed: z.number().default(0),
    })
    .optional(),
});

/** What running needs. */
interface EsqlContext {
  readonly backend: Backend;
  readonly timeoutMs: number;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

/**
 * Asks once for each combination of values; they travel as parameters, the window and the block's clauses as a filter.
 *
 * @throws BotError `SOURCE_BAD_QUERY` with line and column, or because the server has no ES|QL; `SOURCE_…`
 */
export async function fetchEsql(
  request: ElasticsearchRequest,
  window: FetchWindow,
  context: EsqlContext,
): Promise<Frame[]> {
  const answers: EsqlAnswer[] = [];
  const warnings = new Set<string>();
  for (const group of request.groups) {
    const answer = await run(request, group, window, context);
    answers.push({ group, columns: answer.columns, values: answer.values });
    for (const warning of warningsOf(answer, request, context.backend.title())) warnings.add(warning);
  }
  const series = esqlSeries(answers, request, window, [...warnings]);
  return [series ?? tableOf(answers, window, [...warnings])];
}

async function run(
  { esql, fixed, block }: ElasticsearchRequest,
  group: Group,
  window: FetchWindow,
  { backend, signal }: EsqlContext,
): Promise<z.output<typeof Answer>> {
  if (!esql) throw new BotError('INTERNAL', 'There is no ES|QL to run.');
  const params = paramsOf(esql, group.labels);
  const body = {
    query: esql.text,
    ...(params.length > 0 && { params }),
    columnar: true,
    locale: 'en',
    filter: allOf([rangeFilter(block.timeField, window), ...fixed, ...group.filters]),
  };
  if (backend.flavour() === 'opensearch') throw hasNone(backend);
  try {
    const parsed = Answer.safeParse(await backend.json({ method: 'POST', path: '_query', body }, signal));
    if (!parsed.success) {
      throw new BotError('SOURCE_UNEXPECTED', `${backend.title()} sent JSON of another shape than ES|QL has.`);
    }
    return parsed.data;
  } catch (thrown) {
    throw isUnknownAddress(thrown) ? hasNone(backend) : thrown;
  }
}

/** OpenSearch, Elasticsearch before 8.11 and its core without plugins take `_query` for the name of an index. */
function isUnknownAddress(thrown: unknown): boolean {
  if (!(thrown instanceof BotError)) return false;
  const { httpStatus } = thrown.details;
  if (httpStatus === 405) return true;
  return httpStatus === 400 && /no handler found|incorrect http method|invalid index name/i.test(thrown.message);
}

function hasNone(backend: Backend): BotError {
  const message = `This server (${backend.title()}) has no ES|QL. Ask it in KQL, or with a definition.`;
  return new BotError('SOURCE_BAD_QUERY', message, { language: 'esql' });
}

function warningsOf(
  { is_partial: isPartial, _clusters: clusters, values }: z.output<typeof Answer>,
  { esql }: ElasticsearchRequest,
  title: string,
): string[] {
  const count = values[0]?.length ?? 0;
  const hasLimit = /\blimit\b/i.test(esql?.text ?? '');
  const isCut = count >= ROWS_MAX || (count === DEFAULT_ROWS && !hasLimit);
  const rows = new Intl.NumberFormat('en').format(count);
  const missing = clusters ? clustersWords(clusters) : [];
  return [
    ...(isPartial && missing.length === 0
      ? [`Partial: ${title} could not read all the data, so rows may be missing and numbers too low.`]
      : []),
    ...missing,
    ...(isCut
      ? [`${title} gives ${rows} rows; there may be more. A LIMIT, or fewer groups, says which are wanted.`]
      : []),
  ];
}

/** Rows of all combinations, each with the values that it was asked for. */
function tableOf(answers: readonly EsqlAnswer[], window: FetchWindow, warnings: readonly string[]): TableFrame {
  const [first] = answers;
  const names = answers.length > 1 ? Object.keys(first?.group.labels ?? {}) : [];
  const shown = (first?.columns ?? []).slice(0, COLUMNS_MAX);
  const columns: Column[] = [
    ...names.map((name) => ({ name, type: 'string' as const })),
    ...shown.map(({ name, type }) => ({ name, type: columnType(type) })),
  ];
  const rows = answers.flatMap(({ group, values }) => {
    const own = names.map((name) => group.labels[name] ?? '');
    const count = values[0]?.length ?? 0;
    return Array.from({ length: count }, (_, row) => [
      ...own,
      ...shown.map(({ type }, index) => cellOf(values[index]?.[row], columnType(type))),
    ]);
  });
  const range = { fromMs: window.fromMs, toMs: window.toMs, zone: window.zone, text: '' };
  return { kind: 'table', columns, rows: rows.slice(0, ROWS_MAX), range, warnings };
}
