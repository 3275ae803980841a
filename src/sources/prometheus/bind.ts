/** Binds arguments to expressions: values are written into the strings of matchers, escaped, and nowhere else. Pure. */
import { parseDuration } from '../../domain/duration.ts';
import { BotError } from '../../domain/errors.ts';
import type { Labels } from '../../domain/labels.ts';
import type { Arguments } from '../../domain/question.ts';
import type { Consolidation } from '../../domain/saved-query.ts';
import type { Unit } from '../../domain/unit.ts';
import { applyFilters } from '../../queries/expand.ts';
import type { Binding, SourceRequest } from '../source.ts';
import {
  type ExpressionBlock,
  type ExpressionTemplate,
  expressionsOf,
  hasShape,
  type Place,
  readTemplate,
} from './block.ts';
import { escapeRegex, escapeString, unquote } from './promql.ts';

/** A picture with more lines says nothing, and the answer is one body: more is refused. */
const SERIES_MAX = 500;
/** One after the other these would outlast every deadline. */
const QUERIES_MAX = 100;
/** Labels are cut here; they stand in a footer. */
const LABEL_MAX_CHARS = 200;
/** DNS names have 253. */
const VALUE_MAX_CHARS = 300;

/** Several values in one regular expression, and how each of their series is told. */
export interface JoinedParameter {
  readonly parameter: string;
  readonly values: readonly string[];
  /** The label whose matcher has the values. */
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
  /** The value of each parameter that has one here. */
  readonly labels: Labels;
  readonly joined: readonly JoinedParameter[];
  /** The same, asked once per value: for expressions that lose the label. */
  apart(): readonly BoundQuery[];
}

/** What a question asks of Prometheus. */
export interface PrometheusRequest extends SourceRequest {
  readonly queries: readonly BoundQuery[];
  /** The values asked for, in the order of the question. */
  readonly arguments: Arguments;
  readonly unit: Unit;
  readonly legend?: string;
  readonly minStepMs?: number;
  readonly isHeatmap: boolean;
  readonly wantsExemplars: boolean;
  readonly consolidate: Consolidation;
  /** More series are refused. */
  readonly seriesMax: number;
  /** Set for a coarse look at many series: what each of its points shall stand for. */
  readonly lookFor?: Consolidation;
}

/**
 * Binds a block to arguments. Several values of a parameter that stands in `=~` matchers only are asked in one query, as
 * an alternation; of any other, one query each.
 *
 * @throws BotError `ASK_UNKNOWN_VALUE`, `ASK_MISSING_ARGUMENT`, `SOURCE_TOO_MUCH`
 */
export function bindBlock(block: ExpressionBlock, binding: Binding): PrometheusRequest {
  const { arguments: args, unit, consolidate, seriesMax } = binding;
  const queries = expressionsOf(block).flatMap(({ expr, name }) =>
    bindExpression(readTemplate(expr), name, args, true),
  );
  if (queries.length > QUERIES_MAX) throw tooManyQueries(queries.length);
  const minStepMs = block.step === undefined ? undefined : parseDuration(block.step);
  const [first] = queries;
  const more = queries.length > 1 ? ` and ${queries.length - 1} more` : '';
  return {
    label: `${(first?.expr ?? '').replace(/\s+/g, ' ').slice(0, LABEL_MAX_CHARS)}${more}`,
    queries,
    arguments: args,
    unit,
    isHeatmap: block.heatmap,
    wantsExemplars: block.exemplars,
    consolidate,
    seriesMax: seriesMax ?? SERIES_MAX,
    ...(seriesMax !== undefined && { lookFor: consolidate }),
    ...(block.legend !== undefined && { legend: block.legend }),
    ...(minStepMs !== undefined && { minStepMs }),
  };
}

/** The refusal of a question that would read too many series. */
export function tooManySeries(count: number, limit: number): BotError {
  const series = new Intl.NumberFormat('en').format(count);
  return new BotError(
    'SOURCE_TOO_MUCH',
    `This would read ${series} series; the limit is ${limit}. Name fewer, or sum them up, as in sum by (instance).`,
    { series: count, limit },
  );
}

function tooManyQueries(count: number): BotError {
  const message = `This would ask ${count} queries; the limit is ${QUERIES_MAX}. Name fewer values, or match them with =~ in the definition.`;
  return new BotError('SOURCE_TOO_MUCH', message, { queries: count, limit: QUERIES_MAX });
}

