/** Every English word that questions are made of. Adding a language means adding a table of this shape. */

import type { Output } from '../domain/question.ts';
import type { Looks } from '../domain/saved-query.ts';
import { wordTable } from '../lib/word-table.ts';

/** A unit of time as durations count it. */
export type TimeUnit = 'second' | 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';

/** The shortest way to write each unit, as normalised texts have it. */
export const UNIT_SHORT: Readonly<Record<TimeUnit, string>> = {
  second: 's',
  minute: 'm',
  hour: 'h',
  day: 'd',
  week: 'w',
  month: 'mo',
  year: 'y',
};

/** Words that carry nothing, unless a source, a variant or a date follows them. */
export const NOISE_WORDS: ReadonlySet<string> = new Set(
  (
    'show me us the a an of on for please graph graphs chart charts plot draw give get what whats is are was were how ' +
    'i want need would like to see look at in and by per can could you display with tell my from picture image trend over ' +
    'during within compare comparing metric metrics let lets hey hi thanks thank usage utilization utilisation right now currently ' +
    "what's what\u2019s how's how\u2019s let's let\u2019s i'd i\u2019d"
  ).split(' '),
);

/** Said to anybody: a line of nothing else asks for nothing. */
export const SMALL_TALK_WORDS: ReadonlySet<string> = new Set(
  (
    'hi hello hey hallo moin servus greetings morning afternoon evening thanks thank thx ty cheers ok okay cool great ' +
    'nice good perfect awesome super welcome bye goodbye ciao yes no yep nope sure sorry test ping do does who'
  ).split(' '),
);
/** May stand beside small talk. */
export const SMALL_TALK_FILLERS: ReadonlySet<string> = new Set(
  'you very much so that this it there bot glimpse everyone all again work works one'.split(' '),
);

/** Numbers in words, up to twelve. */
export const NUMBER_WORDS = wordTable<number>({
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
});

/** `an hour`, `a day`: one of something, where a unit follows. */
export const ONE_WORDS: ReadonlySet<string> = new Set(['a', 'an']);

/** `half an hour`, `quarter of an hour`, `a couple of hours`: before a unit. */
export const FRACTION_WORDS = wordTable<number>({ half: 0.5, quarter: 0.25, couple: 2 });

const UNIT_NAMES: Readonly<Record<TimeUnit, string>> = {
  second: 's sec secs second seconds',
  minute: 'm min mins minute minutes',
  hour: 'h hr hrs hour hours',
  day: 'd day days',
  week: 'w wk wks week weeks',
  month: 'mo mon mth month months',
  year: 'y yr yrs year years',
};

/** Units by every way to say them; `mon` is a month only behind a number, as `3mon`. */
export const UNIT_WORDS = wordTable<TimeUnit>(
  Object.fromEntries(
    Object.entries(UNIT_NAMES).flatMap(([unit, names]) => names.split(' ').map((name) => [name, unit as TimeUnit])),
  ),
);

/** Units said in full: `last hour`; a bare `last s` is none. */
export const FULL_UNIT_WORDS = wordTable<TimeUnit>({
  second: 'second',
  minute: 'minute',
  hour: 'hour',
  day: 'day',
  week: 'week',
  month: 'month',
  year: 'year',
});

/** Monday 1 to Sunday 7. */
export const WEEKDAY_WORDS = wordTable<number>({
  monday: 1,
  tuesday: 2,
  wednesday: 3,
  thursday: 4,
  friday: 5,
  saturday: 6,
  sunday: 7,
});

/** Short weekdays count only behind `on`, `last`, `since` and the like: `sun` and `sat` may be hosts. */
export const SHORT_WEEKDAY_WORDS = wordTable<number>({
  mon: 1,
  tue: 2,
  tues: 2,
  wed: 3,
  thu: 4,
  thur: 4,
  thurs: 4,
  fri: 5,
  sat: 6,
  sun: 7,
});

/** How weekdays are written back, Monday first. */
export const WEEKDAY_NAMES = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

/** Months, which chrono-node reads; known here only to see that a date may begin. */
export const MONTH_WORDS: ReadonlySet<string> = new Set(
  (
    'january february march april may june july august september october november december ' +
    'jan feb mar apr jun jul aug sep sept oct nov dec'
  ).split(' '),
);

/** Days told from today. */
export const DAY_WORDS = wordTable<number>({ today: 0, yesterday: -1, tomorrow: 1 });

/** Two days back. */
export const DAY_BEFORE_YESTERDAY = ['day', 'before', 'yesterday'] as const;

/** Part of a day. */
export type DayPart = 'morning' | 'afternoon' | 'evening' | 'night';

/** Hours of the parts of a day, from its midnight: a night ends at six of the next day. */
export const PART_HOURS: Readonly<Record<DayPart, readonly [from: number, to: number]>> = {
  morning: [6, 12],
  afternoon: [12, 18],
  evening: [18, 24],
  night: [18, 30],
};

