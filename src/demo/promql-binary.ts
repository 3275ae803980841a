/** Operators between two values of PromQL. Pure. */
import type { Labels } from '../domain/labels.ts';
import { PromqlError } from './promql-lexer.ts';
import type { Node } from './promql-parser.ts';
import { type Column, groupLabels, keyOf, type Value, without } from './promql-values.ts';

type Binary = Extract<Node, { kind: 'binary' }>;
type Operate = (a: number, b: number) => number;

const ARITHMETIC: Readonly<Record<string, Operate>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '^': (a, b) => a ** b,
};
const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
};

/** The value of an operator. @throws PromqlError where the two sides do not fit */
export function operate(node: Binary, left: Value, right: Value): Value {
  if (left.kind === 'string' || right.kind === 'string') {
    throw new PromqlError('bad_data', 'binary expression must contain only scalar and instant vector types');
  }
  const isSet = ['and', 'or', 'unless'].includes(node.operator);
  if (left.kind === 'vector' && right.kind === 'vector') {
    const columns = isSet ? setOf(node, left.columns, right.columns) : joined(node, left.columns, right.columns);
    return { kind: 'vector', columns };
  }
  if (isSet)
    throw new PromqlError('bad_data', `set operator "${node.operator}" not allowed in binary scalar expression`);
  if (left.kind === 'scalar' && right.kind === 'scalar') {
    const how = operatorOf(node, true);
    return {
      kind: 'scalar',
      values: left.values.map((value, index) => how(value, right.values[index] as number, value)),
    };
  }
  const [vector, scalar, isTurned] = left.kind === 'vector' ? [left, right, false] : [right, left, true];
  if (vector.kind !== 'vector' || scalar.kind !== 'scalar') return vector;
  const how = operatorOf(node, node.isBool);
  const columns = vector.columns.map(({ labels, values }) => ({
    labels: keepsName(node) ? labels : without(labels, ['__name__']),
    values: values.map((value, index) => {
      const other = scalar.values[index] as number;
      if (Number.isNaN(value)) return value;
      return isTurned ? how(other, value, value) : how(value, other, value);
    }),
  }));
  return { kind: 'vector', columns };
}

function keepsName({ operator, isBool }: Binary): boolean {
  return Object.hasOwn(COMPARISONS, operator) && !isBool;
}

/** A comparison gives 1 or 0, or lets a value through (`kept`) or not. */
function operatorOf({ operator }: Binary, isBool: boolean): (a: number, b: number, kept: number) => number {
  const compare = Object.hasOwn(COMPARISONS, operator) ? COMPARISONS[operator] : undefined;
  if (!compare) return ARITHMETIC[operator] as Operate;
  if (isBool) return (a, b) => (compare(a, b) ? 1 : 0);
  return (a, b, kept) => (compare(a, b) ? kept : Number.NaN);
}

function joined(node: Binary, left: readonly Column[], right: readonly Column[]): Column[] {
  const { matching, many } = node;
  const [manySide, oneSide] = many === 'right' ? [right, left] : [left, right];
  const ones = new Map<string, Column>();
  for (const column of oneSide) {
    const key = keyOf(groupLabels(column.labels, matching));
    if (ones.has(key)) throw manyToMany(key, many === 'right' ? 'left' : 'right');
    ones.set(key, column);
  }
  const how = operatorOf(node, node.isBool);
  const seen = new Set<string>();
  return manySide.flatMap((column): Column[] => {
    const key = keyOf(groupLabels(column.labels, matching));
    const one = ones.get(key);
    if (!one) return [];
    if (many === undefined && seen.has(key)) throw manyToMany(key, 'left');
    seen.add(key);
    const [a, b] = many === 'right' ? [one, column] : [column, one];
    const values = a.values.map((value, index) => {
      const other = b.values[index] as number;
      return Number.isNaN(value) || Number.isNaN(other) ? Number.NaN : how(value, other, value);
    });
    return [{ labels: labelsOf(node, column.labels), values }];
  });
}

function labelsOf(node: Binary, labels: Labels): Labels {
  if (keepsName(node) && node.many === undefined && node.matching.labels.length === 0) return labels;
  return node.many === undefined ? groupLabels(labels, node.matching) : without(labels, ['__name__']);
}

function manyToMany(key: string, side: string): PromqlError {
  const group = Object.entries(Object.fromEntries(JSON.parse(key) as [string, string][])).map(
    ([name, value]) => `${name}="${value}"`,
  );
  return new PromqlError(
    'execution',
    `found duplicate series for the match group {${group.join(', ')}} on the ${side} hand-side of the operation; many-to-many matching not allowed: matching labels must be unique on one side`,
  );
}

/** Where any column of a group has a value. */
function presence(columns: readonly Column[], { matching }: Binary): ReadonlyMap<string, readonly Column[]> {
  const groups = new Map<string, Column[]>();
  for (const column of columns) {
    const key = keyOf(groupLabels(column.labels, matching));
    groups.set(key, [...(groups.get(key) ?? []), column]);
  }
  return groups;
}

function setOf(node: Binary, left: readonly Column[], right: readonly Column[]): Column[] {
  const isOr = node.operator === 'or';
  const [tested, by] = isOr ? [right, left] : [left, right];
  const groups = presence(by, node);
  const wantsPresent = node.operator === 'and';
  const kept = tested.map(({ labels, values }) => {
    const others = groups.get(keyOf(groupLabels(labels, node.matching))) ?? [];
    const isThere = (index: number) => others.some((other) => !Number.isNaN(other.values[index] as number));
    return { labels, values: values.map((value, index) => (isThere(index) === wantsPresent ? value : Number.NaN)) };
  });
  return isOr ? [...left, ...kept] : kept;
}
