/** A Zabbix as its JSON-RPC shows it, as strict about credentials and names of parameters as the version that it plays. */
import type { Received, Reply } from './http-backend.ts';

/** An item; what is left out is as of a number that is collected each minute and kept for a week. */
export interface ZabbixItem {
  readonly host: string;
  readonly key: string;
  readonly name?: string;
  /** 0 number, 1 characters, 2 log, 3 whole number, 4 text. */
  readonly valueType?: number;
  readonly units?: string;
  readonly delay?: string;
  readonly history?: string;
  readonly trends?: string;
  readonly isDisabled?: boolean;
  readonly error?: string;
  readonly mappings?: readonly (readonly [value: string, word: string, type?: string])[];
  /** The value at a moment, seconds since 1970; nothing where there is none. */
  value(second: number): string | number | undefined;
}

/** A problem, over or not. */
export interface ZabbixProblem {
  readonly host: string;
  readonly name: string;
  /** 0 to 5. */
  readonly severity: number;
  /** Seconds since 1970. */
  readonly since: number;
  readonly end?: number;
  readonly tags?: Readonly<Record<string, string>>;
  readonly acknowledgedBy?: readonly [user: string, text: string];
  /** Until when it is in maintenance. */
  readonly suppressedUntil?: number;
  readonly opdata?: string;
  /** That its trigger is not watched any more. */
  readonly isUnwatched?: boolean;
}

/** What the double has. */
export interface ZabbixStore {
  readonly items: readonly ZabbixItem[];
  readonly problems?: readonly ZabbixProblem[];
  readonly hosts: readonly string[];
  readonly disabledHosts?: readonly string[];
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  readonly nowSeconds: () => number;
  /** `6.0.30` unless said. */
  readonly version?: string;
  readonly username?: string;
  readonly password?: string;
  readonly token?: string;
}

type Params = Readonly<Record<string, unknown>>;

class Fault extends Error {
  readonly code: number;

  constructor(data: string, code = -32602) {
    super(data);
    this.code = code;
  }
}

/** A double, with a way to end the sessions that it has given. */
export interface ZabbixDouble {
  answer(request: Received): Reply;
  endSessions(): void;
  /** How often somebody logged in. */
  readonly logins: number;
}

/** Plays a Zabbix with its frontend at the root. */
export function createZabbixDouble(store: ZabbixStore): ZabbixDouble {
  const { version = '6.0.30' } = store;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const number = major * 100 + minor;
  const sessions = new Set<string>();
  let logins = 0;

  function login(params: Params): string {
    const named = number >= 504 ? 'username' : 'user';
    if (!(named in params)) throw new Fault(`Invalid parameter "/": the parameter "${named}" is missing.`);
    if (params[named] !== store.username || params.password !== store.password) {
      throw new Fault('Incorrect user name or password or account is temporarily blocked.', -32500);
    }
    logins += 1;
    const session = `5e55${String(logins).padStart(28, '0')}`;
    sessions.add(session);
    return session;
  }

  function call(method: string, params: Params, body: Params, header: string | undefined): unknown {
    const isOpen = method === 'apiinfo.version' || method === 'user.login';
    if (isOpen && (header !== undefined || body.auth !== undefined)) {
      throw new Fault(`The "${method}" method must be called without authorization header.`);
    }
    if (method === 'apiinfo.version') return version;
    if (method === 'user.login') return login(params);
    if (number >= 702 && 'auth' in body) throw new Fault('Invalid parameter "/": unexpected parameter "auth".', -32600);
    const auth = number >= 604 ? header?.replace(/^Bearer /, '') : body.auth;
    if (auth === undefined) throw new Fault('Not authorized.');
    const isKnown = sessions.has(String(auth)) || (number >= 504 && auth === store.token);
    // the API tokens of 5.4 and later are told from sessions by their length
    if (!isKnown && String(auth).length === 64) throw new Fault('Not authorized.');
    if (!isKnown) throw new Fault('Session terminated, re-login, please.');
    return resultOf(method, params, store, number);
  }

  return {
    endSessions: () => sessions.clear(),
    get logins() {
      return logins;
    },
    answer({ pathname, headers, body, method }) {
      if (!pathname.endsWith('/api_jsonrpc.php') || method !== 'POST') {
        return { status: 404, contentType: 'text/html', body: '<h1>Not Found</h1>' };
      }
      const sent = JSON.parse(body) as { method: string; params: Params } & Params;
      try {
        const result = call(sent.method, sent.params, sent, headers.authorization);
        return { body: JSON.stringify({ jsonrpc: '2.0', result, id: 1 }) };
      } catch (thrown) {
        if (!(thrown instanceof Fault)) throw thrown;
        const message = thrown.code === -32500 ? 'Application error.' : 'Invalid params.';
        const error = { code: thrown.code, message, data: thrown.message };
        return { body: JSON.stringify({ jsonrpc: '2.0', error, id: 1 }) };
      }
    },
  };
}

