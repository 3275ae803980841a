/** Migrations only add, so that a version of Glimpse and the next run side by side on one database. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MIGRATIONS_FOLDER } from '../../../src/store/database.ts';

interface Journal {
  readonly entries: readonly { readonly idx: number; readonly when: number; readonly tag: string }[];
}

const files = readdirSync(MIGRATIONS_FOLDER).filter((file) => file.endsWith('.sql'));
const journal = JSON.parse(readFileSync(join(MIGRATIONS_FOLDER, 'meta/_journal.json'), 'utf8')) as Journal;

/** What the version before goes on working with: it names its columns, and knows nothing of what is new. */
const ADDITIONS = [
  /^CREATE SCHEMA IF NOT EXISTS /,
  /^CREATE TABLE IF NOT EXISTS /,
  /^CREATE INDEX IF NOT EXISTS /,
  /^ALTER TABLE \S+ ALTER COLUMN \S+ SET STORAGE /,
];
const ALTERATIONS = /^ALTER TABLE \S+\s+(.*)$/s;

function isAddition(statement: string): boolean {
  const alterations = ALTERATIONS.exec(statement)?.[1]?.split(/,\s*(?=ADD|DROP|ALTER|RENAME)/) ?? [];
  return (
    ADDITIONS.some((pattern) => pattern.test(statement)) || (alterations.length > 0 && alterations.every(isColumn))
  );
}

/** Rows of the version before come without it. */
function isColumn(alteration: string): boolean {
  if (!alteration.startsWith('ADD COLUMN IF NOT EXISTS ')) return false;
  return !/\bNOT NULL\b/.test(alteration) || /\bDEFAULT\b/.test(alteration);
}

it.each(files)('%s adds, and changes nothing that is there', (file) => {
  const statements = readFileSync(join(MIGRATIONS_FOLDER, file), 'utf8')
    .split('--> statement-breakpoint')
    .flatMap((part) => part.split(/;\s*$/m))
    .map((statement) => statement.replace(/^\s*--.*$/gm, '').trim())
    .filter((statement) => statement !== '');
  expect(statements.length).toBeGreaterThan(0);
  expect(statements.filter((statement) => !isAddition(statement))).toEqual([]);
});

it.each([
  'DROP TABLE "glimpse"."people"',
  'ALTER TABLE "glimpse"."people" DROP COLUMN "zone"',
  'ALTER TABLE "glimpse"."people" RENAME COLUMN "zone" TO "place"',
  'ALTER TABLE "glimpse"."people" ADD COLUMN IF NOT EXISTS "age" bigint NOT NULL',
  'ALTER TABLE "glimpse"."people" ADD COLUMN IF NOT EXISTS "age" bigint, DROP COLUMN "zone"',
  'ALTER TABLE "glimpse"."people" ADD COLUMN IF NOT EXISTS "a" bigint DEFAULT 0, ADD COLUMN IF NOT EXISTS "b" bigint NOT NULL',
  'ALTER TABLE "glimpse"."people" ALTER COLUMN "zone" TYPE jsonb',
  'CREATE UNIQUE INDEX IF NOT EXISTS "one" ON "glimpse"."people" ("zone")',
])('knows %s as none', (statement) => {
  expect(isAddition(statement)).toBe(false);
});

it('has each migration once in the journal, in the order of their moments', () => {
  expect(journal.entries.map(({ tag }) => `${tag}.sql`)).toEqual([...files].sort());
  const moments = journal.entries.map(({ when }) => when);
  expect(moments).toEqual([...new Set(moments)].sort((a, b) => a - b));
});
