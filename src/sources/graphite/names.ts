/** Names of series: what the definition's alias says, else what tells the rows apart. Pure. */
import type { BoundTarget } from './bind.ts';

/** A row of an answer with the target that it belongs to. */
export interface NamedRow {
  readonly bound: BoundTarget;
  /** As the server names it, without our marks. */
  readonly name: string;
}

/** Gives every row the name a legend shows, unique among them; same order. */
export function nameRows(rows: readonly NamedRow[]): string[] {
  const plain = plainNames(rows);
  const isRepeated = repeated(plain);
  const withWords = rows.map(({ bound }, index) => {
    const name = plain[index] as string;
    const words = Object.values(bound.labels).join(' ');
    return isRepeated.has(name) && words !== '' && words !== name ? `${words} ${name}` : name;
  });
  const seen = new Map<string, number>();
  return withWords.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  });
}

function plainNames(rows: readonly NamedRow[]): string[] {
  const perTarget = new Map<BoundTarget, number>();
  for (const { bound } of rows) perTarget.set(bound, (perTarget.get(bound) ?? 0) + 1);
  const differing = differingNodes(rows.filter(({ bound }) => !bound.isNamed).map(({ name }) => name));
  return rows.map(({ bound, name }) => {
    if (bound.isNamed) return name;
    const words = Object.values(bound.labels).join(' ');
    if (words !== '' && perTarget.get(bound) === 1) return words;
    return differing.get(name) ?? name;
  });
}

function repeated(names: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  return new Set(names.filter((name) => seen.size === seen.add(name).size));
}

/** Of metric names with equally many nodes, those nodes that are not the same everywhere: `web01.user`. */
function differingNodes(names: readonly string[]): ReadonlyMap<string, string> {
  const paths = names.map((name) => name.split('.'));
  const length = paths[0]?.length ?? 0;
  const isComparable = paths.length > 1 && names.every((name) => !/[(){}"' ]/.test(name));
  if (!isComparable || paths.some((path) => path.length !== length)) return new Map();
  const columns = Array.from({ length }, (_, at) => at).filter((at) => new Set(paths.map((path) => path[at])).size > 1);
  if (columns.length === 0) return new Map();
  return new Map(names.map((name, index) => [name, columns.map((at) => paths[index]?.[at]).join('.')]));
}
