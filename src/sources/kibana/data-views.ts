/** Data views, called index patterns before 8: which indices, which field has the time, which fields there are. */
import { z } from 'zod';
import { type KibanaClient, otherShape } from './client.ts';
import { refusalIn } from './failures.ts';
import { getObject, listObjects, titleOf } from './saved-objects.ts';
import { hasDataViews } from './version.ts';

/** What reading data needs of a data view. */
export interface IndexView {
  readonly id: string;
  /** What people call it. */
  readonly name: string;
  /** The index expression: `logs-*,metrics-*`. */
  readonly index: string;
  /** Absent where its documents have no time. */
  readonly timeField?: string;
  /** Fields that exist only in the query, as `runtime_mappings` of a search. */
  readonly runtimeMappings: Readonly<Record<string, unknown>>;
  /** Paths of nested documents by the fields in them. */
  readonly nested: ReadonlyMap<string, string>;
  /** Names of its fields, where it says them. */
  readonly fields: ReadonlySet<string>;
}

const Field = z.object({
  name: z.string().optional(),
  subType: z.object({ nested: z.object({ path: z.string() }).optional() }).optional(),
});
const Fields = z.union([z.record(z.string(), Field), z.array(Field)]);
const Runtime = z.object({ type: z.string(), script: z.object({ source: z.string() }).optional() });

/** A data view as the API and searches that carry one of their own write it. */
const Spec = z.object({
  id: z.string().optional(),
  title: z.string().min(1),
  name: z.string().optional(),
  timeFieldName: z.string().optional(),
  fields: Fields.optional(),
  runtimeFieldMap: z.record(z.string(), z.unknown()).optional(),
});

const Answer = z.union([
  z.object({ data_view: Spec }).transform((one) => one.data_view),
  z.object({ index_pattern: Spec }).transform((one) => one.index_pattern),
]);
const List = z.object({
  data_view: z.array(z.object({ id: z.string(), title: z.string(), name: z.string().optional() })),
});

/** Reads a data view that stands inside a search or a link; `undefined` when it is none. */
export function dataViewOf(spec: unknown, id = ''): IndexView | undefined {
  const { success, data } = Spec.safeParse(spec);
  return success ? fromSpec(data, id) : undefined;
}

function fromSpec(
  { id, title, name, timeFieldName, fields = {}, runtimeFieldMap = {} }: z.output<typeof Spec>,
  asked: string,
): IndexView {
  // a blank after a comma is Kibana's own, and no part of a name
  const index = title.replace(/\s*,\s*/g, ',').trim();
  const all = Array.isArray(fields) ? fields.map((one) => [one.name ?? '', one] as const) : Object.entries(fields);
  return {
    id: id ?? asked,
    name: name === undefined || name === '' ? title : name,
    index,
    ...(timeFieldName !== undefined && timeFieldName !== '' && { timeField: timeFieldName }),
    runtimeMappings: runtimeMappings(runtimeFieldMap),
    nested: new Map(all.flatMap(([field, { subType }]) => (subType?.nested ? [[field, subType.nested.path]] : []))),
    fields: new Set(all.map(([field]) => field)),
  };
}

/** Only what a search takes: a type and a script. */
function runtimeMappings(map: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(map).flatMap(([field, one]) => {
      const { success, data } = Runtime.safeParse(one);
      return success && data.type !== 'composite' ? [[field, data]] : [];
    }),
  );
}

/** One data view by id; `undefined` when there is none. @throws BotError `SOURCE_…` */
export async function getDataView(
  client: KibanaClient,
  id: string,
  space: string | undefined,
  signal: AbortSignal,
): Promise<IndexView | undefined> {
  const version = await client.version(signal);
  if (version.flavour !== 'kibana') return fromObject(client, id, space, signal);
  const route = hasDataViews(version) ? 'data_views/data_view' : 'index_patterns/index_pattern';
  try {
    const answer = Answer.safeParse(
      await client.json({ path: `api/${route}/${encodeURIComponent(id)}`, space }, signal),
    );
    if (!answer.success) throw otherShape(client.title, 'a data view');
    return fromSpec(answer.data, id);
  } catch (thrown) {
    const refusal = refusalIn(thrown);
    if (refusal === 'no_object') return undefined;
    // the version is not known, and it is an old one
    if (refusal === 'no_route') return fromObject(client, id, space, signal);
    throw thrown;
  }
}

async function fromObject(
  client: KibanaClient,
  id: string,
  space: string | undefined,
  signal: AbortSignal,
): Promise<IndexView | undefined> {
  const object = await getObject(client, 'index-pattern', id, space, signal);
  if (!object) return undefined;
  const { fields, runtimeFieldMap, ...rest } = object.attributes;
  const spec = { ...rest, fields: textOfJson(fields), runtimeFieldMap: textOfJson(runtimeFieldMap) };
  const view = dataViewOf({ ...spec, id: object.id }, id) ?? dataViewOf({ ...rest, id: object.id }, id);
  if (!view) throw otherShape(client.title, 'an index pattern');
  return view;
}

/** In saved objects some attributes are JSON within JSON. */
function textOfJson(text: unknown): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Names of a data view. */
export interface IndexViewName {
  readonly id: string;
  readonly name: string;
  /** The index expression. */
  readonly title: string;
}

/** All data views of a space, by name. @throws BotError `SOURCE_…` */
export async function listDataViews(
  client: KibanaClient,
  space: string | undefined,
  signal: AbortSignal,
): Promise<readonly IndexViewName[]> {
  if (hasDataViews(await client.version(signal))) {
    try {
      const { success, data } = List.safeParse(await client.json({ path: 'api/data_views', space }, signal));
      if (!success) throw otherShape(client.title, 'a list of data views');
      return data.data_view.map(({ id, title, name }) => ({ id, title, name: name || title }));
    } catch (thrown) {
      if (refusalIn(thrown) !== 'no_route') throw thrown;
    }
  }
  const { objects } = await listObjects(client, ['index-pattern'], space, signal);
  return objects.map((object) => ({
    id: object.id,
    name: titleOf(object),
    title: String(object.attributes.title ?? object.id),
  }));
}
