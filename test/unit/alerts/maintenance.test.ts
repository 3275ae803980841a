/** Maintenance windows: which alerts they are about, and when. */
import { expect, it } from 'vitest';
import { isInMaintenance, type Maintenance, maintenanceEnd } from '../../../src/alerts/maintenance.ts';
import { makeAlert } from './make.ts';

const alert = makeAlert('Slow', { host: 'web02', service: 'checkout' });
const at = (iso: string, ...windows: readonly Maintenance[]) =>
  isInMaintenance(alert, windows, Date.parse(iso), 'Europe/Berlin');
const evening = { from: '2026-11-25T22:00', to: '2026-11-26T04:00' };

it.each<[string, Maintenance, boolean]>([
  ['2026-11-25T20:59:59Z', evening, false],
  ['2026-11-25T21:00:00Z', evening, true],
  ['2026-11-26T03:00:00Z', evening, false],
  ['2026-11-25T21:30:00Z', { from: '2026-11-25T22:00Z', to: '2026-11-26T04:00Z' }, false],
  ['2026-11-25T21:30:00Z', { to: '2026-11-26T04:00Z' }, true],
  ['2026-11-25T01:30:00Z', { daily: '02:00-04:00' }, true],
  ['2026-11-25T03:00:00Z', { daily: '02:00-04:00' }, false],
  ['2026-11-25T22:30:00Z', { daily: '23:00-01:00' }, true],
  ['2026-11-25T23:59:00Z', { daily: '23:00-01:00' }, true],
  ['2026-11-26T00:00:00Z', { daily: '23:00-01:00' }, false],
  ['2026-07-25T00:30:00Z', { daily: '02:00-04:00' }, true],
  ['2026-11-25T21:30:00Z', { ...evening, match: { service: ['check*'] } }, true],
  ['2026-11-25T21:30:00Z', { ...evening, match: { service: ['search'] } }, false],
  ['2026-11-25T21:30:00Z', { ...evening, match: { severity: ['critical'], 'host.name': ['web01', 'web02'] } }, true],
])('at %s in %j: %s', (iso, window, expected) => {
  expect(at(iso, window)).toBe(expected);
});

it('holds where any window does, and never without one', () => {
  expect([at('2026-11-25T21:30:00Z', { daily: '02:00-04:00' }, evening), at('2026-11-25T21:30:00Z')]).toEqual([
    true,
    false,
  ]);
});

it.each<[string, readonly Maintenance[], string | undefined]>([
  ['2026-11-25T21:30:00Z', [evening], '2026-11-26T03:00:00Z'],
  ['2026-11-25T20:30:00Z', [evening], undefined],
  ['2026-11-25T22:30:00Z', [{ daily: '23:00-01:00' }], '2026-11-26T00:00:00Z'],
  ['2026-11-25T23:59:00Z', [{ daily: '23:00-01:00' }], '2026-11-26T00:00:00Z'],
  ['2026-11-25T23:30:00Z', [{ daily: '23:00-01:00', to: '2026-11-25T23:45Z' }], '2026-11-25T23:45:00Z'],
  // one after the other
  ['2026-11-25T23:30:00Z', [{ daily: '23:00-01:00' }, { daily: '01:00-02:00' }], '2026-11-26T01:00:00Z'],
])('at %s in %j: until %s', (iso, windows, expected) => {
  const endMs = maintenanceEnd(alert, windows, Date.parse(iso), 'Europe/Berlin');
  expect(endMs === undefined ? undefined : new Date(endMs).toISOString()).toBe(
    expected && new Date(expected).toISOString(),
  );
});
