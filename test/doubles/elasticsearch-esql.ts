/** As much of ES|QL as tests ask: FROM, WHERE, STATS … BY, KEEP, SORT, LIMIT over documents; parameters are data. */
import type { Doc } from './elasticsearch.ts';

/** A refusal as the server words it, with line and column. */
export class EsqlRefused extends Error {
  readonly type: 'parsing_exception' | 'verification_exception';

  constructor(type: EsqlRefused['type'], message: string) {
    super(message);
    this.type = type;
  }
}

/** The body of `_query`. */
export interface EsqlBody {
  readonly query: string;
  readonly params?: readonly Readonly<Record<string, unknown>>[];
  readonly columnar?: boolean;
}

type Value = string | number | null;
type Row = Readonly<Record<string, Value>>;
interface Token {
  readonly kind: 'name' | 'string' | 'number' | 'param' | 'mark';
  readonly text: string;
  readonly at: number;
}
interface Table {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly Row[];
}
interface Run {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly params: ReadonlyMap<string, Value>;
  at: number;
}

const TOKENS =
  /\s+|(?<string>"(?:\\.|[^"\\])*")|(?<param>\?\w+)|(?<number>\d+(?:\.\d+)?)|(?<name>`[^`]*`|[\p{L}_@][\p{L}\p{N}_.@*-]*)|(?<mark>::|==|!=|>=|<=|[|,()=<>])/gu;
const UNITS_MS: Readonly<Record<string, number>> = { second: 1_000, minute: 60_000, hour: 3_600_000 };
const DEFAULT_ROWS = 1_000;

/** Runs a query over the documents that the filter of the request let through. */
export function runEsql({ query, params = [], columnar }: EsqlBody, docs: readonly Doc[]): object {
  const named = new Map(params.flatMap((one) => Object.entries(one)).map(([name, value]) => [name, value as Value]));
  const run: Run = { text: query, tokens: tokensOf(query), params: named, at: 0 };
  let table = source(run, docs);
  let isLimited = false;
  while (run.at < run.tokens.length) {
    take(run, '|');
    const command = takeName(run).toUpperCase();
    isLimited ||= command === 'LIMIT';
    table = apply(command, table, run);
  }
  const rows = isLimited ? table.rows : table.rows.slice(0, DEFAULT_ROWS);
  const values = columnar
    ? table.columns.map(({ name }) => rows.map((row) => row[name] ?? null))
    : rows.map((row) => table.columns.map(({ name }) => row[name] ?? null));
  return { took: 1, is_partial: false, columns: table.columns, values };
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKENS)) {
    if (match.index !== end) break;
    end = match.index + match[0].length;
    const [kind, found] = Object.entries(match.groups ?? {}).find(([, value]) => value !== undefined) ?? [];
    if (kind && found !== undefined) tokens.push({ kind: kind as Token['kind'], text: found, at: match.index });
  }
  if (end < text.length) throw refusedAt(text, end, `token recognition error at: '${text[end]}'`);
  return tokens;
}

function refusedAt(text: string, at: number, what: string): EsqlRefused {
  const before = text.slice(0, at).split('\n');
  return new EsqlRefused('parsing_exception', `line ${before.length}:${(before.at(-1)?.length ?? 0) + 1}: ${what}`);
}

