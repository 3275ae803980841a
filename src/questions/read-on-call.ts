/** Reads `who is on call`, `on call for checkout tomorrow at 18:00`: about whom, and when; what is ahead may be asked too. */
import { casual as englishDates } from 'chrono-node/en';
import { DateTime } from 'luxon';
import { BotError } from '../domain/errors.ts';
import { PART_HOURS } from './words.ts';

/** A question about who is on call. */
export interface OnCallCommand {
  readonly kind: 'on-call';
  /** A schedule, a service, a team. */
  readonly topic?: string;
  /** ms since the Unix epoch, half-open; left out: now. */
  readonly window?: { readonly fromMs: number; readonly toMs: number };
  /** The time as it was said. */
  readonly said?: string;
}

const ASKED =
  /^\s*(?:(?:tell me|show me|please)\s+)?(?:who(?:['’]?s|se)?\s+)?(?:(?:is|are|was|were|will|be|has|had|goes|the)\s+)*(?:on[\s-]?call|oncall)\b/i;
/** `on call` could be a value of a question: these words must not stand before it. */
const FILLERS =
  /\b(?:for|of|in|about|the|on|now|currently|right|is|be|this|at|please|team|service|from|to|until)\b|[?!.,]/gi;
const YEARS_MAX = 2;

/**
 * Reads a text; nothing when it asks something else.
 *
 * @throws BotError `ASK_BAD_RANGE` for a time that nobody plans for
 */
export function readOnCall(text: string, nowMs: number, zone: string): OnCallCommand | undefined {
  const found = ASKED.exec(text);
  if (!found) return undefined;
  const rest = text.slice(found[0].length);
  const isPast = /\b(?:was|were|had)\b/i.test(found[0]);
  const time = timeIn(rest, nowMs, zone, isPast);
  const left = time ? rest.replace(time.said, ' ') : rest;
  const quoted = /["“„]([^"“”]+)["”“]/.exec(left)?.[1];
  const [word] = left.replace(FILLERS, ' ').trim().split(/\s+/);
  const topic = quoted?.trim() || word;
  if (time && Math.abs(time.window.fromMs - nowMs) > YEARS_MAX * 366 * 86_400_000) {
    throw new BotError('ASK_BAD_RANGE', `Nobody plans so far: ask within ${YEARS_MAX} years of now.`, {
      suggestions: ['who is on call', 'who is on call tomorrow'],
    });
  }
  return { kind: 'on-call', ...(topic && { topic }), ...(time && { window: time.window, said: time.said }) };
}

/** The first moment or day in a text, by the clock on the wall of a zone. */
function timeIn(text: string, nowMs: number, zone: string, isPast: boolean) {
  const offset = DateTime.fromMillis(nowMs, { zone }).offset;
  const [first] = englishDates.parse(text, { instant: new Date(nowMs), timezone: offset }, { forwardDate: !isPast });
  if (!first) return undefined;
  const said = first.text;
  const from = momentOf(first.start, zone);
  if (first.end)
    return {
      said,
      window: { fromMs: from.toMillis(), toMs: Math.max(from.toMillis() + 1, momentOf(first.end, zone).toMillis()) },
    };
  const ofDay = first.start.isCertain('hour') ? undefined : hoursOf(said);
  if (!ofDay) return { said, window: { fromMs: from.toMillis(), toMs: from.toMillis() + 1 } };
  // a day, or a part of it, is the whole of it: shifts change within
  const day = from.startOf('day');
  const at = (hour: number) =>
    day
      .plus({ days: Math.floor(hour / 24) })
      .set({ hour: hour % 24 })
      .toMillis();
  return { said, window: { fromMs: at(ofDay[0]), toMs: at(ofDay[1]) } };
}

/** The hours that a day without a time of day means, from its midnight on. */
function hoursOf(said: string): readonly [number, number] | undefined {
  if (/^now$/i.test(said.trim())) return undefined;
  const part = Object.entries(PART_HOURS).find(([name]) => said.toLowerCase().includes(name));
  if (part) return part[1];
  // its saturday
  return /weekend/i.test(said) ? [0, 48] : [0, 24];
}

type Components = NonNullable<ReturnType<typeof englishDates.parse>[number]['start']>;

function momentOf(parts: Components, zone: string): DateTime {
  // `in 3 hours`, `18:00 UTC`: a moment, whatever the wall says
  if (parts.isCertain('timezoneOffset')) return DateTime.fromJSDate(parts.date(), { zone });
  const get = (name: 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second') => parts.get(name) ?? undefined;
  const wall = { year: get('year'), month: get('month'), day: get('day'), hour: get('hour'), minute: get('minute') };
  return DateTime.fromObject(wall as Record<'year' | 'month' | 'day' | 'hour' | 'minute', number>, { zone });
}
