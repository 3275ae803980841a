/**
 * What somebody asks for stays in its place, in every language that panels are written in: it is refused, or it is the
 * value of one string, and the rest of the query is what it was.
 */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { BotError } from '../../src/domain/errors.ts';
import { makeUnit } from '../../src/domain/unit.ts';
import type { HttpClient } from '../../src/lib/http-client.ts';
import type { BoundVariable } from '../../src/sources/grafana/bound-value.ts';
import { interpolate } from '../../src/sources/grafana/interpolate.ts';
import type { Language } from '../../src/sources/grafana/quoting.ts';
import { grafana } from '../../src/sources/grafana.ts';
import { fleetStore } from '../doubles/grafana/fleet.ts';
import { OLD_ROWS, WEB_OVERVIEW } from '../doubles/grafana/shapes.ts';
import { grafanaDouble } from '../doubles/grafana.ts';
import { readLikeGraphiteWeb } from '../doubles/graphite-grammar.ts';
import { hostileValues } from '../doubles/hostile-values.ts';
import type { Received, Reply } from '../doubles/http-backend.ts';
import { parsePromql, selectorsIn } from '../doubles/promql-grammar.ts';
import { literalsIn } from '../doubles/quoted-text.ts';

const HOSTILE = hostileValues(1_000);
/** What the double has. */
const OTHERS = ['db01', 'web01', 'web02', 'web10'];
const NOW_SECONDS = 1_795_000_200;

/** A client that asks the double without a socket: thousands of questions take a second. */
function inProcess(answering: (request: Received) => Reply): HttpClient {
  return {
    async send(url, { method = 'GET', headers = {}, body = '' }) {
      const { pathname, searchParams } = url;
      const own = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
      const received = { method, pathname, searchParams, headers: own, body: String(body), form: searchParams };
      const { status = 200, contentType = 'application/json', body: text = '' } = answering(received);
      return { status, contentType, headers: new Headers(), text: String(text) };
    },
  };
}

function variableOf(values: readonly string[], isMulti: boolean): BoundVariable {
  return {
    name: 'host',
    values: values.map((value) => ({ value, text: value, origin: 'asked' })),
    isMulti,
    includesAll: false,
    isAll: false,
  };
}

/** The query with the value in it, or nothing where it was refused. */
function bound(template: string, language: Language, value: string, isMulti = false): string | undefined {
  const variable = variableOf([value], isMulti);
  const scope = { variable: (name: string) => (name === 'host' ? variable : undefined), global: () => undefined };
  try {
    return interpolate(template, language, scope).text;
  } catch (thrown) {
    if (thrown instanceof BotError && thrown.code === 'ASK_UNKNOWN_VALUE') return undefined;
    throw thrown;
  }
}

/** What breaks out: values for which the claim does not hold. */
function escaped(
  template: string,
  language: Language,
  holds: (query: string, value: string) => boolean,
  isMulti = false,
): readonly (readonly [value: string, query: string])[] {
  return HOSTILE.flatMap((value) => {
    const query = bound(template, language, value, isMulti);
    return query === undefined || holds(query, value) ? [] : [[value, query] as const];
  });
}

/** How many are not refused: a test in which nothing is bound proves nothing. */
function boundCount(template: string, language: Language): number {
  return HOSTILE.filter((value) => bound(template, language, value) !== undefined).length;
}

function isOnlyValue(pattern: string, value: string): boolean {
  const regex = new RegExp(`^(?:${pattern})$`, 'su');
  return regex.test(value) && HOSTILE.slice(0, 150).every((other) => other === value || !regex.test(other));
}

