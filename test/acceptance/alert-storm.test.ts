/** A thousand alerts in a minute, and a chat that was away, as timelines: what a woken person finds in the room, and that nothing is lost. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openTimelines, type Timeline } from './alert-timeline.ts';

// stores that open on machines that have much else to do
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

let timelines: Awaited<ReturnType<typeof openTimelines>>;
beforeAll(async () => {
  timelines = await openTimelines();
});
afterAll(() => timelines.close());

const ROUTES = `
publicUrl: https://glimpse.example
routes:
  - { match: { service: shop }, chat: team, room: shop }
  - { match: { service: search }, chat: team, room: search }
  - { chat: team, room: ops }
`;
const start = (yaml = '') => timelines.start(`${ROUTES}${yaml}`);

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

/** One alert, in a group of its own unless said otherwise. */
const down = (index: number, fields: object = {}) => ({
  id: `a${index}`,
  title: `Host web${index} is down`,
  severity: 'warning',
  groupKey: `g${index}`,
  labels: { alertname: 'HostDown', host: `web${index}` },
  ...fields,
});
const over = (index: number, fields: object = {}) => down(index, { ...fields, status: 'ok' });

/** So many alerts within a minute, many in a request where there are many. */
async function storm({ hear, pass }: Timeline, count: number, fields: (index: number) => object = () => ({})) {
  const inOne = Math.max(1, count / 50);
  for (let first = 0; first < count; first += inOne) {
    await hear('generic', { alerts: range(first, first + inOne).map((index) => down(index, fields(index))) });
    await pass((MINUTE / count) * inOne);
  }
}

/** A timeline with owners. */
async function stormy(people: string, yaml = '') {
  const timeline = await start(`owners: { severities: [warning, critical], people: [${people}] }\n${yaml}\n`);
  return { ...timeline, timeline };
}

/** The hosts that posts tell of one by one, in the order of the posts. */
const hostsIn = (texts: readonly string[]) => texts.flatMap((text) => /^Host (web\d+) is down$/m.exec(text)?.[1] ?? []);
const named = (from: number, to: number) => range(from, to).map((index) => `web${index}`);

