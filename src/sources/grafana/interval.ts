/** Steps as Grafana counts them. Pure. */

const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000];
const YEAR = 365 * DAY;

/** Below each length, the step that it is rounded to: Grafana's own table. */
const ROUNDING: readonly (readonly [below: number, step: number])[] = [
  [10, 1],
  [15, 10],
  [35, 20],
  [75, 50],
  [150, 100],
  [350, 200],
  [750, 500],
  [1_500, SECOND],
  [3_500, 2 * SECOND],
  [7_500, 5 * SECOND],
  [12_500, 10 * SECOND],
  [17_500, 15 * SECOND],
  [25_000, 20 * SECOND],
  [45_000, 30 * SECOND],
  [90_000, MINUTE],
  [210_000, 2 * MINUTE],
  [450_000, 5 * MINUTE],
  [750_000, 10 * MINUTE],
  [1_050_000, 15 * MINUTE],
  [1_500_000, 20 * MINUTE],
  [2_700_000, 30 * MINUTE],
  [5_400_000, HOUR],
  [9_000_000, 2 * HOUR],
  [16_200_000, 3 * HOUR],
  [32_400_000, 6 * HOUR],
  [86_400_000, 12 * HOUR],
  [604_800_000, DAY],
  [1_814_400_000, 7 * DAY],
  [3_628_800_000, 30 * DAY],
];

/** The step of Grafana's table that a length is rounded to, ms. */
function roundInterval(ms: number): number {
  return ROUNDING.find(([below]) => ms < below)?.[1] ?? YEAR;
}

/** The distance of points to ask for, ms. `leastMs` is what the panel or the data source wants at least. */
export function intervalOf(rangeMs: number, maxDataPoints: number, leastMs = 0): number {
  return Math.max(roundInterval(rangeMs / Math.max(1, maxDataPoints)), leastMs, 1);
}

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: SECOND,
  m: MINUTE,
  h: HOUR,
  d: DAY,
  w: 7 * DAY,
  M: 30 * DAY,
  y: YEAR,
};

/** A length as Grafana writes it, ms: `30s`, `>10s`, `1h30m`, `1M` (a month), a bare number of seconds. */
export function parseInterval(text: string): number | undefined {
  const plain = text.trim().replace(/^>=?\s*/, '');
  if (/^\d+(?:\.\d+)?$/.test(plain)) return Number(plain) * SECOND;
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[smhdwMy]))+$/.test(plain)) return undefined;
  let totalMs = 0;
  for (const [, amount, unit] of plain.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdwMy])/g)) {
    totalMs += Number(amount) * (UNITS[unit as string] as number);
  }
  return totalMs;
}

/** A length as Grafana writes it: the largest unit that divides nothing away: `90s` is `1m`, as there. */
export function writeInterval(ms: number): string {
  for (const [unit, size] of [
    ['y', YEAR],
    ['d', DAY],
    ['h', HOUR],
    ['m', MINUTE],
    ['s', SECOND],
  ] as const) {
    if (ms >= size) return `${Math.floor(ms / size)}${unit}`;
  }
  return `${Math.max(1, Math.floor(ms))}ms`;
}

/** What `auto` stands for in a variable of intervals. */
export function autoInterval(rangeMs: number, count: number, least: string): string {
  return writeInterval(intervalOf(rangeMs, count, parseInterval(least) ?? 0));
}
