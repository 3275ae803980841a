/** From a panel's targets to requests that the server takes: variables filled in, one data source to a request. */

import type { BoundVariable } from './bound-value.ts';
import type { Datasource } from './datasources.ts';
import { EXPRESSION_UID } from './datasources.ts';
import type { WireQuery } from './ds-query.ts';
import { interpolate } from './interpolate.ts';
import { intervalOf, parseInterval } from './interval.ts';
import { kindOfPlugin, languageOf } from './language.ts';
import type { Panel, Target } from './panel.ts';
import { type Json, mapOf } from './present/json.ts';
import { makeScope, type Surroundings } from './scope.ts';

/** A target with the data source that it was found to have. */
export interface PlacedTarget extends Target {
  readonly source: Datasource;
}

/** What queries are planned for. */
export interface PlanContext {
  readonly variables: ReadonlyMap<string, BoundVariable>;
  readonly around: Omit<Surroundings, 'intervalMs' | 'kind'>;
  readonly maxPoints: number;
}

/** Requests, and what is missing for them. */
export interface QueryPlan {
  readonly requests: readonly QueryRequest[];
  /** Names that nothing defines, each once. */
  readonly missing: readonly string[];
}

/** Queries that are asked together. */
export interface QueryRequest {
  readonly source: Datasource;
  readonly queries: readonly WireQuery[];
}

/** Grafana's own when the picture's width is not known; more than a picture shows is not asked. */
const POINTS_MAX = 2_000;
/** A reference that goes round in circles ends here. */
const DEPTH_MAX = 20;

/**
 * Plans the requests of a panel.
 *
 * @throws BotError `ASK_UNKNOWN_VALUE` for a value that cannot be said in its place
 */
export function planQueries(panel: Panel, targets: readonly PlacedTarget[], context: PlanContext): QueryPlan {
  const missing = new Set<string>();
  const refIds = new Set(targets.map(({ refId }) => refId));
  const queries = targets.map((target) => queryOf(panel, target, targets, context, refIds, missing));
  const byRef = new Map(queries.map((query) => [query.refId, query]));
  const kept = neededOf(targets, byRef).map(({ refId }) => byRef.get(refId) as WireQuery);
  const sources = new Map(targets.map(({ source }) => [source.uid, source]));
  return { requests: grouped(kept, sources), missing: [...missing] };
}

function queryOf(
  panel: Panel,
  target: PlacedTarget,
  targets: readonly PlacedTarget[],
  context: PlanContext,
  refIds: ReadonlySet<string>,
  missing: Set<string>,
): WireQuery {
  const { source, refId } = target;
  const { around } = context;
  const kind = kindOfPlugin(source.type);
  const maxDataPoints = Math.max(1, Math.round(Math.min(POINTS_MAX, panel.maxDataPoints ?? context.maxPoints)));
  const least = leastInterval(panel, source, context);
  const intervalMs = intervalOf(around.toMs - around.fromMs, maxDataPoints, least);
  const scope = makeScope(context.variables, { ...around, intervalMs, kind });
  const isExpression = source.uid === EXPRESSION_UID;
  const fill = (text: string, model: Json, field: string) => {
    const filled = interpolate(text, languageOf(source.type, model, field), scope);
    for (const name of filled.missing) if (!isExpression || !refIds.has(name)) missing.add(name);
    return filled.text;
  };
  const model = mapOf(filled(withoutStale(target.model, kind), target.model, fill));
  const full = kind === 'graphite' ? expanded(String(model.target ?? ''), targets, fill, 0) : undefined;
  return {
    ...model,
    ...(full !== undefined && full !== model.target && { targetFull: full }),
    refId,
    datasource: { uid: source.uid, type: source.type },
    intervalMs,
    maxDataPoints,
    ...(kind === 'prometheus' && { utcOffsetSec: 0 }),
  };
}

/** The builder of InfluxDB leaves the text of an older query beside its parts, which nobody runs. */
function withoutStale(model: Json, kind: string): Json {
  if (kind !== 'influxdb' || model.rawQuery === true || !Array.isArray(model.select)) return model;
  const { query: _query, ...rest } = model;
  return rest;
}

