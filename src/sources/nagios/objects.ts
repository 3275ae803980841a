/** Hosts and services of Nagios as checks: their states in words, their values, who knows of their problems. */
import { z } from 'zod';
import { type CheckState, handledWords, isProblem, untilWords } from '../../lib/check-tables.ts';
import { parsePerfdata } from '../../lib/perfdata.ts';
import type { NagiosRequest } from './block.ts';
import type { NagiosClient } from './client.ts';

/** Of more hosts everything is read in one answer, and what was not asked for left out. */
const APART_MAX = 8;

const Checkable = z.object({
  status: z.string(),
  plugin_output: z.string().default(''),
  long_plugin_output: z.string().default(''),
  perf_data: z.string().default(''),
  last_state_change: z.number().default(0),
  problem_has_been_acknowledged: z.boolean().default(false),
  scheduled_downtime_depth: z.number().default(0),
});
const Host = Checkable.extend({ name: z.string() });
const Service = Checkable.extend({ host_name: z.string(), description: z.string() });

const HostList = z.object({ hostlist: z.record(z.string(), Host) });
const OneHost = z.object({ host: Host });
const ServiceList = z.object({ servicelist: z.record(z.string(), z.record(z.string(), Service)) });

/** What was read. */
export interface Found {
  readonly checks: readonly CheckState[];
  /** Hosts that were asked for by name and are not there. */
  readonly missing: readonly string[];
}

/** What reading needs. */
export interface ReadContext {
  readonly client: NagiosClient;
  readonly nowMs: number;
  readonly zone: string;
  readonly signal: AbortSignal;
}

/**
 * Reads the checks of a request; of a question for problems only those that are none of the fine states.
 *
 * @param isWhole - reads what is fine too, whatever is shown
 * @throws BotError `SOURCE_…`
 */
export async function readChecks(request: NagiosRequest, context: ReadContext, isWhole = false): Promise<Found> {
  const { hosts: names, services } = request;
  const isAll = isWhole || request.show !== 'problems';
  const hosts = await readHosts(request, isAll, context);
  const present = new Set(hosts.map(({ name }) => name));
  const found = await readServices(request, present, isAll, context);
  const raw: Raw[] = [
    ...(services.length > 0 ? [] : hosts.map((one) => ({ one, host: one.name, state: one.status.toUpperCase() }))),
    ...found.map((one) => ({ one, host: one.host_name, check: one.description, state: one.status.toUpperCase() })),
  ];
  const wanted = isAll ? raw : raw.filter(isProblem);
  // only problems tell who handles them
  const tell = await tellerOf(isAll ? [] : wanted.map(({ one }) => one), context);
  return {
    checks: wanted.map((one) => checkOf(one, tell)),
    missing: names.filter((name) => !present.has(name)),
  };
}

interface Raw {
  readonly one: z.output<typeof Checkable>;
  readonly host: string;
  readonly check?: string;
  readonly state: string;
}

function checkOf({ one, host, check, state }: Raw, tell: Teller): CheckState {
  const handled = tell(one, host, check);
  return {
    host,
    ...(check !== undefined && { check }),
    state,
    ...(one.last_state_change > 0 && { sinceMs: one.last_state_change }),
    ...(handled !== undefined && { handled }),
    // a check that has not run says when it will, in the words of the server's own zone
    output: state === 'PENDING' ? '' : one.plugin_output,
    values: parsePerfdata(one.perf_data),
  };
}

async function readHosts(
  { hosts, group }: NagiosRequest,
  isAll: boolean,
  { client, signal }: ReadContext,
): Promise<z.output<typeof Host>[]> {
  if (group === undefined && hosts.length > 0 && hosts.length <= APART_MAX) {
    const found: z.output<typeof Host>[] = [];
    for (const hostname of hosts) {
      const one = await client.ask('statusjson', { query: 'host', hostname }, OneHost, signal);
      // a name is cut where the server's language ends it: what comes back must be what was asked for
      if (one?.host.name === hostname) found.push(one.host);
    }
    return found;
  }
  const query = {
    query: 'hostlist',
    details: 'true',
    ...(group !== undefined && { hostgroup: group }),
    ...(!isAll && hosts.length === 0 && { hoststatus: 'down unreachable' }),
  };
  const all = Object.values((await client.ask('statusjson', query, HostList, signal))?.hostlist ?? {});
  return hosts.length === 0 ? all : all.filter(({ name }) => hosts.includes(name));
}

