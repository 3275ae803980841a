/** The usage report: which definitions are asked how often, how slow, failing, and which not at all. */
import type { Catalog } from '../domain/catalog.ts';
import type { Line, Message } from '../domain/message.ts';
import type { UsageRow } from './usage.ts';
import { REPORT_DAYS, type Used, usageFacts } from './usage-facts.ts';

/** Definitions in the table; the rest are counted. */
const ROWS_SHOWN = 25;
/** Names in a sentence. */
const NAMES_SHOWN = 40;

/** Makes the report, the most asked first. */
export function usageMessage(rows: readonly UsageRow[], catalog: Catalog): Message {
  const { used, names, unused } = usageFacts(rows, catalog);
  const asked = used.reduce((sum, one) => sum + one.asked, 0);
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
