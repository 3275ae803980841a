/**
 * drizzle-orm, loaded as CommonJS. As ES modules it costs 0.45 s and 150 MB at every start: Node reads its package.json of
 * 179 kB anew for each file (seen with Node 24 and drizzle-orm 0.45).
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

const orm: typeof import('drizzle-orm') = require('drizzle-orm');
const pgCore: typeof import('drizzle-orm/pg-core') = require('drizzle-orm/pg-core');
const nodePostgres: typeof import('drizzle-orm/node-postgres') = require('drizzle-orm/node-postgres');
const nodePostgresMigrator: typeof import('drizzle-orm/node-postgres/migrator') = require('drizzle-orm/node-postgres/migrator');
const pgProxy: typeof import('drizzle-orm/pg-proxy') = require('drizzle-orm/pg-proxy');
const pgProxyMigrator: typeof import('drizzle-orm/pg-proxy/migrator') = require('drizzle-orm/pg-proxy/migrator');

/** Conditions and raw SQL. */
export const { eq, sql } = orm;
/** Kinds of columns and the schema they are in. */
export const { bigint, jsonb, pgSchema, text } = pgCore;
/** Over a `pg` pool or client. */
export const onPostgres = { drizzle: nodePostgres.drizzle, migrate: nodePostgresMigrator.migrate };
/** Over a function that runs one statement. */
export const onProxy = { drizzle: pgProxy.drizzle, migrate: pgProxyMigrator.migrate };
