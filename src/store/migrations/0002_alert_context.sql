ALTER TABLE "glimpse"."alert_groups" ADD COLUMN IF NOT EXISTS "contexts" jsonb NOT NULL DEFAULT '{}';
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "alert_groups_since" ON "glimpse"."alert_groups" ("since_ms");
