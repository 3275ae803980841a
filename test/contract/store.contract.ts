/** What every store must do, whichever database is behind it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../src/chat/chat.ts';
import type { Alert, AlertSeverity, ChangeEvent, Told } from '../../src/domain/alert.ts';
import type { TimelineGroup, TimelineWindow } from '../../src/store/alert-timeline.ts';
import type { Store } from '../../src/store/store.ts';

/** A store under test: `open` may be called again after a close and finds what was kept. */
export interface StoreUnderTest {
  readonly name: string;
  open(): Promise<Store>;
}

let counter = 0;

function messageOf(text: string): ChatMessage {
  counter += 1;
  const id = `m${counter}-${process.pid}-${Math.random()}`;
  return {
    id,
    chat: 'team',
    room: 'ops',
    isDirect: false,
    isAddressed: true,
    text,
    sentMs: 1,
    user: { id: 'u1', name: 'ana' },
  };
}

/** Collects what is answered and lets a test wait for it. */
function collector() {
  const seen: string[] = [];
  const waiting: { count: number; done(): void }[] = [];
  return {
    seen,
    async handle(message: ChatMessage) {
      seen.push(message.text);
      for (const { count, done } of waiting) if (seen.length >= count) done();
    },
    until: (count: number) =>
      new Promise<void>((done) => {
        if (seen.length >= count) done();
        else waiting.push({ count, done });
      }),
  };
}

let runs = 0;

function runName(): string {
  runs += 1;
  return `${process.pid}-${runs}-${Math.random()}-`;
}

interface AlertFields {
  readonly run?: string;
  readonly groupKey?: string;
  readonly startsAt?: Date;
}

function alertOf(
  name: string,
  { run = '', groupKey = '', startsAt = new Date('2026-11-25T10:00:00Z') }: AlertFields = {},
): Alert {
  return {
    source: 'generic',
    sourceInstance: 'default',
    deliveryId: `${run}${name}`,
    fingerprint: `generic:default:${run}${name}`,
    groupKey: `${run}${groupKey}`,
    status: 'firing',
    transition: 'triggered',
    flags: {},
    severity: 'warning',
    title: name,
    labels: { name: `${run}${name}` },
    annotations: {},
    attributes: {},
    startsAt,
    endsAt: null,
    receivedAt: startsAt,
    timeSource: 'event',
    values: [],
    links: [],
    images: [],
  };
}

function groupOf(run: string): string {
  return `generic:default:${run}`;
}

const place = (room: string, chat = 'team') => ({ chat, room });

/** What was told, under names that no other test has. */
function toldOf(alerts: readonly Alert[]): Told & { readonly run: string } {
  const isNamed = alerts.every(({ fingerprint }) => fingerprint.length > 40);
  const run = isNamed ? '' : runName();
  const named = alerts.map((alert) => ({
    ...alert,
    deliveryId: `${run}${alert.deliveryId}`,
    fingerprint: alert.fingerprint.replace('default:', `default:${run}`),
    groupKey: `${run}${alert.groupKey ?? ''}`,
    labels: { name: `${run}${alert.labels.name ?? ''}` },
  }));
  return { alerts: named, changes: [], run };
}

