/** What is understood of posts of other integrations, for every sender; and what hostile posts cannot do. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fc } from '@fast-check/vitest';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { decodeDelivery } from '../../src/alerts/decode-delivery.ts';
import { alertFormats } from '../../src/alerts/index.ts';
import { createSightingReader, sightingReaders } from '../../src/alerts/sighted/index.ts';
import { patternReader } from '../../src/alerts/sighted/patterns.ts';
import { type TakeSightingDeps, takeSighting } from '../../src/alerts/sighted/take-sighting.ts';
import { isTwin } from '../../src/alerts/sighted/twin.ts';
import { sightingOf } from '../../src/chat/rocketchat/sightings.ts';
import { WireMessage } from '../../src/chat/rocketchat/wire.ts';
import type { Alert } from '../../src/domain/alert.ts';
import type { Sighting } from '../../src/domain/sighting.ts';
import { alertOf } from '../../src/store/group-rows.ts';
import { harmlessPosts, type Post, postCases } from './sighted/posts.ts';

const AT_MS = Date.UTC(2026, 10, 25, 9, 44);
const read = createSightingReader([]);

/** A post as the chat hands it over. */
function sighted({ text = '', attachments }: Post, by = 'somebody', atMs = AT_MS): Sighting {
  const message = WireMessage.parse({
    _id: 'm1',
    rid: 'room',
    msg: text,
    ts: { $date: atMs },
    u: { _id: 'cat', username: 'rocket.cat' },
    alias: by,
    bot: { i: 'hook' },
    attachments,
  });
  const room = { roomParticipant: true, roomType: 'c', roomName: 'ops' };
  const bot = { userId: 'botId', username: 'glimpse' };
  const found = sightingOf({ message, room }, { chat: 'team', bot, roomKey: 'ops', floorMs: 0 });
  if (!found) throw new Error('it is no post of a stranger');
  return found;
}

const alertsOf = (post: Post, by?: string): readonly Alert[] => read(sighted(post, by))?.alerts ?? [];

describe.each(postCases)('a post of $sender', ({ by, firing, over, source, severity, title, labels, drawnFrom }) => {
  it('opens a problem that its other post ends', () => {
    const [alert] = alertsOf(firing, by);
    expect(alert).toMatchObject({
      source,
      sourceInstance: 'chat/team/ops',
      status: 'firing',
      severity,
      labels,
      endsAt: null,
    });
    expect(alert?.title).toMatch(title);
    expect(alert?.startsAt.getTime()).toBe(AT_MS);
    const [end] = alertsOf(over, by);
    expect([end?.status, end?.fingerprint]).toEqual(['resolved', alert?.fingerprint]);
  });

  it.runIf(drawnFrom)('tells what a chart can be drawn from', () => {
    const [alert] = alertsOf(firing, by);
    const links = alert?.links.filter(({ rel }) => rel === 'panel' || rel === 'query').map(({ href }) => href) ?? [];
    const images = alert?.images.flatMap(({ url }) => url ?? []) ?? [];
    expect([alert?.metric?.query ?? '', ...links, ...images].some((one) => drawnFrom?.test(one))).toBe(true);
  });
});

it('knows every sender that has a reader', () => {
  const known = new Set(
    postCases.map(({ firing, by }) =>
      sightingReaders.findIndex((reader) => reader.read(sighted(firing, by), DELIVERY)),
    ),
  );
  const without = sightingReaders.filter((_, index) => !known.has(index)).map((reader) => reader.title);
  expect(without).toEqual(['Argo CD']);
});

const DELIVERY = {
  hook: 'chat/team/ops',
  headers: {},
  body: new Uint8Array(),
  content: undefined,
  receivedAt: new Date(AT_MS),
};

