/** The life of alerts in a room, as timelines: who is called, what is edited when, repeats, flapping, silence, another time. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openTimelines, type Timeline } from './alert-timeline.ts';

// stores that open on machines that have much else to do
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let timelines: Awaited<ReturnType<typeof openTimelines>>;
beforeAll(async () => {
  timelines = await openTimelines();
});
afterAll(() => timelines.close());

const start = (yaml = '') => timelines.start(`routes: [{ chat: team, room: ops }]\n${yaml}`);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const at = (clock: string) => `2026-11-25T${clock}:00Z`;

/** A member of Alertmanager's group `HighErrorRate`. */
function member(host: string, fields: { readonly labels?: object; readonly [name: string]: unknown } = {}) {
  const { labels, ...rest } = fields;
  return {
    status: 'firing',
    labels: {
      alertname: 'HighErrorRate',
      instance: `${host}:9100`,
      service: 'checkout',
      severity: 'critical',
      ...labels,
    },
    annotations: { summary: '5xx above 5 % for 5 min' },
    startsAt: at('09:55'),
    endsAt: '0001-01-01T00:00:00Z',
    fingerprint: `fp-${host}`,
    ...rest,
  };
}

const group = (...alerts: readonly object[]) => ({
  version: '4',
  groupKey: '{}:{alertname="HighErrorRate"}',
  receiver: 'bot',
  status: 'firing',
  externalURL: 'http://am.example',
  alerts,
});

const over = (host: string, clock: string, fields: object = {}) =>
  member(host, { ...fields, status: 'resolved', endsAt: at(clock) });

/** One problem told by `generic`, with a number. */
const load = (value: number | undefined, fields: object = {}) => ({
  id: 'load-db01',
  title: 'Load of db01',
  severity: 'critical',
  labels: { alertname: 'HighLoad', host: 'db01' },
  startsAt: at('09:58'),
  ...(value !== undefined && { values: [{ name: 'load', value, unit: 'percent', crit: '80' }] }),
  ...fields,
});

