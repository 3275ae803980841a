/** Grafana's page for free queries, with a query and a frozen window. Pure. */
import { encodeForLink } from './encode-link.ts';

/** Where Grafana is, and what it calls the data source. */
export interface ExploreAddress {
  /** Ends in a slash. */
  readonly url: string;
  readonly datasource: { readonly uid: string; readonly type: string };
  readonly orgId?: number | undefined;
  /** First number of Grafana's version; left out, one of 10 or newer. */
  readonly major?: number | undefined;
}

/** Some chats cut links at 4,000. */
const LINK_MAX_CHARS = 3_900;
/** From this version on the address holds `panes`; earlier ones read `left`. */
const PANES_SINCE = 10;

/**
 * The address of Explore; of more queries than an address can hold it takes the first, of one that is too long none.
 *
 * @param models - queries as their data source has them, without `refId` and `datasource`
 * @param window - ms since the Unix epoch
 */
export function exploreLink(
  address: ExploreAddress,
  models: readonly Readonly<Record<string, unknown>>[],
  window: { readonly fromMs: number; readonly toMs: number },
): string {
  for (let count = models.length; ; count -= 1) {
    const link = linkOf(address, models.slice(0, count), window);
    if (link.length <= LINK_MAX_CHARS || count === 0) return link;
  }
}

function linkOf(
  { url, datasource, orgId = 1, major = PANES_SINCE }: ExploreAddress,
  models: readonly Readonly<Record<string, unknown>>[],
  window: { readonly fromMs: number; readonly toMs: number },
): string {
  const queries = models.map((model, index) => ({ refId: refIdOf(index), datasource, ...model }));
  // numbers would be read as something else: both ends must be text
  const range = { from: String(Math.floor(window.fromMs)), to: String(Math.ceil(window.toMs)) };
  const pane = { datasource: datasource.uid, queries, range };
  const base = new URL('explore', url).href;
  if (major < PANES_SINCE) return `${base}?orgId=${orgId}&left=${encodeForLink(JSON.stringify(pane))}`;
  // a pane's key has three characters, one of them a letter at least; others are replaced
  return `${base}?schemaVersion=1&orgId=${orgId}&panes=${encodeForLink(JSON.stringify({ gl1: pane }))}`;
}

/** A, B … Z, then A1 and so on. */
function refIdOf(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : `${letter}${Math.floor(index / 26)}`;
}
