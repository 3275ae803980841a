/** What the kept heatmaps, contact sheets and strips say, in numbers and words. */
import { expect, it } from 'vitest';
import type { Theme } from '../../src/domain/saved-query.ts';
import { type ChartModel, layoutChart } from '../../src/render/chart.ts';
import { ALERT_CASES } from './alert-cases.ts';
import { CASES } from './cases.ts';
import { MORE_CASES } from './more-cases.ts';
import { touching } from './texts.ts';

const plain = (text: string | undefined) => text?.replaceAll('\u202F', ' ');

function modelOf(start: string, theme?: Theme): ChartModel {
  const found = MORE_CASES.find(({ name }) => name.startsWith(start));
  if (!found) throw new Error(`no case ${start}`);
  return layoutChart(found.answer, { theme: theme ?? found.theme });
}

const keyOf = (model: ChartModel) => model.key?.rows.map(({ text }) => plain(text.text));
const valueLabels = (model: ChartModel) =>
  model.valueAxis.ticks.filter(({ label }) => label !== undefined).map(({ label }) => plain(label));
const timeLabels = (model: ChartModel) => model.timeAxis.ticks.map(({ label }) => label);

it.each([...CASES, ...MORE_CASES])('lets no text of $name touch another or the edge', ({ answer, theme }) => {
  expect(touching(layoutChart(answer, { theme }))).toEqual([]);
});

it.each([...CASES, ...MORE_CASES, ...ALERT_CASES])(
  'lets no text of $name touch another at any width',
  ({ answer, theme }) => {
    const found = [320, 360, 480, 600, 750, 1200, 2000].flatMap((width) =>
      touching(layoutChart(answer, { theme, size: { width } })).map((what) => `${width}: ${what}`),
    );
    expect(found).toEqual([]);
  },
);

it('notices when a text of a panel touches another, or leaves the picture', () => {
  const model = modelOf('15-strip');
  const [panel] = model.panels ?? [];
  if (!panel) throw new Error('no strip');
  const moved = (x: number, y: number) => ({ ...model, panels: [{ ...panel, title: { ...panel.title, x, y } }] });
  expect(touching(moved(model.title.x + 20, model.title.y))).toEqual(['Latency of checkout × Errors of checkout']);
  expect(touching(moved(880, 200))).toContain('Errors of checkout outside');
});

it.each(MORE_CASES)('gives $name the same places in both themes', ({ answer }) => {
  const places = (theme: Theme) => {
    const { plot, height, cells, key, panels, valueAxis } = layoutChart(answer, { theme });
    const boxes = panels?.map((panel) => [panel.plot, panel.texts.map(({ x, y }) => [x, y])]);
    return JSON.stringify([
      plot,
      height,
      cells?.xs,
      cells?.steps,
      key?.rows.map(({ text }) => text.y),
      boxes,
      valueAxis,
    ]);
  };
  expect(places('dark')).toBe(places('light'));
});

it('draws a heatmap on a log axis in six steps with round limits, the deploy above it', () => {
  const model = modelOf('13-heatmap-dark');
  expect([model.width, model.height, model.plot.top]).toEqual([900, 400, 113]);
  expect(plain(model.subtitle.text)).toBe(
    'last 1 h · Wed 25 Nov 2026, 14:00–15:00 CET · counted per minute · log scale',
  );
  expect(valueLabels(model)).toEqual(['1 ms', '10 ms', '100 ms', '1 s', '10 s']);
  expect(keyOf(model)).toEqual(['≥ 600', '≥ 150', '≥ 50', '≥ 15', '≥ 4', '≥ 1']);
  expect(model.key?.rows.map(({ swatch }) => swatch.color)).toEqual(model.cells?.colors.toReversed());
  expect(model.cells?.xs).toHaveLength(61);
  expect(model.marks.map(({ text }) => text?.text)).toEqual(['deploy v2.31.0']);
  expect(model.lines).toEqual([]);
});

it('takes the steps of a theme in order of lightness, so that they are read in grey', () => {
  const grey = (hex: string) =>
    [0.299, 0.587, 0.114].reduce(
      (sum, share, at) => sum + share * Number.parseInt(hex.slice(1 + 2 * at, 3 + 2 * at), 16),
      0,
    );
  const lightness = (theme: Theme) => modelOf('13-heatmap-dark', theme).cells?.colors.map(grey) ?? [];
  expect(lightness('light')).toEqual(lightness('light').toSorted((a, b) => b - a));
  expect(lightness('dark')).toEqual(lightness('dark').toSorted((a, b) => a - b));
});

