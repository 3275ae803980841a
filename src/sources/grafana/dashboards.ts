/** Dashboards by uid or by name, in whatever way the server stores them; remembered for a short while. */
import { BotError } from '../../domain/errors.ts';
import { createBoundedMap } from '../../lib/bounded-map.ts';
import type { Clock } from '../../lib/clock.ts';
import { nearest } from '../../lib/nearest.ts';
import { expectList, type GrafanaClient } from './client.ts';
import { TITLE } from './failures.ts';
import type { Dashboard } from './panel.ts';
import { mapOf, textOf, textsOf } from './present/json.ts';
import { type DashboardApi, discoverApi, readDashboard } from './read-dashboard.ts';

/** A dashboard in a list. */
export interface DashboardHit {
  readonly uid: string;
  readonly title: string;
  /** Below the root of the server, its sub-path included: `/grafana/d/uid/slug`. */
  readonly url?: string;
  readonly folder?: string;
  readonly tags: readonly string[];
}

/** The dashboards of one server. */
export interface Dashboards {
  /**
   * One by its uid, its title, or `folder/title`.
   *
   * @throws BotError `SOURCE_NOT_FOUND` with near titles in `details.near`, `ASK_AMBIGUOUS` with `details.choices` (uids)
   */
  open(wanted: string, signal: AbortSignal): Promise<Dashboard>;
  /** @throws BotError `SOURCE_NOT_FOUND` */
  byUid(uid: string, signal: AbortSignal): Promise<Dashboard>;
  /** What {@link open} found last for this, however long ago. Pure. */
  known(wanted: string): Dashboard | undefined;
  /** The organisation that was asked last, where the server said so. Pure. */
  org(): number | undefined;
  /** Titles that hold the words, as the server finds them. @throws BotError */
  search(words: string, limit: number, signal: AbortSignal): Promise<readonly DashboardHit[]>;
}

/** Somebody edits a panel and asks for it: what was read before may not be shown for long. */
const REMEMBER_MS = 30_000;
/** A dashboard is up to a few hundred kilobytes. */
const DASHBOARDS_MAX = 60;
/** A server is upgraded while we run, but not often. */
const API_REMEMBER_MS = 10 * 60_000;
/** A title that more than these have is not found by title. */
const HITS_MAX = 100;
const NEAR_MAX = 3;
/** As many titles are looked through for one that is near. */
const TITLES_MAX = 1_000;
const UID = /^[A-Za-z0-9_-]{1,100}$/;

