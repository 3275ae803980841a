/** InfluxDB 1, 2 and 3, asked in InfluxQL, which all of them answer at `/query`. */
import { z } from 'zod';
import { credentialFields, durationMs, plainUrl } from '../config/fields.ts';
import { BotError } from '../domain/errors.ts';
import { bindBlock, type InfluxdbRequest } from './influxdb/bind.ts';
import { InfluxdbBlock, placeholdersOfBlock } from './influxdb/block.ts';
import { checkInflux } from './influxdb/check.ts';
import { createInfluxClient } from './influxdb/client.ts';
import { createDiscovery, readPattern } from './influxdb/discover.ts';
import { readEvents } from './influxdb/events.ts';
import { makeFrame } from './influxdb/frames.ts';
import { queryLink } from './influxdb/link.ts';
import { planWindow } from './influxdb/plan-window.ts';
import { readRequest } from './influxdb/read.ts';
import { whyEmpty } from './influxdb/why-empty.ts';
import { defineSource, type FetchWindow, type Source, type SourceDeps, type SourceRequest } from './source.ts';

const column = z.string().min(1).max(200);

/** What the config says of an InfluxDB. */
const InfluxdbOptions = z.strictObject({
  kind: z.literal('influxdb'),
  url: plainUrl.describe('address of the server, e.g. http://influxdb:8086'),
  publicUrl: plainUrl.optional().describe('address of Grafana for people, for links; left out, there are none'),
  grafana: z
    .strictObject({
      datasource: z.string().min(1).describe('uid of this InfluxDB among the data sources of Grafana (InfluxQL)'),
      url: plainUrl.optional().describe('address of Grafana for people; left out, it is `publicUrl`'),
      orgId: z.number().int().min(1).default(1).describe('organisation in Grafana'),
      version: z.number().int().min(7).optional().describe('first number of its version, where that is below 10'),
    })
    .optional()
    .describe(
      'where links lead, e.g. `{ datasource: P951FEA4DE68E13C5 }`, also with `url`, `orgId`, `version`: InfluxDB has no page that keeps a query and its window',
    ),
  database: z.string().min(1).max(200).describe('the database; of InfluxDB 2 one with a DBRP mapping to a bucket'),
  retentionPolicy: z.string().min(1).max(200).optional().describe('left out, the default one of the database'),
  ...credentialFields,
  token: credentialFields.token.describe('of InfluxDB 2 (sent as `Authorization: Token`) or 3 (`Bearer`)'),
  version: z.enum(['auto', '1', '2', '3']).default('auto').describe('which one answers; `auto` finds out'),
  interval: durationMs.prefault('10s').describe('how often values come: the finest step (Telegraf: 10s)'),
  events: z
    .strictObject({
      measurement: column.describe('where deploys and other marks are written'),
      title: column.default('title').describe('the field with the title'),
      text: column.optional().describe('the field with more words'),
      tags: column.optional().describe('the field with tags, apart by commas or blanks'),
    })
    .optional()
    .describe(
      'points that are marks on charts, for `overlays: [{ annotations: … }]`, e.g. `{ measurement: events, title: title, text: text, tags: tags }`',
    ),
});
/** Checked options. */
type InfluxdbOptions = z.output<typeof InfluxdbOptions>;

/** The kind `influxdb`. */
export const influxdb = defineSource({
  kind: 'influxdb',
  title: 'InfluxDB',
  options: InfluxdbOptions,
  block: InfluxdbBlock,
  placeholders: placeholdersOfBlock,
  checkValues: readPattern,
  rawPrefixes: ['influxql'],
  raw: (expression) => ({ query: expression }),
  linkTitleOf: () => 'Grafana',
  create,
});

function create(options: InfluxdbOptions, { http, clock }: SourceDeps): Source {
  const client = createInfluxClient(options, http, clock);
  const discovery = createDiscovery(client, clock);
  const { interval: intervalMs, events, retentionPolicy } = options;
  const planOf = (window: FetchWindow, { select, minStepMs }: InfluxdbRequest) =>
    planWindow(window, select, intervalMs, minStepMs);
  return {
    request: (block, binding) => bindBlock(checked(block), binding),
    async fetch(request, window, signal) {
      const bound = asInfluxdb(request);
      const plan = planOf(window, bound);
      return [makeFrame(await readRequest(client, bound, plan, signal), bound, window, plan)];
    },
    link: (request, window) => linkOf(options, asInfluxdb(request), window),
    check: (signal) => checkInflux(client, options, signal),
    values: (pattern, signal) => discovery.values(pattern, signal),
    ...(events && { annotations: (window, { tags }, signal) => readEvents(client, events, window, tags, signal) }),
    whyEmpty: (request, window, signal) =>
      whyEmpty(asInfluxdb(request), window, { client, retentionPolicy, intervalMs, nowMs: clock.now(), signal }),
  };
}

function linkOf({ publicUrl, grafana }: InfluxdbOptions, request: InfluxdbRequest, window: FetchWindow) {
  const url = grafana?.url ?? publicUrl;
  if (!grafana || url === undefined) return undefined;
  return queryLink({ url, uid: grafana.datasource, orgId: grafana.orgId, major: grafana.version }, request, window);
}

/** A block of a definition was checked when it was loaded; one that somebody typed was not. */
function checked(block: unknown): InfluxdbBlock {
  const { success, data, error } = InfluxdbBlock.safeParse(block);
  if (success) return data;
  throw new BotError('ASK_UNKNOWN_VALUE', `InfluxDB would not understand that: the query ${whyOf(error.issues)}.`);
}

/** The innermost message: a block may be written in several ways, and each fails for its own reason. */
function whyOf(issues: readonly z.core.$ZodIssue[]): string {
  for (const issue of issues) {
    if (issue.code === 'custom') return issue.message;
    if (issue.code === 'invalid_union') return whyOf(issue.errors.flat());
  }
  return 'has a form that it cannot have';
}

function asInfluxdb(request: SourceRequest): InfluxdbRequest {
  if ('statements' in request) return request as InfluxdbRequest;
  throw new BotError('INTERNAL', 'A request of another source was given to InfluxDB.');
}