describe('owners', () => {
  const OWNERS = `
owners:
  labels: [owner]
  people:
    - { match: { service: checkout }, mention: [ana, "@payments-oncall"] }
    - { match: { service: checkout }, chat: other, mention: nobody-here }
`;

  it('are called once, when something of theirs begins; edits call nobody', async () => {
    const { hear, pass, texts, inRoom } = await start(OWNERS);
    await hear('alertmanager', group(member('web02')));
    expect(texts('ops')).toEqual([expect.stringMatching(/\n@ana @payments-oncall$/)]);
    await hear('alertmanager', group(member('web02'), member('web03')));
    await pass(3_000);
    expect(texts('ops')).toEqual([expect.stringMatching(/2 firing[\s\S]*\n@ana @payments-oncall$/)]);
    await hear('alertmanager', group(member('web02'), member('web05', { labels: { owner: 'cem' } })));
    await pass(3_000);
    expect(texts('ops')).toEqual([
      expect.stringMatching(/3 firing[\s\S]*\n@ana @payments-oncall$/),
      '🔴 *CRITICAL* *HighErrorRate* · checkout · web05 · firing since 09:55 UTC (5\u202fmin)\n@cem',
    ]);
    expect(inRoom('ops').map(({ edits, thread }) => [edits, thread])).toEqual([
      [2, undefined],
      [0, inRoom('ops')[0]?.id],
    ]);
  });

  it('are called when what nobody was called for is theirs after all, each once', async () => {
    const maintenance = 'maintenance: [{ match: { instance: web03* }, to: 2026-11-25T10:20Z }]';
    const { hear, pass, texts } = await start(`${OWNERS}${maintenance}`);
    await hear('alertmanager', group(member('web03')));
    await pass(19 * MINUTE);
    expect(texts('ops').join('\n')).not.toContain('@');
    expect(texts('ops')).toEqual([expect.stringContaining('\nmaintenance until 10:20 UTC: it is expected')]);
    // the window is over
    await pass(MINUTE);
    expect(texts('ops')[0]).not.toContain('maintenance');
    expect(texts('ops').slice(1)).toEqual([
      expect.stringMatching(/firing since 09:55 UTC \(25.min\)\n@ana @payments-oncall$/u),
    ]);
    await pass(20 * MINUTE);
    const labels = { service: 'checkout', alertname: 'Slow' };
    await hear('generic', load(1, { labels, flags: { acknowledged: true }, actor: 'Bob' }));
    await pass(MINUTE);
    // nobody has the second
    await hear('generic', load(1, { labels: { ...labels, host: 'db02' }, id: 'second', groupKey: 'x' }));
    await hear('generic', load(1, { labels, transition: 'unacknowledged', actor: 'Bob', deliveryId: 'back' }));
    await pass(MINUTE);
    expect(texts('ops').filter((text) => text.includes('@ana')).length).toBe(3);
    await pass(HOUR);
    expect(texts('ops').filter((text) => text.includes('@ana')).length).toBe(3);
  });

  it('are called when it is steady and fires', async () => {
    const { hear, pass, texts } = await start(OWNERS);
    const labels = { service: 'checkout', alertname: 'Slow' };
    await hear('generic', load(91, { labels, transition: 'flapping_start', flags: { flapping: true } }));
    await pass(2 * MINUTE);
    expect(texts('ops').join('\n')).not.toContain('@');
    await hear('generic', load(91, { labels, transition: 'flapping_end', flags: { flapping: false } }));
    await pass(2 * MINUTE);
    expect(texts('ops').slice(1)).toEqual([expect.stringMatching(/\n@ana @payments-oncall$/u)]);
  });

  it('are named by a label only where the operator allows the label, and nobody calls a whole room', async () => {
    const { hear, texts } = await start('owners: { labels: [owner] }');
    const labels = { owner: 'cem, @all here', team: 'dana', service: 'shop @here' };
    await hear('alertmanager', group(member('web02', { labels })));
    const [text = ''] = texts('ops');
    expect(text).toMatch(/\n@cem$/);
    expect(text.replace(/@\u200B/g, '')).not.toMatch(/@(?!cem)/);
  });

  it('are not called for what is no emergency, what is expected, and what somebody has', async () => {
    const maintenance = 'maintenance: [{ match: { instance: web03* }, to: 2099-01-01T00:00Z }]';
    const { hear, texts } = await start(`${OWNERS}${maintenance}`);
    await hear('alertmanager', { ...group(member('web02', { labels: { severity: 'warning' } })), groupKey: 'a' });
    await hear('alertmanager', { ...group(member('web03')), groupKey: 'b' });
    const labels = { service: 'checkout', alertname: 'Slow' };
    await hear('generic', load(1, { labels, flags: { acknowledged: true }, actor: 'Bob' }));
    expect(texts('ops').length).toBe(3);
    expect(texts('ops').join('\n')).not.toContain('@');
    expect(texts('ops')[2]).toMatch(/^🔴 \*ACKNOWLEDGED\* [\s\S]*\nacknowledged by Bob$/u);
  });

  it('are called again when it becomes worse, in a line that the room sees', async () => {
    const { hear, pass, texts, inRoom } = await start(OWNERS);
    const warning = member('web02', { labels: { severity: 'warning' } });
    await hear('alertmanager', group(warning));
    await pass(10 * MINUTE);
    await hear('alertmanager', group(warning, member('web05', { startsAt: at('10:09') })));
    expect(texts('ops')).toEqual([
      expect.stringMatching(/^🔴 \*CRITICAL\* \*HighErrorRate\* · checkout · 2 firing/u),
      '🔴 *CRITICAL* *HighErrorRate* · checkout · was warning until now\nweb05 critical, web02 warning\n@ana @payments-oncall',
    ]);
    expect(inRoom('ops')[1]?.thread).toBe(inRoom('ops')[0]?.id);
    await pass(MINUTE);
    expect(texts('ops').length).toBe(2);
  });
});

describe('a rule with a limit for each severity', () => {
  it('is told by what it says of the worst', async () => {
    const { hear, texts } = await start();
    const of = (severity: string, limit: number) =>
      member('web02', {
        labels: { severity },
        fingerprint: severity,
        annotations: { summary: `5xx above ${limit} %` },
      });
    await hear('alertmanager', group(of('warning', 1), of('critical', 5)));
    expect(texts('ops')[0]?.split('\n').slice(1, 3)).toEqual(['5xx above 5 %', 'critical, warning']);
  });
});

