/** The other side of a comparison where it is not said beside each value: other arguments, too little. Pure. */
import type { Answer } from '../../domain/answer.ts';
import { formatDuration, formatValue } from '../../domain/format-number.ts';
import type { Line } from '../../domain/message.ts';
import { UNPAIRED_MAX } from '../counterpart.ts';
import { factsMeasure, type SeriesFacts, seriesFacts, unpairedFacts } from './facts.ts';
import { joined, lastWords, namedWords, nameOf, type Saying } from './saying.ts';

/** `against web02 40.1 % (mean 50.1 %), web03 38 % (mean 49.2 %)`; empty when every value has its counterpart. */
export function againstWords(say: Saying): Line {
  const facts = unpairedFacts(say.answer);
  if (facts.length === 0) return [];
  const entries = facts.slice(0, UNPAIRED_MAX).map((fact) => namedWords(fact, [valueWords(fact, say)]));
  const more = facts.length - UNPAIRED_MAX;
  return ['against ', ...joined([...entries, more > 0 ? [`… ${more} more`] : []], ', ')];
}

function valueWords(fact: SeriesFacts, say: Saying): string {
  const { summary, series } = fact;
  if (factsMeasure(say.answer) === 'sum') return formatValue(summary.sum, series.unit);
  return `${lastWords(fact, say, '')} (mean ${formatValue(summary.mean, series.unit)})`;
}

/** Why nothing is compared: `Too little to compare: yesterday has values for 14 min of 3 h, none at the same times.` */
export function thinWords(answer: Answer): Line {
  const facts = seriesFacts(answer);
  const thin = facts.flatMap((fact) => (fact.thin ? [{ fact, side: fact.thin }] : []));
  const [first] = thin;
  if (!first || !answer.comparison) return [];
  const { fromMs, toMs } = answer.question.range;
  const names = thin.slice(0, UNPAIRED_MAX).map(({ fact }): Line => [nameOf(fact)]);
  const more = thin.length - UNPAIRED_MAX;
  const whose: Line = facts.length > 1 ? [' of ', ...joined([...names, more > 0 ? [`… ${more} more`] : []], ', ')] : [];
  const [valuesMs, sharedMs] = [
    Math.max(...thin.map(({ side }) => side.valuesMs)),
    Math.max(...thin.map(({ side }) => side.sharedMs)),
  ];
  const values = `${thin.length > 1 ? 'at most ' : ''}${formatDuration(valuesMs)} of ${formatDuration(toMs - fromMs)}`;
  const same =
    sharedMs === 0 ? 'none' : `at most ${formatDuration(Math.round(sharedMs / 60_000) * 60_000 || sharedMs)}`;
  const label: Line = [{ name: answer.comparison.label }];
  return ['Too little to compare: ', ...label, ` has values`, ...whose, ` for ${values}, ${same} at the same times.`];
}
