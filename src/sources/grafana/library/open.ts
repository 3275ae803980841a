/** A dashboard or panel that was found, as a definition for one question. */
import type { Output } from '../../../domain/saved-query.ts';
import type { Opened, Wanted } from '../../source.ts';
import type { Dashboard, Panel } from '../panel.ts';
import { textOf } from '../present/json.ts';
import { presentationOf, refuseUnshown } from '../present/panel-kinds.ts';
import { unitIdOf } from '../present/units.ts';
import { askForPanel } from './choose-panel.ts';
import type { DashboardPage } from './page.ts';
import { rangeTextOf, readWindow } from './page-time.ts';
import { argumentsOf, type ListDeps, parametersOf, variablesFor } from './parameters.ts';
import { templateOf } from './templates.ts';

/** A title has no room for more. */
const TITLE_MAX_CHARS = 200;
const DESCRIPTION_MAX_CHARS = 2_000;
/** Values of variables are looked for in this, where a page has no window of its own. */
const LIST_WINDOW_MS = 6 * 3_600_000;

/** What is opened. */
export interface OpenTarget {
  readonly dashboard: Dashboard;
  readonly panel?: Panel;
  /** The words that ask for the dashboard. */
  readonly ask: string;
  /** What a pasted page says beside it. */
  readonly page?: DashboardPage;
  readonly notes: readonly string[];
}

/** @throws BotError `ASK_EMPTY` for a panel that cannot be shown; `SOURCE_…` where values cannot be listed */
export async function openTarget(
  { dashboard, panel, ask, page, notes }: OpenTarget,
  wanted: Wanted,
  deps: ListDeps,
  signal: AbortSignal,
): Promise<Opened> {
  if (panel) refuseUnshown(panel);
  const { nowMs, zone, named } = wanted;
  const window = page && readWindow(page.range.from, page.range.to, nowMs, zone);
  const variables = variablesFor(dashboard, panel);
  const listWindow = { ...(window ?? { fromMs: nowMs - LIST_WINDOW_MS, toMs: nowMs }), zone };
  const parameters = await parametersOf(dashboard, variables, named, listWindow, deps, signal);
  const given = argumentsOf(variables, page ? withCopy(page, panel) : {});
  const names = new Set(variables.map(({ name }) => name));
  const rangeText = rangeTextOf(panel?.timeFrom === undefined ? dashboard.from : `now-${panel.timeFrom}`, dashboard.to);
  const output = panel && outputOf(panel);
  const description = panel?.description?.slice(0, DESCRIPTION_MAX_CHARS);
  const lost = page && page.range.from !== undefined && !window ? ['The window of the page could not be read.'] : [];
  return {
    ask: panel ? `${ask} ${askForPanel(panel, dashboard)}` : ask,
    block: blockFor(dashboard, panel, [...names]),
    title: templateOf(titleOf(dashboard, panel), names, savedValues(dashboard)).slice(0, TITLE_MAX_CHARS),
    ...(description !== undefined && { description }),
    parameters,
    arguments: given,
    ...(panel && { unit: unitIdOf(textOf(panel.fieldConfig.defaults.unit)) }),
    ...(output !== undefined && { output }),
    ...(window && { window }),
    ...(rangeText !== undefined && { rangeText }),
    // what is wrong elsewhere on a dashboard says nothing of one of its panels
    notes: [...notes, ...(panel ? [] : dashboard.notes), ...lost],
  };
}

/** A block of the source's own schema. */
export function blockFor(dashboard: Pick<Dashboard, 'uid'>, panel: Panel | undefined, names: readonly string[]) {
  const variables = Object.fromEntries(names.map((name) => [name, `\${${name}}`]));
  return {
    dashboard: dashboard.uid,
    ...(panel && { panel: panel.id }),
    ...(names.length > 0 && { variables }),
  };
}

/** A copy of a repeated panel shows one value of its variable. */
function withCopy({ variables, copy }: DashboardPage, panel: Panel | undefined): DashboardPage['variables'] {
  if (copy === undefined || panel?.repeat === undefined) return variables;
  const value = variables[panel.repeat]?.[copy];
  return value === undefined ? variables : { ...variables, [panel.repeat]: [value] };
}

function titleOf({ title }: Dashboard, panel: Panel | undefined): string {
  if (!panel) return title;
  const own = panel.title.trim() || `panel ${panel.id}`;
  return `${title} / ${own}`;
}

/** Values of variables that no question can set. */
function savedValues({ variables }: Dashboard): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(variables.map(({ name, current }) => [name, current]));
}

function outputOf(panel: Panel): Output | undefined {
  const presentation = presentationOf(panel);
  if (presentation === 'logs') return 'lines';
  return presentation === 'table' || presentation === 'pie' ? 'table' : undefined;
}