describe('a thousand groups in a minute', () => {
  it('are ten posts, and one for all others, which calls who is to be called and is edited until all are over', async () => {
    const timeline = await start(`
owners: { severities: [critical], people: [{ match: { alertname: DiskFull }, mention: ana }] }
`);
    const { texts, inRoom, pass, hear } = timeline;
    const disk = { severity: 'critical', labels: { alertname: 'DiskFull', host: 'db01' } };
    await storm(timeline, 1_000, (index) => (index === 500 ? disk : {}));
    await pass(MINUTE, 10 * SECOND);
    expect(hostsIn(texts('ops').slice(0, 10)).toSorted()).toEqual(hostsIn(texts('ops')).toSorted());
    const line = '🔴 *CRITICAL* among these: DiskFull db01\n@ana';
    expect(texts('ops').slice(10)).toEqual(
      [
        [
          '🔴 *990 more alerts in 59 s*, held together to keep this room readable: 989 × HostDown, 1 × DiskFull',
          '1 critical, 989 warning · all fire',
          expect.stringMatching(/^worst: DiskFull db01, HostDown web9\d\d, /),
          'since 10:00 UTC · calm now · all that fires: `alerts` · [all of them](https://glimpse.example/alerts)',
        ],
        [line],
      ].map((lines) =>
        expect.toSatisfy((text: string) => {
          expect(text.replace(/[\u00A0\u202F]/g, ' ').split('\n')).toEqual(
            lines.flatMap((one) => (typeof one === 'string' ? one.split('\n') : [one])),
          );
          return true;
        }),
      ),
    );
    // one edit in ten seconds, not one for each
    expect(inRoom('ops')[10]?.edits).toBeLessThan(12);
    expect(inRoom('ops')[11]?.thread).toBe(inRoom('ops')[10]?.id);
    // all of them are where the post says
    const listed = await timeline.store.timeline.groups({ state: 'open', fromMs: 0, toMs: 0, limit: 2_000 });
    expect(listed.filter(({ problems }) => problems[0]?.sourceInstance === timeline.hook).length).toBe(1_000);
    for (const first of range(0, 10)) {
      await hear('generic', { alerts: range(first * 100, first * 100 + 100).map((index) => over(index)) });
      await pass(5 * SECOND);
    }
    await pass(MINUTE, 10 * SECOND);
    expect(texts('ops').length).toBe(12);
    expect(texts('ops')[10]).toMatch(/^🟢 \*990 more alerts[\s\S]*· all are over\nsince 10:00 UTC · calm now · \[all/u);
  });

  it('are so many posts in each room, in the order in which they came', async () => {
    const timeline = await start();
    const services = ['shop', 'search', 'checkout'];
    await storm(timeline, 48, (index) => ({
      labels: { alertname: 'HostDown', host: `web${index}`, service: services[index % 3] },
    }));
    for (const [place, room] of ['shop', 'search', 'ops'].entries()) {
      expect(hostsIn(timeline.texts(room))).toEqual(range(0, 10).map((index) => `web${place + 3 * index}`));
      expect(timeline.texts(room)[10]).toMatch(/^🟡 \*6 more alerts/u);
    }
  });

  it('are told in the singular where only one is beyond the limit', async () => {
    const { hear, pass, texts } = await start();
    for (const index of range(0, 11)) await hear('generic', down(index));
    await pass(2 * MINUTE, 10 * SECOND);
    const lone =
      /^🟡 \*1 more alert\*, held together to keep this room readable: HostDown web10\n1 warning · fires\nsince /u;
    expect(texts('ops')[10]?.replace(/[\u00A0\u202F]/g, ' ')).toMatch(lone);
    await hear('generic', over(10));
    await pass(MINUTE, 10 * SECOND);
    expect(texts('ops')[10]).toMatch(/^🟢 \*1 more alert\*[\s\S]*1 warning · is over\nsince /u);
  });

  it('are told twice by nobody when processes die on the way', async () => {
    const timeline = await start();
    timeline.addReplica();
    for (const index of range(0, 30)) {
      await timeline.hear('generic', down(index));
      if (index % 7 === 0) await timeline.restart();
      await timeline.pass(SECOND);
    }
    await timeline.pass(MINUTE, 10 * SECOND);
    expect(hostsIn(timeline.texts('ops'))).toEqual(named(0, 10));
    expect(timeline.texts('ops').slice(10)).toEqual([expect.stringMatching(/^🟡 \*20 more alerts/u)]);
  });

  it('are posts of their own again when it is calm, also one that was gathered and fires again', async () => {
    const timeline = await start();
    const { hear, pass, texts } = timeline;
    await storm(timeline, 40);
    await hear('generic', over(30));
    await pass(5 * MINUTE);
    expect(texts('ops')[10]).toMatch(/^🟡 \*30 more alerts[\s\S]*29 still fire, 1 over/u);
    await hear('generic', down(41));
    await hear('generic', down(30, { startsAt: '2026-11-25T10:06:00Z' }));
    expect(hostsIn(texts('ops'))).toEqual([...named(0, 10), 'web41', 'web30']);
    // and one that is worse
    await hear('generic', down(31, { severity: 'critical', transition: 'changed' }));
    expect(texts('ops').at(-1)).toMatch(/^🔴 \*CRITICAL\* \*HostDown\* · web31/u);
  });

  it.each([5 * MINUTE, 5 * HOUR, 24 * HOUR])(
    'are told of a member that joins %d ms later, and call its owner',
    async (laterMs) => {
      const { pass, hear, texts, timeline } = await stormy('{ match: { host: db02 }, mention: ana }');
      await storm(timeline, 40);
      await pass(laterMs, Math.max(MINUTE, laterMs / 50));
      const count = texts('ops').length;
      await hear('generic', down(30, { id: 'b', labels: { alertname: 'HostDown', host: 'db02' } }));
      await pass(MINUTE, 10 * SECOND);
      expect(texts('ops').slice(count)).toEqual([expect.stringMatching(/db02[\s\S]*@ana/u)]);
    },
  );

  it('are told of a member that joins twice at once, as of two senders of the same', async () => {
    const timeline = await start();
    await storm(timeline, 40);
    await timeline.pass(HOUR, 10 * MINUTE);
    const count = timeline.texts('ops').length;
    const joined = down(30, { id: 'b', labels: { alertname: 'HostDown', host: 'db02' } });
    await timeline.hear('generic', { alerts: [joined, joined] });
    await timeline.pass(MINUTE, 10 * SECOND);
    expect(timeline.texts('ops').slice(count)).toEqual([expect.stringContaining('db02')]);
  });

  it('are told again when they fire days later and nobody told their end', async () => {
    const { pass, hear, texts, timeline } = await stormy('{ match: { host: web30 }, mention: ana }');
    await storm(timeline, 40);
    await pass(MINUTE, 10 * SECOND);
    expect(texts('ops').filter((text) => text.includes('@ana')).length).toBe(1);
    await pass(3 * DAY, HOUR);
    expect(texts('ops')[10]).toMatch(/· all are over/u);
    const count = texts('ops').length;
    await hear('generic', down(30, { startsAt: new Date(timeline.clock.now()).toISOString() }));
    await pass(MINUTE, 10 * SECOND);
    expect(texts('ops').slice(count)).toEqual([expect.stringMatching(/web30[\s\S]*@ana/u)]);
  });

  it('call whoever was expected to be bad when that is over and it still is', async () => {
    const { pass, texts, timeline } = await stormy(
      '{ match: { host: web30 }, mention: ana }',
      'maintenance: [{ match: { host: web30 }, from: 2026-11-25T09:00:00Z, to: 2026-11-25T12:00:00Z }]',
    );
    await storm(timeline, 40);
    await pass(HOUR, 10 * MINUTE);
    expect(texts('ops').filter((text) => text.includes('@ana'))).toEqual([]);
    await pass(2 * HOUR, 10 * MINUTE);
    expect(texts('ops').filter((text) => text.includes('@ana'))).toEqual([expect.stringContaining('web30')]);
  });

  it('call an owner for what joins after a call, or is worse, in one line five minutes after it, although nothing arrives', async () => {
    const { pass, hear, texts, timeline } = await stormy('{ match: { alertname: DiskFull }, mention: ana }');
    await storm(timeline, 40);
    const full = (index: number, fields: object = {}) =>
      down(100 + index, { labels: { alertname: 'DiskFull', host: `db${index}` }, ...fields });
    const calls = () => texts('ops').filter((text) => text.includes('@ana'));
    const first = '🟡 *WARNING* among these: DiskFull db1\n@ana';
    await hear('generic', full(1));
    await pass(SECOND);
    expect(calls()).toEqual([first]);
    await pass(30 * SECOND);
    await hear('generic', { alerts: [full(2), full(3), full(4)] });
    await pass(10 * SECOND);
    await hear('generic', full(1, { severity: 'critical', transition: 'changed' }));
    await hear('generic', full(3, { status: 'ok' }));
    // told again when the room is calm
    await pass(3 * MINUTE, 10 * SECOND);
    await hear('generic', { alerts: [full(2), full(4)] });
    await pass(MINUTE, 10 * SECOND);
    expect(calls()).toEqual([first]);
    await pass(20 * SECOND, 10 * SECOND);
    const second = expect.stringMatching(
      /^🔴 \*CRITICAL\* among these: DiskFull db1, DiskFull db[24], DiskFull db[24]\n@ana$/u,
    );
    expect(calls()).toEqual([first, second]);
    await pass(20 * MINUTE, 10 * SECOND);
    expect(calls()).toEqual([first, second]);
  });

  it('call an owner no more often than every five minutes, with how much there is', async () => {
    const { pass, texts, timeline } = await stormy('{ match: { alertname: HostDown }, mention: ana }');
    await storm(timeline, 300);
    await pass(20 * MINUTE, 10 * SECOND);
    const calls = texts('ops')
      .slice(10)
      .filter((text) => text.includes('@ana'));
    expect(calls.length).toBe(2);
    expect(calls[0]).toMatch(/^🟡 \*290 more alerts[\s\S]*@ana$/u);
    expect(calls[1]).toMatch(
      /^🟡 \*WARNING\* among these: (?:HostDown web\d+, ){4}HostDown web\d+ and 28\d more\n@ana$/u,
    );
  });

  it('are one post and those of a minute when a room takes no edits, and the last one says how it is', async () => {
    const timeline = await start();
    const { pass, hear, texts, forbidEdits } = timeline;
    forbidEdits();
    await storm(timeline, 200);
    for (const first of range(0, 20)) {
      await hear('generic', { alerts: range(first * 10, first * 10 + 10).map((index) => over(index)) });
      await pass(10 * SECOND);
    }
    await pass(5 * MINUTE, 10 * SECOND);
    const storms = texts('ops').filter((text) => text.includes('more alert'));
    expect(storms.length).toBeLessThan(5);
    expect(storms.at(-1)).toMatch(/\*190 more alerts/u);
  });

  it('are looked at no more where an edit failed and none is taken any more', async () => {
    const timeline = await start();
    const { pass, hear, leave, comeBack, forbidEdits, store, hook, clock } = timeline;
    await storm(timeline, 30);
    leave('team');
    await hear('generic', down(30));
    await pass(20 * SECOND, 10 * SECOND);
    const [key = ''] = (await store.alerts.group(`generic:${hook}:g30`))?.life.gathered ?? [];
    const unsureIn = async () => (await store.alerts.group(key))?.posts.some(({ unsureMs }) => unsureMs !== undefined);
    expect(await unsureIn()).toBe(true);
    forbidEdits();
    comeBack('team');
    await pass(10 * MINUTE, 10 * SECOND);
    expect(await unsureIn()).toBe(false);
    expect((await store.alerts.group(key))?.dueMs ?? Number.POSITIVE_INFINITY).toBeGreaterThan(clock.now());
  });

  it('have a further post when it goes on for long', async () => {
    const { hear, pass, texts } = await start('alerts: { postsPerMinute: 2 }');
    for (const index of range(0, 60)) {
      await hear('generic', down(index));
      await pass(15 * SECOND);
    }
    const storms = texts('ops').filter((text) => text.includes('more alerts'));
    expect(storms.length).toBe(2);
    expect(hostsIn(texts('ops'))).toEqual(['web0', 'web1']);
    expect(storms.map((text) => Number(/\*(\d+) more/.exec(text)?.[1])).reduce((a, b) => a + b)).toBe(58);
  });

  it('are a post each where the operator wants that', async () => {
    const timeline = await start('alerts: { postsPerMinute: off }');
    await storm(timeline, 40);
    expect(hostsIn(timeline.texts('ops'))).toEqual(named(0, 40));
  });
});

describe('a storm that begins while the chat is away', () => {
  it('calls everybody when it is back, also whom repeats tell of and who came after the first try', async () => {
    const { pass, hear, texts, leave, comeBack, timeline } = await stormy(
      '{ match: { host: web15 }, mention: ana }, { match: { host: web30 }, mention: bob }',
    );
    leave('team');
    await storm(timeline, 40);
    for (const _ of range(0, 9)) {
      await hear('generic', { alerts: range(0, 40).map((index) => down(index)) });
      await pass(MINUTE, 10 * SECOND);
    }
    comeBack('team');
    await pass(2 * MINUTE, 10 * SECOND);
    const calling = texts('ops')
      .filter((text) => /web(15|30)/.test(text) && /@(ana|bob)/.test(text))
      .join(' ');
    expect([calling.split('@ana').length - 1, calling.split('@bob').length - 1]).toEqual([1, 1]);
  });

  it('is told elsewhere, and in its room as soon as that is back', async () => {
    const { pass, texts, leave, comeBack, inRoom, timeline } = await stormy(
      '{ match: { host: web30 }, mention: ana }',
      'operators: { chat: other, room: desk }',
    );
    leave('team');
    await storm(timeline, 40, () => ({ severity: 'critical' }));
    await pass(10 * MINUTE, 10 * SECOND);
    const isStorm = (text: string) => text.includes('more alerts');
    const elsewhere = texts('other:desk').filter(isStorm);
    expect(elsewhere).toEqual([expect.stringContaining('Not yet in ')]);
    comeBack('team');
    await pass(2 * MINUTE, 10 * SECOND);
    expect(texts('ops').filter(isStorm)).toEqual([expect.stringMatching(/^🔴 \*30 more alerts[\s\S]*@ana/u)]);
    expect(texts('other:desk').filter(isStorm)).toEqual([expect.not.stringContaining('Not yet in ')]);
    expect(inRoom('other:desk').find(({ text }) => isStorm(text))?.edits).toBeLessThan(5);
  });
});

describe('a thousand alerts of one group', () => {
  it('are one post, edited every two seconds at most', async () => {
    const timeline = await start();
    await storm(timeline, 1_000, () => ({ groupKey: 'one' }));
    await timeline.pass(MINUTE, 10 * SECOND);
    expect(timeline.texts('ops')).toEqual([expect.stringMatching(/HostDown[\s\S]*, … \d+ more: `alerts HostDown`/u)]);
    expect(timeline.inRoom('ops')[0]?.edits).toBeLessThan(32);
  });
});

describe('what happened while the chat was away for an hour', () => {
  it('is told in order: what came and went in one post, what still fires in its own', async () => {
    const timeline = await start();
    const { hear, pass, texts, leave, comeBack } = timeline;
    leave('team');
    // the first tries whether the chat is there
    await hear('generic', down(0));
    for (const index of range(1, 9)) {
      await pass(5 * MINUTE);
      await hear('generic', down(index, index === 3 ? { severity: 'critical' } : {}));
      await pass(2 * MINUTE);
      if (index % 2 === 1) await hear('generic', over(index, index === 3 ? { severity: 'critical' } : {}));
    }
    comeBack('team');
    await pass(MINUTE, 10 * SECOND);
    expect(hostsIn(texts('ops'))).toEqual(['web0', 'web2', 'web4', 'web6', 'web8']);
    const merged = texts('ops').find((text) => text.includes('came and went')) ?? '';
    expect(merged.replace(/[\u00A0\u202F]/g, ' ').split('\n')).toEqual([
      '🟢 *4 alerts came and went* (10:05–10:49 UTC) before they could be told here:',
      '🔴 critical HostDown web3 · 10:19–10:21 UTC, 2 min',
      '🟡 warning HostDown web7 · 10:47–10:49 UTC, 2 min',
      '🟡 warning HostDown web5 · 10:33–10:35 UTC, 2 min',
      '🟡 warning HostDown web1 · 10:05–10:07 UTC, 2 min',
    ]);
    expect(texts('ops').length).toBe(6);
  });

  it('is told in the order in which it came, however much it is, before what comes when the chat is back', async () => {
    const timeline = await start('alerts: { postsPerMinute: off }');
    const { hear, pass, texts, leave, comeBack } = timeline;
    leave('team');
    for (const first of range(0, 20)) {
      await hear('generic', { alerts: range(first * 20, first * 20 + 20).map((index) => down(index)) });
      await timeline.clock.advance(3 * MINUTE);
    }
    comeBack('team');
    await hear('generic', down(400));
    await pass(2 * MINUTE, 10 * SECOND);
    // those of one request came at once
    const arrivals = hostsIn(texts('ops')).map((host) => Math.floor(Number(host.slice(3)) / 20));
    expect(arrivals).toEqual(range(0, 401).map((index) => Math.floor(index / 20)));
  });

  it('is summed up where it is much', async () => {
    const { hear, pass, texts, leave, comeBack } = await start();
    leave('team');
    await hear('generic', down(0));
    await pass(SECOND);
    for (const index of range(1, 31)) {
      const fields = { labels: { alertname: index % 3 ? 'HostDown' : 'DiskFull', host: `web${index}` } };
      await hear('generic', down(index, fields));
      await pass(2 * MINUTE, MINUTE);
      await hear('generic', over(index, fields));
    }
    comeBack('team');
    await pass(MINUTE, 10 * SECOND);
    expect(texts('ops').find((text) => text.includes('came and went'))).toMatch(
      /^🟢 \*30 alerts came and went\* \(10:00–11:00 UTC\) before they could be told here: 20 × HostDown, 10 × DiskFull\n30 warning\nworst: .*\nall of them: `alerts 2h` · \[all of them\]/u,
    );
    expect(texts('ops').length).toBe(2);
  });
});
