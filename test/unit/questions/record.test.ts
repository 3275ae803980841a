/** What is asked about alerts and changes: what is meant, what is said, what is left out. */
import { describe, expect, it } from 'vitest';
import type { Alert, ChangeEvent } from '../../../src/domain/alert.ts';
import { BotError } from '../../../src/domain/errors.ts';
import { THIN_SPACE } from '../../../src/domain/format-number.ts';
import { plainText } from '../../../src/domain/message.ts';
import { createLocalMemory } from '../../../src/lib/local-memory.ts';
import { type AskContext, ask } from '../../../src/questions/ask.ts';
import type { AlertRecord } from '../../../src/questions/record.ts';
import type { Source } from '../../../src/sources/source.ts';
import { createSourceSet } from '../../../src/sources/source-set.ts';
import { createFakeClock } from '../../doubles/fake-clock.ts';
import { makeAlert, makeChange } from '../alerts/make.ts';
import { makeCatalog, makeQuery, NOW_MS, QUERIES } from './world.ts';

/** What the words put between a number and its unit. */
const THIN = THIN_SPACE;
const minutesAgo = (count: number) => new Date(NOW_MS - count * 60_000);

const errors = (host: string, fields: Partial<Alert> = {}) =>
  makeAlert('HighErrorRate', { host, service: 'checkout', startsAt: minutesAgo(18), ...fields });

const ALERTS: readonly Alert[] = [
  makeAlert('DiskFull', { host: 'db01', severity: 'warning', startsAt: minutesAgo(3) }),
  errors('web02', { flags: { acknowledged: true }, actor: { name: 'Ana' } }),
  errors('web05'),
  makeAlert('Slow', { service: 'search', severity: 'info', startsAt: minutesAgo(2_000) }),
];

const CHANGES: readonly ChangeEvent[] = [
  makeChange('checkout', '4.12.0', { startsAt: minutesAgo(21), actor: { name: 'dana' } }),
  makeChange('search', '2.0.0', { startsAt: minutesAgo(90), phase: 'failed' }),
  makeChange('payments', '1.0.0', { startsAt: minutesAgo(300), kind: 'config', title: 'raise the pool to 40' }),
  makeChange('checkout', '4.11.0', { startsAt: minutesAgo(3 * 1_440) }),
];

function recordOf(alerts: readonly Alert[] = ALERTS, changes = CHANGES): AlertRecord {
  return {
    open: async () => alerts.filter(({ status }) => status === 'firing'),
    during: async ({ fromMs, toMs }) =>
      alerts.filter(({ startsAt, endsAt }) => +startsAt < toMs && (endsAt === null || +endsAt >= fromMs)),
    changes: async ({ fromMs, toMs }) => changes.filter(({ startsAt }) => +startsAt >= fromMs && +startsAt < toMs),
    history: async (fingerprint) =>
      alerts.filter((alert) => alert.fingerprint === fingerprint).map(({ startsAt }) => ({ startMs: +startsAt })),
    toldBy: async () => [],
    why: async () => [],
    whyPost: async () => [],
  };
}

const catalog = makeCatalog([
  ...QUERIES,
  makeQuery('saturation', 'demo', { runbookUrl: 'https://wiki.example/saturation', owner: 'sre' }),
]);

/** A source that keeps marks, as Grafana does. */
function markSource(annotations: NonNullable<Source['annotations']>) {
  const source: Source = {
    request: () => ({ label: '' }),
    fetch: async () => [],
    link: () => undefined,
    check: async () => ({ problems: [] }),
    annotations,
  };
  const about = { kind: 'grafana', rawPrefixes: [], isDemo: false, allowsRaw: false, timeoutMs: 1_000 };
  return createSourceSet([{ name: 'graf', title: 'Grafana', ...about, source }]);
}

async function said(...of: Parameters<typeof replied>) {
  return (await replied(...of)).blocks.flatMap((block) => (block.kind === 'text' ? block.lines.map(plainText) : []));
}

