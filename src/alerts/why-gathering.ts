/** How a post for many alerts came about: since when, how many, by which routes, and how one of them is explained. Pure. */
import type { Alert } from '../domain/alert.ts';
import type { Line, Span } from '../domain/message.ts';
import { logTime, zoneWords } from '../render/clock-words.ts';
import type { Gathered, gatheringOf } from '../store/alert-turns.ts';
import { type Route, routeVerdicts } from './route.ts';

/** What is known of the post. */
export interface GatheringStory {
  readonly gathering: NonNullable<ReturnType<typeof gatheringOf>>;
  readonly gathered: Gathered;
  readonly routes: readonly Route[];
  /** Posts of alerts that a room gets in a minute; left out: without a limit. */
  readonly postsPerMinute?: number | undefined;
  readonly nowMs: number;
  readonly zone: string;
}

const NAMES_SHOWN = 3;
const ROUTES_SHOWN = 6;

/** The lines; each begins with what it is about. */
export function whyGatheringLines(story: GatheringStory): readonly Line[] {
  const { gathering, gathered, nowMs, zone } = story;
  const count = gathered.counts.reduce((sum, one) => sum + one.count, 0);
  const firing = gathered.counts.reduce((sum, one) => sum + one.firing, 0);
  const since = `${logTime(gathering.sinceMs, zone, nowMs)} ${zoneWords(gathering.sinceMs, zone)}`;
  return [
    [
      { bold: 'Why' },
      ` ${count === 1 ? '1 alert is' : `${count} alerts are`} told in one post since ${since}; ${firing === 0 ? 'none' : firing} of them ${firing === 1 ? 'fires' : 'fire'}`,
    ],
    [{ bold: 'Gathered' }, reasonOf(story)],
    ...routesLine(gathered.alerts, story.routes),
    ...namesLine(gathered),
  ];
}

function reasonOf({ gathering: { kind }, postsPerMinute }: GatheringStory): string {
  if (kind === 'missed') return ': they were over before the chat could be reached';
  const limit = postsPerMinute === undefined ? '' : `, more than ${postsPerMinute} posts in a minute`;
  return `: too many began at once for this room${limit}`;
}

function routesLine(alerts: readonly Alert[], routes: readonly Route[]): Line[] {
  if (routes.length === 0) return [];
  const taken = alerts.flatMap((alert) => routeVerdicts(alert, routes).filter(({ verdict }) => verdict === 'taken'));
  const paths = [...new Set(taken.map(({ path }) => path))];
  if (paths.length === 0) return [];
  const more = paths.length - ROUTES_SHOWN;
  const named = paths.slice(0, ROUTES_SHOWN).join(', ');
  return [
    [
      { bold: 'Routed' },
      ` by ${paths.length === 1 ? 'route' : 'routes'} ${named}${more > 0 ? ` and ${more} more` : ''}`,
    ],
  ];
}

/** `One of them why HostDown · why DiskFull`, the most first. */
function namesLine({ names }: Gathered): Line[] {
  const shown = names
    .slice(0, NAMES_SHOWN)
    .flatMap(({ name }, index): Span[] => [...(index === 0 ? [] : [' · ']), { code: `why ${JSON.stringify(name)}` }]);
  return shown.length === 0 ? [] : [[{ bold: 'One of them' }, ' ', ...shown]];
}
