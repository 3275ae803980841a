/** What each monitoring system hands to `glimpse-notify` arrives and is understood. */
import { execFileSync } from 'node:child_process';
import { fc } from '@fast-check/vitest';
import { afterAll, describe, expect, it } from 'vitest';
import { findShells, makeHost, NOTIFY, startReceiver, understood } from './notifier.ts';

const { shells, missing, remove } = findShells();
if (missing.length > 0) process.stderr.write(`skipped: no ${missing.join(', ')} here\n`);
const receiver = await startReceiver();
afterAll(async () => {
  await receiver.down();
  remove();
});

const SERVICE = {
  NOTIFICATIONTYPE: 'PROBLEM',
  NOTIFICATIONNUMBER: '1',
  HOSTNAME: 'web01',
  HOSTADDRESS: '192.0.2.1',
  HOSTSTATE: 'UP',
  HOSTGROUPNAMES: 'web,linux',
  SERVICEDESC: 'Disk /var',
  SERVICESTATE: 'CRITICAL',
  SERVICEOUTPUT: 'DISK CRITICAL <b>"x"</b> & $5 `id`',
  LONGSERVICEOUTPUT: 'line two\\nline three',
  SERVICEPERFDATA: '/var=95%;80;90',
  SERVICEPROBLEMID: '7',
  LASTSERVICESTATECHANGE: '1795600000',
  TIMET: '1795600010',
  _SERVICETEAM: 'dba',
};
const prefixed = (prefix: string, macros: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(macros).map(([name, value]) => [`${prefix}${name}`, value]));

