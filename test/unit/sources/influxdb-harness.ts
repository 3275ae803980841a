/** An InfluxDB source before a backend that answers as told, at a time that stands still. */
import type { SeriesFrame } from '../../../src/domain/frame.ts';
import type { Consolidation } from '../../../src/domain/saved-query.ts';
import { makeUnit } from '../../../src/domain/unit.ts';
import { createHttpClient } from '../../../src/lib/http-client.ts';
import { influxdb } from '../../../src/sources/influxdb.ts';
import type { FetchWindow } from '../../../src/sources/source.ts';
import { createFakeClock } from '../../doubles/fake-clock.ts';
import { type Answering, startHttpBackend } from '../../doubles/http-backend.ts';
import type { InfluxSeries } from '../../doubles/influxdb.ts';

/** "Now" of these tests: a whole ten minutes. */
export const NOW_SECONDS = 1_795_000_200;
/** Long enough for a loaded machine. */
export const signal = AbortSignal.timeout(60_000);

/** A window in seconds before now. */
export function windowOf(fromSeconds: number, toSeconds = 0, maxPoints = 1_600): FetchWindow {
  const [fromMs, toMs] = [(NOW_SECONDS - fromSeconds) * 1000, (NOW_SECONDS - toSeconds) * 1000];
  return { fromMs, toMs, zone: 'Europe/Berlin', maxPoints };
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
export async function startInflux(answering: Answering, options: Readonly<Record<string, unknown>> = {}) {
  const backend = await startHttpBackend(answering);
  const clock = createFakeClock(NOW_SECONDS * 1000);
  const parsed = influxdb.options.parse({ kind: 'influxdb', url: backend.url, database: 'telegraf', ...options });
  const source = influxdb.create(parsed, { name: 'test', http: createHttpClient({ timeoutMs: 10_000, clock }), clock });
  const request = (block: unknown, asked: Asked = {}) =>
    source.request(influxdb.block.parse(block), {
      arguments: asked.arguments ?? {},
      consolidate: asked.consolidate ?? 'average',
      unit: makeUnit(asked.unit),
      ...(asked.seriesMax !== undefined && { seriesMax: asked.seriesMax }),
    });
  const ask = async (block: unknown, asked: Asked = {}): Promise<SeriesFrame> => {
    const [frame] = await source.fetch(request(block, asked), asked.window ?? windowOf(600), signal);
    return frame as SeriesFrame;
  };
  return { ...backend, source, clock, request, ask };
}

/** Points of `cpu` for one host, one each 10 s between two moments before now. */
export function cpuOf(host: string, fromSeconds: number, toSeconds: number, value = 7): InfluxSeries {
  return {
    measurement: 'cpu',
    tags: { host, cpu: 'cpu-total' },
    stepSeconds: 10,
    fromSeconds: NOW_SECONDS - fromSeconds,
    toSeconds: NOW_SECONDS - toSeconds,
    fields: () => ({ usage_user: value, usage_idle: 100 - value }),
  };
}

/** The body of an answer with one series for each list of values; times in seconds before now. */
export function bodyOf(
  rows: readonly {
    readonly tags?: object;
    readonly columns?: readonly string[];
    readonly values: readonly (readonly [number, ...unknown[]])[];
    readonly more?: object;
  }[],
  more: object = {},
): string {
  const series = rows.map(({ tags, columns = ['time', 'mean'], values, more: own }) => ({
    name: 'cpu',
    ...(tags && { tags }),
    columns,
    values: values.map(([before, ...cells]) => [(NOW_SECONDS - before) * 1000, ...cells]),
    ...own,
  }));
  return JSON.stringify({ results: [{ statement_id: 0, series, ...more }] });
}