/** Clock times with a name. */
export const CLOCK_WORDS = wordTable<number>({ midnight: 0, noon: 12, midday: 12 });

/** Words with a job in the grammar of time. */
export const TIME_WORDS = {
  /** The sliding window up to now. */
  back: ['last', 'past', 'previous', 'latest'],
  /** With a unit: the whole calendar one before. */
  calendarBefore: ['last', 'previous'],
  current: ['this'],
  since: ['since'],
  /** As `since`, before a time of day. */
  after: ['after'],
  next: ['next', 'coming'],
  weekend: ['weekend'],
  from: ['from'],
  between: ['between'],
  betweenAnd: ['and', 'to'],
  until: ['to', 'until', 'till', 'through', 'thru'],
  around: ['around', 'about', 'near', 'circa'],
  at: ['at'],
  on: ['on'],
  ago: ['ago', 'back'],
  now: ['now'],
  tonight: ['tonight'],
  of: ['of'],
  and: ['and'],
  /** Before a month or a year. */
  inside: ['in', 'during', 'within'],
  am: ['am'],
  pm: ['pm'],
  /** May stand before any window and say nothing. */
  filler: ['for', 'the', 'in', 'over', 'during', 'within', 'on', 'at', 'of', 'zoom'],
} as const satisfies Record<string, readonly string[]>;

/** Left over alone, these say that a time was meant. */
export const ORPHAN_TIME_WORDS: ReadonlySet<string> = new Set([
  ...TIME_WORDS.back,
  ...TIME_WORDS.since,
  ...TIME_WORDS.between,
  ...TIME_WORDS.ago.slice(0, 1),
  ...TIME_WORDS.after,
  'until',
  'till',
  'before',
  'around',
]);

/** Outputs by the words behind `as`. */
export const OUTPUT_WORDS = wordTable<Output>({
  chart: 'chart',
  graph: 'chart',
  picture: 'chart',
  image: 'chart',
  table: 'table',
  csv: 'csv',
  lines: 'lines',
});

/** Looks by their phrases; several words are joined by a blank. */
export const LOOK_PHRASES = wordTable<Looks>({
  stacked: { stacked: true },
  stack: { stacked: true },
  unstacked: { stacked: false },
  'not stacked': { stacked: false },
  bars: { bars: true },
  bar: { bars: true },
  'bar chart': { bars: true },
  'no bars': { bars: false },
  'as line': { bars: false, step: false },
  steps: { step: true },
  stepped: { step: true },
  log: { log: true },
  'log scale': { log: true },
  'log axis': { log: true },
  logarithmic: { log: true },
  'logarithmic scale': { log: true },
  linear: { log: false },
  'linear scale': { log: false },
  'from zero': { min: 0 },
  'from 0': { min: 0 },
  dark: { theme: 'dark' },
  'dark theme': { theme: 'dark' },
  'dark mode': { theme: 'dark' },
  light: { theme: 'light' },
  'light theme': { theme: 'light' },
  'light mode': { theme: 'light' },
});

/** Outputs that need no `as`, unless the word is a value. */
export const BARE_OUTPUT_WORDS: ReadonlySet<string> = new Set(['table', 'csv']);
/** What an output or a look may be announced by. */
export const AS_WORDS: ReadonlySet<string> = new Set(['as', 'in a']);
/** May stand behind `as` and `vs` and say nothing. */
export const ARTICLES: ReadonlySet<string> = new Set(['the', 'a', 'an']);
/** `as line` undoes bars and steps; a bare `line` says nothing. */
export const LINE_WORD = 'line';
/** The phrase of {@link LOOK_PHRASES} for {@link LINE_WORD}. */
export const LINE_PHRASE = 'as line';
/** Ends of the value axis: `min 0`. */
export const LIMIT_WORDS = wordTable<'min' | 'max'>({ min: 'min', max: 'max' });

/** Words of comparisons. */
export const COMPARE_WORDS = {
  versus: ['vs', 'vs.', 'versus', 'against'],
  /** Followed by `to` or `with`. */
  compared: ['compared', 'compare', 'comparing'],
  comparedTo: ['to', 'with'],
  previous: ['previous', 'before', 'prior'],
  none: ['nothing', 'none'],
  /** `the previous window`. */
  window: ['window', 'period', 'one'],
  /** `without comparison`. */
  comparison: ['comparison', 'comparing'],
  /** `the week before`. */
  behindUnit: ['before'],
} as const satisfies Record<string, readonly string[]>;

/** What ranks: the top or the bottom of the measure, or the bad or good end by the definition. */
export const RANKING_WORDS = wordTable<'top' | 'bottom' | 'worst' | 'best'>({
  top: 'top',
  highest: 'top',
  busiest: 'top',
  fullest: 'top',
  biggest: 'top',
  largest: 'top',
  slowest: 'top',
  bottom: 'bottom',
  lowest: 'bottom',
  smallest: 'bottom',
  worst: 'worst',
  best: 'best',
});