describe('an edit', () => {
  it('collects later members for two seconds, and comes at once for what is worse and for the end', async () => {
    const { hear, pass, texts, inRoom } = await start();
    const hosts = ['web01', 'web02', 'web03', 'web04'];
    await hear('alertmanager', group(member('web01')));
    await pass(MINUTE);
    for (const [index] of hosts.entries()) {
      await hear('alertmanager', group(...hosts.slice(0, index + 1).map((host) => member(host))));
      await pass(300);
    }
    expect(inRoom('ops').map(({ edits }) => edits)).toEqual([0]);
    await pass(2_000);
    expect(texts('ops')).toEqual([expect.stringContaining('4 firing')]);
    expect(inRoom('ops')[0]?.edits).toBe(1);
    await hear('alertmanager', group(...hosts.map((host) => over(host, '10:05'))));
    expect(texts('ops')).toEqual([expect.stringContaining('RESOLVED')]);
    expect(inRoom('ops')[0]?.edits).toBe(2);
  });

  it('happens although the process that collected dies', async () => {
    const { hear, pass, texts, restart } = await start();
    await hear('alertmanager', group(member('web01')));
    await pass(MINUTE);
    await hear('alertmanager', group(member('web01'), member('web02')));
    await restart();
    await pass(10_000);
    expect(texts('ops')).toEqual([expect.stringContaining('2 firing')]);
  });
});

describe('repeats', () => {
  it('are counted on the first post, and edited in now and then', async () => {
    const { hear, pass, texts, inRoom } = await start();
    await hear('alertmanager', group(member('web02')));
    for (let count = 0; count < 13; count += 1) {
      await pass(MINUTE);
      await hear('alertmanager', group(member('web02')));
    }
    expect(inRoom('ops')[0]?.edits).toBe(1);
    await pass(10 * MINUTE);
    expect(texts('ops')).toEqual([expect.stringContaining('told 14 times, last 10:13')]);
    expect(inRoom('ops')[0]?.edits).toBe(2);
  });

  it('are one time of one problem also where the sender tells no times', async () => {
    const { hear, pass, texts } = await start();
    const untimed = load(91, { startsAt: undefined });
    await hear('generic', untimed);
    await pass(20 * MINUTE);
    await hear('generic', { ...untimed, description: 'still' });
    await pass(3_000);
    expect(texts('ops')).toEqual([expect.stringMatching(/since 10:00 UTC \(20.min\) · told twice, last 10:20/u)]);
    await hear('generic', { id: 'load-db01', title: 'Load of db01', status: 'ok', labels: untimed.labels });
    expect(texts('ops')).toEqual([expect.stringMatching(/RESOLVED.*lasted 20.min \(10:00–10:20 UTC\)/u)]);
  });

  it('are none once it has ended in between, with the very same words, as often as that happens', async () => {
    const { hear, pass, texts, store, hook } = await start();
    const open = async () =>
      (await store.alerts.open()).filter(({ sourceInstance }) => sourceInstance === hook).map(({ title }) => title);
    const [down, up] = [
      { title: 'Nightly job failed', severity: 'critical' },
      { title: 'Nightly job failed', status: 'ok' },
    ];
    for (let count = 1; count <= 3; count += 1) {
      await hear('generic', down);
      await pass(30_000);
      await hear('generic', down); // tried again
      await pass(10_000);
      expect([count, await open()]).toEqual([count, ['Nightly job failed']]);
      await hear('generic', up);
      await hear('generic', up);
      await pass(10_000);
      expect(await open()).toEqual([]);
    }
    expect(texts('ops').join('\n')).toMatch(/FLAPPING/); // which nobody would know of three that were dropped
  });

  it('are none a day later, with the very same words; tries again within minutes are', async () => {
    const { hear, pass, texts, inRoom } = await start();
    const [down, up] = [{ title: 'db01 is down' }, { title: 'db01 is down', status: 'ok' }];
    const twice = async (body: object) => {
      await hear('generic', body);
      await pass(9 * MINUTE + 50_000);
      await hear('generic', body);
      await pass(20_000);
      // over the border of ten minutes
      await hear('generic', body);
      await pass(MINUTE);
    };
    await twice(down);
    expect(texts('ops')).toEqual([expect.stringMatching(/since 10:00 UTC .* · told 3 times/u)]);
    await twice(up);
    expect(texts('ops')).toEqual([expect.stringMatching(/RESOLVED.*lasted 11.min \(10:00–10:11 UTC\)/u)]);
    await pass(24 * HOUR, HOUR);
    await hear('generic', down);
    await pass(MINUTE);
    expect(texts('ops').length).toBe(2);
    await hear('generic', up);
    expect(texts('ops')[1]).toMatch(/RESOLVED/);
    expect(inRoom('ops').map(({ thread }) => thread)).toEqual([undefined, undefined]);
  });
});

