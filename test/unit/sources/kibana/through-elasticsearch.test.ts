/** Kibana's double before Elasticsearch's: what is kept in the one, asked of the documents in the other. */
import { describe, expect, it } from 'vitest';
import type { Frame, LogsFrame, SeriesFrame, TableFrame } from '../../../../src/domain/frame.ts';
import { makeUnit } from '../../../../src/domain/unit.ts';
import { createHttpClient } from '../../../../src/lib/http-client.ts';
import { elasticsearch } from '../../../../src/sources/elasticsearch.ts';
import { kibana } from '../../../../src/sources/kibana.ts';
import { type Doc, elasticsearchDouble } from '../../../doubles/elasticsearch.ts';
import { createFakeClock } from '../../../doubles/fake-clock.ts';
import { startHttpBackend } from '../../../doubles/http-backend.ts';
import { kibanaDouble, kibanaFixture } from '../../../doubles/kibana.ts';
import { NOW_MS, signal, window } from '../kibana-harness.ts';

/** One each minute: checkout errors on web01 and web09, payments in debug and info, in turn. */
const KINDS: readonly Doc[] = [
  { 'host.name': 'web01', 'service.name': 'checkout', 'log.level': 'error', message: 'payment refused', cpu: 10 },
  { 'host.name': 'web09', 'service.name': 'checkout', 'log.level': 'error', message: 'timeout', cpu: 20 },
  { 'host.name': 'web01', 'service.name': 'payments', 'log.level': 'debug', message: 'called', cpu: 30 },
  { 'host.name': 'web02', 'service.name': 'payments', 'log.level': 'info', message: 'paid', cpu: 2_000 },
];
const docs: readonly Doc[] = Array.from({ length: 40 }, (_, index) => ({
  ...KINDS[index % 4],
  '@timestamp': NOW_MS - (index + 1) * 60_000,
}));

async function start(version: '7.17' | '8.19' | '9.2') {
  const numbers = { '7.17': '7.17.28', '8.19': '8.19.2', '9.2': '9.2.1' };
  const people = await startHttpBackend(
    kibanaDouble({ version: numbers[version], spaces: { default: kibanaFixture(version) } }),
  );
  const cluster = await startHttpBackend(elasticsearchDouble({ flavour: 'elasticsearch', docs: () => docs }));
  const clock = createFakeClock(NOW_MS);
  const http = createHttpClient({ timeoutMs: 10_000, clock });
  const peer = elasticsearch.create(elasticsearch.options.parse({ kind: 'elasticsearch', url: cluster.url }), {
    name: 'logs',
    http,
    clock,
  });
  const options = kibana.options.parse({ kind: 'kibana', url: people.url, elasticsearch: 'logs' });
  const source = kibana.create(options, { name: 'test', http, clock, peer: () => peer });
  const ask = (block: unknown, args: Readonly<Record<string, readonly string[]>> = {}): Promise<Frame[]> => {
    const binding = { arguments: args, unit: makeUnit(), consolidate: 'average' } as const;
    return source.fetch(source.request(kibana.block.parse(block), binding), window, signal);
  };
  const whyEmpty = (block: unknown, args: Readonly<Record<string, readonly string[]>>) => {
    const binding = { arguments: args, unit: makeUnit(), consolidate: 'average' } as const;
    return source.whyEmpty?.(source.request(kibana.block.parse(block), binding), window, signal);
  };
  return { ask, whyEmpty, cluster };
}

const hostsOf = ([frame]: Frame[]) => [...new Set((frame as LogsFrame).lines.map(({ fields }) => fields['host.name']))];

