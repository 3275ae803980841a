/** From the parts of a question to one that can be answered: variant, values, window, comparison, ranking. */
import type { Arguments, Comparison, Question, Ranking } from '../domain/question.ts';
import type { Looks, SavedQuery } from '../domain/saved-query.ts';
import type { Unit } from '../domain/unit.ts';
import type { Bound } from './bind-words.ts';
import { checkAmount, checkLength, checkMissing, rankingOf } from './check-plan.ts';
import type { KnownValues } from './known-values.ts';
import { readTimeRange } from './parse-time-range.ts';
import type { Parts } from './parts.ts';
import { bindCompared, type PlanInput, planValues, type Settling, settle } from './plan-values.ts';
import { namesText } from './present.ts';
import type { Vocabulary } from './read-parts.ts';
import { comparedRange } from './resolve-comparison.ts';
import { type ResolvedTime, resolveTime } from './resolve-time.ts';
import { code, codes } from './say.ts';
import type { Token } from './tokens.ts';
import { nounOf, pluralOf } from './words.ts';
import { type WrittenQuestion, writeQuestion, writeValue } from './write-question.ts';

/** A question, and how sure it is that it is one. */
export interface Planned {
  readonly question: Question;
  /** Words that nothing understood; a bare line with such words was not meant for the bot. */
  readonly unused: readonly string[];
}

/**
 * Plans a question.
 *
 * @throws BotError `ASK_…` with suggestions that work
 */
export function planQuestion(input: PlanInput, known: KnownValues, vocabulary: Vocabulary): Planned {
  const { parts, name, text } = input;
  const { bound, bounds, notes } = settle(input, known, vocabulary);
  const { query } = bound;
  const ranking = rankingOf(parts.ranking, query, text);
  const isRanked = ranking !== undefined;
  checkMissing({ bound, bounds, known, name, isRanked, vocabulary, text, nameToken: parts.name });
  const settling: Settling = { input, bound, known, ...(ranking && { ranking }) };
  const values = planValues(settling);
  const { without, asWritten } = values;
  const given = input.presets ? values.given.map((one) => ({ ...one, isKeyed: true })) : values.given;
  const scope = parts.scope?.text;
  const optional = { ...(ranking && { ranking }), ...(scope && { scope }), ...usualOutput(query) };
  const written: WrittenQuestion = { name, given, without, ...optional };
  checkAmount(values.arguments, ranking, bound, written, vocabulary);
  const time = rangeOf(input, query, vocabulary);
  checkLength(time.range, parts.time?.phrase, query, (rangeText) =>
    writeQuestion({ ...written, rangeText }, vocabulary),
  );
  const compared = comparisonOf(settling, values.arguments, time, vocabulary);
  const shown = shownOf(input, bound);
  const question = assemble({ bound, ranking, time, shown, scope, asWritten, args: values.arguments });
  const { comparison } = compared;
  const unused = [...bound.unused.map((word) => word.text), ...compared.unused];
  const label = comparison && { comparison: comparison.label };
  const full = { ...written, rangeText: time.range.text, ...label, output: shown.output, looks: shown.looks };
  return {
    question: {
      ...question,
      ...(comparison && { comparison }),
      notes: [
        ...parts.notes,
        ...notes,
        ...perNote(parts, bound, name),
        ...values.notes,
        ...compared.notes,
        ...time.notes,
        ...uncheckedNote(bound),
        ...unusedNotes(unused, bound, input, vocabulary),
      ],
      text: writeQuestion(full, vocabulary),
    },
    unused,
  };
}

interface Shown {
  readonly output: Question['output'];
  /** As asked. */
  readonly looks: Looks;
}

function usualOutput({ output }: SavedQuery): { readonly usualOutput?: Question['output'] } {
  return output === undefined ? {} : { usualOutput: output };
}

/** Output and looks: those that were phrases, and those that words turned out to be. */
function shownOf({ parts }: PlanInput, { query, shown }: Bound): Shown {
  const looks: Looks = Object.assign({}, parts.looks, ...shown.map((one) => one.looks ?? {}));
  // bars, a ranking or a comparison of lines can only be meant as a picture
  const isDrawn = Object.keys(looks).length > 0 || parts.ranking !== undefined || parts.comparison !== undefined;
  const usual = isDrawn ? 'chart' : (query.output ?? 'chart');
  return { output: parts.output ?? shown.find((one) => one.output)?.output ?? usual, looks };
}

interface Assembling {
  readonly bound: Bound;
  readonly args: Arguments;
  readonly asWritten: Arguments | undefined;
  readonly ranking: Ranking | undefined;
  readonly time: ResolvedTime;
  readonly shown: Shown;
  readonly scope: string | undefined;
}

