/** The part of a log message that has room: its beginning, or what was looked for and some text around it. Pure. */
import { harmless } from '../../domain/message.ts';
import { cutEnd, displayWidth } from '../../lib/display-width.ts';

/** A place in a text, `[from, to)` in UTF-16 units. */
export type Place = readonly [from: number, to: number];

/** A text on one line, with the places in it that were looked for. */
export interface MarkedText {
  readonly text: string;
  readonly marks: readonly Place[];
}

/** Of a message no more than this is looked at, before and behind what was looked for. */
const READ_MAX_CHARS = 2_000;
/** How a message begins, where what was looked for stands in a later line of it. */
const HEAD_COLUMNS = 40;
/** Where the cut goes: so much of the room is for what stands before the match. */
const BEFORE_SHARE = 3;

/** A message on one line: what was looked for is in it when it is within the first {@link columns} of what is shown. */
export function excerptOf(message: string, matches: readonly Place[], columns: number): MarkedText {
  const start = message.length - message.trimStart().length;
  const end = message.trimEnd().length;
  const first = lineAt(message, start, end);
  const match = matches.find(([from, to]) => from >= start && to <= end && to > from);
  const more = linesBetween(message, start, end);
  const suffix = more === 0 ? '' : ` (+${more} ${more === 1 ? 'line' : 'lines'})`;
  if (!match || match[0] < first[1]) return around(message, first, matches, match, { columns, before: '', suffix });
  const head = cutEnd(harmless(message.slice(...first)), HEAD_COLUMNS);
  return around(message, lineAt(message, match[0], end), matches, match, { columns, before: `${head} … `, suffix });
}

/** What stands beside a piece of a message. */
interface Beside {
  readonly columns: number;
  readonly before: string;
  readonly suffix: string;
}

/** A line, from a little before the match where that would be out of sight. */
function around(
  message: string,
  [from, to]: Place,
  matches: readonly Place[],
  match: Place | undefined,
  { columns, before, suffix }: Beside,
): MarkedText {
  const room = columns - displayWidth(before);
  const isInSight = !match || displayWidth(message.slice(from, Math.min(match[1], from + 8 * room))) < room;
  const start = isInSight || !match ? from : startBefore(message, from, match[0], Math.floor(room / BEFORE_SHARE));
  const lead = start === from ? before : `${before}…`;
  const inside = matches.filter((one) => one[0] >= start && one[1] <= to);
  return joined(lead, message, [start, to], inside, suffix);
}

/** A place before the match, at the beginning of a word where one is near, never within a character. */
function startBefore(message: string, from: number, match: number, room: number): number {
  const least = Math.max(from, match - room);
  const blank = message.slice(least, match).search(/\s\S/u);
  const start = blank === -1 ? least : least + blank + 1;
  return /[\uDC00-\uDFFF]/.test(message.charAt(start)) ? start - 1 : start;
}

function joined(
  lead: string,
  message: string,
  [from, to]: Place,
  matches: readonly Place[],
  suffix: string,
): MarkedText {
  let text = lead;
  const marks: Place[] = [];
  let at = from;
  for (const [start, end] of matches) {
    if (start < at) continue;
    text += harmless(message.slice(at, start));
    const marked = harmless(message.slice(start, end));
    if (marked !== '') marks.push([text.length, text.length + marked.length]);
    text += marked;
    at = end;
  }
  return { text: `${text}${harmless(message.slice(at, to))}${suffix}`, marks };
}

/** The line that a place is in, from there back and on, within bounds, without blanks at its beginning. */
function lineAt(message: string, at: number, end: number): Place {
  const before = message.slice(Math.max(0, at - READ_MAX_CHARS), at);
  const own = before.slice(Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1);
  const start = at - own.trimStart().length;
  const rest = message.slice(at, Math.min(end, at + READ_MAX_CHARS));
  const next = rest.search(/[\r\n]/u);
  return [start, next === -1 ? at + rest.length : at + next];
}

/** Line breaks within a message. */
function linesBetween(message: string, start: number, end: number): number {
  let count = 0;
  for (let at = message.indexOf('\n', start); at !== -1 && at < end; at = message.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** The same cut at the end to so many columns, marks that were cut off left out. */
export function cutMarked({ text, marks }: MarkedText, columns: number): MarkedText {
  const cut = cutEnd(text, columns);
  if (cut === text) return { text, marks };
  const kept = cut.length - 1;
  return {
    text: cut,
    marks: marks.flatMap(([from, to]) => (from < kept ? [[from, Math.min(to, kept)] as const] : [])),
  };
}

/** Texts one below the other. */
export function stacked(rows: readonly MarkedText[]): MarkedText {
  const marks: Place[] = [];
  let text = '';
  for (const [index, row] of rows.entries()) {
    if (index > 0) text += '\n';
    for (const [from, to] of row.marks) marks.push([text.length + from, text.length + to]);
    text += row.text;
  }
  return { text, marks };
}
