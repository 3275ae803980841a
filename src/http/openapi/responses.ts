/** What the interface answers, as schemas: for its document, and for tests that hold answers against it. */
import { z } from 'zod';
import { SEVERITIES } from '../../domain/alert-severity.ts';
import { ERROR_CATALOGUE, type ErrorCode } from '../../domain/errors.ts';

const Time = z.string().describe('ISO 8601');
const Link = z.looseObject({ title: z.string(), url: z.string() });
const Html = z.string().describe('HTML that is safe to show; lines end in `\\n`');
const Path = z.string().describe('a path of this server');

const Explanation = z
  .looseObject({
    query: z.string().optional(),
    command: z.string().optional(),
    source: z.string().optional(),
    arguments: z.record(z.string(), z.array(z.string())).optional(),
    range: z.looseObject({ from: Time, to: Time, zone: z.string(), text: z.string() }).optional(),
    notes: z.array(z.string()).optional(),
  })
  .describe('how the question was understood; what is absent is left out');

const Frame = z
  .looseObject({ kind: z.enum(['series', 'table', 'logs', 'heatmap']), warnings: z.array(z.string()) })
  .describe('data: times in ms since 1970, null for a gap');

const Answer = z.looseObject({
  id: z.string().optional().describe('under which the answer is kept'),
  page: Path.optional(),
  question: z.string().optional().describe('the question in full; absent for what is no question about data'),
  explanation: Explanation,
  text: z.string(),
  html: Html,
  alt: z.string().describe('one line that says the same without the picture'),
  frames: z.array(Frame),
  links: z.array(Link),
  notes: z.array(z.string()),
  image: Path.nullable(),
  followUps: z.array(z.string()).describe('whole questions that may come next'),
});

const Alert = z.looseObject({
  id: z.string(),
  title: z.string(),
  status: z.enum(['firing', 'silent', 'resolved']).describe('`silent`: what fired was not told of for too long'),
  severity: z.string(),
  acknowledged: z.boolean(),
  suppressed: z.boolean(),
  flapping: z.boolean(),
  source: z.string(),
  hook: z.string(),
  since: Time,
  heard: Time.describe('when it was last told of'),
  ended: Time.nullable(),
  firings: z.array(z.object({ since: Time, ended: Time.nullable() })).describe('when it fired, the newest first'),
  zone: z.string().describe('IANA time zone of the words'),
  count: z.number(),
  firing: z.number(),
  silent: z.number(),
  text: z.string(),
  html: Html,
  links: z.array(Link),
  members: z.array(z.looseObject({ fingerprint: z.string(), status: z.string(), title: z.string() })),
});

const Change = z.looseObject({
  id: z.string(),
  kind: z.string(),
  phase: z.string(),
  title: z.string(),
  startsAt: Time,
});

/** The bodies of good answers, by name. */
export const RESPONSES = {
  Answer,
  KeptAnswer: Answer.extend({
    q: z.string().describe('as it was asked'),
    askedAt: Time,
    askedBy: z.object({ platform: z.string(), userName: z.string() }),
  }),
  Explanation,
  Queries: z.object({
    queries: z.array(
      z.looseObject({ id: z.string(), title: z.string(), example: z.string(), help: Html, demo: z.boolean() }),
    ),
  }),
  Completion: z.object({
    from: z.number(),
    to: z.number(),
    items: z.array(
      z.object({
        text: z.string(),
        kind: z.enum(['query', 'value', 'time', 'word']),
        title: z.string().optional(),
      }),
    ),
  }),
  Values: z.object({
    parameters: z.array(
      z.object({
        name: z.string(),
        source: z.string(),
        known: z.boolean(),
        total: z.number(),
        values: z.array(z.string()),
      }),
    ),
  }),
  Alerts: z.object({
    from: Time,
    to: Time,
    firing: z.record(z.enum(SEVERITIES), z.number()).describe('how many groups fire now, by the worst of each'),
    silent: z.number().describe('of how many that fired nothing was heard for too long'),
    alerts: z.array(Alert),
    changes: z.array(Change),
    next: z.string().nullable().describe('`before` of the request that goes on; null when these are all'),
  }),
  Alert,
  Changes: z.object({
    changes: z.array(Change),
    missing: z.array(z.string()).describe('sources whose marks could not be had, a sentence each'),
  }),
  Context: z.looseObject({
    gatheredAt: Time,
    charts: z.array(z.looseObject({ title: z.string(), alt: z.string(), image: Path, page: Path })),
    text: z.string(),
    html: Html,
    lines: z.array(z.string()),
    failures: z.array(z.string()),
  }),
  Fired: z.object({ fingerprint: z.string(), title: z.string(), startsAt: Time, endsAt: Time }),
  Usage: z.object({
    days: z.number(),
    queries: z.array(
      z.object({
        query: z.string(),
        asked: z.number(),
        noData: z.number(),
        failed: z.number(),
        codes: z.record(z.string(), z.number()),
        halfWithinMs: z.number().nullable().describe('half had their data within this; null: over 30 s'),
        mostWithinMs: z.number().nullable().describe('95 of 100 had their data within this; null: over 30 s'),
      }),
    ),
    unused: z.array(z.string()).describe('defined, but not asked'),
  }),
  Taken: z.looseObject({ alerts: z.number(), changes: z.number() }),
  State: z.looseObject({ status: z.string() }),
  Problem: z.looseObject({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    code: z.enum(Object.keys(ERROR_CATALOGUE) as [ErrorCode, ...ErrorCode[]]),
    detail: z.string(),
    suggestions: z.array(z.string()).optional().describe('questions that would work'),
  }),
} as const satisfies Record<string, z.ZodType>;
