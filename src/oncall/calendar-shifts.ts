/** Shifts out of a calendar (iCalendar, RFC 5545): each event is a shift, recurrences and exceptions included. Pure. */
import ICAL from 'ical.js';
import { DateTime, IANAZone } from 'luxon';
import { isWithin, type Shift, type Window } from './roster.ts';

/** Shifts of one answer; more than this is no plan that anybody reads. */
const SHIFTS_MAX = 1_000;
const PERSON_MAX_CHARS = 100;

/** What is to be read. */
export interface CalendarTask {
  /** The text of the calendar. */
  readonly text: string;
  readonly window: Window;
  /** IANA zone of whole days and of times that name none. */
  readonly zone: string;
}

/**
 * The shifts of a calendar that overlap a window. Rules of a hostile calendar may take for ever: run it where it can be ended.
 *
 * @throws Error where the text is no calendar
 */
export function calendarShifts({ text, window, zone }: CalendarTask): readonly Shift[] {
  const calendar = new ICAL.Component(ICAL.parse(text) as [string, unknown[], unknown[]]);
  if (calendar.name !== 'vcalendar') throw new Error('no VCALENDAR');
  const all = calendar.getAllSubcomponents('vevent');
  // an exception belongs to the event of its uid, which finds it by itself in the same calendar
  const events = all.filter((one) => !one.hasProperty('recurrence-id')).map((one) => new ICAL.Event(one));
  const shifts: Shift[] = [];
  for (const event of events) {
    for (const occurrence of occurrencesOf(event, window, zone)) {
      if (shifts.length < SHIFTS_MAX) shifts.push(occurrence);
    }
  }
  return shifts.toSorted((a, b) => (a.fromMs ?? 0) - (b.fromMs ?? 0));
}

function* occurrencesOf(event: ICAL.Event, window: Window, zone: string): Generator<Shift> {
  if (!event.isRecurring()) {
    const shift = shiftOf(event, event.startDate, event.endDate, zone);
    if (shift && isWithin(shift, window)) yield shift;
    return;
  }
  const iterator = event.iterator();
  // exceptions may lie anywhere: one that was moved here is found by its place in the rule, so a little more is looked at
  const untilMs = window.toMs + LOOK_AHEAD_MS;
  const tzid = tzidOf(event, 'dtstart');
  for (let next = iterator.next(); next; next = iterator.next()) {
    if (msOf(next, tzid, zone) >= untilMs) return;
    const { item, startDate, endDate } = event.getOccurrenceDetails(next);
    const shift = shiftOf(item, startDate, endDate, zone);
    if (shift && isWithin(shift, window)) yield shift;
  }
}

/** A shift that was moved comes from at most so far ahead in its rule. */
const LOOK_AHEAD_MS = 62 * 86_400_000;

function shiftOf(event: ICAL.Event, start: ICAL.Time, end: ICAL.Time, zone: string): Shift | undefined {
  const { component } = event;
  if (String(component.getFirstPropertyValue('status') ?? '').toUpperCase() === 'CANCELLED') return undefined;
  const person = personOf(event);
  const tzid = tzidOf(event, 'dtstart');
  const [fromMs, toMs] = [msOf(start, tzid, zone), msOf(end, tzidOf(event, 'dtend') ?? tzid, zone)];
  return person === '' || !(fromMs < toMs) ? undefined : { person, fromMs, toMs };
}

/** Whom an event is about: `Ana`, `On call: Ana`; of an event that only says "on call" its attendees. */
function personOf({ summary, attendees }: ICAL.Event): string {
  const title = (summary ?? '').replace(/\s+/g, ' ').trim();
  const named = title.replace(/^on[\s-]?call\b\s*[:\-–—]?\s*/i, '').replace(/\s*[([]?\bon[\s-]?call\b[)\]]?$/i, '');
  const people = attendees.map((attendee) => {
    const name = attendee.getParameter('cn');
    return String(name ?? attendee.getFirstValue() ?? '').replace(/^mailto:/i, '');
  });
  const isPlain = named === title && title !== '';
  const said = isPlain || people.length === 0 ? named : people.join(', ');
  return said.slice(0, PERSON_MAX_CHARS);
}

function tzidOf({ component }: ICAL.Event, name: 'dtstart' | 'dtend'): string | undefined {
  const tzid = component.getFirstProperty(name)?.getParameter('tzid');
  return typeof tzid === 'string' ? tzid : undefined;
}

/** A moment, ms since the Unix epoch: by the name of its zone where that is a known one, else by the calendar's own rules. */
function msOf(time: ICAL.Time, tzid: string | undefined, zone: string): number {
  const { year, month, day, hour, minute, second } = time;
  const at = (name: string) =>
    DateTime.fromObject({ year, month, day, hour, minute, second }, { zone: name }).toMillis();
  if (time.isDate) return DateTime.fromObject({ year, month, day }, { zone }).toMillis();
  if (tzid === undefined) return time.zone === ICAL.Timezone.utcTimezone ? at('utc') : at(zone);
  if (IANAZone.isValidZone(tzid)) return at(tzid);
  return time.zone === ICAL.Timezone.localTimezone ? at(zone) : time.toUnixTime() * 1_000;
}
