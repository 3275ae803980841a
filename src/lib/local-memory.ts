/** What a terminal keeps between questions: in this process only, bounded. */
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
