/** What an operator sees of a running bot: its metrics, and one id in the log from a question or a delivery to what was posted. */
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { traceFor } from '../../src/lib/trace.ts';
import { type RocketChatSimulator, startRocketChat } from '../doubles/rocketchat/simulator.ts';
import { type Bot, newDataDir, startBot } from './bot.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
/** Words of people and senders, which must be no labels. */
const HOSTILE = 'zz9-plural-z-alpha';

let bot: Bot;
let chat: RocketChatSimulator;
let question: { readonly _id: string };
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  chat = await startRocketChat({});
  ends.push(() => chat.close());
  const account = chat.users.addUser({ username: 'glimpse', roles: ['bot', 'user'] });
  chat.users.addUser({ username: 'ana' });
  chat.rooms.addRoom({ name: 'ops', type: 'c', members: ['glimpse', 'ana'] });
  const broken = await startBackend();
  const dataDir = await newDataDir();
  ends.push(() => rm(dataDir, { recursive: true, force: true }));
  bot = await startBot({
    dataDir,
    yaml: `
zone: Europe/Berlin
sources: { broken: { kind: graphite, url: ${broken}, raw: true } }
chats: { team: { kind: rocketchat, url: ${chat.url}, userId: ${account.id}, token: ${account.token} } }
routes: [{ chat: team, room: ops }]
`,
  });
  ends.push(() => bot.stop());
  const isConnected = async () => (await scrape()).get('glimpse_chat_connected{chat="team"}');
  const patiently = { timeout: 40_000, interval: 250 };
  await vi.waitFor(async () => expect(await isConnected()).toBe(1), patiently);
  question = chat.say('ana', 'ops', '@glimpse cpu web01 last 1h');
  await post('/api/ask', { q: `${HOSTILE} web01` });
  await post('/api/ask', { q: `graphite: ${HOSTILE} on broken last 1h` });
  await fetch(`${bot.url}/${HOSTILE}`);
  await post(`/hooks/${HOSTILE}`, {});
  await post('/hooks/generic', { title: HOSTILE, status: 'firing', severity: 'critical' }, TRACE);
  await vi.waitFor(() => expect(logged('context was given')).toHaveLength(1), patiently);
  await vi.waitFor(() => expect(logged('answered')).toHaveLength(1), patiently);
}, 120_000);

afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

/** One that `onTestFinished` does not close: it is there for the whole file. */
async function startBackend(): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(500).end('boom')).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  ends.push(async () => server.close());
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

function post(path: string, body: unknown, trace?: string): Promise<Response> {
  const headers = {
    'content-type': 'application/json',
    ...(trace && { traceparent: `00-${trace}-00f067aa0ba902b7-01` }),
  };
  return fetch(bot.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
}

/** Samples by name and labels, as they are written. */
async function scrape(): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`${bot.url}/metrics`);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

function logged(message: string): Record<string, unknown>[] {
  return bot.log.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ msg }) => msg === message);
}

