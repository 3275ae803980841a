CREATE SCHEMA IF NOT EXISTS "glimpse";
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "glimpse"."conversations" (
  "key" text PRIMARY KEY,
  "question" jsonb NOT NULL,
  "asked_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "conversations_asked" ON "glimpse"."conversations" ("asked_ms");
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "glimpse"."people" (
  "key" text PRIMARY KEY,
  "zone" text NOT NULL,
  "set_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "glimpse"."cursors" (
  "chat" text PRIMARY KEY,
  "taken_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "glimpse"."budgets" (
  "key" text PRIMARY KEY,
  "calls_ms" bigint[] NOT NULL DEFAULT '{}',
  "blocked_ms" bigint NOT NULL DEFAULT 0
);
