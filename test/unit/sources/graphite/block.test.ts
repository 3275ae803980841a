import { expect, it } from 'vitest';
import { graphite } from '../../../../src/sources/graphite.ts';

it.each([
  'servers.web01.cpu.user',
  'servers.{web,db}0[1-3].cpu-?.*',
  'alias(sumSeries(servers.${host}.cpu.{user,system}), "${host}")',
  'servers.${host}.cpu | scale(0.1) | aliasByNode(1)',
  "aliasSub(a.b, '^.*\\.(\\w+)$', '\\1')",
  "seriesByTag('name=cpu', 'host=${host}', 'dc=~^eu')",
  'asPercent(a.*.b, None, 2)',
  'movingAverage(a.b, "${window}", xFilesFactor=0.5)',
  'highestMax(servers.*.cpu, ${count})',
  'disk.used;host=web01;mount=root',
  'sumSeries(\n  a.b,\n  c.d\n)',
  'timeShift(10-web.cpu, "1d")',
  'randomWalk("x")',
])('accepts the target %s', (target) => {
  expect(graphite.block.safeParse(target).success).toBe(true);
  expect(graphite.block.safeParse({ target: [target] }).success).toBe(true);
});

it.each([
  ['servers.web 01.cpu', 'has an unexpected "0" at character 13', 12],
  ['servers..cpu', 'has an unexpected "." at character 9', 8],
  ['servers.cpu.', 'ends too early', 12],
  ['a.b,c.d', 'has an unexpected "," at character 4', 3],
  ['foo(a.b', 'has no ")" for "foo("', 7],
  ['foo(a.b))', 'has an unexpected ")" at character 9', 8],
  ['foo(a.b,)', 'has an unexpected ")" at character 9', 8],
  ['alias(a.b, "x)', 'has a quote that is not closed', 11],
  ['servers.{a,b.cpu', 'has an unexpected "." at character 13', 12],
  ['a.b | c.d', 'has a "|" that no function follows', 9],
  ['true.cpu', 'has an unexpected "." at character 5', 4],
  ['10.5', 'names no metric', 0],
  ['"a"', 'names no metric', 0],
  ['servers.ü.cpu', 'has "ü", and Graphite knows ASCII names only', 8],
  ['servers.${host', 'has a `${` without its `}`; write `$${` where those two characters are meant', 8],
  ['${fn}(servers.a.b)', 'has an unexpected "(" at character 2', 5],
  ["seriesByTag('host=~${host}')", 'has a placeholder in a regular expression of seriesByTag; use "=" there', 0],
  ["seriesByTag('${tag}=a')", 'has a placeholder in a tag expression that is not like "host=${host}"', 0],
  ['x'.repeat(20_001), 'is longer than 20000 characters', 0],
  [`${'f('.repeat(70)}a${')'.repeat(70)}`, 'nests more than 60 functions', 121],
])('refuses the target %s and says where', (target, message, at) => {
  const { error } = graphite.block.safeParse({ target: [target] });
  expect(error?.issues).toMatchObject([{ message, params: { at } }]);
});

it('refuses keys that it does not know, and an empty list', () => {
  expect(graphite.block.safeParse({ target: 'a.b', tagret: 'x' }).success).toBe(false);
  expect(graphite.block.safeParse({ target: [] }).success).toBe(false);
  expect(graphite.block.safeParse({}).success).toBe(false);
});

it('names its placeholders once, in order', () => {
  const block = graphite.block.parse({ target: ['a.${x}.${y}', 'alias(b.${x}, "${z}")'] });
  expect(graphite.placeholders(block)).toEqual(['x', 'y', 'z']);
});
