/** Binds arguments to expressions: values are written into the strings of matchers and filters, escaped, and nowhere else. Pure. */
import { parseDuration } from '../../domain/duration.ts';
import type { Labels } from '../../domain/labels.ts';
import type { Arguments } from '../../domain/question.ts';
import { makeUnit, type Unit } from '../../domain/unit.ts';
import { textValue, unknownValue } from '../../lib/plain-value.ts';
import {
  type Chosen,
  chunksOf,
  combine,
  type JoinedParameter,
  joinedParameter,
  labelsOf,
  missingArgument,
  tooManyQueries,
  writtenValue,
} from '../../queries/bind.ts';
import type { Binding, SourceRequest } from '../source.ts';
import { type ExpressionTemplate, expressionsOf, hasShape, type LokiBlock, type Place, readTemplate } from './block.ts';

/** What a server gives at most unless it is configured otherwise (`max_query_series`); a picture shows no more. */
const SERIES_MAX = 500;
/** One after the other these would outlast every deadline. */
const QUERIES_MAX = 50;
/** Labels are cut here; they stand in a footer. */
const LABEL_MAX_CHARS = 200;
/** A server takes queries of 5,120 characters at most, unless it is configured otherwise (`max_query_length` is a time). */
const JOINED_MAX_CHARS = 3_000;

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
  if (logql.length > QUERIES_MAX) throw tooManyQueries(logql.length, QUERIES_MAX);
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

function bindExpression(
  template: ExpressionTemplate,
  name: string | undefined,
  args: Arguments,
  mayJoin: boolean,
): BoundQuery[] {
  const names = [...new Set(template.places.map(({ placeholder }) => placeholder.name))];
  const choices = (parameter: string) => choicesOf(template, parameter, args[parameter] ?? [], mayJoin);
  return combine(names, choices, QUERIES_MAX).map((chosen) => bindOne(template, name, chosen));
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
    return [[phrase === '' ? '' : textValue(phrase, parameter)]];
  }
  const values = [...new Set(given.map((value) => textValue(value, parameter)))];
  if (values.length === 0) throw missingArgument(parameter);
  return mayJoin && isJoinable(own) ? chunksOf(values, JOINED_MAX_CHARS) : values.map((value) => [value]);
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
    labels: labelsOf(Object.fromEntries(labelled)),
    joined: labelled.flatMap(([key, values]) => (values.length > 1 ? joinedOf(template, key, values) : [])),
    asked: [...new Set(template.places.map(({ at }) => at))],
    phrases: entries.flatMap(([key, [value = '']]) => (phrases.has(key) && value !== '' ? [value] : [])),
    apart: () => bindExpression(template, name, chosen, false),
  };
}

/** The text that stands for a placeholder, ready for its string. */
function written({ placeholder, comparison, value: whole }: Place, chosen: Chosen): string {
  return writtenValue(placeholder, whole, chosen[placeholder.name] ?? [], {
    isRegex: comparison.operator.endsWith('~'),
  });
}

function joinedOf({ places }: ExpressionTemplate, parameter: string, values: readonly string[]): JoinedParameter[] {
  const place = places.find(({ placeholder }) => placeholder.name === parameter);
  return place ? [joinedParameter(parameter, values, place.comparison.label, place.value)] : [];
}
