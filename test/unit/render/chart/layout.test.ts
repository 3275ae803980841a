/** Rules of the look that no kept picture shows. */
import { describe, expect, it } from 'vitest';
import { BotError } from '../../../../src/domain/errors.ts';
import { encodePng } from '../../../../src/render/chart/draw.ts';
import { TYPE, textWidth } from '../../../../src/render/chart/text.ts';
import { layoutChart } from '../../../../src/render/chart.ts';
import { type CaseSpec, DAY, HOUR, MINUTE, makeAnswer, mark, NOW_MS, sample } from '../../../golden/generate.ts';

const layout = (spec: CaseSpec, slots?: Record<string, number>) =>
  layoutChart(makeAnswer(spec), { theme: 'light', ...(slots && { slots }) });
const plain = (text: string | undefined) => text?.replaceAll('\u202F', ' ');
const many = (count: number, valueAt: (index: number) => number | null) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`host${index}`, () => valueAt(index)]));
const wave = (at: number) => 50 + 20 * Math.sin(at * 9);

it('refuses to draw nothing', () => {
  const draw = () => layout({ title: 'Empty', series: { busy: () => null } });
  expect(draw).toThrow(BotError);
});

it('gives equal answers equal models', () => {
  const spec = { title: 'CPU', series: { a: wave, b: (at: number) => wave(at) / 2 } };
  expect(layout(spec)).toEqual(layout(spec));
});

it('keeps the colour of a series across follow-ups and gives new ones the next', () => {
  const first = layout({ title: 'CPU', series: { web01: wave } });
  const second = layout({ title: 'CPU', series: { web02: wave, web01: wave } }, { ...first.slots });
  expect(first.slots).toEqual({ web01: 1 });
  expect(second.slots).toEqual({ web01: 1, web02: 2 });
});

it('never gives two series of a picture one colour, whatever slots are kept', () => {
  const { slots } = layout(
    { title: 'CPU', series: many(8, (index) => index) },
    { host0: 3, host1: 3, host2: 99, host3: Number.NaN },
  );
  expect(
    new Set(
      Object.entries(slots)
        .filter(([, slot]) => slot >= 1 && slot <= 8)
        .map(([, slot]) => slot),
    ).size,
  ).toBe(8);
});

it('is not led astray by a series named like a property of every object', () => {
  const { slots } = layout({ title: 'CPU', series: { constructor: wave, toString: wave } });
  expect(Object.entries(slots)).toEqual([
    ['constructor', 1],
    ['toString', 2],
  ]);
});

