/** Whatever a person says becomes one JSON value at the place of its parameter, or is refused. */
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { makeUnit } from '../../src/domain/unit.ts';
import { type RisonValue, rison } from '../../src/lib/rison.ts';
import { bindBlock } from '../../src/sources/elasticsearch/bind.ts';
import { parseBlock } from '../../src/sources/elasticsearch/block.ts';
import { discoverLink } from '../../src/sources/elasticsearch/link.ts';
import { planBuckets } from '../../src/sources/elasticsearch/plan-window.ts';
import { searchBody } from '../../src/sources/elasticsearch/search-body.ts';
import { readRison } from '../doubles/rison.ts';

const block = parseBlock(
  {
    filter: [
      { term: { 'host.name': '${host}' } },
      { bool: { should: [{ prefix: { 'host.name': { value: '${host}' } } }, { terms: { 'log.level': ['error'] } }] } },
    ],
    text: 'phrase',
    lines: {},
  },
  { index: 'logs-*', timeField: '@timestamp' },
);
const window = { fromMs: 1_795_000_000_000, toMs: 1_795_003_600_000, zone: 'UTC', maxPoints: 800 };

const HOSTILE = [
  '"',
  '\\',
  '"}}',
  '"}},{"match_all":{}',
  "'; DROP TABLE",
  '* OR *:*',
  '_exists_:x',
  '/.*/',
  '${host}',
  '$${host}',
  '{{#toJson}}',
  '__proto__',
  'constructor',
  'toString',
  '\n',
  '\t',
  'a\u2028b',
  'ｗｅｂ０１',
  'web01\u202e',
  '!n',
  "!'",
  '(a:b)',
  '#',
  '&_a=()',
  '%27',
  '+',
];
const value = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.tuple(fc.constantFrom(...HOSTILE), fc.string(), fc.constantFrom(...HOSTILE)).map((parts) => parts.join('')),
);

const bind = (host: string, phrase: string) =>
  bindBlock(block, { arguments: { host: [host], phrase: [phrase] }, unit: makeUnit(), consolidate: 'average' });

function bodyOf(host: string, phrase: string): object {
  const request = bind(host, phrase);
  return searchBody(
    request,
    window,
    planBuckets(window, request),
    { timeoutMs: 4_000 },
    { size: 10, isHighlighted: true },
  );
}

/** The value with every place of one text given another. */
function replaced(json: unknown, from: string, to: string): unknown {
  if (json === from) return to;
  if (Array.isArray(json)) return json.map((one) => replaced(one, from, to));
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([key, inner]) => [key, replaced(inner, from, to)]));
}

const isRefusal = (thrown: unknown) => (thrown as { code?: string }).code === 'ASK_UNKNOWN_VALUE';

test.prop([value, value], { numRuns: 1_000 })(
  'binds values as JSON values and changes nothing else',
  (host, phrase) => {
    let body: object;
    try {
      body = bodyOf(host, phrase);
    } catch (thrown) {
      expect(isRefusal(thrown)).toBe(true);
      return;
    }
    const sent = JSON.parse(JSON.stringify(body));
    const plain = replaced(
      replaced(bodyOf('HOST', phrase.trim() === '' ? '' : 'PHRASE'), 'HOST', host),
      'PHRASE',
      phrase.trim(),
    );
    expect(sent).toEqual(plain);
  },
);

test.prop([value, value], { numRuns: 1_000 })(
  'links to exactly those values, in text that no chat cuts or formats',
  (host, phrase) => {
    let request: ReturnType<typeof bind>;
    try {
      request = bind(host, phrase);
    } catch (thrown) {
      expect(isRefusal(thrown)).toBe(true);
      return;
    }
    const address = { publicUrl: 'https://kibana.example.net/' };
    const link = discoverLink(address, request, window);
    expect(link).toMatch(/^https:\/\/kibana\.example\.net\/app\/discover#\/\?[\w%=&.-]+$/);
    expect(link).not.toMatch(/_/);
    const [global, state] = ['_g', '_a'].map((name) =>
      readRison(new URLSearchParams(link.split('?')[1]).get(name) ?? ''),
    );
    expect(global).toMatchObject({ time: { from: '2026-11-18T11:06:40.000Z', to: '2026-11-18T12:06:40.000Z' } });
    const { filters } = state as { filters: { query: { bool: { filter: object[] } } }[] };
    expect(filters[0]?.query.bool.filter[0]).toEqual({ term: { 'host.name': host } });
  },
);

const risonValue: fc.Arbitrary<RisonValue> = fc.letrec<{ value: RisonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'grapheme' }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: 'grapheme' }), tie('value'), { maxKeys: 4 }),
  ),
})).value;

test.prop([risonValue], { numRuns: 500 })('writes rison that reads back as the same value', (written) => {
  expect(readRison(rison(written))).toEqual(written);
});