async function replied(
  text: string,
  record: AlertRecord | 'none' = recordOf(),
  sources = createSourceSet([]),
  more: Partial<AskContext> = {},
) {
  const asker = { platform: 'team', userId: 'u1', userName: 'ana' };
  const context: AskContext = {
    asker,
    conversations: [],
    isAddressed: true,
    nowMs: NOW_MS,
    zone: 'Europe/Berlin',
    ...more,
  };
  const deps = {
    catalog: () => catalog,
    sources,
    memory: createLocalMemory(),
    clock: createFakeClock(NOW_MS),
    zone: 'UTC',
    ...(record !== 'none' && { record }),
  };
  const reply = await ask(text, context, deps, AbortSignal.timeout(5_000));
  if (reply.kind !== 'message') throw new Error(`${text} is a ${reply.kind}`);
  return reply.message;
}

describe('alerts', () => {
  it('are those that fire, the worst first, since when and who has them', async () => {
    expect(await said('alerts')).toEqual(
      [
        '4 alerts fire: 2 critical, 1 warning, 1 info',
        '🔴 critical HighErrorRate · checkout · web02, web05 · since 10:44 CET (18\u202fmin) · acknowledged by Ana (1 of 2) · Runbook',
        '🟡 warning DiskFull · db01 · since 10:59 CET (3\u202fmin) · Runbook',
        '🔵 info Slow · search · since 2026-11-24 01:42 CET (33.3\u202fh) · Runbook',
      ].map((line) => line.replaceAll('\u202f', THIN)),
    );
  });

  it.each([
    ['alerts web02', ['HighErrorRate · checkout · web02']],
    ['alerts checkout', ['HighErrorRate · checkout · web02, web05']],
    ['alerts of checkout on web05', ['HighErrorRate · checkout · web05']],
    ['alerts host=db01', ['DiskFull · db01']],
    ['alerts critical', ['HighErrorRate']],
    ['alerts disk', ['DiskFull']],
    ['alerts web0*', ['web02, web05']],
    ['show me the alerts for the search', ['Slow']],
  ])('%s are those', async (text, parts) => {
    const [, ...lines] = await said(text);
    expect(lines).toEqual(parts.map((part) => expect.stringContaining(part)));
  });

  it('take a word for a whole name where there is one of that name', async () => {
    const record = recordOf([errors('web1'), errors('web10')]);
    expect((await said('alerts web1', record))[1]).toMatch(/· web1 ·/);
    expect((await said('alerts web', record))[1]).toMatch(/· web1, web10 ·/);
  });

  it('of a window are those that were open in it', async () => {
    const ended = makeAlert('DiskFull', {
      host: 'db02',
      status: 'resolved',
      startsAt: minutesAgo(1_300),
      endsAt: minutesAgo(1_270),
    });
    const lines = await said('alerts yesterday', recordOf([...ALERTS, ended]));
    expect(lines[0]).toBe('2 alerts open yesterday (Tue 24 Nov 00:00–24:00 CET), 1 still');
    expect(lines[1]).toContain('Slow');
    expect(lines[2]).toBe(`🟢 critical DiskFull · db02 · from 2026-11-24 13:22 CET, lasted 30${THIN}min · Runbook`);
  });

  it('are folded by how bad they are', async () => {
    const record = recordOf([errors('web01'), errors('web02', { severity: 'warning' })]);
    expect(await said('alerts', record)).toEqual([
      '2 alerts fire: 1 critical, 1 warning',
      expect.stringMatching(/^🔴 critical HighErrorRate · checkout · web01 ·/),
      expect.stringMatching(/^🟡 warning HighErrorRate · checkout · web02 ·/),
    ]);
    expect((await said('alerts critical', record))[0]).toBe('1 critical alert fires');
  });

  it('of which nothing was heard do not count as firing', async () => {
    const record = recordOf([errors('web01'), errors('web02', { silentSince: minutesAgo(10) })]);
    const [head, , silent] = await said('alerts', record);
    expect(head).toBe('1 critical alert fires, no news of 1');
    expect(silent).toMatch(
      /^⚪ no news of critical HighErrorRate .* web02 · fired since 10:44 CET, last heard of 10:52 CET/,
    );
    expect((await said('alerts web02', record))[0]).toBe('No news of 1 alert about web02');
  });

  it.each([
    ['silence DiskFull 1h', 'https://am.example/silence'],
    ['ack DiskFull', 'https://am.example/alert'],
  ])('are handled at their source: %s', async (text, href) => {
    const links = [
      { rel: 'silence', href: 'https://am.example/silence' },
      { rel: 'source', href: 'https://am.example/alert' },
    ] as const;
    const reply = await replied(text, recordOf([makeAlert('DiskFull', { host: 'db01', links })]));
    expect(JSON.stringify(reply)).toContain(href);
    expect((await said(text, recordOf([])))[1]).toBe('Nothing that fires is about DiskFull. All: alerts');
  });

  it('have help of their own', async () => {
    for (const word of ['alerts', 'deploys', 'changes', 'runbook', 'status', 'why', 'on call', 'oncall']) {
      expect((await said(`help ${word}`))[1]).toMatch(/^Examples /);
    }
  });

  it('say how often they fired in a window', async () => {
    const [alert] = ALERTS;
    const begun = [10, 200, 5_000].map((minutes) => ({ startMs: +minutesAgo(minutes) }));
    const record = { ...recordOf([alert as Alert]), history: async () => begun };
    expect((await said('alerts db01 24h', record))[0]).toMatch(
      /^1 alert about db01 open last 24h \(.*\), 1 still, fired twice$/,
    );
  });

  it('of one name are explained by the newest, which says that there are more', async () => {
    const record = {
      ...recordOf([makeAlert('DiskFull', { host: 'db02' }), makeAlert('DiskFull', { host: 'db01' })]),
      why: async () => [['Why DiskFull']],
    };
    expect(await said('why DiskFull', record)).toEqual([
      'Why DiskFull',
      'That is the newest of db02; 1 more of that name: why "DiskFull" db01',
    ]);
  });

  it('of a post for many are explained in its thread', async () => {
    const record = {
      ...recordOf(),
      whyPost: async (post: object) => [[`Why ${JSON.stringify(post)}`]],
    };
    const thread = { chat: 'team', id: 'p1' };
    expect(await said('why', record, undefined, { thread })).toEqual([`Why ${JSON.stringify(thread)}`]);
  });

  it('that are none are said in a sentence, with what can be asked instead', async () => {
    expect(await said('alerts', recordOf([]))).toEqual(['Nothing fires. Before now: alerts 7d']);
    expect(await said('alerts web99')).toEqual(['Nothing about web99 fires. 4 other alerts: alerts']);
    expect((await said('alerts web99 1h', recordOf([])))[0]).toMatch(/^No alert about web99 was open last 1h/);
  });

  it('of a thousand fit a message', async () => {
    const many = Array.from({ length: 1_000 }, (_, index) => makeAlert(`Rule${index}`, { host: `web${index}` }));
    const lines = await said('alerts', recordOf(many));
    expect([lines.length, lines.at(-1)]).toEqual([22, '… 980 more; a name lists fewer: alerts web01']);
    const hosts = Array.from({ length: 1_000 }, (_, index) => errors(`web${index}`));
    expect((await said('alerts', recordOf(hosts)))[1]).toContain('web0, web1, web2, web3 and 996 more');
  });

  it('are not known where no bot runs, which is said', async () => {
    await expect(said('alerts', 'none')).rejects.toMatchObject({ code: 'ASK_FORBIDDEN' });
    await expect(said('deploys', 'none')).rejects.toThrow(/running bot/);
  });
});

