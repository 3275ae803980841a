/**
 * Fifty people ask for half an hour (`SOAK_MINUTES`) while sources fail at random and alerts arrive: nobody is left without an answer,
 * memory stays flat, the event loop stays quick. Prints the figures; ends with 1 when one of them is not as it must be.
 */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRocketChat } from '../doubles/rocketchat/simulator.ts';
import { startReplica } from '../integration/replica.ts';
import { startFlakySource } from './flaky-source.ts';
import { askAll } from './people.ts';
import { report } from './report.ts';
import { sendAlerts, untoldOf } from './send-alerts.ts';
import { watchBot } from './watch-bot.ts';

const MINUTES = Number(process.env.SOAK_MINUTES ?? 30);
const PEOPLE = 50;
const ROOMS = 5;
/** More than the bot takes to stop at most. */
const STOP_MS = 40_000;

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
alerts: { postsPerMinute: off }
logLevel: fatal
`,
);
const { process: bot, url } = await startReplica(folder, {});
const died = (code: number | null, signal: string | null) => {
  console.log(`!! the bot ended by itself (${code ?? signal})\nsoak: broken off`);
  process.exit(1);
};
bot.once('exit', died);
process.once('exit', () => bot.kill('SIGKILL'));
console.log(`soak: ${PEOPLE} people, ${MINUTES} min, bot ${bot.pid} at ${url}`);

const over = AbortSignal.timeout(MINUTES * 60_000);
const watching = new AbortController();
const watched = watchBot(url, watching.signal);
const alerting = sendAlerts(url, over);
const questions = await askAll(chat, people, rooms, random, over);
const alerts = await alerting;
const untold = await untoldOf(alerts, () => chat.messages('alerts'));
watching.abort();
const faults = [...report({ minutes: MINUTES, questions, alerts, untold, bot: await watched, moods: flaky.asked })];
bot.off('exit', died);
const exit = once(bot, 'exit');
bot.kill('SIGTERM');
const late = setTimeout(() => bot.kill('SIGKILL'), STOP_MS);
const [code, signal] = (await exit) as [number | null, string | null];
clearTimeout(late);
if (code !== 0) faults.push(`the bot ended with ${code ?? signal}`);
await chat.close();
flaky.close();
await rm(folder, { recursive: true, force: true });
for (const fault of faults) console.log(`!! ${fault}`);
console.log(faults.length === 0 ? 'soak: all as it must be' : `soak: ${faults.length} wrong`);
process.exit(faults.length === 0 ? 0 : 1);

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
