import { describe, expect, it } from 'vitest';
import {
  aboutWords,
  askedWords,
  createTimeTeller,
  fromToWords,
  spanWords,
  windowWords,
  zoneWords,
} from '../../../src/render/clock-words.ts';
import { at, DAY, HOUR, MINUTE, NOW, sampleRange } from './sample-answers.ts';

const plain = (text: string) => text.replaceAll('\u202F', ' ');

describe('windowWords', () => {
  it.each([
    ['today without a date', sampleRange(), '10:02–11:02 CET'],
    [
      'another day with its date',
      sampleRange({ fromMs: at('14:00', '2026-11-24'), toMs: at('16:00', '2026-11-24') }),
      'Tue 24 Nov 14:00–16:00 CET',
    ],
    [
      'a whole day up to 24:00',
      sampleRange({ fromMs: at('00:00', '2026-11-24'), toMs: at('00:00') }),
      'Tue 24 Nov 00:00–24:00 CET',
    ],
    ['both ends of two days', sampleRange({ fromMs: NOW - DAY }), 'Tue 24 Nov 11:02 – today 11:02 CET'],
    [
      'another year',
      sampleRange({ fromMs: at('10:00', '2025-12-31'), toMs: at('11:00', '2025-12-31') }),
      'Wed 31 Dec 2025 10:00–11:00 CET',
    ],
    ['seconds under five minutes', sampleRange({ fromMs: NOW - 30_000 }), '11:01:30–11:02:00 CET'],
    ['another zone', sampleRange({ zone: 'America/New_York' }), '04:02–05:02 EST'],
    ['a zone without letters', sampleRange({ zone: 'Asia/Kathmandu' }), '14:47–15:47 UTC+5:45'],
  ])('says %s', (_, range, expected) => {
    expect(windowWords(range, NOW)).toBe(expected);
  });

  it('names the zone of both ends when the clocks change between them', () => {
    const fromMs = Date.UTC(2026, 9, 24, 23, 30); // 01:30 CEST
    const range = sampleRange({ fromMs, toMs: fromMs + 3 * HOUR });
    expect(windowWords(range, NOW)).toBe('Sun 25 Oct 01:30 CEST–03:30 CET');
  });

  it('dates by the zone of the asker, not by UTC', () => {
    const nowMs = Date.UTC(2026, 10, 24, 23, 30); // 00:30 on the 25th in Berlin
    const range = sampleRange({ fromMs: nowMs - 15 * MINUTE, toMs: nowMs });
    expect(windowWords(range, nowMs)).toBe('00:15–00:30 CET');
  });

  it('leaves the zone out on request', () => {
    expect(windowWords(sampleRange(), NOW, { zone: false })).toBe('10:02–11:02');
  });
});

describe('createTimeTeller', () => {
  it('dates every moment that is not of today in a window of several days', () => {
    const tell = createTimeTeller(sampleRange({ fromMs: NOW - 2 * DAY }), NOW);
    const told = [at('10:47'), at('15:59', '2026-11-24'), at('14:47', '2026-11-24'), at('10:44')].map(tell.moment);
    expect(told).toEqual(['10:47', 'Tue 24 Nov 15:59', 'Tue 24 Nov 14:47', '10:44']);
  });

  it('dates the first moment only in a window of one other day', () => {
    const range = sampleRange({ fromMs: at('14:00', '2026-11-24'), toMs: at('16:00', '2026-11-24') });
    const tell = createTimeTeller(range, NOW);
    expect([at('15:59', '2026-11-24'), at('14:47', '2026-11-24')].map(tell.moment)).toEqual([
      'Tue 24 Nov 15:59',
      '14:47',
    ]);
  });

  it('names the zone in an hour that the clocks repeat', () => {
    const first = Date.UTC(2026, 9, 25, 0, 30);
    const nowMs = first + 2 * HOUR;
    const tell = createTimeTeller(sampleRange({ fromMs: first, toMs: nowMs }), nowMs);
    expect([tell.moment(first), tell.moment(first + HOUR)]).toEqual(['02:30 CEST', '02:30 CET']);
    expect(tell.span(first, first + HOUR)).toBe('02:30 CEST–02:30 CET');
  });

  it('puts "at" before a bare clock time only', () => {
    const tell = createTimeTeller(sampleRange(), NOW);
    expect([tell.when(at('10:47')), tell.when(at('10:47', '2026-11-24'))]).toEqual(['at 10:47', 'Tue 24 Nov 10:47']);
  });

  it('tells both ends of a span, its day once', () => {
    const { span } = createTimeTeller(sampleRange({ fromMs: NOW - 2 * DAY }), NOW);
    expect(span(at('10:44'), at('10:50'))).toBe('10:44–10:50');
    expect(span(at('10:44:10'), at('10:44:50'))).toBe('10:44');
    expect(span(at('10:44', '2026-11-24'), at('10:50', '2026-11-24'))).toBe('Tue 24 Nov 10:44–10:50');
    expect(span(at('23:50', '2026-11-24'), at('00:10'))).toBe('Tue 24 Nov 23:50 – today 00:10');
    expect(span(at('23:50', '2026-11-23'), at('00:10', '2026-11-24'))).toBe('Mon 23 Nov 23:50 – Tue 24 Nov 00:10');
  });
});

