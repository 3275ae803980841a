/** Drill-down: Grafana's page for free queries, with the same statements and a frozen window. Pure. */
import { type ExploreAddress, exploreLink } from '../../lib/explore-link.ts';
import type { FetchWindow } from '../source.ts';
import type { InfluxdbRequest } from './bind.ts';
import { quoteString, tokenize } from './influxql.ts';

/** Some chats cut links at 4,000. */
const LINK_MAX_CHARS = 3_900;

/** The address of Explore; of more statements than an address can hold it takes the first, of one that is too long none. Grafana knows our variables by the same names. */
export function queryLink(
  address: Omit<ExploreAddress, 'datasource'> & { readonly uid: string },
  { statements }: InfluxdbRequest,
  window: FetchWindow,
): string {
  const datasource = { uid: address.uid, type: 'influxdb' };
  const models = statements.map((bound) => ({ query: written(bound), rawQuery: true, resultFormat: 'time_series' }));
  for (let count = models.length; ; count -= 1) {
    const link = exploreLink({ ...address, datasource }, models.slice(0, count), window);
    if (link.length <= LINK_MAX_CHARS || count === 0) return link;
  }
}

/** With the values in it: Grafana has no way to send them beside it. */
function written({ text, parameters }: InfluxdbRequest['statements'][number]): string {
  let result = '';
  let end = 0;
  for (const { kind, text: own, at } of tokenize(text)) {
    const name = own.slice(1);
    if (kind !== 'variable' || !Object.hasOwn(parameters, name)) continue;
    result += `${text.slice(end, at)}${quoteString(parameters[name] ?? '')}`;
    end = at + own.length;
  }
  return result + text.slice(end);
}
