/** The usage report: which definitions are asked how often, how slow, failing, and which not at all. */
import type { Catalog } from '../domain/catalog.ts';
import type { Line, Message } from '../domain/message.ts';
import { type UsageRow, WITHIN_MS } from './usage.ts';

/** Days that a report looks back. */
export const REPORT_DAYS = 30;
/** Definitions in the table; the rest are counted. */
const ROWS_SHOWN = 25;
/** Names in a sentence. */
const NAMES_SHOWN = 40;

/** What is known of one definition. */
interface Used {
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

/** Makes the report, the most asked first. */
export function usageMessage(rows: readonly UsageRow[], { queries }: Catalog): Message {
  const names = [...new Set(queries.map(({ id }) => id))];
  const used = usedOf(rows);
  const asked = used.reduce((sum, one) => sum + one.asked, 0);
  const unused = names.filter((name) => !used.some(({ query }) => query === name));
  const gone = used.filter(({ query }) => !names.includes(query)).length;
  const known = used.length - gone;
  const first: Line = [
    { bold: `${asked} ${asked === 1 ? 'question' : 'questions'}` },
    ` in ${REPORT_DAYS} days · ${known} of ${names.length} queries were asked`,
  ];
  const failing = used.filter(({ failed }) => failed > 0);
  const lines: Line[] = [first, ...failingLines(failing), ...unusedLines(unused)];
  const text: Message['blocks'][number] = { kind: 'text', lines };
  return { blocks: used.length === 0 ? [text] : [text, { kind: 'table', table: tableOf(used) }] };
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

function tableOf(used: readonly Used[]) {
  const columns = ['query', 'asked', 'no data', 'failed', 'half within', '95 % within'];
  const rows = used
    .slice(0, ROWS_SHOWN)
    .map(({ query, asked, noData, failed, half, most }) => [
      query,
      String(asked),
      noData === 0 ? '' : String(noData),
      failed === 0 ? '' : String(failed),
      durationOf(half),
      durationOf(most),
    ]);
  const more = used.length - ROWS_SHOWN;
  const head = columns.map((title, index) => ({ title, align: index === 0 ? ('left' as const) : ('right' as const) }));
  return { columns: head, rows, ...(more > 0 && { more: `… ${more} more` }) };
}

function durationOf(ms: number): string {
  if (ms > 30_000) return 'over 30 s';
  return ms < 1_000 ? `${ms} ms` : `${ms / 1_000} s`;
}

function failingLines(failing: readonly Used[]): readonly Line[] {
  return failing.slice(0, 5).map(({ query, failed, asked, codes }): Line => {
    const said = codes.slice(0, 3).map(([code, times]) => `${code} ${times}`);
    return [{ bold: 'Failing ' }, { code: query }, ` ${failed} of ${asked}: ${said.join(', ')}`];
  });
}

function unusedLines(unused: readonly string[]): readonly Line[] {
  if (unused.length === 0) return [];
  const more = unused.length - NAMES_SHOWN;
  const names = unused
    .slice(0, NAMES_SHOWN)
    .flatMap((name, index): Line => (index === 0 ? [{ code: name }] : [', ', { code: name }]));
  return [[{ bold: 'Not asked ' }, ...names, ...(more > 0 ? [` and ${more} more`] : [])]];
}