describe('changes', () => {
  it('of the last day are the newest first, with who and how it went', async () => {
    expect(await said('changes')).toEqual([
      '3 changes last 24h (Tue 24 Nov 11:02 – today 11:02 CET)',
      '10:41 deploy checkout 4.12.0 in production by dana · change',
      '09:32 deploy search 2.0.0 in production, failed · change',
      '06:02 config change payments: raise the pool to 40 in production · change',
    ]);
  });

  it.each([
    ['deploys 24h', 2],
    ['deploys checkout 24h', 1],
    ['deploys checkout 7d', 2],
    ['changes 7d', 4],
    ['changes payments', 1],
    ['changes pool', 1],
    ['deploys dana', 1],
    ['deploys failed', 1],
    ['deploys service=search version=2.0.0', 1],
  ])('`%s` are %i', async (text, count) => {
    expect((await said(text)).length).toBe(count + 1);
  });

  it('that are none are said with the last one before', async () => {
    expect(await said('deploys checkout 10m')).toEqual([
      'No deploy of checkout last 10m (10:52–11:02 CET).',
      'The last before: 10:41 deploy checkout 4.12.0 in production by dana · change',
    ]);
    expect(await said('deploys nowhere')).toEqual([
      'No deploy of nowhere last 24h (Tue 24 Nov 11:02 – today 11:02 CET).',
    ]);
  });
});

