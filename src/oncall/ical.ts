/** A calendar (iCalendar) whose events are shifts: a file beside the config, or an address that gives one. */
import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { certificateAuthority, secret, timeZone } from '../config/fields.ts';
import { BotError } from '../domain/errors.ts';
import { codeOfStatus } from '../lib/http-client.ts';
import { failureWords, replyFailure } from '../lib/reply-failure.ts';
import { readCalendar } from './read-calendar.ts';
import { coverage, defineRoster, type Roster, type RosterDeps, type Window } from './roster.ts';

const TITLE = 'the calendar';
/** Ten years of daily shifts, each an event of its own, are 1 MB. */
const BODY_MAX_BYTES = 4 * 1024 * 1024;
/** A plan changes a few times a day at most. */
const KEEP_MS = 5 * 60_000;

const IcalOptions = z
  .strictObject({
    kind: z.literal('ical'),
    file: z.string().min(1).optional().describe('Path of an .ics file'),
    url: secret
      .refine((value) => /^https?:\/\/[^\s/]/.test(value.reveal()) && URL.canParse(value.reveal()), {
        error: 'is not an http or https address of a calendar; webcal:// is written https://',
      })
      .optional()
      .describe('Address of the calendar; private ones hold their key, so it is kept secret'),
    ca: certificateAuthority.optional().describe("Certificate (PEM) of the authority that signed the server's own"),
    zone: timeZone.optional().describe('Zone of whole days and times without one; left out: the `zone` of the config'),
    ...coverage,
  })
  .refine(({ file, url }) => (file === undefined) !== (url === undefined), { error: 'needs one of `file` and `url`' });
type IcalOptions = z.output<typeof IcalOptions>;

/** The kind `ical`. */
export const ical = defineRoster({ kind: 'ical', title: TITLE, options: IcalOptions, create });

function create(options: IcalOptions, deps: RosterDeps): Roster {
  const { match, zone = deps.zone } = options;
  const title = `The calendar ${deps.name}`;
  let kept: { readonly text: string; readonly untilMs: number } | undefined;

  async function textOf(signal: AbortSignal): Promise<string> {
    if (kept && kept.untilMs > deps.clock.now()) return kept.text;
    const text =
      options.file === undefined ? await fetchText(options, title, deps, signal) : await readText(options.file, title);
    kept = { text, untilMs: deps.clock.now() + KEEP_MS };
    return text;
  }

  async function shifts(window: Window, signal: AbortSignal) {
    return readCalendar({ text: await textOf(signal), window, zone }, title, signal);
  }

  return {
    schedules: [{ name: deps.name, ...(match && { match }), shifts }],
    async check(signal) {
      const nowMs = deps.clock.now();
      const found = await shifts({ fromMs: nowMs, toMs: nowMs + CHECKED_MS }, signal);
      const empty = `${title} has no event in the next ${CHECKED_MS / DAY_MS} days; nobody would be on call.`;
      return { version: 'iCalendar', problems: found.length > 0 ? [] : [empty] };
    },
  };
}

const DAY_MS = 86_400_000;
/** A plan that ends sooner is about to be forgotten. */
const CHECKED_MS = 14 * DAY_MS;

async function readText(file: string, title: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > BODY_MAX_BYTES) throw tooLarge(title);
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (cause instanceof BotError) throw cause;
    const why = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : 'it cannot be read';
    throw new BotError(
      'SOURCE_NOT_FOUND',
      `${title} is missing: ${why}; see \`file\` in the configuration.`,
      {},
      { cause },
    );
  }
}

async function fetchText(
  { url: given, ca }: IcalOptions,
  title: string,
  { http, clock }: RosterDeps,
  signal: AbortSignal,
) {
  const url = new URL(given?.reveal() ?? '');
  const request = {
    headers: { accept: 'text/calendar, text/plain;q=0.5' },
    maxBytes: BODY_MAX_BYTES,
    ...(ca && { ca: ca.reveal() }),
  };
  const reply = await http.send(url, request, signal).catch((thrown: unknown) => {
    throw withoutPath(thrown, url, title);
  });
  if (reply.status === 200 && reply.contentType !== 'text/html') return reply.text;
  const code = reply.status < 300 ? 'SOURCE_AUTH' : codeOfStatus(reply.status);
  const said =
    code === 'SOURCE_NOT_FOUND' ? `${title} is not at its address any more (404).` : failureWords(title, code, reply);
  throw replyFailure(code, said, reply, clock.now());
}

/** The path of a private calendar is its key. */
function withoutPath(thrown: unknown, { host, pathname }: URL, title: string): unknown {
  if (!(thrown instanceof BotError)) return thrown;
  const { code, message, details } = thrown;
  if (code === 'SOURCE_TOO_MUCH') return tooLarge(title);
  if (code === 'SOURCE_TIMEOUT') {
    const seconds = Math.max(0.1, Math.round(Number(details.timeoutMs) / 100) / 10);
    return new BotError(code, `${title} did not answer within ${seconds} s.`, details);
  }
  const place = message.replaceAll(`${host}${pathname}`, host);
  return new BotError(code, `${title} cannot be had: ${place}`, details);
}

function tooLarge(title: string): BotError {
  return new BotError('SOURCE_TOO_MUCH', `${title} is larger than ${BODY_MAX_BYTES / 1024 / 1024} MiB.`);
}
