/** Who gets context, when, how much; that it is posted once, whatever happens in between. */
import { describe, expect, it } from 'vitest';
import type { Chat } from '../../../src/chat/chat.ts';
import type { ChartPoster } from '../../../src/context/chart-poster.ts';
import type { ContextStep } from '../../../src/context/gather-context.ts';
import { type ContextDeps, giveContext } from '../../../src/context/give-context.ts';
import { queueContext } from '../../../src/context/queue-context.ts';
import type { Alert } from '../../../src/domain/alert.ts';
import { BotError } from '../../../src/domain/errors.ts';
import { type Message, plainText } from '../../../src/domain/message.ts';
import { createLog } from '../../../src/lib/log.ts';
import type { AlertGroup } from '../../../src/store/alert-group.ts';
import type { ContextJob, ContextState, HeldGroup } from '../../../src/store/context-store.ts';
import { createFakeClock } from '../../doubles/fake-clock.ts';
import { makeAlert } from '../alerts/make.ts';

const NOW_MS = Date.parse('2026-11-25T10:02:20Z');
const never = new AbortController().signal;
const place = { chat: 'team', room: 'ops' };
const start: ContextJob = { kind: 'start', key: 'g', conversation: 1, ...place };
const firing = makeAlert('Slow', { service: 'checkout', startsAt: new Date(NOW_MS - 300_000) });
const over: Alert = { ...firing, status: 'resolved', transition: 'resolved', endsAt: new Date(NOW_MS) };

interface Setting {
  readonly problems?: readonly Alert[];
  readonly before?: number;
  readonly steps?: readonly ContextStep[];
  readonly charts?: ChartPoster;
  readonly isMuted?: ContextDeps['isMuted'];
  readonly post?: () => Promise<void>;
  readonly canEdit?: boolean;
  readonly held?: readonly HeldGroup[];
}

const step = (...lines: string[]): ContextStep => ({
  what: 'test',
  find: async () => ({ lines: lines.map((line) => [line]), missing: [] }),
});

function scene({
  problems = [firing],
  before = 0,
  steps = [step('10:41 deploy')],
  charts,
  isMuted,
  post,
  canEdit = true,
  held = [
    { key: 'a', alert: makeAlert('HostDown'), count: 31 },
    { key: 'b', alert: makeAlert('DiskFull'), count: 2 },
  ],
}: Setting = {}) {
  const said: string[] = [];
  const jobs: { job: ContextJob; delayMs: number | undefined }[] = [];
  let state: ContextState | undefined;
  const posts = [{ ...place, receipt: { id: 'm1', room: 'r1' } }];
  const told = { version: 1, toldVersion: 1, conversation: 1, life: {}, lives: new Map() };
  let group: AlertGroup = { key: 'g', ...told, sinceMs: NOW_MS, posts, problems };
  const keys = new Set<string>();
  const textOf = ({ blocks }: Message) =>
    blocks.flatMap((block) => (block.kind === 'text' ? block.lines.map(plainText) : [])).join('\n');
  const chat: Chat = {
    limits: { maxChars: 5_000, tables: 'markdown', maxFileBytes: 1e6 },
    isConnected: true,
    start: async () => undefined,
    check: async () => ({ problems: [] }),
    async post(message, { threadId = 'room' }, { idempotencyKey }) {
      await post?.();
      if (!keys.has(idempotencyKey)) said.push(`${threadId}: ${textOf(message)}`);
      keys.add(idempotencyKey);
      return { id: `p-${idempotencyKey}`, room: 'r1' };
    },
    ...(canEdit && {
      async update({ id }: { readonly id: string }, message: Message) {
        said.push(`edit ${id}: ${textOf(message)}`);
      },
    }),
  };
  const deps: ContextDeps = {
    alerts: { group: async () => group, history: async () => [] },
    contexts: {
      of: async () => state,
      async keep(_key, _place, kept) {
        state = kept;
      },
      begunBefore: async () => before,
      givenSince: async () => before,
      held: async () => held,
    },
    async submit(job, delayMs) {
      jobs.push({ job, delayMs });
    },
    chatNamed: (name) => (name === 'team' ? chat : undefined),
    steps,
    ...(charts && { charts }),
    ...(isMuted && { isMuted }),
    zone: 'Europe/Berlin',
    clock: createFakeClock(NOW_MS),
    log: createLog('silent'),
  };
  return {
    said,
    jobs,
    state: () => state,
    give: (job: ContextJob = start) => giveContext(job, deps, never),
    queue: () => queueContext('g', deps),
    become(fields: Partial<AlertGroup>) {
      group = { ...group, ...fields };
    },
    forget() {
      state = undefined;
    },
    decide(known: ContextState) {
      state = known;
    },
  };
}