describe('the end', () => {
  it('keeps the value that fired and the worst since, and how long it lasted', async () => {
    const { hear, pass, texts } = await start();
    await hear('generic', load(84.2));
    await pass(5 * MINUTE);
    await hear('generic', load(97.5));
    await pass(5 * MINUTE);
    await hear('generic', load(88));
    await pass(5 * MINUTE);
    expect(texts('ops')[0]).toContain('88');
    await hear('generic', load(12, { status: 'ok', endsAt: at('10:15') }));
    expect(texts('ops')).toEqual([
      '🟢 *RESOLVED* *HighLoad* · db01 · lasted 17\u202fmin (09:58–10:15 UTC) · fired at 84.2\u202f%, peak 97.5\u202f%\nLoad of db01',
    ]);
  });

  it('is told also where it began and ended before anybody could tell; an end alone is not', async () => {
    const { hear, pass, texts, leave, comeBack } = await start();
    await hear('alertmanager', group(over('web09', '09:59')));
    leave('team');
    await hear('generic', load(91));
    await hear('generic', load(12, { status: 'ok', endsAt: at('10:00') }));
    comeBack('team');
    await pass(10_000);
    expect(texts('ops')).toEqual([expect.stringMatching(/^🟢 \*RESOLVED\* \*HighLoad\*/u)]);
  });

  it('is edited in also where all of it is told an hour later', async () => {
    const { hear, pass, texts } = await start();
    const early = { startsAt: at('08:00') };
    await hear('alertmanager', group(member('web02', early)));
    await pass(3_000);
    await hear('alertmanager', group(over('web02', '09:00', early)));
    expect(texts('ops')).toEqual([expect.stringMatching(/RESOLVED.*lasted 60.min \(08:00–09:00 UTC\)/u)]);
  });

  it('ends the post that told of it, also where it is called otherwise by then', async () => {
    const { hear, pass, texts } = await start();
    const rule = { ruleId: 7, ruleName: 'Zeta CPU alert', message: 'boom!' };
    const tags = { instance: 'zeta.domain', job: 'monitoring' };
    await hear('grafana-legacy', { ...rule, state: 'alerting', evalMatches: [{ metric: 'user', value: 97, tags }] });
    await hear('generic', { id: 'cpu-1', title: 'cpu of web01 is 93 %', startsAt: at('09:58') });
    await pass(10 * MINUTE);
    await hear('grafana-legacy', { ...rule, state: 'ok', evalMatches: [] });
    await hear('generic', { id: 'cpu-1', title: 'cpu of web01 is 12 %', startsAt: at('09:58'), status: 'resolved' });
    await pass(MINUTE);
    expect(texts('ops')).toEqual([
      expect.stringMatching(/RESOLVED.*Zeta CPU alert.*lasted 10.min.*fired at 97/),
      expect.stringMatching(/RESOLVED.*cpu of web01 is 12 %.*lasted 12.min/),
    ]);
  });

  it('has the day of a beginning that was on another', async () => {
    const { hear, texts } = await start();
    const early = { startsAt: '2026-11-23T09:00:00Z' };
    await hear('alertmanager', group(member('web02', early)));
    await hear('alertmanager', group(over('web02', '10:00', early)));
    expect(texts('ops')[0]).toMatch(/RESOLVED.*\(2026-11-23 09:00 – 2026-11-25 10:00 UTC\)/u);
  });

  it('comes early, late and twice', async () => {
    const { hear, pass, texts } = await start();
    // the end first: the beginning is told as over
    await hear('alertmanager', group(over('web02', '10:00')));
    expect(texts('ops')).toEqual([]);
    await pass(MINUTE);
    await hear('alertmanager', group(member('web02')));
    expect(texts('ops')).toEqual([expect.stringMatching(/RESOLVED.*lasted 5.min \(09:55–10:00 UTC\)/u)]);
    // the next time, and after it the end of the first once more
    await pass(MINUTE);
    await hear('alertmanager', group(member('web02', { startsAt: at('10:02') })));
    await hear('alertmanager', group(over('web02', '10:00')));
    await hear('alertmanager', group(over('web02', '10:01', { startsAt: at('09:55') })));
    await pass(MINUTE);
    expect(texts('ops')[0]).toMatch(/^🔴 \*CRITICAL\*/u);
  });
});

