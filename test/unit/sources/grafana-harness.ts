/** A Grafana source before the double, at a time that stands still. */
import type { Frame, SeriesFrame } from '../../../src/domain/frame.ts';
import { makeUnit } from '../../../src/domain/unit.ts';
import { createHttpClient } from '../../../src/lib/http-client.ts';
import { grafana } from '../../../src/sources/grafana.ts';
import type { FetchWindow } from '../../../src/sources/source.ts';
import { createFakeClock } from '../../doubles/fake-clock.ts';
import { fleetStore } from '../../doubles/grafana/fleet.ts';
import { LIBRARY_PANELS, OLD_ROWS, SHAPES, TABBED, WEB_OVERVIEW } from '../../doubles/grafana/shapes.ts';
import type { GrafanaStore } from '../../doubles/grafana/store.ts';
import { grafanaDouble } from '../../doubles/grafana.ts';
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

/** A store with all shapes of dashboards; anything may be set over it. */
export function storeWith(more: Partial<GrafanaStore> = {}): GrafanaStore {
  return fleetStore(() => NOW_SECONDS, [WEB_OVERVIEW, SHAPES, OLD_ROWS, TABBED], {
    libraryPanels: LIBRARY_PANELS,
    ...more,
  });
}

/** What a question of a test may set. */
export interface Asked {
  readonly arguments?: Readonly<Record<string, readonly string[]>>;
  readonly unit?: string;
  readonly seriesMax?: number;
  readonly window?: FetchWindow;
}

/** Starts source and backend. */
export async function startGrafana(
  backing: Partial<GrafanaStore> | Answering = {},
  options: Readonly<Record<string, unknown>> = {},
) {
  const isStore = typeof backing === 'object' && !('status' in backing || 'body' in backing);
  const answering = isStore ? grafanaDouble(storeWith(backing as Partial<GrafanaStore>)) : (backing as Answering);
  const backend = await startHttpBackend(answering);
  const clock = createFakeClock(NOW_SECONDS * 1000);
  const { basePath = '', ...rest } = options;
  const source = grafana.create(
    grafana.options.parse({ kind: 'grafana', url: `${backend.url}${String(basePath)}`, token: 'glsa_x', ...rest }),
    { name: 'test', http: createHttpClient({ timeoutMs: 10_000, clock }), clock },
  );
  const request = (block: unknown, asked: Asked = {}) =>
    source.request(grafana.block.parse(block), {
      arguments: asked.arguments ?? {},
      consolidate: 'average',
      unit: makeUnit(asked.unit),
      ...(asked.seriesMax !== undefined && { seriesMax: asked.seriesMax }),
    });
  const askAll = (block: unknown, asked: Asked = {}): Promise<Frame[]> =>
    source.fetch(request(block, asked), asked.window ?? windowOf(600), signal);
  const ask = async (block: unknown, asked: Asked = {}): Promise<SeriesFrame> => {
    const [frame] = await askAll(block, asked);
    return frame as SeriesFrame;
  };
  /** The queries that arrived, request by request. */
  const queries = () =>
    backend.requests
      .filter(({ pathname }) => pathname.endsWith('/api/ds/query'))
      .map(({ body }) => JSON.parse(body) as { from: string; to: string; queries: Record<string, unknown>[] });
  return { ...backend, source, clock, request, ask, askAll, queries };
}
