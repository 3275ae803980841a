import { expect, it } from 'vitest';
import { parseGraphiteTime, zoneOf } from '../../../src/demo/graphite-time.ts';
import { T0 } from './small-tree.ts';

const utc = (iso: string) => Date.parse(`${iso}Z`) / 1000;

it.each([
  ['now', T0],
  ['', T0],
  [String(T0 - 5), T0 - 5],
  ['-1h', T0 - 3_600],
  ['-90s', T0 - 90],
  ['now-1h30min', T0 - 5_400],
  ['-2mon', T0 - 60 * 86_400],
  ['14:05_20261124', utc('2026-11-24T14:05')],
  ['20261124', utc('2026-11-24T00:00')],
  ['noon yesterday', utc('2026-11-24T12:00')],
  ['midnight', utc('2026-11-25T00:00')],
  ['teatime', utc('2026-11-25T16:00')],
  ['6am today', utc('2026-11-25T06:00')],
  ['12am', utc('2026-11-25T12:00')],
  ['11/24/26', utc('2026-11-24T00:00')],
  ['nov 3', utc('2026-11-03T00:00')],
  ['monday', utc('2026-11-23T00:00')],
  ['today+1d', utc('2026-11-26T00:00')],
])('reads %s', (text, expected) => {
  expect(parseGraphiteTime(text, T0, 'UTC')).toBe(expected);
});

it('reads wall clocks in the zone', () => {
  expect(parseGraphiteTime('14:05_20261124', T0, 'Europe/Berlin')).toBe(utc('2026-11-24T13:05'));
  expect(parseGraphiteTime('14:05_20260701', T0, 'Europe/Berlin')).toBe(utc('2026-07-01T12:05'));
});

it('takes UTC for a zone it does not know', () => {
  expect(zoneOf('Mars/Olympus')).toBe('UTC');
});

it.each(['-5m', '-', '25:00', 'tomorrowish', '20261399x', '-1parsec', '99999999999999999999h', '-h', 'now--1h'])(
  'refuses %s or reads it as something finite',
  (text) => {
    const time = parseGraphiteTime(text, T0, 'UTC');
    if (typeof time === 'number') expect(Number.isFinite(time)).toBe(true);
    else expect(time).toMatch(/^(?:Invalid|Unknown)/);
  },
);

it('refuses bare m, which could be minutes or months', () => {
  expect(parseGraphiteTime('-5m', T0, 'UTC')).toBe("Invalid offset unit 'm'");
});
