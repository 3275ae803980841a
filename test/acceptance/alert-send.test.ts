/** Trying alerts from the command line: sent to a running bot, shown without one; the demo fleet on demand. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCommand } from '../../src/cli/run-command.ts';
import { type Bot, newDataDir, startBot } from './bot.ts';

vi.setConfig({ testTimeout: 90_000 });

let folder: string;
let dataDir: string;
let bot: Bot;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'glimpse-send-'));
  dataDir = await newDataDir();
  const yaml = `
hooks:
  eu: { kind: alertmanager, token: a-token-of-the-hook }
  graf: { kind: grafana, secret: steering }
`;
  await writeFile(join(folder, 'glimpse.yaml'), yaml);
  bot = await startBot({ yaml, dataDir });
}, 90_000);
afterAll(async () => {
  await bot.stop();
  await rm(folder, { recursive: true, force: true });
  await rm(dataDir, { recursive: true, force: true });
});

const alert = (fields: object = {}) => ({
  status: 'firing',
  labels: { alertname: 'HighErrorRate', service: 'checkout', severity: 'critical' },
  annotations: { summary: '5xx above 5 %' },
  startsAt: '2024-03-01T10:00:00Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prometheus.example/graph?g0.expr=sum+by+(service)+(rate(http_requests_total[5m]))+>+1',
  fingerprint: 'f1',
  ...fields,
});
const body = JSON.stringify({ version: '4', groupKey: 'g', receiver: 'bot', status: 'firing', alerts: [alert()] });

/** Runs the command in this process, against the bot unless said otherwise. */
async function glimpse(argv: readonly string[], { stdin = '', listen = new URL(bot.url).host } = {}) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const said = { stdout: '', stderr: '' };
  stdout.on('data', (chunk) => {
    said.stdout += chunk;
  });
  stderr.on('data', (chunk) => {
    said.stderr += chunk;
  });
  const env = { GLIMPSE_LISTEN: listen };
  const code = await runCommand({
    argv,
    env,
    cwd: folder,
    hostname: 'rig-1',
    stdin: Readable.from([stdin]),
    stdout,
    stderr,
  });
  return { code, ...said };
}

