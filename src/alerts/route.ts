/** Which rooms hear of an alert, and why: a small tree, as Alertmanager's. Pure. */
import type { Alert } from '../domain/alert.ts';
import { type LabelMatch, type Misfit, misfit } from './match.ts';
import type { AlertTemplate } from './words-template.ts';

/** A room of a chat. */
export interface Place {
  /** Name of the chat in the config. */
  readonly chat: string;
  readonly room: string;
}

/** A node of the tree: alerts that match go to the first child that takes them, else to its own room. */
export interface Route {
  /** Left out: every alert. */
  readonly match?: LabelMatch;
  /** Left out: the room of the node above. */
  readonly place?: Place;
  /** Where critical alerts go when the room refuses them. */
  readonly fallback?: Place;
  /** Words of its own for what its room reads. */
  readonly template?: AlertTemplate;
  /** Whether its neighbours are asked too. */
  readonly isContinued: boolean;
  readonly routes: readonly Route[];
}

/** A room that hears of an alert, and where it goes when that room refuses it. */
export interface Target {
  readonly place: Place;
  readonly fallback?: Place;
  readonly template?: AlertTemplate;
}

/** What a route may have from the one above it. */
type Inherited = Pick<Route, 'place' | 'fallback' | 'template'>;

/** What one route said of an alert. */
export interface RouteVerdict extends Inherited {
  /** Its place in the config: `2`, `2.1`. */
  readonly path: string;
  readonly match: LabelMatch;
  /** `refused`: a label is another; `passed`: a narrower route below took it; `skipped`: one before it took it. */
  readonly verdict: 'taken' | 'passed' | 'refused' | 'skipped';
  readonly because?: Misfit;
}

/** The rooms for an alert, each once, in the order of the tree; none where no route takes it. */
export function targetsOf(alert: Alert, routes: readonly Route[]): readonly Target[] {
  const taken = routeVerdicts(alert, routes).filter(({ verdict }) => verdict === 'taken');
  const found = taken.flatMap(({ place, fallback, template }) =>
    place ? [{ place, ...(fallback && { fallback }), ...(template && { template }) }] : [],
  );
  const seen = new Set<string>();
  return found.filter(({ place }) => {
    const key = JSON.stringify([place.chat, place.room]);
    return !seen.has(key) && seen.add(key);
  });
}

/** The words for what a room reads of some alerts: those of the route that brings the first of them there, or falls back to there. */
export function templateIn(
  { chat, room }: Place,
  alerts: readonly Alert[],
  routes: readonly Route[],
): AlertTemplate | undefined {
  for (const alert of alerts) {
    const found = targetsOf(alert, routes).find(({ place, fallback }) =>
      [place, fallback].some((one) => one?.chat === chat && one.room === room),
    );
    if (found) return found.template;
  }
  return undefined;
}

/** The words for what is read of some alerts where no room is meant: those of the first room that hears of them. */
export function templateOf(alerts: readonly Alert[], routes: readonly Route[]): AlertTemplate | undefined {
  for (const alert of alerts) {
    const [target] = targetsOf(alert, routes);
    if (target) return target.template;
  }
  return undefined;
}

/** All routes in the order in which they are asked; those below a route that refused are not told. */
export function routeVerdicts(alert: Alert, routes: readonly Route[]): readonly RouteVerdict[] {
  return walk(alert, routes, '', {}).verdicts;
}

function walk(
  alert: Alert,
  routes: readonly Route[],
  above: string,
  inherited: Inherited,
): { readonly verdicts: RouteVerdict[]; readonly isTaken: boolean } {
  const verdicts: RouteVerdict[] = [];
  let isTaken = false;
  let isDone = false;
  for (const [index, route] of routes.entries()) {
    const path = `${above}${index + 1}`;
    const { place, fallback, template } = route;
    const own: Inherited = {
      ...inherited,
      ...(place && { place }),
      ...(fallback && { fallback }),
      ...(template && { template }),
    };
    const base = { path, match: route.match ?? {}, ...own };
    if (isDone) {
      verdicts.push({ ...base, verdict: 'skipped' });
      continue;
    }
    const because = misfit(alert, base.match);
    if (because) {
      verdicts.push({ ...base, verdict: 'refused', because });
      continue;
    }
    const below = walk(alert, route.routes, `${path}.`, own);
    verdicts.push({ ...base, verdict: below.isTaken ? 'passed' : 'taken' }, ...below.verdicts);
    isTaken = true;
    isDone = !route.isContinued;
  }
  return { verdicts, isTaken };
}
