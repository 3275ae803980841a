/** Drill-down: Grafana's page for free queries, with the same statements and a frozen window. Pure. */
import { type ExploreAddress, exploreLink } from '../../lib/explore-link.ts';
import type { FetchWindow } from '../source.ts';
import type { InfluxdbRequest } from './bind.ts';
import { quoteString, tokenize } from './influxql.ts';

/** The address of Explore. Grafana knows our variables by the same names. */
export function queryLink(
  address: Omit<ExploreAddress, 'datasource'> & { readonly uid: string },
  { statements }: InfluxdbRequest,
  window: FetchWindow,
): string {
  const datasource = { uid: address.uid, type: 'influxdb' };
  const models = statements.map((bound) => ({ query: written(bound), rawQuery: true, resultFormat: 'time_series' }));
  return exploreLink({ ...address, datasource }, models, window);
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
