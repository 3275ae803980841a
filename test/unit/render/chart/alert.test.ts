/** What the chart of an alert shows beside its data. */
import { expect, it } from 'vitest';
import type { AlertView } from '../../../../src/domain/alert-view.ts';
import { plainText } from '../../../../src/domain/message.ts';
import { textWidth } from '../../../../src/render/chart/text.ts';
import { type ChartModel, layoutChart } from '../../../../src/render/chart.ts';
import { answerMessage } from '../../../../src/render/words.ts';
import { firing, group, resolved, storm, together } from '../../../golden/alert-cases.ts';
import { type CaseSpec, clockMs, DAY, MINUTE, makeAnswer, mark, NOW_MS } from '../../../golden/generate.ts';
import { MORE_CASES } from '../../../golden/more-cases.ts';
import { touching } from '../../../golden/texts.ts';

const plain = (text: string | undefined) => text?.replaceAll('\u202F', ' ');
const view = (overrides: Partial<AlertView> = {}): AlertView => ({
  name: 'HighCpu',
  fromMs: clockMs('14:48'),
  members: [],
  count: 1,
  limit: { op: '>', value: 60 },
  ...overrides,
});
const layout = (spec: Partial<CaseSpec>, alert: AlertView | undefined = view()): ChartModel => {
  const series = { busy: (at: number) => (at > 0.7 ? 80 : 20 + 3 * Math.sin(at * 90)) };
  const answer = makeAnswer({ title: 'HighCpu on web01', looks: { min: 0, max: 100 }, series, ...spec });
  return layoutChart(alert ? { ...answer, alert } : answer, { theme: 'light' });
};
const firingMark = (model: ChartModel) => model.marks.find(({ kind }) => kind === 'firing');
const hosts = (count: number, valueAt: (index: number) => number = (index) => index) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`host${index}`, () => valueAt(index)]));
const membersOf = (indices: readonly number[]) =>
  indices.map((index, order) => ({ name: `host${index}`, fromMs: clockMs('14:20') + order * MINUTE }));
const drawn = (model: ChartModel, role: string) =>
  model.lines.filter((line) => line.role === role).map(({ name }) => name);

it('shows what fires: pill, span with one edge, bar and text, the limit with its word', () => {
  const model = layoutChart(firing, { theme: 'light' });
  expect([plain(model.pill?.text.text), model.pill?.color]).toEqual(['FIRING 12 min', '#C8102E']);
  expect(model.title.x).toBe((model.pill?.box.right ?? 0) + 13);
  expect(plain(model.subtitle.text)).toMatch(/· 10 s steps · fires above 90 % for 5 min$/);
  const found = firingMark(model);
  expect(found).toMatchObject({ row: 1, text: { text: 'firing since 14:48', color: '#C8102E' } });
  expect(found?.edges).toEqual([
    { points: [found?.fromX, model.plot.top, found?.fromX, model.plot.bottom], color: '#C8102E', width: 2 },
  ]);
  expect(found?.toX).toBeCloseTo(model.plot.right);
  expect(model.fills.filter(({ role }) => role === 'firing')).toHaveLength(1);
  expect(model.limits.map(({ pill, word, color }) => [plain(pill.text.text), word?.text, color])).toEqual([
    ['90 %', 'fires above', '#C8102E'],
  ]);
  expect(model.footer.right.text).toBe('alert HighCpu');
});

it('has no bands of limits and no maximum', () => {
  const limits = { thresholds: [{ op: '>', value: 70, severity: 'warning' }] } as const;
  const peak = { busy: (at: number) => 30 + 45 * Math.exp(-(((at - 0.5) / 0.1) ** 2)) };
  const [usual, alerting] = [
    layout({ ...limits, series: peak }, undefined as never),
    layout({ ...limits, series: peak }),
  ];
  expect(alerting.fills.map(({ role }) => role)).toEqual(['firing']);
  expect(alerting.texts).toEqual([]);
  expect(alerting.limits).toHaveLength(2);
  expect(usual.limits).toHaveLength(2);
});

it('closes the span of what is over, and says so before the title', () => {
  const model = layoutChart(resolved, { theme: 'dark' });
  expect([model.pill?.text.text, model.pill?.color]).toEqual(['RESOLVED', '#4CC38A']);
  expect(firingMark(model)?.text?.text).toBe('fired 14:23–14:32');
  expect(firingMark(model)?.edges).toHaveLength(2);
  expect(model.limits.map(({ pill }) => plain(pill.text.text))).toEqual(['10 %', '12 %']);
  expect(model.badge?.text.text).toBe('DEMO');
});

