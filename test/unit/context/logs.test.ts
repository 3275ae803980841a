/** Log lines around the start: which query is asked, of what, and what is said of them. */
import { describe, expect, it } from 'vitest';
import { logQueries, logsStep } from '../../../src/context/logs.ts';
import { pagesStep } from '../../../src/context/pages.ts';
import { subjectOf } from '../../../src/context/subject.ts';
import type { LogsFrame } from '../../../src/domain/frame.ts';
import { plainText } from '../../../src/domain/message.ts';
import type { SavedQuery } from '../../../src/domain/saved-query.ts';
import type { FetchWindow, Source } from '../../../src/sources/source.ts';
import { createSourceSet } from '../../../src/sources/source-set.ts';
import { makeAlert } from '../alerts/make.ts';
import { makeCatalog, makeParameter, makeQuery } from '../questions/world.ts';

const START = Date.parse('2026-11-25T09:44:30Z');
const MINUTE = 60_000;
const never = new AbortController().signal;
const rate = makeAlert('HighErrorRate', { host: 'web02', service: 'checkout', startsAt: new Date(START) });
const subject = subjectOf([rate], START + 5 * MINUTE, 'Europe/Berlin');

const lines = (id: string, fields: Partial<SavedQuery> = {}) =>
  makeQuery(id, 'loki', { output: 'lines', parameters: [makeParameter('service')], ...fields });
const named = [{ match: { alertname: ['HighErrorRate'] }, parameters: { service: '${labels.service}' } }];

describe('the queries that are asked', () => {
  const asked = (...queries: readonly SavedQuery[]) =>
    logQueries(subject, makeCatalog(queries)).map(({ query, arguments: args }) => [query.id, args]);

  it('are those that name the alert, before any that only fit', () => {
    const queries = [lines('errors'), lines('refusals', { alerts: named }), lines('others', { alerts: named })];
    expect(asked(...queries)).toEqual([
      ['refusals', { service: ['checkout'] }],
      ['others', { service: ['checkout'] }],
    ]);
  });

  it('are else one that service, host or a label fills, errors first', () => {
    const text = makeParameter('phrase', { type: 'text', default: '' });
    expect(asked(lines('logs', { parameters: [makeParameter('app'), text] }), lines('errors'))).toEqual([
      ['errors', { service: ['checkout'] }],
    ]);
    expect(asked(lines('logs', { parameters: [makeParameter('app'), text] }))).toEqual([
      ['logs', { app: ['checkout'], phrase: [''] }],
    ]);
    expect(asked(lines('syslog', { parameters: [makeParameter('box', { type: 'host' })] }))).toEqual([
      ['syslog', { box: ['web02'] }],
    ]);
    expect(asked(lines('by-name', { parameters: [makeParameter('alertname')] }))).toEqual([
      ['by-name', { alertname: ['HighErrorRate'] }],
    ]);
  });

  it.each([
    ['one that needs what nobody knows', lines('logs', { parameters: [makeParameter('tenant')] })],
    ['one that is of everything anyway', lines('logs', { parameters: [] })],
    [
      'one that would be given nothing of the alert',
      lines('logs', { parameters: [makeParameter('tenant', { default: 'a' })] }),
    ],
    [
      'one that does not know the service',
      lines('logs', { parameters: [makeParameter('service', { values: ['search'] })] }),
    ],
    ['one that draws', makeQuery('errors', 'loki', { parameters: [makeParameter('service')] })],
    [
      'one for another alert',
      lines('logs', {
        parameters: [makeParameter('tenant')],
        alerts: [{ match: { alertname: ['Other'] }, parameters: { tenant: 'x' } }],
      }),
    ],
  ])('are not %s', (_, query) => {
    expect(asked(query)).toEqual([]);
  });

  it('are asked of all members at once, within a bound', () => {
    const members = Array.from({ length: 100 }, (_, index) => makeAlert('Down', { host: `web${index}` }));
    const query = lines('syslog', { parameters: [makeParameter('host', { type: 'host' })] });
    const [first] = logQueries(subjectOf(members, START, 'UTC'), makeCatalog([query]));
    expect(first?.arguments.host?.length).toBe(20);
  });
});

function frameOf(window: FetchWindow, messages: readonly string[], total = messages.length): LogsFrame {
  return {
    kind: 'logs',
    range: { ...window, text: '' },
    warnings: [],
    total,
    lines: messages.map((message, index) => ({ timeMs: window.fromMs + index, message, fields: {} })),
  };
}

