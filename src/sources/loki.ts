/** Grafana Loki: lines of logs, how many there are, and numbers made of them. */
import { z } from 'zod';
import { credentialFields, plainUrl } from '../config/fields.ts';
import { BotError } from '../domain/errors.ts';
import { bindBlock, type LokiRequest } from './loki/bind.ts';
import { isLogBlock, LokiBlock, placeholdersOfBlock } from './loki/block.ts';
import { checkLoki } from './loki/check.ts';
import { createLokiClient } from './loki/client.ts';
import { createDiscovery, readPattern } from './loki/discover.ts';
import { fetchLines } from './loki/lines.ts';
import { queryLink } from './loki/link.ts';
import { fetchSeries, fetchTable } from './loki/numbers.ts';
import { whyEmpty } from './loki/why-empty.ts';
import { defineSource, type FetchWindow, type Source, type SourceDeps, type SourceRequest } from './source.ts';

/** What the config says of a Loki. */
const LokiOptions = z.strictObject({
  kind: z.literal('loki'),
  url: plainUrl.describe('address of the server or its gateway, e.g. http://loki:3100; what stands before /loki/api'),
  publicUrl: plainUrl.optional().describe('address of Grafana for people, for links; left out, there are none'),
  grafana: z
    .strictObject({
      datasource: z.string().min(1).describe('uid of this Loki among the data sources of Grafana'),
      url: plainUrl.optional().describe('address of Grafana for people; left out, it is `publicUrl`'),
      orgId: z.number().int().min(1).default(1).describe('organisation in Grafana'),
      version: z.number().int().min(7).optional().describe('first number of its version, where that is below 10'),
    })
    .optional()
    .describe(
      'where links lead, e.g. `{ datasource: P8E80F9AEF21F6940 }`, also with `url`, `orgId`, `version`: Loki has no page of its own',
    ),
  ...credentialFields,
  tenant: z
    .string()
    .regex(/^[\w!.*'()|-]{1,150}$/, { error: 'is not the name of a tenant; several are apart by |' })
    .optional()
    .describe('sent as `X-Scope-OrgID`, where Loki has several tenants'),
});
/** Checked options. */
type LokiOptions = z.output<typeof LokiOptions>;

/** The kind `loki`. */
export const loki = defineSource({
  kind: 'loki',
  title: 'Loki',
  options: LokiOptions,
  block: LokiBlock,
  placeholders: placeholdersOfBlock,
  checkValues: readPattern,
  rawPrefixes: ['logql'],
  raw: (expression) => ({ expr: expression }),
  linkTitleOf: () => 'Grafana',
  outputOf: (block) => (isLogBlock(block) ? 'lines' : block.instant ? 'table' : 'chart'),
  create,
});

function create(options: LokiOptions, { http, clock }: SourceDeps): Source {
  const client = createLokiClient(options, http, clock);
  const discovery = createDiscovery(client, clock);
  return {
    request: (block, binding) => bindBlock(checked(block), binding),
    async fetch(request, window, signal) {
      const bound = asLoki(request);
      if (bound.isLog) return fetchLines(bound, window, { client, nowMs: clock.now(), signal });
      return [await (bound.block.instant ? fetchTable : fetchSeries)(client, bound, window, signal)];
    },
    link: (request, window) => linkOf(options, asLoki(request), window),
    check: (signal) => checkLoki(client, options, signal),
    values: (pattern, signal) => discovery.values(pattern, signal),
    whyEmpty: (request, window, signal) => whyEmpty(asLoki(request), window, { client, nowMs: clock.now(), signal }),
  };
}

function linkOf({ publicUrl, grafana }: LokiOptions, request: LokiRequest, window: FetchWindow): string | undefined {
  const url = grafana?.url ?? publicUrl;
  if (!grafana || url === undefined) return undefined;
  return queryLink({ url, uid: grafana.datasource, orgId: grafana.orgId, major: grafana.version }, request, window);
}

/** A block of a definition was checked when it was loaded; one that somebody typed was not. */
function checked(block: unknown): LokiBlock {
  const { success, data, error } = LokiBlock.safeParse(block);
  if (success) return data;
  throw new BotError('ASK_UNKNOWN_VALUE', `Loki would not understand that: the expression ${whyOf(error.issues)}.`);
}

/** The innermost message: a block may be written in two ways, and each fails for its own reason. */
function whyOf(issues: readonly z.core.$ZodIssue[]): string {
  for (const issue of issues) {
    if (issue.code === 'custom') return issue.message;
    if (issue.code === 'invalid_union') return whyOf(issue.errors.flat());
  }
  return 'has a form that it cannot have';
}

function asLoki(request: SourceRequest): LokiRequest {
  if ('logql' in request) return request as LokiRequest;
  throw new BotError('INTERNAL', 'A request of another source was given to Loki.');
}
