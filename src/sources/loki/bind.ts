/** Binds arguments to expressions: values are written into the strings of matchers and filters, escaped, and nowhere else. Pure. */
import { parseDuration } from '../../domain/duration.ts';
import { BotError } from '../../domain/errors.ts';
import type { Labels } from '../../domain/labels.ts';
import type { Arguments } from '../../domain/question.ts';
import { makeUnit, type Unit } from '../../domain/unit.ts';
import { applyFilters } from '../../queries/expand.ts';
import type { Binding, SourceRequest } from '../source.ts';
import { type ExpressionTemplate, expressionsOf, hasShape, type LokiBlock, type Place, readTemplate } from './block.ts';
import { escapeRegex, escapeString, unquote } from './logql.ts';

/** What a server gives at most unless it is configured otherwise (`max_query_series`); a picture shows no more. */
const SERIES_MAX = 500;
/** One after the other these would outlast every deadline. */
const QUERIES_MAX = 50;
/** Labels are cut here; they stand in a footer. */
const LABEL_MAX_CHARS = 200;
/** A phrase of a line is rarely longer. */
const VALUE_MAX_CHARS = 300;
/** A server takes queries of 5,120 characters at most, unless it is configured otherwise (`max_query_length` is a time). */
const JOINED_MAX_CHARS = 3_000;

/** Several values in one regular expression, and how each of their series and lines is told. */
export interface JoinedParameter {
  readonly parameter: string;
  readonly values: readonly string[];
  /** The label whose comparison has the values. */
  readonly label: string;
  /** What the label must match for each value, as text of a regular expression; same order. */
  readonly patterns: readonly string[];
}

/** One expression with its values in it. */
export interface BoundQuery {
  /** As a person would type it, but for `$__interval` and its like. */
  readonly expr: string;
  /** The name that the definition gives it. */
  readonly name?: string;
  /** The value of each parameter that has one here; phrases are none. */
  readonly labels: Labels;
  readonly joined: readonly JoinedParameter[];
  /** What lines must hold by the question. */
  readonly phrases: readonly string[];
  /** Which comparisons of `expr`, counted from 0, hold values of the question. */
  readonly asked: readonly number[];
  /** The same, asked once per value: for expressions that lose the label. */
  apart(): readonly BoundQuery[];
}

/** What a question asks of Loki. */
export interface LokiRequest extends SourceRequest {
  readonly logql: readonly BoundQuery[];
  readonly block: LokiBlock;
  readonly isLog: boolean;
  /** The values asked for, in the order of the question. */
  readonly arguments: Arguments;
  readonly unit: Unit;
  readonly minStepMs?: number;
  /** More series are refused. */
  readonly seriesMax: number;
}

/**
 * Binds a block to arguments. Several values of a parameter that stands in `=~` only are asked in one query, as an
 * alternation; of any other, one query each. What is looked for in lines is one phrase, and may be nothing.
 *
 * @throws BotError `ASK_UNKNOWN_VALUE`, `ASK_MISSING_ARGUMENT`, `SOURCE_TOO_MUCH`
 */
export function bindBlock(block: LokiBlock, binding: Binding): LokiRequest {
  const { arguments: args, unit, seriesMax = SERIES_MAX } = binding;
  const templates = expressionsOf(block).map(({ expr, name }) => ({ name, template: readTemplate(expr) }));
  const logql = templates.flatMap(({ template, name }) => bindExpression(template, name, args, true));
  if (logql.length > QUERIES_MAX) throw tooManyQueries(logql.length);
  const minStepMs = block.step === undefined ? undefined : parseDuration(block.step);
  const isLog = templates.every(({ template }) => template.isLog);
  const [first] = logql;
  const more = logql.length > 1 ? ` and ${logql.length - 1} more` : '';
  return {
    label: `${(first?.expr ?? '').replace(/\s+/g, ' ').slice(0, LABEL_MAX_CHARS)}${more}`,
    logql,
    block,
    isLog,
    arguments: args,
    unit: isLog && unit.id === 'none' ? makeUnit('count') : unit,
    seriesMax,
    ...(minStepMs !== undefined && { minStepMs }),
  };
}

/** The refusal of a question that would read too many series. */
export function tooManySeries(count: number, limit: number): BotError {
  const series = new Intl.NumberFormat('en').format(count);
  const message = `This would read ${series} series; the limit is ${limit}. Name fewer, or sum them up, as in sum by (app).`;
  return new BotError('SOURCE_TOO_MUCH', message, { series: count, limit });
}

function tooManyQueries(count: number): BotError {
  const message = `This would ask ${count} queries; the limit is ${QUERIES_MAX}. Name fewer values, or match them with =~ in the definition.`;
  return new BotError('SOURCE_TOO_MUCH', message, { queries: count, limit: QUERIES_MAX });
}

type Chosen = Readonly<Record<string, readonly string[]>>;

function bindExpression(
  template: ExpressionTemplate,
  name: string | undefined,
  args: Arguments,
  mayJoin: boolean,
): BoundQuery[] {
  const names = [...new Set(template.places.map(({ placeholder }) => placeholder.name))];
  let combinations: Chosen[] = [{}];
  for (const parameter of names) {
    const choices = choicesOf(template, parameter, args[parameter] ?? [], mayJoin);
    const count = combinations.length * choices.length;
    if (count > QUERIES_MAX) throw tooManyQueries(count);
    combinations = combinations.flatMap((chosen) => choices.map((choice) => ({ ...chosen, [parameter]: choice })));
  }
  return combinations.map((chosen) => bindOne(template, name, chosen));
}

