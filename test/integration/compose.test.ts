/** The compose file's parts together: its configurations, with the addresses of real servers of this machine, tell an alert. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { makeSecrets } from '../../deploy/make-secrets.ts';
import { setUpRocketChat } from '../../deploy/rocketchat-setup.ts';
import { startRocketChat } from '../doubles/rocketchat/simulator.ts';
import { eventually, type Replica, startReplica } from './replica.ts';
import { type Rig, startRig } from './rig.ts';

const run = promisify(execFile);
const CONFIGS = resolve(import.meta.dirname, '../../deploy/compose');
const PROMETHEUS_PORT = 19_430;
const CLOSED = '127.0.0.1:9';

const rigs = [
  await startRig('graphite', 19_410),
  await startRig('prometheus', PROMETHEUS_PORT),
  await startRig('postgres', 19_450),
];
const [graphite, prometheus, postgres] = rigs as [Rig, Rig, Rig];
const missing = rigs.filter((rig) => typeof rig === 'string');
for (const reason of missing) process.stderr.write(`skipped: ${reason}\n`);

const folder = await mkdtemp(join(tmpdir(), 'glimpse-stack-'));
const chat = await startRocketChat({ version: '8.8' });
let bot: Replica | undefined;
afterAll(async () => {
  bot?.process.kill('SIGKILL');
  await chat.close();
  for (const rig of rigs) if (typeof rig === 'object') await rig.stop();
  await rm(folder, { recursive: true, force: true });
});

const secret = (path: string) => readFile(join(folder, path), 'utf8');

/** A configuration of the compose file with other addresses, waits cut to a second. */
async function adapted(name: string, addresses: Readonly<Record<string, string>>): Promise<string> {
  let text = (await readFile(join(CONFIGS, name), 'utf8')).replaceAll('/run/secrets/', `${folder}/`);
  for (const [from, to] of Object.entries(addresses)) {
    expect(text, `${name} has ${from}`).toContain(from);
    text = text.replaceAll(from, to);
  }
  return text.replaceAll(/(interval|wait|for): \d+[sm]/g, '$1: 1s');
}

async function startBot(): Promise<Replica> {
  const yaml = await adapted('glimpse.yaml', {
    // off loopback as in its container: there everything takes a token
    'listen: 0.0.0.0:8484': 'listen: 0.0.0.0:0',
    'publicUrl: http://localhost:8484': '# its own address',
    'http://graphite"': `${graphite.url}"`,
    'http://prometheus:9090': prometheus.url,
    'http://grafana:3000': `http://${CLOSED}`,
    'http://rocketchat:3000': chat.url,
  });
  await writeFile(join(folder, 'glimpse.yaml'), yaml);
  return startReplica(folder, { DATABASE_URL: postgres.url, GLIMPSE_LISTEN: '0.0.0.0:0' });
}

async function reload(file: string, text: string, port: number): Promise<void> {
  await writeFile(join(prometheus.dir, 'conf', file), text);
  const answer = await fetch(`http://127.0.0.1:${port}/-/reload`, { method: 'POST' });
  expect(await answer.text()).toBe('');
}

describe.skipIf(missing.length > 0)('the stack of compose.yaml', () => {
  it("has configurations that Prometheus' and Alertmanager's own checks accept", async () => {
    makeSecrets(folder);
    const rules = join(CONFIGS, 'rules.yml');
    const config = await adapted('prometheus.yml', {
      '/etc/prometheus/glimpse-rules.yml': resolve(CONFIGS, '../../docs/monitoring/prometheus-rules.yml'),
      '/etc/prometheus/rules.yml': rules,
    });
    await writeFile(join(folder, 'prometheus.yml'), config);
    await expect(run('promtool', ['check', 'config', join(folder, 'prometheus.yml')])).resolves.toBeDefined();
    await writeFile(join(folder, 'alertmanager.yml'), await adapted('alertmanager.yml', {}));
    await expect(run('amtool', ['check-config', join(folder, 'alertmanager.yml')])).resolves.toBeDefined();
  });

  it('tells in the room that the start-up step made what its own rules find', async () => {
    const admin = { username: 'admin', password: await secret('setup/admin-password') };
    chat.users.addUser({ ...admin, roles: ['admin', 'user'] });
    await setUpRocketChat(
      {
        url: chat.url,
        admin,
        bot: { username: 'glimpse', password: await secret('setup/bot-password') },
        rooms: ['ops', 'glimpse-ops'],
        waitMs: 10_000,
        say: () => undefined,
      },
      AbortSignal.timeout(60_000),
    );
    bot = await startBot();
    const host = `127.0.0.1:${new URL(bot.url).port}`;
    await reload('alertmanager.yml', await adapted('alertmanager.yml', { 'glimpse:8484': host }), PROMETHEUS_PORT + 1);
    await reload('rules.yml', await adapted('rules.yml', {}), PROMETHEUS_PORT);
    const config = await adapted('prometheus.yml', {
      'glimpse:8484': host,
      'node-exporter:9100': CLOSED,
      'localhost:9090': `127.0.0.1:${PROMETHEUS_PORT}`,
      'alertmanager:9093': `127.0.0.1:${PROMETHEUS_PORT + 1}`,
      ', /etc/prometheus/glimpse-rules.yml': '',
      '/etc/prometheus/rules.yml': join(prometheus.dir, 'conf/rules.yml'),
    });
    await reload('prometheus.yml', config, PROMETHEUS_PORT);
    const told = await eventually(
      () => chat.messages('ops').find(({ msg }) => msg.includes('TargetDown')),
      'the alert is in the room',
    );
    expect(told.msg).toMatch(/\*CRITICAL\* \*TargetDown\*.*\bnode\b/s);
    // the bot itself is scraped
    const up = `${prometheus.url}/api/v1/query?query=${encodeURIComponent('up{job="glimpse"} == 1')}`;
    await eventually(async () => (await (await fetch(up)).text()).includes('"glimpse"'), 'the metrics are scraped');
  });

  it("gives whoever has the scraper's token the metrics and nothing else", async () => {
    const headers = { authorization: `Bearer ${await secret('prometheus/glimpse-token')}` };
    const statusOf = async (path: string) => (await fetch(`${bot?.url}${path}`, { headers })).status;
    expect([await statusOf('/metrics'), await statusOf('/api/backup'), await statusOf('/api/queries')]).toEqual([
      200, 403, 403,
    ]);
    expect((await fetch(`${bot?.url}/metrics`)).status).toBe(401);
  });

  it('answers from what Telegraf wrote, in the room, without being named', async () => {
    const nowSeconds = Math.floor(Date.now() / 1000);
    for (const ago of [120, 60, 0]) {
      await graphite.command('send', 'telegraf.docker-host.cpu-total.cpu.usage_idle', '58', String(nowSeconds - ago));
    }
    const written = `${graphite.url}/render?format=json&from=-5min&target=telegraf.docker-host.cpu-total.cpu.usage_idle`;
    await eventually(async () => (await (await fetch(written)).text()).includes('58.0'), 'Graphite has it');
    chat.users.addUser({ username: 'ana' });
    chat.rooms.invite('ana', 'ops');
    const { _id } = chat.say('ana', 'ops', 'cpu docker-host last 10m');
    const answer = await eventually(
      () => chat.messages('ops').find(({ tmid, msg }) => tmid === _id && msg.includes('docker-host')),
      'the answer is in the room',
    );
    expect(answer.msg).toMatch(/CPU of docker-host.*42\s%/);
  });
});
