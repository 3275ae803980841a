/** One of Grafana's alert rules as something to draw: its queries over time, and the limit that it compares them with. */
import { z } from 'zod';
import type { Threshold } from '../../domain/annotation.ts';
import { BotError } from '../../domain/errors.ts';
import type { Opened, Wanted } from '../source.ts';
import type { GrafanaClient } from './client.ts';
import { type Json, listOf, mapOf, numberOf, textOf } from './present/json.ts';

/** A rule by its uid. */
export const RuleBlock = z.strictObject({
  rule: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,100}$/, { error: 'is no uid of an alert rule; it stands in the address of its page' })
    .describe('uid of an alert rule: its queries are drawn, without its reductions'),
});

/** A bound request for a rule. */
export interface RuleRequest {
  readonly label: string;
  readonly rule: string;
}

/** A rule as far as it can be drawn. */
export interface AlertRule {
  readonly title: string;
  /** In the data sources' own form, each with its data source. */
  readonly queries: readonly Json[];
  /** What its last step compares with. */
  readonly limit?: Threshold;
}

const QUERIES_MAX = 20;
/** What is worked out by Grafana itself, from the queries. */
const EXPRESSIONS: ReadonlySet<string> = new Set(['__expr__', '-100', '-- Expression --']);

/**
 * Reads a rule: through the provisioning API, which wants a right that viewers have not, else through that of its own pages.
 *
 * @throws BotError `SOURCE_NOT_FOUND` for one that is not there or has no query; `SOURCE_…`
 */
export async function readAlertRule(client: GrafanaClient, uid: string, signal: AbortSignal): Promise<AlertRule> {
  const rule = mapOf(
    await client.get(`api/v1/provisioning/alert-rules/${uid}`, undefined, signal).catch((thrown: unknown) => {
      const isOther = thrown instanceof BotError && ['SOURCE_FORBIDDEN', 'SOURCE_NOT_FOUND'].includes(thrown.code);
      if (!isOther) throw thrown;
      return client.get(`api/ruler/grafana/api/v1/rule/${uid}`, undefined, signal);
    }),
  );
  const own = Array.isArray(rule.data) ? rule : mapOf(rule.grafana_alert);
  const steps = listOf(own.data).map(mapOf);
  const queries = steps.filter(({ datasourceUid }) => !EXPRESSIONS.has(textOf(datasourceUid) ?? '')).map(queryOf);
  if (queries.length === 0) {
    throw new BotError('SOURCE_NOT_FOUND', `The rule ${textOf(own.title) ?? uid} has no query that could be drawn.`);
  }
  const limit = limitOf(steps, textOf(own.condition));
  return { title: textOf(own.title) ?? uid, queries: queries.slice(0, QUERIES_MAX), ...(limit && { limit }) };
}

/** A rule as a definition for one question. @throws BotError as {@link readAlertRule} */
export async function openRule(
  client: GrafanaClient,
  uid: string,
  { url }: Wanted,
  signal: AbortSignal,
): Promise<Opened> {
  const { title, limit } = await readAlertRule(client, uid, signal);
  return {
    ask: url?.href ?? `rule ${uid}`,
    block: { rule: uid },
    title: title.replaceAll('${', () => '$${').slice(0, 200),
    parameters: [],
    arguments: {},
    ...(limit && { thresholds: [limit] }),
    notes: [],
  };
}

/** A query over time: rules mostly ask for the last value alone. */
function queryOf({ model, datasourceUid, refId }: Json): Json {
  const own = mapOf(model);
  const { type } = mapOf(own.datasource);
  const uid = textOf(datasourceUid);
  const datasource = { ...(typeof type === 'string' && { type }), uid };
  const overTime = own.instant === true || own.range !== undefined ? { instant: false, range: true } : {};
  return { ...own, ...overTime, refId: textOf(refId) ?? 'A', datasource, hide: false };
}

const OPERATORS: Readonly<Record<string, Threshold['op']>> = { gt: '>', gte: '>=', lt: '<', lte: '<=' };

/** Of the step that decides: a threshold, or a classic condition. A range, or several conditions, is no line. */
function limitOf(steps: readonly Json[], condition: string | undefined): Threshold | undefined {
  const model = mapOf(steps.find(({ refId }) => textOf(refId) === condition)?.model);
  const [only, another] = listOf(model.conditions).map(mapOf);
  const evaluator = mapOf(only?.evaluator);
  const op = OPERATORS[textOf(evaluator.type) ?? ''];
  const value = numberOf(listOf(evaluator.params)[0]);
  return another || op === undefined || value === undefined ? undefined : { op, value, severity: 'critical' };
}