function choicesOf(
  template: ExpressionTemplate,
  parameter: string,
  given: readonly string[],
  mayJoin: boolean,
): (readonly string[])[] {
  const own = template.places.filter(({ placeholder }) => placeholder.name === parameter);
  if (own.every(isPhrase)) {
    const phrase = given.join(' ').trim();
    return [[phrase === '' ? '' : checkValue(phrase, parameter)]];
  }
  const values = [...new Set(given.map((value) => checkValue(value, parameter)))];
  if (values.length === 0) {
    throw new BotError('ASK_MISSING_ARGUMENT', `It needs a value for \`${parameter}\`.`, { parameter });
  }
  return mayJoin && isJoinable(own) ? chunksOf(values) : values.map((value) => [value]);
}

/** Every line holds nothing, so a phrase may be left out; that a line does not hold nothing is true of no line. */
function isPhrase({ comparison: { place, operator } }: Place): boolean {
  return place === 'line' && operator.startsWith('|');
}

/** One label only may hold it: of two, which would tell the series? */
function isJoinable(own: readonly Place[]): boolean {
  const [first] = own;
  return own.every(
    ({ comparison }) =>
      comparison.place !== 'line' && comparison.operator === '=~' && comparison.label === first?.comparison.label,
  );
}

function chunksOf(values: readonly string[]): (readonly string[])[] {
  const chunks: string[][] = [];
  let size = 0;
  for (const value of values) {
    const last = chunks.at(-1);
    size += value.length * 1.2 + 2;
    if (last && size <= JOINED_MAX_CHARS) last.push(value);
    else {
      chunks.push([value]);
      size = value.length * 1.2 + 2;
    }
  }
  return chunks;
}

function bindOne(template: ExpressionTemplate, name: string | undefined, chosen: Chosen): BoundQuery {
  let index = 0;
  const expr = template.parts
    .map((part) => (typeof part === 'string' ? part : written(template.places[index++] as Place, chosen)))
    .join('');
  const entries = Object.entries(chosen);
  if (!hasShape(expr, template)) {
    const [parameter = '', [value = ''] = []] = entries[0] ?? [];
    throw unknownValue(value, parameter, 'means something else there');
  }
  const phrases = new Set(template.places.filter(isPhrase).map(({ placeholder }) => placeholder.name));
  const labelled = entries.filter(
    ([key]) => !phrases.has(key) || template.places.some((place) => place.placeholder.name === key && !isPhrase(place)),
  );
  return {
    expr,
    ...(name !== undefined && { name }),
    labels: Object.fromEntries(
      labelled.flatMap(([key, [value, other]]) => (other === undefined ? [[key, value as string]] : [])),
    ),
    joined: labelled.flatMap(([key, values]) => (values.length > 1 ? joinedOf(template, key, values) : [])),
    asked: [...new Set(template.places.map(({ at }) => at))],
    phrases: entries.flatMap(([key, [value = '']]) => (phrases.has(key) && value !== '' ? [value] : [])),
    apart: () => bindExpression(template, name, chosen, false),
  };
}

/** The text that stands for a placeholder, ready for its string. */
function written({ placeholder, comparison, value: whole }: Place, chosen: Chosen): string {
  const { name, filters } = placeholder;
  const values = (chosen[name] ?? []).map((value) => applyFilters(value, filters));
  if (!comparison.operator.endsWith('~')) return escapeString(values[0] ?? '');
  const next = whole[whole.indexOf(placeholder) + 1];
  const isWhole = values.length === 1 && !(typeof next === 'string' && /^[*+?{]/.test(next));
  return escapeString(isWhole ? escapeRegex(values[0] ?? '') : alternation(values));
}

/** In a group: what stands beside it in the definition, such as `+`, must take it as a whole. */
function alternation(values: readonly string[]): string {
  return `(?:${values.map(escapeRegex).join('|')})`;
}

function joinedOf({ places }: ExpressionTemplate, parameter: string, values: readonly string[]): JoinedParameter[] {
  const place = places.find(({ placeholder }) => placeholder.name === parameter);
  if (!place) return [];
  const patterns = values.map((value) =>
    place.value
      .map((part) => {
        if (typeof part === 'string') return unquote(`"${part}"`);
        return part.name === parameter ? alternation([applyFilters(value, part.filters)]) : '.*';
      })
      .join(''),
  );
  return [{ parameter, values, label: place.comparison.label, patterns }];
}

function checkValue(raw: string, parameter: string): string {
  const value = raw.trim();
  if (value === '') throw unknownValue(value, parameter, 'is empty');
  if (value.length > VALUE_MAX_CHARS) {
    throw unknownValue(value, parameter, `is longer than ${VALUE_MAX_CHARS} characters`);
  }
  if (/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/.test(value) || !value.isWellFormed()) {
    throw unknownValue(value, parameter, 'holds a control character');
  }
  return value;
}

function unknownValue(value: string, parameter: string, why: string): BotError {
  const shown = value.replace(/[^\x20-\x5f\x61-\x7e]/g, '?').slice(0, 60);
  return new BotError('ASK_UNKNOWN_VALUE', `\`${shown}\` cannot be a ${parameter}: it ${why}.`, { value, parameter });
}
