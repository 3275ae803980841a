/** What is demanded of every kind of roster: who is on call, what a back end may do wrong, and that no secret is ever said. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { toBotError } from '../../src/domain/errors.ts';
import { createHttpClient } from '../../src/lib/http-client.ts';
import { rosterKinds } from '../../src/oncall/index.ts';
import { createOnCall } from '../../src/oncall/on-call.ts';
import type { Roster } from '../../src/oncall/roster.ts';
import { type Answering, startHttpBackend } from '../doubles/http-backend.ts';
import { opsgenie } from '../doubles/opsgenie.ts';
import { pagerDuty } from '../doubles/pagerduty.ts';

const SECRET = 'hunter2-0123456789';
const NOW_MS = Date.parse('2026-11-25T10:02:00Z');
const clock = { now: () => NOW_MS, sleep: () => Promise.resolve() };
const NOW = { fromMs: NOW_MS, toMs: NOW_MS + 1 };
const ID = 'd875a1b4-9b4e-4219-a1b3-0c26936d18de';

/** Ana until 17:00 UTC, then Ben. */
const TURNS = [
  { user: 'Ana', start: '2026-11-25T08:00:00Z', end: '2026-11-25T17:00:00Z' },
  { user: 'Ben', start: '2026-11-25T17:00:00Z', end: '2026-11-26T08:00:00Z' },
];
const ICS = [
  'BEGIN:VCALENDAR',
  ...TURNS.flatMap(({ user, start, end }) => [
    'BEGIN:VEVENT',
    `UID:${user}`,
    `DTSTART:${start.replace(/[-:]/g, '')}`,
    `DTEND:${end.replace(/[-:]/g, '')}`,
    `SUMMARY:${user}`,
    'END:VEVENT',
  ]),
  'END:VCALENDAR',
].join('\r\n');

interface Harness {
  readonly kind: string;
  options(url: string): unknown;
  readonly healthy: Answering;
  /** Absent: it asks nobody. */
  readonly asks?: 'json' | 'text';
}

const HARNESSES: readonly Harness[] = [
  {
    kind: 'pagerduty',
    options: (url) => ({ url, token: SECRET, schedules: { payments: { schedule: 'PSCHED1' } } }),
    healthy: pagerDuty({
      token: SECRET,
      entries: TURNS.flatMap(({ user, ...turn }) =>
        ['POL1', 'POL2'].map((policy) => ({ user, schedule: 'PSCHED1', policy, level: 1, ...turn })),
      ),
    }),
    asks: 'json',
  },
  {
    kind: 'opsgenie',
    options: (url) => ({ url, token: SECRET, schedules: { payments: { schedule: 'Payments on call' } } }),
    healthy: opsgenie({ token: SECRET, schedules: { 'Payments on call': { id: ID, periods: TURNS } } }),
    asks: 'json',
  },
  {
    kind: 'ical',
    options: (url) => ({ url: `${url}/private-${SECRET}/basic.ics` }),
    healthy: { contentType: 'text/calendar', body: ICS },
    asks: 'text',
  },
  {
    kind: 'rotation',
    options: () => ({ people: ['Ana', 'Ben'], start: '2026-11-25T08:00Z', every: '9h', zone: 'UTC' }),
    healthy: {},
  },
];

function makeRoster({ kind, options }: Harness, url: string, timeoutMs = 20_000): Roster {
  const definition = rosterKinds.find((one) => one.kind === kind);
  if (!definition) throw new Error(kind);
  const checked = definition.options.parse({ kind, ...(options(url) as object) });
  return definition.create(checked, { name: 'payments', http: createHttpClient({ timeoutMs }), clock, zone: 'UTC' });
}

const never = () => new AbortController().signal;

async function ask(harness: Harness, answering: Answering, timeoutMs?: number) {
  const { url, requests } = await startHttpBackend(answering);
  const [schedule] = makeRoster(harness, url, timeoutMs).schedules;
  const shifts = () => schedule?.shifts(NOW, never());
  return { requests, shifts, roster: makeRoster(harness, url, timeoutMs) };
}

it('has a harness for each kind', () => {
  expect(HARNESSES.map(({ kind }) => kind).sort()).toEqual(rosterKinds.map(({ kind }) => kind).sort());
});

describe.each(HARNESSES)('the roster $kind', (harness) => {
  it('says who is on call and until when, each once', async () => {
    const { shifts } = await ask(harness, harness.healthy);
    expect(await shifts()).toEqual([
      expect.objectContaining({ person: 'Ana', toMs: Date.parse('2026-11-25T17:00:00Z') }),
    ]);
  });

  it('says who is on call over a day, in whichever order', async () => {
    const { url } = await startHttpBackend(harness.healthy);
    const [schedule] = makeRoster(harness, url).schedules;
    const day = { fromMs: NOW_MS, toMs: NOW_MS + 10 * 3_600_000 };
    const people = (await schedule?.shifts(day, never()))?.map(({ person }) => person);
    expect(people?.sort()).toEqual(['Ana', 'Ben']);
  });

  it('is found healthy by its check', async () => {
    const { roster } = await ask(harness, harness.healthy);
    expect((await roster.check(never())).problems).toEqual([]);
  });
});

