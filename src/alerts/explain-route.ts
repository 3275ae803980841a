/** Why an alert went to its rooms: every route that was asked, and what kept it from taking the alert. Pure. */
import type { Alert } from '../domain/alert.ts';
import { fits, labelOf, type Place, type Route } from './route.ts';

/** What one route said of an alert. */
export interface RouteVerdict {
  /** Its place in the config: `2`, `2.1`. */
  readonly path: string;
  readonly match: NonNullable<Route['match']>;
  /** The room that it gives, its own or that of the route above. */
  readonly place?: Place;
  /** `refused`: a label is another; `passed`: a narrower route below took it; `skipped`: one before it took it. */
  readonly verdict: 'taken' | 'passed' | 'refused' | 'skipped';
  /** The first label that did not fit; its value is left out where the alert has no such label. */
  readonly because?: { readonly label: string; readonly wanted: readonly string[]; readonly value?: string };
}

/** All routes in the order in which they are asked; those below a route that refused are not told. */
export function routeVerdicts(alert: Alert, routes: readonly Route[]): readonly RouteVerdict[] {
  return walk(alert, routes, '', undefined).verdicts;
}

function walk(
  alert: Alert,
  routes: readonly Route[],
  above: string,
  placeAbove: Place | undefined,
): { readonly verdicts: RouteVerdict[]; readonly isTaken: boolean } {
  const verdicts: RouteVerdict[] = [];
  let isTaken = false;
  let isDone = false;
  for (const [index, route] of routes.entries()) {
    const path = `${above}${index + 1}`;
    const place = route.place ?? placeAbove;
    const base = { path, match: route.match ?? {}, ...(place && { place }) };
    if (isDone) {
      verdicts.push({ ...base, verdict: 'skipped' });
      continue;
    }
    const because = misfit(alert, base.match);
    if (because) {
      verdicts.push({ ...base, verdict: 'refused', because });
      continue;
    }
    const below = walk(alert, route.routes, `${path}.`, place);
    verdicts.push({ ...base, verdict: below.isTaken ? 'passed' : 'taken' }, ...below.verdicts);
    isTaken = true;
    isDone = !route.isContinued;
  }
  return { verdicts, isTaken };
}

function misfit(alert: Alert, match: RouteVerdict['match']): RouteVerdict['because'] {
  for (const [label, wanted] of Object.entries(match)) {
    const value = labelOf(alert, label);
    if (value === undefined) return { label, wanted };
    if (!wanted.some((pattern) => fits(pattern, value))) return { label, wanted, value };
  }
  return undefined;
}
