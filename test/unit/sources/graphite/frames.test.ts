import { expect, it } from 'vitest';
import { bodyOf, MINUTE, NOW_SECONDS, points, startGraphite, windowOf } from '../graphite-harness.ts';

const HOUR = 3600;

/** Seconds and values of a series, gaps as null. */
function seen(
  { times, values }: { times: Float64Array; values: Float64Array } = {
    times: new Float64Array(),
    values: new Float64Array(),
  },
) {
  return [...times].map((timeMs, at) => [Number.isNaN(values[at]) ? null : values[at], timeMs / 1000]);
}

async function askOne(
  list: readonly (readonly [number | null, number])[],
  asked: Parameters<Awaited<ReturnType<typeof startGraphite>>['ask']>[1] = {},
) {
  const { ask } = await startGraphite({ body: bodyOf({ 'g0:x': list }) });
  return ask('a.b', asked);
}

it('cuts what lies outside of the window, half-open', async () => {
  const window = windowOf(MINUTE - 600, MINUTE - 300);
  const { series } = await askOne(
    points(MINUTE - 900, MINUTE, 60, (second) => second),
    { window },
  );
  expect(seen(series[0]).map(([, second]) => second)).toEqual(
    [-600, -540, -480, -420, -360].map((back) => MINUTE + back),
  );
});

it('keeps gaps, makes gaps of infinities and counts those', async () => {
  const from = MINUTE - HOUR;
  const body = `[{"target":"g0:x","datapoints":[[1.5,${from}],[null,${from + 60}],[1e9999,${from + 120}],[-1e9999,${from + 180}],[2,${from + 240}]]}]`;
  const { ask } = await startGraphite({ body });
  const { series } = await ask('a.b', { window: windowOf(from, from + 300) });
  expect(seen(series[0]).map(([value]) => value)).toEqual([1.5, null, null, null, 2]);
  expect(series[0]?.badCount).toBe(2);
});

it('turns values into the unit of the query', async () => {
  const { series } = await askOne(
    points(MINUTE - 120, MINUTE - 60, 60, () => 250),
    { unit: 'ms' },
  );
  expect(seen(series[0]).map(([value]) => value)).toEqual([0.25, 0.25]);
});

it.each([1, 2, 3])('does not draw the newest %i points as a fall while they are late', async (late) => {
  const last = MINUTE - late * 10;
  const { series } = await askOne(points(MINUTE - 600, MINUTE, 10, (second) => (second > last ? null : 1)));
  expect(series[0]?.times.at(-1)).toBe(last * 1000);
});

it('shows four missing points at the end as the silence that they are', async () => {
  const { series } = await askOne(points(MINUTE - 600, MINUTE, 10, (second) => (second > MINUTE - 40 ? null : 1)));
  expect(
    seen(series[0])
      .slice(-5)
      .map(([value]) => value),
  ).toEqual([1, null, null, null, null]);
});

it('ends all series where the latest of them ends, so that a total does not fall', async () => {
  const body = bodyOf({
    'g0:a': points(MINUTE - 600, MINUTE, 10, () => 1),
    'g1:b': points(MINUTE - 600, MINUTE, 10, (second) => (second > MINUTE - 20 ? null : 1)),
    'g2:c': points(MINUTE - 600, MINUTE, 10, (second) => (second > MINUTE - 300 ? null : 1)),
  });
  const { ask } = await startGraphite({ body });
  const { series } = await ask({ target: ["alias(x.a,'a')", "alias(x.b,'b')", "alias(x.c,'c')"] });
  expect(series.map(({ times }) => times.at(-1))).toEqual(Array(3).fill((MINUTE - 20) * 1000));
});

it('keeps what is missing at the end of a window that is over', async () => {
  const to = MINUTE - HOUR;
  const list = points(to - 600, to, 60, (second) => (second > to - 180 ? null : 1));
  const { series } = await askOne(list, { window: windowOf(to - 600, to) });
  expect(seen(series[0]).slice(-3)).toEqual([
    [1, to - 180],
    [null, to - 120],
    [null, to - 60],
  ]);
});

it('leaves out the sum of a bucket that is still being filled', async () => {
  const list = points(MINUTE - 600, MINUTE, 60, () => 7);
  const summed = await askOne(list, { consolidate: 'sum' });
  expect(summed.series[0]?.times.at(-1)).toBe((MINUTE - 60) * 1000);
  const gauge = await askOne(list, { consolidate: 'average' });
  expect(gauge.series[0]?.times.at(-1)).toBe(MINUTE * 1000);
});

