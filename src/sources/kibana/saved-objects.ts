/** Reads saved objects: through the routes for them, and through the export where a server refuses those. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import { type KibanaClient, otherShape } from './client.ts';
import { refusalIn } from './failures.ts';
import { isAtLeast } from './version.ts';

/** Types of objects that are read. */
export type ObjectType = 'search' | 'index-pattern' | 'dashboard';

const SavedObject = z.object({
  id: z.string(),
  type: z.string(),
  attributes: z.record(z.string(), z.unknown()).default({}),
  references: z.array(z.object({ id: z.string(), name: z.string(), type: z.string() })).default([]),
});

/** An object as it is kept; what is in `attributes` is for its reader to check. */
export type SavedObject = z.output<typeof SavedObject>;

const Found = z.object({ total: z.number(), saved_objects: z.array(SavedObject) });
/** `resolve` follows the aliases that sharing between spaces leaves; older servers give the object itself. */
const Resolved = z.union([z.object({ saved_object: SavedObject }).transform((one) => one.saved_object), SavedObject]);

/** Objects of one page; the server's own most is 10,000. */
const PAGE_SIZE = 1_000;
/** More names than this nobody looks through; what is left out can still be asked for by its id. */
const PAGES_MAX = 3;

/** Names of objects, and how many there are that are not among them. */
export interface ObjectList {
  readonly objects: readonly SavedObject[];
  readonly left: number;
}

/** Lists objects with title and description only, ordered by type as asked. @throws BotError `SOURCE_…` */
export async function listObjects(
  client: KibanaClient,
  types: readonly ObjectType[],
  space: string | undefined,
  signal: AbortSignal,
): Promise<ObjectList> {
  try {
    return await listByFind(client, types, space, signal);
  } catch (thrown) {
    if (refusalIn(thrown) !== 'no_route') throw thrown;
    const objects = await exported(client, { type: types }, space, signal).catch(() => {
      throw thrown;
    });
    const max = PAGE_SIZE * PAGES_MAX;
    return { objects: objects.slice(0, max), left: Math.max(0, objects.length - max) };
  }
}

async function listByFind(
  client: KibanaClient,
  types: readonly ObjectType[],
  space: string | undefined,
  signal: AbortSignal,
): Promise<ObjectList> {
  const objects: SavedObject[] = [];
  for (let page = 1; ; page += 1) {
    const query = new URLSearchParams({ per_page: String(PAGE_SIZE), page: String(page) });
    for (const type of types) query.append('type', type);
    for (const field of ['title', 'description', 'name']) query.append('fields', field);
    const { success, data } = Found.safeParse(
      await client.json({ path: 'api/saved_objects/_find', query, space }, signal),
    );
    if (!success) throw otherShape(client.title, 'a list of saved objects');
    objects.push(...data.saved_objects);
    const isWhole = objects.length >= data.total || data.saved_objects.length === 0;
    if (isWhole || page === PAGES_MAX) return { objects, left: isWhole ? 0 : data.total - objects.length };
  }
}

/** One object, whole; `undefined` when there is none with that id. @throws BotError `SOURCE_…` */
export async function getObject(
  client: KibanaClient,
  type: ObjectType,
  id: string,
  space: string | undefined,
  signal: AbortSignal,
): Promise<SavedObject | undefined> {
  const resolve = isAtLeast(await client.version(signal), 8, 0, true) ? 'resolve/' : '';
  const path = `api/saved_objects/${resolve}${type}/${encodeURIComponent(id)}`;
  try {
    const { success, data } = Resolved.safeParse(await client.json({ path, space }, signal));
    if (!success) throw otherShape(client.title, 'a saved object');
    return data;
  } catch (thrown) {
    const refusal = refusalIn(thrown);
    if (refusal === 'no_object') return undefined;
    if (refusal !== 'no_route') throw thrown;
    const found = await exported(client, { objects: [{ type, id }] }, space, signal).catch((other: unknown) => {
      // an export of what is not there is a 400
      if (other instanceof BotError && other.code === 'SOURCE_BAD_QUERY') return [];
      throw thrown;
    });
    return found.find((one) => one.id === id);
  }
}

/** The export is whole and not deprecated; it costs more, as it has no fields to leave out. */
async function exported(
  client: KibanaClient,
  what: { readonly type: readonly string[] } | { readonly objects: readonly { type: string; id: string }[] },
  space: string | undefined,
  signal: AbortSignal,
): Promise<readonly SavedObject[]> {
  const body = { ...what, includeReferencesDeep: false, excludeExportDetails: true };
  const lines = await client.lines({ path: 'api/saved_objects/_export', body, space }, signal);
  return lines.flatMap((line) => {
    const object = SavedObject.safeParse(line);
    return object.success ? [object.data] : [];
  });
}

/** What people call an object; its id when it has no name. */
export function titleOf({ id, attributes }: SavedObject): string {
  const { name, title } = attributes;
  if (typeof name === 'string' && name !== '') return name;
  return typeof title === 'string' && title !== '' ? title : id;
}
