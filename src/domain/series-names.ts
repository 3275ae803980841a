/** Names of series: what the question and the labels tell apart, and no more. Pure. */
import type { Labels } from './labels.ts';

/** A series before it has a name. */
export interface Nameable {
  readonly labels: Labels;
  /** The value of each parameter of the question. */
  readonly parameters: Labels;
  /** What the definition calls this part of it: a field, an expression. */
  readonly part?: string;
}

/** A legend has no room for more. */
const NAME_MAX_CHARS = 120;
/** What people know series by: these stay, where one of several labels would do. */
const TELLING =
  '__name__ instance host node app service pod container name device mountpoint path level mode code le'.split(' ');

/** The one series that has none of the labels by which the others are told. */
const WITHOUT = 'none';

/** Gives every series the name a legend shows, unique among them; same order. */
export function nameSeries(all: readonly Nameable[], fallback: string): string[] {
  const parameters = differingKeys(all.map((one) => one.parameters));
  const hasParts = new Set(all.map(({ part }) => part)).size > 1;
  const own = all.map(withoutParameters);
  const labels = tellingLabels(all, own);
  return uniqueNames(
    all.map((one, index) => {
      const words = [
        ...parameters.map((name) => one.parameters[name] ?? ''),
        ...labels.map((name) => wordOf(name, own[index]?.[name] ?? '')),
        ...(hasParts && one.part !== undefined ? [one.part] : []),
      ].filter((word) => word !== '');
      if (words.length > 0) return words.join(' ');
      return labels.length > 0 ? WITHOUT : alone(one, fallback);
    }),
    fallback,
  );
}

/**
 * The names that a legend gives, with the words of the question before those that would stand there twice.
 *
 * @param parameters - of each series, in the same order
 */
export function namesOfLegend(written: readonly string[], parameters: readonly Labels[], fallback: string): string[] {
  const repeated = new Set(written.filter((name, index) => written.indexOf(name) !== index));
  const told = written.map((name, index) => {
    const words = Object.values(parameters[index] ?? {}).join(' ');
    return repeated.has(name) && words !== name ? `${words} ${name}` : name;
  });
  return uniqueNames(told, fallback);
}

/** Makes names of a length that a legend has room for, each once: what repeats gets a number. */
export function uniqueNames(names: readonly string[], fallback: string): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const shown = (name.trim() || fallback).slice(0, NAME_MAX_CHARS);
    const count = (seen.get(shown) ?? 0) + 1;
    seen.set(shown, count);
    return count === 1 ? shown : `${shown} (${count})`;
  });
}

/** Labels that tell objects apart, of labels that say the same only one, the most telling first. */
export function differingLabels(all: readonly Labels[]): string[] {
  return withoutRepeating(differingKeys(all), [all]);
}

/** What a series is called that nothing tells from others. */
function alone({ parameters, part, labels }: Nameable, fallback: string): string {
  return Object.values(parameters).join(' ') || part || labels.__name__ || Object.values(labels).join(' ') || fallback;
}

/** Labels that only repeat a parameter say nothing more. */
function withoutParameters({ labels, parameters }: Nameable): Labels {
  const said = new Set(Object.values(parameters));
  return Object.fromEntries(
    Object.entries(labels).filter(([name, value]) => parameters[name] === undefined && !said.has(value)),
  );
}

/** A bare number says nothing without its label: `cpu 0`, `code 500`. */
function wordOf(label: string, value: string): string {
  return /^[-+]?[\d.]+$/.test(value) ? `${label} ${value}` : value;
}

/** Keys whose values are not the same in all, in the order of the alphabet. */
function differingKeys(all: readonly Labels[]): string[] {
  const keys = [...new Set(all.flatMap(Object.keys))].sort();
  return keys.filter((key) => new Set(all.map((labels) => labels[key] ?? '')).size > 1);
}

/** Labels that tell series of the same parameters and part apart: one that only follows the host says nothing more. */
function tellingLabels(all: readonly Nameable[], own: readonly Labels[]): string[] {
  const groups = new Map<string, Labels[]>();
  for (const [index, { parameters, part }] of all.entries()) {
    const key = JSON.stringify([parameters, part]);
    const group = groups.get(key);
    if (group) group.push(own[index] as Labels);
    else groups.set(key, [own[index] as Labels]);
  }
  const differing = [...new Set([...groups.values()].flatMap(differingKeys))].sort();
  return withoutRepeating(differing, [...groups.values()]);
}

/** Takes away labels without which all are still told apart, the least telling first. */
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
