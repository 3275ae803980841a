/** The way one line is said: its values with the unit's phrase once, its moments with a date only where it changes. */
import type { Answer } from '../../domain/answer.ts';
import { formatDuration, formatValue } from '../../domain/format-number.ts';
import type { Line, Span } from '../../domain/message.ts';
import type { Unit } from '../../domain/unit.ts';
import { cutMiddle } from '../../lib/display-width.ts';
import { askedWords, createTimeTeller, type TimeTeller } from '../clock-words.ts';
import { isSeriesFrame, type SeriesFacts } from './facts.ts';

/** What the makers of one line share; it remembers what was said, so each line needs its own. */
export interface Saying {
  readonly answer: Answer;
  readonly tell: TimeTeller;
  /** A value with its unit; a unit said in words (`per second`) follows the line's first value only. */
  value(value: number, unit: Unit): string;
}

/** Begins a line. */
export function createSaying(answer: Answer): Saying {
  const tell = createTimeTeller(answer.question.range, answer.nowMs);
  const said = new Set<string>();
  return {
    answer,
    tell,
    value(value, unit) {
      const words = formatValue(value, unit);
      if (unit.phrase === undefined || said.has(unit.phrase)) return words;
      said.add(unit.phrase);
      return `${words} ${unit.phrase}`;
    },
  };
}

/** Joins the parts of a line that are not empty. */
export function joined(parts: readonly Line[], separator = ' · '): Line {
  const said = parts.filter((part) => part.length > 0);
  return said.flatMap((part, index) => (index === 0 ? part : [separator, ...part]));
}

/** A name is cut in its middle beyond this many columns: five of them stand in one line. */
const NAME_MAX_COLUMNS = 60;

/** A series' name as lists show it. */
export function nameOf({ name }: SeriesFacts): Span {
  return { name: cutMiddle(name, NAME_MAX_COLUMNS) };
}

/** A name that ends in a number would run into the number that follows: `web01 62 %`, but `web01 200: 2`. */
const ENDS_IN_NUMBER = /(?:^|[^\p{L}\p{N}_-])[\d.,]*\d$/u;

/** A series' name with what is said of it. */
export function namedWords(fact: SeriesFacts, words: Line): Line {
  return [nameOf(fact), ENDS_IN_NUMBER.test(fact.name) ? ': ' : ' ', ...words];
}

/** What a value stands for where several samples were put together, when that bends the number: an average hides peaks. */
export function consolidatedWords(word: 'mean' | 'lowest' | 'highest' | 'peak', answer: Answer): string {
  const frame = answer.frames.find(isSeriesFrame);
  const parts = { average: 'averages', max: 'maxima', min: 'minima', sum: undefined, last: undefined };
  const part = frame?.consolidated && parts[frame.consolidated];
  const isTrue = { average: word === 'mean', max: word === 'peak' || word === 'highest', min: word === 'lowest' };
  if (!part || frame.stepMs === undefined || isTrue[frame.consolidated as keyof typeof isTrue]) return word;
  return `${word} of ${formatDuration(frame.stepMs)} ${part}`;
}

/** How old the newest value is. */
export type Freshness = 'now' | 'stale' | 'end' | 'ended';

/** A value is "now" up to this many steps after its sample: the one that is being filled, and one that is on its way. */
const FRESH_STEPS = 2;

/** Whether the newest value speaks for now, or for the end of a window in the past, or for neither. */
export function freshness({ summary, stepMs }: Pick<SeriesFacts, 'summary' | 'stepMs'>, answer: Answer): Freshness {
  const { toMs } = answer.question.range;
  const isPast = answer.nowMs - toMs > FRESH_STEPS * stepMs;
  const ageMs = (isPast ? toMs : answer.nowMs) - summary.lastMs;
  if (ageMs <= FRESH_STEPS * stepMs) return isPast ? 'end' : 'now';
  return isPast ? 'ended' : 'stale';
}

/** The newest value and what it speaks for: `62 % now`, `62 % at 10:58 (nothing newer)`, `62 % at the end (15:59)`. */
export function lastWords(fact: SeriesFacts, say: Saying, nowWord = ' now', endWord?: string): string {
  const how = freshness(fact, say.answer);
  if (how === 'stale') return newestWords(fact, say);
  const value = say.value(fact.summary.last, fact.series.unit);
  switch (how) {
    case 'now':
      return `${value}${nowWord}`;
    case 'end':
      if (nowWord === '') return value;
      return `${value}${endWord ?? ` at the end (${say.tell.moment(fact.summary.lastMs)})`}`;
    case 'ended':
      return `${value} ${say.tell.when(fact.summary.lastMs)} (nothing later in the window)`;
  }
}

/** The newest value as what it is, which speaks for nothing later: `62 % at 10:58 (nothing newer)`. */
export function newestWords({ series, summary }: SeriesFacts, say: Saying): string {
  return `${say.value(summary.last, series.unit)} ${say.tell.when(summary.lastMs)} (nothing newer)`;
}

/** Labels of comparisons, as they follow `than`. */
const AGO: Readonly<Record<string, string>> = {
  'last week': 'a week ago',
  'last month': 'a month ago',
  'last year': 'a year ago',
  'last hour': 'an hour ago',
  previous: 'in the window before',
};

/** The other side of a comparison as it follows `than`: `a week ago`, `yesterday`, a host's name. */
export function otherSide(answer: Answer): Span {
  const label = answer.comparison?.label ?? '';
  if (answer.question.comparison?.kind === 'arguments') return { name: label };
  const [, amount] = /^(.+) ago$/.exec(label) ?? [];
  const ago = amount === undefined ? '' : askedWords(amount).replace(/^last /, '');
  return AGO[label] ?? (ago === '' ? { name: label } : `${ago} ago`);
}

/** What stands before a value of the other side: `was` for another time, the name for other arguments. */
export function wasSpans(answer: Answer, value: string): Line {
  const isArguments = answer.question.comparison?.kind === 'arguments';
  return isArguments ? [' (', otherSide(answer), ` ${value})`] : [` (was ${value})`];
}
