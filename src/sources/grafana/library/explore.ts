/** A pasted exploration, as a block with its queries. Pure. */
import type { Opened, Wanted } from '../../source.ts';
import { mapOf, textOf } from '../present/json.ts';
import type { Page } from './page.ts';
import { readWindow } from './page-time.ts';

/** The queries of a page of Explore, for its window. */
export function openExplore(page: Extract<Page, { kind: 'explore' }>, { nowMs, zone, url }: Wanted): Opened {
  const window = readWindow(page.range.from, page.range.to, nowMs, zone);
  const queries = page.queries.map((query) => {
    const own = query.datasource;
    const isOwn = typeof own === 'string' ? own !== '' : Object.keys(mapOf(own)).length > 0;
    return isOwn || page.datasource === undefined ? query : { ...query, datasource: page.datasource };
  });
  const first = queries.map(
    ({ expr, target, query, rawSql }) => textOf(expr) ?? textOf(target) ?? textOf(query) ?? textOf(rawSql),
  );
  const said = first
    .find((text) => text !== undefined)
    ?.replace(/\s+/g, ' ')
    .slice(0, 80)
    .replaceAll('${', () => '$${');
  return {
    ask: url?.href ?? 'explore',
    block: { queries },
    title: said ?? 'Explore',
    parameters: [],
    arguments: {},
    ...(window && { window }),
    notes: page.range.from !== undefined && !window ? ['The window of the page could not be read.'] : [],
  };
}
