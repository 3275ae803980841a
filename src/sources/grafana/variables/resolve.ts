/** Gives the variables of a dashboard the values that they have for one question, those first that others depend on. */
import { BotError } from '../../../domain/errors.ts';
import { nearest } from '../../../lib/nearest.ts';
import type { BoundValue, BoundVariable } from '../bound-value.ts';
import { interpolate, namesIn } from '../interpolate.ts';
import { autoInterval } from '../interval.ts';
import { ALL, AUTO } from '../normalize-v1.ts';
import type { Dashboard, Variable } from '../panel.ts';
import { numberOf, textOf } from '../present/json.ts';
import { makeScope } from '../scope.ts';
import type { OptionLists } from './list-options.ts';
import type { VariableOption } from './options.ts';

/** What is asked of a dashboard's variables. */
export interface VariablesAsked {
  readonly dashboard: Dashboard;
  /** Names that are needed; what they depend on comes by itself. */
  readonly needed: Iterable<string>;
  /** Values by variable. */
  readonly asked: Readonly<Record<string, readonly string[]>>;
  readonly window: { readonly fromMs: number; readonly toMs: number; readonly zone: string };
  readonly orgId?: number | undefined;
}

/** Variables with their values. */
export interface VariablesResolved {
  readonly variables: ReadonlyMap<string, BoundVariable>;
  /** Whole sentences. */
  readonly notes: readonly string[];
}

const NEAR_MAX = 3;
/** Grafana's own defaults for `auto`. */
const AUTO_COUNT = 30;
const AUTO_MIN = '10s';
/** As many as a variable may stand for; a query with more is none that a server takes. */
const VALUES_MAX = 1_000;

/**
 * Resolves what is needed.
 *
 * @throws BotError `ASK_UNKNOWN_VALUE` with near values when no value of a variable exists; `SOURCE_BAD_QUERY` when
 *   variables depend on each other in a circle; `SOURCE_…` when a list that cannot be done without cannot be had
 */
export async function resolveVariables(
  wanted: VariablesAsked,
  lists: OptionLists,
  signal: AbortSignal,
): Promise<VariablesResolved> {
  const byName = new Map(wanted.dashboard.variables.map((variable) => [variable.name, variable]));
  const resolved = new Map<string, BoundVariable>();
  const open: string[] = [];
  const notes: string[] = [];

  async function visit(name: string): Promise<void> {
    const variable = byName.get(name);
    if (!variable || resolved.has(name)) return;
    if (open.includes(name)) throw circle([...open.slice(open.indexOf(name)), name]);
    open.push(name);
    for (const other of dependenciesOf(variable)) await visit(other);
    open.pop();
    const bound = await bindVariable(variable, wanted, resolved, lists, notes, signal);
    if (bound) resolved.set(name, bound);
  }

  for (const name of wanted.needed) await visit(name);
  return { variables: resolved, notes };
}

function circle(names: readonly string[]): BotError {
  return new BotError(
    'SOURCE_BAD_QUERY',
    `The variables ${names.join(' → ')} of the dashboard depend on each other in a circle.`,
  );
}

/** Names of others that a variable's own definition refers to. */
export function dependenciesOf(variable: Variable): readonly string[] {
  return namesOf(variable).filter((name) => name !== variable.name);
}

function namesOf({ model, allValue, type }: Variable): readonly string[] {
  if (type !== 'query' && type !== 'datasource' && allValue === undefined) return [];
  const { query, definition, regex } = model;
  // a list of data sources is asked of none of them, whatever stands there
  const datasource = type === 'datasource' ? undefined : model.datasource;
  const text = JSON.stringify([
    query,
    type === 'query' && query === undefined ? definition : '',
    datasource,
    regex,
    allValue,
  ]);
  return namesIn(text).filter((name) => !name.startsWith('__'));
}

/** A query that narrows by its own variable lists everything: what is chosen already may not hide the rest. */
function withItself(variable: Variable, resolved: ReadonlyMap<string, BoundVariable>): typeof resolved {
  if (!namesOf(variable).includes(variable.name)) return resolved;
  const all = bound(variable, [], { isAll: true, allValue: variable.allValue ?? '.*' });
  return new Map([...resolved, [variable.name, all]]);
}

