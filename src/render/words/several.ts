/** The first line of several series: the worst by name, the rest counted, limits as `2 of 20`. Pure. */
import type { Answer } from '../../domain/answer.ts';
import { formatValue } from '../../domain/format-number.ts';
import type { Line } from '../../domain/message.ts';
import { comparisonShiftMs, factsMeasure, measureOf, type SeriesFacts, valueAt } from './facts.ts';
import { arrivalOf, crossingsOf, limitsInOrder, limitWords, sideWords, spellWords } from './limits.ts';
import { freshness, joined, lastWords, type Saying, wasSpans } from './saying.ts';
import { crossingOf, isBeyond } from './spells.ts';

/** More names than this nobody reads; the rest is counted. */
export const NAMED_MAX = 5;
/** Up to this many series each gets its mean, peak and limits. */
const FULL_MAX = 3;

/** The title of a ranking: `Disk used, 3 highest of 42 hosts`; with what they are ranked by, unless it is the last value. */
export function rankedTitle(answer: Answer, facts: readonly SeriesFacts[]): string {
  const measure = factsMeasure(answer);
  const by =
    measure === 'last' ? '' : ` by ${measure === 'max' ? 'peak' : measure === 'min' ? 'lowest value' : measure}`;
  const of = answer.rankedFrom === undefined ? '' : ` of ${answer.rankedFrom} ${rankedNoun(answer)}`;
  return `${plainTitle(answer)}, ${facts.length} ${rankWord(answer, facts)}${of}${by}`;
}

/** The title without the number of hosts that the ranking tells anyway: `CPU of 42 hosts` → `CPU`. */
function plainTitle({ title, rankedFrom }: Answer): string {
  return rankedFrom === undefined ? title : title.replace(/ (?:of|on|in|for|at) \d+ \S+$/, '');
}

/** `highest` or `lowest`, by the order of the numbers themselves. */
function rankWord(answer: Answer, facts: readonly SeriesFacts[]): string {
  const measure = factsMeasure(answer);
  const [first, last] = [facts[0], facts.at(-1)];
  const fall = first && last ? measureOf(first.summary, measure) - measureOf(last.summary, measure) : 0;
  if (fall !== 0) return fall > 0 ? 'highest' : 'lowest';
  return answer.question.ranking?.order === 'bottom' ? 'lowest' : 'highest';
}

function rankedNoun({ question: { query } }: Answer): string {
  const parameter = query.parameters.find(({ isMulti }) => isMulti) ?? query.parameters[0];
  if (!parameter) return 'series';
  return /s$/i.test(parameter.name) ? parameter.name : `${parameter.name}s`;
}

/** Names and newest values, worst first, at most five; then what holds for all. */
export function severalHeadline(facts: readonly SeriesFacts[], say: Saying): Line {
  const { answer } = say;
  const named = facts.slice(0, NAMED_MAX);
  const isFull = facts.length <= FULL_MAX && !answer.comparison && !answer.question.ranking;
  let isNowSaid = false;
  const entries = named.map((fact): Line => {
    const words = lastWords(fact, say, isNowSaid ? '' : undefined);
    if (['now', 'end'].includes(freshness(fact, answer))) isNowSaid = true;
    return [{ name: fact.series.name }, ` ${words}`, ...entryDetails(fact, say, isFull)];
  });
  const rest = restWords(facts.slice(NAMED_MAX), answer);
  const separator = isFull || answer.question.ranking ? ' · ' : ', ';
  const list = joined([...entries, rest], separator);
  const limits = isFull ? fullLimits(facts, say) : countedLimits(facts, answer);
  return joined([list, isFull || answer.question.ranking ? [] : extremeOfAll(facts, say), limits]);
}

/** What stands in brackets behind a value: what it was, its mean and peak, what it is ranked by, when it is full. */
function entryDetails(fact: SeriesFacts, say: Saying, isFull: boolean): Line {
  const { answer } = say;
  const { unit } = fact.series;
  if (fact.was) {
    const other = valueAt(fact.was.series, fact.summary.lastMs - comparisonShiftMs(answer), 1.5 * fact.stepMs);
    return other === undefined ? [] : wasSpans(answer, formatValue(other, unit));
  }
  const details: string[] = [];
  const measure = factsMeasure(answer);
  if (isFull) {
    const extreme = answer.question.query.worst === 'low' ? 'min' : 'max';
    details.push(`mean ${formatValue(fact.summary.mean, unit)}`);
    details.push(extremeWords(fact, extreme, say));
  } else if (measure !== 'last') {
    details.push(`${MEASURE_WORDS[measure]} ${formatValue(measureOf(fact.summary, measure), unit)}`);
  }
  const arrival = arrivalOf(fact, answer);
  if (arrival !== '') details.push(arrival);
  return details.length === 0 ? [] : [` (${details.join(', ')})`];
}

