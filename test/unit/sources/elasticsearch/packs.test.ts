import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../../../../src/queries/load-catalog.ts';
import { bindBlock } from '../../../../src/sources/elasticsearch/bind.ts';
import { parseBlock } from '../../../../src/sources/elasticsearch/block.ts';
import { sourceKinds } from '../../../../src/sources/index.ts';

const QUERIES = resolve(import.meta.dirname, '../../../../queries');
const SOURCE = { index: 'logs-*', timeField: '@timestamp' };
const HOSTILE = '" or host.name: *';

async function load(pack: string, kind = 'elasticsearch') {
  const sources = [{ name: 'rig', kind }];
  return loadCatalog([{ pack, path: join(QUERIES, pack) }], sources, sourceKinds, { hostname: 'here' });
}

/** How often a value stands in a query as a whole value. */
function count(json: unknown, value: string): number {
  if (json === value) return 1;
  if (typeof json !== 'object' || json === null) return 0;
  return Object.values(json).reduce((sum: number, inner) => sum + count(inner, value), 0);
}

describe.each(['ecs-logs', 'ecs-nginx', 'metricbeat'])('the pack %s', async (pack) => {
  const { queries } = await load(pack);

  it('loads, with an explanation and examples for everything, and no name twice', () => {
    expect(queries.length).toBeGreaterThan(3);
    expect(queries.filter(({ examples }) => examples.length === 0)).toEqual([]);
    expect(queries.filter(({ description = '' }) => !description.endsWith('.'))).toEqual([]);
    const words = queries.flatMap(({ id, aliases }) => [id, ...aliases]);
    expect(words).toEqual([...new Set(words)]);
  });

  it.each(queries.map((query) => [query.id, query] as const))(
    'asks %s of what was named and of nothing else',
    (_, query) => {
      const args = Object.fromEntries(
        query.parameters.map(({ name, type }) => [name, type === 'text' ? [] : [HOSTILE]]),
      );
      const { unit, consolidate } = query;
      const { groups } = bindBlock(parseBlock(query.block, SOURCE), { arguments: args, unit, consolidate });
      expect(count(groups[0]?.filters, HOSTILE)).toBe(1);
    },
  );

  it('lists the values of its parameters from the indices that it reads', () => {
    const indices = queries.flatMap(({ block, parameters }) =>
      parameters.flatMap(({ values }) =>
        typeof values === 'string' ? [[values.split(' on ')[1], parseBlock(block, SOURCE).index]] : [],
      ),
    );
    expect(indices.filter(([listed, read]) => listed !== read)).toEqual([]);
  });
});

it('says the same words for hosts as the packs of other sources', async () => {
  const [own, other] = await Promise.all([load('metricbeat'), load('node_exporter', 'prometheus')]);
  const shared = ['cpu', 'load', 'memory', 'disk', 'net'];
  const words = ({ queries }: typeof own) =>
    queries.filter(({ id }) => shared.includes(id)).map(({ id, aliases }) => [id, ...aliases]);
  expect(words(own)).toEqual(words(other));
});
