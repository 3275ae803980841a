/** Nagios 4 through its JSON CGIs: what is wrong, every check with what it measured, changes of state. It keeps no values. */
import { z } from 'zod';
import { credentialFields, plainUrl } from '../config/fields.ts';
import { BotError } from '../domain/errors.ts';
import type { Frame } from '../domain/frame.ts';
import { checkTable, historyTable, problemTable, valueTable } from '../lib/check-tables.ts';
import { createNameLists } from '../lib/name-lists.ts';
import { bindBlock, NagiosBlock, type NagiosRequest, placeholdersOfBlock } from './nagios/block.ts';
import { checkNagios } from './nagios/check.ts';
import { createNagiosClient } from './nagios/client.ts';
import { TITLE } from './nagios/failures.ts';
import { readHistory, readMarks } from './nagios/history.ts';
import { pageLink } from './nagios/link.ts';
import { type ReadContext, readChecks } from './nagios/objects.ts';
import { type Listed, namesOf, whyEmpty } from './nagios/why-empty.ts';
import { defineSource, type FetchWindow, type Source, type SourceDeps, type SourceRequest } from './source.ts';

/** A window that ended longer ago than this is about the past. */
const NOW_MS = 60_000;

/** What the config says of a Nagios. */
const NagiosOptions = z.strictObject({
  kind: z.literal('nagios'),
  url: plainUrl.describe('address of the web interface, e.g. https://monitoring.example.net/nagios'),
  publicUrl: plainUrl.optional().describe('address that people use, for links; left out, it is `url`'),
  ...credentialFields,
  cgiPath: z
    .string()
    .regex(/^[\w./-]+$/, { error: 'is not a path, such as cgi-bin or /cgi-bin/nagios4' })
    .default('cgi-bin')
    .describe('where its CGIs are: below `url`, or from the root with a `/` in front; `glimpse check` finds out'),
});
/** Checked options. */
type NagiosOptions = z.output<typeof NagiosOptions>;

/** The kind `nagios`. */
export const nagios = defineSource({
  kind: 'nagios',
  title: TITLE,
  options: NagiosOptions,
  block: NagiosBlock,
  placeholders: placeholdersOfBlock,
  outputOf: () => 'table',
  create,
});

function create(options: NagiosOptions, { http, clock }: SourceDeps): Source {
  const { url, publicUrl = url, cgiPath } = options;
  const clientAt = (path: string) => createNagiosClient(options, path, http, clock);
  const client = clientAt(cgiPath);
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
      return [await tableOf(asNagios(request), window, context(window, signal))];
    },
    link: (request, window) => pageLink(publicUrl, cgiPath, asNagios(request), window),
    check: (signal) => checkNagios(client, clientAt, signal),
    values: (pattern, signal) => lists.values(pattern, signal),
    annotations: (window, { tags }, signal) => readMarks(window, tags, { client, signal }),
    whyEmpty: (request, window, signal) => whyEmpty(asNagios(request), context(window, signal)),
  };
}

const TABLES = { problems: problemTable, services: checkTable, values: valueTable } as const;

async function tableOf(request: NagiosRequest, window: FetchWindow, context: ReadContext): Promise<Frame> {
  const range = { fromMs: window.fromMs, toMs: window.toMs, zone: window.zone, text: '' };
  if (request.show === 'history') return historyTable(await readHistory(request, window, context), range);
  const { checks, missing } = await readChecks(request, context);
  const table = TABLES[request.show](checks, range);
  const isPast = window.toMs < context.nowMs - NOW_MS;
  return {
    ...table,
    asOfMs: context.nowMs,
    warnings: [
      ...(missing.length > 0 ? [`${TITLE} has no host called ${missing.join(', ')}.`] : []),
      ...(isPast ? [`${TITLE} tells its state of now only; \`history\` tells of changes before.`] : []),
      ...table.warnings,
    ],
  };
}

const LISTS: Readonly<Record<string, Listed>> = {
  hosts: 'hostlist',
  hostgroups: 'hostgrouplist',
  services: 'servicelist',
};

/** `hosts`, `hostgroups`, `services`, `services:web01`. @throws BotError `SOURCE_…` */
function listNames(pattern: string, context: Pick<ReadContext, 'client' | 'signal'>): Promise<readonly string[]> {
  const [, type = '', host] = /^(hosts|hostgroups|services)(?::(.+))?$/.exec(pattern.trim()) ?? [];
  const list = LISTS[type];
  if (list === undefined || (host !== undefined && list !== 'servicelist')) {
    const message = `\`${pattern}\` lists nothing of ${TITLE}; write hosts, hostgroups, services or services:web01.`;
    throw new BotError('SOURCE_BAD_QUERY', message);
  }
  return namesOf(list, host, context);
}

function asNagios(request: SourceRequest): NagiosRequest {
  if ('kind' in request && request.kind === 'nagios') return request as NagiosRequest;
  throw new BotError('INTERNAL', 'A request of another source was given to Nagios.');
}