it.each([
  [180, true],
  [120, false],
  [0, false],
])(
  'shows the newest bucket of four minutes, begun %i s before the newest point, only when it is whole: %s',
  async (begun, isShown) => {
    const newest = MINUTE - begun;
    const first = newest - 6 * HOUR;
    // asked for the beginning alone, to see what is stored, the server sends minutes
    const { ask } = await startGraphite(({ form }) => {
      const [from, until] = [Number(form.get('from')), Number(form.get('until'))];
      const stored = points(first, until - (until % 60), 60, () => 5);
      return { body: bodyOf({ 'g0:x': until - from < HOUR ? stored : points(first, newest, 240, () => 5) }) };
    });
    const { series, rawStepMs } = await ask('alias(a.b, "x")', {
      window: windowOf(NOW_SECONDS - 6 * HOUR, NOW_SECONDS, 100),
    });
    expect(rawStepMs).toBe(60_000);
    expect((series[0]?.times.at(-1) ?? 0) / 1000).toBe(isShown ? newest : newest - 240);
  },
);

it('infers the step from the most common distance', async () => {
  const list = points(MINUTE - 600, MINUTE - 60, 60, () => 1).filter((_, at) => at !== 3);
  const frame = await askOne(list);
  expect(frame.stepMs).toBe(60_000);
  expect(frame.series[0]?.stepMs).toBe(60_000);
});

it.each([
  ['average', 2.5],
  ['max', 5],
  ['min', 0],
  ['sum', 15],
  ['last', 5],
] as const)('puts a finer series into the coarser step by %s, and says so', async (consolidate, value) => {
  const from = MINUTE - HOUR;
  const body = bodyOf({
    'g0:fine': points(from, from + 290, 10, (second) => ((second - from) / 10) % 6),
    'g1:coarse': points(from, from + 240, 60, () => 1),
  });
  const { ask } = await startGraphite({ body });
  const window = windowOf(from, from + 300);
  const frame = await ask({ target: ["alias(x.a,'fine')", "alias(x.b,'coarse')"] }, { consolidate, window });
  expect(frame.stepMs).toBe(60_000);
  expect(seen(frame.series[0])).toEqual(points(from, from + 240, 60, () => value));
  expect(frame.warnings).toEqual([
    'Some series come in steps of 10\u202Fs, others of 1\u202Fmin; all are shown at the coarser.',
  ]);
});

it('says that the archive is coarse so far back', async () => {
  const to = MINUTE - (MINUTE % HOUR) - 40 * 24 * HOUR;
  const { warnings } = await askOne(
    points(to - 4 * HOUR, to, HOUR, () => 1),
    { window: windowOf(to - 4 * HOUR, to) },
  );
  expect(warnings).toEqual(['So far back Graphite keeps one point per 1\u202Fh.']);
});

it('names what has no row, five at most', async () => {
  const { ask } = await startGraphite({ body: bodyOf({ 'g0:h0': [[1, MINUTE - 60]] }) });
  const hosts = Array.from({ length: 9 }, (_, at) => `h${at}`);
  const { warnings } = await ask('alias(s.${host}, "${host}")', { arguments: { host: hosts } });
  expect(warnings).toEqual(['Graphite has nothing for h1, h2, h3, h4, h5 and 3 more.']);
});

it('names the target of a definition that has no row, when the others have', async () => {
  const { ask } = await startGraphite({ body: bodyOf({ 'g0:1 min': [[1, MINUTE - 60]] }) });
  const target = ['alias(s.${host}.load1, "1 min")', 'alias(s.${host}.load5, "5 min")'];
  const { warnings } = await ask({ target }, { arguments: { host: ['h1'] } });
  expect(warnings).toEqual(['Graphite has nothing for alias(s.h1.load5, "5 min").']);
});

it('keeps rows that are all null, as a thing that exists', async () => {
  const { series } = await askOne(points(MINUTE - 600, MINUTE, 60, () => null));
  expect(series.length).toBe(1);
  expect(series[0]?.values.every(Number.isNaN)).toBe(true);
});

it('puts samples in order that come out of order', async () => {
  const { series } = await askOne([
    [2, MINUTE - 120],
    [1, MINUTE - 180],
    [3, MINUTE - 60],
  ]);
  expect(seen(series[0]).map(([value]) => value)).toEqual([1, 2, 3]);
});
