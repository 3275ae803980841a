/** Random HTTP requests: real addresses with wrong methods, bodies, headers and queries; and addresses that there are none of. */
import { alertFormats } from '../../src/alerts/index.ts';
import { changeFormats } from '../../src/changes/index.ts';
import type { Dice } from './dice.ts';
import { makeText } from './make-text.ts';

/** A request that a client of Node can send. */
export interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const METHODS = ['GET', 'GET', 'GET', 'POST', 'POST', 'POST', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND'];
const HOOKS = [
  ...alertFormats.map(({ format }) => `/hooks/${format}`),
  ...changeFormats.map(({ format }) => `/changes/${format}`),
];
const PATHS = [
  '/',
  '/queries',
  '/api/ask',
  '/api/ask',
  '/api/explain',
  '/api/explain',
  '/api/complete',
  '/api/queries',
  '/api/alerts',
  '/api/alerts/1',
  '/api/alerts/x/context',
  '/api/answers/nothing',
  '/answers/nothing',
  '/answers/nothing.png',
  '/answers/nothing.csv',
  '/render',
  '/openapi.json',
  '/mcp',
  '/metrics',
  '/healthz',
  '/readyz',
  '/demo/render',
  '/demo/metrics/find',
  '/machine/render',
  '/hooks/none',
  '/chat/none/none',
  '/favicon.ico',
];
const CONTENT_TYPES = [
  'application/json',
  'application/json',
  'application/json',
  'application/json; charset=utf-8',
  'application/json; charset=nonsense',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/octet-stream',
  'nonsense',
];
const ACCEPTS = ['*/*', 'application/json', 'text/html', 'text/event-stream', 'image/png', 'nonsense'];
const KEYS = [
  'q',
  'zone',
  'follows',
  'alerts',
  'labels',
  'status',
  'theme',
  'at',
  'from',
  'to',
  'limit',
  '__proto__',
  'constructor',
  'receiver',
  'commonLabels',
  'groupKey',
  'state',
  'title',
  'startsAt',
  'severity',
  'jsonrpc',
  'method',
  'params',
  'id',
];
/** A parameter that is none of these is refused before anything is done. */
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  '/render': ['q', 'q', 'zone', 'theme', 'width', 'height', 'scale', 'format'],
  '/answers/nothing.png': ['theme', 'width', 'height', 'scale'],
  '/api/complete': ['q', 'at', 'zone'],
  '/api/alerts': ['from', 'to', 'limit', 'before', 'state', 'zone'],
  '/api/alerts/1': ['zone'],
};
const SCALARS: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1e308,
  -0,
  1.5,
  '',
  'firing',
  'resolved',
  '0001-01-01T00:00:00Z',
  '2026-11-25T10:02:00Z',
  'Europe/Berlin',
  'light',
  'tools/list',
  '2.0',
];

/** Makes one. */
export function makeRequest(dice: Dice): FuzzRequest {
  const method = dice.pick(METHODS);
  const hasBody = method !== 'GET' && method !== 'HEAD' && !dice.oneIn(8);
  return {
    method,
    path: makePath(dice),
    headers: {
      ...(hasBody && { 'content-type': dice.pick(CONTENT_TYPES) }),
      ...(dice.oneIn(3) && { accept: dice.pick(ACCEPTS) }),
      ...(dice.oneIn(40) && { origin: dice.pick(['http://evil.example', 'null']) }),
      ...(dice.oneIn(40) && { host: dice.pick(['evil.example', 'localhost', '127.0.0.1', '[::1]:1']) }),
      ...(dice.oneIn(40) && {
        authorization: dice.pick(['Bearer x', 'Basic eDp4', 'nonsense', `Bearer ${'x'.repeat(3_000)}`]),
      }),
      ...(dice.oneIn(60) && { 'content-encoding': dice.pick(['gzip', 'br', 'nonsense']) }),
    },
    ...(hasBody && { body: makeBody(dice) }),
  };
}

function makePath(dice: Dice): string {
  const base = dice.oneIn(4) ? dice.pick(HOOKS) + dice.pick(['', '', '/default', '/none', '/%00']) : dice.pick(PATHS);
  const path = dice.oneIn(12)
    ? base + dice.pick(['/', '//', '/..%2f..%2fetc%2fpasswd', '%', '%ff', '?', '/%2e%2e/', ';x'])
    : base;
  if (!dice.oneIn(2)) return path;
  const parts = Array.from({ length: 1 + dice.below(3) }, () => {
    const key = dice.pick(dice.oneIn(8) ? KEYS : (PARAMETERS[base] ?? KEYS));
    const value = key === 'q' ? makeText(dice).slice(0, 1_500) : String(dice.pick(SCALARS));
    return `${encodeURIComponent(key)}=${dice.oneIn(20) ? '%E0%A4' : encodeURIComponent(value.toWellFormed())}`;
  });
  return `${path}?${parts.join('&')}`;
}

function makeBody(dice: Dice): string {
  if (dice.oneIn(12))
    return dice.pick(['', '{', '[]', 'null', '"', '{"q":', '\u0000', '[[[[', 'q=cpu', '{"q":"cpu"}x']);
  if (dice.oneIn(400)) return JSON.stringify({ q: 'x'.repeat(100_000) });
  if (dice.oneIn(400)) return `${'['.repeat(5_000)}${']'.repeat(5_000)}`;
  const body: unknown = dice.oneIn(3) ? { q: makeText(dice), zone: 'UTC' } : makeValue(dice, 4);
  const text = JSON.stringify(body) ?? '';
  return dice.oneIn(15) ? text.slice(0, dice.below(text.length + 1)) : text;
}

function makeValue(dice: Dice, depth: number): unknown {
  if (depth === 0 || dice.oneIn(4)) return dice.oneIn(3) ? makeText(dice) : dice.pick(SCALARS);
  if (dice.oneIn(3)) return Array.from({ length: dice.below(4) }, () => makeValue(dice, depth - 1));
  return Object.fromEntries(Array.from({ length: dice.below(6) }, () => [dice.pick(KEYS), makeValue(dice, depth - 1)]));
}
