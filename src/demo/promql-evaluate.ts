/** Evaluates PromQL over a grid of moments. Pure but for the series it reads. */
import { METRICS_KEPT_S, SCRAPE_S, type StoredSeries } from './metric-series.ts';
import { aggregated, histogramQuantile } from './promql-aggregate.ts';
import { operate } from './promql-binary.ts';
import { PromqlError } from './promql-lexer.ts';
import { type Matcher, type Node, parsePromql, type SelectorNode } from './promql-parser.ts';
import { type Column, type Grid, mapped, type Value } from './promql-values.ts';
import { overWindows, refuseTooMany, type Sampled, WINDOW_FUNCTIONS } from './promql-windows.ts';

/** What there is to query. */
export interface MetricStore {
  readonly series: readonly StoredSeries[];
  /** Nothing after this moment is known, seconds. */
  readonly nowS: number;
}

/** A run of one expression. */
interface Run extends MetricStore {
  readonly grid: Grid;
}

/** Evaluates an expression. @throws PromqlError */
export function evaluatePromql(text: string, store: MetricStore, grid: Grid): Value {
  return evaluate(parsePromql(text), { ...store, grid });
}

function evaluate(node: Node, run: Run): Value {
  switch (node.kind) {
    case 'number':
      return scalarOf(run, () => node.value);
    case 'string':
      return { kind: 'string', text: node.value };
    case 'selector':
      if (node.rangeS !== undefined)
        throw new PromqlError('bad_data', 'a range vector needs a function such as rate around it');
      return { kind: 'vector', columns: selected(node, run) };
    case 'aggregate':
      return aggregateOf(node, run);
    case 'binary':
      return operate(node, evaluate(node.left, run), evaluate(node.right, run));
    case 'call':
      return call(node, run);
    case 'subquery':
      throw new PromqlError('bad_data', 'a subquery needs a function such as max_over_time around it');
  }
}

function scalarOf({ grid }: Run, at: (timeS: number) => number): Value {
  return {
    kind: 'scalar',
    values: Float64Array.from({ length: grid.count }, (_, index) => at(grid.startS + index * grid.stepS)),
  };
}

/** The series that a selector means. @throws PromqlError for a pattern that is none */
export function matchingSeries(matchers: readonly Matcher[], series: readonly StoredSeries[]): StoredSeries[] {
  const isMeant = labelsTest(matchers);
  return series.filter(({ labels }) => isMeant(labels));
}

/** Whether labels fulfil all conditions. @throws PromqlError for a pattern that is none */
export function labelsTest(matchers: readonly Matcher[]): (labels: StoredSeries['labels']) => boolean {
  const tests = matchers.map(({ label, operator, value }) => {
    const fits = operator.endsWith('~') ? patternOf(value) : (text: string) => text === value;
    const isWanted = operator === '=' || operator === '=~';
    return (labels: StoredSeries['labels']) => fits(labels[label] ?? '') === isWanted;
  });
  return (labels) => tests.every((test) => test(labels));
}

/** Patterns longer than this, or that could take long, are refused. */
const PATTERN_MAX_CHARS = 5_000;

function patternOf(text: string): (value: string) => boolean {
  const [, flags = '', rest = text] = /^\(\?([is]+)\)([\s\S]*)$/.exec(text) ?? [];
  // groups that repeat what repeats are slow in JavaScript, and nobody needs them for names of hosts
  if (text.length > PATTERN_MAX_CHARS || /[*+}]\)(?:[*+]|\{)/.test(text)) {
    throw new PromqlError(
      'bad_data',
      `the pattern ${JSON.stringify(text.slice(0, 60))} is more than the demo's small server takes`,
    );
  }
  try {
    const pattern = new RegExp(`^(?:${rest})$`, flags.includes('i') ? 'is' : 's');
    return (value) => pattern.test(value);
  } catch {
    throw new PromqlError('bad_data', `error parsing regexp: ${JSON.stringify(text.slice(0, 60))}`);
  }
}

