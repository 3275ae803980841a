/** Drill-down: Grafana's page for free queries, with the same expressions and a frozen window. Pure. */
import { type ExploreAddress, exploreLink } from '../../lib/explore-link.ts';
import type { FetchWindow } from '../source.ts';
import type { LokiRequest } from './bind.ts';

/** Some chats cut links at 4,000. */
const LINK_MAX_CHARS = 3_900;

/** The address of Explore; of more expressions than an address can hold it takes the first, of one that is too long none. Grafana knows our variables by the same names. */
export function queryLink(
  address: Omit<ExploreAddress, 'datasource'> & { readonly uid: string },
  { logql, block }: LokiRequest,
  window: FetchWindow,
): string {
  const datasource = { uid: address.uid, type: 'loki' };
  const queryType = block.instant ? 'instant' : 'range';
  const models = logql.map(({ expr }) => ({ expr, queryType, editorMode: 'code' }));
  for (let count = models.length; ; count -= 1) {
    const link = exploreLink({ ...address, datasource }, models.slice(0, count), window);
    if (link.length <= LINK_MAX_CHARS || count === 0) return link;
  }
}