function resultOf(method: string, params: Params, store: ZabbixStore, version: number): unknown {
  switch (method) {
    case 'host.get': {
      const hosts = hostsOf(store, params);
      return params.countOutput ? String(hosts.length) : hosts;
    }
    case 'hostgroup.get': {
      const names = Object.keys(store.groups ?? {});
      const wanted = (params.filter as { name?: string[] } | undefined)?.name ?? names;
      return names.flatMap((name, index) => (wanted.includes(name) ? [{ groupid: String(index + 1), name }] : []));
    }
    case 'item.get':
      if (version < 504 && 'selectValueMap' in params) throw new Fault('unexpected parameter "selectValueMap".');
      return itemsOf(store, params, version);
    case 'valuemap.get':
      return store.items.flatMap(({ mappings }, index) =>
        mappings && (params.valuemapids as string[]).includes(String(index + 1))
          ? [{ valuemapid: String(index + 1), name: 'map', mappings: mappingsOf(mappings) }]
          : [],
      );
    case 'history.get':
      return historyOf(store, params);
    case 'trend.get':
      return trendsOf(store, params);
    case 'problem.get':
      return problemsOf(store, params);
    case 'trigger.get':
      return triggersOf(store, params);
    case 'event.get':
      return eventsOf(store, params);
    case 'user.get':
      return usersOf(store, version);
    default:
      throw new Fault(`Incorrect API "${method.split('.')[0]}".`, -32601);
  }
}

const hostId = ({ hosts, disabledHosts = [] }: ZabbixStore, host: string) =>
  String(10_000 + [...hosts, ...disabledHosts].indexOf(host));