/** Makes it with an empty memory. */
export function createDashboards(client: GrafanaClient, clock: Clock, orgId?: number): Dashboards {
  const remembered = createBoundedMap<string, { readonly untilMs: number; readonly dashboard: Dashboard }>(
    DASHBOARDS_MAX,
  );
  const uids = createBoundedMap<string, string>(DASHBOARDS_MAX * 2);
  let api: { readonly untilMs: number; readonly api: DashboardApi } | undefined;

  async function apiOf(signal: AbortSignal): Promise<DashboardApi> {
    if (api && api.untilMs > clock.now()) return api.api;
    const found = await discoverApi(client, orgId, signal);
    api = { untilMs: clock.now() + API_REMEMBER_MS, api: found };
    return found;
  }

  async function byUid(uid: string, signal: AbortSignal): Promise<Dashboard> {
    const known = remembered.get(uid);
    if (known && known.untilMs > clock.now()) return known.dashboard;
    const dashboard = await readDashboard(client, uid, await apiOf(signal), signal);
    remembered.set(uid, { untilMs: clock.now() + REMEMBER_MS, dashboard });
    return dashboard;
  }

  return {
    byUid,
    async open(wanted, signal) {
      const uid = uids.get(wanted);
      if (uid !== undefined && remembered.has(uid)) {
        const known = await orNothing(() => byUid(uid, signal));
        if (known) return known;
      }
      const found = await openAny(wanted, signal);
      uids.set(wanted, found.uid);
      return found;
    },
    org: () => api?.api.org,
    known: (wanted) => remembered.get(uids.get(wanted) ?? wanted)?.dashboard,
    search: (words, limit, signal) => searchTitles(client, words, limit, signal),
  };

  async function openAny(wanted: string, signal: AbortSignal): Promise<Dashboard> {
    const own = UID.test(wanted) ? await orNothing(() => byUid(wanted, signal)) : undefined;
    return own ?? byTitle(wanted, signal);
  }

  async function byTitle(wanted: string, signal: AbortSignal): Promise<Dashboard> {
    const [folder, title] = splitFolder(wanted);
    const hits = await searchTitles(client, title, HITS_MAX, signal);
    const found = matching(hits, wanted, folder, title);
    if (found.length === 0) throw await noSuchDashboard(wanted, signal);
    const [first, second] = found;
    if (second !== undefined) throw ambiguous(wanted, found);
    return byUid((first as DashboardHit).uid, signal);
  }

  async function noSuchDashboard(wanted: string, signal: AbortSignal): Promise<BotError> {
    const all = await searchTitles(client, '', TITLES_MAX, signal);
    const near = nearest(
      wanted,
      all.flatMap(({ title, uid }) => [title, uid]),
      NEAR_MAX,
    );
    const hint = near.length > 0 ? ` Near: ${near.join(', ')}.` : '';
    const message = `${TITLE} has no dashboard "${wanted}".${hint}`;
    return new BotError('SOURCE_NOT_FOUND', message, { dashboard: wanted, near });
  }
}

/** What is not there is nothing; other failures stay. */
async function orNothing<Result>(read: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await read();
  } catch (thrown) {
    if (thrown instanceof BotError && thrown.code === 'SOURCE_NOT_FOUND') return undefined;
    throw thrown;
  }
}

function splitFolder(wanted: string): readonly [folder: string | undefined, title: string] {
  const slash = wanted.indexOf('/');
  return slash <= 0 ? [undefined, wanted] : [wanted.slice(0, slash).trim(), wanted.slice(slash + 1).trim()];
}

function matching(
  hits: readonly DashboardHit[],
  wanted: string,
  folder: string | undefined,
  title: string,
): readonly DashboardHit[] {
  const whole = hits.filter((hit) => hit.title === wanted);
  if (whole.length > 0) return whole;
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
  return hits.filter(
    (hit) =>
      same(hit.title, wanted) ||
      (folder !== undefined && same(hit.title, title) && same(hit.folder ?? 'General', folder)),
  );
}

function ambiguous(wanted: string, hits: readonly DashboardHit[]): BotError {
  const places = hits.map(({ uid, folder }) => `${folder ?? 'General'} (${uid})`).slice(0, 10);
  return new BotError(
    'ASK_AMBIGUOUS',
    `${TITLE} has ${hits.length} dashboards "${wanted}": in ${places.join(', ')}. Name one by its uid, or as folder/title.`,
    { dashboard: wanted, choices: hits.map(({ uid }) => uid) },
  );
}

async function searchTitles(
  client: GrafanaClient,
  words: string,
  limit: number,
  signal: AbortSignal,
): Promise<readonly DashboardHit[]> {
  const parameters = new URLSearchParams({ type: 'dash-db', query: words, limit: String(limit) });
  return expectList(await client.get('api/search', parameters, signal), 'dashboards').flatMap((value) => {
    const { uid, title, url, folderTitle, tags } = mapOf(value);
    if (typeof uid !== 'string' || typeof title !== 'string') return [];
    const folder = textOf(folderTitle);
    const path = textOf(url);
    return [
      {
        uid,
        title,
        tags: textsOf(tags),
        ...(path !== undefined && { url: path }),
        ...(folder !== undefined && { folder }),
      },
    ];
  });
}
