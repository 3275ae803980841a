/** The second job, as a timeline: an alert arrives over HTTP, the room reads it at once, it changes, it ends; nothing is said twice. */
import { rm } from 'node:fs/promises';
import { afterEach, expect, it } from 'vitest';
import { startRocketChat } from '../doubles/rocketchat/simulator.ts';
import { newDataDir, startBot } from './bot.ts';

const started: { stop(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const { stop } of started.splice(0).reverse()) await stop();
});

async function setScene({
  yaml = '',
  rooms = ['ops', 'oncall'],
}: {
  readonly yaml?: string;
  readonly rooms?: readonly string[];
} = {}) {
  const chat = await startRocketChat({ version: '8.8' });
  started.push({ stop: () => chat.close() });
  const account = chat.users.addUser({ username: 'glimpse', roles: ['bot', 'user'] });
  chat.users.addUser({ username: 'ana', name: 'Ana' });
  const made = new Map(
    rooms.map((name) => [name, chat.rooms.addRoom({ name, type: 'c', members: ['glimpse', 'ana'] })] as const),
  );
  const dataDir = await newDataDir();
  started.push({ stop: () => rm(dataDir, { recursive: true, force: true }) });
  const text = `
zone: Europe/Berlin
queries: []
chats:
  team: { kind: rocketchat, url: "${chat.url}", userId: ${account.id}, token: ${account.token} }
${yaml}`;
  const startAgain = async () => {
    const bot = await startBot({ yaml: text, dataDir });
    started.push({ stop: () => bot.stop() });
    return bot;
  };
  const bot = await startAgain();
  const inRoom = (name: string) => {
    const room = made.get(name);
    return room
      ? chat
          .messages(room)
          .filter(({ u }) => u.username === 'glimpse')
          .map(({ msg }) => msg)
      : [];
  };
  const reads = (name: string, claim: (texts: readonly string[]) => boolean) =>
    expect.poll(() => claim(inRoom(name)), { timeout: 20_000, interval: 20 }).toBe(true);
  const post = (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${bot.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return { chat, bot, inRoom, reads, post, startAgain };
}

const ROUTES = `
routes:
  - { match: { severity: critical }, chat: team, room: oncall }
  - { chat: team, room: ops }
`;

const minutesAgo = (count: number) => new Date(Date.now() - count * 60_000).toISOString();

function alertOf(host: string, fields: object = {}) {
  return {
    status: 'firing',
    labels: { alertname: 'HighErrorRate', instance: `${host}:9100`, service: 'checkout', severity: 'critical' },
    annotations: { summary: '5xx above 5 % for 5 min', runbook_url: 'https://wiki.example/errors' },
    startsAt: minutesAgo(5),
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: 'http://prometheus.example/graph?g0.expr=up',
    fingerprint: `fp-${host}`,
    ...fields,
  };
}

const notification = (alerts: readonly object[]) => ({
  version: '4',
  groupKey: '{}:{alertname="HighErrorRate"}',
  receiver: 'bot',
  status: 'firing',
  externalURL: 'http://am.example',
  alerts,
});

it('is in the room with what fires, since when and where to go; later members are edited in; the end stays in the same post', async () => {
  const { inRoom, reads, post } = await setScene({ yaml: ROUTES });
  const first = alertOf('web02');
  const answer = await post('/hooks/alertmanager', notification([first]));
  expect([answer.status, await answer.json()]).toEqual([202, { alerts: 1, changes: 0 }]);
  await reads('oncall', (texts) => texts.length === 1);
  const [said = ''] = inRoom('oncall');
  expect(said).toMatch(
    /^🔴 \*CRITICAL\* \*HighErrorRate\* · checkout · web02\n5xx above 5 % for 5 min\nsince (?:\d{4}-\d\d-\d\d )?\d\d:\d\d CET \(5.min\)/u,
  );
  expect(said).toContain('[Runbook](https://wiki.example/errors)');
  expect(inRoom('ops')).toEqual([]);

  const second = alertOf('web05');
  await post('/hooks/alertmanager', notification([first, second]));
  await reads('oncall', ([text = '']) => text.includes('2 firing') && text.includes('web05'));

  const end = { status: 'resolved', endsAt: new Date().toISOString() };
  await post(
    '/hooks/alertmanager',
    notification([
      { ...first, ...end },
      { ...second, ...end },
    ]),
  );
  await reads('oncall', ([text = '']) =>
    text.startsWith('🟢 *RESOLVED* *HighErrorRate* · checkout · all 2 · lasted 5'),
  );
  expect(inRoom('oncall').length).toBe(1);
});

it('posts a delivery once, however often it is sent', async () => {
  const { inRoom, reads, post, startAgain } = await setScene({ yaml: ROUTES });
  const body = notification([alertOf('web02')]);
  const answers = await Promise.all([1, 2, 3].map(() => post('/hooks/alertmanager', body)));
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
  await reads('oncall', (texts) => texts.length === 1);
  await post('/hooks/generic', { title: 'The next thing', labels: { host: 'db01' } });
  await reads('ops', (texts) => texts.length === 1);
  expect(inRoom('oncall').length).toBe(1);
  expect(typeof startAgain).toBe('function');
});

it('says nothing of the end of what it never told', async () => {
  const { inRoom, reads, post } = await setScene({ yaml: ROUTES });
  await post('/hooks/alertmanager', notification([alertOf('web09', { status: 'resolved', endsAt: minutesAgo(1) })]));
  await post('/hooks/generic', { title: 'The next thing' });
  await reads('ops', (texts) => texts.length === 1);
  expect(inRoom('oncall')).toEqual([]);
});

it('goes to the fallback when a room refuses, and says why', async () => {
  const yaml = `
operators: { chat: team, room: ops }
routes:
  - { match: { severity: critical }, chat: team, room: nowhere, fallback: { chat: team, room: oncall } }
  - { chat: team, room: nowhere }
`;
  const { inRoom, reads, post } = await setScene({ yaml });
  await post('/hooks/alertmanager', notification([alertOf('web02')]));
  await reads('oncall', (texts) => texts.length === 1);
  expect(inRoom('oncall')[0]).toMatch(/Not in nowhere \(team\), which refuses it/);
  await post('/hooks/generic', { title: 'A disk fills', severity: 'warning' });
  await reads('ops', (texts) => texts.length === 1);
});

it('tells what has times that cannot be read, as of its receipt, and warns the operator once', async () => {
  const { bot, inRoom, reads, post } = await setScene({ yaml: ROUTES });
  const body = { title: 'A disk fills', startsAt: 'yesterday', endsAt: 12e99 };
  for (const id of ['a', 'b']) expect((await post('/hooks/generic', { ...body, id, groupKey: id })).status).toBe(202);
  await reads('ops', (texts) => texts.length === 2);
  expect(inRoom('ops')[0]).toMatch(/since \d\d:\d\d/);
  const lines = bot.log.map((line) => JSON.parse(line)).filter(({ code }) => code === 'ALERT_TIME_UNREADABLE');
  expect(lines.map(({ level, hook, format, field, value }) => [level, hook, format, field, value])).toEqual([
    [40, 'default', 'generic', 'startsAt', '"yesterday"'],
    [40, 'default', 'generic', 'endsAt', expect.stringContaining('e+100')],
  ]);
});

it('answers senders as they need it', async () => {
  const yaml = `${ROUTES}
hooks:
  eu: { kind: alertmanager, token: a-token-of-the-hook }
  graf: { kind: grafana, secret: steering }
`;
  const { bot, post } = await setScene({ yaml });
  const body = notification([alertOf('web02')]);
  const bearer = { authorization: 'Bearer a-token-of-the-hook' };
  const basic = { authorization: `Basic ${Buffer.from('am:a-token-of-the-hook').toString('base64')}` };
  const tries: readonly (readonly [string, unknown, Readonly<Record<string, string>>, number, string?])[] = [
    ['/hooks/alertmanager/eu', body, bearer, 202],
    ['/hooks/alertmanager/eu', body, basic, 202],
    ['/hooks/alertmanager/eu?token=a-token-of-the-hook', body, {}, 202],
    ['/hooks/alertmanager/eu', body, {}, 401, 'ALERT_UNAUTHORIZED'],
    ['/hooks/alertmanager/eu', body, { authorization: 'Bearer wrong' }, 403, 'ALERT_FORBIDDEN'],
    ['/hooks/grafana/graf', body, {}, 401, 'ALERT_UNAUTHORIZED'],
    ['/hooks/grafana/graf', body, { 'x-grafana-alerting-signature': '0'.repeat(64) }, 403, 'ALERT_FORBIDDEN'],
    ['/hooks/alertmanager', '{"a":', {}, 400, 'ALERT_UNREADABLE'],
    ['/hooks/alertmanager', { a: 1 }, {}, 400, 'ALERT_UNREADABLE'],
    ['/hooks/alertmanager', 'hello', { 'content-type': 'text/plain' }, 415, 'ALERT_UNSUPPORTED_TYPE'],
    ['/hooks/alertmanager', 'x'.repeat(10 * 1024 * 1024 + 1), {}, 413],
    ['/hooks/nosuch', body, {}, 404, 'ALERT_UNKNOWN_HOOK'],
    ['/hooks/alertmanager/nosuch', body, {}, 404, 'ALERT_UNKNOWN_HOOK'],
    ['/hooks/alertmanager-api-v2/api/v2/alerts', body.alerts, {}, 200],
    ['/changes/generic', { service: 'checkout', version: '4.12.0' }, {}, 202],
    ['/changes/generic', {}, {}, 400, 'ALERT_UNREADABLE'],
  ];
  const got = [];
  for (const [path, sent, headers] of tries) {
    const answer = await post(path, sent, headers);
    const { code } = (await answer.json().catch(() => ({}))) as { code?: string };
    got.push([path, answer.status, ...(code?.startsWith('ALERT_') ? [code] : [])]);
  }
  expect(got).toEqual(tries.map(([path, , , status, code]) => [path, status, ...(code ? [code] : [])]));
  const probes = await Promise.all(['GET', 'HEAD'].map((method) => fetch(`${bot.url}/hooks/alertmanager`, { method })));
  expect(probes.map(({ status }) => status)).toEqual([200, 200]);
});
