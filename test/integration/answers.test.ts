/** Questions to a real Graphite through the real core: every number in words, table, file and picture is computed again here. */
import { afterAll, describe, expect, it } from 'vitest';
import {
  type Asked,
  type Conversation,
  clockIn,
  eveningZone,
  factsOf,
  pictureSize,
  type Sample,
  seeded,
  spellsAbove,
} from '../acceptance/conversation.ts';
import { HOSTS, type Installation, startInstallation, workload } from './graphite-installation.ts';

const started = await startInstallation(18_600);
const skip = typeof started === 'string';
const place = started as Installation;
const nowMs = skip ? 0 : place.nowMs;
const talk = skip ? (undefined as unknown as Conversation) : await place.open();
afterAll(async () => {
  if (skip) return;
  await talk.close();
  await place.stop();
});

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];
const clock = clockIn(eveningZone(nowMs));
const [WEB01, WEB02, DB01] = [0, 1, 2] as const;
/** Limits of `workload`. */
const [WARNING, CRITICAL] = [22, 38];

interface Window {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
}

const lastHours = (hours: number, stepMs = 10 * SECOND): Window => ({
  fromMs: nowMs - hours * HOUR,
  toMs: nowMs,
  stepMs,
});
const workloadOf = (host: number, window: Window): Sample[] => seeded(window, (minute) => workload(host, minute));

/** Percents as people read them. */
const percent = (value: number) => `${Number(value.toPrecision(3))} %`;
const minutes = (ms: number) => `${ms / MINUTE} min`;

function expectSamples({ frame }: Asked, name: string, samples: readonly Sample[]): void {
  const series = frame.series.find((one) => one.name === name);
  expect([...(series?.times ?? [])]).toEqual(samples.map(({ ms }) => ms));
  expect([...(series?.values ?? [])]).toEqual(samples.map(({ value }) => value));
}

/** Where a line is drawn, back in values and times. */
function drawnOf(asked: Asked, name: string): { ms: number; value: number }[] {
  const { lines, plot, valueAxis, timeAxis } = asked.model();
  const line = lines.find((one) => one.name === name);
  const msPerPx = (timeAxis.toMs - timeAxis.fromMs) / (plot.right - plot.left);
  const valuePerPx = (valueAxis.max - valueAxis.min) / (plot.bottom - plot.top);
  return [...(line?.xs ?? [])].map((x, index) => ({
    ms: timeAxis.fromMs + (x - plot.left) * msPerPx,
    value: valueAxis.min + (plot.bottom - (line?.ys[index] as number)) * valuePerPx,
  }));
}