describe.each(shells.filter(({ name }) => name !== 'dash without flock'))('$name', (shell) => {
  const host = makeHost(shell, receiver.url);
  afterAll(() => host.remove());
  /** Runs it and gives what arrived by that. */
  const tell = async (words: readonly string[], options: Parameters<typeof host.run>[1] = {}) => {
    const before = receiver.arrived.length;
    const { code, stderr } = await host.run(words, options);
    expect([code, stderr]).toEqual([0, '']);
    const [arrived, ...more] = receiver.arrived.slice(before);
    if (!arrived) throw new Error('nothing arrived');
    expect(more).toEqual([]);
    return { arrived, told: understood(arrived) };
  };

  it('reads the environment that Nagios and Naemon give', async () => {
    const env = prefixed('NAGIOS_', { ...SERVICE, SERVICECHECKCOMMAND: 'check!secret', _HOSTSNMPCOMMUNITY: 'public' });
    const { arrived, told } = await tell(['nagios', '--name', 'eu'], { env });
    expect(arrived.path).toBe('/hooks/nagios/eu');
    expect(arrived.headers['content-type']).toBe('application/json');
    expect(told.alerts).toMatchObject([
      {
        deliveryId: arrived.key,
        fingerprint: 'nagios:eu:web01/Disk /var',
        status: 'firing',
        severity: 'critical',
        episode: '7',
        description: SERVICE.SERVICEOUTPUT,
        annotations: { long_output: 'line two\nline three' },
        labels: { host: 'web01', check: 'Disk /var', team: 'dba', hostgroups: 'web,linux' },
        startsAt: new Date(1_795_600_000_000),
      },
    ]);
    expect(arrived.body.toString()).not.toMatch(/secret|public/);
    const recovery = { ...SERVICE, NOTIFICATIONTYPE: 'RECOVERY', SERVICESTATE: 'OK' };
    const end = await tell(['naemon'], { env: prefixed('NAEMON_', recovery) });
    expect([end.arrived.path, end.told.alerts[0]?.status]).toEqual(['/hooks/nagios', 'resolved']);
    expect(end.arrived.key).not.toBe(arrived.key);
  });

  it('takes macros of Nagios as arguments; what was not filled is absent', async () => {
    const words = Object.entries(SERVICE).map(([name, value]) => `${name}=${value}`);
    const service = await tell(['nagios', ...words, 'SERVICENOTESURL=$', 'NOTIFICATIONAUTHOR=$NOTIFICATIONAUTHOR$']);
    const [alert] = service.told.alerts;
    expect(alert).toMatchObject({ fingerprint: 'nagios:eu:web01/Disk /var', links: [] });
    expect(alert?.actor).toBeUndefined();
    const down = ['NOTIFICATIONTYPE=PROBLEM', 'HOSTNAME=db01', 'HOSTSTATE=DOWN', 'HOSTOUTPUT=a=b=c', 'SERVICEDESC=$'];
    const { told } = await tell(['icinga', ...down]);
    expect(told.alerts).toMatchObject([{ fingerprint: 'nagios:eu:db01', title: 'db01 is DOWN', description: 'a=b=c' }]);
  });

  it('takes macros of Icinga 2, as arguments and from the environment', async () => {
    const macros = {
      'notification.type': 'PROBLEM',
      'host.name': 'web01',
      'host.display_name': 'Web 1',
      'service.name': 'http',
      'service.state': 'CRITICAL',
      'service.output': 'HTTP\n500 "x" \\ end',
      'service.perfdata': 'time=0.5s',
      'icinga.timet': '1795600040',
    };
    const words = Object.entries(macros).map(([name, value]) => `${name}=${value}`);
    const first = await tell(['icinga2', ...words]);
    const env = Object.entries(macros).map(([name, value]) => [
      `ICINGA_${name.replace('.', '_').toUpperCase()}`,
      value,
    ]);
    const second = await tell(['icinga2'], { env: Object.fromEntries(env) });
    const sent = [first, second].map(({ arrived }) => JSON.parse(arrived.body.toString()) as { macros: unknown });
    expect(sent.map(({ macros }) => macros)).toEqual([macros, macros]);
    expect(first.told.alerts).toMatchObject([
      { title: 'http on web01 is CRITICAL', description: 'HTTP\n500 "x" \\ end' },
    ]);
  });

  it('reads the environment of Checkmk, and many notifications from its bulk mode', async () => {
    const macros = {
      ...SERVICE,
      WHAT: 'SERVICE',
      MICROTIME: '1795600010123456',
      SERVICELABEL_team: 'dba',
      PARAMETER_1: 'parameter-secret',
      CONTACTEMAIL: 'ana@example.org',
    };
    const { arrived, told } = await tell(['checkmk'], { env: prefixed('NOTIFY_', macros) });
    expect(told.alerts).toMatchObject([{ source: 'checkmk', labels: { team: 'dba' }, severity: 'critical' }]);
    expect(arrived.body.toString()).not.toMatch(/parameter-secret|ana@example/);
    const block = (host: string) =>
      `WHAT=HOST\nHOSTNAME=${host}\nNOTIFICATIONTYPE=PROBLEM\nHOSTSTATE=DOWN\nHOSTOUTPUT=one\u0001two = "2"\n`;
    const bulk = await tell(['checkmk', '--bulk'], { stdin: `PARAMETER_1=x\n\n${block('a1')}\n${block('a2')}` });
    expect(bulk.told.alerts.map(({ title, description }) => [title, description])).toEqual([
      ['a1 is DOWN', 'one\ntwo = "2"'],
      ['a2 is DOWN', 'one\ntwo = "2"'],
    ]);
  });

  it('passes on events of Sensu byte by byte', async () => {
    const go = `{"id":"c3a1", "entity":{"metadata":{"name":"web01","namespace":"default"}},\n "check":{"metadata":{"name":"cpu"},"status":2}}\n`;
    const first = await tell(['sensu-go', '--name', 'eu'], { stdin: go });
    expect([first.arrived.path, first.arrived.body.toString()]).toEqual(['/hooks/sensu-go/eu', go]);
    const core = `{"id":"ef","action":"create","client":{"name":"c1"},"check":{"name":"k","status":2}}`;
    const second = await tell(['sensu-core'], { stdin: core });
    expect(second.told.alerts).toMatchObject([{ title: 'k on c1', status: 'firing' }]);
  });

  it('makes alerts of options, and their ends', async () => {
    const words = [
      '--title',
      'Backup "nightly" failed',
      '--severity',
      'critical',
      '--text',
      'tar: \\ no space\n2 lines',
    ];
    const more = ['--label', 'host=db01', '--label', 'q=a=b', '--annotation', 'runbook_url=https://wiki.example/b'];
    const { told } = await tell([
      'generic',
      ...words,
      ...more,
      '--value',
      'free=0.5',
      '--key',
      'backup',
      '--link',
      'https://x.example/',
    ]);
    expect(told.alerts).toMatchObject([
      {
        fingerprint: 'generic:eu:backup',
        title: 'Backup "nightly" failed',
        description: 'tar: \\ no space\n2 lines',
        severity: 'critical',
        labels: { host: 'db01', q: 'a=b' },
        values: [{ name: 'free', value: 0.5 }],
        timeSource: 'event',
        links: [{ href: 'https://x.example/' }, { rel: 'runbook', href: 'https://wiki.example/b' }],
      },
    ]);
    const end = await tell(['generic', '--title', 'Backup works', '--status', 'resolved', '--key', 'backup']);
    expect(end.told.alerts).toMatchObject([{ fingerprint: 'generic:eu:backup', status: 'resolved' }]);
  });

  it('runs a job of cron: an alert when it fails, its end when it works, its output and exit code untouched', async () => {
    const before = receiver.arrived.length;
    const job = (command: string) =>
      host.run(['cron', '--title', 'Backup', '--', 'sh', '-c', command], { path: '/usr/bin:/bin' });
    const failed = await job('echo copying; echo "disk \\"full\\"" >&2; exit 7');
    expect([failed.code, failed.stdout]).toEqual([7, 'copying\ndisk "full"\n']);
    const worked = await job('true');
    expect(worked.code).toBe(0);
    const told = receiver.arrived.slice(before).map(understood);
    const [first, second] = told.flatMap(({ alerts }) => alerts);
    expect([first?.status, second?.status]).toEqual(['firing', 'resolved']);
    expect(first?.description).toBe('exit code 7\ncopying\ndisk "full"');
    expect(first?.fingerprint).toBe(second?.fingerprint);
  });

  it('tells deploys; the phases of one meet, two that are told once do not', async () => {
    const words = ['deploy', '--service', 'checkout', '--version', '4.12.0', '--environment', 'production'];
    const told = [];
    const more = ['--by', 'ana', '--revision', 'c6d86dc', '--tag', 'hotfix', '--link', 'https://ci.example/1'];
    for (const phase of [['--phase', 'started', ...more], ['--phase', 'succeeded'], [], []]) {
      const { arrived, told: one } = await tell([...words, ...phase]);
      expect(arrived.path).toBe('/changes/generic');
      told.push(...one.changes);
    }
    expect(told[0]).toMatchObject({
      kind: 'deployment',
      phase: 'started',
      title: 'checkout 4.12.0',
      endsAt: null,
      attributes: {
        'service.name': 'checkout',
        'service.version': '4.12.0',
        'deployment.environment.name': 'production',
        'vcs.ref.head.revision': 'c6d86dc',
      },
      actor: { name: 'ana' },
      tags: ['hotfix'],
      links: [{ href: 'https://ci.example/1' }],
    });
    expect(told.map(({ phase }) => phase)).toEqual(['started', 'succeeded', 'succeeded', 'succeeded']);
    expect(told[1]?.id).toBe(told[0]?.id);
    expect(new Set(told.map(({ id }) => id)).size).toBe(3);
  });

  it('carries any text, byte by byte', async () => {
    const controls = Array.from({ length: 31 }, (_, index) => String.fromCharCode(index + 1)).join('');
    const samples = fc.sample(fc.string({ unit: 'grapheme', maxLength: 200 }), 60);
    const values = [
      ...[
        '"',
        '\\',
        '\\"',
        '\\\\n',
        'a\nb\n',
        '\n',
        '  spaces  ',
        "'",
        '$(id) `id` ${HOME}',
        '%s%n%%',
        '&<>|;*?[a]~',
        '=',
        '-n',
      ],
      ...[controls, '\u007f', 'æøå 日本語 🙂 \u202e\u2028', '\ufeff', 'x'.repeat(60_000), '"\\'.repeat(5_000)],
      ...samples.map((text) => text.replaceAll('\0', '')),
    ];
    const macros = Object.fromEntries(values.map((value, index) => [`_HOSTV${index}`, value]));
    const { arrived } = await tell(['nagios'], { env: prefixed('NAGIOS_', { HOSTNAME: 'web01', ...macros }) });
    const sent = JSON.parse(arrived.body.toString()) as { macros: Record<string, string> };
    expect(values.map((_, index) => sent.macros[`_HOSTV${index}`])).toEqual(values);
    const asArguments = values.slice(0, 30).map((value, index) => `_HOSTV${index}=${value}`);
    const second = await tell(['nagios', 'HOSTNAME=web01', ...asArguments]);
    const again = JSON.parse(second.arrived.body.toString()) as { macros: Record<string, string> };
    expect(values.slice(0, 30).map((_, index) => again.macros[`_HOSTV${index}`])).toEqual(values.slice(0, 30));
  });

  it('passes on what is no UTF-8, which is then shown with a sign for it', () => {
    const script = `NAGIOS_HOSTNAME=web01 NAGIOS_HOSTSTATE=DOWN NAGIOS_HOSTOUTPUT="$(printf 'gr\\374n \\200')" exec "$@"`;
    const words = ['-c', script, 'sh', ...shell.words, NOTIFY, '--dry-run', '--spool', host.spool, 'nagios'];
    const body = execFileSync('/bin/sh', words, { env: { PATH: shell.path } });
    expect(body.includes(Buffer.from([0x67, 0x72, 0xfc, 0x6e, 0x20, 0x80]))).toBe(true);
    const told = understood({ path: '/hooks/nagios', headers: {}, body, key: '' });
    expect(told.alerts[0]?.description).toBe('gr\ufffdn \ufffd');
  });
});
