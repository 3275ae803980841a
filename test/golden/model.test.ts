/** What the kept pictures say, in numbers and words: a failure here says which one changed. */
import { expect, it } from 'vitest';
import type { Answer } from '../../src/domain/answer.ts';
import type { Theme } from '../../src/domain/saved-query.ts';
import { type ChartModel, layoutChart } from '../../src/render/chart.ts';
import { CASES } from './cases.ts';

/** With ordinary blanks, so that expectations can be read. */
const plain = (text: string | undefined) => text?.replaceAll('\u202F', ' ');

function modelOf(start: string, theme?: Theme): ChartModel {
  const found = CASES.find(({ name }) => name.startsWith(start));
  if (!found) throw new Error(`no case ${start}`);
  return layoutChart(found.answer as Answer, { theme: theme ?? found.theme });
}

const valueLabels = (model: ChartModel) => model.valueAxis.ticks.map(({ label }) => plain(label));
const timeLabels = (model: ChartModel) => model.timeAxis.ticks.map(({ label }) => label);
const endLabels = (model: ChartModel) => model.labels.map(({ name, value }) => [name.text, plain(value?.text)]);
const colours = (model: ChartModel) =>
  Object.fromEntries(model.lines.filter(({ role }) => role === 'series').map(({ name, color }) => [name, color]));

it('draws one series with its area, its maximum and two thresholds', () => {
  const model = modelOf('01');
  expect([model.width, model.height, model.plot.top, model.plot.bottom]).toEqual([900, 400, 96, 338]);
  expect(plain(model.subtitle.text)).toBe('last 1 h · Wed 25 Nov 2026, 14:00–15:00 CET · 10 s steps');
  expect([model.footer.left.text, model.footer.right.text]).toEqual(['Graphite · servers.web01.cpu.busy', 'query cpu']);
  expect(valueLabels(model)).toEqual(['0', '25 %', '50 %', undefined, undefined]); // pills stand at 75 and 100
  expect(timeLabels(model)).toEqual(['14:00', '14:10', '14:20', '14:30', '14:40', '14:50', '15:00']);
  expect(model.limits.map(({ pill, word, color }) => [plain(pill.text.text), word?.text, color])).toEqual([
    ['80 %', 'warning', '#9A6700'],
    ['95 %', 'critical', '#C8102E'],
  ]);
  expect(model.lines.map(({ role, width, color, fill }) => [role, width, color, fill?.color])).toEqual([
    ['series', 3, '#204FC4', 'rgba(32, 79, 196, 0.1)'],
  ]);
  expect(model.texts.map(({ text }) => plain(text))).toEqual(['max 67.5 %']);
  expect(model.labels[0]?.value).toMatchObject({ size: 24, weight: 600, color: '#16181D' });
});

it('labels four series at their ends, highest first, and cuts the deploy into a row of notes', () => {
  const model = modelOf('02');
  expect(model.plot.top).toBe(113);
  expect(endLabels(model)).toEqual([
    ['p99', '214 ms'],
    ['p95', '197 ms'],
    ['p90', '130 ms'],
    ['p50', '53 ms'],
  ]);
  expect(colours(model)).toEqual({ p99: '#204FC4', p95: '#E8620D', p90: '#02A48C', p50: '#7D0A47' });
  expect(model.lines.every(({ width, fill }) => width === 2.5 && fill === undefined)).toBe(true);
  expect(model.marks.map(({ row, text }) => [row, text?.text])).toEqual([[1, 'deploy v2.31.0']]);
  expect(model.limits[0]?.word?.text).toBe('SLO');
  expect(model.limits[0]?.strokes.every(({ dash }) => dash?.join() === '9,5')).toBe(true);
});

it('stacks from the bottom up in the order of the definition, with the total above', () => {
  const model = modelOf('03');
  expect(model.lines.map(({ name, role }) => [name, role])).toEqual([
    ['user', 'stack'],
    ['system', 'stack'],
    ['iowait', 'stack'],
    ['steal', 'stack'],
  ]);
  expect(endLabels(model).map(([name]) => name)).toEqual(['total', 'steal', 'iowait', 'system', 'user']);
  expect(valueLabels(model)).toEqual(['0', '25 %', '50 %', '75 %', '100 %']);
  expect(model.hasSolidAreas).toBe(true);
});

