/** Drill-down: the panel's own page with the same values and a frozen window. Pure. */
import { encodeForLink } from '../../lib/encode-link.ts';
import type { BoundDashboard, FetchWindow } from '../source.ts';
import type { GrafanaRequest } from './bind.ts';
import { panelIn } from './find-panel.ts';
import { ALL, AUTO } from './normalize-v1.ts';
import type { Dashboard } from './panel.ts';

/** Where people find the server. */
export interface LinkAddress {
  /** Ends in a slash. */
  readonly publicUrl: string;
  readonly orgId?: number | undefined;
}

/** Some chats cut links at 4,000. */
const LINK_MAX_CHARS = 3_900;
/** As uids are; titles with blanks are none. */
const UID = /^[A-Za-z0-9_-]{1,40}$/;

/**
 * The page of a panel or dashboard. Of a dashboard that was not read yet only what the request says is known: one that is
 * named by its title is looked for by the page that lists dashboards.
 */
export function panelLink(
  address: LinkAddress,
  request: GrafanaRequest,
  dashboard: Dashboard | undefined,
  window: FetchWindow,
): string {
  const asked = Object.fromEntries(
    Object.entries(request.variables).map(([name, values]) => [name, values.map(({ value }) => value)]),
  );
  const uid = dashboard?.uid ?? (UID.test(request.dashboard) ? request.dashboard : undefined);
  if (uid === undefined) {
    return `${new URL('dashboards', address.publicUrl).href}?query=${encodeForLink(request.dashboard)}`;
  }
  const panel = panelIdOf(request.panel, dashboard);
  return pageLink(address, { uid, ...(dashboard && { dashboard }) }, asked, panel, window);
}

function panelIdOf(wanted: number | string | undefined, dashboard: Dashboard | undefined): number | undefined {
  if (wanted === undefined) return undefined;
  if (dashboard) return panelIn(dashboard, wanted)?.id;
  const id = Number(String(wanted).replace(/^panel-/, ''));
  return Number.isInteger(id) && id > 0 ? id : undefined;
}

/** The page that a definition's link means. */
export function dashboardLinkOf(
  address: LinkAddress,
  link: BoundDashboard,
  dashboard: Dashboard,
  window: FetchWindow,
): string {
  const known = new Set(dashboard.variables.map(({ name }) => name));
  const asked = Object.fromEntries(Object.entries(link.variables).filter(([name]) => known.has(name)));
  return pageLink(address, { uid: dashboard.uid, dashboard }, asked, link.panel, window);
}

interface Page {
  readonly uid: string;
  readonly dashboard?: Dashboard;
}

function pageLink(
  { publicUrl, orgId }: LinkAddress,
  { uid, dashboard }: Page,
  asked: Readonly<Record<string, readonly string[]>>,
  panel: number | undefined,
  { fromMs, toMs, zone }: FetchWindow,
): string {
  const slug = dashboard?.path?.split('/').at(-1) ?? '';
  const path =
    slug === '' || slug === uid || !/^[\w.-]+$/.test(slug)
      ? `d/${encodeForLink(uid)}`
      : `d/${encodeForLink(uid)}/${encodeForLink(slug)}`;
  const fixed: readonly (readonly [string, string])[] = [
    // left out, the page opens in the organisation that its reader is in
    ...(orgId === undefined ? [] : [['orgId', String(orgId)] as const]),
    ['from', String(Math.floor(fromMs))],
    ['to', String(Math.ceil(toMs))],
    ['timezone', zone === 'UTC' ? 'utc' : zone],
    // a plain number is understood by every version; newer ones write panel-4 themselves
    ...(panel === undefined ? [] : [['viewPanel', String(panel)] as const]),
  ];
  const variables = [...Object.entries(asked), ...savedValues(asked, dashboard)].flatMap(([name, values]) =>
    values.map((value) => [`var-${name}`, onPage(name, value, dashboard)] as const),
  );
  let link = `${new URL(path, publicUrl).href}?${fixed.map(written).join('&')}`;
  for (const pair of variables) {
    const longer = `${link}&${written(pair)}`;
    if (longer.length > LINK_MAX_CHARS) break;
    link = longer;
  }
  return link;
}

/** People say `all` and `auto`; the page has values of its own for them. */
function onPage(name: string, value: string, dashboard: Dashboard | undefined): string {
  const variable = dashboard?.variables.find((one) => one.name === name);
  if (variable?.includesAll === true && /^all$/i.test(value)) return ALL;
  if (variable?.type !== 'interval' || value !== 'auto') return value;
  return variable.current.find((saved) => saved.startsWith(AUTO)) ?? AUTO;
}

function written([name, value]: readonly [string, string]): string {
  return `${name.replaceAll('_', '%5F')}=${encodeForLink(value)}`;
}

/** What the dashboard has saved today: in a year it may save something else. */
function savedValues(
  asked: Readonly<Record<string, readonly string[]>>,
  dashboard: Dashboard | undefined,
): readonly (readonly [string, readonly string[]])[] {
  const skipped = ['constant', 'adhoc', 'groupby', 'system'];
  return (dashboard?.variables ?? [])
    .filter(({ name, type, current }) => !Object.hasOwn(asked, name) && !skipped.includes(type) && current.length > 0)
    .map(({ name, current }) => [name, current]);
}