function assemble({
  bound,
  args,
  asWritten,
  ranking,
  time,
  shown,
  scope,
}: Assembling): Omit<Question, 'notes' | 'text'> {
  return {
    query: bound.query,
    arguments: args,
    ...(asWritten && { asWritten }),
    range: time.range,
    ...(ranking && { ranking }),
    output: shown.output,
    looks: { ...bound.query.looks, ...inUnit(shown.looks, bound.query.unit) },
    ...(Object.keys(shown.looks).length > 0 && { askedLooks: shown.looks }),
    ...(scope !== undefined && { scope }),
  };
}

/** Ends of the axis are typed as the definition has its numbers: milliseconds, where that is its unit; shares in percent, as they are read. */
function inUnit(looks: Looks, { scale, factor }: Unit): Looks {
  const { min, max } = looks;
  if (scale === 'percent') return looks;
  return { ...looks, ...(min !== undefined && { min: min * factor }), ...(max !== undefined && { max: max * factor }) };
}

function rangeOf({ parts }: PlanInput, query: SavedQuery, { nowMs, zone }: Vocabulary): ResolvedTime {
  return parts.time ? resolveTime(parts.time.phrase, nowMs, zone) : readTimeRange(query.rangeText, nowMs, zone);
}

function comparisonOf(
  settling: Settling,
  args: Arguments,
  { range }: ResolvedTime,
  vocabulary: Vocabulary,
): { readonly comparison?: Comparison; readonly notes: readonly string[]; readonly unused: readonly string[] } {
  const words = settling.input.parts.comparison;
  if (!words || words.kind === 'none') return { notes: [], unused: [] };
  if (words.kind !== 'values') {
    const earlier = comparedRange(words, range, vocabulary.nowMs);
    return { comparison: { kind: 'range', range: earlier, label: words.label }, notes: [], unused: [] };
  }
  const { given, notes, unused } = bindCompared(words, settling);
  const label = namesText(given.flatMap(({ written }) => written.map((word) => writeValue(word, vocabulary))));
  const values = Object.fromEntries(given.map((one) => [one.parameter.name, one.values]));
  const isSame = given.every(({ parameter, values: other }) => isSameList(other, args[parameter.name] ?? []));
  if (isSame) {
    return { notes: [...notes, `${code(label)} is what is shown: there is nothing to compare it with.`], unused };
  }
  return { comparison: { kind: 'arguments', arguments: { ...args, ...values }, label }, notes, unused };
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value) => b.includes(value));
}

/** What is measured is the definition's to say, unless that is what was said. */
function perNote({ per }: Parts, { query: { unit } }: Bound, name: string): readonly string[] {
  if (per === undefined || unit.phrase?.endsWith(`per ${per}`)) return [];
  const inUnit = unit.id === 'none' || unit.id === 'count' ? '' : `, in ${code(unit.id)}`;
  return [`${code(`per ${per}`)} changes nothing: ${code(name)} stays as its definition has it${inUnit}.`];
}

function uncheckedNote({ unchecked, query }: Bound): readonly string[] {
  if (unchecked.length === 0) return [];
  const nouns = pluralOf(nounOf(query.parameters.find(({ values }) => values !== undefined)?.name ?? 'value'));
  return [`I could not list the ${nouns} of ${code(query.sourceName)}, so ${codes(unchecked)} is taken as typed.`];
}

/** What was left over: other questions, places that are not known, words. */
function unusedNotes(
  unused: readonly string[],
  { unused: words, query, given }: Bound,
  { text, parts }: PlanInput,
  vocabulary: Vocabulary,
): readonly string[] {
  const others = words.filter(({ token }) => !token.isQuoted && vocabulary.isQuery(token.text));
  const places = words.filter(({ token }) => !others.some((one) => one.token === token) && isPlace(token, text));
  const range = parts.time && { rangeText: text.slice(parts.time.at, parts.time.end) };
  const own = others.map(({ token }) =>
    writeQuestion({ name: token.text, given: given.values(), ...range }, vocabulary),
  );
  const said = [...others, ...places].map((one) => one.text);
  const rest = unused.filter((one) => !said.includes(one));
  return [
    ...(own.length > 0 ? [`One question at a time: ask ${codes(own)} on its own.`] : []),
    ...(places.length > 0
      ? [
          `I know no source or environment called ${codes(places.map((one) => one.text))}: this is from ${code(query.sourceName)}.`,
        ]
      : []),
    ...(rest.length > 0 ? [`I used everything but ${codes(rest)}.`] : []),
  ];
}

/** Whether a word stands behind `in` or `on`, as sources and environments do. */
function isPlace({ at, isQuoted, text: word }: Token, text: string): boolean {
  return (
    !isQuoted &&
    /^[\p{L}\p{N}][\p{L}\p{N}_-]*$/u.test(word) &&
    /(?:^|\s)(?:on|in)\s+$/i.test(text.slice(Math.max(0, at - 8), at))
  );
}