it('opens a second row of notes only for what the first cannot hold', () => {
  const model = modelOf('04');
  expect(model.plot.top).toBe(138);
  expect(model.marks.map(({ kind, row, text }) => [kind, row, text?.text])).toEqual([
    ['span', 2, 'incident INC-4412'],
    ['moment', 1, 'rollback v2.30.4'],
    ['moment', 2, 'feature flag new-basket on'],
    ['moment', 1, 'deploy v2.31.0'],
    ['moment', 1, 'deploy v2.30.4'],
  ]);
  expect(plain(model.subtitle.text)).toMatch(/^per second · last 3 h · /);
  expect(valueLabels(model)).toEqual(['0', '500', '1000', '1500', '2000']);
});

it('sums bars per series in the order of the stack and marks the one that is still filling', () => {
  const model = modelOf('05');
  expect(plain(model.subtitle.text)).toMatch(/counted per minute$/);
  expect(model.footer.left.text).toMatch(/last bar still filling$/);
  expect(model.labels.map(({ name }) => name.text)).toEqual(['504', '502', '500']);
  expect(model.texts.map(({ text }) => text)).toEqual(['sum']);
  const [bars] = model.bars;
  expect(bars?.xs).toHaveLength(60);
  expect(bars?.fillingFrom).toBe(59);
  const slot = ((bars?.xs[1] as number) - (bars?.xs[0] as number)) as number;
  expect(bars?.width).toBeCloseTo(slot * 0.78);
  expect(bars?.xs[0]).toBeCloseTo(model.plot.left + slot / 2);
});

it('leaves gaps open, shades what is silent, says when a series ended', () => {
  const model = modelOf('06');
  expect(model.fills.filter(({ role }) => role === 'no-data')).toHaveLength(1);
  expect(model.texts.map(({ text }) => text)).toEqual(['no data']);
  const bulk = model.labels.find(({ name }) => name.text.startsWith('bulk'));
  expect(bulk?.name).toMatchObject({ text: 'bulk, until 13:57', color: '#969DA9' });
  expect(bulk?.connector?.dash).toEqual([2, 4]);
  for (const line of model.lines) expect([...line.ys].some(Number.isNaN)).toBe(true);
});

it('colours the five that rank first of twenty and counts the grey rest', () => {
  const model = modelOf('07');
  expect(plain(model.subtitle.text)).toMatch(/^5 of 20 hosts, highest mean · /);
  expect(model.lines.filter(({ role }) => role === 'other')).toHaveLength(15);
  expect(Object.values(colours(model)).toSorted()).toEqual(['#204FC4', '#615900', '#7D0A47', '#8B5CF6', '#E8620D']);
  expect(endLabels(model).at(-1)).toEqual(['15 others', undefined]);
  expect(model.lines.findIndex(({ role }) => role === 'series')).toBe(15); // grey lies beneath
});

it('lays last week dashed under now and fills the space between', () => {
  const model = modelOf('08');
  expect(model.title.text).toBe('Orders of shop, against last week');
  expect(plain(model.subtitle.text)).toMatch(/5 min steps · dashed: 7 d earlier$/);
  expect(model.lines.map(({ role, dash }) => [role, dash])).toEqual([
    ['between', undefined],
    ['past', [7, 5]],
    ['series', undefined],
  ]);
  expect(model.lines.find(({ role }) => role === 'past')?.color).toBe('#8D95A3');
  expect(endLabels(model)).toEqual([
    ['now', '35.0'],
    ['last week', '82.5'],
  ]);
  expect(timeLabels(model)).toEqual(['18:00', 'Wed 25 Nov', '06:00', '12:00']);
});

it('moves long names into a table below, what they share said once', () => {
  const model = modelOf('11');
  expect(model.height).toBe(400 + 42 + 4 * 26);
  expect(model.labels).toEqual([]);
  expect(model.table?.heads.map(({ text }) => text)).toEqual([
    'kubernetes.prod-eu-west-1.payments. …',
    'last',
    'min',
    'avg',
    'max',
  ]);
  expect(model.table?.rows.map(({ cells }) => cells[0]?.text)).toEqual([
    'checkout-api-7d9f8b6c5d-x…orking_set_bytes.primary',
    '支付服务-数据库-主.内存',
    '\u2068خدمة الدفع web01\u2069',
    '🔥 hot-path worker, Загрузка памяти',
  ]);
  expect(model.title.text).toContain('…');
});