it('draws no edge for what is outside the window', () => {
  const early = layout({}, view({ fromMs: NOW_MS - DAY }));
  expect(firingMark(early)).toMatchObject({ edges: [], text: { text: 'firing since Tue 24 Nov 15:00' } });
  expect(firingMark(early)?.fromX).toBe(early.plot.left);
  expect(firingMark(layout({}, view({ fromMs: NOW_MS - 2 * DAY, toMs: NOW_MS - DAY })))).toBeUndefined();
});

it('colours the members of a group in the order in which they began, with a ring each', () => {
  const model = layoutChart(group, { theme: 'dark' });
  expect(model.pill?.text.text).toBe('3 FIRING');
  expect(plain(model.subtitle.text)).toMatch(/^3 of 20 hosts firing · last 1 h · /);
  expect(model.slots).toEqual({ web03: 1, web11: 2, web17: 5 });
  expect(model.rings?.map(({ color }) => color)).toEqual(['#84B3FF', '#EE8E24', '#796DD9']);
  expect(model.labels.map(({ name }) => name.text)).toContain('17 not firing');
  expect(drawn(model, 'other')).toHaveLength(17);
  expect(firingMark(model)).toBeUndefined();
  expect(model.footer.left.text).toBe('Prometheus · ring: began to fire · grey: the 17 that do not fire');
});

it('says of a single one beside a group that it does not fire', () => {
  const members = [{ name: 'host1', fromMs: clockMs('14:30') }];
  const model = layout({ series: hosts(2) }, view({ members }));
  expect(model.footer.left.text).toMatch(/ring: began to fire · grey: the one that does not fire$/);
});

it('spans what began as one, and everything that is over', () => {
  const fromMs = clockMs('14:30');
  const members = ['host1', 'host2'].map((name) => ({ name, fromMs }));
  const model = layout({ series: hosts(4) }, view({ fromMs, members, count: 2 }));
  expect([firingMark(model)?.text?.text, model.rings?.length]).toEqual(['firing since 14:30', 2]);
  const over = layoutChart(together, { theme: 'light' });
  expect([firingMark(over)?.text?.text, over.rings?.length]).toEqual(['fired 14:38–14:53', 2]);
  expect(over.labels.map(({ name }) => name.text)).toContain('2 did not fire');
});

it('has a ring, and greys the others, where one of several fires', () => {
  const model = layout({ series: hosts(3) }, view({ members: membersOf([1]) }));
  expect([drawn(model, 'series'), drawn(model, 'other')]).toEqual([['host1'], ['host0', 'host2']]);
  expect(model.rings).toHaveLength(1);
  expect(plain(model.subtitle.text)).toMatch(/^1 of 3 hosts firing/);
});

it('colours eight, and of more the five that began first, counting the other ones that fire', () => {
  const eight = layout({ series: hosts(20) }, view({ members: membersOf([0, 1, 2, 3, 4, 5, 6, 7]), count: 8 }));
  expect(drawn(eight, 'series')).toHaveLength(8);
  const nine = layout({ series: hosts(20) }, view({ members: membersOf([8, 7, 6, 5, 4, 3, 2, 1, 0]), count: 9 }));
  expect(drawn(nine, 'series').toSorted()).toEqual(['host4', 'host5', 'host6', 'host7', 'host8']);
  expect(drawn(nine, 'firing').toSorted()).toEqual(['host0', 'host1', 'host2', 'host3']);
  expect(nine.lines.filter(({ role }) => role === 'firing').map(({ color, width }) => `${color} ${width}`)).toContain(
    '#4B515C 1.25',
  );
  expect(nine.labels.map(({ name }) => name.text)).toEqual(expect.arrayContaining(['4 more firing', '11 not firing']));
  expect(nine.rings).toHaveLength(5);
});

it('shows many that do not fire as a band, told once', () => {
  const model = layoutChart(storm, { theme: 'light' });
  expect(drawn(model, 'crowd')).toEqual(['others']);
  expect(model.pill?.color).toBe('#9A6700');
  expect(model.footer.left.text.match(/grey:/g)).toHaveLength(1);
  expect(model.footer.left.text).toContain('the 38 that do not fire, and their median');
});