it('tells deploys of Argo CD as changes, and an application that does not feel well as an alert', () => {
  const post = (text: string) => ({
    attachments: [
      {
        title: 'checkout',
        title_link: 'https://argocd.example/applications/argocd/checkout',
        text,
        fields: [
          { title: 'Sync Status', value: 'Synced' },
          { title: 'Repository', value: 'https://git.example/shop' },
          { title: 'Revision', value: '4f2a91bb0c' },
        ],
      },
    ],
  });
  const deployed = read(
    sighted(post(':rocket: Application checkout is now running new version of deployments manifests.')),
  );
  expect(deployed?.changes).toMatchObject([{ kind: 'deployment', phase: 'succeeded', title: 'checkout 4f2a91bb' }]);
  expect(alertsOf(post(':exclamation: Application checkout has degraded.'))).toMatchObject([
    { status: 'firing', labels: { alertname: 'ArgoCdHealth', service: 'checkout' } },
  ]);
});

it('tells how far a sync of Argo CD is as its webhook does', () => {
  const phases = [
    'The sync operation of application checkout has started at 2026-11-25T09:44:00Z.',
    'The sync operation of application checkout has failed at 2026-11-25T09:44:00Z.',
    'Application checkout has been successfully synced at 2026-11-25T09:44:00Z.',
    'Application checkout has been created.',
  ].map((text) => {
    const attachments = [
      {
        title: 'checkout',
        title_link: 'https://argocd.example/applications/checkout',
        fields: [{ title: 'Sync Status', value: 'Synced' }],
      },
    ];
    return read(sighted({ text, attachments }))?.changes.map(({ phase, endsAt }) => [phase, endsAt !== null]);
  });
  expect(phases).toEqual([[['started', false]], [['failed', true]], [['succeeded', true]], [['info', false]]]);
});

describe('what is posted is one with what a hook tells', () => {
  const hookAlert = (format: string, body: object): Alert => {
    const found = alertFormats.find((one) => one.format === format);
    const bytes = new TextEncoder().encode(JSON.stringify(body));
    const delivery = { hook: 'eu', headers: {}, body: bytes, receivedAt: new Date(AT_MS) };
    const [alert] = found ? decodeDelivery(found, delivery, found.options.parse({})).alerts : [];
    if (!alert) throw new Error(`${format} tells nothing`);
    return alert;
  };
  /** As the store gives it back. */
  const kept = (post: Post) => alertsOf(post).map((alert) => alertOf(JSON.stringify(alert)))[0] as Alert;
  const alertmanager = (instance: string) =>
    hookAlert('alertmanager', {
      version: '4',
      status: 'firing',
      alerts: [
        { status: 'firing', labels: { alertname: 'NodeDown', instance }, annotations: { summary: 'A node is down' } },
      ],
    });

  it('by values that it shows without names, also where its template writes a summary below', () => {
    const post = { text: '[FIRING:1] NodeDown (web01)\nsummary: A node is down' };
    expect(kept(post)).toMatchObject({ title: 'A node is down', labels: { alertname: 'NodeDown' } });
    expect(isTwin(kept(post), alertmanager('web01'))).toBe(true);
    expect(isTwin(kept(post), alertmanager('web02'))).toBe(false);
  });

  it('although each writes tags of its own', () => {
    const { firing } = postCases.find(({ sender }) => sender === 'Moira') ?? {};
    const told = hookAlert('moira', {
      trigger: { id: 'abc-1', name: 'CPU of web', tags: ['web', 'ops'] },
      events: [{ metric: 'servers.web01.cpu', state: 'ERROR', old_state: 'OK', timestamp: AT_MS / 1_000, value: 93.5 }],
    });
    expect(isTwin(kept(firing ?? {}), told)).toBe(true);
  });
});

it('knows every type of notification that commands of Nagios and its relatives are given', () => {
  const [alert] = alertsOf({ text: 'DOWNTIMECANCELLED Service Alert: web01/HTTP is CRITICAL' });
  expect(alert).toMatchObject({ transition: 'unsuppressed', flags: { suppressed: false } });
});

