/** Exact sums of rates over any span of time, hour by hour, so that a count of a month costs no more than its hours. */
import { createBoundedMap } from '../lib/bounded-map.ts';

/** Length of an hour, seconds. */
export const HOUR_S = 3_600;
/** Within so many seconds a rate is taken as steady. */
export const KNOT_S = 30;
const KNOTS = HOUR_S / KNOT_S;

/** Tables kept: a week of minutes is drawn from 168; each holds 121 numbers a column. */
const HOURS_KEPT = 60;
/** Totals kept, in days of 24 hours. */
const DAYS_KEPT = 60;
/** Sums since the counters' last reset, in days. */
const PREFIXES_KEPT = 40;

/** At this second of the day counters begin anew, as their processes are restarted then. */
export const RESET_AT_S = 3 * HOUR_S;
const DAY_S = 24 * HOUR_S;

/** Sums of several rates ("columns") that are read together. */
export interface HourIntegrals {
  /** What an hour (epoch hours) brings. */
  total(column: number, hour: number): number;
  /** What an hour brings until `second` of it, 0 to 3600; grows with it. */
  upTo(column: number, hour: number, second: number): number;
  /** The second of an hour at which {@link upTo} reaches an amount. */
  reachedAt(column: number, hour: number, amount: number): number;
  /** What came since the counters' last reset before `timeS`. */
  sinceReset(column: number, timeS: number): number;
}

/**
 * Makes sums of rates; tables are computed when they are asked for and kept bounded.
 *
 * @param read - puts the rates per second of a bucket into `into`, one for each column
 */
export function createHourIntegrals(
  width: number,
  read: (startS: number, spanS: number, into: Float64Array) => void,
): HourIntegrals {
  const tables = createBoundedMap<number, Float64Array>(HOURS_KEPT);
  const totals = createBoundedMap<number, Float64Array>(DAYS_KEPT);
  const prefixes = createBoundedMap<number, Float64Array>(PREFIXES_KEPT);
  const rates = new Float64Array(width);
  let newest: { hour: number; table: Float64Array } | undefined;

  /** Column by column, the sums until each knot. */
  function tableOf(hour: number): Float64Array {
    if (newest?.hour === hour) return newest.table;
    let table = tables.get(hour);
    if (table === undefined) {
      table = new Float64Array((KNOTS + 1) * width);
      for (let knot = 0; knot < KNOTS; knot += 1) {
        read(hour * HOUR_S + knot * KNOT_S, KNOT_S, rates);
        for (let column = 0; column < width; column += 1) {
          const at = column * (KNOTS + 1) + knot;
          table[at + 1] = (table[at] as number) + (rates[column] as number) * KNOT_S;
        }
      }
      tables.set(hour, table);
    }
    newest = { hour, table };
    return table;
  }

  function totalOf(column: number, hour: number): number {
    const day = Math.floor(hour / 24);
    let known = totals.get(day);
    if (known === undefined) {
      known = new Float64Array(24 * width).fill(Number.NaN);
      totals.set(day, known);
    }
    const at = (hour - day * 24) * width;
    if (Number.isNaN(known[at])) {
      const table = tableOf(hour);
      for (let own = 0; own < width; own += 1) known[at + own] = table[own * (KNOTS + 1) + KNOTS] as number;
    }
    return known[at + column] as number;
  }

  function prefixOf(day: number): Float64Array {
    let prefix = prefixes.get(day);
    if (prefix === undefined) {
      prefix = new Float64Array(25 * width);
      for (let index = 0; index < 24; index += 1) {
        const hour = (day * DAY_S + RESET_AT_S) / HOUR_S + index;
        for (let column = 0; column < width; column += 1) {
          prefix[(index + 1) * width + column] = (prefix[index * width + column] as number) + totalOf(column, hour);
        }
      }
      prefixes.set(day, prefix);
    }
    return prefix;
  }

  /** Where a moment stands; the last two are kept, as windows ask for many columns at their two ends. */
  const places: Place[] = [];

  function placeOf(timeS: number): Place {
    const known = places[0]?.timeS === timeS ? places[0] : places[1]?.timeS === timeS ? places[1] : undefined;
    if (known) return known;
    const day = Math.floor((timeS - RESET_AT_S) / DAY_S);
    const hour = Math.floor(timeS / HOUR_S);
    const index = hour - (day * DAY_S + RESET_AT_S) / HOUR_S;
    const knots = (timeS - hour * HOUR_S) / KNOT_S;
    const knot = Math.min(KNOTS - 1, Math.floor(knots));
    const place = { timeS, prefix: prefixOf(day), at: index * width, table: tableOf(hour), knot, part: knots - knot };
    if (places.unshift(place) > 2) places.pop();
    return place;
  }

  function upTo(column: number, hour: number, second: number): number {
    const place = second / KNOT_S;
    const knot = Math.min(KNOTS - 1, Math.floor(place));
    return between(tableOf(hour), column * (KNOTS + 1) + knot, place - knot);
  }

  return {
    total: totalOf,
    upTo,
    reachedAt(column, hour, amount) {
      const table = tableOf(hour);
      const base = column * (KNOTS + 1);
      let [low, high] = [0, KNOTS];
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if ((table[base + middle] as number) <= amount) low = middle;
        else high = middle;
      }
      const [from, to] = [table[base + low] as number, table[base + low + 1] as number];
      return (low + (to > from ? (amount - from) / (to - from) : 0)) * KNOT_S;
    },
    sinceReset(column, timeS) {
      const { prefix, at, table, knot, part } = placeOf(timeS);
      return (prefix[at + column] as number) + between(table, column * (KNOTS + 1) + knot, part);
    },
  };
}

/** A moment: the sums before its hour, and the knot of the hour's table that it follows. */
interface Place {
  readonly timeS: number;
  readonly prefix: Float64Array;
  /** Of the hour in `prefix`. */
  readonly at: number;
  readonly table: Float64Array;
  readonly knot: number;
  readonly part: number;
}

function between(table: Float64Array, at: number, part: number): number {
  const before = table[at] as number;
  return before + ((table[at + 1] as number) - before) * part;
}
