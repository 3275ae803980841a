/** Times of any make: what is read is a window before now, and its text is read as the same window. */
import { fc, test } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import { BotError } from '../../src/domain/errors.ts';
import type { TimeRange } from '../../src/domain/time-range.ts';
import { parseTimeRange } from '../../src/questions/parse-time-range.ts';
import { momentOf, shiftWall, wallTimeOf } from '../../src/questions/wall-clock.ts';

const zones = fc.constantFrom(
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Pacific/Apia',
  'UTC',
  'Australia/Lord_Howe',
);
const DAY_MS = 86_400_000;
/** Any moment of a few years, often within hours of a change of the clocks. */
const nows = fc.oneof(
  fc.integer({ min: Date.parse('2024-01-01'), max: Date.parse('2028-12-31') }),
  fc
    .tuple(
      fc.constantFrom('2026-03-29T01:00Z', '2026-10-25T01:00Z', '2026-03-08T07:00Z', '2026-11-01T06:00Z'),
      fc.integer({ min: -2 * DAY_MS, max: 2 * DAY_MS }),
    )
    .map(([change, offsetMs]) => Date.parse(change) + offsetMs),
);

const pad = (value: number) => String(value).padStart(2, '0');
const clocks = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([hour, minute]) => `${pad(hour)}:${pad(minute)}`);
const durations = fc
  .tuple(fc.integer({ min: 1, max: 90 }), fc.constantFrom('s', 'm', 'min', 'h', 'd', 'w', 'mo', ' hours', ' days'))
  .map(([count, unit]) => `${count}${unit}`);
const weekdays = fc.constantFrom('monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday');
const dates = fc
  .date({ min: new Date('2023-01-01'), max: new Date('2028-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const days = fc.oneof(fc.constantFrom('today', 'yesterday', '2d ago'), weekdays, dates);
const points = fc.oneof(
  clocks,
  fc.tuple(days, clocks).map((parts) => parts.join(' ')),
  durations.map((duration) => `${duration} ago`),
  fc
    .tuple(dates, clocks, fc.constantFrom('Z', '+02:00', '-0530'))
    .map(([date, clock, zone]) => `${date}T${clock}${zone}`),
);
const phrases = fc.oneof(
  durations,
  durations.map((duration) => `last ${duration}`),
  fc.constantFrom(
    'last hour',
    'this week',
    'last week',
    'this month',
    'last month',
    'this morning',
    'last night',
    'tonight',
  ),
  days,
  weekdays.map((day) => `last ${day}`),
  fc.tuple(days, fc.constantFrom('morning', 'afternoon', 'evening', 'night')).map((parts) => parts.join(' ')),
  points.map((point) => `since ${point}`),
  points.map((point) => `around ${point}`),
  fc.tuple(points, points).map(([from, to]) => `from ${from} to ${to}`),
  fc.tuple(days, clocks, clocks).map(([day, from, to]) => `${day} ${from}-${to}`),
  fc.tuple(clocks, clocks, days).map(([from, to, day]) => `${from}-${to} ${day}`),
  fc.tuple(dates, dates).map(([from, to]) => `${from} to ${to}`),
);

/** The window that a text means, or nothing when it is refused; anything thrown but a refusal fails. */
function windowOf(text: string, nowMs: number, zone: string): TimeRange | undefined {
  try {
    return parseTimeRange(text, nowMs, zone);
  } catch (thrown) {
    if (thrown instanceof BotError && thrown.code === 'ASK_BAD_RANGE') return undefined;
    throw thrown;
  }
}

function expectSound(text: string, nowMs: number, zone: string): void {
  const range = windowOf(text, nowMs, zone);
  if (!range) return;
  expect(range.fromMs).toBeLessThan(range.toMs);
  expect(range.toMs).toBeLessThanOrEqual(nowMs);
  expect(Number.isInteger(range.fromMs)).toBe(true);
  expect(parseTimeRange(range.text, nowMs, zone)).toEqual(range);
}

test.prop([phrases, nows, zones], { numRuns: 3_000 })(
  'a window is before now, not empty, and its text is read as the same',
  expectSound,
);

const words =
  'last past since from to until between and around at on the this now today yesterday tomorrow monday mon week month day ' +
  'hour hours m h 1h 30m 6h ago 09:00 23:00 24:00 2pm am pm noon midnight morning night 2026-11-20 20 20th november may ' +
  '2026 - .. / ~ 1 2 12 a an half two';

test.prop([fc.array(fc.constantFrom(...words.split(' ')), { maxLength: 8 }), nows, zones], { numRuns: 5_000 })(
  'words of time in any order are read soundly or refused',
  (soup, nowMs, zone) => expectSound(soup.join(' '), nowMs, zone),
);

test.prop([fc.string({ unit: 'binary', maxLength: 300 }), nows, zones], { numRuns: 2_000 })(
  'any text at all is read soundly or refused',
  expectSound,
);

test.prop(
  [fc.constantFrom(...words.split(' ')), fc.constantFrom('', ' ', '-', '..'), fc.integer({ min: 1, max: 20_000 })],
  {
    numRuns: 300,
  },
)('a text of any length is answered', (word, joint, count) => {
  windowOf(Array(count).fill(word).join(joint), Date.parse('2026-11-25T10:02:00Z'), 'UTC');
});

test.prop([nows, zones], { numRuns: 3_000 })(
  'the clocks of a moment lead back to it, or to the first of two',
  (ms, zone) => {
    const back = momentOf(wallTimeOf(ms, zone), zone);
    expect(wallTimeOf(back, zone)).toEqual(wallTimeOf(ms, zone));
    expect(back).toBeLessThanOrEqual(ms);
  },
);

test.prop([nows, zones, fc.integer({ min: -800, max: 800 })], { numRuns: 2_000 })(
  'the same time on another day shows the same clock, except where it is skipped',
  (ms, zone, count) => {
    const moved = wallTimeOf(shiftWall(ms, zone, { days: count }), zone);
    const wall = wallTimeOf(ms, zone);
    const forwardMinutes = (moved.hour - wall.hour) * 60 + moved.minute - wall.minute;
    expect([0, 30, 60]).toContain(forwardMinutes);
    expect([moved.second, moved.millisecond]).toEqual([wall.second, wall.millisecond]);
  },
);

it.each([
  ['Europe/Berlin', '2026-03-29', 23],
  ['Europe/Berlin', '2026-10-25', 25],
  ['America/New_York', '2026-03-08', 23],
  ['America/New_York', '2026-11-01', 25],
  ['Australia/Lord_Howe', '2026-04-05', 24.5],
])('a day of %s on %s has %d hours, whenever it is asked for', (zone, date, hours) => {
  for (let later = 2; later < 400; later += 7) {
    const { fromMs, toMs } = parseTimeRange(`on ${date}`, Date.parse(date) + later * DAY_MS, zone);
    expect((toMs - fromMs) / 3_600_000).toBe(hours);
  }
});
