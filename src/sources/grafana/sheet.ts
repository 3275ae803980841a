/** A whole dashboard as a sheet of its first panels, each with its own failure. */
import { BotError } from '../../domain/errors.ts';
import type { Frame } from '../../domain/frame.ts';
import type { FetchWindow } from '../source.ts';
import type { GrafanaRequest } from './bind.ts';
import { type FetchDeps, fetchPanel, namesOfPanel, openDashboard, titleFiller } from './fetch.ts';
import type { Dashboard, Panel } from './panel.ts';
import { presentationOf, refusalOf } from './present/panel-kinds.ts';
import { resolveVariables } from './variables/resolve.ts';

/** Panels at once; each may ask several data sources. */
const AT_ONCE = 3;

/**
 * Reads the panels of a dashboard that make a picture, as many as a sheet holds. Each frame has the title of its panel.
 *
 * @throws BotError when no panel could be read, and for values that no variable has
 */
export async function fetchSheet(
  request: GrafanaRequest,
  window: FetchWindow,
  deps: FetchDeps,
  signal: AbortSignal,
): Promise<Frame[]> {
  const dashboard = await openDashboard(request, deps.dashboards, signal);
  const panels = choosePanels(dashboard);
  const chosen = panels.slice(0, deps.panelsMax);
  if (chosen.length === 0) {
    throw new BotError('ASK_EMPTY', `The dashboard “${dashboard.title}” has no panel with data to draw.`);
  }
  const title = await titlesOf(request, dashboard, chosen, window, deps, signal);
  const results = await readAll(chosen, (panel) => fetchPanel(request, panel, dashboard, window, deps, signal));
  const failures = results.filter((one) => one instanceof BotError);
  if (failures.length === results.length) throw failures[0];
  const range = { fromMs: window.fromMs, toMs: window.toMs, zone: window.zone, text: '' };
  const said = Map.groupBy(results.flatMap(warningsOf), (warning) => warning);
  const isCommon = (warning: string) => (said.get(warning)?.length ?? 0) > 1;
  const frames = results.flatMap((result, index): Frame[] => {
    const name = title(chosen[index] as Panel);
    if (!(result instanceof BotError)) return result.map((frame) => titled(frame, name, isCommon));
    return [{ kind: 'series', series: [], range, title: name, warnings: [`${name}: ${result.message}`] }];
  });
  const common = [...said.keys()].filter(isCommon);
  const count =
    panels.length > chosen.length
      ? [`The dashboard has ${panels.length} such panels; these are the first ${chosen.length}.`]
      : [];
  return withFirst(frames, [...count, ...common]);
}

/** What is said of a panel, each once. */
function warningsOf(result: readonly Frame[] | BotError): readonly string[] {
  return result instanceof BotError ? [] : [...new Set(result.flatMap(({ warnings }) => warnings))];
}

/** Panels that make a picture in reading order; a dashboard of numbers only shows those. */
export function choosePanels({ panels }: Dashboard): readonly Panel[] {
  const shown = panels.filter((panel) => refusalOf(panel) === undefined);
  const drawn = shown.filter((panel) => ['chart', 'bars', 'heatmap', 'states'].includes(presentationOf(panel)));
  const told = shown.filter((panel) => ['single', 'any'].includes(presentationOf(panel)));
  return drawn.length > 0 ? drawn : told.length > 0 ? told : shown;
}

/** Titles with their variables filled in, with that of the row where several are the same; this also asks once for the lists that all panels need. */
async function titlesOf(
  request: GrafanaRequest,
  dashboard: Dashboard,
  panels: readonly Panel[],
  window: FetchWindow,
  { lists, orgId }: FetchDeps,
  signal: AbortSignal,
): Promise<(panel: Panel) => string> {
  const asked = Object.fromEntries(
    Object.entries(request.variables).map(([name, values]) => [name, values.map(({ value }) => value)]),
  );
  const needed = new Set(panels.flatMap(namesOfPanel));
  const { variables } = await resolveVariables({ dashboard, needed, asked, window, orgId }, lists, signal);
  const fill = titleFiller(dashboard, variables, window, orgId);
  const own = (panel: Panel) => fill(panel.title).trim() || `Panel ${panel.id}`;
  const titles = panels.map(own);
  return (panel) => {
    const title = own(panel);
    const isAlone = titles.filter((one) => one === title).length === 1;
    return isAlone || panel.section === undefined ? title : `${fill(panel.section).trim()} / ${title}`;
  };
}

async function readAll(
  panels: readonly Panel[],
  read: (panel: Panel) => Promise<Frame[]>,
): Promise<readonly (Frame[] | BotError)[]> {
  const results: (Frame[] | BotError)[] = [];
  let next = 0;
  async function work(): Promise<void> {
    while (next < panels.length) {
      const at = next++;
      results[at] = await readOne(() => read(panels[at] as Panel));
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}

async function readOne(read: () => Promise<Frame[]>): Promise<Frame[] | BotError> {
  try {
    return await read();
  } catch (thrown) {
    if (thrown instanceof BotError) return thrown;
    throw thrown;
  }
}

/** What a warning is about is said where several stand together; what holds for several panels is said apart. */
function titled(frame: Frame, title: string, isCommon: (warning: string) => boolean): Frame {
  const own = frame.warnings.filter((warning) => !isCommon(warning));
  return { ...frame, title, warnings: own.map((warning) => `${title}: ${warning}`) };
}

function withFirst([first, ...others]: readonly Frame[], warnings: readonly string[]): Frame[] {
  return first ? [{ ...first, warnings: [...warnings, ...first.warnings] }, ...others] : [];
}
