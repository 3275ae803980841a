import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../../../../src/queries/load-catalog.ts';
import { sourceKinds } from '../../../../src/sources/index.ts';
import { bindBlock } from '../../../../src/sources/loki/bind.ts';
import { LokiBlock } from '../../../../src/sources/loki/block.ts';
import { resolveVariables } from '../../../../src/sources/loki/plan-window.ts';
import { fitsLabels, logNodesIn, parseLogql } from '../../../doubles/logql-grammar.ts';

const path = resolve(import.meta.dirname, '../../../../queries/loki');

describe('the pack loki', async () => {
  const { queries } = await loadCatalog(
    [{ pack: 'loki', path: join(path) }],
    [{ name: 'logs', kind: 'loki' }],
    sourceKinds,
    { hostname: 'here' },
  );

  it('has lines, errors and the loudest', () => {
    expect(queries.map(({ id, output }) => [id, output])).toEqual([
      ['logs', 'lines'],
      ['errors', 'lines'],
      ['levels', undefined],
      ['log-volume', undefined],
      ['top-streams', 'table'],
    ]);
  });

  it.each(queries.map((query) => [query.id, query] as const))(
    'asks %s of what was named, and of nothing else',
    (_, query) => {
      const { unit, consolidate, parameters } = query;
      const [parameter = ''] = parameters.map(({ name }) => name);
      const args = { [parameter]: ['checkout'], phrase: ['a.b'] };
      const { logql } = bindBlock(LokiBlock.parse(query.block), { arguments: args, unit, consolidate });
      const nodes = logql.flatMap(({ expr }) =>
        logNodesIn(parseLogql(resolveVariables(expr, { stepMs: 60_000, rangeMs: 3_600_000 }))),
      );
      const fits = (value: string) => nodes.map(({ matchers }) => fitsLabels({ [parameter]: value }, matchers));
      expect(fits('checkout')).toEqual(nodes.map(() => true));
      expect(fits('checkout2')).toEqual(nodes.map(() => false));
      expect(query.examples.length).toBeGreaterThan(0);
      expect(query.description).toMatch(/\.$/);
    },
  );
});
