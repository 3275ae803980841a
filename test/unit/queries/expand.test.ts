import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { BotError } from '../../../src/domain/errors.ts';
import { expandTemplate, FILTERS, parseTemplate, placeholdersOf } from '../../../src/queries/expand.ts';

const asIs = (value: string) => value;
const fill = (template: string, values: Readonly<Record<string, string>>) =>
  expandTemplate(template, (name) => values[name], asIs);

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (thrown) {
    return thrown;
  }
  return undefined;
}

describe('parsing', () => {
  it('tells text from blanks and remembers where each blank stands', () => {
    expect(parseTemplate('alias(servers.${host}.cpu, "${labels.instance | host}")')).toEqual([
      'alias(servers.',
      { name: 'host', filters: [], at: 14 },
      '.cpu, "',
      { name: 'labels.instance', filters: ['host'], at: 28 },
      '")',
    ]);
  });

  it('leaves braces and dollars of other languages alone', () => {
    const target = 'sumSeries(servers.*.cpu.{user,system}) $1 $ {a}';
    expect(parseTemplate(target)).toEqual([target]);
  });

  it('takes a doubled dollar for the two characters themselves', () => {
    expect(fill('$${host} of ${host}', { host: 'web01' })).toBe('${host} of web01');
  });

  it('names every placeholder once, in order', () => {
    expect(placeholdersOf('${b}${a}${b:lower}$${c}')).toEqual(['b', 'a']);
  });

  it.each([
    ['a ${host', 2, 'without its `}`'],
    ['${}', 0, 'write a name'],
    ['x${two words}', 1, 'write a name'],
    ['x${host.}', 1, 'write a name'],
    ['x${host:uper}', 1, 'unknown filter "uper"'],
    ['x${host:__proto__}', 1, 'unknown filter "__proto__"'],
    ['x${host|}', 1, 'unknown filter ""'],
  ])('refuses %s and says where', (template, at, words) => {
    const refusal = thrownBy(() => parseTemplate(template));
    expect(refusal).toMatchObject({ code: 'CONFIG_QUERY_INVALID', details: { at } });
    expect(refusal).toHaveProperty('message', expect.stringContaining(words));
  });
});

describe('filling', () => {
  it('encodes each value for its place after the filters', () => {
    const filled = expandTemplate('https://wiki/${host:upper}', () => 'a b', encodeURIComponent);
    expect(filled).toBe('https://wiki/A%20B');
  });

  it('never reads a value as a template', () => {
    expect(fill('${a}', { a: '${b}', b: 'no' })).toBe('${b}');
  });

  it('names the value that is missing', () => {
    expect(thrownBy(() => fill('${host}', {}))).toMatchObject({
      code: 'ASK_MISSING_ARGUMENT',
      details: { parameter: 'host' },
    });
  });

  it.each(Object.entries(FILTERS))('filters as the example of %s says', (name, { example: [from, to] }) => {
    expect(fill(`\${value | ${name}}`, { value: from })).toBe(to);
  });

  it.each([
    ['https://web01.example.net:9100/metrics', 'web01', 'web01.example.net'],
    ['10.0.0.7:9100', '10.0.0.7', '10.0.0.7'],
    ['10.0.0.7', '10.0.0.7', '10.0.0.7'],
    ['[fe80::1]:9100', 'fe80::1', 'fe80::1'],
    ['fe80::1', 'fe80::1', 'fe80::1'],
    ['web01', 'web01', 'web01'],
    ['db01:9100', 'db01', 'db01'], // its name is hexadecimal, and no address
    ['', '', ''],
  ])('reads the host of %s', (value, host, fqdn) => {
    expect(fill('${v:host}', { v: value })).toBe(host);
    expect(fill('${v:fqdn}', { v: value })).toBe(fqdn);
  });

  it('applies several filters from left to right', () => {
    expect(fill('${v | fqdn | underscore:upper}', { v: 'web01.eu:80' })).toBe('WEB01_EU');
  });
});

propertyTest.prop([fc.string({ unit: 'binary' })])('any text is parsed or refused, nothing else', (text) => {
  try {
    fill(text, {});
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(BotError);
  }
});

propertyTest.prop([fc.array(fc.string({ unit: fc.constantFrom('$', '{', '}', 'a', ':', '|') }))])(
  'text whose placeholders are escaped comes out as it was',
  (words) => {
    const text = words.join('');
    expect(
      fill(
        text.replaceAll('${', () => '$${'),
        {},
      ),
    ).toBe(text);
  },
);