describe('the metrics', () => {
  it('count questions by where they came from and what came of them', async () => {
    const samples = await scrape();
    expect(samples.get('glimpse_questions_total{surface="team",outcome="answered"}')).toBe(1);
    expect(samples.get('glimpse_questions_total{surface="http",outcome="refused"}')).toBe(1);
    expect(samples.get('glimpse_questions_total{surface="http",outcome="failed"}')).toBe(1);
    expect(samples.get('glimpse_query_questions_total{query="cpu",outcome="answered"}')).toBe(1);
    expect(samples.get('glimpse_failures_total{code="ASK_UNKNOWN_QUERY",kind="question"}')).toBe(1);
  });

  it.each(['understand', 'fetch', 'wait', 'draw', 'raster', 'encode', 'upload'])(
    'time the part %s of an answer',
    async (stage) => {
      const samples = await scrape();
      expect(samples.get(`glimpse_stage_duration_seconds_count{stage="${stage}"}`)).toBeGreaterThan(0);
      expect(samples.get(`glimpse_stage_duration_seconds_sum{stage="${stage}"}`)).toBeGreaterThanOrEqual(0);
    },
  );

  it('say which sources, chats and stores are there, and how their calls went', async () => {
    const samples = await scrape();
    expect(samples.get('glimpse_source_up{source="demo"}')).toBe(1);
    expect(samples.get('glimpse_source_up{source="broken"}')).toBe(0);
    expect(samples.get('glimpse_source_failures_total{source="broken",code="SOURCE_UNEXPECTED"}')).toBeGreaterThan(0);
    expect(
      samples.get('glimpse_source_request_duration_seconds_count{source="demo",operation="fetch"}'),
    ).toBeGreaterThan(0);
    expect(samples.get('glimpse_chat_request_duration_seconds_count{chat="team",operation="upload"}')).toBeGreaterThan(
      0,
    );
    expect(samples.get('glimpse_store_up')).toBe(1);
    expect(samples.get('glimpse_store_disk_free_bytes')).toBeGreaterThan(0);
    expect(samples.get('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0);
    expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(1e7);
  });

  it('follow alerts from the delivery to the room', async () => {
    const samples = await scrape();
    expect(samples.get('glimpse_alert_deliveries_total{format="generic",outcome="stored"}')).toBe(1);
    expect(samples.get('glimpse_alert_deliveries_total{format="unknown",outcome="refused"}')).toBe(1);
    expect(samples.get('glimpse_alerts_received_total{format="generic"}')).toBe(1);
    expect(samples.get('glimpse_alerts_stored_total{format="generic"}')).toBe(1);
    expect(samples.get('glimpse_alert_groups_told_total{outcome="told"}')).toBeGreaterThan(0);
    expect(samples.get('glimpse_queue_wait_seconds_count{queue="questions"}')).toBe(1);
    expect(samples.get('glimpse_context_step_duration_seconds_count{step="log lines"}')).toBe(1);
  });

  it('never have a word of people or senders among their labels', async () => {
    const text = await (await fetch(`${bot.url}/metrics`)).text();
    expect(text).not.toContain(HOSTILE);
    expect(text).not.toContain('web01');
  });

  it('tell whether the configuration in force is the one in the file', async () => {
    await bot.reload('sources: { x: { kind: graphit } }\n').catch(() => undefined);
    expect((await scrape()).get('glimpse_config_last_reload_successful')).toBe(0);
  });
});

describe('the log', () => {
  it('has one id from a question in chat to its upload, the same in whichever process', () => {
    const [asked] = logged('a question was asked').filter(({ surface }) => surface === 'team');
    const [answered] = logged('answered');
    const room = [...chat.world.rooms.values()].find(({ name }) => name === 'ops')?._id ?? '';
    expect(answered?.trace).toBe(traceFor('team', room, question._id));
    expect(asked?.trace).toBe(answered?.trace);
  });

  it("has the sender's id from a delivery to the post and its context", () => {
    const steps = ['a delivery was stored', 'an alert was posted', 'context was given'];
    expect(steps.map((step) => logged(step)[0]?.trace)).toEqual([TRACE, TRACE, TRACE]);
  });

  it('gives callers over HTTP the id that their request is logged under', async () => {
    const own = await post('/api/ask', { q: 'cpu web02' }, TRACE);
    expect(own.headers.get('traceresponse')).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
    const other = await post('/api/ask', { q: 'cpu web03' });
    const id = other.headers.get('traceresponse')?.split('-')[1];
    expect(logged('a question was asked').map(({ trace }) => trace)).toContain(id);
    const refused = await fetch(`${bot.url}/nowhere`, { headers: { traceparent: 'nonsense' } });
    expect(refused.headers.get('traceresponse')).toMatch(/^00-[0-9a-f]{32}-/);
  });
});
