import { describe, expect, it } from 'vitest';
import { formatFault, formatPath } from '../../../src/config/fault.ts';
import { parseYaml } from '../../../src/config/yaml-file.ts';

const at = (text: string, path: readonly (string | number)[], part?: 'key' | 'value', offset?: number) => {
  const { line, column } = parseYaml(text, 'a.yaml').positionOf(path, part, offset);
  return `${line}:${column}`;
};

describe('positions', () => {
  it.each([
    ['a: 1', ['a'], 'value', '1:4'],
    ['a: 1', ['a'], 'key', '1:1'],
    ['a:\n  - x\n  - y: z', ['a', 1, 'y'], 'value', '3:8'],
    ['a: {b: [c, d]}', ['a', 'b', 1], 'value', '1:12'],
    ['a: 1\r\nb: 2\r\n', ['b'], 'value', '2:4'],
    ['# ü€😀\nä: ö', ['ä'], 'value', '2:4'],
    ['"a b": |\n  text', ['a b'], 'value', '1:8'],
    ['x: &x {y: 1}\nz: *x', ['z', 'y'], 'value', '1:11'],
    ['x: &x {y: 1}\nz: {<<: *x, w: 2}', ['z', 'y'], 'value', '1:11'],
  ] as const)('in %j of %j (%s) is %s', (text, path, part, expected) => {
    expect(at(text, path, part)).toBe(expected);
  });

  it('of what is not there is that of the nearest thing around it', () => {
    expect(at('a:\n  b: 1', ['a', 'missing', 'deeper'])).toBe('1:1');
    expect(at('\na: 1', ['b'])).toBe('1:1');
    expect(at('', ['a'])).toBe('1:1');
  });

  it.each([
    ['a: x${y}', '1:5'],
    ['a: "x${y}"', '1:6'],
    ["a: 'x${y}'", '1:6'],
    ['a: >-\n  x${y}', '1:4'],
    ['a: "\\x78${y}"', '1:4'],
  ])('of a character inside a scalar in %j is %s', (text, expected) => {
    expect(at(text, ['a'], 'value', 1)).toBe(expected);
  });
});

describe('values', () => {
  it.each([
    ['', null],
    ['~', null],
    ['a: yes\nb: on\nc: 010\nd: 0x1f\ne: 1e3\nf: .5', { a: 'yes', b: 'on', c: 10, d: 31, e: 1000, f: 0.5 }],
    ['95: x\nnull: y\ntrue: z', { 95: 'x', null: 'y', true: 'z' }],
    ['a: 2026-11-25\nb: 12:30', { a: '2026-11-25', b: '12:30' }],
    [
      'a: &a {x: 1, y: 2}\nb: {y: 3, <<: *a}\nc: {<<: *a, y: 4}',
      { a: { x: 1, y: 2 }, b: { x: 1, y: 3 }, c: { x: 1, y: 4 } },
    ],
    ['a: &a {x: 1}\nb: &b {x: 2, z: 3}\nc: {<<: [*a, *b]}', { a: { x: 1 }, b: { x: 2, z: 3 }, c: { x: 1, z: 3 } }],
    ['%YAML 1.1\n---\na: yes', { a: 'yes' }],
    ['\uFEFFa: 1', { a: 1 }],
  ])('of %j are as people mean them', (text, expected) => {
    const { value, faults } = parseYaml(text, 'a.yaml');
    expect(faults).toEqual([]);
    expect(value).toEqual(expected);
  });

  it('never touch a prototype', () => {
    const { value } = parseYaml('__proto__: {polluted: true}\na: {__proto__: 1}', 'a.yaml');
    expect(Object.keys(value as object)).toEqual(['__proto__', 'a']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('faults', () => {
  const faultsOf = (text: string) => parseYaml(text, 'a.yaml').faults.map(formatFault);

  it.each([
    ['a: !!binary aGk=', 'a.yaml:1:4: has a tag (`!…`) that means nothing here; leave it out'],
    [
      'a: b: c',
      'a.yaml:1:4: has a second `key: value` on one line; put it on its own line, or quote text that holds ": "',
    ],
    ['a: @b', 'a.yaml:1:4: starts with a character that means something in YAML; put the text in quotes'],
    ['a: "b', 'a.yaml:1:6: is where a quote that was opened before should be closed by now'],
    ['? [a]\n: b', 'a.yaml:1:3: has a list or a map as its key; keys are words'],
  ])('in %j are %j', (text, expected) => {
    expect(faultsOf(text)[0]).toBe(expected);
  });

  it('that follow from the first are not listed', () => {
    expect(faultsOf(`a: }\n${'b: [x}\n'.repeat(50)}`).length).toBeLessThanOrEqual(5);
  });

  it('are bounded', () => {
    expect(faultsOf('a: 1\n'.repeat(5_000))).toHaveLength(200);
  });
});

it.each([
  [[], ''],
  [['a', 0, 'b-c', 'd e', ''], 'a[0].b-c["d e"][""]'],
  [['ü', '9'], 'ü.9'],
])('writes the path %j as %s', (path, expected) => {
  expect(formatPath(path)).toBe(expected);
});
