/** Text on a picture: cleaned, measured, cut in the middle. Names come from outside and may hold anything. */
import { createCanvas } from 'canvas';
import { type FontWeight, fontFor, registerBaseFonts } from './fonts.ts';

/** Size and weight of a text. */
export interface TextStyle {
  readonly size: number;
  readonly weight: FontWeight;
}

/** The type scale; nothing under 17 carries meaning that is not also in the words, nothing under 14 exists. */
export const TYPE = {
  title: { size: 26, weight: 600 },
  hero: { size: 24, weight: 600 },
  value: { size: 18, weight: 600 },
  axis: { size: 17, weight: 400 },
  strong: { size: 17, weight: 600 },
  note: { size: 16, weight: 500 },
  badge: { size: 15, weight: 600 },
  head: { size: 15, weight: 400 },
  footer: { size: 14, weight: 400 },
} as const satisfies Record<string, TextStyle>;

/** Texts longer than this are cut before anything else; no place on the picture holds a third of it. */
const NAME_MAX_GRAPHEMES = 500;
const ISOLATE = '\u2068';
const POP_ISOLATE = '\u2069';
const ELLIPSIS = '…';
/** Kept of what names share beside the part that differs. */
const CONTEXT_GRAPHEMES = 6;
const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

const WIDTHS_MAX = 4096;
const widths = new Map<string, number>();
let context: ReturnType<ReturnType<typeof createCanvas>['getContext']> | undefined;