describe.each(HARNESSES.filter(({ asks }) => asks))('the roster $kind, when its back end is not well', (harness) => {
  const page = { contentType: 'text/html', body: '<html>login</html>' };
  it.each([
    [{ status: 401, body: '{}' }, 'SOURCE_AUTH'],
    [{ status: 302, headers: { location: 'http://elsewhere.example/' }, body: '' }, 'SOURCE_AUTH'],
    [{ status: 403, body: '{}' }, 'SOURCE_FORBIDDEN'],
    [{ status: 404, body: '{}' }, 'SOURCE_NOT_FOUND'],
    [{ status: 429, headers: { 'retry-after': '3' }, body: '{}' }, 'SOURCE_OVERLOADED'],
    [{ status: 502, ...page }, 'SOURCE_BACKEND_DOWN'],
    [{ status: 500, body: '' }, 'SOURCE_UNEXPECTED'],
    [page, 'SOURCE_AUTH'],
    [{ contentType: 'text/plain', body: '\u0000\u0001' }, 'SOURCE_UNEXPECTED'],
    [{ body: '{"oncalls":7,"data":"x"}' }, 'SOURCE_UNEXPECTED'],
    [{ body: '[]', midway: 'reset' as const }, 'SOURCE_BACKEND_DOWN'],
    [{ body: 'BEGIN:', endless: { chunk: 'x'.repeat(65_536) } }, 'SOURCE_TOO_MUCH'],
  ])('reports %j as %s, without its key', async (reply, code) => {
    const { shifts } = await ask(harness, reply);
    const failure = await Promise.resolve(shifts()).then(
      () => undefined,
      (thrown: unknown) => toBotError(thrown),
    );
    expect(failure?.code).toBe(code);
    expect(`${failure?.message} ${JSON.stringify(failure?.details)}`).not.toContain(SECRET);
    expect(failure?.message).not.toContain('private-');
  });

  it('says that nobody answered within its deadline', async () => {
    const { shifts } = await ask(harness, { isSilent: true }, 200);
    await expect(shifts()).rejects.toMatchObject({
      code: 'SOURCE_TIMEOUT',
      message: expect.stringMatching(/ did not answer within 0\.2 s\.$/),
    });
  });

  it('names the schedule that is not there in its check', async () => {
    const { roster } = await ask(harness, { status: 404, body: '{}' });
    await expect(roster.check(never())).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  });
});

describe('PagerDuty', () => {
  const [harness] = HARNESSES as [Harness];

  it('says the levels of an escalation policy in their order', async () => {
    const entries = [
      { user: 'Cleo', policy: 'POL1', level: 2, start: null, end: null },
      {
        user: 'Ana',
        schedule: 'PSCHED1',
        policy: 'POL1',
        level: 1,
        start: TURNS[0]?.start ?? null,
        end: TURNS[0]?.end ?? null,
      },
    ];
    const options = (url: string) => ({ url, token: SECRET, schedules: { payments: { policy: 'POL1' } } });
    const { roster } = await ask({ ...harness, options }, pagerDuty({ token: SECRET, entries }));
    const onCall = createOnCall([{ name: 'pager', title: 'PagerDuty', timeoutMs: 20_000, roster }], clock);
    const [duty] = await onCall.during(NOW, 'payments', never());
    expect(duty?.shifts.map(({ person, level }) => [person, level])).toEqual([
      ['Ana', 1],
      ['Cleo', 2],
    ]);
  });

  it('reads further pages, and not for ever', async () => {
    const entries = Array.from({ length: 950 }, (_, index) => ({
      user: `p${index}`,
      schedule: 'PSCHED1',
      policy: 'POL1',
      level: 1,
      start: TURNS[0]?.start ?? null,
      end: TURNS[0]?.end ?? null,
    }));
    const { shifts, requests } = await ask(harness, pagerDuty({ token: SECRET, entries }));
    await expect(shifts()).rejects.toMatchObject({
      code: 'SOURCE_TOO_MUCH',
      message: 'PagerDuty is asked for at most 400 shifts at once; a shorter window shows them.',
    });
    expect(requests).toHaveLength(4);
    const fewer = await ask(harness, pagerDuty({ token: SECRET, entries: entries.slice(0, 250) }));
    expect(await fewer.shifts()).toHaveLength(250);
  });
});

describe('Opsgenie', () => {
  it('says who is on call where its timeline may not be read', async () => {
    const harness = HARNESSES.find(({ kind }) => kind === 'opsgenie') as Harness;
    const state = { token: SECRET, schedules: { 'Payments on call': { id: ID, periods: TURNS } }, hasNoTimeline: true };
    const { shifts } = await ask(harness, opsgenie(state));
    expect(await shifts()).toEqual([{ person: 'Ana' }]);
  });
});

it('says of Opsgenie that a window is too long, rather than cutting it', async () => {
  const harness = HARNESSES.find(({ kind }) => kind === 'opsgenie') as Harness;
  const { roster } = await ask(harness, harness.healthy);
  const window = { fromMs: NOW_MS, toMs: NOW_MS + 90 * 86_400_000 };
  await expect(roster.schedules[0]?.shifts(window, never())).rejects.toMatchObject({ code: 'SOURCE_TOO_MUCH' });
});

describe('a calendar in a file', () => {
  it('is read from there; a missing one is named', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'glimpse-ics-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, 'night.ics');
    await writeFile(file, ICS);
    const harness = HARNESSES.find(({ kind }) => kind === 'ical') as Harness;
    const at = (path: string) => makeRoster({ ...harness, options: () => ({ file: path }) }, '').schedules[0];
    expect(await at(file)?.shifts(NOW, never())).toMatchObject([{ person: 'Ana' }]);
    await expect(at(`${file}x`)?.shifts(NOW, never())).rejects.toMatchObject({
      code: 'SOURCE_NOT_FOUND',
      message: 'The calendar payments is missing: there is no such file; see `file` in the configuration.',
    });
  });
});