describe('a saved search through Elasticsearch', () => {
  it.each(['7.17', '9.2'] as const)('of %s shows its lines and counts them', async (version) => {
    const { ask } = await start(version);
    const frames = await ask({ search: 'Errors of checkout' });
    const [logs, counts] = frames as [LogsFrame, SeriesFrame];
    expect([logs.kind, counts.kind]).toEqual(['logs', 'series']);
    // in 7.17 web09 is filtered out
    expect(logs.total).toBe(version === '7.17' ? 10 : 20);
    expect(logs.lines.at(-1)).toMatchObject({
      timeMs: NOW_MS - 60_000,
      message: 'payment refused',
      fields: { 'host.name': 'web01' },
    });
    expect([...(counts.series[0]?.values ?? [])].reduce((sum, one) => sum + one, 0)).toBe(logs.total);
  });

  it('of 8 combines its filters as Kibana does', async () => {
    const { ask } = await start('8.19');
    const frames = await ask({ search: 'Errors of checkout' });
    // checkout, or payments without debug, and never slow
    expect(
      (frames[0] as LogsFrame).lines.every(({ message }) => ['payment refused', 'timeout'].includes(message)),
    ).toBe(true);
    expect((frames[0] as LogsFrame).total).toBe(20);
  });

  it('in ES|QL is a table, over the window and the values of the question alone', async () => {
    const { ask, cluster } = await start('9.2');
    const block = { search: 'Errors of checkout', tab: 'By host', filters: { 'host.name': '${host}' } };
    const [table] = (await ask(block, { host: ['web01'] })) as [TableFrame];
    expect(table.kind).toBe('table');
    expect(table.rows.flat()).toEqual(expect.arrayContaining([20, 'web01']));
    expect(table.rows).toHaveLength(1);
    const [{ query, filter }] = cluster.requests.map(({ body }) => JSON.parse(body)) as [
      { query: string; filter: object },
    ];
    expect(query).toBe('FROM logs-test | STATS n = COUNT() BY host.name');
    expect(JSON.stringify(filter)).toContain('{"term":{"host.name":"web01"}}');
  });

  it('is narrowed to the values of the question, and to no others', async () => {
    const { ask } = await start('9.2');
    const block = { search: 'Errors of checkout', filters: { 'host.name': '${host}' } };
    expect(hostsOf(await ask(block, { host: ['web09'] }))).toEqual(['web09']);
    const [logs] = (await ask(block, { host: ['* or host.name: *'] })) as [LogsFrame];
    expect([logs.total, logs.lines]).toEqual([0, []]);
  });

  it('gives a series for each value, where something is measured', async () => {
    const { ask } = await start('8.19');
    const block = { dataView: 'logs-test-view', filters: { 'host.name': '${host}' }, metric: { max: 'cpu' } };
    const [frame] = (await ask(block, { host: ['web09', 'web01'] })) as [SeriesFrame];
    expect(frame.series.map(({ name, labels }) => [name, labels.host])).toEqual([
      ['web09', 'web09'],
      ['web01', 'web01'],
    ]);
    expect(Math.max(...(frame.series[0]?.values ?? []).filter(Number.isFinite))).toBe(20);
  });

  it('says why there is nothing', async () => {
    const { whyEmpty } = await start('9.2');
    const block = { search: 'Errors of checkout', filters: { 'host.name': '${host}' } };
    expect(await whyEmpty(block, { host: ['web0'] })).toMatchObject({
      kind: 'never_existed',
      what: 'web0',
      near: expect.arrayContaining(['web01']),
    });
    expect(await whyEmpty(block, { host: ['web02'] })).toMatchObject({ kind: 'filter', withoutFilter: 10 });
  });

  it('never sends the text of a value but as the value of a term', async () => {
    const { ask, cluster } = await start('7.17');
    const host = '") or (_exists_:x';
    await ask({ search: 'Errors of checkout', filters: { 'host.name': '${host}' } }, { host: [host] });
    const bodies = cluster.requests.map(({ body }) => JSON.parse(body) as object);
    const places: unknown[] = [];
    const walk = (value: unknown, parent: unknown) => {
      if (value === host) places.push(parent);
      if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) walk(inner, value);
    };
    walk(bodies, undefined);
    expect(places.length).toBeGreaterThan(0);
    expect(places).toEqual(places.map(() => ({ 'host.name': host })));
  });
});
