/**
 * Several values in one query, and which of them a row of the answer belongs to: what sources with a language of labels
 * share. Pure.
 */
import { BotError } from '../domain/errors.ts';
import type { Labels } from '../domain/labels.ts';
import type { Arguments } from '../domain/question.ts';
import { escapeRegex, escapeString, unquote } from '../lib/quoted-text.ts';
import { applyFilters, type Placeholder, type Template } from './expand.ts';

/** One or several values for each parameter of one query. */
export type Chosen = Readonly<Record<string, readonly string[]>>;

/** Several values in one regular expression, and how each of their rows is told. */
export interface JoinedParameter {
  readonly parameter: string;
  readonly values: readonly string[];
  /** The label whose comparison has the values. */
  readonly label: string;
  /** What the label must match for each value, as text of a regular expression; same order. */
  readonly patterns: readonly string[];
}

/**
 * Every combination of the choices that `choicesOf` gives for each parameter, in the order of both.
 *
 * @throws BotError `SOURCE_TOO_MUCH` for more than `max`
 */
export function combine(
  parameters: readonly string[],
  choicesOf: (parameter: string) => readonly (readonly string[])[],
  max: number,
): Chosen[] {
  let combinations: Chosen[] = [{}];
  for (const parameter of parameters) {
    const choices = choicesOf(parameter);
    const count = combinations.length * choices.length;
    if (count > max) throw tooManyQueries(count, max);
    combinations = combinations.flatMap((chosen) => choices.map((choice) => ({ ...chosen, [parameter]: choice })));
  }
  return combinations;
}

/** The refusal of a question that would ask too often. */
export function tooManyQueries(count: number, limit: number): BotError {
  const message = `This would ask ${count} queries; the limit is ${limit}. Name fewer values, or match them with =~ in the definition.`;
  return new BotError('SOURCE_TOO_MUCH', message, { queries: count, limit });
}

/** The refusal of a question that would read too many series; `advice` follows "Name fewer, or". */
export function tooManySeries(count: number, limit: number, advice: string): BotError {
  const series = new Intl.NumberFormat('en').format(count);
  const message = `This would read ${series} series; the limit is ${limit}. Name fewer, or ${advice}.`;
  return new BotError('SOURCE_TOO_MUCH', message, { series: count, limit });
}

/** The refusal of a question that leaves a parameter open. */
export function missingArgument(parameter: string): BotError {
  return new BotError('ASK_MISSING_ARGUMENT', `It needs a value for \`${parameter}\`.`, { parameter });
}

/** Values in groups whose alternation has about `maxChars` characters at most. */
export function chunksOf(values: readonly string[], maxChars: number): (readonly string[])[] {
  const chunks: string[][] = [];
  let size = 0;
  for (const value of values) {
    const last = chunks.at(-1);
    // escapes, and the bar between
    size += value.length * 1.2 + 2;
    if (last && size <= maxChars) last.push(value);
    else {
      chunks.push([value]);
      size = value.length * 1.2 + 2;
    }
  }
  return chunks;
}

/** The values of parameters that have but one. */
export function labelsOf(chosen: Chosen): Labels {
  return Object.fromEntries(
    Object.entries(chosen).flatMap(([key, [value, other]]) => (other === undefined ? [[key, value as string]] : [])),
  );
}

/**
 * The text that stands for a placeholder inside a quoted string.
 *
 * @param whole - the string that it stands in
 */
export function writtenValue(
  placeholder: Placeholder,
  whole: Template,
  values: readonly string[],
  { isRegex, quote }: { readonly isRegex: boolean; readonly quote?: string },
): string {
  const filtered = values.map((value) => applyFilters(value, placeholder.filters));
  if (!isRegex) return escapeString(filtered[0] ?? '', quote);
  const next = whole[whole.indexOf(placeholder) + 1];
  const isAlone = filtered.length === 1 && !(typeof next === 'string' && /^[*+?{]/.test(next));
  return escapeString(isAlone ? escapeRegex(filtered[0] ?? '') : alternation(filtered), quote);
}

/** In a group: what stands beside it in the definition, such as `+`, must take it as a whole. */
function alternation(values: readonly string[]): string {
  return `(?:${values.map(escapeRegex).join('|')})`;
}

/** How the rows of several values are told, from the string of the definition that compares `label`. */
export function joinedParameter(
  parameter: string,
  values: readonly string[],
  label: string,
  whole: Template,
  quote = '"',
): JoinedParameter {
  const patterns = values.map((value) =>
    whole
      .map((part) => {
        if (typeof part === 'string') return unquote(`${quote}${part}${quote}`);
        return part.name === parameter ? alternation([applyFilters(value, part.filters)]) : '.*';
      })
      .join(''),
  );
  return { parameter, values, label, patterns };
}

/** Gives the value of each parameter for the labels of a row; `undefined` when they do not say. */
export type Teller = (labels: Labels) => Labels | undefined;

/** The teller for the rows of one query: `labels` are the values that all of its rows have. */
export function tellerOf({
  joined,
  labels,
}: {
  readonly joined: readonly JoinedParameter[];
  readonly labels: Labels;
}): Teller {
  const tellers = joined.map(({ parameter, values, label, patterns }) => {
    // `web1.*` matches web10 too, so the longest value is tried first
    const tries = values
      .map((value, index) => ({ value, pattern: compile(patterns[index] ?? '') }))
      .sort((a, b) => b.value.length - a.value.length);
    return (row: Labels): readonly [string, string] | undefined => {
      const own = row[label];
      const found = own === undefined ? undefined : tries.find(({ pattern }) => pattern?.test(own));
      return found && [parameter, found.value];
    };
  });
  return (row) => {
    const found = tellers.map((tell) => tell(row));
    return found.every((entry) => entry !== undefined) ? { ...labels, ...Object.fromEntries(found) } : undefined;
  };
}

/** A regular expression of RE2, as JavaScript reads it; `undefined` for what only RE2 knows. */
function compile(pattern: string): RegExp | undefined {
  try {
    const [, flags = '', rest = pattern] = /^\(\?([is]+)\)([\s\S]*)$/.exec(pattern) ?? [];
    return new RegExp(`^(?:${rest})$`, flags.includes('s') ? flags : `${flags}s`);
  } catch {
    return undefined;
  }
}

/** Compares values of parameters by the order in which the question names them. */
export function byQuestion(args: Arguments): (a: Labels, b: Labels) => number {
  const places = Object.entries(args).map(
    ([name, values]) => [name, new Map(values.map((value, index) => [value.trim(), index]))] as const,
  );
  return (a, b) => {
    for (const [name, byValue] of places) {
      const difference = (byValue.get(a[name] ?? '') ?? 0) - (byValue.get(b[name] ?? '') ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  };
}
