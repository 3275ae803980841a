/** What the series of an answer are, in words and on the picture. Pure. */
import type { Arguments, Question } from '../domain/question.ts';
import { nounOf, pluralOf } from '../questions/words.ts';

/** `hosts`, where there is at most one series for each; a host with several disks has `series`. */
export function seriesNoun(
  { query, arguments: own }: Pick<Question, 'query' | 'arguments'>,
  count: number,
  args: Arguments = own,
): string {
  const parameter = query.parameters.find(({ name }) => (args[name]?.length ?? 0) >= count);
  return parameter ? pluralOf(nounOf(parameter.name)) : 'series';
}