/** The samples of a series, as far as they are known and kept. */
function sampledOf(one: StoredSeries, { nowS }: Run): Sampled {
  const { labels, isCounter } = one;
  const at = (timeS: number) => (timeS > nowS || timeS < nowS - METRICS_KEPT_S ? Number.NaN : one.at(timeS));
  return { labels, isCounter, sampleS: SCRAPE_S, at };
}

/** A sample counts for so long after its own time, unless its target was seen to be gone. */
const LOOKBACK_S = 300;

function selected({ matchers, offsetS }: SelectorNode, run: Run): Column[] {
  const { grid, nowS } = run;
  const found = matchingSeries(matchers, run.series);
  refuseTooMany(found.length * grid.count);
  const columns = found.map((one) => ({ ...sampledOf(one, run), values: new Float64Array(grid.count) }));
  for (let index = 0; index < grid.count; index += 1) {
    const timeS = grid.startS + index * grid.stepS - offsetS;
    const scrapeS = lastScrape(Math.min(timeS, nowS));
    for (const { at, values } of columns) values[index] = timeS - nowS > LOOKBACK_S ? Number.NaN : at(scrapeS);
  }
  return columns.flatMap(({ labels, values }) => (values.every(Number.isNaN) ? [] : [{ labels, values }]));
}

function lastScrape(timeS: number): number {
  return Math.floor(timeS / SCRAPE_S) * SCRAPE_S;
}

function aggregateOf(node: Extract<Node, { kind: 'aggregate' }>, run: Run): Value {
  const parameter = node.parameter === undefined ? undefined : scalarValues(node.parameter, run);
  return { kind: 'vector', columns: aggregated(node, vectorOf(node.of, run), parameter) };
}

function vectorOf(node: Node | undefined, run: Run): readonly Column[] {
  const value = node === undefined ? undefined : evaluate(node, run);
  if (value?.kind === 'vector') return value.columns;
  throw new PromqlError('bad_data', `expected type instant vector, got ${value?.kind ?? 'nothing'}`);
}

function scalarValues(node: Node | undefined, run: Run): Float64Array {
  const value = node === undefined ? undefined : evaluate(node, run);
  if (value?.kind === 'scalar') return value.values;
  throw new PromqlError('bad_data', `expected type scalar, got ${value?.kind ?? 'nothing'}`);
}

const PLAIN: Readonly<Record<string, (value: number) => number>> = {
  abs: Math.abs,
  ceil: Math.ceil,
  floor: Math.floor,
  sqrt: Math.sqrt,
  exp: Math.exp,
  ln: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  sgn: Math.sign,
};

type Call = Extract<Node, { kind: 'call' }>;

const CALLS: Readonly<Record<string, (args: Call['args'], run: Run) => Value>> = {
  histogram_quantile: ([share, of], run) => vector(histogramQuantile(scalarValues(share, run), vectorOf(of, run))),
  clamp: ([of, least, most], run) => clamped(vectorOf(of, run), scalarValues(least, run), scalarValues(most, run)),
  clamp_min: ([of, least], run) => clamped(vectorOf(of, run), scalarValues(least, run), undefined),
  clamp_max: ([of, most], run) => clamped(vectorOf(of, run), undefined, scalarValues(most, run)),
  round: ([of, to], run) => {
    const unit = to === undefined ? undefined : scalarValues(to, run);
    return vector(
      vectorOf(of, run).map((column) =>
        mapped(column, (value, index) => {
          const own = unit?.[index] ?? 1;
          return Math.floor(value / own + 0.5) * own;
        }),
      ),
    );
  },
  scalar: ([of], run) => {
    const columns = vectorOf(of, run);
    const [only] = columns;
    const empty = new Float64Array(run.grid.count).fill(Number.NaN);
    return { kind: 'scalar', values: only && columns.length === 1 ? only.values : empty };
  },
  vector: ([of], run) => vector([{ labels: {}, values: scalarValues(of, run) }]),
  time: (_, run) => scalarOf(run, (timeS) => timeS),
  timestamp: ([of], run) => {
    const isSelector = of?.kind === 'selector';
    const timeAt = (index: number) => {
      const timeS = run.grid.startS + index * run.grid.stepS;
      return isSelector ? lastScrape(Math.min(timeS - of.offsetS, run.nowS)) : timeS;
    };
    return vector(
      vectorOf(of, run).map((one) => mapped(one, (value, index) => (Number.isNaN(value) ? value : timeAt(index)))),
    );
  },
  absent: ([of], run) => {
    const columns = vectorOf(of, run);
    const isAbsent = (index: number) => columns.every(({ values }) => Number.isNaN(values[index] as number));
    const values = new Float64Array(run.grid.count).map((_, index) => (isAbsent(index) ? 1 : Number.NaN));
    return vector(values.every(Number.isNaN) ? [] : [{ labels: {}, values }]);
  },
  sort: ([of], run) => vector(vectorOf(of, run).toSorted((a, b) => (a.values[0] ?? 0) - (b.values[0] ?? 0))),
  sort_desc: ([of], run) => vector(vectorOf(of, run).toSorted((a, b) => (b.values[0] ?? 0) - (a.values[0] ?? 0))),
};

