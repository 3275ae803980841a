import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import { createFleet, FLEET_HOSTS } from '../../../src/demo/fleet.ts';
import { isHit } from '../../../src/demo/fleet-story.ts';
import { evaluateTargets } from '../../../src/demo/graphite-evaluate.ts';
import { findNodes } from '../../../src/demo/graphite-find.ts';
import { T0 } from './small-tree.ts';

const fleet = createFleet();
const HOUR_S = 3_600;
/** Ten minutes to the next hour, so that the whole story of the hour of T0 is past. */
const NOW_S = T0 + 50 * 60;

/** Values of a target by epoch second, over a window. */
function values(target: string, fromS: number, untilS: number, nowS = NOW_S): Map<number, number> {
  const [row] = evaluateTargets(fleet, [target], { fromS, untilS }, nowS);
  return new Map(
    Array.from(row?.values ?? [], (value, index) => [(row?.startS ?? 0) + index * (row?.stepS ?? 0), value]),
  );
}

/** Mean over minutes of an hour. */
function mean(target: string, fromMinute: number, toMinute: number, hourS = T0): number {
  const found = [...values(target, hourS + fromMinute * 60, hourS + toMinute * 60 - 1, hourS + 50 * 60).values()];
  return found.reduce((sum, value) => sum + value, 0) / found.length;
}

const busy = (host: string) => `sumSeries(servers.${host}.cpu.{user,system,iowait})`;

it('has exactly the hosts and services that are named', () => {
  const names = (pattern: string) => findNodes(fleet.root, pattern).map(({ name }) => name);
  expect(names('servers.*')).toEqual([...FLEET_HOSTS].sort());
  expect(names('servers.*')).toHaveLength(20);
  expect(names('servers.web*')).toEqual(
    Array.from({ length: 12 }, (_, index) => `web${String(index + 1).padStart(2, '0')}`),
  );
  expect(names('services.*')).toEqual(['checkout', 'payments', 'search']);
});

it('deploys checkout at :20 of every hour, with versions that count up', () => {
  const deploys = fleet.events(T0, T0 + 5 * HOUR_S).filter(({ tags }) => tags.includes('deploy'));
  expect(deploys.map(({ whenS }) => whenS - T0)).toEqual([0, 1, 2, 3, 4].map((hour) => hour * HOUR_S + 1_200));
  const versions = deploys.map(({ what }) => /^checkout v(\d+)\.(\d+)\.(\d+)$/.exec(what)?.slice(1).map(Number) ?? []);
  const counted = versions.map(([major = 0, minor = 0, patch = 0]) => (major * 400 + minor) * 24 + patch);
  expect(counted.map((count) => count - (counted[0] as number))).toEqual([0, 1, 2, 3, 4]);
});

it('has an incident of checkout from :22 to :35 of every hour', () => {
  const incidents = fleet.events(T0, T0 + 2 * HOUR_S).filter(({ tags }) => tags.includes('incident'));
  expect(incidents.map(({ whenS, untilS, tags }) => ({ whenS: whenS - T0, untilS: (untilS ?? 0) - T0, tags }))).toEqual(
    [
      { whenS: 1_320, untilS: 2_100, tags: ['incident', 'checkout'] },
      { whenS: 4_920, untilS: 5_700, tags: ['incident', 'checkout'] },
    ],
  );
});

it.each([0, 3, 9, 14, 20])('tells the same story in all that it touches, %i hours later', (hours) => {
  const hourS = T0 + hours * HOUR_S;
  const at = (target: string, from: number, to: number) => mean(target, from, to, hourS);
  expect(at('services.checkout.errors', 24, 33)).toBeGreaterThan(10 * at('services.checkout.errors', 5, 20));
  expect(at('services.checkout.latency.p95', 24, 33)).toBeGreaterThan(0.5);
  expect(at('services.checkout.latency.p95', 5, 20)).toBeLessThan(0.4);
  expect(at('services.checkout.requests', 24, 33)).toBeLessThan(0.8 * at('services.checkout.requests', 5, 20));
  expect(at(busy('web01'), 24, 33)).toBeGreaterThan(80);
  expect(at(busy('web01'), 5, 20)).toBeLessThan(70);
  expect(at('servers.db01.load.shortterm', 26, 34)).toBeGreaterThan(at('servers.db01.load.shortterm', 5, 20) + 4);
  expect(at('services.search.errors', 24, 33)).toBeLessThan(60);
  expect(at('services.checkout.errors', 40, 49)).toBeLessThan(60);
  expect(at(busy('web01'), 40, 49)).toBeLessThan(70);
});

