/** Exemplars: single measurements that say which trace they came from (`GET /api/v1/query_exemplars`). */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import type { Exemplar } from '../../domain/frame.ts';
import { encodeForLink } from '../../lib/encode-link.ts';
import { harmless } from '../../lib/said.ts';
import type { PrometheusRequest } from './bind.ts';
import type { PrometheusClient } from './client.ts';
import { resolveVariables, type WindowPlan } from './plan-window.ts';

/** More dots than this hide the data. */
const EXEMPLARS_MAX = 100;
/** Expressions that are asked for them. */
const EXPRESSIONS_MAX = 4;
/** Names that tracers give the label with the trace's id. */
const TRACE_LABELS = ['trace_id', 'traceID', 'traceId', 'TraceID', 'traceid'];
const TRACE_ID = /^[\w-]{1,128}$/;

const Answer = z.array(
  z.object({
    seriesLabels: z.record(z.string(), z.string()).default({}),
    exemplars: z.array(
      z.object({
        labels: z.record(z.string(), z.string()).default({}),
        value: z.union([z.string(), z.number()]),
        timestamp: z.number(),
      }),
    ),
  }),
);

/** What came of asking; a failure is a sentence, since the lines are there without them. */
export interface Exemplars {
  readonly exemplars: readonly Exemplar[];
  readonly warnings: readonly string[];
}

/**
 * Reads the exemplars of a request's window: of more than {@link EXEMPLARS_MAX} the highest, which are the ones that people
 * look for. Rejects only when aborted.
 *
 * @param traceUrl - address of a trace, `${trace_id}` in it
 */
export async function readExemplars(
  client: PrometheusClient,
  { queries, unit }: PrometheusRequest,
  plan: WindowPlan,
  traceUrl: string | undefined,
  signal: AbortSignal,
): Promise<Exemplars> {
  const ask = async (expr: string) => {
    const form = new URLSearchParams({
      query: resolveVariables(expr, plan),
      start: String(plan.startMs / 1000),
      end: String(plan.endMs / 1000),
    });
    const data = Answer.parse(await client.data('query_exemplars', form, signal, 'POST'));
    return data.flatMap(({ seriesLabels, exemplars }) =>
      exemplars.flatMap((one) => exemplarOf(one, seriesLabels, unit.factor, traceUrl)),
    );
  };
  try {
    const exprs = [...new Set(queries.map(({ expr }) => expr))].slice(0, EXPRESSIONS_MAX);
    const found = (await Promise.all(exprs.map(ask))).flat();
    const highest = found.sort((a, b) => b.value - a.value).slice(0, EXEMPLARS_MAX);
    return { exemplars: highest.sort((a, b) => a.timeMs - b.timeMs), warnings: [] };
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    const why = thrown instanceof BotError ? thrown.message : 'they came in a form that is none.';
    return { exemplars: [], warnings: [`Exemplars are missing: ${why}`] };
  }
}

function exemplarOf(
  { labels, value, timestamp }: z.output<typeof Answer>[number]['exemplars'][number],
  seriesLabels: Readonly<Record<string, string>>,
  factor: number,
  traceUrl: string | undefined,
): Exemplar[] {
  const scaled = Number(value) * factor;
  if (!Number.isFinite(scaled) || !Number.isFinite(timestamp)) return [];
  const url = urlOf(labels, traceUrl);
  const all = Object.fromEntries(
    Object.entries({ ...seriesLabels, ...labels }).map(([name, text]) => [name, harmless(text)]),
  );
  return [{ timeMs: Math.round(timestamp * 1000), value: scaled, labels: all, ...(url !== undefined && { url }) }];
}

/** An id that is not one, such as a path, leads nowhere. */
function urlOf(labels: Readonly<Record<string, string>>, traceUrl: string | undefined): string | undefined {
  const id = TRACE_LABELS.map((name) => labels[name]).find((text) => text !== undefined);
  if (traceUrl === undefined || id === undefined || !TRACE_ID.test(id)) return undefined;
  return traceUrl.replaceAll('${trace_id}', encodeForLink(id));
}
