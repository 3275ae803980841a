/** One run with every kind of secret, good and bad, and everything that the bot says meanwhile: none of them is in it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startRocketChat } from '../doubles/rocketchat/simulator.ts';
import { type Bot, newDataDir, startBot } from './bot.ts';

/** By what they are; each unlike anything else. */
const SECRETS = {
  graphiteToken: 'sec-graphite-token-4f1c9a',
  graphiteHeader: 'sec-graphite-header-77aa01',
  prometheusPassword: 'sec-prometheus-pass-9b2e55',
  elasticKey: 'sec-elastic-apikey-c0ffee',
  grafanaToken: 'sec-grafana-token-1d5e8b',
  zabbixPassword: 'sec-zabbix-pass-5a5a11',
  chatPassword: 'sec-chat-pass-0e0e77',
  hookToken: 'sec-hook-token-abcdef12',
  hookSecret: 'sec-hook-hmac-key-31337',
  hookPassword: 'sec-hook-basic-8800aa',
  apiToken: 'sec-api-token-0123456789abcdef',
  rosterToken: 'sec-roster-token-dd44ee',
  calendarUrl: 'sec-calendar-key-12ab34',
  environment: 'sec-from-environment-66',
  wrongToken: 'sec-that-a-caller-got-wrong-9',
} as const;

/** Everything that was said, by where. */
const said: Record<string, string> = {};
const ends: (() => Promise<unknown> | unknown)[] = [];
let bot: Bot;

