/** What questions read of alerts and changes, under one configuration. */

import { withSilence } from './alerts/group-facts.ts';
import { factsRuleOf, routesOf } from './alerts/tell-deps.ts';
import { whyAlert } from './alerts/why-alert.ts';
import { whyGatheringLines } from './alerts/why-gathering.ts';
import type { Config } from './config/config.ts';
import type { CoreDeps } from './core.ts';
import type { Alert } from './domain/alert.ts';
import type { AlertRecord } from './questions/record.ts';
import type { AlertTimeline, TimelineGroup } from './store/alert-timeline.ts';
import { gatheringOf } from './store/alert-turns.ts';
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
  { clock, listeningSinceMs }: RecordSurroundings,
): AlertTimeline {
  const rule = factsRuleOf(config, listeningSinceMs);
  const marked = (group: TimelineGroup): TimelineGroup => ({
    ...group,
    problems: group.problems.map((alert) => withSilence(alert, rule, clock.now())),
  });
  return {
    ...timeline,
    groups: async (window) => (await timeline.groups(window)).map(marked),
    firing: () => timeline.firing(),
    async groupOf(id) {
      const group = await timeline.groupOf(id);
      return group && marked(group);
    },
  };
}

/** Makes it of the store. */
export function recordOf(
  config: Pick<Config, 'routes' | 'operators' | 'maintenance' | 'alerts'>,
  { alerts, origins, contexts, turns }: Pick<Store, 'alerts' | 'origins' | 'contexts' | 'turns'>,
  { clock, listeningSinceMs }: RecordSurroundings,
): AlertRecord {
  const rule = factsRuleOf(config, listeningSinceMs);
  const marked = (found: readonly Alert[]) => found.map((alert) => withSilence(alert, rule, clock.now()));
  const deps = { origins, contexts, routes: routesOf(config), maintenance: config.maintenance, clock };
  return {
    open: async () => marked(await alerts.open()),
    during: async (window) => marked(await alerts.during(window)),
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
      const gathered = await turns.gathered(group.key, nowMs - rule.noNewsAfterMs);
      const postsPerMinute = config.alerts.postsPerMinute === 'off' ? undefined : config.alerts.postsPerMinute;
      return whyGatheringLines({ gathering, gathered, routes: deps.routes, postsPerMinute, nowMs, zone });
    },
  };
}