/** Registers the suite for one store. */
export function testStore({ name, open }: StoreUnderTest): void {
  describe(`the store on ${name}`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close(0));

    it('adds counts of questions up, gives them from a day on, and forgets the days before one', async () => {
      const row = { day: 20_000, query: 'cpu', outcome: 'answered', code: '', withinMs: 200, times: 2 } as const;
      const failed = { ...row, outcome: 'failed', code: 'SOURCE_TIMEOUT', withinMs: 5_000 } as const;
      await store.usage.add([row, { ...row, day: 20_001 }]);
      await Promise.all([store.usage.add([row, failed]), store.usage.add([row])]);
      const all = await store.usage.since(20_000);
      expect(all).toHaveLength(3);
      expect(all).toContainEqual({ ...row, times: 6 });
      expect(all).toContainEqual(failed);
      expect(await store.usage.since(20_001)).toEqual([{ ...row, day: 20_001 }]);
      await store.usage.prune(20_001);
      expect(await store.usage.since(0)).toHaveLength(1);
      await store.usage.prune(30_000);
    });

    it('answers a submitted message once, however often it is submitted', async () => {
      const { seen, handle, until } = collector();
      await store.work(handle);
      const message = messageOf('cpu web01');
      const outcomes = await Promise.all([store.submit(message), store.submit(message), store.submit(message)]);
      await until(1);
      await store.submit(messageOf('cpu web02'));
      await until(2);
      expect(outcomes.sort()).toEqual(['accepted', 'duplicate', 'duplicate']);
      expect(seen).toEqual(['cpu web01', 'cpu web02']);
    });

    it('answers after a restart what was stored before it', async () => {
      const message = messageOf('load db01');
      await store.submit(message);
      await store.close(0);
      store = await open();
      const { seen, handle, until } = collector();
      await store.work(handle);
      await until(1);
      expect(seen).toEqual(['load db01']);
      expect(await store.submit(message)).toBe('duplicate');
    });

    it('tries again when answering failed', async () => {
      let tries = 0;
      const answered = new Promise<void>((resolve) => {
        void store.work(async () => {
          tries += 1;
          if (tries === 1) throw new Error('the chat is down');
          resolve();
        });
      });
      await store.submit(messageOf('cpu web01'));
      await answered;
      expect(tries).toBe(2);
    });

    it('keeps what a conversation last asked', async () => {
      await store.remember('team/thread-1', { query: 'cpu', hosts: ['web01', 'ž"\\'] });
      await store.remember('team/thread-1', { query: 'load' });
      await store.remember('team/thread-2', ['a']);
      expect(await store.recall('team/thread-1')).toEqual({ query: 'load' });
      expect(await store.recall('team/thread-2')).toEqual(['a']);
      expect(await store.recall('team/never')).toBeUndefined();
    });

    it("keeps people's zones", async () => {
      expect(await store.zoneOf(`team/new-${counter}`)).toBeUndefined();
      await store.setZone('team/u1', 'Europe/Berlin');
      await store.setZone('team/u1', 'Asia/Kolkata');
      expect(await store.zoneOf('team/u1')).toBe('Asia/Kolkata');
    });

    it('never moves a cursor back', async () => {
      const chat = `chat-${Math.random()}`;
      expect(await store.cursorOf(chat)).toBeUndefined();
      await store.moveCursor(chat, 2_000_000_000_000);
      await store.moveCursor(chat, 1_000_000_000_000);
      expect(await store.cursorOf(chat)).toBe(2_000_000_000_000);
    });

    it('lets no more calls through than the budget has, however many ask at once', async () => {
      const key = `chat.sendMessage-${Math.random()}`;
      const waits = await Promise.all(Array.from({ length: 25 }, () => store.budget.take(key, 10, 60_000)));
      expect(waits.filter((wait) => wait === 0)).toHaveLength(10);
      expect(Math.max(...waits)).toBeLessThanOrEqual(60_000);
      expect(Math.min(...waits.filter((wait) => wait > 0))).toBeGreaterThan(40_000);
    });

    it('gives calls back when their window has passed', async () => {
      const key = `rooms.media-${Math.random()}`;
      expect(await store.budget.take(key, 1, 50)).toBe(0);
      for (let wait = await store.budget.take(key, 1, 50); wait > 0; wait = await store.budget.take(key, 1, 50)) {
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    });

    it('holds calls back for as long as the platform said', async () => {
      const key = `users.info-${Math.random()}`;
      await store.budget.block(key, 30_000);
      const wait = await store.budget.take(key, 10, 60_000);
      expect(wait).toBeGreaterThan(20_000);
      expect(wait).toBeLessThanOrEqual(30_000);
    });

    describe('of alerts', () => {
      it('keeps what was told once, however often it is told, and names the groups with news', async () => {
        const told = toldOf([alertOf('a'), alertOf('b', { groupKey: 'other' })]);
        expect([await store.takeTold(told), await store.takeTold(told)]).toEqual([2, 0]);
        const open = await store.alerts.open();
        const names = open.map(({ labels }) => labels.name).filter((name) => name?.startsWith(`${told.run}`));
        expect(names.sort()).toEqual([`${told.run}a`, `${told.run}b`]);
        expect(open.every(({ startsAt, endsAt }) => startsAt instanceof Date && endsAt === null)).toBe(true);
      });

      it('stores what many deliver at once, also beside one that the database refuses, and gives pictures back', async () => {
        const run = runName();
        const bytes = new Uint8Array([0, 137, 80, 255]);
        const names = Array.from({ length: 40 }, (_, index) => `n${index}`);
        const deliveries = names.map((name) => {
          const alert = { ...alertOf(name, { run, groupKey: name }), images: [{ data: bytes, alt: 'a plot' }] };
          return { alerts: name === 'n13' ? [{ ...alert, startsAt: new Date(Number.NaN) }] : [alert], changes: [] };
        });
        const outcomes = await Promise.allSettled(deliveries.map((told) => store.takeTold(told)));
        const refused = outcomes.flatMap(({ status }, index) => (status === 'rejected' ? [names[index]] : []));
        expect(refused).toEqual(['n13']);
        const news = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
        expect(news).toEqual(Array.from({ length: 39 }, () => 1));
        const groups = await Promise.all(names.map((name) => store.alerts.group(`${groupOf(run)}${name}`)));
        expect(groups.flatMap((group) => group?.problems.map(({ title }) => title) ?? [])).toEqual(
          names.filter((name) => name !== 'n13'),
        );
        expect(groups[0]?.problems[0]?.images).toEqual([{ data: bytes, alt: 'a plot' }]);
      });

      it('takes characters that no database holds', async () => {
        const run = runName();
        const odd = [
          'NUL \u0000',
          'half \ud83d',
          'other half \ude00 \u00e9',
          'whole \u{1f600}',
          'no escape \\u0000 \\ud83d',
        ];
        const alerts = odd.map((title, index) => ({
          ...alertOf(`a${index}`, { run }),
          title,
          labels: { [title]: title },
        }));
        expect(await store.takeTold({ alerts, changes: [] })).toBe(1);
        const group = await store.alerts.group(groupOf(run));
        const kept = odd.map((text) => text.replace(/\u0000/, '\ufffd').toWellFormed());
        expect(group?.problems.map(({ title }) => title).sort()).toEqual([...kept].sort());
        expect(group?.problems.map(({ labels }) => Object.keys(labels)[0]).sort()).toEqual([...kept].sort());
      });

      it('closes a problem, and does not open it again for an older message that comes late', async () => {
        const run = runName();
        const begunMs = Date.now() - 3_600_000;
        const at = (minute: number) => new Date(begunMs + minute * 60_000 + 45 * 60_000);
        const firing = alertOf('a', { run, startsAt: at(0) });
        const resolved = {
          ...alertOf('a', { run, startsAt: at(0) }),
          status: 'resolved',
          transition: 'resolved',
          endsAt: at(9),
        } as const;
        await store.takeTold(toldOf([{ ...resolved, deliveryId: `${run}-2` }]));
        expect(await store.takeTold(toldOf([{ ...firing, deliveryId: `${run}-1` }]))).toBe(1);
        const group = await store.alerts.group(groupOf(run));
        expect(group?.problems.map(({ status }) => status)).toEqual(['resolved']);
        const again = { ...alertOf('a', { run, startsAt: at(20) }), deliveryId: `${run}-3` };
        expect(await store.takeTold(toldOf([again]))).toBe(1);
        expect((await store.alerts.group(groupOf(run)))?.problems.map(({ status }) => status)).toEqual(['firing']);
        const history = await store.alerts.history(again.fingerprint, 0);
        expect(history).toEqual([{ startMs: +at(20) }, { startMs: +at(0), lastedMs: 9 * 60_000 }]);
      });

      it('knows when one fired that is told without times: from its first word to its end, however often it is told', async () => {
        const run = runName();
        const at = (minute: number) => new Date(Date.UTC(2034, 0, 1, 10, minute));
        const untimed = (minute: number, end = false) => ({
          ...alertOf('a', { run, startsAt: at(minute) }),
          ...{ deliveryId: `${run}${minute}`, timeSource: 'received' as const },
          ...(end && ({ status: 'resolved', transition: 'resolved', endsAt: at(minute) } as const)),
        });
        const all = [untimed(0), untimed(10), untimed(12, true), untimed(13, true), untimed(30), untimed(40)];
        for (const alert of all) await store.takeTold({ alerts: [alert], changes: [] });
        expect(await store.alerts.history(untimed(0).fingerprint, 0)).toEqual([
          { startMs: +at(30) },
          { startMs: +at(0), lastedMs: 12 * 60_000 },
        ]);
        const window = { state: 'all', fromMs: 0, toMs: +at(59), limit: 2_000 } as const;
        const listed = (await store.timeline.groups(window)).find(
          ({ problems }) => problems[0]?.fingerprint === untimed(0).fingerprint,
        );
        expect(listed?.firings).toEqual([{ startMs: +at(30) }, { startMs: +at(0), endMs: +at(12) }]);
        const group = await store.alerts.group(groupOf(run));
        // it was over at its first end
        expect([group?.version, group?.problems[0]?.startsAt]).toEqual([5, at(30)]);
      });

      it('names of the groups that wait the oldest each time, and all others in turn, however many nobody can be told', async () => {
        const run = runName();
        const names = Array.from({ length: 400 }, (_, index) => `${index}`);
        await store.takeTold({ alerts: [alertOf('first', { run, groupKey: 'first' })], changes: [] });
        const oldest = (await store.alerts.untold(Number.MAX_SAFE_INTEGER)).find((key) => key.includes(run));
        await new Promise((resolve) => setTimeout(resolve, 2));
        await store.takeTold({ alerts: names.map((name) => alertOf(name, { run, groupKey: name })), changes: [] });
        const found = new Set<string>();
        for (let round = 0; round < 7; round += 1) {
          const own = (await store.alerts.untold(Number.MAX_SAFE_INTEGER)).filter((key) => key.includes(run));
          expect(own[0]).toBe(oldest);
          for (const key of own) found.add(key);
        }
        expect(found.size).toBe(401);
        for (const key of found)
          await store.alerts.keepTold(key, { version: 1, conversation: 1, sinceMs: 0, closedMs: 1, posts: [] });
      });

      it('joins problems of a group that another tells too with it, and keeps the others', async () => {
        const run = runName();
        const [from, to] = ['seen', 'told'].map((name) => `${groupOf(run)}${name}`) as [string, string];
        const seen = ['a', 'b'].map((name) => alertOf(name, { run, groupKey: 'seen' }));
        await store.takeTold({ alerts: [...seen, alertOf('c', { run, groupKey: 'told' })], changes: [] });
        const post = { ...place(run), receipt: { id: 'm1', room: 'r1' }, sightedMs: 5 };
        await store.sightings.attach(from, post);
        const fingerprints = [`generic:default:${run}a`, `generic:default:${run}c`];
        await store.sightings.join({ key: from, fingerprints }, { key: to, conversation: 1 });
        const [left, other] = await Promise.all([from, to].map((key) => store.alerts.group(key)));
        expect([left, other].map((group) => group?.problems.map(({ title }) => title))).toEqual([['b'], ['c']]);
        expect(other?.posts).toEqual([post]);
      });

      it('leaves a problem in the group that it began in while it fires, unless it is a watchdog by now', async () => {
        const run = runName();
        const keys = ['began', 'renamed', 'watchdog'] as const;
        const groupKeys = { began: `${run}began`, renamed: `${run}renamed`, watchdog: `watchdog:${run}` };
        const where = async () => {
          const groups = await Promise.all(keys.map((key) => store.alerts.group(`generic:default:${groupKeys[key]}`)));
          return keys.filter((_, index) => (groups[index]?.problems.length ?? 0) > 0);
        };
        const seen: (readonly string[])[] = [];
        for (const key of ['began', 'renamed', 'watchdog', 'renamed'] as const) {
          const deliveryId = `${run}${seen.length}`;
          await store.takeTold(toldOf([{ ...alertOf('a', { run }), groupKey: groupKeys[key], deliveryId }]));
          seen.push(await where());
        }
        expect(seen).toEqual([['began'], ['began'], ['watchdog'], ['renamed']]);
      });

      it('knows which group a post tells of, what senders said of it, and the numbers that came with that', async () => {
        const run = runName();
        const at = (minute: number) => new Date(Date.UTC(2033, 0, 1, 10, minute));
        const value = (number: number | null) => [{ name: 'rta', value: number, unit: 'seconds' }];
        const first = { ...alertOf('a', { run, startsAt: at(0) }), values: value(1) };
        const second = { ...first, deliveryId: `${first.deliveryId}-2`, receivedAt: at(5), values: value(2) };
        const silent = { ...first, deliveryId: `${first.deliveryId}-3`, receivedAt: at(7), values: [] };
        const repeated = { ...second, receivedAt: at(6) };
        for (const alert of [first, second, silent, repeated]) await store.takeTold(toldOf([alert]));

        const key = groupOf(run);
        const group = await store.alerts.group(key);
        const post = { chat: 'team', room: 'ops', receipt: { id: `post-${run}`, room: 'r1' } };
        await store.alerts.keepTold(key, {
          version: group?.version ?? 0,
          conversation: 1,
          sinceMs: +at(0),
          posts: [post],
        } as Parameters<typeof store.alerts.keepTold>[1]);
        const found = await store.origins.groupAt('team', `post-${run}`);
        expect([found?.key, found?.problems.length]).toEqual([key, 1]);
        expect(await store.origins.groupAt('other', `post-${run}`)).toBeUndefined();
        expect((await store.origins.groupOf(first.fingerprint))?.key).toBe(key);

        const deliveries = await store.origins.deliveries(key, +at(0));
        expect(deliveries.map(({ firstMs, receivedMs, repeats }) => [firstMs, receivedMs, repeats])).toEqual([
          [+at(7), +at(7), 0],
          [+at(5), +at(6), 1],
          [+at(0), +at(0), 0],
        ]);
        const read = async (sinceMs: number) =>
          (await store.origins.values([first.fingerprint, `none'"${run}`], sinceMs)).map(({ receivedMs, values }) => [
            receivedMs,
            values[0]?.value,
          ]);
        expect(await read(+at(0))).toEqual([
          [+at(0), 1],
          [+at(6), 2],
        ]);
        expect(await read(+at(3))).toEqual([[+at(6), 2]]);
      });

      it('knows what was open in a window: what began before its end and was not over before it began', async () => {
        const run = runName();
        const at = (minute: number) => new Date(Date.UTC(2032, 0, 1, 10, minute));
        const begun = alertOf('a', { run, startsAt: at(10) });
        const over = { ...alertOf('b', { run, startsAt: at(0) }), status: 'resolved', transition: 'resolved' } as const;
        await store.takeTold({ alerts: [begun, { ...over, endsAt: at(5) }], changes: [] });
        const during = async (from: number, to: number) => {
          const found = await store.alerts.during({ fromMs: +at(from), toMs: +at(to) });
          return found.flatMap(({ labels }) => labels.name?.split(run)[1] ?? []);
        };
        expect([await during(1, 4), await during(6, 9), await during(3, 11), await during(20, 30)]).toEqual([
          ['b'],
          [],
          ['a', 'b'],
          ['a'],
        ]);
      });

      it('keeps what the rooms know, never an older version over a newer', async () => {
        const told = toldOf([alertOf('a')]);
        await store.takeTold(told);
        const key = groupOf(told.run);
        const group = await store.alerts.group(key);
        expect(group).toMatchObject({ version: 1, toldVersion: 0, posts: [], conversation: 1 });
        expect(await store.alerts.untold(Number.MAX_SAFE_INTEGER)).toContain(key);
        const posts = [{ chat: 'team', room: 'ops', receipt: { id: 'm1', room: 'r1' } }];
        await store.alerts.keepTold(key, { version: 1, conversation: 1, sinceMs: group?.sinceMs ?? 0, posts });
        expect(await store.alerts.group(key)).toMatchObject({ version: 1, toldVersion: 1, posts });
        expect(await store.alerts.untold(Number.MAX_SAFE_INTEGER)).not.toContain(key);
        await store.alerts.keepTold(key, { version: 0, conversation: 1, sinceMs: 0, posts: [] });
        // older words may be over the newer: told again
        expect(await store.alerts.group(key)).toMatchObject({ version: 2, toldVersion: 1, posts });
        expect(await store.alerts.untold(Number.MAX_SAFE_INTEGER)).toContain(key);

        const keep = (version: number, shows: string, wasPosts: readonly object[]) =>
          store.alerts.keepTold(key, {
            ...{ version, conversation: 1, sinceMs: 0 },
            posts: posts.map((post) => ({ ...post, shows })),
            wasPosts: wasPosts as typeof posts,
          });
        await keep(2, '2', posts);
        expect(await store.alerts.group(key)).toMatchObject({ version: 2, toldVersion: 2 });
        // another told meanwhile: its words may be over these
        await keep(2, '2b', posts);
        expect(await store.alerts.group(key)).toMatchObject({ version: 3, toldVersion: 2 });
        expect(await store.alerts.untold(Number.MAX_SAFE_INTEGER)).toContain(key);
      });

      it('counts repeats of what fires, remembers the numbers, and says when a group is due', async () => {
        const run = runName();
        const of = (value: number, deliveryId: string) => ({
          alerts: [{ ...alertOf('a', { run }), deliveryId: `${run}${deliveryId}`, values: [{ name: 'load', value }] }],
          changes: [],
        });
        const key = groupOf(run);
        const life = async () => [...((await store.alerts.group(key))?.lives.values() ?? [])];
        await store.takeTold(of(84, '1'));
        await store.alerts.keepTold(key, { version: 1, conversation: 1, sinceMs: 0, posts: [], toldMs: 1, life: {} });
        await Promise.all([store.takeTold(of(97, '1')), store.takeTold(of(80, '1'))]);
        expect(await life()).toMatchObject([{ told: 3, hasFired: true, first: 84, low: 80, high: 97 }]);
        // told long ago: the repeats are due at once
        expect(await store.alerts.untold(0)).toContain(key);
        const told = { version: 1, conversation: 1, sinceMs: 0, posts: [], toldMs: Date.now() };
        // what became due while the rooms were told stays so
        await store.alerts.keepTold(key, told);
        expect(await store.alerts.untold(0)).toContain(key);
        await store.alerts.keepTold(key, { ...told, wasDueMs: (await store.alerts.group(key))?.dueMs });
        expect(await store.alerts.untold(0)).not.toContain(key);
        expect(await store.takeTold(of(91, '2'))).toBe(1);
        expect(await life()).toMatchObject([{ told: 4, first: 84, high: 97 }]);
        const events = await store.alerts.events([`generic:default:${run}a`], 0);
        expect(events.map(({ status, transition }) => [status, transition])).toEqual([
          ['firing', 'triggered'],
          ['firing', 'triggered'],
        ]);
      });

      it('drops what is old, keeps what is not, and does not forget what is told again', async () => {
        const run = runName();
        const old = Date.now() - 60 * 86_400_000;
        const at = (day: number) => new Date(old + day * 86_400_000);
        const one = (name: string, day: number) => {
          const startsAt = at(day);
          return { ...alertOf(name, { run, groupKey: name, startsAt }), deliveryId: `${run}${name}${day}` };
        };
        const end = { ...one('over', 0), status: 'resolved', transition: 'resolved', endsAt: at(0) } as const;
        await store.takeTold({ alerts: [end, one('forgotten', 0), one('heard', 0), one('new', 5)], changes: [] });
        await store.takeTold({ alerts: [one('heard', 4)], changes: [] });
        for (const name of ['over', 'forgotten', 'heard', 'new']) {
          const told = { version: name === 'heard' ? 2 : 1, conversation: 1, sinceMs: old, posts: [] };
          await store.alerts.keepTold(groupOf(`${run}${name}`), { ...told, ...(name === 'over' && { closedMs: old }) });
        }
        expect(await store.alerts.prune(+at(3), new AbortController().signal)).toBeGreaterThanOrEqual(5);
        const left = await Promise.all(
          ['over', 'forgotten', 'heard', 'new'].map(async (name) => {
            const found = await store.alerts.group(groupOf(`${run}${name}`));
            return found?.problems.length ?? 0;
          }),
        );
        expect(left).toEqual([0, 0, 1, 1]);
      });

      it('marks what nothing was heard of for too long, and counts and lists it behind all that fires', async () => {
        const run = runName();
        const minute = (at: number) => new Date(Date.UTC(2036, 0, 1, 10, at));
        const one = (name: string, group: string, severity: AlertSeverity, expires?: number): Alert => ({
          ...alertOf(name, { run, groupKey: group, startsAt: minute(0) }),
          severity,
          ...(expires !== undefined && { expiresAt: minute(expires) }),
        });
        const own = (found: readonly { readonly labels: Alert['labels'] }[]) =>
          found.filter(({ labels }) => labels.name?.startsWith(run));
        const rule = (at: number, listening = 0) => ({
          ...{ noNewsAfterMs: 60 * 60_000, listeningSinceMs: +minute(listening), nowMs: +minute(at) },
        });
        const count = async (at: number) => {
          const { firing, silent } = await store.timeline.open(rule(at));
          return { ...firing, silent };
        };
        const [before, beforeLater] = [await count(3), await count(6)];
        const alerts = [one('a', 'x', 'critical', 5), one('b', 'x', 'warning'), one('c', 'y', 'critical', 4)];
        await store.takeTold({ alerts: [...alerts, one('d', 'z', 'info')], changes: [] });
        const more = async (at: number, base: Awaited<ReturnType<typeof count>>) => {
          const now = await count(at);
          return [
            now.critical - base.critical,
            now.warning - base.warning,
            now.info - base.info,
            now.silent - base.silent,
          ];
        };
        expect([await more(3, before), await more(6, beforeLater)]).toEqual([
          [2, 0, 1, 0],
          [0, 1, 1, 1],
        ]);
        const silentAt = async (at: number, listening = 0) =>
          own(await store.alerts.open(rule(at, listening)))
            .filter(({ silentSince }: Partial<Alert>) => +(silentSince ?? 0) === +minute(0))
            .map(({ labels }) => labels.name?.slice(run.length))
            .sort();
        expect([await silentAt(3), await silentAt(6), await silentAt(60)]).toEqual([
          [],
          ['a', 'c'],
          ['a', 'b', 'c', 'd'],
        ]);
        // nobody listened before
        expect(await silentAt(6, 2)).toEqual(['c']);
        const window = { state: 'open', fromMs: 0, toMs: 0, limit: 2_000 } as const;
        const listed = (await store.timeline.groups(window, rule(6))).filter(
          ({ problems }) => own(problems).length > 0,
        );
        expect(
          listed.map(({ firing, silent, problems }) => [firing, silent, problems[0]?.labels.name?.slice(run.length)]),
        ).toEqual([
          [1, 1, 'b'],
          [1, 0, 'd'],
          [0, 1, 'c'],
        ]);
        expect((await store.timeline.groupOf(listed[2]?.id ?? '', rule(6)))?.silent).toBe(1);
      });

      it('lists a watchdog only while it is missed, as what that means', async () => {
        const run = runName();
        const expiresAt = new Date('2026-11-25T10:05:00Z');
        const beat = { ...alertOf('w', { run }), groupKey: `watchdog:${run}`, title: 'Watchdog', expiresAt };
        await store.takeTold({ alerts: [beat], changes: [] });
        const [group] = (await store.alerts.untold(Number.MAX_SAFE_INTEGER)).filter((one) => one.includes(run));
        const titles = async () =>
          (await store.alerts.open()).filter(({ labels }) => labels.name === `${run}w`).map(({ title }) => title);
        const listed = async () => {
          const groups = await store.timeline.groups({ state: 'open', fromMs: 0, toMs: Date.now(), limit: 500 });
          return groups.some(({ problems }) => problems.some(({ labels }) => labels.name === `${run}w`));
        };
        expect([group, await titles(), await listed()]).toEqual([expect.any(String), [], false]);
        const alarmMs = Date.parse('2026-11-25T12:00:00Z');
        const told = { version: 1, conversation: 2, sinceMs: 0, posts: [], life: { alarmMs } };
        await store.alerts.keepTold(String(group), told);
        expect([await titles(), await listed()]).toEqual([['Watchdog stopped arriving'], true]);
        // its silence is what it says, so nothing about it is unknown
        const silence = { noNewsAfterMs: 1, listeningSinceMs: 0, nowMs: Number.MAX_SAFE_INTEGER };
        const marked = (await store.alerts.open(silence)).find(({ labels }) => labels.name === `${run}w`);
        expect(marked?.silentSince).toBe(undefined);
        const during = async (toMs: number) =>
          (await store.alerts.during({ fromMs: 0, toMs }))
            .filter(({ labels }) => labels.name === `${run}w`)
            .map(({ title, startsAt }) => [title, +startsAt]);
        const window = Date.parse('2100-01-01T00:00:00Z');
        expect(await during(window)).toEqual([['Watchdog stopped arriving', alarmMs]]);
        // it was well then
        expect(await during(alarmMs)).toEqual([]);
      });

      it('lists when a group fired, also before it fired again, and goes on behind a group', async () => {
        const run = runName();
        const begin = Date.now() - 3_600_000;
        const minute = (at: number) => new Date(begin + at * 60_000);
        const told = (name: string, from: number, to?: number) => {
          const one = alertOf(name, { run, groupKey: name.slice(0, 1) });
          const ended = to !== undefined && {
            status: 'resolved' as const,
            transition: 'resolved' as const,
            endsAt: minute(to),
          };
          const deliveryId = `${run}${name} ${from} ${to}`;
          return { ...one, deliveryId, startsAt: minute(from), receivedAt: minute(to ?? from), ...ended };
        };
        const tell = (...alerts: ReturnType<typeof told>[]) => store.takeTold({ alerts, changes: [] });
        await tell(told('a1', 0), told('a2', 1), told('b1', 2));
        await tell(told('a1', 0, 5), told('a2', 1, 7), told('b1', 2, 3));
        await tell(told('a1', 20));
        await tell(told('a1', 20, 25));
        await tell(told('a1', 40));
        // a sender without times says again that it fires
        const again = (at: number) => ({ ...told('c1', at), timeSource: 'received' as const });
        await tell(again(30));
        await tell(again(33));
        const listed = async (from: number, to: number, after?: TimelineWindow['after']) => {
          const window = { state: 'all', fromMs: +minute(from), toMs: +minute(to), limit: 500, after } as const;
          const groups = await store.timeline.groups(window);
          return groups.filter(({ problems }) => problems.some(({ labels }) => labels.name?.startsWith(run)));
        };
        const times = (group?: TimelineGroup) =>
          group?.firings.map(({ startMs, endMs }) => [startMs, endMs].map((ms) => ms && (ms - +minute(0)) / 60_000));
        const first = [0, 7];
        const found = (await listed(0, 60)).map((group) => times(group));
        expect(found).toContainEqual([[40, undefined], [20, 25], first]);
        expect(found).toContainEqual([[2, 3]]);
        expect(found).toContainEqual([[30, undefined]]);
        // it fired again since, and that is not of this time
        expect((await listed(0, 30)).map((group) => times(group))).toContainEqual([[20, 25], first]);
        const all = await listed(0, 60);
        expect((await listed(0, 60, all[0])).map(({ id }) => id)).toEqual(all.slice(1).map(({ id }) => id));
        const often = all.find(({ firings }) => firings.length === 3);
        expect(times(await store.timeline.groupOf(often?.id ?? ''))).toEqual([[40, undefined], [20, 25], first]);
      });

      it('lists what fires the worst first, goes on behind a group, and counts all of it', async () => {
        const run = runName();
        const startsAt = new Date(Date.now() - 3_600_000);
        const one = (name: string, severity: AlertSeverity, minutes = 0) => ({
          ...alertOf(name, { run, groupKey: name, startsAt: new Date(+startsAt + minutes * 60_000) }),
          severity,
        });
        const { firing: before } = await store.timeline.open();
        const alerts = [one('a', 'warning', 1), one('b', 'critical'), one('c', 'info', 3), one('d', 'warning', 2)];
        const [over] = [
          { ...one('e', 'critical'), status: 'resolved', transition: 'resolved', endsAt: startsAt } as const,
        ];
        await store.takeTold({ alerts: [...alerts, over], changes: [] });
        const listed = async (after?: TimelineWindow['after']) => {
          const groups = await store.timeline.groups({ state: 'open', fromMs: 0, toMs: 0, limit: 2_000, after });
          return groups.filter(({ problems }) => problems.some(({ labels }) => labels.name?.startsWith(run)));
        };
        const names = (groups: readonly TimelineGroup[]) =>
          groups.map(({ problems }) => problems[0]?.labels.name?.slice(run.length));
        const all = await listed();
        const [first, second, third, last] = names(all);
        expect([first, [second, third].sort(), last]).toEqual(['b', ['a', 'd'], 'c']);
        expect(names(await listed(all[1]))).toEqual([third, last]);
        const { critical, warning, info } = (await store.timeline.open()).firing;
        expect([critical - before.critical, warning - before.warning, info - before.info]).toEqual([1, 2, 1]);
      });

      it('keeps what each room has of the context of a group, beside what it was told', async () => {
        const told = toldOf([alertOf('a')]);
        await store.takeTold(told);
        const key = groupOf(told.run);
        const [ops, other] = [place('ops'), place('ops', 'other')];
        expect(await store.contexts.of(key, ops)).toBe(undefined);
        const state = { conversation: 1, state: 'posted', atMs: 5, closing: { id: 'm2', room: 'r1' } } as const;
        await store.contexts.keep(key, ops, state);
        await store.contexts.keep(key, other, { conversation: 1, state: 'held', atMs: 7 });
        await store.alerts.keepTold(key, { version: 1, conversation: 1, sinceMs: 0, posts: [] });
        const kept = await Promise.all([ops, other, place('nowhere')].map((one) => store.contexts.of(key, one)));
        expect(kept).toEqual([state, { conversation: 1, state: 'held', atMs: 7 }, undefined]);
      });

      it('lets nothing be posted in a room while something older waits for it there', async () => {
        const told = toldOf([alertOf('a')]);
        await store.takeTold(told);
        const [key, room, nowMs] = [groupOf(told.run), place(told.run), Date.now()];
        const isNext = (where = room, sinceMs = nowMs + 60_000, atMs = nowMs) =>
          store.turns.isNext(where, { key: 'another', sinceMs }, atMs);
        const keep = (version: number, life: object) =>
          store.alerts.keepTold(key, { version, conversation: 1, sinceMs: 0, posts: [], life });
        expect(await isNext()).toBe(true);
        await keep(0, { waits: [room] });
        const [another, older, muchLater] = [place('another'), nowMs - 60_000, nowMs + 3 * 3_600_000];
        expect(
          await Promise.all([isNext(), isNext(another), isNext(room, older), isNext(room, muchLater, muchLater)]),
        ).toEqual([false, true, true, true]);
        await keep(1, {});
        expect(await isNext()).toBe(true);
      });

      it('counts the groups of a room that began before another, and lists those that were kept back in a minute', async () => {
        const run = runName();
        const room = place(run);
        const posts = [{ ...room, receipt: { id: 'm', room: 'r' } }];
        const keys = ['1', '2', '3', '4'].map((name) => groupOf(`${run}${name}`));
        const alerts = ['1', '2', '3', '4'].map((name) => alertOf(name, { run, groupKey: name }));
        await store.takeTold({ alerts: [...alerts, alertOf('more', { run, groupKey: '2' })], changes: [] });
        for (const [index, key] of keys.entries()) {
          const sinceMs = 1_000_000 + index * 10_000;
          await store.alerts.keepTold(key, { version: 1, conversation: 1, sinceMs, posts: index === 0 ? [] : posts });
          await store.contexts.keep(key, room, { conversation: 1, state: 'held', atMs: sinceMs });
        }
        const last = { key: keys[3] ?? '', sinceMs: 1_030_000 };
        const earlierSince = (fromMs: number) => store.contexts.begunBefore(last, room, fromMs);
        expect(await Promise.all([0, 1_015_000, 1_030_000].map(earlierSince))).toEqual([2, 1, 0]);
        const given = { conversation: 1, state: 'posted', atMs: 1_030_000 } as const;
        await store.contexts.keep(keys[3] ?? '', room, given);
        const givenSince = (fromMs: number) => store.contexts.givenSince(room, fromMs);
        expect(await Promise.all([1_030_000, 1_030_001].map(givenSince))).toEqual([1, 0]);
        const held = await store.contexts.held(room, { fromMs: 1_000_000, toMs: 1_020_000 });
        expect(held.map(({ key, count }) => [key, count])).toEqual([
          [keys[0], 1],
          [keys[1], 2],
        ]);
        expect(held[1]?.alert.startsAt).toBeInstanceOf(Date);
        expect(await store.contexts.held(place('nowhere'), { fromMs: 0, toMs: 2_000_000 })).toEqual([]);
      });

      it('does a job about context once, after its delay', async () => {
        const run = runName();
        const seen: string[] = [];
        await store.workContexts(async (job) => {
          seen.push(`${job.kind} ${job.room}`);
        });
        const start = { kind: 'start', key: 'k', conversation: 1, ...place(run) } as const;
        await store.submitContext({ kind: 'digest', fromMs: 0, ...place(run) }, 2_000);
        await store.submitContext(start);
        await store.submitContext(start);
        await expect.poll(() => seen, { timeout: 20_000 }).toEqual([`start ${run}`, `digest ${run}`]);
        await store.submitContext({ ...start, conversation: 2 });
        await expect.poll(() => seen.length, { timeout: 20_000 }).toBe(3);
      });

      it('tells each group with news, one at a time, and none waits for another that takes long', async () => {
        const run = runName();
        const slow = groupOf(`${run}slow`);
        const begun: string[] = [];
        let running = 0;
        let mostAtOnce = 0;
        let release: () => void = () => undefined;
        const released = new Promise<void>((done) => {
          release = done;
        });
        await store.workGroups(async (key) => {
          begun.push(key);
          if (key !== slow) return undefined;
          running += 1;
          mostAtOnce = Math.max(mostAtOnce, running);
          await released;
          running -= 1;
          return undefined;
        });
        const take = (name: string, member = name) =>
          store.takeTold({ alerts: [alertOf(member, { run, groupKey: name })], changes: [] });
        await take('slow');
        await expect.poll(() => begun, { timeout: 20_000 }).toContain(slow);
        // its news waits, and is older than all that comes now
        await take('slow', 'slow2');
        const others = Array.from({ length: 12 }, (_, index) => `other${index}`);
        for (const name of others) await take(name);
        const keys = others.map((name) => groupOf(`${run}${name}`));
        await expect.poll(() => begun, { timeout: 20_000 }).toEqual(expect.arrayContaining(keys));
        expect([running, begun.filter((key) => key === slow).length]).toEqual([1, 1]);
        release();
        await expect.poll(() => begun.filter((key) => key === slow).length, { timeout: 20_000 }).toBeGreaterThan(1);
        expect(mostAtOnce).toBe(1);
      });

      it('keeps one line for all phases of a change', async () => {
        const run = runName();
        const change = (phase: 'started' | 'succeeded', minute: number): ChangeEvent => ({
          source: 'generic',
          sourceInstance: 'ci',
          deliveryId: `${run}-${phase}`,
          id: `generic:ci:${run}`,
          kind: 'deployment',
          phase,
          title: 'checkout 4.12.0',
          tags: [],
          startsAt: new Date(Date.UTC(2031, 0, 1, 10, minute)),
          endsAt: null,
          receivedAt: new Date(Date.UTC(2031, 0, 1, 10, minute)),
          attributes: { 'service.name': 'checkout' },
          links: [],
        });
        await store.takeTold({ alerts: [], changes: [change('started', 1)] });
        await store.takeTold({ alerts: [], changes: [change('succeeded', 4)] });
        const found = await store.alerts.changes({ fromMs: Date.UTC(2031, 0, 1), toMs: Date.UTC(2031, 0, 2) });
        expect(found.filter(({ id }) => id.endsWith(run)).map(({ phase }) => phase)).toEqual(['succeeded']);
      });
    });

    describe('turns of groups in a room', () => {
      const place = () => ({ chat: 'team', room: `room-${Math.random()}` });
      const turn = { turn: '1/1', heardMs: 1_000, kind: 'missed' } as const;

      it('gathers in one post what was missed, however many ask at once', async () => {
        const room = place();
        const all = Array.from({ length: 24 }, (_, index) => index);
        const claimed = await Promise.all(
          all.map((index) => store.turns.claim({ ...turn, place: room, groupKey: `g${index}` }, 100_000 + index)),
        );
        expect(new Set(claimed.map((one) => one?.key)).size).toBe(1);
      });

      it('decides a turn once, however many ask at once, and counts it once', async () => {
        const room = place();
        // old ones are dropped as soon as a store is opened
        const nowMs = Date.now();
        const ask = (groupKey: string) =>
          store.turns.claim({ ...turn, kind: 'post', heardMs: nowMs, place: room, groupKey, limit: 3 }, nowMs);
        const claimed = await Promise.all(['g1', 'g2'].flatMap((key) => Array.from({ length: 12 }, () => ask(key))));
        expect(claimed).toEqual(claimed.map(() => undefined));
        expect(await ask('g3')).toBeUndefined();
        const gathered = await Promise.all(Array.from({ length: 24 }, () => ask('g4')));
        expect(gathered.map((one) => one?.key)).toEqual(gathered.map(() => gathered[0]?.key));
        expect(gathered.filter((one) => one?.isNew)).toHaveLength(1);
      });

      it('forgets posts of a clock that was set back', async () => {
        const room = place();
        const ask = (groupKey: string, nowMs: number) =>
          store.turns.claim({ ...turn, kind: 'post', heardMs: nowMs, place: room, groupKey, limit: 1 }, nowMs);
        expect(await ask('g1', 9_000_000)).toBeUndefined();
        expect(await ask('g2', 9_000_001)).toBeDefined();
        expect(await ask('g3', 1_000_000)).toBeUndefined();
        expect(await ask('g4', 1_000_001)).toMatchObject({ key: expect.stringContaining('1000001') });
      });
    });
  });
}
