/** What counts of usage say of each definition. Pure. */
import type { Catalog } from '../domain/catalog.ts';
import { type UsageRow, WITHIN_MS } from './usage.ts';

/** Days that a report looks back. */
export const REPORT_DAYS = 30;

/** What is known of one definition. */
export interface Used {
  readonly query: string;
  readonly asked: number;
  readonly noData: number;
  /** Failures and refusals by their code, the most frequent first. */
  readonly codes: readonly (readonly [code: string, times: number])[];
  readonly failed: number;
  /** Half and 95 of 100 had their data within this, ms. */
  readonly half: number;
  readonly most: number;
}

/** How the definitions of a catalogue are used. */
export interface UsageFacts {
  /** The most asked first; also those that are no longer defined. */
  readonly used: readonly Used[];
  /** Names that are defined. */
  readonly names: readonly string[];
  /** Of these, those that nobody asked. */
  readonly unused: readonly string[];
}

/** Gives them. */
export function usageFacts(rows: readonly UsageRow[], { queries }: Catalog): UsageFacts {
  const names = [...new Set(queries.map(({ id }) => id))];
  const used = usedOf(rows);
  return { used, names, unused: names.filter((name) => !used.some(({ query }) => query === name)) };
}

function usedOf(rows: readonly UsageRow[]): readonly Used[] {
  const byQuery = new Map<string, UsageRow[]>();
  for (const row of rows) byQuery.set(row.query, [...(byQuery.get(row.query) ?? []), row]);
  const used = [...byQuery].map(([query, all]): Used => {
    const bad = all.filter(({ code }) => code !== '');
    const codes = new Map<string, number>();
    for (const { code, times } of bad) codes.set(code, (codes.get(code) ?? 0) + times);
    return {
      query,
      asked: timesOf(all),
      noData: timesOf(all.filter(({ outcome }) => outcome === 'no_data')),
      failed: timesOf(bad),
      codes: [...codes].sort(([, a], [, b]) => b - a),
      half: withinOf(all, 0.5),
      most: withinOf(all, 0.95),
    };
  });
  return used.sort((a, b) => b.asked - a.asked || (a.query < b.query ? -1 : 1));
}

function timesOf(rows: readonly UsageRow[]): number {
  return rows.reduce((sum, { times }) => sum + times, 0);
}

/** The bound within which this share of the questions stayed. */
function withinOf(rows: readonly UsageRow[], share: number): number {
  const wanted = timesOf(rows) * share;
  let seen = 0;
  for (const bound of WITHIN_MS) {
    seen += timesOf(rows.filter(({ withinMs }) => withinMs === bound));
    if (seen >= wanted) return bound;
  }
  return WITHIN_MS[WITHIN_MS.length - 1] ?? 0;
}
