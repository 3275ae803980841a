/** Real monitoring systems fire and resolve into a real bot: through their webhooks, or through `glimpse-notify` as their command. */
import { spawn } from 'node:child_process';
import { appendFile, chmod, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Alert } from '../../src/domain/alert.ts';
import { type Bot, newDataDir, startBot } from '../acceptance/bot.ts';
import { type Rig, startRig } from './rig.ts';
import { openRigApi } from './zabbix-rig.ts';

const NOTIFY = resolve(import.meta.dirname, '../../notify');
const TOKEN = 'a "token" of the \\ hook';
const PORTS = { nagios: 18_970, icinga2: 18_972, prometheus: 18_974, 'victoria-metrics': 18_978, zabbix: 18_984 };
const NEWS_TIMEOUT_MS = 60_000;
/** Bits of Zabbix's `event.acknowledge`: 2 acknowledge, 4 add a message. */
const ACKNOWLEDGE_AND_SAY = 6;

let bot: Bot;
let dataDir = '';
beforeAll(async () => {
  dataDir = await newDataDir();
  const token = JSON.stringify(TOKEN);
  const yaml = `
queries: []
hooks:
  env: { kind: nagios, token: ${token} }
  words: { kind: nagios, token: ${token} }
  icinga: { kind: icinga2, token: ${token} }
  zabbix: { kind: zabbix, token: ${token}, zone: UTC }
`;
  bot = await startBot({ yaml, dataDir });
});
afterAll(async () => {
  await bot.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** What the store knows of a problem. */
async function known(fingerprint: RegExp): Promise<Alert | undefined> {
  const nowMs = Date.now();
  const window = { fromMs: nowMs - 86_400_000, toMs: nowMs + 86_400_000 };
  const all = await bot.app.store.alerts.during(window);
  return all.find((alert) => fingerprint.test(alert.fingerprint));
}

function becomes(fingerprint: RegExp, status: Alert['status']) {
  return expect
    .poll(async () => (await known(fingerprint))?.status, { timeout: NEWS_TIMEOUT_MS, interval: 200 })
    .toBe(status);
}

/** Starts a rig, or says why not. */
async function rigFor(name: keyof typeof PORTS, env: Record<string, string> = {}): Promise<Rig | undefined> {
  const rig = await startRig(name, PORTS[name], env);
  if (typeof rig !== 'string') return rig;
  process.stderr.write(`skipped: ${rig}\n`);
  return undefined;
}

/** Puts the program where the rig's own user can run it, with its config, token and spool. */
async function install(rig: Rig, hook: string): Promise<string> {
  const folder = join(rig.dir, 'glimpse');
  await mkdir(join(folder, 'spool'), { recursive: true });
  const program = join(folder, 'glimpse-notify');
  await copyFile(join(NOTIFY, 'glimpse-notify'), program);
  await writeFile(join(folder, 'token'), `${TOKEN}\n`);
  const config = `url = ${bot.url}\nname = ${hook}\ntoken_file = ${folder}/token\nspool = ${folder}/spool\n`;
  await writeFile(join(folder, 'conf'), config);
  for (const [path, mode] of [
    [folder, 0o755],
    [join(folder, 'spool'), 0o777],
    [program, 0o755],
  ] as const)
    await chmod(path, mode);
  return `${program} --config ${folder}/conf`;
}

const pidOf = async (rig: Rig, name: string) =>
  Number((await readFile(join(rig.dir, `${name}.pid`), 'utf8')).split(' ')[0]);

describe('Nagios', () => {
  it('fires and resolves through glimpse-notify: macros from the environment and as arguments', async ({ skip }) => {
    const rig = await rigFor('nagios');
    if (!rig) return skip();
    try {
      const program = await install(rig, 'env');
      const macros =
        'NOTIFICATIONTYPE HOSTNAME HOSTADDRESS SERVICEDESC SERVICESTATE SERVICEOUTPUT SERVICEPERFDATA SERVICEPROBLEMID LASTSERVICEPROBLEMID LASTSERVICESTATECHANGE SERVICENOTESURL NOTIFICATIONNUMBER TIMET';
      const words = macros.split(' ').map((name) => `"${name}=$${name}$"`);
      const command = (name: string, line: string) =>
        `define command {\n  command_name ${name}\n  command_line ${line}\n}\n`;
      const objects = join(rig.dir, 'conf', 'objects.cfg');
      const found = await readFile(objects, 'utf8');
      await writeFile(objects, found.replaceAll(/(contacts +)nagiosadmin\n/g, '$1nagiosadmin,glimpse\n'));
      await appendFile(
        objects,
        `${command('glimpse-environment', `${program} nagios`)}${command('glimpse-arguments', `${program} --name words nagios ${words.join(' ')}`)}
define contact {
  contact_name                  glimpse
  host_notification_period      24x7
  service_notification_period   24x7
  host_notification_options     d,u,r,f,s
  service_notification_options  w,u,c,r,f,s
  host_notification_commands    glimpse-environment
  service_notification_commands glimpse-environment,glimpse-arguments
}
`,
      );
      process.kill(await pidOf(rig, 'nagios'), 'SIGHUP');
      await expect
        .poll(() => readFile(join(rig.dir, 'var', 'nagios.log'), 'utf8'), { timeout: 30_000 })
        .toMatch(/Caught SIGHUP[\s\S]*Registry request/);
      await rig.command('seed');
      await rig.command('fire');
      for (const hook of ['env', 'words']) await becomes(new RegExp(`^nagios:${hook}:web01/disk$`), 'firing');
      const [first, second] = [await known(/^nagios:env:web01\/disk$/), await known(/^nagios:words:web01\/disk$/)];
      expect(first).toMatchObject({
        severity: 'critical',
        attributes: { 'host.name': 'web01', 'host.ip': '127.0.0.1' },
        values: [{ name: '/srv', value: 97, warn: expect.stringMatching(/^80/), crit: expect.stringMatching(/^90/) }],
        timeSource: 'event',
      });
      expect(first?.description).toMatch(/^DISK CRITICAL/);
      expect([second?.description, second?.episode]).toEqual([first?.description, first?.episode]);
      await rig.command('cmd', 'ACKNOWLEDGE_SVC_PROBLEM;web01;disk;1;1;1;ana;on it');
      await expect
        .poll(async () => (await known(/^nagios:env:web01\/disk$/))?.flags.acknowledged, { timeout: NEWS_TIMEOUT_MS })
        .toBe(true);
      await sleep(1_500); // it tells whole seconds: an end within that of the acknowledgement would look older
      await rig.command('resolve');
      for (const hook of ['env', 'words']) await becomes(new RegExp(`^nagios:${hook}:web01/disk$`), 'resolved');
      expect((await known(/^nagios:env:web01\/disk$/))?.episode).toBe(first?.episode);
    } finally {
      await rig.stop();
    }
  });
});

describe('Icinga 2', () => {
  it('fires and resolves through glimpse-notify, with every character as it was', async ({ skip }) => {
    const rig = await rigFor('icinga2');
    if (!rig) return skip();
    try {
      const program = (await install(rig, 'icinga')).split(' ');
      const words = [...program, 'icinga2'].map((word) => JSON.stringify(word)).join(', ');
      const docs = await readFile(resolve(NOTIFY, '../docs/alerts.md'), 'utf8');
      const [, template = ''] = /```\n(template NotificationCommand "glimpse" [\s\S]*?)```/.exec(docs) ?? [];
      expect(template).toContain('command = ');
      await appendFile(
        join(rig.dir, 'conf', 'icinga2.conf'),
        `${template.replace(/command = \[.*\]/, `command = [ ${words} ]`)}
apply Notification "glimpse" to Host { command = "glimpse-host"; users = [ "rig" ]; interval = 0; assign where true }
apply Notification "glimpse" to Service { command = "glimpse-service"; users = [ "rig" ]; interval = 0; assign where true }
`.replaceAll('; ', '\n'),
      );
      process.kill(await pidOf(rig, 'icinga2'), 'SIGHUP');
      const isReloaded = () =>
        rig.command('api', '/v1/objects/notifications/web01!disk!glimpse').then(
          () => true,
          () => false,
        );
      await expect.poll(isReloaded, { timeout: 60_000, interval: 500 }).toBe(true);
      await rig.command('seed');
      await rig.command(
        'passive',
        'web01',
        'disk',
        '2',
        'DISK "CRITICAL" \\ <b>97%</b> $HOME `id` žluťoučký|/srv=97%;80;90',
      );
      await becomes(/^icinga2:icinga:web01\/disk$/, 'firing');
      expect(await known(/^icinga2:icinga:web01\/disk$/)).toMatchObject({
        description: 'DISK "CRITICAL" \\ <b>97%</b> $HOME `id` žluťoučký',
        severity: 'critical',
        values: [{ name: '/srv', value: 97 }],
        labels: { hostgroups: 'web' },
        attributes: { 'host.ip': '127.0.0.1' },
        timeSource: 'event',
      });
      await rig.command('resolve');
      await becomes(/^icinga2:icinga:web01\/disk$/, 'resolved');
    } finally {
      await rig.stop();
    }
  });
});

describe('Prometheus', () => {
  it('fires and resolves through Alertmanager, and straight', async ({ skip }) => {
    const rig = await rigFor('prometheus', { WEBHOOK_URL: `${bot.url}/hooks/alertmanager` });
    if (!rig) return skip();
    try {
      const config = join(rig.dir, 'conf', 'prometheus.yml');
      const text = await readFile(config, 'utf8');
      const straight = `  alertmanagers:\n    - path_prefix: /hooks/alertmanager-api-v2\n      static_configs:\n        - targets: ['${new URL(bot.url).host}']\n`;
      await writeFile(config, text.replace('  alertmanagers:\n', straight));
      expect((await fetch(`${rig.url}/-/reload`, { method: 'POST' })).status).toBe(200);
      await rig.command('fire');
      await becomes(/^alertmanager:default:/, 'firing');
      await becomes(/^alertmanager-api-v2:default:/, 'firing');
      expect(await known(/^alertmanager:default:/)).toMatchObject({
        severity: 'critical',
        title: 'Queue mail holds 150 jobs',
        labels: { alertname: 'RigQueueHigh', queue: 'mail', team: 'ops' },
        metric: { query: 'rig_queue_depth > 100', language: 'promql' },
        links: expect.arrayContaining([{ rel: 'runbook', href: 'https://runbooks.example/queue' }]),
      });
      await rig.command('resolve');
      await becomes(/^alertmanager:default:/, 'resolved');
      await becomes(/^alertmanager-api-v2:default:/, 'resolved');
    } finally {
      await rig.stop();
    }
  });
});

describe('vmalert', () => {
  it('fires and resolves straight', async ({ skip }) => {
    const rig = await rigFor('victoria-metrics');
    if (!rig) return skip();
    const words = [
      ...[
        `-rule=${rig.dir}/conf/rules.yml`,
        '-evaluationInterval=1s',
        `-datasource.url=${rig.url}`,
        `-remoteWrite.url=${rig.url}`,
      ],
      ...[
        `-notifier.url=${bot.url}/hooks/alertmanager-api-v2`,
        `-httpListenAddr=127.0.0.1:${PORTS['victoria-metrics'] + 5}`,
      ],
    ];
    const vmalert = spawn('vmalert', words, { stdio: 'ignore' });
    try {
      await rig.command('fire');
      const ofVmalert = /^alertmanager-api-v2:default:/;
      const isOurs = async () => {
        const open = await bot.app.store.alerts.open();
        return open.some(({ labels, fingerprint }) => ofVmalert.test(fingerprint) && labels.alertgroup === 'rig');
      };
      await expect.poll(isOurs, { timeout: NEWS_TIMEOUT_MS }).toBe(true);
      await rig.command('resolve');
      await expect.poll(isOurs, { timeout: NEWS_TIMEOUT_MS }).toBe(false);
    } finally {
      vmalert.kill();
      await rig.stop();
    }
  });
});

describe('Zabbix', () => {
  it('fires, is acknowledged and resolves through the media type that comes with Glimpse', async ({ skip }) => {
    const rig = await rigFor('zabbix', { WEBHOOK_URL: `${bot.url}/healthz` });
    if (!rig) return skip();
    try {
      await rig.command('seed');
      const { call } = await openRigApi(rig.url);
      const source = await readFile(join(NOTIFY, 'zabbix-media-type.yaml'), 'utf8');
      const rules = { mediaTypes: { createMissing: true, updateExisting: true } };
      expect(await call('configuration.import', { format: 'yaml', rules, source })).toBe(true);
      const [{ mediatypeid }] = await call('mediatype.get', { output: ['mediatypeid'], filter: { name: 'Glimpse' } });
      const macros = {
        '{$GLIMPSE.URL}': `${bot.url}/hooks/zabbix/zabbix`,
        '{$GLIMPSE.TOKEN}': TOKEN,
        '{$ZABBIX.URL}': rig.url,
      };
      for (const [macro, value] of Object.entries(macros)) await call('usermacro.createglobal', { macro, value });
      // a user of its own: Zabbix tells nobody of what they did themselves
      const [{ usrgrpid }] = await call('usergroup.get', { filter: { name: 'Zabbix administrators' } });
      const [{ roleid }] = await call('role.get', { filter: { name: 'Super admin role' } });
      const account = { username: 'glimpse', passwd: 'Only-for-the-rig-1', roleid, usrgrps: [{ usrgrpid }] };
      const { userids } = await call('user.create', { ...account, medias: [{ mediatypeid, sendto: ['glimpse'] }] });
      const [userid] = userids;
      const [{ actionid }] = await call('action.get', { output: ['actionid'], filter: { name: 'rig action' } });
      const tell = { operationtype: 0, opmessage: { default_msg: 1, mediatypeid }, opmessage_usr: [{ userid }] };
      await call('action.update', {
        actionid,
        operations: [tell],
        recovery_operations: [tell],
        update_operations: [tell],
      });
      await rig.command('fire');
      await becomes(/^zabbix:zabbix:/, 'firing');
      const alert = await known(/^zabbix:zabbix:/);
      expect(alert).toMatchObject({
        severity: 'error',
        severityText: 'High',
        title: 'Disk almost full on Web server 1',
        attributes: { 'host.name': 'web01' },
        values: [{ value: 97 }],
      });
      expect(alert?.links.map(({ href }) => href)).toEqual([
        expect.stringContaining('/tr_events.php?triggerid='),
        expect.stringContaining('/history.php?action=showgraph&itemids'),
      ]);
      expect(Math.abs((alert?.startsAt.getTime() ?? 0) - Date.now())).toBeLessThan(13 * 3_600_000);
      const eventids = [alert?.episode];
      await call('event.acknowledge', { eventids, action: ACKNOWLEDGE_AND_SAY, message: 'on "it"' });
      await expect
        .poll(async () => (await known(/^zabbix:zabbix:/))?.flags.acknowledged, { timeout: NEWS_TIMEOUT_MS })
        .toBe(true);
      expect(await known(/^zabbix:zabbix:/)).toMatchObject({ note: 'on "it"', status: 'firing' });
      await rig.command('resolve');
      await becomes(/^zabbix:zabbix:/, 'resolved');
    } finally {
      await rig.stop();
    }
  });
});
