CREATE TABLE IF NOT EXISTS "glimpse"."alert_turns" (
  "id" text PRIMARY KEY,
  "group_key" text NOT NULL,
  "gathering" text,
  "at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "alert_turns_gathering" ON "glimpse"."alert_turns" ("gathering") WHERE "gathering" IS NOT NULL;
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "alert_turns_at" ON "glimpse"."alert_turns" ("at_ms");
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "glimpse"."alert_rooms" (
  "place" text PRIMARY KEY,
  "turns_ms" bigint[] NOT NULL DEFAULT '{}',
  "gathering" text,
  "storm" text,
  "storm_since_ms" bigint,
  "storm_last_ms" bigint,
  "missed" text
);
