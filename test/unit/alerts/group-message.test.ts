/** The first line of a post: what fires, how bad, how many. */
import { describe, expect, it } from 'vitest';
import { statedFacts } from '../../../src/alerts/group-facts.ts';
import { groupMessage } from '../../../src/alerts/group-message.ts';
import type { Alert } from '../../../src/domain/alert.ts';
import { plainText } from '../../../src/domain/message.ts';
import { makeAlert } from './make.ts';

const NOW_MS = Date.UTC(2026, 10, 25, 9, 50);
const head = (...alerts: readonly Alert[]) => {
  const { blocks } = groupMessage(statedFacts(alerts), { zone: 'UTC', nowMs: NOW_MS });
  const [first] = blocks.flatMap((block) => (block.kind === 'text' ? block.lines : []));
  return first && plainText(first).replaceAll('\u202f', ' ');
};

const unknown = { severity: 'unknown' } as const;
const endsAt = new Date(Date.UTC(2026, 10, 25, 9, 44, 20));

it.each([
  [[makeAlert('HostDown')], '🔴 CRITICAL HostDown'],
  [[makeAlert('HostDown', { host: 'a' }), makeAlert('HostDown', { host: 'b' })], '🔴 CRITICAL HostDown · 2 firing'],
  [[makeAlert('Backup', unknown), makeAlert('DiskFull', unknown)], '⚪ ALERT Backup, DiskFull'],
  [
    [makeAlert('Backup', unknown), makeAlert('DiskFull', { severity: 'warning' }), makeAlert('Backup', { host: 'b' })],
    '🔴 CRITICAL Backup, DiskFull · 3 firing',
  ],
  [
    [makeAlert('Host\n \tDown', { attributes: { 'host.name': `db${'1'.repeat(90)}` } })],
    `🔴 CRITICAL Host Down · db${'1'.repeat(77)}…`,
  ],
  [['A', 'B', 'C', 'D', 'E'].map((name) => makeAlert(name)), '🔴 CRITICAL A, B, C and 2 more'],
  [[makeAlert('Backup'), makeAlert('DiskFull', { status: 'resolved', endsAt })], '🔴 CRITICAL Backup · 1 of 2 firing'],
  [[makeAlert('HostDown', { status: 'resolved', endsAt })], '🟢 RESOLVED HostDown · lasted 20 s (09:44 UTC)'],
])('%#: names what fires', (alerts, words) => {
  expect(head(...alerts)).toBe(words);
});

const members = (...alerts: readonly Alert[]) => {
  const [, ...lines] = groupMessage(statedFacts(alerts), { zone: 'UTC', nowMs: NOW_MS }).blocks.flatMap((block) =>
    block.kind === 'text' ? block.lines.map(plainText) : [],
  );
  return lines.join('\n').replaceAll('\u202f', ' ');
};

it.each([
  ['len', 'mq01 len 5200'],
  ['value', 'mq01 5200'],
  ['A', 'mq01 5200'],
])('a number called %s is told as %s', (name, words) => {
  const labels = { host: 'mq01' };
  const other = makeAlert('Queue', { labels: { host: 'mq02' } });
  expect(members(makeAlert('Queue', { labels, values: [{ name, value: 5_200 }] }), other)).toContain(words);
});

it('tells members apart by labels that all of them have, where these do', () => {
  const disk = (labels: Alert['labels']) => makeAlert('DiskFull', { labels, values: [{ name: 'value', value: 97 }] });
  const [one, two] = [disk({ host: 'db01', service: 'payments' }), disk({ host: 'db02' })];
  expect(members(one, two)).toContain('db01 97, db02 97');
  expect(members(disk({ host: 'db01', mount: '/var' }), disk({ host: 'db01' }))).toContain('/var 97');
});

it('says of each member what its sender says of it, where that differs and no value does', () => {
  const disk = (host: string, title: string, fields: Partial<Alert> = {}) =>
    makeAlert('DiskFull', { host, title, ...fields });
  const [one, two] = [disk('db01', 'db01 has 3 GB left'), disk('web02', 'Its /var is full')];
  expect(members(one, two)).toMatch(/^• db01 has 3 GB left\n• web02: Its \/var is full\nsince /);
  const valued = disk('db03', 'Full', { values: [{ name: 'value', value: 97 }] });
  expect(members(one, valued)).toMatch(/^• db01 has 3 GB left\n• db03 97\nsince /);
  expect(members(disk('a1', 'Full'), disk('a2', 'Full'))).toMatch(/^Full\na1, a2\nsince /);
  const many = Array.from({ length: 7 }, (_, index) => disk(`h${index}`, `Disk ${index} is full`));
  expect(
    members(...many)
      .split('\n')
      .slice(4, 6),
  ).toEqual(['• h4: Disk 4 is full', '… 2 more: alerts DiskFull']);
});

it('does not say beneath the head what the head says', () => {
  const check = (title: string, fields: Partial<Alert> = {}) =>
    makeAlert('Disk /var', {
      labels: { alertname: 'Disk /var', host: 'db1' },
      attributes: { 'host.name': 'db1' },
      title,
      ...fields,
    });
  expect(members(check('Disk /var on db1 is CRITICAL', { description: '4 % free' }))).toMatch(/^4 % free\nsince/);
  expect(members(check('Disk /var on db1 is CRITICAL', { flags: { acknowledged: true } }))).toMatch(
    /^Disk \/var on db1 is CRITICAL\n/,
  );
  expect(members(check('Disk /var on db1 is nearly full'))).toMatch(/^Disk \/var on db1 is nearly full\n/);
  const alert = (rule: string, host: string) =>
    makeAlert(rule, { labels: { alertname: rule, host }, title: `${rule}: ${host}` });
  expect(members(alert('Host CPU', 'db1'), alert('Errors', 'db2'))).toMatch(/^• Errors: db2\n• Host CPU: db1\nsince/);
});

