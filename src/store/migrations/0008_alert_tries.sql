ALTER TABLE "glimpse"."alert_groups" ADD COLUMN IF NOT EXISTS "tried_ms" bigint;