/** Width in px at 1x. Remembers the latest 4096 texts, since ticks and names come again. */
export function textWidth(text: string, style: TextStyle): number {
  const key = `${style.weight} ${style.size} ${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  if (!context) {
    registerBaseFonts();
    context = createCanvas(8, 8).getContext('2d');
  }
  context.font = fontFor(text, style.size, style.weight);
  // beside a script that no font has, the isolates themselves are drawn and take room
  const { width } = context.measureText(isolate(text));
  if (widths.size >= WIDTHS_MAX) widths.clear();
  widths.set(key, width);
  return width;
}

/** Marks on Latin letters that have no letter of their own with it: no shipped font has most of them. */
const LOOSE_MARKS = /[\u0300-\u036F\u1AB0-\u1AFF\u1DC0-\u1DFF\u20D0-\u20FF\uFE20-\uFE2F]+/gu;

/** Makes text from outside drawable on one line: control characters and direction overrides become blanks. */
export function cleanText(text: string): string {
  const plain = text
    .slice(0, NAME_MAX_GRAPHEMES * 16)
    .toWellFormed()
    .normalize('NFC')
    .replace(LOOSE_MARKS, '')
    .replace(/[\p{Cc}\u2028\u2029\u200E\u200F\u061C\u202A-\u202E\u2066-\u2069]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  return cutGraphemes(plain, NAME_MAX_GRAPHEMES);
}

const MAY_REORDER = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFF\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/** Keeps a right-to-left name from reordering the words and numbers beside it. */
export function isolate(text: string): string {
  return MAY_REORDER.test(text) && !text.includes(ISOLATE) ? `${ISOLATE}${text}${POP_ISOLATE}` : text;
}

function cutGraphemes(text: string, max: number): string {
  if (text.length <= max) return text;
  const graphemes = Array.from(segmenter.segment(text), ({ segment }) => segment);
  return graphemes.length <= max ? text : middle(graphemes, max - 1);
}

function middle(graphemes: readonly string[], kept: number): string {
  const head = Math.ceil(kept / 2);
  return `${graphemes.slice(0, head).join('')}${ELLIPSIS}${graphemes.slice(graphemes.length - (kept - head)).join('')}`;
}

/** Cuts a text in the middle by grapheme until it fits: what differs between names is often at their end. */
export function fitText(text: string, maxWidth: number, style: TextStyle): string {
  if (textWidth(text, style) <= maxWidth) return text;
  const graphemes = Array.from(segmenter.segment(text), ({ segment }) => segment);
  let [low, high] = [0, graphemes.length - 1];
  while (low < high) {
    const kept = Math.ceil((low + high) / 2);
    if (textWidth(middle(graphemes, kept), style) <= maxWidth) low = kept;
    else high = kept - 1;
  }
  return low === 0 ? ELLIPSIS : middle(graphemes, low);
}

/** A title cut between its words keeps at least this of the room, or it is cut within them. */
const WORDS_MIN_SHARE = 0.75;
/** Longer titles are cut within their words. */
const TITLE_WORDS_MAX = 60;

/** Leaves out words of a title around its middle until it fits: half a name is no name. A long word is cut as {@link fitText} does. */
export function fitTitle(text: string, maxWidth: number, style: TextStyle): string {
  if (textWidth(text, style) <= maxWidth) return text;
  const words = text.split(' ');
  if (words.length > TITLE_WORDS_MAX) return fitText(text, maxWidth, style);
  const middleAt = text.length / 2;
  const endOf = (index: number) => words.slice(0, index + 1).join(' ').length;
  const central = Math.max(
    0,
    words.findIndex((_, index) => endOf(index) >= middleAt),
  );
  for (let [from, to] = [central, central]; from > 0 && to < words.length - 1; ) {
    const cut = [...words.slice(0, from), ELLIPSIS, ...words.slice(to + 1)].join(' ');
    const width = textWidth(cut, style);
    if (width <= maxWidth) return width >= WORDS_MIN_SHARE * maxWidth ? cut : fitText(text, maxWidth, style);
    // the longer side loses its word next
    if (endOf(from - 1) > text.length - endOf(to)) from -= 1;
    else to += 1;
  }
  return fitText(text, maxWidth, style);
}

/** Cuts a sentence at its end, for remarks whose beginning says most. */
export function clipText(text: string, maxWidth: number, style: TextStyle): string {
  if (textWidth(text, style) <= maxWidth) return text;
  const graphemes = Array.from(segmenter.segment(text), ({ segment }) => segment);
  let [low, high] = [0, graphemes.length - 1];
  while (low < high) {
    const kept = Math.ceil((low + high) / 2);
    if (textWidth(`${graphemes.slice(0, kept).join('').trimEnd()}${ELLIPSIS}`, style) <= maxWidth) low = kept;
    else high = kept - 1;
  }
  return `${graphemes.slice(0, low).join('').trimEnd()}${ELLIPSIS}`;
}

/**
 * Fits names that must stay apart: those that cutting makes alike lose what all of them share at their beginning and
 * end, apart from a few characters, so that the part that differs is seen.
 */
export function fitApart(names: readonly string[], maxWidth: number, style: TextStyle): string[] {
  const fitted = names.map((name) => fitText(name, maxWidth, style));
  if (new Set(fitted).size === new Set(names).size) return fitted;
  const apart = new Map<string, string>();
  for (const cut of new Set(fitted)) {
    const alike = [...new Set(names.filter((_, index) => fitted[index] === cut))];
    const parts = alike.length > 1 ? fitDifference(alike, maxWidth, style) : [cut];
    for (const [index, name] of alike.entries()) apart.set(name, parts[index] as string);
  }
  return names.map((name, index) => apart.get(name) ?? (fitted[index] as string));
}

function fitDifference(names: readonly string[], maxWidth: number, style: TextStyle): string[] {
  const split = names.map((name) => Array.from(segmenter.segment(name), ({ segment }) => segment));
  const shortest = Math.min(...split.map(({ length }) => length));
  const sharedFrom = (at: (index: number) => number) => {
    let count = 0;
    while (count < shortest && split.every((parts) => parts.at(at(count)) === split[0]?.at(at(count)))) count += 1;
    return Math.max(0, count - CONTEXT_GRAPHEMES);
  };
  const head = sharedFrom((index) => index);
  const tail = sharedFrom((index) => -1 - index);
  return split.map((parts) => {
    const own = parts.slice(head, Math.max(head + 1, parts.length - tail)).join('');
    return fitText(`${head > 0 ? ELLIPSIS : ''}${own}${tail > 0 ? ELLIPSIS : ''}`, maxWidth, style);
  });
}

/** What all names share at their dotted beginning and end: `a.b.x.c`, `a.b.y.c` → prefix `a.b.`, suffix `.c`. */
export function sharedParts(names: readonly string[]): { readonly prefix: string; readonly suffix: string } {
  if (names.length < 2) return { prefix: '', suffix: '' };
  const split = names.map((name) => name.split('.'));
  const most = Math.min(...split.map((parts) => parts.length)) - 1;
  const isShared = (at: number) => split.every((parts) => parts.at(at) === split[0]?.at(at));
  let head = 0;
  while (head < most && isShared(head)) head += 1;
  let tail = 0;
  while (tail < most - head && isShared(-1 - tail)) tail += 1;
  const parts = split[0] ?? [];
  return {
    prefix: head > 0 ? `${parts.slice(0, head).join('.')}.` : '',
    suffix: tail > 0 ? `.${parts.slice(parts.length - tail).join('.')}` : '',
  };
}
