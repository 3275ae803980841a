/** What is said, without any platform's markup: adapters turn spans into theirs and make every text harmless. */
import type { Link } from './answer.ts';

/**
 * A run of text. A bare string is our own words; everything that came from outside (names, log lines, targets) is a
 * `name` or `code`, which adapters render so that it cannot ping, link or break out.
 */
export type Span =
  | string
  | { readonly bold: string }
  | { readonly name: string; readonly bold?: boolean }
  | { readonly code: string }
  /** Somebody to be called, by the platform's name without `@`. Only for names that an operator chose or allowed. */
  | { readonly mention: string }
  | { readonly link: Link };

/** A line of text: its spans are joined without a blank. */
export type Line = readonly Span[];

/** A table to be drawn in text; cells are data from outside. */
export interface TextTable {
  readonly columns: readonly { readonly title: string; readonly align: 'left' | 'right' }[];
  readonly rows: readonly (readonly string[])[];
  /** Said beneath, e.g. `… 18 more below 80 %`. */
  readonly more?: string;
}

/** A part of a message, told apart by `kind`. */
export type Block =
  | { readonly kind: 'text'; readonly lines: readonly Line[] }
  | { readonly kind: 'table'; readonly table: TextTable }
  /** Preformatted text from outside: log lines, help; `marks` are places in it, in UTF-16 units, in order and apart. */
  | { readonly kind: 'code'; readonly text: string; readonly marks?: readonly (readonly [from: number, to: number])[] };

/** A button that asks a whole question again in the clicking person's name. */
export interface Button {
  readonly label: string;
  readonly question: string;
}

/** Something to say, in order. */
export interface Message {
  readonly blocks: readonly Block[];
  readonly buttons?: readonly Button[];
}

/** A file to send beside words. */
export interface Attachment {
  readonly fileName: string;
  readonly mediaType: 'image/png' | 'text/csv';
  readonly bytes: Uint8Array;
  /** What a screen reader says. */
  readonly alt: string;
}

/** Where to post. */
export interface Destination {
  /** Name of the chat in the config. */
  readonly chat: string;
  readonly room: string;
  readonly threadId?: string;
  /** A reply in a thread that the room itself shows too. */
  readonly isShownInRoom?: boolean;
}

/** Proof of a post: enough to edit it or to answer in its thread. */
export interface PostReceipt {
  readonly id: string;
  readonly room: string;
  readonly permalink?: string;
  /** The text that was there, where an earlier try had posted it already: whom it called. */
  readonly firstSaid?: string;
}

/** The text of a line without any markup, on one line: for alt text, logs, terminals. */
export function plainText(line: Line): string {
  return line.map(plainSpan).join('');
}

function plainSpan(span: Span): string {
  if (typeof span === 'string') return span;
  if ('name' in span) return harmless(span.name);
  if ('bold' in span) return span.bold;
  if ('mention' in span) return harmless(`@${span.mention}`);
  return harmless('code' in span ? span.code : span.link.title);
}

/**
 * Text from outside on one line: control characters and line breaks become blanks, marks that turn the direction of
 * writing are taken out (they reorder what follows), halves of characters become `\uFFFD`.
 */
export function harmless(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n/g, ' ')
    .replace(/[\p{Cc}\u2028\u2029]/gu, ' ')
    .replace(/[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g, '');
}
