import { describe, expect, it } from 'vitest';
import type { BoundVariable } from '../../../../src/sources/grafana/bound-value.ts';
import { interpolate } from '../../../../src/sources/grafana/interpolate.ts';
import type { Language } from '../../../../src/sources/grafana/quoting.ts';
import { makeScope } from '../../../../src/sources/grafana/scope.ts';

const AROUND = {
  fromMs: Date.UTC(2026, 10, 20, 9),
  toMs: Date.UTC(2026, 10, 20, 10),
  zone: 'Europe/Berlin',
  intervalMs: 30_000,
  dashboard: { uid: 'web', title: 'Web overview' },
};

function variable(values: readonly string[], more: Partial<BoundVariable> = {}): BoundVariable {
  return {
    name: 'host',
    values: values.map((value) => ({ value, text: value.toUpperCase(), origin: 'author' })),
    isMulti: values.length > 1,
    includesAll: false,
    isAll: false,
    ...more,
  };
}

function fill(text: string, bound: BoundVariable, language: Language = 'unknown', kind = 'none') {
  return interpolate(text, language, makeScope(new Map([[bound.name, bound]]), { ...AROUND, kind }));
}

describe('the interpolation of dashboards', () => {
  it.each(['$host', '${host}', '[[host]]', '${host:raw}', '[[host:raw]]', '${host.value}'])('reads %s', (reference) => {
    expect(fill(`a ${reference} b`, variable(['web01'])).text).toBe('a web01 b');
  });

  it.each([
    ['glob', '{a,b.c}'],
    ['raw', 'a,b.c'],
    ['csv', 'a,b.c'],
    ['pipe', 'a|b.c'],
    ['regex', '(a|b\\.c)'],
    ['json', '["a","b.c"]'],
    ['lucene', '("a" OR "b.c")'],
    ['distributed', 'a,host=b.c'],
    ['singlequote', "'a','b.c'"],
    ['doublequote', '"a","b.c"'],
    ['sqlstring', "'a','b.c'"],
    ['text', 'A + B.C'],
    ['queryparam', 'var-host=a&var-host=b.c'],
    ['percentencode', 'a%2Cb.c'],
  ])('writes the format %s', (format, written) => {
    expect(fill(`\${host:${format}}`, variable(['a', 'b.c'])).text).toBe(written);
  });

  it.each<[Language, string, string]>([
    ['graphite', '$host', '{a,b.c}'],
    ['promql', 'x{h=~"$host"}', 'x{h=~"(a|b\\\\.c)"}'],
    ['logql', '{h=~"$host"}', '{h=~"a|b\\\\.c"}'],
    ['lucene', 'h:$host', 'h:("a" OR "b.c")'],
    ['influxql', 'WHERE h =~ /^$host$/', 'WHERE h =~ /^(a|b\\.c)$/'],
    ['sql', 'WHERE h IN ($host)', "WHERE h IN ('a','b.c')"],
    ['words', '$host', 'A + B.C'],
  ])('writes several values as %s wants them', (language, text, written) => {
    expect(fill(text, variable(['a', 'b.c']), language).text).toBe(written);
  });

  it('leaves a single value of an author as it stands in PromQL', () => {
    expect(fill('rate(x{$host}[5m])', variable(['job="a",env=~"p.*"']), 'promql').text).toBe(
      'rate(x{job="a",env=~"p.*"}[5m])',
    );
  });

  it('writes the value of All as it stands, whatever the format', () => {
    const all = variable([], { isMulti: true, includesAll: true, isAll: true, allValue: '.*' });
    expect(fill('x{h=~"$host"} ${host:regex} ${host:text}', all, 'promql').text).toBe('x{h=~".*"} .* All');
  });

  it('names what nothing defines, and leaves it', () => {
    expect(
      fill('$host $other ${third:csv} [[fourth]] $1 $__rate_interval', variable(['a']), 'promql', 'prometheus'),
    ).toEqual({
      text: 'a $other ${third:csv} [[fourth]] $1 $__rate_interval',
      missing: ['other', 'third', 'fourth'],
    });
  });

  it('refuses a text without an end', () => {
    expect(() => fill(`$host ${'x'.repeat(200_000)}`, variable(['a']))).toThrow(/longer than 200,000 characters/);
  });

  it('leaves patterns of legends to the data source', () => {
    expect(fill('$tag_host $col', variable(['a']), 'words')).toEqual({ text: '$tag_host $col', missing: [] });
  });

  it.each([
    ['$__from', '1795165200000'],
    ['${__to}', '1795168800000'],
    ['${__from:date:iso}', '2026-11-20T09:00:00.000Z'],
    ['${__from:date:seconds}', '1795165200'],
    ['${__from:date:YYYY-MM-DD HH:mm}', '2026-11-20 10:00'],
    ['$__interval $__interval_ms', '30s 30000'],
    ['$__range $__range_s $__range_ms', '3600s 3600 3600000'],
    ['$__timezone', 'Europe/Berlin'],
    ['$__dashboard ${__org.id}', 'Web overview 1'],
  ])('fills in %s', (text, written) => {
    expect(fill(text, variable(['a'])).text).toBe(written);
  });

  it.each([
    ['prometheus', 'promql', '$__interval ${__range_s} $__rate_interval'],
    ['loki', 'logql', '$__interval $__auto $__range'],
    ['elasticsearch', 'lucene', '$__interval'],
    ['influxdb', 'influxql', '$timeFilter $__interval'],
    ['sql', 'sql', "$__timeFilter(t) $__timeGroup(t, '5m')"],
  ] as const)('leaves to %s what it fills in itself', (kind, language, text) => {
    expect(fill(text, variable(['a']), language, kind)).toEqual({ text, missing: [] });
  });

  it('fills the window into SQL, which has no macro of that name', () => {
    expect(fill('t > $__from', variable(['a']), 'sql', 'sql').text).toBe('t > 1795165200000');
  });
});