async function bindVariable(
  variable: Variable,
  wanted: VariablesAsked,
  resolved: ReadonlyMap<string, BoundVariable>,
  lists: OptionLists,
  notes: string[],
  signal: AbortSignal,
): Promise<BoundVariable | undefined> {
  const asked = wanted.asked[variable.name];
  const scope = { ...wanted, variables: withItself(variable, resolved) };
  const list = () => lists.options(variable, scope, signal);
  switch (variable.type) {
    case 'adhoc':
    case 'groupby':
    case 'system':
      if (asked !== undefined) throw unsupported(variable);
      return undefined;
    case 'constant': {
      if (asked !== undefined) throw refuse(asked[0] ?? '', variable, 'is fixed in the dashboard');
      return bound(variable, [variable.current[0] ?? textOf(variable.model.query) ?? ''].map(authored));
    }
    case 'textbox': {
      const own = variable.current[0] ?? textOf(variable.model.query) ?? '';
      return bound(variable, asked?.map((value) => askedValue(value, variable)) ?? [authored(own)]);
    }
    case 'interval':
      return bound(variable, [intervalValue(variable, asked, wanted)]);
    default:
      return asked === undefined ? defaultOf(variable, scope, list) : bindAsked(variable, asked, scope, list, notes);
  }
}

/** Which window and which variables the lists are for. */
type ListScope = VariablesAsked & { readonly variables: ReadonlyMap<string, BoundVariable> };

function bound(variable: Variable, values: readonly BoundValue[], more: Partial<BoundVariable> = {}): BoundVariable {
  const { name, isMulti, includesAll } = variable;
  return { name, values: values.slice(0, VALUES_MAX), isMulti, includesAll, isAll: false, ...more };
}

function authored(value: string): BoundValue {
  return { value, text: value, origin: 'author' };
}

/** What the dashboard itself holds was written by those who write its queries. */
function askedValue(value: string, { current }: Variable): BoundValue {
  return { value, text: value, origin: current.includes(value) ? 'author' : 'asked' };
}

function intervalValue(
  { name, model, current }: Variable,
  asked: readonly string[] | undefined,
  { window }: VariablesAsked,
): BoundValue {
  const [wanted = current[0] ?? ''] = asked ?? [];
  const isAuto = wanted === 'auto' || wanted === '' || wanted.startsWith(AUTO);
  if (!isAuto) {
    if (asked && !/^\d+(?:\.\d+)?(?:ms|[smhdwMy])$/.test(wanted)) {
      throw refuse(wanted, { name }, 'is no length such as 5m');
    }
    return authored(wanted);
  }
  const count = numberOf(model.auto_count) ?? AUTO_COUNT;
  return authored(autoInterval(window.toMs - window.fromMs, count, textOf(model.auto_min) ?? AUTO_MIN));
}

async function defaultOf(
  variable: Variable,
  scope: ListScope,
  list: () => Promise<readonly VariableOption[]>,
): Promise<BoundVariable> {
  const { current, type } = variable;
  if (type === 'datasource') return datasourceOf(variable, current, await list());
  if (current.includes(ALL)) return everything(variable, scope, list);
  if (current.length > 0) return bound(variable, current.map(authored));
  if (variable.type === 'switch') return bound(variable, [authored('false')]);
  const [first] = await list();
  if (first) return bound(variable, [listed(first, variable)]);
  return variable.includesAll ? everything(variable, scope, list) : bound(variable, [authored('')]);
}

/** A dashboard that came from another server names what is not here: the page takes the first there is. */
function datasourceOf(
  variable: Variable,
  current: readonly string[],
  options: readonly VariableOption[],
): BoundVariable {
  const [saved = 'default'] = current;
  const isThere = options.some(({ value, text }) => value === saved || text === saved);
  const [first] = options;
  if (saved === 'default' || saved === ALL || isThere || !first) return bound(variable, [authored(saved)]);
  return bound(variable, [listed(first, variable)]);
}

function listed({ value, text }: VariableOption, { type }: Variable): BoundValue {
  return { value, text, origin: type === 'query' ? 'listed' : 'author' };
}

async function everything(
  variable: Variable,
  { variables, dashboard, window, orgId }: ListScope,
  list: () => Promise<readonly VariableOption[]>,
): Promise<BoundVariable> {
  const { allValue } = variable;
  if (allValue === undefined)
    return bound(
      variable,
      (await listedAll(variable, list)).map((one) => listed(one, variable)),
      { isAll: true },
    );
  const scope = makeScope(variables, { ...window, intervalMs: 60_000, dashboard, orgId, kind: 'none' });
  return bound(variable, [], { isAll: true, allValue: interpolate(allValue, 'words', scope).text });
}

