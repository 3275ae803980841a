/** `npm run bench:alerts`: alerts stored per second, time to the room, memory, on both stores. `--quick` sends a fifth. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type RocketChatSimulator, startRocketChat } from '../doubles/rocketchat/simulator.ts';
import { eventually, type Replica, startReplica } from '../integration/replica.ts';
import { startRig } from '../integration/rig.ts';
import { type LoadPlan, type LoadResult, notificationOf } from './alert-load.ts';

const run = promisify(execFile);
const LOAD = fileURLToPath(new URL('./alert-load.ts', import.meta.url));
const isQuick = process.argv.includes('--quick');
/** Alerts of one run, by alerts per request. */
const RUNS = [
  [1, 5_000],
  [10, 30_000],
  [100, 60_000],
] as const;
const CONNECTIONS = 32;
const GROUPS = 100;
const TEXTS = isQuick ? 20 : 100;
const TICKS_PER_SECOND = 100;

const [processor] = cpus();
console.log(`${processor?.model ?? 'unknown processor'}, ${cpus().length} cores, Node.js ${process.versions.node}`);
console.log(
  `load average ${loadavg()[0]?.toFixed(1)} at the start: figures are those of an idle machine only when it is below 1\n`,
);

const given = process.env.DATABASE_URL;
const rig = given === undefined ? await startRig('postgres', 15_732) : undefined;
if (typeof rig === 'string') console.log(`PostgreSQL is left out: ${rig}\n`);
try {
  const url = typeof rig === 'object' ? rig.url : given;
  const how = given === undefined ? 'of the rig, which does not fsync' : 'of DATABASE_URL';
  if (url !== undefined) await measure(`PostgreSQL, ${how}`, { DATABASE_URL: url });
} finally {
  if (typeof rig === 'object') await rig.stop();
}
await measure('the embedded store', {});
process.exit(0);

async function measure(name: string, database: Readonly<Record<string, string>>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'glimpse-bench-'));
  const chat = await startRocketChat({ limits: { callsPerMinute: 1_000_000 } });
  await writeFile(join(folder, 'glimpse.yaml'), configFor(chat));
  const bot = await startReplica(folder, { GLIMPSE_DATA: join(folder, 'data'), ...database });
  try {
    console.log(`On ${name}: ${CONNECTIONS} connections, ${GROUPS} groups, told in a room meanwhile`);
    await loadOnce(bot, 10, 2_000); // what is compiled on the way does not count
    await timeTexts(bot, chat);
    for (const [perRequest, alerts] of RUNS) await loadOnce(bot, perRequest, isQuick ? alerts / 5 : alerts, true);
    const { residentMb, peakMb } = await memoryOf(bot);
    console.log(`  memory ${residentMb} MB at the end, ${peakMb} MB at most\n`);
  } finally {
    bot.process.kill('SIGKILL');
    await chat.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The bot may post as fast as it can; what is measured is not the platform. */
function configFor(chat: RocketChatSimulator): string {
  const account = chat.users.addUser({ username: 'glimpse', roles: ['bot', 'admin', 'user'] });
  chat.rooms.addRoom({ name: 'ops', type: 'c', members: ['glimpse'] });
  return `
logLevel: warn
queries: []
chats: { team: { kind: rocketchat, url: "${chat.url}", userId: ${account.id}, token: ${account.token} } }
routes: [{ chat: team, room: ops }]
alerts: { postsPerMinute: off }
`;
}

async function loadOnce(bot: Replica, perRequest: number, alerts: number, isSaid = false): Promise<void> {
  const plan: LoadPlan = {
    url: `${bot.url}/hooks/alertmanager`,
    perRequest,
    requests: Math.ceil(alerts / perRequest),
    connections: CONNECTIONS,
    groups: GROUPS,
    run: `${perRequest}-${Date.now()}`,
  };
  const before = await processorSecondsOf(bot);
  const { stdout } = await run(process.execPath, [LOAD, JSON.stringify(plan)]);
  const { accepted, refused, seconds, p50, p95 } = JSON.parse(stdout) as LoadResult;
  const spent = (1e6 * ((await processorSecondsOf(bot)) - before)) / Math.max(1, accepted);
  if (!isSaid) return;
  const rate = `${Math.round(accepted / seconds)} alerts/s`.padStart(15);
  console.log(
    `  requests of ${String(perRequest).padEnd(3)} ${rate}   answer p50 ${ms(p50)}, p95 ${ms(p95)}   ` +
      `${Math.round(spent)} µs of the bot's processor for each   refused ${refused} of ${plan.requests} requests`,
  );
}

/** One alert after the other, each of a group of its own: request sent → the text is in the room. */
async function timeTexts(bot: Replica, chat: RocketChatSimulator): Promise<void> {
  const tookMs: number[] = [];
  for (let index = 0; index < TEXTS; index += 1) {
    const runName = `text-${index}-${Date.now()}`;
    const body = notificationOf(runName, 1_000 + index, 0, 1);
    const startMs = performance.now();
    const headers = { 'content-type': 'application/json' };
    const sent = fetch(`${bot.url}/hooks/alertmanager`, { method: 'POST', headers, body });
    await eventually(
      () => chat.messages('ops').some(({ msg }) => msg.includes(runName)),
      'a text is in the room',
      30_000,
    );
    tookMs.push(performance.now() - startMs);
    await (await sent).arrayBuffer();
  }
  tookMs.sort((a, b) => a - b);
  const at = (share: number) => ms(tookMs[Math.floor(share * (tookMs.length - 1))] ?? Number.NaN);
  console.log(`  request → text in the room, ${TEXTS} one after the other: p50 ${at(0.5)}, p95 ${at(0.95)}`);
}

function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}

/** User and system time, all threads. proc(5): fields 14 and 15, counted after the name in parentheses. */
async function processorSecondsOf({ process: { pid } }: Replica): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

async function memoryOf({
  process: { pid },
}: Replica): Promise<{ readonly residentMb: number; readonly peakMb: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const mb = (name: string) => Math.round(Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) / 1024);
  return { residentMb: mb('VmRSS'), peakMb: mb('VmHWM') };
}