describe('glimpse alert send', () => {
  it('posts a body with the proof that the hook of the config wants', async () => {
    const sent = await glimpse(['alert', 'send', 'alertmanager', '-', '--name', 'eu', '--as-now'], { stdin: body });
    expect([sent.code, sent.stderr, sent.stdout]).toEqual([
      0,
      '',
      `${bot.url}/hooks/alertmanager/eu has stored it: 1 alert, 0 changes.\n`,
    ]);
    const signed = await glimpse(['alert', 'send', 'grafana', '-', '--name', 'graf', '--json'], { stdin: body });
    expect(JSON.parse(signed.stdout)).toMatchObject({ status: 202, alerts: 1 });
    const open = await bot.app.store.alerts.open();
    const own = open.find(({ sourceInstance }) => sourceInstance === 'eu');
    expect(Math.abs(Date.now() - +(own?.startsAt ?? 0))).toBeLessThan(60_000);
  });

  it('posts to another Glimpse, at its address or that of a hook, with headers of its own', async () => {
    const stdin = '{"title":"Backup failed","labels":{"host":"db01"}}';
    const elsewhere = { stdin, listen: '127.0.0.1:9' };
    const first = await glimpse(['alert', 'send', 'generic', '-', '--to', bot.url], elsewhere);
    expect(first.stdout).toContain('/hooks/generic has stored it: 1 alert');
    const to = `${bot.url}/hooks/alertmanager/eu`;
    const refused = await glimpse(['alert', 'send', 'alertmanager', '-', '--to', to], {
      stdin: body,
      listen: '127.0.0.1:9',
    });
    expect([refused.code, refused.stderr]).toEqual([1, 'The hook wants its token.\n']);
    const header = ['--header', 'Authorization: Bearer a-token-of-the-hook'];
    const taken = await glimpse(['alert', 'send', 'alertmanager', '-', '--to', to, ...header], {
      stdin: body,
      listen: '127.0.0.1:9',
    });
    expect(taken.code).toBe(0);
  });

  it('takes a token out of the address, and shows it nowhere', async () => {
    const { protocol, host } = new URL(bot.url);
    const send = (to: string) =>
      glimpse(['alert', 'send', 'alertmanager', '-', '--name', 'eu', '--to', to], {
        stdin: body,
        listen: '127.0.0.1:9',
      });
    const stdout = `${bot.url}/hooks/alertmanager/eu has stored it: 1 alert, 0 changes.\n`;
    expect(await send(`${bot.url}?token=a-token-of-the-hook`)).toEqual({ code: 0, stdout, stderr: '' });
    expect(await send(`${protocol}//bot:a-token-of-the-hook@${host}`)).toEqual({ code: 0, stdout, stderr: '' });
    for (const to of [
      'http://u:s3cret@127.0.0.1:9?token=s3cret',
      'http://:s3cret',
      `${bot.url}/no/hooks/?token=s3cret`,
    ]) {
      const { code, stderr } = await send(to);
      expect([code === 0, stderr.includes('s3cret')], stderr).toEqual([false, false]);
    }
  });

  it.each([
    [['alert'], '', 2, /glimpse alert decode, alert send or alert demo/],
    [['alert', 'send', 'alertmanager'], '', 2, /wants a format and a file/],
    [['alert', 'send', 'alertmanagr', '-'], '{}', 1, /Near: alertmanager/],
    [['alert', 'send', 'alertmanager', '-'], '{"a":1}', 1, /no `alerts`/],
    [['alert', 'send', 'generic', '-', '--to', 'nowhere'], '{"title":"x"}', 2, /--to wants an address/],
    [['alert', 'send', 'generic', '-', '--to', 'http://127.0.0.1:9'], '{"title":"x"}', 1, /does not answer/],
    [['alert', 'send', 'generic', '-', '--out', 'x'], '{"title":"x"}', 2, /--out is for --dry-run only/],
    [['alert', 'decode', 'generic', '-', '--to', 'x'], '{"title":"x"}', 2, /"alert decode" takes no --to/],
    [['alert', 'demo', '--to', 'x'], '', 2, /"alert demo" takes no --to/],
    [['alert', 'demo', '--out', 'x'], '', 2, /--out is for --dry-run only/],
  ] as const)('%j ends with code %3$i and says why', async (argv, stdin, code, words) => {
    const run = await glimpse(argv, { stdin });
    expect([run.code, run.stdout]).toEqual([code, '']);
    expect(run.stderr).toMatch(words);
  });

  it('says what to do where no bot runs', async () => {
    const run = await glimpse(['alert', 'send', 'generic', '-'], { stdin: '{"title":"x"}', listen: '127.0.0.1:9' });
    expect([run.code, run.stdout]).toEqual([1, '']);
    expect(run.stderr).toMatch(/^No Glimpse runs at 127\.0\.0\.1:9\. Start it, .*--dry-run\.\n$/);
  });
});

describe('glimpse alert decode', () => {
  it('notes times that cannot be read beside what is understood', async () => {
    const stdin = '[{ "title": "x", "startsAt": "yesterday" }, { "title": "y", "startsAt": "2026-11-25T10:00:00Z" }]';
    const text = await glimpse(['alert', 'decode', 'generic', '-'], { stdin });
    expect([text.code, text.stderr]).toEqual([0, '[0].startsAt: "yesterday" is no time that can be read\n']);
    const { stdout, stderr } = await glimpse(['alert', 'decode', 'generic', '-', '--json'], { stdin });
    const { alerts, notes } = JSON.parse(stdout);
    expect([alerts.length, stderr, notes]).toEqual([
      2,
      '',
      [{ code: 'ALERT_TIME_UNREADABLE', value: '"yesterday"', field: '[0].startsAt' }],
    ]);
  });
});

