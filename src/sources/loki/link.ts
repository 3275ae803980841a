/** Drill-down: Grafana's page for free queries, with the same expressions and a frozen window. Pure. */
import { type ExploreAddress, exploreLink } from '../../lib/explore-link.ts';
import type { FetchWindow } from '../source.ts';
import type { LokiRequest } from './bind.ts';

/** The address of Explore. Grafana knows our variables by the same names. */
export function queryLink(
  address: Omit<ExploreAddress, 'datasource'> & { readonly uid: string },
  { logql, block }: LokiRequest,
  window: FetchWindow,
): string {
  const datasource = { uid: address.uid, type: 'loki' };
  const queryType = block.instant ? 'instant' : 'range';
  const models = logql.map(({ expr }) => ({ expr, queryType, editorMode: 'code' }));
  return exploreLink({ ...address, datasource }, models, window);
}
