/** Finds out why a statement gave no value: names that never existed, data that stopped, are too old, or are just silent. */

import type { EmptyReason } from '../../domain/answer.ts';
import { parseQueryDuration } from '../../domain/duration.ts';
import { BotError } from '../../domain/errors.ts';
import { nearest } from '../../lib/nearest.ts';
import type { FetchWindow } from '../source.ts';
import type { BoundQuery, InfluxdbRequest } from './bind.ts';
import type { InfluxClient, PlainRow } from './client.ts';
import { decodeAnswer } from './decode-answer.ts';
import { tagValues } from './discover.ts';
import { quoteIdentifier, unquote } from './influxql.ts';
import { instant, planWindow, resolveStatement } from './plan-window.ts';
import { ask } from './read.ts';

const NEAR_MAX = 3;
const NAMES_MAX = 10_000;
/** Conditions of one statement that are looked up. */
const CONDITIONS_MAX = 4;

/** What the lookups share. */
interface Context {
  readonly client: InfluxClient;
  readonly retentionPolicy?: string | undefined;
  readonly intervalMs: number;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

interface Condition {
  readonly tag: string;
  readonly value: string;
  /** The word of the question, where it gave the value. */
  readonly word?: string;
}

/** The one reason that an answer has room for. @throws BotError */
export async function whyEmpty(request: InfluxdbRequest, window: FetchWindow, context: Context): Promise<EmptyReason> {
  const { select, statements, label } = request;
  const [bound] = statements;
  const { measurement } = select;
  if (!bound || measurement === undefined) return { kind: 'silent', what: label };
  const conditions = conditionsOf(request, bound);
  const missing = await neverExisted(request, measurement, conditions, context);
  if (missing) return missing;
  const words = conditions.flatMap(({ word }) => word ?? []);
  const what = words.length > 0 ? words.slice(0, 5).join(' ') : measurement;
  const kept = await keptMs(context);
  if (kept !== undefined && window.toMs <= context.nowMs - kept) return { kind: 'too_old', keptMs: kept };
  return silence(bound, request, { measurement, what, conditions }, window, context);
}

/** The equalities of a statement: of the question, then of the definition. */
function conditionsOf({ places, select }: InfluxdbRequest, bound: BoundQuery): Condition[] {
  const values = Object.values(bound.parameters);
  let at = 0;
  const asked = places.flatMap(({ name, operator, value }): Condition[] => {
    const several = bound.joined.find(({ parameter }) =>
      value.some((part) => typeof part !== 'string' && part.name === parameter),
    );
    const own = values.slice(at, at + (several?.byTag.size ?? 1));
    at += own.length;
    if (operator !== '=') return [];
    return own.map((one) => ({ tag: name, value: one, word: several?.byTag.get(one) ?? one }));
  });
  const fixed = select.comparisons.flatMap(({ name, operator, value }): Condition[] => {
    const isText = operator === '=' && value.kind === 'string' && !/[\uE000-\uE063]/.test(value.text);
    return isText && name !== 'time' ? [{ tag: name, value: unquote(value.text) }] : [];
  });
  return [...asked, ...fixed];
}

/** Finds what it is that does not exist: the measurement, a tag's value, the field; and offers its neighbours. */
async function neverExisted(
  { select: { fields } }: InfluxdbRequest,
  measurement: string,
  conditions: readonly Condition[],
  { client, signal }: Context,
): Promise<EmptyReason | undefined> {
  const measurements = namesIn(await client.rows(`SHOW MEASUREMENTS LIMIT ${NAMES_MAX}`, signal));
  if (!measurements.includes(measurement)) {
    return { kind: 'never_existed', what: measurement, near: nearest(measurement, measurements, NEAR_MAX) };
  }
  const known = namesIn(await client.rows(`SHOW FIELD KEYS FROM ${quoteIdentifier(measurement)}`, signal));
  const absent = fields.find((field) => known.length > 0 && field !== 'time' && !known.includes(field));
  for (const { tag, value, word } of conditions.slice(0, CONDITIONS_MAX)) {
    if (known.includes(tag)) continue;
    const values = await tagValues(client, measurement, tag, signal);
    if (values.includes(value)) continue;
    const what = word ?? `${measurement} with ${tag} = ${value}`;
    return { kind: 'never_existed', what, near: nearest(word ?? value, values, NEAR_MAX) };
  }
  if (absent === undefined) return undefined;
  const near = nearest(absent, known, NEAR_MAX).map((field) => `${measurement}.${field}`);
  return { kind: 'never_existed', what: `${measurement}.${absent}`, near };
}

function namesIn(rows: readonly PlainRow[]): string[] {
  return rows.flatMap(({ values }) => values.map(([name]) => String(name)));
}

/** How long points are kept, where the server says it: `168h0m0s`; nothing where they are kept for ever. */
async function keptMs({ client, retentionPolicy, signal }: Context): Promise<number | undefined> {
  try {
    const [row] = await client.rows('SHOW RETENTION POLICIES', signal);
    const column = (name: string) => row?.columns.indexOf(name) ?? -1;
    const policy = row?.values.find((values) =>
      retentionPolicy === undefined ? values[column('default')] === true : values[column('name')] === retentionPolicy,
    );
    const ms = parseQueryDuration(String(policy?.[column('duration')] ?? ''));
    return ms === 0 ? undefined : ms;
  } catch (thrown) {
    if (thrown instanceof BotError) return undefined; // a courtesy: some logins may not ask, and 3 has none
    throw thrown;
  }
}

interface Thing {
  readonly measurement: string;
  readonly what: string;
  readonly conditions: readonly Condition[];
}

async function silence(
  bound: BoundQuery,
  request: InfluxdbRequest,
  thing: Thing,
  { fromMs, toMs }: FetchWindow,
  context: Context,
): Promise<EmptyReason> {
  const { what } = thing;
  const lastMs = await edge('DESC', `time < ${instant(fromMs)}`, request, thing, context);
  const firstMs = await edge(
    'ASC',
    `time >= ${instant(toMs)} AND time <= ${instant(context.nowMs)}`,
    request,
    thing,
    context,
  );
  if (lastMs !== undefined && firstMs === undefined) {
    const lastValue = await valueAt(bound, request, lastMs, context);
    return { kind: 'stopped', what, lastMs, ...(lastValue !== undefined && { lastValue }) };
  }
  return lastMs === undefined && firstMs !== undefined ? { kind: 'not_yet', what, firstMs } : { kind: 'silent', what };
}

/** The time of the newest or oldest point in a span of time that the conditions let through. */
async function edge(
  order: 'ASC' | 'DESC',
  time: string,
  { select: { fields } }: InfluxdbRequest,
  { measurement, conditions }: Thing,
  { client, signal }: Context,
): Promise<number | undefined> {
  const { clauses, parameters } = clausesOf(conditions);
  const [field] = fields;
  const column = field === undefined ? '*' : quoteIdentifier(field);
  const text = `SELECT ${column} FROM ${quoteIdentifier(measurement)} WHERE ${[...clauses, time].join(' AND ')} ORDER BY time ${order} LIMIT 1`;
  const bound = { text, parameters, labels: {}, joined: [], apart: () => [] };
  const plan = { fromMs: 0, toMs: 0, firstMs: 0, intervalMs: 1 };
  const rows = await client.rows((isInline) => ({ text: resolveStatement(bound, plan, isInline), parameters }), signal);
  const times = rows.flatMap(({ columns, values }) => values.map((row) => Number(row[columns.indexOf('time')])));
  const known = times.filter(Number.isFinite);
  if (known.length === 0) return undefined;
  return order === 'DESC' ? Math.max(...known) : Math.min(...known);
}

/** Conditions with their values bound; several values of one tag are alternatives. */
function clausesOf(conditions: readonly Condition[]) {
  const parameters: Record<string, string> = {};
  const byTag = Map.groupBy(conditions, ({ tag }) => tag);
  const clauses = [...byTag].map(([tag, list]) => {
    const each = list.map(({ value }) => {
      const name = `g${Object.keys(parameters).length}`;
      parameters[name] = value;
      return `${quoteIdentifier(tag)} = $${name}`;
    });
    return `(${each.join(' OR ')})`;
  });
  return { clauses, parameters };
}

/** What the statement itself says of the time around its last point: of a counter its rate, of two fields their difference. */
async function valueAt(
  bound: BoundQuery,
  { select, unit, minStepMs }: InfluxdbRequest,
  lastMs: number,
  { client, intervalMs, signal }: Context,
): Promise<number | undefined> {
  const backMs = 30 * Math.max(intervalMs, minStepMs ?? 0, typeof select.bucket === 'number' ? select.bucket : 0);
  // one bucket more at the end: of what grows only whole ones count
  const window = { fromMs: lastMs - backMs, toMs: lastMs + backMs / 30 + 1, zone: 'UTC', maxPoints: 1_000 };
  const plan = planWindow(window, select, intervalMs, minStepMs);
  const { rows } = decodeAnswer(await ask(client, bound, plan, signal));
  const values = rows[0]?.values[0];
  const last = values?.findLast((value) => Number.isFinite(value));
  return last === undefined ? undefined : last * unit.factor;
}
