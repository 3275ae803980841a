/** Words of the grammar that a question may go on with, by the word before the cursor. */
import type { CompletionItem } from './item.ts';

const TIMES = {
  'last 1h': 'the hour up to now',
  'last 6h': 'the six hours up to now',
  'last 24h': 'the day up to now',
  'last 7d': 'the week up to now',
  today: 'since midnight',
  yesterday: 'the whole day',
  'since 09:00': 'from a time of day on',
  'around 14:30': 'half an hour each side',
  'yesterday 14:00-16:00': 'hours of a day',
  'this morning': '06:00 to 12:00',
  'last night': '18:00 to 06:00',
  'last week': 'Monday to Sunday before',
  'on monday': 'the latest such day',
} as const;

/** Windows of time, the usual ones first. */
export const TIME_ITEMS = itemsOf('time', TIMES);

/** What an answer may be compared with. */
export const COMPARISON_ITEMS = itemsOf('time', {
  'vs yesterday': 'the same times a day earlier',
  'vs last week': 'the same times a week earlier',
});

/** How an answer may be shown. */
export const SHOWN_ITEMS = itemsOf('word', {
  'as table': 'numbers in rows',
  'as csv': 'a file',
  'as bars': 'bars instead of lines',
  stacked: 'one on top of the other',
  'log scale': 'each step ten times the one before',
  'from zero': 'the axis begins at 0',
});

/** What may stand first instead of a query. */
export const COMMAND_ITEMS = itemsOf('word', {
  help: 'what can be asked',
  queries: 'all queries',
  hosts: 'what there is to ask of',
  status: 'which sources are up',
  'top 5': 'the ones that matter',
});

/** Commands about what was told by monitoring systems. */
export const RECORD_ITEMS = itemsOf('word', {
  alerts: 'what fires now',
  deploys: 'what was deployed',
  changes: 'what was changed',
  runbook: 'what to do',
});

/** What goes on after a word that has begun a phrase. */
const AFTER: Readonly<Record<string, readonly CompletionItem[]>> = {
  ...Object.fromEntries(
    ['last', 'past', 'previous'].map((word) => [
      word,
      times(['1h', '6h', '24h', '7d', '30d', 'week', 'month', 'night', 'friday']),
    ]),
  ),
  since: times(['09:00', '12:00', 'midnight', 'yesterday', 'monday']),
  after: times(['09:00', '12:00']),
  from: times(['09:00 to 10:00', 'yesterday to now']),
  between: times(['09:00 and 10:00']),
  around: times(['09:00', '12:00', '14:30', 'midnight']),
  this: times(['morning', 'afternoon', 'week', 'month']),
  on: times(['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']),
  as: words(['table', 'csv', 'bars', 'chart']),
  log: words(['scale']),
  top: words(['5', '3', '10']),
  bottom: words(['5', '3', '10']),
};

/** Comparisons after `vs`. */
export const VERSUS_ITEMS = times(['yesterday', 'last week', 'last month']);

/** The phrases that a word has begun; nothing where it has begun none. */
export function phrasesAfter(word: string): readonly CompletionItem[] | undefined {
  return Object.hasOwn(AFTER, word) ? AFTER[word] : undefined;
}

function itemsOf(kind: CompletionItem['kind'], titles: Readonly<Record<string, string>>): readonly CompletionItem[] {
  return Object.entries(titles).map(([text, title]) => ({ text, kind, title }));
}

function times(texts: readonly string[]): readonly CompletionItem[] {
  return texts.map((text) => ({ text, kind: 'time' }));
}

function words(texts: readonly string[]): readonly CompletionItem[] {
  return texts.map((text) => ({ text, kind: 'word' }));
}
