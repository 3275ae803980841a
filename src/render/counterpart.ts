/** Which series of a comparison's other side stands for which: words and picture pair them alike. Pure. */
import type { Question } from '../domain/question.ts';

/** Of other arguments that stand for none of the series shown, where they are too many, so many are named and have a colour. */
export const UNPAIRED_MAX = 3;

/**
 * The name that a series has on the other side: the same, or, for other arguments, that with the other value in it
 * (`web01.root` and `web02.root`). A ranking is of all, so other arguments have no counterpart in it.
 */
export function counterpartName(
  name: string,
  { comparison, arguments: own, ranking }: Pick<Question, 'comparison' | 'arguments' | 'ranking'>,
): string | undefined {
  if (comparison?.kind !== 'arguments') return name;
  if (ranking) return undefined;
  const pairs = Object.entries(comparison.arguments).flatMap(([parameter, values]): [string, string][] => {
    const [value, more] = own[parameter] ?? [];
    const [other, otherMore] = values;
    const isOne = value !== undefined && other !== undefined && more === undefined && otherMore === undefined;
    return isOne ? [[value, other]] : [];
  });
  return name
    .split('.')
    .map((part) => pairs.find(([value]) => value === part)?.[1] ?? part)
    .join('.');
}