describe('what people do about it at its sender', () => {
  it('is shown: who, when, why; a later comment or change does not take it back', async () => {
    const { hear, pass, texts } = await start();
    const step = (transition: string, actor: string, note?: string) =>
      hear('generic', load(91, { deliveryId: `${transition}-${actor}`, transition, actor, note }));
    await hear('generic', load(91));
    await pass(5 * MINUTE);
    await step('acknowledged', 'Ana', 'looking');
    await pass(5 * MINUTE);
    await step('comment', 'Bob', 'the disk, I think');
    await pass(5 * MINUTE);
    expect(texts('ops')[0]?.split('\n').slice(0, 1)).toEqual(['🔴 *ACKNOWLEDGED* *HighLoad* · db01']);
    expect(texts('ops')[0]?.split('\n').slice(-2)).toEqual([
      'comment by Bob at 10:10: the disk, I think',
      'acknowledged by Ana at 10:05: looking',
    ]);
    await step('unacknowledged', 'Ana');
    await pass(MINUTE);
    await step('suppressed', 'Cem', 'until Monday');
    await pass(MINUTE);
    expect(texts('ops')[0]).toMatch(/^🔴 \*SILENCED\*/u);
    expect(texts('ops')[0]?.split('\n').slice(-3)).toEqual([
      'silenced by Cem at 10:16: until Monday',
      'acknowledgement taken back by Ana at 10:15',
      'comment by Bob at 10:10: the disk, I think',
    ]);
  });
});

describe('silence', () => {
  it('becomes a visible "no news", and the next word ends it without calling anybody', async () => {
    const { hear, pass, texts } = await start('alerts: { noNewsAfter: 6h }');
    await hear('alertmanager', group(member('web02'), member('web05')));
    await pass(4 * HOUR, HOUR);
    await hear('alertmanager', group(member('web02')));
    await pass(3 * HOUR, 10 * MINUTE);
    expect(texts('ops')[0]).toMatch(/· 1 of 2 firing[\s\S]*\nno news of web05 since 10:00 UTC/u);
    await pass(4 * HOUR, 10 * MINUTE);
    expect(texts('ops')).toEqual([
      expect.stringMatching(/^⚪ \*NO NEWS\* since 14:00 UTC \(6.h\) of \*HighErrorRate\* · checkout\n/u),
    ]);
    expect(texts('ops')[0]).toContain('fired since 09:55 UTC; since then neither a repeat nor an end');
    await hear('alertmanager', group(member('web02')));
    expect(texts('ops')).toEqual([expect.stringMatching(/^🔴 \*CRITICAL\*/u)]);
  });

  it('begins when the word of a sender expires that says how long it holds, and no edit is made for each word', async () => {
    const { hear, pass, texts, inRoom, clock } = await start();
    const { status: _, ...one } = member('web02');
    const tell = () =>
      hear('alertmanager-api-v2', [{ ...one, endsAt: new Date(clock.now() + 4 * MINUTE).toISOString() }]);
    for (let minute = 0; minute < 9; minute += 1) {
      await tell();
      await pass(MINUTE);
    }
    expect([texts('ops').length, inRoom('ops')[0]?.edits]).toEqual([1, 0]);
    expect(texts('ops')[0]).toMatch(/^🔴/u);
    await pass(4 * MINUTE);
    expect(texts('ops')).toEqual([expect.stringMatching(/^⚪ \*NO NEWS\* since 10:08 UTC/u)]);
    await tell();
    await pass(MINUTE);
    expect(texts('ops')).toEqual([expect.stringMatching(/^🔴/u)]);
  });

  it('is not counted while the bot could hear nothing', async () => {
    const { hear, pass, texts, restart, clock } = await start('alerts: { noNewsAfter: 6h }');
    await hear('alertmanager', group(member('web02')));
    await clock.advance(7 * HOUR);
    await restart();
    await pass(5 * HOUR, HOUR);
    expect(texts('ops')[0]).toMatch(/^🔴/u);
    await pass(2 * HOUR, HOUR);
    expect(texts('ops')[0]).toMatch(/^⚪ \*NO NEWS\* since 10:00 UTC/u);
  });
});

