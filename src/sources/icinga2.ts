/** Icinga 2 through its REST API: what is wrong, every check with what it measured. It keeps no history of values. */
import { z } from 'zod';
import { certificateAuthority, credentialFields, plainUrl } from '../config/fields.ts';
import { BotError } from '../domain/errors.ts';
import type { Frame } from '../domain/frame.ts';
import { checkTable, problemTable, valueTable } from '../lib/check-tables.ts';
import { createNameLists } from '../lib/name-lists.ts';
import { bindBlock, Icinga2Block, type Icinga2Request, placeholdersOfBlock } from './icinga2/block.ts';
import { checkIcinga2 } from './icinga2/check.ts';
import { createIcinga2Client } from './icinga2/client.ts';
import { TITLE } from './icinga2/failures.ts';
import { webLink } from './icinga2/link.ts';
import { type ReadContext, readChecks } from './icinga2/objects.ts';
import { namesOf, whyEmpty } from './icinga2/why-empty.ts';
import { defineSource, type FetchWindow, type Source, type SourceDeps, type SourceRequest } from './source.ts';

/** A window that ended longer ago than this is about the past. */
const NOW_MS = 60_000;

/** What the config says of an Icinga. */
const Icinga2Options = z.strictObject({
  kind: z.literal('icinga2'),
  url: plainUrl.describe('address of the API, e.g. https://icinga.example.net:5665'),
  publicUrl: plainUrl
    .optional()
    .describe('address of Icinga Web, e.g. https://monitoring.example.net/icingaweb2; left out, there are no links'),
  ...credentialFields,
  ca: certificateAuthority
    .optional()
    .describe("certificate (PEM) of the API's authority, usually as `ca_file: /var/lib/icinga2/certs/ca.crt`"),
  webModule: z
    .enum(['icingadb', 'monitoring'])
    .default('icingadb')
    .describe('module of Icinga Web that links lead to; `monitoring` is the older one'),
});
/** Checked options. */
type Icinga2Options = z.output<typeof Icinga2Options>;

/** The kind `icinga2`. */
export const icinga2 = defineSource({
  kind: 'icinga2',
  title: TITLE,
  options: Icinga2Options,
  block: Icinga2Block,
  placeholders: placeholdersOfBlock,
  linkTitleOf: () => 'Icinga Web',
  outputOf: () => 'table',
  create,
});

function create(options: Icinga2Options, { http, clock }: SourceDeps): Source {
  const client = createIcinga2Client(options, http, clock);
  const context = ({ zone }: Pick<FetchWindow, 'zone'>, signal: AbortSignal): ReadContext => ({
    client,
    nowMs: clock.now(),
    zone,
    signal,
  });
  const lists = createNameLists((pattern, signal) => listNames(pattern, { client, signal }), clock);
  return {
    request: (block, { arguments: args }) => bindBlock(block, args),
    async fetch(request, window, signal) {
      return [await tableOf(asIcinga2(request), window, context(window, signal))];
    },
    link: (request) =>
      options.publicUrl === undefined ? undefined : webLink(options.publicUrl, options.webModule, asIcinga2(request)),
    check: (signal) => checkIcinga2(client, signal),
    values: (pattern, signal) => lists.values(pattern, signal),
    whyEmpty: (request, window, signal) => whyEmpty(asIcinga2(request), context(window, signal)),
  };
}

const TABLES = { problems: problemTable, services: checkTable, values: valueTable } as const;

async function tableOf(request: Icinga2Request, window: FetchWindow, context: ReadContext): Promise<Frame> {
  const { checks, missing } = await readChecks(request, context);
  const range = { fromMs: window.fromMs, toMs: window.toMs, zone: window.zone, text: '' };
  const table = TABLES[request.show](checks, range);
  const isPast = window.toMs < context.nowMs - NOW_MS;
  return {
    ...table,
    asOfMs: context.nowMs,
    warnings: [
      ...(missing.length > 0 ? [`${TITLE} has no host called ${missing.join(', ')}.`] : []),
      ...(isPast ? [`${TITLE} tells its state of now only, not that of an earlier time.`] : []),
      ...table.warnings,
    ],
  };
}

/** `hosts`, `hostgroups`, `services`, `services:web01`. @throws BotError `SOURCE_…` */
function listNames(pattern: string, context: Pick<ReadContext, 'client' | 'signal'>): Promise<readonly string[]> {
  const [, type, host] = /^(hosts|hostgroups|services)(?::(.+))?$/.exec(pattern.trim()) ?? [];
  if (type === undefined || (host !== undefined && type !== 'services')) {
    const message = `\`${pattern}\` lists nothing of ${TITLE}; write hosts, hostgroups, services or services:web01.`;
    throw new BotError('SOURCE_BAD_QUERY', message);
  }
  return namesOf(type as 'hosts' | 'hostgroups' | 'services', host, context);
}

function asIcinga2(request: SourceRequest): Icinga2Request {
  if ('kind' in request && request.kind === 'icinga2') return request as Icinga2Request;
  throw new BotError('INTERNAL', 'A request of another source was given to Icinga.');
}