function find(
  fetch: (window: FetchWindow) => Promise<LogsFrame[]>,
  queries: readonly SavedQuery[] = [lines('errors')],
  about = subject,
) {
  const windows: FetchWindow[] = [];
  const source: Source = {
    request: () => ({ label: 'x' }),
    async fetch(_, window) {
      windows.push(window);
      return fetch(window);
    },
    link: (_, { fromMs, toMs }) => `https://loki.example/?from=${fromMs}&to=${toMs}`,
    check: async () => ({ problems: [] }),
  };
  const rest = { title: 'Loki', rawPrefixes: [], isDemo: false, allowsRaw: false, timeoutMs: 1_000 };
  const sources = createSourceSet([{ name: 'loki', kind: 'loki', ...rest, source }]);
  const deps = { catalog: () => makeCatalog(queries), sources };
  const said = logsStep({ ...deps, timeoutMs: 50 }).find(about, never);
  const pages = () => pagesStep(deps).find(about, never);
  return said.then((found) => ({ said: found.lines.map(plainText), found, windows, pages }));
}

const isNow = ({ toMs }: FetchWindow) => toMs > START;

describe('log lines around the start', () => {
  it('are counted since shortly before, and in the half hour before that, with their messages folded', async () => {
    const many = [
      ...Array.from({ length: 7 }, (_, index) => `timeout after ${index} ms`),
      'card declined',
      'card declined',
    ];
    const { said, windows, found } = await find(async (window) => [
      isNow(window) ? frameOf(window, many) : frameOf(window, ['card declined']),
    ]);
    expect(said).toEqual([
      'Logs 9 of errors checkout since 10:39 (1 in the half hour before): timeout after {n} ms 7 · card declined 2 · Loki',
    ]);
    const fromMs = Date.parse('2026-11-25T09:39:00Z');
    expect(windows.map((window) => [window.fromMs, window.toMs])).toEqual([
      [fromMs, START + 5 * MINUTE],
      [fromMs - 30 * MINUTE, fromMs],
    ]);
    expect(found.lines[0]?.at(-1)).toEqual({
      link: { title: 'Loki', url: `https://loki.example/?from=${fromMs}&to=${START + 5 * MINUTE}` },
    });
  });

  it('are more than can be read: the messages are those of the newest', async () => {
    const { said } = await find(async (window) => [frameOf(window, ['refused', 'refused'], 4_812)]);
    expect(said[0]).toMatch(
      /^Logs 4812 of errors checkout since 10:39 \(4812 in the half hour before\); of the newest 2: refused 2/,
    );
  });

  it('of an old alert are those of its beginning', async () => {
    const old = subjectOf([rate], START + 600 * MINUTE, 'Europe/Berlin');
    const { said } = await find(async (window) => [frameOf(window, ['refused'])], [lines('errors')], old);
    expect(said[0]).toMatch(/^Logs 1 of errors checkout from 10:39 to 11:14 \(/);
  });

  it('that are none are news only where the definition says that they belong to the alert', async () => {
    const silent = async (window: FetchWindow) => [frameOf(window, isNow(window) ? [] : ['a', 'b'])];
    expect((await find(silent)).said).toEqual([]);
    expect((await find(silent, [lines('errors', { alerts: named })])).said).toEqual([
      'Logs none of errors checkout since 10:39 (2 in the half hour before) · Loki',
    ]);
  });

  it('that cannot be had are named', async () => {
    expect((await find(() => new Promise(() => undefined))).found).toEqual({
      lines: [],
      missing: ['Loki did not answer within 0.05 s'],
    });
    expect((await find(() => Promise.reject(new Error('x')))).found.missing).toEqual(['Loki failed']);
  });
});

describe('pages', () => {
  it('are those of the queries that name the alert, filled with its values; none that the post has already', async () => {
    const links = [
      { title: 'Wiki', url: 'https://wiki.example/errors?service=${service}' },
      { title: 'Same', url: 'https://wiki.example/HighErrorRate' },
    ];
    const query = lines('errors', { alerts: named, links, runbookUrl: 'https://wiki.example/runbook' });
    const { pages } = await find(async () => [], [query, lines('logs', { links })]);
    const { lines: said, missing } = await pages();
    expect([said, missing]).toEqual([
      [
        [
          { bold: 'Look at' },
          ' ',
          { link: { title: 'Wiki', url: 'https://wiki.example/errors?service=checkout' } },
          ' · ',
          { link: { title: 'Runbook', url: 'https://wiki.example/runbook' } },
        ],
      ],
      [],
    ]);
  });

  it('are none where no query names the alert', async () => {
    const { pages } = await find(async () => []);
    expect(await pages()).toEqual({ lines: [], missing: [] });
  });
});
