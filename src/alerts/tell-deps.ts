/** What telling of alerts works with, as the config says. */
import type { Chat } from '../chat/chat.ts';
import type { Config } from '../config/config.ts';
import { createBoundedMap } from '../lib/bounded-map.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { AlertStore } from '../store/alert-store.ts';
import type { AlertTurns } from '../store/alert-turns.ts';
import { createAwayChats } from './away-chats.ts';
import type { FactsRule } from './group-facts.ts';
import { isInMaintenance, maintenanceEnd } from './maintenance.ts';
import { createRoomOrder } from './room-order.ts';
import type { Route } from './route.ts';
import type { TellDeps } from './tell-group.ts';
import type { RoomRules } from './tell-rooms.ts';
import type { AlertTemplate } from './words-template.ts';

/** What the process brings. */
export interface Surroundings {
  readonly alerts: AlertStore;
  readonly turns: AlertTurns;
  /** Has a group told within a second; left out: it is told by the time of the next sweep. */
  tellSoon?(groupKey: string): void;
  chatNamed(name: string): Chat | undefined;
  /** Since when senders reach the bot, ms since the Unix epoch. */
  readonly listeningSinceMs: number;
  /** IANA zone of what is told. */
  readonly zone: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Rooms and groups whose last warning is remembered. */
const WARNED_MAX = 1_000;

/** Without routes alerts go to the operators' room; without that they are only kept. */
export function makeTellDeps(config: Config, surroundings: Surroundings): TellDeps {
  const { routes, operators, hooks, alerts, publicUrl } = config;
  const { listeningSinceMs, ...rest } = surroundings;
  const { log, zone } = rest;
  const hasReceivers = Object.keys(hooks).length > 0;
  if (hasReceivers && routes.length === 0 && !operators) {
    log.warn('alerts are taken and kept, but no room hears of them: the config has neither routes nor operators');
  }
  return {
    ...rest,
    ...roomRules(config, zone),
    ...(operators && { operators }),
    away: createAwayChats(rest.clock),
    order: createRoomOrder(rest.turns, rest.clock),
    warned: createBoundedMap(WARNED_MAX),
    watchdogs: alerts.watchdogs,
    waitForChatMs: alerts.waitForChat,
    postsPerMinute: alerts.postsPerMinute === 'off' ? undefined : alerts.postsPerMinute,
    alertsPage: alertsPageOf(publicUrl),
    rule: factsRuleOf(config, listeningSinceMs),
  };
}

/** By which rules it is found what is true of alerts, as the config says. */
export function factsRuleOf({ alerts }: Pick<Config, 'alerts'>, listeningSinceMs: number): FactsRule {
  const { changes, within } = alerts.flapping;
  return { noNewsAfterMs: alerts.noNewsAfter, flapping: { changes, withinMs: within }, listeningSinceMs };
}

/** Which rooms hear of what, and who is called there, as the config says. */
export function roomRules(
  config: Pick<Config, 'routes' | 'operators' | 'alerts' | 'owners' | 'maintenance'>,
  zone: string,
): RoomRules {
  const { owners, maintenance } = config;
  const isMuted: RoomRules['isMuted'] = (alert, nowMs) => isInMaintenance(alert, maintenance, nowMs, zone);
  const mutedUntil: RoomRules['mutedUntil'] = (alert, nowMs) => maintenanceEnd(alert, maintenance, nowMs, zone);
  return { routes: routesOf(config), owners, isMuted, mutedUntil, zone };
}

/** Where all alerts are listed, for people. */
export function alertsPageOf(publicUrl: string | undefined): string | undefined {
  return publicUrl === undefined ? undefined : new URL('alerts', publicUrl).href;
}

/** The tree of routes; without one, alerts go to the operators' room. */
export function routesOf({
  routes,
  operators,
  alerts: { template },
}: Pick<Config, 'routes' | 'operators' | 'alerts'>): readonly Route[] {
  if (routes.length > 0) return routes.map((route) => routeOf(route, { template }));
  return operators ? [{ place: operators, template, isContinued: false, routes: [] }] : [];
}

/** The rooms of a chat that alerts may go to, each once: of routes, of their fallbacks, of the operators. */
export function roomsIn(chat: string, config: Pick<Config, 'routes' | 'operators' | 'alerts'>): readonly string[] {
  const placesOf = ({ place, fallback, routes }: Route): (Route['place'] | undefined)[] => [
    place,
    fallback,
    ...routes.flatMap(placesOf),
  ];
  const places = [config.operators, ...routesOf(config).flatMap(placesOf)];
  return [...new Set(places.flatMap((place) => (place?.chat === chat ? [place.room] : [])))];
}

/** What a route may take from the one above it. */
interface Above {
  readonly chat?: string;
  readonly room?: string;
  readonly template: AlertTemplate;
}

/** Chat, room and words that are left out are those of the route above. */
function routeOf(route: Config['routes'][number], above: Above): Route {
  const { match, fallback, routes, chat = above.chat, room = above.room } = route;
  const template = { ...above.template, ...route.template };
  const own = { ...(chat !== undefined && { chat }), ...(room !== undefined && { room }), template };
  return {
    ...(match && { match }),
    ...(chat !== undefined && room !== undefined && { place: { chat, room } }),
    ...(fallback && { fallback }),
    template,
    isContinued: route.continue,
    routes: routes.map((one) => routeOf(one, own)),
  };
}
