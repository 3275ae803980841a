/** Recorded requests as doubles take them, to hold a double to what the real system answered. */
import type { Exchange } from '../fixtures/recording/recording.ts';
import type { Received, Reply } from './http-backend.ts';

/** The request of an exchange. */
export function receivedOf(
  { request: { method, path, body = '' } }: Exchange,
  headers: Received['headers'] = {},
): Received {
  const { pathname, searchParams } = new URL(path, 'http://recorded');
  const form = new URLSearchParams(searchParams);
  const isForm = method === 'POST' && !/^\s*[[{]/.test(body);
  if (isForm) for (const [name, value] of new URLSearchParams(body)) form.append(name, value);
  return { method, pathname, searchParams, headers, body, form };
}

/** What two answers to one request must share: status, media type, and of JSON the names of its outer properties. */
export interface Likeness {
  readonly status: number;
  readonly type: string;
  readonly shape: string;
}

/** The likeness of a recorded answer. */
export function likenessOfExchange({ status, headers, json, text = '' }: Exchange): Likeness {
  return { status, type: mediaType(headers['content-type'] ?? ''), shape: shapeOf(json ?? parsed(text)) };
}

/** The likeness of a double's answer. */
export function likenessOfReply({ status = 200, contentType = 'application/json', body = '' }: Reply): Likeness {
  return { status, type: mediaType(contentType), shape: shapeOf(parsed(String(body))) };
}

/** Without its parameters; Elasticsearch' own JSON is JSON. */
function mediaType(text: string): string {
  return (text.split(';')[0] ?? '').trim().replace(/vnd\.elasticsearch\+/, '');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text === '' ? 'nothing' : 'text';
  }
}

/** `{error:{type,reason},status}` two levels deep; of a list its first entry. */
function shapeOf(value: unknown, depth = 2): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[${shapeOf(value[0], depth)}]`;
  if (typeof value !== 'object' || value === null) return value === 'text' || value === 'nothing' ? value : '';
  if (depth === 0) return '{}';
  const names = Object.entries(value).map(([name, inner]) => {
    const inside = shapeOf(inner, depth - 1);
    return inside === '' ? name : `${name}:${inside}`;
  });
  return `{${names.sort().join(',')}}`;
}