/** A pattern as the API searches: `*` for anything, no difference between cases. */
function searched(name: string, patterns: unknown): boolean {
  return [patterns].flat().some((pattern) => {
    const regex = String(pattern)
      .split('*')
      .map((piece) => piece.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
    return new RegExp(`^${regex.join('.*')}$`, 'is').test(name);
  });
}

function hostsOf(store: ZabbixStore, { filter, search, groupids }: Params): unknown[] {
  const { hosts, disabledHosts = [], groups = {} } = store;
  const names = (filter as { host?: string[] } | undefined)?.host;
  const pattern = (search as { host?: string[] } | undefined)?.host;
  const inGroups =
    groupids &&
    Object.values(groups)
      .filter((_, at) => (groupids as string[]).includes(String(at + 1)))
      .flat();
  return [...hosts, ...disabledHosts]
    .filter((host) => names === undefined || names.includes(host))
    .filter((host) => pattern === undefined || searched(host, pattern))
    .filter((host) => !Array.isArray(inGroups) || inGroups.includes(host))
    .map((host) => ({
      hostid: hostId(store, host),
      host,
      name: `Server ${host}`,
      status: disabledHosts.includes(host) ? '1' : '0',
    }));
}

const mappingsOf = (mappings: NonNullable<ZabbixItem['mappings']>) =>
  mappings.map(([value, newvalue, type = '0']) => ({ value, newvalue, type }));

function itemsOf(store: ZabbixStore, { filter, hostids, search, limit }: Params, version: number): unknown[] {
  const hosts = (filter as { host?: string[] } | undefined)?.host;
  const { key_, name } = (search ?? {}) as { key_?: string[]; name?: string[] };
  const found = store.items.flatMap((item, index) => {
    const title = item.name ?? item.key;
    const isThere =
      (hosts === undefined || hosts.includes(item.host)) &&
      (hostids === undefined || (hostids as string[]).includes(hostId(store, item.host))) &&
      (search === undefined || searched(item.key, key_ ?? []) || searched(title, name ?? []));
    return isThere ? [itemOf(item, index, store, version)] : [];
  });
  return found.slice(0, Number(limit ?? found.length));
}

function itemOf(item: ZabbixItem, index: number, store: ZabbixStore, version: number): unknown {
  const now = Math.floor(store.nowSeconds());
  const last = item.value(now);
  return {
    itemid: String(index + 1),
    key_: item.key,
    name: item.name ?? item.key,
    value_type: String(item.valueType ?? 0),
    units: item.units ?? '',
    delay: item.delay ?? '1m',
    history: item.history ?? '7d',
    trends: item.trends ?? '365d',
    status: item.isDisabled ? '1' : '0',
    state: item.error === undefined ? '0' : '1',
    error: item.error ?? '',
    lastclock: last === undefined ? '0' : String(now),
    lastvalue: last === undefined ? '' : String(last),
    hosts: [{ hostid: hostId(store, item.host), host: item.host, name: `Server ${item.host}` }],
    ...(version >= 504
      ? { valuemap: item.mappings ? { name: 'map', mappings: mappingsOf(item.mappings) } : [] }
      : { valuemapid: item.mappings ? String(index + 1) : '0' }),
  };
}

const secondsOf = (delay = '1m') =>
  Number.parseInt(delay, 10) * ({ s: 1, m: 60, h: 3_600 }[delay.slice(-1)] ?? 1) || 60;

/** Values at multiples of the delay, as long as they are kept. */
function historyOf(store: ZabbixStore, params: Params): unknown[] {
  const { history, itemids, time_from, time_till, sortorder, limit } = params;
  const now = store.nowSeconds();
  const rows = store.items.flatMap((item, index) => {
    if (!(itemids as string[]).includes(String(index + 1)) || (item.valueType ?? 0) !== history) return [];
    const step = secondsOf(item.delay);
    const kept = Number.parseInt(item.history ?? '7d', 10) * 86_400;
    const from = Math.ceil(Math.max(Number(time_from), now - kept) / step) * step;
    const values: { itemid: string; clock: string; ns: string; value: string }[] = [];
    for (let second = from; second <= Math.min(Number(time_till), now); second += step) {
      const value = item.value(second);
      if (value !== undefined)
        values.push({ itemid: String(index + 1), clock: String(second), ns: '0', value: String(value) });
    }
    return values;
  });
  rows.sort((a, b) => (sortorder === 'DESC' ? -1 : 1) * (Number(a.clock) - Number(b.clock)));
  return rows.slice(0, Number(limit));
}

/** Of hours that are over. */
function trendsOf(store: ZabbixStore, { itemids, time_from, time_till }: Params): unknown[] {
  const now = store.nowSeconds();
  return store.items.flatMap((item, index) => {
    if (!(itemids as string[]).includes(String(index + 1)) || item.trends === '0') return [];
    const rows: unknown[] = [];
    for (let hour = Math.ceil(Number(time_from) / 3_600) * 3_600; hour <= Number(time_till); hour += 3_600) {
      if (hour + 3_600 > now) break;
      const step = secondsOf(item.delay);
      const values = Array.from({ length: 3_600 / step }, (_, at) => item.value(hour + at * step))
        .filter((value) => value !== undefined)
        .map(Number);
      if (values.length === 0) continue;
      const sum = values.reduce((total, value) => total + value, 0);
      rows.push({
        itemid: String(index + 1),
        clock: String(hour),
        num: String(values.length),
        value_min: String(Math.min(...values)),
        value_avg: String(sum / values.length),
        value_max: String(Math.max(...values)),
      });
    }
    return rows;
  });
}

function scoped(store: ZabbixStore, { hostids, groupids, severities }: Params) {
  const groups = Object.values(store.groups ?? {});
  return (store.problems ?? [])
    .map((problem, index) => ({ problem, id: String(index + 1) }))
    .filter(({ problem }) => hostids === undefined || (hostids as string[]).includes(hostId(store, problem.host)))
    .filter(({ problem }) => severities === undefined || (severities as number[]).includes(problem.severity))
    .filter(
      ({ problem }) =>
        groupids === undefined || (groupids as string[]).some((id) => groups[Number(id) - 1]?.includes(problem.host)),
    );
}

function problemsOf(store: ZabbixStore, params: Params): unknown[] {
  return scoped(store, params)
    .filter(({ problem }) => problem.end === undefined)
    .map(({ problem, id }) => ({
      eventid: id,
      objectid: `7${id}`,
      clock: String(problem.since),
      name: problem.name,
      severity: String(problem.severity),
      acknowledged: problem.acknowledgedBy ? '1' : '0',
      opdata: problem.opdata ?? '',
      suppressed: problem.suppressedUntil === undefined ? '0' : '1',
      acknowledges: problem.acknowledgedBy ? [{ userid: id, clock: '1', message: problem.acknowledgedBy[1] }] : [],
      suppression_data:
        problem.suppressedUntil === undefined ? [] : [{ suppress_until: String(problem.suppressedUntil) }],
    }))
    .reverse();
}

function triggersOf(store: ZabbixStore, params: Params): unknown {
  const watched = scoped(store, params).filter(({ problem }) => !problem.isUnwatched);
  if (params.countOutput) return String(watched.length + store.hosts.length);
  return watched
    .filter(({ id }) => (params.triggerids as string[]).includes(`7${id}`))
    .map(({ problem, id }) => ({
      triggerid: `7${id}`,
      hosts: [{ hostid: hostId(store, problem.host), host: problem.host }],
      items: [{ itemid: '1', name: 'Used space', lastvalue: '97.5', units: '%' }],
    }));
}

function eventsOf(store: ZabbixStore, params: Params): unknown[] {
  const { eventids, time_from, time_till, problem_time_from, problem_time_till } = params;
  const all = store.problems ?? [];
  if (eventids) {
    return (eventids as string[]).map((id) => ({ eventid: id, clock: String(all[Number(id.slice(1)) - 1]?.end) }));
  }
  return scoped(store, params)
    .toSorted((a, b) => b.problem.since - a.problem.since)
    .filter(({ problem: { since, end = Number.POSITIVE_INFINITY } }) =>
      problem_time_from === undefined
        ? since >= Number(time_from) && since <= Number(time_till)
        : since <= Number(problem_time_till) && end >= Number(problem_time_from),
    )
    .map(({ problem, id }) => ({
      eventid: id,
      objectid: `7${id}`,
      clock: String(problem.since),
      name: problem.name,
      severity: String(problem.severity),
      r_eventid: problem.end === undefined ? '0' : `9${id}`,
      hosts: [{ host: problem.host }],
      tags: Object.entries(problem.tags ?? {}).map(([tag, value]) => ({ tag, value })),
    }));
}

function usersOf({ problems = [] }: ZabbixStore, version: number): unknown[] {
  return problems.flatMap(({ acknowledgedBy }, index) =>
    acknowledgedBy ? [{ userid: String(index + 1), [version >= 504 ? 'username' : 'alias']: acknowledgedBy[0] }] : [],
  );
}
