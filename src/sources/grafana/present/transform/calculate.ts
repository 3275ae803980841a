/** Transformations that reckon: reduce, calculate a field, group. Pure. */
import type { DataFrame, Field } from '../../data-frame.ts';
import { type Json, listOf, mapOf, numberOf, textOf, textsOf } from '../json.ts';
import { isMatch } from '../matchers.ts';
import { nameFields, wholeNames } from '../names.ts';
import { calcTitle, reduceValues, type Value } from '../reduce.ts';
import { groupRows, joinByField } from './combine.ts';
import { finder, nameIn, rowsOf, type Transform, tableOf, typeOf, withFields } from './frame-tools.ts';

/** A row for each field with a column for each calculation, or each field reduced in its place. */
export const reduce: Transform = (frames, options) => {
  const { mode, reducers, labelsToFields, includeTimeField, fields: matcher } = options;
  const named = textsOf(reducers);
  const calcs = named.length > 0 ? named : ['max'];
  const names = wholeNames(frames);
  const short = nameFields(frames);
  const isWanted = (frame: DataFrame, field: Field) => {
    if (field.type === 'time' && includeTimeField !== true) return false;
    const { id, options: own } = mapOf(matcher);
    if (textOf(id) !== undefined)
      return isMatch({ id: String(id), options: own }, { field, frame, name: nameIn(names, field) });
    return field.type === 'number' || field.type === 'boolean' || mode === 'reduceFields';
  };
  if (mode === 'reduceFields') return frames.map((frame) => reducedFrame(frame, calcs, isWanted));
  const members = frames.flatMap((frame) => frame.fields.filter((field) => isWanted(frame, field)));
  if (members.length === 0) return [];
  const labels =
    labelsToFields === true ? [...new Set(members.flatMap((field) => Object.keys(field.labels ?? {})))] : [];
  const labelColumns = labels.map(
    (label): Field => ({
      name: label,
      type: 'string',
      config: {},
      values: members.map((field) => field.labels?.[label] ?? null),
    }),
  );
  const nameColumn: Field = {
    name: 'Field',
    type: 'string',
    config: {},
    values: members.map((field) => (labels.length > 0 ? field.name : nameIn(short, field))),
  };
  const columns = calcs.map((calc): Field => {
    const values = members.map((field) => reduceValues(calc, field.values));
    return { name: calcTitle(calc), type: typeOf(values), config: sharedConfig(members), values };
  });
  return [tableOf([nameColumn, ...labelColumns, ...columns], frames[0]?.refId ?? 'A', frames)];
};

/** What all of the fields say of themselves in the same way: the unit. */
function sharedConfig(fields: readonly Field[]): Json {
  const [first] = fields;
  const unit = first?.config.unit;
  return unit !== undefined && fields.every((field) => field.config.unit === unit) ? { unit } : {};
}

function reducedFrame(
  frame: DataFrame,
  calcs: readonly string[],
  isWanted: (frame: DataFrame, field: Field) => boolean,
): DataFrame {
  const fields = frame.fields.filter((field) => isWanted(frame, field));
  return {
    ...withFields(
      frame,
      fields.flatMap((field) =>
        calcs.map((calc): Field => {
          const values = [reduceValues(calc, field.values)];
          const title = calcs.length === 1 ? field.name : `${field.name} ${calcTitle(calc)}`;
          return { ...field, name: title, type: field.type === 'time' ? 'time' : typeOf(values), values };
        }),
      ),
    ),
    type: 'table',
  };
}

/** Adds a field: of two others, of all in a row, of one. */
export const calculateField: Transform = (frames, options, interpolate) => {
  const timed = frames.filter(({ fields }) => fields.some(({ type }) => type === 'time'));
  const together = frames.length > 1 && timed.length === frames.length ? joinByField(frames, {}, interpolate) : frames;
  const names = wholeNames(together);
  const find = finder(together);
  return together.map((frame) => {
    const values = calculated(frame, options, (name) => find(frame, interpolate(name)));
    if (!values) return frame;
    const binary = mapOf(options.binary);
    const usual =
      options.mode === 'binary'
        ? `${operandName(binary.left)} ${textOf(binary.operator) ?? '+'} ${operandName(binary.right)}`
        : options.mode === 'index'
          ? 'Row'
          : calcTitle(textOf(mapOf(options.reduce).reducer) ?? 'sum');
    const field: Field = {
      name: interpolate(textOf(options.alias) ?? usual),
      type: 'number',
      config: sharedConfig(frame.fields.filter(({ type }) => type === 'number')),
      values: [...values],
    };
    const kept = options.replaceFields === true ? frame.fields.filter(({ type }) => type === 'time') : frame.fields;
    const named = kept.map((one) => (names.get(one) === field.name ? { ...one, name: `${one.name} 1` } : one));
    return withFields(frame, [...named, field]);
  });
};

type Find = (name: string) => Field | undefined;