describe('another time', () => {
  const wave = async ({ hear, pass }: Timeline, clock: string, end: string) => {
    await hear('alertmanager', group(member('web02', { startsAt: at(clock) })));
    await pass(6 * MINUTE);
    await hear('alertmanager', group(over('web02', end, { startsAt: at(clock) })));
  };

  it('is said in a line of its own that the room sees, exactly once, and that line is brought to its end', async () => {
    const timeline = await start('owners: { people: [{ match: { service: checkout }, mention: ana }] }');
    const { hear, pass, texts, inRoom, restart, addReplica } = timeline;
    addReplica();
    await wave(timeline, '10:00', '10:06');
    await pass(14 * MINUTE);
    await hear('alertmanager', group(member('web02', { startsAt: at('10:20') })));
    expect(texts('ops')).toEqual([
      expect.stringMatching(/^🔴 \*CRITICAL\* [\s\S]*@ana$/u),
      '🔴 *CRITICAL* *HighErrorRate* · checkout · web02 · fires again 14\u202fmin after its end, the 2nd time since 10:00 UTC\n@ana',
    ]);
    expect(inRoom('ops')[1]?.thread).toBe(inRoom('ops')[0]?.id);
    await restart();
    await pass(10 * MINUTE);
    await hear('alertmanager', group(over('web02', '10:30', { startsAt: at('10:20') })));
    expect(texts('ops')).toEqual([
      expect.stringMatching(/^🟢 \*RESOLVED\*/u),
      '🟢 *HighErrorRate* · checkout · web02 · fired again 10:20–10:30 UTC, the 2nd time; it is over\n@ana',
    ]);
    await pass(50 * MINUTE);
    await hear('alertmanager', group(member('web02', { startsAt: at('11:20') })));
    expect(texts('ops')[2]).toContain('the 3rd time since 10:00 UTC');
    await hear('alertmanager', group(over('web02', '11:21', { startsAt: at('11:20') })));
    // the next day is another story
    await pass(24 * HOUR, HOUR);
    await hear('alertmanager', group(member('web02', { startsAt: '2026-11-26T11:20:00Z' })));
    expect(texts('ops').length).toBe(4);
    expect(inRoom('ops')[3]?.thread).toBeUndefined();
  });

  it('is not said each time where it flaps: one post says so, and when it is steady', async () => {
    const timeline = await start();
    const { pass, texts, inRoom } = timeline;
    for (const minute of [0, 6, 12, 18]) {
      const clock = (add: number) => `10:${String(minute + add).padStart(2, '0')}`;
      await wave(timeline, clock(0), clock(3));
    }
    await pass(2 * MINUTE);
    expect(texts('ops').length).toBe(2);
    expect(texts('ops')[0]).toMatch(
      /^🟠 \*FLAPPING\* \*HighErrorRate\* · checkout · web02 · not firing at the moment\n[\s\S]*flapping: changed 8 times since 10:00 UTC/u,
    );
    const edits = inRoom('ops')[0]?.edits;
    await pass(20 * MINUTE);
    expect(texts('ops')[0]).toMatch(/^🟢 \*RESOLVED\*/u);
    expect(inRoom('ops')[0]?.edits).toBe((edits ?? 0) + 1);
  });

  it('flaps where its sender says so', async () => {
    const { hear, pass, texts } = await start();
    await hear('generic', load(91));
    await pass(MINUTE);
    await hear('generic', load(91, { deliveryId: 'f', transition: 'flapping_start', flags: { flapping: true } }));
    await pass(2 * MINUTE);
    expect(texts('ops')[0]).toContain('flapping since 10:01 UTC, says its sender');
  });
});

describe('a watchdog', () => {
  const WATCHED = `
owners: { people: [{ match: { alertname: Watchdog }, mention: ana }] }
alerts: { watchdogs: [{ match: { alertname: Watchdog }, within: 15m }] }
`;
  const watchdog = (fields: object = {}) => ({
    status: 'firing',
    labels: { alertname: 'Watchdog', severity: 'none' },
    annotations: { summary: 'Always firing' },
    startsAt: at('09:00'),
    fingerprint: 'fp-watchdog',
    ...fields,
  });

  it('is silent while it arrives; its absence is one alert, told once by all replicas; its return ends it', async () => {
    const { hear, pass, texts, inRoom, addReplica } = await start(WATCHED);
    addReplica();
    // grouped with something else by its sender
    await hear('alertmanager', group(watchdog(), member('web02')));
    for (let count = 0; count < 12; count += 1) {
      await pass(5 * MINUTE);
      await hear('alertmanager', group(watchdog()));
    }
    expect(texts('ops')).toEqual([expect.stringMatching(/^🔴 \*CRITICAL\* \*HighErrorRate\* · checkout · web02\n/u)]);
    await pass(15 * MINUTE);
    expect(texts('ops').slice(1)).toEqual([
      expect.stringMatching(
        /^🔴 \*CRITICAL\* \*Watchdog\* · stopped arriving, last heard 11:00 UTC \(15.min ago\)\nexpected within every 15.min; .*\n@ana$/u,
      ),
    ]);
    await pass(10 * MINUTE);
    expect(texts('ops').length).toBe(2);
    await hear('alertmanager', group(watchdog()));
    expect(texts('ops')[1]).toMatch(
      /^🟢 \*RESOLVED\* \*Watchdog\* · arrives again, was away 25.min \(11:00–11:25 UTC\)/u,
    );
    // the next absence is another alert: its sender says so
    await hear('alertmanager', group(watchdog({ status: 'resolved', endsAt: at('11:25') })));
    expect(inRoom('ops').map(({ thread }) => thread)).toEqual([undefined, undefined, undefined]);
  });

  it('is missed after a restart too, and not for what could not be heard', async () => {
    const { hear, pass, texts, clock, restart } = await start(WATCHED);
    await hear('alertmanager', group(watchdog()));
    await clock.advance(HOUR);
    await restart();
    await pass(14 * MINUTE);
    expect(texts('ops')).toEqual([]);
    await pass(MINUTE);
    expect(texts('ops')).toEqual([expect.stringContaining('stopped arriving, last heard 10:00 UTC')]);
  });
});

