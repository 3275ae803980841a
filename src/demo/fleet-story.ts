/**
 * What happens in the demo fleet, as pure functions of time: the rhythm of days and weeks, noise, the hourly deploy of
 * checkout at :20 and the incident that follows from :22 to :35. Times are epoch seconds, days and hours UTC.
 */
import type { GraphiteEvent } from './metric-tree.ts';

/** Distance of the finest samples. */
export const SAMPLE_S = 10;
const HOUR_S = 3_600;
const DAY_S = 86_400;
const WEEK_S = 7 * DAY_S;

/** Seconds after the hour: when checkout is deployed, when its incident begins and ends. */
const DEPLOY_AT_S = 20 * 60;
/** Errors and latency rise from here. */
const INCIDENT_FROM_S = 22 * 60;
/** Errors and latency are falling again. */
const INCIDENT_TO_S = 35 * 60;

/** A number in [0, 1) that depends on both integers and looks random. */
export function hash01(seed: number, n: number): number {
  let mixed = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(n | 0, 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 0x1_0000_0000;
}

/** A seed of a name, so that each metric has noise of its own. */
export function seedOf(name: string): number {
  let seed = 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1) seed = Math.imul(seed ^ name.charCodeAt(at), 0x0100_0193);
  return seed;
}

/** Noise of single samples in [-1, 1], mostly small; the mean of a longer bucket has less of it. */
export function jitter(seed: number, startS: number, spanS: number): number {
  const n = Math.floor(startS / SAMPLE_S);
  const value = hash01(seed, n) + hash01(seed + 1, n) - 1;
  return spanS > SAMPLE_S ? value / Math.sqrt(spanS / SAMPLE_S) : value;
}

/** Noise in [-1, 1] that wanders smoothly from one value to the next every `periodS`. */
export function drift(seed: number, timeS: number, periodS: number): number {
  const place = timeS / periodS;
  const n = Math.floor(place);
  const part = place - n;
  const before = hash01(seed, n);
  return (before + (hash01(seed, n + 1) - before) * part * part * (3 - 2 * part)) * 2 - 1;
}

/** How busy each weekday is at noon, from Thursday on: the epoch began on one. */
const WEEKDAYS = [1.02, 0.98, 0.76, 0.72, 0.97, 1, 1.02] as const;
const RHYTHM_STEP_S = 300;

/** The rhythm of one week in steps of five minutes, and its first value again at the end. */
const RHYTHM = Float64Array.from({ length: WEEK_S / RHYTHM_STEP_S + 1 }, (_, index) => {
  const timeS = (index * RHYTHM_STEP_S) % WEEK_S;
  const hour = (timeS % DAY_S) / HOUR_S;
  const daily =
    0.5 - 0.42 * Math.cos(((hour - 2.5) / 24) * 2 * Math.PI) + 0.08 * Math.cos(((hour - 20) / 12) * 2 * Math.PI);
  const place = timeS / DAY_S - 0.5 + 7;
  const [before, part] = [Math.floor(place), place - Math.floor(place)];
  const [from, to] = [WEEKDAYS[before % 7] ?? 1, WEEKDAYS[(before + 1) % 7] ?? 1];
  return Math.max(0.03, daily * (from + (to - from) * part));
});

/** How much people do: about 0.05 in the small hours, about 1 in the afternoon of a working day. */
export function rhythm(timeS: number): number {
  const place = (timeS % WEEK_S) / RHYTHM_STEP_S;
  const index = Math.floor(place);
  const before = RHYTHM[index] ?? 0;
  return before + ((RHYTHM[index + 1] ?? before) - before) * (place - index);
}

/** The incident's course over an hour, 0 to 1, one value per sample: up in 90 s, creeping on, down, a short tail. */
const COURSE = Float64Array.from({ length: HOUR_S / SAMPLE_S }, (_, index) => courseAt(index * SAMPLE_S));

function courseAt(second: number): number {
  if (second < INCIDENT_FROM_S || second > INCIDENT_TO_S + 150) return 0;
  if (second >= INCIDENT_TO_S) return 0.15 * (1 - (second - INCIDENT_TO_S) / 150);
  const rising = Math.min(1, (second - INCIDENT_FROM_S + SAMPLE_S) / 90);
  const falling = Math.min(1, (INCIDENT_TO_S - second) / 90);
  const creeping = 0.92 + 0.08 * ((second - INCIDENT_FROM_S) / (INCIDENT_TO_S - INCIDENT_FROM_S));
  return creeping * rising * rising * (3 - 2 * rising) * (0.15 + 0.85 * falling);
}

