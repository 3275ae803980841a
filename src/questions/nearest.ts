/** What a mistyped or shortened name may stand for. Pure; its cost is bounded. */
import { editDistance } from '../lib/nearest.ts';

/** How the candidates are near: another spelling, a piece of the name, or a slip of the finger. */
export type Nearness = 'same' | 'piece' | 'typo';

/** The nearest names, in the order of the candidates; empty when none is near. */
export interface Near {
  readonly how: Nearness;
  readonly names: readonly string[];
}

/** Longer words are no names; the distance costs length × length. */
const WORD_MAX_CHARS = 40;
/** So many candidates are compared letter by letter; of more, only spelling and pieces are looked at. */
const TYPO_MAX_CANDIDATES = 2_000;
/** Shorter beginnings say too little: `w` is no name of a host. */
const PREFIX_MIN_CHARS = 2;
/** A piece from the middle of a name must be longer. */
const INNER_MIN_CHARS = 3;

/**
 * Finds what a word is near to: first by spelling (`WEB1` is `web01`, `web01.example.net` is `web01`), then names that
 * begin with it or hold it, then those with the fewest letters wrong.
 */
export function findNear(word: string, candidates: Iterable<string>): Near | undefined {
  const names = [...new Set(candidates)];
  const wanted = word.toLowerCase();
  if (wanted.length === 0 || wanted.length > WORD_MAX_CHARS) return undefined;
  const same = names.filter((name) => isSameName(wanted, name.toLowerCase()));
  if (same.length > 0) return { how: 'same', names: same };
  const begun = wanted.length < PREFIX_MIN_CHARS ? [] : names.filter((name) => name.toLowerCase().startsWith(wanted));
  if (begun.length > 0) return { how: 'piece', names: begun };
  const held = wanted.length < INNER_MIN_CHARS ? [] : names.filter((name) => name.toLowerCase().includes(wanted));
  if (held.length > 0) return { how: 'piece', names: held };
  const typos = fewestWrong(wanted, names);
  return typos.length > 0 ? { how: 'typo', names: typos } : undefined;
}

/** `web01's`. */
const POSSESSIVE = /['\u2019]s$/;

function isSameName(said: string, name: string): boolean {
  if (name === '') return false;
  const wanted = said.replace(POSSESSIVE, '');
  if (wanted.startsWith(`${name}.`) || name.startsWith(`${wanted}.`)) return true;
  return plain(wanted) === plain(name);
}

/** Without separators and leading zeros: `web-1`, `web_01` and `WEB01` are one spelling. */
function plain(name: string): string {
  return name.replace(/[-_.]/g, '').replace(/(^|\D)0+(?=\d)/g, '$1');
}

function fewestWrong(wanted: string, names: readonly string[]): readonly string[] {
  if (names.length > TYPO_MAX_CANDIDATES) return [];
  let best = allowedFor(wanted);
  let found: string[] = [];
  for (const name of names) {
    const other = name.toLowerCase();
    if (other.length > WORD_MAX_CHARS || Math.abs(other.length - wanted.length) > best) continue;
    const distance = editDistance(wanted, other);
    if (distance > best) continue;
    if (distance < best) found = [];
    best = distance;
    found.push(name);
  }
  return found;
}

/** Wrong letters that still look like a slip: none in two letters, one in five, two in eight, three beyond. */
function allowedFor(word: string): number {
  if (word.length < 3) return 0;
  if (word.length < 6) return 1;
  return word.length < 9 ? 2 : 3;
}
