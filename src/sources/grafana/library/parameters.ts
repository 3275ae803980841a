/** A dashboard's variables as the parameters of a question, with what they may be and what they are. */
import { BotError } from '../../../domain/errors.ts';
import type { Parameter } from '../../../domain/saved-query.ts';
import { namesIn } from '../interpolate.ts';
import { ALL, AUTO } from '../normalize-v1.ts';
import type { Dashboard, Panel, Variable } from '../panel.ts';
import { listOf, mapOf, textOf } from '../present/json.ts';
import type { OptionLists } from '../variables/list-options.ts';
import { dependenciesOf, resolveVariables } from '../variables/resolve.ts';

/** What "All" is called in a question. */
export const ALL_WORD = 'all';
/** What the length that Grafana chooses is called in a question, whatever its dashboards call it. */
const AUTO_WORD = 'auto';
/** As a definition's parameter may be called. */
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
/** What a question may set; constants are fixed, filters are added by each data source in its own way. */
const SETTABLE: ReadonlySet<Variable['type']> = new Set([
  'query',
  'custom',
  'textbox',
  'interval',
  'datasource',
  'switch',
]);
const HOST = /^(?:host|hostname|instance|node|server|machine)s?$/i;
/** Longer lists are not looked through word by word. */
const LISTED_MAX = 5_000;

/** The variables of a dashboard that a panel needs, or all that a question may set. In the dashboard's order. */
export function variablesFor(dashboard: Dashboard, panel: Panel | undefined): readonly Variable[] {
  const settable = dashboard.variables.filter(({ type, name }) => SETTABLE.has(type) && isParameterName(name));
  if (!panel) return settable;
  const needed = new Set<string>();
  const visit = (name: string) => {
    if (needed.has(name)) return;
    needed.add(name);
    const variable = dashboard.variables.find((one) => one.name === name);
    for (const other of variable ? dependenciesOf(variable) : []) visit(other);
  };
  const { targets, title, datasource, interval, repeat, fieldConfig, transformations } = panel;
  const text = JSON.stringify([targets, title, datasource, interval, fieldConfig, transformations]);
  for (const name of [...namesIn(text), ...(repeat === undefined ? [] : [repeat])]) visit(name);
  return settable.filter(({ name }) => needed.has(name));
}

function isParameterName(name: string): boolean {
  return NAME.test(name) && !(name in Object.prototype);
}

/** What listing needs. */
export interface ListDeps {
  readonly lists: OptionLists;
  readonly orgId?: number | undefined;
}

/** Where in time values are looked for. */
export interface ListWindow {
  readonly fromMs: number;
  readonly toMs: number;
  readonly zone: string;
}

/**
 * Parameters with their lists as far as these can be had; values that depend on a variable which the question names are
 * checked when they are asked.
 */
export async function parametersOf(
  dashboard: Dashboard,
  variables: readonly Variable[],
  named: readonly string[],
  window: ListWindow,
  deps: ListDeps,
  signal: AbortSignal,
): Promise<readonly Parameter[]> {
  return Promise.all(
    variables.map(async (variable) => {
      const isOpen = dependsOn(variable, dashboard, named);
      const listed = isOpen ? undefined : await listValues(variable, dashboard, window, deps, signal);
      return parameterOf(variable, listed);
    }),
  );
}

/** Whether a variable's list hangs on another one that the question sets. */
function dependsOn(variable: Variable, dashboard: Dashboard, named: readonly string[]): boolean {
  const seen = new Set<string>();
  const visit = (name: string): boolean => {
    if (seen.has(name)) return false;
    seen.add(name);
    if (named.includes(name)) return true;
    const one = dashboard.variables.find((other) => other.name === name);
    return one !== undefined && dependenciesOf(one).some(visit);
  };
  return dependenciesOf(variable).some(visit);
}

async function listValues(
  variable: Variable,
  dashboard: Dashboard,
  window: ListWindow,
  { lists, orgId }: ListDeps,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  if (variable.type === 'textbox') return undefined;
  try {
    const asked = { dashboard, needed: dependenciesOf(variable), asked: {}, window, orgId };
    const { variables } = await resolveVariables(asked, lists, signal);
    const options = await lists.options(variable, { dashboard, window, variables, orgId }, signal);
    const values = options.flatMap(({ text, value }) => (text === value ? [value] : [text, value]));
    const all = variable.includesAll ? [ALL_WORD] : [];
    const auto = variable.type === 'interval' && variable.model.auto === true ? [AUTO_WORD] : [];
    return values.length === 0 || values.length > LISTED_MAX ? undefined : [...new Set([...values, ...all, ...auto])];
  } catch (thrown) {
    // what cannot be listed is checked by the data source itself
    if (thrown instanceof BotError) return undefined;
    throw thrown;
  }
}

function parameterOf({ name, label, isMulti, includesAll, type }: Variable, listed?: readonly string[]): Parameter {
  return {
    name,
    type: type === 'textbox' ? 'text' : HOST.test(name) ? 'host' : 'word',
    ...(listed && { values: listed }),
    ...(label !== undefined && label !== name && { description: label }),
    isMulti: isMulti || includesAll,
  };
}

/** The values that hold unless a question says others: those of a page, else those saved. */
export function argumentsOf(
  variables: readonly Variable[],
  given: Readonly<Record<string, readonly string[]>>,
): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    variables.flatMap((variable): [string, readonly string[]][] => {
      const own = Object.hasOwn(given, variable.name) ? given[variable.name] : undefined;
      const values = (own ?? variable.current).filter((value) => value !== '');
      const isAll = variable.includesAll && values.some((value) => value === ALL || /^all$/i.test(value));
      if (isAll) return [[variable.name, [ALL_WORD]]];
      if (variable.type === 'interval' && values[0]?.startsWith(AUTO)) return [[variable.name, [AUTO_WORD]]];
      const first = values.length > 0 ? values : firstOf(variable);
      return first.length === 0 ? [] : [[variable.name, first]];
    }),
  );
}

/** What a variable is that was never saved with a value. */
function firstOf({ type, model, includesAll }: Variable): readonly string[] {
  const stored = listOf(model.options)
    .map(mapOf)
    .find(({ selected }) => selected === true);
  const value = textOf(stored?.value);
  if (type === 'textbox') return textOf(model.query) === undefined ? [] : [String(model.query)];
  if (value !== undefined && value !== ALL) return [value];
  return includesAll ? [ALL_WORD] : [];
}
