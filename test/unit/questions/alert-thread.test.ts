/** Questions in the thread of an alert mean its host, its service and its time, unless they say others. */
import { describe, expect, it } from 'vitest';
import { subjectOf } from '../../../src/context/subject.ts';
import type { Alert } from '../../../src/domain/alert.ts';
import { understand } from '../../../src/questions/understand.ts';
import { makeAlert } from '../alerts/make.ts';
import { makeCatalog, makeParameter, makeQuery, NOW_MS, ZONE } from './world.ts';

const LISTS: Readonly<Record<string, readonly string[]>> = {
  'servers.*': ['web01', 'web02', 'db01'],
  'services.*': ['checkout', 'search'],
  'machine.*': ['laptop'],
};
const catalog = makeCatalog([
  makeQuery('load', 'machine', {
    parameters: [makeParameter('host', { type: 'host', values: 'machine.*', default: 'laptop' })],
  }),
  makeQuery('load', 'demo', { parameters: [makeParameter('host', { type: 'host', values: 'servers.*' })] }),
  makeQuery('errors', 'demo', { parameters: [makeParameter('service', { values: 'services.*' })] }),
  makeQuery('pool', 'demo', {
    parameters: [makeParameter('db')],
    alerts: [{ match: { alertname: ['PoolFull'] }, parameters: { db: '${labels.database}' } }],
  }),
]);

async function understood(text: string, alerts: readonly Alert[], { isAddressed = true } = {}) {
  const context = { nowMs: NOW_MS, zone: ZONE, isAddressed, about: subjectOf(alerts, NOW_MS, ZONE) };
  const deps = {
    catalog,
    sources: [],
    rawPrefixes: [],
    valuesOf: async (_: string, pattern: string) => LISTS[pattern] ?? [],
  };
  const result = await understand(text, context, deps, AbortSignal.timeout(5_000));
  if (result.kind !== 'question') return result.kind;
  const { query, arguments: args, range } = result.question;
  return [query.sourceName, args, range.text] as const;
}

const minutesAgo = (count: number) => new Date(NOW_MS - count * 60_000);
const on = (host: string, fields: Partial<Alert> = {}) =>
  makeAlert('HighCpu', { host, startsAt: minutesAgo(10), ...fields });

describe('a question in the thread of an alert', () => {
  it('means its host, also under its full name, and every member of the group', async () => {
    expect(await understood('load', [on('web01.example.net')])).toEqual(['demo', { host: ['web01'] }, 'last 1h']);
    expect(await understood('load', [on('web01'), on('db01')])).toEqual([
      'demo',
      { host: ['web01', 'db01'] },
      'last 1h',
    ]);
  });

  it('means what it says where it says something', async () => {
    expect(await understood('load web02 6h', [on('web01')])).toEqual(['demo', { host: ['web02'] }, 'last 6h']);
  });

  it('means its service', async () => {
    expect(
      await understood('errors 2h', [makeAlert('Slow', { service: 'checkout', startsAt: minutesAgo(3) })]),
    ).toEqual(['demo', { service: ['checkout'] }, 'last 2h']);
  });

  it('takes values as the definition reads them from the alert', async () => {
    const alert = makeAlert('PoolFull', {
      startsAt: minutesAgo(3),
      labels: { alertname: 'PoolFull', database: 'orders' },
    });
    expect(await understood('pool', [alert])).toEqual(['demo', { db: ['orders'] }, 'last 1h']);
  });

  it('looks back to before the alert began, and at one that is over as a whole', async () => {
    expect((await understood('load', [on('web01', { startsAt: minutesAgo(200) })]))[2]).toBe('last 12h');
    const over = on('web01', { status: 'resolved', startsAt: minutesAgo(600), endsAt: minutesAgo(540) });
    expect((await understood('load', [over]))[2]).toBe('2026-11-24T22:17Z to 2026-11-25T01:17Z');
  });

  it('says which host it does not know, rather than answering for another one', async () => {
    await expect(understood('load', [on('nas7')])).rejects.toMatchObject({
      code: 'ASK_UNKNOWN_VALUE',
      message: expect.stringContaining('`nas7`'),
    });
  });

  it('is answered without a mention when it is nothing but a question or a command', async () => {
    const bare = { isAddressed: false };
    expect(await understood('load', [on('web01')], bare)).toEqual(['demo', { host: ['web01'] }, 'last 1h']);
    expect(await understood('load looks fine to me', [on('web01')], bare)).toBe('none');
    for (const text of ['why', 'why?', 'why alert', 'status', 'deploys', 'deploys 24h', 'runbook', 'who is on call?'])
      expect([text, await understood(text, [on('web01')], bare)]).toEqual([text, 'command']);
    for (const text of ['why is that', 'status is green again', 'runbook says restart it', 'I am on call'])
      expect([text, await understood(text, [on('web01')], bare)]).toEqual([text, 'none']);
  });
});
