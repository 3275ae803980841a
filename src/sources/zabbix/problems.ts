/** Problems of Zabbix: those of now with who knows of them, those that began in a window, and as marks on charts. */
import { z } from 'zod';
import type { Annotation } from '../../domain/annotation.ts';
import { BotError } from '../../domain/errors.ts';
import { formatDuration, formatValue } from '../../domain/format-number.ts';
import { makeUnit } from '../../domain/unit.ts';
import { type CheckState, handledWords, untilWords } from '../../lib/check-tables.ts';
import type { FetchWindow } from '../source.ts';
import type { ZabbixRequest } from './bind.ts';
import { SEVERITIES } from './block.ts';
import { findHosts, type Host, type Lookup } from './items.ts';
import { oneLine, unitOf } from './words.ts';

/** Problems that are read at once; more are a storm, of which the newest are told. */
const PROBLEMS_MAX = 1_000;
/** Marks beyond this many would hide a chart anyway. */
const MARKS_MAX = 500;
/** Values of a trigger that are told. */
const VALUES_MAX = 2;

const Problem = z.object({
  eventid: z.string(),
  objectid: z.string(),
  clock: z.string(),
  name: z.string(),
  severity: z.string().default('0'),
  acknowledged: z.string().default('0'),
  opdata: z.string().default(''),
  suppressed: z.string().default('0'),
  acknowledges: z
    .array(
      z.object({ userid: z.string().default(''), clock: z.string().default('0'), message: z.string().default('') }),
    )
    .default([]),
  suppression_data: z.array(z.object({ suppress_until: z.union([z.string(), z.number()]).default('0') })).default([]),
});
const Trigger = z.object({
  triggerid: z.string(),
  hosts: z.array(z.object({ host: z.string() })).default([]),
  items: z
    .array(z.object({ name: z.string(), lastvalue: z.string().default(''), units: z.string().default('') }))
    .default([]),
});
const Event = z.object({
  eventid: z.string(),
  objectid: z.string(),
  clock: z.string(),
  name: z.string(),
  severity: z.string().default('0'),
  r_eventid: z.union([z.string(), z.number()]).default('0'),
  hosts: z.array(z.object({ host: z.string() })).default([]),
  tags: z.array(z.object({ tag: z.string(), value: z.string().default('') })).default([]),
});

type Problem = z.output<typeof Problem>;
type Trigger = z.output<typeof Trigger>;

/** What was read. */
export interface FoundProblems {
  readonly checks: readonly CheckState[];
  /** Those of the request that were looked up. */
  readonly hosts: readonly Host[];
  /** Hosts that were asked for by name and are not there. */
  readonly missing: readonly string[];
  /** Whether there were more than are read. */
  readonly isCut: boolean;
}

/** What reading needs. */
export interface ProblemContext extends Lookup {
  readonly nowMs: number;
}

/** Which hosts a request is about, as parameters of `problem.get`, `event.get` and `trigger.get`. */
export interface Scope {
  readonly params: Readonly<Record<string, unknown>>;
  readonly hosts: readonly Host[];
  readonly missing: readonly string[];
  /** That nothing can be found: no host or group of that name. */
  readonly isNowhere: boolean;
}

/** Finds hosts and group of a request. @throws BotError `SOURCE_…` */
export async function scopeOf({ hostNames, group }: ZabbixRequest, lookup: Lookup): Promise<Scope> {
  const isAll = hostNames.some(({ text }) => text === '*');
  const hosts = isAll ? [] : await findHosts(hostNames, lookup);
  const missing = isAll
    ? []
    : hostNames.filter((one) => !hosts.some(({ host }) => one.fits(host))).map(({ text }) => text);
  const groupids = group === undefined ? [] : await groupIds(group, lookup);
  const params = {
    ...(!isAll && { hostids: hosts.map(({ hostid }) => hostid) }),
    ...(group !== undefined && { groupids }),
  };
  const isNowhere = (!isAll && hosts.length === 0) || (group !== undefined && groupids.length === 0);
  return { params, hosts, missing, isNowhere };
}

/** The ids of a host group by its name. @throws BotError `SOURCE_…` */
export async function groupIds(name: string, { client, signal }: Lookup): Promise<string[]> {
  const params = { output: ['groupid'], filter: { name: [name] } };
  const found = await client.call('hostgroup.get', params, z.array(z.object({ groupid: z.string() })), signal);
  return found.map(({ groupid }) => groupid);
}

