/** Whatever a person says or pastes becomes data at its place, or is refused; nothing else of a request changes. */
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { makeUnit } from '../../src/domain/unit.ts';
import { createHttpClient } from '../../src/lib/http-client.ts';
import { type RisonValue, rison } from '../../src/lib/rison.ts';
import { elasticsearch } from '../../src/sources/elasticsearch.ts';
import { refusedQuery } from '../../src/sources/kibana/harmless-query.ts';
import { readPage } from '../../src/sources/kibana/page.ts';
import { bindRules } from '../../src/sources/kibana/rules.ts';
import { kibana } from '../../src/sources/kibana.ts';
import { createFakeClock } from '../doubles/fake-clock.ts';
import { readRison } from '../doubles/rison.ts';

const window = { fromMs: 1_795_000_000_000, toMs: 1_795_003_600_000, zone: 'UTC', maxPoints: 800 };
const clock = createFakeClock(window.toMs);
const deps = { name: 'test', http: createHttpClient({ timeoutMs: 1_000, clock }), clock };
const peer = elasticsearch.create(
  elasticsearch.options.parse({ kind: 'elasticsearch', url: 'http://127.0.0.1:9/' }),
  deps,
);
const source = kibana.create(
  kibana.options.parse({
    kind: 'kibana',
    url: 'http://127.0.0.1:9/',
    publicUrl: 'https://kibana.example.net/',
    elasticsearch: 'logs',
    version: '8.19',
  }),
  { ...deps, peer: () => peer },
);

const HOSTILE = [
  '"',
  '\\',
  '"}},{"match_all":{}',
  '* or host.name: *',
  'web01 and not x',
  'a) or (b',
  '_exists_:x',
  '" | FROM secrets | WHERE "',
  '""" | DROP x',
  '// x',
  '${host}',
  '$${host}',
  '__proto__',
  'constructor',
  'toString',
  '\n',
  'a\u2028b',
  'ｗｅｂ０１',
  'web01\u202e',
  '!n',
  "!'",
  "'),filters:!(",
  '(a:b)',
  '#',
  '&_a=()',
  '%27',
  '+',
  '*',
  '_',
];
const value = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.tuple(fc.constantFrom(...HOSTILE), fc.string(), fc.constantFrom(...HOSTILE)).map((parts) => parts.join('')),
);

function linkOf(block: unknown, host: string): string | undefined {
  try {
    const binding = { arguments: { host: [host] }, unit: makeUnit(), consolidate: 'average' } as const;
    return source.link(source.request(kibana.block.parse(block), binding), window);
  } catch (thrown) {
    expect((thrown as { code?: string }).code).toBe('ASK_UNKNOWN_VALUE');
    return undefined;
  }
}

function stateOf(link: string): Record<string, unknown> {
  return readRison(new URLSearchParams(link.split('?')[1]).get('_a') ?? '') as Record<string, unknown>;
}

test.prop([value], { numRuns: 1_000 })(
  'links to exactly that value as a filter, in text that no chat cuts or formats',
  (host) => {
    const link = linkOf({ dataView: 'v', kql: 'a: b', filters: { 'host.name': '${host}' } }, host);
    if (link === undefined) return;
    expect(link).toMatch(/^https:\/\/kibana\.example\.net\/app\/discover#\/\?[\w%=&.-]+$/);
    expect(link).not.toMatch(/_/);
    expect(stateOf(link)).toEqual({
      columns: [],
      dataSource: { dataViewId: 'v', type: 'dataView' },
      filters: [
        {
          $state: { store: 'appState' },
          meta: {
            alias: null,
            disabled: false,
            index: 'v',
            key: 'host.name',
            negate: false,
            params: { query: host },
            type: 'phrase',
          },
          query: { match_phrase: { 'host.name': host } },
        },
      ],
      interval: 'auto',
      query: { language: 'kuery', query: 'a: b' },
      sort: [['@timestamp', 'desc']],
    });
  },
);

test.prop([value], { numRuns: 1_000 })('says a value in ES|QL as one string, whatever is in it', (host) => {
  const link = linkOf({ esql: 'FROM logs-* | LIMIT 5', filters: { 'host.name': '${host}' } }, host);
  if (link === undefined) return;
  const { esql } = stateOf(link).query as { esql: string };
  const [, literal = ''] =
    /^FROM logs-\* \| WHERE host\.name == ("(?:[^"\\]|\\["\\nrt])*") \| LIMIT 5$/.exec(esql) ?? [];
  const unescaped = literal
    .slice(1, -1)
    .replace(/\\(["\\nrt])/g, (_, char: string) => ({ n: '\n', r: '\r', t: '\t' })[char] ?? char);
  expect(unescaped).toBe(host);
});

test.prop([value], { numRuns: 1_000 })('looks for rules by exactly that value', (name) => {
  expect(bindRules({ name: ['${host}'], tags: ['${host}'] }, { host: [name] })).toEqual({
    name: [name],
    tags: [name],
    states: undefined,
  });
});

const page = (text: string) => new URL(`https://kibana.example.net/app/discover#/?${text}`);
const bases = ['https://kibana.example.net/'];

test.prop([value], { numRuns: 1_000 })('reads a pasted value as that value, or says that it cannot', (text) => {
  const state: RisonValue = { index: 'v', query: { language: 'kuery', query: text }, filters: [] };
  const read = readPage(page(`_a=${encodeURIComponent(rison(state))}`), bases);
  const isWhole = text.isWellFormed();
  if (isWhole)
    expect(read).toMatchObject({ kind: 'discover', viewId: 'v', query: { language: 'kql', text: text.trim() } });
});

test.prop([fc.string({ unit: 'binary', maxLength: 200 })], { numRuns: 1_000 })(
  'reads any fragment or calls it broken, and never throws',
  (text) => {
    const read = readPage(page(`_a=${text}&_g=${text}`), bases);
    expect(['discover', 'unreadable']).toContain(read?.kind);
  },
);

const anything = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('script', 'x', 1, null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        'bool',
        'filter',
        'must',
        'should',
        'query',
        'script',
        'terms',
        'match',
        'percolate',
        'nested',
        'a',
      ),
      tie('value'),
      { maxKeys: 3 },
    ),
  ),
})).value;

/** Whether a query has that name where a server would look for a query. */
function runs(query: unknown, name: string): boolean {
  if (Array.isArray(query)) return query.some((one) => runs(one, name));
  if (typeof query !== 'object' || query === null) return false;
  const clauses = ['bool', 'filter', 'must', 'should', 'nested', 'query'];
  return Object.entries(query).some(
    ([key, inner]) =>
      (key === name && typeof inner === 'object' && inner !== null) || (clauses.includes(key) && runs(inner, name)),
  );
}

test.prop([anything], { numRuns: 1_000 })('lets no script and no lookup elsewhere through from a page', (query) => {
  if (refusedQuery(query) !== undefined) return;
  expect([runs(query, 'script'), runs(query, 'percolate')]).toEqual([false, false]);
});
