/** The two databases behind the store, PostgreSQL and PGlite, as the rest of the store sees them: alike. */
import { fileURLToPath } from 'node:url';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import type { ConstructorOptions } from 'pg-boss';

/** An open, migrated database. */
export interface Database {
  readonly drizzle: PgDatabase<PgQueryResultHKT>;
  /** How pg-boss reaches it. */
  readonly boss: ConstructorOptions;
  /** Rows of one statement with `$1` parameters, as objects. */
  query(sql: string, parameters: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** Rejects with `STORE_FULL` when what is written now might be lost. */
  assertWritable(): Promise<void>;
  /** Free space of its disk, bytes; nothing where that is another machine's. */
  freeBytes(): Promise<number | undefined>;
  /** All of it; only of the embedded one. */
  dump?(): Promise<Dump>;
  close(): Promise<void>;
}

/** An embedded database at one moment. */
export interface Dump {
  /** Its folder, a gzipped tar. */
  readonly tar: Uint8Array;
  /** When the newest migration in it was made, ms since the Unix epoch; 0 where there is none. */
  readonly migratedTo: number;
}

/** Where the SQL files are. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('./migrations', import.meta.url));
