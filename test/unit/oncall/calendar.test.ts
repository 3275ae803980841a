import { describe, expect, it } from 'vitest';
import { calendarShifts } from '../../../src/oncall/calendar-shifts.ts';
import { readCalendar } from '../../../src/oncall/read-calendar.ts';

const ms = (iso: string) => Date.parse(iso);
const calendar = (...events: readonly string[][]) =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//rig//EN',
    ...events.flatMap((lines, index) => [
      'BEGIN:VEVENT',
      ...(lines.some((line) => line.startsWith('UID')) ? [] : [`UID:${index}@rig`]),
      ...lines,
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
  ].join('\r\n');
const shiftsOf = (text: string, from: string, to: string, zone = 'Europe/Berlin') =>
  calendarShifts({ text, window: { fromMs: ms(from), toMs: ms(to) }, zone }).map(({ person, fromMs, toMs }) =>
    [person, new Date(fromMs ?? 0).toISOString().slice(0, 16), new Date(toMs ?? 0).toISOString().slice(0, 16)].join(
      ' ',
    ),
  );

const WEEKLY = [
  'DTSTART;TZID=Europe/Berlin:20261019T090000',
  'DTEND;TZID=Europe/Berlin:20261026T090000',
  'SUMMARY:Ana',
];

describe('a calendar', () => {
  it('repeats by the clock on the wall of its zone, also without a VTIMEZONE', () => {
    const text = calendar([...WEEKLY, 'RRULE:FREQ=WEEKLY;INTERVAL=2']);
    expect(shiftsOf(text, '2026-10-20T00:00Z', '2026-11-05T00:00Z')).toEqual([
      'Ana 2026-10-19T07:00 2026-10-26T08:00',
      'Ana 2026-11-02T08:00 2026-11-09T08:00',
    ]);
  });

  it('knows its exceptions: left out, moved, taken over, cancelled', () => {
    const daily = [
      'UID:d',
      'DTSTART:20261101T080000Z',
      'DTEND:20261101T200000Z',
      'SUMMARY:Ana',
      'RRULE:FREQ=DAILY;COUNT=6',
      'EXDATE:20261102T080000Z',
    ];
    const moved = [
      'UID:d',
      'RECURRENCE-ID:20261103T080000Z',
      'DTSTART:20261103T100000Z',
      'DTEND:20261103T220000Z',
      'SUMMARY:Ben',
    ];
    const cancelled = [
      'UID:d',
      'RECURRENCE-ID:20261104T080000Z',
      'DTSTART:20261104T080000Z',
      'DTEND:20261104T200000Z',
      'SUMMARY:Ana',
      'STATUS:CANCELLED',
    ];
    expect(shiftsOf(calendar(daily, moved, cancelled), '2026-11-01T00:00Z', '2026-11-30T00:00Z')).toEqual([
      'Ana 2026-11-01T08:00 2026-11-01T20:00',
      'Ben 2026-11-03T10:00 2026-11-03T22:00',
      'Ana 2026-11-05T08:00 2026-11-05T20:00',
      'Ana 2026-11-06T08:00 2026-11-06T20:00',
    ]);
  });

  it('reads whole days and times without a zone in the zone that the config says', () => {
    const day = ['DTSTART;VALUE=DATE:20261125', 'DTEND;VALUE=DATE:20261126', 'SUMMARY:Ana'];
    const floating = ['DTSTART:20261126T090000', 'DTEND:20261126T170000', 'SUMMARY:Ben'];
    expect(shiftsOf(calendar(day, floating), '2026-11-24T00:00Z', '2026-11-28T00:00Z')).toEqual([
      'Ana 2026-11-24T23:00 2026-11-25T23:00',
      'Ben 2026-11-26T08:00 2026-11-26T16:00',
    ]);
  });

  it.each([
    ['SUMMARY:On call: Ana', 'Ana'],
    ['SUMMARY:Ana (on-call)', 'Ana'],
    ['SUMMARY:On Call - Ana', 'Ana'],
    ['SUMMARY:On call', 'Ana Ruiz', 'ATTENDEE;CN=Ana Ruiz:mailto:ana@example.net'],
    ['SUMMARY:On Call - Payments Schedule', 'ana@example.net', 'ATTENDEE:mailto:ana@example.net'],
    ['SUMMARY:Ana\\, Ben', 'Ana, Ben'],
  ])('takes from %s the person %s', (summary, person, ...more) => {
    const text = calendar(['DTSTART:20261125T090000Z', 'DTEND:20261125T170000Z', summary, ...more]);
    expect(shiftsOf(text, '2026-11-25T10:00Z', '2026-11-25T11:00Z')).toEqual([
      `${person} 2026-11-25T09:00 2026-11-25T17:00`,
    ]);
  });

  it('uses the rules of its own VTIMEZONE where the name of the zone is nobody else’s', () => {
    const own = [
      'BEGIN:VTIMEZONE',
      'TZID:Rig Standard Time',
      'BEGIN:STANDARD',
      'DTSTART:19700101T000000',
      'TZOFFSETFROM:+0300',
      'TZOFFSETTO:+0300',
      'END:STANDARD',
      'END:VTIMEZONE',
      'BEGIN:VEVENT',
    ].join('\r\n');
    const text = calendar([
      'DTSTART;TZID=Rig Standard Time:20261125T120000',
      'DTEND;TZID=Rig Standard Time:20261125T130000',
      'SUMMARY:Ana',
    ]);
    expect(shiftsOf(text.replace('BEGIN:VEVENT', own), '2026-11-25T00:00Z', '2026-11-26T00:00Z')).toEqual([
      'Ana 2026-11-25T09:00 2026-11-25T10:00',
    ]);
  });
});

describe('reading a calendar in its thread', () => {
  const window = { fromMs: ms('2026-11-25T00:00Z'), toMs: ms('2026-11-26T00:00Z') };
  const read = (text: string, deadlineMs?: number) =>
    readCalendar({ text, window, zone: 'UTC' }, 'The calendar night', new AbortController().signal, deadlineMs);

  it('gives what the calendar has', async () => {
    await expect(
      read(calendar(['DTSTART:20261125T090000Z', 'DTEND:20261125T170000Z', 'SUMMARY:Ana']), 60_000),
    ).resolves.toEqual([{ person: 'Ana', fromMs: ms('2026-11-25T09:00Z'), toMs: ms('2026-11-25T17:00Z') }]);
  });

  it('ends a rule that never comes to an end', async () => {
    const never = [
      'DTSTART:20200101T000000Z',
      'DTEND:20200101T010000Z',
      'SUMMARY:Ana',
      'RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30',
    ];
    await expect(read(calendar(never), 1_500)).rejects.toMatchObject({
      code: 'SOURCE_TOO_MUCH',
      message: 'The calendar night repeats too often to be read; shorten its rules or give them an end.',
    });
  });

  it.each(['', '<html>login</html>', 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT', '{"a":1}'])('refuses %j', async (text) => {
    await expect(read(text, 60_000)).rejects.toMatchObject({
      code: 'SOURCE_UNEXPECTED',
      message: expect.stringMatching(/^The calendar night is no calendar that I can read/),
    });
  });
});
