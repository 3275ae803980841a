/** Metrics of a double: values by formula, kept in archives as whisper keeps them. */

/** The value of a metric at a moment (s since the Unix epoch), or null. */
export type Formula = (second: number) => number | null;

/** An archive: one point per step, for as long as it is kept. */
export interface Archive {
  readonly stepSeconds: number;
  readonly keptSeconds: number;
}

/** Series between two moments. */
export interface RawSeries {
  readonly name: string;
  readonly path: string;
  readonly start: number;
  readonly step: number;
  readonly values: readonly (number | null)[];
  readonly consolidate: string;
}

/** What a double serves. */
export interface MetricStore {
  readonly metrics: Readonly<Record<string, Formula>>;
  readonly archives: readonly Archive[];
  /** How many of the newest points are not written yet. */
  readonly lateSteps: number;
  nowSeconds(): number;
}

/** 10 s for 6 h, then 60 s for 30 days. */
export const ARCHIVES: readonly Archive[] = [
  { stepSeconds: 10, keptSeconds: 6 * 3600 },
  { stepSeconds: 60, keptSeconds: 30 * 86_400 },
];

/** Paths that match a pattern, sorted; `depth` cuts them to so many nodes, for `find`. */
export function matchingPaths(store: MetricStore, pattern: string): string[] {
  const globs = pattern.split('.').map(toRegExp);
  const found = Object.keys(store.metrics).flatMap((path) => {
    const nodes = path.split('.');
    const fits = nodes.length >= globs.length && globs.every((glob, at) => glob.test(nodes[at] as string));
    return fits ? [nodes.slice(0, globs.length).join('.')] : [];
  });
  return [...new Set(found)].sort();
}

/** Whether a path is a metric, not only a branch. */
export function isLeaf(store: MetricStore, path: string): boolean {
  return Object.hasOwn(store.metrics, path);
}

function toRegExp(glob: string): RegExp {
  const source = glob
    .replace(/[\\^$+.()|]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.');
  const alternatives = source.replace(/\{([^}]*)\}/g, (_, list: string) => `(?:${list.replaceAll(',', '|')})`);
  return new RegExp(`^${alternatives}$`);
}

/**
 * Reads a metric as whisper does: the finest archive that reaches back to `from`, points after `from` and up to `until`;
 * nothing outside of what is kept.
 */
export function readMetric(
  store: MetricStore,
  path: string,
  from: number,
  until: number,
  now: number,
): RawSeries | undefined {
  const formula = store.metrics[path];
  const longest = Math.max(...store.archives.map(({ keptSeconds }) => keptSeconds));
  const begin = Math.max(from, now - longest);
  const end = Math.min(until, now);
  if (!formula || begin > end) return undefined;
  const archive = store.archives.find(({ keptSeconds }) => keptSeconds >= now - begin) ?? store.archives.at(-1);
  const step = (archive as Archive).stepSeconds;
  const start = begin - (begin % step) + step;
  const newest = store.nowSeconds() - store.lateSteps * step;
  const values: (number | null)[] = [];
  for (let second = start; second <= end; second += step) values.push(second > newest ? null : formula(second));
  return { name: path, path, start, step, values, consolidate: 'average' };
}

/** One value for several, as `consolidateBy` does it. */
export function consolidate(values: readonly (number | null)[], how: string): number | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  const sum = known.reduce((total, value) => total + value, 0);
  switch (how) {
    case 'max':
      return Math.max(...known);
    case 'min':
      return Math.min(...known);
    case 'sum':
      return sum;
    case 'last':
      return known.at(-1) as number;
    case 'first':
      return known[0] as number;
    default:
      return sum / known.length;
  }
}
