/** A rule of Kibana as something to draw: what it counts, measures or computes, and its limit. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import { makeUnit } from '../../domain/unit.ts';
import type { Opened } from '../source.ts';
import type { KibanaCatalog } from './catalog.ts';
import { type KibanaClient, otherShape } from './client.ts';
import { esQuery, indexThreshold } from './rule-documents.ts';
import { notDrawn, type RuleDrawing } from './rule-drawing.ts';
import { logThreshold } from './rule-log-threshold.ts';
import { customThreshold, metricThreshold } from './rule-metric-threshold.ts';

const Rule = z.object({
  name: z.string(),
  rule_type_id: z.string(),
  params: z.record(z.string(), z.unknown()).default({}),
});

/** What reads each kind; of params of another shape nothing is read. */
const KINDS = new Map<string, (params: unknown) => RuleDrawing | undefined>([
  ['.es-query', esQuery],
  ['.index-threshold', indexThreshold],
  ['metrics.alert.threshold', metricThreshold],
  ['logs.alert.document.count', logThreshold],
  ['observability.rules.custom_threshold', customThreshold],
]);

/** Where a rule is looked up. */
interface RuleDeps {
  readonly client: KibanaClient;
  readonly catalog: KibanaCatalog;
}

/**
 * Opens a rule.
 *
 * @throws BotError `ASK_UNKNOWN_QUERY` for a rule that has no course, `ASK_FORBIDDEN` for a query that is a program; `SOURCE_…`
 */
export async function openRule(
  { client, catalog }: RuleDeps,
  { id, space, ask }: { readonly id: string; readonly space: string | undefined; readonly ask: string },
  signal: AbortSignal,
): Promise<Opened> {
  const path = `api/alerting/rule/${encodeURIComponent(id)}`;
  const rule = Rule.safeParse(await client.json({ path, space }, signal));
  if (!rule.success) throw otherShape(client.title, 'a rule');
  const { name, rule_type_id: type, params } = rule.data;
  const drawing = KINDS.get(type)?.(params);
  if (!drawing) throw notDrawn(`A rule of the kind \`${type.replace(/[^\w.-]/g, '').slice(0, 60)}\``);
  const { block, views, limit, unit = 'none', looks, notes = [] } = drawing;
  const view = views && { dataView: await viewAmong(views, catalog, space, signal) };
  const factor = makeUnit(unit).factor;
  return {
    ask,
    title: name.replaceAll('${', () => '$${').slice(0, 200),
    block: { ...view, ...block, ...(space !== undefined && { space }) },
    parameters: [],
    arguments: {},
    unit,
    output: 'chart',
    ...(looks && { looks }),
    ...(limit && { thresholds: [{ op: limit.op, value: limit.value * factor, severity: 'critical' }] }),
    notes,
  };
}

/** The first data view that there is. @throws BotError `SOURCE_NOT_FOUND`, other `SOURCE_…` */
async function viewAmong(
  [name, ...more]: RuleDrawing['views'] & {},
  catalog: KibanaCatalog,
  space: string | undefined,
  signal: AbortSignal,
): Promise<string> {
  try {
    return (await catalog.view(name, space, signal)).id;
  } catch (thrown) {
    const [next, ...rest] = more;
    const isMissing = thrown instanceof BotError && thrown.code === 'SOURCE_NOT_FOUND';
    if (!isMissing || next === undefined) throw thrown;
    return viewAmong([next, ...rest], catalog, space, signal);
  }
}
