/** What one installation keeps, remembered for a while: names of things, searches, data views. */
import { BotError } from '../../domain/errors.ts';
import { createBoundedMap } from '../../lib/bounded-map.ts';
import type { Clock } from '../../lib/clock.ts';
import { nearest } from '../../lib/nearest.ts';
import type { KibanaClient } from './client.ts';
import { getDataView, type IndexView, listDataViews } from './data-views.ts';
import { getObject, listObjects, type ObjectList, type SavedObject, titleOf } from './saved-objects.ts';

/** Somebody who has just saved a search asks for it within a minute. */
const REMEMBER_MS = 30_000;
/** Searches, data views and lists of a busy room; the fields of a data view may take a megabyte. */
const REMEMBERED_MAX = 50;
const NEAR_MAX = 3;

/** Finds things by what people call them. */
export interface KibanaCatalog {
  /** Saved searches, data views and dashboards by name. @throws BotError `SOURCE_…` */
  things(space: string | undefined, signal: AbortSignal): Promise<ObjectList>;
  /**
   * A saved search by id or title.
   *
   * @throws BotError `SOURCE_NOT_FOUND` with the titles near it in `details.near`; `SOURCE_…`
   */
  search(idOrTitle: string, space: string | undefined, signal: AbortSignal): Promise<SavedObject>;
  /** A data view by id, name or index expression. @throws BotError as {@link search} */
  view(idOrName: string, space: string | undefined, signal: AbortSignal): Promise<IndexView>;
}

/** Makes a catalog with an empty memory. */
export function createKibanaCatalog(client: KibanaClient, clock: Clock): KibanaCatalog {
  const known = createBoundedMap<string, { readonly untilMs: number; readonly value: unknown }>(REMEMBERED_MAX);

  /** What is not there is asked for again: it may be there soon. */
  async function remembered<Value>(key: readonly unknown[], ask: () => Promise<Value>): Promise<Value> {
    const name = JSON.stringify(key);
    const one = known.get(name);
    if (one && one.untilMs > clock.now()) return one.value as Value;
    const value = await ask();
    if (value !== undefined) known.set(name, { untilMs: clock.now() + REMEMBER_MS, value });
    return value;
  }

  const things: KibanaCatalog['things'] = (space, signal) =>
    remembered(['things', space], () => listObjects(client, ['search', 'index-pattern', 'dashboard'], space, signal));
  const searchById = (id: string, space: string | undefined, signal: AbortSignal) =>
    remembered(['search', space, id], () => getObject(client, 'search', id, space, signal));
  const viewById = (id: string, space: string | undefined, signal: AbortSignal) =>
    remembered(['view', space, id], () => getDataView(client, id, space, signal));

  return {
    things,
    async search(idOrTitle, space, signal) {
      const byId = looksLikeId(idOrTitle) ? await searchById(idOrTitle, space, signal) : undefined;
      if (byId) return byId;
      const { objects } = await things(space, signal);
      const searches = objects.filter(({ type }) => type === 'search');
      const found = onlyOne(searches, idOrTitle, (one) => [one.id, titleOf(one)], 'saved searches');
      const whole = found && (await searchById(found.id, space, signal));
      if (whole) return whole;
      throw notThere(client.title, 'saved search', idOrTitle, searches.map(titleOf));
    },
    async view(idOrName, space, signal) {
      const byId = looksLikeId(idOrName) ? await viewById(idOrName, space, signal) : undefined;
      if (byId) return byId;
      const views = await remembered(['views', space], () => listDataViews(client, space, signal));
      // rules list indices without the blanks that people put between them
      const namesOf = ({ id, name, title }: (typeof views)[number]) => [id, name, title, title.replace(/\s+/g, '')];
      const found = onlyOne(views, idOrName, namesOf, 'data views');
      const whole = found && (await viewById(found.id, space, signal));
      if (whole) return whole;
      throw notThere(
        client.title,
        'data view',
        idOrName,
        views.map(({ name }) => name),
      );
    },
  };
}

/** Ids have no blanks and no wildcards; names mostly do. */
function looksLikeId(text: string): boolean {
  return /^[\w.:-]{4,}$/.test(text);
}

/** The thing with that name, written exactly, else without case. @throws BotError `SOURCE_NOT_FOUND` when there are several */
function onlyOne<Thing extends { readonly id: string }>(
  things: readonly Thing[],
  wanted: string,
  namesOf: (thing: Thing) => readonly string[],
  noun: string,
): Thing | undefined {
  const exact = things.filter((one) => namesOf(one).includes(wanted));
  const lower = wanted.trim().toLowerCase();
  const found =
    exact.length > 0 ? exact : things.filter((one) => namesOf(one).some((text) => text.toLowerCase() === lower));
  const [first, second] = found;
  if (!second) return first;
  const ids = found.map(({ id }) => id).slice(0, NEAR_MAX);
  const message = `There are ${found.length} ${noun} called ${wanted}; name one by its id: ${ids.join(', ')}.`;
  throw new BotError('SOURCE_NOT_FOUND', message, { near: ids });
}

function notThere(title: string, noun: string, wanted: string, names: readonly string[]): BotError {
  const near = nearest(wanted, names, NEAR_MAX);
  const hint = near.length > 0 ? ` Near: ${near.join(', ')}.` : '';
  return new BotError('SOURCE_NOT_FOUND', `${title} has no ${noun} called ${wanted}.${hint}`, { near });
}
