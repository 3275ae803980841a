/** The values that a variable may have, from the dashboard or from its data source; remembered for a while. */
import { createBoundedMap } from '../../../lib/bounded-map.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { BoundVariable } from '../bound-value.ts';
import type { GrafanaClient } from '../client.ts';
import { type Datasource, type Datasources, EXPRESSION_UID } from '../datasources.ts';
import { interpolate } from '../interpolate.ts';
import { kindOfPlugin, languageOfVariable } from '../language.ts';
import { refOf } from '../normalize-v1.ts';
import type { Dashboard, DatasourceRef, Variable } from '../panel.ts';
import { type Json, mapOf, regexOf, textOf } from '../present/json.ts';
import { makeScope, type Surroundings } from '../scope.ts';
import { customOptions, intervalOptions, refineOptions, type VariableOption } from './options.ts';
import { runVariableQuery } from './run-query.ts';

/** For which dashboard, window and values of other variables. */
export interface ListScope {
  readonly dashboard: Dashboard;
  readonly window: { readonly fromMs: number; readonly toMs: number; readonly zone: string };
  readonly variables: ReadonlyMap<string, BoundVariable>;
  readonly orgId?: number | undefined;
}

/** Lists of values. */
export interface OptionLists {
  /** What a variable may be; empty where anything may be. @throws BotError `SOURCE_…` */
  options(variable: Variable, scope: ListScope, signal: AbortSignal): Promise<readonly VariableOption[]>;
}

/** A host that has just begun to send is known soon. */
const REMEMBER_MS = 60_000;
const LISTS_MAX = 300;
/** What stopped within this is a name still: a question for it is told when it stopped. */
const LOOK_BACK_MS = 7 * 86_400_000;
/** Whole minutes, so that caches on the way may know the answer. */
const MINUTE_MS = 60_000;

/** Makes lists with an empty memory. */
export function createOptionLists(client: GrafanaClient, datasources: Datasources, clock: Clock): OptionLists {
  const known = createBoundedMap<string, { readonly untilMs: number; readonly options: readonly VariableOption[] }>(
    LISTS_MAX,
  );

  async function listQuery(variable: Variable, scope: ListScope, signal: AbortSignal) {
    const datasource = await resolveRef(refOf(variable.model.datasource), scope, datasources, signal);
    const nowMs = clock.now();
    const fromMs = Math.floor(Math.min(scope.window.fromMs, nowMs - LOOK_BACK_MS) / MINUTE_MS) * MINUTE_MS;
    const toMs = Math.ceil(nowMs / MINUTE_MS) * MINUTE_MS;
    const around = surroundingsOf(scope, fromMs, toMs);
    const query = fillQuery(storedQuery(variable.model), datasource, makeScope(scope.variables, around));
    const key = JSON.stringify([datasource.uid, query, variable.model.regex ?? '', variable.model.sort ?? 0]);
    const remembered = known.get(key);
    if (remembered && remembered.untilMs > nowMs) return remembered.options;
    const found = await runVariableQuery(query, { client, datasource, window: { fromMs, toMs }, signal });
    const options = refineOptions(found, { ...variable.model, regex: fillRegex(variable.model, scope, around) });
    known.set(key, { untilMs: clock.now() + REMEMBER_MS, options });
    return options;
  }

  return {
    async options(variable, scope, signal) {
      switch (variable.type) {
        case 'query':
          return listQuery(variable, scope, signal);
        case 'custom':
          return customOptions(variable.model);
        case 'interval':
          return intervalOptions(variable.model);
        case 'datasource':
          return datasourceOptions(variable, await datasources.list(signal));
        case 'switch':
          return ['true', 'false'].map((value) => ({ value, text: value }));
        default:
          return [];
      }
    },
  };
}

function surroundingsOf(scope: ListScope, fromMs: number, toMs: number): Surroundings {
  const { dashboard, orgId, window } = scope;
  return { fromMs, toMs, zone: window.zone, intervalMs: MINUTE_MS, dashboard, orgId, kind: 'none' };
}

/** Very old dashboards have the query in `definition` only. */
function storedQuery({ query, definition }: Json): unknown {
  const isEmpty =
    query === undefined || query === '' || (typeof query === 'object' && Object.keys(mapOf(query)).length === 0);
  return isEmpty ? (definition ?? '') : query;
}

function fillRegex({ regex }: Json, scope: ListScope, around: Surroundings): string | undefined {
  const pattern = textOf(regex);
  return pattern === undefined ? undefined : interpolate(pattern, 'words', makeScope(scope.variables, around)).text;
}

/** Fills the variables into a stored query: a text, an object, or JSON in a text as for Elasticsearch. */
function fillQuery(stored: unknown, { type }: Datasource, scope: ReturnType<typeof makeScope>): unknown {
  if (kindOfPlugin(type) === 'elasticsearch' && typeof stored === 'string') {
    try {
      return fillQuery(JSON.parse(stored), { type } as Datasource, scope);
    } catch {
      return stored;
    }
  }
  if (typeof stored === 'string') return interpolate(stored, languageOfVariable(type, stored), scope).text;
  if (Array.isArray(stored)) return stored.map((one) => fillQuery(one, { type } as Datasource, scope));
  if (stored === null || typeof stored !== 'object') return stored;
  return Object.fromEntries(
    Object.entries(stored).map(([key, value]) => [key, fillQuery(value, { type } as Datasource, scope)]),
  );
}

/** All of a plugin whose name fits, and that which Grafana takes where nobody chose, by the word that dashboards have for it. */
function datasourceOptions({ model }: Variable, all: readonly Datasource[]): readonly VariableOption[] {
  const plugin = textOf(model.query) ?? '';
  const pattern = textOf(model.regex);
  const regex = pattern === undefined ? undefined : regexOf(pattern);
  const fitting = all.filter(({ type, name }) => type === plugin && (regex === undefined || regex.test(name)));
  const usual = fitting.length > 0 ? [{ value: 'default', text: 'default' }] : [];
  return [...fitting.map(({ uid, name }) => ({ value: uid, text: name })), ...usual];
}

/** The type that a page writes down where it knew none. */
const BUILT_IN = 'datasource';

/** What a reference means once its variable has a value. @throws BotError `SOURCE_NOT_FOUND` */
export async function resolveRef(
  ref: DatasourceRef,
  scope: ListScope,
  datasources: Datasources,
  signal: AbortSignal,
): Promise<Datasource> {
  const fill = (text: string) =>
    interpolate(text, 'words', makeScope(scope.variables, surroundingsOf(scope, 0, 1))).text;
  const named = ref.uid ?? ref.name;
  if (named === undefined || ref.type === EXPRESSION_UID || !/\$|\[\[/.test(named))
    return datasources.resolve(ref, signal);
  const filled = fill(named.replace(/\$\{(\w+)(?::\w+)?\}/g, '${$1:raw}').replace(/\$(\w+)/g, '${$1:raw}'));
  // a variable may hold a uid, or the name of one
  const type = ref.type === undefined || ref.type === BUILT_IN ? {} : { type: ref.type };
  return datasources.resolve(filled === 'default' || filled === '' ? type : { ...type, name: filled }, signal);
}
