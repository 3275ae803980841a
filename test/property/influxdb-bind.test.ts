/** No value changes what a statement of InfluxQL asks: it is bound beside it or read back from it as the data it was, and nothing else moves. */
import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { BotError } from '../../src/domain/errors.ts';
import { makeUnit } from '../../src/domain/unit.ts';
import { bindBlock } from '../../src/sources/influxdb/bind.ts';
import { InfluxdbBlock } from '../../src/sources/influxdb/block.ts';
import { planWindow, resolveStatement } from '../../src/sources/influxdb/plan-window.ts';
import { type Expr, parseInfluxql, type Statement } from '../doubles/influxql-grammar.ts';

const window = { fromMs: 1_795_000_000_000, toMs: 1_795_003_600_000, zone: 'UTC', maxPoints: 400 };

/** What is sent, with the values beside it (`parameters`) or in it. */
function bind(block: unknown, values: readonly string[], isInline: boolean) {
  const binding = { arguments: { host: values }, unit: makeUnit(), consolidate: 'average' } as const;
  const request = bindBlock(InfluxdbBlock.parse(block), binding);
  const plan = planWindow(window, request.select, 10_000);
  return request.statements.map((bound) => ({
    text: resolveStatement(bound, plan, isInline),
    parameters: isInline ? {} : bound.parameters,
  }));
}

/** Everything that has a meaning somewhere in InfluxQL, in JSON or in our own templates. */
const NASTY = [
  ...'"\'`\\{}()[]|.*+?^$,=!~#@:;<>/%&- \n\t',
  "\\'",
  "' OR 'a'='a",
  "'; DROP DATABASE telegraf; --",
  '/*',
  '*/',
  '--',
  '$g0',
  '$timeFilter',
  '${__interval}',
  '${host}',
  'INTO x',
  '\\n',
  '{"regex":".*"}',
  '__proto__',
  'constructor',
  '＇',
  '\u2028',
  'é',
  '😀',
  'web01',
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'grapheme', maxLength: 6 })), {
    minLength: 1,
    maxLength: 6,
  })
  .map((parts) => parts.join(''));

/** The bound statements, or nothing for a value that is refused. */
function bound(block: unknown, values: readonly string[], isInline: boolean) {
  try {
    return bind(block, values, isInline);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(BotError);
    expect(thrown).toMatchObject({ code: 'ASK_UNKNOWN_VALUE' });
    return undefined;
  }
}

/** The statements with the values of `host` taken out, and these. */
function taken(statements: readonly Statement[]): { readonly skeleton: string; readonly values: readonly string[] } {
  const values: string[] = [];
  const skeleton = JSON.stringify(statements, (_, node: Expr | undefined) => {
    const isOurs = node?.kind === 'operation' && node.left?.kind === 'name' && node.left.name === 'host';
    if (!isOurs || node.right.kind !== 'string') return node;
    values.push(node.right.value);
    return { ...node, right: { kind: 'string', value: '' } };
  });
  return { skeleton, values };
}

const BLOCKS: readonly (readonly [string, unknown, (value: string) => string])[] = [
  [
    'a structured block',
    { measurement: 'cpu', field: 'x', where: { host: '${host}', cpu: 'total' } },
    (value) => value,
  ],
  [
    'a text',
    "SELECT mean(x) FROM cpu WHERE host = '${host}' AND $timeFilter GROUP BY time($__interval), host",
    (value) => value,
  ],
  [
    'a text without quotes',
    'SELECT x FROM cpu WHERE (a = \'b\' OR "host" != ${host}) AND $timeFilter',
    (value) => value,
  ],
  [
    'a part of a value',
    "SELECT x FROM cpu WHERE host = 'eu-\\'${host}\\'.x' AND $timeFilter",
    (value) => `eu-'${value}'.x`,
  ],
];

describe('binding values to InfluxQL', () => {
  for (const [name, block, around] of BLOCKS) {
    for (const isInline of [false, true]) {
      const [sample] = bind(block, ['web01'], isInline);
      const wanted = taken(parseInfluxql(sample?.text ?? '', sample?.parameters)).skeleton;

      propertyTest.prop([hostile], { numRuns: 1_000 })(
        `gives every value back as data in ${name}, ${isInline ? 'written in it' : 'beside it'}`,
        (value) => {
          const [sent, more] = bound(block, [value], isInline) ?? [];
          if (!sent) return;
          expect(more).toBeUndefined();
          if (!isInline) expect(sent.text).toBe(sample?.text);
          const found = taken(parseInfluxql(sent.text, sent.parameters));
          expect(found.skeleton).toBe(wanted);
          expect(found.values).toEqual([around(value.trim())]);
        },
      );
    }
  }

  propertyTest.prop([fc.uniqueArray(hostile, { minLength: 2, maxLength: 5, selector: (value) => value.trim() })], {
    numRuns: 1_000,
  })('asks for several values and for no other', (values) => {
    for (const isInline of [false, true]) {
      const [sent, more] = bound(BLOCKS[0]?.[1], values, isInline) ?? [];
      if (!sent) return;
      expect(more).toBeUndefined();
      const found = taken(parseInfluxql(sent.text, sent.parameters));
      expect(found.values).toEqual(values.map((value) => value.trim()));
    }
  });

  it.each(['', '   ', 'a\u0000b', '\u001b[31m', '\ud800', 'x'.repeat(301)])('refuses %j', (value) => {
    expect(() => bind(BLOCKS[0]?.[1], [value], false)).toThrow(expect.objectContaining({ code: 'ASK_UNKNOWN_VALUE' }));
  });
});
