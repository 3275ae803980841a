import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { type Rotation, rotationShifts } from '../../../src/oncall/rotation.ts';

const plan: Rotation = {
  people: ['Ana', 'Ben', 'Cleo'],
  start: '2026-10-19T09:00',
  every: '1w',
  zone: 'Europe/Berlin',
  overrides: [],
};
const ms = (iso: string) => Date.parse(iso);
const at = (iso: string) => ({ fromMs: ms(iso), toMs: ms(iso) + 1 });
const said = (rotation: Rotation, window: { fromMs: number; toMs: number }) =>
  rotationShifts(rotation, window).map(({ person, fromMs, toMs }) => [
    person,
    new Date(fromMs ?? 0).toISOString(),
    new Date(toMs ?? 0).toISOString(),
  ]);

describe('a rotation', () => {
  it('hands over at the same time of day when the clocks go back', () => {
    // 25 October 2026: CEST becomes CET, the week has 169 hours
    expect(said(plan, at('2026-10-26T07:59:59Z'))).toEqual([
      ['Ana', '2026-10-19T07:00:00.000Z', '2026-10-26T08:00:00.000Z'],
    ]);
    expect(said(plan, at('2026-10-26T08:00:00Z'))).toEqual([
      ['Ben', '2026-10-26T08:00:00.000Z', '2026-11-02T08:00:00.000Z'],
    ]);
  });

  it('hands over at the same time of day when the clocks go forward, at an hour that is skipped a little later', () => {
    const daily = { ...plan, start: '2027-03-26T02:30', every: '1d' };
    expect(said(daily, { fromMs: ms('2027-03-27T12:00Z'), toMs: ms('2027-03-29T12:00Z') })).toEqual([
      ['Ben', '2027-03-27T01:30:00.000Z', '2027-03-28T01:30:00.000Z'],
      ['Cleo', '2027-03-28T01:30:00.000Z', '2027-03-29T00:30:00.000Z'],
      ['Ana', '2027-03-29T00:30:00.000Z', '2027-03-30T00:30:00.000Z'],
    ]);
  });

  it('has shifts of hours by the clock that never jumps', () => {
    const halves = { ...plan, start: '2026-10-24T21:00', every: '12h' };
    expect(said(halves, at('2026-10-25T07:30:00Z'))).toEqual([
      ['Ben', '2026-10-25T07:00:00.000Z', '2026-10-25T19:00:00.000Z'],
    ]);
  });

  it('has nobody before it began', () => {
    expect(said(plan, at('2026-10-19T06:59:59Z'))).toEqual([]);
  });

  it('lets somebody stand in, and gives the rest back', () => {
    const overrides = [{ person: 'Dana', from: '2026-10-21T09:00', to: '2026-10-22T09:00' }];
    expect(said({ ...plan, overrides }, { fromMs: ms('2026-10-20T00:00Z'), toMs: ms('2026-10-24T00:00Z') })).toEqual([
      ['Ana', '2026-10-19T07:00:00.000Z', '2026-10-21T07:00:00.000Z'],
      ['Dana', '2026-10-21T07:00:00.000Z', '2026-10-22T07:00:00.000Z'],
      ['Ana', '2026-10-22T07:00:00.000Z', '2026-10-26T08:00:00.000Z'],
    ]);
  });
});

const anyPlan = fc.record({
  people: fc.array(fc.string({ minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 5 }),
  start: fc
    .date({ min: new Date('2020-01-01'), max: new Date('2026-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 16)),
  every: fc.constantFrom('1h', '7h', '12h', '1d', '3d', '1w', '2w'),
  zone: fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC'),
});

propertyTest.prop([anyPlan, fc.integer({ min: ms('2026-01-03'), max: ms('2030-01-01') })], { numRuns: 300 })(
  'at every moment after its start exactly one person is on call',
  (drawn, nowMs) => {
    const shifts = rotationShifts({ ...drawn, overrides: [] }, { fromMs: nowMs, toMs: nowMs + 1 });
    expect(shifts).toHaveLength(1);
    expect(shifts[0]?.fromMs).toBeLessThanOrEqual(nowMs);
    expect(shifts[0]?.toMs).toBeGreaterThan(nowMs);
  },
);
