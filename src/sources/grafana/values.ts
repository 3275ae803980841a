/** Values for parameters: what a dashboard's variable may be, titles of dashboards and panels, names of a data source. */
import { BotError } from '../../domain/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { createNameLists, type NameLists } from '../../lib/name-lists.ts';
import { applyFilters, isFilter } from '../../queries/expand.ts';
import type { GrafanaClient } from './client.ts';
import type { Dashboards } from './dashboards.ts';
import type { Datasources } from './datasources.ts';
import type { Variable } from './panel.ts';
import type { OptionLists } from './variables/list-options.ts';
import { dependenciesOf, resolveVariables } from './variables/resolve.ts';
import { runVariableQuery } from './variables/run-query.ts';

/** What lists are made from. */
export interface ValuesDeps {
  readonly client: GrafanaClient;
  readonly dashboards: Dashboards;
  readonly datasources: Datasources;
  readonly lists: OptionLists;
  readonly clock: Clock;
  readonly orgId?: number | undefined;
}

const TITLES_MAX = 1_000;
const WEEK_MS = 7 * 86_400_000;

/**
 * Lists by patterns: `variable:web-overview/host` has the values of a dashboard's variable, by uid or title;
 * `query:Prometheus/label_values(up, instance)` what a data source lists, in the words of Grafana's variables;
 * `dashboards` and `panels:web-overview` the titles. Behind it may stand filters of placeholders: `| host`.
 */
export function createValues(deps: ValuesDeps): NameLists {
  return createNameLists(async (pattern, signal) => {
    const [, what = '', after = ''] = /^([\s\S]*?)((?:\s*\|\s*[a-z]+)*)\s*$/.exec(pattern.trim()) ?? [];
    const filters = after.split('|').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
    if (!filters.every(isFilter)) throw noPattern(pattern);
    const found = await listOf(what, deps, signal);
    return found.map((value) => applyFilters(value, filters)).filter((value) => value !== '');
  }, deps.clock);
}

async function listOf(pattern: string, deps: ValuesDeps, signal: AbortSignal): Promise<readonly string[]> {
  const [, kind, rest = ''] = /^(variable|panels|query|dashboards)(?::([\s\S]+))?$/.exec(pattern) ?? [];
  switch (kind) {
    case 'dashboards':
      return (await deps.dashboards.search('', TITLES_MAX, signal)).map(({ title }) => title);
    case 'panels': {
      const { panels } = await deps.dashboards.open(rest.trim(), signal);
      return panels.map(({ title }) => title);
    }
    case 'variable':
      return variableValues(pattern, rest.trim(), deps, signal);
    case 'query':
      return queryValues(pattern, rest.trim(), deps, signal);
    default:
      throw noPattern(pattern);
  }
}

async function variableValues(
  pattern: string,
  rest: string,
  { dashboards, lists, clock, orgId }: ValuesDeps,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const slash = rest.lastIndexOf('/');
  if (slash <= 0) throw noPattern(pattern);
  const dashboard = await dashboards.open(rest.slice(0, slash), signal);
  const name = rest.slice(slash + 1);
  const variable = dashboard.variables.find((one) => one.name === name);
  if (!variable) {
    const known = dashboard.variables.map((one) => one.name).join(', ');
    const message = `The dashboard “${dashboard.title}” has no variable ${name}; it has ${known === '' ? 'none' : known}.`;
    throw new BotError('SOURCE_BAD_QUERY', message);
  }
  const window = { fromMs: clock.now() - WEEK_MS, toMs: clock.now(), zone: 'UTC' };
  const needed = dependenciesOf(variable);
  const { variables } = await resolveVariables({ dashboard, needed, asked: {}, window, orgId }, lists, signal);
  const options = await lists.options(variable, { dashboard, window, variables, orgId }, signal);
  return options.map((option) => (variable.type === 'datasource' ? option.text : shownOf(option, variable)));
}

/** What people type; a text that is there for them goes before a number that stands behind it. */
function shownOf({ text, value }: { readonly text: string; readonly value: string }, { type }: Variable): string {
  return type === 'custom' || type === 'query' ? text : value;
}

async function queryValues(
  pattern: string,
  rest: string,
  { client, datasources, clock }: ValuesDeps,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const slash = rest.indexOf('/');
  if (slash <= 0) throw noPattern(pattern);
  const datasource = await datasources.resolve({ name: rest.slice(0, slash).trim() }, signal);
  const window = { fromMs: clock.now() - WEEK_MS, toMs: clock.now() };
  const options = await runVariableQuery(rest.slice(slash + 1).trim(), { client, datasource, window, signal });
  return options.map(({ value }) => value);
}

/** Reads a pattern such as stands under `values`. @throws BotError `SOURCE_BAD_QUERY` */
export function checkValues(pattern: string): void {
  if (
    !/^\s*(?:dashboards(?:\s*\|[\s\S]*)?|panels:\s*\S[\s\S]*|(?:variable|query):\s*[^/\s][^/]*\/[\s\S]+)$/.test(pattern)
  )
    throw noPattern(pattern);
}

function noPattern(pattern: string): BotError {
  return new BotError(
    'SOURCE_BAD_QUERY',
    `"${pattern.slice(0, 100)}" lists no values; write variable:dashboard/name, query:data source/label_values(metric, label), panels:dashboard or dashboards.`,
  );
}