describe('runbook', () => {
  it.each([
    ['runbook saturation', ['Runbook of saturation · owner sre']],
    ['runbook HighErrorRate', ['Runbook of HighErrorRate']],
    ['runbook search', ['Runbook of Slow']],
    ['runbook cpu', ['The query cpu names no runbook; write runbook: https://… in its definition.']],
    ['runbook saturatio', ['Neither a query nor an open alert is called saturatio. Near: runbook saturation']],
  ])('%s', async (text, lines) => {
    expect(await said(text)).toEqual(lines);
  });

  it('of everything lists each page once', async () => {
    expect((await said('runbook')).map((line) => line.replace(/ · .*/, ''))).toEqual([
      '• Runbook of saturation',
      '• Runbook of DiskFull',
      '• Runbook of HighErrorRate',
      '• Runbook of Slow',
    ]);
  });
});

describe('status of a service', () => {
  it('is what fires, what was changed and what can be asked', async () => {
    expect(await said('status checkout')).toEqual([
      'checkout: 2 critical alerts fire.',
      expect.stringContaining('HighErrorRate'),
      '10:41 deploy checkout 4.12.0 in production by dana · change',
      'Sun 22 Nov 11:02 deploy checkout 4.11.0 in production · change',
    ]);
  });

  it('says that nothing fires where only changes are known', async () => {
    expect((await said('status payments'))[0]).toBe('payments: nothing fires.');
  });
});

describe('deploys that sources keep as marks', () => {
  const mark = (minutes: number, title: string, kind: 'deploy' | 'note' = 'deploy') => ({
    ...{ timeMs: +minutesAgo(minutes), kind, title, tags: [], url: 'https://grafana.example/d/x' },
  });
  const marks = [
    mark(22, 'deploy checkout'),
    mark(22, 'search 2.1'),
    mark(40, 'checkout 4.11.9'),
    mark(50, 'lunch', 'note'),
  ];
  const inWindow: NonNullable<Source['annotations']> = async ({ fromMs, toMs }) =>
    marks.filter(({ timeMs }) => timeMs >= fromMs && timeMs < toMs);

  it('are listed with those that were told, each once, the newest first', async () => {
    expect(await said('deploys 2h', recordOf(), markSource(inWindow))).toEqual([
      expect.stringMatching(/^4 deploys last 2h/),
      expect.stringMatching(/^10:41 deploy checkout 4\.12\.0/),
      '10:40 deploy search 2.1 · change',
      '10:22 deploy checkout 4.11.9 · change',
      expect.stringMatching(/deploy search 2\.0\.0/),
    ]);
    expect(await said('deploys checkout 2h', recordOf(), markSource(inWindow))).toHaveLength(3);
    expect(await said('status checkout', recordOf([], []), markSource(inWindow))).toEqual(
      expect.arrayContaining(['10:22 deploy checkout 4.11.9 · change']),
    );
  });

  it('that cannot be had are said to be missing', async () => {
    const failing = markSource(() =>
      Promise.reject(new BotError('SOURCE_AUTH', 'Grafana does not accept my key (401).')),
    );
    for (const question of ['deploys checkout 2h', 'deploys search 10m', 'status checkout']) {
      expect((await said(question, recordOf(), failing)).join('\n')).toContain(
        'Not available: marks of Grafana: Grafana does not accept my key (401).',
      );
    }
  });
});
