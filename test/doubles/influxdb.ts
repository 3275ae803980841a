/** An InfluxDB 1, 2 or 3 whose points are formulas; it parses what it is asked, and keeps logins as each version does. */
import type { Received, Reply } from './http-backend.ts';
import {
  type Expr,
  InfluxParseError,
  parseInfluxql,
  type SelectStatement,
  type ShowStatement,
} from './influxql-grammar.ts';

/** Points of one set of tags. */
export interface InfluxSeries {
  readonly measurement: string;
  /** Names of retention policies that hold it beside `autogen`. */
  readonly policies?: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  /** Distance of points, in seconds. */
  readonly stepSeconds: number;
  /** Seconds since the Unix epoch of the first and the last point. */
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** Fields of the point at a second. */
  fields(second: number): Readonly<Record<string, number | string | null>>;
}

/** What it holds and how it behaves. */
export interface InfluxStore {
  readonly series: readonly InfluxSeries[];
  readonly database?: string;
  /** Default 1. */
  readonly major?: 1 | 2 | 3;
  /** `Authorization` that is asked for; left out, everybody may. */
  readonly authorization?: string;
  /** How long points are kept, as the server writes it: `168h0m0s`. */
  readonly retention?: string;
  /** Rows after which an answer is cut, as `max-row-limit` does. */
  readonly maxRows?: number;
}

const VERSIONS = { 1: '1.8.10', 2: 'v2.7.10', 3: '3.2.1' } as const;

/** Makes the answering part of a backend. */
export function influxDouble(store: InfluxStore): (request: Received) => Reply {
  const { major = 1, authorization } = store;
  const headers = { 'x-influxdb-version': VERSIONS[major], 'x-influxdb-build': major === 3 ? 'Core' : 'OSS' };
  return (request) => {
    const isPing = request.pathname.endsWith('/ping');
    const isKnown = authorization === undefined || request.headers.authorization === authorization;
    if (!isKnown && !(isPing && major < 3))
      return { ...unauthorized(major), headers: { ...unauthorized(major).headers, ...headers } };
    if (isPing) return { status: 204, headers, body: '' };
    if (!request.pathname.endsWith('/query'))
      return { status: 404, headers, contentType: 'text/plain', body: '404 page not found\n' };
    return { ...query(store, request.form), headers };
  };
}

function unauthorized(major: number): Reply {
  if (major === 1) {
    return {
      status: 401,
      headers: { 'www-authenticate': 'Basic realm="InfluxDB"' },
      body: JSON.stringify({ error: 'authorization failed' }),
    };
  }
  const body = major === 2 ? { code: 'unauthorized', message: 'unauthorized access' } : { error: 'unauthenticated' };
  return { status: 401, headers: {}, body: JSON.stringify(body) };
}

function query(store: InfluxStore, form: URLSearchParams): Reply {
  const text = form.get('q');
  if (!text) return failure(400, 'missing required parameter "q"');
  // 3 does not promise to bind: a test that relies on it there shall fail
  const parameters = store.major === 3 ? {} : (JSON.parse(form.get('params') ?? '{}') as Record<string, unknown>);
  try {
    const statements = parseInfluxql(text, parameters);
    const results = statements.map((statement, id): Result => {
      const refused = refusalOf(store, form, statement);
      if (refused !== undefined) return { statement_id: id, error: refused };
      const isThere = form.get('db') === (store.database ?? 'telegraf') || isOfDatabases(statement);
      const series = !isThere ? [] : statement.kind === 'show' ? shown(store, statement) : selected(store, statement);
      return {
        statement_id: id,
        ...(series.length > 0 && { series }),
        ...(series.some((one) => one.partial) && { partial: true }),
      };
    });
    const body = form.get('epoch') === 'ms' ? { results } : { results: withTimeTexts(results) };
    return { body: JSON.stringify(body) };
  } catch (thrown) {
    if (thrown instanceof InfluxParseError) return failure(400, thrown.message);
    throw thrown;
  }
}

