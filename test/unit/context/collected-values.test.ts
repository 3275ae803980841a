/** Values that came with alerts, as a chart: where no source has their history. */
import { expect, it } from 'vitest';
import { collectedChart } from '../../../src/context/collected-values.ts';
import { subjectOf } from '../../../src/context/subject.ts';
import type { SeriesFrame } from '../../../src/domain/frame.ts';
import { parsePerfdata } from '../../../src/lib/perfdata.ts';
import type { CollectedValue } from '../../../src/store/alert-origins.ts';
import { NOW_MS, sampleAlert, ZONE } from './sample-alerts.ts';

const MINUTE_MS = 60_000;

function check(host: string, perfdata: string, minutes = 60) {
  const values = parsePerfdata(perfdata).map(({ label, value, unit, warning, critical }) => ({
    name: label,
    value: value ?? null,
    ...(unit && { unit: unit.id }),
    ...(warning !== undefined && { warn: warning }),
    ...(critical !== undefined && { crit: critical }),
  }));
  return sampleAlert(
    { alertname: 'Disk /var', host },
    {
      source: 'nagios',
      minutes,
      fingerprint: host,
      attributes: { 'host.name': host },
      metric: { query: perfdata, language: 'nagios-perfdata' },
      values,
    },
  );
}

const delivery = (host: string, minutesAgo: number, perfdata: string): CollectedValue => ({
  fingerprint: host,
  receivedMs: NOW_MS - minutesAgo * MINUTE_MS,
  values: check(host, perfdata).values,
});

const chartOf = (alerts: readonly ReturnType<typeof check>[], kept: readonly CollectedValue[]) =>
  collectedChart(subjectOf(alerts, NOW_MS, ZONE), {
    values: async (prints, sinceMs) =>
      kept.filter(({ fingerprint, receivedMs }) => prints.includes(fingerprint) && receivedMs >= sinceMs),
  });

it('draws the value that has a limit, with the limit, in its base unit', async () => {
  const perfdata = (ms: number) => `size=274B rta=${ms}ms;3000;5000;0`;
  const kept = [90, 60, 30, 1].map((minutes, index) => delivery('sw1', minutes, perfdata(2_000 + 1_000 * index)));
  const answer = await chartOf([check('sw1', perfdata(5_200))], kept);
  const frame = answer?.frames[0] as SeriesFrame;
  expect(frame.series.map(({ values, unit }) => [[...values], unit.id])).toEqual([[[2, 3, 4, 5], 'seconds']]);
  expect(answer).toMatchObject({
    title: 'Disk /var on sw1 · rta',
    alert: { limit: { op: '>', value: 5 }, name: 'Disk /var' },
    notes: ['Drawn from the values that came with the alert, which are few.'],
  });
});

it('has a line for each host of a group, and limits below', async () => {
  const perfdata = 'free=12GB;20:;10:';
  const kept = ['db1', 'db2'].flatMap((host) => [40, 20, 5].map((minutes) => delivery(host, minutes, perfdata)));
  const answer = await chartOf([check('db1', perfdata), check('db2', perfdata)], kept);
  const frame = answer?.frames[0] as SeriesFrame;
  expect(frame.series.map(({ name }) => name)).toEqual(['db1', 'db2']);
  expect(answer?.alert?.limit).toEqual({ op: '<', value: (10 * (frame.series[0]?.values[0] ?? 0)) / 12 });
  expect(answer?.alert?.members.map(({ name }) => name)).toEqual(['db1', 'db2']);
});

it.each([
  ['two values', [delivery('sw1', 9, 'rta=1ms'), delivery('sw1', 5, 'rta=2ms')], 'rta=1ms'],
  ['none', [], 'rta=1ms;1;2'],
  ['no number', [1, 2, 3].map((minutes) => delivery('sw1', minutes, 'rta=U')), 'rta=U'],
  ['nothing measured', [], ''],
])('draws nothing of %s', async (_, kept, perfdata) => {
  expect(await chartOf([check('sw1', perfdata)], kept)).toBeUndefined();
});

it('draws no limit that is a range, and survives names that are patterns', async () => {
  const perfdata = "'a.*(b'=5;@10:20;~:30";
  const kept = [9, 5, 1].map((minutes) => delivery('sw1', minutes, perfdata));
  const answer = await chartOf([check('sw1', perfdata)], kept);
  expect(answer?.title).toBe('Disk /var on sw1 · a.*(b');
  expect(answer?.alert?.limit).toBeUndefined();
});
