/** What monitoring systems without charts answer in chat: problems, checks, changes of state, and that there is nothing. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { startHttpBackend } from '../doubles/http-backend.ts';
import { icinga2Double } from '../doubles/icinga2.ts';
import { nagiosDouble } from '../doubles/nagios.ts';
import { createZabbixDouble } from '../doubles/zabbix.ts';
import { openConversation } from './conversation.ts';

const NOW = Date.UTC(2026, 10, 25, 11) / 1000;

async function start() {
  const nagios = await startHttpBackend(
    nagiosDouble({
      nowSeconds: () => NOW,
      things: [
        { host: 'mail01' },
        {
          host: 'mail01',
          service: 'queue',
          status: 'critical',
          output: 'CRITICAL: 812 mails',
          perfdata: 'mails=812;200;500',
          since: NOW - 600,
        },
        {
          host: 'mail01',
          service: 'disk',
          status: 'warning',
          output: 'DISK 82%',
          since: NOW - 86_400,
          acknowledgedBy: ['ana', 'ordered'],
        },
        { host: 'mail02' },
      ],
      alerts: [{ time: NOW - 600, host: 'mail01', service: 'queue', state: 'critical', output: 'CRITICAL: 812 mails' }],
    }),
  );
  const icinga = await startHttpBackend(
    icinga2Double({
      nowSeconds: () => NOW,
      things: [{ host: 'web01' }, { host: 'web01', service: 'http', perfdata: ['time=0.25s;1;2'] }],
    }),
  );
  const double = createZabbixDouble({
    hosts: ['db01'],
    items: [
      { host: 'db01', key: 'cpu.user', name: 'CPU', units: '%', value: (second) => Math.floor(second / 60) % 10 },
    ],
    problems: [{ host: 'db01', name: 'Replication is slow', severity: 3, since: NOW - 1_800, opdata: '75 s behind' }],
    nowSeconds: () => NOW,
    username: 'glimpse',
    password: 'secret',
  });
  const zabbix = await startHttpBackend(double.answer);
  const talk = await openConversation({
    nowMs: NOW * 1000,
    yaml: `
zone: UTC
queries: [{ pack: nagios, source: nagios }, { pack: icinga2, source: icinga }, { pack: zabbix, source: zabbix }]
sources:
  nagios: { kind: nagios, url: ${nagios.url}/nagios, env: mail, publicUrl: https://n.example/nagios }
  icinga: { kind: icinga2, url: ${icinga.url}, env: web, publicUrl: https://i.example/icingaweb2 }
  zabbix: { kind: zabbix, url: ${zabbix.url}, env: db, username: glimpse, password: secret, raw: true, publicUrl: https://z.example }
`,
    definitions: {},
  });
  onTestFinished(() => talk.close());
  return talk.ask;
}

describe('a question for checks', () => {
  it('tells problems, the worst first and what is handled last, as of now', async () => {
    const ask = await start();
    const { lines, text } = await ask('problems mail01');
    expect(lines[0]).toBe('Problems of mail01 2 problems, 1 critical: queue, 1 warning: disk, 1 handled');
    expect(lines[1]).toBe(
      'as of 11:00 UTC · Nagios: https://n.example/nagios/cgi-bin/status.cgi?host=mail01&servicestatustypes=28',
    );
    expect(text).toMatch(/mail01\s+queue\s+CRITICAL\s+10:50\s+CRITICAL: 812 mails/);
    expect(text).toMatch(/mail01\s+disk\s+WARNING\s+Tue 24 Nov 11:00\s+acknowledged by ana: ordered\s+DISK 82%/);
  });

  it('answers that there is no problem, as an answer', async () => {
    const ask = await start();
    const none = await ask('problems web01');
    expect([none.code, none.lines[0]]).toEqual([undefined, 'Problems of web01 no problems: 2 checks fine.']);
    expect(none.alt).toBe('Problems of web01: no problems: 2 checks fine. as of 11:00 UTC.');
    expect((await ask('history mail02 2h')).lines.slice(0, 2)).toEqual([
      'Changes of mail02 no change of state in this window, of 1 check.',
      expect.stringMatching(/^last 2 hours, 09:00–11:00 UTC/),
    ]);
  });

  it('asks which source where several know problems, and takes all hosts of one', async () => {
    const ask = await start();
    const several = await ask('problems');
    expect(several.code).toBe('ASK_AMBIGUOUS');
    expect(several.text).toContain('`problems on zabbix`');
    expect((await ask('problems on zabbix')).lines[0]).toBe(
      'Problems of all hosts 1 problem, 1 average: Replication is slow',
    );
    expect((await ask('problems in web')).lines[0]).toBe('Problems of all hosts no problems: 2 checks fine.');
  });

  it('tells what checks measured, of one service too, and says which name was meant', async () => {
    const ask = await start();
    expect((await ask('services mail01')).lines[0]).toBe(
      'Checks of mail01 3 checks, 1 critical: queue, 1 warning: disk, 1 up',
    );
    expect((await ask('perfdata web01')).text).toMatch(/web01\s+http\s+time\s+250 ms\s+1 s\s+2 s/);
    const near = await ask('perfdata mail01 que');
    expect(near.text).toContain('`que` is not a service I know. Showing `queue`');
    expect(near.text).toMatch(/mail01\s+queue\s+mails\s+812\s+200\s+500/);
  });

  it('draws items of Zabbix, raw ones too, and tells problems of another day', async () => {
    const ask = await start();
    const raw = await ask('zabbix: db01 cpu.user 30m');
    expect(raw.lines[0]).toMatch(/^db01 cpu\.user 9 % now · mean 4\.5 %, peak 9 %/);
    expect(raw.lines[1]).toContain('from=2026-11-25%2010%3A30%3A00&to=2026-11-25%2011%3A00%3A00');
    expect((await ask('items db01')).lines[0]).toBe('Items of db01 1 item');
    const past = await ask('problems db01 yesterday');
    expect(past.lines[0]).toBe('Problems of db01 no problem in this window.');
    expect(past.lines[1]).toMatch(/^yesterday, Tue 24 Nov 00:00–24:00 UTC/);
  });
});
