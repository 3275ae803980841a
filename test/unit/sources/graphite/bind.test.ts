import { expect, it } from 'vitest';
import { makeUnit } from '../../../../src/domain/unit.ts';
import { bindBlock } from '../../../../src/sources/graphite/bind.ts';
import { GraphiteBlock } from '../../../../src/sources/graphite/block.ts';

function bind(target: string, args: Readonly<Record<string, readonly string[]>>) {
  return bindBlock(GraphiteBlock.parse(target), { arguments: args, unit: makeUnit(), consolidate: 'average' });
}

const targetsOf = (...asked: Parameters<typeof bind>) => bind(...asked).targets.map(({ target }) => target);

it('puts values where they belong', () => {
  expect(targetsOf('alias(s.${host}.cpu-${core}, "${host}")', { host: ['web01'], core: ['0'] })).toEqual([
    'alias(s.web01.cpu-0, "web01")',
  ]);
});

it('applies the filters of a placeholder before it checks the value', () => {
  expect(targetsOf('s.${host:underscore}.cpu', { host: ['web01.example.net'] })).toEqual(['s.web01_example_net.cpu']);
  expect(targetsOf('s.${host|host|lower}.cpu', { host: ['https://WEB01.example.net:9100'] })).toEqual(['s.web01.cpu']);
});

it('asks for a value only once', () => {
  expect(targetsOf('s.${host}', { host: ['a', 'b', 'a'] })).toEqual(['s.a', 's.b']);
});

it.each([
  ['web01.example', 'holds `.`, which no name in Graphite may'],
  ['node:9100', 'holds `:`, which names of this Graphite may not unless its operator adds it to `nameCharacters`'],
  ['web 01', 'holds a blank, which no name in Graphite may'],
  ['web01`', 'holds U+0060, which no name in Graphite may'],
  ['wéb', 'holds U+00E9, which no name in Graphite may'],
  ['a\u0007', 'holds U+0007, which no name in Graphite may'],
  ['-web', 'must begin and end with a letter or a digit'],
  ['', 'is empty'],
  ['x'.repeat(64), 'is longer than 63 characters'],
])('refuses the value %j and names what is wrong', (value, why) => {
  expect(() => bind('s.${host}.cpu', { host: [value] })).toThrow(
    expect.objectContaining({
      code: 'ASK_UNKNOWN_VALUE',
      message: expect.stringContaining(`cannot be a host: it ${why}.`),
      details: expect.objectContaining({ value, parameter: 'host' }),
    }),
  );
});

it.each([
  ['true', 's.x'],
  ['10', 's.x'],
])('refuses %j where Graphite would take it for something else', (value) => {
  expect(() => bind('${host}', { host: [value] })).toThrow(expect.objectContaining({ code: 'ASK_UNKNOWN_VALUE' }));
  expect(targetsOf('s.${host}', { host: [value] })).toEqual([`s.${value}`]);
});

it('takes numbers for arguments of functions, and nothing else', () => {
  expect(targetsOf('highestMax(s.*, ${n})', { n: ['5'] })).toEqual(['highestMax(s.*, 5)']);
  expect(() => bind('highestMax(s.*, ${n})', { n: ['a.b'] })).toThrow(/is not a number/);
});

it('takes paths and ports as values of tags', () => {
  expect(targetsOf("seriesByTag('name=x', 'mount=${m}')", { m: ['/var/log'] })).toEqual([
    "seriesByTag('name=x', 'mount=/var/log')",
  ]);
  expect(() => bind("seriesByTag('name=x', 'mount=${m}')", { m: ["a'b"] })).toThrow(/holds `'`/);
  expect(() => bind("seriesByTag('name=x', 'mount=${m}')", { m: ['a;b'] })).toThrow(/holds `;`/);
});

it('says which value is missing', () => {
  expect(() => bind('s.${host}', {})).toThrow(
    expect.objectContaining({ code: 'ASK_MISSING_ARGUMENT', details: { parameter: 'host' } }),
  );
});

it('labels a request by its first target and counts the others', () => {
  expect(bind('s.${host}.cpu', { host: ['a'] }).label).toBe('s.a.cpu');
  expect(bind('s.${host}.cpu', { host: ['a', 'b', 'c'] }).label).toBe('s.a.cpu and 2 more');
});