it('reaches three web hosts each hour, web01 always, never those without checkout', () => {
  for (let hour = 0; hour < 200; hour += 1) {
    const hit = Array.from({ length: 12 }, (_, index) => index + 1).filter((number) =>
      isHit(number, T0 + hour * HOUR_S),
    );
    expect(hit).toHaveLength(3);
    expect(hit[0]).toBe(1);
    expect(Math.max(...hit)).toBeLessThanOrEqual(6);
  }
});

it('has shares of processor time that add up to 100', () => {
  for (const value of values('sumSeries(servers.db01.cpu.*)', T0, T0 + HOUR_S).values())
    expect(value).toBeCloseTo(100, 2);
});

it('fills the data disk of db02 over the week and cleans it on Sunday at 03:00', () => {
  const sunday = Date.UTC(2026, 10, 22, 3) / 1000;
  const around = values('servers.db02.disk.data.used_percent', sunday - 2 * 86_400, sunday + 2 * 86_400, T0);
  expect(around.get(sunday - HOUR_S)).toBeGreaterThan(92);
  expect(around.get(sunday + HOUR_S)).toBeLessThan(56);
  const now = values('servers.db02.disk.data.used_percent', sunday + 2 * 86_400, T0);
  expect(Math.max(...now.values())).toBeGreaterThan(70);
});

it('has a gap on web11 each morning and none on web10', () => {
  const at = Date.UTC(2026, 10, 25, 4) / 1000;
  const gapOf = (host: string) =>
    [...values(`servers.${host}.cpu.user`, at, at + HOUR_S - 1, at + 2 * HOUR_S)]
      .filter(([, value]) => Number.isNaN(value))
      .map(([time]) => time - at);
  const silent = gapOf('web11');
  expect([silent[0], silent.at(-1), silent.length]).toEqual([600, 1_790, 120]);
  expect(gapOf('web10')).toEqual([]);
});

it('has one metric that stopped long ago and can be dated', () => {
  const path = 'servers.cache02.cache.hit_percent';
  const all = values(path, T0 - 90 * 86_400, T0);
  const last = [...all].findLast(([, value]) => !Number.isNaN(value));
  expect(last?.[0]).toBe(Date.UTC(2026, 9, 1, 10, 40) / 1000);
  expect([...values('servers.cache01.cache.hit_percent', T0, T0 + 600).values()].every((value) => value > 80)).toBe(
    true,
  );
});

it('knows nothing of the future', () => {
  const soon = [...values(busy('web01'), NOW_S - 60, NOW_S + HOUR_S).keys()];
  expect(Math.max(...soon)).toBeLessThanOrEqual(NOW_S);
  const half = values('services.checkout.errors', NOW_S - 7 * 86_400 - 600, NOW_S, T0 + 1_330);
  expect(half.get(T0 + 1_200)).toBeLessThan(60); // a bucket of ten minutes, eleven seconds into the incident
});

it('gives in each archive the mean of the finer one, within noise', () => {
  const fine = values('services.checkout.errors', T0 - 60, T0 + 2_999);
  const coarse = values('services.checkout.errors', T0 - 60, T0 + 2_999, T0 + 86_400);
  for (const minute of [5, 23, 28, 34, 45]) {
    const startS = T0 + minute * 60;
    const samples = [0, 10, 20, 30, 40, 50].map((second) => fine.get(startS + second) ?? Number.NaN);
    const expected = samples.reduce((sum, value) => sum + value, 0) / 6;
    expect(Math.abs((coarse.get(startS) ?? Number.NaN) - expected)).toBeLessThan(0.15 * expected + 2);
  }
});

propertyTest.prop([fc.integer({ min: T0 - 399 * 86_400, max: T0 }), fc.constantFrom(...FLEET_HOSTS)])(
  'gives any metric a value at any time of the last 400 days, and the same one again',
  (fromS, host) => {
    const read = () => evaluateTargets(fleet, [`servers.${host}.*.*`], { fromS, untilS: fromS + 1_200 }, NOW_S);
    const rows = read();
    expect(rows.length).toBeGreaterThan(6);
    expect(read()).toEqual(rows);
    for (const { name, values: found } of rows) {
      if (name.startsWith('servers.web11.') || name.startsWith('servers.cache02.cache')) continue;
      for (const value of found) expect(value).toBeGreaterThanOrEqual(0);
    }
  },
);
