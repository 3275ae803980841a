/** A double of Kibana and OpenSearch Dashboards: the routes of 7.17, 8, 9, with what each of them insists on. */
import { readFileSync } from 'node:fs';
import type { Received, Reply } from './http-backend.ts';

type Json = Readonly<Record<string, unknown>>;

/** An object as an export has it. */
export interface StoredObject {
  readonly id: string;
  readonly type: string;
  readonly attributes: Json;
  readonly references: readonly { readonly id: string; readonly name: string; readonly type: string }[];
}

/** What a space has. */
export interface KibanaSpace {
  readonly objects: readonly StoredObject[];
  readonly rules: readonly Json[];
}

/** What the double is. */
export interface KibanaDouble {
  /** Decides which routes there are: `7.17.28`. */
  readonly version: string;
  readonly flavour?: 'kibana' | 'opensearch-dashboards';
  readonly spaces: Readonly<Record<string, KibanaSpace>>;
  /** `server.basePath`, without a final slash. */
  readonly basePath?: string;
  /** The one `Authorization` that is accepted; absent: anybody. */
  readonly authorization?: string;
  /** What it says of itself to those who are not logged in. */
  readonly hidesVersion?: boolean;
  /** As long as this says so, there is nothing but a plain sentence. */
  readonly isStarting?: () => boolean;
  /** Routes of saved objects are refused, as a serverless project refuses them; the export is not. */
  readonly hasNoSavedObjectRoutes?: boolean;
  /** Whoever may not read rules. */
  readonly hasNoRules?: boolean;
  /** Made by `POST`; tests look at them. */
  readonly short?: Map<string, Json>;
}

/** The objects and rules of a fixture. */
export function kibanaFixture(version: '7.17' | '8.19' | '9.2'): KibanaSpace {
  return JSON.parse(
    readFileSync(new URL(`../fixtures/kibana/${version}.json`, import.meta.url), 'utf8'),
  ) as KibanaSpace;
}

interface Context {
  readonly double: KibanaDouble;
  readonly major: number;
  readonly space: KibanaSpace;
  readonly request: Received;
  readonly path: string;
}

/** Answers requests as one server does. */
export function kibanaDouble(double: KibanaDouble): (request: Received) => Reply {
  const { basePath = '', flavour = 'kibana' } = double;
  const major = flavour === 'kibana' ? Number(double.version.split('.')[0]) : 7;
  return (request) => {
    if (double.isStarting?.())
      return { status: 503, contentType: 'text/plain', body: 'Kibana server is not ready yet' };
    if (!request.pathname.startsWith(`${basePath}/`))
      return { status: 404, contentType: 'text/html', body: '<h1>Not Found</h1>' };
    const below = request.pathname.slice(basePath.length);
    const [, name = 'default', rest = below] = /^\/s\/([^/]+)(\/.*)$/.exec(below) ?? [];
    const refused = refusal(double, major, request);
    if (refused) return refused;
    if (rest === '/api/status') return status(double);
    const space = Object.hasOwn(double.spaces, name) ? double.spaces[name] : undefined;
    if (!space) return boom(404, 'Not Found');
    const reply = route({ double, major, space, request, path: rest });
    const headers: Record<string, string> =
      flavour === 'kibana' ? { 'kbn-name': 'kibana' } : { 'osd-name': 'dashboards' };
    return { ...reply, headers: { ...headers, ...reply.headers } };
  };
}

function refusal(
  { flavour = 'kibana', authorization, version }: KibanaDouble,
  major: number,
  request: Received,
): Reply | undefined {
  const { method, headers, pathname } = request;
  if (authorization !== undefined && headers.authorization !== authorization) return boom(401, 'Unauthorized');
  const xsrf = flavour === 'kibana' ? 'kbn-xsrf' : 'osd-xsrf';
  if (method !== 'GET' && !headers[xsrf]) return boom(400, `Request must contain a ${xsrf} header.`);
  const isInternal = pathname.includes('/internal/');
  if (isInternal && major >= 9 && !headers['x-elastic-internal-origin']) {
    return boom(400, `uri [${pathname}] with method [get] exists but is not available with the current configuration`);
  }
  const asked = headers['elastic-api-version'];
  const knows = flavour === 'kibana' && (major >= 9 || /^8\.1\d/.test(version));
  if (knows && asked !== undefined && asked !== '2023-10-31') {
    return boom(400, `No version "${asked}" available for [get] [${pathname}]. Available versions are: 2023-10-31`);
  }
  return undefined;
}

