/** Windows that show an alert. */
import { fc, test } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import { alertWindow } from '../../../src/domain/alert-view.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 10, 25, 14);

it('shows an hour of what began a few minutes ago', () => {
  expect(alertWindow(NOW - 12 * MINUTE, undefined, NOW)).toEqual({ fromMs: NOW - HOUR, toMs: NOW, text: 'last 1h' });
});

it('grows so that half of it lies before the firing', () => {
  const spans = [29, 31, 91, 700].map((minutes) => alertWindow(NOW - minutes * MINUTE, undefined, NOW).text);
  expect(spans).toEqual(['last 1h', 'last 2h', 'last 6h', 'last 24h']);
});

it('shows of an endless firing how it began', () => {
  const fromMs = NOW - 40 * DAY;
  expect(alertWindow(fromMs, undefined, NOW)).toEqual({ fromMs: fromMs - 15 * DAY, toMs: fromMs + 15 * DAY, text: '' });
});

it('shows a little of what came after the end', () => {
  const toMs = NOW - 3 * HOUR;
  const window = alertWindow(toMs - 17 * MINUTE, toMs, NOW);
  expect(window).toEqual({ fromMs: toMs + 10 * MINUTE - HOUR, toMs: toMs + 10 * MINUTE, text: '' });
});

it('ends now when the firing ended a moment ago', () => {
  expect(alertWindow(NOW - 20 * MINUTE, NOW - MINUTE, NOW)).toEqual({ fromMs: NOW - HOUR, toMs: NOW, text: 'last 1h' });
});

it('takes a firing that begins after now, or ends before it begins, to have no length', () => {
  expect(alertWindow(NOW + MINUTE, undefined, NOW)).toEqual({
    fromMs: NOW + MINUTE - HOUR,
    toMs: NOW + MINUTE,
    text: 'last 1h',
  });
  expect(alertWindow(NOW, NOW - HOUR, NOW)).toEqual({ fromMs: NOW - HOUR, toMs: NOW, text: 'last 1h' });
});

const ago = fc.integer({ min: 0, max: 200 * DAY });

test.prop([ago, fc.option(ago, { nil: undefined })])(
  'always holds the start, with half of it before',
  (began, ended) => {
    const fromMs = NOW - began;
    const toMs = ended === undefined ? undefined : NOW - Math.min(began, ended);
    const window = alertWindow(fromMs, toMs, NOW);
    expect(window.toMs).toBeGreaterThanOrEqual(fromMs);
    expect(window.toMs).toBeLessThanOrEqual(NOW);
    expect(fromMs - window.fromMs).toBeGreaterThanOrEqual((window.toMs - window.fromMs) / 2);
  },
);
