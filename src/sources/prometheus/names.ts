/** Names of series: the definition's legend, else what the question and the labels tell apart. Pure. */
import type { Labels } from '../../domain/labels.ts';
import { applyFilters, isFilter } from '../../queries/expand.ts';

/** A series before it has a name. */
export interface NamedRow {
  /** As the server has them, with `__name__` where it has one. */
  readonly labels: Labels;
  /** The value of each parameter. */
  readonly parameters: Labels;
  /** Labels by which the parameters were matched: they say the same again. */
  readonly matched: ReadonlySet<string>;
  /** The name of its expression in the definition. */
  readonly expression?: string;
}

/** A legend has no room for more. */
const NAME_MAX_CHARS = 120;

/** Gives every row the name a legend shows, unique among them; same order. */
export function nameRows(rows: readonly NamedRow[], legend: string | undefined, fallback: string): string[] {
  const plain = legend === undefined ? differingNames(rows, fallback) : rows.map((row) => fromLegend(legend, row));
  const repeated = repeatedIn(plain);
  const told = plain.map((name, index) => {
    const words = Object.values((rows[index] as NamedRow).parameters).join(' ');
    return repeated.has(name) && words !== '' && words !== name ? `${words} ${name}`.trim() : name;
  });
  const seen = new Map<string, number>();
  return told.map((name) => {
    const shown = (name === '' ? fallback : name).slice(0, NAME_MAX_CHARS);
    const count = (seen.get(shown) ?? 0) + 1;
    seen.set(shown, count);
    return count === 1 ? shown : `${shown} (${count})`;
  });
}

function fromLegend(legend: string, { labels, parameters }: NamedRow): string {
  const lookup = (name: string) => parameters[name] ?? labels[name] ?? '';
  return legend
    .replace(/\{\{\s*(\w+)\s*(?:\|\s*(\w+)\s*)?\}\}/g, (_, name: string, filter?: string) =>
      filter !== undefined && isFilter(filter) ? applyFilters(lookup(name), [filter]) : lookup(name),
    )
    .trim();
}

function repeatedIn(names: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  return new Set(names.filter((name) => seen.size === seen.add(name).size));
}

/** Values of parameters, names of expressions and values of labels, each only where it is not the same for all. */
function differingNames(rows: readonly NamedRow[], fallback: string): string[] {
  const parameters = differingKeys(rows.map((row) => row.parameters));
  const hasExpressions = new Set(rows.map(({ expression }) => expression)).size > 1;
  const own = rows.map(({ labels, matched }) =>
    Object.fromEntries(Object.entries(labels).filter(([name]) => !matched.has(name))),
  );
  const inGroups = differingWithin(rows, own);
  return rows.map((row, index) => {
    const words = [
      ...parameters.map((name) => row.parameters[name] ?? ''),
      ...(hasExpressions && row.expression !== undefined ? [row.expression] : []),
      ...inGroups.map((name) => wordOf(name, own[index]?.[name] ?? '')),
    ].filter((word) => word !== '');
    return words.length > 0 ? words.join(' ') : alone(row, fallback);
  });
}

/** A bare number says nothing without its label: `cpu 0`, `code 500`. */
function wordOf(label: string, value: string): string {
  return /^[-+]?[\d.]+$/.test(value) ? `${label} ${value}` : value;
}

/** What a series is called that nothing tells from others. */
function alone({ parameters, expression, labels }: NamedRow, fallback: string): string {
  const words = Object.values(parameters).join(' ');
  return words || expression || labels.__name__ || Object.values(labels).join(' ') || fallback;
}

/** Keys whose values are not the same in all rows, `__name__` first, then in the order of the alphabet. */
function differingKeys(all: readonly Labels[]): string[] {
  const keys = [...new Set(all.flatMap(Object.keys))].sort();
  return keys.filter((key) => new Set(all.map((labels) => labels[key] ?? '')).size > 1);
}

/**
 * Labels that tell series of the same parameters and expression apart: a label that only follows the host, such as the
 * machine's kernel, says nothing more.
 */
function differingWithin(rows: readonly NamedRow[], own: readonly Labels[]): string[] {
  const groups = new Map<string, Labels[]>();
  for (const [index, { parameters, expression }] of rows.entries()) {
    const key = JSON.stringify([parameters, expression]);
    const group = groups.get(key);
    if (group) group.push(own[index] as Labels);
    else groups.set(key, [own[index] as Labels]);
  }
  const differing = [...new Set([...groups.values()].flatMap(differingKeys))].sort();
  return withoutRepeating(differing, [...groups.values()]);
}

/** What people know series by: these stay, where one of several labels would do. */
const TELLING = ['__name__', 'instance', 'host', 'node', 'pod', 'name', 'device', 'mountpoint', 'mode', 'code', 'le'];

/** Takes away labels without which all series are still told apart, the least telling first. */
function withoutRepeating(keys: readonly string[], groups: readonly (readonly Labels[])[]): string[] {
  const count = (some: readonly string[]) =>
    groups.reduce(
      (sum, group) => sum + new Set(group.map((labels) => some.map((key) => labels[key] ?? '').join('\n'))).size,
      0,
    );
  const rank = (key: string) => (TELLING.includes(key) ? TELLING.indexOf(key) : TELLING.length);
  let kept = [...keys];
  const all = count(kept);
  for (const key of [...keys].sort((a, b) => rank(b) - rank(a) || (a < b ? 1 : -1))) {
    const rest = kept.filter((one) => one !== key);
    if (rest.length > 0 && count(rest) === all) kept = rest;
  }
  return kept;
}