describe('glimpse alert send --dry-run', () => {
  it('shows what rooms would read and what follows, charts included, without a bot and a store', async () => {
    const config = join(folder, 'rooms.yaml');
    const chat = '{ kind: rocketchat, url: "http://127.0.0.1:9", userId: a, token: abcdefabcdef }';
    await writeFile(config, `zone: UTC\nchats: { team: ${chat} }\nroutes: [{ chat: team, room: ops }]\n`);
    await mkdir(join(folder, 'pictures'), { recursive: true });
    const argv = ['alert', 'send', 'alertmanager', '-', '--dry-run', '--as-now', '--out', join(folder, 'pictures')];
    const run = await glimpse([...argv, '--config', config], { stdin: body, listen: '127.0.0.1:9' });
    expect([run.code, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toMatch(
      /^In ops \(team\):\n\n🔴 CRITICAL HighErrorRate · checkout\n5xx above 5 %\nsince \d\d:\d\d UTC/u,
    );
    expect(run.stdout).toMatch(/In its thread:[\s\S]*deploy checkout v4[\s\S]*Picture: /);
    const pictures = await readdir(join(folder, 'pictures'));
    expect(pictures[0]).toBe('1-HighErrorRate-1.png');
    const { format } = await sharp(join(folder, 'pictures', pictures[0] ?? '')).metadata();
    expect(format).toBe('png');
    expect(await readdir(folder)).not.toContain('data');
  });

  it('calls whom a room would call, tells only rooms of what fires, and knows watchdogs and maintenance', async () => {
    const config = join(folder, 'owners.yaml');
    const chat = '{ kind: rocketchat, url: "http://127.0.0.1:9", userId: a, token: abcdefabcdef }';
    await writeFile(
      config,
      `
zone: UTC
queries: []
chats: { team: ${chat}, other: ${chat} }
routes:
  - { match: { severity: critical }, chat: team, room: oncall, continue: true }
  - { match: { status: resolved }, chat: team, room: gone, continue: true }
  - { chat: other, room: ops }
owners: { people: [{ match: { service: checkout }, chat: team, mention: [ana] }] }
alerts: { watchdogs: [{ match: { alertname: Watchdog }, within: 5m }] }
maintenance: [{ match: { service: search }, to: 2100-01-01T00:00:00Z }]
`,
    );
    const told = [
      alert(),
      alert({ fingerprint: 'f2', status: 'resolved', endsAt: '2024-03-01T10:10:00Z' }),
      alert({ fingerprint: 'f3', labels: { alertname: 'Watchdog' } }),
      alert({ fingerprint: 'f4', labels: { alertname: 'Slow', service: 'search' } }),
    ].map((one, index) => ({
      version: '4',
      groupKey: `g${Math.floor((index + 1) / 2)}`,
      status: 'firing',
      alerts: [one],
    }));
    const [first, , watchdog, muted] = told.map((one) => JSON.stringify(one));
    const both = JSON.stringify({ ...told[0], alerts: told.slice(0, 2).flatMap(({ alerts }) => alerts) });
    const shown = async (stdin = '') => {
      const argv = ['alert', 'send', 'alertmanager', '-', '--dry-run', '--as-now', '--config', config];
      return (await glimpse(argv, { stdin })).stdout;
    };
    expect(await shown(first)).toMatch(/^In oncall \(team\):\n[\s\S]*\n@.?ana\n[\s\S]*\nIn ops \(other\):\n/u);
    expect(await shown(first)).not.toMatch(/ops \(other\):[\s\S]*ana/);
    expect(await shown(both)).not.toContain('gone');
    expect(await shown(watchdog)).toMatch(/is a watchdog: no room hears of it/);
    expect(await shown(muted)).toMatch(/A maintenance window holds/);
  });

  it('says that there is no time for --as-now to move', async () => {
    const argv = ['alert', 'send', 'generic', '-', '--as-now'];
    const stdin = '{"title":"Backup failed"}';
    for (const run of [await glimpse([...argv, '--dry-run'], { stdin }), await glimpse(argv, { stdin })]) {
      expect([run.code, run.stderr]).toEqual([0, expect.stringMatching(/no time that --as-now could move/)]);
    }
  });

  it('gives the same as JSON, and says of an old body that it is one', async () => {
    const run = await glimpse(['alert', 'send', 'generic', '-', '--dry-run', '--json'], {
      stdin: '{"title":"Backup failed","startsAt":"2024-03-01T10:00:00Z","labels":{"alertname":"Backup"}}',
    });
    const shown = JSON.parse(run.stdout) as {
      groups: { rooms: object[]; text: string; thread: { charts: object[] } }[];
    };
    expect(shown).toMatchObject({
      groups: [{ rooms: [], text: expect.stringContaining('Backup'), thread: { charts: [] } }],
      changes: [],
    });
    expect(run.stderr).toMatch(/--as-now/);
  });
});

describe('the demo fleet', () => {
  it('fires an alert on demand, over HTTP and from the command line', async () => {
    const run = await glimpse(['alert', 'demo']);
    expect([run.code, run.stdout]).toEqual([0, expect.stringMatching(/^Fired: The load of \w+ is above [\d.]+\n/)]);
    const answer = await fetch(`${bot.url}/api/demo/alert`, { method: 'POST' });
    expect([answer.status, await answer.json()]).toEqual([
      202,
      expect.objectContaining({ fingerprint: expect.stringMatching(/^alertmanager:demo:/) }),
    ]);
    const open = await bot.app.store.alerts.open();
    expect(open.some(({ labels }) => labels.alertname === 'HighLoad')).toBe(true);
    // this config has hooks of its own: the fleet does not tell of itself here
    expect(await bot.app.store.alerts.changes({ fromMs: 0, toMs: Date.now() })).toEqual([]);
  });

  it('shows one where no bot runs, and refuses where there is no fleet', async () => {
    const shown = await glimpse(['alert', 'demo'], { listen: '127.0.0.1:9' });
    expect([shown.code, shown.stdout]).toEqual([0, expect.stringMatching(/🟡 WARNING HighLoad · /u)]);
    await writeFile(join(folder, 'none.yaml'), 'queries: []\n');
    const refused = await glimpse(['alert', 'demo', '--config', 'none.yaml'], { listen: '127.0.0.1:9' });
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/no demo fleet/)]);
  });

  it('tells of itself with no configuration, once also after a restart', async () => {
    const own = await newDataDir();
    const startIso = '2026-11-25T09:30:00Z';
    const seen = async () => {
      const alone = await startBot({ startIso, dataDir: own });
      const window = { fromMs: 0, toMs: Date.parse('2026-11-26T00:00:00Z') };
      await vi.waitFor(async () => expect((await alone.app.store.alerts.open()).length).toBe(2), { timeout: 30_000 });
      const [open, changes] = [await alone.app.store.alerts.open(), await alone.app.store.alerts.changes(window)];
      await vi.waitFor(async () => expect((await alone.app.store.alerts.untold(window.toMs)).length).toBe(0), {
        timeout: 30_000,
      });
      const groups = await Promise.all(
        open.map(({ groupKey }) => alone.app.store.alerts.group(`alertmanager:demo:${groupKey}`)),
      );
      await alone.stop();
      return {
        names: open.map(({ labels }) => labels.alertname).sort(),
        changes: changes.length,
        version: groups[0]?.version,
      };
    };
    const first = await seen();
    expect(first).toEqual({ names: ['HighErrorRate', 'HighLatency'], changes: 24, version: 1 });
    expect(await seen()).toEqual(first);
    await rm(own, { recursive: true, force: true });
  });
});
