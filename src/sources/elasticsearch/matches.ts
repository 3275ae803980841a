/** Where in a message what was looked for stands. Pure; linear in the message. */
import type { LogLine } from '../../domain/frame.ts';
import { HIGHLIGHT_MARKS } from './search-body.ts';

/** Places in a message. */
export type Matches = NonNullable<LogLine['matches']>;

/** More marks than this make nothing clearer. */
const MATCHES_MAX = 50;
/** What stands behind is not shown anywhere. */
const READ_MAX_CHARS = 20_000;
/** Words that are looked for. */
const TERMS_MAX = 20;

const [FROM, TO] = HIGHLIGHT_MARKS;

/** The places that a server marked; `undefined` where its text is not this message. */
export function markedBy(highlighted: string, message: string): Matches | undefined {
  const matches: [number, number][] = [];
  let plain = '';
  for (const piece of highlighted.split(FROM)) {
    const end = piece.indexOf(TO);
    if (end > 0 && matches.length < MATCHES_MAX) matches.push([plain.length, plain.length + end]);
    plain += end === -1 ? piece : piece.slice(0, end) + piece.slice(end + 1);
  }
  return plain === message ? joined(matches) : undefined;
}

/** Neighbours with nothing but a blank between them are one: servers mark the words of a phrase one by one. */
function joined(matches: readonly (readonly [number, number])[]): Matches {
  const all: [number, number][] = [];
  for (const [from, to] of matches) {
    const last = all.at(-1);
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else all.push([from, to]);
  }
  return all;
}

/** Finds words and phrases by ourselves: whole words, whatever their case, whatever stands between those of a phrase. */
export function createFinder(terms: readonly string[]): (message: string) => Matches {
  const patterns = terms.slice(0, TERMS_MAX).flatMap((term) => {
    const words = term.match(/[\p{L}\p{N}]+/gu) ?? [];
    return words.length === 0 ? [] : [words.join('[^\\p{L}\\p{N}]{1,5}')];
  });
  if (patterns.length === 0) return () => [];
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${patterns.join('|')})(?![\\p{L}\\p{N}])`, 'giu');
  return (message) =>
    [...message.slice(0, READ_MAX_CHARS).matchAll(pattern)]
      .slice(0, MATCHES_MAX)
      .map(({ index, 0: found }) => [index, index + found.length] as const);
}