describe('the beginning of a group', () => {
  it('gives one message into the thread of its post', async () => {
    const { give, said, state } = scene({ steps: [step('10:41 deploy', 'Logs 9'), step('Before')] });
    await give();
    expect(said).toEqual(['m1: 10:41 deploy\nLogs 9\nBefore']);
    expect(state()).toEqual({
      conversation: 1,
      state: 'posted',
      atMs: NOW_MS,
      report: {
        steps: [
          { what: 'test', ms: 0 },
          { what: 'test', ms: 0 },
        ],
        charts: [],
      },
    });
  });

  it.each(['none', 'muted', 'held'] as const)('looks again when one fires again that had %s', async (before) => {
    const { become, queue, give, jobs, said, state, decide } = scene();
    decide({ conversation: 1, state: before, atMs: 0 });
    await queue();
    expect(jobs).toEqual([]);
    become({ life: { openings: 2 } });
    await queue();
    expect(jobs.map(({ job }) => job)).toEqual([{ ...start, openings: 2 }]);
    await give({ ...start, openings: 2 });
    await give({ ...start, openings: 2 });
    await queue();
    expect([said, state(), jobs.length]).toMatchObject([['m1: 10:41 deploy'], { state: 'posted', openings: 2 }, 1]);
    // what the thread has is not given again
    become({ life: { openings: 3 } });
    await queue();
    expect(jobs.length).toBe(1);
  });

  it('looks at the time since a watchdog is missed, not at what it always fires by', async () => {
    const seen: unknown[] = [];
    const charts: ChartPoster = async ({ subject: { startMs, alerts } }) => {
      seen.push([startMs, ...alerts.map(({ severity, metric }) => [severity, metric])]);
      return { count: 0, missing: [], reports: [] };
    };
    const watchdog = { ...firing, startsAt: new Date(NOW_MS - 9e9), metric: { query: 'vector(1)' } };
    const { give, become } = scene({ problems: [watchdog], charts });
    become({ life: { alarmMs: NOW_MS - 60_000 } });
    await give();
    expect(seen).toEqual([[NOW_MS - 60_000, ['critical', undefined]]]);
  });

  it('gives it once, also when a process died before it had written that down', async () => {
    const { give, said, forget } = scene();
    await give();
    await give();
    forget();
    await give();
    expect(said).toEqual(['m1: 10:41 deploy']);
  });

  it('says nothing where there is nothing to say, and does not look again', async () => {
    const { give, said, state } = scene({ steps: [step()] });
    await give();
    expect([said, state()?.state]).toEqual([[], 'none']);
  });

  it.each([
    ['what is over already', { problems: [over] }, 'none'],
    ['what is muted', { isMuted: () => true }, 'muted'],
  ] as const)('gives nothing for %s', async (_, setting, expected) => {
    const { give, said, state } = scene(setting);
    await give();
    expect([said, state()?.state]).toEqual([[], expected]);
  });

  it('gives nothing for an earlier conversation, a room without a post, a chat that is gone', async () => {
    const { give, said, become } = scene();
    await give({ ...start, conversation: 7 });
    await give({ ...start, room: 'elsewhere' });
    await give({ ...start, chat: 'gone' });
    become({ posts: [] });
    await give();
    expect(said).toEqual([]);
  });

  it('does not wait for pictures with words, and names pictures that failed in them', async () => {
    let draw: () => void = () => undefined;
    const drawn = new Promise<void>((done) => {
      draw = done;
    });
    const charts: ChartPoster = async ({ key, threadId }) => {
      await drawn;
      return { count: 1, missing: [`a chart (${key} in ${threadId})`], reports: [] };
    };
    const { give, said } = scene({ charts });
    const giving = give();
    await expect.poll(() => said.length).toBe(1);
    draw();
    await giving;
    expect(said).toEqual([
      'm1: 10:41 deploy',
      'edit p-alert-context/g/1/ops: 10:41 deploy\nNot available: a chart (alert-context/g/1/ops/chart in m1).',
    ]);
  });

  it('says by itself what is missing, where there were no words or none can be edited', async () => {
    const charts: ChartPoster = async () => ({ count: 0, missing: ['a chart'], reports: [] });
    const silent = scene({ charts, steps: [] });
    await silent.give();
    const fixed = scene({ charts, canEdit: false });
    await fixed.give();
    expect([silent.said, fixed.said]).toEqual([
      ['m1: Not available: a chart.'],
      ['m1: 10:41 deploy', 'm1: Not available: a chart.'],
    ]);
  });

  it('is tried again by the queue when the chat is away, and given up where the room takes nothing', async () => {
    const fail = (error: BotError) => scene({ post: () => Promise.reject(error) });
    await expect(fail(new BotError('CHAT_UNEXPECTED', 'odd')).give()).rejects.toMatchObject({
      code: 'CHAT_UNEXPECTED',
    });
    const refusing = fail(new BotError('CHAT_FORBIDDEN', 'archived'));
    await refusing.give();
    expect(refusing.said).toEqual([]);
  });
});

