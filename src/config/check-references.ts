/** What the schema of the config cannot say: entries that name other entries. Works on data of any shape. */
import { nearest } from '../lib/nearest.ts';
import { listOf } from './check-shape.ts';
import type { DataPath, Fault } from './fault.ts';
import type { YamlFile } from './yaml-file.ts';

/** Checks that chats and sources which are named exist, and that no name or pack is there twice. */
export function checkReferences(config: unknown, yaml: YamlFile): readonly Fault[] {
  const chats = Object.keys(mapAt(config, 'chats'));
  const routes = routesAt(config, []);
  const people = listAt(config, 'owners', 'people').map((_, index): DataPath => ['owners', 'people', index]);
  const fallbacks = routes.map((route) => [...route, 'fallback']);
  const places: readonly DataPath[] = [['operators'], ...routes, ...fallbacks, ...people];
  const unknownChats = places.flatMap((place) => {
    const path = [...place, 'chat'];
    const name = valueAt(config, ...path);
    return typeof name !== 'string' || chats.includes(name) ? [] : [yaml.faultAt(path, unknownChat(name, chats))];
  });
  const packs = listAt(config, 'queries').map((entry) => JSON.stringify(entry));
  const names = listAt(config, 'tokens').map((token) => valueAt(token, 'name'));
  return [
    ...unknownChats,
    ...unknownPeers(config, yaml),
    ...twice(packs).map((index) => yaml.faultAt(['queries', index], 'is here already; take it away')),
    ...twice(names).map((index) =>
      yaml.faultAt(['tokens', index, 'name'], 'is the name of another token; choose one of its own'),
    ),
  ];
}

/** Where all routes stand, those below others too. */
function routesAt(config: unknown, above: DataPath): readonly DataPath[] {
  return listAt(config, ...above, 'routes').flatMap((_, index) => {
    const path = [...above, 'routes', index];
    return [path, ...routesAt(config, path)];
  });
}

/** A Kibana names the Elasticsearch that holds its data. */
function unknownPeers(config: unknown, yaml: YamlFile): readonly Fault[] {
  const sources = mapAt(config, 'sources');
  const kindOf = (name: string) => valueAt(sources, name, 'kind');
  const there = Object.keys(sources).filter((name) => kindOf(name) === PEER_KIND);
  return Object.keys(sources).flatMap((name) => {
    const peer = kindOf(name) === 'kibana' ? valueAt(sources, name, PEER_KIND) : undefined;
    if (typeof peer !== 'string' || kindOf(peer) === PEER_KIND) return [];
    const known = there.length === 0 ? 'there is none; add one under `sources`' : `there are ${listOf(there)}`;
    const near = nearest(peer, there, 1)[0];
    const hint = near === undefined ? known : `did you mean ${near}?`;
    return [yaml.faultAt(['sources', name, PEER_KIND], `"${peer}" is no source of kind ${PEER_KIND}; ${hint}`)];
  });
}

const PEER_KIND = 'elasticsearch';

/** The value at a path, or `undefined`. */
export function valueAt(value: unknown, ...path: DataPath): unknown {
  let current = value;
  for (const part of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, part)) return undefined;
    current = (current as Readonly<Record<string | number, unknown>>)[part];
  }
  return current;
}

/** The list at a path; empty when there is none. */
export function listAt(value: unknown, ...path: DataPath): readonly unknown[] {
  const found = valueAt(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** The map at a path; empty when there is none. */
export function mapAt(value: unknown, ...path: DataPath): object {
  const found = valueAt(value, ...path);
  return typeof found === 'object' && found !== null ? found : {};
}

function unknownChat(name: string, chats: readonly string[]): string {
  const near = nearest(name, chats, 1)[0];
  if (near !== undefined) return `"${name}" is no chat of this config; did you mean ${near}?`;
  const there = chats.length === 0 ? 'there are none; add one under `chats`' : `there are ${listOf(chats)}`;
  return `"${name}" is no chat of this config; ${there}`;
}

/** Indexes of values that were there before; what is absent does not count. */
function twice(values: readonly unknown[]): readonly number[] {
  return values.flatMap((value, index) => (value !== undefined && values.indexOf(value) < index ? [index] : []));
}
