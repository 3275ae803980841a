/** After a group was told: stores the jobs that give its threads what they lack. */
import type { AlertGroup } from '../store/alert-group.ts';
import type { AlertStore } from '../store/alert-store.ts';
import type { ContextJob, ContextState, ContextStore } from '../store/context-store.ts';

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
  const again = group.life.openings === undefined ? {} : { openings: group.life.openings };
  for (const { chat, room } of group.posts) {
    const state = await contexts.of(key, { chat, room });
    if (!isBegun(group, state)) await submit({ kind: 'start', key, conversation, ...again, chat, room });
    else if (closedMs !== undefined && state.state === 'posted' && state.closedMs !== closedMs) {
      await submit({ kind: 'end', key, conversation, chat, room, closedMs });
    }
  }
}

/** Whether a room has what it gets of this time of a conversation: what was given once stays for the next time, for what was not it is asked anew. */
export function isBegun(
  { conversation, life }: Pick<AlertGroup, 'conversation' | 'life'>,
  state: ContextState | undefined,
): state is ContextState {
  if (state?.conversation !== conversation) return false;
  return state.state === 'posted' || (state.openings ?? 1) >= (life.openings ?? 1);
}
