/** Durations as configs, definitions and questions write them: `5s`, `90m`, `1h30m`, `7d`. */

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Parses a compact duration to ms; `undefined` when it is none, zero or negative. `m` is minutes; `d` is 24 h. */
export function parseDuration(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|min|[smhdw]))+$/.test(text)) return undefined;
  let totalMs = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|min|[smhdw])/g)) {
    totalMs += Number(amount) * (UNIT_MS[unit as string] as number);
  }
  return totalMs > 0 && Number.isFinite(totalMs) ? totalMs : undefined;
}

/** For schemas, what is said of a number where a duration belongs: `2h` for 7200; it is taken for seconds, as others have them. */
export function unitlessWords(input: unknown): string | undefined {
  if (typeof input !== 'number') return undefined;
  const ms = Math.round(input * 1000);
  const hint = ms > 0 && ms < Number.MAX_SAFE_INTEGER ? `; ${input} seconds are written ${queryDuration(ms)}` : '';
  return `is a number without its unit${hint || '; write it like 30m, 6h or 90d'}`;
}

/** As PromQL, LogQL and InfluxQL read durations; not all of them know years. */
const QUERY_UNIT_MS: Readonly<Record<string, number>> = { ...UNIT_MS, y: 31_536_000_000 };

/** A duration of a query language in ms: `5m`, `1h30m`, `0s`; `undefined` when it is none, or finer than a millisecond. */
export function parseQueryDuration(text: string): number | undefined {
  if (!/^(?:\d+(?:ms|[smhdwy]))+$/.test(text)) return undefined;
  let totalMs = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|[smhdwy])/g)) {
    totalMs += Number(amount) * (QUERY_UNIT_MS[unit as string] as number);
  }
  return totalMs;
}

/** A duration in one unit, as those languages read it: `90m`, `15s`, `500ms`. */
export function queryDuration(ms: number): string {
  const name = ['d', 'h', 'm', 's'].find((unit) => ms >= sizeOf(unit) && ms % sizeOf(unit) === 0) ?? 'ms';
  return `${Math.round(ms / sizeOf(name))}${name}`;
}

function sizeOf(unit: string): number {
  return UNIT_MS[unit] as number;
}