function vector(columns: readonly Column[]): Value {
  return { kind: 'vector', columns };
}

function clamped(columns: readonly Column[], least: Float64Array | undefined, most: Float64Array | undefined): Value {
  return vector(
    columns.map((column) =>
      mapped(column, (value, index) =>
        Math.max(
          least?.[index] ?? Number.NEGATIVE_INFINITY,
          Math.min(most?.[index] ?? Number.POSITIVE_INFINITY, value),
        ),
      ),
    ),
  );
}

function call(node: Call, run: Run): Value {
  const { name, args } = node;
  if (WINDOW_FUNCTIONS.includes(name)) return overRange(node, run);
  const plain = Object.hasOwn(PLAIN, name) ? PLAIN[name] : undefined;
  if (plain) return vector(vectorOf(args[0], run).map((column) => mapped(column, plain)));
  const own = Object.hasOwn(CALLS, name) ? CALLS[name] : undefined;
  if (own) return own(args, run);
  throw new PromqlError('bad_data', `unknown function with name "${name}": the demo's small server does not have it`);
}

function overRange({ name, args }: Call, run: Run): Value {
  const range = args.find(({ kind }) => kind === 'selector' || kind === 'subquery');
  const other = args.find((arg) => arg !== range);
  const parameter = other === undefined ? undefined : scalarValues(other, run);
  const isKeepingName = name === 'last_over_time';
  const over = (all: readonly Sampled[], rangeS: number, offsetS: number): Value => {
    const columns = overWindows(name, all, run.grid, rangeS, offsetS, parameter);
    const kept = columns.filter(({ values }) => !values.every(Number.isNaN));
    return vector(isKeepingName ? kept : kept.map((column) => mapped(column, (value) => value)));
  };
  if (range?.kind === 'selector' && range.rangeS !== undefined) {
    const all = matchingSeries(range.matchers, run.series).map((one) => sampledOf(one, run));
    return over(all, range.rangeS, range.offsetS);
  }
  if (range?.kind === 'subquery') return over(subquery(range, run), range.rangeS, range.offsetS);
  throw new PromqlError('bad_data', `expected type range vector in call to function "${name}"`);
}

/** Moments that the expression of a subquery may be evaluated at. */
const SUBQUERY_POINTS_MAX = 50_000;
const SUBQUERY_STEP_S = 60;

function subquery(
  { of, rangeS, stepS = SUBQUERY_STEP_S, offsetS }: Extract<Node, { kind: 'subquery' }>,
  run: Run,
): Sampled[] {
  const { grid } = run;
  const startS = Math.ceil((grid.startS - offsetS - rangeS) / stepS) * stepS;
  const endS = grid.startS + (grid.count - 1) * grid.stepS - offsetS;
  const count = Math.max(1, Math.floor((endS - startS) / stepS) + 1);
  if (count > SUBQUERY_POINTS_MAX) throw new PromqlError('execution', 'the subquery has too many steps');
  const columns = vectorOf(of, { ...run, grid: { startS, stepS, count } });
  return columns.map(({ labels, values }) => ({
    labels,
    isCounter: false,
    sampleS: stepS,
    at: (timeS) => values[Math.round((timeS - startS) / stepS)] ?? Number.NaN,
  }));
}
