/** Zabbix 5.0 to 7.x through its JSON-RPC API: numbers over time, texts and states, problems. */

import { z } from 'zod';
import { credentialFields, plainUrl, secret, timeZone } from '../config/fields.ts';
import { BotError } from '../domain/errors.ts';
import type { Frame } from '../domain/frame.ts';
import { problemTable } from '../lib/check-tables.ts';
import { createNameLists } from '../lib/name-lists.ts';
import { defineSource, type FetchWindow, type Source, type SourceDeps, type SourceRequest } from './source.ts';
import { bindBlock, type ZabbixRequest } from './zabbix/bind.ts';
import { blockOfRaw, placeholdersOfBlock, ZabbixBlock } from './zabbix/block.ts';
import { checkZabbix } from './zabbix/check.ts';
import { createZabbixClient } from './zabbix/client.ts';
import { TITLE } from './zabbix/failures.ts';
import { firingOf } from './zabbix/firing.ts';
import { fetchItems } from './zabbix/frames.ts';
import type { Host } from './zabbix/items.ts';
import { fetchLatest } from './zabbix/latest.ts';
import { createKnownIds, pageLink } from './zabbix/link.ts';
import { type ProblemContext, readMarks, readPast, readProblems } from './zabbix/problems.ts';
import { listNames, readPattern } from './zabbix/values.ts';
import { whyEmpty } from './zabbix/why-empty.ts';

/** A window that ended longer ago than this is about the past. */
const NOW_MS = 60_000;

/** What the config says of a Zabbix. */
const ZabbixOptions = z.strictObject({
  kind: z.literal('zabbix'),
  url: plainUrl.describe('address of the frontend, e.g. https://zabbix.example.net or https://example.net/zabbix'),
  publicUrl: plainUrl.optional().describe('address that people use, for links; left out, it is `url`'),
  username: z.string().min(1).optional().describe('user with API access, with `password`'),
  password: secret.optional().describe('for `username`'),
  token: secret.optional().describe('API token of Zabbix 5.4 and later, instead of a user'),
  headers: credentialFields.headers,
  zone: timeZone
    .optional()
    .describe("time zone that Zabbix shows to people, for links; left out, it is the question's"),
});
/** Checked options. */
type ZabbixOptions = z.output<typeof ZabbixOptions>;

/** The kind `zabbix`. */
export const zabbix = defineSource({
  kind: 'zabbix',
  title: TITLE,
  options: ZabbixOptions,
  block: ZabbixBlock,
  placeholders: placeholdersOfBlock,
  checkValues: readPattern,
  raw: blockOfRaw,
  outputOf: (block) => ('item' in block ? 'chart' : 'table'),
  create,
});

function create(options: ZabbixOptions, { http, clock }: SourceDeps): Source {
  const { url, publicUrl = url, zone } = options;
  const client = createZabbixClient(options, http, clock);
  const known = createKnownIds();
  /** Requests whose hosts were all found and none of them switched off. */
  const settled = new WeakSet<SourceRequest>();
  const lists = createNameLists((pattern, signal) => listNames(pattern, { client, signal }), clock);
  const context = (signal: AbortSignal): ProblemContext => ({ client, nowMs: clock.now(), signal });
  return {
    request: (block, binding) => bindBlock(block, binding),
    async fetch(request, window, signal) {
      const bound = asZabbix(request);
      if (bound.show === 'problems') {
        const { frame, hosts, isSettled } = await problemsOf(bound, window, context(signal));
        known.hosts(hosts);
        if (isSettled) settled.add(request);
        return [frame];
      }
      if (bound.show === 'latest') return [await fetchLatest(bound, window, context(signal), known.items)];
      return fetchItems(bound, window, context(signal), known.items);
    },
    link: (request, window) =>
      pageLink(asZabbix(request), window, {
        publicUrl,
        version: client.knownVersion?.number,
        known,
        zone,
        nowMs: clock.now(),
      }),
    check: (signal) => checkZabbix(client, signal),
    values: (pattern, signal) => lists.values(pattern, signal),
    firing: (told, signal) => firingOf(told, { client, signal }),
    annotations: (window, { tags }, signal) => readMarks(window, tags, { client, signal }),
    whyEmpty: (request, window, signal) =>
      whyEmpty(asZabbix(request), window, { ...context(signal), isKnown: (one) => settled.has(one) }),
  };
}

async function problemsOf(
  request: ZabbixRequest,
  window: FetchWindow,
  context: ProblemContext,
): Promise<{ readonly frame: Frame; readonly hosts: readonly Host[]; readonly isSettled: boolean }> {
  const isPast = window.toMs < context.nowMs - NOW_MS;
  const { checks, hosts, missing, isCut } = await (isPast ? readPast : readProblems)(request, window, context);
  const table = problemTable(checks, { fromMs: window.fromMs, toMs: window.toMs, zone: window.zone, text: '' });
  const warnings = [
    ...(missing.length > 0 ? [`${TITLE} has no host called ${missing.join(', ')}.`] : []),
    ...(isPast && checks.length > 0 ? ['These are the problems that there were in the window.'] : []),
    ...(isCut ? ['There are more problems than could be read; these are the newest.'] : []),
    ...table.warnings,
  ];
  const isSettled = missing.length === 0 && request.group === undefined && hosts.every(({ status }) => status !== '1');
  return { frame: { ...table, ...(!isPast && { asOfMs: context.nowMs }), warnings }, hosts, isSettled };
}

function asZabbix(request: SourceRequest): ZabbixRequest {
  if ('hostNames' in request) return request as ZabbixRequest;
  throw new BotError('INTERNAL', 'A request of another source was given to Zabbix.');
}
