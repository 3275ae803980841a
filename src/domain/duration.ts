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
