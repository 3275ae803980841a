import { describe, expect, it } from 'vitest';
import { kqlTerms, kqlToQueries, kqlToQuery } from '../../../src/lib/kql.ts';

const is = (field: string, value: unknown) => ({ match: { [field]: value } });
const phrase = (field: string, value: unknown) => ({ match_phrase: { [field]: value } });
const all = (...filter: object[]) => ({ bool: { filter } });
const any = (...should: object[]) => ({ bool: { should, minimum_should_match: 1 } });
const none = (query: object) => ({ bool: { must_not: [query] } });

describe('KQL as query DSL', () => {
  it.each<[string, object]>([
    ['', { match_all: {} }],
    ['   ', { match_all: {} }],
    ['*', { match_all: {} }],
    ['*: *', { match_all: {} }],
    ['host.name: web01', is('host.name', 'web01')],
    ['host.name:web01', is('host.name', 'web01')],
    ['host.name : web01', is('host.name', 'web01')],
    ['message: payment refused', is('message', 'payment refused')],
    ['message: "payment refused"', phrase('message', 'payment refused')],
    ['host.name: *', { exists: { field: 'host.name' } }],
    ['error.*: *', { exists: { field: 'error.*' } }],
    ['http.status >= 500', { range: { 'http.status': { gte: '500' } } }],
    ['a<1', { range: { a: { lt: '1' } } }],
    ['a <= "x y"', { range: { a: { lte: 'x y' } } }],
    ['a > now-1h', { range: { a: { gt: 'now-1h' } } }],
    ['timeout', { multi_match: { type: 'best_fields', query: 'timeout', lenient: true } }],
    ['"timed out"', { multi_match: { type: 'phrase', query: 'timed out', lenient: true } }],
    ['mach*: foo', { multi_match: { type: 'best_fields', fields: ['mach*'], query: 'foo', lenient: true } }],
    ['mach*: "foo"', { multi_match: { type: 'phrase', fields: ['mach*'], query: 'foo', lenient: true } }],
    ['host.name: web*', { query_string: { fields: ['host.name'], query: 'web*' } }],
    ['url.path: /a*', { query_string: { fields: ['url.path'], query: '\\/a*' } }],
    ['web*', { query_string: { query: 'web*' } }],
  ])('reads %j', (text, query) => {
    expect(kqlToQuery(text)).toEqual(query);
  });

  it.each<[string, object]>([
    ['a:1 and b:2', all(is('a', '1'), is('b', '2'))],
    ['a:1 AND b:2 Or c:3', any(all(is('a', '1'), is('b', '2')), is('c', '3'))],
    ['a:1 or b:2 and c:3', any(is('a', '1'), all(is('b', '2'), is('c', '3')))],
    ['(a:1 or b:2) and c:3', all(any(is('a', '1'), is('b', '2')), is('c', '3'))],
    ['not a:1 and b:2', all(none(is('a', '1')), is('b', '2'))],
    ['not (a:1 and b:2)', none(all(is('a', '1'), is('b', '2')))],
    ['not not a:1', none(none(is('a', '1')))],
    ['a:(1 or 2 or "3 4")', any(is('a', '1'), is('a', '2'), phrase('a', '3 4'))],
    ['a:(1 and not 2)', all(is('a', '1'), none(is('a', '2')))],
    ['a:((1 or 2) and 3)', all(any(is('a', '1'), is('a', '2')), is('a', '3'))],
    ['a:x or(b:y)', any(is('a', 'x'), is('b', 'y'))],
  ])('takes `and` before `or`, and `not` before both: %s', (text, query) => {
    expect(kqlToQuery(text)).toEqual(query);
  });

  it('takes what is within braces as said of one object', () => {
    const inner = {
      nested: { path: 'items.tax', query: { range: { 'items.tax.rate': { gt: '5' } } }, score_mode: 'none' },
    };
    expect(kqlToQuery('items: { name: banana and tax: { rate > 5 } }')).toEqual({
      nested: { path: 'items', query: all(is('items.name', 'banana'), inner), score_mode: 'none' },
    });
  });

  it.each<[string, object]>([
    ['a\\:b: c\\:d', is('a:b', 'c:d')],
    ['path: C\\:\\\\temp', is('path', 'C:\\temp')],
    ['a: \\(x\\) \\{y\\} \\<z\\>', is('a', '(x) {y} <z>')],
    ['a: \\"x\\"', is('a', '"x"')],
    ['a: 5\\*', is('a', '5*')],
    ['a: \\or', is('a', 'or')],
    ['a: this \\AND that', is('a', 'this AND that')],
    ['\\not: x', is('not', 'x')],
    ['a: tab\\there', is('a', 'tab\there')],
    ['a: Jos\\u00e9', is('a', 'José')],
    ['a: "say \\"hi\\" \\\\ (x) and y"', phrase('a', 'say "hi" \\ (x) and y')],
    ['a: "x*"', phrase('a', 'x*')],
    ['or: x', is('or', 'x')],
    ['a: android', is('a', 'android')],
    ['pole: žluťoučký kůň', is('pole', 'žluťoučký kůň')],
    ['字段: "值"', phrase('字段', '值')],
  ])('reads what is escaped and what only looks special: %s', (text, query) => {
    expect(kqlToQuery(text)).toEqual(query);
  });

  it('leaves nothing of a pattern but its stars to the language of `query_string`', () => {
    expect(kqlToQuery('a: x+y=*/z\\<\\( \\OR \\AND')).toEqual({
      query_string: { fields: ['a'], query: 'x\\+y\\=*\\/z?\\( \\OR \\AND' },
    });
  });

  it.each<[string, number, RegExp]>([
    ['a:', 2, /expected a value behind `:`, but it ends there/],
    ['a: and b', 3, /expected a value behind `:`/],
    ['a:1 and', 7, /expected a field or a value/],
    ['and', 0, /expected a field or a value/],
    ['a:1 b:2', 5, /expected `and`, `or` or the end, but there is `:2`/],
    ['foo not bar', 4, /expected `and`, `or` or the end/],
    ['(a:1', 4, /expected `and`, `or` or `\)`/],
    ['a:1)', 3, /or the end/],
    ['a:(1 or', 7, /expected a value/],
    ['a:{ b:1', 7, /or `}`/],
    ['a: "x', 3, /never closed/],
    ['a: \\d', 3, /behind `\\`/],
    ['a:>5', 2, /has no colon; write `field > value`/],
    ['a > 5*', 2, /no wildcards/],
    ['a >', 3, /a value behind `>`/],
    ['"": x', 0, /name of the field is empty/],
    ['a: <', 3, /no colon/],
    ['a: ${host}', 4, /or the end, but there is `{host}`/],
  ])('says of %s where it stopped and what it expected', (text, at, message) => {
    expect(() => kqlToQuery(text)).toThrow(
      expect.objectContaining({
        code: 'ASK_UNKNOWN_VALUE',
        message: expect.stringMatching(message),
        details: { at },
      }),
    );
    expect(() => kqlToQuery(text)).toThrow(`at character ${at + 1}`);
  });

  it('reads no deeper and no longer than anybody writes', () => {
    expect(() => kqlToQuery(`${'('.repeat(5_000)}a${')'.repeat(5_000)}`)).toThrow(/nested deeper/);
    expect(() => kqlToQuery(`${'not '.repeat(4_000)}a`)).toThrow(/nested deeper/);
    expect(() => kqlToQuery('x'.repeat(20_001))).toThrow(/longer than/);
    const wide = Array.from({ length: 1_000 }, (_, index) => `a:${index}`).join(' or ');
    expect((kqlToQuery(wide) as { bool: { should: object[] } }).bool.should.length).toBe(1_000);
  });

  it('takes dates in a zone, and leaves numbers alone', () => {
    const options = { timeZone: 'Europe/Berlin' };
    expect(kqlToQuery('@timestamp >= "2026-11-25"', options)).toEqual({
      range: { '@timestamp': { gte: '2026-11-25', time_zone: 'Europe/Berlin' } },
    });
    expect(kqlToQuery('bytes > 2026', options)).toEqual({ range: { bytes: { gt: '2026' } } });
  });
});

