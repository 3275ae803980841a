/** The other side of a comparison with other arguments, where it is not said beside each value. Pure. */
import { formatValue } from '../../domain/format-number.ts';
import type { Line } from '../../domain/message.ts';
import { factsMeasure, type SeriesFacts, unpairedFacts } from './facts.ts';
import { joined, lastWords, namedWords, type Saying } from './saying.ts';

/** The other side is not the answer: more names than this are counted. */
const NAMED_MAX = 3;

/** `against web02 40.1 % (mean 50.1 %), web03 38 % (mean 49.2 %)`; empty when every value has its counterpart. */
export function againstWords(say: Saying): Line {
  const facts = unpairedFacts(say.answer);
  if (facts.length === 0) return [];
  const entries = facts.slice(0, NAMED_MAX).map((fact) => namedWords(fact, [valueWords(fact, say)]));
  const more = facts.length - NAMED_MAX;
  return ['against ', ...joined([...entries, more > 0 ? [`… ${more} more`] : []], ', ')];
}

function valueWords(fact: SeriesFacts, say: Saying): string {
  const { summary, series } = fact;
  if (factsMeasure(say.answer) === 'sum') return formatValue(summary.sum, series.unit);
  return `${lastWords(fact, say, '')} (mean ${formatValue(summary.mean, series.unit)})`;
}
