CREATE TABLE IF NOT EXISTS "glimpse"."alert_events" (
  "delivery_id" text PRIMARY KEY,
  "fingerprint" text NOT NULL,
  "group_key" text NOT NULL,
  "at_ms" bigint NOT NULL,
  "received_ms" bigint NOT NULL,
  "repeats" integer NOT NULL DEFAULT 0,
  "alert" jsonb NOT NULL
);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "alert_events_fingerprint" ON "glimpse"."alert_events" ("fingerprint", "at_ms");
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "alert_events_received" ON "glimpse"."alert_events" ("received_ms");
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "glimpse"."problems" (
  "fingerprint" text PRIMARY KEY,
  "group_key" text NOT NULL,
  "status" text NOT NULL,
  "opened_ms" bigint NOT NULL,
  "closed_ms" bigint,
  "event_ms" bigint NOT NULL,
  "alert" jsonb NOT NULL
);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "problems_group" ON "glimpse"."problems" ("group_key");
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "problems_status" ON "glimpse"."problems" ("status", "opened_ms");
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "glimpse"."alert_groups" (
  "key" text PRIMARY KEY,
  "version" bigint NOT NULL,
  "told_version" bigint NOT NULL DEFAULT 0,
  "changed_ms" bigint NOT NULL,
  "conversation" integer NOT NULL DEFAULT 1,
  "since_ms" bigint NOT NULL,
  "closed_ms" bigint,
  "posts" jsonb NOT NULL DEFAULT '[]'
);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "alert_groups_untold" ON "glimpse"."alert_groups" ("changed_ms") WHERE "version" > "told_version";
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "glimpse"."changes" (
  "id" text PRIMARY KEY,
  "at_ms" bigint NOT NULL,
  "received_ms" bigint NOT NULL,
  "change" jsonb NOT NULL
);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "changes_at" ON "glimpse"."changes" ("at_ms");
