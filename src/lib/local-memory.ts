/** What a terminal keeps between questions: in this process only, bounded. */
import { BotError } from '../domain/errors.ts';
import { createBoundedMap } from './bounded-map.ts';

/** Conversations and people that one process remembers; a terminal has one of each. */
const MAX_ENTRIES = 1_000;

/** Makes an empty memory with the members that asking needs. */
export function createLocalMemory() {
  const conversations = createBoundedMap<string, unknown>(MAX_ENTRIES);
  const zones = createBoundedMap<string, string>(MAX_ENTRIES);
  return {
    recall: async (conversation: string): Promise<unknown> => conversations.get(conversation),
    remember: async (conversation: string, question: unknown): Promise<void> =>
      conversations.set(conversation, question),
    zoneOf: async (person: string): Promise<string | undefined> => zones.get(person),
    setZone: async (person: string, zone: string): Promise<void> => zones.set(person, zone),
  };
}

/** A memory for callers whom nobody knows apart: it keeps nothing, so that none of them changes an answer of another. */
export function createForgetful() {
  return {
    recall: async (): Promise<unknown> => undefined,
    remember: async (): Promise<void> => undefined,
    zoneOf: async (): Promise<string | undefined> => undefined,
    setZone: async (): Promise<void> => {
      const message =
        'Nothing is kept between single questions. Give the zone with each: `--zone` on the command line, `zone` over HTTP.';
      throw new BotError('ASK_FORBIDDEN', message);
    },
  };
}