/** `COURSE_SUM[i]` is the sum of the samples before `i`. */
const COURSE_SUM = new Float64Array(COURSE.length + 1);
for (let index = 0; index < COURSE.length; index += 1) {
  COURSE_SUM[index + 1] = (COURSE_SUM[index] ?? 0) + (COURSE[index] ?? 0);
}

/** How bad the incident is in a bucket, 0 to about 1: the mean over its samples. Exact for buckets up to an hour. */
export function incident(startS: number, spanS: number): number {
  const second = startS % HOUR_S;
  const count = Math.max(1, Math.round(spanS / SAMPLE_S));
  const first = Math.floor(second / SAMPLE_S);
  if (count === 1) {
    const now = COURSE[first] ?? 0;
    return now === 0 ? 0 : now * severity(Math.floor(startS / HOUR_S));
  }
  const last = first + count;
  const next = COURSE_SUM[Math.max(0, last - COURSE.length)] ?? 0;
  const total = (COURSE_SUM[Math.min(last, COURSE.length)] ?? 0) - (COURSE_SUM[first] ?? 0) + next;
  return total === 0 ? 0 : (total / count) * severity(Math.floor((startS + spanS / 2) / HOUR_S));
}

/** No two incidents are alike: 0.88 to 1. */
function severity(hour: number): number {
  return 0.88 + 0.12 * hash01(77, hour);
}

/** Whether the incident of an hour reaches a web host: web01 always, and two others of web02 to web06. */
export function isHit(webNumber: number, timeS: number): boolean {
  if (webNumber === 1) return true;
  if (webNumber > 6) return false;
  const hour = Math.floor(timeS / HOUR_S);
  const first = Math.floor(hash01(13, hour) * 5);
  const second = (first + 1 + Math.floor(hash01(14, hour) * 4)) % 5;
  return webNumber - 2 === first || webNumber - 2 === second;
}

/** Seconds since checkout was last deployed: a fresh process has used little memory. */
export function sinceDeployS(timeS: number): number {
  return (timeS - DEPLOY_AT_S) % HOUR_S;
}

/** Versions count days from here (2026-01-01), and hours of the day; before it they count down from its major one. */
const VERSIONS_FROM_S = 1_767_225_600;
const MAJOR = 4;
const DAYS_OF_A_MAJOR = 400;

/** The version of checkout that the deploy of an hour brought: `v4.329.19` at 19:20 of the 330th day. */
function versionOf(hour: number): string {
  const day = Math.floor((hour * HOUR_S - VERSIONS_FROM_S) / DAY_S);
  const major = MAJOR + Math.floor(day / DAYS_OF_A_MAJOR);
  const minor = ((day % DAYS_OF_A_MAJOR) + DAYS_OF_A_MAJOR) % DAYS_OF_A_MAJOR;
  return `v${major}.${minor}.${((hour % 24) + 24) % 24}`;
}

/** Events further back than this before the window's end are not told; the metrics are kept as long. */
const EVENTS_KEPT_S = 400 * DAY_S;

/** Deploys and incidents from `fromS` to `untilS`, both included. */
export function fleetEvents(fromS: number, untilS: number): readonly GraphiteEvent[] {
  const events: GraphiteEvent[] = [];
  const startS = Math.max(fromS, untilS - EVENTS_KEPT_S);
  for (let hour = Math.floor(startS / HOUR_S); hour * HOUR_S <= untilS; hour += 1) {
    events.push(deployOf(hour), incidentOf(hour));
  }
  return events.filter(({ whenS }) => whenS >= startS && whenS <= untilS);
}

/** The deploy of checkout in an hour since the Unix epoch. */
export function deployOf(hour: number): GraphiteEvent {
  return {
    id: hour * 2,
    what: `checkout ${versionOf(hour)}`,
    whenS: hour * HOUR_S + DEPLOY_AT_S,
    tags: ['deploy', 'checkout'],
    data: `Deployed ${versionOf(hour)} in place of ${versionOf(hour - 1)}. Demo data.`,
  };
}

function incidentOf(hour: number): GraphiteEvent {
  return {
    id: hour * 2 + 1,
    what: 'checkout refuses payments',
    whenS: hour * HOUR_S + INCIDENT_FROM_S,
    untilS: hour * HOUR_S + INCIDENT_TO_S,
    tags: ['incident', 'checkout'],
    data: `Errors and slow answers after ${versionOf(hour)}. Demo data.`,
  };
}
