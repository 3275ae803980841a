/** Which alerts are watchdogs: what the config says, whatever their sender says. */
import { expect, it } from 'vitest';
import { withWatchdogsApart } from '../../../src/alerts/watchdog.ts';
import { makeAlert } from './make.ts';

it('sets watchdogs apart, and lets no sender make one of another alert', () => {
  const groupKey = 'watchdog:mine';
  const alerts = [makeAlert('Watchdog', { groupKey: 'all' }), makeAlert('Down', { groupKey }), makeAlert('Slow')];
  const told = withWatchdogsApart({ alerts, changes: [] }, [{ match: { alertname: ['Watchdog'] }, within: 1 }]);
  expect(told.alerts.map((alert) => alert.groupKey)).toEqual([
    'watchdog:alertmanager:default:Watchdog',
    'sent-watchdog:mine',
    undefined,
  ]);
});
