/** Odd targets and odd data, through the whole path, against the numbers that the server gives to whoever asks it plainly. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Asked, type Conversation, eveningZone, pictureSize } from '../acceptance/conversation.ts';
import { type Installation, startInstallation } from './graphite-installation.ts';

const started = await startInstallation(18_630);
const skip = typeof started === 'string';
const place = started as Installation;
const nowMs = skip ? 0 : place.nowMs;
const zone = eveningZone(nowMs);
const HOUR = 3_600_000;
/** The newest full ten seconds. */
const second = Math.floor(nowMs / 10_000) * 10;

/** Legal in Graphite, and unlike what people call hosts. */
const ODD = ['1', '1e3', 'None', 'true', 'WEB_01', '10-0-0-1', 'x'.repeat(63), 'a--b', '0x1f'];
let talk: Conversation;

beforeAll(async () => {
  if (skip) return;
  const points: [string, number, number][] = [];
  for (const [index, name] of ODD.entries()) {
    for (let back = 0; back < 30; back += 1) points.push([`wide.${name}.load`, index, second - back * 10]);
  }
  for (let at = 0; at < 360; at += 1) {
    if (at % 7 === 3 || (at > 100 && at < 160)) continue;
    points.push(['gappy.gauge', at, second - 3_600 + at * 10]);
    points.push(['gappy.counter', 1_000 * (at < 200 ? at : at - 200), second - 3_600 + at * 10]);
  }
  await place.send(points);
  await until(async () => (await render('wide.*.load', nowMs - HOUR, nowMs)).length === ODD.length);
  await until(async () => (await render('gappy.*', nowMs - HOUR, nowMs)).length === 2);
  talk = await place.open();
});
afterAll(async () => {
  if (skip) return;
  await talk?.close();
  await place.stop();
});

async function until(claim: () => Promise<boolean>): Promise<void> {
  for (const endMs = performance.now() + 60_000; !(await claim()); ) {
    if (performance.now() > endMs) throw new Error('what was sent never came');
    await new Promise((wake) => setTimeout(wake, 100));
  }
}

interface Row {
  readonly target: string;
  readonly datapoints: readonly (readonly [number | null, number])[];
}

/** As curl would ask: nothing wrapped, nothing put together. */
async function render(target: string, fromMs: number, toMs: number): Promise<Row[]> {
  const form = new URLSearchParams({
    target,
    from: String(Math.ceil(fromMs / 1000) - 1),
    until: String(Math.ceil(toMs / 1000) - 1),
    now: String(Math.ceil(nowMs / 1000) - 1),
    format: 'json',
    tz: zone,
    noCache: '1',
  });
  return (await (await fetch(`${place.rig.url}/render?${form}`)).json()) as Row[];
}

/** Every value shown is the server's at that moment, and none of the server's is missing but a newest few. */
function expectSame({ frame }: Asked, rows: readonly Row[], fromMs: number, toMs: number): void {
  expect(frame.series.length).toBe(rows.length);
  for (const [index, { times, values }] of frame.series.entries()) {
    const inside = (rows[index] as Row).datapoints.filter(([, at]) => at * 1000 >= fromMs && at * 1000 < toMs);
    const given = new Map(inside.map(([value, at]) => [at * 1000, value ?? Number.NaN]));
    expect([...values]).toEqual([...times].map((ms) => given.get(ms)));
    const known = inside.filter(([value]) => value !== null).length;
    expect(known - values.filter((value) => !Number.isNaN(value)).length).toBeLessThanOrEqual(1);
    expect(known).toBeGreaterThan(0);
  }
}

describe.skipIf(skip)('what a real Graphite says to whoever asks it plainly', () => {
  it.each([
    ['gappy.gauge', 1],
    ['perSecond(gappy.counter)', 1],
    ['nonNegativeDerivative(gappy.counter)', 1],
    ['keepLastValue(gappy.gauge)', 1],
    ['servers.*.cpu.{user,system}', 3],
    ['servers.web0[12].load.shortterm', 2],
    ['movingAverage(servers.web01.cpu.user, "10min")', 3],
    ['movingMedian(servers.web01.cpu.user, 7)', 2],
    ['timeShift(servers.web01.cpu.user, "37min")', 2],
    ['summarize(servers.web01.cpu.user, "10min", "max")', 5],
    ['summarize(servers.web01.cpu.user, "17min", "sum", true)', 5],
    ['smartSummarize(servers.web01.cpu.user, "1h", "avg", "hours")', 9],
    ['smartSummarize(servers.web01.cpu.user, "1d", "max", "days")', 23],
    ['perSecond(telegraf.web01.eth0.net.bytes_recv)', 2],
    ['derivative(telegraf.db01.eth0.net.bytes_sent)', 12],
    ['asPercent(collectd.web01.memory.memory-used, sumSeries(collectd.web01.memory.memory-*))', 2],
    ['averageSeriesWithWildcards(collectd.*.cpu-*.cpu-user, 1)', 2],
    ['removeBelowValue(servers.*.cpu.user, 15)', 1],
    ['groupByNode(servers.*.cpu.user, 2, "sumSeries")', 1],
    ['servers.web01.cpu.user | scale(0.01) | alias("a, (b) | \'c\'")', 1],
    ['highestAverage(servers.*.cpu.user, 1)', 1],
    ['consolidateBy(servers.web01.cpu.user, "min")', 6],
  ])('%s over %i h is the same here', async (target, hours) => {
    const fromMs = nowMs - hours * HOUR;
    const asked = await talk.ask(`graphite: ${target} ${hours}h on rig`);
    expectSame(asked, await render(target, fromMs, nowMs), fromMs, nowMs);
    expect(await pictureSize(asked)).toEqual({ width: 1800, height: 800 });
  });

  it('reads names that look like numbers and words of its language', async () => {
    const asked = await talk.ask('wide * 10m on rig');
    const shown = new Map(asked.frame.series.map(({ name, values }) => [name, values.at(-1)]));
    expect(shown).toEqual(new Map(ODD.map((name, index) => [name, index])));
    for (const name of ['1e3', 'None', 'WEB_01', 'a--b']) {
      expect((await talk.ask(`wide ${name} 10m on rig`)).frame.series.map((one) => one.name)).toEqual([name]);
    }
  });

  it('shows the gaps of a metric as gaps, and what it said last', async () => {
    const asked = await talk.ask('graphite: gappy.gauge 1h on rig');
    const { values } = asked.frame.series[0] ?? { values: [] };
    expect(values.filter((value) => Number.isNaN(value)).length).toBeGreaterThan(100);
    expect(asked.lines[0]).toMatch(/^gappy\.gauge 359 /);
    const longest = asked.model().lines.find(({ role }) => role === 'series');
    expect([...(longest?.ys ?? [])].some(Number.isNaN)).toBe(true);
  });

  it('does not take the reset of a counter for a fall', async () => {
    const asked = await talk.ask('graphite: perSecond(gappy.counter) 1h on rig');
    const known = [...(asked.frame.series[0]?.values ?? [])].filter((value) => !Number.isNaN(value));
    expect(new Set(known)).toEqual(new Set([100]));
  });
});
