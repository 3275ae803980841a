/** What is counted of questions, and what the report says of it. */
import { expect, it } from 'vitest';
import type { SavedQuery } from '../../../src/domain/saved-query.ts';
import { createCatalog } from '../../../src/queries/load-catalog.ts';
import type { Asked } from '../../../src/questions/asked.ts';
import { plainMessage } from '../../../src/render/markup.ts';
import { createUsageTally, dayOf, type UsageRow } from '../../../src/usage/usage.ts';
import { usageMessage } from '../../../src/usage/usage-message.ts';

const NOON = Date.parse('2026-11-25T12:00:00Z');
const catalog = createCatalog(['cpu', 'load', 'disk'].map((id) => ({ id, aliases: [] }) as unknown as SavedQuery));
const answered: Asked = { surface: 'team', outcome: 'answered', query: 'cpu', understandMs: 10, fetchMs: 120 };

function rowsOf(...all: readonly Asked[]): readonly UsageRow[] {
  const tally = createUsageTally({ now: () => NOON });
  for (const asked of all) tally.note(asked);
  return tally.take();
}

it('counts alike questions together, by day, outcome and the time they took, and begins anew when it is emptied', () => {
  const tally = createUsageTally({ now: () => NOON });
  for (const fetchMs of [120, 150, 900]) tally.note({ ...answered, fetchMs });
  expect(tally.take()).toEqual([
    { day: dayOf(NOON), query: 'cpu', outcome: 'answered', code: '', withinMs: 1_000, times: 1 },
    { day: dayOf(NOON), query: 'cpu', outcome: 'answered', code: '', withinMs: 200, times: 2 },
  ]);
  expect(tally.take()).toEqual([]);
});

it('passes over what has no definition', () => {
  expect(rowsOf({ surface: 'http', outcome: 'said' }, { ...answered, query: 'other' })).toEqual([]);
});

it('says how often, how slow, failing and unused', () => {
  const failed: Asked = { ...answered, outcome: 'failed', code: 'SOURCE_TIMEOUT', fetchMs: 5_000 };
  const rows = rowsOf(...Array<Asked>(18).fill(answered), failed, failed, {
    ...answered,
    query: 'load',
    outcome: 'no_data',
  });
  const text = plainMessage(usageMessage(rows, catalog));
  expect(text).toMatch(
    /^21 questions in 30 days · 2 of 3 queries were asked\nFailing `cpu` 2 of 20: SOURCE_TIMEOUT 2\nNot asked `disk`/,
  );
  expect(text).toMatch(/cpu +20 +2 +200 ms +10 s/);
  expect(text).toMatch(/load +1 +1 +200 ms/);
});

it('names what was asked and is gone by now, without counting it among the queries', () => {
  const text = plainMessage(usageMessage(rowsOf({ ...answered, query: 'old' }), catalog));
  expect(text).toMatch(/0 of 3 queries were asked/);
  expect(text).toMatch(/^old +1/m);
});

it('says of an installation that nobody asked yet what there is', () => {
  expect(plainMessage(usageMessage([], catalog))).toBe(
    '0 questions in 30 days · 0 of 3 queries were asked\nNot asked `cpu`, `load`, `disk`',
  );
});
