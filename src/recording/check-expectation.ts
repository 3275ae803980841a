/** Asks one question offline, and says where what came of it is not what was expected. */
import type { Answer } from '../domain/answer.ts';
import { type BotError, toBotError } from '../domain/errors.ts';
import type { Question } from '../domain/question.ts';
import { summarize } from '../domain/series.ts';
import { isLate, whyFailed } from '../lib/why-failed.ts';
import { type AskContext, type AskDeps, ask, planText } from '../questions/ask.ts';
import { wordsOf } from '../render/answer-parts.ts';
import { plainMessage } from '../render/markup.ts';
import type { Expectation } from './expectation-schema.ts';

/** A key of an expectation that does not hold, and why. */
export interface Unmet {
  readonly key: keyof Expectation;
  readonly message: string;
}

/** What came of one question. */
export interface Checked {
  readonly unmet: readonly Unmet[];
  /** Name of the definition that answered or would have. */
  readonly query?: string;
}

/** Sources must answer from recorded data: nobody is asked. */
export async function checkExpectation(
  expected: Expectation,
  context: AskContext,
  deps: AskDeps,
  signal: AbortSignal,
): Promise<Checked> {
  let question: Question | undefined;
  try {
    question = await planText(expected.ask, context, deps, signal);
    if (!question) return { unmet: [{ key: 'ask', message: 'is no question for a saved query' }] };
    const known = understoodFaults(expected, question, deps);
    const wantsData = expected.says !== undefined || expected.values !== undefined || mayRefuseLater(expected);
    const answered = wantsData ? await answerFaults(expected, context, deps, signal) : [];
    return { unmet: [...known, ...answered, ...notRefused(expected)], query: question.query.id };
  } catch (thrown) {
    const unmet = refusalFaults(expected, toBotError(thrown));
    return question ? { unmet, query: question.query.id } : { unmet };
  }
}

/** What a source would say is known only when it is asked. */
function mayRefuseLater({ refused }: Expectation): boolean {
  return refused !== undefined && !refused.startsWith('ASK_');
}

function notRefused({ refused }: Expectation): readonly Unmet[] {
  return refused === undefined ? [] : [{ key: 'refused', message: `is ${refused}, but the question was answered` }];
}

function refusalFaults({ refused, says = [] }: Expectation, error: BotError): readonly Unmet[] {
  const { code, message, details } = error;
  if (code === 'INTERNAL') return [{ key: 'ask', message: `was not answered: ${insideWords(error)}` }];
  if (refused === undefined) return [{ key: 'ask', message: `was refused with ${code}: ${message}` }];
  const unmet: Unmet[] = [];
  if (refused !== code) unmet.push({ key: 'refused', message: `is ${refused}, but the code is ${code}: ${message}` });
  const text = [message, ...(details.suggestions ?? [])].join('\n');
  return [...unmet, ...missingParts('says', says, text, 'refusal')];
}

/** A fault of ours in its own words: there is no log that would have them. */
function insideWords(error: BotError): string {
  const { cause } = error;
  return isLate(error) || !(cause instanceof Error) ? whyFailed(error, 'it takes too long') : cause.message;
}

function understoodFaults(expected: Expectation, question: Question, { sources }: AskDeps): readonly Unmet[] {
  const { query, range, output, arguments: args, notes } = question;
  const unmet: Unmet[] = [];
  const compare = (key: keyof Expectation, want: unknown, is: unknown) => {
    if (want !== undefined && want !== is)
      unmet.push({ key, message: `is ${String(want)}, but it was understood as ${String(is)}` });
  };
  compare('query', expected.query, query.id);
  compare('source', expected.source, query.sourceName);
  compare('range', expected.range, range.text);
  compare('from', iso(expected.from), iso(range.fromMs));
  compare('to', iso(expected.to), iso(range.toMs));
  compare('output', expected.output, output);
  for (const [name, values] of Object.entries(expected.arguments ?? {})) {
    const is = args[name];
    if (!is) unmet.push({ key: 'arguments', message: `names ${name}, which is no parameter of ${query.id}` });
    else if (values.join('\n') !== is.join('\n'))
      unmet.push({
        key: 'arguments',
        message: `has ${name} ${listed(values)}, but it was understood as ${listed(is)}`,
      });
  }
  if (expected.expression !== undefined) {
    const { block, unit, consolidate, sourceName } = query;
    const { label } = sources.get(sourceName).source.request(block, { arguments: args, unit, consolidate });
    if (squeezed(label) !== squeezed(expected.expression))
      unmet.push({ key: 'expression', message: `is not what would be asked: ${label}` });
  }
  return [...unmet, ...missingParts('notes', expected.notes ?? [], notes.join('\n'), 'notes')];
}

async function answerFaults(
  expected: Expectation,
  context: AskContext,
  deps: AskDeps,
  signal: AbortSignal,
): Promise<readonly Unmet[]> {
  const reply = await ask(expected.ask, context, deps, signal);
  if (reply.kind !== 'answer') return [{ key: 'ask', message: 'is no question for a saved query' }];
  const text = plainMessage(wordsOf(reply.answer).message);
  return [...missingParts('says', expected.says ?? [], text, 'message'), ...valueFaults(expected, reply.answer)];
}

function valueFaults({ values = {} }: Expectation, { frames, under = [] }: Answer): readonly Unmet[] {
  const series = [...frames, ...under].flatMap((frame) => (frame.kind === 'series' ? frame.series : []));
  return Object.entries(values).flatMap(([name, numbers]): readonly Unmet[] => {
    const found = series.find((one) => one.name === name);
    if (!found) {
      const names = series.map((one) => one.name);
      return [
        { key: 'values', message: `has ${name}, but the series are ${names.length === 0 ? 'none' : listed(names)}` },
      ];
    }
    const is = summarize(found);
    return Object.entries(numbers).flatMap(([measure, want]): readonly Unmet[] => {
      const isCount = measure === 'count';
      const raw = is?.[measure as keyof typeof is];
      const value = raw === undefined || isCount ? raw : Number((raw / found.unit.factor).toPrecision(15));
      if (want === undefined || (value !== undefined && isAsWritten(want, value))) return [];
      return [
        {
          key: 'values',
          message: `has ${measure} ${want} for ${name}, but it is ${value ?? 'not there: there are only gaps'}`,
        },
      ];
    });
  });
}

/** Whether a value is within half of the last digit that was written. */
function isAsWritten(want: number, value: number): boolean {
  const [, fraction = '', exponent = '0'] = /^[^.e]+(?:\.(\d+))?(?:e(.+))?$/.exec(String(want)) ?? [];
  const decimals = Math.max(0, fraction.length - Number(exponent));
  return Math.abs(want - value) <= 0.5 * 10 ** -decimals + Number.EPSILON * Math.abs(want);
}

function missingParts(key: 'says' | 'notes', parts: readonly string[], text: string, what: string): readonly Unmet[] {
  const said = squeezed(text);
  return parts
    .filter((part) => !said.includes(squeezed(part)))
    .map((part) => ({
      key,
      message: `has "${part}", which is not in the ${what}: ${text === '' ? 'there is none' : text}`,
    }));
}

/** Blanks of any width are one: numbers have narrow ones before their units. */
function squeezed(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function listed(values: readonly string[]): string {
  return values.slice(0, 10).join(', ');
}

function iso(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString().replace('.000Z', 'Z');
}
