/** What Prometheus' own rules say of an alert that somebody told of: `GET /api/v1/rules`, with labels and expression. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import type { FiringAlert, ToldAlert } from '../source.ts';
import type { PrometheusClient } from './client.ts';
import { TITLE } from './failures.ts';

/** Alerts of one rule; more are a storm. */
const ALERTS_MAX = 200;

const texts = z.record(z.string(), z.string()).catch({});
const Rules = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          type: z.string().optional(),
          name: z.string(),
          query: z.string().catch(''),
          alerts: z
            .array(z.object({ labels: texts, annotations: texts.optional(), state: z.string().catch('') }))
            .nullish()
            .catch([]),
        }),
      ),
    }),
  ),
});

/** The alerts of the rules by that name which fire now. @throws BotError `SOURCE_…` */
export async function firingOf(
  { name }: ToldAlert,
  client: PrometheusClient,
  signal: AbortSignal,
): Promise<readonly FiringAlert[]> {
  const parsed = Rules.safeParse(await client.data('rules', new URLSearchParams({ type: 'alert' }), signal));
  if (!parsed.success) throw new BotError('SOURCE_UNEXPECTED', `${TITLE} sent rules in a form that is none.`);
  const rules = parsed.data.groups.flatMap((group) => group.rules).filter((rule) => rule.name === name);
  return rules
    .flatMap(({ query, alerts }) =>
      (alerts ?? [])
        .filter(({ state }) => state === 'firing')
        .map(({ labels, annotations = {} }) => ({ labels, annotations, metric: { query } })),
    )
    .slice(0, ALERTS_MAX);
}
