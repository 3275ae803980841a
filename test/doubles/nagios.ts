/** A Nagios 4 as its JSON CGIs show it, below `/nagios/cgi-bin/`. */
import type { Received, Reply } from './http-backend.ts';

/** A host or service; what is left out is as of one that is fine. */
export interface NagiosThing {
  readonly host: string;
  /** Left out for the host itself. */
  readonly service?: string;
  /** As the CGIs write it: `up`, `down`, `ok`, `warning`, `pending`. */
  readonly status?: string;
  readonly output?: string;
  readonly perfdata?: string;
  readonly groups?: readonly string[];
  /** Seconds since 1970. */
  readonly since?: number;
  readonly acknowledgedBy?: readonly [author: string, text: string];
  readonly downtime?: readonly [author: string, comment: string, end: number];
}

/** A line of its log. */
export interface NagiosAlert {
  /** Seconds since 1970. */
  readonly time: number;
  readonly host: string;
  readonly service?: string;
  readonly state: string;
  readonly isSoft?: boolean;
  readonly output?: string;
}

/** What the double has. */
export interface NagiosStore {
  readonly things: readonly NagiosThing[];
  readonly alerts?: readonly NagiosAlert[];
  readonly nowSeconds: () => number;
  /** Where its CGIs are. */
  readonly folder?: string;
}

const USUAL_FOLDER = '/nagios/cgi-bin/';

/** Answers requests as such a Nagios would. */
export function nagiosDouble(store: NagiosStore): (request: Received) => Reply {
  const folder = store.folder ?? USUAL_FOLDER;
  return ({ pathname, searchParams }) => {
    if (!pathname.startsWith(folder)) return { status: 404, contentType: 'text/html', body: '<h1>Not Found</h1>' };
    const query = Object.fromEntries(searchParams);
    const unknown = unknownIn(query, store);
    if (unknown !== undefined) return envelope({ options: {} }, 6, 'Option Value Invalid', unknown);
    switch (pathname.slice(folder.length)) {
      case 'statusjson.cgi':
        return statusOf(query, store);
      case 'objectjson.cgi':
        return objectsOf(query, store);
      case 'archivejson.cgi':
        return archiveOf(query, store);
      default:
        return { status: 404, contentType: 'text/html', body: '<h1>Not Found</h1>' };
    }
  };
}

type Query = Readonly<Record<string, string>>;

function unknownIn({ query, hostname, hostgroup }: Query, { things }: NagiosStore): string | undefined {
  // the log knows hosts that are gone
  if (query === 'alertlist') return undefined;
  if (hostname !== undefined && !things.some(({ host }) => host === hostname)) {
    return `The host '${hostname}' could not be found.`;
  }
  if (hostgroup !== undefined && !things.some(({ groups = [] }) => groups.includes(hostgroup))) {
    return `The hostgroup '${hostgroup}' could not be found.`;
  }
  return undefined;
}

function statusOf(query: Query, store: NagiosStore): Reply {
  const now = store.nowSeconds();
  const inGroup = (name: string) =>
    query.hostgroup === undefined ||
    store.things.some(({ host, groups = [] }) => host === name && groups.includes(query.hostgroup as string));
  const asked = store.things
    .filter(({ host }) => (query.hostname === undefined || host === query.hostname) && inGroup(host))
    .map((one) => detailsOf(one, now));
  const hosts = asked.filter(({ description }) => description === undefined);
  const services = asked.filter(({ description }) => description !== undefined);
  const withStatus = (list: typeof asked, states: string | undefined) =>
    list.filter(({ status }) => states === undefined || states.split(' ').includes(status));
  switch (query.query) {
    case 'programstatus':
      return envelope({ programstatus: { version: '4.4.14', nagios_pid: 1 } });
    case 'hostcount':
      return envelope({ count: { up: hosts.length, down: 0, unreachable: 0, pending: 0 } });
    case 'host':
      return envelope({ host: hosts[0] });
    case 'hostlist':
      return envelope({
        hostlist: Object.fromEntries(withStatus(hosts, query.hoststatus).map((one) => [one.name, one])),
      });
    case 'servicelist': {
      const shown = withStatus(services, query.servicestatus);
      const names = [...new Set(shown.map(({ host_name }) => host_name))];
      const byName = (name: string) =>
        shown.filter((one) => one.host_name === name).map((one) => [one.description, one]);
      return envelope({
        servicelist: Object.fromEntries(names.map((name) => [name, Object.fromEntries(byName(name))])),
      });
    }
    case 'commentlist':
      return envelope({ commentlist: numbered(store.things.flatMap(commentsOf)) });
    case 'downtimelist':
      return envelope({ downtimelist: numbered(store.things.flatMap(downtimesOf)) });
    default:
      return envelope({}, 6, 'Option Value Invalid', `The query option value '${query.query}' is invalid.`);
  }
}

function detailsOf(thing: NagiosThing, now: number) {
  const { host, service, output = 'OK', perfdata = '', since = now - 600 } = thing;
  return {
    name: host,
    host_name: host,
    description: service,
    status: thing.status ?? (service === undefined ? 'up' : 'ok'),
    plugin_output: output,
    long_plugin_output: '',
    perf_data: perfdata,
    last_state_change: since * 1000,
    problem_has_been_acknowledged: thing.acknowledgedBy !== undefined,
    scheduled_downtime_depth: thing.downtime ? 1 : 0,
  };
}

function commentsOf({ host, service = '', acknowledgedBy }: NagiosThing) {
  if (!acknowledgedBy) return [];
  const [author, comment_data] = acknowledgedBy;
  return [{ host_name: host, service_description: service, entry_type: 'acknowledgement', author, comment_data }];
}

function downtimesOf({ host, service = '', downtime }: NagiosThing) {
  if (!downtime) return [];
  const [author, comment, end] = downtime;
  return [{ host_name: host, service_description: service, author, comment, end_time: end * 1000 }];
}

function numbered(things: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(things.map((one, index) => [String(index + 1), one]));
}

function objectsOf({ query, hostname }: Query, { things }: NagiosStore): Reply {
  const hosts = [...new Set(things.map(({ host }) => host))].filter(
    (host) => hostname === undefined || host === hostname,
  );
  switch (query) {
    case 'hostlist':
      return envelope({ hostlist: hosts });
    case 'hostgrouplist':
      return envelope({ hostgrouplist: [...new Set(things.flatMap(({ groups = [] }) => groups))] });
    default: {
      const servicesOf = (name: string) =>
        things.flatMap(({ host, service }) => (host === name && service ? [service] : []));
      return envelope({ servicelist: Object.fromEntries(hosts.map((host) => [host, servicesOf(host)])) });
    }
  }
}

function archiveOf({ starttime, endtime, hostname }: Query, { alerts = [] }: NagiosStore): Reply {
  const shown = alerts.filter(
    ({ time, host }) =>
      time >= Number(starttime) && time <= Number(endtime) && (hostname === undefined || host === hostname),
  );
  const alertlist = shown.map(({ time, host, service, state, isSoft = false, output = '' }) => ({
    timestamp: time * 1000,
    object_type: service === undefined ? 'host' : 'service',
    host_name: host,
    ...(service !== undefined && { description: service }),
    state_type: isSoft ? 'soft' : 'hard',
    state,
    plugin_output: output,
  }));
  return envelope({ alertlist });
}

function envelope(data: unknown, type_code = 0, type_text = 'Success', message = ''): Reply {
  return { body: JSON.stringify({ format_version: 0, result: { type_code, type_text, message }, data }) };
}
