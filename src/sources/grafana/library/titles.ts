/** The titles of all dashboards, remembered for a short while: names are looked up in them as people type. */
import type { Clock } from '../../../lib/clock.ts';
import type { DashboardHit, Dashboards } from '../dashboards.ts';

/** A dashboard that was just made is found soon. */
const REMEMBER_MS = 60_000;
/** What the server gives at most in one answer. @see https://grafana.com/docs/grafana/latest/developers/http_api/folder_dashboard_search/ */
const TITLES_MAX = 5_000;

/** Makes the list with an empty memory. */
export function createTitles(dashboards: Dashboards, clock: Clock) {
  let memory: { readonly untilMs: number; readonly hits: readonly DashboardHit[] } | undefined;
  return async (signal: AbortSignal): Promise<readonly DashboardHit[]> => {
    if (memory && memory.untilMs > clock.now()) return memory.hits;
    const hits = await dashboards.search('', TITLES_MAX, signal);
    memory = { untilMs: clock.now() + REMEMBER_MS, hits };
    return hits;
  };
}
