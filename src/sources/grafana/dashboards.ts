/** Dashboards by uid or by name, in whatever way the server stores them; remembered for a short while. */
import { BotError } from '../../domain/errors.ts';
import { createBoundedMap } from '../../lib/bounded-map.ts';
import type { Clock } from '../../lib/clock.ts';
import type { HttpReply } from '../../lib/http-client.ts';
import { nearest } from '../../lib/nearest.ts';
import { expectList, expectMap, type GrafanaClient, parseJson } from './client.ts';
import { TITLE } from './failures.ts';
import { libraryUidsIn, normalizeV1 } from './normalize-v1.ts';
import { libraryUidsInV2, normalizeV2 } from './normalize-v2.ts';
import type { Dashboard } from './panel.ts';
import { type Json, mapOf, numberOf, textOf, textsOf } from './present/json.ts';

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
  /** Titles that hold the words, as the server finds them. @throws BotError */
  search(words: string, limit: number, signal: AbortSignal): Promise<readonly DashboardHit[]>;
}

/** Somebody edits a panel and asks for it: what was read before may not be shown for long. */
const REMEMBER_MS = 30_000;
/** A dashboard is up to a few hundred kilobytes. */
const DASHBOARDS_MAX = 60;
/** A server is upgraded while we run, but not often. */
const API_REMEMBER_MS = 10 * 60_000;
const LIBRARY_PANELS_MAX = 60;
const LIBRARY_AT_ONCE = 4;
/** A title that more than these have is not found by title. */
const HITS_MAX = 100;
const NEAR_MAX = 3;
const GROUP = 'dashboard.grafana.app';
const UID = /^[A-Za-z0-9_-]{1,100}$/;

interface Api {
  readonly versions: readonly string[];
  readonly namespace: string;
}

