/** The alerts and deploys of the demo fleet: true to its data, and the same whoever tells them. */
import { describe, expect, it } from 'vitest';
import { createFleet } from '../../../src/demo/fleet.ts';
import { createLogLines } from '../../../src/demo/log-lines.ts';
import { createPrometheusHandler } from '../../../src/demo/prometheus-handler.ts';
import { alertOnDemand, endsOnDemand, nextMoment, ON_DEMAND_MS, storyBetween } from '../../../src/demo/story-alerts.ts';
import { tellStory } from '../../../src/demo/tell-story.ts';
import type { Told } from '../../../src/domain/alert.ts';
import { createLog } from '../../../src/lib/log.ts';
import { createFakeClock } from '../../doubles/fake-clock.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const BASE_MS = Date.parse('2026-11-25T10:00:00Z');
const URL_BASE = 'http://127.0.0.1:8484/';
const [tree, lines] = [createFleet(), createLogLines()];
const info = { title: 'Fleet', notice: 'Demo', isDemo: true };

/** Services, or targets, for which an expression holds at a moment. */
function holdsFor(query: string, nowMs: number): readonly string[] {
  const handler = createPrometheusHandler({ info, clock: createFakeClock(nowMs), tree, lines });
  const params = new URLSearchParams({ query });
  const { body } = handler.handle({ method: 'GET', path: '/api/v1/query', params, body: '' });
  const { data } = JSON.parse(String(body)) as {
    data: { result: { metric: { service?: string; instance?: string } }[] };
  };
  return data.result.map(({ metric }) => metric.service ?? metric.instance ?? '');
}

describe('the story', () => {
  const day = storyBetween(BASE_MS, BASE_MS + 24 * HOUR_MS, URL_BASE);

  it('has a deploy and two alerts each hour, with their ends', () => {
    const count = (status: string) => day.alerts.filter((alert) => alert.status === status).length;
    expect([day.changes.length, count('firing'), count('resolved')]).toEqual([24, 48, 48]);
    expect(day.changes[0]).toMatchObject({
      title: expect.stringMatching(/^checkout v4\./),
      startsAt: new Date(BASE_MS + 20 * MINUTE_MS),
    });
    expect(day.alerts.every(({ description }) => description?.includes('Demo data'))).toBe(true);
  });

  it('says the same in whatever pieces it is told, and each thing once', () => {
    const pieces = Array.from({ length: 24 * 12 }, (_, index) => BASE_MS + index * 5 * MINUTE_MS).map((fromMs) =>
      storyBetween(fromMs, fromMs + 5 * MINUTE_MS, URL_BASE),
    );
    const ids = (all: readonly Told[]) => all.flatMap(({ alerts }) => alerts.map((one) => one.deliveryId)).sort();
    expect(ids(pieces)).toEqual(ids([day]));
    expect(new Set(ids(pieces)).size).toBe(96);
    expect(pieces.flatMap(({ changes }) => changes.map(({ id }) => id)).length).toBe(24);
  });

  it('is true: the rule of each alert holds soon after its begin, and no more at its end', () => {
    const some = day.alerts.filter(({ startsAt }) => +startsAt < BASE_MS + 3 * HOUR_MS);
    const wrong = some.filter(({ status, startsAt, endsAt, metric }) => {
      const atMs = status === 'firing' ? +startsAt + MINUTE_MS : +(endsAt ?? 0);
      return holdsFor(metric?.query ?? '', atMs).includes('checkout') !== (status === 'firing');
    });
    expect(wrong.map(({ title, startsAt, status }) => `${title} ${startsAt.toISOString()} ${status}`)).toEqual([]);
  });

  it('waits for its next moment', () => {
    const minutes = [0, 20, 26, 27, 39, 59].map(
      (minute) => (nextMoment(BASE_MS + minute * MINUTE_MS) - BASE_MS) / MINUTE_MS,
    );
    expect(minutes).toEqual([20, 26, 27, 39, 80, 80]);
  });
});

