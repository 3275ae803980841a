/** How an alert stands: a word and a colour, never a colour alone. */
import type { AlertGroup } from './contract.ts';

/** The pill before a title, as charts have it. */
export function StatePill({ alert }: { readonly alert: Pick<AlertGroup, 'status' | 'severity'> }) {
  const { status, severity } = alert;
  const kind = status === 'firing' ? severity : status;
  return <span class={`pill pill-${kind}`}>{WORDS[kind] ?? kind}</span>;
}

/** Where the kind is no word for people. */
const WORDS: Readonly<Record<string, string>> = { unknown: 'firing', silent: 'no news' };
