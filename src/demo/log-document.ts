/** One log line of the demo fleet written out by the names of ECS. Pure: the same line is the same document, always. */
import { latencyCurve, quantileOf } from './fleet-services.ts';
import { hash01 } from './fleet-story.ts';
import { KNOT_S } from './hour-integrals.ts';
import type { LogCell, LogLineRef } from './log-lines.ts';
import { BLANK, SEARCH_WORDS } from './log-templates.ts';

/** A value of a field. */
export type FieldValue = string | number;

/** Fields that every line of a cell has alike, by dotted name. */
export function cellFields({ template, host, service }: LogCell): Readonly<Record<string, FieldValue>> {
  const { level, status, method, path, error } = template;
  return {
    'ecs.version': '8.11.0',
    'data_stream.type': 'logs',
    'data_stream.dataset': 'demo',
    'data_stream.namespace': 'default',
    'event.dataset': 'demo',
    'event.outcome': level === 'error' ? 'failure' : 'success',
    'service.name': service.name,
    'host.name': host,
    'log.level': level,
    'log.logger': service.name,
    'http.request.method': method,
    'http.response.status_code': status,
    'url.path': path,
    ...(error && { 'error.type': error.type }),
  };
}

/** Nanoseconds that the request of a line took. */
export function durationNs({ cell, timeMs, seed }: LogLineRef): number {
  const { service, template } = cell;
  const startS = Math.floor(timeMs / 1_000 / KNOT_S) * KNOT_S;
  const [from, to] = template.ranks;
  const rank = from + (to - from) * hash01(seed, 1);
  return Math.round(quantileOf(latencyCurve(service, startS, KNOT_S), rank) * 1e6) * 1_000;
}

/** The trace that a line belongs to: 32 hexadecimal digits, the last 8 of them its second. */
export function traceId({ timeMs, seed }: LogLineRef): string {
  const second = Math.floor(timeMs / 1_000)
    .toString(16)
    .padStart(8, '0');
  return [2, 3, 4].map((n) => hex(seed, n)).join('') + second;
}

/** The second that a trace began in, ms; `undefined` for what is no trace of the fleet. */
export function traceTimeMs(id: string): number | undefined {
  return /^[0-9a-f]{32}$/.test(id) ? Number.parseInt(id.slice(-8), 16) * 1_000 : undefined;
}

function hex(seed: number, n: number): string {
  return Math.floor(hash01(seed, n) * 0x1_0000_0000)
    .toString(16)
    .padStart(8, '0');
}

/** Eight digits that begin with a letter and end with a number, as nobody takes them for a word or an amount. */
function shortId(seed: number): string {
  const letter = 'abcdef'.charAt(Math.floor(hash01(seed, 6) * 6));
  return `${letter}${hex(seed, 7).slice(1, 7)}${Math.floor(hash01(seed, 8) * 10)}`;
}

/** The text of a line. */
function messageOf(ref: LogLineRef): string {
  const { seed } = ref;
  return ref.cell.template.message.replace(BLANK, (_, blank: string) => {
    switch (blank) {
      case 'order':
        return String(10_000 + Math.floor(hash01(seed, 9) * 90_000));
      case 'ms':
        return String(Math.round(durationNs(ref) / 1e6));
      case 'id':
        return shortId(seed);
      case 'words':
        return SEARCH_WORDS[Math.floor(hash01(seed, 10) * SEARCH_WORDS.length)] as string;
      default:
        return String(1 + Math.floor(hash01(seed, 11) * 9));
    }
  });
}

/** Fields of which each line has its own value; nothing where its cell has none. */
const OWN_FIELDS: Readonly<Record<string, (ref: LogLineRef) => FieldValue | undefined>> = {
  '@timestamp': ({ timeMs }) => new Date(timeMs).toISOString(),
  message: messageOf,
  'event.duration': durationNs,
  'trace.id': traceId,
  'error.message': (ref) => (ref.cell.template.error ? firstLine(messageOf(ref)) : undefined),
  'error.stack_trace': (ref) => {
    const { error } = ref.cell.template;
    if (!error) return undefined;
    return [`${error.type}: ${firstLine(messageOf(ref))}`, ...error.at.map((place) => `    at ${place}`)].join('\n');
  },
};

function firstLine(text: string): string {
  return text.split('\n', 1)[0] as string;
}

/** One field of a line. */
export function fieldOf(ref: LogLineRef, field: string): FieldValue | undefined {
  return Object.hasOwn(OWN_FIELDS, field) ? OWN_FIELDS[field]?.(ref) : cellFields(ref.cell)[field];
}

/** All fields of a line, by dotted name. */
export function documentOf(ref: LogLineRef): Readonly<Record<string, FieldValue>> {
  const own = Object.entries(OWN_FIELDS).flatMap(([field, read]): [string, FieldValue][] => {
    const value = read(ref);
    return value === undefined ? [] : [[field, value]];
  });
  return { ...cellFields(ref.cell), ...Object.fromEntries(own) };
}

/** Types of the fields, as a mapping of ECS has them. */
export const FIELD_TYPES: Readonly<Record<string, string>> = {
  '@timestamp': 'date',
  message: 'match_only_text',
  'ecs.version': 'keyword',
  'data_stream.type': 'constant_keyword',
  'data_stream.dataset': 'constant_keyword',
  'data_stream.namespace': 'constant_keyword',
  'event.dataset': 'keyword',
  'event.outcome': 'keyword',
  'event.duration': 'long',
  'service.name': 'keyword',
  'host.name': 'keyword',
  'log.level': 'keyword',
  'log.logger': 'keyword',
  'http.request.method': 'keyword',
  'http.response.status_code': 'long',
  'url.path': 'wildcard',
  'trace.id': 'keyword',
  'error.type': 'keyword',
  'error.message': 'match_only_text',
  'error.stack_trace': 'wildcard',
};

/** A document as it was sent in: objects within objects. */
export function nested(flat: Readonly<Record<string, FieldValue>>): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(flat)) {
    const names = path.split('.');
    const last = names.pop() as string;
    let place = root;
    for (const name of names) {
      place[name] ??= {};
      place = place[name] as Record<string, unknown>;
    }
    place[last] = value;
  }
  return root;
}
