import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../../../../src/queries/load-catalog.ts';
import { sourceKinds } from '../../../../src/sources/index.ts';
import { bindBlock } from '../../../../src/sources/prometheus/bind.ts';
import { type ExpressionBlock, PrometheusBlock } from '../../../../src/sources/prometheus/block.ts';
import { resolveVariables } from '../../../../src/sources/prometheus/plan-window.ts';
import { parsePromql, selectorsIn } from '../../../doubles/promql-grammar.ts';

const QUERIES = resolve(import.meta.dirname, '../../../../queries');
const plan = { startMs: 0, endMs: 3_600_000, stepMs: 60_000, scrapeMs: 15_000 };

async function load(pack: string, kind: string) {
  const path = join(QUERIES, pack);
  return loadCatalog([{ pack, path }], [{ name: 'rig', kind }], sourceKinds, { hostname: 'here' });
}

describe('the pack node_exporter', async () => {
  const { queries } = await load('node_exporter', 'prometheus');

  it.each(queries.map((query) => [query.id, query] as const))('asks %s of the hosts that were named', (_, query) => {
    const { unit, consolidate } = query;
    const block = PrometheusBlock.parse(query.block) as ExpressionBlock;
    const { queries: bound } = bindBlock(block, { arguments: { host: ['web01', 'db.01'] }, unit, consolidate });
    for (const { expr } of bound) {
      const selectors = selectorsIn(parsePromql(resolveVariables(expr, plan)));
      expect(selectors.length).toBeGreaterThan(0);
      for (const { metric, matchers } of selectors) {
        expect(metric).toMatch(/^node_/);
        const instance = matchers.find(({ label }) => label === 'instance')?.value ?? '';
        const regex = new RegExp(`^(?:${instance})$`);
        expect(['web01:9100', 'web01', 'db.01:9100'].every((name) => regex.test(name))).toBe(true);
        expect(['web011:9100', 'dbx01:9100', 'web01.example:9100'].some((name) => regex.test(name))).toBe(false);
      }
    }
    expect(query.examples.length).toBeGreaterThan(0);
    expect(query.description).toMatch(/\.$/);
  });

  it('says the same words for the same things as the packs of Graphite', async () => {
    const collectd = await load('collectd', 'graphite');
    const words = (list: typeof queries) => list.map(({ id, aliases, unit }) => [id, aliases, unit.id]);
    expect(words(queries)).toEqual(words(collectd.queries));
  });
});

describe.each([['cadvisor'], ['kube-state-metrics'], ['blackbox_exporter'], ['postgres_exporter'], ['prometheus']])(
  'the pack %s',
  async (name) => {
    const { queries } = await load(name, 'prometheus');
    const asked = queries.filter(({ block }) => !('alerts' in (block as object)));

    it('loads, with an explanation and examples for everything', () => {
      expect(queries.length).toBeGreaterThan(1);
      expect(queries.filter(({ examples }) => examples.length === 0)).toEqual([]);
      expect(queries.filter(({ description = '' }) => !description.endsWith('.'))).toEqual([]);
    });

    it.each(asked.map((query) => [query.id, query] as const))(
      'asks %s of what was named, and of nothing else',
      (_, query) => {
        const { unit, consolidate, parameters } = query;
        const args = Object.fromEntries(parameters.map((parameter) => [parameter.name, ['a.b']]));
        const block = PrometheusBlock.parse(query.block) as ExpressionBlock;
        const { queries: bound } = bindBlock(block, { arguments: args, unit, consolidate });
        const selectors = bound.flatMap(({ expr }) => selectorsIn(parsePromql(resolveVariables(expr, plan))));
        const isBound = (value: string) =>
          new RegExp(`^(?:${value})$`).test('a.b') && !new RegExp(`^(?:${value})$`).test('axb2');
        expect(selectors.length).toBeGreaterThan(0);
        expect(selectors.filter(({ matchers }) => !matchers.some(({ value }) => isBound(value)))).toEqual([]);
      },
    );
  },
);