/** The least step: the panel's, which may be a variable, else the data source's. */
function leastInterval(panel: Panel, source: Datasource, { variables, around }: PlanContext): number {
  const scope = makeScope(variables, { ...around, intervalMs: 0, kind: 'none' });
  const own = panel.interval === undefined ? '' : interpolate(panel.interval, 'words', scope).text;
  return parseInterval(own) ?? parseInterval(source.interval ?? '') ?? 0;
}

type Fill = (text: string, model: Json, field: string) => string;

function filled(value: unknown, model: Json, fill: Fill, field = '', depth = 0): unknown {
  if (typeof value === 'string') return fill(value, model, field);
  if (value === null || typeof value !== 'object' || depth > DEPTH_MAX) return value;
  if (Array.isArray(value)) return value.map((one) => filled(one, model, fill, field, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filled(one, model, fill, key, depth + 1)]));
}

/** Graphite's `#A` stands for the target of A; the browser puts it there. */
function expanded(target: string, targets: readonly PlacedTarget[], fill: Fill, depth: number): string {
  if (depth > DEPTH_MAX) return target;
  return target.replace(/#([A-Z])/g, (all, refId: string) => {
    const other = targets.find((one) => one.refId === refId);
    const text = other?.model.target;
    if (other === undefined || typeof text !== 'string') return all;
    return expanded(fill(text, other.model, 'target'), targets, fill, depth + 1);
  });
}

/** Visible ones, and hidden ones that an expression among them reads. */
function neededOf(targets: readonly PlacedTarget[], queries: ReadonlyMap<string, WireQuery>): readonly PlacedTarget[] {
  const needed = new Set<string>();
  const visit = (refId: string) => {
    if (needed.has(refId)) return;
    needed.add(refId);
    const query = queries.get(refId);
    for (const input of query ? inputsOf(query, queries) : []) visit(input);
  };
  for (const { refId, isHidden } of targets) if (!isHidden) visit(refId);
  return targets.filter(({ refId }) => needed.has(refId));
}

/** The queries that an expression reads: `$A + ${B}` of a formula, `A` of a reduction, names of tables of SQL. */
function inputsOf(query: WireQuery, queries: ReadonlyMap<string, WireQuery>): readonly string[] {
  if (query.datasource.uid !== EXPRESSION_UID) return [];
  const text = JSON.stringify([query.expression, query.conditions]);
  return [...queries.keys()].filter(
    (refId) => refId !== query.refId && new RegExp(`(?<![\\w])${refId.replace(/\W/g, '\\$&')}(?![\\w])`).test(text),
  );
}

/** Expressions ride with their inputs; of the rest one request for each data source, for Graphite one for each query. */
function grouped(queries: readonly WireQuery[], sources: ReadonlyMap<string, Datasource>): QueryRequest[] {
  const byRef = new Map(queries.map((query) => [query.refId, query]));
  const group = new Map(queries.map((query, index) => [query.refId, index]));
  for (const query of queries) {
    for (const input of inputsOf(query, byRef)) {
      const [from, to] = [group.get(input), group.get(query.refId)];
      for (const [refId, one] of group) if (one === from && to !== undefined) group.set(refId, to);
    }
  }
  const together = new Map<string, WireQuery[]>();
  for (const query of queries) {
    const own = group.get(query.refId);
    const isJoined = [...group.values()].filter((one) => one === own).length > 1;
    const isAlone = kindOfPlugin(query.datasource.type) === 'graphite';
    const key = isJoined ? `#${own}` : isAlone ? `#${query.refId}` : query.datasource.uid;
    together.set(key, [...(together.get(key) ?? []), query]);
  }
  return [...together.values()].map((some) => {
    const real = some.find(({ datasource }) => datasource.uid !== EXPRESSION_UID) ?? (some[0] as WireQuery);
    return { source: sources.get(real.datasource.uid) as Datasource, queries: some };
  });
}
