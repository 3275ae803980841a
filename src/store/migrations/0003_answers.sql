CREATE TABLE IF NOT EXISTS "glimpse"."answers" (
  "id" text PRIMARY KEY,
  "asked_ms" bigint NOT NULL,
  "bytes" integer NOT NULL,
  "packed" bytea NOT NULL
);
--> statement-breakpoint
ALTER TABLE "glimpse"."answers" ALTER COLUMN "packed" SET STORAGE EXTERNAL;
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "answers_asked" ON "glimpse"."answers" ("asked_ms");
