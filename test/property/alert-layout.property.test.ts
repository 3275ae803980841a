/** Whatever fires, whenever, beside whatever notes: no text touches another, and everything that fires is accounted for. */
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import type { AlertView } from '../../src/domain/alert-view.ts';
import { layoutChart } from '../../src/render/chart.ts';
import { HOUR, MINUTE, makeAnswer, mark, NOW_MS, noise } from '../golden/generate.ts';
import { touching } from '../golden/texts.ts';

const minutes = fc.integer({ min: -30, max: 70 });
const alert = fc.record({
  series: fc.integer({ min: 1, max: 45 }),
  starts: fc.array(minutes, { minLength: 1, maxLength: 15 }),
  lasted: fc.option(fc.integer({ min: 0, max: 90 }), { nil: undefined }),
  limit: fc.option(fc.double({ min: -50, max: 200, noNaN: true }), { nil: undefined }),
  op: fc.constantFrom('>', '>=', '<', '<='),
  title: fc.string({ maxLength: 120 }),
  notes: fc.array(fc.tuple(fc.integer({ min: 0, max: 59 }), fc.string({ maxLength: 30 })), { maxLength: 8 }),
  looks: fc.constantFrom({}, { min: 0, max: 100 }, { bars: true }, { stacked: true }),
  theme: fc.constantFrom('light', 'dark'),
} as const);

test.prop([alert], { numRuns: 60 })('lets no text touch another', ({ starts, series, lasted, limit, op, ...spec }) => {
  const names = Array.from({ length: series }, (_, index) => `web${String(index + 1).padStart(2, '0')}`);
  const startMs = (minute: number) => NOW_MS - HOUR + minute * MINUTE;
  const members = starts
    .slice(0, series)
    .map((minute, index) => ({ name: names[index] ?? '', fromMs: startMs(minute) }));
  const fromMs = Math.min(...members.map((member) => member.fromMs));
  const view: AlertView = {
    name: 'HighCpu',
    fromMs,
    members,
    count: members.length,
    ...(lasted !== undefined && { toMs: fromMs + lasted * MINUTE }),
    ...(limit !== undefined && { limit: { op, value: limit } }),
  };
  const wander = noise(series);
  const answer = makeAnswer({
    title: spec.title,
    looks: spec.looks,
    series: Object.fromEntries(names.map((name, index) => [name, () => 30 + index + 5 * wander()])),
    stepMs: 2 * MINUTE,
    annotations: spec.notes.map(([minute, title]) => mark(title, `14:${String(minute).padStart(2, '0')}`)),
  });
  const model = layoutChart({ ...answer, alert: view }, { theme: spec.theme });
  const coloured = model.lines.filter(({ role }) => role === 'series').length;
  const thin = model.lines.filter(({ role }) => role === 'firing').length;
  expect(touching(model)).toEqual([]);
  if (!('bars' in spec.looks) && (!('stacked' in spec.looks) || series === 1)) {
    expect(coloured + thin).toBe(members.length);
    expect(coloured).toBe(members.length > 8 ? 5 : members.length);
  }
});