/** Reads what is a problem now. @throws BotError `SOURCE_…` */
export async function readProblems(
  request: ZabbixRequest,
  { zone }: FetchWindow,
  context: ProblemContext,
): Promise<FoundProblems> {
  const { client, signal } = context;
  const { params, hosts, missing, isNowhere } = await scopeOf(request, context);
  if (isNowhere) return { checks: [], hosts, missing, isCut: false };
  const asked = {
    output: ['eventid', 'objectid', 'clock', 'name', 'severity', 'acknowledged', 'opdata', 'suppressed'],
    selectAcknowledges: ['userid', 'clock', 'message'],
    selectSuppressionData: ['suppress_until'],
    ...params,
    ...severities(request),
    source: 0,
    object: 0,
    recent: false,
    sortfield: ['eventid'],
    sortorder: 'DESC',
    limit: PROBLEMS_MAX + 1,
  };
  const found = await client.call('problem.get', asked, z.array(Problem), signal);
  const triggers = await readTriggers(found, context);
  const live = found.filter(({ objectid }) => triggers.has(objectid)).slice(0, PROBLEMS_MAX);
  const users = await readUsers(live, context);
  const checks = live.flatMap((problem) => {
    const trigger = triggers.get(problem.objectid) as Trigger;
    const handled = handledOf(problem, users, { nowMs: context.nowMs, zone });
    return hostsOf(trigger, request).map((host) => ({
      host,
      check: oneLine(problem.name),
      state: stateOf(problem.severity),
      sinceMs: Number(problem.clock) * 1000,
      ...(handled !== undefined && { handled }),
      output: problem.opdata || valuesOf(trigger),
    }));
  });
  return { checks, hosts, missing, isCut: found.length > PROBLEMS_MAX };
}

function severities({ severity }: ZabbixRequest): { readonly severities?: readonly number[] } {
  return severity === 0 ? {} : { severities: SEVERITIES.flatMap((_, index) => (index >= severity ? [index] : [])) };
}

function stateOf(severity: string): string {
  return (SEVERITIES[Number(severity)] ?? 'not classified').toUpperCase();
}

/** Triggers that are still watched: problems of others stay for a while and are none any more. */
async function readTriggers(problems: readonly Problem[], { client, signal }: Lookup): Promise<Map<string, Trigger>> {
  if (problems.length === 0) return new Map();
  const params = {
    output: ['triggerid'],
    triggerids: [...new Set(problems.map(({ objectid }) => objectid))],
    monitored: true,
    skipDependent: true,
    selectHosts: ['host'],
    selectItems: ['name', 'lastvalue', 'units'],
  };
  const found = await client.call('trigger.get', params, z.array(Trigger), signal);
  return new Map(found.map((one) => [one.triggerid, one]));
}

/** A trigger over several hosts is a problem of each that was asked for. */
function hostsOf({ hosts }: Pick<Trigger, 'hosts'>, { hostNames }: ZabbixRequest): string[] {
  const names = hosts.map(({ host }) => host);
  const asked = names.filter((host) => hostNames.some((one) => one.fits(host)));
  return asked.length > 0 ? asked : names.slice(0, 1);
}

function valuesOf({ items }: Trigger): string {
  return items
    .slice(0, VALUES_MAX)
    .filter(({ lastvalue }) => lastvalue !== '')
    .map(({ name, lastvalue, units }) => {
      const unit = unitOf({ units }, makeUnit());
      const number = Number(lastvalue);
      return `${oneLine(name)} ${Number.isFinite(number) ? formatValue(number * unit.factor, unit) : oneLine(lastvalue)}`;
    })
    .join(', ');
}

const User = z.object({ userid: z.string(), username: z.string().optional(), alias: z.string().optional() });

/** Who acknowledged, by name; a login that may not see other users learns only that somebody did. */
async function readUsers(problems: readonly Problem[], { client, signal }: Lookup): Promise<Map<string, string>> {
  const ids = new Set(problems.flatMap(({ acknowledges }) => acknowledges.map(({ userid }) => userid)));
  ids.delete('');
  if (ids.size === 0) return new Map();
  try {
    const params = { output: 'extend', userids: [...ids] };
    const found = await client.call('user.get', params, z.array(User), signal);
    return new Map(found.map(({ userid, username, alias }) => [userid, username ?? alias ?? '']));
  } catch (thrown) {
    if (thrown instanceof BotError && ['SOURCE_FORBIDDEN', 'SOURCE_BAD_QUERY'].includes(thrown.code)) return new Map();
    throw thrown;
  }
}