function calculated(frame: DataFrame, options: Json, find: Find): readonly Value[] | undefined {
  switch (options.mode) {
    case 'binary': {
      const { left, right, operator } = mapOf(options.binary);
      const [a, b] = [operandOf(left, frame, find), operandOf(right, frame, find)];
      return a && b && rowsOf(frame).map((row) => operate(textOf(operator) ?? '+', a(row), b(row)));
    }
    case 'unary': {
      const { fieldName, operator } = mapOf(options.unary);
      const field = find(textOf(fieldName) ?? '');
      const apply = UNARY[textOf(operator) ?? ''];
      return field && apply && field.values.map((value) => (typeof value === 'number' ? apply(value) : null));
    }
    case 'index':
      return rowsOf(frame).map((row) => (mapOf(options.index).asPercentile === true ? row / frame.length : row));
    case 'cumulativeFunctions': {
      const { field: name, reducer } = mapOf(options.cumulative);
      return running(find(textOf(name) ?? ''), textOf(reducer) ?? 'sum');
    }
    case undefined:
    case 'reduceRow':
      return ofRows(frame, mapOf(options.reduce), find);
    default:
      return undefined;
  }
}

const UNARY: Readonly<Record<string, (value: number) => number>> = {
  abs: Math.abs,
  exp: Math.exp,
  ln: Math.log,
  floor: Math.floor,
  ceil: Math.ceil,
  round: Math.round,
};

function ofRows(frame: DataFrame, { include, reducer }: Json, find: Find): readonly Value[] {
  const wanted = textsOf(include);
  const named = wanted.flatMap((name) => find(name) ?? []);
  const fields = wanted.length > 0 ? named : frame.fields.filter(({ type }) => type === 'number');
  return rowsOf(frame).map((row) =>
    reduceValues(
      textOf(reducer) ?? 'sum',
      fields.map(({ values }) => values[row] ?? null),
    ),
  );
}

function running(field: Field | undefined, reducer: string): readonly Value[] | undefined {
  let [total, count] = [0, 0];
  return field?.values.map((value) => {
    if (typeof value === 'number') [total, count] = [total + value, count + 1];
    return reducer === 'mean' ? total / Math.max(1, count) : total;
  });
}

type Operand = (row: number) => Value;

/** A field's name, a number, or since version 11 a matcher or `{ fixed }`. */
function operandOf(operand: unknown, frame: DataFrame, find: Find): Operand | undefined {
  const { matcher, fixed } = mapOf(operand);
  const plain = fixed ?? (typeof operand === 'object' ? undefined : operand);
  if (plain !== undefined) {
    const field = find(String(plain));
    const number = numberOf(plain);
    return field ? (row) => field.values[row] ?? null : number === undefined ? undefined : () => number;
  }
  const { id, options } = mapOf(matcher);
  const found =
    id === 'byName' && typeof options === 'string'
      ? find(options)
      : frame.fields.find((field) => isMatch({ id: textOf(id) ?? '', options }, { field, frame, name: field.name }));
  return found && ((row) => found.values[row] ?? null);
}

function operandName(operand: unknown): string {
  const { matcher, fixed } = mapOf(operand);
  return String(fixed ?? mapOf(matcher).options ?? (typeof operand === 'object' ? '' : operand));
}

function operate(operator: string, a: Value, b: Value): Value {
  if (typeof a !== 'number' || typeof b !== 'number') return null;
  const result = OPERATIONS[operator]?.(a, b) ?? Number.NaN;
  return Number.isFinite(result) ? result : null;
}

const OPERATIONS: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '**': (a, b) => a ** b,
  '%': (a, b) => a % b,
};

/** A row for each combination of some fields, with calculations of others. */
export const groupBy: Transform = (frames, { fields: stored }) => {
  const rules = mapOf(stored);
  const names = wholeNames(frames);
  const ruleOf = (field: Field) => {
    const name = nameIn(names, field);
    return mapOf(Object.hasOwn(rules, name) ? rules[name] : undefined);
  };
  return frames.flatMap((frame) => {
    const keys = frame.fields.filter((field) => ruleOf(field).operation === 'groupby');
    if (keys.length === 0) return [];
    const groups = [...groupRows(frame, keys).values()];
    const keyColumns = keys.map((field) => ({
      ...field,
      values: groups.map(([row = 0]) => field.values[row] ?? null),
    }));
    const columns = frame.fields.flatMap((field) =>
      ruleOf(field).operation === 'aggregate'
        ? listOf(ruleOf(field).aggregations).flatMap((calc): Field[] => {
            if (typeof calc !== 'string') return [];
            const values = groups.map((rows) =>
              reduceValues(
                calc,
                rows.map((row) => field.values[row] ?? null),
              ),
            );
            const name = `${nameIn(names, field)} (${calc})`;
            const { labels: _labels, ...rest } = field;
            const type =
              field.type === 'time' && typeOf(values) === 'number' && !/count/i.test(calc) ? 'time' : typeOf(values);
            return [{ ...rest, name, type, config: /count/i.test(calc) ? {} : plainConfig(field.config), values }];
          })
        : [],
    );
    return [tableOf([...keyColumns, ...columns], frame.refId, [frame])];
  });
};

function plainConfig({ displayName: _chosen, displayNameFromDS: _given, ...config }: Json): Json {
  return config;
}