it('colours eight, but five of nine', () => {
  const coloured = (count: number) =>
    layout({ title: 'CPU', series: many(count, (index) => index) }).lines.filter(({ role }) => role === 'series');
  expect(coloured(8)).toHaveLength(8);
  expect(
    coloured(9)
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(['host4', 'host5', 'host6', 'host7', 'host8']);
});

it('ranks the lowest first where low is bad', () => {
  const { lines, subtitle } = layout({
    title: 'Free',
    series: many(12, (index) => index + 1),
    hosts: true,
    query: { worst: 'low', measure: 'min' },
  });
  expect(
    lines
      .filter(({ role }) => role === 'series')
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(['host0', 'host1', 'host2', 'host3', 'host4']);
  expect(subtitle.text).toMatch(/^5 of 12 hosts, lowest minimum/);
});

it.each([
  [42, 'hosts'],
  [21, 'series'],
])('says of a ranking how many there were, of %i hosts as %s', (count, noun) => {
  const host = Array.from({ length: count }, (_, index) => `h${index}`);
  const { subtitle } = layout({
    title: 'Disk',
    series: many(3, (index) => index),
    question: { arguments: { host }, ranking: { order: 'top', count: 3 } },
    answer: { rankedFrom: 42 },
  });
  expect(subtitle.text).toContain(`3 of 42 ${noun}, highest mean · `);
});

it('draws only the frames that share the unit of the first', () => {
  const answer = makeAnswer({ title: 'Mixed', series: { a: wave } });
  const other = makeAnswer({ title: 'x', unit: 'bytes', series: { b: wave } });
  const same = makeAnswer({ title: 'x', series: { c: wave } });
  const model = layoutChart(
    { ...answer, frames: [...answer.frames, ...other.frames, ...same.frames] },
    { theme: 'dark' },
  );
  expect(model.labels.map(({ name }) => name.text).toSorted()).toEqual(['a', 'c']);
});

it('tells a far threshold in the footer instead of pressing the data flat', () => {
  const model = layout({
    title: 'Used',
    series: { used: wave },
    thresholds: [{ op: '>', value: 900, severity: 'critical' }],
  });
  expect(model.limits).toEqual([]);
  expect(plain(model.footer.left.text)).toMatch(/critical at 900 % is above$/);
});

it('draws a limit on an axis that is set, however low the data are', () => {
  const model = layout({
    title: 'CPU',
    series: { busy: () => 12 },
    thresholds: [{ op: '>', value: 95, severity: 'critical' }],
    question: { looks: { min: 0, max: 100 } },
  });
  expect(model.limits.map(({ value }) => value)).toEqual([95]);
  expect(model.footer.left.text).not.toContain('critical');
});

it('fills the bad side of a lower limit, and the space between two', () => {
  const model = layout({
    title: 'Free',
    series: { free: wave },
    thresholds: [
      { op: '<', value: 30, severity: 'warning' },
      { op: '<', value: 15, severity: 'critical' },
    ],
  });
  const [warning, critical] = model.fills;
  expect([warning?.role, critical?.role]).toEqual(['warning', 'critical']);
  expect(warning?.bottom).toBe(critical?.top);
  expect(critical?.bottom).toBe(model.plot.bottom);
});

it('bridges no gap, whether it is given as nothing or as missing times', () => {
  const answer = makeAnswer({ title: 'Gap', series: { a: wave } });
  const [frame] = answer.frames;
  if (frame?.kind !== 'series') throw new Error('no series');
  const series = frame.series.map((one) => {
    const kept = [...one.times.keys()].filter((index) => index < 100 || index > 140);
    return {
      ...one,
      times: Float64Array.from(kept, (at) => one.times[at] as number),
      values: Float64Array.from(kept, (at) => one.values[at] as number),
    };
  });
  const model = layoutChart({ ...answer, frames: [{ ...frame, series }] }, { theme: 'light' });
  expect([...(model.lines[0]?.ys ?? [])].filter(Number.isNaN)).toHaveLength(1);
  expect(model.fills.filter(({ role }) => role === 'no-data')).toHaveLength(1);
});

it('shows a point alone between gaps as a dot', () => {
  const { dots } = layout({
    title: 'Alone',
    stepMs: MINUTE,
    series: { a: (at) => (Math.round(at * 60) % 2 ? 5 : null) },
  });
  expect(dots.filter(({ role }) => role === 'alone')).toHaveLength(30);
});

it('thins many points to the extremes of each interval and says so', () => {
  const model = layout({
    title: 'Dense',
    stepMs: 1000,
    series: { a: (_, timeMs) => (timeMs === NOW_MS - HOUR / 2 ? 99 : 10 + ((timeMs / 1000) % 7)) },
  });
  const [line] = model.lines;
  expect(line?.xs.length).toBeLessThan(1452);
  expect(model.texts.map(({ text }) => plain(text))).toEqual(['max 99 %']);
  expect(Math.min(...(line?.ys ?? []))).toBeCloseTo(
    model.plot.bottom - (99 / model.valueAxis.max) * (model.plot.bottom - model.plot.top),
  );
  expect(plain(model.subtitle.text)).toMatch(/1 s steps, lowest and highest of each 5 s shown$/);
});

it('widens bars that would be too narrow to see, and counts as much', () => {
  const model = layout({
    title: 'Errors',
    unit: 'count',
    spanMs: DAY,
    stepMs: MINUTE,
    rangeText: 'last 24h',
    looks: { bars: true },
    query: { consolidate: 'sum' },
    series: { e: () => 1 },
  });
  expect(plain(model.subtitle.text)).toMatch(/counted per 6 min$/);
  expect(model.labels.map(({ value }) => value?.text)).toEqual(['1440']);
  expect(model.bars[0]?.width).toBeGreaterThanOrEqual(2);
});

it('sets bars of things that have no sum side by side', () => {
  const model = layout({
    title: 'CPU',
    stepMs: 5 * MINUTE,
    looks: { bars: true },
    series: { a: () => 40, b: () => 60 },
  });
  expect(model.texts[0]?.text).toBe('mean');
  expect(model.bars[1]?.bottoms[0]).toBe(model.plot.bottom);
  expect((model.bars[1]?.xs[0] as number) - (model.bars[0]?.xs[0] as number)).toBeCloseTo(
    model.bars[0]?.width as number,
  );
});

it('sums the bands beyond eight into a grey rest', () => {
  const model = layout({
    title: 'Parts',
    unit: 'bytes',
    looks: { stacked: true },
    series: many(10, (index) => (index + 1) * 1e6),
  });
  expect(model.lines).toHaveLength(8);
  expect(model.labels.slice(0, 2).map(({ name }) => name.text)).toEqual(['total', '3 others']);
});

it('takes a missing part of a stack for zero only where another part has a value', () => {
  const model = layout({
    title: 'Parts',
    looks: { stacked: true },
    series: { a: (at) => (at > 0.4 && at < 0.6 ? null : 10), b: (at) => (at > 0.5 && at < 0.6 ? null : 20) },
  });
  const top = model.lines[1]?.ys ?? new Float64Array();
  expect(Number.isNaN(top[Math.floor(top.length * 0.55)] as number)).toBe(true);
  expect(Number.isNaN(top[Math.floor(top.length * 0.45)] as number)).toBe(false);
});

it('starts at zero unless told otherwise, and draws no area on a cut axis', () => {
  const whole = layout({ title: 'Calm', series: { a: () => 70 } });
  const cut = layout({ title: 'Calm', looks: { min: 60 }, series: { a: () => 70 } });
  expect([whole.valueAxis.min, whole.lines[0]?.fill === undefined]).toEqual([0, false]);
  expect([cut.valueAxis.min, cut.lines[0]?.fill]).toEqual([60, undefined]);
  expect(plain(cut.subtitle.text)).toMatch(/axis from 60 %$/);
});

it('shows all zeros on an axis to one', () => {
  const { valueAxis } = layout({ title: 'Errors', unit: 'count', series: { errors: () => 0 } });
  expect([valueAxis.min, valueAxis.max]).toEqual([0, 1]);
});

it('counts samples that were no numbers', () => {
  const answer = makeAnswer({
    title: 'Ratio',
    series: { a: (at) => (at > 0.5 && at < 0.504 ? Number.POSITIVE_INFINITY : 1) },
  });
  const { footer } = layoutChart(answer, { theme: 'light' });
  expect(footer.left.text).toMatch(/1 value was no number$/);
});

it('compares several series in their own hues, dashed and without fill', () => {
  const then = NOW_MS - HOUR - DAY;
  const past = ['web01', 'web02'].map((name) => sample(name, 'percent', then, then + HOUR, 10_000, () => 30));
  const range = { fromMs: then, toMs: then + HOUR, zone: 'UTC', text: 'yesterday' };
  const model = layout({
    title: 'CPU',
    series: { web01: wave, web02: wave },
    answer: {
      comparison: {
        label: 'yesterday',
        offsetMs: DAY,
        fromMs: then,
        frames: [{ kind: 'series', range, warnings: [], series: past }],
      },
    },
  });
  const dashed = model.lines.filter(({ role }) => role === 'past');
  expect(dashed.map(({ name, color, fill }) => [name, color, fill])).toEqual([
    ['web01', 'rgba(32, 79, 196, 0.7)', undefined],
    ['web02', 'rgba(232, 98, 13, 0.7)', undefined],
  ]);
  expect(dashed[0]?.xs[0]).toBeCloseTo(model.plot.left);
});

it('names other arguments by their own names', () => {
  const range = { fromMs: NOW_MS - HOUR, toMs: NOW_MS, zone: 'UTC', text: 'last 1h' };
  const series = [sample('web02', 'percent', NOW_MS - HOUR, NOW_MS, 10_000, () => 30)];
  const model = layout({
    title: 'CPU of web01',
    series: { web01: wave },
    question: { comparison: { kind: 'arguments', arguments: { host: ['web02'] }, label: 'web02' } },
    answer: {
      comparison: {
        label: 'web02',
        offsetMs: 0,
        fromMs: NOW_MS - HOUR,
        frames: [{ kind: 'series', range, warnings: [], series }],
      },
    },
  });
  expect(model.labels.map(({ name }) => name.text).toSorted()).toEqual(['web01', 'web02']);
  expect(model.subtitle.text).toMatch(/dashed: web02$/);
});

describe('a comparison with other arguments', () => {
  const range = { fromMs: NOW_MS - HOUR, toMs: NOW_MS, zone: 'UTC', text: 'last 1h' };
  const against = (own: readonly string[], other: readonly string[], host: readonly string[] = other) =>
    layout({
      title: 'CPU',
      series: Object.fromEntries(own.map((name) => [name, wave])),
      question: {
        arguments: { host: own.map((name) => name.split('.')[0] as string).slice(0, own[0]?.includes('.') ? 1 : 99) },
        comparison: { kind: 'arguments', arguments: { host }, label: 'others' },
      },
      answer: {
        comparison: {
          label: 'others',
          offsetMs: 0,
          fromMs: range.fromMs,
          frames: [
            {
              kind: 'series',
              range,
              warnings: [],
              series: other.map((name, index) =>
                sample(name, 'percent', range.fromMs, range.toMs, 10_000, () => 10 + index),
              ),
            },
          ],
        },
      },
    });
  const names = (model: ReturnType<typeof layout>, role: string) =>
    model.lines.filter((line) => line.role === role).map(({ name }) => name);
  const hosts = (count: number) => Array.from({ length: count }, (_, index) => `db${index + 1}`);

  it('draws every one of a few, each with its label and colour', () => {
    const model = against(['web01', 'web02'], hosts(3));
    expect(names(model, 'past').toSorted()).toEqual(hosts(3));
    expect(model.labels).toHaveLength(5);
    expect(new Set(Object.values(model.slots)).size).toBe(5);
    expect(model.subtitle.text).toMatch(/dashed: others$/);
  });

  it('draws as many of many as the words name, the rest grey and counted', () => {
    const model = against(['web01'], hosts(10));
    expect(names(model, 'past').toSorted()).toEqual(['db10', 'db8', 'db9']);
    expect(names(model, 'other')).toHaveLength(7);
    expect(model.labels.map(({ name }) => name.text)).toContain('7 others');
    expect(model.subtitle.text).toMatch(/dashed: 3 of 10 hosts, highest mean$/);
  });

  it('lays each part beneath the same part of the other one', () => {
    const model = against(['web01.root', 'web01.var'], ['db1.root', 'db1.var'], ['db1']);
    expect(names(model, 'past').toSorted()).toEqual(['db1.root', 'db1.var']);
    expect(model.labels.map(({ name }) => name.text).toSorted()).toEqual(['web01.root', 'web01.var']);
    expect(model.subtitle.text).toMatch(/dashed: others$/);
  });
});

it('gives the lone values of a dashed line dots', () => {
  const then = NOW_MS - HOUR - DAY;
  const range = { fromMs: then, toMs: then + HOUR, zone: 'UTC', text: 'yesterday' };
  const lone = sample('a', 'percent', then, then + HOUR, 10_000, (_, timeMs) => ((timeMs - then) % 600_000 ? null : 5));
  const frames = [{ kind: 'series' as const, range, warnings: [], series: [lone] }];
  const comparison = { label: 'yesterday', offsetMs: DAY, fromMs: then, frames };
  const { dots, lines } = layout({ title: 'CPU', series: { a: wave }, answer: { comparison } });
  const color = lines.find(({ role }) => role === 'past')?.color;
  expect(dots.filter((dot) => dot.role === 'alone' && dot.color === color)).toHaveLength(6);
});

it('drops the resolution to the footer, then the year, when the subtitle is too long', () => {
  const model = layout({
    title: 'Rate',
    unit: 'a rather long and winding unit',
    series: many(12, (index) => index),
    looks: { log: true },
    rangeText: 'from yesterday noon until a little later today',
    query: { measure: 'min' },
  });
  expect(model.subtitle.text).not.toContain('steps');
  expect(plain(model.footer.left.text)).toContain('10 s steps');
});

it('leaves out an asked window that only repeats the dates', () => {
  const spec = { title: 'CPU', series: { a: wave } };
  expect(layout({ ...spec, rangeText: '2026-11-25 14:00 to 15:00' }).subtitle.text).toMatch(/^Wed 25 Nov 2026/);
  expect(plain(layout({ ...spec, rangeText: 'yesterday 14:00-15:00' }).subtitle.text)).toMatch(
    /^yesterday 14:00–15:00 · /,
  );
  expect(plain(layout({ ...spec, rangeText: 'last 1h30m' }).subtitle.text)).toMatch(/^last 1 h 30 min · /);
});

it('ends a window up to midnight at 24:00 of its own day', () => {
  const midnight = Date.UTC(2026, 10, 24, 23);
  const window = (spanMs: number) =>
    plain(
      layout({ title: 'CPU', toMs: midnight, spanMs, stepMs: spanMs / 60, rangeText: 'x', series: { a: wave } })
        .subtitle.text,
    );
  expect(window(DAY)).toMatch(/^Tue 24 Nov 2026, 00:00–24:00 CET · /);
  expect(window(2 * DAY)).toMatch(/^Mon 23 Nov 00:00 – Tue 24 Nov 24:00 CET · /);
  expect(window(MINUTE)).toMatch(/^Tue 24 Nov 2026, 23:59:00–24:00:00 CET · /);
});

it('names both offsets on the day that DST changes', () => {
  const toMs = Date.UTC(2026, 9, 25, 12);
  const { subtitle } = layout({
    title: 'CPU',
    toMs,
    nowMs: toMs,
    spanMs: 14 * HOUR,
    stepMs: 5 * MINUTE,
    rangeText: 'today',
    series: { a: wave },
  });
  expect(plain(subtitle.text)).toBe('today · Sun 25 Oct 2026, 00:00 CEST–13:00 CET · 5 min steps');
});

it('keeps the mark of a note whose text found no place, and counts it', () => {
  const times = ['14:30', '14:31', '14:33', '14:34', '14:36', '14:38', '14:40'];
  const model = layout({
    title: 'CPU',
    series: { a: wave },
    annotations: times.map((time, index) => mark(`deploy v2.${index}.0`, time)),
  });
  const unplaced = model.marks.filter(({ row }) => row === 0).length;
  expect(model.marks).toHaveLength(7);
  expect(model.moreMarks?.text).toBe(`+${unplaced}`);
});

it('draws hostile names as plain text', () => {
  const model = layout({ title: 'a\nb\u202Ec', series: { 'x\ny\u0000': wave } });
  expect(model.title.text).toBe('a b c');
  expect(model.labels[0]?.name.text).toBe('x y');
});

it('keeps within the plot the dots of values that a cut axis does not hold', () => {
  const { dots } = layout({ title: 'CPU', looks: { min: 60, max: 80 }, series: { a: () => 70, b: () => 20 } });
  expect(dots.filter(({ role }) => role === 'last')).toHaveLength(1);
});

it('does not pass a blank bitmap off as a picture', async () => {
  const pixels = new Uint8Array(200 * 100 * 4).fill(255);
  const bitmap = { pixels, width: 200, height: 100, drawMs: 0, rasterMs: 0 };
  await expect(encodePng(bitmap)).rejects.toMatchObject({ code: 'RENDER_FAILED' });
  pixels.fill(0, 0, pixels.length / 3);
  await expect(encodePng(bitmap)).resolves.toBeInstanceOf(Uint8Array);
});

it('says the window before the words that repeat it when both do not fit', () => {
  const model = layout({
    title: 'Rate',
    unit: 'orders/min',
    looks: { min: 5 },
    rangeText: 'from monday 09:00 until yesterday 17:00',
    spanMs: 2 * DAY,
    stepMs: 5 * MINUTE,
    series: many(12, (index) => 20 + index),
    hosts: true,
  });
  expect(plain(model.subtitle.text)).toBe(
    '5 of 12 hosts, highest mean · orders per minute · Mon 23 Nov 15:00 – Wed 25 Nov 15:00 CET · axis from 5',
  );
});

it('counts also the notes that are too many to be marked', () => {
  const annotations = Array.from({ length: 500 }, (_, index) => ({
    ...mark(`deploy ${index}`, '14:30'),
    timeMs: NOW_MS - HOUR + index * 7_000,
  }));
  const model = layout({ title: 'CPU', series: { a: wave }, annotations });
  expect(model.marks).toHaveLength(100);
  expect(model.moreMarks?.text).toBe(`+${500 - model.marks.filter(({ text }) => text).length}`);
});

it('takes off the names what the title says', () => {
  const model = layout({
    title: 'Latency of checkout',
    series: { 'checkout.p99': wave, 'checkout.p50': (at) => wave(at) / 2 },
  });
  expect(model.labels.map(({ name }) => name.text)).toEqual(['p99', 'p50']);
  expect(model.footer.left.text).toBe('Graphite');
});

it('says what long names share in the footer when that lets them fit', () => {
  const names = ['web01', 'web02'].map((host) => `servers.production.eu-west-1.${host}.cpu.busy`);
  const model = layout({
    title: 'CPU',
    series: Object.fromEntries(names.map((name, index) => [name, () => 40 - index])),
  });
  expect(model.labels.map(({ name }) => name.text)).toEqual(['web01', 'web02']);
  expect(model.footer.left.text).toMatch(/names: servers\.production\.eu-west-1\.….cpu\.busy$/);
});

it('draws the other window in its own step, which may be coarser', () => {
  const then = NOW_MS - HOUR - 30 * DAY;
  const range = { fromMs: then, toMs: then + HOUR, zone: 'UTC', text: 'last month' };
  const series = [sample('web01', 'percent', then, then + HOUR, 10 * MINUTE, () => 30)];
  const model = layout({
    title: 'CPU',
    series: { web01: wave },
    answer: {
      comparison: {
        label: 'last month',
        offsetMs: 30 * DAY,
        fromMs: then,
        frames: [{ kind: 'series', range, stepMs: 10 * MINUTE, warnings: [], series }],
      },
    },
  });
  const past = model.lines.find(({ role }) => role === 'past');
  expect(past?.ys).toHaveLength(6);
  expect([...(past?.ys ?? [])].some(Number.isNaN)).toBe(false);
});

/** A day of minutes that jump up for ten of each sixty. */
const sawtooth = (_: number, timeMs: number) => ((timeMs / MINUTE) % 60 < 10 ? 90 : 20);
const week = { title: 'CPU', spanMs: 7 * DAY, stepMs: MINUTE, rangeText: 'last 7d' };

it('draws what swings too fast to be followed as a band around its mean', () => {
  const model = layout({ ...week, series: { web01: sawtooth } });
  expect(model.lines.map(({ role, width }) => [role, width])).toEqual([
    ['range', 1],
    ['range', 1],
    ['series', 3],
  ]);
  const [band, , mean] = model.lines;
  const y = (value: number) => model.plot.bottom - (value / model.valueAxis.max) * (model.plot.bottom - model.plot.top);
  const middle = 80;
  expect(band?.ys[middle]).toBeCloseTo(y(90));
  const lower = band?.fill?.to as Float64Array | undefined;
  expect(lower?.[middle]).toBeCloseTo(y(20));
  expect(mean?.ys[middle]).toBeCloseTo(y((90 * 10 + 20 * 50) / 60));
  expect(plain(model.subtitle.text)).toMatch(/1 min steps, lowest to highest and mean of each 1 h shown$/);
});

it('lays one grey band around many that swing fast', () => {
  const model = layout({ ...week, series: Object.fromEntries(['a', 'b', 'c'].map((name) => [name, sawtooth])) });
  expect(model.lines.map(({ role }) => role)).toEqual(['crowd', 'series', 'series', 'series']);
  expect(plain(model.subtitle.text)).toMatch(/1 min steps, mean of each 1 h shown$/);
  expect(model.footer.left.text).toMatch(/grey: lowest to highest of all$/);
});

it('leaves what can be followed as a line, however many its points', () => {
  const model = layout({ ...week, series: { web01: (at) => 50 + 40 * Math.sin(at * 20) } });
  expect(model.lines.map(({ role }) => role)).toEqual(['series']);
  expect(plain(model.subtitle.text)).toMatch(/lowest and highest of each 15 min shown$/);
});

it('keeps the gaps of what swings fast open, and its band within the window', () => {
  const gapped = (at: number, timeMs: number) => (at > 0.4 && at < 0.5 ? null : sawtooth(at, timeMs));
  const model = layout({ ...week, series: { a: gapped, b: gapped, c: gapped } });
  for (const { xs, ys } of model.lines) {
    expect(Number.isNaN(ys[Math.round(ys.length * 0.45)] as number)).toBe(true);
    expect(Math.min(...xs)).toBeGreaterThanOrEqual(model.plot.left - 1e-6);
    expect(Math.max(...xs)).toBeLessThanOrEqual(model.plot.right + 1e-6);
  }
});

it('writes "no data" beside the dotted way of a value to its label, not across it', () => {
  const two = (_: number, timeMs: number) => ([30, 10].some((back) => timeMs === NOW_MS - back * MINUTE) ? 42 : null);
  const { texts, labels } = layout({ title: 'CPU', series: { a: two } });
  const words = texts.filter(({ text }) => text === 'no data');
  const [startX = 0, wayY = 0] = labels[0]?.connector?.points ?? [];
  const crossed = words.filter(({ x, y }) => x > startX && Math.abs(y - 5 - wayY) < 10);
  expect([words.length, crossed.length]).toEqual([3, 0]);
});

it('drops the word of the maximum rather than writing it across the data', () => {
  const limits = [53, 55].map((value) => ({ op: '>' as const, value, severity: 'warning' as const }));
  const restless = (at: number) => [51, 36][Math.round(at * 360) % 2] ?? 0;
  const plateau = (at: number) => (Math.round(at * 360) === 180 ? 52 : restless(at));
  expect(layout({ title: 'CPU', series: { a: plateau } }).texts).toHaveLength(1);
  expect(layout({ title: 'CPU', series: { a: plateau }, thresholds: limits }).texts).toEqual([]);
});

it('says over what even a single bar counts', () => {
  const spec = { unit: 'count', looks: { bars: true }, query: { consolidate: 'sum' as const }, stepMs: HOUR };
  expect(layout({ title: 'Errors', ...spec, series: { e: () => 4 } }).subtitle.text).toMatch(/counted per hour$/);
});

it('says how many series have nothing to be compared with', () => {
  const then = NOW_MS - HOUR - DAY;
  const range = { fromMs: then, toMs: then + HOUR, zone: 'UTC', text: 'yesterday' };
  const against = (names: string[]) => {
    const series = names.map((name) => sample(name, 'percent', then, then + HOUR, 10_000, () => 30));
    const frames = [{ kind: 'series' as const, range, warnings: [], series }];
    const comparison = { label: 'yesterday', offsetMs: DAY, fromMs: then, frames };
    return layout({ title: 'CPU', series: { a: wave, b: wave }, answer: { comparison } }).subtitle.text;
  };
  expect(plain(against(['a', 'b']))).toMatch(/dashed: 1 d earlier$/);
  expect(plain(against(['a']))).toMatch(/dashed: 1 d earlier · 1 without yesterday$/);
  expect(plain(against([]))).toMatch(/no data for yesterday$/);
});

it('writes a limit of a log axis as a value, and labels the lines between two lonely powers', () => {
  const model = layout({
    title: 'Latency',
    unit: 'seconds',
    looks: { log: true },
    series: { p99: (at) => 1.2 + 5 * at },
    thresholds: [{ op: '>', value: 2.25, severity: 'critical' }],
  });
  expect(plain(model.limits[0]?.pill.text.text)).toBe('2.25 s');
  expect(model.valueAxis.ticks.map(({ label }) => plain(label))).toEqual(['1 s', undefined, '5 s', '10 s']);
});

it('stacks what is below zero downwards', () => {
  const looks = { stacked: true };
  const lines = layout({ title: 'Net', unit: 'none', looks, series: { in: () => 30, out: () => -20, top: () => 5 } });
  const y = (value: number) => {
    const { plot, valueAxis } = lines;
    return plot.bottom - ((value - valueAxis.min) / (valueAxis.max - valueAxis.min)) * (plot.bottom - plot.top);
  };
  expect(lines.lines.map(({ ys }) => ys[0])).toEqual([y(30), y(-20), y(35)].map((place) => expect.closeTo(place)));
  expect(lines.labels.map(({ name }) => name.text)).toEqual(['total', 'top', 'out', 'in']);
  const bars = layout({
    title: 'Net',
    unit: 'none',
    looks: { ...looks, bars: true },
    stepMs: 5 * MINUTE,
    series: { a: () => 30, b: () => -20 },
  });
  expect(bars.bars[1]?.bottoms[0]).toBe(bars.bars[0]?.bottoms[0]); // both begin at zero
});

it('says of a band that ended when it did, instead of giving it a zero', () => {
  const { labels } = layout({
    title: 'CPU',
    looks: { stacked: true },
    series: { a: () => 30, b: (at) => (at > 0.5 ? null : 20) },
  });
  const ended = labels.find(({ name }) => name.text.startsWith('b'));
  expect([ended?.name.text, ended?.value]).toEqual(['b, until 14:30', undefined]);
});

it('takes what long names share off the list beside bars', () => {
  const names = ['500', '502'].map((code) => `servers.production.eu-west-1.checkout.errors.${code}`);
  const model = layout({
    title: 'Errors',
    unit: 'count',
    stepMs: MINUTE,
    looks: { bars: true },
    query: { consolidate: 'sum' },
    series: Object.fromEntries(names.map((name) => [name, () => 3])),
  });
  expect(model.labels.map(({ name }) => name.text)).toEqual(['502', '500']);
  expect(model.footer.left.text).toMatch(/names: servers\.production\.eu-west-1\.checkout\.errors\.…$/);
});

it('draws letters without the marks that no font has', () => {
  const { labels } = layout({ title: 'CPU', series: { 'Z\u0338\u0322alg\u0335o e\u0301': wave } });
  expect(labels[0]?.name.text).toBe('Zalgo é');
});

it('widens the columns of a table for long numbers', () => {
  const names = ['a', 'b'].map((digit) => `${'x'.repeat(60)}${digit}${'y'.repeat(60)}`);
  const { table } = layout({
    title: 'Rate',
    unit: 'bytes/s',
    series: Object.fromEntries(names.map((name, index) => [name, (at) => (index + 0.8521 + at) * 1e-4])),
  });
  const [last, least] = (table?.rows[0]?.cells ?? []).slice(1);
  const gap = (least?.x ?? 0) - textWidth(least?.text ?? '', TYPE.axis) - (last?.x ?? 0);
  expect(gap).toBeGreaterThanOrEqual(12);
});

it('leaves an hour of ten-second steps as a line, however it jumps', () => {
  const model = layout({ title: 'CPU', series: { a: (at) => (Math.round(at * 360) % 2 ? 90 : 10) } });
  expect(model.lines.map(({ role }) => role)).toEqual(['series']);
  expect(model.lines[0]?.xs).toHaveLength(360);
});

it('says in a table, too, when a series ended', () => {
  const names = ['a', 'b'].map((digit) => `${'x'.repeat(60)}${digit}${'y'.repeat(60)}`) as [string, string];
  const { table } = layout({
    title: 'CPU',
    series: { [names[0]]: wave, [names[1]]: (at) => (at > 0.5 ? null : 20) },
  });
  const cells = table?.rows.map(({ cells: [name] }) => name?.text) ?? [];
  expect(cells[0]).not.toContain('until');
  expect(cells[1]).toMatch(/…, until 14:30$/);
});

it('keeps names apart that are too long for the list beside bars', () => {
  const names = ['1', '2', '3'].map((digit) => `${'x'.repeat(40)}${digit}${'y'.repeat(40)}`);
  const model = layout({
    title: 'Errors',
    unit: 'count',
    stepMs: MINUTE,
    looks: { bars: true },
    query: { consolidate: 'sum' },
    series: Object.fromEntries(names.map((name) => [name, () => 3])),
  });
  expect(new Set(model.labels.map(({ name }) => name.text)).size).toBe(3);
});

it('holds the last state up to now, unless its next sample is overdue', () => {
  const spec = { title: 'Replicas', unit: 'count', looks: { step: true }, stepMs: 5 * MINUTE };
  const model = layout({ ...spec, series: { live: () => 3, ended: (at) => (at > 0.5 ? null : 2) } });
  const ends = Object.fromEntries(
    model.lines.map(({ name, xs, ys }) => [name, xs[ys.findLastIndex((y) => !Number.isNaN(y))]]),
  );
  expect(ends.live).toBeCloseTo(model.plot.right);
  expect(ends.ended).toBeCloseTo((model.plot.left + model.plot.right) / 2);
  expect(model.dots.some(({ x }) => Math.abs(x - model.plot.right) < 0.01)).toBe(true);
  expect(model.labels.find(({ name }) => name.text === 'live')?.connector?.dash).toBeUndefined();
});

it('says when the axis that was asked for cuts values off', () => {
  const said = (looks: { min?: number; max?: number }) =>
    plain(layout({ title: 'CPU', looks, series: { a: () => 70, b: () => 20 } }).subtitle.text);
  expect(said({ min: 10 })).toMatch(/10 s steps · axis from 10 %$/);
  expect(said({ min: 30, max: 60 })).toMatch(/axis from 30 %, lower is cut · axis to 60 %, higher is cut$/);
  expect(said({ min: 0, max: 100 })).toMatch(/10 s steps$/);
});
