/** Who is on call as people ask it and as an alert's thread says it: which schedules are meant, what is kept, what failed. */
import { describe, expect, it } from 'vitest';
import { onCallStep } from '../../../src/context/on-call.ts';
import { BotError } from '../../../src/domain/errors.ts';
import { plainText } from '../../../src/domain/message.ts';
import { createLocalMemory } from '../../../src/lib/local-memory.ts';
import { createOnCall } from '../../../src/oncall/on-call.ts';
import { dutyLines } from '../../../src/oncall/on-call-words.ts';
import type { Schedule } from '../../../src/oncall/roster.ts';
import { ask } from '../../../src/questions/ask.ts';
import { createSourceSet } from '../../../src/sources/source-set.ts';
import { createFakeClock } from '../../doubles/fake-clock.ts';
import { makeAlert } from '../alerts/make.ts';
import { makeCatalog, NOW_MS, QUERIES } from '../questions/world.ts';

const HOUR_MS = 3_600_000;
const signal = () => AbortSignal.timeout(60_000);

function scheduleOf(name: string, match: Schedule['match'], shifts: Schedule['shifts']): Schedule {
  return { name, ...(match && { match }), shifts };
}

/** payments covers two services, platform the rest, batch is down. */
function setScene() {
  const asked: string[] = [];
  const say =
    (name: string, person: string): Schedule['shifts'] =>
    async () => {
      asked.push(name);
      return [
        { person, fromMs: NOW_MS - HOUR_MS, toMs: NOW_MS + 7 * HOUR_MS },
        { person: 'Later', fromMs: NOW_MS + 7 * HOUR_MS, toMs: NOW_MS + 30 * HOUR_MS },
      ];
    };
  const schedules = [
    scheduleOf('payments', { service: ['checkout', 'pay*'] }, say('payments', 'Ana')),
    scheduleOf('platform', undefined, say('platform', 'Ben')),
    scheduleOf('batch', { team: ['batch'] }, async () => {
      asked.push('batch');
      throw new BotError('SOURCE_AUTH', 'PagerDuty does not accept my key (401).');
    }),
  ];
  const clock = createFakeClock(NOW_MS);
  const roster = { schedules, check: async () => ({ problems: [] }) };
  const onCall = createOnCall([{ name: 'pager', title: 'PagerDuty', timeoutMs: 60_000, roster }], clock);
  const said = async (text: string, isConfigured = true) => {
    const asker = { platform: 'team', userId: 'u1', userName: 'ana' };
    const context = { asker, conversations: [], isAddressed: true, nowMs: NOW_MS, zone: 'Europe/Berlin' };
    const deps = {
      catalog: () => makeCatalog(QUERIES),
      sources: createSourceSet([]),
      memory: createLocalMemory(),
      clock,
      zone: 'UTC',
      ...(isConfigured && { onCall }),
    };
    const reply = await ask(text, context, deps, signal());
    if (reply.kind !== 'message') throw new Error(`${text} is a ${reply.kind}`);
    return reply.message.blocks.flatMap((block) => (block.kind === 'text' ? block.lines.map(plainText) : []));
  };
  const told = async (...alerts: readonly Parameters<typeof makeAlert>[]) => {
    const subject = {
      alerts: alerts.map((one) => makeAlert(...one)),
      startMs: NOW_MS,
      nowMs: NOW_MS,
      zone: 'Europe/Berlin',
    };
    const { lines, missing } = await onCallStep(onCall).find(subject, signal());
    return { lines: lines.map(plainText), missing };
  };
  return { onCall, asked, said, told, clock };
}

