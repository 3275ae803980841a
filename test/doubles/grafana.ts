/** A Grafana written after its source: strict where the real one is, so that what passes here passes there. */
import { annotate, listAnnotations } from './grafana/annotations.ts';
import { dashboardReply, resourceApi, searchDashboards } from './grafana/dashboards.ts';
import { runQueries } from './grafana/ds-query.ts';
import { failure, json } from './grafana/replies.ts';
import type { GrafanaStore } from './grafana/store.ts';
import type { Received, Reply } from './http-backend.ts';

/** Makes the answering part of a backend. */
export function grafanaDouble(store: GrafanaStore): (request: Received) => Reply {
  return (request) => {
    const { basePath = '' } = store;
    if (!request.pathname.startsWith(`${basePath}/`)) return failure(404, 'Not found');
    const path = request.pathname.slice(basePath.length + 1);
    if (path === 'api/health') return health(store);
    const given = request.headers.authorization ?? '';
    if (given === '') return failure(401, 'Unauthorized');
    if (store.token !== undefined && given !== `Bearer ${store.token}`) return failure(401, 'Invalid API key');
    return route(store, path, request);
  };
}

function health({ version = '12.1.0' }: GrafanaStore): Reply {
  return json({ database: 'ok', version, commit: 'abcdef' });
}

function route(store: GrafanaStore, path: string, request: Received): Reply {
  if (path.startsWith('apis/')) return resourceApi(store, path.slice('apis/'.length));
  const [, uid, , rest] = /^api\/datasources\/(?:proxy\/)?uid\/([^/]+)(\/resources)?\/(.+)$/.exec(path) ?? [];
  if (uid !== undefined && rest !== undefined) return throughDatasource(store, uid, rest, request.form);
  const [, element] = /^api\/library-elements\/([^/]+)$/.exec(path) ?? [];
  if (element !== undefined) return libraryElement(store, element);
  const [, dashboard] = /^api\/dashboards\/uid\/([^/]+)$/.exec(path) ?? [];
  if (dashboard !== undefined) return dashboardReply(store, dashboard);
  const [, short] = /^goto\/([^/]+)$/.exec(path) ?? [];
  if (short !== undefined) return shortUrl(store, short);
  const [, api, rule] =
    /^api\/(v1\/provisioning\/alert-rules|ruler\/grafana\/api\/v1\/rule)\/([^/]+)$/.exec(path) ?? [];
  return api !== undefined && rule !== undefined
    ? alertRule(store, api.startsWith('v1'), rule)
    : named(store, path, request);
}

function alertRule(
  { alertRules = {}, mayProvision = true }: GrafanaStore,
  isProvisioning: boolean,
  uid: string,
): Reply {
  if (isProvisioning && !mayProvision) return failure(403, 'Permissions needed: alert.provisioning:read');
  const rule = Object.hasOwn(alertRules, uid) ? alertRules[uid] : undefined;
  if (!rule) return failure(404, 'could not find alert rule');
  const { title, condition, data, labels } = rule;
  return json(isProvisioning ? rule : { expr: '', for: '5m', labels, grafana_alert: { uid, title, condition, data } });
}

function named(store: GrafanaStore, path: string, request: Received): Reply {
  const isPost = request.method === 'POST';
  switch (path) {
    case 'api/org':
      return json({ id: store.orgId ?? 1, name: 'Main Org.' });
    case 'api/search':
      return searchDashboards(store, request.searchParams);
    case 'api/datasources':
      return listDatasources(store);
    case 'api/frontend/settings':
      return frontendSettings(store);
    case 'api/access-control/user/permissions':
      return store.permissions ? json(store.permissions) : failure(404, 'Not found');
    case 'api/ds/query':
      return isPost ? runQueries(store, request) : failure(404, 'Not found');
    case 'api/annotations':
      return isPost ? annotate(store, request.body) : listAnnotations(store, request.searchParams);
    case 'api/short-urls':
      return isPost ? shorten(store, request.body) : failure(404, 'Not found');
    default:
      return failure(404, 'Not found');
  }
}

function listDatasources({ datasources, mayListDatasources = true }: GrafanaStore): Reply {
  if (!mayListDatasources) {
    return failure(
      403,
      "You'll need additional permissions to perform this action. Permissions needed: datasources:read",
    );
  }
  return json(datasources.map((one, index) => ({ id: index + 1, isDefault: false, jsonData: {}, ...one })));
}

function frontendSettings({ datasources, orgId = 1, version = '12.1.0' }: GrafanaStore): Reply {
  const byName = Object.fromEntries(
    datasources.map((one, index) => [
      one.name,
      {
        id: index + 1,
        uid: one.uid,
        type: one.type,
        name: one.name,
        isDefault: one.isDefault ?? false,
        jsonData: one.jsonData ?? {},
      },
    ]),
  );
  const fallback = datasources.find(({ isDefault }) => isDefault)?.name ?? '';
  return json({ datasources: byName, defaultDatasource: fallback, buildInfo: { version }, orgId });
}

function throughDatasource(store: GrafanaStore, uid: string, path: string, form: URLSearchParams): Reply {
  if (!store.datasources.some((one) => one.uid === uid)) return failure(404, 'Data source not found');
  const found = store.resource?.(uid, path, form);
  return found === undefined ? failure(404, 'Not found') : json(found);
}

function libraryElement({ libraryPanels = {} }: GrafanaStore, uid: string): Reply {
  const model = Object.hasOwn(libraryPanels, uid) ? libraryPanels[uid] : undefined;
  if (!model) return failure(404, 'library element could not be found');
  return json({ result: { uid, name: model.title, kind: 1, type: model.type, model, version: 1, meta: {} } });
}

function shorten({ shortUrls, orgId = 1 }: GrafanaStore, body: string): Reply {
  const { path } = JSON.parse(body) as { path?: unknown };
  if (typeof path !== 'string' || path === '') return failure(400, 'Path is required');
  if (path.startsWith('/'))
    return { ...json({ messageId: 'shorturl.absolute-path', message: 'Path should be relative' }), status: 400 };
  if (path.includes('../')) return failure(400, 'Invalid short URL path');
  const uid = `short${(shortUrls?.size ?? 0) + 1}`;
  shortUrls?.set(uid, path);
  return json({ uid, url: `/goto/${uid}?orgId=${orgId}` });
}

function shortUrl({ shortUrls, basePath = '' }: GrafanaStore, uid: string): Reply {
  const path = shortUrls?.get(uid);
  if (path === undefined) return { status: 302, headers: { location: `${basePath}/` } };
  return { status: 302, headers: { location: `${basePath}/${path}` } };
}
