CREATE TABLE IF NOT EXISTS "glimpse"."usage" (
  "day" integer NOT NULL,
  "query" text NOT NULL,
  "outcome" text NOT NULL,
  "code" text NOT NULL,
  "within_ms" integer NOT NULL,
  "times" bigint NOT NULL,
  PRIMARY KEY ("day", "query", "outcome", "code", "within_ms")
);
