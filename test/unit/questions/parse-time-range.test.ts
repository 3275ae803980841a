import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { BotError } from '../../../src/domain/errors.ts';
import { parseTimeRange, readTimeRange } from '../../../src/questions/parse-time-range.ts';
import { NOW_MS, ZONE } from './world.ts';

/** A moment as the clocks of a zone show it, with the offset where it could be either of two. */
const shown = (ms: number, zone: string) => DateTime.fromMillis(ms, { zone }).toFormat('yyyy-MM-dd HH:mm:ss');

function windowOf(text: string, { now = NOW_MS, zone = ZONE } = {}): readonly [string, string] {
  const { fromMs, toMs } = parseTimeRange(text, now, zone);
  return [shown(fromMs, zone).replace(/:00$/, ''), shown(toMs, zone).replace(/:00$/, '')];
}

function refusalOf(text: string, { now = NOW_MS, zone = ZONE } = {}): BotError {
  try {
    parseTimeRange(text, now, zone);
  } catch (thrown) {
    if (thrown instanceof BotError) return thrown;
    throw thrown;
  }
  throw new Error(`${text} was read`);
}

/** Said on Wednesday 2026-11-25 at 11:02 in Berlin. */
describe('a window back from now', () => {
  it.each([
    ['1h', '2026-11-25 10:02', 'last 1h'],
    ['-1h', '2026-11-25 10:02', 'last 1h'],
    ['last hour', '2026-11-25 10:02', 'last 1h'],
    ['the last hour', '2026-11-25 10:02', 'last 1h'],
    ['for the past hour', '2026-11-25 10:02', 'last 1h'],
    ['LAST HOUR', '2026-11-25 10:02', 'last 1h'],
    ['an hour', '2026-11-25 10:02', 'last 1h'],
    ['one hour', '2026-11-25 10:02', 'last 1h'],
    ['past 90 minutes', '2026-11-25 09:32', 'last 90m'],
    ['90min', '2026-11-25 09:32', 'last 90m'],
    ['90 m', '2026-11-25 09:32', 'last 90m'],
    ['last 1h30m', '2026-11-25 09:32', 'last 1h30m'],
    ['1 hour 30 minutes', '2026-11-25 09:32', 'last 1h30m'],
    ['1 hour and 30 minutes', '2026-11-25 09:32', 'last 1h30m'],
    ['1.5h', '2026-11-25 09:32', 'last 90m'],
    ['half an hour', '2026-11-25 10:32', 'last 30m'],
    ['last half hour', '2026-11-25 10:32', 'last 30m'],
    ['now-6h to now', '2026-11-25 05:02', 'last 6h'],
    ['now-6h', '2026-11-25 05:02', 'last 6h'],
    ['from now-6h to now', '2026-11-25 05:02', 'last 6h'],
    ['from 6h ago', '2026-11-25 05:02', 'since 6h ago'],
    ['last two hours', '2026-11-25 09:02', 'last 2h'],
    ['past twelve hours', '2026-11-24 23:02', 'last 12h'],
    ['last 7d', '2026-11-18 11:02', 'last 7d'],
    ['last 7 days', '2026-11-18 11:02', 'last 7d'],
    ['2w', '2026-11-11 11:02', 'last 2w'],
    ['past week', '2026-11-18 11:02', 'last 1w'],
    ['last day', '2026-11-24 11:02', 'last 1d'],
    ['3mo', '2026-08-25 11:02', 'last 3mo'],
    ['past month', '2026-10-25 11:02', 'last 1mo'],
    ['1y', '2025-11-25 11:02', 'last 1y'],
    ['30s', '2026-11-25 11:01:30', 'last 30s'],
  ])('reads `%s` as beginning at %s', (text, from, normalised) => {
    expect(windowOf(text)).toEqual([from, '2026-11-25 11:02']);
    expect(parseTimeRange(text, NOW_MS, ZONE).text).toBe(normalised);
  });
});

