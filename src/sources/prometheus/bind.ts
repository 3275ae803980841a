/** Binds arguments to expressions: values are written into the strings of matchers, escaped, and nowhere else. Pure. */
import { parseDuration } from '../../domain/duration.ts';
import type { Labels } from '../../domain/labels.ts';
import type { Arguments } from '../../domain/question.ts';
import type { Consolidation } from '../../domain/saved-query.ts';
import type { Unit } from '../../domain/unit.ts';
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
import {
  type ExpressionBlock,
  type ExpressionTemplate,
  expressionsOf,
  hasShape,
  type Place,
  readTemplate,
} from './block.ts';

/** A picture with more lines says nothing, and the answer is one body: more is refused. */
const SERIES_MAX = 500;
/** One after the other these would outlast every deadline. */
const QUERIES_MAX = 100;
/** Labels are cut here; they stand in a footer. */
const LABEL_MAX_CHARS = 200;

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
  if (queries.length > QUERIES_MAX) throw tooManyQueries(queries.length, QUERIES_MAX);
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

function bindExpression(
  template: ExpressionTemplate,
  name: string | undefined,
  args: Arguments,
  mayJoin: boolean,
): BoundQuery[] {
  const names = [...new Set(template.places.map(({ placeholder }) => placeholder.name))];
  const choicesOf = (parameter: string) => {
    const values = [...new Set(args[parameter] ?? [])];
    if (values.length === 0) throw missingArgument(parameter);
    return mayJoin && isJoinable(template, parameter)
      ? chunksOf(values, JOINED_MAX_CHARS)
      : values.map((value) => [value]);
  };
  return combine(names, choicesOf, QUERIES_MAX).map((chosen) => bindOne(template, name, chosen));
}

/** VictoriaMetrics refuses queries of more than 16 KiB; half of that is for values, which may stand there twice. */
const JOINED_MAX_CHARS = 4_000;

/** One matcher only may hold it: of two labels, which would tell the series? */
function isJoinable({ places }: ExpressionTemplate, parameter: string): boolean {
  const own = places.filter(({ placeholder }) => placeholder.name === parameter);
  return own.every(({ operator, label }) => operator === '=~' && label === own[0]?.label);
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
  return {
    expr,
    ...(name !== undefined && { name }),
    labels: labelsOf(chosen),
    joined: entries.flatMap(([key, values]) => (values.length > 1 ? joinedOf(template, key, values) : [])),
    apart: () => bindExpression(template, name, chosen, false),
  };
}

/** The text that stands for a placeholder, ready for its string. */
function written({ placeholder, operator, quote, value: whole }: Place, chosen: Chosen): string {
  const values = (chosen[placeholder.name] ?? []).map((value) => textValue(value, placeholder.name));
  return writtenValue(placeholder, whole, values, { isRegex: operator.endsWith('~'), quote });
}

function joinedOf({ places }: ExpressionTemplate, parameter: string, values: readonly string[]): JoinedParameter[] {
  const place = places.find(({ placeholder }) => placeholder.name === parameter);
  return place ? [joinedParameter(parameter, values, place.label, place.value, place.quote)] : [];
}