/** @throws BotError as the list does, with the name of what could not be listed */
async function listedAll(
  { name }: Variable,
  list: () => Promise<readonly VariableOption[]>,
): Promise<readonly VariableOption[]> {
  try {
    return await list();
  } catch (thrown) {
    if (!(thrown instanceof BotError)) throw thrown;
    const message = `All values of ${name} are asked for, which could not be listed: ${thrown.message}`;
    throw new BotError(thrown.code, message, thrown.details, { cause: thrown });
  }
}

async function bindAsked(
  variable: Variable,
  asked: readonly string[],
  scope: ListScope,
  list: () => Promise<readonly VariableOption[]>,
  notes: string[],
): Promise<BoundVariable> {
  const isAll = asked.some((value) => value === ALL || (variable.includesAll && /^all$/i.test(value)));
  if (isAll && variable.includesAll) return everything(variable, scope, list);
  const options = await listOrNote(variable, list, notes);
  if (options === undefined)
    return bound(
      variable,
      asked.map((value) => askedValue(value, variable)),
    );
  const found = asked.map((value) => [value, pick(value, options)] as const);
  const missing = found.flatMap(([value, option]) => (option ? [] : [value]));
  if (missing.length > 0 && missing.length === asked.length) throw unknownValue(missing, variable, options);
  if (missing.length > 0) notes.push(`${missing.join(', ')}: no such ${variable.name} there.`);
  return bound(
    variable,
    found.flatMap(([value, option]) => (option ? [fromOption(value, option, variable)] : [])),
  );
}

function fromOption(value: string, option: VariableOption, variable: Variable): BoundValue {
  const own = listed(option, variable);
  return variable.current.includes(value) && option.value === value ? { ...own, origin: 'author' } : own;
}

/** A list that cannot be had only loses the check of values. */
async function listOrNote(
  variable: Variable,
  list: () => Promise<readonly VariableOption[]>,
  notes: string[],
): Promise<readonly VariableOption[] | undefined> {
  try {
    const options = await list();
    return options.length === 0 ? undefined : options;
  } catch (thrown) {
    const mayGoOn = ['SOURCE_BAD_QUERY', 'SOURCE_FORBIDDEN', 'SOURCE_NOT_FOUND', 'SOURCE_UNEXPECTED'];
    if (!(thrown instanceof BotError) || !mayGoOn.includes(thrown.code)) throw thrown;
    notes.push(
      `The values of ${variable.name} could not be listed, so what was asked is not checked: ${thrown.message}`,
    );
    return undefined;
  }
}

function pick(wanted: string, options: readonly VariableOption[]): VariableOption | undefined {
  return (
    options.find(({ value }) => value === wanted) ??
    options.find(({ text }) => text === wanted) ??
    options.find(({ value, text }) => [value, text].some((one) => one.toLowerCase() === wanted.toLowerCase()))
  );
}

function unknownValue(missing: readonly string[], { name }: Variable, options: readonly VariableOption[]): BotError {
  const [value = ''] = missing;
  const near = nearest(
    value,
    options.flatMap((option) => [option.text, option.value]),
    NEAR_MAX,
  );
  const hint = near.length > 0 ? ` Near: ${near.join(', ')}.` : '';
  const shown = value.replace(/[^\x20-\x5f\x61-\x7e]/g, '?').slice(0, 60);
  return new BotError('ASK_UNKNOWN_VALUE', `\`${shown}\` is no ${name} of this dashboard.${hint}`, {
    value,
    parameter: name,
    near,
  });
}

function refuse(value: string, { name }: { readonly name: string }, why: string): BotError {
  const shown = value.replace(/[^\x20-\x5f\x61-\x7e]/g, '?').slice(0, 60);
  return new BotError('ASK_UNKNOWN_VALUE', `\`${shown}\` cannot be a ${name}: it ${why}.`, { value, parameter: name });
}

function unsupported({ name, type }: Variable): BotError {
  const what = type === 'adhoc' ? 'filters that its page adds to queries' : `a variable of type ${type}`;
  return new BotError('ASK_UNKNOWN_VALUE', `${name} is ${what}; it cannot be set from here.`, { parameter: name });
}
