/** The first line of several series: the worst by name, the rest counted, limits as `2 of 20`. Pure. */
import type { Threshold } from '../../domain/annotation.ts';
import type { Answer } from '../../domain/answer.ts';
import { formatValue } from '../../domain/format-number.ts';
import type { Line } from '../../domain/message.ts';
import type { Measure } from '../../domain/saved-query.ts';
import { seriesNoun } from '../series-noun.ts';
import { againstWords } from './against.ts';
import { factsMeasure, measureOf, otherAtLast, type SeriesFacts } from './facts.ts';
import { arrivalOf, crossingsOf, limitsInOrder, limitWords, sideWords, spellWords, wholeWords } from './limits.ts';
import {
  consolidatedWords,
  freshness,
  joined,
  lastWords,
  namedWords,
  nameOf,
  type Saying,
  wasSpans,
} from './saying.ts';
import { type Crossing, crossingOf, isBeyond } from './spells.ts';

/** More names than this nobody reads; the rest is counted. */
export const NAMED_MAX = 5;
/** Up to this many series each gets its mean, peak and limits. */
const FULL_MAX = 3;

/** The title of a ranking: `Disk used, 3 highest of 42 hosts`; with what they are ranked by, unless it is the last value. */
export function rankedTitle(answer: Answer, facts: readonly SeriesFacts[]): string {
  const by = RANKED_BY[answer.question.query.measure];
  const of =
    answer.rankedFrom === undefined ? '' : ` of ${answer.rankedFrom} ${seriesNoun(answer.question, answer.rankedFrom)}`;
  const count = facts.length === 1 ? '' : `${facts.length} `;
  return `${plainTitle(answer)}, ${count}${rankWord(answer, facts)}${of}${by}`;
}

const RANKED_BY = { mean: ' by mean', max: ' by peak', min: ' by lowest value', sum: ' by sum', last: '' } as const;

/** The title without the hosts that the ranking tells anyway: `CPU of 42 hosts`, `Errors of a, b, c` → `CPU`, `Errors`. */
function plainTitle({ title, rankedFrom, question: { query, arguments: args, asWritten } }: Answer): string {
  if (rankedFrom === undefined) return title;
  const values = query.parameters.map(({ name }) => (asWritten?.[name] ? undefined : args[name]?.join(', ')));
  const ended = values.find((value) => value?.includes(', ') && title.endsWith(value));
  return title
    .slice(0, ended === undefined ? undefined : -ended.length)
    .replace(/ (?:of|on|in|for|at)(?: \d+ \S+| )$/, '');
}

/** `highest` or `lowest`, by the order of the numbers themselves. */
function rankWord({ question: { query, ranking } }: Answer, facts: readonly SeriesFacts[]): string {
  const [first, last] = [facts[0], facts.at(-1)];
  const fall = first && last ? measureOf(first.summary, query.measure) - measureOf(last.summary, query.measure) : 0;
  if (fall !== 0) return fall > 0 ? 'highest' : 'lowest';
  return ranking?.order === 'bottom' ? 'lowest' : 'highest';
}

/** Names and newest values, worst first, at most five; then what holds for all. */
export function severalHeadline(facts: readonly SeriesFacts[], say: Saying): Line {
  const { answer } = say;
  const named = facts.slice(0, NAMED_MAX);
  const measure = listedMeasure(facts, answer);
  const isFull = facts.length <= FULL_MAX && !answer.comparison && !answer.question.ranking;
  let isNowSaid = false;
  const entries = named.map((fact): Line => {
    // brackets follow, so the moment has none of its own
    const words = isNowSaid ? lastWords(fact, say, '') : lastWords(fact, say, ' now', ' at the end');
    if (['now', 'end'].includes(freshness(fact, answer))) isNowSaid = true;
    return namedWords(fact, [words, ...entryDetails(fact, say, isFull ? 'full' : measure)]);
  });
  const rest = restWords(facts.slice(NAMED_MAX), measure, answer);
  const separator = isFull || answer.question.ranking ? ' · ' : ', ';
  const list = joined([...entries, rest], separator);
  const limits = isFull ? fullLimits(facts, say) : countedLimits(facts, answer);
  return joined([list, againstWords(say), isFull || answer.question.ranking ? [] : extremeOfAll(facts, say), limits]);
}

/**
 * The measure that a list has to tell, because its newest values alone do not explain its order: always in a ranking,
 * else when they do not fall (or rise) from name to name.
 */
function listedMeasure(facts: readonly SeriesFacts[], answer: Answer): Measure {
  const sign = answer.question.query.worst === 'low' ? 1 : -1;
  const lasts = facts.slice(0, NAMED_MAX).map(({ summary }) => sign * summary.last);
  const isInOrder = lasts.every((last, index) => index === 0 || last >= (lasts[index - 1] as number));
  return answer.question.ranking || !isInOrder ? factsMeasure(answer) : 'last';
}

