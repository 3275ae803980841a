/** No value changes what an expression of LogQL asks: it comes back from a parser as the data it went in as, and nothing else moves. */
import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { BotError } from '../../src/domain/errors.ts';
import { makeUnit } from '../../src/domain/unit.ts';
import { bindBlock } from '../../src/sources/loki/bind.ts';
import { LokiBlock } from '../../src/sources/loki/block.ts';
import { resolveVariables } from '../../src/sources/loki/plan-window.ts';
import { fitsLabels, type LogqlNode, logNodesIn, parseLogql, passes } from '../doubles/logql-grammar.ts';

function bind(expr: string, values: readonly string[]) {
  const binding = { arguments: { app: values }, unit: makeUnit(), consolidate: 'average' } as const;
  return bindBlock(LokiBlock.parse(expr), binding).logql.map(({ expr: bound }) =>
    resolveVariables(bound, { stepMs: 60_000, rangeMs: 3_600_000 }),
  );
}

/** The tree with the texts that hold values taken out. */
function skeleton(node: LogqlNode): string {
  return JSON.stringify(node, (key, value) =>
    (key === 'value' || key === 'values') && value !== 'fixed' ? '' : value,
  );
}

/** Everything that has a meaning somewhere in LogQL, in Go's strings, in RE2 or in our own templates. */
const NASTY = [
  ...'"\'`\\{}()[]|.*+?^$,=!~#@:;<>/%&- \n\t',
  '\\"',
  '"}',
  '"} |= "',
  '"} or {app="x',
  '` | json',
  '|= "',
  '!= `',
  '# ',
  '$__interval',
  '${__range}',
  '${app}',
  '(?i)',
  '.*',
  '\\E',
  '<_>',
  '__proto__',
  'constructor',
  '＂',
  '｜',
  '\u2028',
  'é',
  '😀',
  'checkout',
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'grapheme', maxLength: 6 })), {
    minLength: 1,
    maxLength: 6,
  })
  .map((parts) => parts.join(''));

/** The bound expressions, or nothing for a value that is refused. */
function bound(expr: string, values: readonly string[]) {
  try {
    return bind(expr, values);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(BotError);
    expect(thrown).toMatchObject({ code: 'ASK_UNKNOWN_VALUE' });
    return undefined;
  }
}

const EXACT = [
  '{app="${app}"}',
  '{job="fixed", app!="${app}"} |= "fixed" | json',
  'sum by (level) (rate({app="eu-${app}.example"} | logfmt [$__interval])) / 2',
  '{job="fixed"} |= "${app}"',
  '{job="fixed"} != "${app}" | level = "fixed"',
  '{job="fixed"} | json | app="${app}" or level="fixed"',
  '{job="fixed"} |= "fixed" or "${app}"',
];
const REGEX = ['{app=~"${app}"}', '{job="fixed"} | logfmt | app=~"${app}"'];

