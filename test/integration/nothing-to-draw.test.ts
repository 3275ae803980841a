/** Every reason that a real Graphite can give for having nothing to draw, through to the words. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import { type Conversation, clockIn, eveningZone } from '../acceptance/conversation.ts';
import { type Installation, startInstallation } from './graphite-installation.ts';

const started = await startInstallation(18_610);
const skip = typeof started === 'string';
const place = started as Installation;
const nowMs = skip ? 0 : place.nowMs;
const clock = clockIn(eveningZone(nowMs));
const seconds = (agoMs: number) => Math.floor((nowMs - agoMs) / 10_000) * 10;
const [MINUTE, HOUR] = [60_000, 3_600_000];

/** Stands before the real one and refuses, or never answers, what is asked of it. */
async function standBefore(answering: 'refuse' | 'hang', lets: RegExp): Promise<Server> {
  const server = createServer(async (request, response) => {
    if (lets.test(request.url ?? '')) {
      const passed = await fetch(`${place.rig.url}${request.url}`);
      response.writeHead(passed.status, { 'content-type': passed.headers.get('content-type') ?? '' });
      response.end(await passed.text());
    } else if (answering === 'refuse') {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="rig"', 'content-type': 'text/html' });
      response.end('<html><body><h1>401 Authorization Required</h1><hr>nginx</body></html>');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const closed: Server[] = [];

async function openAll(): Promise<Conversation> {
  const [refusing, hanging] = [
    await standBefore('refuse', /metrics\/(find|expand)/),
    await standBefore('hang', /metrics\/(find|expand)/),
  ];
  closed.push(refusing, hanging);
  const nobody = createServer();
  await new Promise<void>((resolve) => nobody.listen(0, '127.0.0.1', resolve));
  const down = addressOf(nobody);
  await new Promise((resolve) => nobody.close(resolve));
  return place.open({
    refusing: `url: ${addressOf(refusing)}, username: glimpse, password: s3cret-word, env: refusing`,
    hanging: `url: ${addressOf(hanging)}, timeout: 500ms, env: hanging, publicUrl: "https://graphite.example.net"`,
    down: `url: ${down}, env: down`,
  });
}

const WIDE = Array.from({ length: 520 }, (_, index) => `h${String(index + 1).padStart(3, '0')}`);
/** When `old01` sent its last value, s since the Unix epoch. */
const OLD_SECOND = seconds(2 * HOUR + 13 * MINUTE);

/** Before the first question: what a source knows of names it keeps for a while, and time stands still here. */
async function sendAll(): Promise<void> {
  const last = seconds(MINUTE);
  await place.send([
    ...WIDE.map((host, index) => [`wide.${host}.load`, index, last] as const),
    ...Array.from({ length: 30 }, (_, index) => ['gone.old01.value', 61 - index, OLD_SECOND - index * 10] as const),
    ['gone.gap01.value', 5, seconds(5 * HOUR)],
    ['gone.gap01.value', 7, seconds(HOUR)],
  ]);
  const find = `${place.rig.url}/metrics/find?format=json&query=`;
  const countOf = async (query: string) => ((await (await fetch(find + query)).json()) as unknown[]).length;
  while ((await countOf('wide.*')) < WIDE.length || (await countOf('gone.*')) < 2) await systemClock.sleep(200);
}

let talk: Conversation;
beforeAll(async () => {
  if (skip) return;
  await sendAll();
  talk = await openAll();
});
afterAll(async () => {
  if (skip) return;
  await talk?.close();
  for (const server of closed) {
    server.closeAllConnections();
    server.close();
  }
  await place.stop();
});

const ask = (question: string) => talk.ask(question);

describe.skipIf(skip)('when a real Graphite has nothing to draw', () => {
  it('says which host is unknown and which are near, before anything is fetched', async () => {
    const { code, text } = await ask('workload web09 on rig');
    expect(code).toBe('ASK_UNKNOWN_VALUE');
    expect(text).toMatch(/`web09` is not a host I know/);
    expect(text).toMatch(/`workload web01 on rig` · `workload web02 on rig`/);
  });

  it('says of a raw path which part of it never existed and what is near', async () => {
    const asked = await ask('graphite: servers.web03.cpu.user 1h on rig');
    expect(asked.lines[0]).toContain('servers.web03 has never sent anything. Near: web01, web02.');
    expect(asked.parts.file).toBeUndefined();
    expect((await ask('graphite: servers.web01.cpu.usr 1h on rig')).lines[0]).toContain(
      'servers.web01.cpu.usr has never sent anything. Near: user.',
    );
    expect((await ask('graphite: seriesByTag("name=disk.used", "host=web99") 1h on rig')).lines[0]).toContain(
      'name=disk.used, host=web99 has never sent anything.',
    );
  });

  it('says when a host stopped, what it said last and which question shows that', async () => {
    const asked = await ask('old old01 1h on rig');
    expect(asked.answer.empty).toEqual({ kind: 'stopped', what: 'old01', lastMs: OLD_SECOND * 1000, lastValue: 61 });
    expect(asked.lines[0]).toMatch(
      new RegExp(`old01 sent its last value at ${clock(OLD_SECOND * 1000)} \\(2 h ago\\): 61 %\\.`),
    );
    const suggestion = /`([^`]+)` shows it/.exec(asked.text)?.[1] ?? '';
    const shown = await ask(suggestion);
    expect(shown.code).toBeUndefined();
    expect(shown.answer.empty).toBeUndefined();
    expect(shown.frame.series[0]?.values).toContain(61);
  });

  it('says how long the archive is when a window lies before it, and the question that it offers works', async () => {
    const asked = await ask('workload web01 on rig from 41d ago until 40d ago');
    expect(asked.lines[0]).toContain('Graphite keeps this metric for 7 days; the window ends 40 days ago.');
    const suggestion = /`([^`]+)` is all that it still has/.exec(asked.text)?.[1] ?? '';
    expect((await ask(suggestion)).answer.empty).toBeUndefined();
  });

  it('says when the first value came, of a window before it', async () => {
    const asked = await ask('workload web01 on rig from 3d ago until 2d ago');
    expect(asked.lines[0]).toMatch(/web01 sent its first value .*, after this window\./);
    const suggestion = /`([^`]+)` shows it/.exec(asked.text)?.[1] ?? '';
    expect((await ask(suggestion)).answer.empty).toBeUndefined();
  });

  it('says that a metric was silent between values before and after', async () => {
    const asked = await ask('graphite: gone.gap01.value on rig from 4h ago until 2h ago');
    expect(asked.lines[0]).toContain('gone.gap01.value exists, but sent nothing in this window.');
  });

  it('says that a login is refused, and to whom that matters, without the page or the password', async () => {
    const asked = await ask('workload web01 1h on refusing');
    expect(asked.code).toBe('SOURCE_AUTH');
    expect(asked.text).toMatch(/Graphite does not accept .*login.* \(401\)/i);
    expect(asked.text).toContain('`glimpse check`');
    expect(asked.text).not.toMatch(/s3cret|nginx|<h1>/);
  });

  it('says that nothing answers, and that status shows what does', async () => {
    const asked = await ask('workload web01 1h on down');
    expect(asked.code).toBe('SOURCE_BACKEND_DOWN');
    expect(asked.text).toContain('Graphite');
    expect(asked.text).toContain('`status`');
  });

  it('says how long it waited for one that hangs, and gives the way to its own page', async () => {
    const asked = await ask('workload web01 1h on hanging');
    expect(asked.code).toBe('SOURCE_TIMEOUT');
    expect(asked.text).toMatch(/Graphite .*did not answer within 0\.5 s/);
    expect(asked.text).toContain('https://graphite.example.net/composer/?target=');
  });

  it('says how many series are too many, and what stays below', async () => {
    const raw = await ask('graphite: wide.*.load 1h on rig');
    expect(raw.code).toBe('SOURCE_TOO_MUCH');
    expect(raw.text).toContain('This would read 520 series; the limit is 500.');
    const asked = await ask('wide * 1h on rig');
    expect(asked.code).toMatch(/TOO_MUCH$/);
    expect(asked.text).toContain('520');
    const ranked = await ask('top 10 wide 1h on rig');
    expect(ranked.frame.series.map(({ name }) => name)).toEqual(WIDE.toReversed().slice(0, 10));
    expect(ranked.answer.rankedFrom).toBe(520);
    expect(ranked.lines[0]).toContain('10 highest of 520 hosts');
  });
});