/** What stands in brackets behind a value: what it was, its mean and peak, what it is ranked by, when it is full. */
function entryDetails(fact: SeriesFacts, say: Saying, what: Measure | 'full'): Line {
  const { answer } = say;
  const { unit } = fact.series;
  if (fact.was) {
    const other = otherAtLast(fact, answer);
    return other === undefined ? [] : wasSpans(answer, formatValue(other, unit));
  }
  const details: string[] = [];
  if (what === 'full') {
    const extreme = answer.question.query.worst === 'low' ? 'min' : 'max';
    details.push(`${consolidatedWords('mean', answer)} ${formatValue(fact.summary.mean, unit)}`);
    details.push(extremeWords(fact, extreme, say));
  } else if (what !== 'last') {
    details.push(`${MEASURE_WORDS[what]} ${formatValue(measureOf(fact.summary, what), unit)}`);
  }
  const arrival = arrivalOf(fact, answer);
  if (arrival !== '') details.push(arrival);
  return details.length === 0 ? [] : [` (${details.join(', ')})`];
}

const MEASURE_WORDS = { mean: 'mean', max: 'peak', min: 'lowest', last: 'last', sum: 'sum' } as const;

function extremeWords({ series, summary }: SeriesFacts, extreme: 'min' | 'max', say: Saying): string {
  const timeMs = extreme === 'max' ? summary.maxMs : summary.minMs;
  return `${consolidatedWords(MEASURE_WORDS[extreme], say.answer)} ${formatValue(summary[extreme], series.unit)} ${say.tell.when(timeMs)}`;
}

/** The rest, counted, with the bound that holds for all of them: `… 17 more, none above 58.3 %`. */
function restWords(rest: readonly SeriesFacts[], measure: Measure, answer: Answer): Line {
  const [worst] = rest;
  if (!worst) return [];
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
  const when = say.tell.when(isLow ? summary.minMs : summary.maxMs);
  return [`${consolidatedWords(isLow ? 'lowest' : 'peak', say.answer)} ${value} of `, nameOf(extreme), ` ${when}`];
}

function crossingIn({ series, stepMs }: SeriesFacts, threshold: Threshold, answer: Answer): Crossing {
  return crossingOf(series, threshold, stepMs, answer.question.range);
}

/** Each limit with who was beyond it, when and how long. */
function fullLimits(facts: readonly SeriesFacts[], say: Saying): Line {
  const byLimit = limitsInOrder(say.answer).map((threshold): Line => {
    const crossings = facts.map((fact) => crossingIn(fact, threshold, say.answer));
    const wholes = new Set(crossings.map((crossing) => crossing.isWhole && wholeWords(crossing, say.answer)));
    const [whole] = wholes;
    if (wholes.size === 1 && whole) {
      const [{ series }] = facts as [SeriesFacts];
      const all = facts.length === 2 ? 'both' : `all ${facts.length}`;
      return [`${all} ${sideWords(threshold)} ${limitWords(threshold, series.unit)} ${whole}`];
    }
    const crossed = facts.flatMap((fact): Line[] => {
      const crossing = crossingsOf(fact, say.answer).find((found) => found.threshold === threshold);
      return crossing ? [namedWords(fact, [spellWords(crossing, fact, say)])] : [];
    });
    const unit = facts[0]?.series.unit;
    if (crossed.length === 0 || !unit) return [];
    return [`${sideWords(threshold)} ${limitWords(threshold, unit)}: `, ...joined(crossed, '; ')];
  });
  return joined(byLimit);
}

/** Each limit with how many are beyond it now, and how many were: `2 of 20 above critical (95 %) now, 5 at some time`. */
function countedLimits(facts: readonly SeriesFacts[], answer: Answer): Line {
  const byLimit = limitsInOrder(answer).map((threshold): Line => {
    const unit = facts[0]?.series.unit;
    const ever = facts.filter((fact) => crossingIn(fact, threshold, answer).spells.length > 0).length;
    if (ever === 0 || !unit) return [];
    const now = facts.filter(
      (fact) => isBeyond(fact.summary.last, threshold) && ['now', 'end'].includes(freshness(fact, answer)),
    ).length;
    const beyond = `${sideWords(threshold)} ${limitWords(threshold, unit)}`;
    const of = answer.question.ranking ? `these ${facts.length}` : facts.length;
    const all = facts.length === 2 ? 'both' : `all ${facts.length}`;
    const isPast = facts.some((fact) => freshness(fact, answer) === 'end');
    const amount = (count: number) => (count === facts.length ? all : `${count} of ${of}`);
    if (now === 0) return [`${amount(ever)} ${beyond} at some time`];
    const more = ever > now ? `, ${ever} at some time` : '';
    return [`${amount(now)} ${beyond} ${isPast ? 'at the end' : 'now'}${more}`];
  });
  return joined(byLimit);
}
