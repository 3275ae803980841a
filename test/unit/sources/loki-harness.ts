/** A Loki source before a backend that answers as told, at a time that stands still. */
import type { Frame, LogsFrame, SeriesFrame } from '../../../src/domain/frame.ts';
import { makeUnit } from '../../../src/domain/unit.ts';
import { createHttpClient } from '../../../src/lib/http-client.ts';
import { loki } from '../../../src/sources/loki.ts';
import type { FetchWindow } from '../../../src/sources/source.ts';
import { createFakeClock } from '../../doubles/fake-clock.ts';
import { type Answering, startHttpBackend } from '../../doubles/http-backend.ts';
import type { LokiLine, LokiStream } from '../../doubles/loki.ts';

/** "Now" of these tests: a whole ten minutes. */
export const NOW_SECONDS = 1_795_000_200;
/** Long enough for a loaded machine. */
export const signal = AbortSignal.timeout(60_000);

/** A window in seconds before now. */
export function windowOf(fromSeconds: number, toSeconds = 0): FetchWindow {
  const [fromMs, toMs] = [(NOW_SECONDS - fromSeconds) * 1000, (NOW_SECONDS - toSeconds) * 1000];
  return { fromMs, toMs, zone: 'Europe/Berlin', maxPoints: 1_600 };
}

/** What a question of a test may set. */
export interface Asked {
  readonly arguments?: Readonly<Record<string, readonly string[]>>;
  readonly unit?: string;
  readonly seriesMax?: number;
  readonly window?: FetchWindow;
}

/** Starts source and backend. */
export async function startLoki(answering: Answering, options: Readonly<Record<string, unknown>> = {}) {
  const backend = await startHttpBackend(answering);
  const clock = createFakeClock(NOW_SECONDS * 1000);
  const source = loki.create(loki.options.parse({ kind: 'loki', url: backend.url, ...options }), {
    name: 'test',
    http: createHttpClient({ timeoutMs: 10_000, clock }),
    clock,
  });
  const request = (block: unknown, asked: Asked = {}) =>
    source.request(loki.block.parse(block), {
      arguments: asked.arguments ?? {},
      consolidate: 'average',
      unit: makeUnit(asked.unit),
      ...(asked.seriesMax !== undefined && { seriesMax: asked.seriesMax }),
    });
  const ask = (block: unknown, asked: Asked = {}): Promise<Frame[]> =>
    source.fetch(request(block, asked), asked.window ?? windowOf(600), signal);
  const askLines = async (block: unknown, asked: Asked = {}) => (await ask(block, asked)) as [LogsFrame, SeriesFrame];
  const askSeries = async (block: unknown, asked: Asked = {}) =>
    ((await ask(block, asked)) as SeriesFrame[])[0] as SeriesFrame;
  return { ...backend, source, clock, request, ask, askLines, askSeries };
}

/** A line so many seconds before now. */
export function line(secondsBefore: number, text: string, metadata?: LokiLine['metadata']): LokiLine {
  const ns = BigInt(Math.round((NOW_SECONDS - secondsBefore) * 1000)) * 1_000_000n;
  return { ns, line: text, ...(metadata && { metadata }) };
}

/** Lines with the same labels. */
export function stream(labels: LokiStream['labels'], lines: readonly LokiLine[]): LokiStream {
  return { labels, lines };
}

/** The values of a series with the seconds before now at which they stand. */
export function pointsOf(frame: SeriesFrame | undefined, name?: string): [secondsBefore: number, value: number][] {
  const series = frame?.series.find((one) => name === undefined || one.name === name);
  return [...(series?.times ?? [])].map((ms, at) => [NOW_SECONDS - ms / 1000, series?.values[at] ?? Number.NaN]);
}