/** Echoes what it was sent, as careless servers and proxies do. */
async function startEcho(): Promise<string> {
  const server = createServer((request, response) => {
    const { authorization = '', 'x-key': key = '' } = request.headers;
    const plain = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString('latin1');
    const body = `bad login: ${authorization} ${plain} ${key} for ${request.url}`;
    response.writeHead(401, { 'content-type': 'text/plain' }).end(body);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  ends.push(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function keep(where: string, path: string, init: RequestInit = {}): Promise<void> {
  const response = await fetch(bot.url + path, init);
  const headers = JSON.stringify([...response.headers]);
  said[where] = `${headers}\n${await response.text()}`;
}

const json = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

beforeAll(async () => {
  const chat = await startRocketChat({});
  ends.push(() => chat.close());
  chat.users.addUser({ username: 'glimpse', password: SECRETS.chatPassword, roles: ['bot', 'user'] });
  chat.users.addUser({ username: 'ana' });
  chat.rooms.addRoom({ name: 'ops', type: 'c', members: ['glimpse', 'ana'] });
  const echo = await startEcho();
  const secretFile = join(await mkdtemp(join(tmpdir(), 'glimpse-secret-')), 'token');
  await writeFile(secretFile, `${SECRETS.graphiteToken}\n`);
  const dataDir = await newDataDir();
  ends.push(() => rm(dataDir, { recursive: true, force: true }));
  const yaml = (token: string) => `
sources:
  graph: { kind: graphite, url: "${echo}", token_file: ${secretFile}, headers: { X-Key: ${SECRETS.graphiteHeader} }, raw: true, flavour: graphite-web }
  prom: { kind: prometheus, url: "${echo}", username: u, password: ${SECRETS.prometheusPassword}, raw: true, flavour: prometheus }
  elastic: { kind: elasticsearch, url: "${echo}", apiKey: ${SECRETS.elasticKey}, raw: true }
  graf: { kind: grafana, url: "${echo}", token: ${SECRETS.grafanaToken} }
  zab: { kind: zabbix, url: "${echo}", username: u, password: ${SECRETS.zabbixPassword} }
  other: { kind: graphite, url: "${echo}", token: "\${ENV_SECRET}" }
chats: { team: { kind: rocketchat, url: ${chat.url}, username: glimpse, password: ${SECRETS.chatPassword} } }
routes: [{ chat: team, room: ops }]
hooks:
  bearer: { kind: generic, token: ${token} }
  signed: { kind: grafana, secret: ${SECRETS.hookSecret} }
  basic: { kind: alertmanager, password: ${SECRETS.hookPassword} }
oncall:
  pager: { kind: pagerduty, token: ${SECRETS.rosterToken}, url: "${echo}", schedules: { payments: { schedule: P1 } } }
  cal: { kind: ical, url: "${echo}/${SECRETS.calendarUrl}.ics" }
tokens: [{ name: ops, token: ${SECRETS.apiToken} }]
logLevel: trace
`;
  bot = await startBot({ dataDir, yaml: yaml(SECRETS.hookToken), env: { ENV_SECRET: SECRETS.environment } });
  ends.push(() => bot.stop());
  await vi.waitFor(async () => expect(await (await fetch(`${bot.url}/readyz`)).text()).toContain('"chat team":"ok"'), {
    timeout: 40_000,
    interval: 500,
  });
  const questions = [
    'graphite: a.b last 1h on graph',
    'promql: up on prom',
    'lucene: error on elastic',
    'grafana search nginx',
    'status',
    'cpu web01 last 1h',
    'who is on call',
    'on call',
    'help',
    'queries',
    'why',
  ];
  for (const q of questions) {
    await keep(`ask ${q}`, '/api/ask', json({ q }));
    await keep(`explain ${q}`, '/api/explain', json({ q }));
    chat.say('ana', 'ops', `@glimpse ${q}`);
  }
  await keep('render', `/render?${new URLSearchParams({ q: 'graphite: a.b on graph' })}`);
  const alert = { title: 'Disk', status: 'firing' };
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  await keep('hook', '/hooks/generic/bearer', json(alert, bearer(SECRETS.hookToken)));
  await keep('hook, wrong', '/hooks/generic/bearer', json(alert, bearer(SECRETS.wrongToken)));
  await keep('hook, query', `/hooks/generic/bearer?token=${SECRETS.hookToken}`, json(alert));
  await keep('hook, wrong query', `/hooks/generic/bearer?token=${SECRETS.wrongToken}`, json(alert));
  await keep(
    'hook, signature',
    '/hooks/grafana/signed',
    json({}, { 'x-grafana-alerting-signature': SECRETS.wrongToken }),
  );
  const basic = Buffer.from(`x:${SECRETS.hookPassword}`).toString('base64');
  await keep('hook, basic', '/hooks/alertmanager/basic', json({ alerts: [] }, { authorization: `Basic ${basic}` }));
  await keep('nowhere', `/nowhere?token=${SECRETS.wrongToken}`);
  await bot.reload(`${yaml(SECRETS.hookToken)}\nnonsense: 1\n`).catch((error: Error) => {
    said['reload, refused'] = `${error.message} ${error.stack}`;
  });
  await bot.reload(yaml(`${SECRETS.hookToken}2`));
  for (const path of ['/', '/metrics', '/readyz', '/healthz', '/openapi.json', '/api/queries', '/api/alerts']) {
    await keep(path, path);
  }
  await vi.waitFor(
    () => expect(chat.messages('ops').filter(({ u }) => u.username === 'glimpse').length).toBeGreaterThan(8),
    { timeout: 60_000, interval: 500 },
  );
  said.chat = JSON.stringify(chat.messages('ops').filter(({ u }) => u.username === 'glimpse'));
  said.log = bot.log.join('');
}, 180_000);

afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

it('went through what it was to go through', () => {
  expect(Object.keys(said).length).toBeGreaterThan(30);
  expect(said['ask graphite: a.b last 1h on graph']).toMatch(/SOURCE_AUTH/);
  expect(said.hook).toMatch(/"alerts":1/);
  expect(said['reload, refused']).toMatch(/nonsense/);
  expect(said['/metrics']).toMatch(/glimpse_source_failures_total\{source="graph",code="SOURCE_AUTH"\}/);
  expect(said.log?.length).toBeGreaterThan(1_000);
});

it.each(Object.entries(SECRETS))('never says %s', (_name, secret) => {
  const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64').replace(/=+$/, '')];
  const places = Object.entries(said).filter(([, text]) => forms.some((form) => text.includes(form)));
  expect(places.map(([where]) => where)).toEqual([]);
});