describe('a value that was asked for', () => {
  it.each([
    ['sum by (mode) (rate(cpu{host="$host",env="prod"}[5m])) / 2', '='],
    ["sum by (mode) (rate(cpu{host='${host}',env='prod'}[5m])) / 2", '='],
    ['sum by (mode) (rate(cpu{host=~"[[host]]",env="prod"}[5m])) / 2', '=~'],
    ['sum by (mode) (rate(cpu{host=~"${host:pipe}",env="prod"}[5m])) / 2', '=~'],
    ['sum by (mode) (rate(cpu{host=~"${host:regex}",env="prod"}[5m])) / 2', '=~'],
    ['sum by (mode) (rate(cpu{host=~"${host:raw}",env="prod"}[5m])) / 2', '=~'],
    ['sum by (mode) (rate(cpu{host=~`$host`,env=`prod`}[5m])) / 2', '=~'],
    ['cpu{host="$host",env="prod"} # ${host} "', '='],
  ])('is one matcher of PromQL: %s', (template, operator) => {
    const holds = (query: string, value: string) => {
      const [selector, other] = selectorsIn(parsePromql(query));
      const [host, env, more] = selector?.matchers ?? [];
      const isEnv = env?.label === 'env' && env.operator === '=' && env.value === 'prod';
      const isValue = operator === '=' ? host?.value === value : isOnlyValue(host?.value ?? '', value);
      return other === undefined && more === undefined && isEnv && host?.operator === operator && isValue;
    };
    expect(escaped(template, 'promql', holds)).toEqual([]);
    expect(escaped(template, 'promql', holds, true)).toEqual([]);
    expect(boundCount(template, 'promql')).toBeGreaterThan(300);
  });

  it('stands bare in PromQL only as a name or a number', () => {
    const holds = (query: string, value: string) =>
      query === `rate(${value}[5m])` && (/^[a-zA-Z_:][\w:]*$/.test(value) || /^[\d.]+[a-z]*$/.test(value));
    expect(escaped('rate($host[5m])', 'promql', holds)).toEqual([]);
  });

  it.each(['servers.$host.cpu.user', 'sumSeries(servers.${host}.cpu.*)', 'alias(servers.[[host]].cpu, "CPU")'])(
    'is one node of Graphite: %s',
    (template) => {
      const shape = (text: string) => {
        const read = readLikeGraphiteWeb(text);
        return read?.end === text.length ? JSON.stringify(read.node) : undefined;
      };
      const holds = (query: string, value: string) =>
        shape(query) === shape(template.replace(/\$host|\$\{host\}|\[\[host\]\]/, 'NODE'))?.replace('NODE', value);
      expect(escaped(template, 'graphite', holds)).toEqual([]);
      expect(boundCount(template, 'graphite')).toBeGreaterThan(20);
    },
  );

  it.each([
    ['lucene', 'host:"$host" AND env:"prod"'],
    ['esql', 'FROM logs | WHERE host == "$host" AND env == "prod" | LIMIT 5'],
    ['influxql', `SELECT mean("v") FROM "cpu" WHERE "host" = '$host' AND "env" = 'prod'`],
    ['flux', 'from(bucket: "b") |> filter(fn: (r) => r.host == "$host" and r.env == "prod")'],
    ['sql', `SELECT t, v FROM m WHERE host = '$host' AND env = 'prod' -- don't`],
    ['sql', `SELECT t, v FROM "m" WHERE host IN ('\${host}') AND env = 'prod'`],
    ['logql', '{host="$host", env="prod"} |= `x` | json'],
  ] as const)('is one string of %s: %s', (language, template) => {
    const [, wanted = ''] = /(["'])(?:\$host|\$\{host\})\1/.exec(template) ?? [];
    const neutral = literalsIn(template, language);
    const holds = (query: string, value: string) => {
      const found = literalsIn(query, language);
      const at = neutral.texts.findIndex((text) => /^\$(?:host|\{host\})$/.test(text));
      const rest = (texts: readonly string[]) => JSON.stringify(texts.filter((_, index) => index !== at));
      return (
        wanted !== '' &&
        found.outside === neutral.outside &&
        rest(found.texts) === rest(neutral.texts) &&
        found.texts[at] === value
      );
    };
    expect(escaped(template, language, holds)).toEqual([]);
    expect(boundCount(template, language)).toBeGreaterThan(100);
  });

  it.each([
    ['influxql', `SELECT "v" FROM "cpu" WHERE "host" =~ /^$host$/ AND "env" = 'prod'`],
    ['influxql', `SELECT "v" FROM "cpu" WHERE "host" =~ /^\${host:regex}$/ AND "env" = 'prod'`],
    ['flux', 'from(bucket: "b") |> filter(fn: (r) => r.host =~ /^$host$/ and r.env == "prod")'],
    ['lucene', 'host:/$host/ AND env:"prod"'],
  ] as const)('means itself in a regular expression of %s: %s', (language, template) => {
    const neutral = literalsIn(template, language);
    const holds = (query: string, value: string) => {
      const found = literalsIn(query, language);
      const [pattern = ''] = found.regexes;
      const inner = language === 'lucene' ? pattern : pattern.slice(1, -1);
      const text = inner.replace(/\\([\s\S])/g, (all, char: string) => (/[\\^$.*+?()[\]{}|/]/.test(char) ? all : char));
      return found.outside === neutral.outside && found.regexes.length === 1 && isOnlyValue(text, value);
    };
    const found = escaped(template, language, holds).filter(([value]) => !/\s/.test(value));
    expect(found).toEqual([]);
    expect(boundCount(template, language)).toBeGreaterThan(100);
  });

  it.each([
    ['sql', 'SELECT v FROM m WHERE host = $host AND x = 1'],
    ['influxql', 'SELECT v FROM m WHERE "host" = $host AND x = 1'],
    ['flux', 'from(bucket: "b") |> filter(fn: (r) => r.host == $host)'],
    ['esql', 'FROM logs | WHERE host == $host'],
  ] as const)('is no word of %s without quotes, since that may be a column', (language, template) => {
    const holds = (_: string, value: string) => /^-?\d+(?:\.\d+)?$/.test(value);
    expect(escaped(template, language, holds)).toEqual([]);
  });

  it.each([
    ['several values without quotes', 'SELECT v FROM m WHERE host IN ($host) AND x = 1'],
    ['the format that quotes', 'SELECT v FROM m WHERE host IN (${host:sqlstring}) AND x = 1'],
    ['the format with single quotes', 'SELECT v FROM m WHERE host IN (${host:singlequote}) AND x = 1'],
  ])('is one string of SQL: %s', (_, template) => {
    const holds = (query: string, value: string) => {
      const { texts, outside } = literalsIn(query, 'sql');
      return texts.length === 1 && texts[0] === value && outside === 'SELECT v FROM m WHERE host IN (□) AND x = 1';
    };
    expect(escaped(template, 'sql', holds, true)).toEqual([]);
  });

  it.each(['unknown', 'influx-part'] as const)(
    'has no quotes and no operators where the language is %s',
    (language) => {
      const holds = (_: string, value: string) => /^[\w.:@/ +-]+$/.test(value) && !value.startsWith('/');
      const found = escaped('$host', language, holds).filter(
        ([value]) => language !== 'unknown' || !/^[\w.:@/+-]+$/.test(value),
      );
      expect(found).toEqual([]);
    },
  );

  it('is no program in a stage of LogQL that formats lines', () => {
    const holds = (query: string) => !query.replace('{{.msg}}', '').includes('{{');
    expect(escaped('{a="b"} | line_format "{{.msg}} $host"', 'logql', holds)).toEqual([]);
  });

  it('is one term of Lucene without quotes', () => {
    const holds = (query: string, value: string) => {
      const term = /^host:((?:\\[\s\S]|[^\\\s!*+=<>&|()[\]{}^~?:/"-])+) AND env:prod$/.exec(query)?.[1];
      return term?.replace(/\\([\s\S])/g, '$1') === value && !/^(?:AND|OR|NOT|TO)$/.test(term);
    };
    expect(escaped('host:$host AND env:prod', 'lucene', holds)).toEqual([]);
  });
});

describe('a panel that is asked for a thousand hostile values', () => {
  it.each([
    ['whose values are known', true],
    ['whose values cannot be listed', false],
  ])('never shows a host that was not asked for: %s', async (_, isListed) => {
    const store = fleetStore(
      () => NOW_SECONDS,
      [WEB_OVERVIEW, OLD_ROWS],
      isListed ? {} : { resource: () => undefined },
    );
    const double = grafanaDouble(store);
    const sent: string[] = [];
    const http = inProcess((request) => {
      if (request.pathname.endsWith('/ds/query')) sent.push(request.body);
      return double(request);
    });
    const source = grafana.create(grafana.options.parse({ kind: 'grafana', url: 'http://grafana/', token: 'glsa' }), {
      name: 'test',
      http,
      clock: { now: () => NOW_SECONDS * 1000, sleep: () => Promise.resolve() },
    });
    const window = { fromMs: (NOW_SECONDS - 600) * 1000, toMs: NOW_SECONDS * 1000, zone: 'UTC', maxPoints: 10 };
    const shown = new Map<string, readonly unknown[]>();
    const codes = new Set<string>();
    for (const value of HOSTILE) {
      for (const [dashboard, panel] of [
        ['web-overview', 4],
        ['old-rows', 1],
      ] as const) {
        try {
          const block = { dashboard, panel, variables: { host: '${host}' } };
          const request = source.request(block, {
            arguments: { host: [value] },
            unit: makeUnit(),
            consolidate: 'average',
          });
          const frames = await source.fetch(request, window, AbortSignal.timeout(10_000));
          const hosts = frames.flatMap((frame) =>
            frame.kind === 'series' ? frame.series.map(({ name }) => name) : [],
          );
          if (hosts.some((name) => OTHERS.some((host) => host !== value && name.includes(host))))
            shown.set(value, hosts);
        } catch (thrown) {
          // the double takes a value that looks like a variable for one that was forgotten
          if (!/\$|\[\[/.test(value)) codes.add((thrown as BotError).code ?? String(thrown));
        }
      }
    }
    expect([...shown]).toEqual([]);
    expect([...codes]).toEqual(['ASK_UNKNOWN_VALUE']);
    expect(sent.length).toBeGreaterThan(0);
    const targets = sent.map((body) => (JSON.parse(body) as { queries: readonly unknown[] }).queries.length);
    expect(new Set(targets)).toEqual(new Set([1]));
  });
});

describe('interpolation', () => {
  test.prop([fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ maxLength: 60 })])(
    'never changes what stands around a reference',
    (before, value) => {
      const clean = before.replace(/[$[]/g, '');
      const query = bound(`${clean} $host`, 'words', value);
      expect(query === undefined || query.startsWith(clean)).toBe(true);
    },
  );

  test.prop([fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })])(
    'keeps any value one matcher of PromQL',
    (value) => {
      const query = bound('a{host="$host"} + b{x="y"}', 'promql', value);
      const selectors = query === undefined ? [] : selectorsIn(parsePromql(query));
      expect(query === undefined ? value : selectors[0]?.matchers[0]?.value).toBe(value);
      expect(selectors[1]?.matchers[0]?.value ?? 'y').toBe('y');
    },
  );
});
