import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../../../../src/queries/load-catalog.ts';
import { bindBlock } from '../../../../src/sources/graphite/bind.ts';
import { GraphiteBlock } from '../../../../src/sources/graphite/block.ts';
import { sourceKinds } from '../../../../src/sources/index.ts';

describe.each(['collectd', 'telegraf'])('the pack %s', async (pack) => {
  const path = join(resolve(import.meta.dirname, '../../../../queries'), pack);
  const sources = [{ name: 'rig', kind: 'graphite' }];
  const { queries, named } = await loadCatalog([{ pack, path }], sources, sourceKinds, { hostname: 'here' });

  it.each(['cpu', 'cpu-modes', 'load', 'memory', 'memory-use', 'disk', 'net'])('has %s', (id) => {
    expect(named(id).length).toBe(1);
  });

  it.each(queries.map((query) => [query.id, query] as const))('asks %s of the host that was named', (_, query) => {
    const { unit, consolidate } = query;
    const block = GraphiteBlock.parse(query.block);
    const { targets } = bindBlock(block, { arguments: { host: ['web01'] }, unit, consolidate });
    for (const { target, isNamed } of targets) {
      expect(target).toContain(`${pack}.web01.`);
      expect(isNamed).toBe(true);
    }
    expect(query.examples.length).toBeGreaterThan(0);
    expect(query.description).toMatch(/\.$/);
  });

  it('says the same words for the same things as the other pack', async () => {
    const other = pack === 'collectd' ? 'telegraf' : 'collectd';
    const otherPath = join(path, '..', other);
    const catalog = await loadCatalog([{ pack: other, path: otherPath }], sources, sourceKinds, { hostname: 'here' });
    const words = (list: typeof queries) => list.map(({ id, aliases, unit }) => [id, aliases, unit.id]);
    expect(words(catalog.queries)).toEqual(words(queries));
  });
});
