import { describe, expect, it } from 'vitest';
import { type InfluxStore, influxDouble } from '../../../doubles/influxdb.ts';
import { cpuOf, signal, startInflux } from '../influxdb-harness.ts';

const series = [cpuOf('web01', 600, 0)];

async function check(store: Partial<InfluxStore>, options: Readonly<Record<string, unknown>> = {}) {
  const { source } = await startInflux(influxDouble({ series, ...store }), options);
  return source.check(signal);
}

describe('the check', () => {
  it.each<[Partial<InfluxStore>, Readonly<Record<string, unknown>>, string]>([
    [{ major: 1 }, {}, 'InfluxDB 1.8.10'],
    [{ major: 2, authorization: 'Token t' }, { token: 't' }, 'InfluxDB 2.7.10'],
    [{ major: 3, authorization: 'Bearer t' }, { token: 't', version: '3' }, 'InfluxDB 3.2.1'],
    [{ major: 3, authorization: 'Bearer t' }, { token: 't' }, 'InfluxDB 3.2.1'],
  ])('tells which one answers: %j', async (store, options, version) => {
    expect(await check(store, options)).toEqual({ version, problems: [] });
  });

  it('says what to do about another version, database, login or measurement of events', async () => {
    const problemsOf = async (store: Partial<InfluxStore>, options: Readonly<Record<string, unknown>>) =>
      (await check(store, options)).problems;
    expect(await problemsOf({ major: 2 }, { version: '1' })).toEqual([
      'It is set to version: 1, but InfluxDB 2.7.10 answers; set version: 2.',
    ]);
    expect(await problemsOf({}, { database: 'telegarf' })).toEqual([
      'There is no database telegarf. This login sees telegraf.',
    ]);
    expect((await problemsOf({ major: 2 }, { database: 'telegarf' })).join()).toMatch(
      /does not have the database.* DBRP mapping/,
    );
    expect((await problemsOf({ authorization: 'Basic x' }, {})).join()).toMatch(
      /login \(401\)\. Set token \(InfluxDB 2 and 3\), or username/,
    );
    expect(await problemsOf({}, { events: { measurement: 'deploys' } })).toEqual([
      'There is no measurement deploys to take events from.',
    ]);
    expect((await problemsOf({ series: [] }, {})).join()).toBe(
      'The database telegraf has no measurement that this login may see.',
    );
  });

  it('names the right that is missing', async () => {
    const { source } = await startInflux({
      status: 403,
      body: '{"error":"error authorizing query: ana not authorized"}',
    });
    expect((await source.check(signal)).problems.join()).toMatch(
      /\(403\)\. Allow it to read the database telegraf: GRANT READ/,
    );
  });
});