const isOfDatabases = (statement: SelectStatement | ShowStatement) =>
  statement.kind === 'show' && statement.what === 'DATABASES';

/** What is refused inside an answer of 200; of a database that is not there, version 1 lists no measurements. */
function refusalOf(
  { database = 'telegraf', major = 1, series }: InfluxStore,
  form: URLSearchParams,
  statement: SelectStatement | ShowStatement,
): string | undefined {
  if (statement.kind === 'show') {
    const isList = major === 1 && statement.what === 'MEASUREMENTS';
    return isList || isOfDatabases(statement) || form.get('db') === database
      ? undefined
      : `database not found: ${form.get('db')}`;
  }
  const unknown = statement.columns.flatMap(({ expr }) => callsIn(expr)).find((name) => !(name in AGGREGATES));
  if (unknown !== undefined) return `undefined function ${unknown}()`;
  if (form.get('db') !== database) return `database not found: ${form.get('db')}`;
  const policy = form.get('rp');
  const isThere = policy === null || policy === 'autogen' || series.some(({ policies }) => policies?.includes(policy));
  return isThere ? undefined : `retention policy not found: ${policy}`;
}

function callsIn(expr: Expr): string[] {
  if (expr.kind === 'operation') return [...callsIn(expr.left), ...callsIn(expr.right)];
  if (expr.kind !== 'call') return [];
  return expr.name === 'non_negative_derivative' ? expr.args.flatMap(callsIn) : [expr.name];
}

interface Result {
  readonly statement_id: number;
  readonly error?: string;
  readonly series?: readonly Row[];
  readonly partial?: boolean;
}

/** Without `epoch` times are text. */
function withTimeTexts(results: readonly Result[]): unknown[] {
  const textOf = (row: readonly unknown[]) => [new Date(Number(row[0])).toISOString(), ...row.slice(1)];
  return results.map(({ series, ...rest }) => ({
    ...rest,
    ...(series && {
      series: series.map((row) => (row.columns[0] === 'time' ? { ...row, values: row.values.map(textOf) } : row)),
    }),
  }));
}

function failure(status: number, error: string): Reply {
  return {
    status,
    headers: { 'x-influxdb-error': error.replace(/[^\x20-\x7e]/g, '?') },
    body: JSON.stringify({ error }),
  };
}

interface Row {
  readonly name: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly values: readonly (readonly unknown[])[];
  readonly partial?: boolean;
}

function shown(
  { series, database = 'telegraf', retention = '0s' }: InfluxStore,
  { what, from, key, where, limit }: ShowStatement,
): Row[] {
  const own = series.filter((one) => (from === undefined || one.measurement === from) && isTrue(where, one, 0));
  const list = (name: string, columns: readonly string[], values: readonly unknown[][]): Row[] =>
    values.length === 0 ? [] : [{ name, columns, values: values.slice(0, limit) }];
  const unique = (names: readonly string[]) => [...new Set(names)].sort();
  switch (what) {
    case 'DATABASES':
      return list('databases', ['name'], [['_internal'], [database]]);
    case 'MEASUREMENTS':
      return list(
        'measurements',
        ['name'],
        unique(own.map(({ measurement }) => measurement)).map((name) => [name]),
      );
    case 'FIELD KEYS': {
      const names = unique(own.flatMap((one) => Object.keys(one.fields(one.fromSeconds))));
      return list(
        from ?? '',
        ['fieldKey', 'fieldType'],
        names.map((name) => [name, 'float']),
      );
    }
    case 'TAG VALUES': {
      const values = unique(own.flatMap(({ tags }) => tags[key ?? ''] ?? []));
      return list(
        from ?? '',
        ['key', 'value'],
        values.map((value) => [key, value]),
      );
    }
    case 'RETENTION POLICIES':
      return list(
        '',
        ['name', 'duration', 'shardGroupDuration', 'replicaN', 'default'],
        [['autogen', retention, '24h0m0s', 1, true]],
      );
    default:
      throw new InfluxParseError(what, 0);
  }
}

interface Point {
  readonly ms: number;
  readonly of: InfluxSeries;
  readonly fields: Readonly<Record<string, number | string | null>>;
}

