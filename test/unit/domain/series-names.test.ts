import { describe, expect, it } from 'vitest';
import { differingLabels, nameSeries, uniqueNames } from '../../../src/domain/series-names.ts';

const plain = (labels: Readonly<Record<string, string>>) => ({ labels, parameters: {} });

describe('names of series', () => {
  it.each<[string, Parameters<typeof nameSeries>[0], string[]]>([
    ['the labels that differ', [plain({ app: 'a', env: 'x' }), plain({ app: 'b', env: 'x' })], ['a', 'b']],
    ['one of labels that say the same', [plain({ app: 'a', team: 't' }), plain({ app: 'b', team: 'u' })], ['a', 'b']],
    [
      'two where one is not enough',
      [plain({ a: '1x', b: 'm' }), plain({ a: '1x', b: 'n' }), plain({ a: '2x', b: 'm' })],
      ['1x m', '1x n', '2x m'],
    ],
    [
      'the label too, where its value is a number',
      [plain({ code: '200' }), plain({ code: '500' })],
      ['code 200', 'code 500'],
    ],
    ['none, of the one that lacks what tells the others', [plain({ level: 'error' }), plain({})], ['error', 'none']],
    [
      'the words of the question before them',
      ['a', 'b'].flatMap((host) => ['x', 'y'].map((disk) => ({ labels: { host, disk }, parameters: { host } }))),
      ['a x', 'a y', 'b x', 'b y'],
    ],
    ['parts, where there are several', ['rx', 'tx'].map((part) => ({ ...plain({ host: 'a' }), part })), ['rx', 'tx']],
    [
      'the value asked for, where nothing else tells',
      [{ labels: { host: 'a', rack: 'r' }, parameters: { host: 'a' } }],
      ['a'],
    ],
    ['the query, where there is nothing at all', [plain({})], ['sum(x)']],
    ['a number, where names repeat', [plain({}), plain({})], ['sum(x)', 'sum(x) (2)']],
  ])('are %s', (_, all, names) => {
    expect(nameSeries(all, 'sum(x)')).toEqual(names);
  });

  it('have an end', () => {
    const [name = ''] = uniqueNames(['x'.repeat(500)], '');
    expect(name).toHaveLength(120);
  });

  it('find what tells objects apart', () => {
    expect(
      differingLabels([
        { pod: 'a', id: '1', ns: 'n' },
        { pod: 'b', id: '2', ns: 'n' },
      ]),
    ).toEqual(['pod']);
  });
});