function handledOf(
  { acknowledged, acknowledges, suppressed, suppression_data }: Problem,
  users: ReadonlyMap<string, string>,
  { nowMs, zone }: { readonly nowMs: number; readonly zone: string },
): string | undefined {
  const newest = [...acknowledges].sort((a, b) => Number(b.clock) - Number(a.clock))[0];
  const until = Math.max(0, ...suppression_data.map((one) => Number(one.suppress_until)));
  const end = until > 0 ? ` until ${untilWords(until * 1000, nowMs, zone)}` : '';
  const said = [
    ...(acknowledged === '1' ? [handledWords('acknowledged', users.get(newest?.userid ?? ''), newest?.message)] : []),
    ...(suppressed === '1' ? [`suppressed${end}`] : []),
  ];
  return said.length > 0 ? said.join('; ') : undefined;
}

/** Reads problems that there were at any time of the window, those that are over with how long they lasted. @throws BotError `SOURCE_…` */
export async function readPast(
  request: ZabbixRequest,
  window: FetchWindow,
  context: ProblemContext,
): Promise<FoundProblems> {
  const { params, hosts, missing, isNowhere } = await scopeOf(request, context);
  if (isNowhere) return { checks: [], hosts, missing, isCut: false };
  const [problem_time_from, problem_time_till] = secondsOf(window);
  const asked = { ...params, ...severities(request), problem_time_from, problem_time_till };
  const { events, ends } = await readEvents(asked, PROBLEMS_MAX + 1, context);
  const checks = events.slice(0, PROBLEMS_MAX).flatMap(({ eventid, clock, name, severity, hosts: ofEvent }) => {
    const sinceMs = Number(clock) * 1000;
    const endMs = ends.get(eventid);
    const handled =
      endMs === undefined ? {} : { handled: `over after ${formatDuration(Math.max(1_000, endMs - sinceMs))}` };
    return hostsOf({ hosts: ofEvent }, request).map((host) => ({
      host,
      check: oneLine(name),
      state: stateOf(severity),
      sinceMs,
      ...handled,
      output: '',
    }));
  });
  return { checks, hosts, missing, isCut: events.length > PROBLEMS_MAX };
}

/** The window as Zabbix counts it: whole seconds, both included. */
function secondsOf({ fromMs, toMs }: FetchWindow): readonly [from: number, till: number] {
  return [Math.floor(fromMs / 1000), Math.ceil(toMs / 1000) - 1];
}

async function readEvents(
  params: Readonly<Record<string, unknown>>,
  limit: number,
  { client, signal }: Lookup,
): Promise<{ readonly events: readonly z.output<typeof Event>[]; readonly ends: ReadonlyMap<string, number> }> {
  const asked = {
    output: ['eventid', 'objectid', 'clock', 'name', 'severity', 'r_eventid'],
    selectHosts: ['host'],
    selectTags: 'extend',
    source: 0,
    object: 0,
    value: 1,
    sortfield: ['clock', 'eventid'],
    sortorder: 'DESC',
    limit,
    ...params,
  };
  const events = await client.call('event.get', asked, z.array(Event), signal);
  const recovered = new Map(events.map(({ eventid, r_eventid }) => [String(r_eventid), eventid]));
  recovered.delete('0');
  if (recovered.size === 0) return { events, ends: new Map() };
  const ended = await client.call(
    'event.get',
    { output: ['eventid', 'clock'], eventids: [...recovered.keys()] },
    z.array(z.object({ eventid: z.string(), clock: z.string() })),
    signal,
  );
  const ends = new Map(ended.map(({ eventid, clock }) => [recovered.get(eventid) ?? '', Number(clock) * 1000]));
  return { events, ends };
}

/**
 * Problems that began in the window as marks, of all hosts. A tag of the filter is one of Zabbix, with its value behind a
 * colon where that matters (`service:web`), or the name of a host.
 *
 * @throws BotError `SOURCE_…`
 */
export async function readMarks(window: FetchWindow, tags: readonly string[], lookup: Lookup): Promise<Annotation[]> {
  const [time_from, time_till] = secondsOf(window);
  const { events, ends } = await readEvents({ time_from, time_till }, MARKS_MAX, lookup);
  return events
    .map(({ eventid, clock, name, severity, hosts, tags: own }): Annotation => {
      const names = hosts.map(({ host }) => host);
      const endMs = ends.get(eventid);
      return {
        timeMs: Number(clock) * 1000,
        ...(endMs !== undefined && { endMs }),
        kind: 'incident',
        title: oneLine(names.some((host) => name.includes(host)) ? name : `${names.join(', ')} ${name}`),
        tags: [...names, stateOf(severity).toLowerCase(), ...own.flatMap(({ tag, value }) => [tag, `${tag}:${value}`])],
      };
    })
    .filter((mark) => tags.every((tag) => mark.tags.includes(tag)))
    .reverse();
}
