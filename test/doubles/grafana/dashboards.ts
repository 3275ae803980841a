/** Dashboards of the double: search, the classic API, the resource API. */
import type { Reply } from '../http-backend.ts';
import { failure, json } from './replies.ts';
import type { GrafanaStore, Json, StoredDashboard } from './store.ts';

const LIMIT = 1000;
const GROUP = 'dashboard.grafana.app';

/** The path below the root, the sub-path included, as Grafana gives it. */
function pathOf({ basePath = '' }: GrafanaStore, { uid, v1 }: StoredDashboard): string {
  return `${basePath}/d/${uid}/${slugOf(String(v1.title ?? ''))}`;
}

function slugOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** `/api/search`. */
export function searchDashboards(store: GrafanaStore, parameters: URLSearchParams): Reply {
  const words = (parameters.get('query') ?? '').toLowerCase();
  const tags = parameters.getAll('tag');
  const uids = parameters.getAll('dashboardUIDs');
  const limit = Math.min(5000, Number(parameters.get('limit') ?? LIMIT));
  const page = Math.max(1, Number(parameters.get('page') ?? 1));
  if (parameters.get('type') === 'dash-folder') return json([]);
  const found = store.dashboards.filter(({ uid, v1 }) => {
    const own = Array.isArray(v1.tags) ? v1.tags : [];
    const isNamed = String(v1.title).toLowerCase().includes(words);
    return isNamed && tags.every((tag) => own.includes(tag)) && (uids.length === 0 || uids.includes(uid));
  });
  return json(
    found.slice((page - 1) * limit, page * limit).map((one, index) => ({
      id: index + 1,
      uid: one.uid,
      title: one.v1.title,
      uri: `db/${slugOf(String(one.v1.title))}`,
      url: pathOf(store, one),
      slug: '',
      type: 'dash-db',
      tags: one.v1.tags ?? [],
      isStarred: false,
      ...(one.folder && { folderUid: one.folder.uid, folderTitle: one.folder.title }),
      sortMeta: 0,
    })),
  );
}

/** `/api/dashboards/uid/:uid`. */
export function dashboardReply(store: GrafanaStore, uid: string): Reply {
  const found = store.dashboards.find((one) => one.uid === uid);
  if (!found) return failure(404, 'Dashboard not found');
  if (found.v2 && store.refusesNewAtOldAddress) {
    const path = `/apis/${GROUP}/${found.storedVersion ?? 'v2beta1'}/namespaces/default/dashboards/${uid}`;
    return failure(406, `dashboard api version not supported, use ${path} instead`);
  }
  const meta = {
    type: 'db',
    slug: slugOf(String(found.v1.title)),
    url: pathOf(store, found),
    version: Number(found.v1.version ?? 1),
    isFolder: false,
    folderUid: found.folder?.uid ?? '',
    folderTitle: found.folder?.title ?? 'General',
  };
  return json({ meta, dashboard: { uid, ...found.v1 } });
}

/** Below `/apis/`. */
export function resourceApi(store: GrafanaStore, path: string): Reply {
  const { apiVersions = [], orgId = 1, refusesNewAtOldAddress = false } = store;
  if (apiVersions.length === 0) return failure(404, 'Not found');
  if (path === GROUP && refusesNewAtOldAddress) return status(403, 'Forbidden', 'discovery is forbidden');
  if (path === GROUP) return json(group(apiVersions));
  const [, version, namespace, uid] =
    /^dashboard\.grafana\.app\/([^/]+)\/namespaces\/([^/]+)\/dashboards\/([^/]+)$/.exec(path) ?? [];
  if (version === undefined || !apiVersions.includes(version))
    return status(404, 'NotFound', 'the server could not find the requested resource');
  if (namespace !== (orgId === 1 ? 'default' : `org-${orgId}`))
    return status(403, 'Forbidden', 'not in this namespace');
  const found = store.dashboards.find((one) => one.uid === uid);
  if (!found) return status(404, 'NotFound', `dashboards.${GROUP} "${uid}" not found`);
  return json(resource(found, version));
}

function group(versions: readonly string[]): Json {
  const list = versions.map((version) => ({ groupVersion: `${GROUP}/${version}`, version }));
  return { kind: 'APIGroup', apiVersion: 'v1', name: GROUP, versions: list, preferredVersion: list[0] };
}

function status(code: number, reason: string, message: string): Reply {
  return {
    status: code,
    body: JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code }),
  };
}

function resource({ uid, v1, v2, storedVersion, folder }: StoredDashboard, version: string): Json {
  const isNew = version.startsWith('v2');
  const stored = v2 ? (storedVersion ?? 'v2beta1') : 'v1beta1';
  const conversion = stored === version ? {} : { conversion: { failed: false, storedVersion: stored } };
  return {
    kind: 'Dashboard',
    apiVersion: `${GROUP}/${version}`,
    metadata: {
      name: uid,
      namespace: 'default',
      generation: Number(v1.version ?? 1),
      annotations: { ...(folder && { 'grafana.app/folder': folder.uid }) },
    },
    spec: isNew ? (v2 ?? {}) : v1,
    status: conversion,
  };
}