describe('placeholders in KQL', () => {
  const bind = (blank: string) => ({ bound: blank });

  it('are whole values: loose, quoted, in lists and ranges, without a field', () => {
    expect(kqlToQuery('a: ${host} and b: "${host:lower}" and c > ${n} and d:(${x} or y) and ${z}', { bind })).toEqual(
      all(
        phrase('a', { bound: '${host}' }),
        phrase('b', { bound: '${host:lower}' }),
        { range: { c: { gt: { bound: '${n}' } } } },
        any(phrase('d', { bound: '${x}' }), is('d', 'y')),
        { multi_match: { type: 'phrase', query: { bound: '${z}' }, lenient: true } },
      ),
    );
  });

  it.each(['a: x${h}', 'a: ${h}x', 'a: x ${h}', 'a: "x ${h}"', '${f}: x', 'a: ${h', 'a: ${h}*'])(
    'are refused elsewhere: %s',
    (text) => {
      expect(() => kqlToQuery(text, { bind })).toThrow(expect.objectContaining({ code: 'ASK_UNKNOWN_VALUE' }));
    },
  );

  it('are not made of what is escaped', () => {
    for (const text of ['a: "$${x}"', 'a: $${x\\}', 'a: $\\{x\\}', 'a: \\u0024\\{x\\}', 'a: "\\u0024{x}"']) {
      expect(JSON.stringify(kqlToQuery(text, { bind }))).toContain('"a":"$${x}"');
    }
    expect(kqlToQuery('a: "${x}"')).toEqual(phrase('a', '${x}'));
  });
});

describe('conditions of KQL', () => {
  it('come one by one where all must hold', () => {
    expect(kqlToQueries('a:1 and (b:2 or c:3) and not d:4')).toEqual([
      is('a', '1'),
      any(is('b', '2'), is('c', '3')),
      none(is('d', '4')),
    ]);
    expect(kqlToQueries('a:1 or b:2')).toEqual([any(is('a', '1'), is('b', '2'))]);
    expect(kqlToQueries(' ')).toEqual([]);
  });
});

describe('what KQL looks for in texts', () => {
  it('is in the fields asked for or in no field, and not what must not be there', () => {
    const text =
      'host.name: web01 and message: "payment refused" and not message: dull and (mess*: slow* or timeout) and message: ${p}';
    expect(kqlTerms(text, ['message'], true)).toEqual(['payment refused', 'slow', 'timeout']);
    expect(kqlTerms('message: two words', ['message'], false)).toEqual(['two', 'words']);
  });
});