function bindExpression(
  template: ExpressionTemplate,
  name: string | undefined,
  args: Arguments,
  mayJoin: boolean,
): BoundQuery[] {
  const names = [...new Set(template.places.map(({ placeholder }) => placeholder.name))];
  let combinations: Record<string, readonly string[]>[] = [{}];
  for (const parameter of names) {
    const values = [...new Set(args[parameter] ?? [])];
    if (values.length === 0) {
      throw new BotError('ASK_MISSING_ARGUMENT', `It needs a value for \`${parameter}\`.`, { parameter });
    }
    const choices = mayJoin && isJoinable(template, parameter) ? chunksOf(values) : values.map((value) => [value]);
    const count = combinations.length * choices.length;
    if (count > QUERIES_MAX) throw tooManyQueries(count);
    combinations = combinations.flatMap((chosen) => choices.map((choice) => ({ ...chosen, [parameter]: choice })));
  }
  return combinations.map((chosen) => bindOne(template, name, chosen));
}

/** VictoriaMetrics refuses queries of more than 16 KiB; half of that is for values, which may stand there twice. */
const JOINED_MAX_CHARS = 4_000;

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

/** One matcher only may hold it: of two labels, which would tell the series? */
function isJoinable({ places }: ExpressionTemplate, parameter: string): boolean {
  const own = places.filter(({ placeholder }) => placeholder.name === parameter);
  return own.every(({ operator, label }) => operator === '=~' && label === own[0]?.label);
}

function bindOne(
  template: ExpressionTemplate,
  name: string | undefined,
  chosen: Readonly<Record<string, readonly string[]>>,
): BoundQuery {
  let index = 0;
  const expr = template.parts
    .map((part) => (typeof part === 'string' ? part : written(template.places[index++] as Place, chosen)))
    .join('');
  const entries = Object.entries(chosen);
  if (!hasShape(expr, template)) {
    const [parameter = '', [value = ''] = []] = entries[0] ?? [];
    throw unknownValue(value, parameter, 'means something else there');
  }
  return {
    expr,
    ...(name !== undefined && { name }),
    labels: Object.fromEntries(
      entries.flatMap(([key, [value, other]]) => (other === undefined ? [[key, value as string]] : [])),
    ),
    joined: entries.flatMap(([key, values]) => (values.length > 1 ? joinedOf(template, key, values) : [])),
    apart: () => bindExpression(template, name, chosen, false),
  };
}

/** The text that stands for a placeholder, ready for its string. */
function written(place: Place, chosen: Readonly<Record<string, readonly string[]>>): string {
  const { placeholder, operator, quote, value: whole } = place;
  const { name, filters } = placeholder;
  const values = (chosen[name] ?? []).map((value) => applyFilters(checkValue(value, name), filters));
  if (!operator.endsWith('~')) return escapeString(values[0] ?? '', quote);
  const next = whole[whole.indexOf(placeholder) + 1];
  const isWhole = values.length === 1 && !(typeof next === 'string' && /^[*+?{]/.test(next));
  return escapeString(isWhole ? escapeRegex(values[0] ?? '') : alternation(values), quote);
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
        if (typeof part === 'string') return unquote(`${place.quote}${part}${place.quote}`);
        return part.name === parameter ? alternation([applyFilters(value, part.filters)]) : '.*';
      })
      .join(''),
  );
  return [{ parameter, values, label: place.label, patterns }];
}

function checkValue(raw: string, parameter: string): string {
  const value = raw.trim();
  if (value === '') throw unknownValue(value, parameter, 'is empty');
  if (value.length > VALUE_MAX_CHARS) {
    throw unknownValue(value, parameter, `is longer than ${VALUE_MAX_CHARS} characters`);
  }
  const bad = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/.exec(value)?.[0];
  if (bad !== undefined || !value.isWellFormed()) {
    throw unknownValue(value, parameter, 'holds a control character');
  }
  return value;
}

function unknownValue(value: string, parameter: string, why: string): BotError {
  const shown = value.replace(/[^\x20-\x5f\x61-\x7e]/g, '?').slice(0, 60);
  return new BotError('ASK_UNKNOWN_VALUE', `\`${shown}\` cannot be a ${parameter}: it ${why}.`, { value, parameter });
}