const MEASURE_WORDS = { mean: 'mean', max: 'peak', min: 'lowest', last: 'last', sum: 'sum' } as const;

function extremeWords({ series, summary }: SeriesFacts, extreme: 'min' | 'max', say: Saying): string {
  const timeMs = extreme === 'max' ? summary.maxMs : summary.minMs;
  return `${MEASURE_WORDS[extreme]} ${formatValue(summary[extreme], series.unit)} at ${say.tell(timeMs)}`;
}

/** The rest, counted, with the bound that holds for all of them: `… 17 more, none above 58.3 %`. */
function restWords(rest: readonly SeriesFacts[], answer: Answer): Line {
  const [worst] = rest;
  if (!worst) return [];
  const measure = factsMeasure(answer);
  const values = rest.map(({ summary }) => measureOf(summary, measure));
  const isLow = answer.question.query.worst === 'low';
  const bound = isLow ? Math.min(...values) : Math.max(...values);
  const value = formatValue(bound, worst.series.unit);
  const what = measure === 'last' ? '' : `${MEASURE_WORDS[measure]} `;
  if (rest.length === 1) return [`… 1 more, ${what === '' ? 'at ' : what}${value}`];
  return [`… ${rest.length} more, ${what === '' ? 'none' : `no ${what.trim()}`} ${isLow ? 'below' : 'above'} ${value}`];
}

/** The extreme of all series on its bad side, with whose it is. */
function extremeOfAll(facts: readonly SeriesFacts[], say: Saying): Line {
  const isLow = say.answer.question.query.worst === 'low';
  const sorted = facts.toSorted((a, b) => (isLow ? a.summary.min - b.summary.min : b.summary.max - a.summary.max));
  const extreme = sorted[0] as SeriesFacts;
  const { series, summary } = extreme;
  const value = formatValue(isLow ? summary.min : summary.max, series.unit);
  const when = say.tell(isLow ? summary.minMs : summary.maxMs);
  return [`${isLow ? 'lowest' : 'peak'} ${value} of `, { name: series.name }, ` at ${when}`];
}

/** Each limit with who was beyond it, when and how long. */
function fullLimits(facts: readonly SeriesFacts[], say: Saying): Line {
  const byLimit = limitsInOrder(say.answer).map((threshold): Line => {
    const crossed = facts.flatMap((fact): Line[] => {
      const crossing = crossingsOf(fact, say.answer).find((found) => found.threshold === threshold);
      return crossing ? [[{ name: fact.series.name }, ` ${spellWords(crossing, fact, say)}`]] : [];
    });
    const unit = facts[0]?.series.unit;
    if (crossed.length === 0 || !unit) return [];
    return [`${sideWords(threshold)} ${limitWords(threshold, unit)}: `, ...joined(crossed, ', ')];
  });
  return joined(byLimit);
}

/** Each limit with how many are beyond it now, and how many were: `2 of 20 above critical (95 %) now, 5 at some time`. */
function countedLimits(facts: readonly SeriesFacts[], answer: Answer): Line {
  const byLimit = limitsInOrder(answer).map((threshold): Line => {
    const unit = facts[0]?.series.unit;
    const ever = facts.filter(
      ({ series, stepMs }) => crossingOf(series, threshold, stepMs, answer.question.range).spells.length > 0,
    ).length;
    if (ever === 0 || !unit) return [];
    const now = facts.filter(
      (fact) => isBeyond(fact.summary.last, threshold) && ['now', 'end'].includes(freshness(fact, answer)),
    ).length;
    const beyond = `${sideWords(threshold)} ${limitWords(threshold, unit)}`;
    const isPast = facts.some((fact) => freshness(fact, answer) === 'end');
    if (now === 0) return [`${ever} of ${facts.length} ${beyond} at some time`];
    const more = ever > now ? `, ${ever} at some time` : '';
    return [`${now} of ${facts.length} ${beyond} ${isPast ? 'at the end' : 'now'}${more}`];
  });
  return joined(byLimit);
}
