/** Binds arguments to a dashboard's variables. Pure; what they mean there is found out when it is asked. */
import { BotError } from '../../domain/errors.ts';
import type { Labels } from '../../domain/labels.ts';
import type { Arguments } from '../../domain/question.ts';
import type { Unit } from '../../domain/unit.ts';
import { textValue } from '../../lib/plain-value.ts';
import { expandTemplate, placeholdersOf } from '../../queries/expand.ts';
import type { Binding, SourceRequest } from '../source.ts';
import { type GrafanaBlock, templatesOf } from './block.ts';

/** A value for a variable, and the arguments that it was made from. */
export interface AskedValue {
  readonly value: string;
  readonly parameters: Labels;
}

/** What a question asks of Grafana. */
export interface GrafanaRequest extends SourceRequest {
  readonly dashboard: string;
  readonly panel?: number | string;
  /** By variable, in the order of the question. */
  readonly variables: Readonly<Record<string, readonly AskedValue[]>>;
  readonly arguments: Arguments;
  readonly unit: Unit;
  /** More series are refused. */
  readonly seriesMax: number;
}

/** A picture with more lines says nothing. */
const SERIES_MAX = 500;
/** Values of one variable: a ranking asks for a whole fleet in one query. */
const VALUES_MAX = 1_000;
const LABEL_MAX_CHARS = 200;

/** @throws BotError `ASK_UNKNOWN_VALUE`, `ASK_MISSING_ARGUMENT`, `SOURCE_TOO_MUCH` */
export function bindBlock(block: GrafanaBlock, { arguments: args, unit, seriesMax }: Binding): GrafanaRequest {
  const variables = Object.fromEntries(
    Object.entries(block.variables).map(([name, value]) => [name, valuesOf(name, templatesOf(value), args)]),
  );
  return {
    label: labelOf(block, variables),
    dashboard: block.dashboard,
    ...(block.panel !== undefined && { panel: block.panel }),
    variables,
    arguments: args,
    unit,
    seriesMax: seriesMax ?? SERIES_MAX,
  };
}

function labelOf({ dashboard, panel }: GrafanaBlock, variables: GrafanaRequest['variables']): string {
  const place = panel === undefined ? dashboard : `${dashboard} / ${panel}`;
  const values = Object.entries(variables).map(([name, some]) => `${name}=${some.map(({ value }) => value).join(',')}`);
  return [place, ...values].join(' ').slice(0, LABEL_MAX_CHARS);
}

function valuesOf(variable: string, templates: readonly string[], args: Arguments): readonly AskedValue[] {
  const values = templates.flatMap((template) => expandOne(variable, template, args));
  const unique = values.filter(({ value }, index) => values.findIndex((one) => one.value === value) === index);
  if (unique.length <= VALUES_MAX) return unique;
  const message = `This would ask for ${unique.length} values of ${variable}; the limit is ${VALUES_MAX}.`;
  throw new BotError('SOURCE_TOO_MUCH', message, { values: unique.length, limit: VALUES_MAX });
}

/** A template once for each combination of the arguments in it. */
function expandOne(variable: string, template: string, args: Arguments): readonly AskedValue[] {
  let combinations: Record<string, string>[] = [{}];
  for (const name of placeholdersOf(template)) {
    const values = [...new Set(args[name] ?? [])].map((value) => textValue(value, name));
    if (values.length === 0) {
      throw new BotError('ASK_MISSING_ARGUMENT', `It needs a value for \`${name}\`.`, { parameter: name });
    }
    combinations = combinations.flatMap((chosen) => values.map((value) => ({ ...chosen, [name]: value })));
    if (combinations.length > VALUES_MAX) {
      const message = `This would ask for ${combinations.length} values of ${variable}; the limit is ${VALUES_MAX}.`;
      throw new BotError('SOURCE_TOO_MUCH', message, { values: combinations.length, limit: VALUES_MAX });
    }
  }
  return combinations.map((chosen) => ({
    value: expandTemplate(template, (name) => (Object.hasOwn(chosen, name) ? chosen[name] : undefined), identity),
    parameters: chosen,
  }));
}

const identity = (value: string) => value;