describe('who is on call', () => {
  it('is told of each schedule, with what failed', async () => {
    const { said } = setScene();
    expect(await said('who is on call?')).toEqual([
      'On call payments: Ana until 18:02',
      'platform: Ben until 18:02',
      'batch: PagerDuty does not accept my key (401).',
    ]);
  });

  it.each([
    ['who is on call for checkout', ['On call payments: Ana until 18:02']],
    ['whos on-call for payroll', ['On call payments: Ana until 18:02']],
    ['oncall platform', ['On call platform: Ben until 18:02']],
    ['who is on call for search', ['On call platform: Ben until 18:02']],
    ['on call for checkout tomorrow at 18:00', ['On call Thu 26 Nov 18:00 CET · payments: nobody']],
    ['on call for checkout at 18:30', ['On call 18:30 CET · payments: Later until Thu 26 Nov 17:02']],
    ['on call for checkout tomorrow', ['On call Thu 26 Nov 00:00–24:00 CET · payments: Later until Thu 26 Nov 17:02']],
  ])('%s', async (text, lines) => {
    const { said } = setScene();
    expect(await said(text)).toEqual(lines);
  });

  it('is refused with a way on where nothing is configured', async () => {
    const { said } = setScene();
    await expect(said('who is on call', false)).rejects.toMatchObject({
      // that it was understood: a bare line in the thread of an alert is answered, too
      code: 'ASK_UNKNOWN_VALUE',
      message: 'Nobody wrote down here who is on call: `oncall` in the configuration does.',
    });
  });

  it('is refused for times that nobody plans for', async () => {
    const { said } = setScene();
    await expect(said('who is on call on 2040-01-01')).rejects.toMatchObject({ code: 'ASK_BAD_RANGE' });
  });

  it('is no command in the middle of a question', async () => {
    const { said } = setScene();
    await expect(said('xyzzy web01 on call')).rejects.toMatchObject({ code: 'ASK_UNKNOWN_QUERY' });
  });

  it('asks a roster once a minute, and again at once after a failure', async () => {
    const { said, asked, clock } = setScene();
    await said('who is on call');
    await said('who is on call for checkout');
    expect(asked).toEqual(['payments', 'platform', 'batch']);
    await said('on call batch');
    expect(asked).toEqual(['payments', 'platform', 'batch', 'batch']);
    await clock.advance(60_001);
    await said('who is on call for checkout');
    expect(asked.at(-1)).toBe('payments');
  });
});

describe('the thread of an alert', () => {
  it('says who covers it in one line; a failure is one sentence', async () => {
    const { told } = setScene();
    expect(await told(['HighErrorRate', { service: 'checkout' }])).toEqual({
      lines: ['On call payments: Ana until 18:02'],
      missing: [],
    });
    expect(await told(['DiskFull', { host: 'db01' }], ['HighErrorRate', { service: 'payroll' }])).toEqual({
      lines: ['On call payments: Ana until 18:02 · platform: Ben until 18:02'],
      missing: [],
    });
    expect(await told(['Batch', { labels: { team: 'batch' } }])).toEqual({
      lines: [],
      missing: ['who is on call for batch: PagerDuty does not accept my key (401).'],
    });
  });
});

it('counts the schedules that are not said, in the room and in the thread of an alert', async () => {
  const shift = { person: 'Ana', fromMs: NOW_MS - HOUR_MS, toMs: NOW_MS + HOUR_MS };
  const schedules = Array.from({ length: 25 }, (_, index) =>
    scheduleOf(`s${index}`, { service: ['checkout'] }, async () => [shift]),
  );
  const roster = { schedules, check: async () => ({ problems: [] }) };
  const rosters = [{ name: 'pager', title: 'PagerDuty', timeoutMs: 60_000, roster }];
  const onCall = createOnCall(rosters, createFakeClock(NOW_MS));
  const window = { fromMs: NOW_MS, toMs: NOW_MS + 1 };
  const duties = await onCall.during(window, undefined, signal());
  const lines = dutyLines(duties, { window, nowMs: NOW_MS, zone: 'UTC' }).map(plainText);
  expect(lines.slice(-2)).toEqual(['s11: Ana until 11:02', '… 13 more schedules']);
  const alerts = [makeAlert('Slow', { service: 'checkout' })];
  const subject = { alerts, startMs: NOW_MS, nowMs: NOW_MS, zone: 'UTC' };
  const told = await onCallStep(onCall).find(subject, signal());
  expect(told.lines.map(plainText)).toEqual([
    expect.stringMatching(/^On call s0: .* · s2: Ana until 11:02 · 22 more$/),
  ]);
});
