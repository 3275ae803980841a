/** Finds a host of the demo fleet whose load has just risen, for an alert that is true whenever somebody wants one. Pure. */
import { createFleet } from './fleet.ts';
import { createMetricSeries, SCRAPE_S } from './metric-series.ts';

/** A load that lies above a limit. */
export interface RisenLoad {
  /** Labels of its series, without the name. */
  readonly instance: string;
  readonly limit: number;
  /** Since when it is above, without a break; ms since the Unix epoch. */
  readonly sinceMs: number;
}

/** What a picture of it shows. */
const WINDOW_S = 3_600;
/** Not so short that it may be a sample, not so long that it would have been told long ago. */
const [ABOVE_MIN_S, ABOVE_MAX_S] = [60, 900];
/** Limits that are tried, between the lowest value of the window and that of now. */
const SHARES = [0.95, 0.9, 0.8, 0.7, 0.6];

/** Above this a picture shows that something rises. */
const WORTH_SEEING = 0.1;

/**
 * The load that has risen most and was least above its limit before, of one of `hosts` where it can be seen there;
 * `undefined` where none has.
 */
export function risenLoad(nowMs: number, hosts: readonly string[]): RisenLoad | undefined {
  const nowS = Math.floor(nowMs / 1_000 / SCRAPE_S) * SCRAPE_S;
  const found = createMetricSeries(createFleet())
    .filter(({ labels }) => labels.__name__ === 'node_load1')
    .flatMap((series) => {
      const { instance = '' } = series.labels;
      const values = Array.from({ length: WINDOW_S / SCRAPE_S + 1 }, (_, index) =>
        series.at(nowS - WINDOW_S + index * SCRAPE_S),
      );
      return limitsFor(values).map((one) => ({ ...one, instance }));
    });
  const isOwn = (instance: string) => hosts.includes(instance.split(':', 1)[0] as string);
  found.sort((a, b) => b.worth - a.worth);
  const best = found.find(({ instance, worth }) => isOwn(instance) && worth > WORTH_SEEING) ?? found[0];
  return best && { instance: best.instance, limit: best.limit, sinceMs: (nowS - best.aboveS + SCRAPE_S) * 1_000 };
}

function limitsFor(values: readonly number[]): { limit: number; aboveS: number; worth: number }[] {
  const now = values.at(-1) as number;
  const least = Math.min(...values);
  if (!(now > least)) return []; // of a host that is down, too
  return SHARES.map((share) => Number((least + (now - least) * share).toPrecision(2))).flatMap((limit) => {
    const below = values.findLastIndex((value) => value <= limit);
    const aboveS = (values.length - 1 - below) * SCRAPE_S;
    if (below < 0 || aboveS < ABOVE_MIN_S || aboveS > ABOVE_MAX_S) return [];
    const before = values.slice(0, below).filter((value) => value > limit).length / values.length;
    return [{ limit, aboveS, worth: (now - least) / now - before }];
  });
}
