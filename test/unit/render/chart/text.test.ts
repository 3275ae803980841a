/** Names from outside on a picture: cleaned, cut in the middle, kept apart. */
import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import {
  cleanText,
  clipText,
  fitApart,
  fitText,
  fitTitle,
  isolate,
  sharedParts,
  TYPE,
  textWidth,
} from '../../../../src/render/chart/text.ts';

it('turns control characters, line breaks and direction overrides into blanks', () => {
  expect(cleanText('a\nb\u0000\u0007c\u202Ed\u2066e')).toBe('a b c d e');
});

it('cuts in the middle, half before and half after', () => {
  const cut = fitText('checkout-api-7d9f8b6c5d-x2k4q-primary', 160, TYPE.axis);
  expect(cut).toMatch(/^checko.*…/);
  expect(cut).toMatch(/…\S*primary$/);
  expect(textWidth(cut, TYPE.axis)).toBeLessThanOrEqual(160);
});

it.each([
  [395, 'CPU of web01, … web02, web03'],
  [300, 'CPU of web01, … web03'],
  [900, 'CPU of web01, against web02, web03'],
])('cuts a title for %i px between its words', (width, cut) => {
  expect(fitTitle('CPU of web01, against web02, web03', width, TYPE.title)).toBe(cut);
});

it.each([['CPU of a-host-with-one-very-long-name-indeed'], [`${'word '.repeat(5_000)}end`], ['a b'], ['']])(
  'cuts a title within its words where too little of it would be left, or it has too many',
  (text) => {
    expect(fitTitle(text, 200, TYPE.title)).toBe(fitText(text, 200, TYPE.title));
  },
);

it('never cuts an emoji apart', () => {
  const family = '👩‍👩‍👧';
  const cut = fitText(`${family}${'x'.repeat(40)}${family}`, 120, TYPE.axis);
  expect(cut.startsWith(family)).toBe(true);
  expect(cut.endsWith(family)).toBe(true);
});

it('clips a sentence at its end', () => {
  expect(clipText('grey: lowest to highest of the others', 120, TYPE.footer)).toMatch(/^grey: lowest.*…$/);
});

it('says once what dotted names share', () => {
  expect(sharedParts(['a.b.web01.cpu', 'a.b.web02.cpu'])).toEqual({ prefix: 'a.b.', suffix: '.cpu' });
  expect(sharedParts(['a.b', 'a.b'])).toEqual({ prefix: 'a.', suffix: '' });
  expect(sharedParts(['web01', 'web02'])).toEqual({ prefix: '', suffix: '' });
  expect(sharedParts(['a.x'])).toEqual({ prefix: '', suffix: '' });
});

it('shows the part that differs when cutting makes names alike', () => {
  const names = [1, 2, 3].map((index) => `${'ab'.repeat(60)}${index}${'cd'.repeat(60)}`);
  expect(fitApart(names, 200, TYPE.axis)).toEqual(['…ababab1cdcdcd…', '…ababab2cdcdcd…', '…ababab3cdcdcd…']);
});

it('isolates only what could reorder its neighbours', () => {
  expect(isolate('web01')).toBe('web01');
  expect(isolate('خادم 12')).toBe('\u2068خادم 12\u2069');
});

propertyTest.prop([fc.string({ unit: 'grapheme', maxLength: 80 }), fc.integer({ min: 20, max: 400 })], {
  numRuns: 150,
})('fits every cleaned text into its width', (raw, width) => {
  expect(textWidth(fitText(cleanText(raw), width, TYPE.axis), TYPE.axis)).toBeLessThanOrEqual(width);
});

it('keeps names apart that cutting makes alike, whatever stands beside them', () => {
  const [one, two] = ['1', '2'].map((digit) => `${'a'.repeat(60)}${digit}${'b'.repeat(60)}`) as [string, string];
  const names = fitApart([one, two, 'c', one], 200, TYPE.axis);
  expect(names[0]).toContain('1');
  expect(names[1]).toContain('2');
  expect([names[2], names[3]]).toEqual(['c', names[0]]);
});
