/** A Graphite source before a backend that answers as told, at a time that stands still. */
import type { SeriesFrame } from '../../../src/domain/frame.ts';
import type { Consolidation } from '../../../src/domain/saved-query.ts';
import { makeUnit } from '../../../src/domain/unit.ts';
import { createHttpClient } from '../../../src/lib/http-client.ts';
import { graphite } from '../../../src/sources/graphite.ts';
import type { FetchWindow } from '../../../src/sources/source.ts';
import { createFakeClock } from '../../doubles/fake-clock.ts';
import { type Answering, startHttpBackend } from '../../doubles/http-backend.ts';

/** "Now" of these tests: 3 s after a whole minute. */
export const NOW_SECONDS = 1_795_000_023;
/** The last whole minute. */
export const MINUTE = NOW_SECONDS - (NOW_SECONDS % 60);
/** Long enough for a loaded machine. */
export const signal = AbortSignal.timeout(60_000);

/** A window in seconds; up to now unless said otherwise. */
export function windowOf(fromSeconds: number, toSeconds = NOW_SECONDS, maxPoints = 900): FetchWindow {
  return { fromMs: fromSeconds * 1000, toMs: toSeconds * 1000, zone: 'Europe/Berlin', maxPoints };
}

/** What a question of a test may set. */
export interface Asked {
  readonly arguments?: Readonly<Record<string, readonly string[]>>;
  readonly consolidate?: Consolidation;
  readonly unit?: string;
  readonly window?: FetchWindow;
}

/** Starts source and backend. */
export async function startGraphite(answering: Answering, options: Readonly<Record<string, unknown>> = {}) {
  const backend = await startHttpBackend(answering);
  const clock = createFakeClock(NOW_SECONDS * 1000);
  const source = graphite.create(graphite.options.parse({ kind: 'graphite', url: backend.url, ...options }), {
    name: 'test',
    http: createHttpClient({ timeoutMs: 10_000, clock }),
    clock,
  });
  const request = (block: unknown, { arguments: args = {}, consolidate = 'average', unit }: Asked = {}) =>
    source.request(graphite.block.parse(block), { arguments: args, consolidate, unit: makeUnit(unit) });
  const ask = async (block: unknown, asked: Asked = {}) => {
    const [frame] = await source.fetch(request(block, asked), asked.window ?? windowOf(NOW_SECONDS - 3600), signal);
    return frame as SeriesFrame;
  };
  return { ...backend, source, clock, request, ask };
}

/** The body of an answer: rows by name, each with its points. */
export function bodyOf(rows: Readonly<Record<string, readonly (readonly [number | null, number])[]>>): string {
  return JSON.stringify(Object.entries(rows).map(([target, datapoints]) => ({ target, datapoints })));
}

/** Points of a formula, every `step` seconds from `from` up to and including `to`. */
export function points(
  from: number,
  to: number,
  step: number,
  value: (second: number) => number | null,
): (readonly [number | null, number])[] {
  const list: (readonly [number | null, number])[] = [];
  for (let second = from; second <= to; second += step) list.push([value(second), second]);
  return list;
}