describe('calendar words', () => {
  it.each([
    ['today', '2026-11-25 00:00', '2026-11-25 11:02'],
    ['yesterday', '2026-11-24 00:00', '2026-11-25 00:00'],
    ['day before yesterday', '2026-11-23 00:00', '2026-11-24 00:00'],
    ['2 days ago', '2026-11-23 00:00', '2026-11-24 00:00'],
    ['this week', '2026-11-23 00:00', '2026-11-25 11:02'],
    ['this month', '2026-11-01 00:00', '2026-11-25 11:02'],
    ['this year', '2026-01-01 00:00', '2026-11-25 11:02'],
    ['this hour', '2026-11-25 11:00', '2026-11-25 11:02'],
    ['last week', '2026-11-16 00:00', '2026-11-23 00:00'],
    ['previous week', '2026-11-16 00:00', '2026-11-23 00:00'],
    ['last month', '2026-10-01 00:00', '2026-11-01 00:00'],
    ['last year', '2025-01-01 00:00', '2026-01-01 00:00'],
    ['on monday', '2026-11-23 00:00', '2026-11-24 00:00'],
    ['monday', '2026-11-23 00:00', '2026-11-24 00:00'],
    ['last friday', '2026-11-20 00:00', '2026-11-21 00:00'],
    ['on fri', '2026-11-20 00:00', '2026-11-21 00:00'],
    ['on wednesday', '2026-11-18 00:00', '2026-11-19 00:00'],
    ['on thursday', '2026-11-19 00:00', '2026-11-20 00:00'],
    ['this morning', '2026-11-25 06:00', '2026-11-25 11:02'],
    ['yesterday morning', '2026-11-24 06:00', '2026-11-24 12:00'],
    ['yesterday afternoon', '2026-11-24 12:00', '2026-11-24 18:00'],
    ['last night', '2026-11-24 18:00', '2026-11-25 06:00'],
    ['monday evening', '2026-11-23 18:00', '2026-11-24 00:00'],
    ['on 2026-11-20', '2026-11-20 00:00', '2026-11-21 00:00'],
    ['2026-11-20', '2026-11-20 00:00', '2026-11-21 00:00'],
    ['2026/11/20', '2026-11-20 00:00', '2026-11-21 00:00'],
    ['20.11.2026', '2026-11-20 00:00', '2026-11-21 00:00'],
    ['20 november', '2026-11-20 00:00', '2026-11-21 00:00'],
    ['on the 20th of november', '2026-11-20 00:00', '2026-11-21 00:00'],
    ['nov 20th', '2026-11-20 00:00', '2026-11-21 00:00'],
    ['20 nov 2025', '2025-11-20 00:00', '2025-11-21 00:00'],
    ['december 24', '2025-12-24 00:00', '2025-12-25 00:00'],
    ['29 february', '2024-02-29 00:00', '2024-03-01 00:00'],
  ])('reads `%s` as %s to %s', (text, from, to) => {
    expect(windowOf(text)).toEqual([from, to]);
  });
});

