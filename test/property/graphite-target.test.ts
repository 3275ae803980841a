/** No value of a person or an alert can change what a Graphite target means. */
import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { BotError } from '../../src/domain/errors.ts';
import { makeUnit } from '../../src/domain/unit.ts';
import { type BoundTarget, bindBlock } from '../../src/sources/graphite/bind.ts';
import { GraphiteBlock } from '../../src/sources/graphite/block.ts';
import { parseTarget } from '../../src/sources/graphite/grammar.ts';
import { type Parsed, readLikeGraphiteWeb } from '../doubles/graphite-grammar.ts';

const TEMPLATES = [
  'servers.${a}.cpu.user',
  '${a}.cpu.user',
  '${a}',
  'servers.${a}.${b}',
  '${a}.${b}',
  'servers.web-${a}.cpu-${b}',
  'servers.{${a},${b}}.cpu.user',
  'servers.x.${a}',
  'alias(sumSeries(servers.${a}.cpu.{user,system}), "${a}")',
  "alias(scale(servers.${a}.mem, 0.5), 'of ${a} in ${b}')",
  'servers.${a}.cpu.user | scale(0.1) | aliasByNode(1)',
  'sumSeries(${a}.cpu, x.${b})',
  'seriesByTag("name=cpu.user", "host=${a}", "mount=${b}")',
  'highestMax(servers.${a}.*, ${b})',
  'movingAverage(servers.${a}.cpu, "${b}")',
  'asPercent(servers.${a}.used, None, 1)',
];

/** Words that people and alerts send, harmless and not. */
const word = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,10}$/),
  fc.constantFrom('true', 'FALSE', 'none', 'inf', 'true-1', 'None.x', '10', '1e5', '-5', '0x1', '1.5', 'nan', '5min'),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'grapheme-ascii', maxLength: 12 }),
  fc.stringMatching(/^[a-z(){},.'"|\\*?[\]=; ${}]{1,12}$/),
);

const binding = { unit: makeUnit(), consolidate: 'average' } as const;

function bind(template: string, a: string, b: string): readonly BoundTarget[] | undefined {
  try {
    return bindBlock(GraphiteBlock.parse(template), { ...binding, arguments: { a: [a], b: [b] } }).targets;
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(BotError);
    expect(thrown).toMatchObject({ code: 'ASK_UNKNOWN_VALUE' });
    return undefined;
  }
}

/** The tree without what a value may fill: the text of nodes and strings; numbers only where a placeholder stood. */
function skeleton(node: Parsed): unknown {
  if ('path' in node) {
    return { path: node.path.split('.').map((part) => part.replace(/[A-Za-z0-9_:/-]+/g, 'n')) };
  }
  if ('string' in node) return 'string';
  if ('number' in node) return 'number';
  if ('word' in node) return node.word;
  return [node.call, node.args.map(skeleton), Object.entries(node.kwargs).map(([name, one]) => [name, skeleton(one)])];
}

/** As graphite-web gets it: inside the calls that the source puts around every target. */
function readAsSent(target: string): Parsed {
  const sent = `aliasSub(consolidateBy(${target},'max'),'^','g0:')`;
  const read = readLikeGraphiteWeb(sent);
  if (read?.end !== sent.length) throw new Error(`graphite-web would drop ${sent.slice(read?.end ?? 0)}`);
  return read.node;
}

describe.each(TEMPLATES)('%s', (template) => {
  const [one] = bind(template, 'web01', template.includes('highestMax') ? '3' : 'db02') as [BoundTarget];
  const wanted = skeleton(readAsSent(one.target));

  propertyTest.prop([word, word], { numRuns: 400 })('keeps its shape or refuses the value', (a, b) => {
    const bound = bind(template, a, b);
    if (bound) expect(skeleton(readAsSent((bound[0] as BoundTarget).target))).toEqual(wanted);
  });
});

it('lets ordinary names through', () => {
  for (const name of ['web01', 'WEB_01', 'db-1', '10', 'a', 'x'.repeat(63)]) {
    expect(bind('servers.${a}.cpu.user', name, 'b')?.[0]?.target).toBe(`servers.${name}.cpu.user`);
  }
});

const anyTarget = fc.oneof(
  fc.stringMatching(/^[a-z(){},.'"|\\*?[\]=; 0-9]{1,30}$/),
  fc.constantFrom(...TEMPLATES).map((template) => template.replaceAll(/\$\{.\}/g, 'x')),
  fc.string({ unit: 'grapheme-ascii', maxLength: 30 }),
);

propertyTest.prop([anyTarget], { numRuns: 3_000 })(
  'accepts no target of which graphite-web would drop a part',
  (text) => {
    try {
      parseTarget(text);
    } catch {
      return;
    }
    expect(() => readAsSent(text)).not.toThrow();
  },
);
