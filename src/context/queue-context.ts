/** After a group was told: stores the jobs that give its threads what they lack. */
import type { AlertStore } from '../store/alert-store.ts';
import type { ContextJob, ContextStore } from '../store/context-store.ts';

/** What this works with. */
export interface QueueContextDeps {
  readonly alerts: Pick<AlertStore, 'group'>;
  readonly contexts: Pick<ContextStore, 'of'>;
  submit(job: ContextJob): Promise<void>;
}

/**
 * Stores what is to be done, from what the store knows: harmless however often it is called, so a process that dies on the way
 * leaves nothing undone.
 *
 * @throws BotError `STORE_…`
 */
export async function queueContext(key: string, { alerts, contexts, submit }: QueueContextDeps): Promise<void> {
  const group = await alerts.group(key);
  // a post for many groups has no context: theirs is given where they are asked for
  if (!group || group.problems.length === 0) return;
  const { conversation, closedMs } = group;
  for (const { chat, room } of group.posts) {
    const state = await contexts.of(key, { chat, room });
    const isBegun = state?.conversation === conversation;
    if (!isBegun) await submit({ kind: 'start', key, conversation, chat, room });
    else if (closedMs !== undefined && state.state === 'posted' && state.closedMs !== closedMs) {
      await submit({ kind: 'end', key, conversation, chat, room, closedMs });
    }
  }
}
