import { once } from 'node:events';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fastify, type InjectOptions } from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Scope } from '../../../src/config/scopes.ts';
import { callerOf } from '../../../src/http/callers.ts';
import { createFrontDoor } from '../../../src/http/front-door.ts';
import { type GuardOptions, installGuard } from '../../../src/http/guard.ts';
import { installProblems } from '../../../src/http/problem.ts';
import { installRateLimit } from '../../../src/http/rate-limit.ts';
import { createSessions } from '../../../src/http/session.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { createLog } from '../../../src/lib/log.ts';
import { Secret } from '../../../src/lib/secret.ts';

const tokenOf = (name: string, scopes: readonly Scope[]) => ({
  name,
  token: new Secret(`${name}-secret-token`),
  scopes,
});
const TOKENS = [
  tokenOf('all', ['ask', 'read', 'alerts', 'metrics', 'admin']),
  tokenOf('reader', ['read']),
  tokenOf('asker', ['ask']),
];
const PROXY = {
  addresses: ['10.1.0.0/16', 'fd00::7'],
  userHeader: 'X-Forwarded-User',
  scopes: ['ask', 'read'],
} as const;

async function guarded(options: Partial<GuardOptions> = {}, perMinute = 600) {
  const app = fastify();
  onTestFinished(() => app.close());
  const sessions = createSessions(
    TOKENS.map(({ token }) => token),
    () => 0,
  );
  installProblems(app, createLog('silent'));
  installGuard(app, {
    isLoopback: false,
    tokens: TOKENS,
    proxy: PROXY,
    sessions,
    publicUrl: 'https://glimpse.example.net/',
    ...options,
  });
  await installRateLimit(app, perMinute);
  const paths = ['/', '/metrics', '/healthz', '/mcp', '/api/alerts', '/api/queries', '/api/backup', '/hooks/:format'];
  paths.push('/api/answers/:id', '/answers/:id', '/answers/:id([^.]+).png');
  for (const url of paths) app.get(url, async (request) => callerOf(request));
  for (const url of ['/api/ask', '/hooks/:format', '/session', '/session/end'])
    app.post(url, async (request) => callerOf(request));
  const call = async (given: InjectOptions) => {
    const { statusCode, headers, body } = await app.inject(given);
    return { status: statusCode, headers, json: JSON.parse(body) as Record<string, unknown> };
  };
  return { app, call, sessions };
}

const bearer = (name: string) => ({ authorization: `Bearer ${name}-secret-token` });