/** What ranks only in a sentence of {@link WHICH_WORDS}. */
export const MOST_WORDS = wordTable<'top' | 'bottom'>({ most: 'top', least: 'bottom', fewest: 'bottom' });

/** `which host has the most load`: how the sentence begins, verbs that mean one thing, and what else may stand before `most`. */
export const WHICH_WORDS = {
  lead: new Set(['which', 'what', 'who']),
  one: new Set(['has', 'is', 'was', 'had', 'uses', 'shows', 'gets']),
  rest: new Set(['have', 'are', 'were', 'use', 'using', 'show', 'get', 'got', 'with', 'the', 'of', 'by']),
} as const satisfies Record<string, ReadonlySet<string>>;

/** Behind `on` or `in`: a source or its environment follows. */
export const SCOPE_WORDS: ReadonlySet<string> = new Set(['on', 'in', 'from', 'at']);

/** What a follow-up may do to the question before it. */
export type Verb = 'also' | 'only' | 'again' | 'zoom';

/** Words that begin a follow-up. */
export const VERB_WORDS = wordTable<Verb>({
  also: 'also',
  plus: 'also',
  add: 'also',
  only: 'only',
  just: 'only',
  instead: 'only',
  again: 'again',
  repeat: 'again',
  refresh: 'again',
  zoom: 'zoom',
});

/** Stand for every value, where none is called so: `cpu all hosts`. */
export const ALL_WORDS: ReadonlySet<string> = new Set(['all', 'every', 'everything', 'each', 'any']);

/** Before a unit of time it says how something is measured: `requests per minute`. */
export const PER_WORD = 'per';

/** Values that follow are left out. */
export const WITHOUT_WORDS: ReadonlySet<string> = new Set([
  'without',
  'except',
  'minus',
  'excluding',
  'drop',
  'remove',
  'not',
]);

/** Commands by the words that name them. */
export const COMMAND_WORDS: Readonly<
  Record<string, 'help' | 'queries' | 'hosts' | 'status' | 'zone' | 'why' | 'annotate'>
> = {
  help: 'help',
  '?': 'help',
  commands: 'help',
  queries: 'queries',
  hosts: 'hosts',
  status: 'status',
  zone: 'zone',
  timezone: 'zone',
  why: 'why',
  annotate: 'annotate',
};

/** Commands about alerts and changes that were told; a saved query or an alias of that name wins. */
export const RECORD_WORDS = wordTable<'alerts' | 'deploys' | 'changes' | 'runbook'>({
  alerts: 'alerts',
  deploys: 'deploys',
  deployments: 'deploys',
  changes: 'changes',
  runbook: 'runbook',
  runbooks: 'runbook',
});

/** Words with a job somewhere in a question: a value of that name is written in quotes. */
export const RESERVED_WORDS: ReadonlySet<string> = new Set([
  ...NOISE_WORDS,
  ...ONE_WORDS,
  ...MONTH_WORDS,
  ...WITHOUT_WORDS,
  ...SCOPE_WORDS,
  ...[
    NUMBER_WORDS,
    FRACTION_WORDS,
    UNIT_WORDS,
    WEEKDAY_WORDS,
    SHORT_WEEKDAY_WORDS,
    DAY_WORDS,
    PART_HOURS,
    CLOCK_WORDS,
  ].flatMap(Object.keys),
  ...[RANKING_WORDS, VERB_WORDS, COMMAND_WORDS].flatMap(Object.keys),
  ...[TIME_WORDS, COMPARE_WORDS].flatMap((table) => Object.values<readonly string[]>(table).flat()),
  ...DAY_BEFORE_YESTERDAY,
  'as',
  'min',
  'max',
]);

/** Query languages that people may try; where no source speaks one, that is said. */
export const RAW_LANGUAGES: ReadonlySet<string> = new Set(
  'graphite promql prometheus kql lucene elasticsearch opensearch esql logql loki influxql flux sql'.split(' '),
);

/** What a parameter is called in sentences, by its name; any other name is used as it is. */
export function nounOf(parameter: string): string {
  return parameter.replace(/[-_]+/g, ' ');
}

/** `a host`, `an instance`. */
export function withArticle(noun: string): string {
  return /^[aeiou]/i.test(noun) ? `an ${noun}` : `a ${noun}`;
}

/** `hosts`, `services`, `queries`, `processes`. */
export function pluralOf(noun: string): string {
  if (/[^aeiou]y$/i.test(noun)) return `${noun.slice(0, -1)}ies`;
  return /(?:s|x|ch|sh)$/i.test(noun) ? `${noun}es` : `${noun}s`;
}
