import { describe, expect, it } from 'vitest';
import { lengthOf, parseDateMath } from '../../../../src/sources/kibana/date-math.ts';

const context = { nowMs: Date.parse('2026-11-18T12:34:56.789Z'), zone: 'Europe/Berlin' };
const iso = (text: string, isEnd = false) => {
  const ms = parseDateMath(text, context, isEnd);
  return ms === undefined ? undefined : new Date(ms).toISOString();
};

describe('parseDateMath', () => {
  it.each([
    ['now', '2026-11-18T12:34:56.789Z'],
    ['now-15m', '2026-11-18T12:19:56.789Z'],
    ['now+1h', '2026-11-18T13:34:56.789Z'],
    ['now/d', '2026-11-17T23:00:00.000Z'],
    ['now-1d/d', '2026-11-16T23:00:00.000Z'],
    ['now/w', '2026-11-15T23:00:00.000Z'],
    ['now-1M', '2026-10-18T11:34:56.789Z'],
    ['now-1y/y', '2024-12-31T23:00:00.000Z'],
    ['2026-11-18T08:00:00.000Z', '2026-11-18T08:00:00.000Z'],
    ['2026-11-18 08:00', '2026-11-18T07:00:00.000Z'],
    ['2026-11-18T08:00:00+05:00', '2026-11-18T03:00:00.000Z'],
    ['1795003200000', '2026-11-18T12:00:00.000Z'],
    ['2026-11-18||/M', '2026-10-31T23:00:00.000Z'],
  ])('reads %s as the beginning of a window', (text, expected) => {
    expect(iso(text)).toBe(expected);
  });

  it('ends a window that is rounded where the next day begins', () => {
    expect(iso('now/d', true)).toBe('2026-11-18T23:00:00.000Z');
  });

  it('counts days by the calendar where clocks change', () => {
    const spring = { nowMs: Date.parse('2026-03-29T12:00:00Z'), zone: 'Europe/Berlin' };
    expect(parseDateMath('now-1d', spring, false)).toBe(Date.parse('2026-03-28T13:00:00Z'));
  });

  it.each(['', 'soon', 'now-', 'now-1x', 'nowhere', 'now-1d/', '2026-13-01', `now${'-1d'.repeat(30)}`])(
    'refuses %j',
    (text) => {
      expect(parseDateMath(text, context, false)).toBeUndefined();
    },
  );
});

describe('lengthOf', () => {
  it.each([
    ['now-15m', 'now', '15m'],
    ['now-6h', 'now', '6h'],
    ['now-7d', 'now', '7d'],
    ['now-1M', 'now', '30d'],
    ['now-1y', 'now', '365d'],
    ['now/d', 'now', undefined],
    ['now-2h', 'now-1h', undefined],
    ['2026-11-18T08:00:00Z', 'now', undefined],
  ])('says %s to %s as %s', (from, to, length) => {
    expect(lengthOf({ from, to })).toBe(length);
  });
});
