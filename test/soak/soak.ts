/**
 * Fifty people ask for half an hour (`SOAK_MINUTES`) while sources fail at random and alerts arrive: nobody is left without an answer,
 * memory stays flat, the event loop stays quick. Prints the figures; ends with 1 when one of them is not as it must be.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startRocketChat } from '../doubles/rocketchat/simulator.ts';
import { startFlakySource } from './flaky-source.ts';
import { askAll, type Tally } from './people.ts';
import { type Sample, watchBot } from './watch-bot.ts';

const MINUTES = Number(process.env.SOAK_MINUTES ?? 30);
const PEOPLE = 50;
const ROOMS = 5;
/**
 * Of the samples' p99, the median: bot, threads that draw, database and simulated chat share the same two cores. Where these have
 * much else to do, so often what this process itself is late.
 */
const LOOP_MS_MAX = 500;
const LOOP_OWN_TIMES_MAX = 5;
/** 900 MB are the embedded store's budget; a source that sends too much may fill eight bodies of 32 MB at once. */
const MEMORY_MB_MAX = 900 + 8 * 32;
/** From the middle of the run on; caches are warm by then. */
const GROWTH_MB_PER_HOUR_MAX = 120;
/** A shorter run says nothing about growth. */
const GROWTH_MINUTES_MIN = 10;

const random = createRandom(20_261_125);
const folder = await mkdtemp(join(tmpdir(), 'glimpse-soak-'));
const chat = await startRocketChat({ limits: { callsPerMinute: 1_000_000 } });
const flaky = await startFlakySource(random);
const account = chat.users.addUser({ username: 'glimpse', roles: ['bot', 'user'] });
const people = Array.from({ length: PEOPLE }, (_, index) => chat.users.addUser({ username: `person${index}` }));
const rooms = Array.from({ length: ROOMS }, (_, index) => `room${index}`);
for (const name of [...rooms, 'alerts']) chat.rooms.addRoom({ name, type: 'c', members: [account, ...people] });
await writeFile(
  join(folder, 'glimpse.yaml'),
  `
listen: 127.0.0.1:0
data: ./data
zone: Europe/Berlin
sources:
  flaky: { kind: graphite, url: ${flaky.url}, raw: true, timeout: 3s, flavour: graphite-web }
  gone: { kind: graphite, url: http://127.0.0.1:9, raw: true, timeout: 3s, flavour: graphite-web }
chats: { team: { kind: rocketchat, url: ${chat.url}, userId: ${account.id}, token: ${account.token} } }
routes: [{ chat: team, room: alerts }]
logLevel: fatal
`,
);
const { bot, url } = await startBot();
console.log(`soak: ${PEOPLE} people, ${MINUTES} min, bot ${bot.pid} at ${url}`);

const over = AbortSignal.timeout(MINUTES * 60_000);
const watching = new AbortController();
const samples = watchBot(url, watching.signal);
const alerts = sendAlerts(over);
const tally = await askAll(chat, people, rooms, random, over);
const sent = await alerts;
watching.abort();
const faults = report(tally, await samples, sent);
bot.kill('SIGTERM');
const [code] = (await once(bot, 'exit')) as [number | null];
if (code !== 0) faults.push(`the bot ended with ${code}`);
await chat.close();
flaky.close();
await rm(folder, { recursive: true, force: true });
for (const fault of faults) console.log(`!! ${fault}`);
console.log(faults.length === 0 ? 'soak: all as it must be' : `soak: ${faults.length} wrong`);
process.exit(faults.length === 0 ? 0 : 1);

