/** Finds out why a target gave no value: it never existed, it stopped, its archive is too short, or it is just silent. */
import type { EmptyReason } from '../../domain/answer.ts';
import { BotError } from '../../domain/errors.ts';
import { nearest } from '../../lib/nearest.ts';
import type { FetchWindow } from '../source.ts';
import type { BoundTarget, GraphiteRequest } from './bind.ts';
import type { GraphiteClient } from './client.ts';
import { decodeRender } from './decode-render.ts';
import type { Finder } from './find.ts';
import { parseTarget, pathNodes, pathsOf, tagExpressionsOf } from './grammar.ts';
import { renderForm } from './render.ts';

const DAY_MS = 24 * 3_600_000;
/** How far back a last value is looked for, step by step: most series that stop did so today. */
const LOOK_BACK_MS = [DAY_MS, 35 * DAY_MS, 800 * DAY_MS];
/** A day of 10 s points; longer windows are consolidated, and asked for once more around what was found. */
const LOOK_POINTS = 9_000;
/** A target is a few paths; more are not looked up. */
const PATHS_MAX = 5;
const NEAR_MAX = 3;

/** What the lookups share. */
interface Context {
  readonly client: GraphiteClient;
  readonly finder: Finder;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

interface Sample {
  readonly timeMs: number;
  readonly value: number;
  readonly stepMs: number;
}

/** The reason for the first target of a request; one reason is all that an answer has room for. @throws BotError */
export async function whyEmpty(request: GraphiteRequest, window: FetchWindow, context: Context): Promise<EmptyReason> {
  const [bound] = request.targets;
  if (!bound) return { kind: 'silent', what: request.label };
  const tree = parseTarget(bound.target);
  const paths = pathsOf(tree).slice(0, PATHS_MAX);
  const existing = await Promise.all(paths.map((path) => exists(path, context)));
  const [missing] = paths;
  if (missing !== undefined && !existing.includes(true)) return neverExisted(missing, context);
  const [tags] = tagExpressionsOf(tree);
  if (paths.length === 0 && tags && (await hasNone(tags, context))) {
    return { kind: 'never_existed', what: tags.join(', '), near: [] };
  }
  const what = Object.values(bound.labels).join(' ') || (paths[0] ?? bound.target);
  const kept = await keptMs(paths[existing.indexOf(true)], context);
  if (kept !== undefined && window.toMs <= context.nowMs - kept) return { kind: 'too_old', keptMs: kept };
  return silence(bound, what, request.unit.factor, window, context);
}

async function exists(pattern: string, { finder, signal }: Context): Promise<boolean> {
  return (await finder.values(pattern, signal)).length > 0;
}

/** Whether no series has these tags; a server that cannot say has some. */
async function hasNone(expressions: readonly string[], { client, signal }: Context): Promise<boolean> {
  try {
    const parameters = new URLSearchParams(expressions.map((expression): [string, string] => ['expr', expression]));
    const found = await client.json('tags/findSeries', parameters, signal);
    return Array.isArray(found) && found.length === 0;
  } catch (thrown) {
    if (thrown instanceof BotError) return false;
    throw thrown;
  }
}

/** Goes down the tree to the first node that is not there, and offers its neighbours. */
async function neverExisted(path: string, context: Context): Promise<EmptyReason> {
  const nodes = pathNodes(path);
  for (let length = 1; length <= nodes.length; length += 1) {
    const what = nodes.slice(0, length).join('.');
    if (await exists(what, context)) continue;
    const node = nodes[length - 1] as string;
    const siblings = await context.finder.values([...nodes.slice(0, length - 1), '*'].join('.'), context.signal);
    return { kind: 'never_existed', what, near: nearest(node.replace(/[*?[\]{}]/g, ''), siblings, NEAR_MAX) };
  }
  return { kind: 'never_existed', what: path, near: [] };
}

/** How long the series is kept, where the server says it (graphite-web does, in `intervals`). */
async function keptMs(path: string | undefined, { client, nowMs, signal }: Context): Promise<number | undefined> {
  if (path === undefined) return undefined;
  try {
    const found = await client.json('metrics/find', new URLSearchParams({ query: path, format: 'json' }), signal);
    const starts = (Array.isArray(found) ? found : []).flatMap((node: { intervals?: unknown }) =>
      (Array.isArray(node.intervals) ? node.intervals : []).map((interval: { start?: unknown }) => interval.start),
    );
    const first = Math.min(...starts.filter((start): start is number => typeof start === 'number' && start > 0));
    return Number.isFinite(first) ? Math.round((nowMs - first * 1000) / 60_000) * 60_000 : undefined;
  } catch (thrown) {
    if (thrown instanceof BotError) return undefined; // a format that this server does not know
    throw thrown;
  }
}

async function silence(
  bound: BoundTarget,
  what: string,
  factor: number,
  { fromMs, toMs }: FetchWindow,
  context: Context,
): Promise<EmptyReason> {
  const after = toMs < context.nowMs - 1000 ? await look(bound, toMs, context.nowMs, context) : [];
  let before: Sample | undefined;
  for (const backMs of LOOK_BACK_MS) {
    before = (await look(bound, toMs - backMs, fromMs, context)).at(-1);
    if (before) break;
  }
  const [first] = after;
  if (before && !first) {
    const around = await look(bound, before.timeMs - before.stepMs, before.timeMs + 2 * before.stepMs, context);
    const last = around.filter(({ timeMs }) => timeMs < fromMs).at(-1) ?? before;
    // a point per hour leaves most windows of five minutes empty
    if (toMs - last.timeMs <= last.stepMs) return { kind: 'silent', what };
    return { kind: 'stopped', what, lastMs: last.timeMs, lastValue: last.value * factor };
  }
  return !before && first ? { kind: 'not_yet', what, firstMs: first.timeMs } : { kind: 'silent', what };
}

/** The values of a target in a window, in order; of several rows together. */
async function look(
  bound: BoundTarget,
  fromMs: number,
  toMs: number,
  { client, nowMs, signal }: Context,
): Promise<Sample[]> {
  const plan = {
    fromSeconds: Math.floor(fromMs / 1000) - 1,
    untilSeconds: Math.max(Math.floor(fromMs / 1000), Math.ceil(Math.min(toMs, nowMs) / 1000)),
    maxDataPoints: LOOK_POINTS,
    zone: 'UTC',
    isLive: true,
  };
  const target = bound.isConsolidated ? bound.target : `consolidateBy(${bound.target},'last')`;
  const rows = decodeRender(await client.text('render', renderForm([target], plan), signal, 'POST'));
  return rows
    .flatMap(({ seconds, values }) => {
      const stepMs = ((seconds[1] ?? Number.NaN) - (seconds[0] ?? Number.NaN)) * 1000 || 60_000;
      return [...values.keys()].flatMap((index) => {
        const timeMs = (seconds[index] as number) * 1000;
        const value = values[index] as number;
        return Number.isFinite(value) && timeMs < toMs ? [{ timeMs, value, stepMs }] : [];
      });
    })
    .sort((a, b) => a.timeMs - b.timeMs);
}
