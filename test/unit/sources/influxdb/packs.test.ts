import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../../../../src/queries/load-catalog.ts';
import { sourceKinds } from '../../../../src/sources/index.ts';
import { bindBlock } from '../../../../src/sources/influxdb/bind.ts';
import { InfluxdbBlock } from '../../../../src/sources/influxdb/block.ts';
import { planWindow, resolveStatement } from '../../../../src/sources/influxdb/plan-window.ts';
import { type Expr, parseInfluxql, type SelectStatement } from '../../../doubles/influxql-grammar.ts';

const QUERIES = resolve(import.meta.dirname, '../../../../queries');
const window = { fromMs: 1_795_000_000_000, toMs: 1_795_003_600_000, zone: 'UTC', maxPoints: 400 };

async function load(pack: string, kind: string) {
  return loadCatalog([{ pack, path: `${QUERIES}/${pack}` }], [{ name: 'rig', kind }], sourceKinds, {
    hostname: 'here',
  });
}

/** The texts that a tag is compared with. */
function comparedWith(expr: Expr | undefined, tag: string): string[] {
  if (expr?.kind !== 'operation') return [];
  if (expr.left.kind === 'name' && expr.left.name === tag && expr.right.kind === 'string') return [expr.right.value];
  return [...comparedWith(expr.left, tag), ...comparedWith(expr.right, tag)];
}

describe('the pack telegraf-influx', async () => {
  const { queries } = await load('telegraf-influx', 'influxdb');

  it.each(queries.map((query) => [query.id, query] as const))('asks %s of the hosts that were named', (_, query) => {
    const { unit, consolidate } = query;
    const hosts = ["o'brien", 'db.01'];
    const request = bindBlock(InfluxdbBlock.parse(query.block), { arguments: { host: hosts }, unit, consolidate });
    const plan = planWindow(window, request.select, 10_000, request.minStepMs);
    for (const isInline of [false, true]) {
      const parsed = request.statements.flatMap((bound) =>
        parseInfluxql(resolveStatement(bound, plan, isInline), isInline ? {} : bound.parameters),
      ) as SelectStatement[];
      expect(parsed.map(({ where }) => comparedWith(where, 'host'))).toEqual([hosts]);
      expect(parsed.map(({ groupBy }) => groupBy.some((expr) => expr.kind === 'name' && expr.name === 'host'))).toEqual(
        [true],
      );
    }
    expect(query.examples.length).toBeGreaterThan(0);
    expect(query.description).toMatch(/\.$/);
  });

  it('says the same words for the same things as the pack of Telegraf in Graphite', async () => {
    const graphite = await load('telegraf', 'graphite');
    const words = (list: typeof queries) => list.map(({ id, aliases, unit }) => [id, aliases, unit.id]);
    expect(words(queries).slice(0, graphite.queries.length)).toEqual(words(graphite.queries));
  });
});
