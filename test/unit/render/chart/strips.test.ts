/** What strips beneath a plot share with it. */
import { expect, it } from 'vitest';
import { paletteOf } from '../../../../src/render/chart/palette.ts';
import { prepareContent } from '../../../../src/render/chart/prepare.ts';
import { prepareStrips } from '../../../../src/render/chart/strips.ts';
import { sampleAnswer, sampleFrame, sampleSeries } from '../sample-answers.ts';

const palette = paletteOf('light');
const of = (host: string, name: string) => ({ ...sampleSeries(name, [1, 2, 3]), labels: { host } });

it('gives a host one colour, in the plot and beneath it, whatever its series are called', () => {
  const load = sampleFrame([of('web01', 'web01.load'), of('db01', 'db01.load')], { title: 'Load' });
  const answer = sampleAnswer([of('db01', 'db01'), of('web01', 'web01')], {
    question: { arguments: { host: ['db01', 'web01'] } },
    under: [load],
  });
  const { slots, shown } = prepareContent(answer, {}, palette);
  const [strip] = prepareStrips(answer, slots, palette, false).strips;
  const colours = new Map(shown.map(({ series, color }) => [series.labels.host, color]));
  expect(strip?.content.shown.map(({ color }) => color)).toEqual([colours.get('web01'), colours.get('db01')]);
});

it('tells several series of one host apart', () => {
  const load = sampleFrame([of('web01', 'load1'), of('web01', 'load5')], { title: 'Load' });
  const answer = sampleAnswer([of('web01', 'busy')], { under: [load] });
  const { slots } = prepareContent(answer, {}, palette);
  const colours = prepareStrips(answer, slots, palette, false).strips[0]?.content.shown.map(({ color }) => color);
  expect(new Set(colours).size).toBe(2);
});
