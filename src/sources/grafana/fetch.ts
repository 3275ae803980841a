/** Reads a panel, or a dashboard as a sheet of panels, for the values of a question. */
import { BotError } from '../../domain/errors.ts';
import type { Frame } from '../../domain/frame.ts';
import type { FetchWindow } from '../source.ts';
import type { GrafanaRequest } from './bind.ts';
import type { BoundVariable } from './bound-value.ts';
import type { Dashboards } from './dashboards.ts';
import { findPanel } from './find-panel.ts';
import { finishFrames, mergeRuns, type PanelRun } from './finish-frames.ts';
import { interpolate, namesIn } from './interpolate.ts';
import type { Dashboard, Panel } from './panel.ts';
import { listOf } from './present/json.ts';
import { makeFrames } from './present/make-frames.ts';
import { refuseUnshown } from './present/panel-kinds.ts';
import { type RunDeps, runPanel } from './run-panel.ts';
import { makeScope } from './scope.ts';
import { splitRuns } from './split-runs.ts';
import type { OptionLists } from './variables/list-options.ts';
import { resolveVariables } from './variables/resolve.ts';

/** What reading needs. */
export interface FetchDeps extends RunDeps {
  readonly dashboards: Dashboards;
  readonly lists: OptionLists;
  /** Panels of a sheet. */
  readonly panelsMax: number;
}

/** Values by variable, as they are asked. */
type AskedVariables = Readonly<Record<string, readonly string[]>>;

/**
 * The frames of one panel.
 *
 * @throws BotError `ASK_UNKNOWN_VALUE` for values that do not exist, `ASK_EMPTY` for a panel without data of its own,
 *   `SOURCE_…`
 */
export async function fetchPanel(
  request: GrafanaRequest,
  panel: Panel,
  dashboard: Dashboard,
  window: FetchWindow,
  deps: FetchDeps,
  signal: AbortSignal,
): Promise<Frame[]> {
  refuseUnshown(panel);
  const planned = splitRuns(request, dashboard);
  const runs: PanelRun[] = [];
  const unknown: BotError[] = [];
  for (const { variables: asked, parameters } of planned) {
    try {
      runs.push({ frames: await runOnce(asked, panel, dashboard, window, deps, signal), parameters });
    } catch (thrown) {
      // one of several that does not exist is told beside those that do
      if (!(thrown instanceof BotError) || thrown.code !== 'ASK_UNKNOWN_VALUE') throw thrown;
      unknown.push(thrown);
    }
  }
  const [first] = unknown;
  if (first && runs.length === 0) throw first;
  return finishFrames(
    withWarnings(
      mergeRuns(runs),
      unknown.map(({ message }) => message),
    ),
    request,
  );
}

async function runOnce(
  asked: AskedVariables,
  panel: Panel,
  dashboard: Dashboard,
  window: FetchWindow,
  deps: FetchDeps,
  signal: AbortSignal,
): Promise<readonly Frame[]> {
  const needed = namesOfPanel(panel);
  const wanted = { dashboard, needed, asked, window, orgId: deps.orgId };
  const { variables, notes } = await resolveVariables(wanted, deps.lists, signal);
  const data = await runPanel(dashboard, panel, variables, window, deps, signal);
  return makeFrames(panel, data.frames, {
    window: data.window,
    interpolate: titleFiller(dashboard, variables, window, deps.orgId),
    notes: [...notes, ...filterNotes(dashboard), ...data.notes],
  });
}

function withWarnings(frames: readonly Frame[], warnings: readonly string[]): readonly Frame[] {
  const [first, ...others] = frames;
  if (!first || warnings.length === 0) return frames;
  return [{ ...first, warnings: [...first.warnings, ...warnings] }, ...others];
}

/** The panel that a request names. @throws BotError */
export async function openPanel(
  request: GrafanaRequest & { readonly panel: number | string },
  dashboards: Dashboards,
  signal: AbortSignal,
): Promise<{ readonly dashboard: Dashboard; readonly panel: Panel }> {
  const dashboard = await openDashboard(request, dashboards, signal);
  return { dashboard, panel: findPanel(dashboard, request.panel) };
}

/** The dashboard of a request. @throws BotError `SOURCE_BAD_QUERY` when it does not have the variables that are set */
export async function openDashboard(
  { dashboard: wanted, variables }: GrafanaRequest,
  dashboards: Dashboards,
  signal: AbortSignal,
): Promise<Dashboard> {
  const dashboard = await dashboards.open(wanted, signal);
  const known = dashboard.variables.map(({ name }) => name);
  const strange = Object.keys(variables).filter((name) => !known.includes(name));
  if (strange.length === 0) return dashboard;
  const has = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`;
  throw new BotError(
    'SOURCE_BAD_QUERY',
    `The dashboard “${dashboard.title}” has no variable ${strange.join(', ')}; ${has}.`,
    { variables: strange },
  );
}

/** Names of the variables that a panel refers to, in queries, names and links. */
export function namesOfPanel(panel: Panel): readonly string[] {
  const { targets, datasource, title, interval, fieldConfig, options, transformations } = panel;
  const text = JSON.stringify([targets, datasource, title, interval, fieldConfig, options, transformations]);
  return namesIn(text).filter((name) => !name.startsWith('__'));
}

/** Fills variables into names that people see. */
export function titleFiller(
  dashboard: Dashboard,
  variables: ReadonlyMap<string, BoundVariable>,
  { fromMs, toMs, zone }: FetchWindow,
  orgId: number | undefined,
): (text: string) => string {
  const scope = makeScope(variables, { fromMs, toMs, zone, intervalMs: 60_000, dashboard, orgId, kind: 'none' });
  return (text) => interpolate(text, 'words', scope).text;
}

/** Filters that the page would add to every query, and we do not. */
function filterNotes({ variables }: Dashboard): readonly string[] {
  const set = variables.filter(({ type, model }) => type === 'adhoc' && listOf(model.filters).length > 0);
  if (set.length === 0) return [];
  return [`The dashboard's own filters (${set.map(({ name }) => name).join(', ')}) are not applied.`];
}