describe('askedWords', () => {
  it.each([
    ['last 1h', 'last 1 hour'],
    ['6h', 'last 6 hours'],
    ['last 90m', 'last 90 min'],
    ['last 1h30m', 'last 1 hour 30 min'],
    ['last 7d', 'last 7 days'],
    ['yesterday 14:00-16:00', 'yesterday'],
    ['last friday', 'last friday'],
    ['since 09:00', 'since 09:00'],
    ['this morning', 'this morning'],
    ['2026-11-20', ''],
    ['2026-11-20 14:00 to 2026-11-20 16:00', ''],
    ['from 10:00 to 12:30', ''],
  ])('writes %s as "%s"', (text, expected) => {
    expect(askedWords(text)).toBe(expected);
  });
});

describe('durations', () => {
  it.each([
    [50_000, '50 s'],
    [6 * MINUTE, '6 min'],
    [100_000, '2 min'],
    [HOUR, '60 min'],
    [2.25 * HOUR, '2.3 h'],
    [3 * DAY, '3 d'],
    [3.24 * DAY, '3.2 d'],
    [269.1 * DAY, '269 d'],
  ])('says %d ms as %s', (ms, expected) => {
    expect(plain(spanWords(ms))).toBe(expected);
  });

  it.each([
    [61 * MINUTE, '61 min'],
    [9 * HOUR, '9 h'],
    [9 * DAY, '9 days'],
    [60 * DAY, '60 days'],
    [400 * DAY, '13 months'],
    [2520 * DAY, '7 years'],
  ])('estimates %d ms as %s', (ms, expected) => {
    expect(plain(aboutWords(ms))).toBe(expected);
  });
});

it('knows the letters of zones by the season', () => {
  expect(zoneWords(Date.UTC(2026, 6, 1), 'Europe/Berlin')).toBe('CEST');
  expect(zoneWords(NOW, 'UTC')).toBe('UTC');
  expect(zoneWords(NOW, 'Asia/Kolkata')).toBe('IST');
  expect(zoneWords(NOW, 'Asia/Tokyo')).toBe('UTC+9');
  expect(zoneWords(NOW, 'America/Sao_Paulo')).toBe('UTC−3');
});

describe('from when to when', () => {
  const [zone, today] = ['Europe/Berlin', Date.parse('2026-11-25T10:02:00Z')];
  it.each([
    ['2026-11-25T09:44:00Z', '2026-11-25T10:01:00Z', today, '10:44–11:01 CET'],
    ['2026-11-25T09:44:10Z', '2026-11-25T09:44:40Z', today, '10:44 CET'],
    ['2026-11-24T09:44:00Z', '2026-11-24T10:01:00Z', today, '2026-11-24 10:44–11:01 CET'],
    ['2026-11-24T22:50:00Z', '2026-11-24T23:10:00Z', today, '2026-11-24 23:50 – 2026-11-25 00:10 CET'],
    ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z', Date.parse('2026-10-25T02:00:00Z'), '02:30 CEST–02:30 CET'],
  ])('%s to %s', (from, to, nowMs, words) => {
    expect(fromToWords(Date.parse(from), Date.parse(to), { zone, nowMs })).toBe(words);
  });
});
