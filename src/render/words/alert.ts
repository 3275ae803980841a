/** The first line of an alert's chart: how bad it is now, against which limit, since when, and who of how many. Pure. */
import type { AlertView } from '../../domain/alert-view.ts';
import type { Threshold } from '../../domain/annotation.ts';
import type { Answer } from '../../domain/answer.ts';
import { type Line, plainText, type Span } from '../../domain/message.ts';
import { summarize } from '../../domain/series.ts';
import { memberNoun } from '../chart/select.ts';
import { createTimeTeller, spanWords } from '../clock-words.ts';
import { type SeriesFacts, seriesFacts } from './facts.ts';
import { sideWords } from './limits.ts';
import { createSaying, joined, lastWords, namedWords, nameOf, newestWords, type Saying } from './saying.ts';
import { crossingOf } from './spells.ts';

/** Members that are named; the others are counted. */
const NAMED_MAX = 3;
/** Members of which the alt text says when they began: those that the picture has in colour. */
const BEGINNINGS_MAX = 8;

/**
 * The numbers behind the title of an alert's chart: `12.4 % now, limit 5 %, above since 10:44; web02 and web05 of 6 instances`;
 * over: `fired 10:44–11:01 (17 min), peak 12.4 % at web02, limit 5 %; web05 0.4 % now`. Nothing where the answer is no chart of series.
 */
export function alertWords(answer: Answer): Line | undefined {
  const { alert } = answer;
  if (!alert) return undefined;
  const facts = firingFacts(answer, alert);
  if (facts.length === 0) return undefined;
  const say = createSaying(answer);
  if (alert.toMs !== undefined) return resolvedWords(facts, alert, alert.toMs, say);
  return countedWords(facts, alert, say) ?? firingWords(facts, alert, say);
}

/** `8 since 05:50, 28 in the 54 min before`: of counts without a limit the last bar says nothing. `854 in 24 h` where bars are too wide for that. */
function countedWords(facts: readonly SeriesFacts[], { limit, fromMs }: AlertView, say: Saying): Line | undefined {
  const { query, range } = say.answer.question;
  const unit = facts[0]?.series.unit;
  if (limit || !unit || query.consolidate !== 'sum' || fromMs <= range.fromMs) return undefined;
  if (facts.every(({ summary, stepMs }) => summary.lastMs + stepMs <= fromMs)) return undefined;
  const sums = { before: 0, since: 0 };
  for (const { series, stepMs } of facts) {
    series.values.forEach((value, index) => {
      const endMs = (series.times[index] ?? 0) + stepMs;
      if (value > 0) sums[endMs > fromMs ? 'since' : 'before'] += value;
    });
  }
  const began = say.tell.moment(fromMs);
  if (facts.some(({ stepMs }) => stepMs > range.toMs - fromMs)) {
    const all = say.value(sums.before + sums.since, unit);
    return [`${all} in ${spanWords(range.toMs - range.fromMs)}, firing since ${began}`];
  }
  const before = `${say.value(sums.before, unit)} in the ${spanWords(fromMs - range.fromMs)} before`;
  return [`${say.value(sums.since, unit)} since ${began}, ${before}`];
}

/** The series of the alert's members, worst first by the side of its limit; all series where none is known by name. */
export function firingFacts(answer: Answer, alert: AlertView): readonly SeriesFacts[] {
  const facts = seriesFacts(answer);
  const names = new Set(alert.members.map(({ name }) => name));
  const known = facts.filter(({ series }) => names.has(series.name));
  const sign = isLowBad(answer, alert) ? -1 : 1;
  return (known.length > 0 ? known : facts).toSorted((a, b) => sign * (b.summary.last - a.summary.last));
}

function isLowBad({ question }: Answer, { limit }: AlertView): boolean {
  return limit ? limit.op.startsWith('<') : question.query.worst === 'low';
}