describe('off loopback', () => {
  it('lets in who has a token, by name, and says to others what is wanted', async () => {
    const { call } = await guarded();
    expect((await call({ url: '/api/alerts', headers: bearer('all') })).json).toMatchObject({
      kind: 'token',
      name: 'all',
    });
    for (const headers of [{}, bearer('other'), { authorization: 'Basic YTpi' }, { authorization: 'Bearer' }]) {
      const refused = await call({ url: '/api/alerts', headers });
      expect(refused.json).toMatchObject({ status: 401, code: 'HTTP_UNAUTHORIZED' });
      expect(refused.headers['www-authenticate']).toBe('Bearer realm="glimpse"');
    }
  });

  it('lets a token do what its scopes say', async () => {
    const { call } = await guarded();
    const status = async (method: 'GET' | 'POST', url: string) =>
      (await call({ method, url, headers: bearer('reader') })).status;
    expect(await status('GET', '/api/queries')).toBe(200);
    expect(await status('GET', '/mcp')).toBe(200);
    for (const url of ['/api/alerts', '/metrics', '/']) expect(await status('GET', url), url).toBe(403);
    expect(await status('POST', '/api/ask')).toBe(403);
  });

  it('leaves health and hooks to themselves', async () => {
    const { call } = await guarded();
    expect((await call({ url: '/healthz' })).status).toBe(200);
    expect((await call({ method: 'POST', url: '/hooks/generic' })).status).toBe(200);
  });

  it('makes out who asks after health all the same, where that can be', async () => {
    const { call } = await guarded();
    const kindOf = async (given: InjectOptions) => (await call({ url: '/healthz', ...given })).json.kind;
    expect(await kindOf({})).toBe('unknown');
    expect(await kindOf({ headers: { authorization: 'Bearer wrong' } })).toBe('unknown');
    expect(await kindOf({ headers: { authorization: 'Bearer reader-secret-token' } })).toBe('token');
    const local = await guarded({ isLoopback: true });
    const kindFrom = async (host: string) => (await local.call({ url: '/healthz', headers: { host } })).json.kind;
    expect(await kindFrom('127.0.0.1:8484')).toBe('local');
    expect(await kindFrom('evil.example')).toBe('unknown');
  });

  it.each([
    '/api/backup',
    '/api/%62ackup',
    '/%61pi/backup?x=/hooks/',
    'http://x/api/backup',
    'http://x/hooks/../api/backup',
    '/api/backup#',
    '/api/backup;/hooks/',
    '/hooks/..%2fapi/backup',
    '//hooks/../api/backup',
    '/nothing/here',
  ])('asks for the scope of the route that answers, however it is spelled: %s', async (path) => {
    const { app } = await guarded();
    await app.ready();
    const door = createFrontDoor(() => ({ app, leave: () => undefined }), systemClock);
    await door.server.listen({ host: '127.0.0.1', port: 0 });
    onTestFinished(() => door.close(0));
    const { port } = door.server.server.address() as AddressInfo;
    const statusFor = async (headers: Record<string, string>) => {
      const [response] = await once(request({ port, host: '127.0.0.1', path, headers }).end(), 'response');
      response.resume();
      return response.statusCode as number;
    };
    const isFound = (await statusFor(bearer('all'))) === 200;
    expect(await statusFor(bearer('reader'))).toBe(isFound ? 403 : 404);
    expect(await statusFor({})).toBe(401);
  });

  it('lets who may ask see the answers, and everybody sign out', async () => {
    const { call, sessions } = await guarded();
    for (const name of ['asker', 'reader'])
      for (const url of ['/api/answers/x', '/answers/x', '/answers/x.png'])
        expect((await call({ url, headers: bearer(name) })).status, `${name} ${url}`).toBe(200);
    const cookie = `glimpse_session=${sessions.open('asker-secret-token')?.value}`;
    const end = (origin: string) => call({ method: 'POST', url: '/session/end', headers: { cookie, origin } });
    expect((await end('https://glimpse.example.net')).status).toBe(200);
    expect((await end('https://evil.example')).status).toBe(403);
  });

  it('gives a session the scopes of its token', async () => {
    const { call, sessions } = await guarded();
    const cookie = `glimpse_session=${sessions.open('reader-secret-token')?.value}`;
    expect((await call({ url: '/api/queries', headers: { cookie } })).json).toMatchObject({ name: 'reader' });
    expect((await call({ url: '/api/alerts', headers: { cookie } })).status).toBe(403);
  });
});