async function readServices(
  { hosts, services, group }: NagiosRequest,
  present: ReadonlySet<string>,
  isAll: boolean,
  { client, signal }: ReadContext,
): Promise<z.output<typeof Service>[]> {
  const isNamed = hosts.length > 0;
  if (isNamed && present.size === 0) return [];
  const query = {
    query: 'servicelist',
    details: 'true',
    ...(group !== undefined && { hostgroup: group }),
    ...(!isAll && { servicestatus: 'warning critical unknown' }),
  };
  const apart = group === undefined && isNamed && present.size <= APART_MAX ? [...present] : [undefined];
  const found: z.output<typeof Service>[] = [];
  for (const hostname of apart) {
    const asked = { ...query, ...(hostname !== undefined && { hostname }) };
    const list = (await client.ask('statusjson', asked, ServiceList, signal))?.servicelist ?? {};
    found.push(...Object.values(list).flatMap((byName) => Object.values(byName)));
  }
  return found.filter(
    ({ host_name, description }) =>
      (!isNamed || present.has(host_name)) && (services.length === 0 || services.includes(description)),
  );
}

const Comments = z.object({
  commentlist: z.record(
    z.string(),
    z.object({
      host_name: z.string(),
      service_description: z.string().default(''),
      entry_type: z.string().default(''),
      author: z.string().default(''),
      comment_data: z.string().default(''),
    }),
  ),
});
const Downtimes = z.object({
  downtimelist: z.record(
    z.string(),
    z.object({
      host_name: z.string(),
      service_description: z.string().default(''),
      end_time: z.number(),
      author: z.string().default(''),
      comment: z.string().default(''),
    }),
  ),
});

type Teller = (one: Raw['one'], host: string, check?: string) => string | undefined;

/** Looks up who acknowledged and who set downtimes, where anything is. */
async function tellerOf(
  problems: readonly Raw['one'][],
  { client, signal, nowMs, zone }: ReadContext,
): Promise<Teller> {
  const isAcknowledged = problems.some((one) => one.problem_has_been_acknowledged);
  const isInDowntime = problems.some((one) => one.scheduled_downtime_depth > 0);
  const asked = { query: 'commentlist', details: 'true', entrytypes: 'acknowledgement' };
  const comments = isAcknowledged ? await client.ask('statusjson', asked, Comments, signal) : undefined;
  const inEffect = { query: 'downtimelist', details: 'true', ineffect: 'yes' };
  const downtimes = isInDowntime ? await client.ask('statusjson', inEffect, Downtimes, signal) : undefined;
  const acks = byPlace(Object.values(comments?.commentlist ?? {}));
  const active = byPlace(Object.values(downtimes?.downtimelist ?? {}));
  return (one, host, check = '') => {
    const [ack, downtime] = [acks.get(placeOf(host, check)), active.get(placeOf(host, check))];
    const until = downtime ? ` until ${untilWords(downtime.end_time, nowMs, zone)}` : '';
    const said = [
      ...(one.problem_has_been_acknowledged ? [handledWords('acknowledged', ack?.author, ack?.comment_data)] : []),
      ...(one.scheduled_downtime_depth > 0
        ? [handledWords(`in downtime${until}`, downtime?.author, downtime?.comment)]
        : []),
    ];
    return said.length > 0 ? said.join('; ') : undefined;
  };
}

function placeOf(host: string, check: string): string {
  return JSON.stringify([host, check]);
}

function byPlace<Thing extends { host_name: string; service_description: string }>(things: readonly Thing[]) {
  return new Map(things.map((one) => [placeOf(one.host_name, one.service_description), one]));
}
