/** Links of definitions to Kibana's dashboards, found by id or title. */
import type { BoundDashboard, FetchWindow } from '../source.ts';
import type { KibanaCatalog } from './catalog.ts';
import { dashboardPath, type KibanaPlace, placeUrl } from './link.ts';
import { titleOf } from './saved-objects.ts';

/** Where dashboards are looked up. */
export interface DashboardContext {
  readonly catalog: KibanaCatalog;
  readonly place: KibanaPlace;
  readonly space: string | undefined;
}

/** The page of a dashboard; its `variables` are fields to filter by. Nothing when there is none of that id or title. */
export async function dashboardUrl(
  { dashboard, variables }: BoundDashboard,
  window: FetchWindow,
  { catalog, place, space }: DashboardContext,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { objects } = await catalog.things(space, signal);
  const all = objects.filter(({ type }) => type === 'dashboard');
  const lower = dashboard.toLowerCase();
  const found = all.find(({ id }) => id === dashboard) ?? all.find((one) => titleOf(one).toLowerCase() === lower);
  if (!found) return undefined;
  return `${placeUrl(place)}${dashboardPath(found.id, Object.entries(variables), window)}`;
}
