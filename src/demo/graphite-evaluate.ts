/** Evaluates targets over a tree of metrics, as graphite-web's render API does. */
import { combineFunctions } from './functions-combine.ts';
import { selectFunctions } from './functions-select.ts';
import { transformFunctions } from './functions-transform.ts';
import { refused } from './graphite-error.ts';
import { findNodes } from './graphite-find.ts';
import type { Call, Context, GraphiteFunction, Value } from './graphite-functions.ts';
import { type Expression, parseTarget } from './graphite-parser.ts';
import type { Row } from './graphite-rows.ts';
import { bucketsOf, type MetricTree } from './metric-tree.ts';

/** Series that one request may read; all hosts times all their metrics of the fleet are under 500. */
const SERIES_MAX = 2_000;
/** Values that one request may read: a year of three metrics of every host of the fleet, in steps of 10 min. */
const VALUES_MAX = 4_000_000;
/** Evaluations of functions in one request; functions that look back evaluate their argument twice. */
const CALLS_MAX = 1_000;

const FUNCTIONS: Readonly<Record<string, GraphiteFunction>> = {
  ...combineFunctions,
  ...transformFunctions,
  ...selectFunctions,
};

/** Names of all functions, sorted: what `/functions` tells. */
export const FUNCTION_NAMES: readonly string[] = Object.keys(FUNCTIONS).sort();

/** Steps of work (values computed, looked at by windows) in one request; about a second of one processor. */
const STEPS_MAX = 100_000_000;

/** The window of a request, in epoch seconds. */
export interface Window {
  readonly fromS: number;
  readonly untilS: number;
}

/** What one request has used up so far. */
interface Spent {
  series: number;
  values: number;
  calls: number;
  steps: number;
}

/**
 * Evaluates targets in order; one that matches nothing gives nothing.
 *
 * @throws GraphiteError for unknown functions, wrong arguments, and requests beyond the bounds
 */
export function evaluateTargets(tree: MetricTree, targets: readonly string[], window: Window, nowS: number): Row[] {
  const spent: Spent = { series: 0, values: 0, calls: 0, steps: 0 };
  return targets.flatMap((target) => {
    const expression = parseTarget(target);
    if (expression === undefined) return [];
    const value = evaluate(expression, makeContext(tree, window, nowS, spent), spent, tree);
    if (!Array.isArray(value)) throw refused('target is not a series');
    return value as readonly Row[];
  });
}

function makeContext(tree: MetricTree, window: Window, nowS: number, spent: Spent): Context {
  return {
    ...window,
    nowS,
    evaluate(expression, other) {
      const value = evaluate(expression, makeContext(tree, other, nowS, spent), spent, tree);
      return Array.isArray(value) ? (value as readonly Row[]) : [];
    },
    spend(steps) {
      spent.steps += steps;
      if (spent.steps > STEPS_MAX) throw refused('the functions of this request would take too long');
    },
  };
}

function evaluate(expression: Expression, context: Context, spent: Spent, tree: MetricTree): Value {
  if (expression.kind === 'literal') return expression.value;
  if (expression.kind === 'path') return readPath(tree, expression.path, context, spent);
  const { name } = expression;
  const run = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (run === undefined) throw refused(`Received request for unknown function: ${name.slice(0, 60)}`);
  spent.calls += 1;
  if (spent.calls > CALLS_MAX) throw refused(`more than ${CALLS_MAX} function calls`);
  const named: Record<string, Value> = Object.create(null);
  for (const [key, arg] of Object.entries(expression.named)) named[key] = evaluate(arg, context, spent, tree);
  const args = expression.args.map((arg) => evaluate(arg, context, spent, tree));
  for (const value of args) if (Array.isArray(value)) context.spend(sizeOf(value as readonly Row[]));
  return run({ name, args, named, raw: expression.args } satisfies Call, context);
}

function sizeOf(rows: readonly Row[]): number {
  let size = 0;
  for (const { values } of rows) size += values.length;
  return size;
}

function readPath(tree: MetricTree, path: string, { fromS, untilS, nowS }: Context, spent: Spent): Row[] {
  const rows: Row[] = [];
  for (const found of findNodes(tree.root, path)) {
    const { metric } = found.node;
    const buckets = metric && bucketsOf(metric, fromS, untilS, nowS);
    if (metric === undefined || buckets === undefined) continue;
    const { startS, stepS, count } = buckets;
    spent.series += 1;
    spent.values += count;
    if (spent.series > SERIES_MAX) throw refused(`more than ${SERIES_MAX} series`);
    if (spent.values > VALUES_MAX) throw refused(`more than ${VALUES_MAX} values`);
    const values = metric.read(buckets);
    const endS = startS + count * stepS;
    rows.push({
      name: found.path,
      expression: path,
      startS,
      endS,
      stepS,
      values,
      consolidate: 'average',
      xFilesFactor: 0,
    });
  }
  return rows;
}
