/** Hosts and services of Icinga as checks: their states in words, their values, who knows of their problems. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import { type CheckState, handledWords, isProblem, untilWords } from '../../lib/check-tables.ts';
import { type PerfValue, parsePerfdata, perfValue } from '../../lib/perfdata.ts';
import type { Icinga2Request } from './block.ts';
import type { Icinga2Client, ObjectQuery } from './client.ts';

const Result = z.object({
  output: z.string().default(''),
  performance_data: z.array(z.unknown()).nullish(),
});

const Checkable = z.object({
  name: z.string(),
  state: z.number(),
  last_check: z.number().default(0),
  last_state_change: z.number().default(0),
  acknowledgement: z.number().default(0),
  downtime_depth: z.number().default(0),
  last_check_result: Result.nullish(),
});
const Host = Checkable.extend({ last_reachable: z.boolean().default(true) });
const Service = Checkable.extend({ host_name: z.string() });

const ATTRS = Object.keys(Checkable.shape);

/** What was read. */
export interface Found {
  readonly checks: readonly CheckState[];
  /** Hosts that were asked for by name and are not there. */
  readonly missing: readonly string[];
}

/** What reading needs. */
export interface ReadContext {
  readonly client: Icinga2Client;
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
export async function readChecks(request: Icinga2Request, context: ReadContext, isWhole = false): Promise<Found> {
  const { client, signal } = context;
  const { hosts, services, group } = request;
  const isAll = isWhole || request.show !== 'problems';
  // hosts that were named are read whole, so that those that are not there are noticed
  const hostQuery = filterOf(['host'], { hosts, group, isAll: isAll || hosts.length > 0 });
  const foundHosts = await client.objects('hosts', { ...hostQuery, attrs: [...ATTRS, 'last_reachable'] }, Host, signal);
  const serviceQuery = filterOf(['host', 'service'], { hosts, group, services, isAll });
  const foundServices = await client.objects(
    'services',
    { ...serviceQuery, attrs: [...ATTRS, 'host_name'] },
    Service,
    signal,
  );
  const raw = [
    ...(services.length > 0 ? [] : foundHosts.map((one) => ({ one, host: one.name, state: hostState(one) }))),
    ...foundServices.map((one) => ({ one, host: one.host_name, check: one.name, state: serviceState(one) })),
  ];
  const wanted = isAll ? raw : raw.filter(isProblem);
  // only problems tell who handles them
  const tell = await tellerOf(isAll ? [] : wanted.map(({ one }) => one), context);
  const present = new Set(foundHosts.map(({ name }) => name));
  return {
    checks: wanted.map(({ one, host, check, state }: Raw) => checkOf(one, { host, check, state }, tell)),
    missing: hosts.filter((name) => !present.has(name)),
  };
}

interface Raw {
  readonly one: z.output<typeof Checkable>;
  readonly host: string;
  readonly check?: string;
  readonly state: string;
}

type Teller = (
  one: Pick<Raw['one'], 'acknowledgement' | 'downtime_depth'>,
  host: string,
  check?: string,
) => string | undefined;

function checkOf(
  one: Raw['one'],
  { host, check, state }: { host: string; check: string | undefined; state: string },
  tell: Teller,
): CheckState {
  const handled = tell(one, host, check);
  return {
    host,
    ...(check !== undefined && { check }),
    state,
    ...(one.last_state_change > 0 && { sinceMs: Math.round(one.last_state_change * 1000) }),
    ...(handled !== undefined && { handled }),
    output: one.last_check_result?.output ?? '',
    values: (one.last_check_result?.performance_data ?? []).flatMap(valuesOf),
  };
}

function filterOf(
  kinds: readonly ('host' | 'service')[],
  asked: {
    readonly hosts: readonly string[];
    readonly services?: readonly string[];
    readonly group: string | undefined;
    readonly isAll: boolean;
  },
): Pick<ObjectQuery, 'filter' | 'variables'> {
  const { hosts, services = [], group, isAll } = asked;
  const clauses = [
    ...(hosts.length > 0 ? ['host.name in hosts'] : []),
    ...(services.length > 0 ? ['service.name in services'] : []),
    ...(group === undefined ? [] : ['group in host.groups']),
    ...(isAll ? [] : [`${kinds.at(-1)}.state != 0`]),
  ];
  if (clauses.length === 0) return {};
  const variables = { hosts, services, ...(group !== undefined && { group }) };
  return { filter: clauses.join(' && '), variables };
}

function hostState({ state, last_check, last_reachable }: z.output<typeof Host>): string {
  if (last_check <= 0) return 'PENDING';
  if (state === 0) return 'UP';
  return last_reachable ? 'DOWN' : 'UNREACHABLE';
}

function serviceState({ state, last_check }: z.output<typeof Service>): string {
  if (last_check <= 0) return 'PENDING';
  return ['OK', 'WARNING', 'CRITICAL'][state] ?? 'UNKNOWN';
}

const PerfObject = z.object({
  label: z.string(),
  value: z.number(),
  unit: z.string().default(''),
  warn: z.number().nullish(),
  crit: z.number().nullish(),
  min: z.number().nullish(),
  max: z.number().nullish(),
});

/** An entry of performance data is a text, or an object where a check was made by Icinga itself. */
function valuesOf(entry: unknown): readonly PerfValue[] {
  if (typeof entry === 'string') return parsePerfdata(entry);
  const { data } = PerfObject.safeParse(entry);
  if (!data) return [];
  const { label, value, unit, warn, crit, min, max } = data;
  return [perfValue(label, { value, uom: SHORT[unit] ?? unit, warning: warn, critical: crit, min, max })];
}

/** Icinga's own names of units. */
const SHORT: Readonly<Record<string, string>> = { seconds: 's', percent: '%', bytes: 'B' };

const Comment = z.object({
  host_name: z.string(),
  service_name: z.string().default(''),
  author: z.string().default(''),
  text: z.string().default(''),
});
const Downtime = z.object({
  host_name: z.string(),
  service_name: z.string().default(''),
  author: z.string().default(''),
  comment: z.string().default(''),
  start_time: z.number(),
  end_time: z.number(),
});

/** Looks up who acknowledged and who set downtimes, where anything is; without the right to, it is only said that it is so. */
async function tellerOf(problems: readonly Raw['one'][], context: ReadContext): Promise<Teller> {
  const { client, signal, nowMs, zone } = context;
  const isAcknowledged = problems.some(({ acknowledgement }) => acknowledgement > 0);
  const isInDowntime = problems.some(({ downtime_depth }) => downtime_depth > 0);
  const comments = isAcknowledged
    ? await orNothing(
        client.objects(
          'comments',
          { filter: 'comment.entry_type == 4', variables: {}, attrs: Object.keys(Comment.shape) },
          Comment,
          signal,
        ),
      )
    : [];
  const downtimes = isInDowntime
    ? await orNothing(client.objects('downtimes', { attrs: Object.keys(Downtime.shape) }, Downtime, signal))
    : [];
  const now = nowMs / 1000;
  const acks = byPlace(comments);
  const active = byPlace(downtimes.filter(({ start_time, end_time }) => start_time <= now && end_time > now));
  return ({ acknowledgement, downtime_depth }, host, check = '') => {
    const [ack, downtime] = [acks.get(placeOf(host, check)), active.get(placeOf(host, check))];
    const until = downtime ? ` until ${untilWords(downtime.end_time * 1000, nowMs, zone)}` : '';
    const said = [
      ...(acknowledgement > 0 ? [handledWords('acknowledged', ack?.author, ack?.text)] : []),
      ...(downtime_depth > 0 ? [handledWords(`in downtime${until}`, downtime?.author, downtime?.comment)] : []),
    ];
    return said.length > 0 ? said.join('; ') : undefined;
  };
}

function placeOf(host: string, check: string): string {
  return JSON.stringify([host, check]);
}

function byPlace<Thing extends { host_name: string; service_name: string }>(things: readonly Thing[]) {
  return new Map(things.map((one) => [placeOf(one.host_name, one.service_name), one]));
}

async function orNothing<Thing>(reading: Promise<Thing[]>): Promise<Thing[]> {
  try {
    return await reading;
  } catch (thrown) {
    if (thrown instanceof BotError && thrown.code === 'SOURCE_FORBIDDEN') return [];
    throw thrown;
  }
}
