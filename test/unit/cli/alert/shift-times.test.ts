import { describe, expect, it } from 'vitest';
import { shiftBody, shiftTold } from '../../../../src/cli/alert/shift-times.ts';
import { makeAlert } from '../../alerts/make.ts';

const NOW_MS = Date.parse('2026-11-25T12:00:00Z');
const startsAt = new Date('2024-03-01T10:00:00Z');
const endsAt = new Date('2024-03-01T10:20:00Z');
const told = { alerts: [makeAlert('A', { startsAt, endsAt, status: 'resolved' })], changes: [] };
const shifted = (text: string) => {
  const moved = shiftBody(new TextEncoder().encode(text), told, NOW_MS);
  return moved && new TextDecoder().decode(moved);
};

describe('moving times to now', () => {
  it('moves what was told, the latest of it to now', () => {
    expect(shiftTold(told, NOW_MS)?.alerts).toMatchObject([
      { startsAt: new Date('2026-11-25T11:40:00Z'), endsAt: new Date(NOW_MS) },
    ]);
  });

  it('moves every form of them in a body', () => {
    const seconds = +startsAt / 1_000;
    expect(
      shifted(`{"a":"2024-03-01T11:00:00.000000+01:00","b":${seconds},"c":${+startsAt},"d":"${seconds * 1e6}"}`),
    ).toBe(
      `{"a":"2026-11-25T11:40:00.000Z","b":${Date.parse('2026-11-25T11:40:00Z') / 1_000},"c":${Date.parse('2026-11-25T11:40:00Z')},"d":"${Date.parse('2026-11-25T11:40:00Z') * 1_000}"}`,
    );
  });

  it('leaves alone what only looks like one', () => {
    const other =
      '{"zero":"0001-01-01T00:00:00Z","id":"abc-1709287200","phone":4917012345,"old":"2011-01-01T00:00:00Z"}';
    expect(shifted(other)).toBeUndefined();
  });

  it('tells where there is no time to move', () => {
    const body = new TextEncoder().encode('{"title":"x"}');
    const received = { alerts: [makeAlert('A', { timeSource: 'received' })], changes: [] };
    expect([shiftBody(body, received, NOW_MS), shiftTold(received, NOW_MS)]).toEqual([undefined, undefined]);
  });
});