it('sums up fifty-five of sixty hosts as a band with its median', () => {
  const model = modelOf('13-sixty');
  expect(model.lines.slice(0, 2).map(({ role }) => role)).toEqual(['crowd', 'median']);
  expect(model.footer.left.text).toMatch(/grey: lowest to highest of the others, and their median$/);
  expect(endLabels(model).at(-1)?.[0]).toBe('55 others');
});

it('keeps pills of close thresholds apart and leaves their words out', () => {
  const model = modelOf('13-close');
  const middles = model.limits.map(({ pill }) => (pill.top + pill.bottom) / 2);
  expect(Math.abs((middles[0] as number) - (middles[1] as number))).toBeGreaterThanOrEqual(25);
  expect(model.limits.map(({ word }) => word)).toEqual([undefined, undefined]);
  expect(plain(model.subtitle.text)).toMatch(/axis from 15 °C$/);
  expect(model.valueAxis.min).toBe(15);
});

it('marks made-up data and counts the notes that found no place', () => {
  const model = modelOf('13-demo');
  expect(model.badge?.text.text).toBe('DEMO');
  expect(model.moreMarks?.text).toBe('+1');
  expect(model.marks.filter(({ row }) => row === 0)).toHaveLength(1);
  expect(model.texts.map(({ text }) => plain(text))).toEqual(['min 6.71 %']);
});

it('counts what a log axis cannot show', () => {
  const model = modelOf('13-log');
  expect(model.valueAxis.isLog).toBe(true);
  expect(valueLabels(model).filter(Boolean)).toEqual(['1 ms', '10 ms', '100 ms', '1 s', '10 s']);
  expect(model.footer.left.text).toMatch(/values at or below zero not shown$/);
});

it('shows one value as a dot with a dotted way to its label', () => {
  const model = modelOf('13-single');
  expect(plain(model.subtitle.text)).toMatch(/one value in the window$/);
  expect(model.dots.some(({ role }) => role === 'last')).toBe(true);
  expect(model.labels[0]?.connector?.dash).toEqual([2, 4]);
  expect(endLabels(model)).toEqual([['duration', '21 min']]);
});

it('draws a zero line where values are negative', () => {
  const model = modelOf('13-negative');
  const zero = model.valueAxis.ticks.find(({ value }) => value === 0);
  expect(zero).toMatchObject({ line: 'zero', label: '0' });
  expect(zero?.y).toBeLessThan(model.plot.bottom);
  expect(valueLabels(model)[0]).toBe('−256 MiB/s');
});

it('tells what a point of fourteen days stands for', () => {
  const model = modelOf('13-fourteen');
  expect(plain(model.subtitle.text)).toBe('last 14 d · 11–25 Nov 2026, CET · 1 h steps, highest of each 4 h shown');
  expect(timeLabels(model)).toEqual(['13 Nov', '15 Nov', '17 Nov', '19 Nov', '21 Nov', '23 Nov', '25 Nov']);
});

it('shows a week of minutes as the band they fill and the mean of each hour', () => {
  const model = modelOf('13-dense');
  expect(model.lines.map(({ role, xs }) => [role, xs.length])).toEqual([
    ['range', 168],
    ['range', 168],
    ['series', 168],
  ]);
  expect(plain(model.subtitle.text)).toMatch(/1 min steps, lowest to highest and mean of each 1 h shown$/);
  expect(model.limits[0]?.word?.text).toBe('critical');
});

it.each(CASES)('gives $name the same places in both themes', ({ answer }) => {
  const places = (theme: Theme) => {
    const { plot, labels, valueAxis, timeAxis, marks } = layoutChart(answer, { theme });
    return JSON.stringify([
      plot,
      labels.map(({ y }) => y),
      valueAxis,
      timeAxis,
      marks.map(({ row, fromX }) => [row, fromX]),
    ]);
  };
  expect(places('dark')).toBe(places('light'));
});
