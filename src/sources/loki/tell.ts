/** Tells which values of the question a series or a line belongs to. Pure. */
import type { Labels } from '../../domain/labels.ts';
import type { BoundQuery } from './bind.ts';

/** Gives the value of each parameter for the labels of a row; `undefined` when they do not say. */
export type Teller = (labels: Labels) => Labels | undefined;

/** The teller for the rows of one query. */
export function tellerOf({ joined, labels }: BoundQuery): Teller {
  const tellers = joined.map(({ parameter, values, label, patterns }) => {
    // `web1.*` matches web10 too, so the longest value is tried first
    const tries = values
      .map((value, index) => ({ value, pattern: compile(patterns[index] ?? '') }))
      .sort((a, b) => b.value.length - a.value.length);
    return (row: Labels): readonly [string, string] | undefined => {
      const own = row[label];
      const found = own === undefined ? undefined : tries.find(({ pattern }) => pattern?.test(own));
      return found && [parameter, found.value];
    };
  });
  return (row) => {
    const found = tellers.map((tell) => tell(row));
    return found.every((entry) => entry !== undefined) ? { ...labels, ...Object.fromEntries(found) } : undefined;
  };
}

/** A regular expression of RE2, as JavaScript reads it; `undefined` for what only RE2 knows. */
function compile(pattern: string): RegExp | undefined {
  try {
    const [, flags = '', rest = pattern] = /^\(\?([is]+)\)([\s\S]*)$/.exec(pattern) ?? [];
    return new RegExp(`^(?:${rest})$`, flags.includes('s') ? flags : `${flags}s`);
  } catch {
    return undefined;
  }
}

/** Every combination of values that queries stand for, in the order of the question. */
export function groupsOf(queries: readonly BoundQuery[], args: Readonly<Record<string, readonly string[]>>): Labels[] {
  const all = queries.flatMap(({ labels, joined }) =>
    joined.reduce<Labels[]>(
      (sofar, { parameter, values }) => sofar.flatMap((one) => values.map((value) => ({ ...one, [parameter]: value }))),
      [labels],
    ),
  );
  const unique = new Map(all.map((labels) => [keyOf(labels), labels]));
  return [...unique.values()].sort(byQuestion(args));
}

/** The same for the same values, whatever their order. */
export function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Compares by the order in which the question names values. */
export function byQuestion(args: Readonly<Record<string, readonly string[]>>): (a: Labels, b: Labels) => number {
  const places = Object.entries(args).map(
    ([name, values]) => [name, new Map(values.map((value, index) => [value.trim(), index]))] as const,
  );
  return (a, b) => {
    for (const [name, byValue] of places) {
      const difference = (byValue.get(a[name] ?? '') ?? 0) - (byValue.get(b[name] ?? '') ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  };
}
