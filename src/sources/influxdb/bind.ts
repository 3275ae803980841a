/** Binds arguments to statements: values travel beside the statement as its parameters, never in it. Pure. */
import { parseDuration } from '../../domain/duration.ts';
import type { Labels } from '../../domain/labels.ts';
import type { Arguments } from '../../domain/question.ts';
import type { Unit } from '../../domain/unit.ts';
import { textValue } from '../../lib/plain-value.ts';
import { type Chosen, combine, labelsOf, missingArgument } from '../../queries/bind.ts';
import { applyFilters, type Template } from '../../queries/expand.ts';
import type { Binding, SourceRequest } from '../source.ts';
import { type InfluxdbBlock, type Place, readTemplate, type StatementTemplate, statementOfBlock } from './block.ts';
import type { Select } from './read-select.ts';

/** A picture with more lines says nothing, and the answer is one body: more is refused. */
const SERIES_MAX = 500;
/** One after the other these would outlast every deadline. */
const QUERIES_MAX = 100;
/** In one statement; each is compared on its own. */
const VALUES_AT_ONCE = 100;
/** Labels are cut here; they stand in a footer. */
const LABEL_MAX_CHARS = 200;

/** Several values that one statement asks for, and the tag that tells their series. */
export interface JoinedParameter {
  readonly parameter: string;
  readonly tag: string;
  /** What the tag is for each value of the question. */
  readonly byTag: ReadonlyMap<string, string>;
}

/** One statement with the values of its parameters; our own variables are still in it. */
export interface BoundQuery {
  readonly text: string;
  /** Values by the names they have in `text`, behind a `$`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The value of each parameter of the question that has one here. */
  readonly labels: Labels;
  readonly joined: readonly JoinedParameter[];
  /** The same, asked once per value: for statements whose series do not tell them. */
  apart(): readonly BoundQuery[];
}

/** What a question asks of InfluxDB. */
export interface InfluxdbRequest extends SourceRequest {
  readonly statements: readonly BoundQuery[];
  readonly select: Select;
  /** The comparisons with values of the question. */
  readonly places: readonly Place[];
  /** The values asked for, in the order of the question. */
  readonly arguments: Arguments;
  readonly unit: Unit;
  readonly legend?: string;
  readonly minStepMs?: number;
  /** More series are refused. */
  readonly seriesMax: number;
}

/** Binds a block to arguments. @throws BotError `ASK_UNKNOWN_VALUE`, `ASK_MISSING_ARGUMENT`, `SOURCE_TOO_MUCH` */
export function bindBlock(block: InfluxdbBlock, binding: Binding): InfluxdbRequest {
  const { arguments: args, unit, consolidate, seriesMax = SERIES_MAX } = binding;
  const template = readTemplate(statementOfBlock(block, consolidate));
  const statements = bindTemplate(template, args, true);
  const minStepMs = block.step === undefined ? undefined : parseDuration(block.step);
  return {
    label: labelOf(template, statements),
    statements,
    select: template.select,
    places: placesOf(template),
    arguments: args,
    unit,
    seriesMax,
    ...(block.legend !== undefined && { legend: block.legend }),
    ...(minStepMs !== undefined && { minStepMs }),
  };
}

function placesOf({ segments }: StatementTemplate): Place[] {
  return segments.filter((segment) => typeof segment !== 'string');
}

function bindTemplate(template: StatementTemplate, args: Arguments, mayJoin: boolean): BoundQuery[] {
  const choicesOf = (parameter: string) => {
    const values = [...new Set((args[parameter] ?? []).map((value) => textValue(value, parameter)))];
    if (values.length === 0) throw missingArgument(parameter);
    return mayJoin && isJoinable(template, parameter) ? groupsOf(values) : values.map((value) => [value]);
  };
  return combine(parametersOf(template), choicesOf, QUERIES_MAX).map((chosen) => bindOne(template, chosen));
}

function parametersOf(template: StatementTemplate): string[] {
  const names = placesOf(template).flatMap(({ value }) => namesIn(value));
  return [...new Set(names)];
}

function namesIn(value: Template): string[] {
  return value.flatMap((part) => (typeof part === 'string' ? [] : [part.name]));
}

/** One comparison only may hold it, and nothing else: of two tags, which would tell the series? */
function isJoinable(template: StatementTemplate, parameter: string): boolean {
  const own = placesOf(template).filter(({ value }) => namesIn(value).includes(parameter));
  const [place] = own;
  return own.length === 1 && place?.operator === '=' && new Set(namesIn(place.value)).size === 1;
}

function groupsOf(values: readonly string[]): (readonly string[])[] {
  return Array.from({ length: Math.ceil(values.length / VALUES_AT_ONCE) }, (_, index) =>
    values.slice(index * VALUES_AT_ONCE, (index + 1) * VALUES_AT_ONCE),
  );
}

function bindOne(template: StatementTemplate, chosen: Chosen): BoundQuery {
  const parameters: Record<string, string> = {};
  const bound = (value: string) => {
    const name = `g${Object.keys(parameters).length}`;
    parameters[name] = value;
    return `$${name}`;
  };
  const text = template.segments
    .map((segment) => (typeof segment === 'string' ? segment : comparisonOf(segment, chosen, bound)))
    .join('');
  const entries = Object.entries(chosen);
  return {
    text,
    parameters,
    labels: labelsOf(chosen),
    joined: entries.flatMap(([key, values]) => (values.length > 1 ? joinedOf(template, key, values) : [])),
    apart: () => bindTemplate(template, chosen, false),
  };
}

function comparisonOf(place: Place, chosen: Chosen, bound: (value: string) => string): string {
  const { left, operator, value } = place;
  const several = namesIn(value).find((name) => (chosen[name]?.length ?? 0) > 1);
  const values = several === undefined ? [undefined] : (chosen[several] ?? []);
  const all = values.map((one) => `${left} ${operator} ${bound(filled(value, chosen, several, one))}`);
  return all.length === 1 ? (all[0] as string) : `(${all.join(' OR ')})`;
}

/** The text that is compared with: the definition's own and values. */
function filled(value: Template, chosen: Chosen, several: string | undefined, one: string | undefined): string {
  return value
    .map((part) => {
      if (typeof part === 'string') return part;
      const own = part.name === several ? one : chosen[part.name]?.[0];
      return applyFilters(own ?? '', part.filters);
    })
    .join('');
}

function joinedOf(template: StatementTemplate, parameter: string, values: readonly string[]): JoinedParameter[] {
  const place = placesOf(template).find(({ value }) => namesIn(value).includes(parameter));
  if (!place) return [];
  const byTag = new Map(values.map((value) => [filled(place.value, {}, parameter, value), value]));
  return [{ parameter, tag: place.name, byTag }];
}

/** A statement as a person would write it, for footers. */
function labelOf(template: StatementTemplate, statements: readonly BoundQuery[]): string {
  const { measurement, fields } = template.select;
  const [first] = statements;
  const words = [...new Set(Object.values(first?.parameters ?? {}))];
  const shown = words.slice(0, 3).join(' ');
  const more = words.length > 3 ? ` and ${words.length - 3} more` : '';
  return [measurement ?? 'InfluxQL', fields.slice(0, 3).join(', '), `${shown}${more}`]
    .filter((part) => part !== '')
    .join(' ')
    .slice(0, LABEL_MAX_CHARS);
}
