/** Graphite's functions that name, sort, pick and draw lines: nothing here changes a measured value. */
import { broken, refused } from './graphite-error.ts';
import {
  argument,
  type Call,
  type Context,
  type GraphiteFunction,
  numberAt,
  rowsAt,
  stringAt,
} from './graphite-functions.ts';
import { firstPath } from './graphite-parser.ts';
import { aggregateNamed, aggregatePresent, type Row, rankRows } from './graphite-rows.ts';

/** The nodes of the path that a row's name holds; of a name like `scale(a.b,2)` those of `a.b`. */
function nodesOf(row: Row): readonly string[] {
  return (row.name.endsWith(')') ? firstPath(row.name) : row.name).split('.');
}

const alias: GraphiteFunction = (call) => {
  const name = stringAt(call, 1, 'newName');
  return rowsAt(call).map((row) => ({ ...row, name }));
};

const aliasByNode: GraphiteFunction = (call) => {
  const nodes = call.args.slice(1);
  return rowsAt(call).map((row) => {
    const parts = nodesOf(row);
    const name = nodes.map((node) => (typeof node === 'number' ? (parts.at(node) ?? '') : '')).join('.');
    return { ...row, name };
  });
};

const aliasByMetric: GraphiteFunction = (call) =>
  rowsAt(call).map((row) => ({ ...row, name: nodesOf(row).at(-1) ?? row.name }));

/** Patterns longer than this, or that could run away, are refused: the match runs in the bot's own process. */
const PATTERN_MAX_CHARS = 100;
/** `.*.*.*` over a name takes its length cubed; more is refused. */
const OPEN_REPEATS_MAX = 3;
/** Names are cut here before a pattern runs over them. */
const NAME_MAX_CHARS = 200;

/** A pattern of a target, made safe to run. */
interface SafePattern {
  readonly pattern: RegExp;
  /** Cuts a name to what the pattern may run over, and counts the steps that it could take. */
  take(name: string, context: Context): string;
}

/** Reads a pattern: no repeated groups, no back references, few open repeats. @throws GraphiteError for others */
function safePattern(source: string): SafePattern {
  const bare = source.replace(/\\./g, '_').replace(/\[[^\]]*\]/g, '_');
  const repeats = bare.match(/[*+]|\{\d+,/g)?.length ?? 0;
  const isRisky = /\)\s*[*+?{]/.test(bare) || /\\\d/.test(source) || repeats > OPEN_REPEATS_MAX;
  if (source.length > PATTERN_MAX_CHARS || isRisky) throw refused('pattern is too long or repeats too much');
  const take = (name: string, context: Context) => {
    const cut = name.slice(0, NAME_MAX_CHARS);
    context.spend(cut.length ** Math.max(1, repeats));
    return cut;
  };
  try {
    return { pattern: new RegExp(source.replaceAll('(?P<', '(?<'), 'g'), take };
  } catch {
    throw broken('error: the pattern is not a regular expression');
  }
}

const aliasSub: GraphiteFunction = (call, context) => {
  const { pattern, take } = safePattern(stringAt(call, 1, 'search'));
  const replacement = stringAt(call, 2, 'replace')
    .replaceAll('$', '$$$$')
    .replace(/\\(?:g<(\d)>|(\d))/g, '$$$1$2');
  return rowsAt(call).map((row) => ({ ...row, name: take(row.name, context).replace(pattern, replacement) }));
};

const sortByName: GraphiteFunction = (call) => {
  const isNatural = argument(call, 1, 'natural') === true;
  const sign = argument(call, 2, 'reverse') === true ? -1 : 1;
  const keyOf = (row: Row) => (isNatural ? row.name.replace(/\d+/g, (digits) => digits.padStart(10, '0')) : row.name);
  return rowsAt(call).toSorted((a, b) => (keyOf(a) === keyOf(b) ? 0 : sign * (keyOf(a) < keyOf(b) ? -1 : 1)));
};

/** The first n of the rows in order of an aggregate of their values. */
const ranked =
  (order: 'highest' | 'lowest', fixed?: string): GraphiteFunction =>
  (call) => {
    const count = numberAt(call, 1, 'n', 1);
    const func = fixed ?? stringAt(call, 2, 'func', 'average');
    return rankRows(rowsAt(call), aggregateNamed(func), order).slice(0, Math.max(0, Math.floor(count)));
  };

/** All rows, in order of an aggregate of their values. */
const sortedBy =
  (order: 'highest' | 'lowest', func: string): GraphiteFunction =>
  (call) =>
    rankRows(rowsAt(call), aggregateNamed(func), order);

/** Rows of which an aggregate is above or below a limit. */
const keeping =
  (func: string, isKept: (value: number, limit: number) => boolean): GraphiteFunction =>
  (call) => {
    const limit = numberAt(call, 1, 'n');
    const aggregate = aggregateNamed(func);
    return rowsAt(call).filter((row) => isKept(aggregatePresent(row.values, aggregate), limit));
  };

const limit: GraphiteFunction = (call) => rowsAt(call).slice(0, Math.max(0, Math.floor(numberAt(call, 1, 'n'))));

/** Rows whose name matches a pattern, or does not. */
const matching =
  (isWanted: boolean): GraphiteFunction =>
  (call, context) => {
    const { pattern, take } = safePattern(stringAt(call, 1, 'pattern'));
    return rowsAt(call).filter(({ name }) => isWanted === take(name, context).search(pattern) >= 0);
  };

const constantLine: GraphiteFunction = (call, { fromS, untilS }) => {
  const value = numberAt(call, 0, 'value');
  return [lineAt(value, String(value), fromS, untilS)];
};

const threshold: GraphiteFunction = (call: Call, { fromS, untilS }) => {
  const value = numberAt(call, 0, 'value');
  return [lineAt(value, stringAt(call, 1, 'label', String(value)), fromS, untilS)];
};

/** A level line: three points, at both ends and in the middle, as graphite-web gives it. */
function lineAt(value: number, name: string, fromS: number, untilS: number): Row {
  const stepS = Math.max(1, Math.floor((untilS - fromS) / 2));
  return {
    name,
    expression: `constantLine(${value})`,
    startS: fromS,
    endS: untilS,
    stepS,
    values: Float64Array.of(value, value, value),
    consolidate: 'average',
    xFilesFactor: 0,
  };
}

/** Functions by the names that targets use. */
export const selectFunctions: Readonly<Record<string, GraphiteFunction>> = {
  alias,
  aliasByNode,
  aliasByMetric,
  aliasSub,
  sortByName,
  sortByMaxima: sortedBy('highest', 'max'),
  sortByMinima: sortedBy('lowest', 'min'),
  sortByTotal: sortedBy('highest', 'sum'),
  highest: ranked('highest'),
  highestAverage: ranked('highest', 'average'),
  highestCurrent: ranked('highest', 'last'),
  highestMax: ranked('highest', 'max'),
  highestMin: ranked('highest', 'min'),
  lowest: ranked('lowest'),
  lowestAverage: ranked('lowest', 'average'),
  lowestCurrent: ranked('lowest', 'last'),
  limit,
  averageAbove: keeping('average', (value, by) => value >= by),
  averageBelow: keeping('average', (value, by) => value <= by),
  maximumAbove: keeping('max', (value, by) => value > by),
  maximumBelow: keeping('max', (value, by) => value <= by),
  minimumAbove: keeping('min', (value, by) => value > by),
  currentAbove: keeping('last', (value, by) => value >= by),
  currentBelow: keeping('last', (value, by) => value <= by),
  grep: matching(true),
  exclude: matching(false),
  constantLine,
  threshold,
};