function unknownColumn({ text }: Run, { text: name, at }: Token): EsqlRefused {
  const before = text.slice(0, at).split('\n');
  const place = `line ${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
  return new EsqlRefused('verification_exception', `Found 1 problem\n${place}: Unknown column [${name}]`);
}

function peek(run: Run): Token | undefined {
  return run.tokens[run.at];
}

function next(run: Run): Token {
  const token = run.tokens[run.at];
  if (!token) throw refusedAt(run.text, run.text.length, "mismatched input '<EOF>'");
  run.at += 1;
  return token;
}

function take(run: Run, mark: string): void {
  const token = next(run);
  if (token.text.toUpperCase() !== mark)
    throw refusedAt(run.text, token.at, `mismatched input '${token.text}' expecting '${mark}'`);
}

function takes(run: Run, mark: string): boolean {
  if (peek(run)?.text.toUpperCase() !== mark) return false;
  run.at += 1;
  return true;
}

function takeName(run: Run): string {
  const token = next(run);
  if (token.kind !== 'name') throw refusedAt(run.text, token.at, `mismatched input '${token.text}' expecting a name`);
  return token.text.replace(/^`|`$/g, '');
}

function source(run: Run, docs: readonly Doc[]): Table {
  take(run, 'FROM');
  takeName(run);
  const names = [...new Set(docs.flatMap((doc) => Object.keys(doc)))].sort();
  const rows = docs.map((doc) => ({ ...doc, '@timestamp': new Date(Number(doc['@timestamp'])).toISOString() }));
  return { columns: names.map((name) => ({ name, type: typeIn(name, docs) })), rows };
}

function typeIn(name: string, docs: readonly Doc[]): string {
  if (name === '@timestamp') return 'date';
  return docs.some((doc) => typeof doc[name] === 'number') ? 'long' : 'keyword';
}

function apply(command: string, table: Table, run: Run): Table {
  switch (command) {
    case 'WHERE': {
      const test = condition(run, table);
      return { ...table, rows: table.rows.filter(test) };
    }
    case 'STATS':
      return stats(table, run);
    case 'LIMIT':
      return { ...table, rows: table.rows.slice(0, Number(next(run).text)) };
    case 'SORT': {
      const name = column(run, table);
      const order = takes(run, 'DESC') ? -1 : 1;
      takes(run, 'ASC');
      const sorted = table.rows.toSorted((a, b) => (String(a[name]) < String(b[name]) ? -order : order));
      return { ...table, rows: sorted };
    }
    case 'KEEP': {
      const names = [column(run, table)];
      while (takes(run, ',')) names.push(column(run, table));
      return { ...table, columns: names.flatMap((name) => table.columns.filter((one) => one.name === name)) };
    }
    default:
      throw refusedAt(run.text, run.tokens[run.at - 1]?.at ?? 0, `mismatched input '${command}'`);
  }
}

function column(run: Run, { columns }: Table): string {
  const token = peek(run);
  const name = takeName(run);
  if (!columns.some((one) => one.name === name)) throw unknownColumn(run, token as Token);
  return name;
}

function condition(run: Run, table: Table): (row: Row) => boolean {
  const name = column(run, table);
  const { text: operator } = next(run);
  const operand = next(run);
  const value = operandValue(run, operand);
  const type = table.columns.find((one) => one.name === name)?.type;
  if ((type === 'long') !== (typeof value === 'number')) {
    const said = `first argument of [${name} ${operator} ${operand.text}] is [${type}], the second must be of it too`;
    throw new EsqlRefused('verification_exception', `Found 1 problem\nline 1:${operand.at + 1}: ${said}`);
  }
  const test = (row: Row) => {
    const own = row[name] ?? null;
    if (own === null || value === null) return false;
    return { '==': own === value, '!=': own !== value, '>=': own >= value, '<=': own <= value }[operator] ?? false;
  };
  if (!takes(run, 'AND')) return test;
  const rest = condition(run, table);
  return (row) => test(row) && rest(row);
}

function operandValue(run: Run, { kind, text, at }: Token): Value {
  const name = text.slice(1);
  if (kind === 'param' && !run.params.has(name)) throw refusedAt(run.text, at, `Unknown query parameter [${name}]`);
  const plain = kind === 'param' ? (run.params.get(name) ?? null) : kind === 'number' ? Number(text) : JSON.parse(text);
  return takes(run, '::') && takeName(run) === 'integer' ? Number(plain) : plain;
}

interface Grouping {
  readonly name: string;
  readonly type: string;
  key(row: Row): Value;
}

function stats(table: Table, run: Run): Table {
  const measures = [measure(run, table)];
  while (takes(run, ',')) measures.push(measure(run, table));
  const groups: Grouping[] = [];
  if (takes(run, 'BY')) {
    do groups.push(grouping(run, table));
    while (takes(run, ','));
  }
  const found = Map.groupBy(table.rows, (row) => JSON.stringify(groups.map(({ key }) => key(row))));
  const rows = [...found.values()].map((inside) =>
    Object.fromEntries([
      ...measures.map(({ name, value }) => [name, value(inside)] as const),
      ...groups.map(({ name, key }) => [name, key(inside[0] as Row)] as const),
    ]),
  );
  return { columns: [...measures, ...groups].map(({ name, type }) => ({ name, type })), rows };
}

function measure(run: Run, table: Table): { name: string; type: string; value(rows: readonly Row[]): Value } {
  const start = peek(run)?.at ?? 0;
  const first = takeName(run);
  const alias = takes(run, '=') ? first : undefined;
  const operation = (alias === undefined ? first : takeName(run)).toUpperCase();
  take(run, '(');
  const field = peek(run)?.text === ')' ? undefined : column(run, table);
  const end = peek(run)?.at ?? 0;
  take(run, ')');
  const name = alias ?? run.text.slice(start, end + 1);
  const numbers = (rows: readonly Row[]) =>
    rows.map((row) => Number(row[field ?? ''])).filter((one) => !Number.isNaN(one));
  const total = (rows: readonly Row[]) => numbers(rows).reduce((sum, one) => sum + one, 0);
  if (operation === 'COUNT') return { name, type: 'long', value: (rows) => rows.length };
  if (operation === 'SUM') return { name, type: 'long', value: total };
  return { name, type: 'double', value: (rows) => total(rows) / numbers(rows).length };
}

function grouping(run: Run, table: Table): Grouping {
  const start = run.at;
  const first = takeName(run);
  const alias = takes(run, '=') ? first : undefined;
  if (alias === undefined) run.at = start;
  if (peek(run)?.text.toUpperCase() !== 'BUCKET') {
    const field = column(run, table);
    const type = table.columns.find((one) => one.name === field)?.type ?? 'keyword';
    return { name: alias ?? field, type, key: (row) => row[field] ?? null };
  }
  const begin = next(run).at;
  take(run, '(');
  const field = column(run, table);
  take(run, ',');
  const count = Number(next(run).text);
  const stepMs = count * (UNITS_MS[takeName(run).replace(/s$/, '')] ?? 1);
  const end = peek(run)?.at ?? 0;
  take(run, ')');
  const floor = (ms: number) => new Date(Math.floor(ms / stepMs) * stepMs).toISOString();
  return {
    name: alias ?? run.text.slice(begin, end + 1),
    type: 'date',
    key: (row) => floor(Date.parse(String(row[field]))),
  };
}