describe('binding values to LogQL', () => {
  for (const template of EXACT) {
    const wanted = skeleton(parseLogql(bind(template, ['checkout'])[0] ?? ''));
    const [before, after] = template.includes('eu-') ? ['eu-', '.example'] : ['', ''];

    propertyTest.prop([hostile], { numRuns: 1_000 })(`gives every value back as data in ${template}`, (value) => {
      const [sent, more] = bound(template, [value]) ?? [];
      if (sent === undefined) return;
      expect(more).toBeUndefined();
      const tree = parseLogql(sent);
      expect(skeleton(tree)).toBe(wanted);
      const texts = logNodesIn(tree).flatMap(({ matchers, stages }) => [
        ...matchers.map((matcher) => matcher.value),
        ...stages.flatMap((stage) =>
          stage.kind === 'line'
            ? stage.values
            : stage.kind === 'label'
              ? stage.alternatives.flat().map((one) => one.value)
              : [],
        ),
      ]);
      expect(texts).toContain(`${before}${value.trim()}${after}`);
    });
  }

  for (const template of REGEX) {
    const one = skeleton(parseLogql(bind(template, ['checkout'])[0] ?? ''));

    propertyTest.prop([hostile, hostile, hostile], { numRuns: 1_000 })(
      `matches the values and no other in ${template}`,
      (first, second, other) => {
        const [sent, more] = bound(template, [first, second]) ?? [];
        if (sent === undefined) return;
        expect(more).toBeUndefined();
        const tree = parseLogql(sent);
        expect(skeleton(tree)).toBe(one);
        const [node] = logNodesIn(tree);
        const labels = node?.stages.flatMap((stage) => (stage.kind === 'label' ? stage.alternatives.flat() : [])) ?? [];
        const matchers = labels.length > 0 ? labels : (node?.matchers ?? []);
        expect([first, second].map((app) => fitsLabels({ app: app.trim() }, matchers))).toEqual([true, true]);
        const isOther = ![first, second].some((app) => app.trim() === other);
        if (isOther) expect(fitsLabels({ app: other }, matchers)).toBe(false);
      },
    );
  }

  propertyTest.prop([hostile, fc.string({ unit: 'grapheme', maxLength: 8 })], { numRuns: 1_000 })(
    'finds a phrase wherever it stands, in any case, and nowhere else',
    (phrase, around) => {
      const [sent] = bound('{job="fixed"} |~ "(?i)${app}"', [phrase]) ?? [];
      if (sent === undefined) return;
      const [node] = logNodesIn(parseLogql(sent));
      const [stage] = node?.stages ?? [];
      if (stage?.kind !== 'line') throw new Error('there is no filter');
      const text = phrase.trim();
      expect(passes(`${around}${text}${around}`, stage)).toBe(true);
      if (text !== '' && !around.toLowerCase().includes(text.toLowerCase()) && !/[^\x00-\x7f]/.test(text + around)) {
        expect(passes(around, stage)).toBe(false);
      }
    },
  );

  it('gives each value that is not in a regular expression a query of its own', () => {
    expect(bind('{app="${app}"}', ['a', 'b', 'a'])).toEqual(['{app="a"}', '{app="b"}']);
    expect(bind('{app=~"${app}"}', ['a.b', 'c'])).toEqual(['{app=~"(?:a\\\\.b|c)"}']);
  });

  it.each(['', '   ', 'a\u0000b', '\u001b[31m', '\ud800', 'x'.repeat(301)])('refuses %j as a label', (value) => {
    expect(() => bind('{app="${app}"}', [value])).toThrow(expect.objectContaining({ code: 'ASK_UNKNOWN_VALUE' }));
  });

  it('refuses a phrase that no line shall hold when it is nothing, as every line holds nothing', () => {
    expect(() => bind('{job="a"} != "${app}"', [''])).toThrow(expect.objectContaining({ code: 'ASK_UNKNOWN_VALUE' }));
    expect(bind('{job="a"} |= "${app}"', [''])).toEqual(['{job="a"} |= ""']);
  });

  it.each([
    ['{${app}="a"}', 'where no value can be bound'],
    ['rate({app="a"}[${app}])', 'where no value can be bound'],
    ['{app="a"} | line_format "${app}"', 'where no value can be bound'],
    ['{app="a"} | json x="${app}"', 'where no value can be bound'],
    ['{app="a"} | label_format x="${app}"', 'where no value can be bound'],
    ['{app="a"} |= ip("${app}")', 'where no value can be bound'],
    ['{app="a"} | drop x="${app}"', 'where no value can be bound'],
    ['{app="a"} |= `${app}`', 'backticks'],
    ['{app="a"} |> "<_>${app}"', 'pattern'],
    ['{app="\\\\\\${app}"}', 'backslash'],
    ['{app=~"[${app}]"}', 'brackets'],
    ['{app=~"(?${app}"}', 'flag'],
    ['{app="a}', 'without its other end'],
    ["{app='a'}", 'use double quotes'],
    ['rate({app="a"}[$__intervall])', 'unknown variable'],
    ['rate({app="a"}[5m)', 'cannot close'],
    ['sum(rate({app="a"}[5m])))', 'closes nothing'],
    ['vector(1)', 'no selector of streams'],
    ['  ', 'empty'],
  ])('refuses the definition %s when it is loaded', (expr, words) => {
    const { success, error } = LokiBlock.safeParse(expr);
    expect(success).toBe(false);
    expect(JSON.stringify(error?.issues)).toContain(words);
  });
});
