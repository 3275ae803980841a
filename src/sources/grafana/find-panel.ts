/** Finds a panel of a dashboard by id or by name. Pure. */
import { BotError } from '../../domain/errors.ts';
import { nearest } from '../../lib/nearest.ts';
import type { Dashboard, Panel } from './panel.ts';

const NEAR_MAX = 3;

/**
 * The panel that an id, a title or `section / title` means; titles are compared without case, then without variables.
 *
 * @throws BotError `SOURCE_NOT_FOUND` with near titles in `details.near`; `ASK_AMBIGUOUS` with ids in `details.choices`
 */
export function findPanel({ panels, title }: Dashboard, wanted: number | string): Panel {
  const text = String(wanted).trim();
  const byId = /^(?:panel-)?(\d+)$/.exec(text)?.[1];
  const own = byId === undefined ? undefined : panels.find(({ id }) => id === Number(byId));
  if (own) return own;
  for (const isMeant of [same, sameInSection, sameWithoutVariables]) {
    const found = panels.filter((panel) => isMeant(panel, text));
    const [first, second] = found;
    if (second) throw ambiguous(text, found);
    if (first) return first;
  }
  const near = nearest(
    text,
    panels.map((panel) => panel.title),
    NEAR_MAX,
  );
  const hint = near.length > 0 ? ` Near: ${near.join(', ')}.` : '';
  throw new BotError('SOURCE_NOT_FOUND', `The dashboard “${title}” has no panel “${text}”.${hint}`, {
    panel: text,
    near,
  });
}

/** The same from what is known, without a complaint. */
export function panelIn(dashboard: Dashboard, wanted: number | string): Panel | undefined {
  try {
    return findPanel(dashboard, wanted);
  } catch (thrown) {
    if (thrown instanceof BotError) return undefined;
    throw thrown;
  }
}

function same({ title }: Panel, wanted: string): boolean {
  return title.toLowerCase() === wanted.toLowerCase();
}

function sameInSection({ title, section }: Panel, wanted: string): boolean {
  if (section === undefined) return false;
  const squeezed = (text: string) => text.toLowerCase().replace(/\s*\/\s*/g, '/');
  return squeezed(`${section}/${title}`) === squeezed(wanted);
}

function sameWithoutVariables({ title }: Panel, wanted: string): boolean {
  const bare = (text: string) =>
    text
      .replace(/\$\{[^}]*\}|\[\[[^\]]*\]\]|\$\w+/g, '')
      .replace(/\s+/g, ' ')
      .trim()
      .toLowerCase();
  return bare(wanted) !== '' && bare(title) === bare(wanted);
}

function ambiguous(wanted: string, found: readonly Panel[]): BotError {
  const places = found.map(({ id, section }) => (section === undefined ? `${id}` : `${id} (in ${section})`));
  return new BotError(
    'ASK_AMBIGUOUS',
    `The dashboard has ${found.length} panels “${wanted}”: ${places.slice(0, 10).join(', ')}. Name one by its id.`,
    { panel: wanted, choices: found.map(({ id }) => String(id)) },
  );
}