describe('a trusted proxy', () => {
  const as = (user: string, remoteAddress: string, more: InjectOptions = {}): InjectOptions => ({
    url: '/api/queries',
    remoteAddress,
    ...more,
    headers: { 'x-forwarded-user': user, ...more.headers },
  });

  it.each(['10.1.2.3', '::ffff:10.1.2.3', 'fd00::7'])('names the person, from %s', async (address) => {
    const { call } = await guarded();
    expect((await call(as('ana', address))).json).toEqual({ kind: 'user', name: 'ana', scopes: PROXY.scopes });
    expect((await call(as('ana', address, { url: '/api/alerts' }))).status).toBe(403);
  });

  it('is not believed from anywhere else, nor with a name that is none', async () => {
    const { call } = await guarded();
    expect((await call(as('ana', '10.2.0.1'))).status).toBe(401);
    for (const name of ['', 'ana, root', 'a<b', ' ', 'x'.repeat(300)])
      expect((await call(as(name, '10.1.2.3'))).status, name).toBe(401);
    const named = as('a<b', '10.1.2.3', { headers: bearer('all') });
    expect((await call(named)).status).toBe(401);
  });

  it.each([true, false])('reads names as UTF-8; on loopback: %s', async (isLoopback) => {
    const { call } = await guarded({ isLoopback });
    const name = Buffer.from('Łukasz', 'utf8').toString('latin1');
    expect((await call(as(name, '10.1.2.3', { headers: { host: 'localhost' } }))).json).toMatchObject({
      kind: 'user',
      name: 'Łukasz',
    });
  });

  it('does not let pages of other sites ask in the name of a person', async () => {
    const { call } = await guarded();
    const ask = (origin: string) =>
      call(as('ana', '10.1.2.3', { method: 'POST', url: '/api/ask', headers: { origin } }));
    expect((await ask('https://evil.example')).status).toBe(403);
    expect((await ask('https://glimpse.example.net')).status).toBe(200);
  });

  it('names people on loopback too, with their scopes alone', async () => {
    const { call } = await guarded({ isLoopback: true, proxy: { ...PROXY, addresses: ['127.0.0.1'] } });
    const host = { host: 'glimpse.example.net' };
    expect((await call(as('ana', '127.0.0.1', { headers: host }))).json).toMatchObject({ kind: 'user', name: 'ana' });
    expect((await call(as('ana', '127.0.0.1', { headers: host, url: '/metrics' }))).status).toBe(403);
    expect((await call({ url: '/metrics', headers: { host: 'localhost' } })).json).toMatchObject({ kind: 'local' });
    for (const name of ['', 'ana, root', 'Jos\xe9'])
      expect((await call(as(name, '127.0.0.1', { headers: host }))).json, name).toMatchObject({ status: 401 });
  });
});

describe('the limit', () => {
  it('refuses who asks too often, and nobody else', async () => {
    const { call } = await guarded({}, 2);
    const ask = (name: string) => call({ url: '/api/queries', headers: bearer(name) });
    expect([(await ask('all')).status, (await ask('all')).status]).toEqual([200, 200]);
    const refused = await ask('all');
    expect(refused.json).toMatchObject({ status: 429, code: 'HTTP_RATE_LIMITED' });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await ask('reader')).status).toBe(200);
  });

  it('never refuses hooks, and slows down who tries to sign in', async () => {
    const { call } = await guarded({}, 2);
    const many = async (url: string) => {
      const statuses: number[] = [];
      for (let tried = 0; tried < 4; tried += 1) statuses.push((await call({ method: 'POST', url })).status);
      return statuses;
    };
    expect(await many('/hooks/generic')).toEqual([200, 200, 200, 200]);
    expect(await many('/session')).toEqual([200, 200, 429, 429]);
  });

  it('does not count programs of this machine', async () => {
    const { call } = await guarded({ isLoopback: true }, 1);
    for (let tried = 0; tried < 3; tried += 1)
      expect((await call({ url: '/api/queries', headers: { host: 'localhost' } })).status).toBe(200);
    for (let tried = 0; tried < 3; tried += 1)
      expect((await call({ url: '/api/queries', headers: { host: 'localhost', ...bearer('all') } })).status).toBe(200);
  });
});

it.each([true, false])(
  'lets no page elsewhere change anything, but link and show pictures; on loopback: %s',
  async (isLoopback) => {
    const { call } = await guarded({ isLoopback });
    const from = async (site: string, method: 'GET' | 'POST', url: string) =>
      (await call({ method, url, headers: { host: 'localhost', 'sec-fetch-site': site, ...bearer('all') } })).status;
    for (const url of ['/api/ask', '/session', '/session/end'])
      expect(await from('cross-site', 'POST', url), url).toBe(403);
    expect(await from('cross-site', 'GET', '/answers/x.png')).toBe(200);
    expect(await from('same-origin', 'POST', '/api/ask')).toBe(200);
  },
);