describe('a watchdog that is missed while a maintenance window holds', () => {
  const MUTED = `
owners: { people: [{ match: { alertname: Watchdog }, mention: ana }] }
alerts: { watchdogs: [{ match: { alertname: Watchdog }, within: 15m }] }
maintenance: [{ match: { alertname: Watchdog }, to: 2026-11-25T10:40Z }]
`;
  const beat = {
    status: 'firing',
    labels: { alertname: 'Watchdog' },
    startsAt: at('09:00'),
    fingerprint: 'fp-watchdog',
  };

  it('calls its owners when the window ends and it is still missed, once, though processes die', async () => {
    const { hear, pass, texts, inRoom, restart } = await start(MUTED);
    await hear('alertmanager', group(beat));
    await pass(20 * MINUTE);
    expect(texts('ops')).toEqual([expect.stringMatching(/stopped arriving(?![\s\S]*@ana)/u)]);
    await pass(15 * MINUTE);
    await restart();
    await pass(5 * MINUTE);
    expect(texts('ops').slice(1)).toEqual([
      expect.stringMatching(/stopped arriving, last heard 10:00 UTC \(40.min ago\)[\s\S]*\n@ana$/u),
    ]);
    expect(inRoom('ops')[1]?.thread).toBe(inRoom('ops')[0]?.id);
    await restart();
    await pass(HOUR);
    expect(texts('ops').length).toBe(2);
  });

  it('calls nobody when it was back before', async () => {
    const { hear, pass, texts } = await start(MUTED);
    await hear('alertmanager', group(beat));
    await pass(20 * MINUTE);
    await hear('alertmanager', group(beat));
    await pass(14 * MINUTE);
    await hear('alertmanager', group(beat));
    await pass(10 * MINUTE);
    expect(texts('ops')).toEqual([expect.stringMatching(/^🟢/u)]);
  });
});

describe('a watchdog whose room cannot be reached', () => {
  it('is told to the fallback, and when both are back its return is told in both', async () => {
    const timeline = await timelines.start(`
alerts: { waitForChat: 3m, watchdogs: [{ match: { alertname: Watchdog }, within: 15m }] }
routes: [{ chat: team, room: ops, fallback: { chat: other, room: oncall } }]
`);
    const { hear, pass, texts, leave, comeBack } = timeline;
    const beat = {
      status: 'firing',
      labels: { alertname: 'Watchdog' },
      startsAt: at('09:00'),
      fingerprint: 'fp-watchdog',
    };
    await hear('alertmanager', group(beat));
    leave('team');
    await pass(17 * MINUTE);
    expect(texts('other:oncall')).toEqual([]);
    await pass(2 * MINUTE);
    expect(texts('other:oncall')).toEqual([expect.stringMatching(/stopped arriving[\s\S]*Not yet in ops \(team\)/u)]);
    await hear('alertmanager', group(beat));
    comeBack('team');
    await pass(MINUTE);
    const back = expect.stringMatching(/^🟢 \*RESOLVED\* \*Watchdog\* · arrives again(?![\s\S]*Not yet)/u);
    expect([texts('ops'), texts('other:oncall')]).toEqual([[back], [back]]);
  });
});