function firingWords(facts: readonly SeriesFacts[], alert: AlertView, say: Saying): Line {
  const [worst] = facts;
  if (!worst) return [];
  const total = seriesFacts(say.answer).length;
  if (total > 1 && !hasMember(facts, alert)) return unnamedWords(worst, alert, total, say);
  // of one alone the name would be said twice
  const alone = isAlone(facts, alert) ? `, 1 of ${total} ${memberNoun(say.answer)}` : '';
  const last: Line = [valueWords(worst, alert, say), ...(total > 1 ? [' (', nameOf(worst), `${alone})`] : [])];
  return joined([joined([last, ...limitParts(worst, alert, say)], ', '), membersWords(facts, alert, total, say)], '; ');
}

/** Whose of several series fires is not known: `firing since 10:44, limit 5 %; highest of 6 instances web02, 12.4 % now`. */
function unnamedWords(worst: SeriesFacts, alert: AlertView, total: number, say: Saying): Line {
  const { limit, fromMs, isNoData, count } = alert;
  const many = count > 1 ? `${count} alerts ` : '';
  const state: Line = [`${many}${isNoData ? 'no data' : 'firing'} since ${say.tell.moment(fromMs)}`];
  const said: Line = limit ? [`limit ${say.value(limit.value, worst.series.unit)}`] : [];
  const end: Line = [`${endWord(say.answer, alert)} of ${total} ${memberNoun(say.answer)} `, nameOf(worst)];
  return joined([joined([state, said], ', '), joined([end, [valueWords(worst, alert, say)]], ', ')], '; ');
}

/** How bad it is now; of what is not known since it fires, how bad it was at its last sample. */
function valueWords(worst: SeriesFacts, alert: AlertView, say: Saying): string {
  return isOlder(worst, alert) ? newestWords(worst, say) : lastWords(worst, say);
}

/** Whether the newest value is from before the firing, of which it says nothing. */
function isOlder({ series, summary }: SeriesFacts, { members, fromMs }: AlertView): boolean {
  const own = members.find(({ name }) => name === series.name);
  return summary.lastMs < (own?.fromMs ?? fromMs);
}

function endWord(answer: Answer, alert: AlertView): string {
  return isLowBad(answer, alert) ? 'lowest' : 'highest';
}

function hasMember(facts: readonly SeriesFacts[], { members }: AlertView): boolean {
  const names = new Set(members.map(({ name }) => name));
  return facts.some(({ series }) => names.has(series.name));
}

/** The limit, and since when the worst member is beyond it; without a limit, since when it fires. */
function limitParts(worst: SeriesFacts, alert: AlertView, say: Saying): Line[] {
  const { limit, fromMs, isNoData } = alert;
  const since: Line = [`${isNoData ? 'no data' : 'firing'} since ${say.tell.moment(fromMs)}`];
  if (!limit) return [since];
  const threshold: Threshold = { ...limit, severity: 'critical' };
  const { spells, isOpen, isWhole } = crossingOf(worst.series, threshold, worst.stepMs, say.answer.question.range);
  const side = sideWords(threshold);
  const said: Line = [`limit ${say.value(limit.value, worst.series.unit)}`];
  const last = spells.at(-1);
  if (isWhole) return [said, [`${side} for the whole window`]];
  if (isOpen && last) return [said, [`${side} since ${say.tell.moment(last.fromMs)}`]];
  if (isOlder(worst, alert)) return [said, since];
  return [said, [last ? 'no longer beyond it' : 'not beyond it in this window'], since];
}

/** `web02 and web05 of 6 instances`, `web02, web06, web10 and 9 more of 50 hosts`; nothing where there is one series. */
function membersWords(facts: readonly SeriesFacts[], alert: AlertView, total: number, { answer }: Saying): Line {
  const names = new Set(alert.members.map(({ name }) => name));
  const known = facts.filter(({ series }) => names.has(series.name));
  if (known.length === 0) return alert.count > 1 ? [`${alert.count} alerts`] : [];
  if (total < 2 || isAlone(facts, alert)) return [];
  const shown = known.length > NAMED_MAX + 1 ? known.slice(0, NAMED_MAX) : known;
  const more = known.length - shown.length;
  const parts: Span[] = [...shown.map(nameOf), ...(more > 0 ? [`${more} more`] : [])];
  const listed = parts.flatMap((part, index): Span[] => {
    const separator = index === parts.length - 1 ? ' and ' : ', ';
    return index === 0 ? [part] : [separator, part];
  });
  return [...listed, ` of ${total} ${memberNoun(answer)}`];
}

