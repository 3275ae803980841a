import { describe, expect, it } from 'vitest';
import { boolOfPills, type Pill, pillWords, queriesOfPills } from '../../../../src/sources/kibana/filters.ts';

const phrase = (field: string, value: string, meta: object = {}): Pill => ({
  meta: { key: field, type: 'phrase', params: { query: value }, ...meta },
  query: { match_phrase: { [field]: value } },
});
const term = (field: string, value: string) => ({ match_phrase: { [field]: value } });

describe('stored filters', () => {
  it.each<[string, Pill, object]>([
    ['a phrase', phrase('host.name', 'web01'), term('host.name', 'web01')],
    [
      'phrases',
      { meta: { type: 'phrases' }, query: { bool: { should: [term('a', '1'), term('a', '2')] } } },
      { bool: { should: [term('a', '1'), term('a', '2')] } },
    ],
    [
      'a range',
      { meta: { type: 'range' }, query: { range: { cpu: { gte: 1, lt: 5 } } } },
      { range: { cpu: { gte: 1, lt: 5 } } },
    ],
    ['that a field exists', { meta: {}, query: { exists: { field: 'message' } } }, { exists: { field: 'message' } }],
    [
      'a text of Lucene',
      { meta: {}, query: { query_string: { query: 'a AND b' } } },
      { query_string: { query: 'a AND b' } },
    ],
    [
      'any DSL',
      { meta: { type: 'custom' }, query: { bool: { must_not: [{ ids: { values: ['1'] } }] } } },
      { bool: { must_not: [{ ids: { values: ['1'] } }] } },
    ],
    [
      'an old match with a type',
      { meta: {}, query: { match: { host: { query: 'web01', type: 'phrase' } } } },
      { match_phrase: { host: { query: 'web01' } } },
    ],
    [
      'an old match within a bool',
      { meta: {}, query: { bool: { should: [{ match: { a: { query: 'x', type: 'phrase' } } }] } } },
      { bool: { should: [{ match_phrase: { a: { query: 'x' } } }] } },
    ],
    [
      'a match that is none of those',
      { meta: {}, query: { match: { message: 'refused' } } },
      { match: { message: 'refused' } },
    ],
    [
      'a query beside meta',
      { meta: { key: 'message' }, exists: { field: 'message' }, $state: { store: 'appState' } },
      { exists: { field: 'message' } },
    ],
    [
      'nothing but what is shown of a phrase',
      { meta: { type: 'phrase', key: 'a', params: { query: 'x' } } },
      term('a', 'x'),
    ],
    [
      'nothing but what is shown of phrases',
      { meta: { type: 'phrases', key: 'a', params: ['x', 'y'] } },
      { bool: { should: [term('a', 'x'), term('a', 'y')], minimum_should_match: 1 } },
    ],
    [
      'nothing but what is shown of a range',
      { meta: { type: 'range', key: 'a', params: { gte: 1 } } },
      { range: { a: { gte: 1 } } },
    ],
    ['nothing but what is shown of an existence', { meta: { type: 'exists', key: 'a' } }, { exists: { field: 'a' } }],
  ])('take %s', (_, pill, query) => {
    expect(queriesOfPills([pill])).toEqual({ filter: [query], mustNot: [] });
  });

  it('leave out what is switched off, and what says nothing', () => {
    const pills = [phrase('a', '1', { disabled: true }), { meta: {}, query: {} }, { meta: {} }, null, 'x'];
    expect(queriesOfPills(pills)).toEqual({ filter: [], mustNot: [] });
    expect(boolOfPills(pills)).toBeUndefined();
  });

  it('keep what is negated from matching', () => {
    const pills = [phrase('a', '1'), phrase('b', '2', { negate: true })];
    expect(boolOfPills(pills)).toEqual({ bool: { filter: [term('a', '1')], must_not: [term('b', '2')] } });
  });

  it('combine with OR and AND, nested, negated, and without the disabled', () => {
    const inner = {
      meta: { type: 'combined', relation: 'AND', params: [phrase('c', '3'), phrase('d', '4', { negate: true })] },
      query: {},
    };
    const off = phrase('e', '5', { disabled: true });
    const pill = { meta: { type: 'combined', relation: 'OR', params: [phrase('a', '1'), inner, off] }, query: {} };
    const both = { bool: { filter: [term('c', '3')], must_not: [term('d', '4')] } };
    expect(queriesOfPills([pill]).filter).toEqual([
      {
        bool: {
          should: [{ bool: { filter: [term('a', '1')] } }, { bool: { filter: [both] } }],
          minimum_should_match: 1,
        },
      },
    ]);
    const negated = { ...pill, meta: { ...pill.meta, negate: true } };
    expect(queriesOfPills([negated])).toMatchObject({ filter: [], mustNot: [{ bool: { minimum_should_match: 1 } }] });
  });

  it('look at fields of nested documents within them', () => {
    const nested = new Map([['user.id', 'user']]);
    expect(queriesOfPills([phrase('user.id', 'ana')], { nested }).filter).toEqual([
      { nested: { path: 'user', query: term('user.id', 'ana'), score_mode: 'none' } },
    ]);
    expect(queriesOfPills([phrase('host.name', 'web01')], { nested }).filter).toEqual([term('host.name', 'web01')]);
  });

  it('end at a depth that nobody reaches', () => {
    let pill: Pill = phrase('a', '1');
    for (let depth = 0; depth < 50; depth += 1)
      pill = { meta: { type: 'combined', relation: 'AND', params: [pill] }, query: {} };
    expect(queriesOfPills([pill])).toEqual({ filter: [], mustNot: [] });
  });

  it.each<[Pill, string]>([
    [phrase('host.name', 'web01'), 'host.name: web01'],
    [phrase('host.name', 'web01', { negate: true }), 'not host.name: web01'],
    [phrase('host.name', 'web01', { alias: 'our web' }), 'our web'],
    [{ meta: { key: 'message', type: 'exists' } }, 'has message'],
    [{ meta: { key: 'a', type: 'phrases', params: ['x', 'y'] } }, 'a: x or y'],
    [{ meta: { key: 'cpu', type: 'range', params: { gte: 20, lt: 40 } } }, 'cpu ≥ 20 and < 40'],
    [
      { meta: { type: 'combined', relation: 'OR', params: [phrase('a', '1'), phrase('b', '2', { negate: true })] } },
      '(a: 1 or not b: 2)',
    ],
    [
      {
        meta: {
          type: 'combined',
          relation: 'AND',
          negate: true,
          params: [phrase('a', '1'), phrase('c', '3', { disabled: true }), { meta: { type: 'combined', params: [] } }],
        },
      },
      'not (a: 1 and …)',
    ],
  ])('read as words: %j', (pill, words) => {
    expect(pillWords(pill)).toBe(words);
  });
});
