/** The dashboards of `test/fixtures/grafana`, read as the adapter reads them, and a Grafana that holds them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHttpClient } from '../../../../src/lib/http-client.ts';
import { normalizeV1 } from '../../../../src/sources/grafana/normalize-v1.ts';
import { normalizeV2 } from '../../../../src/sources/grafana/normalize-v2.ts';
import type { Dashboard } from '../../../../src/sources/grafana/panel.ts';
import { grafana } from '../../../../src/sources/grafana.ts';
import type { Library, Source } from '../../../../src/sources/source.ts';
import { createFakeClock } from '../../../doubles/fake-clock.ts';
import { fleetStore } from '../../../doubles/grafana/fleet.ts';
import type { GrafanaStore, Json, StoredDashboard } from '../../../doubles/grafana/store.ts';
import { grafanaDouble } from '../../../doubles/grafana.ts';
import { startHttpBackend } from '../../../doubles/http-backend.ts';

const FOLDER = join(import.meta.dirname, '../../../fixtures/grafana');

/** 2026-11-20 10:00 UTC. */
export const NOW_MS = Date.UTC(2026, 10, 20, 10);
/** Long enough for a loaded machine. */
export const signal = AbortSignal.timeout(60_000);

/** Names of the files without their ending. */
export const FIXTURES = [
  'node-exporter',
  'cadvisor',
  'kubernetes',
  'nginx',
  'postgres',
  'graphite-rows',
  'checkout-v2',
];

/** The JSON of a file. */
function fixture(name: string): Json {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as Json;
}

/** A file as a dashboard. */
export function dashboardIn(name: string): Dashboard {
  const raw = fixture(name);
  const uid = String(raw.uid);
  return 'spec' in raw ? normalizeV2(raw.spec as Json, { uid }, new Map()) : normalizeV1(raw, { uid }, new Map());
}

/** A file as the double stores it. */
export function stored(name: string, folder?: string): StoredDashboard {
  const raw = fixture(name);
  const place = folder === undefined ? {} : { folder: { uid: folder.toLowerCase(), title: folder } };
  if (!('spec' in raw)) return { uid: String(raw.uid), v1: raw, ...place };
  const v2 = raw.spec as Json;
  return { uid: String(raw.uid), v1: { title: v2.title, panels: [] }, v2, storedVersion: 'v2beta1', ...place };
}

/** A source before a double with these dashboards, and its library. */
export async function startGrafana(
  dashboards: readonly StoredDashboard[],
  store: Partial<GrafanaStore> = {},
  options: Json = {},
): Promise<{ readonly source: Source; readonly library: Library; readonly url: string }> {
  const clock = createFakeClock(NOW_MS);
  const full = fleetStore(() => NOW_MS / 1000, dashboards, {
    token: 'secret-token',
    apiVersions: ['v1beta1', 'v2beta1'],
    ...store,
  });
  const backend = await startHttpBackend(grafanaDouble(full));
  const url = `${backend.url}${full.basePath ?? ''}`;
  const source = grafana.create(
    grafana.options.parse({
      kind: 'grafana',
      url,
      publicUrl: 'https://grafana.example',
      token: 'secret-token',
      ...options,
    }),
    { name: 'test', http: createHttpClient({ timeoutMs: 10_000, clock }), clock },
  );
  const { library } = source;
  if (!library) throw new Error('Grafana has a library.');
  return { source, library, url };
}
