/** The values that a question asks for, in groups: one for each series or count. Pure. */
import type { Labels } from '../../domain/labels.ts';
import { byQuestion } from '../../queries/bind.ts';
import type { BoundQuery } from './bind.ts';

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
