/** A small parser of InfluxQL, written for tests alone: it binds parameters as the servers do, and refuses what it does not know. */

/** A calculation over fields. */
export type Expr =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'duration'; readonly ms: number }
  | { readonly kind: 'regex'; readonly source: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'star' }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expr[] }
  | { readonly kind: 'operation'; readonly operator: string; readonly left: Expr; readonly right: Expr };

/** A SELECT. */
export interface SelectStatement {
  readonly kind: 'select';
  readonly columns: readonly { readonly expr: Expr; readonly alias?: string }[];
  readonly from: string;
  readonly where?: Expr;
  readonly groupBy: readonly Expr[];
  readonly fill: string;
  readonly isDescending: boolean;
  readonly limit: number;
  readonly zone?: string;
}

/** A SHOW; `what` in capitals: `TAG VALUES`. */
export interface ShowStatement {
  readonly kind: 'show';
  readonly what: string;
  readonly from?: string;
  readonly key?: string;
  readonly where?: Expr;
  readonly limit: number;
}

/** A statement. */
export type Statement = SelectStatement | ShowStatement;

/** What a server answers 400 to. */
export class InfluxParseError extends Error {
  constructor(found: string, at: number, expected = 'something else') {
    super(`error parsing query: found ${found === '' ? 'EOF' : found}, expected ${expected} at line 1, char ${at + 1}`);
    this.name = 'InfluxParseError';
  }
}

interface State {
  readonly text: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  at: number;
}

/** Parses statements that stand apart by semicolons. @throws InfluxParseError */
export function parseInfluxql(text: string, parameters: Readonly<Record<string, unknown>> = {}): Statement[] {
  const state: State = { text, parameters, at: 0 };
  const statements = [statement(state)];
  while (accept(state, /;/) !== undefined) {
    if (peek(state, /$/) === undefined) statements.push(statement(state));
  }
  if (peek(state, /$/) === undefined) throw unexpected(state, 'EOF');
  return statements;
}

function blanks(state: State): void {
  const found = /^(?:\s+|--[^\n]*|\/\*[\s\S]*?\*\/)+/.exec(state.text.slice(state.at));
  if (found) state.at += found[0].length;
}

function peek(state: State, pattern: RegExp): string | undefined {
  blanks(state);
  return new RegExp(`^(?:${pattern.source})`, 'i').exec(state.text.slice(state.at))?.[0];
}

function accept(state: State, pattern: RegExp): string | undefined {
  const found = peek(state, pattern);
  if (found !== undefined) state.at += found.length;
  return found;
}

function unexpected(state: State, expected: string): InfluxParseError {
  return new InfluxParseError(state.text.slice(state.at).split(/\s/)[0] ?? '', state.at, expected);
}

function need(state: State, pattern: RegExp): string {
  const found = accept(state, pattern);
  if (found === undefined) throw unexpected(state, pattern.source);
  return found;
}

function statement(state: State): Statement {
  if (accept(state, /select\b/) !== undefined) return select(state);
  need(state, /show\b/);
  return show(state);
}

function show(state: State): ShowStatement {
  const what = need(state, /tag\s+values|tag\s+keys|field\s+keys|measurements|databases|retention\s+policies/)
    .toUpperCase()
    .replace(/\s+/g, ' ');
  const from = accept(state, /from\b/) === undefined ? undefined : identifier(state);
  if (accept(state, /on\b/) !== undefined) identifier(state);
  const key = accept(state, /with\s+key\s*=/) === undefined ? undefined : identifier(state);
  const where = accept(state, /where\b/) === undefined ? undefined : expression(state, 0);
  const limit = limitOf(state);
  return {
    kind: 'show',
    what,
    limit,
    ...(from !== undefined && { from }),
    ...(key !== undefined && { key }),
    ...(where && { where }),
  };
}

function limitOf(state: State): number {
  return accept(state, /limit\b/) === undefined ? Number.POSITIVE_INFINITY : Number(need(state, /\d+/));
}

