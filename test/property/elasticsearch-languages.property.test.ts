/** In KQL and ES|QL a value from outside is a value: at its place in the DSL, or beside the query; else it is refused. */
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { BotError } from '../../src/domain/errors.ts';
import { makeUnit } from '../../src/domain/unit.ts';
import { bindBlock, type ElasticsearchRequest } from '../../src/sources/elasticsearch/bind.ts';
import { parseBlock } from '../../src/sources/elasticsearch/block.ts';
import { esqlWithValues, paramsOf } from '../../src/sources/elasticsearch/esql-text.ts';
import { discoverLink } from '../../src/sources/elasticsearch/link.ts';
import { planBuckets } from '../../src/sources/elasticsearch/plan-window.ts';
import { searchBody } from '../../src/sources/elasticsearch/search-body.ts';
import { elasticsearch } from '../../src/sources/elasticsearch.ts';
import { readRison } from '../doubles/rison.ts';

const HOSTILE = [
  '"',
  '\\',
  '\\"',
  '"}}',
  '* OR *:*',
  'or host.name: *',
  '" or host.name: * or "',
  ') or (a:*',
  '{ a: b }',
  'not x',
  '*',
  '?host',
  '??host',
  '| LIMIT 1 | STATS COUNT()',
  '" | FROM secrets //',
  '"""',
  '`',
  '/* x',
  '// x',
  '::integer',
  '${host}',
  '$${host}',
  '$',
  '{{x}}',
  '__proto__',
  'constructor',
  '\n',
  '\t',
  'ｗｅｂ０１',
  'web01\u202e',
  '\u2028',
  "'; DROP TABLE",
  '/.*/',
  '\\u0022',
];
const value = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.tuple(fc.constantFrom(...HOSTILE), fc.string(), fc.constantFrom(...HOSTILE)).map((parts) => parts.join('')),
);
const window = { fromMs: 1_795_000_000_000, toMs: 1_795_003_600_000, zone: 'UTC', maxPoints: 800 };
const SOURCE = { index: 'logs-*', timeField: '@timestamp' };

const bind = (block: object, host: string) =>
  bindBlock(parseBlock(block, SOURCE), { arguments: { host: [host] }, unit: makeUnit(), consolidate: 'average' });

/** The request, or nothing where the value was refused as one that nothing can have. */
function boundOrRefused(block: object, host: string): ElasticsearchRequest | undefined {
  try {
    return bind(block, host);
  } catch (thrown) {
    expect(thrown).toMatchObject({ code: 'ASK_UNKNOWN_VALUE', details: { parameter: 'host' } });
    return undefined;
  }
}

const KQL = 'a: ${host} and (b: "${host}" or c >= ${host}) and d: (x or ${host}) and not ${host} and e: "$${host}"';

test.prop([value], { numRuns: 1_000 })('binds values of KQL as JSON values', (host) => {
  const request = boundOrRefused({ kql: KQL, lines: {} }, host);
  if (!request) return;
  const phrase = (field: string) => ({ match_phrase: { [field]: host } });
  const any = (...should: object[]) => ({ bool: { should, minimum_should_match: 1 } });
  expect(request.groups).toEqual([
    {
      labels: { host },
      filters: [
        phrase('a'),
        any(phrase('b'), { range: { c: { gte: host } } }),
        any({ match: { d: 'x' } }, phrase('d')),
        { bool: { must_not: [{ multi_match: { type: 'phrase', query: host, lenient: true } }] } },
      ],
    },
  ]);
  expect(request.fixed).toEqual([{ match_phrase: { e: '${host}' } }]);
  const wanted = { size: 10, isHighlighted: true };
  const body = searchBody(request, window, planBuckets(window, request), { timeoutMs: 4_000 }, wanted);
  expect(JSON.stringify(body)).not.toContain('query_string');
});

const ESQL = 'FROM logs-* | WHERE host.name == ${host} AND a == "$${host}" | STATS COUNT()';

test.prop([value], { numRuns: 1_000 })('sends values of ES|QL beside a query that stays as it is', (host) => {
  const request = boundOrRefused({ esql: ESQL }, host);
  if (!request?.esql) return;
  expect(request.esql.text).toBe('FROM logs-* | WHERE host.name == ?host AND a == "${host}" | STATS COUNT()');
  expect(request.groups.map(({ labels }) => paramsOf(request.esql as never, labels))).toEqual([[{ host }]]);
});

/** Reads a string of ES|QL back. */
const unquoted = (text: string) =>
  text.replace(/\\([\s\S])/g, (_, char: string) => ({ n: '\n', r: '\r', t: '\t' })[char] ?? char);

test.prop([value], { numRuns: 1_000 })('links to a query with the value as one string of the language', (host) => {
  const request = boundOrRefused({ esql: ESQL }, host);
  if (!request?.esql) return;
  const text = esqlWithValues(request.esql, { host });
  const [, inner = ''] =
    /^FROM logs-\* \| WHERE host\.name == "((?:\\[\s\S]|[^"\\])*)" AND a == "\$\{host\}" \| STATS COUNT\(\)$/.exec(
      text,
    ) ?? [];
  expect(unquoted(inner)).toBe(host);
  const link = discoverLink({ publicUrl: 'https://kibana.example.net/' }, request, window);
  const state = readRison(new URLSearchParams(link.split('?')[1]).get('_a') ?? '');
  expect(state).toMatchObject({ query: { esql: text } });
});

const expression = fc.array(
  fc.oneof(fc.constantFrom(...HOSTILE, 'a:', ' and ', ' or ', 'FROM x'), fc.string({ maxLength: 5 })),
  { maxLength: 12 },
);

test.prop([expression, fc.constantFrom('kql', 'lucene', 'esql')], { numRuns: 2_000 })(
  'reads what anybody types behind a prefix, or says why not, and finds no placeholder in it',
  (parts, prefix) => {
    const raw = elasticsearch.raw?.(parts.join(''), prefix);
    try {
      const request = bindBlock(parseBlock(raw, SOURCE), { arguments: {}, unit: makeUnit(), consolidate: 'average' });
      expect(request.groups).toEqual([{ labels: {}, filters: [] }]);
      if (prefix === 'esql') expect(request.esql).toEqual({ text: parts.join(''), params: [] });
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(BotError);
      expect((thrown as BotError).code).toBe('ASK_UNKNOWN_VALUE');
    }
  },
);