function boom(statusCode: number, message: string): Reply {
  const names: Readonly<Record<number, string>> = {
    400: 'Bad Request',
    401: 'Unauthorized',
    403: 'Forbidden',
    404: 'Not Found',
  };
  return { status: statusCode, body: JSON.stringify({ statusCode, error: names[statusCode], message }) };
}

const json = (body: unknown, headers: Record<string, string> = {}): Reply => ({ body: JSON.stringify(body), headers });

function route(context: Context): Reply {
  const { path, double, request } = context;
  if (path === '/api/status')
    return json({ name: 'kibana', uuid: 'u', version: { number: double.version }, status: {} });
  if (path === '/api/saved_objects/_export') return exportOf(context);
  if (path.startsWith('/api/saved_objects/')) {
    if (double.hasNoSavedObjectRoutes) {
      return boom(400, `uri [${path}] with method [get] exists but is not available with the current configuration`);
    }
    return savedObjects(context);
  }
  if (path.startsWith('/api/data_views') || path.startsWith('/api/index_patterns')) return dataViews(context);
  if (path.startsWith('/api/short_url') || path === '/api/shorten_url') return shortUrls(context);
  if (path === '/api/alerting/rules/_find') return rules(context);
  const [, rule] = /^\/api\/alerting\/rule\/([^/]+)$/.exec(path) ?? [];
  if (rule !== undefined) return ruleOf(context, rule);
  return request.method === 'GET' && path.startsWith('/app/')
    ? { status: 200, contentType: 'text/html', body: '<html>Kibana</html>' }
    : boom(404, 'Not Found');
}

/** From 8.7 on a warning, which is no failure. */
function deprecated({ major }: Context): Record<string, string> {
  return major >= 9 ? { warning: '299 Kibana "The route GET /api/saved_objects is deprecated"' } : {};
}

function savedObjects(context: Context): Reply {
  const { path, request, space, major } = context;
  if (path === '/api/saved_objects/_find') return find(context);
  const [, resolve, type, id = ''] = /^\/api\/saved_objects\/(resolve\/)?([\w-]+)\/([^/]+)$/.exec(path) ?? [];
  if (request.method !== 'GET' || type === undefined) return boom(404, 'Not Found');
  if (resolve && major < 8) return boom(404, 'Not Found');
  const object = space.objects.find((one) => one.type === type && one.id === decodeURIComponent(id));
  if (!object) return boom(404, `Saved object [${type}/${decodeURIComponent(id)}] not found`);
  return json(resolve ? { saved_object: object, outcome: 'exactMatch' } : object, deprecated(context));
}

function find(context: Context): Reply {
  const {
    request: { searchParams },
    space,
  } = context;
  const types = searchParams.getAll('type');
  if (types.length === 0)
    return boom(400, '[request query.type]: expected at least one defined value but got [undefined]');
  const perPage = Number(searchParams.get('per_page') ?? 20);
  const page = Number(searchParams.get('page') ?? 1);
  const fields = searchParams.getAll('fields');
  const found = space.objects.filter(({ type }) => types.includes(type));
  const shown = found.slice((page - 1) * perPage, page * perPage).map(({ attributes, ...rest }) => ({
    ...rest,
    attributes: Object.fromEntries(
      Object.entries(attributes).filter(([name]) => fields.length === 0 || fields.includes(name)),
    ),
    score: 0,
  }));
  return json({ page, per_page: perPage, total: found.length, saved_objects: shown }, deprecated(context));
}

function exportOf({ request, space }: Context): Reply {
  if (request.method !== 'POST') return boom(404, 'Not Found');
  const { type, objects } = JSON.parse(request.body) as { type?: string[]; objects?: { type: string; id: string }[] };
  const missing = objects?.find((one) => !space.objects.some(({ type: t, id }) => t === one.type && id === one.id));
  if (missing) return boom(400, `Error fetching objects to export`);
  if (!type && !objects) return boom(400, '[request body]: either `type` or `objects` must be given');
  const found = space.objects.filter(
    (one) => type?.includes(one.type) || objects?.some(({ type: t, id }) => t === one.type && id === one.id),
  );
  return { contentType: 'application/ndjson', body: found.map((one) => JSON.stringify(one)).join('\n') };
}

