/** Blocks that are made of alerts, read by the kinds of source that they are for. */
import { expect, it } from 'vitest';
import { ownExpressions } from '../../../src/context/own-expressions.ts';
import type { Alert } from '../../../src/domain/alert.ts';
import { sourceKinds } from '../../../src/sources/index.ts';
import { fakeSource, sampleAlert } from './sample-alerts.ts';

/** What a kind reads of the block that an alert becomes, and whether it draws it. */
function readBy(kind: string, alert: Alert) {
  const definition = sourceKinds.find((one) => one.kind === kind);
  if (!definition) throw new Error(`no kind ${kind}`);
  const rawBlock = (expression: string, prefix: string) => definition.raw?.call(definition, expression, prefix);
  const { configured } = fakeSource(() => [], { kind, rawBlock });
  const { charts, missing } = ownExpressions([alert], { all: [configured] });
  const block = definition.block.parse(charts[0]?.query.block);
  const output = definition.outputOf?.call(definition, block) ?? 'chart';
  return { block, missing, output, placeholders: definition.placeholders.call(definition, block) };
}

it.each([
  [
    'prometheus',
    { metric: { query: 'x{a=~"web\\\\d+$",b="${c}"} > 5', language: 'promql' } },
    { expr: 'x{a=~"web\\\\d+$",b="$${c}"}' },
  ],
  ['graphite', { metric: { query: 'servers.web01.load', language: 'graphite' } }, { target: ['servers.web01.load'] }],
  [
    'graphite',
    { metric: {}, annotations: { graph: 'https://g.example/render?target=alias(a.b,%22x%22)&target=c.d' } },
    { target: ['group(alias(a.b,"x"),c.d)'] },
  ],
  [
    'zabbix',
    { source: 'zabbix', metric: { name: 'vfs.fs.size[/,pused]' } },
    { host: 'db 1', item: 'vfs.fs.size[/,pused]' },
  ],
  [
    'elasticsearch',
    { metric: { query: 'level:error AND ${x}', language: 'lucene' } },
    { lucene: 'level:error AND ${x}', metric: 'count' },
  ],
] as const)('makes a block that %s reads, without placeholders', (kind, overrides, block) => {
  const read = readBy(kind, sampleAlert({ alertname: 'X', host: 'db 1' }, { links: [], ...overrides }));
  expect(read).toMatchObject({ block, missing: [], output: 'chart', placeholders: [] });
});