async function startBot(): Promise<{ bot: ChildProcess; url: string }> {
  const program = resolve(import.meta.dirname, '../../bin/glimpse.js');
  const child = spawn(process.execPath, [program, '--config', join(folder, 'glimpse.yaml')], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.once('exit', () => child.kill('SIGKILL'));
  let text = '';
  for await (const chunk of child.stdout) {
    text += chunk;
    const found = /ready at (http:\S+?)\/?\s/.exec(text)?.[1];
    if (found !== undefined) {
      child.stdout.resume();
      return { bot: child, url: found };
    }
  }
  throw new Error('the bot ended before it was ready');
}

/** An alert every two seconds, over before the next of its kind. */
async function sendAlerts(signal: AbortSignal): Promise<{ sent: number; refused: number }> {
  const counts = { sent: 0, refused: 0 };
  while (!signal.aborted) {
    const status = counts.sent % 2 === 0 ? 'firing' : 'resolved';
    const body = { title: `Soak ${Math.floor(counts.sent / 2) % 20}`, status, severity: 'warning' };
    const response = await fetch(`${url}/hooks/generic`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }).catch(() => undefined);
    counts.sent += 1;
    if (response?.status !== 202) counts.refused += 1;
    await sleep(2_000);
  }
  return counts;
}

/** Prints the figures; gives what is not as it must be. */
function report(
  { asked, answered, pictures, unanswered, waitedMs }: Tally,
  taken: readonly Sample[],
  alertsSent: { readonly sent: number; readonly refused: number },
): string[] {
  const wrong: string[] = [];
  const memory = taken.map(({ memoryMb }) => memoryMb);
  const loop = taken.map(({ loopMs }) => loopMs);
  const own = quantile(
    taken.map(({ ownLoopMs }) => ownLoopMs),
    0.5,
  );
  const loopMax = Math.max(LOOP_MS_MAX, LOOP_OWN_TIMES_MAX * own);
  const [middle, end] = [quarter(memory, 1, 3), quarter(memory, 3, 4)];
  const hours = (MINUTES / 60) * (3 / 8);
  const growth = (quantile(end, 0.5) - quantile(middle, 0.5)) / hours;
  console.log(
    `questions   ${asked} asked, ${answered} answered (${pictures} with a picture), ${unanswered.length} not`,
  );
  console.log(
    `waited      p50 ${s(quantile(waitedMs, 0.5))}, p95 ${s(quantile(waitedMs, 0.95))}, longest ${s(quantile(waitedMs, 1))}`,
  );
  console.log(`alerts      ${alertsSent.sent} sent, ${alertsSent.refused} refused`);
  console.log(`source      ${[...flaky.asked].map(([mood, count]) => `${mood} ${count}`).join(', ')}`);
  console.log(`memory      MB, each tenth of the time: ${tenths(memory).join(' ')}`);
  console.log(
    `event loop  p99 of 5 s: median ${quantile(loop, 0.5).toFixed(0)} ms, worst ${quantile(loop, 1).toFixed(0)} ms; of this process ${own.toFixed(0)} ms`,
  );
  console.log(`failures    ${taken.at(-1)?.failures.join(', ') || 'none'}`);
  if (asked === 0 || taken.length === 0) wrong.push('nothing was asked or measured');
  if (unanswered.length > 0) wrong.push(`not answered: ${unanswered.slice(0, 5).join(' · ')}`);
  if (alertsSent.refused > 0) wrong.push(`${alertsSent.refused} alerts were not taken`);
  if (quantile(memory, 1) > MEMORY_MB_MAX) wrong.push(`more than ${MEMORY_MB_MAX} MB`);
  if (MINUTES >= GROWTH_MINUTES_MIN) {
    console.log(`growth      ${growth.toFixed(0)} MB an hour`);
    if (growth > GROWTH_MB_PER_HOUR_MAX) wrong.push(`memory grows by ${growth.toFixed(0)} MB an hour`);
  }
  if (quantile(loop, 0.5) > loopMax) wrong.push(`the event loop is later than ${loopMax.toFixed(0)} ms`);
  return wrong;
}

function s(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function quarter(values: readonly number[], from: number, to: number): readonly number[] {
  return values.slice(Math.floor((values.length * from) / 4), Math.floor((values.length * to) / 4));
}

function tenths(values: readonly number[]): readonly string[] {
  const steps = Array.from({ length: 10 }, (_, index) => values[Math.floor((values.length * index) / 10)] ?? 0);
  return [...steps, values.at(-1) ?? 0].map((value) => value.toFixed(0));
}

/** The same run every time, as far as time allows (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