describe('windows by the clock', () => {
  it.each([
    ['since 09:00', '2026-11-25 09:00', '2026-11-25 11:02'],
    ['since 9', '2026-11-25 09:00', '2026-11-25 11:02'],
    ['from 9am', '2026-11-25 09:00', '2026-11-25 11:02'],
    ['since 12:00', '2026-11-24 12:00', '2026-11-25 11:02'],
    ['since 11:02', '2026-11-24 11:02', '2026-11-25 11:02'],
    ['since noon', '2026-11-24 12:00', '2026-11-25 11:02'],
    ['since midnight', '2026-11-25 00:00', '2026-11-25 11:02'],
    ['since monday', '2026-11-23 00:00', '2026-11-25 11:02'],
    ['since yesterday', '2026-11-24 00:00', '2026-11-25 11:02'],
    ['since yesterday 14:00', '2026-11-24 14:00', '2026-11-25 11:02'],
    ['since this morning', '2026-11-25 06:00', '2026-11-25 11:02'],
    ['since last night', '2026-11-24 18:00', '2026-11-25 11:02'],
    ['since 2h ago', '2026-11-25 09:02', '2026-11-25 11:02'],
    ['since 2026-11-20 09:00', '2026-11-20 09:00', '2026-11-25 11:02'],
    ['from 23:00 to 01:00', '2026-11-24 23:00', '2026-11-25 01:00'],
    ['23:00-01:00', '2026-11-24 23:00', '2026-11-25 01:00'],
    ['from 10:00 to 12:30', '2026-11-25 10:00', '2026-11-25 11:02'],
    ['from 11:30 to 12:30', '2026-11-24 11:30', '2026-11-24 12:30'],
    ['10:00-10:30', '2026-11-25 10:00', '2026-11-25 10:30'],
    ['10:00 – 10:30', '2026-11-25 10:00', '2026-11-25 10:30'],
    ['10:00..10:30', '2026-11-25 10:00', '2026-11-25 10:30'],
    ['between 9 and 10', '2026-11-25 09:00', '2026-11-25 10:00'],
    ['from 2 pm to 4 pm', '2026-11-24 14:00', '2026-11-24 16:00'],
    ['2pm-4:30pm yesterday', '2026-11-24 14:00', '2026-11-24 16:30'],
    ['12am-12pm yesterday', '2026-11-24 00:00', '2026-11-24 12:00'],
    ['yesterday 14:00-16:00', '2026-11-24 14:00', '2026-11-24 16:00'],
    ['14:00-16:00 yesterday', '2026-11-24 14:00', '2026-11-24 16:00'],
    ['yesterday from 14:00 to 16:00', '2026-11-24 14:00', '2026-11-24 16:00'],
    ['yesterday between 14:00 and 16:00', '2026-11-24 14:00', '2026-11-24 16:00'],
    ['yesterday 23:00-01:00', '2026-11-24 23:00', '2026-11-25 01:00'],
    ['23:00-01:00 yesterday', '2026-11-24 23:00', '2026-11-25 01:00'],
    ['yesterday 22:00-24:00', '2026-11-24 22:00', '2026-11-25 00:00'],
    ['yesterday 22:00 to midnight', '2026-11-24 22:00', '2026-11-25 00:00'],
    ['from yesterday 22:00 to today 03:00', '2026-11-24 22:00', '2026-11-25 03:00'],
    ['monday 09:00-17:00', '2026-11-23 09:00', '2026-11-23 17:00'],
    ['from 9am to 5pm on monday', '2026-11-23 09:00', '2026-11-23 17:00'],
    ['from monday to tuesday', '2026-11-23 00:00', '2026-11-25 00:00'],
    ['friday to monday', '2026-11-20 00:00', '2026-11-24 00:00'],
    ['tuesday to friday', '2026-11-17 00:00', '2026-11-21 00:00'],
    ['2026-11-20 to 2026-11-22', '2026-11-20 00:00', '2026-11-23 00:00'],
    ['2026-11-20 14:00 to 15:00', '2026-11-20 14:00', '2026-11-20 15:00'],
    ['2026-11-20 14:00-15:00', '2026-11-20 14:00', '2026-11-20 15:00'],
    ['2026-11-20 14:00 to 2026-11-21 13:00', '2026-11-20 14:00', '2026-11-21 13:00'],
    ['2026-11-20T14:00/2026-11-20T15:00', '2026-11-20 14:00', '2026-11-20 15:00'],
    ['2026-11-20T14:00:00Z to 2026-11-20T15:00:00Z', '2026-11-20 15:00', '2026-11-20 16:00'],
    ['2026-11-20T14:00:00.250+0530 to now', '2026-11-20 09:30', '2026-11-25 11:02'],
    ['2026-11-20 14:00Z to 2026-11-20 15:00Z', '2026-11-20 15:00', '2026-11-20 16:00'],
    ['from 6h ago until 2h ago', '2026-11-25 05:02', '2026-11-25 09:02'],
    ['now-6h to now-2h', '2026-11-25 05:02', '2026-11-25 09:02'],
    ['around 10:32', '2026-11-25 10:02', '2026-11-25 11:02'],
    ['around 14:32', '2026-11-24 14:02', '2026-11-24 15:02'],
    ['~10:15', '2026-11-25 09:45', '2026-11-25 10:45'],
    ['around 10:50', '2026-11-25 10:20', '2026-11-25 11:02'],
    ['around yesterday 14:32', '2026-11-24 14:02', '2026-11-24 15:02'],
    ['around 14:32 yesterday', '2026-11-24 14:02', '2026-11-24 15:02'],
    ['yesterday at 14:32', '2026-11-24 14:02', '2026-11-24 15:02'],
    ['3h ago', '2026-11-25 07:32', '2026-11-25 08:32'],
    ['2026-11-20T14:00:00+01:00', '2026-11-20 13:30', '2026-11-20 14:30'],
  ])('reads `%s` as %s to %s', (text, from, to) => {
    const [fromText, toText] = windowOf(text);
    expect([fromText?.slice(0, 16), toText]).toEqual([from, to]);
  });
});

