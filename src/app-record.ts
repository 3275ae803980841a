/** What questions read of alerts and changes, under one configuration. */
import { factsRuleOf, routesOf } from './alerts/tell-deps.ts';
import { whyAlert } from './alerts/why-alert.ts';
import { whyGatheringLines } from './alerts/why-gathering.ts';
import type { Config } from './config/config.ts';
import type { CoreDeps } from './core.ts';
import type { AlertRecord } from './questions/record.ts';
import type { AlertTimeline } from './store/alert-timeline.ts';
import { gatheringOf } from './store/alert-turns.ts';
import type { Silence } from './store/silence.ts';
import type { Store } from './store/store.ts';

/** What both are made with. */
type RecordSurroundings = Pick<CoreDeps, 'clock'> & {
  /** Since when senders reach the bot, ms since the Unix epoch. */
  readonly listeningSinceMs: number;
};

/** The timeline of the store, with what nothing was heard of marked as rooms have it. */
export function timelineOf(
  config: Pick<Config, 'alerts'>,
  { timeline }: Pick<Store, 'timeline'>,
  surroundings: RecordSurroundings,
): AlertTimeline {
  const silence = silenceIn(config, surroundings);
  return {
    groups: (window) => timeline.groups(window, silence()),
    open: () => timeline.open(silence()),
    groupOf: (id) => timeline.groupOf(id, silence()),
  };
}

/** The rule of the rooms, at the moment that it is called. */
function silenceIn(config: Pick<Config, 'alerts'>, { clock, listeningSinceMs }: RecordSurroundings) {
  const rule = factsRuleOf(config, listeningSinceMs);
  return (): Silence => ({ ...rule, nowMs: clock.now() });
}

/** Makes it of the store. */
export function recordOf(
  config: Pick<Config, 'routes' | 'operators' | 'maintenance' | 'alerts'>,
  { alerts, origins, contexts, turns }: Pick<Store, 'alerts' | 'origins' | 'contexts' | 'turns'>,
  surroundings: RecordSurroundings,
): AlertRecord {
  const { clock } = surroundings;
  const silence = silenceIn(config, surroundings);
  const deps = { origins, contexts, routes: routesOf(config), maintenance: config.maintenance, clock };
  return {
    open: () => alerts.open(silence()),
    during: (window) => alerts.during(window, silence()),
    history: (fingerprint, sinceMs) => alerts.history(fingerprint, sinceMs),
    changes: (window) => alerts.changes(window),
    toldBy: async (chat, postId) => (await origins.groupAt(chat, postId))?.problems ?? [],
    async why(fingerprint, zone) {
      const group = await origins.groupOf(fingerprint);
      return group ? whyAlert(group, zone, deps) : [];
    },
    async whyPost({ chat, id }, zone) {
      const group = await origins.groupAt(chat, id);
      const gathering = group && gatheringOf(group.key);
      if (!gathering) return [];
      const nowMs = clock.now();
      const gathered = await turns.gathered(group.key, nowMs - config.alerts.noNewsAfter);
      const postsPerMinute = config.alerts.postsPerMinute === 'off' ? undefined : config.alerts.postsPerMinute;
      return whyGatheringLines({ gathering, gathered, routes: deps.routes, postsPerMinute, nowMs, zone });
    },
  };
}