it.each(harmlessPosts.map((post) => [JSON.stringify(post), post] as const))('takes %s for no alert', (_, post) => {
  expect(read(sighted(post))).toBeUndefined();
});

it('reads each member of a list of Grafana with its own state', () => {
  const text =
    '**Firing**\n\nValue: B=22\nLabels:\n - alertname = A\n - host = web01\nAnnotations:\nPanel: https://g.example/d/a?viewPanel=1\n\n\n**Resolved**\n\nValue: [no value]\nLabels:\n - alertname = A\n - host = web02\nAnnotations:\n';
  const alerts = alertsOf({ attachments: [{ title: '[FIRING:1, RESOLVED:1] A (x)', text, footer: 'Grafana v12' }] });
  expect(alerts.map(({ status, labels, values }) => [status, labels.host, values])).toEqual([
    ['firing', 'web01', [{ name: 'B', value: 22 }]],
    ['resolved', 'web02', []],
  ]);
});

it.each([
  ['letters', 120, 'x'.repeat(150)],
  ['lines', 240, 'x'],
])('makes no alert of the member in which a list with too many %s is cut', (_, count, word) => {
  const members = Array.from(
    { length: count },
    (__, index) => `Value: B=22\nLabels:\n - alertname = A\n - host = web${index}\n - zone = ${word}\n`,
  );
  const text = `**Firing**\n\n${members.join('\n')}`;
  const alerts = alertsOf({ attachments: [{ title: `[FIRING:${count}] A`, text, footer: 'Grafana v12' }] });
  expect(alerts.length).toBeLessThan(count);
  expect(alerts.every(({ labels }) => labels.host !== undefined && labels.zone === word)).toBe(true);
});

it('hands over only what the store takes', () => {
  const post = sighted(
    { text: 'a\0b \ud800', attachments: [{ title: '\0x', fields: [{ title: 'f\0', value: '\udc00' }] }] },
    'b\0y',
  );
  expect(post).toMatchObject({
    by: 'by',
    text: 'ab \ufffd',
    attachments: [{ title: 'x', fields: [{ title: 'f', value: '\ufffd' }] }],
  });
});

it('gives up a post that the store refuses for what is in it, and no other', async () => {
  const take = (failure: Error) => {
    const sightings = { known: () => Promise.reject(failure), named: () => Promise.resolve([]) };
    const deps = { read, sightings, log: pino({ level: 'silent' }) } as unknown as TakeSightingDeps;
    return takeSighting(sighted(postCases[0]?.firing ?? {}), deps);
  };
  const refused = Object.assign(new Error('invalid byte sequence'), { code: '22021' });
  await expect(take(refused)).resolves.toBeUndefined();
  await expect(take(new Error('query failed', { cause: refused }))).resolves.toBeUndefined();
  await expect(take(Object.assign(new Error('deadlock'), { code: '40P01' }))).rejects.toThrow('deadlock');
});

describe('a pattern of the config', () => {
  const backups = {
    name: 'Backups',
    match: '^(?P<status>FAILED|OK): (?<job>\\S+) on (?<host>\\S+)(?: \\((?<severity>\\w+)\\))?',
    from: ['backup*'],
    labels: { service: 'backup' },
  };
  const own = createSightingReader([backups]);
  const alerts = (text: string, by = 'backup-bot') => own(sighted({ text }, by))?.alerts ?? [];

  it('makes labels of its groups, and an end of its status', () => {
    const [alert] = alerts('Report\nFAILED: *nightly* on db01 (critical)');
    expect(alert).toMatchObject({
      source: 'pattern',
      status: 'firing',
      severity: 'critical',
      labels: { alertname: 'Backups', service: 'backup', job: 'nightly', host: 'db01' },
      attributes: { 'host.name': 'db01', 'service.name': 'backup' },
    });
    const [end] = alerts('OK: nightly on db01');
    expect([end?.status, end?.fingerprint]).toEqual(['resolved', alert?.fingerprint]);
  });

  it('minds who posts, and every line', () => {
    expect(alerts('FAILED: nightly on db01', 'ana')).toEqual([]);
    expect(alerts('FAILED: a on db01\nFAILED: b on db02').map(({ labels }) => labels.host)).toEqual(['db01', 'db02']);
  });

  it('takes no time that explodes', () => {
    const evil = patternReader({ name: 'evil', match: '^(?<x>(a+)+)$' });
    // an engine that backtracks would not come back from this
    expect(evil.read(sighted({ text: `${'a'.repeat(5_000)}!` }), DELIVERY)).toBeUndefined();
  });
});

