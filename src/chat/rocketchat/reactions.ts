/** Reactions as receipts: given when the server's limit has room, taken away again for sure. */
import { z } from 'zod';
import { createBoundedMap } from '../../lib/bounded-map.ts';
import type { ChatMessage } from '../chat.ts';
import type { Identity } from './identity.ts';
import type { RestClient } from './rest-client.ts';

/** What `Chat.react` does. */
export interface Reactions {
  react(message: ChatMessage, reaction: 'working' | undefined, signal: AbortSignal): Promise<void>;
}

const EMOJI = { working: ':hourglass_flowing_sand:' } as const;
const MAX_GIVEN = 2_000;

/** Makes it. */
export function createReactions(rest: RestClient, identity: Identity): Reactions {
  const given = createBoundedMap<string, keyof typeof EMOJI>(MAX_GIVEN);
  return {
    async react(message, reaction, signal) {
      await identity.get(signal);
      const emoji = EMOJI[reaction ?? given.get(message.id) ?? 'working'];
      const body = { messageId: message.id, emoji, shouldReact: reaction !== undefined };
      // A receipt may be left out when calls are scarce; one that was given must not stay.
      const patience = reaction === undefined ? {} : { patienceMs: 0 };
      if (reaction) given.set(message.id, reaction);
      await rest.call({ method: 'POST', path: 'chat.react', body, schema: z.object({}), ...patience }, signal);
      if (!reaction) given.delete(message.id);
    },
  };
}
