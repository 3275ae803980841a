/** Collects how the post of a group of alerts came about, from the store and the configuration in force. */
import type { Line } from '../domain/message.ts';
import type { Clock } from '../lib/clock.ts';
import { type AlertGroup, CONVERSATION_LEAD_MS } from '../store/alert-group.ts';
import type { AlertOrigins } from '../store/alert-origins.ts';
import type { ContextStore } from '../store/context-store.ts';
import { isInMaintenance, type Maintenance } from './maintenance.ts';
import { type Route, routeVerdicts } from './route.ts';
import { whyLines } from './why-words.ts';

/** What is looked at. */
export interface WhyDeps {
  readonly origins: Pick<AlertOrigins, 'deliveries'>;
  readonly contexts: Pick<ContextStore, 'of'>;
  readonly routes: readonly Route[];
  readonly maintenance: readonly Maintenance[];
  readonly clock: Pick<Clock, 'now'>;
}

/** The lines, times in a zone. Throws BotError `STORE_…`. */
export async function whyAlert(group: AlertGroup, zone: string, deps: WhyDeps): Promise<readonly Line[]> {
  const { origins, contexts, routes, maintenance, clock } = deps;
  const alert = group.problems.find(({ status }) => status === 'firing') ?? group.problems[0];
  if (!alert) return [];
  const nowMs = clock.now();
  const [deliveries, states] = await Promise.all([
    origins.deliveries(group.key, group.sinceMs - CONVERSATION_LEAD_MS),
    Promise.all(
      group.posts.map(async ({ chat, room }) => {
        const state = await contexts.of(group.key, { chat, room });
        return { room, ...(state && { state }) };
      }),
    ),
  ]);
  return whyLines({
    group,
    alert,
    deliveries,
    routes: routeVerdicts(alert, routes),
    contexts: states,
    maintenance: maintenance.filter((window) => isInMaintenance(alert, [window], nowMs, zone)),
    nowMs,
    zone,
  });
}
