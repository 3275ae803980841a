/** What only the whole set can tell: names that clash, overlays of queries and sources that do not exist. */
import type { DataPath, Fault } from '../config/fault.ts';
import type { SavedQuery } from '../domain/saved-query.ts';
import { nearest } from '../lib/nearest.ts';
import { unknownParameter } from './check-definition.ts';
import { unknownSource } from './make-query.ts';
import type { CatalogSource, Site } from './site.ts';

/** A saved query and the place it was made from. */
export interface Placed {
  readonly site: Site;
  readonly query: SavedQuery;
}

/**
 * Checks definitions against each other and against the sources.
 *
 * @param partly - what is left of definitions that could not be read; only what they are drawn with is looked at
 * @param broken - names of definitions that could not be read; an overlay of one of those is no fault
 */
export function checkSet(
  placed: readonly Placed[],
  partly: readonly Placed[],
  sources: readonly CatalogSource[],
  broken: ReadonlySet<string>,
): readonly Fault[] {
  return [...checkVariants(placed), ...checkAliases(placed), ...checkOverlays(placed, partly, sources, broken)];
}

/**
 * Takes from the packs that ship with Glimpse the aliases that definitions of one's own are called by: a newer pack must not
 * stop an installation that had the word first.
 */
export function yieldAliases(placed: readonly Placed[]): readonly Placed[] {
  const owners = new Map<string, Set<string>>();
  for (const { site, query } of placed) {
    if (site.folder.isShipped) continue;
    for (const name of [query.id, ...query.aliases]) {
      const word = name.toLowerCase();
      owners.set(word, (owners.get(word) ?? new Set()).add(query.id.toLowerCase()));
    }
  }
  return placed.map(({ site, query }) => {
    if (!site.folder.isShipped) return { site, query };
    // a variant of one's own may share the alias
    const isOurs = (alias: string) => {
      const ids = owners.get(alias.toLowerCase());
      return ids === undefined || (ids.size === 1 && ids.has(query.id.toLowerCase()));
    };
    return { site, query: { ...query, aliases: query.aliases.filter(isOurs) } };
  });
}

/** A name may have one variant per pack and source. */
function checkVariants(placed: readonly Placed[]): Fault[] {
  const seen = new Map<string, Site>();
  return placed.flatMap(({ site, query }) => {
    const key = JSON.stringify([query.id.toLowerCase(), query.pack, query.sourceName]);
    const before = seen.get(key);
    if (!before) seen.set(key, site);
    if (!before || before === site) return [];
    const where = `pack ${query.pack}, source ${query.sourceName}`;
    return [site.faultAt([], `is already defined for ${where} at ${before.origin}; rename one of the two`, 'key')];
  });
}

/** An alias belongs to one name; variants of that name may share it. */
function checkAliases(placed: readonly Placed[]): Fault[] {
  const ids = new Map(placed.map(({ site, query }) => [query.id.toLowerCase(), site] as const).toReversed());
  const owners = new Map<string, Site>();
  return placed.flatMap(({ site, query }) =>
    query.aliases.flatMap((alias) => {
      const word = alias.toLowerCase();
      const path = ['aliases', site.definition.aliases.indexOf(alias)];
      const named = ids.get(word);
      if (named && word !== site.id.toLowerCase()) {
        return [site.faultAt(path, `"${alias}" is the name of the query at ${named.origin}; choose another`)];
      }
      const owner = owners.get(word) ?? site;
      owners.set(word, owner);
      if (owner.id.toLowerCase() === site.id.toLowerCase()) return [];
      return [site.faultAt(path, `"${alias}" is an alias of ${owner.id} (${owner.origin}) already; choose another`)];
    }),
  );
}

function checkOverlays(
  placed: readonly Placed[],
  partly: readonly Placed[],
  sources: readonly CatalogSource[],
  broken: ReadonlySet<string>,
): Fault[] {
  const byName = new Map<string, Placed[]>();
  for (const one of placed) {
    for (const name of [one.query.id, ...one.query.aliases]) {
      const key = name.toLowerCase();
      byName.set(key, [...(byName.get(key) ?? []), one]);
    }
  }
  return [...placed, ...partly].flatMap(({ site, query }) =>
    query.overlays.flatMap((overlay, index) => {
      const path: DataPath = ['overlays', index];
      if (overlay.kind === 'query' && broken.has(overlay.query.toLowerCase())) return [];
      if (overlay.kind === 'query') return checkOverlaid(site, overlay, path, byName);
      if (sources.some(({ name }) => name === overlay.source)) return [];
      return [site.faultAt([...path, 'annotations'], unknownSource(overlay.source, sources))];
    }),
  );
}

function checkOverlaid(
  site: Site,
  overlay: { readonly query: string; readonly with: Readonly<Record<string, string>> },
  path: DataPath,
  byName: ReadonlyMap<string, readonly Placed[]>,
): Fault[] {
  const found = byName.get(overlay.query.toLowerCase());
  if (!found) {
    const near = nearest(overlay.query, byName.keys(), 1)[0];
    const hint = near === undefined ? 'name one that is loaded' : `did you mean ${near}?`;
    return [site.faultAt([...path, 'query'], `there is no query "${overlay.query}"; ${hint}`)];
  }
  const given = Object.keys(overlay.with);
  return found.slice(0, 1).flatMap(({ query }) => {
    const names = query.parameters.map(({ name }) => name);
    const missing = query.parameters.filter(({ name, default: value }) => value === undefined && !given.includes(name));
    const lacks = (name: string) =>
      `lacks \`${name}\` of ${query.id}, which has no default; write with: { ${name}: … }`;
    return [
      ...given
        .filter((name) => !names.includes(name))
        .map((name) => site.faultAt([...path, 'with', name], unknownParameter(name, names), 'key')),
      ...missing.map(({ name }) => site.faultAt([...path, 'with'], lacks(name))),
    ];
  });
}