describe.skipIf(skip)('an answer from a real Graphite', () => {
  it('says of one host the newest value, the mean, the peak with its time and how long it was above a limit', async () => {
    const asked = await talk.ask('workload web01 last 1h');
    const window = lastHours(1);
    const samples = workloadOf(WEB01, window);
    const { last, mean, max, maxMs, min } = factsOf(samples);
    const spells = spellsAbove(samples, WARNING, window.stepMs);
    const aboveMs = spells.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
    const lastSpell = spells.at(-1) ?? { fromMs: 0, toMs: 0 };
    expect([last, mean, max, min, spells.length, aboveMs]).toEqual([22, 19.5, 24, 15, 6, 12 * MINUTE]);
    const first =
      `Workload of web01 ${percent(last)} now · mean ${percent(mean)}, peak ${percent(max)} at ${clock(maxMs)} · ` +
      `above warning (${percent(WARNING)}) ${spells.length} times, ${minutes(aboveMs)} in all, ` +
      `last ${clock(lastSpell.fromMs)}–${clock(lastSpell.toMs)}`;
    expect(asked.lines[0]).toBe(first);
    expect(asked.lines[1]).toContain(`last 1 hour, ${clock(window.fromMs)}–${clock(window.toMs)} `);
    expect(asked.alt).toContain(first.replace('web01 ', 'web01: ').replaceAll(' · ', '; '));
    expect(asked.alt).toContain(
      `last ${percent(last)}, min ${percent(min)}, mean ${percent(mean)}, max ${percent(max)}`,
    );
    expectSamples(asked, 'web01', samples);
  });

  it('draws the samples themselves, with their last value, the limits and the ticks of round values and times', async () => {
    const asked = await talk.ask('workload web01 last 1h');
    const samples = workloadOf(WEB01, lastHours(1));
    const model = asked.model();
    const drawn = drawnOf(asked, 'web01');
    for (const { ms, value } of samples) {
      const nearest = drawn.filter((point) => Math.abs(point.ms - ms) < 500);
      expect(nearest.some((point) => Math.abs(point.value - value) < 0.01)).toBe(true);
    }
    expect(drawn.length).toBe(samples.length);
    expect([model.valueAxis.min, model.valueAxis.max]).toEqual([0, 100]);
    expect(model.valueAxis.ticks.map(({ value }) => value)).toEqual([0, 25, 50, 75, 100]);
    expect(model.limits.map(({ value }) => value)).toEqual([WARNING, CRITICAL]);
    const ticks = model.timeAxis.ticks.map(({ timeMs }) => timeMs);
    expect(ticks.every((timeMs) => timeMs % (10 * MINUTE) === 0)).toBe(true);
    expect(model.timeAxis.ticks.map(({ label }) => label)).toEqual(ticks.map(clock));
    expect(model.labels.map(({ name, value }) => [name.text, plain(value?.text)])).toEqual([['web01', '22 %']]);
    expect(model.title.text).toBe('Workload of web01');
    expect(plain(model.subtitle.text)).toMatch(/^last 1 h · .* · 10 s steps$/);
    expect(await pictureSize(asked)).toEqual({ width: 1800, height: 800 });
    const { bytes } = asked.parts.file ?? {};
    expect([bytes?.[1], bytes?.[2], bytes?.[3]]).toEqual([...'PNG'].map((char) => char.charCodeAt(0)));
    const header = new DataView((bytes as Uint8Array).slice(16, 24).buffer);
    expect([header.getUint32(0), header.getUint32(4)]).toEqual([1800, 800]);
  });

  it('names the worst of several hosts first, and all of them in the alt text', async () => {
    const asked = await talk.ask('workload web01 web02 db01 3h');
    const window = lastHours(3);
    const [db, two, one] = [DB01, WEB02, WEB01].map((host) => factsOf(workloadOf(host, window)));
    const said = [db, two, one].map((facts) => percent(facts?.last ?? Number.NaN));
    expect(said).toEqual(['44 %', '33 %', '22 %']);
    expect(asked.lines[0]).toMatch(
      new RegExp(`^Workload of web01, web02, db01 db01 ${said[0]} now .*web02 ${said[1]} .*web01 ${said[2]}`),
    );
    const peak = (facts: typeof db) => `peak ${percent(facts?.max ?? 0)} at ${clock(facts?.maxMs ?? 0)}`;
    for (const facts of [db, two, one]) expect(asked.lines[0]).toContain(peak(facts));
    expect(asked.lines[0]).toContain('db01 all the time');
    for (const [index, name] of HOSTS.entries()) {
      const { last, min, mean, max } = factsOf(workloadOf(index, window));
      const numbers = `last ${percent(last)}, min ${percent(min)}, mean ${percent(mean)}, max ${percent(max)}`;
      expect(asked.alt).toContain(`${name}: ${numbers}`);
      expectSamples(asked, name, workloadOf(index, window));
    }
    expect(
      asked
        .model()
        .labels.map(({ name }) => name.text)
        .sort(),
    ).toEqual([...HOSTS].sort());
  });

  it('expands a pattern against the names that Graphite has', async () => {
    const asked = await talk.ask('workload web* 1h');
    expect(asked.answer.question.arguments).toEqual({ host: ['web01', 'web02'] });
    expect(asked.lines[0]).toMatch(/^Workload of web\* web02 33 % now .* · web01 22 % /);
  });

  it('ranks all hosts by their mean and links to those that it shows', async () => {
    const asked = await talk.ask('top 2 workload 1h');
    const means = HOSTS.map((name, host) => ({ name, mean: factsOf(workloadOf(host, lastHours(1))).mean }));
    const [first, second] = means.sort((a, b) => b.mean - a.mean);
    expect(asked.frame.series.map(({ name }) => name)).toEqual([first?.name, second?.name]);
    expect(asked.answer.rankedFrom).toBe(3);
    expect(asked.lines[0]).toContain(`2 highest of 3 hosts by mean db01 44 % now (mean ${percent(first?.mean ?? 0)})`);
    expect(asked.lines[0]).toContain(`web02 33 % (mean ${percent(second?.mean ?? 0)})`);
    const targets = new URL(asked.answer.links[0]?.url ?? '').searchParams.getAll('target');
    expect(targets).toEqual(
      ['db01', 'web02'].map((host) => `alias(sumSeries(servers.${host}.cpu.{user,system}), "${host}")`),
    );
  });

  it('ranks from the other end too', async () => {
    const { frame, lines } = await talk.ask('bottom 1 workload 1h');
    expect(frame.series.map(({ name }) => name)).toEqual(['web01']);
    expect(lines[0]).toContain('of 3 hosts');
  });

  it('compares with an earlier window of the same length, both sides exact', async () => {
    // four minutes earlier in the round of ten
    const asked = await talk.ask('workload web01 1h vs 2h4m ago');
    const before = { fromMs: nowMs - 3 * HOUR - 4 * MINUTE, toMs: nowMs - 2 * HOUR - 4 * MINUTE, stepMs: 10 * SECOND };
    const [here, there] = [workloadOf(WEB01, lastHours(1)), workloadOf(WEB01, before)].map(factsOf);
    const { comparison } = asked.answer;
    const [other] = comparison?.frames ?? [];
    expect(other?.kind === 'series' && [...(other.series[0]?.values ?? [])]).toEqual(
      workloadOf(WEB01, before).map(({ value }) => value),
    );
    expect([here?.last, there?.last]).toEqual([22, 18]);
    expect(asked.lines[0]).toMatch(
      /^Workload of web01 22 % now, 4 points more than 2 ?h(?:ours)? ?4 ?m(?:in)? ago · mean 19.5 % \(was 19.5 %\)/,
    );
    expect(asked.lines[0]).toContain(
      `peak 24 % at ${clock(here?.maxMs ?? 0)} (was 24 % at ${clock(there?.maxMs ?? 0)})`,
    );
    expect(asked.lines[1]).toContain(`compared with ${clock(before.fromMs)}–${clock(before.toMs)}`);
    expect(asked.model().lines.map(({ role }) => role)).toEqual(expect.arrayContaining(['series', 'past']));
  });

  it('compares with another host', async () => {
    const asked = await talk.ask('workload web01 vs web02');
    const [one, two] = [WEB01, WEB02].map((host) => factsOf(workloadOf(host, lastHours(1))));
    expect(asked.lines[0]).toContain(
      `22 % now, 11 points less than web02 · mean ${percent(one?.mean ?? 0)} (web02 ${percent(two?.mean ?? 0)}), ` +
        `peak 24 % at ${clock(one?.maxMs ?? 0)} (web02 35 % at ${clock(two?.maxMs ?? 0)})`,
    );
    expect(
      asked
        .model()
        .labels.map(({ name }) => name.text)
        .sort(),
    ).toEqual(['web01', 'web02']);
  });

  it('reads a window over the border of two archives from the one that holds all of it', async () => {
    const asked = await talk.ask('workload web02 from 7h ago until 5h ago');
    const window = { fromMs: nowMs - 7 * HOUR, toMs: nowMs - 5 * HOUR, stepMs: MINUTE };
    expect(asked.frame.stepMs).toBe(MINUTE);
    expectSamples(asked, 'web02', workloadOf(WEB02, window));
    const { mean, max, maxMs } = factsOf(workloadOf(WEB02, window));
    expect(asked.lines[0]).toContain(`mean ${percent(mean)}, peak ${percent(max)} at ${clock(maxMs)}`);
    expect(asked.lines[0]).toContain('above warning (22 %) all the time');
    expect(asked.model().subtitle.text).toMatch(/1.min steps/);
  });

  it('reads a window given by the clock, from its first moment to before its last', async () => {
    const fromMs = Math.floor((nowMs - 4 * HOUR) / (10 * MINUTE)) * 10 * MINUTE;
    const toMs = fromMs + 30 * MINUTE;
    const asked = await talk.ask(`workload web01 from ${clock(fromMs)} to ${clock(toMs)}`);
    const samples = workloadOf(WEB01, { fromMs, toMs, stepMs: 10 * SECOND });
    expect([samples.length, samples[0]?.ms, samples.at(-1)?.ms]).toEqual([180, fromMs, toMs - 10 * SECOND]);
    expectSamples(asked, 'web01', samples);
    expect(asked.text).toContain(`${clock(fromMs)}–${clock(toMs)}`);
  });

  it('reads a day in steps of a minute and finds the first of its peaks', async () => {
    const asked = await talk.ask('workload db01 23h');
    const window = lastHours(23, MINUTE);
    const samples = workloadOf(DB01, window);
    expectSamples(asked, 'db01', samples);
    const spells = spellsAbove(samples, CRITICAL, MINUTE);
    expect(asked.lines[0]).toContain(`44 % now · mean ${percent(factsOf(samples).mean)}, peak 46 %`);
    expect(asked.lines[0]).toContain(`(38 %, saturated)`);
    expect(asked.text).toContain(`${spells.length} times`);
  });

  it('puts what happened on the picture and into the words', async () => {
    const asked = await talk.ask('workload web01 3h');
    const marks = asked.answer.annotations;
    expect(marks.map(({ kind, title }) => [kind, title])).toEqual([
      ['incident', 'db01 failover'],
      ['deploy', 'deploy web 1.4.2'],
    ]);
    const [failover, deploy] = marks.map(({ timeMs }) => timeMs) as [number, number];
    expect([failover % MINUTE, deploy - failover]).toEqual([0, 90 * MINUTE]);
    expect(asked.text).toContain(`${clock(failover)} incident db01 failover · ${clock(deploy)} deploy web 1.4.2`);
    const { marks: drawn, plot, timeAxis } = asked.model();
    const x = (ms: number) =>
      plot.left + ((ms - timeAxis.fromMs) / (timeAxis.toMs - timeAxis.fromMs)) * (plot.right - plot.left);
    for (const [title, ms] of [
      ['db01 failover', failover],
      ['deploy web 1.4.2', deploy],
    ] as const) {
      const mark = drawn.find(({ text }) => text?.text === title);
      expect(mark?.fromX).toBeCloseTo(x(ms), 0);
    }
    expect((await talk.ask('workload web01 1h')).answer.annotations).toHaveLength(1);
  });

  it('answers a raw target', async () => {
    const asked = await talk.ask('graphite: sumSeries(servers.*.cpu.user) 3h');
    const sums = seeded(lastHours(3), (minute) =>
      HOSTS.reduce((sum, _, host) => sum + workload(host, minute) - 5 - host, 0),
    );
    const { last, mean, max, maxMs } = factsOf(sums);
    expect(asked.lines[0]).toBe(
      `sumSeries(servers.*.cpu.user) ${last} now · mean ${mean}, peak ${max} at ${clock(maxMs)}`,
    );
    expectSamples(asked, 'sumSeries(servers.*.cpu.user)', sums);
  });

  it('answers the same question from each pack, told apart by environment', async () => {
    for (const env of ['staging', 'production']) {
      const asked = await talk.ask(`cpu web01 in ${env} 1h`);
      expect(asked.lines[0]).toContain(`CPU of web01 22 % now · mean 19.5 %, peak 24 %`);
      expectSamples(asked, 'web01', workloadOf(WEB01, lastHours(1)));
    }
  });

  it('gives the numbers as a table', async () => {
    const asked = await talk.ask('workload web01 web02 1h as table');
    const samples = workloadOf(WEB01, lastHours(1));
    const above = spellsAbove(samples, WARNING, 10 * SECOND).reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
    const { maxMs } = factsOf(samples);
    const rows = asked.lines.map((line) => line.trim().split(/ {2,}/)).filter((cells) => cells.length > 4);
    expect(rows).toEqual([
      ['host', 'now', 'mean', 'peak', 'above 38 %', 'above 22 %'],
      ['web02', '33 %', '30.5 %', `35 % ${clock(maxMs)}`, '–', 'all the time'],
      ['web01', '22 %', '19.5 %', `24 % ${clock(maxMs)}`, '–', minutes(above)],
    ]);
    expect(asked.parts.file).toBeUndefined();
  });

  it('gives all samples as a file', async () => {
    const asked = await talk.ask('workload web01 db01 2h as csv');
    const text = new TextDecoder().decode(asked.parts.file?.bytes);
    const [one, two] = [WEB01, DB01].map((host) => workloadOf(host, lastHours(2))) as [Sample[], Sample[]];
    const rows = one.map(({ ms, value }, index) => `${iso(ms)},${value},${two[index]?.value}`);
    expect(text).toBe(['time,web01 (%),db01 (%)', ...rows, ''].join('\r\n'));
    expect(asked.parts.file?.fileName).toBe('workload-of-web01-db01.csv');
  });

  it('follows up: another window, one more host, another shape, a comparison', async () => {
    await talk.ask('workload web01 1h');
    const longer = await talk.ask('2h');
    expectSamples(longer, 'web01', workloadOf(WEB01, lastHours(2)));
    const both = await talk.ask('also web02');
    expect(both.lines[0]).toMatch(/web02 33 % now .*web01 22 %/);
    expect(both.frame.range.fromMs).toBe(nowMs - 2 * HOUR);
    expect((await talk.ask('as table')).text).toMatch(/^web02 +33 %/m);
    expect((await talk.ask('vs 4h ago')).answer.comparison?.frames[0]?.range.toMs).toBe(nowMs - 4 * HOUR);
  });

  it('counts memory in binary units', async () => {
    const asked = await talk.ask('held web01 2h');
    const samples = seeded(lastHours(2, MINUTE), (minute) => 2 ** 30 + (minute % 60) * 2 ** 20);
    expectSamples(asked, 'web01', samples);
    const { last, max, maxMs } = factsOf(samples);
    const gib = (bytes: number) => `${Number((bytes / 2 ** 30).toPrecision(3))} GiB`;
    expect(asked.lines[0]).toContain(`${gib(last)} now`);
    expect(asked.lines[0]).toContain(`peak ${gib(max)} at ${clock(maxMs)}`);
  });

  it('links to the same targets over the same window, frozen and rounded outwards to minutes', async () => {
    const asked = await talk.ask('workload web01 web02 from 7h ago until 5h ago');
    const link = new URL(asked.answer.links[0]?.url ?? '');
    expect(link.href).toContain('/composer/');
    expect((await fetch(link)).status).toBe(200);
    const form = new URLSearchParams(link.searchParams);
    form.set('format', 'json');
    const rows = (await (await fetch(`${place.rig.url}/render?${form}`)).json()) as {
      target: string;
      datapoints: [number, number][];
    }[];
    expect(rows.map(({ target }) => target)).toEqual(['web01', 'web02']);
    for (const [host, { datapoints }] of rows.entries()) {
      expect(datapoints.every(([value, second]) => value === workload(host, second / 60))).toBe(true);
      const times = datapoints.map(([, second]) => second * 1000);
      const shown = [...(asked.frame.series[host]?.times ?? [])];
      expect(shown.every((ms) => times.includes(ms))).toBe(true);
    }
    expect([...link.searchParams.keys()].filter((name) => name !== 'target')).toEqual(['from', 'until', 'tz']);
    expect(link.searchParams.get('tz')).toBe('UTC');
  });
});

function plain(text: string | undefined): string {
  return (text ?? '').replace(/[\u00a0\u202f]/g, ' ');
}

function iso(ms: number): string {
  return new Date(ms).toISOString().replace('.000', '');
}
