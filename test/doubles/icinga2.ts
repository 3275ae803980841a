/** An Icinga 2 as its REST API shows it: objects by type, filters of the few forms that a client of ours may send. */
import type { Received, Reply } from './http-backend.ts';

/** A host or service as the API has it; what is left out is as of one that is fine and was checked just now. */
export interface IcingaThing {
  readonly host: string;
  /** Left out for the host itself. */
  readonly service?: string;
  /** Of hosts 0 and 1, of services 0 to 3. */
  readonly state?: number;
  readonly output?: string;
  readonly perfdata?: readonly unknown[];
  readonly groups?: readonly string[];
  /** Seconds since 1970. */
  readonly since?: number;
  readonly isPending?: boolean;
  readonly isUnreachable?: boolean;
  readonly acknowledgedBy?: readonly [author: string, text: string];
  readonly downtime?: readonly [author: string, comment: string, end: number];
}

/** What the double has. */
export interface IcingaStore {
  readonly things: readonly IcingaThing[];
  readonly nowSeconds: () => number;
  /** Types that its user may not query: `comments`. */
  readonly forbidden?: readonly string[];
}

interface Query {
  readonly attrs?: readonly string[];
  readonly verbose?: boolean;
  readonly filter?: string;
  readonly filter_vars?: Readonly<Record<string, string | readonly string[]>>;
}

type Attrs = Readonly<Record<string, unknown>>;

/** Answers requests as such an Icinga would. */
export function icinga2Double(store: IcingaStore): (request: Received) => Reply {
  return ({ method, pathname, headers, body }) => {
    if (pathname === '/v1') {
      const info = 'More information about API requests is available in the documentation.';
      return json({ results: [{ info, permissions: ['*'], user: 'glimpse', version: 'r2.14.2-1' }] });
    }
    const type = /^\/v1\/objects\/(\w+)$/.exec(pathname)?.[1];
    if (type === undefined)
      return json({ error: 404, status: `The requested path '${pathname}' could not be found.` }, 404);
    if (method === 'POST' && headers['x-http-method-override'] !== 'GET')
      return json({ error: 400, status: 'No.' }, 400);
    const query = JSON.parse(body || '{}') as Query;
    if (store.forbidden?.includes(type)) {
      return noObjects(query, `Missing permission: objects/query/${CLASSES[type]?.[0].toLowerCase()}`);
    }
    const matches = filterOf(query);
    if (!matches) return noObjects(query, 'Invalid filter specified.');
    const found = objectsOf(type, store).filter(matches);
    return json({ results: found.map((one) => entryOf(one, type, query)) });
  };
}

function entryOf(one: Attrs, type: string, { attrs }: Query): unknown {
  const name = type === 'services' ? `${one.host_name}!${one.name}` : (one.name ?? `${one.host_name}!entry`);
  return { attrs: pick(one, attrs), joins: {}, meta: {}, name, type: CLASSES[type]?.[0] };
}

/** As 2.13 says whatever goes wrong; the reason only to those who ask for it. */
function noObjects({ verbose }: Query, why: string): Reply {
  const diagnostic = verbose ? { diagnostic_information: `Error: ${why}\n` } : {};
  return json({ ...diagnostic, error: 404, status: 'No objects found.' }, 404);
}

const CLASSES: Readonly<Record<string, readonly [string]>> = {
  hosts: ['Host'],
  services: ['Service'],
  comments: ['Comment'],
  downtimes: ['Downtime'],
  hostgroups: ['HostGroup'],
};

function objectsOf(type: string, { things, nowSeconds }: IcingaStore): Attrs[] {
  const groupsOf = (host: string) => things.find((one) => one.host === host && one.service === undefined)?.groups ?? [];
  switch (type) {
    case 'hosts':
      return things
        .filter(({ service }) => service === undefined)
        .map((one) => checkable(one, nowSeconds(), groupsOf(one.host)));
    case 'services':
      return things
        .filter(({ service }) => service !== undefined)
        .map((one) => checkable(one, nowSeconds(), groupsOf(one.host)));
    case 'hostgroups':
      return [...new Set(things.flatMap(({ groups = [] }) => groups))].map((name) => ({ name }));
    case 'comments':
      return things.flatMap(({ host, service = '', acknowledgedBy }) =>
        acknowledgedBy
          ? [
              {
                host_name: host,
                service_name: service,
                author: acknowledgedBy[0],
                text: acknowledgedBy[1],
                entry_type: 4,
              },
            ]
          : [],
      );
    case 'downtimes':
      return things.flatMap(({ host, service = '', downtime }) => {
        if (!downtime) return [];
        const [author, comment, end_time] = downtime;
        return [{ host_name: host, service_name: service, author, comment, start_time: nowSeconds() - 60, end_time }];
      });
    default:
      return [];
  }
}

function checkable(thing: IcingaThing, now: number, groups: readonly string[]): Attrs {
  const { host, service, state = 0, isPending = false, since = now - 600 } = thing;
  return {
    name: service ?? host,
    host_name: host,
    groups,
    state: isPending ? (service === undefined ? 0 : 3) : state,
    last_check: isPending ? -1 : now - 0.25,
    last_state_change: isPending ? 0 : since,
    last_reachable: !thing.isUnreachable,
    acknowledgement: thing.acknowledgedBy ? 1 : 0,
    downtime_depth: thing.downtime ? 1 : 0,
    last_check_result: isPending
      ? null
      : { output: thing.output ?? 'OK', performance_data: thing.perfdata ?? [], state, active: true },
    vars: null,
  };
}

/** Reads a filter of joined clauses; `undefined` for anything else, which the real one calls "No objects found". */
function filterOf({ filter = '', filter_vars: vars = {} }: Query): ((one: Attrs) => boolean) | undefined {
  const listOf = (name: string) => [vars[name] ?? []].flat();
  const tests = (filter === '' ? [] : filter.split(' && ')).map((clause): ((one: Attrs) => boolean) | undefined => {
    const [, type, list] = /^(host|service)\.name in (\w+)$/.exec(clause) ?? [];
    if (type !== undefined && list !== undefined) {
      return (one) => listOf(list).includes(String(type === 'host' ? one.host_name : one.name));
    }
    const [, equal] = /^host\.name == (\w+)$/.exec(clause) ?? [];
    if (equal !== undefined) return (one) => one.host_name === vars[equal];
    if (clause === 'group in host.groups') return (one) => (one.groups as string[]).includes(String(vars.group));
    if (/^(?:host|service)\.state != 0$/.test(clause)) return (one) => one.state !== 0;
    if (clause === 'comment.entry_type == 4') return (one) => one.entry_type === 4;
    return undefined;
  });
  if (tests.includes(undefined)) return undefined;
  return (one) => tests.every((test) => test?.(one) === true);
}

function pick(one: Attrs, attrs: readonly string[] | undefined): Attrs {
  return attrs ? Object.fromEntries(attrs.filter((name) => name in one).map((name) => [name, one[name]])) : one;
}

function json(body: unknown, status = 200): Reply {
  return { status, body: JSON.stringify(body) };
}
