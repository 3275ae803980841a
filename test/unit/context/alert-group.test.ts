/** What the chart of a group is called, and which series are its members. */
import { expect, it } from 'vitest';
import { hasLabelsOf, nounIn, timeOfGroup, titleOfGroup, viewOf } from '../../../src/context/alert-group.ts';
import { stateTexts } from '../../../src/render/chart/firing.ts';
import { MINUTE, NOW_MS, sampleAlert, steady } from './sample-alerts.ts';

const on = (...hosts: readonly string[]) => hosts.map((host) => sampleAlert({ alertname: 'HighCpu', instance: host }));

it('names the hosts of a group, and counts many', () => {
  expect(titleOfGroup(on('web03:9100', 'web01:9100'))).toBe('HighCpu on web01, web03');
  expect(titleOfGroup(on('a', 'b', 'c', 'd'))).toBe('HighCpu on 4 hosts');
});

it('names only those that fire, while any does', () => {
  const [first, second] = on('web01', 'web02');
  const group = [first, { ...second, status: 'resolved', endsAt: new Date(NOW_MS) }] as never;
  expect(titleOfGroup(group)).toBe('HighCpu on web01');
});

it('names the service where there are no hosts, and nothing twice', () => {
  const service = sampleAlert({ alertname: 'HighErrorRate' }, { attributes: { 'service.name': 'checkout' } });
  expect(titleOfGroup([service])).toBe('HighErrorRate · checkout');
  expect(titleOfGroup([sampleAlert({ alertname: 'web01 is down' }, { attributes: { 'host.name': 'web01' } })])).toBe(
    'web01 is down',
  );
});

it('takes an alert without a name by its title', () => {
  expect(titleOfGroup([sampleAlert({}, { title: 'Disk full' })])).toBe('Disk full');
});

it('ends with the last one, told or heard of', () => {
  const over = { status: 'resolved', minutes: 30 } as const;
  const ends = [new Date(NOW_MS - 9 * MINUTE), new Date(NOW_MS - 5 * MINUTE), null];
  const group = ends.map((endsAt) => sampleAlert({}, { ...over, endsAt, receivedAt: new Date(NOW_MS - 7 * MINUTE) }));
  expect(timeOfGroup(group)).toEqual({ fromMs: NOW_MS - 30 * MINUTE, toMs: NOW_MS - 5 * MINUTE });
});

it('takes the worst severity, and no data only where all lack them', () => {
  const [first, second] = on('a', 'b') as [ReturnType<typeof sampleAlert>, ReturnType<typeof sampleAlert>];
  const silent = { ...first, severity: 'warning', flags: { noData: true } } as const;
  expect(viewOf([silent, second], [])).toMatchObject({ severity: 'critical', count: 2 });
  expect(viewOf([silent, second], [])).not.toHaveProperty('isNoData');
  expect(viewOf([silent], [])).toMatchObject({ severity: 'warning', isNoData: true });
});

it('knows the series of an alert by its labels, whatever the rule adds and the way drops', () => {
  const alert = { alertname: 'X', instance: 'a', job: 'node', severity: 'page' };
  const series = [
    { instance: 'a', job: 'node' },
    { __name__: 'up', instance: 'a' },
    {},
    { instance: 'a', replica: '1' },
  ];
  expect(series.map((labels) => hasLabelsOf(labels, alert, true))).toEqual([true, true, true, true]);
  expect(hasLabelsOf({}, alert, false)).toBe(false);
  const others = [{ instance: 'b', job: 'node' }, { replica: '1' }, { job: 'node', instance: 'b' }];
  expect(others.map((labels) => hasLabelsOf(labels, alert, true))).toEqual([false, false, false]);
});

it('calls series by the label that each has for itself', () => {
  const range = { fromMs: NOW_MS - MINUTE, toMs: NOW_MS, zone: 'UTC', text: '' };
  const noun = (...all: readonly Record<string, string>[]) => {
    const series = all.map((labels, index) => steady(`${index}`, labels, 1, { ...range, maxPoints: 1 }));
    return nounIn([{ kind: 'series', range, warnings: [], series }]);
  };
  expect(noun({ instance: 'a', job: 'x' }, { instance: 'b', job: 'x' })).toBe('instances');
  expect(noun({ instance: 'a', device: 'x' }, { instance: 'a', device: 'y' })).toBeUndefined();
  expect([noun({ pod: 'a' }, { job: 'b' }), noun()]).toEqual([undefined, undefined]);
});

it('does not claim that something fires of which nothing was heard', () => {
  const [first, second] = on('web01', 'web02');
  const silent = { ...first, silentSince: new Date(NOW_MS - MINUTE) } as never;
  expect(stateTexts(viewOf([silent], []), NOW_MS)).toEqual(['NO NEWS']);
  expect(stateTexts(viewOf([silent, second as never], []), NOW_MS)[0]).toMatch(/^FIRING/);
});