function selected(store: InfluxStore, statement: SelectStatement): Row[] {
  const { where, groupBy, from } = statement;
  const [fromMs, toMs] = spanOf(where);
  const tags = groupBy.flatMap((expr) => (expr.kind === 'name' ? [expr.name] : []));
  const groups = new Map<string, Point[]>();
  for (const of of store.series.filter(({ measurement }) => measurement === from)) {
    const key = JSON.stringify(tags.map((tag) => of.tags[tag] ?? ''));
    const points = groups.get(key) ?? [];
    const first = Math.max(of.fromSeconds, Math.ceil(fromMs / 1000 / of.stepSeconds) * of.stepSeconds);
    for (let second = first; second <= of.toSeconds && second * 1000 < toMs; second += of.stepSeconds) {
      if (isTrue(where, of, second * 1000)) points.push({ ms: second * 1000, of, fields: of.fields(second) });
    }
    groups.set(key, points);
  }
  return [...groups]
    .filter(([, points]) => points.length > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, points]) => rowOf(store, statement, tags, JSON.parse(key) as string[], points, [fromMs, toMs]));
}

function rowOf(
  store: InfluxStore,
  statement: SelectStatement,
  tags: readonly string[],
  values: readonly string[],
  unordered: readonly Point[],
  span: readonly [number, number],
): Row {
  const points = [...unordered].sort((a, b) => a.ms - b.ms);
  const time = statement.groupBy.find((expr) => expr.kind === 'call' && expr.name === 'time');
  const size = time?.kind === 'call' && time.args[0]?.kind === 'duration' ? time.args[0].ms : undefined;
  const rows =
    size === undefined
      ? points.map((point) => [point.ms, ...cellsOf(statement, [point])])
      : buckets(statement, points, size, span);
  const ordered = (statement.isDescending ? rows.reverse() : rows).slice(0, statement.limit);
  const isCut = store.maxRows !== undefined && ordered.length > store.maxRows;
  return {
    name: statement.from,
    ...(tags.length > 0 && { tags: Object.fromEntries(tags.map((tag, index) => [tag, values[index] ?? ''])) }),
    columns: ['time', ...statement.columns.map(({ expr, alias }) => alias ?? nameOf(expr))],
    values: isCut ? ordered.slice(0, store.maxRows) : ordered,
    ...(isCut && { partial: true }),
  };
}

/** Buckets begin at multiples of their size, so the first begins before the window; days of a zone are left to real servers. */
function buckets(
  statement: SelectStatement,
  points: readonly Point[],
  sizeMs: number,
  [fromMs, toMs]: readonly [number, number],
) {
  const rows: (number | string | null)[][] = [];
  const before: (number | null)[] = [];
  for (let startMs = Math.floor(fromMs / sizeMs) * sizeMs; startMs < toMs; startMs += sizeMs) {
    const own = points.filter(({ ms }) => ms >= startMs && ms < startMs + sizeMs);
    const cells = statement.columns.map(({ expr }, at) => {
      const isRate = expr.kind === 'call' && expr.name === 'non_negative_derivative';
      const value = numeric(isRate ? (expr.args[0] as Expr) : expr, own);
      if (!isRate) return value;
      const last = before[at] ?? null;
      before[at] = value;
      const perSecond = last === null || value === null ? null : ((value - last) * 1000) / sizeMs;
      return perSecond === null || perSecond < 0 ? null : perSecond;
    });
    const isEmpty = cells.every((cell) => cell === null);
    const isRate = statement.columns.some(
      ({ expr }) => expr.kind === 'call' && expr.name === 'non_negative_derivative',
    );
    if (isEmpty && (statement.fill === 'none' || isRate)) continue;
    const filler = /^-?[\d.]+$/.test(statement.fill) ? Number(statement.fill) : null;
    rows.push([startMs, ...cells.map((cell) => cell ?? filler)]);
  }
  return rows;
}

