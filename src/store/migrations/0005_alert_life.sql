ALTER TABLE "glimpse"."problems"
  ADD COLUMN IF NOT EXISTS "told" integer NOT NULL DEFAULT 1,
  ADD COLUMN IF NOT EXISTS "heard_ms" bigint,
  ADD COLUMN IF NOT EXISTS "has_fired" boolean NOT NULL DEFAULT true,
  ADD COLUMN IF NOT EXISTS "first_value" double precision,
  ADD COLUMN IF NOT EXISTS "low_value" double precision,
  ADD COLUMN IF NOT EXISTS "high_value" double precision;
--> statement-breakpoint
ALTER TABLE "glimpse"."alert_groups"
  ADD COLUMN IF NOT EXISTS "untold_ms" bigint,
  ADD COLUMN IF NOT EXISTS "told_ms" bigint,
  ADD COLUMN IF NOT EXISTS "due_ms" bigint,
  ADD COLUMN IF NOT EXISTS "life" jsonb NOT NULL DEFAULT '{}';
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "alert_groups_due" ON "glimpse"."alert_groups" ("due_ms") WHERE "due_ms" IS NOT NULL;
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "alert_groups_closed" ON "glimpse"."alert_groups" ("closed_ms") WHERE "closed_ms" IS NOT NULL;
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "problems_closed" ON "glimpse"."problems" ("closed_ms") WHERE "closed_ms" IS NOT NULL;
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "changes_received" ON "glimpse"."changes" ("received_ms");