describe('a chat that is away', () => {
  const one = (name: string, fields: object = {}) => ({
    id: name,
    title: `${name} is bad`,
    severity: 'warning',
    labels: { alertname: name, host: 'db01' },
    ...fields,
  });

  it('hears of everything when it is back, in order and as it is by then', async () => {
    const { hear, pass, texts, leave, comeBack } = await start();
    leave('team');
    for (const name of ['First', 'Second', 'Third']) {
      await hear('generic', one(name));
      await pass(10 * MINUTE);
    }
    await hear('generic', one('Second', { status: 'ok' }));
    await hear('generic', one('Third', { severity: 'error' }));
    await pass(30 * MINUTE);
    expect(texts('ops')).toEqual([]);
    comeBack('team');
    await pass(10_000);
    expect(texts('ops').map((text) => text.split('\n')[0])).toEqual([
      '🟡 *WARNING* *First* · db01',
      '🟢 *RESOLVED* *Second* · db01 · lasted 20\u202fmin (10:10–10:30 UTC)',
      '🟠 *ERROR* *Third* · db01',
    ]);
  });

  it('leaves the rooms of others as they are', async () => {
    const { hear, pass, texts, inRoom, leave, comeBack } = await timelines.start(
      'routes: [{ chat: other, room: all, continue: true }, { chat: team, room: ops }]',
    );
    leave('other');
    await hear('generic', one('First'));
    await hear('generic', one('First', { severity: 'error' }));
    await pass(30 * MINUTE);
    expect(inRoom('ops').map(({ edits }) => edits)).toEqual([1]);
    comeBack('other');
    await pass(10_000);
    expect([texts('ops'), texts('other:all')].map(([text = '']) => text.split('\n')[0])).toEqual([
      '🟠 *ERROR* *First* · db01',
      '🟠 *ERROR* *First* · db01',
    ]);
  });

  it('hears of what ended meanwhile, though others heard of it in time, and who has it in a post for many has it once', async () => {
    const { hear, pass, texts, leave, comeBack } = await timelines.start(`
alerts: { postsPerMinute: 1 }
routes: [{ chat: other, room: all, continue: true }, { match: { alertname: [First, Second] }, chat: team, room: ops }]
`);
    leave('team');
    await hear('generic', one('First'));
    await pass(2 * MINUTE);
    for (const name of ['Elsewhere', 'Second']) await hear('generic', one(name));
    await pass(2 * MINUTE);
    for (const name of ['First', 'Second']) await hear('generic', one(name, { status: 'ok' }));
    comeBack('team');
    await pass(MINUTE, 10_000);
    expect(texts('other:all').map((text) => text.split(' ', 2).join(' '))).toEqual([
      '🟢 *RESOLVED*',
      '🟡 *WARNING*',
      '🟢 *1',
    ]);
    expect(texts('ops')).toEqual([
      expect.stringMatching(/^🟢 \*RESOLVED\* \*First\*/u),
      expect.stringMatching(/^🟢 \*RESOLVED\* \*Second\*/u),
    ]);
  });

  it('is not waited for with what is critical: the fallback hears of it, once, and its end', async () => {
    const timeline = await timelines.start(`
operators: { chat: other, room: operators }
alerts: { waitForChat: 3m }
routes: [{ chat: team, room: ops, fallback: { chat: other, room: oncall } }]
`);
    timeline.leave('team');
    await timeline.hear('generic', one('Disk'));
    await timeline.hear('generic', one('Burning', { severity: 'critical' }));
    await timeline.pass(2 * MINUTE);
    expect(timeline.texts('other:oncall')).toEqual([]);
    await timeline.pass(10 * MINUTE);
    expect(timeline.texts('other:oncall')).toEqual([
      expect.stringMatching(
        /^🔴 \*CRITICAL\* \*Burning\*[\s\S]*\nNot yet in ops \(team\): it could not be posted there for 3.min\.$/u,
      ),
    ]);
    expect(timeline.texts('other:operators')).toEqual([
      '*ops (team)* takes no alerts: The chat is away. Critical ones go to oncall (other) meanwhile.',
    ]);
    timeline.comeBack('team');
    await timeline.pass(10_000);
    expect(timeline.texts('ops').length).toBe(2);
    // with the last word on it, the room that has it is late no more
    expect(timeline.texts('other:oncall')).toEqual([expect.not.stringContaining('Not yet')]);
    await timeline.hear('generic', one('Burning', { severity: 'critical', status: 'ok' }));
    const first = [...timeline.texts('ops'), ...timeline.texts('other:oncall')].map((text) => text.split(' ')[0]);
    expect(first.sort()).toEqual(['🟡', '🟢', '🟢'].sort());
  });
});
