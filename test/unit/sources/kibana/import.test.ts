import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { definitionSchema } from '../../../../src/queries/schema.ts';
import { sourceKinds } from '../../../../src/sources/index.ts';
import { signal, startKibana } from '../kibana-harness.ts';

const schema = definitionSchema(sourceKinds);

describe('importing a saved search', () => {
  it('writes a definition for Elasticsearch that says the same', async () => {
    const { library } = await startKibana('7.17');
    const [query, ...rest] = await library.import({ what: 'Errors of checkout' }, signal);
    expect(rest).toEqual([]);
    expect(query).toEqual({
      name: 'errors-of-checkout',
      definition: {
        title: 'Errors of checkout',
        description: 'What checkout complains about',
        elasticsearch: {
          index: 'logs-test',
          filter: [
            { match_phrase: { 'service.name': 'checkout' } },
            { bool: { must_not: [{ match_phrase: { 'host.name': 'web09' } }] } },
          ],
          kql: 'log.level: error',
          timeField: '@timestamp',
          lines: { columns: ['host.name'], message: 'message' },
          dataView: 'logs-test-view',
        },
      },
      notes: [
        'Filters that are switched off were left out: host.name: web08.',
        'It has no parameters yet: put a placeholder such as ${host} where a value should be asked for.',
      ],
    });
  });

  it('keeps its window where that is a length', async () => {
    const { library } = await startKibana('8.19');
    const [query] = await library.import({ what: 'errors-of-checkout' }, signal);
    expect(query?.definition.range).toBe('6h');
    expect(query?.notes.join(' ')).toContain('split: log.level');
  });

  it('leaves what has computed fields to Kibana', async () => {
    const { library } = await startKibana('8.19', { options: { space: 'ops' } });
    const [query] = await library.import({ what: 'web-errors-id' }, signal);
    expect(query?.definition).toMatchObject({ kibana: { search: 'web-errors-id', space: 'ops' } });
    expect(query?.definition).not.toHaveProperty('elasticsearch');
    expect(query?.notes[0]).toContain('runtime fields');
  });

  it('makes one definition for each tab, or for the one that is named', async () => {
    const { library } = await startKibana('9.2');
    const all = await library.import(
      { what: 'https://kibana.example.net/app/discover#/view/7c1d5a52-8f1e-4a63-bb1e-9f0c1a2b3c4d' },
      signal,
    );
    expect(all.map(({ name }) => name)).toEqual(['errors-of-checkout-errors', 'errors-of-checkout-by-host']);
    expect(all[1]?.definition.elasticsearch).toMatchObject({
      esql: 'FROM logs-test | STATS n = COUNT() BY host.name',
    });
    const one = await library.import({ what: 'errors-of-checkout', panel: 'By host' }, signal);
    expect(one.map(({ name }) => name)).toEqual(['errors-of-checkout-by-host']);
    await expect(library.import({ what: 'errors-of-checkout', panel: 'x' }, signal)).rejects.toMatchObject({
      code: 'SOURCE_NOT_FOUND',
    });
  });

  it.each(['7.17', '8.19', '9.2'] as const)('gives definitions that load, for every search of %s', async (version) => {
    const { library } = await startKibana(version);
    const searches = (await library.search('', signal)).filter(({ folder }) => folder === undefined);
    const made = (await Promise.all(searches.map(({ ask }) => library.import({ what: ask }, signal)))).flat();
    expect(made.length).toBeGreaterThan(1);
    const faults = made.map(({ definition }) => schema.safeParse(parse(stringify(definition))).error?.issues);
    expect(faults).toEqual(made.map(() => undefined));
  });

  it('refuses what is no saved search', async () => {
    const { library } = await startKibana('8.19');
    await expect(library.import({ what: 'web-overview' }, signal)).rejects.toMatchObject({ code: 'ASK_UNKNOWN_QUERY' });
    await expect(library.import({ what: 'https://kibana.example.net/app/discover#/' }, signal)).rejects.toMatchObject({
      code: 'ASK_UNKNOWN_QUERY',
    });
  });
});
