/** How alerts are read, told and called about: the parts of the config's schema that are about them. */
import { DateTime } from 'luxon';
import { z } from 'zod';
import { mentionOf } from '../alerts/owners.ts';
import { readTemplate, TEMPLATE_MAX_CHARS } from '../alerts/words-template.ts';
import { compilePattern } from '../lib/safe-pattern.ts';
import { durationMs, entryName, labelMatch } from './fields.ts';

const DAY_MS = 86_400_000;

/** An expression of RE2. */
const safePattern = z
  .string()
  .min(1)
  .superRefine((text, context) => {
    try {
      compilePattern(text);
    } catch (thrown) {
      if (!(thrown instanceof SyntaxError)) throw thrown;
      context.addIssue({ code: 'custom', message: thrown.message });
    }
  });

/** How alerts are recognised in what other integrations post. */
export const AlertPattern = z.strictObject({
  name: entryName.describe('What such alerts are called where nothing else says so'),
  match: safePattern.describe(
    'Expression of RE2 over all that the post says, line by line; its named groups `(?<host>…)` become labels, `status`, `severity`, `title`, `description`, `url` and `value` say what they say',
  ),
  from: z
    .union([z.string(), z.array(z.string()).min(1).max(100)])
    .transform((value) => [value].flat())
    .optional()
    .describe('Names that it is posted under; `*` stands for any characters. Left out: any'),
  resolved: safePattern.optional().describe('When this fits too, the alert is over'),
  labels: z.record(z.string(), z.string()).optional().describe('Labels that such alerts always have'),
});

const isoMoment = z.string().refine((text) => DateTime.fromISO(text).isValid, {
  error: 'is no moment; write it like 2026-11-25T22:00 or 2026-11-25T22:00+01:00',
});

/** When some alerts are expected. */
export const Maintenance = z
  .strictObject({
    match: labelMatch.optional().describe('Labels as in routes; left out: every alert'),
    from: isoMoment.optional().describe('Begin, ISO 8601; without an offset in `zone`'),
    to: isoMoment.optional().describe('End'),
    daily: z
      .string()
      .regex(/^(?:[01]\d|2[0-3]):[0-5]\d-(?:[01]\d|2[0-3]):[0-5]\d$/, {
        error: 'is no span of a day; write it like 22:00-04:00',
      })
      .optional()
      .describe('Hours of every day in `zone`; may cross midnight'),
  })
  .refine(({ to, daily }) => to !== undefined || daily !== undefined, {
    error: 'never ends; give `to`, or `daily`',
  })
  .refine(({ from, to }) => !endsBefore(from, to), { path: ['to'], error: 'is not after `from`; swap them' })
  .refine(({ daily }) => daily === undefined || new Set(daily.split('-')).size > 1, {
    path: ['daily'],
    error: 'ends when it begins; leave it out where the whole day is meant',
  });

/** Of two moments only one of which has an offset, who is first depends on the zone: that is not looked at. */
function endsBefore(from: string | undefined, to: string | undefined): boolean {
  if (from === undefined || to === undefined) return false;
  const [first, last] = [from, to].map((text) => DateTime.fromISO(text, { zone: 'utc', setZone: true }));
  const hasOffset = (text: string) => /T.*(?:Z|[+-][\d:]+)$/.test(text);
  return first !== undefined && last !== undefined && hasOffset(from) === hasOffset(to) && last <= first;
}

/** Whom an alert may call: people and teams, never a whole room. */
const mention = z.string().refine((text) => mentionOf(text) !== undefined, {
  error: 'is no name of a person or team in a chat; write it like ana or payments-oncall (whole rooms are not called)',
});

/** Words with places: what is wrong with them is said when the config is read, not when an alert comes. */
const wordsTemplate = z
  .string()
  .max(TEMPLATE_MAX_CHARS)
  .transform((text, context) => {
    const read = readTemplate(text);
    if ('template' in read) return read.template;
    context.addIssue({ code: 'custom', message: read.fault });
    return z.NEVER;
  });

/** Words of the operator for what rooms read of alerts. */
export const Template = z.strictObject({
  title: wordsTemplate
    .optional()
    .describe('The first line behind the severity, such as `{{labels.cluster}} · {{name}}`'),
  text: wordsTemplate
    .optional()
    .describe('The lines beneath it, such as `{{annotations.impact | description}}`; at most five'),
  member: wordsTemplate.optional().describe('What each alert of a group is called, such as `{{labels.pod | host}}`'),
});

/** Who is called. */
export const Owners = z.strictObject({
  severities: z
    .array(z.enum(['critical', 'error', 'warning', 'info', 'unknown']))
    .default(['critical', 'error'])
    .describe('For which alerts anybody is called'),
  labels: z
    .array(z.string().min(1))
    .max(20)
    .default([])
    .describe(
      'Labels whose value is the name of a person or team in the chat, such as `owner`; whoever sends alerts can then call anybody',
    ),
  people: z
    .array(
      z.strictObject({
        match: labelMatch.describe('Labels as in routes'),
        chat: entryName.optional().describe('Only in this chat; left out: in every chat'),
        mention: z
          .union([mention, z.array(mention).min(1).max(5)])
          .transform((value) => [value].flat())
          .describe('Names of people or teams in the chat'),
      }),
    )
    .max(1000)
    .default([])
    .describe('Whose alerts are whose; all that match'),
});

/** How alerts live. */
export const Alerts = z.strictObject({
  noNewsAfter: durationMs
    .prefault('1d')
    .describe(
      'What fires and is not told again for this long is shown as "no news since"; longer than the senders\' own repeats',
    ),
  flapping: z
    .strictObject({
      changes: z.int().min(3).max(100).default(5).describe('So many beginnings and ends of one problem …'),
      within: durationMs
        .prefault('30m')
        .describe('… within this are flapping; it is over after half of it without a change'),
    })
    .prefault({})
    .describe('When a problem comes and goes too often to be told each time'),
  waitForChat: durationMs
    .prefault('5m')
    .describe(
      "A critical alert that cannot be posted for this long goes to its route's fallback, or to the operators, too; to the operators also any other that its chat refuses to take",
    ),
  postsPerMinute: z
    .union([z.int().min(1).max(1000), z.literal('off')])
    .default(10)
    .describe(
      'New posts that a room has within a minute; further groups are told together in one post until it is calm. `off`: every group has its own',
    ),
  template: Template.prefault({}).describe('Words for what rooms read of alerts; left out: the usual ones'),
  watchdogs: z
    .array(
      z.strictObject({
        match: labelMatch.describe('Labels as in routes'),
        within: durationMs.describe('Longest time between two of them; more than the repeat of their sender'),
      }),
    )
    .max(100)
    .prefault([{ match: { alertname: 'Watchdog' }, within: '25h' }])
    .describe('Alerts that must keep coming: silent while they arrive, a critical alert when they stop'),
  keep: durationMs
    .refine((ms) => ms >= DAY_MS, { error: 'is less than a day; what fires could be forgotten. Write it like 90d' })
    .prefault('90d')
    .describe('How long alerts and changes are kept after they were last heard of'),
});