function dataViews(context: Context): Reply {
  const { path, major, space, double } = context;
  const isNew = path.startsWith('/api/data_views');
  const isDashboards = double.flavour === 'opensearch-dashboards';
  if (isDashboards || isNew !== major >= 8) return boom(404, 'Not Found');
  const views = space.objects.filter(({ type }) => type === 'index-pattern');
  if (path === '/api/data_views') {
    return json({
      data_view: views.map(({ id, attributes: { title, name } }) => ({ id, namespaces: ['default'], title, name })),
    });
  }
  const id = decodeURIComponent(path.split('/').at(-1) ?? '');
  const object = views.find((one) => one.id === id);
  if (!object) return boom(404, `Saved object [index-pattern/${id}] not found`);
  const { fields, runtimeFieldMap, ...attributes } = object.attributes;
  const listed = JSON.parse(String(fields ?? '[]')) as { name: string }[];
  const spec = {
    id,
    ...attributes,
    fields: Object.fromEntries([...FIELDS, ...listed].map((field) => [field.name, field])),
    runtimeFieldMap: JSON.parse(String(runtimeFieldMap ?? '{}')),
  };
  return json(isNew ? { data_view: spec } : { index_pattern: spec });
}

/** What the mapping of the indices has. */
const FIELDS = [
  { name: '@timestamp', type: 'date' },
  { name: 'host.name', type: 'string' },
  { name: 'service.name', type: 'string' },
  { name: 'log.level', type: 'string' },
  { name: 'message', type: 'string' },
  { name: 'cpu', type: 'number' },
  { name: 'user.id', type: 'string', subType: { nested: { path: 'user' } } },
];

function shortUrls({ path, major, request, double: { short = new Map() }, space }: Context): Reply {
  if (request.method === 'POST') {
    const body = JSON.parse(request.body) as { locatorId?: string; params?: Json; url?: string };
    const key = `k${short.size + 1}`;
    if (path === '/api/shorten_url') {
      if (major >= 8) return boom(400, 'The shorten URL API is no longer supported');
      short.set(key, { url: body.url });
      return json({ urlId: key });
    }
    if (path !== '/api/short_url' || major < 8) return boom(404, 'Not Found');
    if (body.locatorId === undefined) return boom(400, '[request body.locatorId]: expected value of type [string]');
    if (typeof body.params !== 'object') return boom(400, '[request body.params]: expected value of type [object]');
    const one = {
      id: key,
      slug: key,
      accessCount: 0,
      accessDate: 1_767_225_600_000,
      createDate: 1_767_225_600_000,
      locator: { id: body.locatorId, version: '8.0.0', state: body.params },
    };
    short.set(key, one);
    return json(one);
  }
  const [, id = ''] = /^\/api\/short_url\/(?:_slug\/)?([^/]+)$/.exec(path) ?? [];
  const found = short.get(id) ?? space.objects.find((one) => one.type === 'url' && one.id === id)?.attributes;
  return found && major >= 8 ? json(found) : boom(404, 'Not Found');
}

function ruleOf({ space, double }: Context, id: string): Reply {
  if (double.hasNoRules) return boom(403, 'Unauthorized to get a rule');
  const found = space.rules.find((rule) => rule.id === id);
  return found ? json(found) : boom(404, `Saved object [alert/${id}] not found`);
}

function rules({ request: { searchParams }, space, double }: Context): Reply {
  if (double.flavour === 'opensearch-dashboards') return boom(404, 'Not Found');
  if (double.hasNoRules) return boom(403, 'Unauthorized to find rules for any rule types');
  const perPage = Number(searchParams.get('per_page') ?? 10);
  const page = Number(searchParams.get('page') ?? 1);
  if (perPage > 100) return boom(400, '[request query.per_page]: too large');
  const data = space.rules.slice((page - 1) * perPage, page * perPage);
  return json({ page, per_page: perPage, total: space.rules.length, data });
}

function status({ version, hidesVersion }: KibanaDouble): Reply {
  const overall = { overall: { level: 'available' } };
  return json(
    hidesVersion ? { status: overall } : { name: 'kibana', uuid: 'u', version: { number: version }, status: overall },
  );
}
