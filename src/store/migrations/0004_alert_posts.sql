CREATE INDEX IF NOT EXISTS "alert_groups_posts" ON "glimpse"."alert_groups" USING gin ("posts" jsonb_path_ops);