it('says how many fire whose series are not there, and draws as usual when none is known', () => {
  const some = layout({ series: hosts(3) }, view({ members: membersOf([1, 9]), count: 2 }));
  expect(some.footer.left.text).toContain('1 that fires without values here');
  const none = layout({ series: hosts(3) }, view({ members: [], count: 2 }));
  expect(drawn(none, 'series')).toHaveLength(3);
  expect(none.subtitle.text).not.toContain('firing');
});

it('drops the duration from the pill before it cuts the title', () => {
  const long = layout({ title: `HighCpu on ${'x'.repeat(42)}` });
  expect(long.pill?.text.text).toBe('FIRING');
  expect(long.title.text).not.toContain('…');
  const longer = layout({ title: `HighCpu on ${'x'.repeat(90)}` });
  expect(longer.title.text).toContain('…');
  expect(longer.title.x + textWidth(longer.title.text, longer.title)).toBeLessThanOrEqual(876);
});

it('says of a firing for want of values that there are none', () => {
  const model = layout({}, view({ isNoData: true }));
  expect([model.pill?.text.text, firingMark(model)?.text?.text]).toEqual(['NO DATA', 'no data since 14:48']);
});

it('has the rule in the subtitle where its limit is too far for the axis', () => {
  const model = layout({ looks: {} }, view({ limit: { op: '>', value: 9000 } }));
  expect(model.limits).toEqual([]);
  expect(plain(model.subtitle.text)).toContain('fires above 9000 %');
  expect(plain(model.footer.left.text)).not.toContain('9000');
});

it('places the firing before all other notes', () => {
  const notes = Array.from({ length: 9 }, (_, index) => mark(`deploy v${index}`, `14:${45 + index}`));
  const model = layout({ annotations: notes });
  expect(model.marks[0]).toMatchObject({ kind: 'firing', text: { text: 'firing since 14:48' } });
});

it('draws over stacks and bars as well', () => {
  const looks = [{ stacked: true }, { bars: true }];
  const models = looks.map((one) =>
    layout({ looks: one, series: hosts(3, () => 30) }, view({ members: membersOf([1, 2]), count: 2 })),
  );
  expect(models.map((model) => firingMark(model)?.text?.text)).toEqual(['firing since 14:48', 'firing since 14:48']);
  expect(models.map(({ rings }) => rings)).toEqual([undefined, undefined]);
});

it('marks the firing on a heatmap, too', () => {
  const heatmap = MORE_CASES.find(({ name }) => name === '13-heatmap-light')?.answer;
  if (!heatmap) throw new Error('no case');
  const model = layoutChart({ ...heatmap, alert: view({ limit: { op: '>', value: 0.5 } }) }, { theme: 'light' });
  expect([plain(model.pill?.text.text), firingMark(model)?.text?.text]).toEqual([
    'FIRING 12 min',
    'firing since 14:48',
  ]);
  expect(model.footer.right.text).toBe('alert HighCpu');
  expect(model.limits.map(({ pill }) => plain(pill.text.text))).toEqual(['500 ms']);
  expect(touching(model)).toEqual([]);
});

it('keeps limit and members of the firing out of the strips beneath', () => {
  const base = makeAnswer({ title: 'HighCpu', series: { busy: () => 70 } });
  const [own] = base.frames;
  const [under] = makeAnswer({ title: 'Memory', unit: 'bytes', series: { busy: () => 5e9, idle: () => 3e9 } }).frames;
  if (!own || !under) throw new Error('no frames');
  const members = [{ name: 'busy', fromMs: clockMs('14:48') }];
  const answer = { ...base, under: [{ ...under, title: 'Memory' }], alert: view({ members }) };
  const [panel] = layoutChart(answer, { theme: 'light' }).panels ?? [];
  expect(panel?.lines.map(({ role }) => role)).toEqual(['series', 'series']);
  const lines = answerMessage(answer).blocks.flatMap((block) => (block.kind === 'text' ? block.lines : []));
  expect(lines.map(plainText).filter((line) => line.includes('limit'))).toHaveLength(1);
});

it('lets no text touch another', () => {
  const models = [firing, group, resolved, storm, together].map((answer) => layoutChart(answer, { theme: 'light' }));
  expect(models.flatMap((model) => touching(model))).toEqual([]);
});
