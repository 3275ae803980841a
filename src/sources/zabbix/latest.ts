/** The latest value of each item, as a table. */
import type { Cell, TableFrame } from '../../domain/frame.ts';
import { harmless } from '../../lib/said.ts';
import type { FetchWindow } from '../source.ts';
import type { ZabbixRequest } from './bind.ts';
import { TITLE } from './failures.ts';
import { findItems, type Item, type Lookup } from './items.ts';
import { valueWords } from './words.ts';

/** Reads them, by host and name; items that are switched off are left out. @throws BotError `SOURCE_…` */
export async function fetchLatest(
  request: ZabbixRequest,
  { fromMs, toMs, zone }: FetchWindow,
  lookup: Lookup & { readonly nowMs: number },
  remember: (items: readonly Item[]) => void,
): Promise<TableFrame> {
  const found = (await findItems(request, lookup)).filter(({ status }) => status === '0');
  remember(found);
  const missing = request.hostNames.filter((pattern) => !found.some(({ host }) => pattern.fits(host)));
  return {
    kind: 'table',
    asOfMs: lookup.nowMs,
    columns: [
      { name: 'host', type: 'string' },
      { name: 'item', type: 'string' },
      { name: 'value', type: 'string' },
      { name: 'at', type: 'time' },
      { name: 'key', type: 'string' },
    ],
    rows: found.map((item): Cell[] => {
      const { host, name, key_, lastclock } = item;
      const atMs = Number(lastclock) * 1000;
      return [host, name, wordsOf(item, request), atMs > 0 ? atMs : null, key_];
    }),
    range: { fromMs, toMs, zone, text: '' },
    warnings:
      found.length > 0 && missing.length > 0
        ? [`${TITLE} has nothing for ${missing.map(({ text }) => text).join(', ')}.`]
        : [],
  };
}

function wordsOf(item: Item, { unit }: ZabbixRequest): string {
  if (item.state === '1') return `not supported: ${harmless(item.error)}`;
  return Number(item.lastclock) > 0 ? valueWords(item.lastvalue, item, unit) : 'no value for a day';
}
