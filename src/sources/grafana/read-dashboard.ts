/** Reads one dashboard in whatever way the server keeps it: classic JSON, or an object of the resource API. */
import type { HttpReply } from '../../lib/http-client.ts';
import { expectMap, type GrafanaClient, parseShallow } from './client.ts';
import { libraryUidsIn, normalizeV1 } from './normalize-v1.ts';
import { libraryUidsInV2, normalizeV2 } from './normalize-v2.ts';
import type { Dashboard } from './panel.ts';
import { type Json, mapOf, numberOf, textOf } from './present/json.ts';

/** What a server has of the resource API. */
export interface DashboardApi {
  /** None where there is no such API. */
  readonly versions: readonly string[];
  readonly namespace: string;
  /** The organisation of the login, where it was asked for. */
  readonly org?: number;
}

const LIBRARY_PANELS_MAX = 60;
const LIBRARY_AT_ONCE = 4;
const GROUP = 'dashboard.grafana.app';

/** Which versions of the resource API are served; none where there is no such API, or a proxy hides it. */
export async function discoverApi(
  client: GrafanaClient,
  orgId: number | undefined,
  signal: AbortSignal,
): Promise<DashboardApi> {
  const versions = await servedVersions(client, signal);
  if (versions.length === 0) return { versions, namespace: 'default' };
  const org = orgId ?? (await ownOrg(client, signal));
  return { versions, namespace: org === 1 ? 'default' : `org-${org}`, org };
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

/** @throws BotError `SOURCE_NOT_FOUND` */
export async function readDashboard(
  client: GrafanaClient,
  uid: string,
  api: DashboardApi,
  signal: AbortSignal,
): Promise<Dashboard> {
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
  { namespace }: DashboardApi,
  version: string,
  signal: AbortSignal,
): Promise<Json | undefined> {
  const path = `apis/${GROUP}/${version}/namespaces/${namespace}/dashboards/${encodeURIComponent(uid)}`;
  const reply = await client.send(path, {}, signal);
  if ([403, 404, 406].includes(reply.status)) return undefined;
  if (reply.status !== 200 || !/^\s*\{/.test(reply.text)) throw client.failure(reply);
  const object = expectMap(parseShallow(reply.text), 'dashboard');
  return Object.keys(mapOf(object.spec)).length > 0 ? object : undefined;
}

async function readLegacy(client: GrafanaClient, uid: string, signal: AbortSignal): Promise<Dashboard> {
  const answer = await client.send(`api/dashboards/uid/${encodeURIComponent(uid)}`, {}, signal);
  const elsewhere = await readWhereTold(client, uid, answer, signal);
  if (elsewhere) return fromNew(client, mapOf(elsewhere.spec), metaOf(uid, elsewhere), signal);
  if (answer.status !== 200 || !/^\s*[[{]/.test(answer.text)) throw client.failure(answer);
  const reply = mapOf(parseShallow(answer.text));
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
      const model = mapOf(mapOf(mapOf(parseShallow(reply.text)).result).model);
      if (Object.keys(model).length > 0) models.set(uid, model);
    }
  }
  await Promise.all(Array.from({ length: LIBRARY_AT_ONCE }, work));
  return models;
}
