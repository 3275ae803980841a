/** What `name=value` beside a saved search means: a field of its data view, and a filter on it. Pure. */
import { BotError } from '../../domain/errors.ts';
import type { Parameter } from '../../domain/saved-query.ts';
import { nearest } from '../../lib/nearest.ts';
import type { Opened } from '../source.ts';
import { FIELD } from './block.ts';
import type { IndexView } from './data-views.ts';

/** Fields that people mean by a word, by the names of ECS, OpenTelemetry and older shippers, in this order. */
const FIELDS_OF: Readonly<Record<string, readonly string[]>> = {
  host: [
    'host.name',
    'host.hostname',
    'agent.hostname',
    'resource.attributes.host.name',
    'hostname',
    'beat.hostname',
    'host',
  ],
  service: ['service.name', 'resource.attributes.service.name', 'service'],
  level: ['log.level', 'severity_text', 'level'],
  status: ['http.response.status_code', 'status', 'response'],
  namespace: ['kubernetes.namespace', 'kubernetes.namespace_name', 'namespace'],
  pod: ['kubernetes.pod.name', 'kubernetes.pod_name', 'pod'],
  container: ['container.name', 'kubernetes.container.name', 'container'],
  env: ['service.environment', 'environment', 'env'],
  user: ['user.name', 'user'],
};

/**
 * A block with a filter for each name, and the parameters that fill them.
 *
 * @param view - where the fields are looked up; without it names are taken for those of ECS
 * @throws BotError `ASK_UNKNOWN_VALUE` for what is no field, with those near it
 */
export function narrowed(
  block: Readonly<Record<string, unknown>>,
  named: readonly string[],
  view: IndexView | undefined,
): Pick<Opened, 'block' | 'parameters' | 'arguments'> {
  const fields = named.map((name) => [name, fieldFor(name, view)] as const);
  const filters = Object.fromEntries(fields.map(([name, field]) => [field, `\${${parameterFor(name)}}`]));
  return {
    block: named.length > 0 ? { ...block, filters } : block,
    parameters: fields.map(([name, field]) => parameterOf(name, field, view, block.space)),
    arguments: {},
  };
}

/** What it is called, and what it is narrowed to; a placeholder in what somebody else wrote is none. */
export function titleWith(title: string, named: readonly string[]): string {
  const plain = title.replaceAll('${', () => '$${');
  return [plain, ...named.map((name) => `\${${parameterFor(name)}}`)].join(', ');
}

/** The name as it was said, where it can be the name of a parameter. */
function parameterFor(name: string): string {
  return name.replace(/\W+/g, '_').replace(/^(?=\d)/, '_');
}

function parameterOf(name: string, field: string, view: IndexView | undefined, space: unknown): Parameter {
  const place = typeof space === 'string' ? ` in space ${space}` : '';
  return {
    name: parameterFor(name),
    type: name === 'host' ? 'host' : 'word',
    ...(view && { values: `terms:${field} on ${view.id || view.index}${place}` }),
    isMulti: true,
  };
}

function fieldFor(name: string, view: IndexView | undefined): string {
  const fields = view?.fields ?? new Set<string>();
  const lower = name.toLowerCase();
  const usualNames = Object.hasOwn(FIELDS_OF, lower) ? (FIELDS_OF[lower] ?? []) : [];
  // a question that is asked again says the parameter, which has no dots
  const candidates = [name, ...usualNames, ...(name.includes('_') ? [name.replaceAll('_', '.')] : [])];
  const there = candidates.find((field) => fields.has(`${field}.keyword`) || fields.has(field));
  // a text is cut into words; its keyword is the whole value
  if (there !== undefined) return fields.has(`${there}.keyword`) ? `${there}.keyword` : there;
  const usual = candidates[1] ?? name;
  if (fields.size === 0 && FIELD.test(usual)) return usual;
  const near = nearest(name, fields);
  const hint = near.length > 0 ? ` Near: ${near.join(', ')}.` : '';
  const where = view === undefined ? '' : ` of ${view.name}`;
  throw new BotError('ASK_UNKNOWN_VALUE', `\`${name}\` is no field${where}.${hint}`, { value: name, near });
}