describe('members', () => {
  const load = (host: string, value: number, fields: Partial<Alert> = {}) =>
    makeAlert('HighLoad', {
      labels: { host },
      values: [{ name: 'load', value, unit: 'percent', crit: '80' }],
      ...fields,
    });

  it('stand the worst first: by severity, by number, and by name where no number tells', () => {
    expect(members(load('web10', 81), load('web2', 97), load('web1', 81))).toMatch(
      /^web2 97 % \(limit 80 %\), web1 81 % \(limit 80 %\), web10 81 % /,
    );
    expect(members(load('web1', 99, { severity: 'warning' }), load('web2', 81))).toMatch(/^web2 81 /);
    const free = (host: string, value: number) =>
      load(host, value, { values: [{ name: 'free', value, unit: 'percent', crit: 'below 10 %' }] });
    expect(members(free('db1', 9), free('db2', 3))).toMatch(/^db2 3 % \(limit below 10 %\), db1 9 %/);
    const down = (host: string) => makeAlert('HostDown', { labels: { host } });
    expect(members(down('web10'), down('web9'))).toMatch(/^web9, web10\nsince/);
  });

  it('that are one alone are not named again beneath the head: all numbers are, with what they are of', () => {
    const values = [
      { name: 'rta', value: 3, unit: 'seconds', crit: '5 s' },
      { name: 'pl', value: 100, unit: 'percent', crit: '80 %' },
    ];
    const one = makeAlert('Host down', { labels: { host: 'sw-core-1' }, values });
    expect(members(one)).toMatch(/^rta 3 s \(limit 5 s\), pl 100 % \(limit 80 %\)\nsince/);
    const scaled = [
      { name: 'rta', value: 250, unit: 'ms', crit: '200' },
      { name: 'used', value: 40.5, unit: 'GB', crit: '38' },
      { name: 'busy', value: 0.85, unit: 'ratio' },
    ];
    expect(members({ ...one, values: scaled })).toMatch(
      /^rta 250 ms \(limit 200 ms\), used 40.5 GB \(limit 38 GB\), busy 85 %\n/,
    );
    const more = ['a1', 'users', 'procs', 'size', 'A'].map((name) => ({ name, value: 7 }));
    expect(members({ ...one, values: more })).toMatch(/^value 7, users 7, procs 7, … 1 more\nsince/);
    expect(members({ ...one, values: [{ name: 'pl', value: null }] })).toMatch(/^since/);
  });

  it('that are over are counted, and what was said of the worst is not said of all of them', () => {
    const over = (host: string, severity: Alert['severity'], title: string) =>
      makeAlert('HighLoad', { labels: { alertname: 'HighLoad', host }, title, severity, status: 'resolved', endsAt });
    const hosts = Array.from({ length: 6 }, (_, index) => over(`web${index}`, 'warning', `web${index} is busy`));
    const all = [...hosts, over('web9', 'critical', 'web9 is on fire')];
    expect(head(...all)).toBe('🟢 RESOLVED HighLoad · all 7 · lasted 20 s (09:44 UTC)');
    expect(members(...all)).toBe('web9, web0, web1, web2, web3, … 2 more: alerts HighLoad 24h');
  });
});

describe('the form for a silence', () => {
  const hrefOf = (...hrefs: readonly string[]) => {
    const alerts = hrefs.map((href, index) =>
      makeAlert('HostDown', { host: `h${index}`, links: href === '' ? [] : [{ rel: 'silence', href }] }),
    );
    const { blocks } = groupMessage(statedFacts(alerts), { zone: 'UTC', nowMs: NOW_MS });
    const spans = blocks.flatMap((block) => (block.kind === 'text' ? block.lines.flat() : []));
    return spans.flatMap((span) => (typeof span === 'object' && 'link' in span ? [span.link.url] : []));
  };
  const manager = (filter: string, base = 'https://am.example') =>
    `${base}/#/silences/new?filter=${encodeURIComponent(filter)}`;
  const grafana = (...matchers: readonly string[]) =>
    `https://g.example/alerting/silence/new?alertmanager=grafana${matchers.map((one) => `&matcher=${encodeURIComponent(one)}`).join('')}`;

  it('of a group has the matchers that all have', () => {
    const common = '{alertname="Host, \\"Down\\"",team="db"}';
    const of = (host: string) => manager(common.replace(',team', `,host="${host}",team`));
    expect(hrefOf(of('db01'), of('web02'))).toEqual([manager(common)]);
    expect(hrefOf(of('db01'))).toEqual([of('db01')]);
    expect(hrefOf(grafana('a=x', 'host=db01'), grafana('a=x', 'host=web02'))).toEqual([grafana('a=x')]);
  });

  it('is not offered where none means all of them', () => {
    const [one, other] = [manager('{a="x"}'), manager('{a="y"}')];
    expect(hrefOf(one, other)).toEqual([]);
    expect(hrefOf(one, '')).toEqual([]);
    expect(hrefOf(one, manager('{a="x"}', 'https://eu.example'))).toEqual([]);
    expect(hrefOf(one, one)).toEqual([one]);
  });
});