function select(state: State): SelectStatement {
  const columns: { expr: Expr; alias?: string }[] = [];
  do {
    const expr = expression(state, 2);
    columns.push(accept(state, /as\b/) === undefined ? { expr } : { expr, alias: identifier(state) });
  } while (accept(state, /,/) !== undefined);
  need(state, /from\b/);
  let from = identifier(state);
  while (accept(state, /\./) !== undefined) from = identifier(state);
  const where = accept(state, /where\b/) === undefined ? undefined : expression(state, 0);
  const groupBy: Expr[] = [];
  if (accept(state, /group\s+by\b/) !== undefined) {
    do groupBy.push(expression(state, 3));
    while (accept(state, /,/) !== undefined);
  }
  const fill = accept(state, /fill\s*\(/) === undefined ? 'null' : need(state, /null|none|previous|linear|-?[\d.]+/);
  if (peek(state, /\)/) !== undefined) need(state, /\)/);
  const isDescending =
    accept(state, /order\s+by\s+time\b/) !== undefined && /desc/i.test(accept(state, /asc|desc/) ?? '');
  const limit = limitOf(state);
  const zone = accept(state, /tz\s*\(/) === undefined ? undefined : stringOf(need(state, /'(?:[^'\\\n]|\\.)*'/));
  if (zone !== undefined) need(state, /\)/);
  return {
    kind: 'select',
    columns,
    from,
    groupBy,
    fill,
    isDescending,
    limit,
    ...(where && { where }),
    ...(zone !== undefined && { zone }),
  };
}

function identifier(state: State): string {
  const found = need(state, /"(?:[^"\\\n]|\\.)+"|[A-Za-z_]\w*/);
  return found.startsWith('"') ? found.slice(1, -1).replace(/\\(.)/g, '$1') : found;
}

/** As the servers: only these escapes are known. */
function stringOf(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\([\s\S])/g, (_, char: string) => {
    if (char === 'n') return '\n';
    if (char === '\\' || char === "'" || char === '"') return char;
    throw new InfluxParseError(`bad escape \\${char}`, 0, 'a string');
  });
}

const LEVELS: readonly RegExp[] = [/or\b/, /and\b/, /=~|!~|!=|<>|<=|>=|=|<|>/, /[+-]/, /[*/%]/];

function expression(state: State, level: number): Expr {
  const operator = LEVELS[level];
  if (!operator) return primary(state);
  let left = expression(state, level + 1);
  for (;;) {
    const found = accept(state, operator)?.toLowerCase();
    if (found === undefined) return left;
    const right = found.endsWith('~') ? regex(state) : expression(state, level + 1);
    left = { kind: 'operation', operator: found === '<>' ? '!=' : found, left, right };
  }
}

function regex(state: State): Expr {
  return {
    kind: 'regex',
    source: need(state, /\/(?:[^/\\\n]|\\.)+\//)
      .slice(1, -1)
      .replaceAll('\\/', '/'),
  };
}

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

function primary(state: State): Expr {
  if (accept(state, /\(/) !== undefined) {
    const inner = expression(state, 0);
    need(state, /\)/);
    return inner;
  }
  const parameter = accept(state, /\$\w+/);
  if (parameter !== undefined) return bound(state, parameter.slice(1));
  const string = accept(state, /'(?:[^'\\\n]|\\.)*'/);
  if (string !== undefined) return { kind: 'string', value: stringOf(string) };
  const duration = accept(state, /\d+(?:ms|[smhdw])\b/);
  if (duration !== undefined) {
    const [, amount = '', unit = ''] = /^(\d+)(\w+)$/.exec(duration) ?? [];
    return { kind: 'duration', ms: Number(amount) * (UNITS[unit] ?? Number.NaN) };
  }
  const number = accept(state, /-?(?:\d+\.?\d*|\.\d+)/);
  if (number !== undefined) return { kind: 'number', value: Number(number) };
  if (accept(state, /\*/) !== undefined) return { kind: 'star' };
  const name = identifier(state);
  if (accept(state, /::\s*(?:tag|field)/) !== undefined || accept(state, /\(/) === undefined)
    return { kind: 'name', name };
  const args: Expr[] = [];
  if (accept(state, /\)/) !== undefined) return { kind: 'call', name: name.toLowerCase(), args };
  do args.push(expression(state, 0));
  while (accept(state, /,/) !== undefined);
  need(state, /\)/);
  return { kind: 'call', name: name.toLowerCase(), args };
}

function bound({ parameters, at }: State, name: string): Expr {
  const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  if (typeof value === 'string') return { kind: 'string', value };
  if (typeof value === 'number') return { kind: 'number', value };
  throw new InfluxParseError(`$${name}`, at, 'a bound parameter');
}