describe('a storm', () => {
  const warning: Alert = { ...firing, severity: 'warning' };
  const charts: ChartPoster = async () => ({ count: 1, missing: [], reports: [] });

  it.each([
    [4, warning, ['m1: 10:41 deploy'], 'posted'],
    [5, warning, [], 'held'],
    [5, firing, ['m1: 10:41 deploy\nWithout charts while so many alerts arrive: ask for one here.'], 'posted'],
    [20, firing, [], 'held'],
  ])('after %i groups in a minute', async (before, alert, expected, state) => {
    const one = scene({ before, problems: [alert], charts });
    await one.give();
    expect([one.said, one.state()?.state]).toEqual([expected, state]);
  });

  it('is summed up when its minute is over', async () => {
    const { give, jobs, said } = scene({ before: 9, problems: [warning] });
    await give();
    const fromMs = Date.parse('2026-11-25T10:02:00Z');
    const digest: ContextJob = { kind: 'digest', fromMs, ...place };
    expect(jobs).toEqual([{ job: digest, delayMs: 42_000 }]);
    await give(digest);
    await give(digest);
    expect(said).toEqual([
      'room: Context of 33 alerts held back (11:02–11:03 CET), so that this room stays readable: 31 × HostDown, 2 × DiskFull. All that fires: alerts',
    ]);
  });
});

it('gives its context to the one that was held back, rather than saying that it was', async () => {
  const warning: Alert = { ...firing, severity: 'warning' };
  const held = [{ key: 'g', alert: warning, count: 1 }];
  const charts: ChartPoster = async () => ({ count: 1, missing: [], reports: [] });
  const { give, said, state } = scene({ before: 9, problems: [warning], held, charts });
  const digest: ContextJob = { kind: 'digest', fromMs: Date.parse('2026-11-25T10:02:00Z'), ...place };
  await give();
  await give(digest);
  await give(digest);
  expect([said, state()?.state]).toEqual([['m1: 10:41 deploy'], 'posted']);
});

describe('the end of a group', () => {
  const closedMs = NOW_MS + 1;
  const end: ContextJob = { kind: 'end', key: 'g', conversation: 1, closedMs, ...place };

  it('is said in the thread once, with a picture of the whole', async () => {
    const drawn: string[] = [];
    const charts: ChartPoster = async ({ key, subject }) => {
      drawn.push(`${key} ${subject.endMs === undefined ? 'fires' : 'over'}`);
      return { count: 1, missing: [], reports: [] };
    };
    const { give, said, become, state } = scene({ charts });
    await give();
    become({ problems: [over], closedMs });
    await give(end);
    await give(end);
    expect(said.map((line) => line.replaceAll('\u202F', ' '))).toEqual([
      'm1: 10:41 deploy',
      'm1: Over after 5 min (10:57–11:02 CET)',
    ]);
    expect(drawn).toEqual(['alert-context/g/1/ops/chart fires', 'alert-context/g/1/ops/end over']);
    expect(state()).toMatchObject({ closedMs, closing: { id: 'p-alert-context/g/1/ops/end' } });
  });

  it('tells of the whole in the same line, when it fired and ended again', async () => {
    const { give, said, become } = scene();
    await give();
    become({ problems: [over], closedMs });
    await give(end);
    const later: Alert = { ...over, endsAt: new Date(NOW_MS + 600_000) };
    become({ problems: [later], closedMs: closedMs + 9 });
    await give({ ...end, closedMs: closedMs + 9 });
    expect(said.at(-1)?.replaceAll('\u202F', ' ')).toBe(
      'edit p-alert-context/g/1/ops/end: Over after 15 min (10:57–11:12 CET)',
    );
  });

  it('is not said in threads where nothing was, nor while it fires again', async () => {
    const silent = scene({ steps: [] });
    await silent.give();
    silent.become({ problems: [over], closedMs });
    await silent.give(end);
    const again = scene();
    await again.give();
    await again.give(end);
    expect([silent.said, again.said]).toEqual([[], ['m1: 10:41 deploy']]);
  });
});

describe('what is queued after a group was told', () => {
  it('is what its threads lack', async () => {
    const { queue, give, jobs, become } = scene();
    await queue();
    expect(jobs.map(({ job }) => job)).toEqual([start]);
    await give();
    become({ problems: [over], closedMs: 5 });
    await queue();
    expect(jobs.slice(1).map(({ job }) => job)).toEqual([
      { kind: 'end', key: 'g', conversation: 1, closedMs: 5, ...place },
    ]);
  });

  it('is its end, where it ended while its context was gathered', async () => {
    const closing: ContextStep = {
      what: 'test',
      async find() {
        ending.become({ problems: [over], closedMs: 5 });
        return { lines: [['10:41 deploy']], missing: [] };
      },
    };
    const ending = scene({ steps: [closing] });
    await ending.give();
    expect(ending.jobs.map(({ job }) => job.kind)).toEqual(['end']);
  });
});