/** Makes it with an empty memory. */
export function createDashboards(client: GrafanaClient, clock: Clock, orgId?: number): Dashboards {
  const remembered = createBoundedMap<string, { readonly untilMs: number; readonly dashboard: Dashboard }>(
    DASHBOARDS_MAX,
  );
  const uids = createBoundedMap<string, string>(DASHBOARDS_MAX * 2);
  let api: { readonly untilMs: number; readonly api: Api } | undefined;

  async function apiOf(signal: AbortSignal): Promise<Api> {
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
      if (uid !== undefined) return byUid(uid, signal);
      const found = await openAny(wanted, signal);
      uids.set(wanted, found.uid);
      return found;
    },
    known: (wanted) => remembered.get(uids.get(wanted) ?? wanted)?.dashboard,
    search: (words, limit, signal) => searchTitles(client, words, limit, signal),
  };

  async function openAny(wanted: string, signal: AbortSignal): Promise<Dashboard> {
    if (!UID.test(wanted)) return byTitle(wanted, undefined, signal);
    try {
      return await byUid(wanted, signal);
    } catch (thrown) {
      if (!(thrown instanceof BotError) || thrown.code !== 'SOURCE_NOT_FOUND') throw thrown;
      return byTitle(wanted, thrown, signal);
    }
  }

  async function byTitle(wanted: string, before: BotError | undefined, signal: AbortSignal): Promise<Dashboard> {
    const [folder, title] = splitFolder(wanted);
    const hits = await searchTitles(client, title, HITS_MAX, signal);
    const found = matching(hits, wanted, folder, title);
    if (found.length === 0) throw await noSuchDashboard(wanted, hits, before);
    const [first, second] = found;
    if (second !== undefined) throw ambiguous(wanted, found);
    return byUid((first as DashboardHit).uid, signal);
  }

  async function noSuchDashboard(wanted: string, hits: readonly DashboardHit[], cause: BotError | undefined) {
    const near = nearest(
      wanted,
      hits.map(({ title }) => title),
      NEAR_MAX,
    );
    const hint = near.length > 0 ? ` Near: ${near.join(', ')}.` : '';
    return new BotError(
      'SOURCE_NOT_FOUND',
      `${TITLE} has no dashboard "${wanted}".${hint}`,
      { dashboard: wanted, near },
      { cause },
    );
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

/** Which versions of the resource API are served; none where there is no such API, or a proxy hides it. */
async function discoverApi(client: GrafanaClient, orgId: number | undefined, signal: AbortSignal): Promise<Api> {
  const versions = await servedVersions(client, signal);
  if (versions.length === 0) return { versions, namespace: 'default' };
  const org = orgId ?? (await ownOrg(client, signal));
  return { versions, namespace: org === 1 ? 'default' : `org-${org}` };
}

async function servedVersions(client: GrafanaClient, signal: AbortSignal): Promise<readonly string[]> {
  const reply = await client.send(`apis/${GROUP}`, {}, signal);
  if ([403, 404, 405, 406].includes(reply.status)) return [];
  if (reply.status !== 200 || !/^\s*\{/.test(reply.text)) throw client.failure(reply);
  const found = /"versions"\s*:\s*(\[[\s\S]*?\])/.exec(reply.text)?.[1] ?? '';
  return [...found.matchAll(/"version"\s*:\s*"(v\d\w*)"/g)].map(([, version]) => version as string);
}

async function ownOrg(client: GrafanaClient, signal: AbortSignal): Promise<number> {
  const reply = await client.send('api/org', {}, signal);
  if (reply.status !== 200) return 1;
  return Number(/"id"\s*:\s*(\d+)/.exec(reply.text)?.[1] ?? 1);
}

/** Versions that hold classic JSON, the one to ask first. */
const CLASSIC = ['v1', 'v1beta1', 'v1alpha1', 'v0alpha1'];
const NEW = ['v2', 'v2beta1', 'v2alpha1'];

async function readDashboard(client: GrafanaClient, uid: string, api: Api, signal: AbortSignal): Promise<Dashboard> {
  const classic = CLASSIC.find((version) => api.versions.includes(version));
  const object = classic === undefined ? undefined : await readResource(client, uid, api, classic, signal);
  if (object === undefined) return readLegacy(client, uid, signal);
  const stored = textOf(mapOf(mapOf(object.status).conversion).storedVersion) ?? '';
  if (!stored.startsWith('v2')) return fromClassic(client, mapOf(object.spec), metaOf(uid, object), signal);
  const version = api.versions.includes(stored) ? stored : NEW.find((one) => api.versions.includes(one));
  const newer = version === undefined ? undefined : await readResource(client, uid, api, version, signal);
  if (newer) return fromNew(client, mapOf(newer.spec), metaOf(uid, newer), signal);
  const dashboard = await fromClassic(client, mapOf(object.spec), metaOf(uid, object), signal);
  const note = 'It is stored in a newer form than the server gives; tabs and conditions are lost.';
  return { ...dashboard, notes: [...dashboard.notes, note] };
}

/** A dashboard as an object of the resource API; nothing where it is not to be had so. */
async function readResource(
  client: GrafanaClient,
  uid: string,
  { namespace }: Api,
  version: string,
  signal: AbortSignal,
): Promise<Json | undefined> {
  const path = `apis/${GROUP}/${version}/namespaces/${namespace}/dashboards/${encodeURIComponent(uid)}`;
  const reply = await client.send(path, {}, signal);
  if ([403, 404, 406].includes(reply.status)) return undefined;
  if (reply.status !== 200 || !/^\s*\{/.test(reply.text)) throw client.failure(reply);
  const object = expectMap(safeParse(reply.text), 'dashboard');
  return Object.keys(mapOf(object.spec)).length > 0 ? object : undefined;
}

function safeParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readLegacy(client: GrafanaClient, uid: string, signal: AbortSignal): Promise<Dashboard> {
  const answer = await client.send(`api/dashboards/uid/${encodeURIComponent(uid)}`, {}, signal);
  const elsewhere = await readWhereTold(client, uid, answer, signal);
  if (elsewhere) return fromNew(client, mapOf(elsewhere.spec), metaOf(uid, elsewhere), signal);
  if (answer.status !== 200 || !/^\s*[[{]/.test(answer.text)) throw client.failure(answer);
  const reply = mapOf(parseJson(answer.text));
  const raw = expectMap(reply.dashboard, 'dashboard');
  const { url, folderTitle, version } = mapOf(reply.meta);
  const [path, folder] = [textOf(url), textOf(folderTitle)];
  const number = numberOf(version);
  // a v2 spec comes through here too, where the server does not convert
  const read = raw.elements === undefined ? fromClassic : fromNew;
  return read(
    client,
    raw,
    {
      uid,
      ...(path !== undefined && { path }),
      ...(folder !== undefined && folder !== 'General' && { folder }),
      ...(number !== undefined && { version: number }),
    },
    signal,
  );
}

/** Some versions refuse to give one that is stored as v2 in the old way (406), and name the place to ask instead. */
async function readWhereTold(
  client: GrafanaClient,
  uid: string,
  { status, text }: HttpReply,
  signal: AbortSignal,
): Promise<Json | undefined> {
  const told = status === 406 ? /\/(v\d\w*)\/namespaces\/([\w-]+)\/dashboards\//.exec(text) : null;
  const [, version, namespace] = told ?? [];
  if (version === undefined || namespace === undefined) return undefined;
  return readResource(client, uid, { namespace, versions: [version] }, version, signal);
}

/** What stands beside the JSON of a dashboard. */
type Meta = Pick<Dashboard, 'uid' | 'path' | 'folder' | 'version'>;

function metaOf(uid: string, object: Json): Meta {
  const version = numberOf(mapOf(object.metadata).generation);
  return { uid, ...(version !== undefined && { version }) };
}

async function fromClassic(client: GrafanaClient, raw: Json, meta: Meta, signal: AbortSignal): Promise<Dashboard> {
  const library = await readLibraryPanels(client, libraryUidsIn(raw), signal);
  return normalizeV1(raw, meta, library);
}

async function fromNew(client: GrafanaClient, raw: Json, meta: Meta, signal: AbortSignal): Promise<Dashboard> {
  const library = await readLibraryPanels(client, libraryUidsInV2(raw), signal);
  return normalizeV2(raw, meta, library);
}

/** Models by uid; one that cannot be read is left out, and the normaliser says so. */
async function readLibraryPanels(
  client: GrafanaClient,
  wanted: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Json>> {
  const models = new Map<string, Json>();
  const queue = wanted.slice(0, LIBRARY_PANELS_MAX);
  async function work(): Promise<void> {
    for (let uid = queue.shift(); uid !== undefined; uid = queue.shift()) {
      const reply = await client.send(`api/library-elements/${encodeURIComponent(uid)}`, {}, signal);
      if (reply.status !== 200) continue;
      const model = mapOf(mapOf(mapOf(safeParse(reply.text)).result).model);
      if (Object.keys(model).length > 0) models.set(uid, model);
    }
  }
  await Promise.all(Array.from({ length: LIBRARY_AT_ONCE }, work));
  return models;
}