describe('hostile posts', () => {
  const HOSTILE = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.constantFrom<unknown>(
      ...[null, 7, true, [], {}, '', ' ', '@all <!channel>', '\u202Egnp.exe', 'a\u0000b', '```\n@here\n```'],
      ...[
        'javascript:alert(1)',
        'http://user:pass@host/',
        '('.repeat(5_000),
        'x '.repeat(5_000),
        '__proto__',
        '\n'.repeat(3_000),
      ],
      ...[
        '[FIRING:99999999999] __proto__ (constructor)',
        ' - __proto__ = polluted',
        '<'.repeat(3_000),
        '[a]('.repeat(2_000),
      ],
    ),
  );

  it('are alerts of the model, or none; nothing is thrown', () => {
    const cases = postCases.flatMap(({ firing, over }) => [firing, over]);
    fc.assert(
      fc.property(fc.constantFrom(...cases), fc.nat(), HOSTILE, (post, at, value) => {
        const paths = pathsOf(post);
        const told = read(sighted(replaced(post, paths[at % paths.length] ?? [], value) as Post));
        expect(told?.alerts.flatMap(faultsOf) ?? []).toEqual([]);
      }),
      { numRuns: 1_500 },
    );
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

function faultsOf({ title, labels, links, status, endsAt, values, fingerprint, sourceInstance }: Alert): string[] {
  const rules: readonly (readonly [string, boolean])[] = [
    ['title', title.trim() !== '' && !/[\n\r]/.test(title)],
    ['labels', Object.values(labels).every((value) => typeof value === 'string')],
    ['links', links.every(({ href }) => /^https?:\/\/(?![^/]*@)/.test(href))],
    ['end', (status === 'firing') === (endsAt === null)],
    ['values', values.every(({ value }) => value === null || Number.isFinite(value))],
    ['fingerprint', fingerprint.includes(sourceInstance) && fingerprint.length < 400],
  ];
  return rules.flatMap(([name, holds]) => (holds ? [] : [`${fingerprint}: ${name}`]));
}

type Path = readonly (string | number)[];

function pathsOf(value: unknown, before: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) => [[...before, name], ...pathsOf(one, [...before, name])]);
}

function replaced(value: unknown, [name, ...rest]: Path, by: unknown): unknown {
  if (name === undefined) return value;
  const copy = structuredClone(value) as Record<string | number, unknown>;
  copy[name] = rest.length === 0 ? by : replaced(copy[name], rest, by);
  return Array.isArray(value) ? Object.values(copy) : copy;
}

/** `<folder>/chat-messages/*.slack.json`: what senders hand to an incoming webhook. */
const samples = join(process.env.PAYLOAD_SAMPLES ?? '', 'chat-messages');
const names = statSync(samples, { throwIfNoEntry: false })?.isDirectory()
  ? readdirSync(samples).filter((name) => name.endsWith('.json'))
  : [];
describe.skipIf(names.length === 0)('real samples', () => {
  it.each(names)('%s', (name) => {
    const { username, ...post } = JSON.parse(readFileSync(join(samples, name), 'utf8')) as Post & { username: string };
    const alerts = alertsOf(post, username);
    expect(alerts.length).toBeGreaterThan(0);
    expect(alerts.flatMap(faultsOf)).toEqual([]);
    expect(alerts.every(({ status }) => status === 'firing')).toBe(true);
  });
});