function cellsOf({ columns }: SelectStatement, [point]: readonly Point[]): (number | string | null)[] {
  return columns.map(({ expr }) => {
    if (expr.kind === 'name') return point?.fields[expr.name] ?? point?.of.tags[expr.name] ?? null;
    return numeric(expr, point ? [point] : []);
  });
}

function nameOf(expr: Expr): string {
  if (expr.kind === 'name') return expr.name;
  return expr.kind === 'call'
    ? expr.name
    : expr.kind === 'operation'
      ? [expr.left, expr.right]
          .filter(({ kind }) => kind === 'call')
          .map(nameOf)
          .join('_')
      : '';
}

const AGGREGATES: Readonly<Record<string, (values: readonly number[], argument: number) => number>> = {
  mean: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  max: (values) => Math.max(...values),
  min: (values) => Math.min(...values),
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  count: (values) => values.length,
  last: (values) => values.at(-1) as number,
  first: (values) => values[0] as number,
  percentile: (values, percent) =>
    [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil((values.length * percent) / 100) - 1)] as number,
};

function numeric(expr: Expr, points: readonly Point[]): number | null {
  switch (expr.kind) {
    case 'number':
      return expr.value;
    case 'name': {
      const value = points[0]?.fields[expr.name];
      return typeof value === 'number' ? value : null;
    }
    case 'operation': {
      const [left, right] = [numeric(expr.left, points), numeric(expr.right, points)];
      if (left === null || right === null) return null;
      return expr.operator === '+'
        ? left + right
        : expr.operator === '-'
          ? left - right
          : expr.operator === '*'
            ? left * right
            : left / right;
    }
    case 'call': {
      const aggregate = AGGREGATES[expr.name];
      const [field, argument] = expr.args;
      if (!aggregate || field?.kind !== 'name') throw new InfluxParseError(`undefined function ${expr.name}()`, 0);
      const values = points.flatMap(({ fields }) =>
        typeof fields[field.name] === 'number' ? [fields[field.name] as number] : [],
      );
      if (values.length === 0) return expr.name === 'count' ? 0 : null;
      return aggregate(values, argument?.kind === 'number' ? argument.value : 0);
    }
    default:
      throw new InfluxParseError(expr.kind, 0);
  }
}

/** Whether a point fits; conditions on fields other than the time are not looked at. */
function isTrue(where: Expr | undefined, of: InfluxSeries, ms: number): boolean {
  if (!where) return true;
  if (where.kind !== 'operation') throw new InfluxParseError(where.kind, 0, 'a condition');
  const { operator, left, right } = where;
  if (operator === 'and') return isTrue(left, of, ms) && isTrue(right, of, ms);
  if (operator === 'or') return isTrue(left, of, ms) || isTrue(right, of, ms);
  if (left.kind !== 'name') throw new InfluxParseError(left.kind, 0, 'a name');
  if (left.name === 'time') return compare(ms, operator, timeOf(right));
  const own = of.tags[left.name] ?? '';
  if (right.kind === 'regex') return (operator === '=~') === new RegExp(right.source).test(own);
  if (right.kind !== 'string') throw new InfluxParseError(right.kind, 0, 'a string');
  return operator === '=' ? own === right.value : own !== right.value;
}

function compare(left: number, operator: string, right: number): boolean {
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}

function timeOf(expr: Expr): number {
  if (expr.kind === 'string') return Date.parse(expr.value);
  return expr.kind === 'duration' ? expr.ms : Number.NaN;
}

/** The window that the conditions leave; without an end it goes to the last point. */
function spanOf(where: Expr | undefined): [number, number] {
  const span: [number, number] = [0, 8e15];
  const visit = (expr: Expr | undefined): void => {
    if (expr?.kind !== 'operation') return;
    if (expr.left.kind === 'name' && expr.left.name === 'time') {
      const ms = timeOf(expr.right);
      if (expr.operator.startsWith('>')) span[0] = Math.max(span[0], ms);
      else span[1] = Math.min(span[1], expr.operator === '<=' ? ms + 1 : ms);
    }
    visit(expr.left);
    visit(expr.right);
  };
  visit(where);
  return span;
}
