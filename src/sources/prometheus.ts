/** Prometheus and what speaks its API: Thanos, Mimir, VictoriaMetrics. */

import { z } from 'zod';
import { credentialFields, durationMs, plainUrl } from '../config/fields.ts';
import { BotError } from '../domain/errors.ts';
import { type AlertsRequest, bindAlerts, fetchAlerts, whyNoAlerts } from './prometheus/alerts.ts';
import { bindBlock, type PrometheusRequest } from './prometheus/bind.ts';
import { PrometheusBlock, placeholdersOfBlock } from './prometheus/block.ts';
import { checkPrometheus } from './prometheus/check.ts';
import { createPrometheusClient } from './prometheus/client.ts';
import { createDiscovery, readPattern } from './prometheus/discover.ts';
import { type Exemplars, readExemplars } from './prometheus/exemplars.ts';
import { firingOf } from './prometheus/firing.ts';
import { makeFrames } from './prometheus/frames.ts';
import { alertsLink, graphLink } from './prometheus/link.ts';
import { planWindow } from './prometheus/plan-window.ts';
import { readRange } from './prometheus/read-range.ts';
import { whyEmpty } from './prometheus/why-empty.ts';
import { defineSource, type FetchWindow, type Source, type SourceDeps, type SourceRequest } from './source.ts';

/** What the config says of a Prometheus. */
const PrometheusOptions = z.strictObject({
  kind: z.literal('prometheus'),
  url: plainUrl.describe(
    'address of the server, e.g. http://prometheus:9090; a path such as /prometheus (Mimir) belongs to it',
  ),
  publicUrl: plainUrl.optional().describe('address that people use, for links; left out, it is `url`'),
  ...credentialFields,
  flavour: z
    .enum(['auto', 'prometheus', 'thanos', 'mimir', 'victoriametrics'])
    .default('auto')
    .describe(
      'which implementation answers; links of VictoriaMetrics and Mimir need it, `glimpse check` says which it is',
    ),
  scrapeInterval: durationMs
    .prefault('15s')
    .describe('how often it scrapes: the finest step, and what `$__rate_interval` is made from'),
  traceUrl: z
    .string()
    .regex(/^https?:\/\/\S*\$\{trace_id\}\S*$/, {
      error: 'is not an address with `${trace_id}` in it, such as https://tempo.example/trace/${trace_id}',
    })
    .optional()
    .describe('page of a trace, for exemplars: `https://tempo.example/trace/$${trace_id}`'),
});
/** Checked options. */
type PrometheusOptions = z.output<typeof PrometheusOptions>;

/** The kind `prometheus`. */
export const prometheus = defineSource({
  kind: 'prometheus',
  title: 'Prometheus',
  options: PrometheusOptions,
  block: PrometheusBlock,
  placeholders: placeholdersOfBlock,
  checkValues: readPattern,
  rawPrefixes: ['promql'],
  raw: (expression) => ({ expr: expression }),
  outputOf: (block) => ('alerts' in block ? 'table' : 'chart'),
  create,
});

function create(options: PrometheusOptions, { http, clock }: SourceDeps): Source {
  const client = createPrometheusClient(options, http, clock);
  const discovery = createDiscovery(client, clock);
  const { scrapeInterval: scrapeMs, flavour, url, publicUrl = url, traceUrl } = options;
  const planOf = (window: FetchWindow, { minStepMs }: PrometheusRequest) => planWindow(window, scrapeMs, minStepMs);
  return {
    request(block, binding) {
      const whole = checked(block);
      return 'alerts' in whole ? bindAlerts(whole, binding) : bindBlock(whole, binding);
    },
    async fetch(request, window, signal) {
      if (isAlerts(request)) return fetchAlerts(client, request, window, signal);
      const bound = asPrometheus(request);
      const plan = planOf(window, bound);
      const [answers, { exemplars, warnings }] = await Promise.all([
        readRange(client, bound, plan, signal),
        bound.wantsExemplars ? readExemplars(client, bound, plan, traceUrl, signal) : NO_EXEMPLARS,
      ]);
      return makeFrames(answers, bound, window, plan).map((frame) =>
        frame.kind === 'series' && exemplars.length > 0
          ? { ...frame, exemplars }
          : { ...frame, warnings: [...frame.warnings, ...warnings] },
      );
    },
    link(request, window) {
      if (isAlerts(request)) return alertsLink(publicUrl, flavour);
      const bound = asPrometheus(request);
      return graphLink(publicUrl, flavour, bound, window, planOf(window, bound));
    },
    check: (signal) => checkPrometheus(client, flavour, signal),
    values: (pattern, signal) => discovery.values(pattern, signal),
    firing: (told, signal) => firingOf(told, client, signal),
    whyEmpty: (request, window, signal) =>
      isAlerts(request)
        ? whyNoAlerts(client, request, signal)
        : whyEmpty(asPrometheus(request), window, { client, scrapeMs, nowMs: clock.now(), signal }),
  };
}

const NO_EXEMPLARS: Exemplars = { exemplars: [], warnings: [] };

function isAlerts(request: SourceRequest): request is AlertsRequest {
  return 'matchers' in request;
}

/** A block of a definition was checked when it was loaded; one that somebody typed was not. */
function checked(block: unknown): PrometheusBlock {
  const { success, data, error } = PrometheusBlock.safeParse(block);
  if (success) return data;
  throw new BotError(
    'ASK_UNKNOWN_VALUE',
    `Prometheus would not understand that: the expression ${whyOf(error.issues)}.`,
  );
}

/** The innermost message: a block may be written in two ways, and each fails for its own reason. */
function whyOf(issues: readonly z.core.$ZodIssue[]): string {
  for (const issue of issues) {
    if (issue.code === 'custom') return issue.message;
    if (issue.code === 'invalid_union') return whyOf(issue.errors.flat());
  }
  return 'has a form that it cannot have';
}

function asPrometheus(request: SourceRequest): PrometheusRequest {
  if ('queries' in request) return request as PrometheusRequest;
  throw new BotError('INTERNAL', 'A request of another source was given to Prometheus.');
}
