import { describe, expect, it } from 'vitest';
import { isCovered, sourcesOf } from '../../../../src/sources/kibana/esql-sources.ts';
import { refusedQuery } from '../../../../src/sources/kibana/harmless-query.ts';

describe('queries of a pasted page', () => {
  it.each([
    { match_phrase: { a: 'x' } },
    { terms: { a: ['x', 'y'] } },
    { bool: { must: [{ exists: { field: 'a' } }], must_not: { range: { a: { gte: 1 } } }, minimum_should_match: 1 } },
    { nested: { path: 'user', query: { term: { 'user.id': 'x' } } } },
    { query_string: { query: 'a:b' } },
  ])('are run when they only look at documents: %j', (query) => {
    expect(refusedQuery(query)).toBeUndefined();
  });

  it.each<[unknown, string]>([
    [{ script: { script: 'true' } }, 'script'],
    [{ bool: { filter: [{ script: { script: 'true' } }] } }, 'script'],
    [{ terms: { a: { index: 'secrets', id: '1', path: 'b' } } }, 'a terms lookup'],
    [{ function_score: { query: { match_all: {} } } }, 'function_score'],
    [{ more_like_this: { like: [{ _index: 'secrets' }] } }, 'more_like_this'],
    [{ match_all: {}, script: { script: 'true' } }, 'script'],
    [{ bool: { filter: ['x'] } }, 'something that is no query'],
    [{ bool: { bool: [{ script: {} }] } }, 'bool'],
    [{ constructor: {} }, 'constructor'],
    [{ __proto__x: {} }, '__proto__x'],
  ])('are refused when they do more: %j', (query, name) => {
    expect(refusedQuery(query)).toBe(name);
  });

  it('are refused when they are nested without end', () => {
    let query: object = { match_all: {} };
    for (let depth = 0; depth < 30; depth += 1) query = { bool: { filter: [query] } };
    expect(refusedQuery(query)).toBe('a query nested too deeply');
  });
});

describe('sourcesOf', () => {
  it.each<[string, readonly string[]]>([
    ['FROM logs-*', ['logs-*']],
    ['from logs-nginx-*, metrics-* METADATA _id, _index | LIMIT 10', ['logs-nginx-*', 'metrics-*']],
    ['TS metrics-* | STATS x = MAX(y)', ['metrics-*']],
    ['FROM logs-* | WHERE message == "FROM secrets | lookup join" | LIMIT 1', ['logs-*']],
    ['FROM logs-* /* a comment | enrich x */ | LIMIT 1', ['logs-*']],
    ['FROM logs-*, -logs-debug', ['logs-*', '-logs-debug']],
  ])('reads %s', (esql, sources) => {
    expect(sourcesOf(esql)).toEqual(sources);
  });

  it.each([
    'ROW a = 1',
    'SHOW INFO',
    'FROM logs-* | ENRICH policy',
    'FROM logs-* | LOOKUP JOIN secrets ON id',
    'FROM logs-* | INNER JOIN secrets ON id',
    'FROM (FROM secrets | LIMIT 1)',
    'FROM "secrets"',
    'FROM `secrets`',
    'FROM logs-* | WHERE a == "open',
    '',
  ])('refuses %j', (esql) => {
    expect(sourcesOf(esql)).toBeUndefined();
  });
});

describe('isCovered', () => {
  it.each<[string, boolean]>([
    ['logs-*', true],
    ['logs-nginx-*', true],
    ['logs-nginx-default', true],
    ['metrics-a-x', true],
    ['exact', true],
    ['-anything', true],
    ['logs*', false],
    ['*', false],
    ['secrets', false],
    ['exact2', false],
    ['remote:logs-a', false],
    ['metrics-a', false],
  ])('knows of %s: %s', (index, expected) => {
    expect(isCovered(index, ['logs-*, exact', 'metrics-*-x'])).toBe(expected);
  });
});
