/** A Prometheus source before a backend that answers as told, at a time that stands still. */
import type { Frame } from '../../../src/domain/frame.ts';
import type { Consolidation } from '../../../src/domain/saved-query.ts';
import { makeUnit } from '../../../src/domain/unit.ts';
import { createHttpClient } from '../../../src/lib/http-client.ts';
import { prometheus } from '../../../src/sources/prometheus.ts';
import type { FetchWindow } from '../../../src/sources/source.ts';
import { createFakeClock } from '../../doubles/fake-clock.ts';
import { type Answering, startHttpBackend } from '../../doubles/http-backend.ts';

/** "Now" of these tests: a whole ten minutes. */
export const NOW_SECONDS = 1_795_000_200;
/** Long enough for a loaded machine. */
export const signal = AbortSignal.timeout(60_000);

/** A window in seconds before now. */
export function windowOf(fromSeconds: number, toSeconds = 0, maxPoints = 1_600): FetchWindow {
  return {
    fromMs: (NOW_SECONDS - fromSeconds) * 1000,
    toMs: (NOW_SECONDS - toSeconds) * 1000,
    zone: 'Europe/Berlin',
    maxPoints,
  };
}

/** What a question of a test may set. */
export interface Asked {
  readonly arguments?: Readonly<Record<string, readonly string[]>>;
  readonly consolidate?: Consolidation;
  readonly unit?: string;
  readonly seriesMax?: number;
  readonly window?: FetchWindow;
}

/** Starts source and backend. */
export async function startPrometheus(answering: Answering, options: Readonly<Record<string, unknown>> = {}) {
  const backend = await startHttpBackend(answering);
  const clock = createFakeClock(NOW_SECONDS * 1000);
  const source = prometheus.create(
    prometheus.options.parse({ kind: 'prometheus', url: backend.url, scrapeInterval: '1m', ...options }),
    { name: 'test', http: createHttpClient({ timeoutMs: 10_000, clock }), clock },
  );
  const request = (block: unknown, asked: Asked = {}) =>
    source.request(prometheus.block.parse(block), {
      arguments: asked.arguments ?? {},
      consolidate: asked.consolidate ?? 'average',
      unit: makeUnit(asked.unit),
      ...(asked.seriesMax !== undefined && { seriesMax: asked.seriesMax }),
    });
  const ask = async (block: unknown, asked: Asked = {}): Promise<Frame> => {
    const [frame] = await source.fetch(request(block, asked), asked.window ?? windowOf(600), signal);
    return frame as Frame;
  };
  return { ...backend, source, clock, request, ask };
}

/** A series of an answer; values at minutes before now, as the server writes them. */
export interface Row {
  readonly metric?: Readonly<Record<string, string>>;
  readonly values?: readonly (readonly [secondsBefore: number, value: string])[];
  readonly histograms?: readonly unknown[];
}

/** The body of an answer. */
export function bodyOf(rows: readonly Row[], more: Readonly<Record<string, unknown>> = {}): string {
  const result = rows.map(({ metric = {}, values, histograms }) => ({
    metric,
    ...(values && { values: values.map(([before, value]) => [NOW_SECONDS - before, value]) }),
    ...(histograms && { histograms }),
  }));
  return JSON.stringify({ status: 'success', data: { resultType: 'matrix', result }, ...more });
}