describe('an alert on demand', () => {
  it.each([5, 21, 30, 45, 55])('is true at minute %i of the hour since it began, and over by itself', (minute) => {
    const nowMs = BASE_MS + minute * MINUTE_MS;
    const { alerts } = alertOnDemand(nowMs, URL_BASE);
    expect(alerts).toMatchObject([{ status: 'firing', labels: { alertname: 'HighLoad', env: 'demo' } }]);
    const { instance } = alerts[0]?.labels ?? {};
    const [query, beganMs] = [alerts[0]?.metric?.query ?? '', +(alerts[0]?.startsAt ?? 0)];
    expect([beganMs - 15_000, beganMs, nowMs].map((atMs) => holdsFor(query, atMs))).toEqual([
      [],
      [instance],
      [instance],
    ]);
    expect(endsOnDemand(alerts, nowMs + ON_DEMAND_MS - 1).alerts).toEqual([]);
    expect(endsOnDemand(alerts, nowMs + ON_DEMAND_MS).alerts).toMatchObject([
      { status: 'resolved', fingerprint: alerts[0]?.fingerprint, endsAt: new Date(nowMs + ON_DEMAND_MS) },
    ]);
  });
});

describe('telling the story', () => {
  /** Lets it tell for some minutes from a moment on; what it told. */
  async function tell(
    fromMs: number,
    minutes: number,
    { hasStory = true, failures = 0, thereFromMs = 0 } = {},
  ): Promise<Told[]> {
    const clock = createFakeClock(fromMs);
    const told: Told[] = [];
    let left = failures;
    const stop = new AbortController();
    const telling = tellStory(
      {
        takeTold: async (one) => {
          left -= 1;
          if (left >= 0) throw new Error('the store is away');
          told.push(one);
        },
        open: async () => [],
        isThere: () => clock.now() >= thereFromMs,
        hasStory: () => hasStory,
        baseUrl: () => URL_BASE,
        clock,
        log: createLog('silent'),
      },
      stop.signal,
    );
    for (let minute = 0; minute < minutes; minute += 1) await clock.advance(MINUTE_MS);
    stop.abort();
    await telling;
    return told;
  }
  const ids = (told: readonly Told[]) =>
    told.flatMap(({ alerts, changes }) => [...alerts.map((one) => one.deliveryId), ...changes.map(({ id }) => id)]);

  it('tells the day that was, then each thing at its time; after a restart nothing new of what was told', async () => {
    const first = await tell(BASE_MS, 30);
    expect(first[0]?.changes.length).toBe(24);
    const [, ...later] = first;
    expect(later.flatMap(({ changes }) => changes).length).toBe(1);
    expect(later.flatMap(({ alerts }) => alerts.map(({ labels }) => labels.alertname))).toEqual([
      'HighLatency',
      'HighErrorRate',
    ]);
    const again = await tell(BASE_MS + 31 * MINUTE_MS, 3);
    expect(ids(again).filter((id) => !ids(first).includes(id))).toEqual([]);
  });

  it('tells later what a store that was away did not take', async () => {
    const told = await tell(BASE_MS + 19 * MINUTE_MS, 5, { failures: 3 });
    expect(new Set(ids(told)).size).toBe(24 * 4 + 25);
  });

  it('tells all of it once the fleet is there, where the configuration brings it later', async () => {
    const told = await tell(BASE_MS, 10, { thereFromMs: BASE_MS + 5 * MINUTE_MS });
    expect(ids(told)).toEqual(ids(await tell(BASE_MS, 10)));
    expect(await tell(BASE_MS, 10, { thereFromMs: Number.POSITIVE_INFINITY })).toEqual([]);
  });

  it('tells nothing where anything real is configured', async () => {
    expect(await tell(BASE_MS, 60, { hasStory: false })).toEqual([]);
  });
});
