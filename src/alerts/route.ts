/** Which rooms hear of an alert: a small tree, as Alertmanager's. Pure. */
import type { Alert } from '../domain/alert.ts';
import type { AlertTemplate } from './words-template.ts';

/** A room of a chat. */
export interface Place {
  /** Name of the chat in the config. */
  readonly chat: string;
  readonly room: string;
}

/** A node of the tree: alerts that match go to the first child that takes them, else to its own room. */
export interface Route {
  /** Every label must have one of its values; `*` stands for any characters. Left out: every alert. */
  readonly match?: Readonly<Record<string, readonly string[]>>;
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

/** The rooms for an alert, each once, in the order of the tree; none where no route takes it. */
export function targetsOf(alert: Alert, routes: readonly Route[]): readonly Target[] {
  const found = walk(alert, routes, {}).targets;
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

type Inherited = Pick<Route, 'place' | 'fallback' | 'template'>;

function walk(
  alert: Alert,
  routes: readonly Route[],
  above: Inherited,
): { readonly targets: Target[]; readonly isTaken: boolean } {
  const targets: Target[] = [];
  let isTaken = false;
  for (const route of routes) {
    if (!matches(alert, route)) continue;
    const own: Inherited = {
      ...above,
      ...(route.place && { place: route.place }),
      ...(route.fallback && { fallback: route.fallback }),
      ...(route.template && { template: route.template }),
    };
    const below = walk(alert, route.routes, own);
    if (below.isTaken) targets.push(...below.targets);
    else if (own.place) targets.push({ ...own, place: own.place });
    isTaken = true;
    if (!route.isContinued) break;
  }
  return { targets, isTaken };
}

function matches(alert: Alert, { match = {} }: Route): boolean {
  return hasLabels(alert, match);
}

/** Whether an alert has all of these labels, each with one of its values; `*` in a value stands for any characters. */
export function hasLabels(alert: Alert, match: NonNullable<Route['match']>): boolean {
  return Object.entries(match).every(([name, patterns]) => {
    const value = labelOf(alert, name);
    return value !== undefined && patterns.some((pattern) => fits(pattern, value));
  });
}

/** A label, else what every alert has: `severity` as we read it, `source`, `hook`, `status`, an attribute. */
export function labelOf(alert: Alert, name: string): string | undefined {
  const { severity, source, sourceInstance: hook, status, labels, attributes } = alert;
  const ours: Readonly<Record<string, string>> = { severity, source, hook, status };
  if (name === 'severity') return severity === 'unknown' ? (labels.severity ?? severity) : severity;
  if (Object.hasOwn(labels, name)) return labels[name];
  return Object.hasOwn(ours, name) ? ours[name] : attributes[name as keyof typeof attributes];
}

/** Whether a value is what a pattern says; `*` stands for any characters. */
export function fits(pattern: string, value: string): boolean {
  if (!pattern.includes('*')) return pattern === value;
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^]*')}$`).test(value);
}
