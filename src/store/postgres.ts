/** PostgreSQL as the store: any number of replicas on one database. */
import pg from 'pg';
import { BotError } from '../domain/errors.ts';
import type { Log } from '../lib/log.ts';
import type { Secret } from '../lib/secret.ts';
import { type Database, MIGRATIONS_FOLDER } from './database.ts';
import { onPostgres } from './drizzle.ts';

/** Connections of our own; pg-boss keeps a pool of the same size, and one to listen. */
const POOL_SIZE = 8;
const CONNECT_TIMEOUT_MS = 5_000;
/** A statement that takes longer is a fault; ours are all by key. */
const STATEMENT_TIMEOUT_MS = 10_000;
/** When the server itself does not answer any more (frozen, cut off without a reset), this end gives up. */
const QUERY_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 2_000;
/** Key of the advisory lock that one migrating replica holds ("glim" in ASCII). */
const MIGRATION_LOCK = 0x676c696d;

/**
 * Connects and migrates; of several replicas that start at once, one migrates and the others wait.
 *
 * @throws BotError `STORE_UNAVAILABLE`
 */
export async function openPostgres(url: Secret, log: Log): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url.reveal(),
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'glimpse',
  });
  pool.on('error', (error) => log.warn({ err: error }, 'a database connection broke'));
  try {
    await migrateOnce(pool);
  } catch (cause) {
    await pool.end();
    throw new BotError('STORE_UNAVAILABLE', `PostgreSQL cannot be used: ${reasonOf(cause)}.`, {}, { cause });
  }
  return {
    drizzle: onPostgres.drizzle(pool),
    boss: {
      connectionString: url.reveal(),
      max: POOL_SIZE,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      application_name: 'glimpse-queue',
      useListenNotify: true,
    },
    query: async (sql, parameters) => (await pool.query(sql, [...parameters])).rows as Record<string, unknown>[],
    assertWritable: async () => undefined,
    freeBytes: async () => undefined,
    close: () => pool.end(),
  };
}

async function migrateOnce(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await onPostgres.migrate(onPostgres.drizzle(client), {
      migrationsFolder: MIGRATIONS_FOLDER,
      migrationsSchema: 'glimpse_migrations',
    });
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    client.release();
  }
}

/** What went wrong in one clause; the address may hold a password and is never in it. */
function reasonOf(thrown: unknown): string {
  const { code, message } = thrown as { code?: string; message?: string };
  if (code === 'ECONNREFUSED') return 'it refuses connections (is it running, is the address in DATABASE_URL right?)';
  if (code === '28P01' || code === '28000') return 'it does not accept the user and password of DATABASE_URL';
  if (code === '3D000') return 'the database of DATABASE_URL does not exist';
  if (code === '42501') return 'the user of DATABASE_URL may not create schemas; grant CREATE on the database';
  return String(message ?? thrown).split('\n')[0] ?? 'unknown failure';
}
