/** Which panel of a dashboard words mean. Pure. */
import { nearest } from '../../../lib/nearest.ts';
import type { Dashboard, Panel } from '../panel.ts';
import { refusalOf } from '../present/panel-kinds.ts';
import { isTakenWord } from './import-names.ts';
import { slugOf, VARIABLE, withoutVariables } from './slug.ts';

/** What was found: one panel is the answer, several are a choice, none is unknown. */
export interface PanelChoice {
  readonly panels: readonly Panel[];
  /** Set where the words were only near. */
  readonly isNear: boolean;
}

/**
 * The panels that words may mean, all in the best way there is: by id, whole title, row and title, how it begins, all
 * words being in it, the nearest. Of those equally good, ones that can be shown come first.
 */
export function choosePanels(words: readonly string[], dashboard: Dashboard): PanelChoice {
  const said = words.join(' ');
  const id = /^(?:panel-)?(\d{1,9})$/.exec(said)?.[1];
  const byId = id === undefined ? [] : dashboard.panels.filter((panel) => panel.id === Number(id));
  if (byId.length > 0) return { panels: byId, isNear: false };
  const slug = slugOf(said);
  const known = dashboard.panels.map((panel) => ({ panel, names: namesOf(panel) }));
  const ways: ((name: string) => boolean)[] = [
    (name) => name === slug,
    (name) => name.startsWith(`${slug}-`),
    (name) => slug.split('-').every((word) => name.split('-').includes(word)),
    (name) => slug.length > 2 && name.includes(slug),
  ];
  for (const isMeant of slug === '' ? [] : ways) {
    const found = known.filter(({ names }) => names.some(isMeant)).map(({ panel }) => panel);
    const shown = found.filter((panel) => refusalOf(panel) === undefined);
    if (shown.length > 0) return { panels: shown, isNear: false };
    if (found.length > 0) return { panels: found.slice(0, 1), isNear: false };
  }
  const near = nearest(
    slug,
    known.flatMap(({ names }) => names),
  );
  return {
    panels: known.filter(({ names }) => names.some((name) => name === near[0])).map(({ panel }) => panel),
    isNear: true,
  };
}

/** The slugs of a panel: of its title with and without its variables, alone and behind its row. */
function namesOf({ title, section }: Panel): readonly string[] {
  const own = [slugOf(title), slugOf(withoutVariables(title))];
  const withRow = section === undefined ? [] : own.map((name) => `${slugOf(withoutVariables(section))}-${name}`);
  return [...new Set([...own, ...withRow])].filter((name) => name !== '');
}

/** The words by which a panel can be asked for again: those of its title, with its row's where it needs them, else its id. */
export function askForPanel(panel: Panel, dashboard: Dashboard): string {
  const candidates = [slugOf(withoutVariables(panel.title)), ...namesOf(panel).slice(-1)];
  const found = candidates.find((words) => {
    if (words === '' || words.length > 60 || isTakenWord(words)) return false;
    const { panels, isNear } = choosePanels([words], dashboard);
    return !isNear && panels.length === 1 && panels[0] === panel;
  });
  return found ?? String(panel.id);
}

/** A panel as people see it: with its row; what its variables stand for is left open. */
export function panelTitle({ title, section, id }: Panel): string {
  const own = title === '' ? `panel ${id}` : title;
  const whole = section === undefined || section === '' ? own : `${section} / ${own}`;
  return whole.replace(VARIABLE, '…');
}
