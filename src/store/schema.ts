/** Tables of the store, as drizzle sees them; `migrations/` makes them. */
import { bigint, jsonb, pgSchema, text } from './drizzle.ts';

/** Everything of ours is in a schema of its own, so that the bot may share a database. */
const glimpse = pgSchema('glimpse');

/** What a thread or a direct message last asked. */
export const conversations = glimpse.table('conversations', {
  key: text().primaryKey(),
  question: jsonb().notNull(),
  askedMs: bigint('asked_ms', { mode: 'number' }).notNull(),
});

/** What people told us of themselves. */
export const people = glimpse.table('people', {
  /** `chat/userId` */
  key: text().primaryKey(),
  zone: text().notNull(),
  setMs: bigint('set_ms', { mode: 'number' }).notNull(),
});

/** How far each chat has been read. */
export const cursors = glimpse.table('cursors', {
  chat: text().primaryKey(),
  takenMs: bigint('taken_ms', { mode: 'number' }).notNull(),
});