it('draws limits over a heatmap, leaves empty columns open and says what has no upper end', () => {
  const model = modelOf('13-heatmap-limits');
  expect(model.limits.map(({ pill, strokes }) => [plain(pill.text.text), strokes[0]?.dash?.join() ?? 'solid'])).toEqual(
    [
      ['500 ms', '9,5'],
      ['5 s', 'solid'],
    ],
  );
  expect(model.fills.map(({ role }) => role)).toEqual(['no-data', 'span']);
  expect(model.texts.map(({ text }) => text)).toEqual(['no data']);
  expect(plain(model.footer.left.text)).toMatch(/top row: above 10 s · bottom row: 0 to 5 ms$/);
  expect(model.badge?.text.text).toBe('DEMO');
});

it('keeps a plain axis for buckets of one size, and as many steps as there are counts', () => {
  const model = modelOf('13-heatmap-plain');
  expect(model.valueAxis.isLog).toBe(false);
  expect(valueLabels(model)).toEqual(['0', '10 °C', '20 °C', '30 °C', '40 °C']);
  expect(keyOf(model)).toEqual(['≥ 2', '≥ 1']);
});

it('puts six panels on a sheet, two beside each other, each with its unit and its newest value', () => {
  const model = modelOf('12-contact-sheet-dark');
  expect([model.width, model.height]).toEqual([900, 620]);
  expect(
    model.panels?.map(({ title, texts }) => [title.text, ...texts.slice(0, 2).map(({ text }) => plain(text))]),
  ).toEqual([
    ['CPU busy', '20.8 %', '100 %'],
    ['Load, 1 min', '3.59', '16'],
    ['Memory used', '46 GiB', '64 GiB'],
    ['Network out', '41.8 MiB/s', '128 MiB/s'],
    ['Requests per second', '1877', '2400'],
    ['Latency p95', '191 ms', '800 ms'],
  ]);
  expect(model.panels?.[1]?.plot).toEqual({ left: 468, right: 876, top: 134, bottom: 230 });
  expect(model.panels?.[4]?.plot.top).toBe(134 + 2 * 158);
  expect(model.panels?.map(({ strokes }) => strokes.filter(({ dash }) => dash).length)).toEqual([1, 0, 1, 0, 0, 1]);
  expect(model.footer.left.text).toBe(
    'Graphite, Prometheus · dashed: warning · top gridline of each panel is labelled',
  );
});

it('counts panels that have no room, says which hold nothing, and names the series that a number belongs to', () => {
  const model = modelOf('12-contact-sheet-mixed');
  expect(plain(model.subtitle.text)).toMatch(/^6 of 7 panels · /);
  expect(model.footer.left.text).toMatch(/1 panel without values · red: critical · grey: the other series/);
  const said = model.panels?.map(({ texts }) => texts.slice(0, 2).map(({ text }) => plain(text)));
  expect(said?.slice(0, 4)).toEqual([
    ['44.4 %', 'checko…-x4k4q'],
    ['32.2 GiB', 'total'],
    ['2208', 'sum'],
    ['205', 'until 13:12'],
  ]);
});

it('hangs the time labels under the strip and lets it share the plot’s edges', () => {
  const model = modelOf('15-strip');
  const [strip] = model.panels ?? [];
  expect(model.height).toBe(504);
  expect(model.timeAxis.bottom).toBe(strip?.plot.bottom);
  expect([strip?.plot.left, strip?.plot.right]).toEqual([model.plot.left, model.plot.right]);
  expect(strip?.title.text).toBe('Errors of checkout');
  expect(strip?.bars).toHaveLength(1);
  expect(strip?.texts.map(({ text }) => text)).toEqual(['0', '50', '25']);
  expect(strip?.labels.map(({ name, value }) => [name.text, value?.text])).toEqual([['sum', '467']]);
  expect(strip?.grid.filter(({ dash }) => dash)).toHaveLength(1); // the deploy goes on through it
  expect(timeLabels(model)).toEqual(['14:00', '14:10', '14:20', '14:30', '14:40', '14:50', '15:00']);
});

it('draws three strips at most, colours going on, and counts the rest', () => {
  const model = modelOf('15-three');
  expect(model.height).toBeLessThanOrEqual(620);
  expect(model.panels?.map(({ title }) => title.text)).toEqual([
    'Memory of web01',
    'Requests of web01, per second',
    'Errors of web01',
  ]);
  expect(model.footer.left.text).toMatch(/1 more strip in the words$/);
  expect(new Set(Object.values(model.slots)).size).toBe(Object.keys(model.slots).length);
  expect(model.panels?.[0]?.limits.map(({ pill }) => plain(pill.text.text))).toEqual(['14 GiB']);
  expect(model.panels?.[1]?.labels.map(({ name }) => name.text)).toEqual(['2xx', '2 more']);
});

it('marks single measurements by diamonds and counts the one that is far above', () => {
  const model = modelOf('16');
  expect(model.diamonds).toHaveLength(39);
  expect(model.footer.left.text).toMatch(/diamonds: single requests, 1 more above$/);
});