describe('days on which clocks change', () => {
  const hoursOf = (text: string, now: string, zone: string) => {
    const { fromMs, toMs } = parseTimeRange(text, Date.parse(now), zone);
    return (toMs - fromMs) / 3_600_000;
  };

  it.each([
    ['yesterday', '2026-03-30T10:00:00Z', 'Europe/Berlin', 23],
    ['on 2026-03-29', '2026-06-01T10:00:00Z', 'Europe/Berlin', 23],
    ['yesterday', '2026-10-26T10:00:00Z', 'Europe/Berlin', 25],
    ['today', '2026-10-25T22:59:59Z', 'Europe/Berlin', 25 - 1 / 3600],
    ['on 2026-03-08', '2026-06-01T10:00:00Z', 'America/New_York', 23],
    ['on 2026-11-01', '2026-11-25T10:00:00Z', 'America/New_York', 25],
    ['on 2026-03-29', '2026-06-01T10:00:00Z', 'Asia/Kolkata', 24],
    ['last 24h', '2026-03-29T10:00:00Z', 'Europe/Berlin', 24],
    ['last 1d', '2026-03-29T10:00:00Z', 'Europe/Berlin', 24],
    ['last week', '2026-04-01T10:00:00Z', 'Europe/Berlin', 7 * 24 - 1],
    ['last month', '2026-04-15T10:00:00Z', 'Europe/Berlin', 31 * 24 - 1],
    ['last month', '2026-11-15T10:00:00Z', 'Europe/Berlin', 31 * 24 + 1],
    ['on 2026-03-29 01:00-04:00', '2026-06-01T10:00:00Z', 'Europe/Berlin', 2],
    ['on 2026-10-25 01:00-04:00', '2026-11-01T10:00:00Z', 'Europe/Berlin', 4],
  ])('gives `%s` at %s in %s its %d hours', (text, now, zone, hours) => {
    expect(hoursOf(text, now, zone)).toBeCloseTo(hours, 6);
  });

  it.each([
    // 02:30 does not exist: it moves forward to 03:30.
    ['since 2026-03-29 02:30', '2026-06-01T10:00:00Z', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
    // 02:30 comes twice: the first, in summer time.
    ['since 2026-10-25 02:30', '2026-11-01T10:00:00Z', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
    ['since 2026-03-08 02:30', '2026-06-01T10:00:00Z', 'America/New_York', '2026-03-08T07:30:00.000Z'],
    ['since 2026-11-01 01:30', '2026-11-25T10:00:00Z', 'America/New_York', '2026-11-01T05:30:00.000Z'],
    ['since 2026-11-20 09:00', '2026-11-25T10:00:00Z', 'Asia/Kolkata', '2026-11-20T03:30:00.000Z'],
    // Midnight was skipped in Beirut.
    ['on 2026-03-29', '2026-06-01T10:00:00Z', 'Asia/Beirut', '2026-03-28T22:00:00.000Z'],
  ])('reads the clock of `%s` (at %s in %s) as %s', (text, now, zone, from) => {
    expect(new Date(parseTimeRange(text, Date.parse(now), zone).fromMs).toISOString()).toBe(from);
  });

  it('says that Apia skipped a whole day', () => {
    const skipped = refusalOf('on 2011-12-30', { zone: 'Pacific/Apia' });
    expect(skipped.code).toBe('ASK_BAD_RANGE');
    expect(skipped.message).toContain('skipped');
  });

  it('keeps the days beside the one that Apia skipped whole', () => {
    const zone = 'Pacific/Apia';
    expect(parseTimeRange('2011-12-29 to 2011-12-31', NOW_MS, zone)).toMatchObject({
      fromMs: Date.parse('2011-12-29T10:00:00Z'),
      toMs: Date.parse('2011-12-31T10:00:00Z'),
    });
  });
});

describe('refusals', () => {
  it.each([
    ['2026-02-30', 0],
    ['since 2026-13-01', 6],
    ['25:00', 0],
    ['since 25:00', 6],
    ['from 10:00 to 12:75', 14],
    ['13pm', 0],
    ['31 november', 0],
    ['1850-01-01', 0],
    ['last 1x', 5],
    ['1h30', 0],
    ['last', 0],
    ['', 0],
    ['soon', 0],
    ['1h banana', 3],
    ['now', 0],
    ['since', 0],
    ['from 10:00 to', 11],
  ])('refuses `%s` at offset %d', (text, at) => {
    const { code, details } = refusalOf(text);
    expect(code).toBe('ASK_BAD_RANGE');
    expect(details.at).toBe(at);
  });

  it.each([
    ['2026-11-20 14:00 to 2026-11-20 13:00', '2026-11-20 13:00-14:00'],
    ['2026-11-22 to 2026-11-20', '2026-11-20 to 2026-11-22'],
    ['from 2h ago until 6h ago', 'from 6h ago to 2h ago'],
    ['2026-11-20T15:00Z to 2026-11-20T14:00Z', '2026-11-20T14:00Z to 2026-11-20T15:00Z'],
  ])('offers `%s` the other way round', (text, swapped) => {
    const { code, message, details } = refusalOf(text);
    expect(code).toBe('ASK_BAD_RANGE');
    expect(message).toContain('before it begins');
    expect(details.suggestions).toEqual([swapped]);
    expect(() => parseTimeRange(swapped, NOW_MS, ZONE)).not.toThrow();
  });

  it.each(['tomorrow', 'tonight', 'this afternoon', 'on 2027-01-01', '2026-11-25 12:00-13:00'])(
    'says that `%s` has not begun',
    (text) => {
      expect(refusalOf(text).message).toContain('not begun');
    },
  );

  it.each(['10:00-10:00', '2026-11-20 14:00-14:00'])('refuses `%s`, which is empty', (text) => {
    expect(refusalOf(text).message).toContain('empty');
  });

  it.each(['99999y', 'last 9999999999999h', '1h'.repeat(40)])('refuses `%s`, which is out of all bounds', (text) => {
    expect(refusalOf(text).code).toBe('ASK_BAD_RANGE');
  });
});

it('never lets a window end after now, and says so where its end was named', () => {
  expect(readTimeRange('from 10:00 to 12:30', NOW_MS, ZONE)).toMatchObject({
    range: { toMs: NOW_MS, text: '10:00-12:30' },
    notes: ['The end of that window is still ahead: it is cut at now.'],
  });
  expect(readTimeRange('today', NOW_MS, ZONE).notes).toEqual([]);
});

it('reads wall-clock times in the zone of the asker', () => {
  const fromIn = (zone: string) => new Date(parseTimeRange('yesterday', NOW_MS, zone).fromMs).toISOString();
  expect(fromIn('Europe/Berlin')).toBe('2026-11-23T23:00:00.000Z');
  expect(fromIn('America/New_York')).toBe('2026-11-24T05:00:00.000Z');
  expect(fromIn('Asia/Kolkata')).toBe('2026-11-23T18:30:00.000Z');
  expect(fromIn('Pacific/Apia')).toBe('2026-11-23T11:00:00.000Z');
  expect(fromIn('UTC')).toBe('2026-11-24T00:00:00.000Z');
});
