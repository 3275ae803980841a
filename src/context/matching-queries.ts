/** Saved queries that belong to alerts: by their own word (`alerts:` in the definition), or because service and host fill them. Pure. */
import type { Alert } from '../domain/alert.ts';
import type { Arguments } from '../domain/question.ts';
import type { AlertMatch, Parameter, SavedQuery } from '../domain/saved-query.ts';
import { expandTemplate } from '../queries/expand.ts';
import type { Subject } from './subject.ts';
import { whereaboutsOf } from './subject.ts';

/** A query with what it is asked of. */
export interface BoundQuery {
  readonly query: SavedQuery;
  readonly arguments: Arguments;
}

/** Values that one question takes, so that a group of hundreds does not become one request of hundreds. */
const VALUES_MAX = 20;

/** Queries whose definition names these alerts, each with the values of all alerts that it names. */
export function queriesNaming(alerts: readonly Alert[], queries: readonly SavedQuery[]): readonly BoundQuery[] {
  return queries.flatMap((query) => {
    const bound = alerts
      .map((alert) => {
        const match = query.alerts?.find((one) => isNamed(alert, one));
        return match && argumentsFrom(query, match, alert);
      })
      .filter((args) => args !== undefined);
    return bound.length === 0 ? [] : [{ query, arguments: merged(query, bound) }];
  });
}

/** Whether an entry of a definition's `alerts:` is about an alert. */
export function isNamed({ labels }: Alert, { match }: AlertMatch): boolean {
  return Object.entries(match).every(([name, values]) => {
    const value = Object.hasOwn(labels, name) ? labels[name] : undefined;
    return value !== undefined && values.includes(value);
  });
}

/** The arguments that an alert gives; nothing where it lacks one of the labels. */
function argumentsFrom(query: SavedQuery, { parameters }: AlertMatch, alert: Alert): Arguments | undefined {
  const { labels, annotations } = alert;
  const lookup = (name: string) => {
    const [, table, key = ''] = /^(labels|annotations)\.(.+)$/.exec(name) ?? [];
    const values = table === 'annotations' ? annotations : labels;
    return table !== undefined && Object.hasOwn(values, key) ? values[key] : undefined;
  };
  const bound: Record<string, readonly string[]> = {};
  for (const { name, default: preset } of query.parameters) {
    const template = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    const value = template === undefined ? preset : filled(template, lookup);
    if (value === undefined) return undefined;
    bound[name] = [value];
  }
  return bound;
}

function filled(template: string, lookup: (name: string) => string | undefined): string | undefined {
  try {
    const value = expandTemplate(template, lookup, (text) => text);
    return value === '' ? undefined : value;
  } catch {
    return undefined;
  }
}

function merged({ parameters }: SavedQuery, all: readonly Arguments[]): Arguments {
  return Object.fromEntries(
    parameters.map(({ name, isMulti }) => {
      const values = [...new Set(all.flatMap((one) => one[name] ?? []))];
      return [name, values.slice(0, isMulti ? VALUES_MAX : 1)];
    }),
  );
}

/** Names of parameters by what fills them. */
const HOST_NAMES: ReadonlySet<string> = new Set(['host', 'hostname', 'instance', 'node', 'server', 'machine']);
const SERVICE_NAMES: ReadonlySet<string> = new Set(
  'service service_name service-name app application job component container unit program'.split(' '),
);

/** The arguments that service, host and labels give to a query; nothing where one is missing, or none of them comes from the alerts. */
export function argumentsByPlace({ parameters }: SavedQuery, subject: Pick<Subject, 'alerts'>): Arguments | undefined {
  let isFilled = false;
  const bound: Record<string, readonly string[]> = {};
  for (const parameter of parameters) {
    const values = valuesFor(parameter, subject);
    if (values.length > 0) isFilled = true;
    else if (parameter.default === undefined) return undefined;
    bound[parameter.name] = values.length > 0 ? values : [parameter.default ?? ''];
  }
  return isFilled ? bound : undefined;
}

/** The values that alerts have for a parameter, by its name and its type. */
export function valuesFor(
  { name, type, isMulti, values: known }: Parameter,
  subject: Pick<Subject, 'alerts'>,
): readonly string[] {
  // what people search for in texts is never a label
  if (type === 'text' || type === 'number' || type === 'duration') return [];
  const { services, hosts } = whereaboutsOf(subject);
  const key = name.toLowerCase();
  const byName = [
    ...new Set(subject.alerts.flatMap(({ labels }) => (Object.hasOwn(labels, name) ? (labels[name] ?? []) : []))),
  ];
  const all =
    type === 'host' || HOST_NAMES.has(key)
      ? hosts
      : SERVICE_NAMES.has(key)
        ? byName.length > 0
          ? byName
          : services.slice(0, 1)
        : byName;
  const valid = Array.isArray(known) ? all.filter((value) => known.includes(value)) : all;
  return valid.slice(0, isMulti ? VALUES_MAX : 1);
}
