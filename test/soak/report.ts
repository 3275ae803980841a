/** What a soak measured, and what of it is not as it must be. */
import type { Tally } from './people.ts';
import type { AlertTally } from './send-alerts.ts';
import type { Watched } from './watch-bot.ts';

/** All that was measured. */
export interface Measured {
  readonly minutes: number;
  readonly questions: Tally;
  readonly alerts: AlertTally;
  /** Titles of alerts that were taken, and that the room does not know of. */
  readonly untold: readonly string[];
  readonly bot: Watched;
  /** How often the failing source was in which mood. */
  readonly moods: ReadonlyMap<string, number>;
}

/**
 * Of the samples' p99, the median: bot, threads that draw, database and simulated chat share the same two cores. Where these have
 * much else to do, so often what this process itself is late.
 */
const LOOP_MS_MAX = 500;
const LOOP_OWN_TIMES_MAX = 5;
/** A source that hangs is given up after 3 s, twice, and fifty people share two cores; likewise where these have much else to do. */
const WAITED_P90_MS_MAX = 10_000;
const WAITED_OWN_TIMES_MAX = 100;
/** On a busy machine a picture may not be ready in time; its words are there. */
const PICTURES_MISSING_MAX = 1 / 50;
/** With the embedded store. */
const MEMORY_MB_MAX = 900;
/** From the first quarter of the run on; caches are warm by then. */
const GROWTH_MB_PER_HOUR_MAX = 120;
/** A shorter run says nothing about growth. */
const GROWTH_MINUTES_MIN = 20;

/** Prints the figures; gives what is not as it must be. */
export function report({ minutes, questions, alerts, untold, bot, moods }: Measured): readonly string[] {
  const { asked, answered, pictures, picturesDue, unanswered, waitedMs } = questions;
  const { samples, missed } = bot;
  const wrong: string[] = [];
  const must = (isRight: boolean, otherwise: string) => void (isRight || wrong.push(otherwise));
  const memory = samples.map(({ memoryMb }) => memoryMb);
  const loopMs = samples.map((sample) => sample.loopMs);
  const ownMs = median(samples.map(({ ownLoopMs }) => ownLoopMs));
  const failures = samples.at(-1)?.failures ?? new Map<string, number>();
  const [p50, p90, longest] = [0.5, 0.9, 1].map((share) => quantile(waitedMs, share)) as [number, number, number];
  console.log(`questions   ${asked} asked, ${answered} answered, ${pictures} of ${picturesDue} pictures`);
  console.log(`waited      p50 ${seconds(p50)}, p90 ${seconds(p90)}, longest ${seconds(longest)}`);
  console.log(`alerts      ${alerts.sent} sent, ${alerts.refused} refused, ${untold.length} not in the room`);
  console.log(`source      ${listed(moods)}`);
  console.log(`memory      MB, each tenth of the time: ${tenths(memory)}`);
  const [loop, worst] = [median(loopMs), quantile(loopMs, 1)].map((ms) => ms.toFixed(0));
  console.log(`event loop  p99 of 5 s: median ${loop} ms, worst ${worst} ms; of this process ${ownMs.toFixed(0)} ms`);
  console.log(`failures    ${listed(failures) || 'none'}`);
  must(asked > 0 && samples.length > 0, 'nothing was asked or measured');
  must(unanswered.length === 0, `not answered: ${unanswered.slice(0, 5).join(' · ')}`);
  must(
    picturesDue - pictures <= Math.ceil(picturesDue * PICTURES_MISSING_MAX),
    `${picturesDue - pictures} pictures are missing`,
  );
  const waitedMax = Math.max(WAITED_P90_MS_MAX, WAITED_OWN_TIMES_MAX * ownMs);
  must(p90 <= waitedMax, `one in ten waits longer than ${seconds(waitedMax)}`);
  must(alerts.refused === 0, `${alerts.refused} alerts were not taken`);
  must(untold.length === 0, `alerts were taken and not told: ${untold.slice(0, 5).join(' ')}`);
  must(missed === 0, `the metrics could not be read ${missed} times`);
  const internal = [...failures.keys()].filter((name) => name.startsWith('INTERNAL '));
  must(internal.length === 0, `failed without a code: ${internal.join(', ')}`);
  must(quantile(memory, 1) <= MEMORY_MB_MAX, `more than ${MEMORY_MB_MAX} MB`);
  if (minutes >= GROWTH_MINUTES_MIN) {
    const growth = growthPerHour(memory, minutes);
    console.log(`growth      ${growth.toFixed(0)} MB an hour`);
    must(growth <= GROWTH_MB_PER_HOUR_MAX, `memory grows by ${growth.toFixed(0)} MB an hour`);
  }
  const loopMax = Math.max(LOOP_MS_MAX, LOOP_OWN_TIMES_MAX * ownMs);
  must(median(loopMs) <= loopMax, `the event loop is later than ${loopMax.toFixed(0)} ms`);
  return wrong;
}

/**
 * The slope of the line through all samples after the first quarter. Memory goes up and down by some 20 MB within minutes: two medians
 * of a run of 30 min differ by as much, which said −77 and 135 MB an hour of the same bot.
 */
function growthPerHour(memory: readonly number[], minutes: number): number {
  const warm = memory.slice(memory.length / 4);
  const [middle, mean] = [(warm.length - 1) / 2, warm.reduce((sum, value) => sum + value, 0) / warm.length];
  const slope =
    warm.reduce((sum, value, at) => sum + (at - middle) * (value - mean), 0) /
    warm.reduce((sum, _, at) => sum + (at - middle) ** 2, 0);
  return slope * memory.length * (60 / minutes);
}

function listed(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, count]) => `${name} ${count}`).join(', ');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function tenths(values: readonly number[]): string {
  const steps = Array.from({ length: 10 }, (_, index) => values[Math.floor((values.length * index) / 10)] ?? 0);
  return [...steps, values.at(-1) ?? 0].map((value) => value.toFixed(0)).join(' ');
}
