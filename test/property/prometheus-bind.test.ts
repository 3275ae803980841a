/** No value changes what a query of PromQL asks: it comes back from a parser as the data it went in as, and nothing else moves. */
import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { BotError } from '../../src/domain/errors.ts';
import { makeUnit } from '../../src/domain/unit.ts';
import { bindBlock } from '../../src/sources/prometheus/bind.ts';
import { type ExpressionBlock, PrometheusBlock } from '../../src/sources/prometheus/block.ts';
import { resolveVariables } from '../../src/sources/prometheus/plan-window.ts';
import { type PromNode, parsePromql, selectorsIn } from '../doubles/promql-grammar.ts';

const plan = { startMs: 0, endMs: 3_600_000, stepMs: 60_000, scrapeMs: 15_000 };

function bind(expr: string, values: readonly string[]) {
  const binding = { arguments: { host: values }, unit: makeUnit(), consolidate: 'average' } as const;
  return bindBlock(PrometheusBlock.parse(expr) as ExpressionBlock, binding).queries.map((query) => ({
    ...query,
    sent: resolveVariables(query.expr, plan),
  }));
}

/** The tree with the values of matchers on `host` and `instance` taken out. */
function skeleton(node: PromNode): string {
  return JSON.stringify(node, (key, value) =>
    key === 'value' && typeof value === 'string' && value !== 'idle' ? '' : value,
  );
}

/** Everything that has a meaning somewhere in PromQL, in Go's strings, in RE2 or in our own templates. */
const NASTY = [
  ...'"\'`\\{}()[]|.*+?^$,=!~#@:;<>/%&- \n\t',
  '\\"',
  '"}',
  '"} or up{x="',
  '$__interval',
  '${__rate_interval}',
  '${host}',
  '(?i)',
  '.*',
  '\\E',
  '__proto__',
  'constructor',
  '＂',
  '\u2028',
  'é',
  '😀',
  'web01',
  'host="a"',
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'grapheme', maxLength: 6 })), {
    minLength: 1,
    maxLength: 6,
  })
  .map((parts) => parts.join(''));

/** The bound queries, or nothing for a value that is refused. */
function bound(expr: string, values: readonly string[]) {
  try {
    return bind(expr, values);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(BotError);
    expect(thrown).toMatchObject({ code: 'ASK_UNKNOWN_VALUE' });
    return undefined;
  }
}

const TEMPLATES = [
  'up{host="${host}"}',
  "sum by (mode) (rate(cpu{mode='idle', host='${host}'}[$__rate_interval])) / 2",
  'up{host!="${host}"} offset 5m',
  'up{host="eu-${host}.example"}',
];
const REGEX_TEMPLATES = [
  'up{instance=~"${host}(:[0-9]+)?"}',
  "max_over_time(up{instance=~'${host}'}[5m]) or up{instance=~'${host}'}",
  'up{instance=~"(a|${host}|b)"}',
  'up{instance=~"x${host}+"}',
];

describe('binding values to PromQL', () => {
  for (const template of TEMPLATES) {
    const wanted = skeleton(parsePromql(bind(template, ['web01'])[0]?.sent ?? ''));
    const around = template.includes('eu-') ? ['eu-', '.example'] : ['', ''];

    propertyTest.prop([hostile], { numRuns: 1_000 })(`gives every value back as data in ${template}`, (value) => {
      const [query] = bound(template, [value]) ?? [];
      if (!query) return;
      const tree = parsePromql(query.sent);
      expect(skeleton(tree)).toBe(wanted);
      const values = selectorsIn(tree).flatMap(({ matchers }) => matchers.map((matcher) => matcher.value));
      expect(values).toContain(`${around[0]}${value.trim()}${around[1]}`);
    });
  }

  for (const template of REGEX_TEMPLATES) {
    const one = skeleton(parsePromql(bind(template, ['web01'])[0]?.sent ?? ''));

    propertyTest.prop([hostile, hostile, hostile], { numRuns: 1_000 })(
      `matches the values and no other in ${template}`,
      (first, second, other) => {
        const [query, more] = bound(template, [first, second]) ?? [];
        if (!query) return;
        expect(more).toBeUndefined();
        const tree = parsePromql(query.sent);
        expect(skeleton(tree)).toBe(one);
        const pattern = selectorsIn(tree)[0]?.matchers[0]?.value ?? '';
        const regex = new RegExp(`^(?:${pattern})$`, 's');
        const before = template.includes('x${host}') ? 'x' : '';
        expect(regex.test(`${before}${first.trim()}`)).toBe(true);
        expect(regex.test(`${before}${second.trim()}`)).toBe(true);
        const isOther =
          !/^[ab]$/.test(other) && ![first, second].some((value) => mayMean(template, value.trim(), other));
        if (isOther) expect(regex.test(`${before}${other}`)).toBe(false);
      },
    );
  }

  it.each(['', '   ', 'a\u0000b', '\u001b[31m', '\ud800', 'x'.repeat(301)])('refuses %j', (value) => {
    expect(() => bind('up{host="${host}"}', [value])).toThrow(expect.objectContaining({ code: 'ASK_UNKNOWN_VALUE' }));
  });

  it.each([
    ['up{${host}="a"}', 'a placeholder outside of quotes'],
    ['up{host="a"} + ${host}', ''],
    ['label_replace(up, "a", "${host}", "b", "c")', 'where no value can be bound'],
    ['up{host=`${host}`}', 'backticks'],
    ['up{host="\\\\\\${host}"}', 'backslash'],
    ['up{host=~"[${host}]"}', 'brackets'],
    ['up{host=~"\\\\${host}"}', 'backslash'],
    ['up{host=~"(?${host}"}', 'flag'],
    ['up{host="a}', 'without its other end'],
    ['rate(up[$__intervall])', 'unknown variable'],
    ['rate(up[5m)', 'cannot close'],
    ['sum(up))', 'closes nothing'],
    ['  ', 'empty'],
  ])('refuses the definition %s when it is loaded', (expr, words) => {
    const { success, error } = PrometheusBlock.safeParse(expr);
    expect(success).toBe(false);
    expect(JSON.stringify(error?.issues)).toContain(words);
  });
});

/** Whether what stands around the placeholder lets `other` through too, for a value. */
function mayMean(template: string, value: string, other: string): boolean {
  const rest = other.startsWith(value) ? other.slice(value.length) : undefined;
  if (rest === undefined) return false;
  if (template.includes('(:[0-9]+)?')) return /^(?::[0-9]+)?$/.test(rest);
  if (template.includes('${host}+'))
    return new RegExp(`^(?:${value.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&')})*$`, 's').test(rest);
  return rest === '';
}
