import { describe, expect, it } from 'vitest';
import { earlierOf, standText } from '../../../src/web/alert-words.ts';
import type { AlertGroup } from '../../../src/web/contract.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 25, 10, minute)).toISOString();
const fired = (from: number, to?: number) => ({ since: at(from), ended: to === undefined ? null : at(to) });

function groupOf(fields: Partial<AlertGroup> = {}): AlertGroup {
  const flags = { acknowledged: false, suppressed: false, flapping: false };
  const times = { since: at(10), heard: at(20), ended: null, firings: [] };
  const said = { title: 'Slow', severity: 'critical', source: 'generic', zone: 'UTC', text: '', html: '' };
  const lists = { links: [], members: [] };
  return {
    id: 'g',
    status: 'firing',
    count: 5,
    firing: 3,
    silent: 0,
    ...flags,
    ...times,
    ...said,
    ...lists,
    ...fields,
  };
}

describe('the times that an alert fired before', () => {
  it.each([
    ['another began since', [fired(30), fired(10), fired(2, 5)], [2]],
    ['one that others joined or left holds its beginning', [fired(30), fired(5), fired(2, 4)], [2]],
    ['it is over', [fired(8, 20), fired(2, 4)], [2]],
    ['nobody told of the end of one', [fired(10), fired(2)], [2]],
    ['no time is known', [], []],
  ])('are those before this one, also where %s', (_, firings, starts) => {
    expect(earlierOf(groupOf({ firings })).map(({ since }) => since)).toEqual(starts.map((minute) => at(minute)));
  });
});

it.each([
  [{}, '3 of 5 firing for 30 min · generic'],
  [{ silent: 2 }, '3 of 5 firing for 30 min · no news of 2 · generic'],
  [{ status: 'silent', firing: 0, silent: 5 }, '5 of 5 without news for 20 min · had fired for 10 min · generic'],
  [{ status: 'silent', count: 1, firing: 0, silent: 1 }, 'without news for 20 min · had fired for 10 min · generic'],
  [{ status: 'resolved', firing: 0, ended: at(15) }, '5 alerts, lasted 5 min · generic'],
] as const)('says how it stands: %o', (fields, text) => {
  expect(standText(groupOf(fields), Date.parse(at(40)))).toBe(text);
});
