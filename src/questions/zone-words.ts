/** Words beside times: short names of zones, and what other languages say; data, as the other tables of words. */
import { wordTable } from '../lib/word-table.ts';

/** Zones with one meaning, by their short names; any other is named in full, as `America/New_York`. */
export const ZONE_WORDS = wordTable<string>({
  utc: 'UTC',
  gmt: 'UTC',
  cet: 'CET',
  cest: 'CET',
  mez: 'CET',
  mesz: 'CET',
  eet: 'EET',
  eest: 'EET',
});

/** Short names of zones that mean several, or that nobody told us: behind a time they are refused. */
export const VAGUE_ZONE_WORDS: ReadonlySet<string> = new Set(
  'est edt cst cdt mst mdt pst pdt bst ist jst kst hkt sgt msk wet west aest aedt acst awst nzst nzdt'.split(' '),
);

/** Words of another language that mean a time, with what is said here. */
export const FOREIGN_TIME_WORDS = wordTable<string>({
  gestern: 'yesterday',
  vorgestern: '2 days ago',
  heute: 'today',
  seit: 'since',
  bis: 'to',
  letzte: 'last',
  letzten: 'last',
  letzter: 'last',
  letztes: 'last',
  uhr: 'hh:mm',
  sekunden: 'seconds',
  minuten: 'minutes',
  stunde: 'hour',
  stunden: 'hours',
  tage: 'days',
  tagen: 'days',
  woche: 'week',
  wochen: 'weeks',
  monat: 'month',
  monate: 'months',
  jahr: 'year',
  jahre: 'years',
});
