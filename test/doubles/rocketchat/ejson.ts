/** EJSON, as far as the realtime API uses it: dates. */

/** Turns dates into `{$date: ms}`; one that never comes has null. */
export function toEjson(value: unknown): unknown {
  if (value instanceof Date) return { $date: Number.isNaN(value.getTime()) ? null : value.getTime() };
  if (Array.isArray(value)) return value.map(toEjson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toEjson(inner)]));
}

/** Turns `{$date: ms}` back into dates. */
export function fromEjson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromEjson);
  if (typeof value !== 'object' || value === null) return value;
  const { $date, ...rest } = value as { $date?: unknown };
  if (typeof $date === 'number' && Object.keys(rest).length === 0) return new Date($date);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fromEjson(inner)]));
}