/** Whether one series is all that fires. */
function isAlone([first, second]: readonly SeriesFacts[], { members }: AlertView): boolean {
  return first !== undefined && second === undefined && members.some(({ name }) => name === first.series.name);
}

function resolvedWords(facts: readonly SeriesFacts[], alert: AlertView, toMs: number, say: Saying): Line {
  const { fromMs, limit } = alert;
  const unit = facts[0]?.series.unit;
  const fired = `fired ${say.tell.span(fromMs, Math.max(fromMs, toMs))} (${spanWords(Math.max(0, toMs - fromMs))})`;
  const peak = peakWords(facts, alert, toMs, say);
  const said: Line = limit && unit ? [`limit ${say.value(limit.value, unit)}`] : [];
  const total = seriesFacts(say.answer).length;
  // what is highest now says nothing of the end where nobody knows who fired
  const isUnnamed = total > 1 && !hasMember(facts, alert);
  const last: Line =
    facts[0] && !isUnnamed
      ? total > 1
        ? namedWords(facts[0], [lastWords(facts[0], say)])
        : [lastWords(facts[0], say)]
      : [];
  return joined([joined([[fired], peak, said], ', '), last, membersWords(facts, alert, total, say)], '; ');
}

/** The worst value of the members while it fired: `peak 12.4 % at web02`. */
function peakWords(facts: readonly SeriesFacts[], alert: AlertView, toMs: number, say: Saying): Line {
  const { fromMs } = alert;
  const [isLow, isNamed] = [isLowBad(say.answer, alert), hasMember(facts, alert)];
  const sign = isLow ? -1 : 1;
  const peaks = facts.flatMap((fact) => {
    const { times, values } = fact.series;
    const inside = values.map((value, index) => {
      const timeMs = times[index] as number;
      return timeMs >= fromMs && timeMs <= toMs ? value : Number.NaN;
    });
    const summary = summarize({ times, values: inside });
    return summary ? [{ fact, value: isLow ? summary.min : summary.max }] : [];
  });
  const [worst] = peaks.toSorted((a, b) => sign * (b.value - a.value));
  if (!worst) return [];
  const total = seriesFacts(say.answer).length;
  const who: Line = total > 1 ? [' at ', nameOf(worst.fact)] : [];
  const end = isLow ? 'lowest' : isNamed || total < 2 ? 'peak' : 'highest';
  const among = isNamed || total < 2 ? '' : ` of ${total} ${memberNoun(say.answer)}`;
  return [`${end}${among} ${say.value(worst.value, worst.fact.series.unit)}`, ...who];
}

/** When each began, for the alt text, which the picture shows: `Firing since 14:48.`, `Began to fire: web03 14:36, web11 14:43.` */
export function beginningClause({ alert, question, nowMs }: Answer): string[] {
  if (!alert || alert.toMs !== undefined) return [];
  const tell = createTimeTeller(question.range, nowMs);
  const { members, fromMs, isNoData } = alert;
  if (members.length < 2) return [`${isNoData ? 'No data' : 'Firing'} since ${tell.moment(fromMs)}.`];
  const inOrder = members.toSorted((a, b) => a.fromMs - b.fromMs).slice(0, BEGINNINGS_MAX);
  const said = inOrder.map(({ name, fromMs: startMs }) => `${plainText([{ name }])} ${tell.moment(startMs)}`);
  const more = members.length - inOrder.length;
  return [`Began to fire: ${said.join(', ')}${more > 0 ? ` and ${more} more later` : ''}.`];
}
